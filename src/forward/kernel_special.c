/* kernel_special.c: special functions, composed from their derivatives at x[0]. */
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "forward/kernel_recur.h"
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

void flx_kernel_lgamma(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    for (unsigned j = 1; j <= order; j++) scratch[j] = lgamma_coefficient(j, x[0]);
    compose(order, stride, x, flx_double_lgamma(x[0]), scratch, z, scratch + order + 1);
}

void flx_kernel_dpolygamma(size_t order, size_t stride, const double *x, int n, unsigned k,
                           double *z, double *scratch)
{
    const double value = flx_double_dpolygamma(x[0], n, k);
    for (unsigned j = 1; j <= order; j++)
        scratch[j] = flx_special_polygamma((unsigned)n + k + j, j, x[0]);
    if (n < 0) flx_recur_undefined(order, stride, x, value, z, scratch);
    else compose(order, stride, x, value, scratch, z, scratch + order + 1);
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

void flx_kernel_tgamma(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *g = scratch, *psi = g + order + 1, *work = psi + order + 1, unit;
    g[0] = flx_special_gamma(x[0], &unit);
    if (isfinite(g[0] * unit)) flx_special_gamma_series((unsigned)order, x[0], g, psi);
    else
        for (unsigned j = 1; j <= order; j++) g[j] = flx_special_gamma_limit(j, x[0]);
    for (unsigned j = 1; j <= order; j++) g[j] *= unit;
    compose(order, stride, x, flx_double_tgamma(x[0]), g, z, work);
}

void flx_kernel_erfinv(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *work = scratch + order + 1;
    flx_special_erfinv_series((unsigned)order, x[0], scratch, work);
    compose(order, stride, x, flx_double_erfinv(x[0]), scratch, z, work);
}

/* c[j] = (j+1)*c[j+1]: a series of derivatives over factorials, differentiated. */
static void differentiate(size_t order, double *c)
{
    for (size_t j = 0; j <= order; j++) c[j] = ((double)j + 1.0) * c[j + 1];
}

void flx_kernel_derfinv(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *work = scratch + order + 2;
    flx_special_erfinv_series((unsigned)order + 1, x[0], scratch, work);
    differentiate(order, scratch);
    compose(order, stride, x, flx_double_derfinv(x[0]), scratch, z, work);
}

void flx_kernel_lambertw(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *work = scratch + order + 1;
    flx_special_lambertw_series((unsigned)order, 0, x[0], scratch, work);
    compose(order, stride, x, flx_double_lambertw(x[0]), scratch, z, work);
}

void flx_kernel_dlambertw(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *work = scratch + order + 2;
    flx_special_lambertw_series((unsigned)order + 1, 0, x[0], scratch, work);
    differentiate(order, scratch);
    compose(order, stride, x, flx_double_dlambertw(x[0]), scratch, z, work);
}

void flx_kernel_rlambertw(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    double *work = scratch + order + 1;
    flx_special_lambertw_series((unsigned)order, 1, x[0], scratch, work);
    compose(order, stride, x, flx_double_rlambertw(x[0]), scratch, z, work);
}

/* The derivatives of number k+1, k+2, ... of a family, each over the factorial of what it is past k. */
static void compose_family(size_t order, size_t stride, const double *x, int n, unsigned k,
                           double (*f)(double x, int n, unsigned k), double *z, double *scratch)
{
    double factorial = 1.0;
    for (unsigned j = 1; j <= order; j++) {
        factorial *= j;
        scratch[j] = f(x[0], n, k + j) / factorial;
    }
    compose(order, stride, x, f(x[0], n, k), scratch, z, scratch + order + 1);
}

/* O(order^2) Bessel functions and O(order^3) operations. */
void flx_kernel_djn(size_t order, size_t stride, const double *x, int n, unsigned k, double *z,
                    double *scratch)
{
    compose_family(order, stride, x, n, k, flx_double_djn, z, scratch);
}

void flx_kernel_jn(size_t order, size_t stride, int n, const double *x, double *z, double *scratch)
{
    flx_kernel_djn(order, stride, x, n, 0, z, scratch);
}

void flx_kernel_dyn(size_t order, size_t stride, const double *x, int n, unsigned k, double *z,
                    double *scratch)
{
    compose_family(order, stride, x, n, k, flx_double_dyn, z, scratch);
}

void flx_kernel_yn(size_t order, size_t stride, int n, const double *x, double *z, double *scratch)
{
    flx_kernel_dyn(order, stride, x, n, 0, z, scratch);
}

void flx_kernel_dtgamma(size_t order, size_t stride, const double *x, int n, unsigned k, double *z,
                        double *scratch)
{
    compose_family(order, stride, x, n, k, flx_double_dtgamma, z, scratch);
}
