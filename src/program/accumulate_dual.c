/* accumulate_dual.c: what accumulating array operations add, T = dual. */
#include "forward/support.h"
#include "program/planes.h"

#define T flx_dual
#define F(name) flx_dual_##name
#include "reverse/accumulate_common.inc"
#include "reverse/accumulate.inc"
