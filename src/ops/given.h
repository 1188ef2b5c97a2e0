/* given.h: given.inc in double: another call of libm is saved where the value has all that is needed. */
#ifndef FLUXION_OPS_GIVEN_H
#define FLUXION_OPS_GIVEN_H

#include <float.h>

#include "ops/exponent.h"
#include "ops/support.h"
#include "ops/values.h"

static inline double flx_double_cos_given(double x, double sin_x)
{
    (void)sin_x;
    return cos(x);
}
static inline double flx_double_sin_given(double x, double cos_x)
{
    (void)cos_x;
    return sin(x);
}

static inline double flx_double_sech2_given(double x, double tanh_x)
{
    (void)tanh_x;
    return flx_double_sech2(x);
}

static inline double flx_double_with_slope(double x, double p, double slope(double x))
{
    (void)x, (void)slope;
    return p;
}

static inline double flx_double_cosh_given(double x, double sinh_x)
{
    (void)x;
    return fabs(sinh_x) > 0x1p28 ? fabs(sinh_x) : sqrt(1.0 + sinh_x * sinh_x);
}

/* Near 0 the cosine has not got the digits. */
static inline double flx_double_sinh_given(double x, double cosh_x)
{
    if (cosh_x > 0x1p28) return copysign(cosh_x, x);
    return cosh_x > 2.5 ? copysign(sqrt((cosh_x - 1.0) * (cosh_x + 1.0)), x) : sinh(x);
}

/* x^(-2/3)/3 = (2y/x + 1/y^2)/9, y = cbrt(x): libm's cube root may be 4 ulps off, and here its error
 * cancels, but for the square of it. */
static inline double flx_double_dcbrt_given(double x, double cbrt_x)
{
    const double size = fabs(x), square = cbrt_x * cbrt_x;
    if (!(size > 0x1p-500 && size < 0x1p500)) return value_dcbrt(x);
    return (2.0 * (cbrt_x * square) + x) / (9.0 * (x * square));
}

/* A subnormal hypotenuse has lost digits. */
static inline double flx_double_dir_given(double x, double y, double hypot_xy)
{
    return hypot_xy > 0x1p-960 && hypot_xy <= DBL_MAX ? x / hypot_xy : value_dir(x, y);
}

static inline double flx_double_dpowc_given(double x, double z, double p, unsigned k)
{
    double next;
    return flx_power_next(x, z, p, k, &next) ? next : flx_double_dpow(x, p, k + 1, 0);
}

/* The same where no logarithm is in it. */
static inline double flx_double_dpow_x_given(double x, double y, double z, unsigned k, unsigned m)
{
    return m == 0 ? flx_double_dpowc_given(x, z, y, k) : flx_double_dpow(x, y, k + 1, m);
}

/* z*log(x), where z is x^y or this times powers of log(x). */
static inline double flx_double_dpow_y_given(double x, double y, double z, unsigned k, unsigned m)
{
    if (k > 0 || !flx_is_normal(z) || !(x > 0.0)) return flx_double_dpow(x, y, k, m + 1);
    const double next = z * log(x);
    return flx_is_normal(next) ? next : flx_double_dpow(x, y, k, m + 1);
}

#endif
