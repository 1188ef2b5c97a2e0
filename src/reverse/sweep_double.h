/* sweep_double.h: the reverse sweep in plain double: the gradient. */
#ifndef FLUXION_REVERSE_SWEEP_DOUBLE_H
#define FLUXION_REVERSE_SWEEP_DOUBLE_H

#include "ops/given.h"
#include "ops/quick.h"
#include "reverse/plane.h"

#define T double
#define F(name) flx_double_##name
#include "ops/defined.inc"
#include "ops/rules.inc"

/* What adjoint_rules.inc says, with fewer comparisons. */
static FLX_UNFOLD int F(nothing)(T g) { return F(is_zero)(g); }
static FLX_UNFOLD T F(product)(T g, T p) { return F(amul)(g, p); }
static FLX_UNFOLD T F(level_product)(T g, T p) { return flx_quick_smul(g, p); }

#include "reverse/context.inc"
#include "reverse/context_block.inc"

/* The adjoints of a map's operands: reverse_rows.inc. */
void F(reverse_map)(const F(context) * c, const flx_block *b);
#undef T
#undef F

/* Sweeps instructions last-1 down to first; end is the number of slots written before last. */
void flx_sweep_double(flx_double_context *c, uint32_t first, uint32_t last, uint32_t end);

#endif
