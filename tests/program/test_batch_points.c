/* Batches: guards and flags point by point, sums, what is refused, and memory that is. */
#define _POSIX_C_SOURCE 200809L /* setenv */

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "batch_programs.h"
#include "bodies.h"
#include "hostile_expect.h"
#include "reference.h"
#include "reverse/rows.h"

static const double weights[BATCH_OUTPUTS] = {1.0, -0.5, 2.0, 0.25};

/* ---- guards ---- */

/* x0*x1 where x0 < x1 and x1 < 2, as recorded; labels tell the comparisons. */
static flx_program *guarded(void)
{
    flx_program *f = NULL;
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 1.0), flx_variable(t, 1.5)};
    flx_tape_label(t, "first");
    cr_assert(flx_var_lt(x[0], x[1]));
    const flx_var y = flx_var_mul(x[0], x[1]);
    flx_tape_label(t, "second");
    cr_assert_not(flx_var_ge_xc(x[1], 2.0));
    flx_tape_label(t, "neither");
    cr_assert_eq(flx_freeze(t, 2, x, 1, &y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

enum { GUARDED = 21 };

Test(batch_points, guards_that_flip)
{
    flx_program *f = guarded();
    flx_batch *b;
    double x[2 * GUARDED], y[GUARDED], g[2 * GUARDED], total = 0.0;
    unsigned flags[GUARDED];
    flx_report r;
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
    for (size_t i = 0; i < GUARDED; i++) {
        x[2 * i] = 0.25 + 0.01 * (double)i;
        x[2 * i + 1] = i == 7 ? 0.125 : i == 13 || i == 20 ? 2.5 : 1.0;
    }
    const flx_batch_in points = flx_in_rows(x, 2);
    const flx_batch_out to_y = flx_out_rows(y, 1), to_g = flx_out_rows(g, 2);
    cr_expect_eq(flx_gradient_batch(f, b, GUARDED, 1, &points, &to_y, 1, &to_g, flags, &r),
                 FLX_BRANCH_CHANGED);
    cr_expect(r.status == FLX_BRANCH_CHANGED && r.flags == FLX_FLAG_BRANCH && r.index == 7);
    cr_expect_str_eq(r.label, "first");
    cr_expect_str_eq(r.op, "lt");
    for (size_t i = 0; i < GUARDED; i++) {
        const int lost = i == 7 || i == 13 || i == 20;
        cr_expect_eq(flags[i], lost ? (unsigned)FLX_FLAG_BRANCH : 0u, "point %zu", i);
        if (lost) cr_expect(y[i] != y[i] && g[2 * i] != g[2 * i] && g[2 * i + 1] != g[2 * i + 1]);
        else cr_expect(y[i] == x[2 * i] * x[2 * i + 1] && g[2 * i] == x[2 * i + 1]);
    }
    /* Sums of what is lost are lost; without flags and report the status still says so. */
    const flx_batch_out sum = flx_out_sum(&total, 1);
    cr_expect_eq(flx_eval_batch(f, b, 8, 1, &points, 1, &sum, NULL, NULL), FLX_BRANCH_CHANGED);
    cr_expect(total != total);
    cr_expect_eq(flx_eval_batch(f, b, 7, 1, &points, 1, &sum, flags, &r), FLX_OK);
    cr_expect(total == total && r.flags == 0);
    /* The repeated last point of an unfinished group raises nothing. */
    cr_expect_eq(flx_eval_batch(f, b, 13, 1, &points, 1, &to_y, flags, &r), FLX_BRANCH_CHANGED);
    cr_expect_eq(flags[12], 0u);
    /* Labels are those of the comparisons, whatever is labelled before the next operation. */
    const flx_batch_in last = flx_in_rows(x + 2 * 8, 2);
    cr_expect_eq(flx_eval_batch(f, b, 6, 1, &last, 1, &to_y, flags, &r), FLX_BRANCH_CHANGED);
    cr_expect(r.index == 5 && strcmp(r.op, "ge") == 0 && strcmp(r.label, "second") == 0);
    flx_batch_destroy(b);
    flx_program_release(f);
}

/* A map over rows (a, b) and (b, a) of what branches where its first operand is 2: the product a b
 * twice, labelled "branch" within. deep: called as a program itself. */
static flx_program *map_of_branches(int deep)
{
    flx_program *inner = body_program(&body_branch), *f = NULL;
    flx_tape *t;
    flx_var y;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 1.0), flx_variable(t, 1.5)};
    const flx_var rows[4] = {x[0], x[1], x[1], x[0]};
    y = flx_array_at(flx_map_sum(inner, flx_array_pack(t, 2, 2, rows), flx_array_empty()), 0, 0);
    cr_assert_eq(flx_freeze(t, 2, x, 1, &y, 0, &f, NULL), FLX_OK);
    flx_program_release(inner);
    if (deep) {
        inner = f;
        flx_tape_label(t, "outer");
        cr_assert_eq(flx_call_scalars(inner, x, &y), FLX_OK);
        cr_assert_eq(flx_freeze(t, 2, x, 1, &y, 0, &f, NULL), FLX_OK);
        flx_program_release(inner);
    }
    flx_tape_destroy(t);
    return f;
}

/* Points at which a guard within flips are lost, the others are not. */
Test(batch_points, guards_that_flip_within_programs)
{
    for (int deep = 0; deep < 2; deep++) {
        flx_program *f = map_of_branches(deep);
        flx_batch *b;
        flx_work *w;
        double x[2 * GUARDED], y[GUARDED], g[2 * GUARDED];
        unsigned flags[GUARDED];
        flx_report r, one;
        cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 1, &w), FLX_OK);
        for (size_t i = 0; i < GUARDED; i++) {
            x[2 * i] = i == 9 || i == 20 ? 3.0 : 0.25 + 0.01 * (double)i;
            x[2 * i + 1] = i == 5 || i == 20 ? 2.5 : i == 11 ? (double)NAN : 1.0;
        }
        const flx_batch_in points = flx_in_rows(x, 2);
        const flx_batch_out to_y = flx_out_rows(y, 1), to_g = flx_out_rows(g, 2);
        cr_expect_eq(flx_gradient_batch(f, b, GUARDED, 1, &points, &to_y, 1, &to_g, flags, &r),
                     FLX_BRANCH_CHANGED);
        cr_expect(r.status == FLX_BRANCH_CHANGED && r.index == 5);
        cr_expect_str_eq(r.label, "branch");
        cr_expect_str_eq(r.op, "lt");
        for (size_t i = 0; i < GUARDED; i++) {
            double value, gradient[2];
            const flx_status status = flx_gradient(f, w, x + 2 * i, &value, gradient, &one);
            const int lost = i == 5 || i == 9 || i == 11 || i == 20; /* NaN < 2 does not hold */
            cr_expect_eq(status, lost ? FLX_BRANCH_CHANGED : FLX_OK);
            cr_expect_eq(flags[i], one.flags, "point %zu: %x for %x", i, flags[i], one.flags);
            cr_expect(ref_same(y[i], value) && ref_same(g[2 * i], gradient[0])
                          && ref_same(g[2 * i + 1], gradient[1]),
                      "deep %d, point %zu: %g for %g", deep, i, y[i], value);
        }
        /* All of a group. */
        for (size_t i = 0; i < GUARDED; i++) x[2 * i] = 2.0;
        cr_expect_eq(flx_eval_batch(f, b, GUARDED, 1, &points, 1, &to_y, flags, &r),
                     FLX_BRANCH_CHANGED);
        for (size_t i = 0; i < GUARDED; i++) cr_expect(y[i] != y[i] && flags[i] == FLX_FLAG_BRANCH);
        flx_work_destroy(w);
        flx_batch_destroy(b);
        flx_program_release(f);
    }
}

/* ---- flags ---- */

static const double delicate[] = {
    0.0,   -0.0, 1.0, 0.75,   -1.0,   0.5, 1e300,       -1e300,           5e-324,
    710.0, -2.0, 2.0, -745.5, 1e-300, 7.0, (double)NAN, (double)INFINITY, -(double)INFINITY};
enum { DELICATE = sizeof delicate / sizeof *delicate };

static void flags_of(const batch_case *c, flx_isa isa)
{
    flx_program *f = batch_program(c, NULL);
    flx_work *w;
    flx_batch *b;
    double x[DELICATE * BATCH_INPUTS], y[DELICATE * BATCH_INPUTS];
    unsigned values[DELICATE], firsts[DELICATE], all = 0;
    flx_report r;
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    const flx_batch_options options = {.isa = isa};
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, &options, &b), FLX_OK);
    const flx_batch_in points = flx_in_rows(x, c->inputs),
                       weight = flx_in_shared(weights, c->outputs);
    const flx_batch_out to_y = flx_out_rows(y, c->outputs), to_g = flx_out_rows(y, c->inputs);
    for (size_t j = 0; j < c->inputs; j++) {
        for (size_t i = 0; i < DELICATE; i++)
            for (size_t k = 0; k < c->inputs; k++)
                x[i * c->inputs + k] = k == j ? delicate[i] : 1.0;
        flx_eval_batch(f, b, DELICATE, 1, &points, 1, &to_y, values, NULL);
        flx_vjp_batch(f, b, DELICATE, 1, &points, 1, &weight, 1, &to_g, firsts, &r);
        for (size_t i = 0; i < DELICATE; i++) {
            flx_report one;
            flx_eval(f, w, x + i * c->inputs, y, &one);
            cr_expect_eq(values[i], one.flags, "%s: input %zu %g: %x for %x", c->name, j,
                         delicate[i], values[i], one.flags);
            flx_vjp(f, w, NULL, weights, y, &one);
            cr_expect_eq(firsts[i], one.flags, "%s: input %zu %g: %x for %x", c->name, j,
                         delicate[i], firsts[i], one.flags);
            all |= one.flags;
        }
        cr_expect_eq(r.status, FLX_OK);
    }
    cr_expect(all != 0, "%s has no delicate points", c->name);
    flx_batch_destroy(b);
    flx_work_destroy(w);
    flx_program_release(f);
}

Test(batch_points, flags_are_those_of_one_point)
{
    for (size_t k = 0; k < batch_case_count; k++) {
        flags_of(&batch_cases[k], FLX_ISA_BASE);
        flags_of(&batch_cases[k], FLX_ISA_BEST);
    }
}

Test(batch_points, the_report_names_the_first_flag)
{
    flx_program *f = batch_program(&batch_cases[1], NULL);
    flx_batch *b;
    double x[30], y[30];
    flx_report r;
    cr_assert_eq(flx_batch_create(f, FLX_WORK_VALUE, NULL, &b), FLX_OK);
    for (size_t i = 0; i < 30; i++) x[i] = 1.0;
    x[3 * 6 + 2] = -1.0; /* a pole of the gamma function */
    const flx_batch_in points = flx_in_rows(x, 3);
    const flx_batch_out to = flx_out_rows(y, 3);
    cr_expect_eq(flx_eval_batch(f, b, 10, 1, &points, 1, &to, NULL, &r), FLX_OK);
    cr_expect(r.index == 6 && r.flags == FLX_FLAG_POLE && strcmp(r.op, "lgamma") == 0);
    flx_batch_destroy(b);
    flx_program_release(f);
}

/* Flags are found at the point as it is with the batch's own parameters. */
Test(batch_points, flags_follow_the_parameters)
{
    flx_tape *t;
    flx_program *f = NULL;
    flx_batch *b;
    unsigned flags[3];
    const double x[3] = {1.0, 2.0, 3.0}, pole = -2.0;
    double y[3];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var v = flx_variable(t, 1.0), p = flx_parameter(t, -1.0);
    const flx_var z = flx_var_div_cx(1.0, flx_var_add(v, p));
    cr_assert_eq(flx_freeze(t, 1, &v, 1, &z, 0, &f, NULL), FLX_OK);
    const flx_batch_in points = flx_in_rows(x, 1);
    const flx_batch_out to = flx_out_rows(y, 1);
    for (unsigned threads = 1; threads <= 2; threads++) {
        const flx_batch_options options = {.threads = threads};
        cr_assert_eq(flx_batch_create(f, FLX_WORK_VALUE, &options, &b), FLX_OK);
        for (size_t at = 0; at < 2; at++) { /* as recorded, then those set */
            if (at) cr_assert_eq(flx_batch_set_parameters(f, b, &pole), FLX_OK);
            cr_expect_eq(flx_eval_batch(f, b, 3, 1, &points, 1, &to, flags, NULL), FLX_OK);
            for (size_t i = 0; i < 3; i++)
                cr_expect_eq(flags[i], i == at ? (unsigned)FLX_FLAG_POLE : 0u, "point %zu", i);
        }
        flx_batch_destroy(b);
    }
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(batch_points, an_output_without_inputs)
{
    flx_program *f = NULL;
    flx_batch *b;
    flx_tape *t;
    double x[3] = {1.0, 2.0, 3.0}, g[3];
    unsigned flags[3];
    flx_tape_create(NULL, &t);
    const flx_var v = flx_variable(t, 1.0), y = flx_constant(4.0);
    cr_assert_eq(flx_freeze(t, 1, &v, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
    const flx_batch_in points = flx_in_rows(x, 1);
    const flx_batch_out to = flx_out_rows(g, 1), values = flx_out_rows(x, 1);
    cr_expect_eq(flx_gradient_batch(f, b, 3, 1, &points, NULL, 1, &to, flags, NULL), FLX_OK);
    for (int i = 0; i < 3; i++) cr_expect(g[i] == 0.0 && flags[i] == FLX_FLAG_ZEROGRAD);
    cr_expect_eq(flx_eval_batch(f, b, 3, 1, &points, 1, &values, flags, NULL), FLX_OK);
    for (int i = 0; i < 3; i++) cr_expect(x[i] == 4.0 && flags[i] == 0);
    flx_batch_destroy(b);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* ---- sums ---- */

enum { MANY = 2500 };

/* By the order that the header promises: 16 strided partial sums of each block of 1024, a tree, and
 * the blocks one after the other. */
static double promised(const double *x, size_t count)
{
    double sum = 0.0;
    for (size_t first = 0; first < count; first += 1024) {
        double part[16] = {0.0};
        for (size_t k = 0; k < 1024 && first + k < count; k++) part[k % 16] += x[first + k];
        for (int width = 8; width > 0; width /= 2)
            for (int j = 0; j < width; j++) part[j] += part[j + width];
        sum += part[0];
    }
    return sum;
}

Test(batch_points, sums_in_the_promised_order_on_any_number_of_threads)
{
    static double x[MANY * BATCH_INPUTS], y[MANY], g[BATCH_INPUTS][MANY];
    const batch_case *c = &batch_cases[3];
    flx_program *f = batch_program(c, NULL);
    for (size_t i = 0; i < MANY * c->inputs; i++) x[i] = batch_sample(i, 1);
    const size_t counts[] = {0, 1, 7, 8, 9, 1023, 1024, 1025, 2048, MANY};
    const unsigned threads_of[] = {1, 2, 3, 4, 9};
    for (size_t j = 0; j < sizeof threads_of / sizeof *threads_of; j++) {
        const unsigned threads = threads_of[j];
        const flx_batch_options options = {.threads = threads};
        flx_batch *b;
        cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, &options, &b), FLX_OK);
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
            const size_t n = counts[k];
            double total[BATCH_OUTPUTS] = {1.0, 1.0, 1.0, 1.0}, gradient[2 * BATCH_INPUTS];
            const flx_batch_in points = flx_in_rows(x, c->inputs),
                               weight = flx_in_shared(weights, 4);
            const flx_batch_out each = {y, 1, 1, 1}, none = flx_out_none(3);
            const flx_batch_out first[2] = {each, none};
            const flx_batch_out sum_y = flx_out_sum(total, 4), sum_g = {gradient, 9, 0, 2};
            const flx_batch_out all_g = flx_out_columns(g[0], 9, MANY);
            flx_eval_batch(f, b, n, 1, &points, 2, first, NULL, NULL);
            flx_eval_batch(f, b, n, 1, &points, 1, &sum_y, NULL, NULL);
            flx_vjp_batch(f, b, n, 1, &points, 1, &weight, 1, &all_g, NULL, NULL);
            flx_vjp_batch(f, b, n, 1, &points, 1, &weight, 1, &sum_g, NULL, NULL);
            cr_expect(ref_same(total[0], promised(y, n)), "%zu points, %u threads", n, threads);
            for (size_t i = 0; i < 9; i++)
                cr_expect(ref_same(gradient[2 * i], promised(g[i], n)),
                          "%zu points, %u threads, %zu", n, threads, i);
        }
        flx_batch_destroy(b);
    }
    flx_program_release(f);
}

/* ---- threads ---- */

/* More blocks than there are sums kept at a time. */
enum { BLOCK = 1024, BLOCKS = 18, FAR = BLOCK * BLOCKS };

/* The reciprocal of x, where x < 100 (labelled "below") and x > -100 ("above"). */
static flx_program *fenced(void)
{
    flx_program *f = NULL;
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 1.0);
    flx_tape_label(t, "below");
    cr_assert(flx_var_lt_xc(x, 100.0));
    flx_tape_label(t, "above");
    cr_assert(flx_var_gt_xc(x, -100.0));
    flx_tape_label(t, "reciprocal");
    const flx_var y = flx_var_div_cx(1.0, x);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

/* Whatever thread meets it, and whatever others meet behind it: the report tells of the first point,
 * and has the flags of all. Only one block has a flag or flip of its own; each in turn, many times, so
 * that each thread comes by it. */
Test(batch_points, what_any_thread_meets_is_reported)
{
    static double x[FAR], y[FAR], g[FAR];
    static unsigned flags[FAR];
    const flx_batch_options options = {.threads = 4};
    const flx_batch_in points = flx_in_rows(x, 1);
    double total, slope;
    const flx_batch_out to = flx_out_rows(y, 1), to_g = flx_out_rows(g, 1);
    const flx_batch_out sum = flx_out_sum(&total, 1), slopes = flx_out_sum(&slope, 1);
    flx_program *f = fenced();
    flx_batch *b;
    flx_report r;
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, &options, &b), FLX_OK);
    for (size_t i = 0; i < FAR; i++) x[i] = 1.0 + (double)(i % 7);
    cr_assert_eq(flx_gradient_batch(f, b, FAR, 1, &points, &to, 1, &to_g, NULL, NULL), FLX_OK);
    const double want = promised(y, FAR - 1), want_slope = promised(g, FAR - 1);
    for (size_t k = 0; k < 10 * (size_t)BLOCKS; k++) {
        const size_t at = k % BLOCKS * BLOCK + 3, behind = FAR - 1;
        x[at] = x[behind] = 0.0;
        const size_t count = k / BLOCKS % 2 ? FAR : behind;
        cr_expect_eq(flx_eval_batch(f, b, count, 1, &points, 1, &to, flags, &r), FLX_OK);
        cr_expect(r.index == at && r.flags == FLX_FLAG_POLE && strcmp(r.label, "reciprocal") == 0);
        x[behind] = (double)NAN;
        x[at] = k % 2 ? 101.0 : -101.0;
        cr_expect_eq(flx_eval_batch(f, b, FAR, 1, &points, 1, &to, flags, &r), FLX_BRANCH_CHANGED);
        cr_expect(r.index == at && r.flags == FLX_FLAG_BRANCH && r.status == FLX_BRANCH_CHANGED);
        cr_expect_str_eq(r.label, k % 2 ? "below" : "above", "block %zu", k);
        cr_expect(y[at] != y[at] && flags[at] == FLX_FLAG_BRANCH && flags[at + 1] == 0);
        x[at] = 1.0 + (double)(at % 7);
        cr_expect_eq(flx_gradient_batch(f, b, behind, 1, &points, &sum, 1, &slopes, NULL, &r),
                     FLX_OK);
        cr_expect(total == want && slope == want_slope && r.flags == 0, "%.17g for %.17g", total,
                  want);
    }
    flx_batch_destroy(b);
    flx_program_release(f);
}

/* ---- rows in pieces ---- */

/* More sums than there is memory for at a time, each row a piece of its own: those of one row alone. */
Test(batch_points, rows_in_many_pieces)
{
    enum { ROWS = 200, N = 4, M = 2, COUNT = 50 };
    static double x[COUNT * N], w[ROWS * M], sum[ROWS * N];
    flx_batch_in weight[ROWS];
    flx_batch_out g[ROWS];
    flx_program *f = batch_program(&batch_cases[0], NULL);
    flx_batch *b;
    cr_assert(flx_inputs(f) == N && flx_outputs(f) == M);
    for (size_t k = 0; k < COUNT * N; k++) x[k] = batch_sample(k / N, k % N);
    for (size_t k = 0; k < ROWS * M; k++) w[k] = batch_sample(k, 7) - 0.75;
    for (size_t k = 0; k < ROWS; k++) {
        weight[k] = flx_in_shared(w + k * M, M);
        g[k] = flx_out_sum(sum + k * N, N);
    }
    const flx_batch_in points = flx_in_rows(x, N);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
    cr_expect_eq(flx_vjps_batch(f, b, COUNT, 1, &points, ROWS, ROWS, weight, ROWS, g, NULL, NULL),
                 FLX_OK);
    for (size_t k = 0; k < ROWS; k++) {
        double alone[N];
        const flx_batch_out to = flx_out_sum(alone, N);
        cr_expect_eq(flx_vjp_batch(f, b, COUNT, 1, &points, 1, &weight[k], 1, &to, NULL, NULL),
                     FLX_OK);
        cr_expect(memcmp(alone, sum + k * N, sizeof alone) == 0, "row %zu", k);
    }
    flx_batch_destroy(b);
    flx_program_release(f);
}

/* ---- what is refused ---- */

Test(batch_points, wrong_arguments)
{
    flx_program *f = batch_program(&batch_cases[0], NULL), *other = guarded();
    flx_batch *b, *value;
    double x[4] = {1.0, 1.0, 1.0, 1.0}, y[4] = {5.0, 5.0, 5.0, 5.0}, jac[8];
    const flx_batch_out rows = flx_out_rows(jac, 8); /* of two outputs: a Jacobian */
    const flx_batch_in in = flx_in_rows(x, 4), less = flx_in_rows(x, 3), none = {NULL, 4, 4, 1};
    const flx_batch_in weight = flx_in_shared(x, 2);
    const flx_batch_out out = flx_out_rows(y, 2), g = flx_out_rows(y, 4);
    const flx_batch_options unknown = {.isa = (flx_isa)9};
    flx_report r;
    cr_expect_eq(flx_batch_create(NULL, FLX_WORK_VALUE, NULL, &b), FLX_EARG);
    cr_expect_eq(flx_batch_create(f, FLX_WORK_VALUE, NULL, NULL), FLX_EARG);
    cr_expect_eq(flx_batch_create(f, FLX_WORK_JET, NULL, &b), FLX_EARG);
    cr_expect_eq(flx_batch_create(f, FLX_WORK_VALUE, &unknown, &b), FLX_EARG);
    cr_expect_null(b);
    flx_batch_destroy(NULL);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_VALUE, NULL, &value), FLX_OK);
    flx_batch *refused = value;
    cr_expect_eq(flx_batch_create(f, FLX_WORK_VALUE, &unknown, &refused), FLX_EARG);
    cr_expect_null(refused);
    cr_expect_eq(flx_eval_batch(NULL, b, 1, 1, &in, 1, &out, NULL, &r), FLX_EARG);
    cr_expect_eq(r.status, FLX_EARG);
    cr_expect_eq(flx_eval_batch(f, NULL, 1, 1, &in, 1, &out, NULL, NULL), FLX_EARG);
    cr_expect_eq(flx_eval_batch(f, b, 1, 1, NULL, 1, &out, NULL, NULL), FLX_EARG);
    r = (flx_report){.flags = FLX_FLAG_POLE, .label = "before"};
    cr_expect_eq(flx_eval_batch(f, b, 1, 1, &none, 1, &out, NULL, &r), FLX_EARG);
    cr_expect(r.status == FLX_EARG && r.flags == 0 && r.label == NULL);
    cr_expect_eq(flx_eval_batch(f, b, 1, 1, &in, 1, NULL, NULL, NULL), FLX_EARG);
    cr_expect_eq(flx_eval_batch(f, b, 1, 1, &less, 1, &out, NULL, &r), FLX_EDIM);
    cr_expect_eq(flx_eval_batch(f, b, 1, 1, &in, 1, &g, NULL, &r), FLX_EDIM);
    cr_expect_eq(flx_eval_batch(other, b, 1, 1, &in, 1, &out, NULL, &r), FLX_EWORK);
    cr_expect_eq(flx_vjp_batch(f, value, 1, 1, &in, 1, &weight, 1, &g, NULL, &r), FLX_EWORK);
    cr_expect_eq(flx_vjp_batch(f, b, 1, 1, &in, 0, NULL, 1, &g, NULL, &r), FLX_EDIM);
    cr_expect_eq(flx_vjp_batch(f, b, 1, 1, &in, 1, &in, 1, &g, NULL, &r), FLX_EDIM);
    cr_expect_eq(flx_gradient_batch(f, b, 1, 1, &in, NULL, 1, &g, NULL, &r), FLX_EDIM);
    cr_expect_eq(flx_gradient_batch(f, b, 1, 1, &in, NULL, 1, &rows, NULL, &r), FLX_EDIM);
    cr_expect_eq(r.status, FLX_EDIM);
    cr_expect_eq(flx_batch_set_parameters(NULL, b, NULL), FLX_EARG);
    cr_expect_eq(flx_batch_set_parameters(other, b, NULL), FLX_EWORK);
    for (int k = 0; k < 4; k++) cr_expect_eq(y[k], 5.0);
    cr_expect_str_eq(flx_isa_name(FLX_ISA_AVX512), "avx512");
    cr_expect_str_eq(flx_isa_name((flx_isa)9), "unknown");
    cr_expect(flx_isa_is_available(FLX_ISA_BEST) && flx_isa_is_available(FLX_ISA_BASE));
    cr_expect_not(flx_isa_is_available((flx_isa)9));
    flx_batch_destroy(b);
    flx_batch_destroy(value);
    flx_program_release(f);
    flx_program_release(other);
}

/* What runs y strictly, a function of x. */
static flx_isa strict_isa(flx_tape *t, flx_var x, flx_var y)
{
    const flx_batch_options strict = {.strict = 1};
    flx_program *f;
    flx_batch *b;
    cr_assert_eq(flx_tape_status(t), FLX_OK);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_VALUE, &strict, &b), FLX_OK);
    const flx_isa isa = flx_batch_isa(b);
    flx_batch_destroy(b);
    flx_program_release(f);
    return isa;
}

/* Arithmetic is the same everywhere; where others have functions of their own, libm's are the base set's. */
Test(batch_points, strict_batches_of_arithmetic_run_by_the_best_set)
{
    flx_program *f = batch_program(&batch_cases[0], NULL);
    flx_batch *best;
    flx_tape *t;
    cr_assert_eq(flx_batch_create(f, FLX_WORK_VALUE, NULL, &best), FLX_OK);
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 2.0);
    const flx_var ratio = flx_div(flx_square(x), flx_add(x, 1.0)), e = flx_exp(x);
    cr_expect_eq(strict_isa(t, x, ratio), flx_batch_isa(best));
    const flx_var wave = flx_mul(flx_sin(x), x);
    const flx_isa libm = flx_op_is_inexact(OP_exp) ? FLX_ISA_BASE : flx_batch_isa(best);
    cr_expect_eq(strict_isa(t, x, e), libm);
    cr_expect_eq(strict_isa(t, x, wave), libm);
    flx_tape_destroy(t);
    flx_batch_destroy(best);
    flx_program_release(f);
}

Test(batch_points, the_environment_names_an_instruction_set)
{
    flx_program *f = batch_program(&batch_cases[0], NULL);
    const flx_batch_options chosen = {.isa = FLX_ISA_BASE};
    flx_batch *b;
    setenv("FLX_ISA", "base", 1);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_VALUE, NULL, &b), FLX_OK);
    cr_expect_eq(flx_batch_isa(b), FLX_ISA_BASE);
    flx_batch_destroy(b);
    setenv("FLX_ISA", "sse9", 1);
    cr_expect_eq(flx_batch_create(f, FLX_WORK_VALUE, NULL, &b), FLX_EARG);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_VALUE, &chosen, &b), FLX_OK);
    flx_batch_destroy(b);
    unsetenv("FLX_ISA");
    flx_program_release(f);
}

/* ---- memory that is refused ---- */

static int use(const flx_allocator *allocator, size_t request, void *ctx)
{
    const flx_batch_options options = {.threads = 3};
    const double x[4] = {1.0, 1.0, 1.0, 1.0};
    double y[2];
    flx_program *f = batch_program(&batch_cases[0], allocator);
    flx_batch *b = NULL;
    (void)request, (void)ctx;
    if (!f) return 0;
    const flx_status status = flx_batch_create(f, FLX_WORK_FIRST, &options, &b);
    cr_expect(status == FLX_OK || (status == FLX_ENOMEM && !b));
    if (b) {
        const flx_batch_in in = flx_in_rows(x, 4);
        const flx_batch_out out = flx_out_rows(y, 2);
        cr_expect_eq(flx_eval_batch(f, b, 1, 1, &in, 1, &out, NULL, NULL), FLX_OK);
    }
    flx_batch_destroy(b);
    flx_program_release(f);
    return status == FLX_OK;
}

Test(batch_points, every_refused_request_is_a_status) { hostile_expect(9, 0, use, NULL); }
