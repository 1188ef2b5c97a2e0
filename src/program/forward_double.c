/* forward_double.c: forward sweep, T = double: values. */
#include "ops/support.h"
#include "program/planes.h"

#define T double
#define F(name) flx_double_##name
#include "program/forward.inc"

void flx_forward_double(const flx_code *c, flx_double_plane p) { flx_double_forward(c, p); }
