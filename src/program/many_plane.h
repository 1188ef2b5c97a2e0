/* many_plane.h: planes of many points. */
#ifndef FLUXION_PROGRAM_MANY_PLANE_H
#define FLUXION_PROGRAM_MANY_PLANE_H

#include "reverse/many_functions.h"

/* Numbers parallel to the slots, and room for those of one point. */
typedef struct flx_many_plane {
    flx_many *v;
    double *one;
} flx_many_plane;

static FLX_UNFOLD flx_many flx_many_load(flx_many_plane p, size_t i) { return p.v[i]; }
static FLX_UNFOLD void flx_many_store(flx_many_plane p, size_t i, flx_many x) { p.v[i] = x; }

static inline flx_many_plane flx_many_shift(flx_many_plane p, size_t slots)
{
    return (flx_many_plane){p.v + slots, p.one + slots};
}

static FLX_UNFOLD flx_many flx_many_primal(flx_many x) { return x; }
static FLX_UNFOLD flx_many flx_many_of_values(flx_many x) { return x; }
static FLX_UNFOLD flx_many flx_many_detached(flx_many x) { return x; }
static FLX_UNFOLD flx_many flx_many_picked(flx_many_mask m, flx_many yes, flx_many no)
{
    return flx_many_choose(m, yes, no);
}

static inline flx_algebra flx_many_one(flx_many_plane p, size_t plain)
{
    return flx_double_algebra((flx_double_plane){p.one}, plain);
}

/* Point l's number in a slot. */
static FLX_UNFOLD double *flx_many_at_point(flx_many *plane, size_t slot, int l)
{
    return (double *)(plane + slot) + l;
}

static inline void flx_many_copy_out(double *one, flx_many *plane, int l, const flx_view *view)
{
    for (uint32_t i = 0; i < view->rows; i++) {
        for (uint32_t j = 0; j < view->cols; j++) {
            const uint32_t slot = flx_view_slot(view, i, j);
            one[slot] = *flx_many_at_point(plane, slot, l);
        }
    }
}

static inline void flx_many_copy_in(const double *one, flx_many *plane, int l, const flx_view *view)
{
    for (uint32_t i = 0; i < view->rows; i++) {
        for (uint32_t j = 0; j < view->cols; j++) {
            const uint32_t slot = flx_view_slot(view, i, j);
            *flx_many_at_point(plane, slot, l) = one[slot];
        }
    }
}

static inline void flx_many_take_out(flx_many_plane p, int l, const flx_view *view)
{
    flx_many_copy_out(p.one, p.v, l, view);
}

static inline void flx_many_put_in(flx_many_plane p, int l, const flx_view *view)
{
    flx_many_copy_in(p.one, p.v, l, view);
}

#endif
