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

static void expect_near(size_t k, double got, double want)
{
    cr_expect(fabs(got - want) <= 4.0 * (double)(k + 1) * 0x1p-52 * fabs(want),
              "coefficient %zu is %.17g, not %.17g", k, got, want);
}

/* x = 1 + 1.5e308*t^n: the second power of the increment comes at t^(2n), which no order here reaches. */
Test(kernel_power, one_large_coefficient_is_multiplied_by_the_exponent)
{
    for (size_t n = 2; n <= 9; n++) {
        for (size_t order = n; order < 2 * n; order++) {
            double x[20] = {1.0}, z[20], scratch[FLX_KERNEL_SCRATCH(19)];
            x[n] = 1.5e308;
            flx_kernel_pow_xc(order, 1, x, 0.37, z, scratch);
            for (size_t k = 1; k <= order; k++) expect_near(k, z[k], k == n ? 0.37 * 1.5e308 : 0.0);
        }
    }
}

/* The square of the increment is below the least normal number, its product with the power is not. */
Test(kernel_power, squares_next_to_nothing_keep_their_digits_in_large_powers)
{
    const double x[] = {1e10, 1e-150, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    const double first = 1.899999999999996e-141, second = 8.5499999999999814e-302; /* mpmath */
    for (size_t order = 2; order < LENGTH(x); order++) {
        double z[LENGTH(x)], scratch[FLX_KERNEL_SCRATCH(LENGTH(x) - 1)];
        flx_kernel_pow_xc(order, 1, x, 1.9, z, scratch);
        expect_near(1, z[1], first);
        expect_near(2, z[2], second);
        for (size_t k = 3; k <= order; k++) cr_expect(z[k] == 0.0, "%zu: %g", k, z[k]);
    }
}

/* (1/2 + t)^(3 + 1e-17), whose binomials above the third are 1e-17/4, and so on. */
Test(kernel_power, an_exponent_in_parts_is_no_whole_number)
{
    const double x[] = {0.5, 1.0, 0.0, 0.0, 0.0, 0.0};
    const double want[] = {0.125, 0.75, 1.5, 1.0, 1e-17 / 4.0 * 2.0, -1e-17 / 20.0 * 4.0};
    double z[6], scratch[FLX_KERNEL_SCRATCH(5)];
    flx_kernel_powc(5, 1, x, 3.0, 1e-17, z, scratch);
    for (size_t k = 0; k < 6; k++) expect_near(k, z[k], want[k]);
}

/* Though the power itself, and its derivative by the base, are next to nothing. */
Test(kernel_power, negative_bases_have_no_derivative_by_the_exponent)
{
    const double x[] = {-1e-200, 0.0, 0.0}, y[] = {3.0, 1.0, 0.0};
    double z[3], scratch[FLX_KERNEL_SCRATCH(2)];
    flx_kernel_pow(2, 1, x, y, z, scratch);
    cr_expect(z[0] == 0.0 && z[1] != z[1] && z[2] != z[2], "%g, %g, %g", z[0], z[1], z[2]);
}

/* (1 + t/2)^20 and exp(-10*log(2.75)*t) have coefficients far above those of their product, in which they
 * cancel; so have (1 - t/2)^20 and exp(10*log(2.75)*t). By mpmath. The first coefficient is a difference of
 * terms of 6e9. */
Test(kernel_power, base_and_exponent_that_change_in_opposite_directions)
{
    static const double want[] = {611862556.0089277,   -70981634.71628547, -4584851911.691269,
                                  1806916705.5548275,  16583731381.396107, -11323095514.926981,
                                  -37216191281.651726, 38050070065.18683,  55032093802.944595,
                                  -84013516640.2493,   -49535117990.60127, 132665139304.83914,
                                  9571449288.792227};
    enum { MANY = sizeof want / sizeof want[0] };
    for (double side = -1.0; side <= 1.0; side += 2.0) {
        double x[MANY] = {2.75, -1.375 * side}, y[MANY] = {20.0, 10.0 * side};
        double z[MANY], scratch[FLX_KERNEL_SCRATCH(MANY - 1)];
        flx_kernel_pow(MANY - 1, 1, x, y, z, scratch);
        for (size_t k = 0; k < MANY; k++) {
            const double right = k % 2 == 1 && side > 0.0 ? -want[k] : want[k];
            cr_expect(fabs(z[k] - right)
                          <= 4.0 * (double)(k + 1) * 0x1p-52 * fmax(fabs(right), 6e9),
                      "coefficient %zu is %.17g, not %.17g", k, z[k], right);
        }
    }
}

/* 1e-10^(30 + 1e24*t), which begins at 1e-300: by mpmath. */
Test(kernel_power, steep_exponents_of_a_small_power)
{
    static const double want[] = {
        1.0000000000000011e-300,  -2.3025850929940482e-275, 2.6509490552392018e-250,
        -2.0346785922934783e-225, 1.1712551489122682e-200,  -5.3938292919558195e-176,
        2.069958486968683e-151,   -6.8089365074437128e-127, 1.9597694626478542e-102,
        -5.0139288337754447e-78,  1.1544997789984359e-53,   -2.4166672554424716e-29,
        4.6371516642572237e-5,    -8.2134125354393946e+19,  1.3508629476223699e+44,
        -2.0736512572488435e+68};
    enum { MANY = sizeof want / sizeof want[0] };
    const double x[MANY] = {1e-10}, y[MANY] = {30.0, 1e24};
    double z[MANY], scratch[FLX_KERNEL_SCRATCH(MANY - 1)];
    flx_kernel_pow(MANY - 1, 1, x, y, z, scratch);
    for (size_t k = 0; k < MANY; k++) expect_near(k, z[k], want[k]);
}
