/* forward_double.c: forward sweep, T = double: values. */
#include "ops/support.h"
#include "program/planes.h"

#define T double
#define F(name) flx_double_##name
#include "program/forward.inc"

void flx_forward_double_from(const flx_code *c, uint32_t first, uint32_t out, flx_double_plane p)
{
    flx_double_forward_from(c, first, out, p);
}

void flx_forward_double(const flx_code *c, flx_double_plane p) { flx_double_forward(c, p); }
