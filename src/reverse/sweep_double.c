/* sweep_double.c: reverse mode, T = double. */
#include "reverse/sweep_double.h"

#define T double
#define F(name) flx_double_##name
#include "reverse/reverse_scalar.inc"
#include "reverse/loop_reverse.inc"
#include "reverse/reverse.inc"

void flx_sweep_double(flx_double_context *c, uint32_t first, uint32_t last, uint32_t end)
{
    flx_double_reverse(c, first, last, end);
}
