/* test_kernel_recur.c: the recurrences behind the Taylor kernels, where numbers are of extreme size or
 * terms cancel. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define INF ((double)INFINITY)

typedef void unary_kernel(size_t order, size_t stride, const double *x, double *z, double *scratch);

static const struct {
    const char *name;
    unary_kernel *kernel;
} unary[] = {
#define FLX_UNARY(name, meaning) {#name, flx_kernel_##name},
#include <fluxion/functions.def>
};

static int is_same(double a, double b) { return a == b || (a != a && b != b); }

static void expect_near(size_t k, double got, double want)
{
    cr_expect(fabs(got - want) <= 4.0 * (double)(k + 1) * 0x1p-52 * fabs(want),
              "coefficient %zu is %.17g, not %.17g", k, got, want);
}

/* k*x[k] overflows, x[k] times the derivative does not: at 1e150 that of atan is 1e-300, and at 1e300 that of
 * asinh and of log. */
Test(kernel_recur, coefficients_that_overflow_times_their_number)
{
    const double x[] = {1e150, 0.0, 1.7e308}, large[] = {1e300, 0.0, 1.7e308};
    double z[3], scratch[FLX_KERNEL_SCRATCH(2)];
    flx_kernel_atan(2, 1, x, z, scratch);
    expect_near(2, z[2], 1.7e8);
    flx_kernel_asinh(2, 1, large, z, scratch);
    expect_near(2, z[2], 1.7e8);
    flx_kernel_log(2, 1, large, z, scratch);
    expect_near(2, z[2], 1.7e8);
}

/* An infinite coefficient, an overflow and zeros between them: what comes after changes nothing. */
Test(kernel_recur, infinite_coefficients_do_not_reach_what_is_before_them)
{
    static const double series[][10] = {{0.0, 0.0, INF, 1.0, 2.0, 0.5, 0.0, 1.0, -1.0, 1.0},
                                        {0.0, 1.0, 0.0, -INF, 2.0, 0.5, 0.0, 1.0, -1.0, 1.0},
                                        {0.0, 0.0, 1e300, 0.0, 1e250, 0.5, 0.0, 1.0, -1.0, 1.0}};
    static const double points[] = {0.3,    -0.6,   1.0,   2.5,    40.25,
                                    -720.0, -800.0, 800.0, 1e-200, 1e200};
    double x[10], z[10], low[10], scratch[FLX_KERNEL_SCRATCH(9)];
    for (size_t f = 0; f < LENGTH(unary); f++)
        for (size_t i = 0; i < LENGTH(points) * LENGTH(series); i++) {
            for (size_t k = 0; k < 10; k++) x[k] = series[i % LENGTH(series)][k];
            x[0] = points[i / LENGTH(series)];
            unary[f].kernel(9, 1, x, z, scratch);
            for (size_t order = 1; order < 9; order++) {
                unary[f].kernel(order, 1, x, low, scratch);
                for (size_t k = 0; k <= order; k++)
                    cr_expect(
                        is_same(z[k], low[k]),
                        "%s at %g, series %zu: coefficient %zu is %.17g at order %zu, then %.17g",
                        unary[f].name, x[0], i % LENGTH(series), k, low[k], order, z[k]);
            }
        }
}
