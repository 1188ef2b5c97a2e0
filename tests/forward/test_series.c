/* test_series.c: series of any order: the object, aliasing, orders, and every elementary function. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "series_calls.h"

enum { ORDER = 8, SETS = 4 };

/* Operands: ordinary ones; with vanishing constant parts; delicate ones; ties and NaN. */
static const double operands[SETS][3][ORDER + 1] = {
    {{0.4, 0.7, -0.3, 0.11, 0.05, -0.02, 0.013, -0.007, 0.003},
     {1.7, -0.4, 0.25, 0.3, -0.06, 0.04, 0.009, 0.002, -0.001},
     {2.6, 0.1, 0.2, -0.3, 0.4, -0.5, 0.6, -0.7, 0.8}},
    {{0.0, 0.7, -0.3, 0.11, 0.05, -0.02, 0.013, -0.007, 0.003},
     {0.0, 0.0, 0.25, 0.3, -0.06, 0.04, 0.009, 0.002, -0.001},
     {-0.0, 0.0, 0.0, -0.3, 0.4, -0.5, 0.6, -0.7, 0.8}},
    {{-1.0, 1.0}, {REF_INF, 0.5, -1.0}, {1e300, 1e300, 1e-300, -1e300}},
    {{1.0, 1.0}, {1.0, -1.0, REF_NAN}, {1.0, 0.0, 1.0}},
};

static void load(flx_series *x, size_t set, size_t which)
{
    cr_assert_eq(flx_series_set_coeffs(x, ORDER, operands[set][which]), FLX_OK);
}

Test(series, same_bits_as_the_fixed_orders)
{
    flx_series r = {0}, x[3] = {{0}};
    for (size_t set = 0; set < SETS; set++) {
        flx_taylor8 t[3];
        for (size_t i = 0; i < 3; i++) {
            load(&x[i], set, i);
            memcpy(t[i].c, operands[set][i], sizeof t[i].c);
        }
        for (size_t n = 0; n < SERIES_CALLS; n++) {
            if (!series_calls[n].taylor) continue;
            const flx_taylor8 want = series_calls[n].taylor(t[0], t[1], t[2]);
            cr_expect_eq(series_calls[n].series(&r, &x[0], &x[1], &x[2]), FLX_OK);
            cr_expect_eq(flx_series_order(&r), (size_t)ORDER);
            for (size_t k = 0; k <= ORDER; k++)
                cr_expect(ref_same(flx_series_get(&r, k), want.c[k]),
                          "%s of operands %zu: coefficient %zu is %a, not %a", series_calls[n].name,
                          set, k, flx_series_get(&r, k), want.c[k]);
        }
    }
    flx_series_clear(&r);
    for (size_t i = 0; i < 3; i++) flx_series_clear(&x[i]);
}

/* A constant exponent is one, whether the kernel is told or finds out; pow(NaN, 0) is 1 and constant. */
Test(series, constant_exponents)
{
    static const double exponents[] = {0.0, -0.0, 1.0,     2.0,      3.0,
                                       0.5, -1.0, REF_INF, -REF_INF, REF_NAN};
    flx_series r = {0}, x = {0};
    flx_taylor8 t, undefined;
    for (size_t k = 0; k <= ORDER; k++) undefined.c[k] = REF_NAN;
    for (size_t set = 0; set <= 3 * SETS; set++) {
        t = undefined;
        if (set < 3 * SETS) memcpy(t.c, operands[set / 3][set % 3], sizeof t.c);
        cr_assert_eq(flx_series_set_coeffs(&x, ORDER, t.c), FLX_OK);
        for (size_t n = 0; n < sizeof exponents / sizeof exponents[0]; n++) {
            const flx_taylor8 want = flx_taylor8_pow_xc(t, exponents[n]);
            cr_expect_eq(flx_series_pow_xc(&r, &x, exponents[n]), FLX_OK);
            for (size_t k = 0; k <= ORDER; k++) {
                const double got = flx_series_get(&r, k);
                cr_expect(ref_same(got, want.c[k]),
                          "operand %zu to %g: coefficient %zu is %a, not %a", set, exponents[n], k,
                          got, want.c[k]);
                if (exponents[n] == 0.0) cr_expect_eq(got, k == 0 ? 1.0 : 0.0);
            }
        }
    }
    flx_series_clear(&r);
    flx_series_clear(&x);
}

/* Operand i is object place[i]; the result is object 3, or one of the operands. */
static void expect_alias(size_t n, size_t set, const size_t place[3], size_t result)
{
    flx_series x[4] = {{0}}, want = {0}, copy[3] = {{0}};
    for (size_t i = 0; i < 3; i++) {
        load(&x[i], set, i);
        load(&copy[i], set, place[i]);
    }
    /* set_order has no operand but its result */
    cr_assert_eq(flx_series_set(&x[3], &x[0]), FLX_OK);
    cr_assert_eq(flx_series_set(&want, &x[result]), FLX_OK);
    const flx_status status = series_calls[n].series(&want, &copy[0], &copy[1], &copy[2]);
    const flx_status got =
        series_calls[n].series(&x[result], &x[place[0]], &x[place[1]], &x[place[2]]);
    cr_expect_eq(got, status, "%s: %s", series_calls[n].name, flx_status_name(got));
    cr_expect(same_series(&x[result], &want), "%s of operands %zu: %zu %zu %zu -> %zu",
              series_calls[n].name, set, place[0], place[1], place[2], result);
    for (size_t i = 0; i < 3; i++) {
        load(&copy[0], set, i);
        cr_expect(i == result || same_series(&x[i], &copy[0]), "%s changes operand %zu",
                  series_calls[n].name, i);
    }
    for (size_t i = 0; i < 4; i++) flx_series_clear(&x[i]);
    for (size_t i = 0; i < 3; i++) flx_series_clear(&copy[i]);
    flx_series_clear(&want);
}

Test(series, any_operands_may_be_one_another_and_the_result)
{
    static const size_t places[][3] = {{0, 1, 2}, {0, 0, 2}, {0, 1, 1}, {0, 1, 0}, {0, 0, 0}};
    for (size_t n = 0; n < SERIES_CALLS; n++)
        for (size_t set = 0; set < SETS; set++)
            for (size_t p = 0; p < sizeof places / sizeof places[0]; p++)
                for (size_t result = 0; result < 4; result++)
                    expect_alias(n, set, places[p], result);
}

Test(series, sincos_into_its_operand)
{
    flx_series x = {0}, s = {0}, c = {0}, s2 = {0};
    load(&x, 0, 0);
    cr_expect_eq(flx_series_sincos(&s, &c, &x), FLX_OK);
    cr_expect_eq(flx_series_sincos(&s, &s, &x), FLX_EARG);
    cr_expect_eq(flx_series_sin(&s2, &x), FLX_OK);
    cr_expect(same_series(&s, &s2));
    cr_expect_eq(flx_series_sincos(&s2, &x, &x), FLX_OK);
    cr_expect(same_series(&s, &s2) && same_series(&c, &x));
    load(&x, 0, 0);
    cr_expect_eq(flx_series_sincos(&x, &s2, &x), FLX_OK);
    cr_expect(same_series(&s, &x) && same_series(&c, &s2));
    flx_series_clear(&x);
    flx_series_clear(&s);
    flx_series_clear(&c);
    flx_series_clear(&s2);
}

/* Coefficients of a result do not depend on what is unknown to another operand. */
Test(series, the_lowest_order_decides)
{
    static const double long_one[7] = {0.4, 0.7, -0.3, 0.11, 0.05, -0.02, 0.013};
    flx_series x = {0}, y = {0}, z = {0}, cut = {0}, r = {0}, want = {0};
    cr_assert_eq(flx_series_set_coeffs(&x, 6, long_one), FLX_OK);
    cr_assert_eq(flx_series_variable(&y, 3, 2.0), FLX_OK);
    cr_assert_eq(flx_series_constant(&z, 5, 3.0), FLX_OK);
    cr_assert_eq(flx_series_set_coeffs(&cut, 3, long_one), FLX_OK);
    cr_expect_eq(flx_series_atan2(&r, &x, &y), FLX_OK);
    cr_expect_eq(flx_series_atan2(&want, &cut, &y), FLX_OK);
    cr_expect(same_series(&r, &want));
    cr_expect_eq(flx_series_atan2(&r, &y, &x), FLX_OK);
    cr_expect_eq(flx_series_order(&r), (size_t)3);
    cr_expect_eq(flx_series_fma(&r, &x, &z, &y), FLX_OK);
    cr_expect_eq(flx_series_order(&r), (size_t)3);
    cr_expect_eq(flx_series_fma_xcx(&r, &x, 2.0, &z), FLX_OK);
    cr_expect_eq(flx_series_order(&r), (size_t)5);
    cr_expect_eq(flx_series_select(&r, &y, &x, &z), FLX_OK);
    cr_expect(same_series(&r, &x));
    flx_series_clear(&x);
    flx_series_clear(&y);
    flx_series_clear(&z);
    flx_series_clear(&cut);
    flx_series_clear(&r);
    flx_series_clear(&want);
}

Test(series, objects)
{
    flx_series x, y = {0};
    flx_series_init(&x);
    cr_expect(flx_series_order(&x) == 0 && flx_series_get(&x, 0) == 0.0);
    cr_expect(isnan(flx_series_get(&x, 1)) && isnan(flx_series_get_derivative(&x, 1)));
    cr_expect_eq(flx_series_valuation(&x), (size_t)1);
    cr_expect_eq(flx_series_cos(&y, &x), FLX_OK); /* an operand without memory */
    cr_expect(flx_series_order(&y) == 0 && flx_series_get(&y, 0) == 1.0);
    cr_expect_eq(flx_series_add_xc(&x, &x, 2.0), FLX_OK);
    cr_expect_eq(flx_series_get(&x, 0), 2.0);
    cr_expect_eq(flx_series_set_coeff(&x, 1, 1.0), FLX_EDIM);
    cr_expect_eq(flx_series_set_order(&x, 3), FLX_OK);
    cr_expect_eq(flx_series_set_coeff(&x, 3, -1.0), FLX_OK);
    cr_expect(flx_series_coeffs(&x)[0] == 2.0 && flx_series_coeffs(&x)[1] == 0.0
              && flx_series_coeffs(&x)[2] == 0.0 && flx_series_coeffs(&x)[3] == -1.0);
    flx_series_swap(&x, &y);
    cr_expect(flx_series_order(&x) == 0 && flx_series_order(&y) == 3);
    cr_expect_eq(flx_series_set_order(&y, 1), FLX_OK);
    cr_expect(isnan(flx_series_get(&y, 3)) && flx_series_get(&y, 0) == 2.0);
    cr_expect_eq(flx_series_set_order(&y, (size_t)-1), FLX_ENOMEM);
    cr_expect_eq(flx_series_set_order(&y, (size_t)-1 / 8 + 1),
                 FLX_ENOMEM); /* 8 rows of it wrap around */
    cr_expect_eq(flx_series_set_order(&y, (size_t)-1 / 64), FLX_ENOMEM);
    cr_expect_eq(flx_series_mul_t(&y, &y, (size_t)-1), FLX_ENOMEM);
    cr_expect(flx_series_order(&y) == 1 && flx_series_get(&y, 0) == 2.0);
    flx_series_clear(&y);
    flx_series_clear(&y);
    cr_expect(flx_series_order(&y) == 0 && flx_series_get(&y, 0) == 0.0);
    cr_expect_eq(flx_series_variable(&y, 0, 5.0), FLX_OK);
    cr_expect(flx_series_order(&y) == 0 && flx_series_get(&y, 0) == 5.0);
    flx_series_clear(&y);
    flx_series_clear(&x);
}

/* The functions of tests/data/series.ref, made by tools/reference/high_orders.c. */
typedef struct row {
    const char *name;
    flx_status (*f)(flx_series *res, const flx_series *x);
} row;

static const row rows[] = {
    {"exp", flx_series_exp},           {"log", flx_series_log},
    {"log1p", flx_series_log1p},       {"sqrt", flx_series_sqrt},
    {"rsqrt", flx_series_rsqrt},       {"sin", flx_series_sin},
    {"cos", flx_series_cos},           {"tan", flx_series_tan},
    {"asin", flx_series_asin},         {"acos", flx_series_acos},
    {"atan", flx_series_atan},         {"sinh", flx_series_sinh},
    {"cosh", flx_series_cosh},         {"sinpi", flx_series_sinpi},
    {"cospi", flx_series_cospi},       {"erf", flx_series_erf},
    {"erfc", flx_series_erfc},         {"tgamma", flx_series_tgamma},
    {"lgamma", flx_series_lgamma},     {"digamma", flx_series_digamma},
    {"lambertw", flx_series_lambertw},
};

/* f(x + t) at x of this line, to this order. */
static void measure_series(ref_worst *worst, const row *f, const char *label, size_t order)
{
    enum { HIGH = 40 };
    flx_series x = {0}, y = {0};
    long double c[HIGH + 2];
    double at;
    cr_assert_eq(ref_line("series", label, &at, c, HIGH + 2), (size_t)HIGH + 2, "%s", label);
    cr_assert_eq(flx_series_variable(&x, order, at), FLX_OK);
    cr_assert_eq(f->f(&y, &x), FLX_OK);
    for (size_t k = 0; k <= order; k++)
        ref_measure(worst, at, (double)k, flx_series_get(&y, k), c[k], ref_allowed(k, at, c, 1.0L),
                    4.0 * (double)(k + 1));
    flx_series_clear(&x);
    flx_series_clear(&y);
}

Test(series, elementary_functions_to_order_40)
{
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        ref_worst worst = {0};
        for (int i = 0; i < 2; i++) {
            char label[32];
            snprintf(label, sizeof label, "%s_%d", rows[r].name, i);
            measure_series(&worst, &rows[r], label, 40);
        }
        REF_EXPECT(&worst, "series", rows[r].name, "c40");
    }
}

/* softplus */
static flx_status logsumexp_of_0(flx_series *res, const flx_series *x)
{
    flx_series zero = {0};
    flx_status status = flx_series_set_order(&zero, flx_series_order(x));
    if (status == FLX_OK) status = flx_series_logsumexp(res, x, &zero);
    flx_series_clear(&zero);
    return status;
}

/* Next to the roots of coefficients, of which there are many where the poles are complex. */
Test(series, coefficients_next_to_their_roots)
{
    const row near[] = {{"asinh", flx_series_asinh},
                        {"tgamma", flx_series_tgamma},
                        {"softplus", flx_series_softplus},
                        {"softplus", logsumexp_of_0}};
    for (size_t r = 0; r < sizeof near / sizeof near[0]; r++) {
        ref_worst worst = {0};
        for (int i = 0; i < 6; i++) {
            char label[32];
            snprintf(label, sizeof label, "%s_root_%d", near[r].name, i);
            measure_series(&worst, &near[r], label, 20);
        }
        REF_EXPECT(&worst, "series", near[r].name, "next to roots");
    }
}

/* Derivative k of a line of mission.ref, within `ulps` of the largest up to order k. */
static void expect_derivatives(const char *label, const flx_series *y, double ulps)
{
    double at;
    long double d[9], scale = 0.0L;
    ref_worst worst = {0};
    cr_assert_eq(ref_line("mission", label, &at, d, 9), flx_series_order(y) + 1);
    for (size_t k = 0; k <= flx_series_order(y); k++) {
        scale = fmaxl(scale, fabsl(d[k]));
        ref_measure(&worst, at, (double)k, flx_series_get_derivative(y, k), d[k],
                    (long double)ulps * ref_ulp(scale), ulps);
    }
    REF_EXPECT(&worst, "series", label, "d");
}

Test(series, worked_examples)
{
    flx_series x = {0}, y = {0}, s = {0}, c = {0};
    cr_assert_eq(flx_series_variable(&x, 8, 1.5), FLX_OK); /* exp(x)/sqrt(sin(x)^3 + cos(x)^3) */
    cr_assert_eq(flx_series_sincos(&s, &c, &x), FLX_OK);
    cr_assert_eq(flx_series_powi(&s, &s, 3), FLX_OK);
    cr_assert_eq(flx_series_powi(&c, &c, 3), FLX_OK);
    cr_assert_eq(flx_series_add(&s, &s, &c), FLX_OK);
    cr_assert_eq(flx_series_sqrt(&s, &s), FLX_OK);
    cr_assert_eq(flx_series_exp(&y, &x), FLX_OK);
    cr_assert_eq(flx_series_div(&y, &y, &s), FLX_OK);
    expect_derivatives("quotient", &y, 16.0);
    cr_assert_eq(flx_series_variable(&x, 8, 1.0), FLX_OK);
    cr_assert_eq(flx_series_tanh(&y, &x), FLX_OK);
    expect_derivatives("tanh", &y, 16.0);
    cr_assert_eq(flx_series_variable(&x, 5, 0.5), FLX_OK);
    cr_assert_eq(flx_series_lgamma(&y, &x), FLX_OK);
    expect_derivatives("lgamma", &y, 4.0);
    flx_series_clear(&x);
    flx_series_clear(&y);
    flx_series_clear(&s);
    flx_series_clear(&c);
}

/* The last factorial that is a double is 170!. */
static const struct {
    size_t k;
    long double factorial;
} factorials[] = {
    {0, 1.0L},
    {20, 2432902008176640000.0L},
    {50, 3.04140932017133780436126081660647688443776415689605e64L},
    {100, 9.3326215443944152681699238856266700490715968264382e157L},
    {170, 7.25741561530799896739672821112926311471699168129645e306L},
};

/* Derivative k of exp is its value, of log at 1 a factorial. */
Test(series, derivatives_without_overflow)
{
    enum { HIGH = 170 };
    const double scales[] = {1.0,   1.0 / 3.0, -0x1.fffffffffffffp-2, 0x1.5555p-1000, 0.7,
                             -0.11, 5e-17};
    flx_series x = {0}, y = {0};
    for (size_t i = 0; i < sizeof factorials / sizeof factorials[0]; i++) {
        const size_t k = factorials[i].k;
        cr_assert_eq(flx_series_constant(&x, k, 0.0), FLX_OK);
        for (size_t j = 0; j < sizeof scales / sizeof scales[0]; j++) {
            cr_assert_eq(flx_series_set_coeff(&x, k, scales[j]), FLX_OK);
            const long double want = scales[j] * factorials[i].factorial;
            const double got = flx_series_get_derivative(&x, k);
            cr_expect(ref_error(got, want) <= 0.51L * ref_ulp(want), "%zu! times %g is %.17g", k,
                      scales[j], got);
        }
    }
    cr_assert_eq(flx_series_variable(&x, HIGH, 1.0), FLX_OK);
    cr_assert_eq(flx_series_exp(&y, &x), FLX_OK);
    for (size_t k = 0; k <= HIGH; k++) {
        const long double e = 2.71828182845904523536L;
        cr_expect(ref_error(flx_series_get_derivative(&y, k), e)
                      <= 4.0L * (long double)(k + 1) * ref_ulp(e),
                  "derivative %zu of exp at 1 is %.17g", k, flx_series_get_derivative(&y, k));
    }
    /* (k-1)! = 170! is finite as the product of 171!, which is not, and 1/171. */
    cr_assert_eq(flx_series_variable(&x, 173, 1.0), FLX_OK);
    cr_assert_eq(flx_series_log(&y, &x), FLX_OK);
    const double last = flx_series_get_derivative(&y, 171);
    cr_expect(fabs(last / 7.257415615307999e306 - 1.0) < 1e-13, "%.17g", last);
    cr_expect_eq(flx_series_get_derivative(&y, 172), -REF_INF);
    cr_assert_eq(flx_series_constant(&x, 2000, 0.0), FLX_OK);
    cr_expect_eq(flx_series_get_derivative(&x, 2000), 0.0);
    cr_assert_eq(flx_series_set_coeff(&x, 2000, REF_INF), FLX_OK);
    cr_expect_eq(flx_series_get_derivative(&x, 2000), REF_INF);
    flx_series_clear(&x);
    flx_series_clear(&y);
}
