/* probe.c: values with flags. */
#include <fluxion/probe.h>

#include "ops/delicate.h"
#include "ops/support.h"

/* The result z of an operation on x and y that is at these delicate points. */
static flx_probe result(double z, unsigned points, flx_probe x, flx_probe y)
{
    const int nan = x.v != x.v || y.v != y.v, infinite = isinf(x.v) || isinf(y.v);
    const unsigned met = points | flx_delicate_value(z, nan, infinite, points);
    return flx_probe_make(z, x.flags | y.flags | met, x.active | y.active);
}

/* Two operands as one: what both have met, and a value that is NaN or infinite where one is. */
static flx_probe both(flx_probe x, flx_probe y)
{
    const int second = y.v != y.v || (isinf(y.v) && x.v == x.v);
    return flx_probe_make(second ? y.v : x.v, x.flags | y.flags, x.active | y.active);
}

static int order_of(flx_probe x) { return x.active ? 1 : 0; }

flx_probe flx_probe_neg(flx_probe x) { return result(-x.v, 0, x, x); }

flx_probe flx_probe_square(flx_probe x) { return result(x.v * x.v, 0, x, x); }

flx_probe flx_probe_add(flx_probe x, flx_probe y) { return result(x.v + y.v, 0, x, y); }

flx_probe flx_probe_sub(flx_probe x, flx_probe y) { return result(x.v - y.v, 0, x, y); }

flx_probe flx_probe_mul(flx_probe x, flx_probe y) { return result(x.v * y.v, 0, x, y); }

flx_probe flx_probe_div(flx_probe x, flx_probe y)
{
    return result(x.v / y.v, flx_delicate_div(x.v, y.v), x, y);
}

/* clang-format off */
#define FLX_UNARY(name, meaning) flx_probe flx_probe_##name(flx_probe x) { return result(flx_double_##name(x.v), flx_delicate_##name(x.v, order_of(x)), x, x); }
#define flx_delicate_pow(x, y, order) flx_delicate_dpow(x, y, 0, 0, by_x, by_y)
#define FLX_BINARY(name, meaning) flx_probe flx_probe_##name(flx_probe x, flx_probe y) { const int by_x = order_of(x), by_y = order_of(y); return result(flx_double_##name(x.v, y.v), flx_delicate_##name(x.v, y.v, by_x | by_y), x, y); }
#define FLX_TERNARY(name, meaning) flx_probe flx_probe_##name(flx_probe x, flx_probe y, flx_probe z) { return result(flx_double_##name(x.v, y.v, z.v), flx_delicate_##name(x.v, y.v, z.v, order_of(x) | order_of(y) | order_of(z)), x, both(y, z)); }
#define FLX_ORDERED(name, meaning) flx_probe flx_probe_##name(int n, flx_probe x) { return result(flx_double_##name(n, x.v), flx_delicate_d##name(x.v, n, 0, order_of(x)), x, x); }
#include <fluxion/functions.def>
/* clang-format on */

void flx_probe_sincos(flx_probe x, flx_probe *s, flx_probe *c)
{
    double sine, cosine;
    flx_double_sincos(x.v, &sine, &cosine);
    *s = result(sine, 0, x, x);
    *c = result(cosine, 0, x, x);
}

flx_probe flx_probe_pow_xc(flx_probe x, double y)
{
    return flx_probe_pow(x, flx_probe_constant(y));
}

flx_probe flx_probe_pow_cx(double x, flx_probe y)
{
    return flx_probe_pow(flx_probe_constant(x), y);
}
