/* lanes.h: array variables as a scalar type of rules.inc: what recorded derivatives of maps are
 * written in. A number is an array of any shape; shapes broadcast. */
#ifndef FLUXION_REVERSE_LANES_H
#define FLUXION_REVERSE_LANES_H

#include <fluxion/array_math.h>

static inline flx_array flx_lanes_constant(double c) { return flx_array_scalar(flx_constant(c)); }

static inline flx_array flx_lanes_add(flx_array x, flx_array y) { return flx_array_add(x, y); }
static inline flx_array flx_lanes_sub(flx_array x, flx_array y) { return flx_array_sub(x, y); }
static inline flx_array flx_lanes_mul(flx_array x, flx_array y) { return flx_array_mul(x, y); }
static inline flx_array flx_lanes_div(flx_array x, flx_array y) { return flx_array_div(x, y); }
static inline flx_array flx_lanes_neg(flx_array x) { return flx_array_neg(x); }
static inline flx_array flx_lanes_square(flx_array x) { return flx_array_square(x); }
static inline flx_array flx_lanes_add_xc(flx_array x, double c)
{
    return flx_array_add(x, flx_lanes_constant(c));
}
static inline flx_array flx_lanes_mul_xc(flx_array x, double c)
{
    return flx_array_mul(x, flx_lanes_constant(c));
}
static inline flx_array flx_lanes_div_cx(double c, flx_array x)
{
    return flx_array_div(flx_lanes_constant(c), x);
}

#define FLX_UNARY(name, meaning)                                                                   \
    static inline flx_array flx_lanes_##name(flx_array x) { return flx_array_##name(x); }
#define FLX_BINARY(name, meaning)                                                                  \
    static inline flx_array flx_lanes_##name(flx_array x, flx_array y)                             \
    {                                                                                              \
        return flx_array_##name(x, y);                                                             \
    }
#include <fluxion/functions.def>

#define T flx_array
#define F(name) flx_lanes_##name
#include "ops/support.inc"
#include "ops/given.inc"
#include "ops/given_pair.inc"
#undef T
#undef F

/* As flx_var_adiv and flx_var_defined_part. */
flx_array flx_lanes_adiv(flx_array g, flx_array y, flx_array z);
flx_array flx_lanes_defined_part(flx_array p, flx_array y);

static inline flx_array flx_lanes_defined_all(flx_array p, flx_array y)
{
    (void)y;
    return p;
}

#endif
