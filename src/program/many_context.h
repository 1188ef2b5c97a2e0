/* many_context.h: context.inc for sweeps back at many points. Adjoints are not cleared before: a plane of
 * bytes tells of which slots nothing has been added to, so that the first contribution is stored. Clearing
 * would be another pass over a plane that is as large as the cache.
 *
 * That is done where all code is scalar. Elsewhere adjoints are cleared, and all have been touched. */
#ifndef FLUXION_PROGRAM_MANY_CONTEXT_H
#define FLUXION_PROGRAM_MANY_CONTEXT_H

#include "program/many_plane.h"

typedef struct flx_many_context {
    flx_code code;
    flx_many_plane value, adjoint; /* indexed by slot */
    unsigned char *touched;        /* likewise: whether the adjoint is there; it is zero else */
    uint32_t low;
} flx_many_context;

static inline int flx_many_refresh(flx_many_context *c)
{
    (void)c;
    return 1;
}

static FLX_UNFOLD flx_many flx_many_at(const flx_many_context *c, uint32_t slot)
{
    return flx_many_load(c->value, slot);
}

static FLX_UNFOLD int flx_many_wants(const flx_many_context *c, uint32_t slot)
{
    return slot >= c->low;
}

static FLX_UNFOLD flx_many flx_many_adjoint(const flx_many_context *c, uint32_t slot)
{
    return flx_many_wants(c, slot) && c->touched[slot] ? flx_many_load(c->adjoint, slot)
                                                       : flx_many_constant(0.0);
}

/* 0 is added to what is stored: a sum never begins with -0. */
static FLX_UNFOLD void flx_many_give(flx_many_context *c, uint32_t slot, flx_many g)
{
    if (!flx_many_wants(c, slot)) return;
    const flx_many before =
        c->touched[slot] ? flx_many_load(c->adjoint, slot) : flx_many_constant(0.0);
    c->touched[slot] = 1;
    flx_many_store(c->adjoint, slot, flx_many_add(before, g));
}

/* ---- of the code within loops ---- */

static inline void flx_many_set_adjoint(flx_many_context *c, uint32_t slot, flx_many g)
{
    if (flx_many_wants(c, slot)) flx_many_store(c->adjoint, slot, g);
}

static inline void flx_many_clear_adjoints(flx_many_context *c, uint32_t slots)
{
    for (uint32_t k = c->low; k < slots; k++) flx_many_store(c->adjoint, k, flx_many_constant(0.0));
}

/* The context of code whose slots begin there. */
static inline flx_many_context flx_many_inner_context(const flx_many_context *c,
                                                      const flx_code *code, uint32_t slots,
                                                      uint32_t low)
{
    return (flx_many_context){*code, flx_many_shift(c->value, slots),
                              flx_many_shift(c->adjoint, slots), c->touched + slots, low};
}

#endif
