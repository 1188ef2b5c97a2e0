/* Works for values alone use slots again, and execute neighbouring maps in strips: what they say is, bit for
 * bit, what works with a slot for every intermediate do. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/compose.h>
#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

#include "batch_programs.h"
#include "both_works.h"
#include "hostile.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
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

static flx_var sum_of(flx_array x) { return flx_array_at(flx_array_sum(x, FLX_ALL), 0, 0); }

static size_t value_slots(const flx_program *f) { return flx_program_describe(f).value_slots; }
static size_t all_slots(const flx_program *f)
{
    return flx_program_describe(f).after[FLX_PASS_ORDER].slots;
}

/* ---- programs of all kinds ---- */

enum { POINTS = 24 };
static const double odd[] = {0.0,         -0.0,  1.0,    -1.0, (double)INFINITY, -(double)INFINITY,
                             (double)NAN, 1e300, 5e-324, 2.0};

static void sample(size_t point, size_t n, double *x)
{
    for (size_t k = 0; k < n; k++) x[k] = batch_sample(point, k);
    if (point % 3 == 1) x[point / 3 % n] = odd[point / 3 % (sizeof odd / sizeof *odd)];
    if (point % 3 == 2)
        for (size_t k = 0; k < n; k++) x[k] = odd[(point + k) % (sizeof odd / sizeof *odd)];
}

static void compare(flx_program *f, const char *name)
{
    double x[BATCH_INPUTS], p[8];
    both b = both_of(f);
    char what[80];
    for (size_t point = 0; point < POINTS; point++) {
        sample(point, flx_inputs(f), x);
        snprintf(what, sizeof what, "%s, point %zu", name, point);
        same_at(&b, x, what);
        same_at(&b, NULL, what);
        if (point % 5 == 0)
            for (int k = 0; k < 2; k++) flx_work_clear_flags(b.w[k]);
        if (point % 7 || flx_parameters(f) > 8) continue;
        for (size_t k = 0; k < 8; k++) p[k] = 0.25 + 0.125 * (double)(k + point);
        for (int k = 0; k < 2; k++) flx_work_set_parameters(f, b.w[k], point % 2 ? NULL : p);
    }
    forget(&b);
}

static flx_program *record_case(const batch_case *c, unsigned flags)
{
    flx_var x[BATCH_INPUTS], y[BATCH_OUTPUTS];
    flx_tape *t = new_tape();
    for (size_t k = 0; k < c->inputs; k++) x[k] = flx_variable(t, batch_sample(0, k));
    c->record(t, x, y);
    flx_program *f = frozen(t, c->inputs, x, c->outputs, y, flags);
    flx_tape_destroy(t);
    return f;
}

Test(schedule, values_flags_and_reports_are_the_same)
{
    static const unsigned flags[] = {0, FLX_KEEP_ALL & ~FLX_KEEP_SLOTS, FLX_KEEP_MIXED,
                                     FLX_IN_RUNS};
    size_t scheduled = 0;
    for (size_t k = 0; k < batch_case_count; k++) {
        for (size_t j = 0; j < sizeof flags / sizeof *flags; j++) {
            flx_program *f = record_case(&batch_cases[k], flags[j] | FLX_REUSE_SLOTS);
            scheduled += value_slots(f) < all_slots(f);
            compare(f, batch_cases[k].name);
        }
    }
    cr_expect_gt(scheduled, 2 * batch_case_count, "%zu of %zu", scheduled, 4 * batch_case_count);
}

/* ---- maps in strips ---- */

static uint64_t random_next(uint64_t *s)
{
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return *s >> 33;
}

enum { ARRAYS = 14, SCALARS = 3 };

/* An operand of the shape of x, or one that broadcasts to it. */
static flx_array operand(uint64_t *s, size_t arrays, const flx_array *a, const flx_array *small)
{
    const flx_array x = a[random_next(s) % arrays];
    const size_t rows = x.rows, cols = x.cols;
    switch (random_next(s) % 10) {
    case 0: return small[random_next(s) % SCALARS];
    case 1: return flx_array_row(x, rows - 1);
    case 2: return flx_array_col(x, cols - 1);
    case 3: return rows == cols ? flx_array_transpose(x) : x;
    case 4: return flx_array_slice(x, rows > 1 ? 1 : 0, 0, rows > 1 ? rows - 1 : 1, cols, 1, 1);
    default: return x;
    }
}

/* Shapes are made equal again where a slice has one row less. */
static flx_array fit(flx_array x, flx_array y)
{
    if (x.rows <= 1 || y.rows <= 1 || x.rows == y.rows) return x;
    return flx_array_row(x, 0);
}

static flx_array random_map(uint64_t *s, flx_array x, flx_array y)
{
    const flx_array u = fit(x, y), v = fit(y, u);
    switch (random_next(s) % 9) {
    case 0: return flx_array_add(u, v);
    case 1: return flx_array_sub(u, v);
    case 2: return flx_array_mul(u, v);
    case 3: return flx_array_div(u, v);
    case 4: return flx_array_tanh(u);
    case 5: return flx_array_mul(u, flx_array_scalar(flx_constant(0.75)));
    case 6: return flx_array_sqrt(u);
    case 7: return flx_array_floor(v);
    default: return flx_array_select(u, v, u);
    }
}

/* Maps of arrays of this shape, of which few are outputs. */
static flx_program *random_maps(uint64_t seed, size_t rows, size_t cols, unsigned flags)
{
    uint64_t s = seed;
    flx_tape *t = new_tape();
    double *start = calloc(rows * cols, sizeof *start);
    flx_var x[SCALARS], y[3];
    flx_array a[ARRAYS], small[SCALARS];
    for (size_t k = 0; k < rows * cols; k++) start[k] = 1.0 + 0.5 * sin((double)k);
    for (size_t k = 0; k < SCALARS; k++) {
        x[k] = flx_variable(t, 0.5 + 0.25 * (double)k);
        small[k] = flx_array_scalar(x[k]);
    }
    a[0] = flx_array_mul(flx_array_constant(t, rows, cols, start), small[0]);
    for (size_t k = 1; k < ARRAYS; k++) {
        do a[k] = random_map(&s, operand(&s, k, a, small), operand(&s, k, a, small));
        while (a[k].rows != rows || a[k].cols != cols);
    }
    y[0] = sum_of(a[ARRAYS - 1]);
    y[1] = flx_array_at(a[ARRAYS / 2], rows / 2, cols / 2);
    y[2] = sum_of(a[random_next(&s) % ARRAYS]);
    flx_program *f = frozen(t, SCALARS, x, 3, y, flags);
    flx_tape_destroy(t);
    free(start);
    return f;
}

Test(schedule, maps_in_strips_have_the_same_bits)
{
    static const size_t shape[][2] = {{1, 1025}, {1024, 1}, {1, 3071}, {33, 33},
                                      {5000, 1}, {300, 7},  {2, 1500}, {40, 40}};
    size_t strips = 0, flagged = 0;
    for (uint64_t seed = 1; seed <= 160; seed++) {
        const size_t *size = shape[seed % 8];
        flx_program *f = random_maps(seed, size[0], size[1], FLX_REUSE_SLOTS);
        const double x[4][SCALARS] = {
            {0.5, 0.75, 1.0}, {-0.5, 2.0, 0.25}, {0.0, 1.0, -1.0}, {1e300, (double)NAN, 3.0}};
        char what[40];
        both b = both_of(f);
        strips += flx_program_describe(f).strips;
        snprintf(what, sizeof what, "seed %u", (unsigned)seed);
        for (int k = 0; k < 4; k++) flagged += same_at(&b, x[k], what) != 0;
        same_at(&b, x[0], what);
        forget(&b);
    }
    cr_expect_gt(strips, 400, "%zu", strips);
    cr_expect_gt(flagged, 100, "%zu", flagged);
}

/* An infinity that no output shows. */
Test(schedule, what_no_output_shows_is_flagged)
{
    flx_tape *t = new_tape();
    const size_t n = 4000;
    double *start = calloc(n, sizeof *start);
    const flx_var x = flx_variable(t, 1.0);
    FLX_HERE(t);
    const flx_array a = flx_array_add(flx_array_constant(t, n, 1, start), flx_array_scalar(x));
    const flx_array b = flx_array_exp(a), c = flx_array_fmin(b, a);
    const flx_array d = flx_array_mul(c, flx_array_scalar(flx_constant(2.0)));
    const flx_var y = sum_of(d);
    flx_program *f = frozen(t, 1, &x, 1, &y, FLX_REUSE_SLOTS);
    both w = both_of(f);
    const double good = 2.0, bad = 1000.0;
    cr_expect_lt(value_slots(f), 3 * n);
    cr_expect_eq(flx_program_describe(f).strips, 4);
    cr_expect_eq(same_at(&w, &good, "good"), 0);
    cr_expect(isfinite(w.y[0][0]));
    const unsigned flags = same_at(&w, &bad, "bad");
    cr_expect_eq(flags & FLX_FLAG_OVERFLOW, FLX_FLAG_OVERFLOW);
    cr_expect(isfinite(w.y[0][0]));
    same_at(&w, &good, "good again");
    forget(&w);
    free(start);
    flx_tape_destroy(t);
}

/* ---- what has more slots than results ---- */

/* Of a state, a number of each step and a shared one: the next state, and a root. */
static flx_program *step_of(int guarded)
{
    flx_tape *t = new_tape();
    const flx_var x[3] = {flx_variable(t, 1.0), flx_variable(t, 0.5), flx_variable(t, 0.25)};
    FLX_HERE(t);
    const flx_var next = flx_add(flx_mul(x[0], flx_sin(x[1])), x[2]);
    const flx_var y[2] = {next, flx_sqrt(next)};
    if (guarded) cr_expect(flx_gt(next, 0.0));
    flx_program *f = frozen(t, 3, x, 2, y, 0);
    flx_tape_destroy(t);
    return f;
}

Test(schedule, loops_keep_no_states)
{
    enum { STEPS = 200 };
    for (int guarded = 0; guarded < 2; guarded++) {
        flx_program *step = step_of(guarded);
        flx_tape *t = new_tape();
        double rows[STEPS];
        for (size_t k = 0; k < STEPS; k++) rows[k] = 0.5 + 0.001 * (double)k;
        const flx_var x[2] = {flx_variable(t, 1.0), flx_variable(t, 0.25)};
        const flx_array all = flx_array_constant(t, STEPS, 1, rows);
        const flx_scanned s =
            flx_scan(step, STEPS, flx_array_scalar(x[0]), all, flx_array_scalar(x[1]), 0);
        const flx_array again = flx_array_mul(flx_array_exp(s.rows), flx_array_scalar(x[1]));
        const flx_var y[2] = {flx_add(flx_array_at(s.state, 0, 0), x[0]), sum_of(again)};
        flx_program *f = frozen(t, 2, x, 2, y, FLX_REUSE_SLOTS);
        const double point[][2] = {{1.0, 0.25}, {2.0, 0.5},  {-3.0, 0.125}, {(double)NAN, 1.0},
                                   {0.0, 0.0},  {1.0, -2.0}, {1.0, 0.25}};
        both b = both_of(f);
        unsigned flags = 0;
        cr_expect_lt(value_slots(f) + STEPS, all_slots(f));
        for (size_t k = 0; k < sizeof point / sizeof *point; k++)
            flags |= same_at(&b, point[k], guarded ? "guarded scan" : "scan");
        const unsigned want = guarded ? FLX_FLAG_BRANCH : FLX_FLAG_DOMAIN;
        cr_expect_eq(flags & want, want, "%d: %x", guarded, flags);
        forget(&b);
        flx_tape_destroy(t);
        flx_program_release(step);
    }
}

/* What calls compute within is not kept beside their results. */
Test(schedule, calls_share_what_they_compute_in)
{
    flx_tape *t = new_tape();
    flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)}, y = x[0];
    for (int k = 0; k < 50; k++) y = flx_sin(flx_mul(y, x[1]));
    flx_program *inner = frozen(t, 2, x, 1, &y, 0);
    flx_tape_destroy(t);
    t = new_tape();
    for (int k = 0; k < 2; k++) x[k] = flx_variable(t, 0.5 + k);
    flx_var z[20], sum = x[0];
    for (int k = 0; k < 20; k++) {
        const flx_var operands[2] = {x[0], flx_add(x[1], (double)k)};
        cr_assert_eq(flx_call_scalars(inner, operands, &z[k]), FLX_OK);
    }
    for (int k = 0; k < 20; k++) sum = flx_add(sum, z[k]);
    flx_program *f = frozen(t, 2, x, 1, &sum, FLX_REUSE_SLOTS);
    cr_expect_gt(all_slots(f), 2000);
    cr_expect_lt(value_slots(f), 250, "%zu", value_slots(f));
    compare(f, "calls");
    flx_tape_destroy(t);
    flx_program_release(inner);
}

/* Accumulators are looked at when they are complete, and are needed until then. */
Test(schedule, recorded_gradients)
{
    enum { N = 6 };
    flx_tape *t = new_tape();
    flx_var x[N], g[N], y[N];
    for (size_t k = 0; k < N; k++) x[k] = flx_variable(t, 0.5 + 0.1 * (double)k);
    const flx_array a = flx_array_pack(t, 2, 3, x);
    const flx_array b = flx_array_log(flx_array_matmul(a, flx_array_transpose(a)));
    flx_var z = flx_mul(sum_of(b), flx_sqrt(flx_mul(x[0], x[5])));
    for (int k = 0; k < 20; k++) z = flx_div(flx_sin(flx_mul(z, x[k % N])), x[(k + 1) % N]);
    cr_assert_eq(flx_grad(z, N, x, g, FLX_CREATE_GRAPH), FLX_OK);
    for (size_t k = 0; k < N; k++) y[k] = flx_mul(g[k], g[(k + 1) % N]);
    for (int k = 0; k < 2; k++) {
        flx_program *f = frozen(t, N, x, N, y, FLX_REUSE_SLOTS | (k ? FLX_KEEP_ALL : 0));
        cr_expect_lt(value_slots(f), all_slots(f) * 3 / 4);
        compare(f, "recorded gradient");
    }
    flx_tape_destroy(t);
}

/* What is not finite in an accumulator, or only in an input, and shows in no output. */
Test(schedule, what_hides_in_accumulators_is_flagged)
{
    flx_tape *t = new_tape();
    const flx_var x[4] = {flx_variable(t, 0.5), flx_variable(t, 2.0), flx_variable(t, 1.0),
                          flx_variable(t, 1.0)};
    const flx_var z[2] = {flx_sqrt(flx_mul(x[0], x[1])), flx_mul(x[0], x[1])};
    const flx_var seed[2] = {x[2], x[3]};
    flx_var g[2], y[2];
    cr_assert_eq(flx_grad_seeded(2, z, seed, 2, x, g, FLX_CREATE_GRAPH), FLX_OK);
    y[0] = flx_fmin(g[0], x[3]);
    y[1] = x[2];
    for (int k = 0; k < 40; k++) y[1] = flx_add(flx_sin(y[1]), x[3]); /* slots are used again */
    for (int k = 0; k < 2; k++) {
        flx_program *f = frozen(t, 4, x, 2, y, FLX_REUSE_SLOTS | (k ? FLX_KEEP_ALL : 0));
        both b = both_of(f);
        const double point[][4] = {{0.5, 2.0, 1.0, 1.0},
                                   {0.0, 2.0, 1.0, -1.0},
                                   {0.0, 0.0, 1.0, -1.0},
                                   {1.0, (double)INFINITY, 0.0, 0.0},
                                   {0.5, 2.0, 1.0, 1.0}};
        const unsigned want[] = {0, FLX_FLAG_POLE, FLX_FLAG_POLE, FLX_FLAG_INDETERMINATE, 0};
        for (size_t j = 0; j < sizeof want / sizeof *want; j++) {
            const unsigned flags = same_at(&b, point[j], "hidden");
            cr_expect_eq(flags & want[j], want[j], "%zu: %x", j, flags);
        }
        forget(&b);
    }
    flx_tape_destroy(t);
}

/* Sums that overflow in an accumulator alone, next to an exact zero that hides it. */
Test(schedule, accumulators_are_looked_at)
{
    flx_tape *t = new_tape();
    flx_var x[5], y, g, h;
    for (int k = 0; k < 5; k++) x[k] = flx_variable(t, 1.0 + k);
    const flx_var z[2] = {flx_add(x[0], 1.0), flx_add(x[0], 2.0)};
    cr_assert_eq(flx_grad_seeded(2, z, x + 1, 1, x, &g, FLX_CREATE_GRAPH), FLX_OK);
    const flx_var p = flx_mul(g, x[3]);
    cr_assert_eq(flx_grad_seeded(1, &p, x + 4, 1, x + 3, &h, FLX_CREATE_GRAPH), FLX_OK);
    y = h;
    for (int k = 0; k < 40; k++) y = flx_add(flx_sin(y), x[3]); /* slots are used again */
    flx_program *f = frozen(t, 5, x, 1, &y, FLX_REUSE_SLOTS);
    both b = both_of(f);
    const double good[5] = {1.0, 1.0, 1.0, 1.0, 0.0}, bad[5] = {1.0, 1.5e308, 1.5e308, 1.0, 0.0};
    cr_expect_lt(value_slots(f), all_slots(f));
    cr_expect_eq(same_at(&b, good, "good"), 0);
    cr_expect_eq(same_at(&b, bad, "bad"), FLX_FLAG_INDETERMINATE);
    forget(&b);
    flx_tape_destroy(t);
}

/* Points of which there is nothing to be said need no other work. */
Test(schedule, guards_are_looked_at)
{
    hostile h = {0};
    const flx_tape_options options = {.allocator = hostile_allocator(&h)};
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 1.0), flx_variable(t, 3.0)};
    flx_var y = flx_mul(x[0], x[1]);
    for (int k = 0; k < 50; k++) {
        const flx_var left = flx_sin(flx_mul(y, x[0])), right = flx_add(flx_square(left), x[1]);
        FLX_HERE(t);
        cr_expect(flx_lt(left, right));
        y = flx_sub(right, flx_mul(left, 0.5));
    }
    flx_program *f = frozen(t, 2, x, 1, &y, FLX_REUSE_SLOTS);
    both b = both_of(f);
    size_t changed = 0;
    const size_t requests = h.requests;
    cr_expect_lt(value_slots(f), all_slots(f));
    cr_expect_eq(same_at(&b, (const double[]){1.0, 3.0}, "where they were recorded"), 0);
    cr_expect_eq(h.requests, requests);
    for (int k = 0; k < 40; k++) {
        const double at[2] = {1.0 - 0.1 * k, 3.0 - 0.2 * k};
        changed += same_at(&b, at, "guards") != 0;
    }
    cr_expect_gt(changed, 5);
    cr_expect_lt(changed, 35);
    forget(&b);
    flx_tape_destroy(t);
    cr_expect_eq(h.bytes, 0);
}

/* ---- sizes ---- */

Test(schedule, a_chain_needs_few_slots)
{
    flx_tape *t = new_tape();
    const size_t n = 10000;
    double *start = calloc(n, sizeof *start);
    flx_var *x = calloc(n, sizeof *x);
    const flx_array first = flx_array_variable(t, n, 1, start);
    flx_array a = first;
    for (size_t k = 0; k < n; k++) x[k] = flx_array_at(first, k, 0);
    for (int k = 0; k < 20; k++) a = flx_array_sin(flx_array_mul(a, first));
    const flx_var y = sum_of(a);
    flx_program *f = frozen(t, n, x, 1, &y, 0), *kept = frozen(t, n, x, 1, &y, FLX_KEEP_SLOTS);
    cr_expect_gt(all_slots(f), 40 * n);
    cr_expect_lt(value_slots(f), 2 * n + 40 * 1024);
    cr_expect_eq(value_slots(kept), all_slots(kept));
    cr_expect_eq(flx_program_describe(f).strips, 40);
    cr_expect_eq(flx_program_describe(kept).strips, 0);
    flx_program_release(f);
    flx_program_release(kept);
    flx_tape_destroy(t);
    free(x);
    free(start);
}

/* What maps in strips leave behind is used again after them. */
Test(schedule, chains_use_slots_of_other_chains)
{
    flx_tape *t = new_tape();
    const size_t n = 5000;
    double *start = calloc(n, sizeof *start);
    const flx_var x = flx_variable(t, 0.5);
    flx_array a = flx_array_mul(flx_array_constant(t, n, 1, start), flx_array_scalar(x));
    for (int k = 0; k < 12; k++) {
        for (int j = 0; j < 3; j++) a = flx_array_add(flx_array_cos(a), flx_array_scalar(x));
        a = flx_array_cumsum(a, FLX_ROWS);
    }
    const flx_var y = sum_of(a);
    flx_program *f = frozen(t, 1, &x, 1, &y, 0);
    cr_expect_gt(all_slots(f), 80 * n);
    cr_expect_lt(value_slots(f), 4 * n + 20 * 1024, "%zu", value_slots(f));
    both b = both_of(f);
    same_at(&b, (const double[]){0.25}, "chains");
    forget(&b);
    flx_tape_destroy(t);
    free(start);
}

Test(schedule, scalars_are_used_again_where_that_is_wanted)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.5);
    flx_var y = x;
    for (int k = 0; k < 10000; k++) y = flx_sin(flx_mul(y, x));
    flx_program *f = frozen(t, 1, &x, 1, &y, FLX_REUSE_SLOTS), *plain = frozen(t, 1, &x, 1, &y, 0);
    char text[800];
    cr_expect_lt(value_slots(f), 100);
    cr_expect_gt(value_slots(plain), 20000);
    flx_program_text(f, text, sizeof text);
    cr_expect_not_null(strstr(text, "\nfor values alone "), "%s", text);
    flx_program_release(f);
    flx_program_release(plain);
    flx_tape_destroy(t);
}

/* ---- memory ---- */

static int use(const flx_allocator *allocator, size_t request, void *ctx)
{
    const flx_tape_options options = {.allocator = *allocator};
    flx_tape *t = NULL;
    flx_program *f = NULL;
    flx_work *w = NULL;
    double start[40] = {1.0, 2.0}, value[2] = {1.0, 0.0}, y = 0.0;
    (void)request, (void)ctx;
    flx_status status = flx_tape_create(&options, &t);
    if (status != FLX_OK) return 0;
    const flx_var x = flx_variable(t, 1.0);
    flx_array a = flx_array_mul(flx_array_constant(t, 40, 1, start), flx_array_scalar(x));
    for (int k = 0; k < 6; k++) a = flx_array_add(flx_array_exp(a), flx_array_scalar(x));
    const flx_var out = flx_add(flx_log(x), sum_of(a));
    status = flx_freeze(t, 1, &x, 1, &out, FLX_REUSE_SLOTS, &f, NULL);
    if (status == FLX_OK) status = flx_work_create(f, FLX_WORK_VALUE, 0, &w);
    for (int k = 0; k < 2 && status == FLX_OK; k++) status = flx_eval(f, w, &value[k], &y, NULL);
    cr_expect(status == FLX_OK || status == FLX_ENOMEM);
    if (w) { /* it can be used on */
        const flx_status again = flx_eval(f, w, &value[0], &y, NULL);
        cr_expect(again == FLX_OK || (status != FLX_OK && again == FLX_ENOMEM));
    }
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
    return status == FLX_OK;
}

Test(schedule, memory_may_be_refused)
{
    for (int lasting = 0; lasting < 2; lasting++) {
        const hostile_outcome o = hostile_refuse_each(lasting, 0, use, NULL);
        cr_expect(o.succeeded);
        cr_expect_eq(o.lossy, 0, "request %zu", o.lossy);
        cr_expect_gt(o.requests, 30);
    }
}
