/* sweep_rows_double.c: reverse mode of maps, T = double. */
#include "reverse/sweep_double.h"

#define T double
#define F(name) flx_double_##name
#include "reverse/reverse_scalar.inc"
#include "reverse/reverse_rows.inc"
