/* forward_dual.c: forward sweep, T = dual: one directional derivative. */
#include "forward/support.h"
#include "program/planes.h"

#define T flx_dual
#define F(name) flx_dual_##name
#include "reverse/forward_scalar.inc"
#include "reverse/rows.inc"
#include "reverse/forward_rows.inc"
#include "reverse/forward_block.inc"
#include "reverse/forward.inc"

void flx_forward_dual(const flx_code *c, flx_dual_plane p) { flx_dual_forward(c, p); }

void flx_forward_dual_block(const flx_code *c, flx_instr in, flx_dual_plane p, uint32_t out)
{
    flx_dual_run_block(c, in, p, out);
}

void flx_forward_dual_from(const flx_code *c, uint32_t first, uint32_t out, flx_dual_plane p)
{
    flx_dual_forward_from(c, first, out, p);
}

void flx_dual_walk_steps(const flx_code *c, const flx_block *b, flx_dual_plane p,
                         flx_step_visitor *visit, void *ctx)
{
    flx_dual_walk_back(c, b, p, visit, ctx);
}
