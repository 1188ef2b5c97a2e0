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

/* Next to a root of a coefficient its terms cancel, by mpmath. The permitted error is what half a rounding of x
 * makes of it, as everywhere. */
static const struct {
    unary_kernel *kernel;
    size_t k;
    double x, want, permitted;
} root[] = {
    {flx_kernel_softplus, 6, 0.8426329481293766, 1.4296565622757029e-20, 4.69e-20},
    {flx_kernel_softplus, 7, 1.513351847292335, 6.5654207200811291e-21, 1.38e-20},
    {flx_kernel_softplus, 8, 0.624964499702119, 2.094371617850365e-21, 3.83e-21},
    {flx_kernel_softplus, 8, 2.0991985100490145, 4.4611155644324624e-22, 2.47e-21},
    {flx_kernel_softplus, 10, 0.49758469115573956, -1.4455918207605596e-24, 3.24e-22},
    {flx_kernel_softplus, 10, 1.6007233934306782, 8.9710250943977967e-23, 3.02e-22},
    {flx_kernel_softplus, 13, 0.7743332415659608, 5.247606378816724e-24, 1.21e-23},
    {flx_kernel_softplus, 13, 1.648834417788389, 3.191625362025273e-24, 6.47e-24},
    {flx_kernel_asinh, 3, 0.7071067811865476, 8.2687620694179379e-18, 1.34e-17},
    {flx_kernel_asinh, 5, 0.36151570676401423, -3.1172241913412463e-18, 9.15e-18},
    {flx_kernel_asinh, 5, 1.6939027108316804, 3.3310731516510476e-19, 7.91e-19},
    {flx_kernel_asinh, 6, 0.6390226393992713, -1.8323981759520263e-18, 6.14e-18},
    {flx_kernel_asinh, 6, 2.142813586464112, -7.5585948937061988e-20, 1.18e-19},
    {flx_kernel_asinh, 7, 0.24571716399812182, -1.3185284091981594e-19, 6.19e-18},
    {flx_kernel_asinh, 7, 0.8813758312610155, 1.5373721158586052e-19, 2.48e-18},
    {flx_kernel_asinh, 9, 0.18660090381921293, -1.741773841307244e-18, 4.48e-18},
    {flx_kernel_asinh, 9, 0.6177112473316672, 5.9609253025717095e-19, 3.25e-18},
    {flx_kernel_asinh, 10, 0.3427733829525944, -2.6200650698923361e-18, 4.94e-18},
    {flx_kernel_asinh, 10, 0.7766214719830332, 8.4123506562968036e-19, 1.41e-18},
    {flx_kernel_asinh, 12, 0.27990283254710224, 6.8264544047350653e-19, 4.21e-18},
    {flx_kernel_asinh, 12, 0.6073318056959564, 4.6559580046400993e-19, 1.83e-18},
    {flx_kernel_atan, 10, 3.0776835371752576, -3.1487226192151961e-21, 2.59e-22},
    {flx_kernel_sech2, 2, 0.65847894846240873, 5.7962604786824573e-16, 1.13e-16},
    {flx_kernel_sech2, 4, 1.5721592030774647, -8.0987493592476907e-17, 2.75e-17},
    {flx_kernel_sech2, 4, 1.5721592030774652, -1.1128943570011846e-17, 2.75e-17},
};

Test(kernel_recur, coefficients_next_to_their_roots)
{
    enum { MOST = 14 };
    for (size_t i = 0; i < LENGTH(root); i++) {
        double x[MOST + 1] = {root[i].x, 1.0}, z[MOST + 1], scratch[FLX_KERNEL_SCRATCH(MOST)];
        for (size_t order = root[i].k; order <= MOST; order++) {
            root[i].kernel(order, 1, x, z, scratch);
            const double got = z[root[i].k];
            cr_expect(fabs(got - root[i].want) <= root[i].permitted,
                      "case %zu, order %zu: coefficient %zu at %.17g is %.17g, not %.17g", i, order,
                      root[i].k, root[i].x, got, root[i].want);
        }
    }
}

/* softplus of x + t + 1e160*t^6 where coefficient 6 of softplus(x + t) is next to a root: the square of what is large stands
 * by half the second derivative, which is positive, and by t and half the third one, which is not. */
Test(kernel_recur, overflow_after_a_coefficient_next_to_its_root)
{
    const double x[14] = {0.8426329481293766, 1.0, 0.0, 0.0, 0.0, 0.0, 1e160};
    double z[14], scratch[FLX_KERNEL_SCRATCH(13)];
    flx_kernel_softplus(13, 1, x, z, scratch);
    expect_near(6, z[6], 1e160 / (1.0 + exp(-x[0])));
    for (size_t k = 7; k < 12; k++) cr_expect(isfinite(z[k]), "coefficient %zu is %g", k, z[k]);
    cr_expect(z[12] == INF && z[13] == -INF, "%g, %g", z[12], z[13]);
}

/* tanh, tan and sigmoid are odd around 0 but for a constant, sech^2 is even: of steep*t^m all other coefficients are 0,
 * however large these are. Signs are those of the Maclaurin series. */
static const struct {
    unary_kernel *kernel;
    double constant;
    size_t parity;
    double first, turn; /* the sign of the first one, and from one to the next */
} odd_or_even[] = {
    {flx_kernel_tanh, 0.0, 1, 1.0, -1.0},
    {flx_kernel_tan, 0.0, 1, 1.0, 1.0},
    {flx_kernel_sigmoid, 0.5, 1, 1.0, -1.0},
    {flx_kernel_sech2, 1.0, 0, -1.0, -1.0},
};

Test(kernel_recur, steep_arguments_of_odd_and_even_functions)
{
    enum { MOST = 13 };
    for (size_t i = 0; i < LENGTH(odd_or_even) * 4 * MOST; i++) {
        const size_t f = i % LENGTH(odd_or_even), m = 1 + i / LENGTH(odd_or_even) % 2;
        const size_t order = 1 + i / (4 * LENGTH(odd_or_even));
        const double steep = i / (2 * LENGTH(odd_or_even)) % 2 ? 1e200 : 1e150;
        double x[MOST + 1] = {0.0}, z[MOST + 1], scratch[FLX_KERNEL_SCRATCH(MOST)];
        double wide_x[2 * MOST + 1] = {0.0}, wide_z[2 * MOST + 1];
        double sign = odd_or_even[f].first;
        x[m] = wide_x[2 * m] = steep;
        odd_or_even[f].kernel(order, 1, x, z, scratch);
        odd_or_even[f].kernel(order, 2, wide_x, wide_z, scratch);
        for (size_t k = 0; k <= order; k++) cr_expect(is_same(wide_z[2 * k], z[k]));
        cr_expect(z[0] == odd_or_even[f].constant);
        for (size_t k = 1; k <= order; k++) {
            const size_t n = k / m;
            const int is_zero = k % m != 0 || n % 2 != odd_or_even[f].parity;
            cr_expect(is_zero ? z[k] == 0.0 : sign * z[k] >= 1e149,
                      "function %zu of %g*t^%zu, order %zu: coefficient %zu is %g", f, steep, m,
                      order, k, z[k]);
            cr_expect(is_zero || n < 3 || isinf(z[k]));
            if (!is_zero) sign *= odd_or_even[f].turn;
        }
    }
}

/* sech^2 of u = t/10 + 1e150*t^2, whose cube overflows: 2/3*u^4 has 4*(1e150/10)^2 at t^6. */
Test(kernel_recur, finite_coefficients_where_others_of_a_steep_argument_overflow)
{
    const double x[7] = {0.0, 0.1, 1e150};
    double z[7], scratch[FLX_KERNEL_SCRATCH(6)];
    flx_kernel_sech2(6, 1, x, z, scratch);
    expect_near(6, z[6], 4.0 * 1e149 * 1e149);
}

/* The same series with t 2^10 and 2^-10 times as fast: coefficients are multiplied by powers of two. */
Test(kernel_recur, speed_takes_no_digits_next_to_a_root)
{
    enum { MOST = 14 };
    for (size_t i = 0; i < 2 * LENGTH(root); i++) {
        const size_t k = root[i / 2].k;
        const int speed = i % 2 ? 10 : -10;
        const double x[MOST + 1] = {root[i / 2].x, ldexp(1.0, speed)};
        double z[MOST + 1], scratch[FLX_KERNEL_SCRATCH(MOST)];
        root[i / 2].kernel(MOST, 1, x, z, scratch);
        const double got = ldexp(z[k], -speed * (int)k);
        cr_expect(fabs(got - root[i / 2].want) <= root[i / 2].permitted,
                  "case %zu, speed %d: coefficient %zu is %.17g, not %.17g", i / 2, speed, k, got,
                  root[i / 2].want);
    }
}

/* An infinite one after enough ordinary ones that these are summed up in blocks, side by side and apart. */
Test(kernel_recur, an_infinite_coefficient_after_many)
{
    enum { MOST = 12, FIRST = 11 };
    static const double series[MOST + 1] = {0.0,  0.7, -0.3, 0.9,  0.45, -0.6, 0.35,
                                            0.81, 0.2, -0.7, 0.55, INF,  0.3};
    static const double points[] = {0.3, -0.6, 0.9, 2.5, -1.75};
    double x[2 * MOST + 1] = {0.0}, z[2 * MOST + 1], low[2 * MOST + 1];
    double scratch[FLX_KERNEL_SCRATCH(MOST)];
    for (size_t f = 0; f < LENGTH(unary); f++)
        for (size_t i = 0; i < 2 * LENGTH(points); i++) {
            const size_t stride = 1 + i % 2;
            for (size_t k = 0; k <= MOST; k++) x[k * stride] = series[k];
            x[0] = points[i / 2];
            unary[f].kernel(MOST, stride, x, z, scratch);
            unary[f].kernel(FIRST - 1, stride, x, low, scratch);
            for (size_t k = 0; k < FIRST; k++)
                cr_expect(is_same(z[k * stride], low[k * stride]),
                          "%s at %g, stride %zu: coefficient %zu is %.17g, then %.17g",
                          unary[f].name, x[0], stride, k, low[k * stride], z[k * stride]);
        }
}

/* What is not chosen may be infinite. */
Test(kernel_recur, infinite_coefficients_beside_a_clamp)
{
    const double finite[3] = {0.5, 2.0, 3.0}, low[3] = {-1.0, INF, -INF},
                 high[3] = {1.0, -INF, INF};
    const double below[3] = {-2.0, INF, INF}, above[3] = {2.0, INF, INF};
    const double bound[3] = {-1.0, 4.0, 5.0}, other[3] = {1.0, 6.0, 7.0};
    double z[3], scratch[FLX_KERNEL_SCRATCH(2)];
    flx_kernel_clamp(2, 1, finite, low, high, z, scratch);
    cr_expect(z[0] == 0.5 && z[1] == 2.0 && z[2] == 3.0, "%g %g %g", z[0], z[1], z[2]);
    flx_kernel_clamp(2, 1, below, bound, high, z, scratch);
    cr_expect(z[0] == -1.0 && z[1] == 4.0 && z[2] == 5.0, "%g %g %g", z[0], z[1], z[2]);
    flx_kernel_clamp(2, 1, above, low, other, z, scratch);
    cr_expect(z[0] == 1.0 && z[1] == 6.0 && z[2] == 7.0, "%g %g %g", z[0], z[1], z[2]);
}

/* exp(x - y) by mpmath, where the difference is no double; 1 + exp(x - y) is 1 to 260 digits. */
Test(kernel_recur, share_of_a_rounded_difference)
{
    enum { MOST = 4 };
    const double x[MOST + 1] = {-600.3, 1.0}, y[MOST + 1] = {0.1};
    const double want[MOST + 1] = {1.7766139394226301e-261, 1.7766139394226301e-261,
                                   8.8830696971131504e-262, 2.9610232323710499e-262,
                                   7.4025580809276248e-263};
    double z[MOST + 1], scratch[FLX_KERNEL_SCRATCH(MOST)];
    flx_kernel_share(MOST, 1, x, y, z, scratch);
    for (size_t k = 0; k <= MOST; k++) expect_near(k, z[k], want[k]);
    flx_kernel_dshare(MOST - 1, 1, x, y, z, scratch);
    for (size_t k = 0; k < MOST; k++) expect_near(k, z[k], (double)(k + 1) * want[k + 1]);
}

/* f(x + a*t) has the coefficients a^k*c_k, where a^k alone would vanish and c_k is large. */
Test(kernel_recur, long_slow_series_of_tan_near_its_pole)
{
    enum { MOST = 12, SEEN = 4, SLOW = -265 };
    const double x[MOST + 1] = {1.57079, 1.1, -0.6, 0.3};
    double slow[MOST + 1], z[MOST + 1], want[MOST + 1], scratch[FLX_KERNEL_SCRATCH(MOST)];
    for (size_t k = 0; k <= MOST; k++) slow[k] = ldexp(x[k], SLOW * (int)k);
    flx_kernel_tan(MOST, 1, x, want, scratch);
    for (size_t order = SEEN; order <= MOST; order++) {
        flx_kernel_tan(order, 1, slow, z, scratch);
        for (size_t k = 1; k <= SEEN; k++) expect_near(k, ldexp(z[k], -SLOW * (int)k), want[k]);
    }
}

/* A series of t^2 has no odd coefficients, whatever the even ones are. */
Test(kernel_recur, acosh_of_an_infinite_coefficient_between_zeros)
{
    const double x[4] = {3.0, 0.0, INF};
    double z[4], scratch[FLX_KERNEL_SCRATCH(3)];
    flx_kernel_acosh(3, 1, x, z, scratch);
    cr_expect(z[1] == 0.0 && z[2] == INF && z[3] == 0.0, "%g %g %g", z[1], z[2], z[3]);
    flx_kernel_dacosh(3, 1, x, z, scratch);
    cr_expect(z[1] == 0.0 && z[2] == -INF && z[3] == 0.0, "%g %g %g", z[1], z[2], z[3]);
}
