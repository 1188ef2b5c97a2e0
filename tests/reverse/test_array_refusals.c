/* What array operations refuse: shapes, tapes, stale arrays, indices; and what constants are. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include <fluxion/backward.h>
#include <fluxion/grad.h>
#include <fluxion/program.h>
#include <fluxion/var.h>

#include "hostile.h"
#include "reference.h"
#include "reverse/lanes.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* Operations on one array and a companion; each returns something of the result. */
typedef flx_array operation(flx_array x, flx_array y);

static flx_array add(flx_array x, flx_array y) { return flx_array_add(x, y); }
static flx_array pow_of(flx_array x, flx_array y) { return flx_array_pow(x, y); }
static flx_array hypot_of(flx_array x, flx_array y) { return flx_array_hypot(x, y); }
static flx_array fma_of(flx_array x, flx_array y) { return flx_array_fma(x, y, x); }
static flx_array select_of(flx_array x, flx_array y) { return flx_array_select(x, x, y); }
static flx_array axpy(flx_array x, flx_array y)
{
    return flx_array_axpy(flx_array_at(x, 0, 0), x, y);
}
static flx_array dot(flx_array x, flx_array y) { return flx_array_scalar(flx_array_dot(x, y)); }
static flx_array matmul(flx_array x, flx_array y)
{
    return flx_array_matmul(x, flx_array_transpose(y));
}
static flx_array stack(flx_array x, flx_array y)
{
    const flx_array both[2] = {x, y};
    return flx_array_stack(2, both);
}
static flx_array concatenate(flx_array x, flx_array y)
{
    const flx_array both[2] = {x, y};
    return flx_array_concatenate(2, both);
}
static flx_array gather(flx_array x, flx_array y)
{
    return flx_array_gather(
        x, flx_array_mul(flx_array_col(y, 0), flx_array_scalar(flx_constant(0.0))));
}
static flx_array scatter(flx_array x, flx_array y)
{
    const flx_array index = flx_array_mul(flx_array_col(y, 0), flx_array_scalar(flx_constant(0.0)));
    return flx_array_scatter_add(x, index, 4);
}
static flx_array take(flx_array x, flx_array y)
{
    const flx_array index = flx_array_mul(flx_array_col(y, 0), flx_array_scalar(flx_constant(0.0)));
    return flx_array_take(x, index, FLX_ROWS);
}
static flx_array outer(flx_array x, flx_array y)
{
    return flx_array_outer(flx_array_col(x, 0), flx_array_row(y, 0));
}

static operation *const operations[] = {add,    pow_of,  hypot_of, fma_of, select_of,
                                        axpy,   dot,     matmul,   stack,  concatenate,
                                        gather, scatter, take,     outer};
static const char *const names[] = {"add",    "pow",     "hypot",  "fma",   "select",
                                    "axpy",   "dot",     "matmul", "stack", "concatenate",
                                    "gather", "scatter", "take",   "outer"};
enum { OPERATIONS = sizeof operations / sizeof *operations };

static const double six[6] = {1, 2, 3, 4, 5, 6};

Test(array_refusals, of_two_tapes)
{
    for (size_t k = 0; k < OPERATIONS; k++) {
        flx_tape *t = new_tape(), *other = new_tape();
        const flx_array x = flx_array_variable(t, 2, 3, six),
                        y = flx_array_variable(other, 2, 3, six);
        const flx_array z = operations[k](x, y);
        cr_expect_eq(flx_tape_status(t), FLX_ETAPE, "%s: %s", names[k],
                     flx_status_name(flx_tape_status(t)));
        cr_expect_eq(flx_tape_status(other), FLX_ETAPE, "%s, the other: %s", names[k],
                     flx_status_name(flx_tape_status(other)));
        cr_expect(isnan(flx_peek(z.first)), "%s", names[k]);
        flx_tape_destroy(t);
        flx_tape_destroy(other);
    }
}

/* Slots of the other tape that this one has no memory for. */
Test(array_refusals, of_a_larger_tape)
{
    enum { MANY = 1 << 22 };
    flx_tape *t = new_tape(), *other = new_tape();
    double *zeros = calloc(MANY, sizeof *zeros);
    cr_assert_not_null(zeros);
    const flx_array x = flx_array_variable(t, 2, 3, six);
    const flx_array index =
        flx_array_slice(flx_array_constant(other, MANY, 1, zeros), MANY - 2, 0, 2, 1, 1, 1);
    cr_expect_eq(flx_array_gather(x, index).rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_ETAPE);
    cr_expect_eq(flx_tape_status(other), FLX_ETAPE);
    free(zeros);
    flx_tape_destroy(t);
    flx_tape_destroy(other);
}

Test(array_refusals, of_stale_arrays)
{
    for (size_t k = 0; k < 2 * OPERATIONS; k++) {
        flx_tape *t = new_tape();
        const flx_array x = flx_array_variable(t, 2, 3, six);
        const flx_mark mark = flx_tape_mark(t);
        const flx_array stale = flx_array_variable(t, 2, 3, six);
        cr_assert_eq(flx_tape_rewind(t, mark), FLX_OK);
        flx_array_variable(t, 2, 3, six);
        const flx_array z = operations[k / 2](k % 2 ? stale : x, k % 2 ? x : stale);
        cr_expect_eq(flx_tape_status(t), FLX_ESTALE, "%s: %s", names[k / 2],
                     flx_status_name(flx_tape_status(t)));
        cr_expect(isnan(flx_peek(z.first)), "%s", names[k / 2]);
        flx_tape_destroy(t);
    }
}

Test(array_refusals, of_shapes)
{
    for (size_t k = 0; k < OPERATIONS; k++) {
        flx_tape *t = new_tape();
        double twelve[12] = {0.0};
        const flx_array x = flx_array_variable(t, 2, 3, six),
                        y = flx_array_variable(t, 3, 4, twelve);
        if (operations[k] == outer) { /* two vectors of any size fit */
            flx_array_outer(x, y);
        } else {
            operations[k](x, y);
        }
        const int fits = operations[k] == gather; /* any number of indices */
        cr_expect_eq(flx_tape_status(t), fits ? FLX_OK : FLX_ESHAPE, "%s: %s", names[k],
                     flx_status_name(flx_tape_status(t)));
        flx_tape_destroy(t);
    }
}

/* Calls that are wrong by themselves. */
static flx_array wrong(int k, flx_array x, flx_status *want)
{
    const flx_array empty = flx_array_slice(x, 0, 0, 0, 3, 1, 1),
                    none = flx_array_slice(x, 0, 0, 2, 0, 1, 1);
    const double bad[4] = {-1.0, 2.0, 0.5, REF_NAN};
    *want = FLX_ESHAPE;
    switch (k) {
    case 0: return flx_array_max(empty, FLX_ALL);
    case 1: return flx_array_min(none, FLX_ROWS);
    case 2: return flx_array_argmax(empty, FLX_COLS);
    case 3: return flx_array_argmin(none, FLX_ALL);
    case 4: return flx_array_mean(empty, FLX_ALL);
    case 5: return flx_array_logsumexp_along(none, FLX_ROWS);
    case 6: return flx_array_softmax(empty, FLX_COLS);
    case 7: return flx_array_reshape(x, 2, 2);
    case 8:
        return flx_array_lower_triangle(flx_array_reshape(x, 6, 1)).rows == 3
                   ? flx_array_lower_triangle(flx_array_row(flx_array_transpose(x), 0))
                   : x;
    case 9: return flx_array_lower_triangle(x);
    case 10: return flx_array_diagonal_matrix(x);
    case 11: return flx_array_col(x, 3);
    case 12: return flx_array_slice(x, 1, 0, 2, 3, 1, 1);
    default: break;
    }
    *want = FLX_EARG;
    if (k < 17) return flx_array_gather(x, flx_array_constant(x.first.tape, 1, 1, &bad[k - 13]));
    if (k < 21)
        return flx_array_take(
            x,
            flx_array_pack(x.first.tape, 2, 1,
                           (flx_var[]){flx_constant(0.0),
                                       flx_constant(bad[k - 17] == 2.0 ? 3.0 : bad[k - 17])}),
            FLX_ROWS);
    switch (k) {
    case 21: return flx_array_scatter_add(x, flx_array_constant(x.first.tape, 2, 1, bad), 2);
    case 22: return flx_array_sum(x, (flx_axis)3);
    case 23: return flx_array_prod(x, (flx_axis)-1);
    case 24: return flx_array_max(x, (flx_axis)7);
    case 25: return flx_array_cumsum(x, (flx_axis)7);
    case 26: return flx_array_softmax(x, (flx_axis)7);
    case 27: return flx_array_take(x, flx_array_scalar(flx_constant(0.0)), (flx_axis)7);
    case 28: return flx_array_mean(x, (flx_axis)7);
    case 29: return flx_array_logsumexp_along(x, (flx_axis)7);
    default: *want = FLX_OK; return x;
    }
}

Test(array_refusals, of_single_calls)
{
    flx_status want = FLX_ESHAPE;
    for (int k = 0; want != FLX_OK; k++) {
        flx_tape *t = new_tape();
        const flx_array x = flx_array_variable(t, 2, 3, six);
        const flx_mark mark = flx_tape_mark(t);
        const flx_array z = wrong(k, x, &want);
        cr_expect_eq(flx_tape_status(t), want, "case %d: %s", k,
                     flx_status_name(flx_tape_status(t)));
        if (want != FLX_OK) cr_expect(isnan(flx_peek(z.first)), "case %d", k);
        cr_expect_eq(flx_tape_rewind(t, mark), FLX_OK);
        cr_expect_eq(flx_peek(flx_array_sum(x, FLX_ALL).first), 21.0);
        flx_tape_destroy(t);
    }
}

/* An index that is no longer one makes the results NaN, and nothing else. */
Test(array_refusals, indices_in_a_replay)
{
    static const double bad[] = {-1.0, 3.0, 0.5, 1e300, -REF_INF, REF_NAN};
    flx_tape *t = new_tape();
    const flx_array x = flx_array_variable(t, 3, 2, six);
    const double good[2] = {2.0, 0.0};
    const flx_array index = flx_array_parameter(t, 2, 1, good);
    const flx_array picked = flx_array_gather(x, index);
    const flx_array added = flx_array_scatter_add(flx_array_slice(x, 0, 0, 2, 2, 1, 1), index, 3);
    flx_var in[6], out[10];
    for (size_t k = 0; k < 6; k++) in[k] = flx_array_at(x, k / 2, k % 2);
    for (size_t k = 0; k < 4; k++) out[k] = flx_array_at(picked, k / 2, k % 2);
    for (size_t k = 0; k < 6; k++) out[4 + k] = flx_array_at(added, k / 2, k % 2);
    cr_assert_eq(flx_tape_status(t), FLX_OK);
    flx_program *f = NULL;
    flx_work *w = NULL;
    double y[10], jac[60];
    cr_assert_eq(flx_freeze(t, 6, in, 10, out, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    const double want[10] = {5, 6, 1, 2, 3, 4, 0, 0, 1, 2};
    cr_assert_eq(flx_eval(f, w, six, y, NULL), FLX_OK);
    for (int k = 0; k < 10; k++) cr_expect_eq(y[k], want[k], "%d: %g", k, y[k]);
    for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
        const double p[2] = {bad[b], 0.0};
        cr_assert_eq(flx_work_set_parameters(f, w, p), FLX_OK);
        cr_assert_eq(flx_eval(f, w, six, y, NULL), FLX_OK);
        for (int k = 0; k < 10; k++) {
            const int spoilt = k < 2 || k >= 4;
            cr_expect(spoilt ? isnan(y[k]) : y[k] == six[k - 2], "index %g, %d: %g", bad[b], k,
                      y[k]);
        }
        cr_assert_eq(flx_jacobian(f, w, six, jac, NULL), FLX_OK);
        cr_expect(jac[2 * 6 + 0] == 1.0 && jac[3 * 6 + 1] == 1.0);
    }
    const double other[2] = {1.0, 1.0}, moved[10] = {3, 4, 3, 4, 0, 0, 4, 6, 0, 0};
    cr_assert_eq(flx_work_set_parameters(f, w, other), FLX_OK);
    cr_assert_eq(flx_eval(f, w, six, y, NULL), FLX_OK);
    for (int k = 0; k < 10; k++) cr_expect_eq(y[k], moved[k], "%d: %g", k, y[k]);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* The index of the largest element is found anew. */
Test(array_refusals, largest_elements_move_in_a_replay)
{
    flx_tape *t = new_tape();
    const flx_array x = flx_array_variable(t, 2, 3, six);
    const flx_array most = flx_array_max(x, FLX_ROWS), index = flx_array_argmin(x, FLX_ALL);
    flx_var in[6], out[3] = {flx_array_at(most, 0, 0), flx_array_at(most, 1, 0), index.first};
    for (size_t k = 0; k < 6; k++) in[k] = flx_array_at(x, k / 3, k % 3);
    flx_program *f = NULL;
    flx_work *w = NULL;
    cr_assert_eq(flx_freeze(t, 6, in, 3, out, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    const double at[6] = {9, 2, 9, 1, 8, REF_NAN};
    double y[3], jac[18];
    cr_assert_eq(flx_eval(f, w, at, y, NULL), FLX_OK);
    cr_expect(y[0] == 9.0 && isnan(y[1]) && y[2] == 5.0, "%g %g %g", y[0], y[1], y[2]);
    cr_assert_eq(flx_jacobian(f, w, NULL, jac, NULL), FLX_OK);
    for (int k = 0; k < 18; k++)
        cr_expect_eq(jac[k], k == 0 || k == 6 + 5 ? 1.0 : 0.0, "%d: %g", k, jac[k]);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* Of constants alone: what the same numbers on a tape give. */
Test(array_refusals, constants)
{
    flx_tape *t = new_tape();
    const double number[4] = {0.1, -0.0, REF_INF, REF_NAN};
    for (size_t k = 0; k < 4; k++) {
        for (uint32_t n = isnan(number[k]); n <= 40; n++) { /* an empty array of NaN has failed */
            double same[40];
            for (uint32_t i = 0; i < n; i++) same[i] = number[k];
            flx_array c = flx_array_scalar(flx_constant(number[k]));
            c.cols = n;
            const flx_array x = flx_array_variable(t, 1, n, same);
            for (int axis = FLX_ALL; axis <= FLX_ROWS; axis++) {
                cr_expect(ref_same(flx_peek(flx_array_sum(c, (flx_axis)axis).first),
                                   flx_peek(flx_array_sum(x, (flx_axis)axis).first)),
                          "sum of %u times %g", n, number[k]);
                cr_expect(ref_same(flx_peek(flx_array_prod(c, (flx_axis)axis).first),
                                   flx_peek(flx_array_prod(x, (flx_axis)axis).first)),
                          "product of %u times %g", n, number[k]);
            }
            cr_expect(ref_same(flx_peek(flx_array_dot(c, c)), flx_peek(flx_array_dot(x, x))),
                      "dot of %u times %g", n, number[k]);
            cr_expect(ref_same(flx_peek(flx_array_norm(c)), flx_peek(flx_array_norm(x))),
                      "norm of %u times %g: %g %g", n, number[k], flx_peek(flx_array_norm(c)),
                      flx_peek(flx_array_norm(x)));
            cr_expect(ref_same(flx_peek(flx_array_matmul(c, flx_array_transpose(c)).first),
                               flx_peek(flx_array_matmul(x, flx_array_transpose(x)).first)),
                      "matmul of %u times %g", n, number[k]);
            if (n == 0) continue;
            cr_expect(ref_same(flx_peek(flx_array_logsumexp_along(c, FLX_ALL).first),
                               flx_peek(flx_array_logsumexp_along(x, FLX_ALL).first)),
                      "logsumexp of %u times %g", n, number[k]);
            cr_expect(ref_same(flx_peek(flx_array_max(c, FLX_ALL).first), number[k]));
        }
    }
    const flx_array three = {flx_constant(3.0), 2, 2, 0, 0};
    const flx_array bad = flx_array_scalar(flx_constant(2.0));
    cr_expect(isnan(flx_peek(flx_array_gather(three, bad).first)), "row 2 of 2");
    cr_expect_eq(flx_peek(flx_array_gather(three, flx_array_scalar(flx_constant(1.0))).first), 3.0);
    const flx_array rows = {flx_constant(0.0), 2, 1, 0, 0};
    cr_expect_eq(flx_array_scatter_add(three, rows, 2).rows, 0, "there is no tape to make it on");
    cr_expect_eq(flx_array_diagonal_matrix(bad).rows, 0);
    flx_tape_destroy(t);
}

Test(array_refusals, empty_arrays)
{
    flx_tape *t = new_tape();
    const flx_array none = flx_array_variable(t, 0, 3, NULL), x = flx_array_variable(t, 2, 3, six);
    const flx_array narrow = flx_array_variable(t, 2, 0, NULL);
    cr_expect_eq(flx_array_sum(none, FLX_ROWS).rows, 0);
    cr_expect_eq(flx_array_sum(none, FLX_COLS).cols, 3);
    cr_expect_eq(flx_peek(flx_array_at(flx_array_sum(none, FLX_COLS), 0, 2)), 0.0);
    cr_expect_eq(flx_peek(flx_array_sum(none, FLX_ALL).first), 0.0);
    cr_expect_eq(flx_peek(flx_array_at(flx_array_prod(none, FLX_COLS), 0, 2)), 1.0);
    cr_expect_eq(flx_array_max(none, FLX_ROWS).rows, 0);
    const flx_array zeros = flx_array_matmul(narrow, flx_array_variable(t, 0, 4, NULL));
    cr_expect(zeros.rows == 2 && zeros.cols == 4 && flx_peek(flx_array_at(zeros, 1, 3)) == 0.0);
    cr_expect_eq(flx_array_matmul(none, flx_array_transpose(x)).cols, 2);
    cr_expect_eq(flx_array_add(none, flx_array_row(x, 0)).rows, 0);
    cr_expect_eq(flx_array_cumsum(none, FLX_ALL).cols, 3);
    cr_expect_eq(flx_array_cumsum(narrow, FLX_ROWS).rows, 2);
    cr_expect_eq(flx_array_stack(2, (flx_array[]){none, x}).rows, 2);
    cr_expect_eq(flx_array_concatenate(2, (flx_array[]){narrow, x}).cols, 3);
    cr_expect_eq(flx_array_gather(x, flx_array_variable(t, 0, 1, NULL)).rows, 0);
    cr_expect_eq(
        flx_array_diagonal_matrix(flx_array_transpose(flx_array_row(flx_array_transpose(none), 0)))
            .rows,
        0);
    cr_expect_eq(flx_array_lower_triangle(flx_array_col(none, 0)).rows, 0);
    cr_expect_eq(flx_array_reshape(none, 7, 0).rows, 7);
    cr_expect_eq(flx_array_softmax(none, FLX_ROWS).cols, 3);
    const flx_array scattered = flx_array_scatter_add(none, flx_array_variable(t, 0, 1, NULL), 2);
    cr_expect(scattered.rows == 2 && flx_peek(flx_array_at(scattered, 1, 2)) == 0.0);
    cr_expect_eq(flx_tape_status(t), FLX_OK, "%s %s", flx_status_name(flx_tape_status(t)),
                 flx_tape_report(t).op);
    flx_array g;
    const flx_var y = flx_array_sum(flx_array_add(zeros, flx_array_sum(x, FLX_ALL)), FLX_ALL).first;
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        cr_assert_eq(flx_grad_array(y, x, &g, flags), FLX_OK);
        cr_expect_eq(flx_peek(flx_array_at(g, 1, 1)), 8.0);
    }
    flx_tape_destroy(t);
}

/* Failed arrays are empty: nothing that is computed from them is a number. */
Test(array_refusals, what_failed_is_no_number)
{
    flx_tape *t = new_tape();
    const flx_array x = flx_array_variable(t, 2, 3, six);
    const flx_mark m = flx_tape_mark(t);
    const flx_array failed = flx_array_row(x, 2);
    cr_expect(isnan(flx_peek(flx_array_prod(failed, FLX_ALL).first)));
    cr_expect_eq(flx_tape_status(t), FLX_ESHAPE);
    cr_expect_eq(flx_array_sum(x, FLX_COLS).cols, 0, "whatever its shape would have been");
    cr_expect_eq(flx_tape_rewind(t, m), FLX_OK);
    cr_expect(isnan(flx_peek(flx_array_sum(failed, FLX_ALL).first)), "after rewinding");
    cr_expect_eq(flx_tape_status(t), FLX_ESTALE);
    cr_expect_eq(flx_tape_rewind(t, m), FLX_OK);
    cr_expect(isnan(flx_peek(flx_array_prod(failed, FLX_COLS).first)));
    cr_expect_eq(flx_tape_status(t), FLX_ESTALE);
    flx_tape_destroy(t);
    const flx_array constant = flx_array_row(flx_array_scalar(flx_constant(2.0)), 1);
    cr_expect(isnan(flx_peek(flx_array_prod(constant, FLX_ALL).first)));
    cr_expect(isnan(flx_peek(flx_array_sum(constant, FLX_ALL).first)));
}

Test(array_refusals, a_failed_tape_takes_no_other_with_it)
{
    flx_tape *t = new_tape(), *other = new_tape();
    const flx_var x = flx_variable(other, 1.0);
    flx_array_row(flx_array_variable(t, 2, 3, six), 2);
    flx_array_pack(t, 1, 1, &x);
    cr_expect_eq(flx_array_variable(t, (size_t)-1, 2, NULL).rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_ESHAPE, "the first failure stays");
    cr_expect_eq(flx_tape_status(other), FLX_OK);
    flx_tape_destroy(t);
    flx_tape_destroy(other);
}

/* What needs a tape says that constants alone have none; whoever has one is told. */
Test(array_refusals, where_there_is_a_tape_it_fails)
{
    flx_array square = flx_array_scalar(flx_constant(2.0));
    square.rows = square.cols = 2;
    cr_expect(isnan(flx_peek(flx_array_diagonal_matrix(square).first)));
    cr_expect(isnan(flx_peek(flx_array_lower_triangle(square).first)));
    flx_array column = square;
    column.rows = 3;
    column.cols = 1;
    cr_expect(isnan(flx_peek(flx_array_lower_triangle(column).first)));
    cr_expect(isnan(flx_peek(flx_array_cumsum(square, FLX_ROWS).first)));
    cr_expect(isnan(flx_peek(flx_array_cholesky(square).first)));
    cr_expect(isnan(flx_peek(flx_array_lu(square).lu.first)));
    cr_expect(isnan(flx_peek(flx_array_inverse(square).first)));
    cr_expect(isnan(flx_peek(flx_array_solve(square, square).first)));
    cr_expect(isnan(flx_peek(flx_array_solve_triangular(square, square, FLX_LOWER).first)));
    cr_expect(isnan(flx_peek(flx_array_scatter_add(square, square, 2).first)));
    for (int which = 0; which < 2; which++) {
        flx_tape *t = new_tape();
        const flx_mark m = flx_tape_mark(t);
        flx_array x = flx_array_variable(t, 2, 2, six);
        flx_array_outer(which ? x : square, which ? square : x);
        cr_expect_eq(flx_tape_status(t), FLX_ESHAPE, "outer");
        cr_assert_eq(flx_tape_rewind(t, m), FLX_OK);
        x = flx_array_variable(t, 2, 2, six);
        flx_array_solve_triangular(which ? x : square, which ? square : x, (flx_triangle)9);
        cr_expect_eq(flx_tape_status(t), FLX_EARG, "triangle");
        cr_assert_eq(flx_tape_rewind(t, m), FLX_OK);
        x = flx_array_variable(t, 2, 2, six);
        flx_lanes_dpow(which ? x : square, which ? square : x, 0, 256);
        cr_expect_eq(flx_tape_status(t), FLX_ELIMIT, "order of y");
        cr_assert_eq(flx_tape_rewind(t, m), FLX_OK);
        x = flx_array_variable(t, 2, 2, six);
        flx_lanes_dpow(which ? x : square, which ? square : x, 255, 255);
        cr_expect_eq(flx_tape_status(t), FLX_OK);
        flx_lanes_dpow(which ? x : square, which ? square : x, 256, 0);
        cr_expect_eq(flx_tape_status(t), FLX_ELIMIT, "order of x");
        flx_tape_destroy(t);
    }
}

Test(array_refusals, more_than_fits)
{
    flx_tape *t = new_tape();
    const flx_mark m = flx_tape_mark(t);
    flx_array x = flx_array_variable(t, 2, 2, six);
    flx_lanes_dpowc(x, 2.0, 255);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_lanes_dpowc(x, 2.0, 256);
    cr_expect_eq(flx_tape_status(t), FLX_ELIMIT, "order");
    cr_assert_eq(flx_tape_rewind(t, m), FLX_OK);
    double *many = calloc(65536, sizeof *many);
    cr_assert_not_null(many);
    x = flx_array_variable(t, 65536, 1, many);
    cr_assert_eq(flx_tape_status(t), FLX_OK);
    cr_expect_eq(flx_array_diagonal_matrix(x).rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_ELIMIT, "diagonal");
    cr_assert_eq(flx_tape_rewind(t, m), FLX_OK);
    x = flx_array_variable(t, 1, 1, six);
    const flx_array none = flx_array_constant(t, 1, 1, (double[]){0.0});
    flx_array_scatter_add(x, none, (size_t)1 << 33);
    cr_expect_eq(flx_tape_status(t), FLX_ELIMIT, "rows");
    free(many);
    flx_tape_destroy(t);
}

/* Single things wrong with indices and axes; and what has failed is empty. */
Test(array_refusals, indices_and_axes)
{
    flx_tape *t = new_tape();
    const flx_mark m = flx_tape_mark(t);
    flx_array x = flx_array_variable(t, 2, 3, six);
    flx_array_gather(x, flx_array_constant(t, 2, 2, (double[]){0.0, 1.0, 0.0, 1.0}));
    cr_expect_eq(flx_tape_status(t), FLX_ESHAPE, "a matrix of indices");
    cr_assert_eq(flx_tape_rewind(t, m), FLX_OK);
    for (int wrong = 0; wrong < 3; wrong++) {
        double index[3] = {0.0, 1.0, 0.0};
        index[wrong] = 2.0;
        x = flx_array_variable(t, 2, 3, six);
        flx_array_take(x, flx_array_constant(t, 1, 3, index), FLX_COLS);
        cr_expect_eq(flx_tape_status(t), FLX_EARG, "index %d", wrong);
        cr_assert_eq(flx_tape_rewind(t, m), FLX_OK);
    }
    x = flx_array_variable(t, 2, 3, six);
    flx_array_sum(x, (flx_axis)7);
    cr_expect_eq(flx_tape_status(t), FLX_EARG, "axis");
    cr_expect_eq(flx_array_reshape(flx_array_slice(x, 0, 0, 2, 2, 1, 1), 1, 4).rows, 0, "a copy");
    cr_expect_eq(flx_array_sum(x, FLX_ROWS).rows, 0);
    cr_expect_eq(flx_array_prod(x, FLX_ROWS).rows, 0);
    flx_tape_destroy(t);
}

/* A constant exponent is part of the instruction. */
Test(array_refusals, constant_exponents_need_no_slot)
{
    flx_tape *t = new_tape();
    const flx_array x = flx_array_variable(t, 2, 3, six);
    const size_t before = flx_tape_measure(t).slots;
    flx_array_pow(x, flx_array_scalar(flx_constant(2.0)));
    cr_expect_eq(flx_tape_measure(t).slots, before + 6);
    flx_tape_destroy(t);
}

Test(array_refusals, axes_of_constants)
{
    const flx_array x = flx_array_scalar(flx_constant(2.0));
    const flx_axis none = (flx_axis)7;
    cr_expect(isnan(flx_peek(flx_array_sum(x, none).first)));
    cr_expect(isnan(flx_peek(flx_array_mean(x, none).first)));
    cr_expect(isnan(flx_peek(flx_array_prod(x, none).first)));
    cr_expect(isnan(flx_peek(flx_array_max(x, none).first)));
    cr_expect(isnan(flx_peek(flx_array_argmin(x, none).first)));
    cr_expect(isnan(flx_peek(flx_array_cumsum(x, none).first)));
}

Test(array_refusals, gradients_by_empty_arrays_have_their_shape)
{
    flx_tape *t = new_tape();
    const flx_array none = flx_array_variable(t, 0, 3, NULL);
    const flx_var y = flx_array_sum(none, FLX_ALL).first;
    flx_array g;
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        cr_expect_eq(flx_grad_array(y, none, &g, flags), FLX_OK);
        cr_expect(g.rows == 0 && g.cols == 3);
    }
    cr_expect_eq(flx_grad_of_array(none).cols, 3);
    cr_expect_eq(flx_peek(flx_array_sum(g, FLX_ALL).first), 0.0);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}

/* Where memory for a part is missing there is no array, not one that is not filled. */
Test(array_refusals, arrays_side_by_side_without_memory)
{
    const double x[200] = {1.0};
    for (int beside = 0; beside < 2; beside++) {
        hostile h = {0, 0, 0, 1};
        const flx_tape_options options = {.allocator = hostile_allocator(&h)};
        flx_tape *t;
        cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
        const flx_array a = flx_array_variable(t, 200, 1, x), all[3] = {a, a, a};
        h.refuse = h.requests + 1;
        const flx_array y = beside ? flx_array_concatenate(3, all) : flx_array_stack(3, all);
        cr_expect_eq(flx_tape_status(t), FLX_ENOMEM);
        cr_expect_eq((size_t)y.rows * y.cols, 0);
        flx_tape_destroy(t);
    }
}
