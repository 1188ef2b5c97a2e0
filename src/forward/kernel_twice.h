/* kernel_twice.h: numbers of twice the digits of a double, for coefficients whose terms cancel.
 *
 * A function with complex poles has coefficients that vanish at some arguments. Next to such a root the
 * argument's own rounding permits an error of about half a rounding of what cancels there, which no
 * recurrence in doubles keeps to. Kernels add up what cancels, and compute again from the first
 * coefficient on of which little is left; how they compute one depends on none that comes after it. */
#ifndef FLUXION_FORWARD_KERNEL_TWICE_H
#define FLUXION_FORWARD_KERNEL_TWICE_H

#include "forward/kernel_riccati.h"

/* hi + lo */
typedef struct flx_twice {
    double hi, lo;
} flx_twice;

static inline flx_twice flx_twice_sum(double a, double b)
{
    const double hi = a + b, of_b = hi - a;
    return (flx_twice){hi, (a - (hi - of_b)) + (b - of_b)};
}

/* sum + a*b */
static inline flx_twice flx_twice_add_product(flx_twice sum, flx_twice a, flx_twice b)
{
    const double hi = a.hi * b.hi, lo = fma(a.hi, b.hi, -hi) + (a.hi * b.lo + a.lo * b.hi);
    const flx_twice s = flx_twice_sum(sum.hi, hi);
    return flx_twice_sum(s.hi, s.lo + (sum.lo + lo));
}

static inline flx_twice flx_twice_product(flx_twice a, flx_twice b)
{
    return flx_twice_add_product((flx_twice){0.0, 0.0}, a, b);
}

static inline flx_twice flx_twice_quotient(flx_twice a, flx_twice b)
{
    const double q = a.hi / b.hi;
    const flx_twice rest = flx_twice_add_product(a, (flx_twice){-q, 0.0}, b);
    return flx_twice_sum(q, rest.hi / b.hi);
}

/* Whether coefficient k, a sum of terms that have this size together, is to be computed again: where more
 * than two (k+1)-ths of it are left the 4(k+1) ulp permitted are some eight roundings of the terms. Less
 * than two, for a first coefficient of one term has lost nothing. */
static inline int flx_twice_is_due(size_t k, double sum, double size)
{
    return fabs(sum) * (double)(k + 1) < 1.9 * size && isfinite(size);
}

/* Coefficients 1.. of ((x^2 + unit^2)/(x[0]^2 + unit^2))^power, contiguous, as far as they are
 * finite; returns how many. d, d_low, q, q_low: order+1. */
size_t flx_twice_arc(size_t order, const double *x, double unit, double power, double *d,
                     double *d_low, double *q, double *q_low);

/* y[1..] and s by this equation, d being t times the derivative of its argument, as far as they are
 * finite; returns how many. y, y_low, s, s_low: order+1. */
size_t flx_twice_riccati(size_t order, const double *d, const flx_riccati *r, double *y,
                         double *y_low, double *s, double *s_low);

/* psi = digamma(x), contiguous, x[0] > 0, whose poles next to x[0] have twice the digits; returns
 * what they lack in psi, which begins at room + 3*(order+1). room: 5*(order+1). */
const double *flx_twice_digamma(size_t order, size_t stride, const double *x, double *psi,
                                double *room);

#endif
