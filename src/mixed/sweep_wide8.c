/* sweep_wide8.c: reverse mode, T = a value with derivatives along 8 directions. */
#include "mixed/sweep_wide.h"
#include "reverse/sweep_double.h"

#define WIDTH 8
#define T flx_wide8
#define F(name) flx_wide8_##name
#include "mixed/sweep_wide.inc"

void flx_sweep_wide8(const flx_code *c, flx_wide_plane value, flx_wide_plane adjoint, uint32_t low)
{
    const flx_wide8_context all = {*c, value, adjoint, low};
    flx_wide8_reverse(&all, 0, c->instrs, c->slots);
}
