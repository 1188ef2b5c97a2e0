/* forward_ddual.c: forward sweep, T = dual of dual: one mixed second derivative by nesting. */
#include "forward/support.h"
#include "program/planes.h"

#define T flx_ddual
#define F(name) flx_ddual_##name
#include "reverse/point.inc"
#include "reverse/block.inc"
static FLX_LOOP void F(accumulate)(const flx_code *c, unsigned op, const flx_block *b, F(places) p);
#include "reverse/accumulate_common.inc"
#include "reverse/accumulate.inc"
#include "reverse/forward_scalar.inc"
#include "reverse/forward_map.inc"
#include "reverse/forward_block.inc"
#include "reverse/forward.inc"

void flx_forward_ddual(const flx_code *c, flx_ddual_plane p) { flx_ddual_forward(c, p); }
