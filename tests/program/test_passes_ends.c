/* Passes, of what lies at the ends: last instructions, rows added for nobody, runs that
 * end where a window does. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

#include "hostile.h"
#include "reverse/code.h"

static flx_tape *new_tape(const flx_allocator *allocator)
{
    flx_tape_options options = {0};
    flx_tape *t = NULL;
    if (allocator) options.allocator = *allocator;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    return t;
}

static flx_program *frozen(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y,
                           unsigned flags)
{
    flx_program *f = NULL;
    cr_assert_eq(flx_freeze(t, n, x, m, y, flags, &f, NULL), FLX_OK, "%s",
                 flx_status_message(flx_tape_status(t)));
    return f;
}

static flx_status values(flx_program *f, const double *x, double *y)
{
    flx_work *w = NULL;
    cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &w), FLX_OK);
    const flx_status status = flx_eval(f, w, x, y, NULL);
    flx_work_destroy(w);
    return status;
}

Test(passes_ends, the_last_instruction_becomes_a_constant_too)
{
    flx_tape *t = new_tape(NULL);
    const double two = 2.0;
    const flx_var x = flx_variable(t, 1.0);
    const flx_var y[2] = {x, flx_exp(flx_array_constant(t, 1, 1, &two).first)};
    flx_program *f = frozen(t, 1, &x, 2, y, 0);
    double got[2];
    /* poison, input, constant */
    cr_expect_eq(flx_program_describe(f).after[FLX_PASS_UNUSED].instructions, 3);
    cr_expect_eq(values(f, &two, got), FLX_OK);
    cr_expect(got[0] == 2.0 && got[1] == exp(2.0));
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* Two sums of rows, added to where an index says: one is an output, of the other a step that reads it goes. */
Test(passes_ends, rows_that_are_added_for_nobody)
{
    const double at[2] = {2.0, 3.0}, one = 1.0;
    flx_tape *t = new_tape(NULL);
    const flx_array x = flx_array_variable(t, 1, 2, at), row = flx_array_constant(t, 1, 1, &one);
    const flx_array kept = flx_array_scatter_add(x, row, 2);
    const flx_array lost = flx_array_exp(flx_array_scatter_add(x, row, 3));
    const flx_array last = flx_array_mul(kept, kept);
    const flx_var in[2] = {flx_array_at(x, 0, 0), flx_array_at(x, 0, 1)};
    const flx_var y[2] = {flx_array_at(last, 1, 0), flx_array_at(last, 1, 1)};
    double got[2];
    cr_expect_eq(lost.rows, 3);
    flx_program *f = frozen(t, 2, in, 2, y, 0);
    cr_expect_eq(values(f, at, got), FLX_OK);
    cr_expect(got[0] == 4.0 && got[1] == 9.0, "%g, %g", got[0], got[1]);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* Elements of an array that are computed from the parameter alone, by all kinds of operations and after more
 * of them than are sorted at a time, stay side by side where the array is read later. */
Test(passes_ends, an_array_that_ends_behind_a_window)
{
    enum { SIDE = 200, WINDOW = 100000 };
    static double ones[SIDE];
    for (int length = WINDOW - SIDE / 2; length > WINDOW - 2 * SIDE; length -= SIDE) {
        flx_tape *t = new_tape(NULL);
        const flx_var x = flx_variable(t, 1.0), p = flx_parameter(t, 0.5);
        flx_var long_one = p, side[SIDE];
        double chain = 0.5, want = 0.0, got;
        for (int k = 0; k < length; k++) {
            long_one = k % 2 ? flx_sin(long_one) : flx_add(long_one, 0.25);
            chain = k % 2 ? sin(chain) : chain + 0.25;
        }
        for (int k = 0; k < SIDE; k++) {
            const double v = 0.5 + k;
            side[k] = k % 3 == 0 ? flx_cos(flx_add(p, k)) : k % 3 == 1 ? flx_exp(p) : flx_tanh(p);
            want += (k + 1.0) * (k % 3 == 0 ? cos(v) : k % 3 == 1 ? exp(0.5) : tanh(0.5));
            ones[k] = k + 1.0;
        }
        const flx_array a = flx_array_pack(t, SIDE, 1, side);
        const flx_array b =
            flx_array_mul(flx_array_constant(t, SIDE, 1, ones), flx_array_scalar(x));
        const flx_var y = flx_add(flx_array_dot(a, b), flx_mul(long_one, x));
        flx_program *f = frozen(t, 1, &x, 1, &y, FLX_IN_RUNS);
        const double at = 2.0;
        cr_expect_eq(values(f, &at, &got), FLX_OK);
        cr_expect(fabs(got - 2.0 * (want + chain)) <= 1e-12 * fabs(got), "%d: %g, %g", length, got,
                  2.0 * (want + chain));
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* Operations in a row of which each has the last one's result as its third operand are no array. */
Test(passes_ends, chains_by_third_operands)
{
    enum { N = 40 };
    for (int chosen = 0; chosen < 2; chosen++) {
        flx_tape *t = new_tape(NULL);
        flx_var x[N], y = flx_constant(0.5);
        double at[N], got, want = 0.5;
        for (int k = 0; k < N; k++) {
            at[k] = k % 16 == 3 ? 0.25 * k : -0.125 * k;
            x[k] = flx_variable(t, at[k]);
        }
        for (int k = 0; k + 1 < N; k++)
            y = chosen ? flx_select(x[k], x[k + 1], y) : flx_fma(x[k], x[k + 1], y);
        for (int k = 0; k + 1 < N; k++) {
            if (!chosen) want = fma(at[k], at[k + 1], want);
            else if (at[k] > 0.0) want = at[k + 1];
        }
        flx_program *f = frozen(t, N, x, 1, &y, FLX_IN_RUNS);
        cr_expect_eq(values(f, at, &got), FLX_OK);
        cr_expect_eq(got, want, "%d: %g, %g", chosen, got, want);
        cr_expect_geq(flx_program_describe(f).after[FLX_PASS_ARRAYS].instructions, N - 1);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* A derivative that is zero for want of dependence, of a long function that is not asked for, in few slots. */
Test(passes_ends, zeros_that_nothing_is_added_to)
{
    for (int length = 6; length < 40; length += 3) {
        hostile h = {0};
        const flx_allocator allocator = hostile_allocator(&h);
        flx_tape *t = new_tape(&allocator);
        const double at[2] = {0.5, 0.25};
        flx_array g;
        const flx_array a = flx_array_variable(t, 2, 1, at);
        const flx_var x[2] = {flx_array_at(a, 0, 0), flx_array_at(a, 1, 0)};
        flx_var z = x[0], y[2] = {x[0], x[1]};
        double want = 0.5, got[2];
        for (int k = 0; k < 12; k++) y[0] = flx_add(flx_sin(y[0]), x[1]), want = sin(want) + 0.25;
        for (int k = 0; k < length; k++) z = flx_sin(z);
        cr_assert_eq(flx_grad_array(z, a, &g, FLX_CREATE_GRAPH), FLX_OK);
        y[1] = flx_array_at(g, 1, 0);
        flx_program *f = frozen(t, 2, x, 2, y, FLX_REUSE_SLOTS);
        cr_expect_eq(values(f, at, got), FLX_OK);
        cr_expect(got[0] == want && got[1] == 0.0);
        flx_program_release(f);
        flx_tape_destroy(t);
        cr_expect_eq(h.bytes, 0);
    }
}

/* The same of the only output: its own derivatives, by programs made of this one, are zeros. */
Test(passes_ends, derivatives_of_a_zero_derivative)
{
    hostile h = {0};
    const flx_allocator allocator = hostile_allocator(&h);
    flx_tape *t = new_tape(&allocator);
    const double at[2] = {0.5, 0.25}, dir[2] = {1.0, -1.0};
    double y = 1.0, slope[2] = {1.0, 1.0}, product[2] = {1.0, 1.0};
    flx_array g;
    const flx_array a = flx_array_variable(t, 2, 1, at);
    const flx_var x[2] = {flx_array_at(a, 0, 0), flx_array_at(a, 1, 0)};
    cr_assert_eq(flx_grad_array(flx_exp(flx_sin(x[0])), a, &g, FLX_CREATE_GRAPH), FLX_OK);
    const flx_var zero = flx_array_at(g, 1, 0);
    flx_program *f = frozen(t, 2, x, 1, &zero, 0);
    flx_batch *b = NULL;
    cr_assert_eq(flx_batch_create(f, FLX_WORK_SECOND, NULL, &b), FLX_OK);
    const flx_batch_in in = flx_in_rows(at, 2), along = flx_in_rows(dir, 2);
    const flx_batch_out to_y = flx_out_rows(&y, 1), to_slope = flx_out_rows(slope, 2);
    const flx_batch_out to_product = flx_out_rows(product, 2);
    cr_expect_eq(flx_hvp_batch(f, b, 1, 1, &in, 1, &along, 0, NULL, 1, &to_y, 1, &to_slope, 1,
                               &to_product, NULL, NULL),
                 FLX_OK);
    cr_expect(y == 0.0 && slope[0] == 0.0 && slope[1] == 0.0);
    cr_expect(product[0] == 0.0 && product[1] == 0.0);
    flx_batch_destroy(b);
    flx_program_release(f);
    flx_tape_destroy(t);
    cr_expect_eq(h.bytes, 0);
}

/* What a guard compares is kept until it is looked at, be it the last one, whatever comes later. */
Test(passes_ends, a_guard_of_what_nothing_else_needs)
{
    for (int turned = 0; turned < 2; turned++) {
        flx_tape *t = new_tape(NULL);
        const double sign = turned ? -1.0 : 1.0;
        const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
        const flx_var left = flx_mul(sign, flx_sin(x[0])), right = flx_mul(sign, flx_exp(x[1]));
        FLX_HERE(t);
        cr_expect_eq(turned ? flx_ge(left, right) : flx_le(left, right), 1);
        flx_var y = x[0];
        for (int k = 0; k < 40; k++) y = flx_add(flx_cos(flx_mul(y, x[1])), x[0]);
        flx_program *f = frozen(t, 2, x, 1, &y, FLX_REUSE_SLOTS);
        int changed = 0;
        for (int k = 0; k < 60; k++) {
            const double at[2] = {0.5 + 0.25 * k, -0.1 * k};
            const int holds = sin(at[0]) <= exp(at[1]);
            double got;
            cr_expect_eq(values(f, at, &got), holds ? FLX_OK : FLX_BRANCH_CHANGED, "%d", k);
            changed += !holds;
        }
        cr_expect(changed > 10 && changed < 50, "%d", changed);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* Rows of nothing, added to nothing, are in nobody's way. */
Test(passes_ends, rows_of_no_columns)
{
    const double at[4] = {2.0, 3.0, 5.0, 7.0}, rows[2] = {1.0, 0.0};
    for (unsigned flags = 0; flags < 2; flags++) {
        flx_tape *t = new_tape(NULL);
        flx_var in[4], y[3];
        const flx_array a = flx_array_variable(t, 2, 2, at), to = flx_array_constant(t, 2, 1, rows);
        for (size_t k = 0; k < 4; k++) in[k] = flx_array_at(a, k / 2, k % 2);
        const flx_array empty = flx_array_scatter_add(flx_array_slice(a, 0, 0, 2, 0, 1, 1), to, 3);
        y[0] = flx_sub(in[0], in[3]);
        y[1] = flx_div(flx_mul(in[1], in[2]), flx_sub(in[0], in[3]));
        y[2] = flx_sub(in[3], flx_mul(in[1], in[2]));
        cr_expect_eq(empty.rows, 3);
        flx_program *f = frozen(t, 4, in, 3, y, flags ? FLX_KEEP_UNUSED | FLX_IN_RUNS : 0);
        double got[3];
        cr_expect_eq(values(f, at, got), FLX_OK);
        cr_expect(got[0] == -5.0 && got[1] == -3.0 && got[2] == -8.0, "%g, %g, %g", got[0], got[1],
                  got[2]);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* ---- memory full of something ---- */

/* Behind every block lie numbers of the operation in ctx. */
static void *among_operations(void *ctx, void *old, size_t old_size, size_t new_size)
{
    enum { MORE = 32 };
    const uint16_t op = *(const uint16_t *)ctx;
    unsigned char *p = new_size ? malloc(new_size + MORE * sizeof op) : NULL;
    if (p && old) memcpy(p, old, old_size < new_size ? old_size : new_size);
    for (size_t k = 0; p && k < MORE; k++) memcpy(p + new_size + k * sizeof op, &op, sizeof op);
    if (p || new_size == 0) free(old);
    return p;
}

/* Runs are counted to the last instruction, which is a run of its own here, and no further. */
Test(passes_ends, runs_are_counted_whatever_memory_holds)
{
    for (unsigned op = OP_sin; op <= OP_sin + 1; op++) {
        uint16_t behind = (uint16_t)op;
        const flx_allocator allocator = {among_operations, &behind};
        flx_tape *t = new_tape(&allocator);
        const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
        const flx_var y = flx_sin(flx_mul(flx_exp(x[0]), flx_exp(x[1])));
        flx_program *f = frozen(t, 2, x, 1, &y, FLX_KEEP_ALL);
        /* poison, inputs, exp, mul, sin */
        cr_expect_eq(flx_program_describe(f).after[FLX_PASS_RECORDED].runs, 5, "%zu",
                     flx_program_describe(f).after[FLX_PASS_RECORDED].runs);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}
