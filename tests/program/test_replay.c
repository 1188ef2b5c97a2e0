/* Recorded gradients replayed where adjoints are zero and partials infinite or undefined: every
 * sweep over a program holds to the edge-case contract. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/array.h>
#include <fluxion/mixed.h>
#include <fluxion/var.h>

#include "reference.h"

enum { MAX = 4 };

typedef struct replay {
    flx_tape *tape;
    flx_program *program;
    flx_work *second, *jet;
    size_t n;
} replay;

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static flx_var seeded(flx_var y, flx_var seed, flx_var x)
{
    flx_var g;
    cr_assert_eq(flx_grad_seeded(1, &y, &seed, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    return g;
}

static replay make(flx_tape *t, size_t n, const flx_var *x, flx_var y)
{
    replay r = {t, NULL, NULL, NULL, n};
    cr_assert_eq(flx_freeze(t, n, x, 1, &y, 0, &r.program, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(r.program, FLX_WORK_SECOND, 0, &r.second), FLX_OK);
    cr_assert_eq(flx_work_create(r.program, FLX_WORK_JET, 2, &r.jet), FLX_OK);
    return r;
}

static void clear(replay *r)
{
    flx_work_destroy(r->second);
    flx_work_destroy(r->jet);
    flx_program_release(r->program);
    flx_tape_destroy(r->tape);
}

/* Value, derivative along input k, and its second derivative, by every forward sweep. */
static void expect_along(const replay *r, const double *at, size_t k, double value, double first,
                         double second, const char *what)
{
    double got, slope, h[MAX * MAX], path[3 * MAX] = {0.0}, c[3], dir[MAX] = {0.0};
    dir[k] = 1.0;
    for (size_t i = 0; i < r->n; i++) path[i] = at[i];
    path[r->n + k] = 1.0;
    cr_expect_eq(flx_eval(r->program, r->second, at, &got, NULL), FLX_OK);
    cr_expect(ref_same(got, value), "%s: value %g", what, got);
    cr_expect_eq(flx_jvp(r->program, r->second, at, dir, &slope, NULL), FLX_OK);
    cr_expect(ref_same(slope, first), "%s: slope %g", what, slope);
    cr_expect_eq(flx_hessian_hyperdual(r->program, r->second, at, NULL, h, NULL), FLX_OK);
    cr_expect(ref_same(h[k * r->n + k], second), "%s: second %g", what, h[k * r->n + k]);
    cr_expect_eq(flx_jet(r->program, r->jet, 2, path, c, NULL), FLX_OK);
    cr_expect(ref_same(c[0], value) && ref_same(c[1], first) && ref_same(2.0 * c[2], second),
              "%s: jet %g %g %g", what, c[0], c[1], c[2]);
}

/* g = s/(2 sqrt(x)) where s = 0 and x = 0. */
Test(replay, zero_adjoint_at_a_pole)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 1.5), flx_variable(t, 4.0)};
    replay r = make(t, 2, x, seeded(flx_var_sqrt(x[1]), x[0], x[1]));
    const double at[2] = {0.0, 0.0};
    double h[3][4];
    expect_along(&r, at, 1, 0.0, 0.0, 0.0, "along x");
    cr_expect_eq(flx_hessian(r.program, r.second, at, NULL, h[0], NULL), FLX_OK);
    cr_expect_eq(flx_hessian_hyperdual(r.program, r.second, at, NULL, h[1], NULL), FLX_OK);
    cr_expect_eq(flx_hessian_double_backprop(r.program, r.second, at, NULL, h[2], NULL), FLX_OK);
    for (int road = 0; road < 3; road++)
        cr_expect(h[road][0] == 0.0 && h[road][1] == -REF_INF && h[road][2] == -REF_INF
                      && h[road][3] == 0.0,
                  "road %d: %g %g %g %g", road, h[road][0], h[road][1], h[road][2], h[road][3]);
    clear(&r);
}

/* The same gradient used further: every component of it counts, not the last alone. */
Test(replay, zero_adjoint_at_a_pole_used_further)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 1.5), flx_variable(t, 4.0)};
    replay r = make(t, 2, x, flx_var_square(seeded(flx_var_sqrt(x[1]), x[0], x[1])));
    const double at[2] = {0.0, 0.0};
    expect_along(&r, at, 1, 0.0, 0.0, 0.0, "the square, along x");
    clear(&r);
}

/* The product of y and x^(y-1) where y = 0 and x = 0; and pow(1, NaN), which is 1 for every y. */
Test(replay, variable_exponents)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 2.0), flx_variable(t, 3.0)};
    const double origin[2] = {0.0, 0.0}, one[2] = {1.0, REF_NAN}, unknown[2] = {REF_NAN, 1.0};
    replay r = make(t, 2, x, seeded(flx_var_pow(x[0], x[1]), flx_constant(1.0), x[0]));
    expect_along(&r, origin, 0, 0.0, 0.0, 0.0, "0^0");
    expect_along(&r, one, 0, 0.0, 0.0, 0.0, "1^NaN");
    double value;
    cr_expect_eq(flx_eval(r.program, r.second, unknown, &value, NULL), FLX_OK);
    cr_expect(isnan(value));
    clear(&r);
}

/* log' = 1/x exists for x > 0 only, whatever 1/x says. */
Test(replay, outside_the_domain)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0);
    replay r = make(t, 1, &x, seeded(flx_var_log(x), flx_constant(1.0), x));
    const double outside = -1.0, inside = 0.5;
    expect_along(&r, &outside, 0, REF_NAN, REF_NAN, REF_NAN, "log'(-1)");
    expect_along(&r, &inside, 0, 2.0, -4.0, 16.0, "log'(1/2)");
    clear(&r);
}

/* A constant factor that is infinite, and array elements that are, below a zero adjoint. */
Test(replay, zero_adjoints_of_infinite_factors)
{
    flx_tape *t = new_tape();
    const flx_var s = flx_variable(t, 0.0), x = flx_variable(t, 2.0);
    const flx_var both[2] = {s, x}, y = flx_var_mul_xc(x, REF_INF), g = seeded(y, s, x);
    const double at[2] = {0.0, 2.0};
    cr_expect_eq(flx_peek(g), 0.0, "recorded: %g", flx_peek(g));
    replay r = make(t, 2, both, g);
    expect_along(&r, at, 1, 0.0, 0.0, 0.0, "constant");
    clear(&r);
    for (int scaled = 0; scaled < 2; scaled++) {
        flx_tape *u = new_tape();
        const double start[2][2] = {{1.0, 2.0}, {3.0, 5.0}};
        const flx_var seed = flx_variable(u, 1.5), alpha = flx_variable(u, 0.5);
        const flx_array a = flx_array_variable(u, 2, 1, start[0]);
        const flx_array b = flx_array_variable(u, 2, 1, start[1]);
        const flx_var in[3] = {seed, flx_array_at(a, 0, 0), flx_array_at(b, 0, 0)};
        const double point[3] = {0.0, REF_INF, REF_INF};
        const flx_var z =
            scaled ? flx_array_at(flx_array_axpy(alpha, a, b), 0, 0) : flx_array_dot(a, b);
        replay q = make(u, 3, in, seeded(z, seed, scaled ? alpha : in[1]));
        expect_along(&q, point, 1, 0.0, 0.0, 0.0, scaled ? "axpy by x" : "dot by x");
        expect_along(&q, point, 2, 0.0, 0.0, 0.0, scaled ? "axpy by y" : "dot by y");
        clear(&q);
    }
}
