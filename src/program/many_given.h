/* many_given.h: given.inc at some points: in vectors all begins anew, which there is cheaper; point by
 * point it is what plain double does. */
#ifndef FLUXION_PROGRAM_MANY_GIVEN_H
#define FLUXION_PROGRAM_MANY_GIVEN_H

#include "ops/given.h"
#include "reverse/many_functions.h"

#define T flx_many
#define F(name) flx_many_##name
#include "ops/given_pair.inc"
#ifdef FLX_SLEEF
#include "ops/given.inc"
#endif
#undef T
#undef F

#ifndef FLX_SLEEF
static FLX_UNFOLD flx_many flx_many_cosh_given(flx_many x, flx_many y)
{
    return flx_many_each2(flx_double_cosh_given, x, y);
}
static FLX_UNFOLD flx_many flx_many_sinh_given(flx_many x, flx_many y)
{
    return flx_many_each2(flx_double_sinh_given, x, y);
}
static FLX_UNFOLD flx_many flx_many_dcbrt_given(flx_many x, flx_many y)
{
    return flx_many_each2(flx_double_dcbrt_given, x, y);
}
static FLX_UNFOLD flx_many flx_many_dir_given(flx_many x, flx_many y, flx_many z)
{
    return flx_many_each3(flx_double_dir_given, x, y, z);
}

static FLX_CALL flx_many flx_many_dpowc_given(flx_many x, flx_many z, double p, unsigned k)
{
    double a[FLX_WIDTH], c[FLX_WIDTH];
    flx_many_to(a, x);
    flx_many_to(c, z);
    for (int l = 0; l < FLX_WIDTH; l++) a[l] = flx_double_dpowc_given(a[l], c[l], p, k);
    return flx_many_from(a);
}

typedef double flx_given_power(double x, double y, double z, unsigned k, unsigned m);

static FLX_CALL flx_many flx_many_power_given(flx_given_power *f, flx_many x, flx_many y,
                                              flx_many z, unsigned k, unsigned m)
{
    double a[FLX_WIDTH], b[FLX_WIDTH], c[FLX_WIDTH];
    flx_many_to(a, x);
    flx_many_to(b, y);
    flx_many_to(c, z);
    for (int l = 0; l < FLX_WIDTH; l++) a[l] = f(a[l], b[l], c[l], k, m);
    return flx_many_from(a);
}
static FLX_UNFOLD flx_many flx_many_dpow_x_given(flx_many x, flx_many y, flx_many z, unsigned k,
                                                 unsigned m)
{
    return flx_many_power_given(flx_double_dpow_x_given, x, y, z, k, m);
}
static FLX_UNFOLD flx_many flx_many_dpow_y_given(flx_many x, flx_many y, flx_many z, unsigned k,
                                                 unsigned m)
{
    return flx_many_power_given(flx_double_dpow_y_given, x, y, z, k, m);
}
#endif

#endif
