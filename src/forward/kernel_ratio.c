/* kernel_ratio.c: see kernel_ratio.h. */
#include "forward/kernel_ratio.h"

/* The series v of (x/x[0])^(num/den), from u = x/x[0], product[j] = j*num, and z = v*unit. */
typedef struct ratio_power {
    double den, unit;
    const double *u, *product;
    double *v, *z;
    size_t stride;
} ratio_power;

/* The bracket times u for j and i*den. */
static inline double ratio_term(const ratio_power *p, double i_den, size_t j)
{
    return (p->product[j] - i_den) * p->u[j];
}

static inline flx_two ratio_two(const ratio_power *p, double i_den, size_t j)
{
    return (flx_two_at(p->product + j) - flx_two_of(i_den)) * flx_two_at(p->u + j);
}

/* What v[0 .. k-2], an even number of them, contribute to the sums k .. k+count-1. */
static inline void ratio_older(size_t count, size_t k, const ratio_power *p, double *sum)
{
    flx_two even[2] = {{0.0}}, odd[2] = {{0.0}};
    double last_even = 0.0, last_odd = 0.0, i_den = 0.0;
    for (size_t i = 0; i + 2 < k; i += 2, i_den += p->den + p->den) {
        const double one = p->v[i], two = p->v[i + 1], next_den = i_den + p->den;
        for (size_t n = 0; n + 1 < count; n += 2) {
            even[n / 2] += ratio_two(p, i_den, k - i + n) * flx_two_of(one);
            odd[n / 2] += ratio_two(p, next_den, k - i + n - 1) * flx_two_of(two);
        }
        if (count % 2 == 0) continue;
        last_even += ratio_term(p, i_den, k - i + count - 1) * one;
        last_odd += ratio_term(p, next_den, k - i + count - 2) * two;
    }
    even[0] += odd[0];
    even[1] += odd[1];
    memcpy(sum, even, sizeof even);
    if (count % 2 == 1) sum[count - 1] = last_even + last_odd;
}

/* Coefficients k .. k+count-1, as in the recurrences of kernel_recur.c. */
static inline void ratio_block(size_t count, size_t k, const ratio_power *p, double per_den)
{
    double sum[4], v[5];
    ratio_older(count, k, p, sum);
    double i_den[4] = {(double)(k - 1) * p->den}; /* of v */
    v[0] = p->v[k - 1];
#pragma GCC unroll 4
    for (size_t n = 0; n < count; n++) {
#pragma GCC unroll 3
        for (size_t i = 0; i < n; i++) sum[n] += ratio_term(p, i_den[i], n + 1 - i) * v[i];
        v[n + 1] = (sum[n] + ratio_term(p, i_den[n], 1) * v[n]) * (flx_recur_per(k + n) * per_den);
        if (n < 3) i_den[n + 1] = i_den[n] + p->den;
        p->v[k + n] = v[n + 1];
        p->z[(k + n) * p->stride] = v[n + 1] * p->unit;
    }
}

void flx_ratio_make(size_t order, size_t stride, const double *x, double num, double *room)
{
    double *const u = room, *const product = room + order + 1, x0 = x[0];
    for (size_t j = 1; j <= order; j++) u[j] = x[j * stride] / x0;
    flx_two real_j = {1.0, 2.0};
    size_t j = 1;
    for (; j + 1 <= order; j += 2, real_j += flx_two_of(2.0)) {
        const flx_two two = real_j * flx_two_of(num);
        memcpy(product + j, &two, sizeof two);
    }
    if (j == order) product[j] = (double)j * num;
}

/* z, where not all of the first coefficients can be composed. */
__attribute__((noinline)) static void ratio_one_by_one(size_t order, const ratio_power *p,
                                                       double num)
{
    const size_t count = order < FLX_FIRST ? order : FLX_FIRST;
    size_t k = ratio_first(count, p->u, num, p->den, p->unit, p->v, p->z, p->stride) + 1;
    p->v[0] = 0x1p64;
    for (; k <= order; k++) {
        double sum = 0.0;
        for (size_t i = 0; i < k; i++) sum += ratio_term(p, (double)i * p->den, k - i) * p->v[i];
        p->v[k] = sum / ((double)k * p->den);
        p->z[k * p->stride] = p->v[k] * p->unit;
    }
}

/* What follows the first four coefficients of v. */
static inline void ratio_rest(size_t order, const ratio_power *p)
{
    const double per_den = 1.0 / p->den;
    size_t k = 2 * FLX_FIRST + 1;
    p->v[0] = 0x1p64;
    switch (order) { /* the second block apart, where all is known but the numbers */
    case 5: ratio_block(1, 5, p, per_den); return;
    case 6: ratio_block(2, 5, p, per_den); return;
    case 7: ratio_block(3, 5, p, per_den); return;
    default: ratio_block(4, 5, p, per_den);
    }
    for (; k + 3 <= order; k += 4) ratio_block(4, k, p, per_den);
    switch (order + 1 - k) {
    case 3: ratio_block(3, k, p, per_den); break;
    case 2: ratio_block(2, k, p, per_den); break;
    case 1: ratio_block(1, k, p, per_den); break;
    default: break;
    }
}

size_t flx_ratio_power(size_t order, size_t stride, const double *x, double value, double num,
                       double den, double *z, double *room)
{
    double *const v = room + 2 * (order + 1);
    const ratio_power p = {den, value * 0x1p-64, room, room + order + 1, v, z, stride};
    if (order < FLX_FIRST && flx_ratio_to_4(order, stride, x, value, num, den, z) == order)
        return order;
    if (order <= FLX_FIRST) flx_ratio_make(order, stride, x, num, room);
    z[0] = value;
    if (order > FLX_FIRST
        && ratio_first(FLX_FIRST, room, num, den, p.unit, v, z, stride) == FLX_FIRST)
        ratio_rest(order, &p);
    else ratio_one_by_one(order, &p, num);
    if (isfinite(v[order])) return order; /* which is not where one before it is not */
    size_t k = 1;
    while (isfinite(v[k])) k++;
    return k - 1;
}
