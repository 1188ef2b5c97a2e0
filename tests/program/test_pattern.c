/* Patterns of sparse Jacobians: of inputs that lie among others, of accumulators that have no part of an
 * output, of two that lie behind each other, and of states that do not last. */
#include <criterion/criterion.h>

#include <fluxion/compose.h>
#include <fluxion/fluxion.h>

#include "hostile.h"

static flx_tape *new_tape(hostile *h)
{
    const flx_tape_options options = {.allocator = hostile_allocator(h)};
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    return t;
}

/* The pattern of what has been recorded; the tape goes. */
static flx_sparsity *pattern_of(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y)
{
    flx_program *f = NULL;
    flx_sparsity *s = NULL;
    cr_assert_eq(flx_freeze(t, n, x, m, y, 0, &f, NULL), FLX_OK, "%s",
                 flx_status_message(flx_tape_status(t)));
    flx_tape_destroy(t);
    cr_assert_eq(flx_sparsity_create(f, &s), FLX_OK);
    flx_program_release(f);
    return s;
}

/* Elements of an array that are no inputs are constants: nothing depends on them. */
Test(pattern, inputs_among_elements_that_are_none)
{
    hostile h = {0};
    flx_tape *t = new_tape(&h);
    const double v[3] = {2.0, 3.0, 5.0};
    const flx_array a = flx_array_variable(t, 3, 1, v);
    const flx_var first = flx_array_at(a, 0, 0), last = flx_array_at(a, 2, 0);
    const flx_var x[2] = {last, first};
    const flx_var y = flx_var_mul(flx_var_mul(first, flx_array_at(a, 1, 0)), last);
    flx_sparsity *s = pattern_of(t, 2, x, 1, &y);
    const flx_pattern p = flx_sparsity_pattern(s);
    cr_assert_eq(p.entries, 2);
    cr_expect(p.column[0] == 0 && p.column[1] == 1);
    flx_sparsity_destroy(s);
    cr_expect_eq(h.bytes, 0);
}

/* Rows of many are added to the second of two again and again, and the first of the two is the output. */
Test(pattern, nothing_is_added_to_what_is_asked_for)
{
    enum { WIDE = 60, TIMES = 20 };
    hostile h = {0};
    flx_tape *t = new_tape(&h);
    const double v[2] = {2.0, 3.0}, to[2] = {0.0, WIDE - 1.0};
    double second[WIDE];
    flx_var y[TIMES];
    for (size_t k = 0; k < WIDE; k++) second[k] = 1.0;
    const flx_array x = flx_array_variable(t, 2, 1, v), at = flx_array_constant(t, WIDE, 1, second);
    const flx_array wide = flx_array_scatter_add(x, flx_array_constant(t, 2, 1, to), WIDE);
    for (size_t k = 0; k < TIMES; k++)
        y[k] = flx_array_at(flx_array_scatter_add(wide, at, 2), 0, 0);
    const flx_var in[2] = {flx_array_at(x, 0, 0), flx_array_at(x, 1, 0)};
    flx_sparsity *s = pattern_of(t, 2, in, TIMES, y);
    cr_expect_eq(flx_sparsity_pattern(s).entries, 0);
    flx_sparsity_destroy(s);
    cr_expect_eq(h.bytes, 0);
}

/* Two arrays of other lengths and places, each a few rows among zeros: outputs are all of both. */
Test(pattern, two_runs_of_accumulators)
{
    enum { N = 2, MOST = 40 };
    for (size_t second = 2; second < 30; second++) {
        const size_t first = MOST - second / 2, m = first + second;
        hostile h = {0};
        flx_tape *t = new_tape(&h);
        const double v[N] = {2.0, 3.0}, low[N] = {0.0, (double)first - 1.0};
        const double high[N] = {(double)second - 1.0, 0.0};
        flx_var y[2 * MOST];
        const flx_array x = flx_array_variable(t, N, 1, v);
        const flx_array a = flx_array_scatter_add(x, flx_array_constant(t, N, 1, low), first);
        const flx_array b = flx_array_scatter_add(x, flx_array_constant(t, N, 1, high), second);
        for (size_t k = 0; k < m; k++)
            y[k] = k < first ? flx_array_at(a, k, 0) : flx_array_at(b, k - first, 0);
        const flx_var in[N] = {flx_array_at(x, 0, 0), flx_array_at(x, 1, 0)};
        flx_sparsity *s = pattern_of(t, N, in, m, y);
        const flx_pattern p = flx_sparsity_pattern(s);
        const size_t row[4] = {0, first - 1, first, m - 1}, column[4] = {0, 1, 1, 0};
        cr_expect_eq(p.entries, 4, "%zu rows", second);
        for (size_t k = 0; k < 4 && p.entries == 4; k++) {
            cr_expect_eq(p.start[row[k]], k, "%zu rows", second);
            cr_expect_eq(p.column[k], column[k], "%zu rows", second);
        }
        flx_sparsity_destroy(s);
        cr_expect_eq(h.bytes, 0);
    }
}

/* A state that each step makes of its row alone: (u, v) of the row (u, v). The last one is the last row's. */
Test(pattern, states_that_do_not_last)
{
    enum { STEPS = 4, STATE = 2, N = STATE + STEPS * STATE };
    hostile h = {0};
    flx_tape *body = new_tape(&h), *t = new_tape(&h);
    flx_program *step = NULL;
    flx_var in[2 * STATE], out[STATE], x[N], y[STATE];
    double v[N];
    for (size_t k = 0; k < 2 * STATE; k++) in[k] = flx_variable(body, 1.0);
    for (size_t k = 0; k < STATE; k++) out[k] = flx_var_square(in[STATE + k]);
    cr_assert_eq(flx_freeze(body, 2 * STATE, in, STATE, out, 0, &step, NULL), FLX_OK);
    for (size_t k = 0; k < N; k++) v[k] = 1.0 + (double)k;
    const flx_array all = flx_array_variable(t, N, 1, v);
    const flx_array rows = flx_array_slice(all, STATE, 0, STEPS * STATE, 1, 1, 1);
    const flx_scanned scan = flx_scan(step, STEPS, flx_array_slice(all, 0, 0, STATE, 1, 1, 1),
                                      flx_array_reshape(rows, STEPS, STATE), flx_array_empty(), 0);
    for (size_t k = 0; k < N; k++) x[k] = flx_array_at(all, k, 0);
    for (size_t k = 0; k < STATE; k++) y[k] = flx_array_at(scan.state, k, 0);
    flx_program_release(step);
    flx_tape_destroy(body);
    flx_sparsity *s = pattern_of(t, N, x, STATE, y);
    const flx_pattern p = flx_sparsity_pattern(s);
    cr_assert_eq(p.entries, STATE);
    for (size_t k = 0; k < STATE; k++) {
        cr_expect_eq(p.start[k], k);
        cr_expect_eq(p.column[k], N - STATE + k);
    }
    flx_sparsity_destroy(s);
    cr_expect_eq(h.bytes, 0);
}
