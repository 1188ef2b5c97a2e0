/* sweep_dual.h: the reverse sweep over duals: forward over reverse. */
#ifndef FLUXION_MIXED_SWEEP_DUAL_H
#define FLUXION_MIXED_SWEEP_DUAL_H

#include "forward/support.h"
#include "program/planes.h"

/* A function's value, and its partial times the tangent. */
static inline flx_dual flx_dual_chain(flx_dual x, double value, double dx)
{
    return flx_dual_make(value, flx_double_amul(x.d, dx));
}

#define T flx_dual
#define F(name) flx_dual_##name
#define G(name) flx_double_##name
#include "forward/defined_dual.inc"
#include "ops/rules.inc"
#include "reverse/context.inc"
#include "reverse/context_block.inc"
#undef T
#undef F
#undef G

/* Sweeps all of the code; values with tangents and seeded adjoints lie in the context's planes. */
void flx_sweep_dual(flx_dual_context *c);

#endif
