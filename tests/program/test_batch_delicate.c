/* Batches of which every point is delicate, so that each is looked at alone: what is found there, and
 * that nothing of the other points, of their sums or of other threads is lost meanwhile. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/compose.h>
#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

enum { N = 40, KINKED = 35, POINTS = 4 * 1024 + 5 };

/* Small whole numbers, whose sums are exact. */
static double number(size_t i, size_t k) { return k == KINKED ? 0.0 : (double)((i + k) % 5) + 1.0; }
static double factor(size_t k) { return (double)(k % 3) + 1.0; }
static double direction(size_t k) { return (double)(k % 4) - 1.0; }

/* sum of factor(k)*max(x[k], -k - 10)^2, and |x[KINKED]|, which is at its kink at all points. */
static flx_program *squares(void)
{
    flx_tape *t;
    flx_program *f;
    flx_var x[N], y = flx_constant(0.0);
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < N; k++) x[k] = flx_variable(t, number(0, k));
    for (size_t k = 0; k < N; k++) {
        const flx_var z = flx_fmax(x[k], flx_constant(-10.0 - (double)k));
        y = flx_add(y, flx_mul(flx_square(z), factor(k)));
    }
    y = flx_add(y, flx_fabs(x[KINKED]));
    cr_assert_eq(flx_freeze(t, N, x, 1, &y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

/* The sums over all points of the value, the gradient and the products, and the flags, from inputs in
 * two pieces. */
static void expect_sums(flx_program *f, unsigned threads)
{
    static double low[POINTS * (N / 2)], high[POINTS * (N / 2)];
    static unsigned flags[POINTS];
    double y = 0.0, slope[N] = {0.0}, dir[N], sum_y, sum_slope[N], sum_product[N];
    const flx_batch_options options = {.threads = threads};
    flx_batch *b;
    flx_report report;
    cr_assert_eq(flx_batch_create(f, FLX_WORK_SECOND, &options, &b), FLX_OK);
    for (size_t k = 0; k < N; k++) {
        dir[k] = direction(k);
        for (size_t i = 0; i < POINTS; i++) {
            const double x = number(i, k);
            y += factor(k) * x * x;
            slope[k] += 2.0 * factor(k) * x;
            (k < N / 2 ? low : high)[i * (N / 2) + k % (N / 2)] = x;
        }
    }
    const flx_batch_in in[2] = {flx_in_rows(low, N / 2), flx_in_rows(high, N / 2)};
    const flx_batch_in along = flx_in_shared(dir, N);
    const flx_batch_out to_y = flx_out_sum(&sum_y, 1), to_slope = flx_out_sum(sum_slope, N),
                        to_product = flx_out_sum(sum_product, N);
    memset(&report, 0x55, sizeof report);
    cr_expect_eq(flx_hvp_batch(f, b, POINTS, 2, in, 1, &along, 0, NULL, 1, &to_y, 1, &to_slope, 1,
                               &to_product, flags, &report),
                 FLX_OK);
    cr_expect_eq(sum_y, y);
    for (size_t k = 0; k < N; k++) {
        cr_expect_eq(sum_slope[k], slope[k], "%u threads, gradient %zu", threads, k);
        cr_expect_eq(sum_product[k], POINTS * 2.0 * factor(k) * dir[k], "%u threads, product %zu",
                     threads, k);
    }
    for (size_t i = 0; i < POINTS; i++)
        cr_expect_eq(flags[i], FLX_FLAG_KINK, "%u threads, point %zu: %x", threads, i, flags[i]);
    cr_expect_eq(report.flags, FLX_FLAG_KINK);
    cr_expect_eq(report.index, 0);
    cr_expect_str_eq(report.op, "fabs");
    flx_batch_destroy(b);
}

Test(batch_delicate, sums_of_all_results_over_points_that_are_all_at_a_kink)
{
    flx_program *f = squares();
    expect_sums(f, 1);
    expect_sums(f, 4);
    flx_program_release(f);
}

/* Of sqrt(x0) and x1^2 at x0 = 0 the first alone has a pole: whether it is seen depends on the row of
 * the weights. */
Test(batch_delicate, flags_of_rows_are_those_of_their_weights)
{
    flx_tape *t;
    flx_program *f;
    flx_batch *b;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 1.0), flx_variable(t, 1.0)};
    const flx_var y[2] = {flx_sqrt(x[0]), flx_square(x[1])};
    cr_assert_eq(flx_freeze(t, 2, x, 2, y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
    static const double at[2] = {0.0, 3.0}, second[2] = {0.0, 1.0}, first[2] = {1.0, 0.0};
    const flx_batch_in in = flx_in_rows(at, 2);
    const flx_batch_in rows[2] = {flx_in_shared(second, 2), flx_in_shared(first, 2)};
    double g[4];
    unsigned flags = 0;
    const flx_batch_out out = flx_out_rows(g, 4);
    cr_expect_eq(flx_vjps_batch(f, b, 1, 1, &in, 2, 2, rows, 1, &out, &flags, NULL), FLX_OK);
    cr_expect(flags & FLX_FLAG_POLE, "%x", flags);
    cr_expect_eq(g[1], 6.0);
    cr_expect_eq(g[2], (double)INFINITY);
    const flx_batch_out one = flx_out_rows(g, 2);
    cr_expect_eq(flx_vjp_batch(f, b, 1, 1, &in, 1, rows, 1, &one, &flags, NULL), FLX_OK);
    cr_expect(!(flags & FLX_FLAG_POLE), "%x", flags);
    flx_batch_destroy(b);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* A program without outputs has products all the same: zeros. */
Test(batch_delicate, sums_of_products_of_no_outputs)
{
    flx_tape *t;
    flx_program *f;
    flx_batch *b;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 1.0), flx_variable(t, 1.0)};
    cr_assert_eq(flx_freeze(t, 2, x, 0, NULL, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
    static const double at[6] = {0.0, 3.0, 1.0, 1.0, 2.0, 2.0};
    const flx_batch_in in = flx_in_rows(at, 2);
    double g[2] = {7.0, 7.0};
    const flx_batch_out out = flx_out_sum(g, 2);
    cr_expect_eq(flx_vjps_batch(f, b, 3, 1, &in, 1, 0, NULL, 1, &out, NULL, NULL), FLX_OK);
    cr_expect_eq(g[0], 0.0);
    cr_expect_eq(g[1], 0.0);
    flx_batch_destroy(b);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* ---- guards ---- */

static double limit; /* what exp(x0) is compared with */

/* Where exp(x0) > limit: the root of x1, of which it is a factor, besides two comparisons of x1. */
static flx_var guarded(const flx_var *x)
{
    const flx_var e = flx_exp(x[0]);
    return flx_gt(e, limit) ? flx_mul(flx_sqrt(x[1]), e) : e;
}

static flx_program *recorded(const flx_var *x, flx_var y)
{
    flx_program *f;
    cr_assert_eq(flx_freeze(x[0].tape, 2, x, 1, &y, 0, &f, NULL), FLX_OK);
    return f;
}

/* Recorded beyond the limit, within another program after other comparisons, or alone. */
static flx_program *guarded_program(int within, double x0)
{
    flx_tape *t;
    flx_var y;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, x0), flx_variable(t, 4.0)};
    if (within) {
        flx_program *inner = guarded_program(0, x0);
        const int above = flx_gt(x[1], -1.0), below = flx_lt(x[1], 9.0), beside = flx_ne(x[1], 7.0);
        cr_assert(above && below && beside);
        FLX_HERE(t);
        cr_assert_eq(flx_call_scalars(inner, x, &y), FLX_OK);
        flx_program_release(inner);
    } else {
        y = guarded(x);
    }
    flx_program *f = recorded(x, y);
    flx_tape_destroy(t);
    return f;
}

/* The gradient at one point by a batch. */
static flx_status gradient_at(flx_program *f, const double *x, double *g, unsigned *flags,
                              flx_report *report)
{
    flx_batch *b;
    const flx_batch_in in = flx_in_rows(x, 2);
    const flx_batch_out out = flx_out_rows(g, 2);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
    const flx_status status = flx_gradient_batch(f, b, 1, 1, &in, NULL, 1, &out, flags, report);
    flx_batch_destroy(b);
    return status;
}

/* A comparison in a program that is called, whose caller has comparisons too. */
Test(batch_delicate, a_guard_within_flips_after_others_without)
{
    limit = 2.0;
    for (int within = 0; within < 2; within++) {
        flx_program *f = guarded_program(within, 1.0);
        const double x[2] = {0.5, 4.0}; /* exp(0.5) < 2 */
        double g[2];
        unsigned flags;
        flx_report report;
        cr_expect_eq(gradient_at(f, x, g, &flags, &report), FLX_BRANCH_CHANGED);
        cr_expect(isnan(g[0]) && isnan(g[1]));
        cr_expect_eq(flags, FLX_FLAG_BRANCH);
        cr_expect_str_eq(report.op, "gt");
        flx_program_release(f);
    }
}

/* exp(x) by the batch's instruction set. */
static double exp_of_batch(flx_program *f, double x)
{
    flx_batch *b;
    double y;
    const flx_batch_in in = flx_in_rows(&x, 1);
    const flx_batch_out out = flx_out_rows(&y, 1);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_VALUE, NULL, &b), FLX_OK);
    cr_assert_eq(flx_eval_batch(f, b, 1, 1, &in, 1, &out, NULL, NULL), FLX_OK);
    flx_batch_destroy(b);
    return y;
}

/* Where exp of the batch and that of libm stand on two sides of a limit, the batch's decides: results
 * are there, and no flag says that they are not; or they are not, and the call is named. */
static void expect_batch_decides(double x0, double by_batch, double by_libm)
{
    const double x[2] = {x0, 0.0};
    limit = by_batch < by_libm ? by_batch : by_libm;
    for (int within = 0; within < 2; within++) {
        flx_program *f = guarded_program(within, x0 + 1.0);
        double g[2];
        unsigned flags;
        flx_report report;
        const flx_status status = gradient_at(f, x, g, &flags, &report);
        if (by_batch > limit) {
            cr_expect_eq(status, FLX_OK);
            cr_expect(g[0] == 0.0 && isinf(g[1]), "%g %g", g[0], g[1]);
            cr_expect(!(flags & FLX_FLAG_BRANCH), "%x", flags);
        } else {
            cr_expect_eq(status, FLX_BRANCH_CHANGED);
            cr_expect(isnan(g[0]) && isnan(g[1]));
            cr_expect_eq(flags, FLX_FLAG_BRANCH);
            cr_expect_str_eq(report.op, within ? "call" : "gt");
        }
        flx_program_release(f);
    }
}

Test(batch_delicate, a_guard_flips_by_the_batch_s_own_rounding)
{
    flx_tape *t;
    flx_program *f;
    int below = 0, above = 0;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 1.0), y = flx_exp(x);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
    for (int k = 0; k < 2000 && (!below || !above); k++) {
        const double at = 0.001 * k, by_batch = exp_of_batch(f, at), by_libm = exp(at);
        if (by_batch == by_libm) continue; /* always where both are libm's */
        int *met = by_batch < by_libm ? &below : &above;
        if (!*met) expect_batch_decides(at, by_batch, by_libm);
        *met = 1;
    }
    cr_log_info("below %d, above %d", below, above);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* A factor of 0 keeps what is not finite from the gradient, but not from the flags: the derivative of a
 * recorded d(x^y)/dx by y where x < 0, by x where x = 0. */
Test(batch_delicate, derivatives_of_recorded_powers_behind_a_zero)
{
    static const double at[6][3] = {{2.0, 2.0, 1.0},  {-1.5, 2.0, 0.0}, {0.0, 1.5, 0.0},
                                    {2.0, -1.0, 0.0}, {-2.0, 3.0, 0.0}, {0.0, 1.25, 0.0}};
    flx_tape *t;
    flx_program *f;
    flx_batch *b;
    flx_work *w;
    flx_var g;
    unsigned flags[6], all = 0;
    double slope[6][3], one[3];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[3] = {flx_variable(t, 2.0), flx_variable(t, 2.0), flx_variable(t, 1.0)};
    cr_assert_eq(flx_grad(flx_pow(x[0], x[1]), 1, x, &g, FLX_CREATE_GRAPH), FLX_OK);
    const flx_var y = flx_mul(g, x[2]);
    cr_assert_eq(flx_freeze(t, 3, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    const flx_batch_in in = flx_in_rows(at[0], 3);
    const flx_batch_out out = flx_out_rows(slope[0], 3);
    flx_gradient_batch(f, b, 6, 1, &in, NULL, 1, &out, flags, NULL);
    for (size_t i = 0; i < 6; i++) {
        flx_report r;
        flx_gradient(f, w, at[i], NULL, one, &r);
        all |= r.flags;
        cr_expect_eq(flags[i], r.flags, "point %zu: %x, %x", i, flags[i], r.flags);
        for (size_t k = 0; k < 3; k++) cr_expect(isfinite(slope[i][k]), "point %zu", i);
    }
    cr_expect(all & FLX_FLAG_INDETERMINATE, "%x", all);
    flx_work_destroy(w);
    flx_batch_destroy(b);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* An adjoint of 0 hides what is infinite from its other factor's gradient: sqrt(s*b), by s and b, where s*b
 * is a recorded derivative and s the weight of it. */
Test(batch_delicate, a_weight_of_zero_behind_a_pole)
{
    static const double at[4][2] = {{0.0, 2.0}, {1.0, 4.0}, {0.0, 3.0}, {2.0, 2.0}};
    static const double want[4][2] = {{INFINITY, 0.0}, {1.0, 0.25}, {INFINITY, 0.0}, {0.5, 0.5}};
    flx_tape *t;
    flx_program *f;
    flx_batch *b;
    flx_var g;
    double slope[4][2];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 1.0), flx_variable(t, 2.0)}, a = flx_variable(t, 3.0);
    const flx_var product = flx_mul(a, x[1]);
    cr_assert_eq(flx_grad_seeded(1, &product, x, 1, &a, &g, FLX_CREATE_GRAPH), FLX_OK);
    const flx_var y = flx_sqrt(g);
    cr_assert_eq(flx_freeze(t, 2, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
    const flx_batch_in in = flx_in_rows(at[0], 2);
    const flx_batch_out out = flx_out_rows(slope[0], 2);
    flx_gradient_batch(f, b, 4, 1, &in, NULL, 1, &out, NULL, NULL);
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 2; k++)
            cr_expect_eq(slope[i][k], want[i][k], "point %zu: %g", i, slope[i][k]);
    flx_batch_destroy(b);
    flx_program_release(f);
    flx_tape_destroy(t);
}
