/* kernel_pair.h: sine and cosine of both kinds: functions that are, but for a sign, their own second
 * derivative. */
#ifndef FLUXION_FORWARD_KERNEL_PAIR_H
#define FLUXION_FORWARD_KERNEL_PAIR_H

#include "forward/kernel_first.h"

/* The first coefficients z[1..], count up to 6, of a function of this value and derivative; returns their
 * sum. For an increment h they are those of even(h)*value + odd(h)*slope: last, since a value below
 * DBL_MIN would lose digits. */
__attribute__((always_inline)) static inline double
flx_pair_composed(size_t count, const flx_argument *x, double sign, double value, double slope,
                  double *z, size_t stride)
{
    if (count == 0) return 0.0;
    const double h1 = flx_argument_at(x, 1);
    double sum = z[stride] = h1 * slope;
    if (count == 1) return sum;

    const double h2 = flx_argument_at(x, 2), half = 0.5 * sign * (h1 * h1);
    sum += z[2 * stride] = half * value + h2 * slope;
    if (count == 2) return sum;

    const double h3 = flx_argument_at(x, 3), sixth = half * h1 * (1.0 / 3.0);
    sum += z[3 * stride] = sign * (h1 * h2) * value + (h3 + sixth) * slope;
    if (count == 3) return sum;

    const double h4 = flx_argument_at(x, 4), h22 = h2 * h2,
                 of_24 = h1 * h1 * (h1 * h1) * (1.0 / 24.0);
    sum += z[4 * stride] =
        (sign * (h1 * h3 + 0.5 * h22) + of_24) * value + (h4 + half * h2) * slope;
    if (count == 4) return sum;

    const double h5 = flx_argument_at(x, 5), of_120 = of_24 * h1 * 0.2;
    const double even = sign * (h1 * h4 + h2 * h3) + sign * (sixth * h2);
    const double odd = (h5 + half * h3) + (0.5 * sign * (h1 * h22) + of_120);
    sum += z[5 * stride] = even * value + odd * slope;
    if (count == 5) return sum;

    const double h6 = flx_argument_at(x, 6), h13 = h1 * h3, two2 = h1 * h1;
    const double pairs = h1 * h5 + h2 * h4 + 0.5 * (h3 * h3);
    const double even6 = (sign * pairs + sign * (of_120 * h1 * (1.0 / 6.0)))
                         + two2 * ((1.0 / 6.0) * h13 + 0.25 * h22);
    const double odd6 = (h6 + half * h4) + (sign * h2 * (h13 + (1.0 / 6.0) * h22) + of_24 * h2);
    sum += z[6 * stride] = even6 * value + odd6 * slope;
    return sum;
}

/* s[k], which is z too, and c[k], k = 7, 8, and their sum. */
__attribute__((always_inline)) static inline double flx_pair_next(size_t k, const double *d,
                                                                  double sign, double *s, double *c,
                                                                  double *z, size_t stride)
{
    const double per = 1.0 / (double)k;
    s[k] = (flx_first_sum(k, d, c) + d[1] * c[k - 1]) * per;
    c[k] = (flx_first_sum(k, d, s) + d[1] * s[k - 1]) * (sign * per);
    z[k * stride] = s[k];
    return s[k] + c[k];
}

/* The first coefficients s[1..], z too, and c[1..], from s[0] and c[0], more than six of them; returns
 * whether all are finite. */
__attribute__((always_inline)) static inline int flx_pair_eight(size_t count, const flx_argument *x,
                                                                double sign, double *s, double *c,
                                                                double *z, size_t stride)
{
    double d[FLX_FIRST_ROOM];
    double sum = flx_pair_composed(FLX_COMPOSED, x, sign, s[0], c[0], s, 1)
                 + flx_pair_composed(FLX_COMPOSED, x, sign, c[0], sign * s[0], c, 1);
#pragma GCC unroll 6
    for (size_t k = 1; k <= FLX_COMPOSED; k++) d[k] = (double)k * flx_argument_at(x, k);
    flx_first_store(FLX_COMPOSED, s, z, stride);
    d[7] = 7.0 * flx_argument_at(x, 7);
    sum += flx_pair_next(7, d, sign, s, c, z, stride);
    if (count == 7) return isfinite(sum);
    d[8] = 8.0 * flx_argument_at(x, 8);
    sum += flx_pair_next(8, d, sign, s, c, z, stride);
    return isfinite(sum);
}

/* The first coefficients s[1..], count up to 8, of this value and derivative; returns whether they are
 * finite. */
static inline int flx_pair_up_to_8(size_t count, const flx_argument *x, double sign, double value,
                                   double slope, double *s, size_t ss)
{
    double of_s[FLX_FIRST_ROOM] = {value}, of_c[FLX_FIRST_ROOM] = {slope};
    if (count <= FLX_COMPOSED)
        return isfinite(flx_pair_composed(count, x, sign, value, slope, s, ss));
    return flx_pair_eight(count, x, sign, of_s, of_c, s, ss);
}

/* s alone; returns whether none is left to do. */
static inline int flx_pair_first(size_t count, const flx_argument *x, double sign, double value,
                                 double slope, double *s, size_t ss)
{
    return flx_first_large_of(fabs(value) + fabs(slope), count, x)
           && flx_pair_up_to_8(count, x, sign, value, slope, s, ss);
}

/* s and c, whose derivatives by the argument are c and sign*s, from s[0], c[0]. */
void flx_pair_both(size_t order, const flx_argument *x, double sign, double *s, size_t ss,
                   double *c, size_t sc);

/* s alone, of this value and derivative. c: order+1. */
static inline void flx_pair_one(size_t order, const flx_argument *x, double sign, double value,
                                double slope, double *s, double *c)
{
    s[0] = value;
    if (order <= FLX_FIRST && flx_pair_first(order, x, sign, value, slope, s, x->stride)) return;
    c[0] = slope;
    flx_pair_both(order, x, sign, s, x->stride, c, 1);
}

#endif
