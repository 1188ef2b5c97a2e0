/* strips.c: which neighbouring maps of a schedule for values go in strips (placed.h): those of one shape of
 * which each reads, of what the others compute, only the elements of its own places. */
#include "program/schedule.h"

enum { MOST = 32 }; /* maps that go together */

/* Neighbours that go together so far; from slot low on they write. */
typedef struct neighbours {
    uint32_t low, maps;
    flx_block *map[MOST];
} neighbours;

/* Whether two views of a shape have the same slots in the same places. */
static int is_same(const flx_view *v, const flx_view *w)
{
    return v->slot == w->slot && (v->rows == 1 || v->stride[0] == w->stride[0])
           && (v->cols == 1 || v->stride[1] == w->stride[1]);
}

/* Whether an operand is of nothing that the neighbours compute, or exactly what one of them does. */
static int may_read(const neighbours *n, const flx_view *v)
{
    uint32_t low, high;
    flx_view_hull(v, &low, &high);
    if (high < n->low) return 1;
    for (uint32_t k = 0; k < n->maps; k++)
        if (is_same(v, &n->map[k]->view[0])) return 1;
    return 0;
}

static int may_follow(const neighbours *n, const flx_block *b)
{
    const flx_view *t = &b->view[0];
    int may = n->maps > 0 && n->maps < MOST && t->rows == n->map[0]->view[0].rows
              && t->cols == n->map[0]->view[0].cols;
    for (uint32_t k = 1; k < b->views && may; k++) may = may_read(n, &b->view[k]);
    return may;
}

size_t flx_find_strips(const flx_instr *instr, uint32_t instrs, flx_block *block)
{
    neighbours n = {.maps = 0};
    size_t together = 0;
    for (uint32_t k = 0; k < instrs; k++) {
        if (instr[k].op != OP_map || instr[k].b <= FLX_STRIP) {
            n.maps = 0;
            continue;
        }
        flx_block *b = &block[instr[k].a];
        if (!may_follow(&n, b)) n = (neighbours){.low = b->view[0].slot};
        for (uint32_t j = 0; j < n.maps; j++) n.map[j]->after++;
        n.map[n.maps++] = b;
        if (n.maps > 1) together += n.maps == 2 ? 2 : 1;
    }
    return together;
}
