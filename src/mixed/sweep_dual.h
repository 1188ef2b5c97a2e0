/* sweep_dual.h: the reverse sweep over duals: forward over reverse. */
#ifndef FLUXION_MIXED_SWEEP_DUAL_H
#define FLUXION_MIXED_SWEEP_DUAL_H

#include "forward/support.h"
#include "ops/quick.h"
#include "program/planes.h"

#define T flx_dual
#define F(name) flx_dual_##name
#include "ops/defined.inc"
#include "ops/rules.inc"

/* What adjoint_rules.inc says, with fewer comparisons. */
static FLX_UNFOLD int F(nothing)(T g) { return flx_quick_are_zero(g.v, g.d); }
static FLX_UNFOLD T F(product)(T g, T p)
{
    return F(make)(flx_double_amul(g.v, p.v), flx_quick_amul_smul(g.d, p.v, g.v, p.d));
}
static FLX_UNFOLD T F(level_product)(T g, T p) { return F(smul)(g, p); }

#include "reverse/context.inc"
#include "reverse/context_block.inc"

/* The adjoints of a map's operands: reverse_rows.inc. */
void F(reverse_map)(const F(context) * c, const flx_block *b);
#undef T
#undef F

/* Sweeps all of the code; values with tangents and seeded adjoints lie in the context's planes. */
void flx_sweep_dual(flx_dual_context *c);

#endif
