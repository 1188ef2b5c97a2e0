/* The sweep for values alone (placed.inc) says of each kind of instruction what other works say: where
 * nothing else would show it. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include <fluxion/compose.h>
#include <fluxion/fluxion.h>

#include "both_works.h"

enum { N = 4 };

/* What is recorded: outputs from inputs. Returns how many there are. */
typedef size_t recorder(flx_tape *t, const flx_var *x, flx_var *y);

static both recorded(recorder *record, unsigned flags)
{
    flx_tape *t = NULL;
    flx_program *f = NULL;
    flx_var x[N], y[N];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (int k = 0; k < N; k++) x[k] = flx_variable(t, 1.0 + 0.25 * k);
    const size_t m = record(t, x, y);
    cr_assert_eq(flx_freeze(t, N, x, m, y, flags | FLX_REUSE_SLOTS, &f, NULL), FLX_OK, "%s",
                 flx_status_message(flx_tape_status(t)));
    flx_tape_destroy(t);
    const flx_program_description d = flx_program_describe(f);
    cr_assert_lt(d.value_slots, d.after[FLX_PASS_ORDER].slots, "nothing is placed");
    return both_of(f);
}

static flx_array whole(flx_tape *t, size_t rows, size_t cols, double value)
{
    double *v = malloc(rows * cols * sizeof *v);
    for (size_t k = 0; k < rows * cols; k++) v[k] = value;
    const flx_array a = flx_array_constant(t, rows, cols, v);
    free(v);
    return a;
}

static flx_array number(flx_var x) { return flx_array_scalar(x); }
static flx_var sum_of(flx_array x) { return flx_array_at(flx_array_sum(x, FLX_ALL), 0, 0); }

/* Slots that are used again, so that there is a schedule. */
static flx_var chain(flx_var x)
{
    flx_var y = x;
    for (int k = 0; k < 40; k++) y = flx_add(flx_sin(y), x);
    return y;
}

/* This flag among others, the same by both works. */
static void expect_flag(both *b, const double *x, unsigned flag)
{
    const unsigned flags = same_at(b, x, flx_flag_name(flag));
    cr_expect(flags & flag, "%s is not among %x", flx_flag_name(flag), flags);
}

/* ---- maps in strips ---- */

/* Only the last of the maps has rows that a strip must not cut. */
static size_t rows_last(flx_tape *t, const flx_var *x, flx_var *y)
{
    enum { ROWS = 100, COLS = 30 };
    double v[ROWS * COLS];
    for (size_t k = 0; k < ROWS * COLS; k++) v[k] = 0.001 * (double)k;
    const flx_array row = flx_array_mul(flx_array_constant(t, 1, COLS, v), number(x[1]));
    const flx_array a = flx_array_mul(flx_array_constant(t, ROWS, COLS, v), number(x[0]));
    const flx_array b = flx_array_sin(a), c = flx_array_mul(b, row);
    y[0] = sum_of(c);
    y[1] = flx_array_at(c, ROWS - 1, COLS - 1);
    y[2] = flx_array_at(c, 40, 3);
    return 3;
}

Test(placed, strips_take_whole_rows_for_the_last_map_too)
{
    both b = recorded(rows_last, 0);
    cr_expect_eq(flx_program_describe(b.f).strips, 3);
    cr_expect_eq(same_at(&b, (const double[N]){0.5, 2.0}, "rows"), 0);
    const double last = sin(2.999 * 0.5) * 0.029 * 2.0, middle = sin(1.203 * 0.5) * 0.003 * 2.0;
    cr_expect(fabs(b.y[0][1] - last) < 1e-15 && fabs(b.y[0][2] - middle) < 1e-15);
    forget(&b);
}

/* Both maps of all strips are at a jump, and nothing else is to be said. */
static size_t jumps(flx_tape *t, const flx_var *x, flx_var *y)
{
    const flx_array a =
        flx_array_cumsum(flx_array_mul(whole(t, 3000, 1, 1.0), number(x[0])), FLX_ROWS);
    y[0] = sum_of(flx_array_floor(flx_array_floor(a)));
    y[1] = chain(x[1]);
    return 2;
}

Test(placed, jumps_in_strips_are_flagged)
{
    both b = recorded(jumps, 0);
    cr_expect_eq(flx_program_describe(b.f).strips, 2);
    expect_flag(&b, (const double[N]){1.0, 1.0}, FLX_FLAG_JUMP);
    forget(&b);
}

/* A chain of maps that all read an array which none of them computes, of any shape. */
static void expect_thin(size_t rows, size_t cols)
{
    const size_t n = rows * cols;
    double *start = calloc(n, sizeof *start);
    flx_var *x = calloc(n, sizeof *x);
    flx_tape *t = NULL;
    flx_program *f = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_array first = flx_array_variable(t, rows, cols, start);
    flx_array a = first;
    for (size_t k = 0; k < n; k++) x[k] = flx_array_at(first, k / cols, k % cols);
    for (int k = 0; k < 10; k++) a = flx_array_sin(flx_array_mul(a, first));
    const flx_var y = sum_of(a);
    cr_assert_eq(flx_freeze(t, n, x, 1, &y, 0, &f, NULL), FLX_OK);
    const flx_program_description d = flx_program_describe(f);
    cr_expect_eq(d.strips, 20);
    cr_expect_lt(d.value_slots, 2 * n + 4 * 1024, "%zu x %zu: %zu", rows, cols, d.value_slots);
    flx_program_release(f);
    flx_tape_destroy(t);
    free(x);
    free(start);
}

/* The inputs, the last result, and strips of what is between: nothing else is kept whole. */
Test(placed, strips_read_arrays_that_they_do_not_compute)
{
    expect_thin(1, 20000);
    expect_thin(20000, 1);
    expect_thin(100, 200);
}

/* ---- arrays ---- */

/* The last element alone overflows, and no output shows it. */
static size_t sums(flx_tape *t, const flx_var *x, flx_var *y)
{
    const flx_array a =
        flx_array_cumsum(flx_array_mul(whole(t, 100, 1, 1.0), number(x[0])), FLX_COLS);
    y[0] = sum_of(flx_array_div(number(x[1]), a));
    y[1] = chain(x[2]);
    return 2;
}

Test(placed, all_elements_of_an_array_are_looked_at)
{
    both b = recorded(sums, 0);
    const double good[N] = {1.7e306, 1.0, 1.0}, bad[N] = {1.805e306, 1.0, 1.0};
    cr_assert(99 * 1.805e306 < DBL_MAX);
    cr_expect_eq(same_at(&b, good, "good"), 0);
    expect_flag(&b, bad, FLX_FLAG_OVERFLOW);
    forget(&b);
}

/* ---- outputs ---- */

static size_t constants(flx_tape *t, const flx_var *x, flx_var *y)
{
    (void)t;
    y[0] = flx_constant(3.0);
    y[1] = chain(x[0]);
    y[2] = flx_constant(-0.0);
    y[3] = x[1];
    return 4;
}

Test(placed, outputs_may_be_constants_and_inputs)
{
    both b = recorded(constants, 0);
    cr_expect_eq(same_at(&b, (const double[N]){1.0, 2.0}, "constants"), 0);
    cr_expect(b.y[0][0] == 3.0 && b.y[0][2] == 0.0 && signbit(b.y[0][2]) && b.y[0][3] == 2.0);
    forget(&b);
}

/* ---- loops ---- */

static flx_program *product(void)
{
    flx_tape *t = NULL;
    flx_program *f = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 1.0), flx_variable(t, 2.0)}, y = flx_mul(x[0], x[1]);
    cr_assert_eq(flx_freeze(t, 2, x, 1, &y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

/* Each product is finite, their sum is not, and no output shows it. */
static size_t mapped(flx_tape *t, const flx_var *x, flx_var *y)
{
    flx_program *f = product();
    const flx_array rows = flx_array_mul(whole(t, 2, 1, 1.0), number(x[0]));
    y[0] = flx_div(x[2], flx_array_at(flx_map_sum(f, rows, number(x[1])), 0, 0));
    y[1] = chain(x[3]);
    flx_program_release(f);
    return 2;
}

Test(placed, sums_of_loops_are_looked_at)
{
    both b = recorded(mapped, 0);
    const double good[N] = {1e300, 1.0, 1.0, 1.0}, bad[N] = {1e308, 1.0, 1.0, 1.0};
    cr_expect_eq(same_at(&b, good, "good"), 0);
    expect_flag(&b, bad, FLX_FLAG_OVERFLOW);
    forget(&b);
}

/* A jump before a loop of which there is nothing to be said. */
static size_t jump_and_loop(flx_tape *t, const flx_var *x, flx_var *y)
{
    flx_program *f = product();
    const flx_var z = flx_floor(x[0]);
    const flx_array rows = flx_array_mul(whole(t, 20, 1, 1.0), number(flx_add(z, x[1])));
    y[0] = sum_of(flx_map(f, rows, number(x[1])));
    y[1] = chain(x[2]);
    flx_program_release(f);
    return 2;
}

Test(placed, loops_forget_nothing)
{
    both b = recorded(jump_and_loop, 0);
    cr_expect_eq(same_at(&b, (const double[N]){0.5, 1.0, 1.0}, "none"), 0);
    expect_flag(&b, (const double[N]){1.0, 1.0, 1.0}, FLX_FLAG_JUMP);
    forget(&b);
}

/* ---- accumulators ---- */

/* An accumulator overflows in the last instruction, and is an output. */
static size_t gradients(flx_tape *t, const flx_var *x, flx_var *y)
{
    const flx_var z[2] = {flx_add(x[0], 1.0), flx_add(x[0], 2.0)};
    (void)t;
    y[0] = chain(x[3]);
    cr_assert_eq(flx_grad_seeded(2, z, x + 1, 1, x, y + 1, FLX_CREATE_GRAPH), FLX_OK);
    return 2;
}

Test(placed, accumulators_are_looked_at_in_the_end)
{
    both b = recorded(gradients, 0);
    const double good[N] = {1.0, 1e300, 1e300, 1.0}, bad[N] = {1.0, 1.5e308, 1.5e308, 1.0};
    cr_expect_eq(same_at(&b, good, "good"), 0);
    same_at(&b, bad, "bad");
    cr_expect(isinf(b.y[0][1]));
    forget(&b);
}
