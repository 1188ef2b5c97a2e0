/* many_plane.h: planes of many points. */
#ifndef FLUXION_PROGRAM_MANY_PLANE_H
#define FLUXION_PROGRAM_MANY_PLANE_H

#include "reverse/many_functions.h"

/* Numbers parallel to the slots of a program, and what goes with them. */
typedef struct flx_many_room {
    flx_many *v;
    double *one;    /* room for those of one point */
    flx_many *rate; /* the derivatives that come with values (flx_op_has_rate), or NULL */
} flx_many_room;

/* The same from some slot on. Two words are passed in registers, more are not. */
typedef struct flx_many_plane {
    flx_many *v;
    const flx_many_room *room;
} flx_many_plane;

static inline flx_many_plane flx_many_plane_of(const flx_many_room *room)
{
    return (flx_many_plane){room->v, room};
}

static inline double *flx_many_point(flx_many_plane p) { return p.room->one + (p.v - p.room->v); }

static inline flx_many *flx_many_rates(flx_many_plane p)
{
    return p.room->rate ? p.room->rate + (p.v - p.room->v) : NULL;
}

static FLX_UNFOLD flx_many flx_many_load(flx_many_plane p, size_t i) { return p.v[i]; }
static FLX_UNFOLD void flx_many_store(flx_many_plane p, size_t i, flx_many x) { p.v[i] = x; }

static inline flx_many_plane flx_many_shift(flx_many_plane p, size_t slots)
{
    return (flx_many_plane){p.v + slots, p.room};
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
    return flx_double_algebra((flx_double_plane){flx_many_point(p)}, plain);
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
    flx_many_copy_out(flx_many_point(p), p.v, l, view);
}

static inline void flx_many_put_in(flx_many_plane p, int l, const flx_view *view)
{
    flx_many_copy_in(flx_many_point(p), p.v, l, view);
}

#endif
