/* sweep_adjoints8.c: reverse mode, 8 adjoints of every slot. */
#include "program/wide.h"
#include "reverse/sweep_double.h"

#define WIDTH 8
#define T flx_wide8
#define F(name) flx_adjoints8_##name
#include "program/adjoints.inc"

void flx_sweep_adjoints8(const flx_code *c, flx_wide_plane value, flx_wide_plane adjoint,
                         uint32_t low)
{
    const flx_adjoints8_context all = {
        *c, {.v = value.v, .plain = 1}, {.d = adjoint.d, .flat = adjoint.flat}, low};
    flx_adjoints8_reverse(&all, 0, c->instrs, c->slots);
}
