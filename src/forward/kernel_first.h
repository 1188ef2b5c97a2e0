/* kernel_first.h: the first coefficients of a function of a series, composed from the derivatives
 * over factorials of the function by its argument.
 *
 * Powers of the argument's increments need not wait for libm, nor a coefficient for the one before,
 * as it must in a recurrence. That takes over after four coefficients, and where the powers may
 * leave the range of doubles: how many are composed depends on none that comes after them. */
#ifndef FLUXION_FORWARD_KERNEL_FIRST_H
#define FLUXION_FORWARD_KERNEL_FIRST_H

#include <math.h>
#include <stddef.h>

enum { FLX_FIRST = 4 };

/* How many of h[1..count], from the first one on, are 0 or between least and most. */
static inline size_t flx_first_count(size_t count, const double *h, double least, double most)
{
    size_t m = 0;
#pragma GCC unroll 4
    for (; m < count; m++) {
        const double size = fabs(h[m + 1]);
        if (!(size < most) || (size < least && size > 0.0)) break;
    }
    return m;
}

/* How many of them may be composed with the derivatives of a function whose value or slope is of this
 * size: none where those overflow. Products of small increments may lose to underflow what large
 * derivatives would bring back. */
static inline size_t flx_first_count_of(double largest, size_t count, const double *h)
{
    if (largest < 16.0) return flx_first_count(count, h, 0.0, 0x1p240);
    return largest < 0x1p100 ? flx_first_count(count, h, 0x1p-200, 0x1p100) : 0;
}

/* y[1..count], count up to 4, from the increments h[1..] and from f[k], derivative k over k!. */
static inline void flx_first_compose(size_t count, const double *h, const double *f, double *y,
                                     size_t sy)
{
    if (count == 0) return;
    y[sy] = f[1] * h[1];
    if (count == 1) return;
    const double two = h[1] * h[1];
    y[2 * sy] = f[2] * two + f[1] * h[2];
    if (count == 2) return;
    const double h12 = h[1] * h[2];
    y[3 * sy] = (f[3] * (two * h[1]) + f[2] * (h12 + h12)) + f[1] * h[3];
    if (count == 3) return;
    const double pairs = 2.0 * (h[1] * h[3]) + h[2] * h[2];
    y[4 * sy] = (f[4] * (two * two) + f[3] * (3.0 * (two * h[2]))) + (f[2] * pairs + f[1] * h[4]);
}

#endif
