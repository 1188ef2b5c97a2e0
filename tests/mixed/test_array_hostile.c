/* The k-th allocation fails, for every k, of every array entry point: a status, nothing lost, and a
 * tape that can be used on. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

#include "hostile_expect.h"

static flx_array number(double c) { return flx_array_scalar(flx_constant(c)); }

/* Every way to make an array that takes memory; the sum of all results. */
static flx_var every_operation(flx_tape *t, flx_array x)
{
    static const double zeros[6] = {0.0};
    const flx_array square = flx_array_slice(x, 0, 0, 2, 2, 1, 1), third = flx_array_col(x, 2);
    const flx_array index = flx_array_parameter(t, 2, 1, zeros);
    const flx_var parts[2] = {flx_array_at(x, 0, 1), flx_constant(2.0)};
    const flx_array wide[2] = {x, third};
    const flx_array stacked[2] = {x, (flx_array){flx_constant(4.0), 1, 3, 0, 0}};
    const flx_array results[] = {
        flx_array_pack(t, 1, 2, parts),
        flx_array_reshape(flx_array_transpose(x), 6, 1),
        flx_array_copy(flx_array_transpose(x)),
        flx_array_stack(2, stacked),
        flx_array_concatenate(2, wide),
        flx_array_add(square, flx_array_constant(t, 2, 2, zeros)),
        flx_array_div(square, third),
        flx_array_pow(square, number(2.5)),
        flx_array_pow(square, flx_array_square(square)),
        flx_array_clamp(square, number(-1.0), number(1.0)),
        flx_array_select(square, square, number(2.0)),
        flx_array_polygamma(1, square),
        flx_array_axpy(parts[0], square, number(1.0)),
        flx_array_mean(x, FLX_ROWS),
        flx_array_sum(x, FLX_ROWS),
        flx_array_prod(x, FLX_ALL),
        flx_array_max(x, FLX_COLS),
        flx_array_argmin(x, FLX_ALL),
        flx_array_logsumexp_along(x, FLX_ROWS),
        flx_array_softmax(x, FLX_COLS),
        flx_array_scalar(flx_array_dot(x, x)),
        flx_array_scalar(flx_array_norm(x)),
        flx_array_detach(x),
        flx_array_matmul(flx_array_transpose(x), square),
        flx_array_matmul(number(2.0), flx_array_row(x, 0)),
        flx_array_outer(third, third),
        flx_array_diagonal_matrix(third),
        flx_array_lower_triangle(flx_array_row(x, 0)),
        flx_array_gather(x, index),
        flx_array_scatter_add(x, index, 3),
        flx_array_take(x, index, FLX_ROWS),
        flx_array_cumsum(flx_array_transpose(x), FLX_ALL),

    };
    for (size_t k = 0; flx_tape_status(t) != FLX_OK && k < sizeof results / sizeof *results; k++)
        cr_expect(!isnan(flx_peek(results[k].first)) || results[k].rows * results[k].cols <= 1,
                  "result %zu has failed and is not empty", k);
    flx_var y = flx_constant(0.0);
    for (size_t k = 0; k < sizeof results / sizeof *results; k++)
        y = flx_var_add(y, flx_array_at(flx_array_sum(results[k], FLX_ALL), 0, 0));
    return y;
}

enum { STEPS = 12, INPUTS = 6 };

/* *ctx: by the check of agreement too, which asks for memory for every instruction. */
static int everything(const flx_allocator *allocator, size_t request, void *ctx)
{
    const int checked = *(const int *)ctx;
    static const double values[INPUTS] = {0.3, 0.8, 0.5, 0.9, 0.2, 0.7};
    const flx_tape_options options = {.allocator = *allocator};
    flx_check_options check = {.allocator = *allocator};
    flx_check_result found;
    flx_status s[STEPS] = {FLX_OK};
    flx_tape *t = NULL;
    flx_program *f = NULL;
    flx_work *w = NULL;
    flx_var x[INPUTS], g[INPUTS], d, dx[INPUTS];
    double out[INPUTS];
    s[0] = flx_tape_create(&options, &t);
    if (t) {
        const flx_mark start = flx_tape_mark(t);
        const flx_array a = flx_array_variable(t, 2, 3, values);
        flx_array ga;
        for (size_t k = 0; k < INPUTS; k++) {
            x[k] = flx_array_at(a, k / 3, k % 3);
            dx[k] = flx_constant(1.0);
        }
        const flx_var y = every_operation(t, a);
        s[1] = flx_grad_array(y, a, &ga, 0);
        s[2] = flx_jvp_record(INPUTS, x, dx, 1, &y, &d);
        s[3] = flx_grad(y, INPUTS, x, g, FLX_CREATE_GRAPH);
        s[4] = flx_grad(g[0], INPUTS, x, g, FLX_CREATE_GRAPH);
        s[5] = flx_freeze(t, INPUTS, x, 1, &y, 0, &f, NULL);
        if (checked) s[6] = flx_check_tape(t, INPUTS, x, 1, &y, &check, &found);
        s[7] = flx_tape_status(t);
        if (s[7] != FLX_OK) {
            s[8] = flx_tape_rewind(t, start);
            const flx_array b = flx_array_variable(t, 2, 3, values);
            const flx_var sum = flx_array_sum(flx_array_square(b), FLX_ALL).first;
            cr_expect(fabs(flx_peek(sum) - 2.32) < 1e-15 || flx_tape_status(t) == FLX_ENOMEM,
                      "used on after request %zu: %.17g", request, flx_peek(sum));
        }
    }
    if (f) s[9] = flx_work_create(f, FLX_WORK_SECOND, 0, &w);
    if (w) s[10] = flx_hvp_double_backprop(f, w, values, values, NULL, out, NULL);
    if (w) s[11] = flx_hvp(f, w, values, values, NULL, out, NULL);
    int good = 1;
    for (int k = 0; k < STEPS; k++) {
        cr_expect(s[k] == FLX_OK || s[k] == FLX_ENOMEM, "request %zu: step %d: %s", request, k,
                  flx_status_name(s[k]));
        good = good && s[k] == FLX_OK;
    }
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
    return good;
}

Test(array_hostile, every_refused_request_is_a_status)
{
    int checked = 0;
    hostile_expect(40, 0, everything, &checked);
}

Test(array_hostile, a_request_of_the_check_fails)
{
    int checked = 1;
    hostile_expect(40, 8, everything, &checked);
}

/* Wherever among the operations a tape is full, it says so, and what does not fit is empty. */
Test(array_hostile, a_full_tape_holds_nothing_of_what_does_not_fit)
{
    static const double values[INPUTS] = {0.3, 0.8, 0.5, 0.9, 0.2, 0.7};
    size_t full = 0;
    for (size_t most = INPUTS + 1; most < 400; most++) {
        const flx_tape_options options = {.max_slots = most};
        flx_tape *t = NULL;
        cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
        every_operation(t, flx_array_variable(t, 2, 3, values));
        const flx_status status = flx_tape_status(t);
        cr_expect(status == FLX_OK || status == FLX_ELIMIT, "%zu slots: status %d", most, status);
        full += status == FLX_ELIMIT;
        flx_tape_destroy(t);
    }
    cr_expect(full > 60 && full < 390, "%zu", full);
}

/* The gradient's gradient, by that allocator. */
static void second_gradient(const flx_allocator *allocator, double *g, double *h)
{
    static const double values[INPUTS] = {0.3, 0.8, 0.5, 0.9, 0.2, 0.7};
    const flx_tape_options options = {.allocator = *allocator};
    flx_tape *t = NULL;
    flx_array first, second;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_array x = flx_array_variable(t, 2, 3, values);
    const flx_var y = every_operation(t, x);
    cr_assert_eq(flx_grad_array(y, x, &first, FLX_CREATE_GRAPH), FLX_OK);
    const flx_var z = flx_array_dot(flx_array_square(first), flx_array_pow(x, number(2.5)));
    cr_assert_eq(flx_grad_array(z, x, &second, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_array_peek(first, g), FLX_OK);
    cr_expect_eq(flx_array_peek(second, h), FLX_OK);
    flx_tape_destroy(t);
}

/* Where everything moves whenever it grows, and what was there is overwritten. */
Test(array_hostile, memory_that_moves_changes_no_number)
{
    hostile moving = {0, 0, 0, 0};
    const flx_allocator allocators[2] = {flx_allocator_default(), hostile_allocator(&moving)};
    double g[2][INPUTS], h[2][INPUTS];
    for (int k = 0; k < 2; k++) second_gradient(&allocators[k], g[k], h[k]);
    for (int k = 0; k < INPUTS; k++) {
        cr_expect(isfinite(g[0][k]) && g[0][k] == g[1][k], "%d: %g, %g", k, g[0][k], g[1][k]);
        cr_expect(isfinite(h[0][k]) && h[0][k] == h[1][k], "%d: %g, %g", k, h[0][k], h[1][k]);
    }
    cr_expect_eq(moving.bytes, 0);
}
