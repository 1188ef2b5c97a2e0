/* forward_hyperdual.c: forward sweep, T = hyperdual: one mixed second derivative. */
#include "forward/support.h"
#include "program/planes.h"

#define T flx_hyperdual
#define F(name) flx_hyperdual_##name
#include "reverse/point.inc"
#include "reverse/block.inc"
static FLX_LOOP void F(accumulate)(const flx_code *c, unsigned op, const flx_block *b, F(places) p);
#include "reverse/accumulate_common.inc"
#include "reverse/accumulate.inc"
#include "reverse/forward_scalar.inc"
#include "reverse/forward_map.inc"
#include "reverse/forward_block.inc"
#include "reverse/forward.inc"

void flx_forward_hyperdual(const flx_code *c, flx_hyperdual_plane p)
{
    flx_hyperdual_forward(c, p);
}
