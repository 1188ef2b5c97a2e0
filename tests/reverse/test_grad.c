/* Gradients on a tape: worked examples, depth, seeds, and what lies between inputs and outputs. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include <fluxion/grad.h>
#include <fluxion/var.h>

#include "mission.h"
#include "reference.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static flx_var grad1(flx_var y, flx_var x, unsigned flags)
{
    flx_var g;
    cr_assert_eq(flx_grad(y, 1, &x, &g, flags), FLX_OK);
    return g;
}

Test(grad, a_gradient_inside_an_output_gives_100)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0), y = flx_var_square(x);
    const flx_var dy = grad1(y, x, FLX_CREATE_GRAPH);
    const flx_var z = flx_var_add(flx_var_mul(dy, flx_var_square(dy)), y);
    cr_expect_eq(flx_peek(grad1(z, x, 0)), 100.0);
    cr_expect_eq(flx_peek(grad1(flx_var_add(flx_var_pow_xc(dy, 3.0), y), x, 0)), 100.0);
    flx_tape_destroy(t);
}

Test(grad, a_cubic_at_2_gives_17_14_6)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0), x2 = flx_var_square(x);
    flx_var y = flx_var_add_xc(flx_var_add(flx_var_add(flx_var_mul(x2, x), x2), x), 1.0);
    const double want[] = {17.0, 14.0, 6.0, 0.0, 0.0};
    for (int k = 0; k < 5; k++) {
        y = grad1(y, x, FLX_CREATE_GRAPH);
        cr_expect_eq(flx_peek(y), want[k], "derivative %d", k + 1);
    }
    flx_tape_destroy(t);
}

Test(grad, hessian_vector_product_of_the_sum_of_squares)
{
    flx_tape *t = new_tape();
    flx_var g[2], hv[2], x[2] = {flx_variable(t, 1.0), flx_variable(t, 2.0)};
    const flx_var v[2] = {flx_constant(4.0), flx_constant(5.0)};
    const flx_var f = flx_var_add(flx_var_square(x[0]), flx_var_square(x[1]));
    cr_assert_eq(flx_grad(f, 2, x, g, FLX_CREATE_GRAPH), FLX_OK);
    cr_assert_eq(flx_grad_seeded(2, g, v, 2, x, hv, 0), FLX_OK);
    cr_expect_eq(flx_peek(hv[0]), 8.0);
    cr_expect_eq(flx_peek(hv[1]), 10.0);
    flx_tape_destroy(t);
}

/* Derivatives of y, one recorded sweep after another, against a line of data/mission.ref. Each
 * level may lose a few ulps of the largest terms it adds: 2^-48 is 16 ulps. */
static void expect_derivatives(flx_tape *t, const char *name, flx_var y, flx_var x, int depth,
                               double scale)
{
    const mission_line line = mission_find(name);
    size_t before = flx_tape_measure(t).instructions;
    cr_assert(line.count > depth, "%s", name);
    for (int k = 1; k <= depth; k++) {
        y = grad1(y, x, FLX_CREATE_GRAPH);
        const size_t now = flx_tape_measure(t).instructions;
        const double growth = (double)now / (double)before;
        printf("%-22s depth %d: %6zu instructions, %.2f times the level before\n", name, k, now,
               growth);
        cr_expect(k == 1 || growth <= 3.5, "%s: growth %g at depth %d", name, growth, k);
        const long double error = fabsl((long double)flx_peek(y) - line.value[k]);
        cr_expect(error <= ldexp(scale, -48) * fmaxl(1.0L, fabsl(line.value[k])),
                  "%s, derivative %d: got %.17g, reference %.21Lg", name, k, flx_peek(y),
                  line.value[k]);
        before = now;
    }
}

Test(grad, depth_five_of_sin_exp_x_x)
{
    flx_tape *t = new_tape();
    const char *names[] = {"sin_of_exp_x_times_x", "sin_of_exp_x_times_x_2"};
    for (int k = 0; k < 2; k++) {
        flx_tape_reset(t);
        const flx_var x = flx_variable(t, mission_find(names[k]).x);
        const flx_var y = flx_var_sin(flx_var_mul(flx_var_exp(x), x));
        /* The terms of the fifth derivative are some 60 times larger than their sum at 1.1. */
        expect_derivatives(t, names[k], y, x, 5, 64.0);
    }
    flx_tape_destroy(t);
}

Test(grad, depth_five_of_a_dot_of_arrays)
{
    flx_tape *t = new_tape();
    const double a[4] = {0.5, -1.25, 2.0, 0.125}, c[4] = {1.0, 0.25, -0.5, 3.0};
    for (int k = 0; k < 2; k++) {
        const char *name = k ? "sin_of_dot" : "dot_squared";
        flx_tape_reset(t);
        const flx_var x = flx_variable(t, mission_find(name).x);
        const flx_array v =
            flx_array_axpy(x, flx_array_variable(t, 4, 1, a), flx_array_constant(t, 4, 1, c));
        const flx_var d = flx_array_dot(v, v);
        expect_derivatives(t, name, k ? flx_var_sin(d) : flx_var_square(d), x, 5, 64.0);
    }
    flx_tape_destroy(t);
}

Test(grad, seeds_weigh_outputs_and_stay_differentiable)
{
    flx_tape *t = new_tape();
    flx_var g, x = flx_variable(t, 3.0), s = flx_variable(t, 5.0);
    const flx_var y[3] = {flx_var_square(x), flx_constant(9.0), x};
    const flx_var seed[3] = {s, flx_constant(2.0), flx_constant(-1.0)};
    cr_assert_eq(flx_grad_seeded(3, y, seed, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(g), 5.0 * 6.0 - 1.0);
    cr_expect_eq(flx_peek(grad1(g, s, 0)), 6.0, "d/ds of s*2x - 1");
    cr_expect_eq(flx_peek(grad1(g, x, 0)), 10.0);
    flx_tape_destroy(t);
}

Test(grad, inputs_may_lie_anywhere)
{
    flx_tape *t = new_tape();
    const flx_var unused = flx_variable(t, 1.0), a = flx_variable(t, 0.5);
    const flx_var b = flx_var_exp(a), y = flx_var_mul(b, a), later = flx_variable(t, 1.0);
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        cr_expect_eq(flx_peek(grad1(y, unused, flags)), 0.0);
        cr_expect_eq(flx_peek(grad1(y, later, flags)), 0.0);
        cr_expect_eq(flx_peek(grad1(y, y, flags)), 1.0);
        cr_expect_eq(flx_peek(grad1(y, b, flags)), 0.5, "with respect to what is on the way");
        cr_expect_eq(flx_peek(grad1(flx_constant(2.0), a, flags)), 0.0);
        const flx_var x[3] = {b, a, b};
        flx_var g[3];
        cr_assert_eq(flx_grad(y, 3, x, g, flags), FLX_OK);
        cr_expect_eq(flx_peek(g[0]), 0.5);
        cr_expect_eq(flx_peek(g[1]), exp(0.5) + 0.5 * exp(0.5));
        cr_expect_eq(flx_peek(g[2]), 0.5);
        cr_expect_eq(flx_grad(y, 0, NULL, NULL, flags), FLX_OK, "no inputs");
    }
    flx_tape_destroy(t);
}

/* x0*x1 + 2 x2 by all inputs in their order, in others, in part, twice, and by what lies beyond it. */
Test(grad, inputs_may_come_in_any_order)
{
    static const unsigned order[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 2, 0, 0}, {0, 2, 0, 2},
                                        {2, 3, 2, 3}, {1, 2, 3, 3}, {0, 0, 0, 0}, {3, 3, 3, 3}};
    const double want[] = {3.0, 2.0, 2.0, 0.0};
    flx_tape *t = new_tape();
    flx_var x[4], in[4], g[4];
    for (unsigned k = 0; k < 3; k++) x[k] = flx_variable(t, 2.0 + k);
    const flx_var y = flx_var_add(flx_var_mul(x[0], x[1]), flx_var_mul_xc(x[2], 2.0));
    x[3] = flx_variable(t, 5.0);
    for (size_t r = 0; r < sizeof order / sizeof *order; r++) {
        for (size_t n = 1; n <= 4; n++) {
            for (size_t k = 0; k < n; k++) in[k] = x[order[r][k]];
            cr_assert_eq(flx_grad(y, n, in, g, 0), FLX_OK);
            for (size_t k = 0; k < n; k++)
                cr_expect_eq(flx_peek(g[k]), want[order[r][k]], "row %zu of %zu: %zu", r, n, k);
            cr_assert_eq(flx_grad(y, n, in, in, 0), FLX_OK); /* in place */
            for (size_t k = 0; k < n; k++) cr_expect_eq(flx_peek(in[k]), flx_peek(g[k]));
        }
    }
    flx_tape_destroy(t);
}

Test(grad, a_gradient_is_complete_even_where_code_follows_it)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.3), y = flx_var_sin(flx_var_square(x));
    const flx_var g = grad1(y, x, FLX_CREATE_GRAPH);
    flx_var_exp(x);
    const flx_var second = grad1(g, x, FLX_CREATE_GRAPH);
    const double want = 2.0 * cos(0.09) - 4.0 * 0.09 * sin(0.09);
    cr_expect_float_eq(flx_peek(second), want, 1e-15);
    /* Differentiating with respect to a gradient itself. */
    const flx_var z = flx_var_mul(g, flx_var_square(g));
    cr_expect_eq(flx_peek(grad1(z, g, 0)), flx_peek(flx_var_mul_xc(flx_var_square(g), 3.0)));
    flx_tape_destroy(t);
}

Test(grad, pure_calls_leave_the_tape_as_it_was)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.3), y = flx_var_sin(x);
    const size_t before = flx_tape_measure(t).instructions;
    const double first = flx_peek(grad1(y, x, 0));
    for (int k = 0; k < 10; k++) cr_expect_eq(flx_peek(grad1(y, x, 0)), first);
    cr_expect_eq(flx_tape_measure(t).instructions, before);
    flx_tape_destroy(t);
}

Test(grad, small_gradients_on_a_long_tape_cost_what_lies_between)
{
    flx_tape *t = new_tape();
    const flx_var first = flx_variable(t, 1.0);
    for (int k = 0; k < 200000; k++) flx_var_add_xc(first, 1.0);
    const flx_var x = flx_variable(t, 2.0), y = flx_var_square(x);
    for (int k = 0; k < 200000; k++) flx_var_add_xc(first, 1.0);
    const size_t before = flx_tape_measure(t).held.work;
    cr_expect_eq(flx_peek(grad1(y, x, 0)), 4.0);
    cr_expect(flx_tape_measure(t).held.work - before < 1000, "adjoints of the two slots only");
    flx_tape_destroy(t);
}

Test(grad, nan_and_infinity_flow)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, NAN), y = flx_variable(t, 2.0);
    flx_var g[2];
    const flx_var in[2] = {x, y};
    cr_assert_eq(flx_grad(flx_var_add(flx_var_sin(x), flx_var_square(y)), 2, in, g, 0), FLX_OK);
    cr_expect(isnan(flx_peek(g[0])));
    cr_expect_eq(flx_peek(g[1]), 4.0);
    const flx_var z = flx_variable(t, 0.0);
    cr_expect_eq(flx_peek(grad1(flx_var_sqrt(z), z, 0)), INFINITY);
    cr_expect_eq(flx_peek(grad1(grad1(flx_var_sqrt(z), z, FLX_CREATE_GRAPH), z, 0)), -INFINITY);
    flx_tape_destroy(t);
}

/* Accumulators depend on each other against the order of their slots: with b = sin(a), e = exp(b),
 * the gradient ga is gb cos(a), so d ga / d gb = cos(a). */
Test(grad, one_gradient_with_respect_to_another)
{
    flx_tape *t = new_tape();
    const flx_var a = flx_variable(t, 3.0), b = flx_var_sin(a), e = flx_var_exp(b);
    const flx_var x[2] = {a, b};
    flx_var g[2];
    cr_assert_eq(flx_grad(e, 2, x, g, FLX_CREATE_GRAPH), FLX_OK);
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        cr_expect_eq(flx_peek(grad1(g[0], g[1], flags)), cos(3.0));
        cr_expect_eq(flx_peek(grad1(g[1], g[0], flags)), 0.0);
        cr_expect_eq(flx_peek(grad1(flx_var_square(g[0]), g[1], flags)),
                     2.0 * flx_peek(g[0]) * cos(3.0));
    }
    flx_tape_destroy(t);
}

/* Constants among the outputs have no slot, whatever their bits look like. */
Test(grad, constants_among_the_outputs)
{
    flx_tape *t = NULL;
    flx_var g;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 3.0);
    const flx_var y[3] = {flx_constant(0.3), flx_var_square(x), flx_constant(-1e300)};
    const flx_var seed[3] = {flx_constant(1.0), flx_constant(0.5), flx_constant(7.0)};
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        cr_assert_eq(flx_grad_seeded(3, y, seed, 1, &x, &g, flags), FLX_OK);
        cr_expect(flx_peek(g) == 3.0, "flags %u: %g", flags, flx_peek(g));
    }
    flx_tape_destroy(t);
}

/* Outputs are looked at even where nothing is asked of them. */
Test(grad, stale_outputs_without_inputs)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_mark start = flx_tape_mark(t);
    const flx_var stale = flx_variable(t, 3.0), one = flx_constant(1.0);
    const flx_var y[3] = {one, stale, one}, seed[3] = {one, one, one};
    cr_expect_eq(flx_grad_seeded(3, y, seed, 0, NULL, NULL, 0), FLX_OK);
    cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
    cr_expect_eq(flx_grad_seeded(3, y, seed, 0, NULL, NULL, 0), FLX_ESTALE);
    cr_expect_eq(flx_grad_seeded(2, y, seed, 0, NULL, NULL, 0), FLX_ESTALE, "the last");
    cr_expect_eq(flx_grad_seeded(1, y + 1, seed, 0, NULL, NULL, 0), FLX_ESTALE, "the first");
    cr_expect_eq(flx_grad_seeded(1, y, seed, 0, NULL, NULL, 0), FLX_OK, "constants alone");
    flx_tape_destroy(t);
}
