/* test_kernel_power.c: powers of series whose coefficients are of very different sizes. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define INF ((double)INFINITY)

static void pow_0_37(size_t order, size_t stride, const double *x, const double *y, double *z,
                     double *scratch)
{
    (void)y;
    flx_kernel_pow_xc(order, stride, x, 0.37, z, scratch);
}

static void pow_3(size_t order, size_t stride, const double *x, const double *y, double *z,
                  double *scratch)
{
    (void)y;
    flx_kernel_pow_xc(order, stride, x, 3.0, z, scratch);
}

static void pow_in_parts(size_t order, size_t stride, const double *x, const double *y, double *z,
                         double *scratch)
{
    (void)y;
    flx_kernel_powc(order, stride, x, 2.5, 1e-17, z, scratch);
}

static void pow_less_1_log_2(size_t order, size_t stride, const double *x, const double *y,
                             double *z, double *scratch)
{
    flx_kernel_powk(order, stride, x, y, 1, 2, z, scratch);
}

static int is_same(double a, double b) { return a == b || (a != a && b != b); }

/* Of any sizes and not finite: what comes after a coefficient changes no bit of it. */
Test(kernel_power, powers_do_not_depend_on_the_order)
{
    enum { MANY = 14 };
    static const struct {
        const char *name;
        void (*kernel)(size_t order, size_t stride, const double *x, const double *y, double *z,
                       double *scratch);
    } powers[] = {{"pow_xc", pow_0_37},
                  {"pow_xc 3", pow_3},
                  {"powc", pow_in_parts},
                  {"pow", flx_kernel_pow},
                  {"powk", pow_less_1_log_2}};
    static const double x[][MANY] = {
        {1.3, 1e-200, 1e-150, 1e300, 1.0, -1e308, 2.0},
        {1.3, 0.7, 1e160, -1e170, 1.0, 2.0, 3.0},
        {1e-100, 1e-220, 0.7, 1e200, 1e300, 1.0, 1.0},
        {1e100, 1e-200, 1e10, 1e305, 1.0, 1e-300, 0.0},
        {7.5, 3.0, 1e300, -1e300, INF, 1.0, -INF},
        {1e-30, 1e-300, 1e-20, 1e307, 2.0, 1e305, 1.0},
        {1e-10, 1e-10, -2e-10, 3e-11, 1e-10, 5e-11, 2e-10, 1e-10, 1e-11, -1e-10, 1e-10, 1e300, 1.0,
         2.0},
        {1e-10, 1e-10, -2e-10, 3e-11, 1e-10, 5e-11, 2e-10, 1e-10, 1e300}};
    static const double y[][MANY] = {{0.7, 0.0, 1e-200, 0.3, 1e300, 1.0, INF},
                                     {1.7, 1e-250, 0.2, 0.1, 1e250, 1e300, 0.1},
                                     {-1.5, 0.3, 0.0, 1e200, 1e308, 0.1, 0.1}};
    for (size_t f = 0; f < LENGTH(powers); f++) {
        for (size_t i = 0; i < LENGTH(x) * LENGTH(y); i++) {
            const double *a = x[i % LENGTH(x)], *b = y[i / LENGTH(x)];
            double z[MANY], lower[MANY], scratch[FLX_KERNEL_SCRATCH(MANY)];
            powers[f].kernel(MANY - 1, 1, a, b, z, scratch);
            for (size_t order = 1; order < MANY - 1; order++) {
                powers[f].kernel(order, 1, a, b, lower, scratch);
                for (size_t k = 0; k <= order; k++)
                    cr_expect(is_same(lower[k], z[k]),
                              "%s, case %zu: coefficient %zu is %.17g at order %zu, then %.17g",
                              powers[f].name, i, k, lower[k], order, z[k]);
            }
        }
    }
}

/* The small terms of a series with large ones: by mpmath. */
Test(kernel_power, powers_keep_small_terms_before_large_ones)
{
    const double x[] = {1.3, 1e-200, 1e-150, 1e300};
    const double want[] = {1.1019427714547527, 3.136298657217373e-201, 3.136298657217373e-151,
                           3.136298657217373e+299};
    double z[4], scratch[FLX_KERNEL_SCRATCH(3)];
    flx_kernel_pow_xc(3, 1, x, 0.37, z, scratch);
    for (size_t k = 0; k < 4; k++)
        cr_expect(fabs(z[k] - want[k]) <= 4.0 * (double)(k + 1) * 0x1p-52 * want[k],
                  "coefficient %zu is %.17g, not %.17g", k, z[k], want[k]);
}
