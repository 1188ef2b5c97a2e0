/* exponent.h: exponents as an unevaluated sum of two doubles. Rounding p-1 would cost a power
 * 700 ulps where log(x) is large. */
#ifndef FLUXION_OPS_EXPONENT_H
#define FLUXION_OPS_EXPONENT_H

#include <float.h>
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

/* Neither lost in underflow nor in overflow, nor exactly 0. */
static inline int flx_is_normal(double x) { return fabs(x) >= DBL_MIN && fabs(x) <= DBL_MAX; }

/* The derivative z*(p-k)/x of z, which is x^p derived k times, where this has its digits. Of whole
 * powers exact zeros and small integers are to come out, which another power has. */
static inline int flx_power_next(double x, double z, double p, unsigned k, double *next)
{
    const double quotient = z / x;
    if (fabs(p) < 0x1p31 && p == (int)p) return 0;
    *next = quotient * (p - k);
    return flx_is_normal(z) && flx_is_normal(quotient) && flx_is_normal(*next);
}

#endif
