/* test_implicit.c: implicit functions. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

#include "reverse/callbacks.h"

static const double place[3] = {0.7, -1.3, 2.1};

/* Kepler's equation E - e sin(E) = M for E; parameters (M, e). */
static flx_status kepler(void *ctx, size_t np, const double *p, size_t n, double *x)
{
    (void)ctx;
    cr_assert(np == 2 && n == 1);
    double e = p[0];
    for (int k = 0; k < 50; k++) e -= (e - p[1] * sin(e) - p[0]) / (1.0 - p[1] * cos(e));
    *x = e;
    return FLX_OK;
}

static void kepler_residual(size_t n_and_np, const flx_var *v, size_t n, flx_var *r, void *ctx)
{
    (void)ctx;
    cr_assert(n_and_np == 3 && n == 1);
    r[0] = flx_sub(flx_sub(v[0], flx_mul(v[2], flx_sin(v[0]))), v[1]);
}

static const flx_implicit orbit = {"kepler", kepler, kepler_residual, NULL};

/* Coefficients of t -> E(M + 0.7t, e - 0.4t) at (1.1, 0.3), by mpmath (findroot, taylor, 50 digits). */
static const double kepler_path[5] = {1.3953970847409377539, 0.32304895607946526812,
                                      -0.040060052611227740101, 0.028361518017440393339,
                                      -0.0099030116600258503272};

static flx_var record_kepler(flx_tape *t, unsigned order, flx_var x[2])
{
    const flx_array p = flx_array_variable(t, 2, 1, (double[2]){1.1, 0.3});
    x[0] = flx_array_at(p, 0, 0);
    x[1] = flx_array_at(p, 1, 0);
    return flx_array_at(flx_array_implicit(&orbit, p, 1, order), 0, 0);
}

Test(implicit, derivatives_along_a_path_to_the_order_asked_for)
{
    const double path[5][2] = {{1.1, 0.3}, {0.7, -0.4}};
    for (unsigned order = 1; order <= 4; order++) {
        flx_tape *t = new_tape();
        flx_var x[2];
        flx_program *f;
        flx_work *w;
        double y[5];
        flx_report r;
        const flx_var e = record_kepler(t, order, x);
        cr_assert_eq(flx_tape_status(t), FLX_OK);
        cr_assert_eq(flx_freeze(t, 2, x, 1, &e, 0, &f, NULL), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 4, &w), FLX_OK);
        cr_assert_eq(flx_jet(f, w, order, path[0], y, NULL), FLX_OK);
        for (unsigned k = 0; k <= order; k++)
            cr_expect_float_eq(y[k], kepler_path[k], 4e-15, "%u of %u: %.17g", k, order, y[k]);
        if (order < 4) cr_expect_eq(flx_jet(f, w, order + 1, path[0], y, &r), FLX_EORDER);
        flx_work_destroy(w);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

Test(implicit, recorded_derivatives_and_every_road)
{
    flx_tape *t = new_tape();
    flx_var x[2], y, g[2];
    flx_check_result r;
    char text[2000];
    const double dir[2] = {0.7, -0.4};
    y = record_kepler(t, 2, x);
    const flx_status status = flx_check_tape(t, 2, x, 1, &y, NULL, &r);
    flx_check_text(&r, text, sizeof text);
    cr_expect_eq(status, FLX_OK, "%s", text);
    double factorial = 1.0;
    for (int order = 1; order <= 2; order++) {
        cr_assert_eq(flx_grad(y, 2, x, g, FLX_CREATE_GRAPH), FLX_OK);
        y = flx_add(flx_mul(g[0], dir[0]), flx_mul(g[1], dir[1]));
        factorial *= order;
        cr_expect_float_eq(flx_peek(y) / factorial, kepler_path[order], 4e-15);
    }
    cr_expect_eq(flx_grad(y, 2, x, g, 0), FLX_EORDER);
    cr_expect_str_eq(flx_tape_report(t).op, "kepler");
    flx_tape_destroy(t);
}

Test(implicit, a_replay_solves_again)
{
    flx_tape *t = new_tape();
    flx_var x[2];
    flx_program *f;
    flx_work *w;
    const flx_var e = record_kepler(t, 2, x);
    const double p[2] = {0.4, 0.8};
    double value, g[2], want;
    cr_assert_eq(flx_freeze(t, 2, x, 1, &e, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_assert_eq(flx_gradient(f, w, p, &value, g, NULL), FLX_OK);
    kepler(NULL, 2, p, 1, &want);
    const double slope = 1.0 / (1.0 - p[1] * cos(want)); /* dE/dM */
    cr_expect_float_eq(value, want, 1e-15);
    cr_expect_float_eq(g[0], slope, 1e-14);
    cr_expect_float_eq(g[1], slope * sin(want), 1e-14);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* x0 + x1 = p0, x0 x1 = p1: the roots of z^2 - p0 z + p1, the larger one first. */
static flx_status roots(void *ctx, size_t np, const double *p, size_t n, double *x)
{
    (void)ctx, (void)np, (void)n;
    const double root = sqrt(0.25 * p[0] * p[0] - p[1]);
    x[0] = 0.5 * p[0] + root;
    x[1] = 0.5 * p[0] - root;
    return FLX_OK;
}

static void roots_residual(size_t n_and_np, const flx_var *v, size_t n, flx_var *r, void *ctx)
{
    (void)ctx, (void)n_and_np, (void)n;
    r[0] = flx_sub(flx_add(v[0], v[1]), v[2]);
    r[1] = flx_sub(flx_mul(v[0], v[1]), v[3]);
}

Test(implicit, several_unknowns_to_second_order)
{
    const flx_implicit f = {"roots", roots, roots_residual, NULL};
    flx_tape *t = new_tape();
    const flx_array p = flx_array_variable(t, 1, 2, (double[2]){5.0, 4.0});
    const flx_var in[2] = {flx_array_at(p, 0, 0), flx_array_at(p, 0, 1)};
    const flx_array x = flx_array_implicit(&f, p, 2, 2);
    const flx_var y = flx_mul(flx_array_at(x, 0, 0), flx_exp(flx_array_at(x, 1, 0)));
    const flx_var root = flx_sqrt(flx_sub(flx_mul(flx_square(in[0]), 0.25), in[1]));
    const flx_var half = flx_mul(in[0], 0.5);
    const flx_var own = flx_mul(flx_add(half, root), flx_exp(flx_sub(half, root)));
    flx_var g[2], h[2], own_g[2], own_h[2];
    cr_assert_eq(flx_grad(y, 2, in, g, FLX_CREATE_GRAPH), FLX_OK);
    cr_assert_eq(flx_grad(own, 2, in, own_g, FLX_CREATE_GRAPH), FLX_OK);
    for (int i = 0; i < 2; i++) {
        cr_expect_float_eq(flx_peek(g[i]), flx_peek(own_g[i]), 1e-13);
        cr_assert_eq(flx_grad(g[i], 2, in, h, 0), FLX_OK);
        cr_assert_eq(flx_grad(own_g[i], 2, in, own_h, 0), FLX_OK);
        for (int k = 0; k < 2; k++) cr_expect_float_eq(flx_peek(h[k]), flx_peek(own_h[k]), 1e-13);
    }
    flx_tape_destroy(t);
}

/* x0 = p, x1 = x0^2, x2 = x1 x0: powers of p. */
static flx_status powers(void *ctx, size_t np, const double *p, size_t n, double *x)
{
    (void)ctx, (void)np, (void)n;
    x[0] = p[0], x[1] = p[0] * p[0], x[2] = x[1] * p[0];
    return FLX_OK;
}

static void powers_residual(size_t n_and_np, const flx_var *v, size_t n, flx_var *r, void *ctx)
{
    (void)ctx, (void)n_and_np, (void)n;
    r[0] = flx_sub(v[0], v[3]);
    r[1] = flx_sub(v[1], flx_square(v[0]));
    r[2] = flx_sub(v[2], flx_mul(v[1], v[0]));
}

Test(implicit, three_unknowns)
{
    const flx_implicit f = {"powers", powers, powers_residual, NULL};
    flx_tape *t = new_tape();
    const flx_var p = flx_variable(t, 3.0);
    const flx_array x = flx_array_implicit(&f, flx_array_scalar(p), 3, 1);
    for (size_t k = 0; k < 3; k++) {
        const flx_var y = flx_array_at(x, k, 0);
        flx_var g;
        cr_assert_eq(flx_grad(y, 1, &p, &g, 0), FLX_OK);
        cr_expect_float_eq(flx_peek(g), (double)(k + 1) * pow(3.0, (double)k), 1e-13);
    }
    flx_tape_destroy(t);
}

static flx_var kepler_twice(flx_tape *t, flx_var *x) { return record_kepler(t, 2, x); }

Test(implicit, every_refused_request_is_a_status) { hostile_expect_gradient(kepler_twice); }

Test(implicit, a_residual_that_is_not_written_gives_nothing)
{
    hostile h = {0};
    flx_tape *t = new_dirty_tape(&h);
    const flx_implicit f = {"f", three_and_on, writes_nothing, NULL};
    const flx_array x = flx_array_implicit(&f, flx_array_variable(t, 1, 1, place), 1, 1);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    cr_expect(isnan(flx_peek(x.first)));
    flx_tape_destroy(t);
}

static void square_is_p(size_t n_and_np, const flx_var *v, size_t n, flx_var *r, void *ctx)
{
    (void)ctx;
    cr_assert(n_and_np == 2 && n == 1);
    r[0] = flx_sub(flx_square(v[0]), v[1]);
}

Test(implicit, is_solved_while_recording_is_paused)
{
    flx_tape *t = new_tape();
    const flx_implicit f = {"f", three_and_on, square_is_p, NULL};
    const double nine = 9.0;
    const flx_array p = flx_array_variable(t, 1, 1, &nine);
    flx_pause(t);
    const flx_array x = flx_array_implicit(&f, p, 1, 2);
    cr_expect_eq(flx_peek(x.first), 3.0);
    flx_array g;
    cr_assert_eq(flx_grad_array(x.first, p, &g, 0), FLX_OK);
    cr_expect_eq(flx_peek(g.first), 0.0);
    cr_expect_eq(flx_resume(t), FLX_OK);
    cr_assert_eq(flx_grad_array(flx_array_implicit(&f, p, 1, 2).first, p, &g, 0), FLX_OK);
    cr_expect_float_eq(flx_peek(g.first), 1.0 / 6.0, 1e-15);
    flx_tape_destroy(t);
}

Test(implicit, arguments)
{
    flx_tape *t = new_tape();
    const flx_array a = flx_array_variable(t, 3, 1, place);
    const flx_mark m = flx_tape_mark(t);
    cr_expect_eq(flx_array_implicit(NULL, flx_array_scalar(flx_constant(1.0)), 2, 1).rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    const flx_implicit bad[] = {{"", NULL, kepler_residual, NULL}, {"", kepler, NULL, NULL}};
    const struct {
        const flx_implicit *f;
        size_t n;
        unsigned order;
    } wrong[] = {{NULL, 1, 1},       {&bad[0], 1, 1}, {&bad[1], 1, 1}, {&orbit, 0, 1},
                 {&orbit, 65536, 1}, {&orbit, 1, 0},  {&orbit, 1, 17}};
    for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
        cr_expect_eq(flx_tape_rewind(t, m), FLX_OK);
        cr_expect_eq(flx_array_implicit(wrong[k].f, a, wrong[k].n, wrong[k].order).rows, 0);
        cr_expect_eq(flx_tape_status(t), FLX_EARG, "%zu", k);
    }
    flx_tape_destroy(t);
}
