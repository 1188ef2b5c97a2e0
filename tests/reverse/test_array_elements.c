/* Which element of what is where: views, copies, rows put together, indices, sums along an axis. Values
 * and gradients of small arrays against loops over plain C arrays, with small integers, exactly. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

#include "hostile.h"

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

/* Expects got to be rows x cols, with these values, as a whole and one by one; and slope, unless that is
 * NULL, as the gradient of sum_k (k+1) got_k by x. */
static void expect_values(flx_array got, size_t rows, size_t cols, const double *want, flx_array x,
                          const double *slope, const char *what)
{
    double y[MOST], weights[MOST], g[MOST];
    flx_array gradient = {0};
    cr_assert(got.rows == rows && got.cols == cols, "%s: %u x %u", what, (unsigned)got.rows,
              (unsigned)got.cols);
    cr_assert_eq(flx_array_peek(got, y), FLX_OK, "%s", what);
    for (size_t k = 0; k < rows * cols; k++) {
        weights[k] = (double)(k + 1);
        cr_expect_eq(y[k], want[k], "%s: element %zu is %g, not %g", what, k, y[k], want[k]);
        cr_expect_eq(flx_peek(flx_array_at(got, k / cols, k % cols)), want[k], "%s: at %zu", what,
                     k);
    }
    if (!slope) return;
    const flx_array w = flx_array_constant(x.first.tape, rows, cols, weights);
    cr_assert_eq(flx_grad_array(flx_array_dot(got, w), x, &gradient, 0), FLX_OK, "%s", what);
    cr_assert_eq(flx_array_peek(gradient, g), FLX_OK);
    for (size_t k = 0; k < (size_t)x.rows * x.cols; k++)
        cr_expect_eq(g[k], slope[k], "%s: d/dx%zu is %g, not %g", what, k, g[k], slope[k]);
}

/* Views: element k of the view is element from[k] of x, whose values are all different. */
static void expect_view(flx_array got, size_t rows, size_t cols, const size_t *from, flx_array x,
                        const char *what)
{
    double all[MOST], want[MOST], slope[MOST] = {0.0};
    cr_assert_eq(flx_array_peek(x, all), FLX_OK);
    for (size_t k = 0; k < rows * cols; k++) {
        want[k] = all[from[k]];
        slope[from[k]] += (double)(k + 1);
    }
    expect_values(got, rows, cols, want, x, slope, what);
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
    const double alone[] = {1, 2, 3, 11, 12, 13};
    const double of_stack[] = {1, 2, 3, 4, 5, 6}, of_x[] = {1, 2, 3, 8, 9, 10};
    const double of_y[] = {5, 12, 6, 13, 7, 14};
    flx_array got = flx_array_stack(3, (flx_array[]){x, c, y});
    expect_values(got, 5, 3, below, x, of_stack, "stack");
    got = flx_array_concatenate(3, (flx_array[]){x, d, y});
    expect_values(got, 2, 7, beside, x, of_x, "concatenate");
    expect_values(got, 2, 7, beside, flx_array_transpose(y), of_y, "concatenate, transposed");
    const flx_array first[] = {x, flx_array_row(flx_array_transpose(x), 0)}; /* 1 x 2 */
    got = flx_array_stack(1, first);
    cr_expect_neq(got.first.u.at.slot, x.first.u.at.slot, "a copy");
    expect_values(got, 2, 3, alone, x, NULL, "one alone");
    expect_values(flx_array_concatenate(1, first), 2, 3, alone, x, NULL, "one alone");
    cr_expect(isnan(flx_peek(flx_array_stack(0, &x).first)));
    cr_expect(isnan(flx_peek(flx_array_stack(1, NULL).first)));
    cr_expect(isnan(flx_peek(flx_array_concatenate(1, NULL).first)));
    cr_expect(isnan(flx_peek(flx_array_concatenate(1, &c).first)), "no tape");
    cr_expect(isnan(flx_peek(flx_array_stack(1, &c).first)), "no tape");
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}

/* The shape of a sum of constants is that of any sum. */
Test(array_elements, sums_of_constants)
{
    flx_array x = flx_array_scalar(flx_constant(1.5));
    x.rows = 3;
    x.cols = 4;
    const struct {
        flx_axis axis;
        size_t rows, cols;
        double sum;
    } cases[] = {{FLX_ALL, 1, 1, 18.0}, {FLX_ROWS, 3, 1, 6.0}, {FLX_COLS, 1, 4, 4.5}};
    for (int k = 0; k < 3; k++) {
        const flx_array s = flx_array_sum(x, cases[k].axis), m = flx_array_argmax(x, cases[k].axis),
                        p = flx_array_prod(x, cases[k].axis);
        cr_expect(s.rows == cases[k].rows && s.cols == cases[k].cols, "%d: %u x %u", k,
                  (unsigned)s.rows, (unsigned)s.cols);
        cr_expect_eq(flx_peek(s.first), cases[k].sum);
        cr_expect(m.rows == s.rows && m.cols == s.cols && flx_peek(m.first) == 0.0);
        cr_expect(p.rows == s.rows && p.cols == s.cols);
        cr_expect_eq(flx_peek(p.first), pow(1.5, 18.0 / (double)(s.rows * s.cols) * 2.0 / 3.0));
    }
}

/* Functions of constants are those of doubles, and recorded nowhere. */
Test(array_elements, functions_of_constants)
{
    const double a = 0.3, b = 0.7, c = -1.4;
    const flx_array x = flx_array_scalar(flx_constant(a)), y = flx_array_scalar(flx_constant(b)),
                    z = flx_array_scalar(flx_constant(c));
#define EXPECT(got, want)                                                                          \
    do {                                                                                           \
        const double w_ = (want), g_ = flx_peek((got).first);                                      \
        cr_expect(g_ == w_ || (g_ != g_ && w_ != w_), #got ": %.17g, not %.17g", g_, w_);          \
        cr_expect_null((got).first.tape);                                                          \
    } while (0)
#define FLX_UNARY(name, meaning) EXPECT(flx_array_##name(x), flx_##name(a));
#define FLX_BINARY(name, meaning) EXPECT(flx_array_##name(x, y), flx_##name(a, b));
#define FLX_TERNARY(name, meaning) EXPECT(flx_array_##name(x, y, z), flx_##name(a, b, c));
#define FLX_ORDERED(name, meaning) EXPECT(flx_array_##name(3, x), flx_##name(3, a));
#include <fluxion/functions.def>
    EXPECT(flx_array_add(x, y), a + b);
    EXPECT(flx_array_sub(x, y), a - b);
    EXPECT(flx_array_mul(x, y), a * b);
    EXPECT(flx_array_div(x, y), a / b);
    EXPECT(flx_array_neg(x), -a);
    EXPECT(flx_array_square(x), a * a);
    EXPECT(flx_array_pow(x, y), pow(a, b));
    EXPECT(flx_array_powi(x, 3), pow(a, 3.0));
    EXPECT(flx_array_axpy(flx_constant(c), x, y), c * a + b);
    EXPECT(flx_array_select(x, y, z), b);
    EXPECT(flx_array_select(z, y, x), a);
    EXPECT(flx_array_copy(x), a);
    EXPECT(flx_array_detach(x), a);
#undef EXPECT
}

/* Operands of one row, one column or one element are repeated; any order of the operands. */
Test(array_elements, broadcast)
{
    flx_tape *t = new_tape();
    const flx_array x = matrix(t, 2, 3), row = flx_array_row(x, 0),
                    column = flx_array_transpose(flx_array_slice(x, 0, 1, 1, 2, 1, 1)),
                    three = flx_array_scalar(flx_constant(3.0));
    const struct {
        const char *name;
        flx_array y;
        double want[6];
    } cases[] = {
        {"row", flx_array_sub(x, row), {0, 0, 0, 10, 10, 10}},
        {"row first", flx_array_sub(row, x), {0, 0, 0, -10, -10, -10}},
        {"column", flx_array_sub(x, column), {-1, 0, 1, 8, 9, 10}},
        {"column first", flx_array_sub(column, x), {1, 0, -1, -8, -9, -10}},
        {"column and row", flx_array_sub(column, row), {1, 0, -1, 2, 1, 0}},
        {"row and column", flx_array_sub(row, column), {-1, 0, 1, -2, -1, 0}},
        {"constant", flx_array_sub(x, three), {-2, -1, 0, 8, 9, 10}},
        {"constant first", flx_array_sub(three, x), {2, 1, 0, -8, -9, -10}},
        {"constant times", flx_array_mul(three, x), {3, 6, 9, 33, 36, 39}},
        {"times constant", flx_array_mul(x, three), {3, 6, 9, 33, 36, 39}},
        {"over constant", flx_array_div(flx_array_mul(three, x), three), {1, 2, 3, 11, 12, 13}},
        {"plus constant", flx_array_add(three, flx_array_add(x, three)), {7, 8, 9, 17, 18, 19}},
        {"three", flx_array_fma(column, row, x), {3, 6, 9, 14, 18, 22}},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
        expect_values(cases[k].y, 2, 3, cases[k].want, x, NULL, cases[k].name);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    cr_expect_eq(flx_array_peek(x, NULL), FLX_EARG);
    flx_array_sub(flx_array_col(x, 0), flx_array_row(flx_array_transpose(x), 0)); /* 2 x 1, 1 x 2 */
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_array_sub(flx_array_transpose(x), row); /* 3 x 2, 1 x 3 */
    cr_expect_eq(flx_tape_status(t), FLX_ESHAPE);
    flx_tape_destroy(t);
}

Test(array_elements, chosen_by_indices)
{
    flx_tape *t = new_tape();
    const flx_array x = matrix(t, 3, 2);
    const flx_array which = flx_array_constant(t, 1, 4, (double[]){2.0, 0.0, 2.0, 1.0});
    const double rows[] = {21, 22, 1, 2, 21, 22, 11, 12}, slope[] = {3, 4, 7, 8, 6, 8};
    const double sums[] = {1, 2, 11, 12, 42, 44, 0, 0, 0, 0}, weights[] = {1, 2, 3, 4, 10, 12};
    for (int as_column = 0; as_column < 2; as_column++) {
        const flx_array index = as_column ? flx_array_transpose(which) : which;
        const flx_array got = flx_array_gather(x, index);
        expect_values(got, 4, 2, rows, x, slope, "gather");
        /* Two of the four meet again. */
        expect_values(flx_array_scatter_add(got, index, 5), 5, 2, sums, x, weights, "scatter");
    }
    const flx_array of_rows = flx_array_constant(t, 3, 1, (double[]){1.0, 0.0, 1.0});
    const flx_array of_columns = flx_array_constant(t, 1, 2, (double[]){2.0, 0.0});
    const flx_array four = flx_array_scalar(flx_constant(4.0));
    const double in_rows[] = {2, 11, 22}, by_rows[] = {0, 1, 2, 0, 0, 3}, in_columns[] = {21, 2},
                 by_columns[] = {0, 2, 0, 0, 1, 0}, fifth[] = {21}, by_fifth[] = {0, 0, 0, 0, 1, 0};
    expect_values(flx_array_take(x, of_rows, FLX_ROWS), 3, 1, in_rows, x, by_rows, "of rows");
    expect_values(flx_array_take(x, of_columns, FLX_COLS), 1, 2, in_columns, x, by_columns,
                  "of columns");
    expect_values(flx_array_take(x, four, FLX_ALL), 1, 1, fifth, x, by_fifth, "of all");
    const flx_array of_constant =
        flx_array_gather(flx_array_scalar(flx_constant(7.0)), flx_array_scalar(flx_constant(0.0)));
    cr_expect_eq(flx_peek(of_constant.first), 7.0);
    cr_expect(of_constant.rows == 1 && of_constant.cols == 1);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}

/* Only the last index is no row. */
/* Every element of the second row is beyond all of the first; and the other way round. */
Test(array_elements, extremes_of_long_rows)
{
    enum { LONG = 24 };
    double v[2 * LONG];
    for (int k = 0; k < 2 * LONG; k++) v[k] = k;
    flx_tape *t = new_tape();
    const flx_array up = flx_array_variable(t, 2, LONG, v), down = flx_array_neg(up);
    cr_expect_eq(flx_peek(flx_array_at(flx_array_argmax(up, FLX_ALL), 0, 0)), 2 * LONG - 1);
    cr_expect_eq(flx_peek(flx_array_at(flx_array_argmin(up, FLX_ALL), 0, 0)), 0);
    cr_expect_eq(flx_peek(flx_array_at(flx_array_argmax(down, FLX_ALL), 0, 0)), 0);
    cr_expect_eq(flx_peek(flx_array_at(flx_array_argmin(down, FLX_ALL), 0, 0)), 2 * LONG - 1);
    cr_expect_eq(flx_peek(flx_array_at(flx_array_max(up, FLX_ALL), 0, 0)), 2 * LONG - 1);
    flx_tape_destroy(t);
}

Test(array_elements, indices_beyond_the_rows)
{
    static const double last[] = {3.0, -1.0, 0.5, (double)NAN};
    for (size_t k = 0; k < sizeof last / sizeof last[0]; k++) {
        for (int scatter = 0; scatter < 2; scatter++) {
            flx_tape *t = new_tape();
            const flx_array x = matrix(t, 3, 2);
            const flx_array index = flx_array_constant(t, 1, 3, (double[]){0.0, 2.0, last[k]});
            const flx_array got =
                scatter ? flx_array_scatter_add(x, index, 3) : flx_array_gather(x, index);
            cr_expect_eq(flx_tape_status(t), FLX_EARG, "%g", last[k]);
            cr_expect_eq(got.rows, 0);
            flx_tape_destroy(t);
        }
    }
}

Test(array_elements, running_sums)
{
    flx_tape *t = new_tape();
    const flx_array x = matrix(t, 2, 3);
    const double along[] = {1, 3, 6, 11, 23, 36}, by_along[] = {6, 5, 3, 15, 11, 6};
    const double down[] = {1, 2, 3, 12, 14, 16}, by_down[] = {5, 7, 9, 4, 5, 6};
    const double all[] = {1, 3, 6, 17, 29, 42}, by_all[] = {21, 20, 18, 15, 11, 6};
    expect_values(flx_array_cumsum(x, FLX_ROWS), 2, 3, along, x, by_along, "along rows");
    expect_values(flx_array_cumsum(x, FLX_COLS), 2, 3, down, x, by_down, "down columns");
    expect_values(flx_array_cumsum(x, FLX_ALL), 2, 3, all, x, by_all, "over all");
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}

Test(array_elements, more_than_can_be_counted)
{
    const size_t many = 4000000000u;
    flx_tape *t = new_tape();
    const flx_mark mark = flx_tape_mark(t);
    const flx_array tall = flx_array_variable(t, many, 0, NULL);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    cr_expect_eq(flx_array_stack(2, (flx_array[]){tall, tall}).rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_ELIMIT);
    cr_expect_eq(flx_tape_rewind(t, mark), FLX_OK);
    const flx_array wide = flx_array_variable(t, 0, many, NULL);
    cr_expect_eq(flx_array_concatenate(2, (flx_array[]){wide, wide}).cols, 0);
    cr_expect_eq(flx_tape_status(t), FLX_ELIMIT);
    flx_tape_destroy(t);
}

/* ---- products that a BLAS may form ---- */

enum { LARGE = 24, VIEWS = 6 };

/* rows x cols elements, at most 12 x 12, seen in six ways. */
static flx_array large_view(flx_array a, int which, size_t rows, size_t cols)
{
    switch (which) {
    case 0: return flx_array_slice(a, 1, 2, rows, cols, 1, 1);
    case 1: return flx_array_transpose(flx_array_slice(a, 2, 1, cols, rows, 1, 1));
    case 2: return flx_array_slice(a, 0, 1, rows, cols, 2, 1);
    case 3: return flx_array_slice(a, 1, 0, rows, cols, 1, 2);
    case 4: return flx_array_transpose(flx_array_slice(a, 0, 0, cols, rows, 2, 2));
    default: return flx_array_copy(flx_array_slice(a, 3, 3, rows, cols, 1, 1));
    }
}

/* Small integers, whose sums are exact in any order. */
Test(array_elements, products_of_large_views)
{
    static const size_t sizes[][3] = {{12, 12, 12}, {1, 12, 12}, {12, 1, 12},
                                      {12, 12, 1},  {8, 8, 8},   {9, 12, 7}};
    static double x[LARGE * LARGE];
    flx_tape *t = new_tape();
    for (int k = 0; k < LARGE * LARGE; k++) x[k] = (double)(k * 7 % 23 - 11);
    const flx_array a = flx_array_variable(t, LARGE, LARGE, x);
    const flx_mark mark = flx_tape_mark(t);
    for (int k = 0; k < 6 * VIEWS * VIEWS; k++) {
        const size_t *n = sizes[k / (VIEWS * VIEWS)];
        double left[144], right[144], got[144], g[144];
        const flx_array u = large_view(a, k % VIEWS, n[0], n[1]),
                        v = large_view(a, k / VIEWS % VIEWS, n[1], n[2]);
        const flx_array y = flx_array_matmul(u, v);
        cr_assert_eq(flx_array_peek(u, left), FLX_OK);
        cr_assert_eq(flx_array_peek(v, right), FLX_OK);
        cr_assert_eq(flx_array_peek(y, got), FLX_OK);
        for (size_t i = 0; i < n[0] * n[2]; i++) {
            double sum = 0.0;
            for (size_t c = 0; c < n[1]; c++)
                sum += left[i / n[2] * n[1] + c] * right[c * n[2] + i % n[2]];
            cr_expect_eq(got[i], sum, "case %d: element %zu is %g, not %g", k, i, got[i], sum);
        }
        /* d sum(y)/du: sums of the rows of v; of a view of its own */
        flx_array gradient;
        const flx_array own = flx_array_copy(u), z = flx_array_matmul(own, v);
        cr_assert_eq(flx_grad_array(flx_array_sum(z, FLX_ALL).first, own, &gradient, 0), FLX_OK);
        cr_assert_eq(flx_array_peek(gradient, g), FLX_OK);
        for (size_t i = 0; i < n[0] * n[1]; i++) {
            double sum = 0.0;
            for (size_t j = 0; j < n[2]; j++) sum += right[i % n[1] * n[2] + j];
            cr_expect_eq(g[i], sum, "case %d: derivative %zu is %g, not %g", k, i, g[i], sum);
        }
        cr_assert_eq(flx_tape_rewind(t, mark), FLX_OK);
    }
    flx_tape_destroy(t);
}

/* ---- room ---- */

static flx_array sum_of(flx_array a) { return flx_array_sum(a, FLX_COLS); }
static flx_array times(flx_array a) { return flx_array_mul(a, flx_array_row(a, 0)); }
static flx_array three_times(flx_array a)
{
    return flx_array_mul(a, flx_array_scalar(flx_constant(3.0)));
}
static flx_array beside_constant(flx_array a)
{
    return flx_array_hypot(a, flx_array_scalar(flx_constant(3.0)));
}
static flx_array product(flx_array a) { return flx_array_matmul(a, a); }
static flx_array affine(flx_array a) { return flx_array_affine(a, a, flx_array_row(a, 0)); }
static flx_array diagonal(flx_array a) { return flx_array_diagonal_matrix(flx_array_col(a, 0)); }
static flx_array triangle(flx_array a) { return flx_array_lower_triangle(flx_array_col(a, 1)); }
static flx_array copied(flx_array a) { return flx_array_copy(a); }
static flx_array stacked(flx_array a)
{
    flx_array seven = flx_array_scalar(flx_constant(7.0));
    seven.cols = 3;
    return flx_array_stack(2, (flx_array[]){a, seven});
}
static flx_array packed(flx_array a)
{
    const flx_var x[2] = {flx_array_at(a, 0, 0), flx_constant(2.0)};
    return flx_array_pack(a.first.tape, 2, 1, x);
}
static flx_array more(flx_array a)
{
    return flx_array_constant(a.first.tape, 1, 3, (double[]){1.0, 2.0, 3.0});
}
static flx_array largest(flx_array a) { return flx_array_max(a, FLX_ROWS); }
static flx_array scattered(flx_array a)
{
    return flx_array_scatter_add(a, flx_array_argmin(a, FLX_ROWS), 3);
}
static flx_array running(flx_array a) { return flx_array_cumsum(a, FLX_ALL); }
static flx_array inverse(flx_array a) { return flx_array_inverse(a); }
static flx_array root(flx_array a) { return flx_array_cholesky(a); }
static flx_array paused(flx_array a)
{
    flx_pause(a.first.tape);
    const flx_array b = flx_array_square(a);
    flx_resume(a.first.tape);
    return b;
}

/* At every fill of the pools: what is reserved is what is written (hostile.h looks behind it). */
Test(array_elements, room_for_all_that_is_recorded)
{
    static flx_array (*const operations[])(flx_array) = {
        sum_of,   times,     three_times, beside_constant, product, affine,
        diagonal, triangle,  copied,      stacked,         packed,  more,
        largest,  scattered, running,     inverse,         root,    paused};
    const double spd[9] = {4.0, 1.0, 0.5, 1.0, 5.0, 1.5, 0.5, 1.5, 6.0};
    for (size_t k = 0; k < sizeof operations / sizeof operations[0]; k++) {
        for (int fill = 0; fill < 140; fill++) {
            hostile h = {0};
            const flx_tape_options options = {.allocator = hostile_allocator(&h)};
            flx_tape *t;
            cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
            const flx_array a = flx_array_variable(t, 3, 3, spd);
            for (int j = 0; j < fill; j++) flx_var_sin(a.first);
            flx_array g;
            const flx_array y = operations[k](a);
            cr_assert_eq(flx_grad_array(flx_array_sum(y, FLX_ALL).first, a, &g, FLX_CREATE_GRAPH),
                         FLX_OK, "operation %zu after %d", k, fill);
            flx_tape_destroy(t);
            cr_assert_eq(h.bytes, 0);
        }
    }
}
