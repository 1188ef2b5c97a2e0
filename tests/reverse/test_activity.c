/* A recorded sweep records only what lies between inputs and outputs, and gives accumulators only
 * to that: what else is on the tape changes nothing. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/grad.h>
#include <fluxion/var.h>

#include "hostile.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* What the gradient of y by x adds to the tape. */
static flx_tape_usage growth(flx_tape *t, flx_var y, flx_var x)
{
    flx_var g;
    const flx_tape_usage before = flx_tape_measure(t);
    cr_assert_eq(flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    flx_tape_usage u = flx_tape_measure(t);
    u.slots -= before.slots;
    u.instructions -= before.instructions;
    return u;
}

Test(activity, a_product_of_which_one_factor_is_wanted)
{
    flx_tape *t = new_tape();
    const flx_var a = flx_variable(t, 2.0), b = flx_variable(t, 3.0), y = flx_var_mul(a, b);
    const flx_tape_usage one = growth(t, y, a);
    cr_expect_eq(one.slots, 2, "accumulators of a and y: %zu", one.slots);
    cr_expect_eq(one.instructions, 3, "they, the seed, one product: %zu", one.instructions);
    flx_tape_destroy(t);
}

/* y = f(x) + g(z), where x and z are each a scalar, alpha, and an array. */
static flx_var chain(flx_tape *t, flx_var x)
{
    const double w[3] = {1.0, 2.0, 3.0};
    const flx_array c = flx_array_constant(t, 3, 1, w);
    const flx_var y = flx_var_mul(flx_var_exp(x), flx_var_add_xc(x, 2.0));
    const flx_array v = flx_array_axpy(y, c, c);
    const flx_var one = flx_constant(1.0), mixed[3] = {one, x, one};
    return flx_var_add(flx_array_dot(v, c), flx_array_dot(c, flx_array_pack(t, 3, 1, mixed)));
}

Test(activity, independent_parts_cost_nothing)
{
    flx_tape *alone = new_tape(), *together = new_tape();
    const flx_var x = flx_variable(alone, 0.5);
    const flx_tape_usage want = growth(alone, chain(alone, x), x);
    const flx_var z = flx_variable(together, 0.7), u = flx_variable(together, 0.5);
    const flx_var first = chain(together, z), y = chain(together, u), last = chain(together, z);
    const flx_tape_usage got = growth(together, y, u);
    cr_expect_eq(got.slots, want.slots, "%zu %zu", got.slots, want.slots);
    cr_expect_eq(got.instructions, want.instructions, "%zu %zu", got.instructions,
                 want.instructions);
    /* One accumulator more for each sum, and nothing of what z goes through. */
    const flx_var sum = flx_var_add(flx_var_add(first, y), last);
    const flx_tape_usage more = growth(together, sum, u);
    cr_expect_eq(more.slots, want.slots + 2, "%zu %zu", more.slots, want.slots);
    flx_tape_destroy(alone);
    flx_tape_destroy(together);
}

/* What is computed from the inputs and not used: no adjoint, no instruction. */
Test(activity, unused_results_cost_nothing)
{
    const double start[3] = {1.0, 2.0, 3.0};
    flx_tape_usage u[2];
    for (int unused = 0; unused < 2; unused++) {
        flx_tape *t = new_tape();
        flx_array g;
        const flx_array a = flx_array_variable(t, 3, 1, start);
        const flx_var first = flx_array_at(a, 0, 0);
        const flx_array v = flx_array_axpy(first, a, a);
        if (unused) {
            flx_array_dot(v, a);
            flx_var_mul(flx_var_exp(first), flx_array_at(v, 1, 0));
            flx_array_axpy(flx_constant(2.0), v, a);
        }
        const flx_var y = flx_array_dot(v, v);
        const flx_tape_usage before = flx_tape_measure(t);
        cr_assert_eq(flx_grad_array(y, a, &g, FLX_CREATE_GRAPH), FLX_OK);
        u[unused] = flx_tape_measure(t);
        u[unused].slots -= before.slots;
        u[unused].instructions -= before.instructions;
        flx_tape_destroy(t);
    }
    cr_expect_eq(u[0].slots, u[1].slots, "%zu %zu", u[0].slots, u[1].slots);
    cr_expect_eq(u[0].instructions, u[1].instructions, "%zu %zu", u[0].instructions,
                 u[1].instructions);
}

/* A constant output whose bits are those of a slot is still a constant. */
Test(activity, constant_outputs)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 3.0), square = flx_var_square(x);
    const flx_var y[2] = {square, flx_constant(ldexp((double)square.u.at.slot, -1074))};
    const flx_var seed[2] = {flx_constant(1.0), flx_constant(100.0)};
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        flx_var g;
        cr_assert_eq(flx_grad_seeded(2, y, seed, 1, &x, &g, flags), FLX_OK);
        cr_expect_eq(flx_peek(g), 6.0, "flags %u: %g", flags, flx_peek(g));
    }
    flx_tape_destroy(t);
}

/* What earlier sweeps, or anybody, left in the memory of the marks needs no accumulators. */
Test(activity, marks_begin_clear)
{
    hostile memory = {0};
    const flx_tape_options options = {.allocator = hostile_allocator(&memory)};
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_var a = flx_variable(t, 2.0), b = flx_variable(t, 3.0);
    const flx_var other = flx_var_exp(flx_var_sin(b)), y = flx_var_mul(a, b);
    cr_expect_eq(growth(t, y, a).slots, 2);
    growth(t, other, b);
    cr_expect_eq(growth(t, y, a).slots, 2);
    flx_tape_destroy(t);
}

/* A view needs all of its accumulators where it needs one, and so does a view that shares one of
 * those, though none of its elements is an input. */
Test(activity, views_that_reach_below_the_lowest_input)
{
    enum { N = 9, MIDDLE = 4, LAST = 8 };
    const double start[N] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};
    flx_tape *t = new_tape();
    const flx_array a = flx_array_variable(t, N, 1, start);
    const flx_array low = flx_array_slice(a, 0, 0, MIDDLE + 1, 1, 1, 1);
    const flx_array high = flx_array_slice(a, MIDDLE, 0, LAST - MIDDLE + 1, 1, 1, 1);
    const flx_var factor[2] = {flx_array_dot(low, low), flx_array_dot(high, high)};
    const flx_var y = flx_var_mul(factor[0], factor[1]);
    const flx_var x = flx_array_at(a, LAST, 0), first = flx_array_at(a, 0, 0);
    flx_var g, h;
    cr_assert_eq(flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect(flx_peek(g) == 2.0 * 9.0 * 55.0, "%g", flx_peek(g)); /* 1 + 4 + 9 + 16 + 25 */
    cr_assert_eq(flx_grad(g, 1, &first, &h, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect(flx_peek(h) == 2.0 * 9.0 * 2.0, "%g", flx_peek(h));
    cr_expect(flx_peek(y) == 55.0 * 255.0, "y is %g", flx_peek(y));
    cr_expect(flx_peek(factor[0]) == 55.0 && flx_peek(factor[1]) == 255.0, "%g %g",
              flx_peek(factor[0]), flx_peek(factor[1]));
    flx_tape_destroy(t);
}

/* The recorded gradient by x0 of a chain of views, of which each needs a part of the next: 0..6 of x, then,
 * recorded later, 4..9 and later still 8..11. s = |x(0..6)|^2 multiplies sums of the other views. */
Test(activity, views_that_need_each_other_against_their_order)
{
    enum { N = 12 };
    double start[N], ones[6] = {1.0, 1.0, 1.0, 1.0, 1.0, 1.0}, tail = 0.0;
    for (size_t k = 0; k < N; k++) start[k] = 1.0 + (double)k;
    flx_tape *t = new_tape();
    const flx_array a = flx_array_variable(t, N, 1, start), c = flx_array_constant(t, 6, 1, ones);
    const flx_array low = flx_array_slice(a, 0, 0, 7, 1, 1, 1);
    const flx_var s = flx_array_dot(low, low);
    const flx_array factors = flx_array_mul(flx_array_scalar(s), c);
    const flx_var first = flx_array_dot(flx_array_slice(a, 4, 0, 6, 1, 1, 1), factors);
    const flx_var second = flx_array_dot(flx_array_slice(a, 8, 0, 4, 1, 1, 1),
                                         flx_array_slice(factors, 0, 0, 4, 1, 1, 1));
    const flx_var y = flx_var_add(first, second), x = flx_array_at(a, 0, 0);
    flx_var g, h;
    for (size_t k = 4; k < 10; k++) tail += start[k];
    for (size_t k = 8; k < 12; k++) tail += start[k];
    cr_assert_eq(flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(g), 2.0 * start[0] * tail, "%g", flx_peek(g));
    cr_assert_eq(flx_grad(g, 1, &x, &h, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(h), 2.0 * tail, "%g", flx_peek(h));
    flx_tape_destroy(t);
}

/* The same where what is added to a view is in its middle: by x0 and x3 of 0..3, beside which the later
 * view of x1 and x5 gets a part. */
Test(activity, views_that_need_the_middle_of_others)
{
    const double start[6] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, ones[2] = {1.0, 1.0};
    flx_tape *t = new_tape();
    const flx_array a = flx_array_variable(t, 6, 1, start), c = flx_array_constant(t, 2, 1, ones);
    const flx_array low = flx_array_slice(a, 0, 0, 4, 1, 1, 1);
    const flx_var s = flx_array_dot(low, low),
                  in[2] = {flx_array_at(a, 0, 0), flx_array_at(a, 3, 0)};
    const flx_array factors = flx_array_mul(flx_array_scalar(s), c);
    const flx_var y = flx_array_dot(flx_array_slice(a, 1, 0, 2, 1, 4, 1), factors); /* 8 s */
    flx_var g[2];
    cr_assert_eq(flx_grad(y, 2, in, g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(g[0]), 16.0, "%g", flx_peek(g[0]));
    cr_expect_eq(flx_peek(g[1]), 64.0, "%g", flx_peek(g[1]));
    flx_tape_destroy(t);
}
