/* kernel_first.h: the first coefficients of a function of a series. The first six are composed from
 * the derivatives over factorials of the function by its argument.
 *
 * Powers of the argument's increments need not wait for libm, nor a coefficient for the one before,
 * as it must in a recurrence. That takes over after these, and from the first on that is not finite
 * when it is composed: how many are composed depends on none that comes after them. Up to the eighth
 * it runs in registers, where all is known but the numbers. */
#ifndef FLUXION_FORWARD_KERNEL_FIRST_H
#define FLUXION_FORWARD_KERNEL_FIRST_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "forward/kernel_recur.h"

enum { FLX_COMPOSED = 6, FLX_FIRST = 8, FLX_FIRST_ROOM = 9 }; /* the last: with coefficient 0 */

/* The argument rate*x of a function, but for its leading coefficient, and t times its derivative, once
 * that is needed. */
typedef struct flx_argument {
    size_t stride;
    const double *x;
    double rate;
    double *d;
} flx_argument;

/* Of this x. d: order+1. To be made before libm is called, which hides that what was written in pieces
 * is read in others. */
static inline flx_argument flx_argument_of(size_t order, size_t stride, const double *x,
                                           double rate, double *d)
{
    if (order > FLX_FIRST) flx_recur_derivative(order, stride, x, rate, d);
    return (flx_argument){stride, x, rate, d};
}

static inline double flx_argument_at(const flx_argument *x, size_t k)
{
    return x->rate * x->x[k * x->stride];
}

/* How many of `count` coefficients are composed. */
static inline size_t flx_first_few(size_t count)
{
    return count < FLX_COMPOSED ? count : FLX_COMPOSED;
}

/* Whether x is not 0, but so small that its products lose to underflow what large derivatives bring
 * back. Its bits, doubled, have no sign; those of 0 less 1 are the largest number there is. */
static inline int flx_first_is_small(double x)
{
    const uint64_t exponent = 1023 - 150; /* of 2^-150 */
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return 2 * bits - 1 < (exponent << 53) - 1;
}

/* How many of the coefficients to be composed, from the first one on, are not so small. */
static inline size_t flx_first_large(size_t count, const flx_argument *x)
{
    const size_t few = flx_first_few(count);
    size_t m = 0;
    while (m < few && !flx_first_is_small(x->x[(m + 1) * x->stride])) m++;
    return m;
}

/* Whether the value or slope of a function is of a size that needs none of this, or all are so. */
static inline int flx_first_large_of(double size, size_t count, const flx_argument *x)
{
    return size <= 2.0 || flx_first_large(count, x) == flx_first_few(count);
}

/* How many coefficients there are before the first that is not. */
static inline size_t flx_first_most(double size, size_t count, const flx_argument *x)
{
    return flx_first_large_of(size, count, x) ? count : flx_first_large(count, x);
}

/* How many of y[1..count], from the first one on, are finite. */
static inline size_t flx_first_finite(size_t count, const double *y, size_t sy)
{
    size_t m = 0;
    while (m < count && isfinite(y[(m + 1) * sy])) m++;
    return m;
}

/* sum of a[k-i]*b[i] over i = 0..k-2, in two parts. */
__attribute__((always_inline)) static inline double flx_first_sum(size_t k, const double *a,
                                                                  const double *b)
{
    double even = a[k] * b[0], odd = a[k - 1] * b[1];
#pragma GCC unroll 2
    for (size_t i = 2; i + 2 < k; i += 2) {
        even += a[k - i] * b[i];
        odd += a[k - i - 1] * b[i + 1];
    }
    if (k % 2 == 0) even += a[2] * b[k - 2];
    return even + odd;
}

/* y[1..count], copied; count is known where it is compiled. */
__attribute__((always_inline)) static inline void flx_first_store(size_t count, const double *from,
                                                                  double *y, size_t sy)
{
#pragma GCC unroll 8
    for (size_t k = 1; k <= count; k++) y[k * sy] = from[k];
}

/* y[1..count], count up to 6, from f[k], derivative k over k!, times `scale` and then
 * `unit`. Returns the sum of what unit multiplies: where it is finite all of that is. two3 is coefficient
 * 3 of the square of x, and so on. */
__attribute__((always_inline)) static inline double
flx_first_compose(size_t count, const flx_argument *x, const double *f, double scale, double unit,
                  double *y, size_t sy)
{
    if (count == 0) return 0.0;
    const double h1 = flx_argument_at(x, 1);
    const double y1 = scale * (f[1] * h1);
    double sum = y1;
    y[sy] = y1 * unit;
    if (count == 1) return sum;

    const double h2 = flx_argument_at(x, 2), two2 = h1 * h1;
    const double y2 = scale * (f[2] * two2 + f[1] * h2);
    sum += y2;
    y[2 * sy] = y2 * unit;
    if (count == 2) return sum;

    const double h3 = flx_argument_at(x, 3), two3 = 2.0 * (h1 * h2), three3 = two2 * h1;
    const double y3 = scale * ((f[3] * three3 + f[2] * two3) + f[1] * h3);
    sum += y3;
    y[3 * sy] = y3 * unit;
    if (count == 3) return sum;

    const double h4 = flx_argument_at(x, 4), h13 = h1 * h3, h22 = h2 * h2;
    const double two4 = 2.0 * h13 + h22, three4 = 3.0 * (two2 * h2), four4 = two2 * two2;
    const double y4 = scale * ((f[4] * four4 + f[3] * three4) + (f[2] * two4 + f[1] * h4));
    sum += y4;
    y[4 * sy] = y4 * unit;
    if (count == 4) return sum;

    const double h5 = flx_argument_at(x, 5), two5 = 2.0 * (h1 * h4 + h2 * h3);
    const double three5 = 3.0 * (two2 * h3 + h1 * h22), four5 = 2.0 * (two2 * two3);
    const double y5 =
        scale
        * ((f[5] * (four4 * h1) + f[4] * four5) + (f[3] * three5 + (f[2] * two5 + f[1] * h5)));
    sum += y5;
    y[5 * sy] = y5 * unit;
    if (count == 5) return sum;

    const double h6 = flx_argument_at(x, 6), h33 = h3 * h3;
    const double two6 = 2.0 * (h1 * h5 + h2 * h4) + h33;
    const double three6 = 3.0 * (two2 * h4 + two3 * h3) + h2 * h22;
    const double four6 = 2.0 * (two2 * two4) + two3 * two3, five6 = 5.0 * (four4 * h2);
    const double y6 = scale
                      * ((f[6] * (four4 * two2) + f[5] * five6)
                         + ((f[4] * four6 + f[3] * three6) + (f[2] * two6 + f[1] * h6)));
    sum += y6;
    y[6 * sy] = y6 * unit;
    return sum;
}

#endif
