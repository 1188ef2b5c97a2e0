/* Compositions against mpmath (tests/data/mission.ref, made by tools/reference/mission.py): by
 * Taylor numbers, by nested duals and by recorded reverse sweeps, one upon the other, to order 5.
 *
 * A composition has no condition number of its own here: the errors are measured relative to the
 * largest derivative up to that order, and permitted is a fixed multiple of its ulp that says how
 * many roundings there are. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#include <fluxion/dual.h>
#include <fluxion/grad.h>
#include <fluxion/taylor.h>
#include <fluxion/var.h>

#include "reference.h"

enum { MOST = 9 };

typedef struct expected {
    double x;
    long double d[MOST];
} expected;

static expected load(const char *label, size_t orders)
{
    expected e;
    cr_assert_eq(ref_line("mission", label, &e.x, e.d, MOST), orders + 1, "%s", label);
    return e;
}

/* Derivative k within `ulps` of the largest up to order k. */
static void expect_derivative(const char *mode, const char *label, const expected *e, size_t k,
                              double got, double ulps)
{
    ref_worst worst = {0};
    long double scale = 0.0L;
    char what[8];
    snprintf(what, sizeof what, "d%zu", k);
    for (size_t j = 0; j <= k; j++) scale = fmaxl(scale, fabsl(e->d[j]));
    ref_measure(&worst, e->x, 0.0, got, e->d[k], (long double)ulps * ref_ulp(scale), ulps);
    REF_EXPECT(&worst, mode, label, what);
}

static flx_taylor8 nested(flx_taylor8 x)
{
    return flx_taylor8_sin(flx_taylor8_mul(flx_taylor8_exp(x), x));
}

static flx_var nested_var(flx_var x) { return flx_var_sin(flx_var_mul(flx_var_exp(x), x)); }

static flx_ddual nested_ddual(flx_ddual x)
{
    return flx_ddual_sin(flx_ddual_mul(flx_ddual_exp(x), x));
}

static const char *const nested_labels[] = {"sin_of_exp_x_times_x", "sin_of_exp_x_times_x_2"};

Test(compositions, elementary_to_third_order)
{
    const expected s = load("sin", 3), e = load("exp", 3);
    const flx_taylor3 sine = flx_taylor3_sin(flx_taylor3_variable(s.x));
    const flx_taylor3 power = flx_taylor3_exp(flx_taylor3_variable(e.x));
    for (size_t k = 0; k <= 3; k++) {
        expect_derivative("taylor3", "sin", &s, k, flx_taylor3_derivative(sine, k), 4.0);
        expect_derivative("taylor3", "exp", &e, k, flx_taylor3_derivative(power, k), 4.0);
    }
}

Test(compositions, nested_by_taylor)
{
    for (size_t i = 0; i < 2; i++) {
        const expected e = load(nested_labels[i], 5);
        const flx_taylor8 y = nested(flx_taylor8_variable(e.x));
        for (size_t k = 0; k <= 5; k++) {
            const double d = flx_taylor8_derivative(y, k);
            expect_derivative("taylor8", nested_labels[i], &e, k, d, 16.0);
        }
    }
}

Test(compositions, nested_by_dual_of_dual)
{
    for (size_t i = 0; i < 2; i++) {
        const expected e = load(nested_labels[i], 5);
        const flx_ddual y = nested_ddual(flx_ddual_variable(e.x));
        expect_derivative("ddual", nested_labels[i], &e, 0, y.v.v, 16.0);
        expect_derivative("ddual", nested_labels[i], &e, 1, y.d.v, 16.0);
        expect_derivative("ddual", nested_labels[i], &e, 2, y.d.d, 16.0);
    }
}

/* Derivatives 0..5 of y by recorded gradients of recorded gradients. */
static void expect_recorded(const char *label, const expected *e, flx_var x, flx_var y)
{
    for (size_t k = 0; k <= 5; k++) {
        expect_derivative("recorded", label, e, k, flx_peek(y), 32.0);
        cr_assert_eq(flx_grad(y, 1, &x, &y, FLX_CREATE_GRAPH), FLX_OK);
    }
}

Test(compositions, nested_by_recorded_reverse)
{
    flx_tape *tape;
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    for (size_t i = 0; i < 2; i++) {
        const expected e = load(nested_labels[i], 5);
        const flx_var x = flx_variable(tape, e.x);
        expect_recorded(nested_labels[i], &e, x, nested_var(x));
    }
    flx_tape_destroy(tape);
}

/* dot(v, v) with v = alpha*a + c. */
static flx_var dot(flx_tape *tape, flx_var alpha)
{
    static const double a[] = {0.5, -1.25, 2.0, 0.125}, c[] = {1.0, 0.25, -0.5, 3.0};
    const flx_array v =
        flx_array_axpy(alpha, flx_array_variable(tape, 4, 1, a), flx_array_constant(tape, 4, 1, c));
    return flx_array_dot(v, v);
}

Test(compositions, arrays_by_recorded_reverse)
{
    const expected squared = load("dot_squared", 5), sine = load("sin_of_dot", 5);
    flx_tape *tape;
    flx_var alpha;
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    alpha = flx_variable(tape, squared.x);
    expect_recorded("dot_squared", &squared, alpha, flx_var_square(dot(tape, alpha)));
    expect_recorded("sin_of_dot", &sine, alpha, flx_var_sin(dot(tape, alpha)));
    flx_tape_destroy(tape);
}

Test(compositions, high_orders_by_taylor)
{
    const expected q = load("quotient", 8), t = load("tanh", 8);
    const flx_taylor8 x = flx_taylor8_variable(q.x);
    const flx_taylor8 s = flx_taylor8_sin(x), c = flx_taylor8_cos(x);
    const flx_taylor8 s3 = flx_taylor8_pow_xc(s, 3.0), c3 = flx_taylor8_pow_xc(c, 3.0);
    const flx_taylor8 cubes = flx_taylor8_add(s3, c3);
    const flx_taylor8 quotient = flx_taylor8_div(flx_taylor8_exp(x), flx_taylor8_sqrt(cubes));
    const flx_taylor8 tanh_1 = flx_taylor8_tanh(flx_taylor8_variable(t.x));
    for (size_t k = 0; k <= 8; k++) {
        expect_derivative("taylor8", "quotient", &q, k, flx_taylor8_derivative(quotient, k), 16.0);
        expect_derivative("taylor8", "tanh", &t, k, flx_taylor8_derivative(tanh_1, k), 16.0);
    }
}
