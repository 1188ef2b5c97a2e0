/* forward_wide4.c: forward sweep, T = a value with derivatives along 4 directions. */
#include "program/wide.h"
#include "reverse/sweep_double.h"

#define WIDTH 4
#define T flx_wide4
#define F(name) flx_wide4_##name
#include "program/forward_wide.inc"

void flx_forward_wide4(const flx_code *c, flx_wide_plane p) { flx_wide4_forward(c, p); }

void flx_wide4_walk_steps(const flx_code *c, const flx_block *b, flx_wide_plane p,
                          flx_step_visitor *visit, void *ctx)
{
    flx_wide4_walk_back(c, b, p, visit, ctx);
}
