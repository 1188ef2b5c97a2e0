/* kernel_exponential.c: exp, log and their relatives, erf. */
#include <float.h>
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "forward/kernel_recur.h"

/* exp(rate*x) as z times a factor that multiplies last, where the value alone would not do: an
 * infinite one would be subtracted from others on the way, one below DBL_MIN has lost digits. */
typedef struct scaled_value {
    double value, factor;
} scaled_value;

static void exponential(size_t order, size_t stride, const double *x, double rate, double value,
                        scaled_value (*small)(double x), double *z, double *scratch)
{
    double factor = 1.0;
    z[0] = value;
    if (isinf(value)) {
        z[0] = 1.0;
        factor = value;
    } else if (value < DBL_MIN && isfinite(x[0])) {
        const scaled_value scaled = small(x[0]);
        z[0] = scaled.value;
        factor = scaled.factor;
    }
    flx_recur_derivative(order, stride, x, rate, scratch);
    flx_recur_exp(order, stride, scratch, z);
    z[0] = value;
    if (factor == 1.0) return;
    for (size_t k = 1; k <= order; k++) z[k * stride] = flx_double_amul(z[k * stride], factor);
}

/* exp(x) and 2^x for x whose power has lost digits. */
static scaled_value small_exp(double x) { return (scaled_value){exp(x + 700.0), exp(-700.0)}; }
static scaled_value small_exp2(double x) { return (scaled_value){exp2(x + 1000.0), 0x1p-1000}; }

void flx_kernel_exp(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_exp(x[0]);
    if (value != value) flx_recur_undefined(order, stride, x, value, z, scratch);
    else exponential(order, stride, x, 1.0, value, small_exp, z, scratch);
}

void flx_kernel_exp2(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double log_2 = 0.693147180559945309417, value = flx_double_exp2(x[0]);
    if (value != value) flx_recur_undefined(order, stride, x, value, z, scratch);
    else exponential(order, stride, x, log_2, value, small_exp2, z, scratch);
}

void flx_kernel_expm1(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_expm1(x[0]);
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
        return;
    }
    exponential(order, stride, x, 1.0, flx_double_exp(x[0]), small_exp, z, scratch);
    z[0] = value;
}

/* z' = rate*x'/q from z[0] = value, where q is x but for its leading coefficient q0, x[0] or
 * 1 + x[0]. */
static void logarithm(size_t order, size_t stride, const double *x, double rate, double value,
                      double q0, double *z, double *scratch)
{
    double *scaled = scratch, *w = scaled + order + 1, *top = w + order + 1;
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else if (isinf(q0)) {
        flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
    } else if (q0 == 0.0) {
        /* The derivatives are those of log|q|, one-sided: 1/q, -1/q^2, ... */
        flx_recur_limits(order, stride, x, value, 1.0 / q0, signbit(q0) ? 1.0 : -1.0, z, scratch);
    } else {
        /* By q0's size, which underflows no coefficient that matters; by the largest coefficient
         * only where the quotients overflow. */
        const int of_x = flx_recur_exponent(order, stride, x), of_q = ilogb(q0);
        const int e = of_x - of_q > 900 ? of_x : of_q; /* of_x is no more than of_q + 970 */
        flx_recur_scale(order, stride, x, e, scaled);
        for (size_t k = 1; k <= order; k++) top[k] = rate * scaled[k];
        z[0] = value;
        flx_recur_integrate_quotient(order, top, 1, ldexp(q0, -e), scaled, 1, z, stride, w);
    }
}

void flx_kernel_log(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    logarithm(order, stride, x, 1.0, flx_double_log(x[0]), x[0], z, scratch);
}

void flx_kernel_logsum(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_logsum(x[0]);
    if (x[0] == 0.0) flx_recur_undefined(order, stride, x, value, z, scratch);
    else logarithm(order, stride, x, 1.0, value, x[0], z, scratch);
}

void flx_kernel_dlogsum(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_dlogsum(x[0]);
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
        return;
    }
    z[0] = value;
    for (size_t k = 1; k <= order; k++)
        z[k * stride] = -flx_recur_dot(k, k, x, stride, z, stride) / x[0];
}

void flx_kernel_log2(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double log2_e = 1.44269504088896340736;
    logarithm(order, stride, x, log2_e, flx_double_log2(x[0]), x[0], z, scratch);
}

void flx_kernel_log10(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double log10_e = 0.434294481903251827651;
    logarithm(order, stride, x, log10_e, flx_double_log10(x[0]), x[0], z, scratch);
}

void flx_kernel_log1p(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    logarithm(order, stride, x, 1.0, flx_double_log1p(x[0]), 1.0 + x[0], z, scratch);
}

/* g = exp(-x^2*half/2), half = 1 or 2, of this value, divided by the factor returned. That is there
 * for the far tails: the derivatives are larger than a value that has lost its digits below
 * DBL_MIN. There g[0] is the square of the value's root. d: order+1. */
static double gaussian(size_t order, size_t stride, const double *x, double half, double value,
                       double *d, double *g, size_t sg)
{
    const int is_small = value < 1e-280;
    const double root = half > 1.0 ? flx_double_hgauss(x[0]) : flx_double_gauss(0.5 * x[0]);
    g[0] = is_small ? (root * 0x1p500) * (root * 0x1p500) : value;
    for (size_t k = 1; k <= order; k++)
        d[k] = -0.5 * half * (double)k * flx_recur_square(k, x, stride);
    flx_recur_exp(order, sg, d, g);
    return is_small ? 0x1p-1000 : 1.0;
}

/* Past this nothing is left of exp(-x^2/2), even times x^k. */
static int is_far(double x) { return fabs(x) > 53.0; }

static void gauss(size_t order, size_t stride, const double *x, double half, double value,
                  double *z, double *scratch)
{
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else if (is_far(x[0])) {
        flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
    } else {
        const double factor = gaussian(order, stride, x, half, value, scratch, z, stride);
        z[0] = value;
        for (size_t k = 1; k <= order; k++) z[k * stride] = flx_double_amul(z[k * stride], factor);
    }
}

void flx_kernel_gauss(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    gauss(order, stride, x, 2.0, flx_double_gauss(x[0]), z, scratch);
}

void flx_kernel_hgauss(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    gauss(order, stride, x, 1.0, flx_double_hgauss(x[0]), z, scratch);
}

/* value, and the increments of slope times the integral of exp(-x^2). */
static void error_function(size_t order, size_t stride, const double *x, double value, double slope,
                           double *z, double *scratch)
{
    double *d = scratch, *g = d + order + 1, *dg = g + order + 1;
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else if (is_far(x[0])) {
        flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
    } else {
        const double factor =
            slope * gaussian(order, stride, x, 2.0, flx_double_gauss(x[0]), dg, g, 1);
        flx_recur_derivative(order, stride, x, 1.0, d);
        z[0] = value;
        for (size_t k = 1; k <= order; k++)
            z[k * stride] = factor * (flx_recur_dot(k, k, d, 1, g, 1) / (double)k);
    }
}

static const double two_over_sqrt_pi = 1.12837916709551257390;

void flx_kernel_erf(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    error_function(order, stride, x, flx_double_erf(x[0]), two_over_sqrt_pi, z, scratch);
}

void flx_kernel_erfc(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    error_function(order, stride, x, flx_double_erfc(x[0]), -two_over_sqrt_pi, z, scratch);
}
