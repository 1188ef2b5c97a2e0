/* An exactly zero adjoint hides what is infinite, at the third level of recorded sweeps as well:
 * there the second factor of a recorded product is an adjoint too. Every expected number is 0. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/mixed.h>
#include <fluxion/var.h>

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* The gradient of y by x, seeded. */
static flx_var seeded(flx_var y, flx_var seed, flx_var x, unsigned flags)
{
    flx_var g;
    cr_assert_eq(flx_grad_seeded(1, &y, &seed, 1, &x, &g, flags), FLX_OK);
    return g;
}

/* infinity times y's derivative by x is 0, swept and recorded. */
static void expect_hidden(flx_var y, flx_var x, const char *what)
{
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        const double got = flx_peek(seeded(y, flx_constant((double)INFINITY), x, flags));
        cr_expect(got == 0.0, "%s, flags %u: %g", what, flags, got);
    }
}

enum { PRODUCT, QUOTIENT };

static flx_var function(int which, flx_var a, flx_var b)
{
    return which == PRODUCT ? flx_var_mul(a, b) : flx_var_div(a, b);
}

Test(zero_rule, second_level)
{
    for (int which = PRODUCT; which <= QUOTIENT; which++) {
        flx_tape *t = new_tape();
        const flx_var s = flx_variable(t, 0.0), a = flx_variable(t, 2.0), b = flx_variable(t, 4.0);
        const flx_var y = function(which, a, b);
        const flx_var ga = seeded(y, s, a, FLX_CREATE_GRAPH);
        const flx_var gb = seeded(y, s, b, FLX_CREATE_GRAPH);
        expect_hidden(ga, b, "dga/db");
        expect_hidden(gb, a, "dgb/da");
        flx_tape_destroy(t);
    }
}

Test(zero_rule, third_level)
{
    for (int which = PRODUCT; which <= QUOTIENT; which++) {
        for (int zero = 0; zero < 2; zero++) {
            flx_tape *t = new_tape();
            const flx_var s1 = flx_variable(t, zero ? 1.5 : 0.0);
            const flx_var s2 = flx_variable(t, zero ? 0.0 : 1.5);
            const flx_var a = flx_variable(t, 2.0), b = flx_variable(t, 4.0);
            const flx_var y = function(which, a, b);
            const flx_var ga = seeded(y, s1, a, FLX_CREATE_GRAPH);
            const flx_var gb = seeded(y, s1, b, FLX_CREATE_GRAPH);
            const flx_var gab = seeded(ga, s2, b, FLX_CREATE_GRAPH);
            const flx_var gba = seeded(gb, s2, a, FLX_CREATE_GRAPH);
            const flx_var other = zero ? s1 : s2; /* its factor is the zero */
            expect_hidden(gab, other, "d gab");
            expect_hidden(gba, other, "d gba");
            flx_tape_destroy(t);
        }
    }
}

Test(zero_rule, arrays)
{
    const double x[3] = {2.0, 3.0, 5.0}, w[3] = {7.0, 11.0, 13.0};
    for (int zero = 0; zero < 2; zero++) {
        for (int scaled = 0; scaled < 2; scaled++) {
            flx_tape *t = new_tape();
            const flx_var s1 = flx_variable(t, zero ? 1.5 : 0.0);
            const flx_var s2 = flx_variable(t, zero ? 0.0 : 1.5);
            const flx_var alpha = flx_variable(t, 0.5);
            const flx_array a = flx_array_variable(t, 3, 1, x), b = flx_array_variable(t, 3, 1, w);
            const flx_array v = scaled ? flx_array_axpy(alpha, a, b) : b;
            const flx_var first = flx_array_at(a, 1, 0);
            const flx_var second = scaled ? alpha : flx_array_at(b, 1, 0);
            const flx_var y = scaled ? flx_array_at(v, 1, 0) : flx_array_dot(a, v);
            const flx_var ga = seeded(y, s1, first, FLX_CREATE_GRAPH);
            const flx_var gb = seeded(y, s1, second, FLX_CREATE_GRAPH);
            const flx_var gab = seeded(ga, s2, second, FLX_CREATE_GRAPH);
            const flx_var gba = seeded(gb, s2, first, FLX_CREATE_GRAPH);
            const flx_var other = zero ? s1 : s2;
            if (!zero) {
                expect_hidden(ga, second, "array dga");
                expect_hidden(gb, first, "array dgb");
            }
            expect_hidden(gab, other, "array d gab");
            expect_hidden(gba, other, "array d gba");
            flx_tape_destroy(t);
        }
    }
}

/* f = (alpha*a + b)'b * (a'b)^2 with everything an input: a gradient of a gradient of it is a
 * program with every kind of product that keeps zeros, and its derivatives agree by every road. */
enum { SIZE = 2, INPUTS = 2 * SIZE + 1 };

static flx_var twice_recorded(flx_tape *t, flx_var *x)
{
    const double start[2][SIZE] = {{0.7, -1.3}, {1.9, 0.4}};
    const flx_array a = flx_array_variable(t, SIZE, 1, start[0]);
    const flx_array b = flx_array_variable(t, SIZE, 1, start[1]);
    flx_var g[INPUTS], seed[INPUTS];
    x[0] = flx_variable(t, 0.6);
    for (size_t k = 0; k < SIZE; k++) {
        x[1 + k] = flx_array_at(a, k, 0);
        x[1 + SIZE + k] = flx_array_at(b, k, 0);
    }
    const flx_var quotient = flx_var_div(flx_array_dot(flx_array_axpy(x[0], a, b), b), x[2]);
    flx_var y = flx_var_mul(quotient, flx_var_square(flx_array_dot(a, b)));
    for (int level = 0; level < 2; level++) {
        flx_var one = flx_constant(1.0);
        cr_assert_eq(flx_grad_seeded(1, &y, &one, INPUTS, x, g, FLX_CREATE_GRAPH), FLX_OK);
        for (size_t k = 0; k < INPUTS; k++) seed[k] = flx_constant(0.3 + (double)k - level);
        y = flx_constant(0.0);
        for (size_t k = 0; k < INPUTS; k++) y = flx_var_add(y, flx_var_mul(g[k], seed[k]));
    }
    return y;
}

static void expect_close(const double *got, const double *want, size_t n, const char *road)
{
    double scale = 1.0;
    for (size_t k = 0; k < n; k++) scale += fabs(want[k]);
    for (size_t k = 0; k < n; k++) /* some hundred terms */
        cr_expect(fabs(got[k] - want[k]) <= 1e-12 * scale, "%s, entry %zu: %.17g, want %.17g", road,
                  k, got[k], want[k]);
}

Test(zero_rule, a_twice_recorded_gradient_by_every_road)
{
    flx_tape *t = new_tape();
    flx_var x[INPUTS];
    const flx_var y = twice_recorded(t, x);
    flx_program *f;
    flx_work *w, *jet;
    double at[INPUTS], h[3][INPUTS * INPUTS], g[INPUTS], slopes[INPUTS], bends[INPUTS];
    for (size_t k = 0; k < INPUTS; k++) at[k] = flx_peek(x[k]) + 0.125;
    cr_assert_eq(flx_freeze(t, INPUTS, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 2, &jet), FLX_OK);
    cr_expect_eq(flx_gradient(f, w, at, NULL, g, NULL), FLX_OK);
    cr_expect_eq(flx_hessian(f, w, at, NULL, h[0], NULL), FLX_OK);
    cr_expect_eq(flx_hessian_hyperdual(f, w, at, NULL, h[1], NULL), FLX_OK);
    cr_expect_eq(flx_hessian_double_backprop(f, w, at, NULL, h[2], NULL), FLX_OK);
    expect_close(h[1], h[0], INPUTS * INPUTS, "hyper-duals");
    expect_close(h[2], h[0], INPUTS * INPUTS, "double backprop");
    for (size_t k = 0; k < INPUTS; k++) {
        double path[3 * INPUTS] = {0.0}, c[3];
        for (size_t i = 0; i < INPUTS; i++) path[i] = at[i];
        path[INPUTS + k] = 1.0;
        cr_expect_eq(flx_jet(f, jet, 2, path, c, NULL), FLX_OK);
        slopes[k] = c[1];
        bends[k] = 2.0 * c[2];
        h[1][k] = h[0][k * INPUTS + k];
    }
    expect_close(slopes, g, INPUTS, "slopes of jets");
    expect_close(bends, h[1], INPUTS, "bends of jets");
    flx_work_destroy(w);
    flx_work_destroy(jet);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* The same zeros in a program: values of a third level at a point where adjoints are 0 and others
 * infinite, by every sweep that evaluates a recorded product. */
Test(zero_rule, replayed_products)
{
    for (int which = PRODUCT; which <= QUOTIENT; which++) {
        for (int slot = 0; slot < 2; slot++) {
            flx_tape *t = new_tape();
            flx_var x[4] = {flx_variable(t, 1.5), flx_variable(t, 1.5), flx_variable(t, 2.0),
                            flx_variable(t, 4.0)};
            const flx_var y = function(which, x[2], x[3]);
            const flx_var ga = seeded(y, x[0], x[2 + slot], FLX_CREATE_GRAPH);
            const flx_var gab = seeded(ga, x[1], x[3 - slot], FLX_CREATE_GRAPH);
            flx_program *f;
            flx_work *w, *jet;
            cr_assert_eq(flx_freeze(t, 4, x, 1, &gab, 0, &f, NULL), FLX_OK);
            cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
            cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 2, &jet), FLX_OK);
            for (int zero = 0; zero < 2; zero++) {
                const double inf = (double)INFINITY;
                const double at[4] = {zero ? inf : 0.0, zero ? 0.0 : inf, 2.0, 4.0};
                const double dir[4] = {0.0, 0.0, 1.0, 1.0}; /* the seeds stay what they are */
                double value, slope, h[16],
                    path[12] = {at[0], at[1], at[2], at[3], dir[0], dir[1], dir[2], dir[3]}, c[3];
                cr_expect_eq(flx_eval(f, w, at, &value, NULL), FLX_OK);
                cr_expect_eq(flx_jvp(f, w, at, dir, &slope, NULL), FLX_OK);
                cr_expect_eq(flx_hessian_hyperdual(f, w, at, NULL, h, NULL), FLX_OK);
                cr_expect_eq(flx_jet(f, jet, 2, path, c, NULL), FLX_OK);
                cr_expect(value == 0.0, "function %d, slot %d, zero %d: value %g", which, slot,
                          zero, value);
                cr_expect(slope == 0.0, "function %d, slot %d, zero %d: slope %g", which, slot,
                          zero, slope);
                cr_expect(h[2 * 4 + 2] == 0.0 && h[2 * 4 + 3] == 0.0 && h[3 * 4 + 3] == 0.0,
                          "function %d, slot %d, zero %d: %g %g %g", which, slot, zero, h[10],
                          h[11], h[15]);
                cr_expect(c[0] == 0.0 && c[1] == 0.0 && c[2] == 0.0,
                          "function %d, slot %d, zero %d: jet %g %g %g", which, slot, zero, c[0],
                          c[1], c[2]);
            }
            flx_work_destroy(w);
            flx_work_destroy(jet);
            flx_program_release(f);
            flx_tape_destroy(t);
        }
    }
}

/* Of an adjoint times a plain partial only the adjoint's zero hides anything: inf*0 is NaN. */
Test(zero_rule, infinite_adjoints_meet_zero_partials)
{
    flx_tape *t = new_tape();
    const flx_var x[3] = {flx_variable(t, 1.0), flx_variable(t, 2.0), flx_variable(t, 3.0)};
    const flx_var g = seeded(flx_var_mul(x[1], x[2]), x[0], x[1], FLX_CREATE_GRAPH);
    const double at[3] = {(double)INFINITY, 2.0, 0.0}, path[6] = {(double)INFINITY, 2.0, 0.0};
    double value, c[2], h[9];
    flx_program *f;
    flx_work *w, *jet;
    cr_assert_eq(flx_freeze(t, 3, x, 1, &g, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 1, &jet), FLX_OK);
    cr_expect_eq(flx_eval(f, w, at, &value, NULL), FLX_OK);
    cr_expect_eq(flx_jet(f, jet, 1, path, c, NULL), FLX_OK);
    cr_expect_eq(flx_hessian_hyperdual(f, w, at, NULL, h, NULL), FLX_OK);
    cr_expect(isnan(value) && isnan(c[0]) && c[1] == 0.0, "%g %g %g", value, c[0], c[1]);
    cr_expect(h[2] == 1.0 && h[6] == 1.0 && h[0] == 0.0 && h[8] == 0.0, "%g %g", h[2], h[6]);
    flx_work_destroy(w);
    flx_work_destroy(jet);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* An infinite constant factor counts for nothing where the adjoint is 0, in jets as well. */
Test(zero_rule, infinite_constants_of_arrays)
{
    const double x[3] = {2.0, 3.0, 5.0}, zero[3] = {0.0, 0.0, 0.0};
    flx_tape *t = new_tape();
    const flx_var s = flx_variable(t, 1.5);
    const flx_array a = flx_array_variable(t, 3, 1, x);
    const flx_array scaled = flx_array_mul(a, flx_array_scalar(flx_constant((double)INFINITY)));
    const flx_var y = flx_array_at(flx_array_sum(scaled, FLX_ALL), 0, 0);
    const flx_var g = seeded(y, s, flx_array_at(a, 1, 0), FLX_CREATE_GRAPH);
    double value = 1.0, slope = 1.0, c[3] = {1.0, 1.0, 1.0};
    flx_program *f;
    flx_work *w, *jet;
    cr_assert_eq(flx_freeze(t, 1, &s, 1, &g, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 2, &jet), FLX_OK);
    cr_expect_eq(flx_eval(f, w, zero, &value, NULL), FLX_OK);
    cr_expect_eq(flx_jvp(f, w, zero, zero, &slope, NULL), FLX_OK);
    cr_expect_eq(flx_jet(f, jet, 2, zero, c, NULL), FLX_OK);
    cr_expect(value == 0.0 && slope == 0.0, "%g %g", value, slope);
    cr_expect(c[0] == 0.0 && c[1] == 0.0 && c[2] == 0.0, "%g %g %g", c[0], c[1], c[2]);
    const double one = 1.0;
    cr_expect_eq(flx_eval(f, w, &one, &value, NULL), FLX_OK);
    cr_expect(value == (double)INFINITY, "%g", value);
    flx_work_destroy(w);
    flx_work_destroy(jet);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* A zero adjoint stays zero at a pole whatever its tangent is, so that what follows is no NaN: a root of
 * exp(x) - 1 at 0, whose factor is 0 and moves. */
Test(zero_rule, a_zero_adjoint_that_moves_past_a_pole)
{
    const double at[2] = {0.0, 0.0}, dir[2] = {1.0, 1.0};
    double hv[2];
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 1.0), flx_variable(t, 2.0)};
    const flx_var y = flx_var_mul(flx_var_sqrt(flx_var_expm1(x[0])), x[1]);
    flx_program *f;
    flx_work *w;
    cr_assert_eq(flx_freeze(t, 2, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_expect_eq(flx_hvp(f, w, at, dir, NULL, hv, NULL), FLX_OK);
    cr_expect(hv[0] == (double)INFINITY && hv[1] == (double)INFINITY, "%g, %g", hv[0], hv[1]);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}
