/* kernel_recur.c: see kernel_recur.h. */
#include "forward/kernel_recur.h"

#include "forward/kernel_blocks.h"

double flx_recur_dot_by_term(size_t k, size_t m, const double *a, size_t sa, const double *b,
                             size_t sb)
{
    double sum = 0.0;
    for (size_t j = 1; j <= m; j++) {
        const double aj = a[j * sa], bj = b[(k - j) * sb];
        sum += j < k ? flx_double_smul(aj, bj) : flx_double_amul(aj, bj);
    }
    return sum;
}

double flx_recur_inner_square_by_term(size_t k, const double *a, size_t sa)
{
    double sum = 0.0;
    for (size_t j = 1; j < k; j++) sum += flx_double_smul(a[j * sa], a[(k - j) * sa]);
    return sum;
}

void flx_recur_derivative(size_t order, size_t stride, const double *x, double c, double *out)
{
    flx_two real_j = {1.0, 2.0};
    size_t j = 1;
    for (; stride == 1 && j + 1 <= order; j += 2, real_j += flx_two_of(2.0)) {
        const flx_two two = flx_two_of(c) * real_j * flx_two_at(x + j);
        memcpy(out + j, &two, sizeof two);
    }
    for (; j <= order; j++) out[j] = c * (double)j * x[j * stride];
}

int flx_recur_exponent(size_t order, size_t stride, const double *x)
{
    double largest = 0.0;
    for (size_t j = 0; j <= order; j++) {
        const double a = fabs(x[j * stride]);
        if (a > largest && isfinite(a)) largest = a;
    }
    const int e = largest > 0.0 ? ilogb(largest) : 0;
    /* x[0], often a divisor, keeps all of its bits. */
    const int most = x[0] != 0.0 && isfinite(x[0]) ? ilogb(x[0]) + 1022 - 52 : e;
    return e < most ? e : most;
}

void flx_recur_scale(size_t order, size_t stride, const double *x, int e, double *out)
{
    /* Two factors: 2^-e alone may not be a double. */
    const double f = ldexp(1.0, -(e / 2)), g = ldexp(1.0, -(e - e / 2));
    for (size_t j = 0; j <= order; j++) out[j] = x[j * stride] * f * g;
}

int flx_recur_is_finite(size_t order, size_t stride, const double *x)
{
    for (size_t k = 0; k <= order; k++)
        if (!isfinite(x[k * stride])) return 0;
    return 1;
}

int flx_recur_slowness(size_t order, size_t stride, const double *x, int e)
{
    int slowness = 0;
    if (!flx_recur_is_finite(order, stride, x)) return 0;
    for (size_t k = 1; k <= order; k++) {
        const int over = x[k * stride] != 0.0 ? ilogb(x[k * stride]) + 1 - e : 0;
        const int needed = -((over + (int)k - 1) / (int)k);
        if (over > 0 && needed < slowness) slowness = needed;
    }
    return slowness;
}

const double flx_recur_reciprocal[FLX_RECUR_RECIPROCALS] = {
    0.0,        1.0,        1.0 / 2.0,  1.0 / 3.0,  1.0 / 4.0,  1.0 / 5.0,  1.0 / 6.0,  1.0 / 7.0,
    1.0 / 8.0,  1.0 / 9.0,  1.0 / 10.0, 1.0 / 11.0, 1.0 / 12.0, 1.0 / 13.0, 1.0 / 14.0, 1.0 / 15.0,
    1.0 / 16.0, 1.0 / 17.0, 1.0 / 18.0, 1.0 / 19.0, 1.0 / 20.0, 1.0 / 21.0, 1.0 / 22.0, 1.0 / 23.0,
    1.0 / 24.0, 1.0 / 25.0, 1.0 / 26.0, 1.0 / 27.0, 1.0 / 28.0, 1.0 / 29.0, 1.0 / 30.0, 1.0 / 31.0};

static inline void exp_block(size_t count, size_t k, const double *d, double *z, size_t sz)
{
    double sum[BLOCK], v[BLOCK + 1];
    older_sums(count, k, d, z, sz, sum);
    v[0] = z[(k - 1) * sz];
#pragma GCC unroll 4
    for (size_t n = 0; n < count; n++) {
        v[n + 1] = complete(n, sum[n], d, v) * flx_recur_per(k + n);
        z[(k + n) * sz] = v[n + 1];
    }
}

static inline void plain_exp(size_t order, const double *d, double *z, size_t sz)
{
    size_t k = 1;
    if (order >= BLOCK) exp_block(BLOCK, 1, d, z, sz);
    if (order >= BLOCK) k += BLOCK;
    for (; k + 3 <= order; k += BLOCK) exp_block(BLOCK, k, d, z, sz);
    switch (order + 1 - k) {
    case 3: exp_block(3, k, d, z, sz); break;
    case 2: exp_block(2, k, d, z, sz); break;
    case 1: exp_block(1, k, d, z, sz); break;
    default: break;
    }
}

void flx_recur_exp(size_t order, size_t stride, const double *d, double *z)
{
    if (stride == 1) plain_exp(order, d, z, 1);
    else plain_exp(order, d, z, stride);
    for (size_t k = first_not_finite(order, z, stride, z, stride); k <= order; k++)
        z[k * stride] = flx_recur_dot(k, k, d, 1, z, stride) * flx_recur_per(k);
}

/* Coefficient k of the integral, where k times it overflows. */
static double quotient_of_k(size_t k, double x, double q0, const double *q, size_t sq,
                            const double *w)
{
    double sum = 0.0;
    for (size_t j = 1; j < k; j++) sum += flx_double_smul(w[j] / (double)k / q0, q[(k - j) * sq]);
    return x / q0 - sum;
}

void flx_recur_integrate_quotient(size_t order, const double *x, size_t sx, double q0,
                                  const double *q, size_t sq, double *z, size_t sz, double *w)
{
    for (size_t k = 1; k <= order; k++) {
        const double top = (double)k * x[k * sx] - flx_recur_dot(k, k - 1, w, 1, q, sq);
        w[k] = top / q0;
        z[k * sz] = isinf(w[k]) ? quotient_of_k(k, x[k * sx], q0, q, sq, w) : w[k] / (double)k;
    }
}

void flx_recur_times_increment(size_t order, size_t stride, const double *x, size_t low, double *p)
{
    for (size_t k = order; k > low; k--) {
        double sum = 0.0;
        for (size_t j = 1; j <= k - low; j++) sum += x[j * stride] * p[k - j];
        if (sum != sum) {
            sum = 0.0;
            for (size_t j = 1; j <= k - low; j++) sum += flx_double_smul(x[j * stride], p[k - j]);
        }
        p[k] = sum;
    }
}

void flx_recur_compose(size_t order, const double *x, size_t sx, size_t degree, const double *limit,
                       double *z, size_t sz, double *work)
{
    work[0] = 1.0;
    z[0] = limit[0];
    for (size_t k = 1; k <= order; k++) work[k] = z[k * sz] = 0.0;
    for (size_t j = 1; j <= degree; j++) {
        flx_recur_times_increment(order, sx, x, j - 1, work);
        for (size_t k = j; k <= order; k++) z[k * sz] += flx_double_amul(work[k], limit[j]);
    }
}

static void fill_limits(size_t degree, double value, double first, double ratio, double *limit)
{
    limit[0] = value;
    for (size_t j = 1; j <= degree; j++) limit[j] = j == 1 ? first : limit[j - 1] * ratio;
}

void flx_recur_limits(size_t order, size_t stride, const double *x, double value, double first,
                      double ratio, double *z, double *scratch)
{
    const size_t degree = ratio == 0.0 && order > 1 ? 1 : order;
    fill_limits(degree, value, first, ratio, scratch);
    flx_recur_compose(order, x, stride, degree, scratch, z, stride, scratch + order + 1);
}

void flx_recur_undefined(size_t order, size_t stride, const double *x, double value, double *z,
                         double *scratch)
{
    flx_recur_limits(order, stride, x, value, (double)NAN, 1.0, z, scratch);
}

void flx_recur_undefined2(size_t order, size_t stride, const double *x, const double *y,
                          double value, double *z, double *scratch)
{
    flx_recur_undefined3(order, stride, x, y, y, value, z, scratch);
}

void flx_recur_undefined3(size_t order, size_t stride, const double *x, const double *y,
                          const double *c, double value, double *z, double *scratch)
{
    double *limit = scratch, *work = limit + order + 1, *present = work + order + 1;
    for (size_t k = 1; k <= order; k++)
        present[k] = x[k * stride] != 0.0 || y[k * stride] != 0.0 || c[k * stride] != 0.0;
    fill_limits(order, value, (double)NAN, 1.0, limit);
    flx_recur_compose(order, present, 1, order, limit, z, stride, work);
}
