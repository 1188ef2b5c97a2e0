/* sweep_adjoints4.c: reverse mode, 4 adjoints of every slot. */
#include "program/wide.h"
#include "reverse/sweep_double.h"

#define WIDTH 4
#define T flx_wide4
#define F(name) flx_adjoints4_##name
#include "program/adjoints.inc"

void flx_sweep_adjoints4(const flx_code *c, flx_wide_plane value, flx_wide_plane adjoint,
                         uint32_t low)
{
    const flx_adjoints4_context all = {
        *c, {.v = value.v, .plain = 1}, {.d = adjoint.d, .flat = adjoint.flat}, low};
    flx_adjoints4_reverse(&all, 0, c->instrs, c->slots);
}
