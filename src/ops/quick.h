/* quick.h: products that keep exact zeros (real.h), and sums of two, for sweeps over doubles and duals.
 *
 * A plain result that is neither zero nor NaN is what they are, bit for bit: next to a factor that is not
 * finite an exact zero would have made it NaN, and next to a finite one it adds nothing. So one comparison
 * stands for those of all factors. */
#ifndef FLUXION_OPS_QUICK_H
#define FLUXION_OPS_QUICK_H

#include <fluxion/real.h>

/* amul(g, p) + amul(h, q). */
static inline double flx_quick_amul_amul(double g, double p, double h, double q)
{
    const double sum = g * p + h * q;
    if (FLX_LIKELY(islessgreater(sum, 0.0))) return sum;
    return flx_double_amul(g, p) + flx_double_amul(h, q);
}

/* amul(g, p) + smul(a, b). */
static inline double flx_quick_amul_smul(double g, double p, double a, double b)
{
    const double sum = g * p + a * b;
    if (FLX_LIKELY(islessgreater(sum, 0.0))) return sum;
    return flx_double_amul(g, p) + flx_double_smul(a, b);
}

/* smul(a, b). */
static inline double flx_quick_smul(double a, double b)
{
    const double product = a * b;
    return FLX_LIKELY(islessgreater(product, 0.0)) ? product : flx_double_smul(a, b);
}

/* Whether both are exactly zero. */
static inline int flx_quick_are_zero(double a, double b)
{
    if (FLX_LIKELY(islessgreater(a, 0.0))) return 0;
    return a == 0.0 && b == 0.0;
}

#endif
