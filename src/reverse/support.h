/* support.h: the functions of flx_var that only the library itself uses: what a recorded
 * derivative is written in. */
#ifndef FLUXION_REVERSE_SUPPORT_H
#define FLUXION_REVERSE_SUPPORT_H

#include <fluxion/var.h>

#include "ops/support.h"

#define T flx_var
#define F(name) flx_var_##name
#include "ops/support.inc"
#include "ops/given.inc"
#include "ops/given_pair.inc"
#undef T
#undef F

/* The zero-keeping quotient of real.h, recorded; products go into accumulators (acc_mul). */
flx_var flx_var_adiv(flx_var g, flx_var y, flx_var z);

/* p, or NaN where y is NaN. A function defined everywhere needs no instruction for it: its
 * partial is NaN only where its argument is. */
static inline flx_var flx_var_defined_all(flx_var p, flx_var y)
{
    (void)y;
    return p;
}
flx_var flx_var_defined_part(flx_var p, flx_var y);

#endif
