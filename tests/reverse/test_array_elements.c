/* Which element of what is where: views, copies, rows put together, indices, sums along an axis. Values
 * and gradients of small arrays against loops over plain C arrays, with small integers, exactly. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

enum { ROWS = 3, COLS = 4, N = ROWS * COLS, MOST = 64 };

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* Element (i, j) is 10*i + j + 1. */
static flx_array matrix(flx_tape *t, size_t rows, size_t cols)
{
    double x[MOST];
    for (size_t k = 0; k < rows * cols; k++) x[k] = (double)(10 * (k / cols) + k % cols + 1);
    return flx_array_variable(t, rows, cols, x);
}

/* Expects got to be rows x cols, with these values: as a whole, one by one, and in the gradient of
 * sum_k (k+1) got_k, which is given back. */
static flx_array expect_values(flx_array got, size_t rows, size_t cols, const double *want,
                               flx_array x, const char *what)
{
    double y[MOST], weights[MOST];
    flx_array g = {0};
    cr_assert(got.rows == rows && got.cols == cols, "%s: %u x %u", what, (unsigned)got.rows,
              (unsigned)got.cols);
    cr_assert_eq(flx_array_peek(got, y), FLX_OK, "%s", what);
    for (size_t k = 0; k < rows * cols; k++) {
        weights[k] = (double)(k + 1);
        cr_expect_eq(y[k], want[k], "%s: element %zu is %g, not %g", what, k, y[k], want[k]);
        cr_expect_eq(flx_peek(flx_array_at(got, k / cols, k % cols)), want[k], "%s: at %zu", what,
                     k);
    }
    const flx_array w = flx_array_constant(x.first.tape, rows, cols, weights);
    cr_assert_eq(flx_grad_array(flx_array_dot(got, w), x, &g, 0), FLX_OK, "%s", what);
    return g;
}

/* Views: element k of the view is element from[k] of x, whose values are all different. */
static void expect_view(flx_array got, size_t rows, size_t cols, const size_t *from, flx_array x,
                        const char *what)
{
    double all[MOST], want[MOST], slope[MOST] = {0.0}, g[MOST];
    cr_assert_eq(flx_array_peek(x, all), FLX_OK);
    for (size_t k = 0; k < rows * cols; k++) {
        want[k] = all[from[k]];
        slope[from[k]] += (double)(k + 1);
    }
    const flx_array gradient = expect_values(got, rows, cols, want, x, what);
    cr_assert_eq(flx_array_peek(gradient, g), FLX_OK);
    for (size_t k = 0; k < (size_t)x.rows * x.cols; k++)
        cr_expect_eq(g[k], slope[k], "%s: d/dx%zu is %g, not %g", what, k, g[k], slope[k]);
}

static void slice(flx_array x, size_t row, size_t col, size_t rows, size_t cols, size_t row_step,
                  size_t col_step)
{
    size_t from[MOST] = {0};
    for (size_t k = 0; k < rows * cols; k++)
        from[k] = (row + k / cols * row_step) * x.cols + col + k % cols * col_step;
    const flx_array s = flx_array_slice(x, row, col, rows, cols, row_step, col_step);
    expect_view(s, rows, cols, from, x, "slice");
    for (size_t k = 0; k < rows * cols; k++)
        from[k] = (row + k % rows * row_step) * x.cols + col + k / rows * col_step;
    expect_view(flx_array_transpose(s), cols, rows, from, x, "slice, transposed");
    expect_view(flx_array_copy(flx_array_transpose(s)), cols, rows, from, x, "its copy");
    expect_view(flx_array_reshape(flx_array_transpose(s), 1, rows * cols), 1, rows * cols, from, x,
                "it as a row");
}

Test(array_elements, slices)
{
    flx_tape *t = new_tape();
    const flx_array x = matrix(t, ROWS, COLS);
    for (size_t row = 0; row < ROWS; row++)
        for (size_t col = 0; col < COLS; col++)
            for (size_t step = 1; step <= 3; step++)
                slice(x, row, col, (ROWS - 1 - row) / step + 1, (COLS - 1 - col) / step + 1, step,
                      step);
    slice(x, 0, 1, 2, 2, 2, 1);
    slice(x, 1, 0, 2, 2, 1, 3);
    slice(x, 2, 1, 1, 3, 7, 1); /* the step of a single row is nobody's business */
    slice(x, 0, 3, 3, 1, 1, 7);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    const flx_array none = flx_array_slice(x, 9, 9, 0, 2, 0, 1);
    cr_expect(none.rows == 0 && none.cols == 2);
    cr_expect_eq(flx_array_peek(none, NULL), FLX_OK);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}

/* One request beyond the array in each direction. */
Test(array_elements, slices_that_do_not_fit)
{
    static const size_t beyond[][6] = {{3, 0, 1, 1, 1, 1}, {0, 4, 1, 1, 1, 1}, {0, 0, 4, 1, 1, 1},
                                       {0, 0, 1, 5, 1, 1}, {0, 0, 3, 1, 2, 1}, {0, 0, 1, 3, 1, 2},
                                       {0, 0, 2, 1, 0, 1}, {0, 0, 1, 2, 1, 0}, {1, 0, 3, 1, 1, 1},
                                       {0, 2, 1, 3, 1, 1}};
    for (size_t k = 0; k < sizeof beyond / sizeof beyond[0]; k++) {
        flx_tape *t = new_tape();
        const size_t *b = beyond[k];
        const flx_array s =
            flx_array_slice(matrix(t, ROWS, COLS), b[0], b[1], b[2], b[3], b[4], b[5]);
        cr_expect_eq(flx_tape_status(t), FLX_ESHAPE, "%zu", k);
        cr_expect_eq(s.rows, 0, "%zu", k);
        flx_tape_destroy(t);
        const flx_array c = flx_array_slice(flx_array_scalar(flx_constant(2.0)), 0, 0, 1, 1, 1, 1);
        cr_expect_eq(flx_peek(flx_array_at(c, 0, 0)), 2.0, "of a constant");
        cr_expect(isnan(flx_peek(flx_array_at(c, 1, 0))) && isnan(flx_peek(flx_array_at(c, 0, 1))));
    }
}

/* What lies evenly is only seen differently; nothing is copied. */
Test(array_elements, reshaped_views)
{
    flx_tape *t = new_tape();
    const flx_array x = matrix(t, ROWS, COLS), wide = flx_array_slice(x, 0, 0, 3, 2, 1, 2);
    const size_t before = flx_tape_measure(t).slots;
    const flx_array even[] = {flx_array_reshape(x, 2, 6),
                              flx_array_reshape(flx_array_row(x, 1), 2, 2),
                              flx_array_reshape(flx_array_col(x, 2), 1, 3),
                              flx_array_reshape(flx_array_slice(x, 1, 0, 1, 2, 1, 2), 2, 1),
                              flx_array_reshape(wide, 2, 3)};
    cr_expect_eq(flx_tape_measure(t).slots, before, "a copy");
    expect_view(even[0], 2, 6, (size_t[]){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, x, "whole");
    expect_view(even[1], 2, 2, (size_t[]){4, 5, 6, 7}, x, "row");
    expect_view(even[2], 1, 3, (size_t[]){2, 6, 10}, x, "column");
    expect_view(even[3], 2, 1, (size_t[]){4, 6}, x, "strided row");
    expect_view(even[4], 2, 3, (size_t[]){0, 2, 4, 6, 8, 10}, x, "every second column");
    const flx_array narrow = flx_array_slice(x, 0, 1, 3, 3, 1, 1);
    expect_view(flx_array_reshape(narrow, 1, 9), 1, 9, (size_t[]){1, 2, 3, 5, 6, 7, 9, 10, 11}, x,
                "narrow");
    expect_view(flx_array_diagonal(x), 3, 1, (size_t[]){0, 5, 10}, x, "diagonal");
    expect_view(flx_array_diagonal(flx_array_transpose(x)), 3, 1, (size_t[]){0, 5, 10}, x,
                "diagonal of the transposed");
    cr_expect_eq(flx_array_reshape(x, 5, 2).rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_ESHAPE);
    flx_tape_destroy(t);
}

/* Constants among the parts are spelled out. */
Test(array_elements, stacked_and_side_by_side)
{
    flx_tape *t = new_tape();
    const flx_array x = matrix(t, 2, 3), y = flx_array_transpose(matrix(t, 3, 2));
    flx_array c = flx_array_scalar(flx_constant(7.0)), d = c;
    c.cols = 3; /* one row of sevens */
    d.rows = 2; /* one column of them */
    const double below[] = {1, 2, 3, 11, 12, 13, 7, 7, 7, 1, 11, 21, 2, 12, 22};
    const double beside[] = {1, 2, 3, 7, 1, 11, 21, 11, 12, 13, 7, 2, 12, 22};
    double g[6];
    flx_array got = flx_array_stack(3, (flx_array[]){x, c, y});
    cr_assert_eq(flx_array_peek(expect_values(got, 5, 3, below, x, "stack"), g), FLX_OK);
    for (int k = 0; k < 6; k++) cr_expect_eq(g[k], k + 1.0);
    got = flx_array_concatenate(3, (flx_array[]){x, d, y});
    cr_assert_eq(flx_array_peek(expect_values(got, 2, 7, beside, x, "concatenate"), g), FLX_OK);
    for (int k = 0; k < 6; k++) cr_expect_eq(g[k], k < 3 ? k + 1.0 : k + 5.0);
    cr_assert_eq(
        flx_array_peek(expect_values(got, 2, 7, beside, flx_array_transpose(y), "3 x 2"), g),
        FLX_OK);
    for (int k = 0; k < 6; k++) cr_expect_eq(g[k], (k % 2 ? 12.0 : 5.0) + (double)(k / 2));
    got = flx_array_stack(1, &x);
    cr_expect_neq(got.first.u.at.slot, x.first.u.at.slot, "a copy");
    cr_expect(isnan(flx_peek(flx_array_stack(0, &x).first)));
    cr_expect(isnan(flx_peek(flx_array_stack(1, NULL).first)));
    cr_expect(isnan(flx_peek(flx_array_concatenate(1, NULL).first)));
    cr_expect(isnan(flx_peek(flx_array_concatenate(1, &c).first)), "no tape");
    cr_expect(isnan(flx_peek(flx_array_stack(1, &c).first)), "no tape");
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}

Test(array_elements, more_than_can_be_counted)
{
    const size_t many = 4000000000u;
    flx_tape *t = new_tape();
    const flx_mark mark = flx_tape_mark(t);
    const flx_array tall = flx_array_variable(t, many, 0, NULL),
                    wide = flx_array_variable(t, 0, many, NULL);
    cr_expect_eq(flx_array_stack(1, &tall).rows, many);
    cr_expect_eq(flx_array_concatenate(1, &wide).cols, many);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    cr_expect_eq(flx_array_stack(2, (flx_array[]){tall, tall}).rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_ELIMIT);
    cr_expect_eq(flx_tape_rewind(t, mark), FLX_OK);
    const flx_array again = flx_array_variable(t, 0, many, NULL);
    cr_expect_eq(flx_array_concatenate(2, (flx_array[]){again, again}).cols, 0);
    cr_expect_eq(flx_tape_status(t), FLX_ELIMIT);
    flx_tape_destroy(t);
}
