/* dual.c: the elementary functions of flx_dual. */
#include "forward/support.h"
#include "ops/inlined.h"

#define T double
#define F(name) flx_inlined_##name
#include "ops/defined.inc"
#include "ops/rules.inc"
#undef T
#undef F

#define T flx_dual
#define F(name) flx_dual_##name
#define B double
#define G(name) flx_inlined_##name
#include "forward/dual_functions.inc"
