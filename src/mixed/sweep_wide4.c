/* sweep_wide4.c: reverse mode, T = a value with derivatives along 4 directions. */
#include "mixed/sweep_wide.h"
#include "reverse/sweep_double.h"

#define WIDTH 4
#define T flx_wide4
#define F(name) flx_wide4_##name
#include "mixed/sweep_wide.inc"

void flx_sweep_wide4(const flx_code *c, flx_wide_plane value, flx_wide_plane adjoint, uint32_t low)
{
    const flx_wide4_context all = {*c, value, adjoint, low};
    flx_wide4_reverse(&all, 0, c->instrs, c->slots);
}
