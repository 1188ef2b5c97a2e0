/* kernel_blocks.h: blocks of coefficients in recurrences whose k-th needs the sum of d[k-i]*z[i] over
 * i = 0..k-1.
 *
 * Blocks of four begin at k = 1, 5, 9, ...: what is older than a block is added up for
 * its sums side by side, even and odd i apart, so that additions need not wait for one another.
 * Then each sum is completed in its turn, the newest product last, for all that follows waits
 * for it. Where the first six coefficients are composed, two follow in a block of their own. How a
 * coefficient is computed depends on k alone, not on the order of the series.
 *
 * That is for series of ordinary numbers. From the first coefficient on that is not finite, sums
 * are formed again, term by term where they are NaN, by the rule of zeros. */
#ifndef FLUXION_FORWARD_KERNEL_BLOCKS_H
#define FLUXION_FORWARD_KERNEL_BLOCKS_H

#include "forward/kernel_recur.h"

enum { BLOCK = 4 };

/* What z[0 .. k-2], an even number of them, contribute to the sums k .. k+count-1, count = 1..4,
 * two of them in a register and an odd one alone. */
static inline void older_sums(size_t count, size_t k, const double *d, const double *z, size_t sz,
                              double *sum)
{
    flx_two even[2] = {{0.0}}, odd[2] = {{0.0}};
    double last_even = 0.0, last_odd = 0.0;
    for (size_t i = 0; i + 2 < k; i += 2) {
        const double *at = d + (k - i);
        const double one = z[i * sz], two = z[(i + 1) * sz];
        for (size_t n = 0; n + 1 < count; n += 2) {
            even[n / 2] += flx_two_at(at + n) * flx_two_of(one);
            odd[n / 2] += flx_two_at(at + n - 1) * flx_two_of(two);
        }
        if (count % 2 == 0) continue;
        last_even += at[count - 1] * one;
        last_odd += *(at + count - 2) * two;
    }
    even[0] += odd[0];
    even[1] += odd[1];
    memcpy(sum, even, sizeof even);
    if (count % 2 == 1) sum[count - 1] = last_even + last_odd;
}

/* Sum n of a block without its newest product; v: the z before the block, and those in it. */
static inline double older_in_block(size_t n, double sum, const double *d, const double *v)
{
#pragma GCC unroll 3
    for (size_t i = 0; i < n; i++) sum += d[n + 1 - i] * v[i];
    return sum;
}

/* The whole sum: what the block itself contributes is added up apart. */
static inline double complete(size_t n, double sum, const double *d, const double *v)
{
    double own = 0.0;
    if (n == 0) return sum + d[1] * v[0];
#pragma GCC unroll 3
    for (size_t i = 1; i <= n; i++) own += d[n + 1 - i] * v[i];
    return (sum + d[n + 1] * v[0]) + own;
}

/* The first index from 1 on where a or b, which make each other's coefficients, is not finite,
 * order+1 where there is none. The last two contain a product with each one before them, so they
 * tell. */
static inline size_t first_not_finite(size_t order, const double *a, size_t sa, const double *b,
                                      size_t sb)
{
    size_t k = 1;
    if (isfinite(a[order * sa]) && isfinite(b[order * sb])) return order + 1;
    while (k <= order && isfinite(a[k * sa]) && isfinite(b[k * sb])) k++;
    return k;
}

#endif
