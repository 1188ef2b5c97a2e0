/* support.h: the functions of the number types that only the library itself uses. */
#ifndef FLUXION_FORWARD_SUPPORT_H
#define FLUXION_FORWARD_SUPPORT_H

#include <fluxion/dual.h>
#include <fluxion/hyperdual.h>

#include "ops/support.h"

/* A function's value, and its partial times the tangent. */
static inline flx_dual flx_dual_chain(flx_dual x, double value, double dx)
{
    return flx_dual_make(value, flx_double_amul(x.d, dx));
}

#define T flx_dual
#define F(name) flx_dual_##name
#define G(name) flx_double_##name
#include "ops/support.inc"
#include "ops/given.inc"
#include "forward/given_pair.inc"
#undef T
#undef F
#undef G

#define T flx_ddual
#define F(name) flx_ddual_##name
#include "ops/support.inc"
#include "ops/given.inc"
#include "ops/given_pair.inc"
#undef T
#undef F

#define T flx_hyperdual
#define F(name) flx_hyperdual_##name
#include "ops/support.inc"
#include "ops/given.inc"
#include "ops/given_pair.inc"
#undef T
#undef F

#define T flx_hyperdual3
#define F(name) flx_hyperdual3_##name
#include "ops/support.inc"
#include "ops/given.inc"
#include "ops/given_pair.inc"
#undef T
#undef F

#endif
