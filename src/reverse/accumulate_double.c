/* accumulate_double.c: what accumulating array operations add, T = double. */
#include "ops/support.h"
#include "reverse/plane.h"

#define T double
#define F(name) flx_double_##name
#include "reverse/accumulate.inc"
