/* test_kernel_reference.c: the Taylor kernels against coefficients computed at 60 digits. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"

static void product(size_t order, size_t stride, const double *x, const double *y, double *z,
                    double *scratch)
{
    (void)scratch;
    flx_kernel_mul(order, stride, x, y, z);
}

static void quotient(size_t order, size_t stride, const double *x, const double *y, double *z,
                     double *scratch)
{
    (void)scratch;
    flx_kernel_div(order, stride, x, y, z);
}

static void power_less_1(size_t order, size_t stride, const double *x, const double *y, double *z,
                         double *scratch)
{
    flx_kernel_powk(order, stride, x, y, 1, 0, z, scratch);
}

static void power_less_3(size_t order, size_t stride, const double *x, const double *y, double *z,
                         double *scratch)
{
    flx_kernel_powk(order, stride, x, y, 3, 0, z, scratch);
}

static void power_log(size_t order, size_t stride, const double *x, const double *y, double *z,
                      double *scratch)
{
    flx_kernel_powk(order, stride, x, y, 0, 1, z, scratch);
}

static void power_less_1_log_2(size_t order, size_t stride, const double *x, const double *y,
                               double *z, double *scratch)
{
    flx_kernel_powk(order, stride, x, y, 1, 2, z, scratch);
}

#include "kernel_reference.h"

#define MOST 21
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* The spacing of doubles at x. */
static double ulp(double x)
{
    const double a = fabs(x);
    return a < 0x1p-1022 ? 0x1p-1074 : ldexp(1.0, ilogb(a) - 52);
}

/* Error over what is permitted: 4(k+1) ulps, or the condition number times 2^-53 where that is
 * more. An overflowed reference must overflow. */
static double excess(size_t k, double got, double want, double condition)
{
    if (isinf(want)) return got == want ? 0.0 : (double)INFINITY;
    const double allowed =
        fmax(4.0 * (double)(k + 1) * ulp(want), condition * fabs(want) * 0x1p-53);
    const double ratio = fabs(got - want) / allowed;
    return ratio == ratio ? ratio : (double)INFINITY;
}

static void check(const char *name, double x0, double y0, size_t order, const double *got,
                  const double *want, const double *condition, double *worst)
{
    for (size_t k = 0; k <= order; k++) {
        const double e = excess(k, got[k], want[k], condition[k]);
        cr_expect(e <= 1.0,
                  "%s at %g, %g: coefficient %zu is %.17g, not %.17g: %.3g times what is "
                  "permitted (condition %.3g)",
                  name, x0, y0, k, got[k], want[k], e, condition[k]);
        if (e > *worst) *worst = e;
    }
}

Test(kernel_reference, functions_of_one_series)
{
    double worst = 0.0;
    for (size_t i = 0; i < LENGTH(unary_reference); i++) {
        const unary_case *c = &unary_reference[i];
        double z[MOST], scratch[FLX_KERNEL_SCRATCH(MOST - 1)];
        c->kernel(c->order, 1, c->x, z, scratch);
        check(c->name, c->x[0], 0.0, c->order, z, c->z, c->condition, &worst);
    }
    cr_log_info("largest error: %.3g of what is permitted", worst);
}

Test(kernel_reference, functions_of_two_series)
{
    double worst = 0.0;
    for (size_t i = 0; i < LENGTH(binary_reference); i++) {
        const binary_case *c = &binary_reference[i];
        double z[MOST], scratch[FLX_KERNEL_SCRATCH(MOST - 1)];
        c->kernel(c->order, 1, c->x, c->y, z, scratch);
        check(c->name, c->x[0], c->y[0], c->order, z, c->z, c->condition, &worst);
    }
    cr_log_info("largest error: %.3g of what is permitted", worst);
}
