/* slopes.h: second derivatives whose terms cancel next to a root, formed where nothing is rounded before
 * that: as the derivative of a row's derivative they would be a difference of what is rounded.
 *
 * Next to a root of k times 2^-53 an error is permitted, k being what x times the slope is there. */
#ifndef FLUXION_OPS_SLOPES_H
#define FLUXION_OPS_SLOPES_H

#include <math.h>

/* (1/sqrt(1+x^2))'' = (2x^2-1)/(1+x^2)^(5/2): 2x^2 is within 2^-53 where that is permitted twice. */
static inline double flx_slope_dasinh(double x)
{
    if (fabs(x) > 0x1p500) return 0.0; /* long below the smallest double */
    const double d = 1.0 / sqrt(1.0 + x * x);
    return (2.0 * (x * x) - 1.0) * d * d * d * d * d;
}

/* (1/(1+x^2))'' = (6x^2-2)/(1+x^2)^3, where 6x^2 is rounded twice. */
static inline double flx_slope_lorentz(double x)
{
    if (fabs(x) > 0x1p500) return 0.0;
    const double l = 1.0 / (1.0 + x * x);
    return (6.0 * (x * x) - 2.0) * l * l * l;
}

/* (1/cosh^2)'' = -2(1-3tanh^2)/cosh^2 = 16e(1-4e+e^2)/(1+e)^4 with e = exp(-2|x|), whose half a rounding
 * is what there is of error: a tanh would have it six times. */
static inline double flx_slope_sech2(double x)
{
    const double e = exp(-2.0 * fabs(x)), r = 1.0 / (1.0 + e), s = 4.0 * (e * (r * r));
    return 4.0 * s * ((1.0 - 4.0 * e) + e * e) * (r * r);
}

#endif
