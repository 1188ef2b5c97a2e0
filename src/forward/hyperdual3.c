/* hyperdual3.c: the elementary functions of flx_hyperdual3, the dual of hyper-duals. */
#include "forward/support.h"

#define T flx_hyperdual
#define F(name) flx_hyperdual_##name
#include "ops/defined.inc"
#include "ops/rules.inc"
#undef T
#undef F

#define T flx_hyperdual3
#define F(name) flx_hyperdual3_##name
#define B flx_hyperdual
#define G(name) flx_hyperdual_##name
#include "forward/dual_functions.inc"
