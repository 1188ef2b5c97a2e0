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

/* u[1..count] = x/x[0], two of them by one division where they are side by side. */
static flx_argument ratio_of(size_t count, size_t stride, const double *x, double *u)
{
    const double x0 = x[0];
    size_t j = 1;
    for (; stride == 1 && j + 1 <= count; j += 2) {
        const flx_two two = flx_two_at(x + j) / flx_two_of(x0);
        memcpy(u + j, &two, sizeof two);
    }
    for (; j <= count; j++) u[j] = x[j * stride] / x0;
    return (flx_argument){1, u, 1.0, NULL};
}

void flx_ratio_make(size_t order, size_t stride, const double *x, double num, double *room)
{
    double *const product = room + order + 1;
    ratio_of(order, stride, x, room);
    flx_two real_j = {1.0, 2.0};
    size_t j = 1;
    for (; j + 1 <= order; j += 2, real_j += flx_two_of(2.0)) {
        const flx_two two = real_j * flx_two_of(num);
        memcpy(product + j, &two, sizeof two);
    }
    if (j == order) product[j] = (double)j * num;
}

/* What v[i] contributes to the sum k, jn[j] being j*num. */
static inline double first_term(size_t k, size_t i, const double *u, const double *jn, double den,
                                const double *v)
{
    return (jn[k - i] - (double)i * den) * u[k - i] * v[i];
}

/* v[k], k = 7, 8, which is returned. */
__attribute__((always_inline)) static inline double
ratio_next(size_t k, const double *u, const double *jn, double den, double *v)
{
    double even = first_term(k, 0, u, jn, den, v), odd = first_term(k, 1, u, jn, den, v);
#pragma GCC unroll 2
    for (size_t i = 2; i + 2 < k; i += 2) {
        even += first_term(k, i, u, jn, den, v);
        odd += first_term(k, i + 1, u, jn, den, v);
    }
    if (k % 2 == 0) even += first_term(k, k - 2, u, jn, den, v);
    v[k] = ((even + odd) + first_term(k, k - 1, u, jn, den, v)) * (1.0 / den * (1.0 / (double)k));
    return v[k];
}

/* The first coefficients from v[0] on, more than six of them, and z = v*unit; returns whether all are
 * finite: the last contains a product with each one before. */
__attribute__((always_inline)) static inline int ratio_eight(size_t count, const flx_argument *x,
                                                             double num, double den, double *v,
                                                             double unit, double *z, size_t stride)
{
    const double slope = num * (1.0 / den);
    double jn[FLX_FIRST_ROOM], u[FLX_FIRST_ROOM];
    const flx_argument local = {1, u, 1.0, NULL};
#pragma GCC unroll 6
    for (size_t k = 1; k <= FLX_COMPOSED; k++) {
        u[k] = flx_argument_at(x, k);
        jn[k] = (double)k * num;
    }
    flx_ratio_composed(FLX_COMPOSED, &local, num, den, slope * v[0], 1.0, v, 1);
#pragma GCC unroll 6
    for (size_t k = 1; k <= FLX_COMPOSED; k++) z[k * stride] = v[k] * unit;
    u[7] = flx_argument_at(x, 7);
    jn[7] = 7.0 * num;
    z[7 * stride] = ratio_next(7, u, jn, den, v) * unit;
    if (count == 7) return isfinite(v[7]);
    u[8] = flx_argument_at(x, 8);
    jn[8] = 8.0 * num;
    z[8 * stride] = ratio_next(8, u, jn, den, v) * unit;
    return isfinite(v[8]);
}

/* The first coefficients v[1..], count up to 8, and z = v*unit. */
static void ratio_up_to_8(size_t count, const flx_argument *u, double num, double den, double unit,
                          double *v, double *z, size_t stride)
{
    const double slope = num * (1.0 / den);
    if (count > FLX_COMPOSED) {
        ratio_eight(count, u, num, den, v, unit, z, stride);
        return;
    }
    flx_ratio_composed(count, u, num, den, slope * 0x1p64, 1.0, v, 1);
    for (size_t k = 1; k <= count; k++) z[k * stride] = v[k] * unit;
}

/* Those of the first coefficients of v and z that need no rule of zeros; returns how many. */
static size_t ratio_few(size_t count, const ratio_power *p, double num)
{
    const flx_argument u = {1, p->u, 1.0, NULL};
    const size_t most = flx_ratio_most(count, &u, num);
    p->v[0] = 0x1p64;
    if (most == FLX_FIRST) {
        double v[FLX_FIRST_ROOM] = {0x1p64};
        const int all = ratio_eight(FLX_FIRST, &u, num, p->den, v, p->unit, p->z, p->stride);
        flx_first_store(FLX_FIRST, v, p->v, 1);
        if (all) return most;
    } else {
        ratio_up_to_8(most, &u, num, p->den, p->unit, p->v, p->z, p->stride);
    }
    return flx_first_finite(most, p->v, 1);
}

/* z from k on, one coefficient after the other. */
__attribute__((noinline)) static void ratio_one_by_one(size_t k, size_t order, const ratio_power *p)
{
    for (; k <= order; k++) {
        double sum = 0.0;
        for (size_t i = 0; i < k; i++) sum += ratio_term(p, (double)i * p->den, k - i) * p->v[i];
        p->v[k] = sum / ((double)k * p->den);
        p->z[k * p->stride] = p->v[k] * p->unit;
    }
}

/* What follows the first coefficients. */
static inline void ratio_rest(size_t order, const ratio_power *p)
{
    const double per_den = 1.0 / p->den;
    size_t k = FLX_FIRST + 1;
    for (; k + 3 <= order; k += 4) ratio_block(4, k, p, per_den);
    switch (order + 1 - k) {
    case 3: ratio_block(3, k, p, per_den); break;
    case 2: ratio_block(2, k, p, per_den); break;
    case 1: ratio_block(1, k, p, per_den); break;
    default: break;
    }
}

int flx_ratio_to_8(size_t order, size_t stride, const double *x, double value, double num,
                   double den, double *z)
{
    double u[FLX_FIRST_ROOM], v[FLX_FIRST_ROOM] = {0x1p64};
    const flx_argument ratios = ratio_of(order, stride, x, u);
    z[0] = value;
    return flx_ratio_most(order, &ratios, num) == order
           && ratio_eight(order, &ratios, num, den, v, value * 0x1p-64, z, stride);
}

size_t flx_ratio_power(size_t order, size_t stride, const double *x, double value, double num,
                       double den, double *z, double *room)
{
    double *const v = room + 2 * (order + 1);
    const ratio_power p = {den, value * 0x1p-64, room, room + order + 1, v, z, stride};
    const size_t count = order < FLX_FIRST ? order : FLX_FIRST;
    if (order <= FLX_FIRST) flx_ratio_make(order, stride, x, num, room);
    z[0] = value;
    const size_t few = ratio_few(count, &p, num);
    if (few == FLX_FIRST) ratio_rest(order, &p);
    else ratio_one_by_one(few + 1, order, &p);
    if (isfinite(v[order])) return order; /* which is not where one before it is not */
    size_t k = 1;
    while (isfinite(v[k])) k++;
    return k - 1;
}
