/* kernel_recur.c: see kernel_recur.h. */
#include "forward/kernel_recur.h"

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
    for (size_t j = 1; j <= order; j++) out[j] = c * (double)j * x[j * stride];
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

/* Recurrences whose k-th coefficient needs the sum of d[k-i]*z[i] over i = 0..k-1, are computed in
 * blocks of four: what the z before the block contribute to its four sums is added up side by side,
 * then each sum is completed in its turn by the z within the block, which are added up apart and the
 * newest last. The order of additions depends on k alone, not on the order of the series. */

/* The sums k .. k+3 over z[0 .. k-1]. */
static inline void begin_four(size_t k, const double *d, const double *z, size_t sz, double *sum)
{
    double s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0;
    for (size_t i = k; i-- > 0;) {
        const double *at = d + (k - i);
        const double by = z[i * sz];
        s0 += at[0] * by;
        s1 += at[1] * by;
        s2 += at[2] * by;
        s3 += at[3] * by;
    }
    sum[0] = s0;
    sum[1] = s1;
    sum[2] = s2;
    sum[3] = s3;
}

/* Sum k, at this place of its block, from what is there of it; v: the z of the block. */
static inline double complete(size_t k, size_t place, double sum, const double *v, const double *d,
                              const double *z, size_t sz)
{
    double newer = 0.0;
#pragma GCC unroll 4
    for (size_t i = 0; i < place; i++) newer += d[place - i] * v[i];
    sum = place > 0 ? newer + sum : sum;
    return sum == sum ? sum : flx_recur_dot_by_term(k, k, d, 1, z, sz);
}

/* Sum k at once. */
static double complete_alone(size_t k, const double *d, const double *z, size_t sz)
{
    const size_t place = (k - 1) % 4;
    double sum = 0.0, v[4] = {0.0};
    for (size_t i = k - place; i-- > 0;) sum += d[k - i] * z[i * sz];
    for (size_t i = 0; i < place; i++) v[i] = z[(k - place + i) * sz];
    return complete(k, place, sum, v, d, z, sz);
}

void flx_recur_exp(size_t order, size_t stride, const double *d, double *z)
{
    size_t k = 1;
    for (; k + 3 <= order; k += 4) {
        double sum[4], v[4] = {0.0};
        begin_four(k, d, z, stride, sum);
#pragma GCC unroll 4
        for (size_t n = 0; n < 4; n++) {
            v[n] = complete(k + n, n, sum[n], v, d, z, stride) * (1.0 / (double)(k + n));
            z[(k + n) * stride] = v[n];
        }
    }
    for (; k <= order; k++) z[k * stride] = complete_alone(k, d, z, stride) * (1.0 / (double)k);
}

void flx_recur_pair(size_t order, const double *d, double sign, double *s, size_t ss, double *c,
                    size_t sc)
{
    size_t k = 1;
    for (; k + 3 <= order; k += 4) {
        double for_s[4], for_c[4], vs[4] = {0.0}, vc[4] = {0.0};
        begin_four(k, d, c, sc, for_s);
        begin_four(k, d, s, ss, for_c);
#pragma GCC unroll 4
        for (size_t n = 0; n < 4; n++) {
            const double per = 1.0 / (double)(k + n);
            const double next_s = complete(k + n, n, for_s[n], vc, d, c, sc) * per;
            vc[n] = complete(k + n, n, for_c[n], vs, d, s, ss) * (sign * per);
            vs[n] = next_s;
            s[(k + n) * ss] = vs[n];
            c[(k + n) * sc] = vc[n];
        }
    }
    for (; k <= order; k++) {
        const double per = 1.0 / (double)k;
        s[k * ss] = complete_alone(k, d, c, sc) * per;
        c[k * sc] = complete_alone(k, d, s, ss) * (sign * per);
    }
}

/* Coefficient k of y, from the sum for it, and of s. */
static inline double riccati_step(size_t k, double sum, const double *d, const flx_riccati *r,
                                  double *y, size_t sy)
{
    const double next = flx_recur_give_back(sum, d[k] * r->s_low) / (double)k;
    y[k * sy] = next;
    return flx_recur_give_back(r->slope * next, r->slope_low * next)
           + r->bend * flx_recur_inner_square(k, y, sy);
}

void flx_recur_riccati(size_t order, const double *d, const flx_riccati *r, double *y, size_t sy,
                       double *s, size_t ss)
{
    size_t k = 1;
    s[0] = r->s;
    for (; k + 3 <= order; k += 4) {
        double sum[4], v[4] = {0.0};
        begin_four(k, d, s, ss, sum);
#pragma GCC unroll 4
        for (size_t n = 0; n < 4; n++) {
            v[n] = riccati_step(k + n, complete(k + n, n, sum[n], v, d, s, ss), d, r, y, sy);
            s[(k + n) * ss] = v[n];
        }
    }
    for (; k <= order; k++) s[k * ss] = riccati_step(k, complete_alone(k, d, s, ss), d, r, y, sy);
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
    if (low <= order) p[low] = 0.0;
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
