/* test_series_calculus.c: composition, reversion, calculus and shifts of series. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/series.h>

#include "series_reference.h"

Test(series_calculus, composition_and_reversion)
{
    flx_series a = {0}, x = {0}, r = {0};
    series_input(&a, "a", ORDER);
    series_input(&x, "b", ORDER);
    OK(flx_series_mul_t(&x, &x, 1));
    OK(flx_series_compose(&r, &a, &x));
    series_expect("compose", &r, ORDER, 0, 1.0);
    OK(flx_series_revert(&r, &x));
    series_expect("revert", &r, ORDER + 1, 0, 1.0);
    cr_expect_eq(flx_series_compose(&r, &x, &a), FLX_EARG);
    cr_expect_eq(flx_series_revert(&r, &a), FLX_EARG);
    series_expect("revert", &r, ORDER + 1, 0, 1.0);
    flx_series_clear(&a);
    flx_series_clear(&x);
    flx_series_clear(&r);
}

/* Families of a series that is not x + t, whose pole at 0 is nearer than the series' own size. */
Test(series_calculus, special_functions_of_any_series)
{
    flx_series a = {0}, r = {0};
    series_input(&a, "a", ORDER);
    OK(flx_series_polygamma(&r, 3, &a));
    series_expect("polygamma", &r, ORDER, 0, 1.0);
    OK(flx_series_jn(&r, 2, &a));
    series_expect("jn", &r, ORDER, 0, 1.0);
    OK(flx_series_yn(&r, 1, &a));
    series_expect("yn", &r, ORDER, 0, 1.0);
    flx_series_clear(&a);
    flx_series_clear(&r);
}

/* f = 1 + 2x + 4x^2 of order 2 and x = t^v (1 + t) of order n. */
static void expect_order(size_t v, size_t n, size_t order, const double *want)
{
    flx_series f = {0}, x = {0}, r = {0};
    const double c[3] = {1.0, 2.0, 4.0};
    OK(flx_series_set_coeffs(&f, 2, c));
    OK(flx_series_variable(&x, n - v, 1.0));
    OK(flx_series_mul_t(&x, &x, v));
    OK(flx_series_compose(&r, &f, &x));
    cr_expect_eq(flx_series_order(&r), order);
    for (size_t k = 0; k <= order; k++) cr_expect_eq(flx_series_get(&r, k), want[k]);
    flx_series_clear(&f);
    flx_series_clear(&x);
    flx_series_clear(&r);
}

Test(series_calculus, order_of_a_composition)
{
    const double once[] = {1.0, 2.0, 6.0}; /* the next coefficient has f's third in it */
    const double twice[] = {1.0, 0.0, 2.0, 2.0, 4.0, 8.0};
    expect_order(1, 2, 2, once);
    expect_order(1, 7, 2, once);
    expect_order(1, 1, 1, once);
    expect_order(2, 9, 5, twice);
    expect_order(2, 4, 4, twice);
    expect_order(5, 5, 5, (const double[]){1.0, 0.0, 0.0, 0.0, 0.0, 2.0});
    flx_series f = {0}, x = {0}, r = {0};
    OK(flx_series_variable(&f, 3, 7.0));
    OK(flx_series_constant(&x, 5, 0.0));
    OK(flx_series_compose(&r, &f, &x)); /* of 0 + O(t^6) */
    cr_expect(flx_series_order(&r) == 5 && flx_series_get(&r, 0) == 7.0);
    for (size_t k = 1; k <= 5; k++) cr_expect_eq(flx_series_get(&r, k), 0.0);
    cr_expect_eq(flx_series_revert(&r, &x), FLX_EARG);
    OK(flx_series_constant(&x, 0, 0.0));
    cr_expect_eq(flx_series_revert(&r, &x), FLX_EDIM);
    cr_expect_eq(flx_series_derivative(&r, &x), FLX_EDIM);
    cr_expect_eq(flx_series_order(&r), (size_t)5);
    flx_series_clear(&f);
    flx_series_clear(&x);
    flx_series_clear(&r);
}

/* Inverse functions at 0: sin and asin, expm1 and log1p, t exp(t) and lambertw. Coefficients of the
 * first are rounded: each moves the inverse by its condition, which near 0 is about k. */
Test(series_calculus, inverse_functions)
{
    enum { N = 20 };
    flx_series t = {0}, f = {0}, inverse = {0}, r = {0};
    flx_status (*const pairs[][2])(flx_series *, const flx_series *) = {
        {flx_series_sin, flx_series_asin},
        {flx_series_expm1, flx_series_log1p},
        {flx_series_tan, flx_series_atan},
        {flx_series_sinh, flx_series_asinh},
    };
    OK(flx_series_variable(&t, N, 0.0));
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        OK(pairs[i][0](&f, &t));
        OK(pairs[i][1](&inverse, &t));
        OK(flx_series_revert(&r, &f));
        for (size_t k = 0; k <= N; k++) {
            const double want = flx_series_get(&inverse, k);
            cr_expect(fabs(flx_series_get(&r, k) - want) <= 1e-13, "pair %zu: %zu: %.17g, %.17g", i,
                      k, flx_series_get(&r, k), want);
        }
        OK(flx_series_compose(&r, &inverse, &f));
        for (size_t k = 0; k <= N; k++)
            cr_expect(fabs(flx_series_get(&r, k) - (k == 1)) <= 1e-13, "pair %zu: %zu: %g", i, k,
                      flx_series_get(&r, k));
    }
    flx_series_clear(&t);
    flx_series_clear(&f);
    flx_series_clear(&inverse);
    flx_series_clear(&r);
}

Test(series_calculus, derivative_integral_value)
{
    flx_series a = {0}, b = {0};
    const double c[5] = {3.0, -1.0, 0.5, 2.0, -4.0};
    OK(flx_series_set_coeffs(&a, 4, c));
    OK(flx_series_integral(&b, &a));
    cr_expect(flx_series_order(&b) == 5 && flx_series_get(&b, 0) == 0.0);
    for (size_t k = 1; k <= 5; k++) cr_expect_eq(flx_series_get(&b, k), c[k - 1] / (double)k);
    OK(flx_series_derivative(&b, &a));
    cr_expect_eq(flx_series_order(&b), (size_t)3);
    for (size_t k = 0; k <= 3; k++) cr_expect_eq(flx_series_get(&b, k), (double)(k + 1) * c[k + 1]);
    cr_expect_eq(flx_series_evaluate(&a, 2.0), 3.0 - 2.0 + 2.0 + 16.0 - 64.0);
    OK(flx_series_set_coeff(&a, 3, REF_INF));
    cr_expect_eq(flx_series_evaluate(&a, 0.0), 3.0);
    cr_expect_eq(flx_series_evaluate(&a, 1.0), REF_INF);
    flx_series_clear(&a);
    cr_expect_eq(flx_series_evaluate(&a, 1.0), 0.0);
    flx_series_clear(&b);
}

Test(series_calculus, shifts)
{
    flx_series a = {0}, b = {0};
    const double c[4] = {0.0, 0.0, 5.0, -7.0};
    OK(flx_series_set_coeffs(&a, 3, c));
    OK(flx_series_mul_t(&b, &a, 2));
    cr_expect(flx_series_order(&b) == 5 && flx_series_get(&b, 4) == 5.0
              && flx_series_get(&b, 5) == -7.0 && flx_series_valuation(&b) == 4);
    OK(flx_series_div_t(&b, &a, 2));
    cr_expect(flx_series_order(&b) == 1 && flx_series_get(&b, 0) == 5.0
              && flx_series_get(&b, 1) == -7.0);
    cr_expect_eq(flx_series_div_t(&b, &a, 3), FLX_EARG);
    cr_expect_eq(flx_series_div_t(&b, &a, 4), FLX_EDIM);
    cr_expect_eq(flx_series_order(&b), (size_t)1);
    OK(flx_series_taylor_shift(&b, &a, 2.0)); /* 5(t+2)^2 - 7(t+2)^3 */
    const double moved[4] = {-36.0, -64.0, -37.0, -7.0};
    for (size_t k = 0; k <= 3; k++) cr_expect_eq(flx_series_get(&b, k), moved[k]);
    OK(flx_series_taylor_shift(&b, &b, -2.0));
    for (size_t k = 0; k <= 3; k++) cr_expect_eq(flx_series_get(&b, k), c[k]);
    flx_series_clear(&a);
    flx_series_clear(&b);
}

/* exp(h*t) has coefficients h^k/k!, which none of the factors may spoil. */
Test(series_calculus, rescaled)
{
    enum { HIGH = 400 };
    flx_series a = {0}, b = {0};
    OK(flx_series_constant(&a, HIGH, 0.0));
    for (size_t k = 0; k <= HIGH; k++) OK(flx_series_set_coeff(&a, k, ldexp(1.5, -2 * (int)k)));
    OK(flx_series_rescale(&b, &a, 0x1.8p3)); /* 1.5 * 3^k */
    double power = 1.5;
    for (size_t k = 0; k <= HIGH; k++, power *= 3.0)
        cr_expect(fabs(flx_series_get(&b, k) / power - 1.0) <= (double)(k + 1) * 0x1p-51, "%zu", k);
    OK(flx_series_rescale(&b, &b, -1.0 / 12.0)); /* (-1/4)^k * 1.5 */
    for (size_t k = 0; k <= HIGH; k++)
        cr_expect(fabs(flx_series_get(&b, k) / ldexp(k % 2 ? -1.5 : 1.5, -2 * (int)k) - 1.0)
                      <= (double)(k + 1) * 0x1p-50,
                  "%zu", k);
    OK(flx_series_set_coeff(&a, 3, REF_INF));
    OK(flx_series_rescale(&b, &a, 0.0));
    cr_expect_eq(flx_series_get(&b, 0), 1.5);
    for (size_t k = 1; k <= HIGH; k++) cr_expect_eq(flx_series_get(&b, k), 0.0);
    OK(flx_series_rescale(&b, &a, -REF_INF));
    cr_expect(flx_series_get(&b, 0) == 1.5 && flx_series_get(&b, 1) == -REF_INF);
    flx_series_clear(&a);
    flx_series_clear(&b);
}
