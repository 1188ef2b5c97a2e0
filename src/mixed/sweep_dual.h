/* sweep_dual.h: the reverse sweep over duals: forward over reverse. */
#ifndef FLUXION_MIXED_SWEEP_DUAL_H
#define FLUXION_MIXED_SWEEP_DUAL_H

#include "forward/support.h"
#include "program/planes.h"

#define T flx_dual
#define F(name) flx_dual_##name
#include "ops/defined.inc"
#include "ops/rules.inc"
#include "reverse/context.inc"
#include "reverse/context_block.inc"

/* The adjoints of a map's operands: reverse_rows.inc. */
void F(reverse_map)(const F(context) * c, const flx_block *b);
#undef T
#undef F

/* Sweeps all of the code; values with tangents and seeded adjoints lie in the context's planes. */
void flx_sweep_dual(flx_dual_context *c);

#endif
