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

void flx_recur_exp(size_t order, size_t stride, const double *d, double *z)
{
    for (size_t k = 1; k <= order; k++)
        z[k * stride] = flx_recur_dot(k, k, d, 1, z, stride) / (double)k;
}

void flx_recur_pair(size_t order, const double *d, double sign, double *s, size_t ss, double *c,
                    size_t sc)
{
    for (size_t k = 1; k <= order; k++) {
        s[k * ss] = flx_recur_dot(k, k, d, 1, c, sc) / (double)k;
        c[k * sc] = sign * flx_recur_dot(k, k, d, 1, s, ss) / (double)k;
    }
}

void flx_recur_riccati(size_t order, const double *d, double slope, double bend, double *y,
                       size_t sy, double *s, size_t ss)
{
    for (size_t k = 1; k <= order; k++) {
        y[k * sy] = flx_recur_dot(k, k, d, 1, s, ss) / (double)k;
        s[k * ss] = slope * y[k * sy] + bend * flx_recur_inner_square(k, y, sy);
    }
}

void flx_recur_integrate_quotient(size_t order, const double *x, size_t sx, double q0,
                                  const double *q, size_t sq, double *z, size_t sz, double *w)
{
    for (size_t k = 1; k <= order; k++) {
        const double top = (double)k * x[k * sx] - flx_recur_dot(k, k - 1, w, 1, q, sq);
        w[k] = top / q0;
        z[k * sz] = isinf(w[k]) ? top / (double)k / q0 : w[k] / (double)k;
    }
}

void flx_recur_times_increment(size_t order, size_t stride, const double *x, double *p)
{
    for (size_t k = order; k >= 1; k--) {
        double sum = 0.0;
        for (size_t j = 1; j <= k; j++) sum += x[j * stride] * p[k - j];
        if (sum != sum) {
            sum = 0.0;
            for (size_t j = 1; j <= k; j++) sum += flx_double_smul(x[j * stride], p[k - j]);
        }
        p[k] = sum;
    }
    p[0] = 0.0;
}

void flx_recur_compose(size_t order, const double *x, size_t sx, size_t degree, const double *limit,
                       double *z, size_t sz, double *work)
{
    work[0] = 1.0;
    z[0] = limit[0];
    for (size_t k = 1; k <= order; k++) work[k] = z[k * sz] = 0.0;
    for (size_t j = 1; j <= degree; j++) {
        flx_recur_times_increment(order, sx, x, work);
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
