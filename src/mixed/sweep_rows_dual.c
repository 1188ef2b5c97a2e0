/* sweep_rows_dual.c: reverse mode of maps, T = dual. */
#include "mixed/sweep_dual.h"

#define T flx_dual
#define F(name) flx_dual_##name
#include "reverse/reverse_scalar.inc"
#include "reverse/rows_back.inc"
#include "reverse/reverse_rows.inc"
