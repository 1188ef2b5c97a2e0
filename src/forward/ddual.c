/* ddual.c: the elementary functions of flx_ddual, the dual of duals. */
#include "forward/support.h"

#define T flx_dual
#define F(name) flx_dual_##name
#include "ops/defined.inc"
#include "ops/rules.inc"
#undef T
#undef F

#define T flx_ddual
#define F(name) flx_ddual_##name
#define B flx_dual
#define G(name) flx_dual_##name
#include "forward/dual_functions.inc"
