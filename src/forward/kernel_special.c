/* kernel_special.c: special functions, by differential equations where these lose nothing, else
 * composed from their derivatives at x[0]. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "forward/kernel_recur.h"
#include "forward/kernel_twice.h"
#include "ops/special.h"

/* z = value + the sum of limit[j]*(x - x[0])^j, j >= 1; past a NaN there is no derivative. */
static void compose(size_t order, size_t stride, const double *x, double value, double *limit,
                    double *z, double *work)
{
    limit[0] = value;
    for (size_t j = 1; j <= order; j++)
        if (limit[j - 1] != limit[j - 1]) limit[j] = limit[j - 1];
    flx_recur_compose(order, x, stride, order, limit, z, stride, work);
}

/* Coefficient j of lgamma. Where polygamma overflows and a j-th of it may not, it is (-1/x)^j there,
 * a multiple of the one before. */
static double lgamma_coefficient(unsigned j, double x)
{
    const double p = flx_special_polygamma(j - 1, j - 1, x);
    if (!isinf(p) || j < 2 || x == 0.0) return p / j;
    return -flx_special_polygamma(j - 2, j - 2, x) / j / x;
}

/* Whether there is a series of the gamma family around x[0]. */
static int is_inner(double x) { return isfinite(x) && !flx_special_is_gamma_pole(x); }

/* psi = digamma(x), and t times the derivative of log(gamma(x)), x'*digamma(x), which begins where the
 * room does. psi: order+1, room: 5*(order+1). */
static const double *log_gamma_derivative(size_t order, size_t stride, const double *x, double *psi,
                                          double *room)
{
    double *const d = room, *const dx = d + order + 1;
    flx_recur_digamma(order, stride, x, psi, room);
    flx_recur_derivative(order, stride, x, 1.0, dx);
    for (size_t k = 1; k <= order; k++) d[k] = flx_recur_dot(k, k, dx, 1, psi, 1);
    return d;
}

/* How many coefficients there are before the first that is not finite. */
static size_t count_finite(size_t order, size_t stride, const double *z)
{
    size_t k = 0;
    while (k <= order && isfinite(z[k * stride])) k++;
    return k;
}

static void copy(size_t count, const double *from, size_t sf, double *to, size_t st)
{
    for (size_t k = 0; k < count; k++) to[k * st] = from[k * sf];
}

/* What is before the first coefficient of psi that is not finite is kept: it is what lower orders give. */
void flx_kernel_lgamma(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *const psi = scratch, *const before = scratch + 5 * (order + 1);
    size_t known = 0;
    z[0] = flx_double_lgamma(x[0]);
    if (is_inner(x[0])) {
        const double *d = log_gamma_derivative(order, stride, x, psi, psi + order + 1);
        for (size_t k = 1; k <= order; k++) z[k * stride] = d[k] / (double)k;
        known = count_finite(order, 1, psi);
        if (known > order) return;
    }
    copy(known, z, stride, before, 1);
    for (unsigned j = 1; j <= order; j++) scratch[j] = lgamma_coefficient(j, x[0]);
    compose(order, stride, x, flx_double_lgamma(x[0]), scratch, z, scratch + order + 1);
    copy(known, before, 1, z, stride);
}

/* digamma or derivative m of it as a series without its first coefficient, as far as it is finite:
 * the number of coefficients. */
static size_t polygamma_series(size_t order, size_t stride, const double *x, unsigned m,
                               double *psi)
{
    size_t k = 1;
    if (!is_inner(x[0])) return 1;
    if (m == 0) flx_recur_digamma(order, stride, x, psi, psi + order + 1);
    else flx_recur_polygamma(m, order, stride, x, psi);
    while (k <= order && isfinite(psi[k])) k++;
    return k;
}

void flx_kernel_dpolygamma(size_t order, size_t stride, const double *x, int n, unsigned k,
                           double *z, double *scratch)
{
    const double value = flx_double_dpolygamma(x[0], n, k);
    const unsigned m = n < 0 ? 0 : (unsigned)n + k;
    double *psi = scratch + 2 * (order + 1); /* beside what composition needs */
    if (n < 0) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
        return;
    }
    const size_t known = polygamma_series(order, stride, x, m, scratch);
    for (size_t j = 1; j < known; j++) psi[j] = scratch[j];
    if (known <= order) {
        for (unsigned j = 1; j <= order; j++) scratch[j] = flx_special_polygamma(m + j, j, x[0]);
        compose(order, stride, x, value, scratch, z, scratch + order + 1);
    }
    z[0] = value;
    for (size_t j = 1; j < known; j++) z[j * stride] = psi[j];
}

void flx_kernel_polygamma(size_t order, size_t stride, int n, const double *x, double *z,
                          double *scratch)
{
    flx_kernel_dpolygamma(order, stride, x, n, 0, z, scratch);
}

void flx_kernel_digamma(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    flx_kernel_dpolygamma(order, stride, x, 0, 0, z, scratch);
}

/* tgamma composed from its derivatives, or their limits. */
static void compose_gamma(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *g = scratch, *psi = g + order + 1, *work = psi + order + 1, unit;
    g[0] = flx_special_gamma(x[0], &unit);
    if (isfinite(g[0] * unit)) flx_special_gamma_series((unsigned)order, x[0], g, psi);
    else
        for (unsigned j = 1; j <= order; j++) g[j] = flx_special_gamma_limit(j, x[0]);
    for (unsigned j = 1; j <= order; j++) g[j] *= unit;
    compose(order, stride, x, flx_double_tgamma(x[0]), g, z, work);
}

/* The first coefficient of z, d*z = t*z', of which too little is left, order+1 where there is none. The
 * terms have more roundings than their sum. */
static size_t first_lost(size_t order, size_t stride, const double *d, const double *z)
{
    size_t k = 2;
    for (; k <= order; k++) {
        double size = 0.0;
        for (size_t j = 1; j <= k; j++) size += 1.5 * fabs(d[j] * z[(k - j) * stride]);
        if (flx_twice_is_due(k, (double)k * z[k * stride], size)) break;
    }
    return k;
}

/* Coefficients of gamma from number `due` on, x[0] > 0, where gamma's series in x - x[0] first falls
 * faster than that of its pole at 0, which digamma has from the first one on: what is large cancels.
 * z[0] is given. scratch: 6*(order+1) */
static void gamma_again(size_t order, size_t stride, size_t due, const double *x, double *z,
                        double *scratch)
{
    const size_t n = order + 1;
    const double *const psi = scratch, *const psi_low = flx_twice_digamma(order, stride, x, scratch,
                                                                          scratch + n);
    double *const g = scratch + n, *const d = g + n, *const d_low = d + n,
                  *const g_low = scratch + 5 * n;
    g[0] = z[0];
    g_low[0] = 0.0;
    for (size_t k = 1; k <= order; k++) {
        flx_twice slope = {0.0, 0.0}, sum = {0.0, 0.0};
        for (size_t j = 1; j <= k; j++) {
            const flx_twice dx =
                flx_twice_product((flx_twice){(double)j, 0.0}, (flx_twice){x[j * stride], 0.0});
            slope = flx_twice_add_product(slope, dx, (flx_twice){psi[k - j], psi_low[k - j]});
        }
        d[k] = slope.hi;
        d_low[k] = slope.lo;
        for (size_t j = 1; j <= k; j++)
            sum = flx_twice_add_product(sum, (flx_twice){d[j], d_low[j]},
                                        (flx_twice){g[k - j], g_low[k - j]});
        sum = flx_twice_quotient(sum, (flx_twice){(double)k, 0.0});
        g[k] = sum.hi;
        g_low[k] = sum.lo;
        if (!isfinite(g[k] + g_low[k])) return;
        if (k >= due) z[k * stride] = g[k];
    }
}

/* The same. */
void flx_kernel_tgamma(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *const before = scratch + 5 * (order + 1), unit;
    size_t known = 0;
    z[0] = flx_special_gamma(x[0], &unit);
    if (is_inner(x[0]) && isfinite(z[0] * unit)) {
        const double *d = log_gamma_derivative(order, stride, x, scratch, scratch + order + 1);
        flx_recur_exp(order, stride, d, z);
        const size_t due = x[0] > 0.0 ? first_lost(order, stride, d, z) : order + 1;
        if (due <= order) gamma_again(order, stride, due, x, z, scratch);
        for (size_t k = 1; k <= order; k++) z[k * stride] *= unit;
        z[0] = flx_double_tgamma(x[0]);
        known = count_finite(order, stride, z);
        if (known > order) return;
    }
    copy(known, z, stride, before, 1);
    compose_gamma(order, stride, x, z, scratch);
    copy(known, before, 1, z, stride);
}

/* y = erfinv(x) and s = erfinv'(x), from y[0] and s[0]: y' = x'*s and s' = (y^2)'*s, where no term has
 * another sign than its sum if x is x[0] + t. Where s is large it is computed over 2^10, for k times a
 * coefficient may overflow that does not. d, q: order+1. */
static void inverse_error(size_t order, size_t stride, const double *x, double *y, size_t sy,
                          double *s, size_t ss, double *d, double *q)
{
    const double unit = s[0] > 0x1p20 ? 0x1p10 : 1.0;
    s[0] /= unit;
    flx_recur_derivative(order, stride, x, 1.0, d);
    for (size_t k = 1; k <= order; k++) {
        const double per = 1.0 / (double)k;
        y[k * sy] = flx_recur_dot(k, k, d, 1, s, ss) * per * unit;
        q[k] = (double)k * flx_recur_square(k, y, sy);
        s[k * ss] = flx_recur_dot(k, k, q, 1, s, ss) * per;
    }
    for (size_t k = 0; k <= order; k++) s[k * ss] *= unit;
}

void flx_kernel_erfinv(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *s = scratch, *d = s + order + 1, *q = d + order + 1;
    z[0] = flx_double_erfinv(x[0]);
    s[0] = flx_double_derfinv(x[0]);
    if (z[0] != z[0]) flx_recur_undefined(order, stride, x, z[0], z, scratch);
    else if (isinf(z[0]))
        flx_recur_limits(order, stride, x, z[0], s[0], x[0] < 0.0 ? -1.0 : 1.0, z, scratch);
    else inverse_error(order, stride, x, z, stride, s, 1, d, q);
}

void flx_kernel_derfinv(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *y = scratch, *d = y + order + 1, *q = d + order + 1;
    y[0] = flx_double_erfinv(x[0]);
    z[0] = flx_double_derfinv(x[0]);
    if (z[0] != z[0]) flx_recur_undefined(order, stride, x, z[0], z, scratch);
    else if (isinf(z[0])) {
        const double side = x[0] < 0.0 ? -1.0 : 1.0;
        flx_recur_limits(order, stride, x, z[0], side * z[0], side, z, scratch);
    } else inverse_error(order, stride, x, y, 1, z, stride, d, q);
}

/* v = 1 + W(x) from v[0], and f = exp(-W(x))/f0: v*v' = f0*x'*f and f' = -v'*f, where no term has
 * another sign than its sum if x is x[0] + t. d, w: order+1. */
static void lambert(size_t order, size_t stride, const double *x, double f0, double *v, size_t sv,
                    double *f, double *d, double *w)
{
    flx_recur_derivative(order, stride, x, f0, d);
    f[0] = 1.0;
    for (size_t k = 1; k <= order; k++) {
        const double per = 1.0 / (double)k;
        const double half = flx_recur_dot(k, k, d, 1, f, 1) * per;
        v[k * sv] = (half - 0.5 * flx_recur_inner_square(k, v, sv)) / v[0];
        w[k] = (double)k * v[k * sv];
        f[k] = -flx_recur_dot(k, k, w, 1, f, 1) * per;
    }
}

/* r = 1/v */
static void invert(size_t order, const double *v, size_t sv, double *r, size_t sr)
{
    r[0] = 1.0 / v[0];
    for (size_t k = 1; k <= order; k++) r[k * sr] = -flx_recur_dot(k, k, v, sv, r, sr) / v[0];
}

/* Where there is no series around x[0], z from `value` and the limits of the derivatives, of which the
 * first at the branch point is this, the others of alternating signs. */
static int lambert_limits(size_t order, size_t stride, const double *x, double value, double first,
                          double *z, double *scratch)
{
    if (value != value) flx_recur_undefined(order, stride, x, value, z, scratch);
    else if (isinf(x[0])) flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
    else if (flx_special_is_lambertw_branch(x[0]))
        flx_recur_limits(order, stride, x, value, first, -1.0, z, scratch);
    else return 0;
    return 1;
}

void flx_kernel_lambertw(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *f = scratch, *d = f + order + 1, *w = d + order + 1, v0;
    const double f0 = flx_special_lambertw_parts(x[0], &v0), value = flx_double_lambertw(x[0]);
    if (lambert_limits(order, stride, x, value, (double)INFINITY, z, scratch)) return;
    z[0] = v0;
    lambert(order, stride, x, f0, z, stride, f, d, w);
    z[0] = value;
}

void flx_kernel_rlambertw(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *v = scratch, *f = v + order + 1, *d = f + order + 1, *w = d + order + 1;
    const double f0 = flx_special_lambertw_parts(x[0], v);
    if (lambert_limits(order, stride, x, flx_double_rlambertw(x[0]), -(double)INFINITY, z, scratch))
        return;
    lambert(order, stride, x, f0, v, 1, f, d, w);
    invert(order, v, 1, z, stride);
}

void flx_kernel_dlambertw(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *v = scratch, *f = v + order + 1, *d = f + order + 1, *w = d + order + 1, *r = d;
    const double f0 = flx_special_lambertw_parts(x[0], v), value = flx_double_dlambertw(x[0]);
    if (lambert_limits(order, stride, x, value, -(double)INFINITY, z, scratch)) return;
    lambert(order, stride, x, f0, v, 1, f, d, w);
    invert(order, v, 1, r, 1);
    z[0] = value;
    for (size_t k = 1; k <= order; k++)
        z[k * stride] = f0 * (r[k] + flx_recur_dot(k, k, f, 1, r, 1));
}

/* The Bessel functions are entire but for the pole of the second kind, and bounded with all their
 * derivatives: composed, nothing that is large cancels. 2*order+1 calls, O(order^3) operations. */
typedef void bessel_series(int n, unsigned k, double x, unsigned order, double *c, double *values);

static void compose_bessel(size_t order, size_t stride, const double *x, int n, unsigned k,
                           double value, bessel_series *coefficients, double *z, double *scratch)
{
    double *work = scratch + order + 1;
    coefficients(n, k, x[0], (unsigned)order, scratch, work);
    compose(order, stride, x, value, scratch, z, work);
}

void flx_kernel_djn(size_t order, size_t stride, const double *x, int n, unsigned k, double *z,
                    double *scratch)
{
    compose_bessel(order, stride, x, n, k, flx_double_djn(x[0], n, k), flx_special_djn_series, z,
                   scratch);
}

void flx_kernel_jn(size_t order, size_t stride, int n, const double *x, double *z, double *scratch)
{
    flx_kernel_djn(order, stride, x, n, 0, z, scratch);
}

/* yn(n, x), n >= 0, by a = yn(m-1, x) and b = yn(m, x), m = max(n, 1):
 *   a' = x'*((m-1)/x*a - b),   b' = x'*(a - m/x*b)
 * (Abramowitz and Stegun, 9.1.27). room: 4*(order+1), in which the result is. */
static const double *yn_by_equation(size_t order, size_t stride, const double *x, int n,
                                    double *room)
{
    const double m = n > 1 ? n : 1.0;
    double *w = room, *a = w + order + 1, *b = a + order + 1, *d = b + order + 1;
    flx_recur_integrate_quotient(order, x, stride, x[0], x, stride, a, 1, w); /* w = t*x'/x */
    flx_recur_derivative(order, stride, x, 1.0, d);
    a[0] = flx_double_yn((int)m - 1, x[0]);
    b[0] = flx_double_yn((int)m, x[0]);
    for (size_t k = 1; k <= order; k++) {
        const double next =
            (m - 1.0) * flx_recur_dot(k, k, w, 1, a, 1) - flx_recur_dot(k, k, d, 1, b, 1);
        b[k] = (flx_recur_dot(k, k, d, 1, a, 1) - m * flx_recur_dot(k, k, w, 1, b, 1)) / (double)k;
        a[k] = next / (double)k;
    }
    return n == 0 ? a : b;
}

/* High coefficients have the size that the pole at 0 gives them, while composed of others which are
 * larger; there the differential equation loses nothing. */
void flx_kernel_dyn(size_t order, size_t stride, const double *x, int n, unsigned k, double *z,
                    double *scratch)
{
    const double first_high = ceil(3.0 + 4.0 * x[0]);
    compose_bessel(order, stride, x, n, k, flx_double_dyn(x[0], n, k), flx_special_dyn_series, z,
                   scratch);
    if (k > 0 || n == INT_MIN || !(x[0] > 0.0 && first_high <= (double)order)) return;
    const double *y = yn_by_equation(order, stride, x, abs(n), scratch);
    const double sign = n < 0 && n % 2 != 0 ? -1.0 : 1.0;
    for (size_t j = (size_t)first_high; j <= order; j++)
        if (isfinite(y[j])) z[j * stride] = sign * y[j];
}

void flx_kernel_yn(size_t order, size_t stride, int n, const double *x, double *z, double *scratch)
{
    flx_kernel_dyn(order, stride, x, n, 0, z, scratch);
}

void flx_kernel_dtgamma(size_t order, size_t stride, const double *x, int n, unsigned k, double *z,
                        double *scratch)
{
    double factorial = 1.0;
    for (unsigned j = 1; j <= order; j++) {
        factorial *= j;
        scratch[j] = flx_double_dtgamma(x[0], n, k + j) / factorial;
    }
    compose(order, stride, x, flx_double_dtgamma(x[0], n, k), scratch, z, scratch + order + 1);
}
