/* test_series_lead.c: functions of series on one side of a branch point or a kink. */
#include <criterion/criterion.h>
#include <math.h>

#include "series_reference.h"

/* With the series a and b of the file: a is positive at 0, b as well. */
Test(series_lead, against_references)
{
    const flx_side sides[2] = {FLX_SIDE_LEFT, FLX_SIDE_RIGHT};
    flx_series a = {0}, b = {0}, x = {0}, y = {0}, r = {0};
    series_input(&a, "a", ORDER);
    series_input(&b, "b", ORDER);
    for (int i = 0; i < 2; i++) {
        const flx_side side = sides[i];
        const double sign = (double)side;
        OK(flx_series_sqrt_lead(&r, &a, side));
        series_expect("root", &r, ORDER, 0, 1.0);
        OK(flx_series_mul_t(&x, &a, 2));
        OK(flx_series_sqrt_lead(&r, &x, side));
        series_expect("root", &r, ORDER + 1, 1, sign);
        OK(flx_series_mul_t(&x, &a, 3));
        OK(flx_series_mul_t(&y, &b, 3));
        OK(flx_series_hypot_lead(&r, &x, &y, side));
        series_expect("hypot", &r, ORDER + 3, 3, sign);
        OK(flx_series_div_lead(&r, &x, &y));
        series_expect("div", &r, ORDER, 0, 1.0);
        OK(flx_series_mul_xc(&x, &x, sign)); /* the point goes through the origin */
        OK(flx_series_mul_xc(&y, &y, sign));
        OK(flx_series_atan2_lead(&r, &x, &y, side));
        series_expect("atan2", &r, ORDER, 0, 1.0);
    }
    flx_series_clear(&a);
    flx_series_clear(&b);
    flx_series_clear(&x);
    flx_series_clear(&y);
    flx_series_clear(&r);
}

/* Operands and results by hand. */
#define N 4
#define INF REF_INF
#define NAN_ REF_NAN
enum function { FABS, SQRT, CBRT, HYPOT, ATAN2, FMIN, FMAX, DIV };
static const struct {
    enum function f;
    flx_side side;
    double x[N + 1], y[N + 1];
    size_t order;
    double want[N + 1];
} cases[] = {
    {FABS, FLX_SIDE_RIGHT, {0, -1, 2}, {0}, N, {0, 1, -2}},
    {FABS, FLX_SIDE_LEFT, {0, -1, 2}, {0}, N, {0, -1, 2}},
    {FABS, FLX_SIDE_LEFT, {0, 0, -3, 1}, {0}, N, {0, 0, 3, -1}},
    {FABS, FLX_SIDE_LEFT, {-2, 1}, {0}, N, {2, -1}},
    {FABS, FLX_SIDE_LEFT, {-0.0}, {0}, N, {0}},
    {FABS, FLX_SIDE_LEFT, {NAN_, 1}, {0}, N, {NAN_, NAN_, NAN_, NAN_, NAN_}},
    {FABS, FLX_SIDE_LEFT, {0, NAN_, 0, 1}, {0}, N, {0, NAN_, 0, NAN_}},
    {SQRT, FLX_SIDE_RIGHT, {0, 0, 4, 8}, {0}, N - 1, {0, 2, 2, -1}},
    {SQRT, FLX_SIDE_LEFT, {0, 0, 4, 8}, {0}, N - 1, {0, -2, -2, 1}},
    {SQRT, FLX_SIDE_LEFT, {0, 0, 0, 0, 9}, {0}, 2, {0, 0, 3}},
    {SQRT, FLX_SIDE_RIGHT, {0}, {0}, 2, {0, 0, 0}},
    {SQRT, FLX_SIDE_RIGHT, {-0.0, 0, 1}, {0}, N - 1, {-0.0, 1, 0, 0}},
    {SQRT, FLX_SIDE_RIGHT, {0, 0, -1, 1}, {0}, N - 1, {0, NAN_, NAN_, NAN_}},
    {SQRT, FLX_SIDE_RIGHT, {0, 4, 7}, {0}, N, {0, INF, -INF, INF, -INF}},
    {SQRT, FLX_SIDE_LEFT, {0, -4}, {0}, N, {0, -INF, -INF, -INF, -INF}},
    {SQRT, FLX_SIDE_LEFT, {0, 4}, {0}, N, {0, NAN_, NAN_, NAN_, NAN_}},
    {SQRT, FLX_SIDE_LEFT, {0, 0, 0, -1}, {0}, N, {0, 0, INF, INF, INF}},
    {CBRT, FLX_SIDE_RIGHT, {0, 0, 0, 8, 12}, {0}, 2, {0, 2, 1}},
    {CBRT, FLX_SIDE_LEFT, {0, 0, 0, -8, 12}, {0}, 2, {0, -2, 1}},
    {CBRT, FLX_SIDE_RIGHT, {0, 8}, {0}, N, {0, INF, -INF, INF, -INF}},
    {CBRT, FLX_SIDE_LEFT, {0, 8}, {0}, N, {0, INF, INF, INF, INF}},
    {CBRT, FLX_SIDE_LEFT, {0, 0, 1}, {0}, N, {0, -INF, -INF, -INF, -INF}},
    {CBRT, FLX_SIDE_LEFT, {0}, {0}, 1, {0, 0}},
    {HYPOT, FLX_SIDE_LEFT, {0, 3, 1}, {0, 4, -1}, N, {0, -5, 0.2, -0.196, -0.00784}},
    {HYPOT, FLX_SIDE_RIGHT, {0, 1}, {0}, N, {0, 1}},
    {HYPOT, FLX_SIDE_LEFT, {0}, {0}, N, {0}},
    {ATAN2, FLX_SIDE_RIGHT, {0, 0, 1}, {0, -1}, N - 1, {3.14159265358979323846, -1, 0, 1. / 3}},
    {ATAN2, FLX_SIDE_LEFT, {0, 0, 1}, {0, -1}, N - 1, {0, -1, 0, 1. / 3}},
    {ATAN2, FLX_SIDE_LEFT, {0, 0, 1}, {0, 1}, N - 1, {3.14159265358979323846, 1, 0, -1. / 3}},
    {ATAN2, FLX_SIDE_LEFT, {0, 0, -1}, {0, 1}, N - 1, {-3.14159265358979323846, -1, 0, 1. / 3}},
    {ATAN2, FLX_SIDE_LEFT, {0}, {0, 1}, N - 1, {3.14159265358979323846}},
    {FMIN, FLX_SIDE_RIGHT, {1, 2, 3}, {1, 2, 4}, N, {1, 2, 3}},
    {FMIN, FLX_SIDE_LEFT, {1, 2, 3}, {1, 3, 4}, N, {1, 3, 4}},
    {FMAX, FLX_SIDE_RIGHT, {0, -1}, {0}, N, {0, 0}},
    {FMAX, FLX_SIDE_LEFT, {0, -1}, {0}, N, {0, -1}},
    {FMAX, FLX_SIDE_LEFT, {0, 0, 1}, {0}, N, {0, 0, 1}},
    {FMAX, FLX_SIDE_LEFT, {5, 1}, {3, 2}, N, {5, 1}},
    {FMAX, FLX_SIDE_LEFT, {1, 2, 3}, {1, 2, 3}, N, {1, 2, 3}},
    {FMAX, FLX_SIDE_RIGHT, {1, 2, 3, 4, 5}, {1, 2, 3, 4, 6}, N, {1, 2, 3, 4, 6}},
    {FMAX, FLX_SIDE_RIGHT, {1, NAN_, 4}, {1, 3, 2}, N, {1, NAN_, 3}}, /* cannot decide */
    {FMAX, FLX_SIDE_LEFT, {NAN_, 2}, {1, 3}, N, {1, 3}},
    {DIV, FLX_SIDE_RIGHT, {0, 6, 0, -1}, {0, 2}, N - 1, {3, 0, -0.5, 0}},
    {DIV, FLX_SIDE_RIGHT, {0, 0, 0, 6}, {0, 2}, N - 1, {0, 0, 3, 0}},
    {DIV, FLX_SIDE_RIGHT, {0, 6}, {0, 0, 2}, N - 1, {INF}},
    {DIV, FLX_SIDE_RIGHT, {6, 6}, {2}, N, {3, 3}},
};

static flx_status apply(enum function f, flx_series *r, const flx_series *x, const flx_series *y,
                        flx_side side)
{
    switch (f) {
    case FABS: return flx_series_fabs_lead(r, x, side);
    case SQRT: return flx_series_sqrt_lead(r, x, side);
    case CBRT: return flx_series_cbrt_lead(r, x, side);
    case HYPOT: return flx_series_hypot_lead(r, x, y, side);
    case ATAN2: return flx_series_atan2_lead(r, x, y, side);
    case FMIN: return flx_series_fmin_lead(r, x, y, side);
    case FMAX: return flx_series_fmax_lead(r, x, y, side);
    default: return flx_series_div_lead(r, x, y);
    }
}

Test(series_lead, by_hand)
{
    flx_series x = {0}, y = {0}, r = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        OK(flx_series_set_coeffs(&x, N, cases[i].x));
        OK(flx_series_set_coeffs(&y, N, cases[i].y));
        OK(apply(cases[i].f, &r, &x, &y, cases[i].side));
        cr_expect_eq(flx_series_order(&r), cases[i].order, "case %zu: order %zu", i,
                     flx_series_order(&r));
        for (size_t k = 0; k <= cases[i].order; k++) {
            const double got = flx_series_get(&r, k), want = cases[i].want[k];
            if (cases[i].f == DIV && isinf(cases[i].want[0]) && k > 0) break; /* as division by 0 */
            cr_expect(ref_same(got, want) || (k > 0 && fabs(got - want) <= 1e-15)
                          || (got == want && k > 0),
                      "case %zu: coefficient %zu is %.17g, not %.17g", i, k, got, want);
        }
    }
    for (int f = FABS; f < DIV; f++)
        for (int side = -2; side <= 2; side += 2)
            cr_expect_eq(apply((enum function)f, &r, &x, &y, (flx_side)side), FLX_EARG);
    flx_series_clear(&x);
    flx_series_clear(&y);
    flx_series_clear(&r);
}
