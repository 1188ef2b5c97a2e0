/* many_sweep.h: the sweeps over many points. */
#ifndef FLUXION_PROGRAM_MANY_SWEEP_H
#define FLUXION_PROGRAM_MANY_SWEEP_H

#include "program/many_context.h"
#include "program/many_given.h"
#include "program/many_look.h"
#include "program/many_plane.h"

#define T flx_many
#define F(name) flx_many_##name
#include "ops/defined.inc"
#include "ops/rules.inc"
#include "program/points.inc"
#include "reverse/block.inc"
static FLX_LOOP void F(accumulate)(const flx_code *c, unsigned op, const flx_block *b, F(places) p);
#include "reverse/accumulate_common.inc"
#include "reverse/accumulate.inc"
#include "reverse/adjoint_rules.inc"
#include "reverse/give.inc"
#include "reverse/context_block.inc"
#include "reverse/forward_scalar.inc"
#include "reverse/reverse_scalar.inc"
static FLX_LOOP void F(forward_from)(const flx_code *code, uint32_t first, uint32_t out,
                                     F(plane) p);
static FLX_LOOP void F(reverse)(const F(context) * given, uint32_t first, uint32_t last,
                                uint32_t end);
#include "program/many_map.inc"
#include "reverse/forward_block.inc"
#include "program/many_forward.inc"

static void F(walk_steps)(const flx_code *c, const flx_block *b, F(plane) p,
                          flx_step_visitor *visit, void *ctx)
{
    F(walk_back)(c, b, p, visit, ctx);
}

#include "reverse/loop_reverse.inc"
#include "program/many_reverse.inc"
#undef T
#undef F

#endif
