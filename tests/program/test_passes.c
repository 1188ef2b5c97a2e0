/* What freezing makes of recorded code: how much is left, and that nothing else changes. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "hostile.h"

enum { MOST = 64 };

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static int same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static flx_program *frozen(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y,
                           unsigned flags)
{
    flx_program *f = NULL;
    flx_report r;
    cr_assert_eq(flx_freeze(t, n, x, m, y, flags, &f, &r), FLX_OK, "%s",
                 flx_status_message(r.status));
    return f;
}

static flx_work *work_of(flx_program *f, flx_work_kind kind)
{
    flx_work *w = NULL;
    cr_assert_eq(flx_work_create(f, kind, 0, &w), FLX_OK);
    return w;
}

static void same_report(const flx_report *a, const flx_report *b, const char *what)
{
    cr_expect_eq(a->status, b->status, "%s", what);
    cr_expect_eq(a->flags, b->flags, "%s: %x, %x", what, a->flags, b->flags);
    cr_expect_eq(a->index, b->index, "%s: %zu, %zu", what, a->index, b->index);
    if (a->op && b->op) cr_expect_str_eq(a->op, b->op, "%s", what);
    else cr_expect_eq(a->op, b->op, "%s", what);
    cr_expect_eq(a->label, b->label, "%s: %s, %s", what, a->label, b->label);
}

/* Values of both programs at a point, and what they report: the same bits. Derivatives to 1e-12 of the
 * largest: these programs have few operations. */
static void compare_at(flx_program *f, flx_program *g, const double *x, int derivatives)
{
    const size_t n = flx_inputs(f), m = flx_outputs(f);
    flx_work *w[2] = {work_of(f, FLX_WORK_FIRST), work_of(g, FLX_WORK_FIRST)};
    flx_program *program[2] = {f, g};
    double y[2][MOST], jac[2][MOST * MOST], most = 0.0;
    flx_report r[2];
    for (int k = 0; k < 2; k++) flx_eval(program[k], w[k], x, y[k], &r[k]);
    same_report(&r[0], &r[1], "eval");
    for (size_t i = 0; i < m; i++)
        cr_expect(same(y[0][i], y[1][i]), "output %zu: %.17g, %.17g", i, y[0][i], y[1][i]);
    for (int k = 0; derivatives && k < 2; k++) flx_jacobian(program[k], w[k], NULL, jac[k], &r[k]);
    if (derivatives) same_report(&r[0], &r[1], "jacobian");
    for (size_t i = 0; derivatives && i < n * m; i++) most = fmax(most, fabs(jac[0][i]));
    for (size_t i = 0; derivatives && i < n * m; i++)
        cr_expect(same(jac[0][i], jac[1][i]) || fabs(jac[0][i] - jac[1][i]) <= 1e-12 * most,
                  "derivative %zu: %.17g, %.17g", i, jac[0][i], jac[1][i]);
    for (int k = 0; k < 2; k++) flx_work_destroy(w[k]);
}

/* Each pass alone, none, and all of them. */
static const unsigned choices[] = {
    0,
    FLX_KEEP_ALL & ~FLX_KEEP_CONSTANTS,
    FLX_KEEP_ALL & ~FLX_KEEP_REPEATED,
    FLX_KEEP_ALL & ~FLX_KEEP_UNUSED,
    FLX_KEEP_ALL & ~FLX_KEEP_MIXED,
    FLX_KEEP_ALL | FLX_IN_RUNS,
    FLX_IN_RUNS,
};
enum { CHOICES = sizeof choices / sizeof *choices };

/* All choices against the plain copy, at points given in rows of n numbers. */
static void compare_all(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y,
                        size_t points, const double *point, int derivatives)
{
    flx_program *plain = frozen(t, n, x, m, y, FLX_KEEP_ALL);
    for (size_t k = 0; k < CHOICES; k++) {
        flx_program *f = frozen(t, n, x, m, y, choices[k]);
        cr_expect_eq(flx_instructions(f), flx_instructions(plain));
        for (size_t i = 0; i < points; i++) compare_at(plain, f, point + i * n, derivatives);
        flx_program_release(f);
    }
    flx_program_release(plain);
}

static size_t left(const flx_program *f, flx_pass pass)
{
    return flx_program_describe(f).after[pass].instructions;
}

/* ---- each pass ---- */

Test(passes, repeated_operations_are_done_once)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
    const flx_var a = flx_mul(flx_sin(x[0]), flx_add(x[1], 2.0));
    const flx_var b = flx_mul(flx_sin(x[0]), flx_add(x[1], 2.0));
    const flx_var c = flx_mul(flx_add(x[1], 2.0), flx_sin(x[0])); /* exchanged: not the same */
    const flx_var d = flx_add(x[1], 3.0);
    const flx_var y = flx_add(flx_add(a, b), flx_mul(c, d));
    const double point[] = {0.5, 0.25, -1.0, 3.0, (double)INFINITY, 1.0, 1.0, (double)NAN};
    flx_program *f = frozen(t, 2, x, 1, &y, 0);
    /* poison, 2 inputs; 3 x (sin, add, mul); add; add, mul, add */
    cr_expect_eq(left(f, FLX_PASS_RECORDED), 16);
    cr_expect_eq(left(f, FLX_PASS_REPEATED), 11);
    cr_expect_eq(left(f, FLX_PASS_ORDER), 11);
    flx_program_release(f);
    compare_all(t, 2, x, 1, &y, 4, point, 1);
    flx_tape_destroy(t);
}

Test(passes, signs_of_zero_are_different_constants)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.0);
    const flx_var y[2] = {flx_copysign(x, flx_constant(0.0)), flx_copysign(x, flx_constant(-0.0))};
    const flx_var z[2] = {flx_add(x, 0.0), flx_add(x, -0.0)};
    const double point[] = {1.0, -2.0, -0.0};
    flx_program *f = frozen(t, 1, &x, 2, y, 0);
    cr_expect_eq(left(f, FLX_PASS_REPEATED), left(f, FLX_PASS_RECORDED));
    flx_program_release(f);
    compare_all(t, 1, &x, 2, y, 3, point, 1);
    compare_all(t, 1, &x, 2, z, 3, point, 1);
    flx_tape_destroy(t);
}

Test(passes, what_is_not_used_goes)
{
    flx_tape *t = new_tape();
    const flx_var x[3] = {flx_variable(t, 0.5), flx_variable(t, 0.25), flx_variable(t, 2.0)};
    const flx_var p = flx_parameter(t, 3.0);
    flx_var unused = flx_exp(x[2]), g;
    for (int k = 0; k < 10; k++) unused = flx_mul(unused, p);
    const flx_var y = flx_mul(x[0], flx_square(x[1]));
    cr_assert_eq(flx_grad(y, 1, x, &g, FLX_CREATE_GRAPH), FLX_OK);
    flx_program *f = frozen(t, 3, x, 1, &y, FLX_KEEP_MIXED);
    /* poison, inputs and the parameter; square, mul: neither the products nor the gradient */
    cr_expect_eq(left(f, FLX_PASS_UNUSED), 7);
    cr_expect_eq(flx_parameters(f), 1);
    flx_program_release(f);
    const double point[] = {0.5, 0.25, 2.0, 1.0, -3.0, 1.0};
    compare_all(t, 3, x, 1, &y, 2, point, 1);
    compare_all(t, 3, x, 1, &g, 2, point, 1);
    flx_tape_destroy(t);
}

Test(passes, constants_are_computed_unless_a_flag_is_lost)
{
    flx_tape *t = new_tape();
    const double numbers[4] = {1.0, 4.0, 9.0, 0.0};
    const flx_var x = flx_variable(t, 2.0);
    const flx_array c = flx_array_constant(t, 3, 1, numbers), roots = flx_array_sqrt(c);
    const flx_array poles = flx_array_log(flx_array_constant(t, 4, 1, numbers));
    const flx_array jumps = flx_array_floor(c);
    const flx_var fine = flx_mul(x, flx_array_sum(flx_array_exp(roots), FLX_ALL).first);
    const flx_var pole = flx_mul(x, flx_array_sum(poles, FLX_ALL).first);
    const flx_var jump = flx_mul(x, flx_array_at(jumps, 1, 0));
    flx_program *f = frozen(t, 1, &x, 1, &fine, 0);
    /* poison, input, the sum as a constant, the product */
    cr_expect_eq(left(f, FLX_PASS_UNUSED), 4);
    cr_expect_eq(flx_program_describe(f).constants, 1);
    flx_program_release(f);
    const double point[] = {2.0, -1.0, 0.0};
    compare_all(t, 1, &x, 1, &fine, 3, point, 1);
    /* The same of a scalar operation, on an element. */
    const flx_var one = flx_mul(x, flx_exp(flx_array_at(roots, 1, 0)));
    f = frozen(t, 1, &x, 1, &one, 0);
    cr_expect_eq(left(f, FLX_PASS_UNUSED), 4);
    flx_program_release(f);
    compare_all(t, 1, &x, 1, &one, 3, point, 1);
    compare_all(t, 1, &x, 1, &pole, 3, point, 1);
    compare_all(t, 1, &x, 1, &jump, 3, point, 1);
    flx_report r;
    double y;
    f = frozen(t, 1, &x, 1, &pole, 0);
    flx_work *w = work_of(f, FLX_WORK_VALUE);
    cr_expect_eq(flx_eval(f, w, point, &y, &r), FLX_OK);
    cr_expect_eq(r.flags, FLX_FLAG_POLE);
    cr_expect_str_eq(r.op, "log");
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* A callback that counts. */
static flx_status twice_of(void *ctx, size_t n, const double *x, size_t m, double *y)
{
    ++*(int *)ctx;
    for (size_t k = 0; k < m; k++) y[k] = 2.0 * x[k % n];
    return FLX_OK;
}

/* The library cannot look into them: both are called, at every point. */
Test(passes, two_calls_of_a_callback_are_two)
{
    int calls = 0;
    const flx_external e = {.name = "twice", .value = twice_of, .ctx = &calls};
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0);
    const flx_array a = flx_array_scalar(x);
    const flx_var y[2] = {flx_array_external(&e, a, 1).first, flx_array_external(&e, a, 1).first};
    flx_program *f = frozen(t, 1, &x, 2, y, 0);
    flx_work *w = work_of(f, FLX_WORK_VALUE);
    const double at = 1.0;
    double got[2];
    calls = 0;
    for (int k = 1; k < 4; k++) {
        cr_expect_eq(flx_eval(f, w, &at, got, NULL), FLX_OK);
        cr_expect_eq(calls, 2 * k);
        cr_expect(got[0] == 2.0 && got[1] == 2.0);
    }
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(passes, parameters_are_gone_through_once)
{
    int calls = 0;
    flx_tape *t = new_tape();
    const flx_external call = {.name = "twice", .value = twice_of, .ctx = &calls};
    const flx_var x = flx_variable(t, 2.0);
    const double three = 3.0;
    const flx_array p = flx_array_parameter(t, 1, 1, &three);
    const flx_var q = flx_array_external(&call, p, 1).first; /* after the input */
    const flx_var y = flx_mul(flx_sin(q), x);
    flx_program *f = frozen(t, 1, &x, 1, &y, 0);
    flx_work *w = work_of(f, FLX_WORK_FIRST);
    const double points[3] = {1.0, 2.0, 3.0};
    double value, g, p0 = 0.25;
    cr_expect_eq(flx_program_describe(f).once, 4); /* poison, parameter, call, sin */
    calls = 0;
    for (int k = 0; k < 3; k++) {
        cr_expect_eq(flx_gradient(f, w, &points[k], &value, &g, NULL), FLX_OK);
        cr_expect(same(value, sin(6.0) * points[k]));
        cr_expect(same(g, sin(6.0)));
        const double one = 1.0;
        cr_expect_eq(flx_jvp(f, w, NULL, &one, &g, NULL), FLX_OK);
        cr_expect(same(g, sin(6.0)));
    }
    cr_expect_eq(calls, 0);
    cr_expect_eq(flx_work_set_parameters(f, w, &p0), FLX_OK);
    cr_expect_eq(calls, 1);
    cr_expect_eq(flx_gradient(f, w, points, &value, &g, NULL), FLX_OK);
    cr_expect(same(value, sin(0.5)));
    cr_expect_eq(calls, 1);
    flx_work_destroy(w);
    flx_program_release(f);
    const double more[] = {1.0, -1.0, (double)INFINITY};
    compare_all(t, 1, &x, 1, &y, 3, more, 0);
    flx_tape_destroy(t);
}

Test(passes, equal_operations_stand_in_runs)
{
    flx_tape *t = new_tape();
    flx_var x[10], y = flx_constant(0.0);
    double point[20];
    for (int k = 0; k < 10; k++) x[k] = flx_variable(t, point[k] = 0.1 * k);
    for (int k = 0; k < 10; k++) point[10 + k] = 1.0 - k;
    for (int k = 0; k < 10; k++) y = flx_add(y, flx_mul(flx_sin(x[k]), flx_exp(flx_square(x[k]))));
    flx_program *f = frozen(t, 10, x, 1, &y, FLX_IN_RUNS);
    const flx_program_description d = flx_program_describe(f);
    cr_expect_eq(d.after[FLX_PASS_RECORDED].runs, 2 + 5 * 10 - 1 + 1);
    cr_expect_eq(d.after[FLX_PASS_ORDER].runs,
                 8); /* poison, input; square, sin, exp, mul; addc, add */
    cr_expect_eq(d.after[FLX_PASS_ORDER].instructions, d.after[FLX_PASS_RECORDED].instructions);
    cr_expect_eq(d.after[FLX_PASS_ARRAYS].instructions, 2 + 4 + 10); /* four maps, the sum */
    cr_expect_eq(d.after[FLX_PASS_ARRAYS].runs, 5); /* poison, input, map, addc, add */
    flx_program_release(f);
    compare_all(t, 10, x, 1, &y, 2, point, 1);
    flx_tape_destroy(t);
}

/* ---- all together ---- */

/* The determinant of the rows from row on and the columns that are left, by minors. */
static flx_var minor(size_t n, const flx_var *a, size_t row, unsigned columns)
{
    flx_var sum = flx_constant(0.0);
    double sign = 1.0;
    if (row == n) return flx_constant(1.0);
    for (size_t k = 0; k < n; k++) {
        if (!(columns & 1u << k)) continue;
        const flx_var term = flx_mul(a[row * n + k], minor(n, a, row + 1, columns & ~(1u << k)));
        sum = sign > 0.0 ? flx_add(sum, term) : flx_sub(sum, term);
        sign = -sign;
    }
    return sum;
}

Test(passes, determinants_by_minors)
{
    enum { N = 6 };
    flx_tape *t = new_tape();
    flx_var a[N * N], gradient[N * N];
    double point[3 * N * N];
    for (size_t k = 0; k < 3 * N * N; k++) point[k] = sin(1.0 + (double)(k * k % 97));
    point[2 * N * N + 7] = (double)NAN;
    for (size_t k = 0; k < N * N; k++) a[k] = flx_variable(t, point[k]);
    const flx_var y = minor(N, a, 0, (1u << N) - 1);
    flx_program *f = frozen(t, N * N, a, 1, &y, 0);
    /* Minors of k columns: each of the subsets once, with k products and sums. */
    cr_expect_leq(left(f, FLX_PASS_REPEATED), 1 + N * N + (2 * N + 1) * (1 << (N - 1)) + N);
    cr_expect_geq(left(f, FLX_PASS_RECORDED), 1 + N * N + 2 * 720);
    flx_program_release(f);
    compare_all(t, N * N, a, 1, &y, 3, point, 1);
    cr_assert_eq(flx_grad(y, N * N, a, gradient, FLX_CREATE_GRAPH), FLX_OK);
    compare_all(t, N * N, a, 6, gradient, 3, point, 1);
    flx_tape_destroy(t);
}

/* Arrays of all kinds, elements read as scalars and packed again, and a gradient recorded twice. */
Test(passes, arrays_and_recorded_gradients)
{
    flx_tape *t = new_tape();
    double point[2 * 8];
    for (size_t k = 0; k < 16; k++) point[k] = 1.5 + sin((double)(k * k));
    const flx_array a = flx_array_variable(t, 4, 2, point);
    flx_var x[8], packed[4], g[8], h[8];
    for (size_t k = 0; k < 8; k++) x[k] = flx_array_at(a, k / 2, k % 2);
    for (size_t k = 0; k < 4; k++) packed[k] = flx_mul(x[k], flx_log(x[7 - k]));
    const flx_array square = flx_array_matmul(flx_array_transpose(a), a);
    const flx_array b = flx_array_solve(square, flx_array_pack(t, 2, 2, packed));
    const flx_array parts[2] = {b, flx_array_exp(flx_array_slice(a, 1, 0, 2, 2, 1, 1))};
    const flx_array all = flx_array_stack(2, parts);
    const flx_array again = flx_array_matmul(flx_array_transpose(a), a);
    const flx_var y = flx_add(flx_array_dot(all, flx_array_tanh(all)),
                              flx_array_sum(flx_array_mul(again, square), FLX_ALL).first);
    cr_assert_eq(flx_tape_status(t), FLX_OK);
    compare_all(t, 8, x, 1, &y, 2, point, 1);
    cr_assert_eq(flx_grad(y, 8, x, g, FLX_CREATE_GRAPH), FLX_OK);
    cr_assert_eq(flx_grad(g[1], 8, x, h, FLX_CREATE_GRAPH), FLX_OK);
    compare_all(t, 8, x, 8, g, 2, point, 1);
    compare_all(t, 8, x, 8, h, 2, point, 1);
    flx_program *f = frozen(t, 8, x, 1, &y, 0);
    cr_expect_lt(left(f, FLX_PASS_REPEATED), left(f, FLX_PASS_RECORDED));
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* Views over several runs: what they see stays side by side. */
Test(passes, stacked_arrays_stay_together)
{
    flx_tape *t = new_tape();
    const double point[] = {1.0, 2.0, 3.0, 4.0, -1.0, 0.5, 0.25, 8.0};
    flx_var x[4];
    for (size_t k = 0; k < 4; k++) x[k] = flx_variable(t, point[k]);
    const flx_array a = flx_array_pack(t, 2, 1, x), b = flx_array_pack(t, 2, 1, x + 2);
    const flx_array parts[3] = {a, b, flx_array_scalar(flx_constant(7.0))};
    const flx_array first = flx_array_stack(3, parts), second = flx_array_stack(3, parts);
    const flx_var y[3] = {flx_array_dot(first, second), flx_array_at(second, 4, 0),
                          flx_mul(flx_array_at(first, 0, 0), flx_array_at(second, 0, 0))};
    cr_assert_eq(flx_tape_status(t), FLX_OK);
    compare_all(t, 4, x, 3, y, 2, point, 1);
    flx_tape_destroy(t);
}

/* ---- guards, flags, labels ---- */

Test(passes, guards_and_flags_keep_their_places)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 2.0), flx_variable(t, 3.0)};
    flx_tape_label(t, "roots");
    const flx_var r = flx_sqrt(x[0]);
    flx_tape_label(t, "test");
    const int above = flx_lt(flx_mul(x[0], x[1]), 100.0);
    flx_tape_label(t, "logarithm");
    const flx_var l = flx_log(flx_sub(x[1], x[0])), s = flx_sqrt(x[0]);
    const flx_var y = flx_add(flx_mul(r, s), flx_select(flx_sub(x[0], 1.0), l, flx_div(1.0, x[1])));
    cr_expect(above);
    const double points[] = {2.0,  3.0, 0.0, 1.0, 3.0, 3.0,  50.0, 60.0, 0.5, 0.0,
                             -1.0, 2.0, 1e4, 1.0, 2.0, -3.0, 0.25, 0.0,  2.0, (double)INFINITY};
    compare_all(t, 2, x, 1, &y, sizeof points / sizeof *points / 2, points, 1);
    flx_tape_destroy(t);
}

/* A first failure is named where it was recorded, whatever stands before it by now. */
Test(passes, the_diagnosis_names_what_was_recorded)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 2.0), flx_variable(t, 3.0)};
    flx_tape_label(t, "one");
    const flx_var a = flx_log(flx_mul(x[0], x[1]));
    flx_tape_label(t, "two");
    const flx_var b = flx_log(x[0]), y = flx_add(a, b);
    const double zero[2] = {0.0, 1.0};
    flx_diagnosis d[2];
    for (int k = 0; k < 2; k++) {
        flx_program *f = frozen(t, 2, x, 1, &y, k ? FLX_KEEP_ALL : FLX_IN_RUNS);
        flx_work *w = work_of(f, FLX_WORK_FIRST);
        cr_expect_eq(flx_diagnose(f, w, zero, NULL, NULL, &d[k]), FLX_OK);
        flx_work_destroy(w);
        flx_program_release(f);
    }
    cr_expect_eq(d[0].value, 4);
    cr_expect_eq(d[1].value, 4);
    cr_expect_str_eq(d[0].value_label, "one");
    cr_expect_eq(d[0].tangent, d[1].tangent);
    cr_expect_eq(d[0].adjoint, d[1].adjoint);
    flx_tape_destroy(t);
}

/* ---- other drivers, by the check ---- */

Test(passes, every_road_agrees)
{
    flx_tape *t = new_tape();
    flx_var x[6], y[2] = {flx_constant(0.0), flx_constant(1.0)};
    double point[6];
    for (int k = 0; k < 6; k++) x[k] = flx_variable(t, point[k] = 0.5 + 0.125 * k);
    const flx_var p = flx_parameter(t, 1.5);
    for (int k = 0; k + 1 < 6; k++) {
        const flx_var a = flx_sub(1.0, x[k]), b = flx_sub(x[k + 1], flx_square(x[k]));
        y[0] = flx_add(y[0], flx_add(flx_mul(flx_exp(p), flx_square(b)), flx_square(a)));
        y[1] = flx_mul(y[1], flx_atan2(a, flx_sub(1.0, x[k])));
    }
    for (size_t k = 0; k < CHOICES; k++) {
        flx_program *f = frozen(t, 6, x, 2, y, choices[k]);
        flx_check_result r;
        cr_expect_eq(flx_check_program(f, point, NULL, &r), FLX_OK, "%x: %s", choices[k],
                     r.summary);
        flx_program_release(f);
    }
    flx_tape_destroy(t);
}

/* ---- sizes and memory ---- */

Test(passes, programs_of_nothing)
{
    flx_tape *t = new_tape();
    for (size_t k = 0; k < CHOICES; k++) {
        flx_program *f = frozen(t, 0, NULL, 0, NULL, choices[k]);
        flx_work *w = work_of(f, FLX_WORK_FIRST);
        cr_expect_eq(flx_eval(f, w, NULL, NULL, NULL), FLX_OK);
        flx_work_destroy(w);
        flx_program_release(f);
    }
    const flx_var x = flx_variable(t, 1.0), y[2] = {flx_constant(4.0), x};
    const double point[] = {2.0, -0.0};
    compare_all(t, 1, &x, 2, y, 2, point, 1);
    flx_tape_destroy(t);
}

Test(passes, large_programs)
{
    enum { LENGTH = 300000 };
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.5);
    flx_var y = x;
    double value, g, want = 0.5;
    for (int k = 0; k < LENGTH; k++) {
        y = k % 2 ? flx_sin(y) : flx_add(y, 1.0 / (1 + k % 1000)); /* a chain: nothing to move */
        want = k % 2 ? sin(want) : want + 1.0 / (1 + k % 1000);
    }
    flx_program *f = frozen(t, 1, &x, 1, &y, 0);
    flx_work *w = work_of(f, FLX_WORK_FIRST);
    const double point = 0.5;
    cr_expect_eq(left(f, FLX_PASS_ORDER), left(f, FLX_PASS_RECORDED));
    cr_expect_eq(flx_gradient(f, w, &point, &value, &g, NULL), FLX_OK);
    cr_expect(same(value, want));
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* More than a window: terms of eight operations. */
Test(passes, large_loops)
{
    enum { TERMS = 40000 };
    static flx_var x[TERMS + 1];
    static double point[TERMS + 1], g[2][TERMS + 1];
    flx_tape *t = new_tape();
    flx_var y = flx_constant(0.0);
    double value, want = 0.0;
    for (int k = 0; k <= TERMS; k++) x[k] = flx_variable(t, point[k] = cos(k));
    for (int k = 0; k < TERMS; k++) {
        const flx_var a = flx_sub(1.0, x[k]), b = flx_sub(x[k + 1], flx_square(x[k]));
        y = flx_add(y, flx_add(flx_mul(100.0, flx_square(b)), flx_square(a)));
        const double c = 1.0 - point[k], d = point[k + 1] - point[k] * point[k];
        want += 100.0 * (d * d) + c * c;
        g[1][k] += -400.0 * d * point[k] - 2.0 * c;
        g[1][k + 1] = 200.0 * d;
    }
    flx_program *f = frozen(t, TERMS + 1, x, 1, &y, 0);
    flx_work *w = work_of(f, FLX_WORK_FIRST);
    cr_expect_eq(flx_gradient(f, w, point, &value, g[0], NULL), FLX_OK);
    cr_expect(same(value, want), "%.17g, %.17g", value, want);
    for (int k = 0; k <= TERMS; k++)
        cr_expect(fabs(g[0][k] - g[1][k]) <= 1e-11, "%d: %.17g, %.17g", k, g[0][k], g[1][k]);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* What the hostile allocator is let at: every pass has something to do. */
static flx_status freeze_all(flx_tape *t, const flx_var *x, const flx_var *y)
{
    flx_program *f;
    flx_report r;
    const flx_status status = flx_freeze(t, 3, x, 1, y, 0, &f, &r);
    cr_expect_eq(status, r.status);
    cr_expect_eq(status == FLX_OK, f != NULL);
    flx_program_release(f);
    return status;
}

Test(passes, memory_is_refused_and_given_back)
{
    hostile h = {0};
    flx_tape_options options = {0};
    flx_tape *t = NULL;
    options.allocator = hostile_allocator(&h);
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const double numbers[4] = {1.0, 4.0, 9.0, 16.0};
    flx_var x[3], packed[2];
    for (int k = 0; k < 3; k++) x[k] = flx_variable(t, 1.0 + k);
    for (int k = 0; k < 2; k++) packed[k] = flx_mul(flx_sin(x[k]), flx_sin(x[k]));
    const flx_array roots = flx_array_sqrt(flx_array_constant(t, 2, 2, numbers));
    const flx_array parts[2] = {flx_array_pack(t, 1, 2, packed), roots};
    const flx_array all = flx_array_stack(2, parts);
    const flx_var p = flx_parameter(t, 2.0);
    flx_var y = flx_mul(flx_array_dot(all, all), flx_add(flx_exp(p), x[2]));
    cr_expect(flx_gt(y, 0.0));
    flx_exp(y); /* unused */
    cr_assert_eq(flx_tape_status(t), FLX_OK);
    cr_assert_eq(freeze_all(t, x, &y), FLX_OK);
    const size_t before = h.bytes;
    size_t refused = 0;
    for (;; refused++) {
        h.refuse = h.requests + 1 + refused;
        const size_t limit = h.refuse;
        const flx_status status = freeze_all(t, x, &y);
        cr_expect_eq(h.bytes, before);
        if (status == FLX_OK && h.requests < limit) break;
        cr_expect_eq(status, FLX_ENOMEM, "request %zu", refused);
    }
    cr_expect_gt(refused, 50ul, "%zu", refused);
    h.refuse = 0;
    flx_tape_destroy(t);
    cr_expect_eq(h.bytes, 0);
}

/* ---- words ---- */

Test(passes, a_text)
{
    static char text[2000];
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0), p = flx_parameter(t, 1.0);
    const flx_var y = flx_mul(flx_exp(p), flx_add(flx_sin(x), flx_sin(x)));
    flx_program *f = frozen(t, 1, &x, 1, &y, 0);
    const size_t length = flx_program_text(f, text, sizeof text);
    cr_expect_eq(length, strlen(text));
    cr_expect_eq(flx_program_text(f, NULL, 0), length);
    cr_expect_not_null(strstr(text, "1 inputs, 1 parameters, 0 constants, 1 outputs, 0 guards\n"));
    cr_expect_not_null(
        strstr(text, "  instructions          runs         slots         bytes\nas rec"));
    cr_expect_not_null(strstr(text, "\nordered   "));
    cr_expect_not_null(strstr(text, "\nruns as arrays   "));
    cr_expect_not_null(strstr(text, "repeated shared                7             6             7"),
                       "%s", text);
    cr_expect_not_null(strstr(text, "\n3 of the instructions need no inputs\n"), "%s", text);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(passes, unknown_flags_are_refused)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0);
    flx_program *f;
    cr_expect_eq(flx_freeze(t, 1, &x, 1, &x, FLX_REUSE_SLOTS << 1, &f, NULL), FLX_EARG);
    cr_expect_null(f);
    flx_tape_destroy(t);
}
