/* Gradients and tangents on a tape: what they leave there when they fail, and which results are looked at. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

#include "hostile_expect.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* An input that the output does not depend on adds nothing to the tape. */
Test(grad_rules, inputs_that_do_not_matter_cost_nothing)
{
    size_t slots[2], instructions[2];
    for (size_t k = 0; k < 2; k++) {
        flx_tape *t = new_tape();
        const flx_var x[2] = {flx_variable(t, 2.0), flx_variable(t, 3.0)};
        const flx_var dx[2] = {flx_constant(5.0), flx_constant(7.0)}, y = flx_var_sin(x[0]);
        flx_var dy;
        const flx_tape_usage before = flx_tape_measure(t);
        cr_assert_eq(flx_jvp_record(1 + k, x, dx, 1, &y, &dy), FLX_OK);
        slots[k] = flx_tape_measure(t).slots - before.slots;
        instructions[k] = flx_tape_measure(t).instructions - before.instructions;
        cr_expect(fabs(flx_peek(dy) - 5.0 * cos(2.0)) < 1e-15);
        flx_tape_destroy(t);
    }
    cr_expect_eq(slots[1], slots[0], "%zu %zu", slots[1], slots[0]);
    cr_expect_eq(instructions[1], instructions[0], "%zu %zu", instructions[1], instructions[0]);
}

Test(grad_rules, constants_alone)
{
    const flx_var one = flx_constant(1.0);
    flx_var out = flx_constant(5.0);
    cr_expect_eq(flx_jvp_record(1, &one, &one, 1, &one, &out), FLX_EARG);
    cr_expect(isnan(flx_peek(out)));
    cr_expect_eq(flx_jvp_record(0, NULL, NULL, 1, &one, &out), FLX_OK);
    cr_expect_eq(flx_peek(out), 0.0);
    out = flx_constant(5.0);
    cr_expect_eq(flx_grad(one, 1, &one, &out, 0), FLX_EARG);
    cr_expect(isnan(flx_peek(out)));
    cr_expect_eq(flx_grad(one, 0, NULL, NULL, 0), FLX_OK);
    cr_expect_eq(flx_jvp_record(1, &one, NULL, 1, &one, &out), FLX_EARG);
    cr_expect_eq(flx_jvp_record(1, &one, &one, 1, &one, NULL), FLX_EARG);
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0), y = flx_var_square(x);
    cr_expect_eq(flx_grad(y, 1, &x, &out, 1u << 20), FLX_EARG);
    cr_expect_eq(flx_grad(y, 1, &x, NULL, 0), FLX_EARG);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}

/* Input number k is another tape's. */
Test(grad_rules, every_input_is_looked_at)
{
    for (size_t k = 0; k < 3; k++) {
        flx_tape *t = new_tape(), *other = new_tape();
        flx_var x[3], g[3], y = flx_constant(0.0);
        for (size_t j = 0; j < 3; j++) x[j] = flx_variable(t, 1.0 + (double)j);
        for (size_t j = 0; j < 3; j++) y = flx_var_add(y, flx_var_square(x[j]));
        x[k] = flx_variable(other, 1.0);
        if (k == 0) cr_expect_neq(flx_grad(y, 3, x, g, 0), FLX_OK);
        else cr_expect_eq(flx_grad(y, 3, x, g, 0), FLX_ETAPE, "input %zu", k);
        for (size_t j = 0; j < 3; j++) cr_expect(isnan(flx_peek(g[j])), "input %zu, %zu", k, j);
        flx_tape_destroy(t);
        flx_tape_destroy(other);
    }
}

/* Inputs in any order, some of them twice: x0^2 + 3 x1 + 5 x2 x0 at 7, 11, 13. */
Test(grad_rules, inputs_in_any_order)
{
    static const size_t order[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}, {0, 2, 1},
                                      {1, 1, 2}, {2, 2, 2}, {0, 1, 1}, {0, 0, 1}};
    const double want[3] = {14.0 + 65.0, 3.0, 35.0};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
        flx_tape *t = new_tape();
        flx_variable(t, 1.0);
        const flx_var x[3] = {flx_variable(t, 7.0), flx_variable(t, 11.0), flx_variable(t, 13.0)};
        const flx_var y = flx_var_add(flx_var_add(flx_var_square(x[0]), flx_var_mul_xc(x[1], 3.0)),
                                      flx_var_mul(flx_var_mul_xc(x[2], 5.0), x[0]));
        const flx_var in[3] = {x[order[k][0]], x[order[k][1]], x[order[k][2]]};
        for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
            flx_var g[3];
            cr_assert_eq(flx_grad(y, 3, in, g, how), FLX_OK);
            for (size_t j = 0; j < 3; j++)
                cr_expect_eq(flx_peek(g[j]), want[order[k][j]], "order %zu, %zu: %g", k, j,
                             flx_peek(g[j]));
        }
        flx_tape_destroy(t);
    }
}

/* A derivative that overflows is seen wherever it stands among the results, in any order of inputs. */
Test(grad_rules, every_result_is_looked_at)
{
    for (size_t bad = 0; bad < 3; bad++) {
        for (int backwards = 0; backwards < 2; backwards++) {
            for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
                flx_tape *t = new_tape();
                flx_var x[3], g[3], y = flx_constant(0.0);
                for (size_t k = 0; k < 3; k++) x[k] = flx_variable(t, k == bad ? 1e-200 : 2.0);
                for (size_t k = 0; k < 3; k++) y = flx_var_add(y, flx_var_div_cx(1.0, x[k]));
                if (backwards) {
                    const flx_var first = x[0];
                    x[0] = x[2];
                    x[2] = first;
                }
                cr_assert_eq(flx_grad(y, 3, x, g, how), FLX_OK);
                cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_OVERFLOW, "%zu %d %u", bad, backwards,
                             how);
                flx_tape_destroy(t);
            }
        }
    }
}

/* A value that overflows though no derivative does, behind inputs of others. */
Test(grad_rules, every_value_is_looked_at)
{
    for (int k = 0; k < 3; k++) {
        flx_tape *t = new_tape();
        for (int j = 0; j < 30; j++) flx_variable(t, 1.0);
        const flx_var x = flx_variable(t, 1e200), z = flx_variable(t, 3.0);
        const flx_var big = flx_var_square(x), small = flx_var_mul_xc(x, 2.0);
        const flx_var y[3] = {big, flx_var_add(flx_var_mul_xc(x, 1.0), big), small};
        flx_var g;
        cr_assert_eq(flx_grad(y[k], 1, &x, &g, 0), FLX_OK);
        cr_expect_eq(flx_tape_flags(t).set, k == 2 ? 0 : FLX_FLAG_OVERFLOW, "%d: %u", k,
                     flx_tape_flags(t).set);
        cr_expect_eq(flx_peek(z), 3.0);
        flx_tape_destroy(t);
    }
}

/* A constant among the outputs whose bits are those of a slot with an infinite tangent. */
Test(grad_rules, tangents_of_constant_outputs)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 1e-300), one = flx_constant(1.0);
    const flx_var steep = flx_var_mul_xc(flx_var_mul_xc(x, 1e200), 1e200);
    const flx_var y[2] = {flx_var_select(flx_parameter(t, 1.0), x, steep),
                          flx_constant(ldexp((double)steep.u.at.slot, -1074))};
    flx_var dy[2];
    cr_assert_eq(flx_jvp_record(1, &x, &one, 2, y, dy), FLX_OK);
    cr_expect(flx_peek(dy[0]) == 1.0 && flx_peek(dy[1]) == 0.0);
    cr_expect_eq(flx_tape_flags(t).set, 0, "%u", flx_tape_flags(t).set);
    flx_tape_destroy(t);
}

/* While recording is paused a tangent is what it is otherwise: that of cos at 0 along infinity is none. */
Test(grad_rules, tangents_while_paused)
{
    const flx_var dx = flx_constant((double)INFINITY);
    for (int paused = 0; paused < 2; paused++) {
        flx_tape *t = new_tape();
        const flx_var x = flx_variable(t, 0.0), y = flx_var_cos(x);
        flx_var dy;
        if (paused) flx_pause(t);
        cr_assert_eq(flx_jvp_record(1, &x, &dx, 1, &y, &dy), FLX_OK);
        cr_expect(isnan(flx_peek(dy)), "paused %d: %g", paused, flx_peek(dy));
        if (paused) cr_expect_eq(flx_resume(t), FLX_OK);
        cr_expect_eq(flx_resume(t), FLX_EARG);
        flx_tape_destroy(t);
    }
}

/* ---- arrays ---- */

/* x that lies behind y, in part or as a whole: what y does not depend on is 0. */
Test(grad_rules, arrays_beyond_the_output)
{
    enum { N = 2000 };
    static double x[N], got[N], others[3 * N];
    for (size_t k = 0; k < N; k++) x[k] = 1.0 + (double)k;
    for (size_t k = 0; k < 3 * (size_t)N; k++) others[k] = 7.0;
    for (int behind = 0; behind < 2; behind++) {
        flx_tape *t = new_tape();
        const flx_var before = flx_variable(t, 3.0), y = flx_var_square(before);
        const flx_array a = flx_array_variable(t, N, 1, x);
        const flx_mark mark = flx_tape_mark(t);
        flx_array_constant(t, 3 * N, 1, others); /* what memory held before is nothing of it */
        cr_assert_eq(flx_tape_rewind(t, mark), FLX_OK);
        flx_array g;
        cr_assert_eq(flx_grad_array(behind ? y : flx_array_at(a, 0, 0), a, &g, 0), FLX_OK);
        cr_assert_eq(flx_array_peek(g, got), FLX_OK);
        for (size_t k = 0; k < N; k++)
            cr_expect_eq(got[k], !behind && k == 0 ? 1.0 : 0.0, "%d %zu: %g", behind, k, got[k]);
        flx_tape_destroy(t);
    }
}

/* A gradient needs as much of the tape as it has elements, whatever lies between. */
Test(grad_rules, on_a_tape_that_is_nearly_full)
{
    enum { N = 10, STEPS = 200 };
    const double x[N] = {1.0, 2.0, 3.0};
    for (size_t spare = N - 1; spare <= N; spare++) {
        const flx_tape_options options = {.max_slots = 1 + N + 1 + STEPS + spare};
        flx_tape *t;
        cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
        const flx_array a = flx_array_variable(t, N, 1, x);
        flx_var y = flx_array_dot(a, a);
        for (int k = 0; k < STEPS; k++) y = flx_var_mul_xc(y, 1.0);
        cr_assert_eq(flx_tape_status(t), FLX_OK);
        flx_array g;
        cr_expect_eq(flx_grad_array(y, a, &g, 0), spare < N ? FLX_ELIMIT : FLX_OK, "%zu to spare",
                     spare);
        if (spare == N) cr_expect_eq(flx_peek(flx_array_at(g, 2, 0)), 6.0);
        flx_tape_destroy(t);
    }
}

/* What fails yields an empty array of no tape's numbers. */
Test(grad_rules, of_an_array_that_fails)
{
    for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
        flx_tape *t = new_tape();
        const double x[2] = {1.0, 2.0};
        const flx_array a = flx_array_variable(t, 2, 1, x);
        const flx_mark mark = flx_tape_mark(t);
        const flx_var stale = flx_var_square(flx_array_at(a, 1, 0));
        flx_array g = a;
        cr_expect_eq(flx_grad_array(stale, a, NULL, how), FLX_EARG);
        cr_expect_eq(flx_grad_array(stale, a, &g, 1u << 20), FLX_EARG);
        cr_assert_eq(flx_tape_rewind(t, mark), FLX_OK);
        cr_expect_eq(flx_grad_array(stale, a, &g, how), FLX_ESTALE);
        cr_expect(g.rows == 0 && g.cols == 0 && isnan(flx_peek(g.first)));
        cr_expect_eq(flx_tape_status(t), FLX_ESTALE);
        flx_tape_destroy(t);
    }
}

/* Without memory the tape holds what it did. */
static int sweeps(const flx_allocator *allocator, size_t request, void *ctx)
{
    const int forward = *(int *)ctx;
    const flx_tape_options options = {.allocator = *allocator};
    const flx_var one = flx_constant(1.0);
    flx_tape *t;
    flx_status status = flx_tape_create(&options, &t);
    if (status != FLX_OK) return hostile_allowed(status, request);
    flx_var x = flx_variable(t, 0.5), y = x, d;
    for (int k = 0; k < 60; k++) y = flx_var_sin(flx_var_mul(y, x));
    y = flx_var_add(y, flx_var_fabs(flx_var_sub_xc(x, 0.5)));
    status = flx_tape_status(t);
    if (status == FLX_OK) {
        const flx_tape_usage before = flx_tape_measure(t);
        status = forward ? flx_jvp_record(1, &x, &one, 1, &y, &d)
                         : flx_grad(y, 1, &x, &d, FLX_CREATE_GRAPH);
        const flx_tape_usage after = flx_tape_measure(t);
        if (status != FLX_OK) {
            cr_expect_eq(after.slots, before.slots, "request %zu", request);
            cr_expect_eq(after.instructions, before.instructions, "request %zu", request);
            cr_expect_eq(flx_tape_flags(t).set, 0, "request %zu", request);
        }
    }
    flx_tape_destroy(t);
    return hostile_allowed(status, request);
}

Test(grad_rules, without_memory)
{
    for (int forward = 0; forward < 2; forward++) hostile_expect(3, 0, sweeps, &forward);
}

static flx_status first_of(void *ctx, size_t n, const double *x, size_t m, double *y)
{
    (void)ctx, (void)n;
    for (size_t k = 0; k < m; k++) y[k] = x[0];
    return FLX_OK;
}

/* Nor is there anything where a sweep is refused on the way. */
Test(grad_rules, of_an_array_without_derivatives)
{
    const flx_external f = {.name = "first", .value = first_of};
    for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
        flx_tape *t = new_tape();
        const double x[2] = {1.0, 2.0};
        const flx_array a = flx_array_variable(t, 2, 1, x), y = flx_array_external(&f, a, 1);
        flx_array g = a;
        cr_expect_eq(flx_grad_array(flx_array_at(y, 0, 0), a, &g, how), FLX_EORDER);
        cr_expect(g.rows == 0 && g.cols == 0 && isnan(flx_peek(g.first)));
        flx_tape_destroy(t);
    }
}

/* inf/1e200 by the divisor, with a seed of 1e-200: the quotient of the adjoint is 0, and hides infinity. */
Test(grad_rules, quotients_that_hide)
{
    for (int constant = 0; constant < 2; constant++) {
        for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
            flx_tape *t = new_tape();
            const flx_var x = flx_variable(t, (double)INFINITY), y = flx_variable(t, 1e200);
            const flx_var z = constant ? flx_var_div_cx((double)INFINITY, y) : flx_var_div(x, y);
            const flx_var seed = flx_constant(1e-200);
            flx_var g;
            cr_assert_eq(flx_grad_seeded(1, &z, &seed, 1, &y, &g, how), FLX_OK);
            cr_expect(flx_peek(g) == 0.0, "%d %u: %g", constant, how, flx_peek(g));
            flx_tape_destroy(t);
        }
    }
}
