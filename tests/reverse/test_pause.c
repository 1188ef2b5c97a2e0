/* Recording paused and resumed, and values of which no derivative passes. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

#include "reverse/tape.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static double gradient(flx_var y, flx_var x)
{
    flx_var g;
    cr_assert_eq(flx_grad(y, 1, &x, &g, 0), FLX_OK);
    return flx_peek(g);
}

/* Every kind of operation; an operand of each is x. */
static int operations(flx_var x, flx_var out[16])
{
    const flx_var y = flx_constant(3.0);
    int n = 0;
    out[n++] = flx_var_add(x, x);
    out[n++] = flx_var_mul_xc(x, 3.0);
    out[n++] = flx_var_sub(y, x);
    out[n++] = flx_var_square(x);
    out[n++] = flx_var_sin(x);
    out[n++] = flx_var_hypot(x, y);
    out[n++] = flx_var_pow(x, x);
    out[n++] = flx_var_pow_xc(x, 3.0);
    out[n++] = flx_var_jn(2, x);
    out[n++] = flx_var_fma(x, y, x);
    out[n++] = flx_var_select(x, y, x);
    out[n++] = flx_detach(x);
    return n;
}

Test(pause, operations_yield_the_same_values_as_constants)
{
    flx_tape *t = new_tape();
    flx_var recorded[16], plain[16];
    const flx_var x = flx_variable(t, 0.7);
    const int n = operations(x, recorded);
    const flx_tape_usage before = flx_tape_measure(t);
    flx_pause(t);
    operations(x, plain);
    cr_expect(flx_var_lt_xc(x, 1.0));
    cr_expect(!flx_var_lt(x, x));
    const flx_tape_usage after = flx_tape_measure(t);
    cr_expect_eq(after.used.all, before.used.all, "no memory");
    cr_expect_eq(after.guards, before.guards);
    cr_expect_eq(after.reads, before.reads + (size_t)n + 2, "each counts as a read");
    for (int k = 0; k < n; k++) {
        cr_expect_null(plain[k].tape, "operation %d", k);
        cr_expect_eq(flx_peek(plain[k]), flx_peek(recorded[k]), "operation %d", k);
    }
    cr_expect_eq(flx_resume(t), FLX_OK);
    cr_expect_eq(gradient(flx_var_mul(x, plain[3]), x), 0.7 * 0.7, "a constant factor");
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}

Test(pause, arrays_are_constants_on_the_tape)
{
    flx_tape *t = new_tape();
    const double values[2] = {2.0, 3.0};
    const flx_array a = flx_array_variable(t, 2, 1, values);
    const flx_var x = flx_variable(t, 5.0);
    flx_pause(t);
    const flx_array b = flx_array_axpy(x, a, a); /* 6a */
    const flx_array c = flx_array_pack(t, 2, 1, (flx_var[2]){x, flx_constant(1.0)});
    const flx_var d = flx_array_dot(a, a);
    cr_expect_eq(flx_resume(t), FLX_OK);
    cr_expect_eq(flx_peek(d), 13.0);
    cr_expect_eq(gradient(flx_var_mul(d, x), x), 13.0);
    cr_expect_eq(flx_peek(flx_array_at(b, 1, 0)), 18.0);
    const flx_var y = flx_array_dot(flx_array_axpy(x, b, c), a);
    cr_expect_eq(gradient(y, x), 12.0 * 2.0 + 18.0 * 3.0, "by alpha alone");
    flx_array g;
    cr_assert_eq(flx_grad_array(y, a, &g, 0), FLX_OK);
    cr_expect_eq(flx_peek(flx_array_at(g, 0, 0)), 5.0 * 12.0 + 5.0);
    cr_expect_eq(flx_peek(flx_array_at(g, 1, 0)), 5.0 * 18.0 + 1.0);
    flx_tape_destroy(t);
}

/* Every kind of array instruction. */
static int array_operations(flx_array a, flx_var x, flx_array out[16])
{
    const flx_array v = flx_array_reshape(a, 6, 1), index = flx_array_argmax(a, FLX_ROWS);
    int n = 0;
    out[n++] = flx_array_mul(flx_array_scalar(x), flx_array_add(a, a));
    out[n++] = flx_array_fma(a, flx_array_scalar(flx_constant(2.0)), flx_array_scalar(x));
    out[n++] = flx_array_matmul(flx_array_transpose(a), a);
    out[n++] = flx_array_sum(a, FLX_COLS);
    out[n++] = flx_array_softmax(a, FLX_ROWS);
    out[n++] = flx_array_cumsum(a, FLX_ROWS);
    out[n++] = flx_array_take(a, index, FLX_ROWS);
    out[n++] = flx_array_scatter_add(a, index, 4);
    out[n++] = flx_array_lower_triangle(v);
    out[n++] = flx_array_diagonal_matrix(v);
    out[n++] = flx_array_stack(2, (flx_array[2]){a, flx_array_detach(a)});
    out[n++] = flx_array_scalar(flx_array_norm(a));
    const flx_array aat = flx_array_matmul(a, flx_array_transpose(a));
    out[n++] = flx_array_cholesky(aat);
    return n;
}

Test(pause, every_array_operation_has_its_value)
{
    flx_tape *t = new_tape();
    const double values[6] = {0.5, -1.0, 2.0, 3.0, 0.25, -0.75};
    const flx_array a = flx_array_variable(t, 2, 3, values);
    const flx_var x = flx_variable(t, 5.0);
    flx_array recorded[16], plain[16];
    const int n = array_operations(a, x, recorded);
    const flx_mark before = flx_tape_mark(t);
    flx_pause(t);
    array_operations(a, x, plain);
    cr_expect_eq(flx_resume(t), FLX_OK);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    cr_expect_eq(flx_tape_mark(t).arrays, before.arrays, "no descriptors");
    for (int k = 0; k < n; k++) {
        double want[100], got[100];
        const size_t size = (size_t)recorded[k].rows * recorded[k].cols;
        cr_assert(size > 0 && size <= 100, "operation %d", k);
        cr_assert_eq((size_t)plain[k].rows * plain[k].cols, size, "operation %d", k);
        cr_assert_eq(flx_array_peek(recorded[k], want), FLX_OK);
        cr_assert_eq(flx_array_peek(plain[k], got), FLX_OK);
        for (size_t i = 0; i < size; i++) cr_expect_eq(got[i], want[i], "operation %d", k);
        const flx_var y = flx_var_mul(flx_array_at(flx_array_sum(plain[k], FLX_ALL), 0, 0), x);
        flx_array g;
        cr_assert_eq(flx_grad_array(y, a, &g, 0), FLX_OK);
        cr_assert_eq(flx_array_peek(g, got), FLX_OK);
        for (int i = 0; i < 6; i++) cr_expect_eq(got[i], 0.0, "operation %d: a constant", k);
    }
    flx_tape_destroy(t);
}

Test(pause, arrays_count_as_reads_of_what_they_are_made_of)
{
    flx_tape *t = new_tape();
    const flx_array a = flx_array_variable(t, 2, 2, (double[]){1.0, 2.0, 3.0, 4.0});
    const flx_var x = flx_variable(t, 5.0);
    flx_pause(t);
    cr_expect_eq(flx_tape_measure(t).reads, 0);
    flx_array_square(a);
    cr_expect_eq(flx_tape_measure(t).reads, 1);
    flx_array_diagonal_matrix(flx_array_row(a, 0));
    cr_expect_eq(flx_tape_measure(t).reads, 2);
    flx_array_pack(t, 3, 1, (flx_var[]){x, flx_constant(1.0), x});
    cr_expect_eq(flx_tape_measure(t).reads, 4, "a constant is none");
    flx_array_constant(t, 2, 2, (double[]){1.0, 2.0, 3.0, 4.0});
    cr_expect_eq(flx_tape_measure(t).reads, 4);
    flx_resume(t);
    flx_array_pack(t, 2, 1, (flx_var[]){x, flx_constant(1.0)});
    cr_expect_eq(flx_tape_measure(t).reads, 4, "recorded");
    flx_tape_destroy(t);
}

Test(pause, pauses_are_counted)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0);
    const flx_mark start = flx_tape_mark(t);
    cr_expect_eq(flx_resume(t), FLX_EARG, "not paused");
    flx_pause(t);
    flx_pause(t);
    cr_expect_eq(flx_resume(t), FLX_OK);
    cr_expect_null(flx_var_exp(x).tape, "one pause is left");
    const flx_var made = flx_variable(t, 4.0), p = flx_parameter(t, 1.5);
    cr_expect_eq(made.tape, t, "an input is an input");
    cr_expect_null(flx_var_mul(made, p).tape);
    cr_expect_eq(flx_tape_rewind(t, start), FLX_OK);
    cr_expect_null(flx_var_exp(x).tape, "rewinding ends no pause");
    cr_expect_eq(flx_resume(t), FLX_OK);
    cr_expect(t->head.room > 0, "inline recording goes on");
    cr_expect_eq(flx_resume(t), FLX_EARG);
    cr_expect_eq(gradient(flx_var_square(x), x), 4.0);
    flx_tape_destroy(t);
}

/* Derivatives of what was recorded before, taken while recording is paused. */
Test(pause, derivatives_are_constants_too)
{
    flx_tape *t = new_tape();
    const double values[2] = {1.0, 2.0};
    const flx_array a = flx_array_variable(t, 2, 1, values);
    const flx_var x = flx_variable(t, 2.0), y = flx_var_mul(flx_var_square(x), x);
    const flx_var z = flx_var_mul(y, flx_array_dot(a, a)), dx = flx_constant(1.0);
    flx_var g, dy;
    flx_array ga;
    flx_pause(t);
    const size_t before = flx_tape_measure(t).used.all;
    cr_expect_eq(flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_null(g.tape);
    cr_expect_eq(flx_peek(g), 12.0);
    cr_expect_eq(flx_jvp_record(1, &x, &dx, 1, &y, &dy), FLX_OK);
    cr_expect_null(dy.tape);
    cr_expect_eq(flx_peek(dy), 12.0);
    cr_expect_null(flx_var_mul(x, x).tape, "still paused");
    cr_expect_eq(flx_tape_measure(t).used.all, before);
    cr_expect_eq(flx_grad_array(z, a, &ga, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(flx_array_at(ga, 1, 0)), 8.0 * 4.0);
    cr_expect_null(flx_var_exp(x).tape, "still paused");
    cr_expect_eq(flx_resume(t), FLX_OK);
    cr_expect_eq(gradient(flx_var_mul(flx_array_at(ga, 1, 0), x), x), 32.0, "a constant");
    flx_tape_destroy(t);
}

Test(pause, failures_are_failures)
{
    flx_tape *t = new_tape(), *other = new_tape();
    const flx_var x = flx_variable(t, 2.0), foreign = flx_variable(other, 1.0);
    const flx_mark start = flx_tape_mark(t);
    const flx_var stale = flx_var_square(x);
    cr_expect_eq(flx_tape_rewind(t, start), FLX_OK);
    flx_pause(t);
    const flx_status want[3] = {FLX_ESTALE, FLX_ETAPE, FLX_EOUTDATED};
    for (int k = 0; k < 3; k++) {
        flx_resume(t);
        const flx_var y = flx_var_square(x);
        flx_pause(t);
        if (k == 2) flx_set(x, 3.0);
        const flx_var out = flx_var_mul(x, k == 0 ? stale : k == 1 ? foreign : y);
        cr_expect(isnan(flx_peek(out)), "case %d", k);
        cr_expect_eq(flx_tape_status(t), want[k], "case %d", k);
        cr_expect_eq(flx_tape_rewind(t, start), FLX_OK);
    }
    flx_tape_destroy(t);
    flx_tape_destroy(other);
}

Test(pause, a_program_says_that_values_were_lost)
{
    flx_tape *t = new_tape();
    flx_program *f = NULL;
    flx_report r;
    const flx_var x = flx_variable(t, 2.0);
    flx_pause(t);
    FLX_HERE(t);
    const flx_var factor = flx_var_exp(x);
    flx_resume(t);
    const flx_var y = flx_var_mul(x, factor);
    cr_expect_eq(flx_freeze(t, 1, &x, 1, &y, FLX_REFUSE_READS, &f, &r), FLX_EREAD);
    cr_expect_eq(r.reads, 1);
    cr_expect_not_null(r.label);
    flx_tape_destroy(t);
}

Test(detach, no_derivative_passes)
{
    flx_tape *t = new_tape();
    const double values[4] = {1.0, 2.0, 3.0, 4.0};
    const flx_var x = flx_variable(t, 3.0), y = flx_var_square(x), one = flx_constant(1.0);
    const flx_var z = flx_var_mul(flx_detach(y), x); /* 9x */
    flx_var g, h, dy;
    cr_expect_eq(flx_peek(flx_detach(y)), 9.0);
    cr_expect_null(flx_detach(one).tape);
    cr_expect_eq(gradient(z, x), 9.0);
    cr_assert_eq(flx_jvp_record(1, &x, &one, 1, &z, &dy), FLX_OK);
    cr_expect_eq(flx_peek(dy), 9.0);
    cr_assert_eq(flx_grad(flx_var_mul(z, x), 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(g), 54.0); /* of 9 x^2 */
    cr_assert_eq(flx_grad(g, 1, &x, &h, 0), FLX_OK);
    cr_expect_eq(flx_peek(h), 18.0);
    flx_tape_clear_flags(t);
    cr_expect_eq(gradient(flx_detach(x), x), 0.0);
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_ZEROGRAD);

    const flx_array a = flx_array_variable(t, 2, 2, values);
    const flx_array d = flx_array_detach(flx_array_transpose(a));
    flx_array ga;
    cr_expect_eq(flx_peek(flx_array_at(d, 0, 1)), 3.0);
    cr_assert_eq(flx_grad_array(flx_array_dot(d, a), a, &ga, 0), FLX_OK);
    cr_expect_eq(flx_peek(flx_array_at(ga, 0, 1)), 3.0, "of the other factor alone");
    cr_expect_eq(flx_array_detach(flx_array_slice(a, 0, 0, 0, 2, 1, 1)).rows, 0);
    cr_expect_eq(flx_array_detach((flx_array){{NULL, {{0, 0}}}, 0, 0, 0, 0}).rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}

Test(detach, of_an_array_larger_than_the_tape)
{
    static double values[20000];
    flx_tape *t = new_tape();
    for (int k = 0; k < 20000; k++) values[k] = k;
    const flx_array a = flx_array_variable(t, 200, 100, values), d = flx_array_detach(a);
    cr_expect_eq(flx_peek(flx_array_at(d, 199, 99)), 19999.0);
    const flx_tape_usage u = flx_tape_measure(t);
    cr_expect(u.held.values >= u.used.values && u.held.instructions >= u.used.instructions);
    flx_tape_destroy(t);
}

/* A program follows the value, and no mode's derivative passes: of detach(x^2) x, at 2. */
Test(detach, programs_follow_the_value)
{
    flx_tape *t = new_tape();
    flx_program *f = NULL;
    flx_work *w = NULL, *jet = NULL;
    const double at = 2.0, dir = 1.0, path[3] = {2.0, 1.0, 0.0};
    double y, g, hv, coefficient[3];
    const flx_var x = flx_variable(t, 1.0), z = flx_var_mul(flx_detach(flx_var_square(x)), x);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &z, FLX_REFUSE_READS, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 2, &jet), FLX_OK);
    cr_expect_eq(flx_gradient(f, w, &at, &y, &g, NULL), FLX_OK);
    cr_expect(y == 8.0 && g == 4.0, "%g %g", y, g);
    cr_expect_eq(flx_jvp(f, w, &at, &dir, &g, NULL), FLX_OK);
    cr_expect_eq(g, 4.0);
    cr_expect_eq(flx_hvp(f, w, &at, &dir, NULL, &hv, NULL), FLX_OK);
    cr_expect_eq(hv, 0.0);
    cr_expect_eq(flx_hessian_hyperdual(f, w, &at, NULL, &hv, NULL), FLX_OK);
    cr_expect_eq(hv, 0.0);
    cr_expect_eq(flx_hvp_double_backprop(f, w, &at, &dir, NULL, &hv, NULL), FLX_OK);
    cr_expect_eq(hv, 0.0);
    cr_expect_eq(flx_jet(f, jet, 2, path, coefficient, NULL), FLX_OK);
    cr_expect(coefficient[0] == 8.0 && coefficient[1] == 4.0 && coefficient[2] == 0.0);
    cr_assert_eq(flx_set(x, 2.0), FLX_OK);
    cr_assert_eq(flx_replay(t, NULL), FLX_OK);
    cr_expect_eq(flx_peek(z), 8.0);
    flx_work_destroy(jet);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(detach, of_what_is_stale)
{
    flx_tape *t = new_tape();
    const double values[2] = {1.0, 2.0};
    const flx_mark start = flx_tape_mark(t);
    const flx_array a = flx_array_variable(t, 2, 1, values);
    const flx_var x = flx_array_at(a, 0, 0);
    cr_expect_eq(flx_tape_rewind(t, start), FLX_OK);
    cr_expect(isnan(flx_peek(flx_detach(x))));
    cr_expect_eq(flx_tape_status(t), FLX_ESTALE);
    cr_expect_eq(flx_tape_rewind(t, start), FLX_OK);
    cr_expect_eq(flx_array_detach(a).rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_ESTALE);
    flx_tape_destroy(t);
}
