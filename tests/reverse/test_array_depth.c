/* Gradients of programs of arrays, and five of them one inside the other. */
#include <math.h>
#include <stdio.h>

#include <fluxion/fluxion.h>

#include <criterion/criterion.h>

#include "reference.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static flx_var only(flx_array a) { return flx_array_at(a, 0, 0); }

/* x'Ax at (1, 2) with A = [1 2; 2 1]: gradient 2Ax = (10, 8), Hessian 2A. */
Test(array_depth, quadratic_form)
{
    const double at[2] = {1.0, 2.0}, matrix[4] = {1.0, 2.0, 2.0, 1.0};
    const double gradient[2] = {10.0, 8.0};
    flx_tape *t = new_tape();
    const flx_array x = flx_array_variable(t, 2, 1, at), a = flx_array_constant(t, 2, 2, matrix);
    const flx_array ax = flx_array_matmul(a, x);
    const flx_var y = only(flx_array_matmul(flx_array_transpose(x), ax));
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        double got[2];
        flx_array g;
        cr_assert_eq(flx_grad_array(y, x, &g, flags), FLX_OK);
        cr_assert_eq(flx_array_peek(g, got), FLX_OK);
        for (int k = 0; k < 2; k++) cr_expect_eq(got[k], gradient[k], "%u: %g", flags, got[k]);
        for (size_t k = 0; k < 2 && flags; k++) {
            flx_array row;
            cr_assert_eq(flx_grad_array(flx_array_at(g, k, 0), x, &row, 0), FLX_OK);
            cr_assert_eq(flx_array_peek(row, got), FLX_OK);
            for (size_t j = 0; j < 2; j++) cr_expect_eq(got[j], 2.0 * matrix[2 * k + j]);
        }
    }
    flx_tape_destroy(t);
}

Test(array_depth, sum_over_a_matrix)
{
    const double at[6] = {1.0, -2.0, 3.0, 0.0, 5.0, -6.0};
    flx_tape *t = new_tape();
    const flx_array x = flx_array_variable(t, 2, 3, at);
    const flx_var y = only(flx_array_sum(x, FLX_ALL));
    cr_expect_eq(flx_peek(y), 1.0);
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        double got[6];
        flx_array g;
        cr_assert_eq(flx_grad_array(y, x, &g, flags), FLX_OK);
        cr_expect(g.rows == 2 && g.cols == 3);
        cr_assert_eq(flx_array_peek(g, got), FLX_OK);
        for (int k = 0; k < 6; k++) cr_expect_eq(got[k], 1.0);
    }
    flx_tape_destroy(t);
}

enum { ROWS = 2, COLS = 3, SIZE = ROWS * COLS, DEPTH = 5 };

/* n/16, row by row: those of tools/reference/array_depth.py. */
static const double point[SIZE] = {8, -20, 11, 3, 17, -6};
static const double factor[SIZE] = {9, -14, 4, 22, -13, 7};
static const double direction[DEPTH - 1][SIZE] = {
    {16, 3, -8, 5, 0, 12}, {-7, 11, 2, 9, -15, 4}, {6, -1, 13, -10, 8, 14}, {1, 18, -4, 7, 12, -9}};

static void sixteenths(const double *n, double *x)
{
    for (int k = 0; k < SIZE; k++) x[k] = n[k] / 16.0;
}

/* sum_i log(sum_j exp((A^-1 H X)_ij)), H = tanh(X B), A = I + H H' */
static flx_var model(flx_array x, flx_array b)
{
    const flx_array h = flx_array_tanh(flx_array_matmul(x, b));
    const double unit[ROWS * ROWS] = {1.0, 0.0, 0.0, 1.0};
    const flx_array one = flx_array_constant(x.first.tape, ROWS, ROWS, unit);
    const flx_array a = flx_array_add(one, flx_array_matmul(h, flx_array_transpose(h)));
    const flx_array y = flx_array_cholesky_solve(flx_array_cholesky(a), flx_array_matmul(h, x));
    return only(flx_array_sum(flx_array_logsumexp_along(y, FLX_ROWS), FLX_ALL));
}

/* Whether the gradient of order k is that of the references, within some ulps of its largest
 * element. */
static void expect_gradient(int order, flx_array g)
{
    const long double ulps = 16.0L;
    double got[SIZE], k;
    long double want[SIZE], largest = 0.0L;
    char label[16];
    sprintf(label, "gradient_%d", order);
    cr_assert_eq(ref_line("array_depth", label, &k, want, SIZE), (size_t)SIZE, "%s", label);
    cr_assert_eq(k, (double)order);
    cr_assert_eq(flx_array_peek(g, got), FLX_OK);
    for (int j = 0; j < SIZE; j++) largest = fmaxl(largest, fabsl(want[j]));
    for (int j = 0; j < SIZE; j++) {
        cr_expect(ref_error(got[j], want[j]) <= ulps * ref_ulp(largest), "%s, %d: %.17g, %.21Lg",
                  label, j, got[j], want[j]);
    }
}

/* The derivative of y along direction number k, recorded: the gradient, which is checked, times it;
 * or a tangent. */
static flx_var along(int k, int forward, flx_var y, flx_array x)
{
    double values[SIZE];
    flx_var element[SIZE], dx[SIZE];
    flx_array g;
    sixteenths(direction[k], values);
    if (!forward) {
        cr_assert_eq(flx_grad_array(y, x, &g, FLX_CREATE_GRAPH), FLX_OK);
        expect_gradient(k + 1, g);
        return flx_array_dot(g, flx_array_constant(x.first.tape, ROWS, COLS, values));
    }
    for (size_t j = 0; j < SIZE; j++) {
        element[j] = flx_array_at(x, j / COLS, j % COLS);
        dx[j] = flx_constant(values[j]);
    }
    cr_assert_eq(flx_jvp_record(SIZE, element, dx, 1, &y, &y), FLX_OK);
    return y;
}

/* Four derivatives, one inside the other, in any order of modes, and the gradient of the last,
 * plain and recorded. */
Test(array_depth, five_derivatives_of_matmul_tanh_logsumexp)
{
    double values[SIZE];
    flx_tape *t = new_tape();
    for (int modes = 0; modes < 1 << (DEPTH - 1); modes++) {
        flx_tape_reset(t);
        sixteenths(point, values);
        const flx_array x = flx_array_variable(t, ROWS, COLS, values);
        sixteenths(factor, values);
        flx_var y = model(x, flx_array_constant(t, COLS, ROWS, values));
        for (int k = 0; k < DEPTH - 1; k++) y = along(k, modes >> k & 1, y, x);
        for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
            flx_array g;
            cr_assert_eq(flx_grad_array(y, x, &g, flags), FLX_OK);
            expect_gradient(DEPTH, g);
        }
        cr_expect_eq(flx_tape_flags(t).set, 0u);
    }
    flx_tape_destroy(t);
}
