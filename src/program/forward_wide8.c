/* forward_wide8.c: forward sweep, T = a value with derivatives along 8 directions. */
#include "program/wide.h"
#include "reverse/sweep_double.h"

#define WIDTH 8
#define T flx_wide8
#define F(name) flx_wide8_##name
#include "program/forward_wide.inc"

void flx_forward_wide8(const flx_code *c, flx_wide_plane p) { flx_wide8_forward(c, p); }

void flx_wide8_walk_steps(const flx_code *c, const flx_block *b, flx_wide_plane p,
                          flx_step_visitor *visit, void *ctx)
{
    flx_wide8_walk_back(c, b, p, visit, ctx);
}
