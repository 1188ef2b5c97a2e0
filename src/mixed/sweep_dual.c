/* sweep_dual.c: reverse mode, T = dual. */
#include "mixed/sweep_dual.h"

#define T flx_dual
#define F(name) flx_dual_##name
#include "reverse/reverse_scalar.inc"
#include "reverse/loop_reverse.inc"
#include "reverse/reverse.inc"

void flx_sweep_dual(flx_dual_context *c) { flx_dual_reverse(c, 0, c->code.instrs, c->code.slots); }
