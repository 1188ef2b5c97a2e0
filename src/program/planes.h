/* planes.h: planes of duals, hyper-duals and duals of duals, and forward sweeps over them. */
#ifndef FLUXION_PROGRAM_PLANES_H
#define FLUXION_PROGRAM_PLANES_H

#include <fluxion/dual.h>
#include <fluxion/hyperdual.h>

#include "reverse/plane.h"

typedef struct flx_dual_plane {
    double *v, *d;
} flx_dual_plane;

static FLX_UNFOLD flx_dual flx_dual_load(flx_dual_plane p, size_t i)
{
    return flx_dual_make(p.v[i], p.d[i]);
}

static FLX_UNFOLD void flx_dual_store(flx_dual_plane p, size_t i, flx_dual x)
{
    p.v[i] = x.v;
    p.d[i] = x.d;
}

static inline flx_seen flx_dual_look(const flx_inner *f, flx_dual_plane p)
{
    return flx_inner_look(f, p.v);
}
static inline flx_dual_plane flx_dual_shift(flx_dual_plane p, size_t slots)
{
    return (flx_dual_plane){p.v + slots, p.d + slots};
}

static inline flx_algebra flx_dual_algebra(flx_dual_plane p, size_t plain)
{
    return (flx_algebra){.part = {p.v, p.d}, .count = 2, .plain = plain, .magnitudes = SIZE_MAX};
}

static FLX_UNFOLD flx_dual_plane flx_dual_plane_of(double *room, size_t n)
{
    return (flx_dual_plane){room, room + n};
}

typedef struct flx_hyperdual_plane {
    double *v, *e1, *e2, *e12;
} flx_hyperdual_plane;

static FLX_UNFOLD flx_hyperdual flx_hyperdual_load(flx_hyperdual_plane p, size_t i)
{
    return flx_hyperdual_make(p.v[i], p.e1[i], p.e2[i], p.e12[i]);
}

static FLX_UNFOLD void flx_hyperdual_store(flx_hyperdual_plane p, size_t i, flx_hyperdual x)
{
    p.v[i] = x.v;
    p.e1[i] = x.e1;
    p.e2[i] = x.e2;
    p.e12[i] = x.e12;
}

static inline flx_seen flx_hyperdual_look(const flx_inner *f, flx_hyperdual_plane p)
{
    return flx_inner_look(f, p.v);
}
static inline flx_hyperdual_plane flx_hyperdual_shift(flx_hyperdual_plane p, size_t slots)
{
    return (flx_hyperdual_plane){p.v + slots, p.e1 + slots, p.e2 + slots, p.e12 + slots};
}

static inline flx_algebra flx_hyperdual_algebra(flx_hyperdual_plane p, size_t plain)
{
    return (flx_algebra){
        .part = {p.v, p.e1, p.e2, p.e12}, .count = 4, .plain = plain, .magnitudes = SIZE_MAX};
}

typedef struct flx_ddual_plane {
    double *v, *inner, *outer, *both; /* v.v, v.d, d.v, d.d */
} flx_ddual_plane;

static FLX_UNFOLD flx_ddual flx_ddual_load(flx_ddual_plane p, size_t i)
{
    return flx_ddual_make(flx_dual_make(p.v[i], p.inner[i]), flx_dual_make(p.outer[i], p.both[i]));
}

static FLX_UNFOLD void flx_ddual_store(flx_ddual_plane p, size_t i, flx_ddual x)
{
    p.v[i] = x.v.v;
    p.inner[i] = x.v.d;
    p.outer[i] = x.d.v;
    p.both[i] = x.d.d;
}

static inline flx_seen flx_ddual_look(const flx_inner *f, flx_ddual_plane p)
{
    return flx_inner_look(f, p.v);
}
static inline flx_ddual_plane flx_ddual_shift(flx_ddual_plane p, size_t slots)
{
    return (flx_ddual_plane){p.v + slots, p.inner + slots, p.outer + slots, p.both + slots};
}

static inline flx_algebra flx_ddual_algebra(flx_ddual_plane p, size_t plain)
{
    return (flx_algebra){.part = {p.v, p.inner, p.outer, p.both},
                         .count = 4,
                         .plain = plain,
                         .magnitudes = SIZE_MAX};
}

#define T flx_dual
#define F(name) flx_dual_##name
#include "reverse/point.inc"
#include "reverse/block.inc"
#undef T
#undef F

/* As flx_double_accumulate. */
void flx_dual_accumulate(const flx_code *c, unsigned op, const flx_block *b, flx_dual_places p);

/* Forward sweeps, as flx_forward_double_from is one. Inputs and constants lie in the planes already; every other slot is written. */
void flx_forward_dual(const flx_code *c, flx_dual_plane p);
void flx_forward_dual_from(const flx_code *c, uint32_t first, uint32_t out, flx_dual_plane p);
/* The same where the values are there: only tangents are written, which have the same bits. Of code whose
 * instructions are all scalar. */
void flx_forward_known(const flx_code *c, uint32_t first, uint32_t out, flx_dual_plane p);
void flx_dual_walk_steps(const flx_code *c, const flx_block *b, flx_dual_plane p,
                         flx_step_visitor *visit, void *ctx); /* as flx_double_walk_steps */
void flx_forward_hyperdual(const flx_code *c, flx_hyperdual_plane p);
void flx_forward_ddual(const flx_code *c, flx_ddual_plane p);

/* One array instruction, which writes from slot out on or adds in place. */
void flx_forward_dual_block(const flx_code *c, flx_instr in, flx_dual_plane p, uint32_t out);

#endif
