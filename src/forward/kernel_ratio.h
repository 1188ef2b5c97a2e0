/* kernel_ratio.h: x^(num/den) as (x/x[0])^(num/den) times its value. This recurrence divides by no
 * x[0], and need not wait for a value that libm still computes. It begins at 2^64, which is above the
 * value: what vanishes in it vanishes in the power. For x[0], value and num of ordinary size. */
#ifndef FLUXION_FORWARD_KERNEL_RATIO_H
#define FLUXION_FORWARD_KERNEL_RATIO_H

#include "forward/kernel_first.h"

/* Coefficients 1.. of x/x[0], and j*num. room: 2*(order+1) */
void flx_ratio_make(size_t order, size_t stride, const double *x, double num, double *room);

/* The same where the first coefficients are not all. To be made before libm is called, which hides
 * that what was written in pieces is read in others. room: 2*(order+1) */
static inline void flx_ratio_prepare(size_t order, size_t stride, const double *x, double num,
                                     double *room)
{
    if (order > FLX_FIRST) flx_ratio_make(order, stride, x, num, room);
}

/* The first coefficients z[1..] of (1+u)^(num/den), count up to 6, times what makes the first of them
 * first*u[1], and then unit; returns the sum before that. */
static inline double flx_ratio_composed(size_t count, const flx_argument *u, double num, double den,
                                        double first, double unit, double *z, size_t stride)
{
    const double per_den = 1.0 / den;
    double f[FLX_COMPOSED + 1]; /* divided by the first */
    f[1] = 1.0;
    f[2] = (num - den) * per_den * 0.5;
    f[3] = f[2] * ((num - 2.0 * den) * per_den * (1.0 / 3.0));
    f[4] = f[3] * ((num - 3.0 * den) * per_den * 0.25);
    f[5] = f[4] * ((num - 4.0 * den) * per_den * 0.2);
    f[6] = f[5] * ((num - 5.0 * den) * per_den * (1.0 / 6.0));
    return flx_first_compose(count, u, f, first, unit, z, stride);
}

/* How many coefficients of u there are before the first that is too small, or of which no power is
 * composed. */
static inline size_t flx_ratio_most(size_t count, const flx_argument *u, double num)
{
    const size_t large = fabs(num) < 0x1p30 ? flx_first_large(count, u) : 0;
    return large < count && large < FLX_COMPOSED ? large : count;
}

/* z where there are no more, order up to 6; returns whether none is left to do. */
static inline int flx_ratio_to_6(size_t order, size_t stride, const double *x, double value,
                                 double num, double den, double *z)
{
    double u[FLX_COMPOSED + 1];
    const flx_argument ratios = {1, u, 1.0, NULL};
    const double x0 = x[0], first = num * (1.0 / den) * 0x1p64;
    z[0] = value;
#pragma GCC unroll 6
    for (size_t j = 1; j <= order; j++) u[j] = x[j * stride] / x0;
    return flx_ratio_most(order, &ratios, num) == order
           && isfinite(
               flx_ratio_composed(order, &ratios, num, den, first, value * 0x1p-64, z, stride));
}

/* The same, order 7 and 8. */
int flx_ratio_to_8(size_t order, size_t stride, const double *x, double value, double num,
                   double den, double *z);

/* z[0] = value, and the coefficients that follow. Returns the number of the last one before any that
 * is not finite. room: 3*(order+1), which begins with what flx_ratio_prepare made. */
size_t flx_ratio_power(size_t order, size_t stride, const double *x, double value, double num,
                       double den, double *z, double *room);

#endif
