/* wide.c: array instructions along several directions, one after the other. */
#include "program/wide.h"

#include "reverse/sweep_double.h"

static size_t slot_of(const flx_view *v, uint32_t i, uint32_t j) { return flx_view_slot(v, i, j); }

void flx_wide_extract(const flx_view *v, const flx_wide_plane *p, size_t width, size_t k)
{
    for (uint32_t i = 0; i < v->rows; i++)
        for (uint32_t j = 0; j < v->cols; j++)
            p->flat[slot_of(v, i, j)] = p->d[slot_of(v, i, j) * width + k];
}

void flx_wide_insert(const flx_view *v, const flx_wide_plane *p, size_t width, size_t k)
{
    for (uint32_t i = 0; i < v->rows; i++)
        for (uint32_t j = 0; j < v->cols; j++)
            p->d[slot_of(v, i, j) * width + k] = p->flat[slot_of(v, i, j)];
}

void flx_view_move(const flx_view *v, const double *from, double *to)
{
    for (uint32_t i = 0; i < v->rows; i++)
        for (uint32_t j = 0; j < v->cols; j++) to[slot_of(v, i, j)] = from[slot_of(v, i, j)];
}

/* Values without derivatives. */
static void run_without(const flx_code *c, flx_instr in, const flx_wide_plane *p, size_t width,
                        uint32_t out)
{
    flx_forward_double_block(c, in, out, p->v);
    for (size_t k = 0; k < in.b * width; k++) p->d[out * width + k] = 0.0;
}

void flx_wide_block(const flx_code *c, flx_instr in, const flx_wide_plane *p, size_t width,
                    uint32_t out)
{
    const flx_block *b = &c->block[in.a];
    const int in_place = in.b == 0;
    const flx_view target = in_place ? b->view[0] : flx_view_of_run(out, 1, in.b);
    if (!flx_block_active(in.op, b)) {
        run_without(c, in, p, width, out);
        return;
    }
    if (in_place) flx_view_move(&target, p->v, p->kept);
    for (size_t k = 0; k < width; k++) {
        for (uint32_t view = in_place ? 0 : 1; view < b->views; view++)
            flx_wide_extract(&b->view[view], p, width, k);
        if (in_place && k > 0) flx_view_move(&target, p->kept, p->v);
        flx_forward_dual_block(c, in, (flx_dual_plane){p->v, p->flat}, out);
        flx_wide_insert(&target, p, width, k);
    }
}

/* ---- back ---- */

static flx_double_context context_of(const flx_wide_back *w)
{
    return (flx_double_context){*w->code, {w->value->v}, {w->adjoint->flat}, w->low};
}

/* Adjoints k of the views that have any, out or back in. */
static void extract(const flx_wide_back *w, const flx_double_context *c, const flx_block *b,
                    size_t k)
{
    for (uint32_t view = 0; view < b->views; view++)
        if (flx_double_has_adjoints(c, &b->view[view]))
            flx_wide_extract(&b->view[view], w->adjoint, w->width, k);
}

static void insert(const flx_wide_back *w, const flx_double_context *c, const flx_block *b,
                   size_t k)
{
    for (uint32_t view = 0; view < b->views; view++)
        if (flx_double_has_adjoints(c, &b->view[view]))
            flx_wide_insert(&b->view[view], w->adjoint, w->width, k);
}

void flx_wide_give_adjoints(const flx_wide_back *w, unsigned op, const flx_block *b)
{
    flx_double_context c = context_of(w);
    for (size_t k = 0; k < w->width; k++) {
        extract(w, &c, b, k);
        flx_double_give_block(&c, op, b);
        insert(w, &c, b, k);
    }
}

void flx_wide_solve_adjoints(const flx_wide_back *w, unsigned op, const flx_block *b)
{
    flx_double_context c = context_of(w);
    for (size_t k = 0; k < w->width; k++) {
        extract(w, &c, b, k);
        flx_double_reverse_solve(&c, op, b);
        insert(w, &c, b, k);
    }
}
