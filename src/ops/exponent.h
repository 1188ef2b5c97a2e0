/* exponent.h: exponents as an unevaluated sum of two doubles. Rounding p-1 would cost a power
 * 700 ulps where log(x) is large. */
#ifndef FLUXION_OPS_EXPONENT_H
#define FLUXION_OPS_EXPONENT_H

#include <math.h>

typedef struct flx_exponent {
    double hi; /* the exponent, rounded */
    double lo; /* what the rounding left */
} flx_exponent;

/* (hi + lo) - k, exactly but for a rounding of lo: Knuth's two-sum. */
static inline flx_exponent flx_exponent_minus(double hi, double lo, double k)
{
    const double s = hi - k;
    const double b = s - hi;
    const double error = (hi - (s - b)) - (k + b);
    flx_exponent e = {s, 0.0};
    if (!isfinite(s)) return e;
    e.lo = error + lo;
    e.hi = s + e.lo;
    e.lo -= e.hi - s;
    return e;
}

#endif
