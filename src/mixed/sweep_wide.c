/* sweep_wide.c: array instructions swept back along several directions, one after the other. */
#include "mixed/sweep_wide.h"

#include "mixed/sweep_dual.h"

static flx_dual_context context_of(const flx_wide_back *w)
{
    return (flx_dual_context){
        *w->code, {w->value->v, w->value->flat}, {w->adjoint->v, w->adjoint->flat}, w->low};
}

/* One direction of all views; each adds to the values of adjoints, so they are kept in the first and
 * put back for the others. */
static void extract(const flx_wide_back *w, const flx_dual_context *c, const flx_block *b, size_t k)
{
    for (uint32_t view = 0; view < b->views; view++) {
        const flx_view *v = &b->view[view];
        flx_wide_extract(v, w->value, w->width, k);
        if (!flx_dual_has_adjoints(c, v)) continue;
        flx_wide_extract(v, w->adjoint, w->width, k);
        if (k == 0) flx_view_move(v, w->adjoint->v, w->adjoint->kept);
        else flx_view_move(v, w->adjoint->kept, w->adjoint->v);
    }
}

static void insert(const flx_wide_back *w, const flx_dual_context *c, const flx_block *b, size_t k)
{
    for (uint32_t view = 0; view < b->views; view++)
        if (flx_dual_has_adjoints(c, &b->view[view]))
            flx_wide_insert(&b->view[view], w->adjoint, w->width, k);
}

void flx_wide_give_duals(const flx_wide_back *w, unsigned op, const flx_block *b)
{
    flx_dual_context c = context_of(w);
    for (size_t k = 0; k < w->width; k++) {
        extract(w, &c, b, k);
        flx_dual_give_block(&c, op, b);
        insert(w, &c, b, k);
    }
}

void flx_wide_solve_duals(const flx_wide_back *w, unsigned op, const flx_block *b)
{
    flx_dual_context c = context_of(w);
    for (size_t k = 0; k < w->width; k++) {
        extract(w, &c, b, k);
        flx_dual_reverse_solve(&c, op, b);
        insert(w, &c, b, k);
    }
}
