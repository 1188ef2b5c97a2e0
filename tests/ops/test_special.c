/* Special functions differentiated many times: recorded gradients to depth 5, where each level
 * differentiates the last one's rule. Numbers from Arb and mpmath. */
#include <criterion/criterion.h>

#include <limits.h>

#include <fluxion/fluxion.h>
#include <fluxion/kernel.h>

#include "forward/support.h"
#include "ops/special.h"
#include "reference.h"
#include "reverse/support.h"

enum { DEPTH = 5 };

static const struct {
    const char *name;
    flx_var (*of_var)(flx_var x);
    flx_taylor8 (*of_taylor8)(flx_taylor8 x);
    double x;
    long double d[DEPTH + 1];
} rows[] = {
    {"lgamma",
     flx_var_lgamma,
     flx_taylor8_lgamma,
     0.5,
     {0.572364942924700087L, -1.96351002602142348L, 4.93480220054467931L, -16.8287966442343200L,
      97.4090910340024372L, -771.474249826667225L}},
    {"tgamma",
     flx_var_tgamma,
     flx_taylor8_tgamma,
     2.5,
     {1.32934038817913702L, 0.9347345216260855344L, 1.309117155962673532L, 1.523227481046857104L,
      2.632157616051842469L, 3.403293671380828545L}},
    {"digamma",
     flx_var_digamma,
     flx_taylor8_digamma,
     0.75,
     {-1.08586087978647217L, 2.541879647671606498L, -5.302633216337639631L, 19.76331253485059976L,
      -102.8006058154174725L, 678.7533428745797136L}},
    {"erfinv",
     flx_var_erfinv,
     flx_taylor8_erfinv,
     -0.625,
     {-0.627307347788558961L, 1.313548522651230847L, -2.164724392308911608L, 11.66773860131362634L,
      -87.56549651608781463L, 908.3162548792604223L}},
    {"lambertw",
     flx_var_lambertw,
     flx_taylor8_lambertw,
     1.25,
     {0.6515479054418520968L, 0.3156059370945286219L, -0.1599184719172997225L,
      0.1735876596600892278L, -0.2916367337723233847L, 0.6654520192323638095L}},
    {"atan",
     flx_var_atan,
     flx_taylor8_atan,
     0x1p36,
     {1.570796326780344704L, 2.117582368135750848e-22L, -6.16297582203915473e-33L,
      2.690493051503648776e-43L, -1.566073072319645886e-53L, 1.13946812949117585e-63L}},
};

/* 4(k+1) ulps, and what is left of the numbers above. */
static int agrees(double got, long double want, int k)
{
    return ref_error(got, want) <= 4.0L * (long double)(k + 1) * ref_ulp(want);
}

Test(special, depth_5)
{
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        flx_tape *tape = NULL;
        cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
        const flx_var x = flx_variable(tape, rows[r].x);
        const flx_taylor8 t = rows[r].of_taylor8(flx_taylor8_variable(rows[r].x));
        flx_var y = rows[r].of_var(x);
        for (int k = 0; k <= DEPTH; k++) {
            if (k > 0) cr_assert_eq(flx_grad(y, 1, &x, &y, FLX_CREATE_GRAPH), FLX_OK);
            cr_expect(agrees(flx_peek(y), rows[r].d[k], k), "%s recorded %d: %.17g", rows[r].name,
                      k, flx_peek(y));
            cr_expect(agrees(flx_taylor8_derivative(t, (size_t)k), rows[r].d[k], k),
                      "%s taylor8 %d: %.17g", rows[r].name, k,
                      flx_taylor8_derivative(t, (size_t)k));
        }
        flx_tape_destroy(tape);
    }
}

/* A tape counts derivatives up to 255; past that it fails, and says so. */
Test(special, differentiated_too_often)
{
    flx_tape *tape = NULL;
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    const flx_var x = flx_variable(tape, 30.0);
    cr_expect(isfinite(flx_peek(flx_var_djn(x, 3, 255))));
    cr_expect(isnan(flx_peek(flx_var_djn(x, 3, 256))));
    cr_expect_eq(flx_tape_status(tape), FLX_ELIMIT);
    flx_tape_destroy(tape);
}

/* Y_-n is (-1)^n Y_n, and so are its derivatives: as numbers, and where near 0 some of the orders that
 * they are made of overflow, or all do. */
Test(special, negative_orders_of_yn_overflow_as_positive_ones)
{
    for (int n = 99; n <= 102; n++) {
        const double sign = n % 2 ? -1.0 : 1.0;
        for (double x = 0.05; x < 0.09; x *= 1.01) {
            const flx_taylor8 t = flx_taylor8_variable(x);
            const flx_taylor8 up = flx_taylor8_yn(n, t), down = flx_taylor8_yn(-n, t);
            for (unsigned k = 0; k <= DEPTH; k++) {
                const double want = sign * flx_double_dyn(x, n, k), lead = sign * up.c[k];
                const double got = flx_double_dyn(x, -n, k);
                cr_expect(!isnan(got) && !isnan(down.c[k]));
                cr_expect(got == want || agrees(got, (long double)want, (int)k),
                          "n = %d, k = %u, x = %g: %g, not %g", -n, k, x, got, want);
                cr_expect(down.c[k] == lead || agrees(down.c[k], (long double)lead, (int)k),
                          "n = %d, c[%u], x = %g: %g, not %g", -n, k, x, down.c[k], lead);
            }
        }
    }
}

/* No order next to them is an int. */
Test(special, bessel_orders_at_the_end_of_int)
{
    const int ends[] = {INT_MAX, INT_MIN};
    for (int i = 0; i < 2; i++) {
        cr_expect(isnan(flx_double_djn(1.0, ends[i], 1)));
        cr_expect(isnan(flx_double_dyn(1.0, ends[i], 2)));
    }
}

/* The derivative of order 0 is the function, to the bit; of orders that there is no room for, nothing is. */
Test(special, gamma_derived_not_at_all_and_too_often)
{
    for (double x = -5.0; x < 40.0; x += 0.0625) {
        const double got = flx_double_dtgamma(x, 0, 0), want = tgamma(x);
        cr_expect(ref_same(got, want), "x = %g: %.17g, not %.17g", x, got, want);
    }
    cr_expect(isfinite(flx_double_dtgamma(2.5, 0, 100)));
    cr_expect(isnan(flx_double_dtgamma(2.5, 0, 257)));
    cr_expect(isnan(flx_double_dtgamma(2.5, 0, 4000)));
}

/* Next to its pole gamma is 1/x, whose coefficients are (-1)^k/x^(k+1), up to the largest double: k times
 * such a coefficient overflows. */
Test(special, gamma_next_to_its_pole_up_to_the_largest_double)
{
    for (int k = 2; k <= 8; k++) {
        const double x = pow(1.5e308, -1.0 / (k + 1));
        const flx_taylor8 t = flx_taylor8_tgamma(flx_taylor8_variable(x));
        const long double want = (k % 2 ? -1.0L : 1.0L) / powl((long double)x, k + 1);
        /* gamma(x) = 1/x - 0.577 + ..., whose other terms are of relative size x^(k+1) in c[k]. */
        cr_expect(agrees(t.c[k], want, k), "c[%d] = %.17g, not %.17Lg", k, t.c[k], want);
    }
}

/* The same of its coefficients in plain double, each from all before it. */
Test(special, gamma_series_next_to_its_pole_up_to_the_largest_double)
{
    for (unsigned k = 2; k <= 8; k++) {
        double g[9], psi[8], unit;
        const double x = pow(1.5e308, -1.0 / (k + 1.0));
        g[0] = flx_special_gamma(x, &unit);
        cr_assert_eq(unit, 1.0);
        flx_special_gamma_series(k, x, g, psi);
        for (unsigned j = 1; j <= k; j++) {
            const long double want =
                (j % 2 ? -1.0L : 1.0L) / powl((long double)x, (long double)(j + 1));
            /* 1/x - 0.577 + ...: the next term is of relative size x. */
            cr_expect(ref_error(g[j], want)
                          <= (4.0L * (j + 1) * 0x1p-52L + (long double)x) * fabsl(want),
                      "g[%u] = %.17g, not %.17Lg", j, g[j], want);
        }
    }
}

/* Where gamma overflows, every coefficient does. */
Test(special, gamma_overflows_with_all_its_coefficients)
{
    enum { HIGH = 30 };
    static const double at[] = {171.63, 171.8, 172.0, 172.5};
    double x[HIGH + 1] = {0.0, 1.0}, z[HIGH + 1], scratch[FLX_KERNEL_SCRATCH(HIGH)];
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        x[0] = at[i];
        flx_kernel_tgamma(HIGH, 1, x, z, scratch);
        for (int k = 0; k <= HIGH; k++)
            cr_expect_eq(z[k], REF_INF, "%g: c[%d] = %g", at[i], k, z[k]);
    }
}

/* Taylor kernels of derivatives, as programs meet them, against the derivatives themselves. */
Test(special, a_recorded_derivative_has_a_series)
{
    static const struct {
        flx_var (*of_var)(flx_var x, int n, unsigned k);
        double (*of_double)(double x, int n, unsigned k);
        int n;
        double x;
    } families[] = {{flx_var_dpolygamma, flx_double_dpolygamma, 2, -3.3},
                    {flx_var_djn, flx_double_djn, 3, 2.5},
                    {flx_var_dyn, flx_double_dyn, 1, 4.25},
                    {flx_var_dtgamma, flx_double_dtgamma, 0, 2.75}};
    for (size_t r = 0; r < sizeof families / sizeof families[0]; r++) {
        flx_tape *tape = NULL;
        flx_program *f = NULL;
        flx_work *w = NULL;
        const double path[5] = {families[r].x, 1.0, 0.0, 0.0, 0.0};
        double got[5], factorial = 1.0;
        cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
        const flx_var x = flx_variable(tape, 1.5), y = families[r].of_var(x, families[r].n, 2);
        cr_assert_eq(flx_freeze(tape, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 4, &w), FLX_OK);
        cr_assert_eq(flx_jet(f, w, 4, path, got, NULL), FLX_OK);
        for (unsigned k = 0; k < 5; k++) {
            factorial *= k > 0 ? k : 1;
            const double want =
                families[r].of_double(families[r].x, families[r].n, 2 + k) / factorial;
            cr_expect(agrees(got[k], (long double)want, (int)k), "%zu: %u: %.17g, not %.17g", r, k,
                      got[k], want);
        }
        flx_work_destroy(w);
        flx_program_release(f);
        flx_tape_destroy(tape);
    }
}
