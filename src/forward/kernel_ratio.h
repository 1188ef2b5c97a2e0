/* kernel_ratio.h: x^(num/den) as (x/x[0])^(num/den) times its value. This recurrence divides by no
 * x[0], and need not wait for a value that libm still computes. It begins at 2^64, which is above the
 * value: what vanishes in it vanishes in the power. For x[0], value and num of ordinary size. */
#ifndef FLUXION_FORWARD_KERNEL_RATIO_H
#define FLUXION_FORWARD_KERNEL_RATIO_H

#include "forward/kernel_first.h"
#include "forward/kernel_recur.h"

/* Coefficients 1.. of x/x[0], and j*num. room: 2*(order+1) */
void flx_ratio_make(size_t order, size_t stride, const double *x, double num, double *room);

/* The same where the first coefficients are not all. To be made before libm is called, which hides
 * that what was written in pieces is read in others. room: 2*(order+1) */
static inline void flx_ratio_prepare(size_t order, size_t stride, const double *x, double num,
                                     double *room)
{
    if (order > FLX_FIRST) flx_ratio_make(order, stride, x, num, room);
}

/* The derivatives over factorials of (1+u)^(num/den) at u = 0, times 2^64. */
static inline void ratio_derivatives(double num, double den, double *f)
{
    const double per_den = 1.0 / den;
    f[1] = (num + 0.0) * per_den * 0x1p64; /* -0 is no exponent of its own */
    f[2] = f[1] * ((num - den) * per_den * 0.5);
    f[3] = f[2] * ((num - 2.0 * den) * per_den * (1.0 / 3.0));
    f[4] = f[3] * ((num - 3.0 * den) * per_den * 0.25);
}

static inline void ratio_compose(size_t count, const double *h, const double *f, double unit,
                                 double *v, double *z, size_t stride)
{
    double first[FLX_FIRST + 1];
    flx_first_compose(count, h, f, first, 1);
#pragma GCC unroll 4
    for (size_t k = 1; k <= count; k++) {
        if (v) v[k] = first[k];
        z[k * stride] = first[k] * unit;
    }
}

/* The first coefficients of (x/x[0])^(num/den) times 2^64, u being those of x/x[0]: times unit in z,
 * and as they are in v unless it is NULL. Returns how many. */
static inline size_t ratio_first(size_t count, const double *u, double num, double den, double unit,
                                 double *v, double *z, size_t stride)
{
    double f[FLX_FIRST + 1];
    const size_t m = fabs(num) < 0x1p60 ? flx_first_count(count, u, 0x1p-200, 0x1p100) : 0;
    ratio_derivatives(num, den, f);
    if (m == count) ratio_compose(count, u, f, unit, v, z, stride); /* all of them known here */
    else ratio_compose(m, u, f, unit, v, z, stride);
    return m;
}

/* z where there are no more, order up to four. */
static inline size_t flx_ratio_to_4(size_t order, size_t stride, const double *x, double value,
                                    double num, double den, double *z)
{
    double u[FLX_FIRST + 1] = {0.0};
    const double x0 = x[0];
    z[0] = value;
#pragma GCC unroll 4
    for (size_t j = 1; j <= order; j++) u[j] = x[j * stride] / x0;
    return ratio_first(order, u, num, den, value * 0x1p-64, NULL, z, stride);
}

/* z[0] = value, and the coefficients that follow. Returns the number of the last one before any that
 * is not finite. room: 3*(order+1), which begins with what flx_ratio_prepare made. */
size_t flx_ratio_power(size_t order, size_t stride, const double *x, double value, double num,
                       double den, double *z, double *room);

#endif
