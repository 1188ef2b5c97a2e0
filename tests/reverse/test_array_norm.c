/* Norms, logsumexp and softmax where squares and exponentials leave the range. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>

#include <fluxion/grad.h>
#include <fluxion/var.h>

#include "reference.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* Of (3, 4) times a power of two: 5, gradient (3/5, 4/5), second derivatives x y / 125 and so on. */
Test(array_norm, at_every_scale)
{
    flx_tape *t = new_tape();
    for (int e = -1074; e <= 1020; e++) {
        const double scale = ldexp(1.0, e), x[2] = {3.0 * scale, 4.0 * scale};
        flx_tape_reset(t);
        const flx_array a = flx_array_variable(t, 1, 2, x);
        const flx_var v[2] = {flx_array_at(a, 0, 0), flx_array_at(a, 0, 1)};
        const flx_var norm = flx_array_norm(a);
        flx_var g[2], h[2];
        cr_expect(ref_error(flx_peek(norm), 5.0L * scale) <= 2.0L * ref_ulp(5.0L * scale),
                  "2^%d: %g", e, flx_peek(norm));
        for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
            cr_assert_eq(flx_grad(norm, 2, v, g, flags), FLX_OK);
            for (int k = 0; k < 2; k++)
                cr_expect(ref_error(flx_peek(g[k]), (3.0L + k) / 5.0L) <= 0x4p-52L,
                          "2^%d: derivative %d is %.17g", e, k, flx_peek(g[k]));
        }
        if (e < -1000) continue; /* beyond, second derivatives are not in the range */
        cr_assert_eq(flx_grad(g[0], 2, v, h, 0), FLX_OK);
        const long double want[2] = {16.0L / 125.0L / scale, -12.0L / 125.0L / scale};
        for (int k = 0; k < 2; k++)
            cr_expect(ref_error(flx_peek(h[k]), want[k]) <= 16.0L * ref_ulp(want[k]),
                      "2^%d: second derivative %d is %.17g", e, k, flx_peek(h[k]));
    }
    flx_tape_destroy(t);
}

Test(array_norm, at_the_ends)
{
    static const struct {
        double x[2], want;
    } cases[] = {
        {{DBL_MAX, 0.0}, DBL_MAX},
        {{-DBL_MAX, 0x1p-1074}, DBL_MAX},
        {{0x1p-1074, 0.0}, 0x1p-1074},
        {{REF_INF, 1.0}, REF_INF},
        {{1.0, -REF_INF}, REF_INF},
        {{REF_NAN, 1.0}, REF_NAN},
        {{0.0, -0.0}, 0.0},
        {{DBL_MAX, DBL_MAX}, REF_INF},
        {{DBL_MIN, -DBL_MIN}, 0x1.6a09e667f3bcdp-1022},
    };
    flx_tape *t = new_tape();
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        flx_tape_reset(t);
        const flx_var norm = flx_array_norm(flx_array_variable(t, 2, 1, cases[k].x));
        cr_expect(ref_same(flx_peek(norm), cases[k].want), "(%g, %g): %a", cases[k].x[0],
                  cases[k].x[1], flx_peek(norm));
    }
    flx_tape_destroy(t);
}

/* The gradient at 0 is 0, and said to be a kink. */
Test(array_norm, at_zero)
{
    flx_tape *t = new_tape();
    const double x[3] = {0.0, -0.0, 0.0};
    const flx_array a = flx_array_variable(t, 3, 1, x);
    const flx_var norm = flx_array_norm(a);
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        flx_array g;
        double out[3];
        flx_tape_clear_flags(t);
        cr_assert_eq(flx_grad_array(norm, a, &g, flags), FLX_OK);
        cr_expect_eq(flx_array_peek(g, out), FLX_OK);
        for (int k = 0; k < 3; k++) cr_expect_eq(out[k], 0.0, "derivative %d is %g", k, out[k]);
        cr_expect_eq(flx_tape_flags(t).set, (unsigned)FLX_FLAG_KINK, "flags %#x",
                     flx_tape_flags(t).set);
    }
    flx_tape_destroy(t);
}

Test(array_norm, of_nothing_and_of_what_has_failed)
{
    flx_tape *t = new_tape();
    const double one = 1.0;
    cr_expect_eq(flx_peek(flx_array_norm(flx_array_variable(t, 0, 3, NULL))), 0.0);
    const flx_array a = flx_array_variable(t, 1, 1, &one);
    flx_array_at(a, 1, 0);
    cr_assert_eq(flx_tape_status(t), FLX_ESHAPE);
    cr_expect(isnan(flx_peek(flx_array_norm(flx_array_square(a)))));
    flx_tape_destroy(t);
}

Test(array_norm, exponentials_that_leave_the_range)
{
    static const struct {
        double x[3], value, softmax[3];
    } cases[] = {
        {{1e308, 0.0, -1e308}, 1e308, {1.0, 0.0, 0.0}},
        {{-1e308, -1e308, -REF_INF}, -1e308, {0.5, 0.5, 0.0}},
        {{DBL_MAX, -DBL_MAX, 0.0}, DBL_MAX, {1.0, 0.0, 0.0}},
        {{800.0, 800.0, -800.0}, 800.69314718055994531, {0.5, 0.5, 0.0}},
        {{-800.0, -800.0, -1600.0}, -799.30685281944005469, {0.5, 0.5, 0.0}},
        {{REF_INF, 0.0, 1.0}, REF_INF, {REF_NAN, 0.0, 0.0}},
        {{-REF_INF, -REF_INF, -REF_INF}, -REF_INF, {REF_NAN, REF_NAN, REF_NAN}},
        {{-REF_INF, 2.0, -REF_INF}, 2.0, {0.0, 1.0, 0.0}},
        {{REF_NAN, 2.0, REF_INF}, REF_NAN, {REF_NAN, REF_NAN, REF_NAN}},
    };
    flx_tape *t = new_tape();
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        double softmax[3], g[3];
        flx_array ga;
        flx_tape_reset(t);
        const flx_array a = flx_array_variable(t, 1, 3, cases[k].x);
        const flx_array value = flx_array_logsumexp_along(a, FLX_ALL);
        cr_expect(ref_same(flx_peek(value.first), cases[k].value), "case %zu: %.17g", k,
                  flx_peek(value.first));
        cr_expect_eq(flx_array_peek(flx_array_softmax(a, FLX_ROWS), softmax), FLX_OK);
        cr_assert_eq(flx_grad_array(value.first, a, &ga, 0), FLX_OK);
        cr_expect_eq(flx_array_peek(ga, g), FLX_OK);
        for (int j = 0; j < 3; j++) {
            cr_expect(ref_same(softmax[j], cases[k].softmax[j]), "case %zu: softmax %d is %g", k, j,
                      softmax[j]);
            if (isfinite(cases[k].value) || isnan(cases[k].value) || cases[k].value < 0.0)
                cr_expect(ref_same(g[j], cases[k].softmax[j]), "case %zu: derivative %d is %g", k,
                          j, g[j]);
        }
    }
    flx_tape_destroy(t);
}
