/* Inputs set anew: what is out of date is said, and replaying makes it good. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include <fluxion/fluxion.h>

#include "reverse/tape.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static void expect_outdated(flx_var x, const char *what)
{
    cr_expect_eq(flx_var_status(x), FLX_EOUTDATED, "%s", what);
    cr_expect(isnan(flx_peek(x)), "%s", what);
    cr_expect(isnan(flx_value(x)), "%s", what);
}

Test(outdated, what_was_computed_before_a_set_is_said_to_be)
{
    flx_tape *t = new_tape();
    const flx_var before = flx_variable(t, 2.0), early = flx_var_square(before);
    const flx_var x = flx_variable(t, 3.0), p = flx_parameter(t, 5.0);
    const flx_var y = flx_var_mul(x, p), later = flx_variable(t, 7.0);
    cr_expect_eq(flx_set(x, 4.0), FLX_OK);
    cr_expect_eq(flx_peek(x), 4.0);
    cr_expect_eq(flx_peek(before), 2.0);
    cr_expect_eq(flx_peek(early), 4.0, "computed before the input was made");
    cr_expect_eq(flx_peek(p), 5.0, "parameters are inputs");
    cr_expect_eq(flx_peek(later), 7.0);
    cr_expect_eq(flx_var_status(later), FLX_OK);
    expect_outdated(y, "a product");

    flx_var g; /* what is computed now is right, and so is its gradient */
    const flx_var z = flx_var_mul(flx_var_mul(x, later), early);
    cr_expect_eq(flx_peek(z), 112.0);
    cr_expect_eq(flx_grad(z, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(g), 28.0);
    cr_expect_eq(flx_set(p, 6.0), FLX_OK);
    expect_outdated(z, "after a later input was set");
    flx_tape_destroy(t);
}

/* Every way of using a value that is out of date; the tape can be used on after a rewind. */
Test(outdated, using_it_is_a_failure_that_is_kept)
{
    flx_tape *t = new_tape();
    const double values[2] = {1.0, 2.0};
    const flx_array a = flx_array_variable(t, 2, 1, values);
    const flx_var x = flx_variable(t, 3.0);
    const flx_mark start = flx_tape_mark(t);
    for (int k = 0; k < 12; k++) {
        const flx_var y = flx_var_sin(x), one = flx_constant(1.0);
        const flx_array b = flx_array_axpy(x, a, a);
        double read[2];
        flx_var out = one, g;
        flx_array array = a;
        flx_status status = FLX_EOUTDATED;
        cr_assert_eq(flx_set(x, 0.5 + k), FLX_OK);
        switch (k) {
        case 0: out = flx_var_add(x, y); break;
        case 1: out = flx_var_mul_xc(y, 2.0); break;
        case 2: out = flx_var_exp(y); break;
        case 3: out = flx_var_select(y, x, x); break;
        case 4: out = flx_constant(flx_var_lt_xc(y, 3.0) ? 1.0 : (double)NAN); break;
        case 5: array = flx_array_axpy(x, b, a); break;
        case 6: out = flx_array_dot(a, b); break;
        case 7: array = flx_array_pack(t, 1, 1, &y); break;
        case 8: status = flx_grad(y, 1, &x, &g, 0); break;
        case 9: status = flx_grad_seeded(1, &x, &y, 1, &x, &g, 0); break;
        case 10: status = flx_jvp_record(1, &x, &one, 1, &y, &g); break;
        default: array = flx_array_slice(flx_array_axpy(y, a, a), 0, 0, 1, 1, 1, 1); break;
        }
        cr_expect_eq(status, FLX_EOUTDATED, "case %d", k);
        cr_expect_eq(flx_tape_status(t), FLX_EOUTDATED, "case %d", k);
        cr_expect(isnan(flx_peek(out)) || k > 6 || k == 5, "case %d", k);
        cr_expect(array.rows == 0 || (k != 5 && k != 7 && k != 11), "case %d", k);
        cr_expect_eq(flx_set(x, 1.0), FLX_EOUTDATED, "the kept status");
        cr_expect_eq(flx_replay(t, NULL), FLX_EOUTDATED, "the kept status");
        cr_expect_eq(flx_array_peek(b, read), FLX_EOUTDATED);
        cr_expect(isnan(read[0]) && isnan(read[1]));
        cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
        cr_expect_eq(flx_grad(flx_var_square(x), 1, &x, &g, 0), FLX_OK, "used on, case %d", k);
        cr_expect_eq(flx_peek(g), 1.0 + 2.0 * k);
    }
    flx_tape_destroy(t);
}

Test(outdated, only_inputs_can_be_set)
{
    flx_tape *t = new_tape();
    const double values[4] = {1.0, 2.0, 3.0, 4.0}, other[4] = {5.0, 6.0, 7.0, 8.0};
    const flx_mark start = flx_tape_mark(t);
    const flx_array a = flx_array_variable(t, 2, 2, values),
                    c = flx_array_constant(t, 2, 2, values);
    const flx_var x = flx_array_at(a, 1, 0), y = flx_var_exp(x);
    const flx_array none = {{NULL, {{0, 0}}}, 0, 0, 0, 0};
    cr_expect_eq(flx_set(flx_constant(1.0), 2.0), FLX_EARG);
    cr_expect_eq(flx_set(y, 2.0), FLX_EARG);
    cr_expect_eq(flx_set(flx_array_at(c, 0, 0), 2.0), FLX_EARG);
    cr_expect_eq(flx_array_set(c, other), FLX_EARG);
    cr_expect_eq(flx_array_set(none, other), FLX_EARG);
    cr_expect_eq(flx_array_set(a, NULL), FLX_EARG);
    cr_expect_eq(flx_peek(y), exp(3.0), "nothing was changed");
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    cr_expect_eq(flx_array_set(flx_array_slice(a, 0, 0, 0, 2, 1, 1), NULL), FLX_OK, "no elements");
    cr_expect_eq(flx_array_set(flx_array_slice(a, 0, 0, 2, 0, 1, 1), NULL), FLX_OK, "no elements");
    cr_expect_eq(flx_peek(y), exp(3.0));
    cr_expect_eq(flx_array_set(flx_array_transpose(flx_array_col(a, 1)), other), FLX_OK);
    cr_expect_eq(flx_peek(flx_array_at(a, 0, 1)), 5.0);
    cr_expect_eq(flx_peek(flx_array_at(a, 1, 1)), 6.0);
    cr_expect_eq(flx_peek(x), 3.0);
    expect_outdated(y, "whatever element was set");
    cr_expect_eq(flx_tape_rewind(t, start), FLX_OK);
    cr_expect_eq(flx_set(x, 1.0), FLX_ESTALE);
    cr_expect_eq(flx_array_set(a, values), FLX_ESTALE);
    flx_tape_destroy(t);
}

/* A program of everything that the tape records, its gradient and the gradient's gradient. */
static void record(const flx_var *x, flx_array a, flx_var out[4])
{
    flx_var g[2], h[2];
    const flx_array b = flx_array_axpy(x[0], a, flx_array_transpose(a));
    flx_var y = flx_var_add(flx_array_dot(b, b), flx_var_pow(x[0], x[1]));
    const flx_array p = flx_array_matmul(flx_array_softmax(b, FLX_ROWS), flx_array_tanh(a));
    const flx_array index = flx_array_argmax(p, FLX_COLS);
    y = flx_var_add(y, flx_array_norm(flx_array_scatter_add(flx_array_transpose(p),
                                                            flx_array_transpose(index), 2)));
    y = flx_var_select(flx_var_sub(x[1], x[0]), flx_var_sin(y), flx_var_cos(y));
    if (flx_var_gt_xc(x[0], 0.0)) y = flx_var_hypot(y, flx_var_mul_xc(x[1], 3.0));
    flx_grad(y, 2, x, g, FLX_CREATE_GRAPH);
    flx_grad(flx_var_mul(g[0], g[1]), 2, x, h, FLX_CREATE_GRAPH);
    out[0] = y;
    out[1] = g[0];
    out[2] = h[0];
    out[3] = h[1];
}

Test(outdated, a_replay_is_what_recording_anew_gives)
{
    flx_tape *t = new_tape(), *fresh = new_tape();
    const double values[4] = {0.1, -0.2, 0.3, 0.4}, other[4] = {1.1, 0.7, -0.3, 0.2};
    flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 1.5)}, out[4], want[4];
    flx_array a = flx_array_variable(t, 2, 2, values);
    record(x, a, out);
    const size_t before = flx_tape_measure(t).instructions;
    for (int k = 0; k < 6; k++) { /* the select goes both ways */
        const double at[2] = {0.25 + 0.5 * k, 1.75 - 0.1 * k};
        flx_report r = {.status = FLX_EARG};
        for (int i = 0; i < 2; i++) cr_assert_eq(flx_set(x[i], at[i]), FLX_OK);
        if (k & 1) cr_assert_eq(flx_array_set(a, other), FLX_OK);
        expect_outdated(out[3], "before the replay");
        cr_assert_eq(flx_replay(t, &r), FLX_OK);
        cr_expect_eq(r.status, FLX_OK);
        flx_tape_reset(fresh);
        flx_var z[2] = {flx_variable(fresh, at[0]), flx_variable(fresh, at[1])};
        record(z, flx_array_variable(fresh, 2, 2, k ? other : values), want);
        for (int i = 0; i < 4; i++)
            cr_expect_eq(flx_peek(out[i]), flx_peek(want[i]), "value %d at point %d", i, k);
        flx_var g, h; /* and it can be differentiated on */
        cr_assert_eq(flx_grad(out[3], 1, &x[0], &g, 0), FLX_OK);
        cr_assert_eq(flx_grad(want[3], 1, &z[0], &h, 0), FLX_OK);
        cr_expect_eq(flx_peek(g), flx_peek(h));
    }
    cr_expect_eq(flx_tape_measure(t).instructions, before, "nothing is recorded");
    flx_tape_destroy(t);
    flx_tape_destroy(fresh);
}

Test(outdated, a_replay_does_not_follow_the_wrong_branch)
{
    flx_tape *t = new_tape();
    flx_report r;
    const flx_var x = flx_variable(t, 1.0);
    FLX_HERE(t);
    const flx_var y = flx_var_lt_xc(x, 2.0) ? flx_var_square(x) : flx_var_exp(x);
    cr_expect_eq(flx_replay(t, &r), FLX_OK, "nothing to do");
    cr_assert_eq(flx_set(x, 3.0), FLX_OK);
    cr_expect_eq(flx_replay(t, &r), FLX_BRANCH_CHANGED);
    cr_expect_eq(r.status, FLX_BRANCH_CHANGED);
    cr_expect_eq(r.index, 0);
    cr_expect_eq(r.flags, FLX_FLAG_BRANCH);
    cr_expect_str_eq(r.op, "lt");
    cr_expect_not_null(r.label);
    cr_expect(flx_tape_flags(t).set & FLX_FLAG_BRANCH);
    expect_outdated(y, "still");
    cr_assert_eq(flx_set(x, 1.5), FLX_OK);
    cr_expect_eq(flx_replay(t, NULL), FLX_OK);
    cr_expect_eq(flx_peek(y), 2.25);
    cr_expect_eq(flx_replay(NULL, &r), FLX_EARG);
    cr_expect_eq(r.status, FLX_EARG);
    flx_tape_destroy(t);
}

/* At the new point the gradient meets a kink that the old one was far from. */
Test(outdated, delicate_points_are_those_of_the_values_now)
{
    flx_tape *t = new_tape();
    flx_var g, x = flx_variable(t, 1.0);
    const flx_var kink = flx_var_fabs(flx_var_sub_xc(x, 4.0)), z = flx_var_add(kink, x);
    cr_assert_eq(flx_grad(z, 1, &x, &g, 0), FLX_OK);
    cr_expect_eq(flx_tape_flags(t).set, 0);
    cr_assert_eq(flx_set(x, 4.0), FLX_OK);
    cr_assert_eq(flx_replay(t, NULL), FLX_OK);
    cr_assert_eq(flx_grad(z, 1, &x, &g, 0), FLX_OK);
    cr_expect_eq(flx_peek(g), 1.0);
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_KINK);
    flx_var_fabs(flx_var_sub_xc(x, 4.0)); /* noted after the first */
    flx_tape_clear_flags(t);
    cr_assert_eq(flx_set(x, 4.0), FLX_OK);
    cr_assert_eq(flx_replay(t, NULL), FLX_OK);
    cr_assert_eq(flx_grad(z, 1, &x, &g, 0), FLX_OK);
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_KINK);
    flx_tape_destroy(t);
}

/* Inputs are set one after another, up, down and across, with and without values above them. */
Test(outdated, many_inputs_in_any_order_cost_what_they_are)
{
    enum { N = 100000 };
    flx_var *x = malloc(N * sizeof *x);
    cr_assert_not_null(x);
    for (int order = 0; order < 6; order++) {
        const int above = order & 1;
        flx_tape *t = new_tape();
        for (int k = 0; k < N; k++) x[k] = flx_variable(t, k);
        const flx_mark start = flx_tape_mark(t);
        const flx_var y = above ? flx_var_square(x[7]) : x[7];
        for (int k = 0; k < N; k++) {
            const int at = order < 2 ? k : order < 4 ? N - 1 - k : (int)(k * 7919ll % N);
            cr_assert_eq(flx_set(x[at], at + order), FLX_OK);
        }
        cr_expect_eq(flx_var_status(y), above ? FLX_EOUTDATED : FLX_OK);
        cr_expect_eq(flx_tape_has_outdated(t), above);
        cr_expect_eq(t->head.room == 0, above, "inline recording, where nothing is out of date");
        cr_expect_eq(flx_tape_rewind(t, start), FLX_OK);
        cr_expect(!flx_tape_has_outdated(t) && t->head.room > 0);
        const flx_var z = flx_var_square(x[7]);
        cr_expect_eq(flx_peek(z), (7.0 + order) * (7.0 + order));
        cr_expect_eq(flx_var_status(z), FLX_OK);
        flx_tape_destroy(t);
    }
    free(x);
}

Test(outdated, a_tape_can_be_frozen_all_the_same)
{
    flx_tape *t = new_tape();
    flx_program *f = NULL;
    flx_work *w = NULL;
    const double at = 3.0;
    double value;
    const flx_var x = flx_variable(t, 1.0), p = flx_parameter(t, 2.0), y = flx_var_mul(x, p);
    cr_assert_eq(flx_set(p, 5.0), FLX_OK);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &w), FLX_OK);
    cr_expect_eq(flx_eval(f, w, &at, &value, NULL), FLX_OK);
    cr_expect_eq(value, 15.0, "with the parameter as it was set");
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* What is known of inputs that were set is known of them alone, not of what lies between them. */
Test(outdated, what_lies_between_two_inputs)
{
    flx_tape *t = new_tape();
    const flx_var a = flx_variable(t, 2.0), b = flx_var_square(a);
    const flx_var c = flx_variable(t, 3.0), d = flx_var_mul(b, c);
    const flx_var input[3] = {a, c, a};
    for (int k = 0; k < 3; k++) {
        cr_assert_eq(flx_set(input[k], 5.0 + k), FLX_OK);
        cr_expect_eq(flx_var_status(b), k == 1 ? FLX_OK : FLX_EOUTDATED, "%d", k);
        cr_expect_eq(flx_var_status(d), FLX_EOUTDATED, "%d", k);
        cr_assert_eq(flx_replay(t, NULL), FLX_OK);
    }
    cr_expect_eq(flx_peek(d), 7.0 * 7.0 * 6.0);
    flx_tape_destroy(t);
}
