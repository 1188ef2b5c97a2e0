/* Programs as nodes: what calls, maps and scans refuse, report, own and release. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/compose.h>
#include <fluxion/external.h>
#include <fluxion/mixed.h>
#include <fluxion/show.h>

#include "bodies.h"
#include "hostile.h"
#include "program/program.h"
#include "reverse/marks.h"

static flx_tape *new_tape(void)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static flx_program *new_program(const body *b)
{
    flx_program *f = body_program(b);
    cr_assert_not_null(f);
    return f;
}

static flx_array numbers(flx_tape *t, size_t rows, size_t cols)
{
    double x[64];
    for (size_t k = 0; k < rows * cols; k++) x[k] = 0.25 + 0.0625 * (double)k;
    return flx_array_variable(t, rows, cols, x);
}

/* ---- refusals ---- */

static void expect_refused(flx_tape *t, flx_mark mark, flx_array y, flx_status status)
{
    cr_expect_eq(flx_tape_status(t), status, "%s", flx_status_name(flx_tape_status(t)));
    cr_expect_eq((size_t)y.rows * y.cols, 0);
    cr_expect_eq(y.first.tape, t);
    flx_tape_rewind(t, mark);
}

Test(compose, refuses_what_does_not_fit)
{
    flx_tape *t = new_tape(), *other = new_tape();
    flx_program *f = new_program(&body_mixed);
    const flx_array x = numbers(t, 3, 4), foreign = numbers(other, 4, 1), none = flx_array_empty();
    const flx_mark mark = flx_tape_mark(t);
    expect_refused(t, mark, flx_call(f, x), FLX_ESHAPE);
    expect_refused(t, mark, flx_call(f, flx_array_slice(x, 0, 0, 3, 1, 1, 1)), FLX_ESHAPE);
    expect_refused(t, mark, flx_call(NULL, x), FLX_EARG);
    expect_refused(t, mark, flx_map(f, x, x), FLX_ESHAPE);
    expect_refused(t, mark, flx_map(f, flx_array_slice(x, 0, 0, 3, 2, 1, 1), none), FLX_ESHAPE);
    expect_refused(t, mark, flx_map_sum(f, none, x), FLX_ESHAPE);
    expect_refused(t, mark, flx_map(f, flx_array_slice(x, 0, 0, 3, 2, 1, 1), foreign), FLX_ETAPE);
    cr_expect_eq(flx_tape_status(other), FLX_ETAPE);
    const flx_array three = flx_array_slice(x, 0, 0, 3, 1, 1, 1), one = flx_array_row(three, 0);
    expect_refused(t, mark, flx_scan(f, 2, x, none, none, 0).state, FLX_ESHAPE);
    expect_refused(t, mark, flx_scan(f, 2, three, three, none, 0).state, FLX_ESHAPE);
    expect_refused(t, mark, flx_scan(f, SIZE_MAX, three, none, one, 0).rows, FLX_ELIMIT);
    expect_refused(t, mark, flx_scan(f, UINT32_MAX, one, none, three, 0).rows, FLX_ELIMIT);
    cr_expect_eq(flx_scan(NULL, 2, three, none, one, 0).state.rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_EARG);
    flx_tape_destroy(t);
    flx_tape_destroy(other);
    flx_program_release(f);
}

Test(compose, without_a_tape_there_is_nothing)
{
    flx_program *f = new_program(&body_branch);
    flx_array two = flx_array_scalar(flx_constant(1.0));
    const flx_var x[2] = {flx_constant(1.0), flx_constant(2.0)};
    flx_var y;
    two.rows = 2;
    cr_expect_eq(flx_call(f, two).rows, 0);
    cr_expect_eq(flx_call(NULL, two).rows, 0);
    cr_expect_eq(flx_map(f, two, two).rows, 0);
    cr_expect_eq(flx_call_scalars(f, x, &y), FLX_EARG);
    cr_expect_eq(flx_call_scalars(NULL, x, &y), FLX_EARG);
    cr_expect_eq(flx_call_scalars(f, NULL, &y), FLX_EARG);
    flx_program_release(f);
}

/* ---- none, and what is not a number ---- */

Test(compose, no_rows_and_no_steps)
{
    flx_tape *t = new_tape();
    flx_program *f = new_program(&body_logistic);
    const flx_array x = numbers(t, 4, 1), none = flx_array_slice(x, 0, 0, 0, 1, 1, 1);
    const flx_array state = flx_array_slice(x, 0, 0, 1, 1, 1, 1),
                    shared = flx_array_slice(x, 2, 0, 2, 1, 1, 1);
    const flx_array three = flx_array_slice(x, 1, 0, 3, 1, 1, 1);
    const flx_array y = flx_map(f, none, three), s = flx_map_sum(f, none, three);
    const flx_scanned scanned = flx_scan(f, 0, state, none, shared, 3);
    cr_expect(y.rows == 0 && y.cols == 3 && s.rows == 3 && s.cols == 1);
    cr_expect(scanned.rows.rows == 0 && scanned.rows.cols == 2 && scanned.state.rows == 1);
    cr_expect_eq(flx_peek(flx_array_at(s, 1, 0)), 0.0);
    cr_expect_eq(flx_peek(flx_array_at(scanned.state, 0, 0)), 0.25);
    const flx_var both = flx_var_add(flx_array_at(s, 1, 0), flx_array_at(scanned.state, 0, 0));
    for (int recorded = 0; recorded < 2; recorded++) {
        flx_array g;
        cr_expect_eq(flx_grad_array(both, x, &g, recorded ? FLX_CREATE_GRAPH : 0), FLX_OK);
        for (size_t k = 0; k < 4; k++) cr_expect_eq(flx_peek(flx_array_at(g, k, 0)), k == 0);
    }
    const flx_var xs[1] = {flx_array_at(x, 0, 0)}, one = flx_constant(1.0);
    flx_var dy;
    cr_expect_eq(flx_jvp_record(1, xs, &one, 1, &both, &dy), FLX_OK);
    cr_expect_eq(flx_peek(dy), 1.0);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
    flx_program_release(f);
}

Test(compose, a_constant_operand_gets_slots)
{
    flx_tape *t = new_tape();
    flx_program *f = new_program(&body_logistic);
    flx_array shared = flx_array_scalar(flx_constant(0.5));
    shared.rows = 3;
    const flx_array y = flx_map(f, flx_array_slice(numbers(t, 2, 1), 0, 0, 2, 1, 1, 1), shared);
    cr_expect_eq(flx_peek(flx_array_at(y, 1, 2)), 0.3125 * 0.5);
    flx_tape_destroy(t);
    flx_program_release(f);
}

Test(compose, nan_stays_in_its_row)
{
    flx_tape *t = new_tape();
    flx_program *f = new_program(&body_mixed);
    double rows[3][2] = {{0.5, 0.25}, {(double)NAN, 0.25}, {0.5, 0.25}}, shared[2] = {0.75, 1.0};
    const flx_array x = flx_array_variable(t, 3, 2, rows[0]),
                    p = flx_array_variable(t, 2, 1, shared);
    const flx_array y = flx_map(f, x, p);
    flx_array g;
    cr_expect(isnan(flx_peek(flx_array_at(y, 1, 0))));
    cr_expect_eq(flx_peek(flx_array_at(y, 0, 0)), flx_peek(flx_array_at(y, 2, 0)));
    cr_expect(isfinite(flx_peek(flx_array_at(y, 2, 0))));
    cr_expect_eq(flx_grad_array(flx_array_at(y, 2, 0), x, &g, 0), FLX_OK);
    cr_expect_eq(flx_peek(flx_array_at(g, 1, 0)), 0.0); /* of a row that does not matter */
    cr_expect(isfinite(flx_peek(flx_array_at(g, 2, 0))));
    flx_tape_destroy(t);
    flx_program_release(f);
}

/* ---- guards ---- */

/* A map of `branch` over rows (x[0], x[1]) and (x[1], x[0]). */
static flx_program *map_of_branches(void)
{
    flx_tape *t = new_tape();
    flx_program *f = new_program(&body_branch), *g;
    const flx_array x = numbers(t, 2, 1);
    const flx_var v[2] = {flx_array_at(x, 0, 0), flx_array_at(x, 1, 0)};
    const flx_var both[4] = {v[0], v[1], v[1], v[0]};
    const flx_var y =
        flx_array_at(flx_map_sum(f, flx_array_pack(t, 2, 2, both), flx_array_empty()), 0, 0);
    cr_assert_eq(flx_freeze(t, 2, v, 1, &y, 0, &g, NULL), FLX_OK);
    flx_tape_destroy(t);
    flx_program_release(f);
    return g;
}

Test(compose, a_guard_that_flips_within_is_a_branch_that_changed)
{
    const flx_work_kind kind[3] = {FLX_WORK_FIRST, FLX_WORK_SECOND, FLX_WORK_JET};
    flx_program *outer = map_of_branches();
    const double good[2] = {1.0, 1.5}, bad[2] = {1.0, 3.0}, d[4] = {1.0, 3.0, 1.0, 0.0};
    for (int k = 0; k < 3; k++) {
        flx_work *w;
        flx_report r;
        double y[2] = {0.0, 0.0};
        cr_assert_eq(flx_work_create(outer, kind[k], 1, &w), FLX_OK);
        cr_expect_eq(flx_eval(outer, w, good, y, &r), FLX_OK);
        cr_expect_eq(y[0], 3.0);
        const flx_status status = k == 0   ? flx_jvp(outer, w, bad, d, y, &r)
                                  : k == 1 ? flx_hvp(outer, w, bad, d, NULL, y, &r)
                                           : flx_jet(outer, w, 1, d, y, &r);
        cr_expect_eq(status, FLX_BRANCH_CHANGED);
        cr_expect(isnan(y[0]));
        cr_expect_eq(r.index, 0);
        cr_expect_str_eq(r.op, "lt");
        cr_expect_str_eq(r.label, "branch");
        cr_expect_eq(r.flags, FLX_FLAG_BRANCH);
        cr_expect_eq(flx_eval(outer, w, good, y, &r), FLX_OK);
        cr_expect_eq(y[0], 3.0);
        flx_work_destroy(w);
    }
    flx_program_release(outer);
}

Test(compose, a_guard_that_flips_while_recording_fails_the_tape)
{
    flx_tape *t = new_tape();
    flx_program *outer = map_of_branches();
    const double bad[2] = {1.0, 3.0};
    const flx_array x = flx_array_variable(t, 2, 1, bad);
    cr_expect_eq(flx_call(outer, x).rows, 0); /* two levels down */
    const flx_report r = flx_tape_report(t);
    cr_expect_eq(r.status, FLX_BRANCH_CHANGED);
    cr_expect_str_eq(r.op, "lt");
    cr_expect_str_eq(r.label, "branch");
    flx_tape_destroy(t);
    flx_program_release(outer);
}

static void compare_twice(const flx_var *x, flx_var *y)
{
    y[0] = x[0];
    if (flx_var_lt(x[0], flx_constant(9.0))) y[0] = flx_var_mul(y[0], x[0]);
    if (flx_var_lt(x[0], flx_constant(2.0))) y[0] = flx_var_mul(y[0], x[0]);
}

Test(compose, a_guard_without_a_label_has_that_of_the_node)
{
    const body twice = {"twice", 1, 1, compare_twice};
    flx_tape *t = new_tape();
    flx_program *f = new_program(&twice);
    const flx_var x = flx_variable(t, 3.0);
    flx_tape_label(t, "node");
    cr_expect_eq(flx_call(f, flx_array_scalar(x)).rows, 0);
    const flx_report r = flx_tape_report(t);
    cr_expect_eq(r.status, FLX_BRANCH_CHANGED);
    cr_expect_eq(r.index, 1);
    cr_assert_not_null(r.label);
    cr_expect_str_eq(r.label, "node");
    flx_tape_destroy(t);
    flx_program_release(f);
}

Test(compose, replay_follows_and_guards)
{
    flx_tape *t = new_tape();
    flx_program *outer = map_of_branches();
    const double at[3][2] = {{0.5, 0.75}, {1.0, 1.5}, {1.0, 3.0}};
    const flx_array x = flx_array_variable(t, 2, 1, at[0]);
    const flx_var y = flx_array_at(flx_call(outer, x), 0, 0);
    flx_array g;
    flx_report r;
    cr_expect_eq(flx_grad_array(y, x, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_array_set(x, at[1]), FLX_OK);
    cr_expect_eq(flx_replay(t, &r), FLX_OK);
    cr_expect_eq(flx_peek(y), 3.0);
    cr_expect_eq(flx_peek(flx_array_at(g, 0, 0)), 3.0);
    cr_expect_eq(flx_peek(flx_array_at(g, 1, 0)), 2.0);
    cr_expect_eq(flx_array_set(x, at[2]), FLX_OK);
    cr_expect_eq(flx_replay(t, &r), FLX_BRANCH_CHANGED);
    cr_expect_str_eq(r.label, "branch");
    cr_expect(isnan(flx_peek(y)));
    flx_tape_destroy(t);
    flx_program_release(outer);
}

/* ---- flags ---- */

Test(compose, flags_name_the_operation_within)
{
    flx_tape *t = new_tape();
    flx_program *f = new_program(&body_delicate), *g;
    const flx_array x = numbers(t, 4, 1), rows = flx_array_reshape(x, 2, 2);
    flx_var v[4], y;
    for (size_t k = 0; k < 4; k++) v[k] = flx_array_at(x, k, 0);
    FLX_HERE(t);
    y = flx_array_at(flx_array_sum(flx_map(f, rows, flx_array_empty()), FLX_ALL), 0, 0);
    cr_assert_eq(flx_freeze(t, 4, v, 1, &y, 0, &g, NULL), FLX_OK);
    flx_work *w;
    flx_report r;
    const double smooth[4] = {1.0, 2.0, 3.0, 4.0}, kink[4] = {0.0, 2.0, 3.0, 4.0};
    const double pole[4] = {1.0, 2.0, 3.0, 0.0};
    double value, gradient[4];
    cr_assert_eq(flx_work_create(g, FLX_WORK_FIRST, 0, &w), FLX_OK);
    cr_expect_eq(flx_gradient(g, w, smooth, &value, gradient, &r), FLX_OK);
    cr_expect_eq(r.flags, 0);
    cr_expect_eq(flx_gradient(g, w, kink, &value, gradient, &r), FLX_OK);
    cr_expect(r.flags & FLX_FLAG_KINK);
    cr_expect_str_eq(r.op, "fabs");
    cr_expect_not_null(strstr(r.label, "test_compose.c"));
    cr_expect_eq(flx_gradient(g, w, pole, &value, gradient, &r), FLX_OK);
    cr_expect(r.flags & FLX_FLAG_POLE);
    cr_expect_str_eq(r.op, "sqrt");
    flx_work_destroy(w);
    flx_program_release(g);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* ---- what is known of dependences ---- */

Test(compose, a_row_of_a_map_depends_on_its_own_row)
{
    flx_tape *t = new_tape();
    flx_program *f = new_program(&body_mixed), *g;
    const flx_array x = numbers(t, 8, 1);
    const flx_array y = flx_map(f, flx_array_reshape(flx_array_slice(x, 0, 0, 6, 1, 1, 1), 3, 2),
                                flx_array_slice(x, 6, 0, 2, 1, 1, 1));
    flx_var v[8], z[9];
    unsigned char mark[256];
    for (size_t k = 0; k < 8; k++) v[k] = flx_array_at(x, k, 0);
    for (size_t k = 0; k < 9; k++) z[k] = flx_array_at(y, k / 3, k % 3);
    cr_assert_eq(flx_freeze(t, 8, v, 9, z, 0, &g, NULL), FLX_OK);
    cr_assert_lt(g->slots, sizeof mark);
    for (size_t input = 0; input < 8; input++) {
        const flx_marked m = {&g->code, NULL, {0, g->code.instrs, 0, g->code.slots}, mark};
        memset(mark, 0, sizeof mark);
        mark[g->input[input]] = FLX_LINKED;
        flx_mark_dependent(&m);
        for (size_t k = 0; k < 9; k++) { /* y[1] of a row is its x[1] */
            const size_t row = k / 3, place = input < 6 ? input % 2 : 2 + input - 6;
            const int own = input < 6 ? input / 2 == row : 1;
            const int wanted = own && (k % 3 != 1 || place == 1);
            cr_expect_eq(mark[g->output[k]] != 0, wanted, "output %zu by input %zu", k, input);
        }
    }
    flx_program_release(g);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* ---- orders ---- */

static flx_status cube(void *ctx, size_t n, const double *x, size_t m, double *y)
{
    (void)ctx;
    (void)n;
    (void)m;
    y[0] = x[0] * x[0] * x[0];
    return FLX_OK;
}

static void cube_jacobian(size_t n, const flx_var *x, size_t mn, flx_var *jac, void *ctx)
{
    (void)n;
    (void)mn;
    (void)ctx;
    jac[0] = flx_var_mul_xc(flx_var_square(x[0]), 3.0);
}

static void write_cube(const flx_var *x, flx_var *y)
{
    const flx_external f = {"cube", cube, NULL, cube_jacobian, 2, NULL};
    y[0] = flx_array_at(flx_array_external(&f, flx_array_scalar(x[0]), 1), 0, 0);
}

/* Its gradient needs the cube, and has one order less. */
static void write_fourth_power(const flx_var *x, flx_var *y)
{
    write_cube(x, y);
    y[0] = flx_var_mul(y[0], x[0]);
}

/* x^power and its derivatives, at 2; the third one is refused. */
static void expect_two_orders(const body *b, double power)
{
    flx_tape *t = new_tape();
    flx_program *f = new_program(b);
    const flx_var x = flx_variable(t, 2.0);
    flx_var y, g, h, third;
    cr_assert_eq(flx_call_scalars(f, &x, &y), FLX_OK);
    cr_expect_eq(flx_peek(y), pow(2.0, power));
    cr_expect_eq(flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(g), power * pow(2.0, power - 1.0));
    cr_expect_eq(flx_grad(g, 1, &x, &h, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(h), power * (power - 1.0) * pow(2.0, power - 2.0));
    cr_expect_eq(flx_grad(h, 1, &x, &third, 0), FLX_EORDER);
    cr_expect_str_eq(flx_tape_report(t).op, "cube");
    flx_tape_destroy(t);
    flx_program_release(f);
}

Test(compose, orders_are_those_of_what_is_within)
{
    const body third = {"cubed", 1, 1, write_cube}, fourth = {"fourth", 1, 1, write_fourth_power};
    expect_two_orders(&third, 3.0);
    expect_two_orders(&fourth, 4.0);
}

/* ---- tangents ---- */

/* The rows do not move: as at each of them by itself. */
Test(compose, tangents_along_what_is_shared_alone)
{
    flx_tape *t = new_tape();
    flx_program *f = new_program(&body_mixed);
    const flx_array rows = numbers(t, 3, 2), shared = numbers(t, 2, 1);
    const flx_var p[2] = {flx_array_at(shared, 0, 0), flx_array_at(shared, 1, 0)};
    const flx_var dp[2] = {flx_constant(0.75), flx_constant(-1.25)};
    const flx_array y = flx_map(f, rows, shared);
    for (size_t r = 0; r < 3; r++) {
        const flx_var x[4] = {flx_array_at(rows, r, 0), flx_array_at(rows, r, 1), p[0], p[1]};
        flx_var want[3], got[3];
        body_mixed.write(x, want);
        for (size_t k = 0; k < 3; k++) got[k] = flx_array_at(y, r, k);
        cr_assert_eq(flx_jvp_record(2, p, dp, 3, want, want), FLX_OK);
        cr_assert_eq(flx_jvp_record(2, p, dp, 3, got, got), FLX_OK);
        for (size_t k = 0; k < 3; k++)
            cr_expect_float_eq(flx_peek(got[k]), flx_peek(want[k]), 1e-14);
    }
    flx_tape_destroy(t);
    flx_program_release(f);
}

/* ---- memory ---- */

static void use_all(flx_tape *t, flx_program *f, double *third)
{
    const flx_array x = numbers(t, 4, 2), none = flx_array_empty();
    const flx_array two = flx_array_slice(x, 2, 0, 2, 1, 1, 1),
                    three = flx_array_slice(x, 1, 0, 3, 1, 1, 1);
    const flx_array called = flx_call(f, flx_array_slice(x, 0, 0, 4, 1, 1, 1));
    const flx_array mapped = flx_map(f, x, two);
    const flx_array scanned =
        flx_scan(f, 3, flx_array_slice(x, 0, 0, 1, 1, 1, 1), none, three, 2).state;
    const flx_array all[3] = {flx_array_sum(called, FLX_ALL), flx_array_sum(mapped, FLX_ALL),
                              scanned};
    const flx_array y = flx_array_sum(flx_array_stack(3, all), FLX_ALL);
    flx_array g, h;
    if (y.rows == 0 || flx_grad_array(flx_array_at(y, 0, 0), x, &g, FLX_CREATE_GRAPH) != FLX_OK)
        return;
    const flx_var xs[1] = {flx_array_at(x, 0, 0)}, one = flx_constant(1.0);
    flx_var d = flx_array_at(g, 0, 0);
    if (flx_jvp_record(1, xs, &one, 1, &d, &d) == FLX_OK && flx_grad_array(d, x, &h, 0) == FLX_OK)
        flx_array_peek(h, third);
}

/* Fails every request in turn; all is given back, the tape can be used again, and what is there in spite
 * of it is right. */
Test(compose, gives_back_all_memory_whichever_request_fails)
{
    double want[8] = {0.0};
    for (size_t refuse = 0, requests = 1; refuse <= requests; refuse++) {
        hostile h = {0, 0, 0, 0};
        const flx_tape_options options = {.allocator = hostile_allocator(&h)};
        const flx_var start[4] = {{0}};
        flx_var x[4], y[3];
        flx_tape *t = NULL;
        flx_program *f = NULL, *outer = NULL;
        h.refuse = refuse;
        (void)start;
        if (flx_tape_create(&options, &t) == FLX_OK) {
            for (size_t k = 0; k < 4; k++) x[k] = flx_variable(t, 0.5);
            body_mixed.write(x, y);
            flx_freeze(t, 4, x, 3, y, 0, &f, NULL);
            flx_tape_reset(t);
        }
        if (f) {
            double third[8] = {0.0};
            use_all(t, f, third);
            const flx_status status = flx_tape_status(t);
            cr_expect(status == FLX_OK || status == FLX_ENOMEM, "%s", flx_status_name(status));
            if (refuse == 0) memcpy(want, third, sizeof want);
            cr_expect(status != FLX_OK || memcmp(want, third, sizeof want) == 0, "%zu", refuse);
            const flx_var in = flx_variable(t, 0.5);
            const flx_array four[4] = {flx_array_scalar(in), flx_array_scalar(in),
                                       flx_array_scalar(in), flx_array_scalar(in)};
            const flx_array out = flx_call(f, flx_array_stack(4, four));
            flx_var z = out.rows ? flx_array_at(out, 0, 0) : flx_constant(0.0);
            flx_freeze(t, 1, &in, 1, &z, 0, &outer, NULL);
        }
        if (refuse == 0) {
            cr_expect_neq(want[0], 0.0);
            cr_expect_eq(flx_tape_status(t), FLX_OK);
            cr_expect_not_null(outer);
            requests = h.requests;
        }
        flx_tape_destroy(t);
        flx_program_release(f);
        flx_program_release(outer);
        cr_expect_eq(h.bytes, 0, "request %zu of %zu: %zu bytes", refuse, requests, h.bytes);
    }
}

static unsigned owners(const flx_program *f) { return atomic_load(&f->owners); }

Test(compose, is_owned_by_what_holds_it)
{
    flx_tape *t = new_tape();
    flx_program *f = new_program(&body_branch), *outer;
    const flx_array x = numbers(t, 2, 1);
    const flx_var v[2] = {flx_array_at(x, 0, 0), flx_array_at(x, 1, 0)};
    const flx_mark mark = flx_tape_mark(t);
    for (int round = 0; round < 3; round++) {
        flx_call(f, x);
        const flx_mark between = flx_tape_mark(t);
        flx_call(f, x); /* the same kind of node: one owner for both */
        cr_expect_eq(owners(f), 2);
        flx_tape_rewind(t, between);
        cr_expect_eq(owners(f), 2);
        flx_tape_rewind(t, mark);
        cr_expect_eq(owners(f), 1);
    }
    const flx_var y = flx_array_at(flx_call(f, x), 0, 0);
    cr_assert_eq(flx_freeze(t, 2, v, 1, &y, 0, &outer, NULL), FLX_OK);
    cr_expect_eq(owners(f), 3);
    flx_tape_reset(t);
    cr_expect_eq(owners(f), 2);
    flx_tape_destroy(t);
    flx_program_release(outer);
    cr_expect_eq(owners(f), 1);
    flx_program_release(f);
}

Test(compose, pausing_leaves_values)
{
    flx_tape *t = new_tape();
    flx_program *f = new_program(&body_branch);
    const flx_array x = numbers(t, 2, 1);
    flx_pause(t);
    const flx_array y = flx_call(f, x);
    flx_resume(t);
    cr_expect_eq(flx_peek(flx_array_at(y, 0, 0)), 0.25 * 0.3125);
    cr_expect_eq(owners(f), 1);
    flx_array g;
    cr_expect_eq(flx_grad_array(flx_array_at(y, 0, 0), x, &g, 0), FLX_OK);
    cr_expect_eq(flx_peek(flx_array_at(g, 0, 0)), 0.0);
    flx_tape_destroy(t);
    flx_program_release(f);
}

/* ---- seeing ---- */

Test(compose, is_called_by_its_name)
{
    static char text[20000];
    size_t length;
    flx_tape *t = new_tape();
    flx_program *f = new_program(&body_mixed);
    const flx_array x = numbers(t, 4, 2), two = flx_array_slice(x, 0, 0, 2, 1, 1, 1);
    const flx_array three = flx_array_slice(x, 0, 0, 3, 1, 1, 1), one = flx_array_row(three, 0);
    flx_call(f, flx_array_slice(x, 0, 0, 4, 1, 1, 1));
    flx_map(f, x, two);
    const flx_var y = flx_array_at(flx_scan(f, 2, three, flx_array_empty(), one, 0).state, 0, 0);
    cr_expect_lt(flx_tape_list(t, 0, 100, text, sizeof text), sizeof text);
    cr_expect(strstr(text, "call") && strstr(text, "map") && strstr(text, "scan"), "%s", text);
    cr_assert_eq(flx_tape_dot(t, 1, &y, text, sizeof text, &length), FLX_OK);
    cr_expect_not_null(strstr(text, "scan"));
    flx_tape_destroy(t);
    flx_program_release(f);
}
