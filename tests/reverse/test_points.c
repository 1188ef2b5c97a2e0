/* What is decided by values: the places of extremes and of elements that indices choose, in arrays of
 * every stride, against plain loops. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

enum { MANY = 600, COLS = 3 };

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* Number k of those that are compared: none but the one at `place` is large. */
static double number(size_t k, size_t place)
{
    return k == place ? 2.0 : (double)(k * 37 % 101) / 101.0;
}

/* The largest one at each place in turn, in a row (columns 0) or in the middle one of three columns; with
 * the other sign it is the smallest. */
static void expect_extremes(size_t count, int columns, double sign)
{
    static double x[MANY * COLS];
    const size_t cols = columns ? COLS : 1;
    for (size_t place = 0; place < count; place++) {
        if (count > 20 && place % 7 && place % 64) continue;
        flx_tape *t = new_tape();
        for (size_t k = 0; k < count * cols; k++) x[k] = -9.0 * sign;
        for (size_t k = 0; k < count; k++) x[k * cols + columns] = sign * number(k, place);
        if (columns) x[0] = x[count * cols - 1] = 9.0 * sign; /* others' */
        const flx_array a = flx_array_variable(t, columns ? count : 1, columns ? COLS : count, x);
        const flx_array one = columns ? flx_array_transpose(flx_array_col(a, 1)) : a;
        const flx_array at =
            sign > 0.0 ? flx_array_argmax(one, FLX_ALL) : flx_array_argmin(one, FLX_ALL);
        cr_expect_eq(flx_peek(at.first), (double)place, "%zu of %zu: %g", place, count,
                     flx_peek(at.first));
        flx_tape_destroy(t);
    }
}

Test(points, extremes_at_every_place)
{
    static const size_t counts[] = {1, 2, 7, 8, 9, 16, 17, 255, 256, 257, 263, 264, 520, MANY};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        for (int columns = 0; columns < 2; columns++) {
            expect_extremes(counts[k], columns, 1.0);
            expect_extremes(counts[k], columns, -1.0);
        }
    }
}

/* Of equal ones the first; what is no number counts as more than any. */
Test(points, first_of_equals_and_no_numbers)
{
    static double x[MANY];
    for (size_t place = 0; place < MANY; place += 61) {
        for (int nan = 0; nan < 2; nan++) {
            flx_tape *t = new_tape();
            for (size_t k = 0; k < MANY; k++) x[k] = k < place ? 1.0 : 2.0;
            if (nan) x[place] = (double)NAN;
            const flx_array a = flx_array_variable(t, 1, MANY, x);
            cr_expect_eq(flx_peek(flx_array_argmax(a, FLX_ALL).first), (double)place);
            flx_tape_destroy(t);
        }
    }
}

/* ---- elements at indices ---- */

enum { ROWS = 4 };

/* Indices of a shape and strides, from an array of twice as many. */
static flx_array indices(flx_tape *t, size_t rows, size_t cols, int64_t row_stride,
                         int64_t col_stride)
{
    static const double index[2 * ROWS * COLS] = {2, 0, 3, 1, 0, 2, 3, 1, 1, 0, 3, 2,
                                                  1, 3, 2, 0, 1, 2, 0, 3, 2, 1, 0, 3};
    flx_array a = flx_array_constant(t, 2 * ROWS, COLS, index);
    a.rows = (uint32_t)rows;
    a.cols = (uint32_t)cols;
    a.row_stride = row_stride;
    a.col_stride = col_stride;
    return a;
}

static double value_of(flx_array a, size_t i, size_t j) { return flx_peek(flx_array_at(a, i, j)); }

/* y = take or gather of x: its elements, and the gradient of a sum of them with weights 1, 2, 3, ... */
static void expect_chosen(flx_array x, flx_array y, flx_array index, int along)
{
    flx_tape *t = x.first.tape;
    double want[ROWS][COLS] = {{0.0}}, weights[ROWS * COLS];
    for (size_t k = 0; k < ROWS * COLS; k++) weights[k] = 1.0 + (double)k;
    for (size_t i = 0; i < y.rows; i++) {
        for (size_t j = 0; j < y.cols; j++) {
            const size_t row = (size_t)value_of(index, along ? 0 : i, along ? j : 0);
            cr_expect_eq(value_of(y, i, j), value_of(x, row, j), "element %zu, %zu", i, j);
            want[row][j] += weights[i * y.cols + j];
        }
    }
    const flx_array w = flx_array_constant(t, y.rows, y.cols, weights);
    for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
        flx_array g;
        cr_assert_eq(flx_grad_array(flx_array_dot(y, w), x, &g, how), FLX_OK);
        for (size_t i = 0; i < ROWS; i++)
            for (size_t j = 0; j < COLS; j++)
                cr_expect_eq(value_of(g, i, j), want[i][j], "by %zu, %zu, how %u", i, j, how);
    }
}

static flx_array numbers(flx_tape *t)
{
    double x[ROWS * COLS];
    for (size_t k = 0; k < ROWS * COLS; k++) x[k] = 0.5 + (double)(k * k);
    return flx_array_variable(t, ROWS, COLS, x);
}

Test(points, indices_of_every_stride)
{
    static const int64_t strides[] = {0, 1, 2, COLS, 5};
    for (size_t r = 0; r < sizeof strides / sizeof *strides; r++) {
        for (size_t c = 0; c < sizeof strides / sizeof *strides; c++) {
            flx_tape *t = new_tape();
            const flx_array x = numbers(t), across = indices(t, 1, COLS, strides[r], strides[c]);
            const flx_array down = indices(t, ROWS, 1, strides[r], strides[c]);
            expect_chosen(x, flx_array_take(x, across, FLX_COLS), across, 1);
            expect_chosen(x, flx_array_gather(x, down), down, 0);
            flx_tape_destroy(t);
        }
    }
}

/* Of views that are not rows side by side. */
Test(points, elements_of_every_stride)
{
    static double x[2 * ROWS * 2 * COLS];
    for (size_t k = 0; k < 2 * ROWS * 2 * COLS; k++) x[k] = 1.0 + (double)k;
    for (int turned = 0; turned < 2; turned++) {
        flx_tape *t = new_tape();
        const flx_array all = flx_array_variable(t, 2 * ROWS, 2 * COLS, x);
        const flx_array part =
            turned ? flx_array_transpose(flx_array_slice(all, 1, 0, COLS, ROWS, 2, 1))
                   : flx_array_slice(all, 1, 1, ROWS, COLS, 2, 2);
        const flx_array down = indices(t, ROWS, 1, 1, 1);
        expect_chosen(part, flx_array_gather(part, down), down, 0);
        flx_tape_destroy(t);
    }
}

/* An index beyond the rows, or none at all, is refused. */
Test(points, indices_that_are_none)
{
    static const double bad[] = {4.0, 7.0, 1e10, -1.0, 0.5, (double)NAN, (double)INFINITY};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        flx_tape *t = new_tape();
        const flx_array y = flx_array_gather(numbers(t), flx_array_scalar(flx_constant(bad[k])));
        cr_expect_eq(flx_tape_status(t), FLX_EARG, "index %g", bad[k]);
        cr_expect_eq(y.rows, 0, "index %g", bad[k]);
        flx_tape_destroy(t);
    }
}

/* Of numbers so large that twice as much is infinite. */
Test(points, extremes_of_large_numbers)
{
    static const double x[3] = {-1e308, -1.5e308, -1.25e308};
    flx_tape *t = new_tape();
    const flx_array a = flx_array_variable(t, 1, 3, x);
    cr_expect_eq(flx_peek(flx_array_argmin(a, FLX_ALL).first), 1.0);
    cr_expect_eq(flx_peek(flx_array_argmax(a, FLX_ALL).first), 0.0);
    flx_tape_destroy(t);
}

/* What values are multiplied by is not hidden by a zero; sums begin with 0, running ones with their first
 * term. */
Test(points, zeros_of_sums)
{
    const double zero[2] = {-0.0, 1.0}, bad[2] = {(double)INFINITY, 1.0};
    flx_tape *t = new_tape();
    const flx_array x = flx_array_variable(t, 1, 2, zero), y = flx_array_variable(t, 1, 2, bad);
    const flx_array first = flx_array_slice(x, 0, 0, 1, 1, 1, 1);
    const flx_array one = flx_array_slice(y, 0, 1, 1, 1, 1, 1);
    cr_expect(isnan(flx_peek(flx_array_dot(x, y))));
    cr_expect(isnan(flx_peek(flx_array_matmul(x, flx_array_transpose(y)).first)));
    cr_expect(!signbit(flx_peek(flx_array_sum(first, FLX_ALL).first)));
    cr_expect(!signbit(flx_peek(flx_array_matmul(first, one).first)));
    cr_expect(signbit(flx_peek(flx_array_cumsum(x, FLX_ROWS).first)));
    flx_tape_destroy(t);
}

/* An infinite adjoint times a value of 0 is no number, of elements and of matrices. */
Test(points, infinite_adjoints)
{
    const double ones[2] = {1.0, 1.0}, some[2] = {0.0, 2.0};
    const flx_var inf = flx_constant((double)INFINITY);
    for (int matrix = 0; matrix < 2; matrix++) {
        for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
            flx_tape *t = new_tape();
            const flx_array a = flx_array_variable(t, 1, 2, ones);
            const flx_array b = flx_array_variable(t, 1, 2, some);
            const flx_var y =
                matrix ? flx_array_matmul(a, flx_array_transpose(b)).first : flx_array_dot(a, b);
            const flx_var x[2] = {flx_array_at(a, 0, 0), flx_array_at(a, 0, 1)};
            flx_var g[2];
            cr_assert_eq(flx_grad_seeded(1, &y, &inf, 2, x, g, how), FLX_OK);
            cr_expect(isnan(flx_peek(g[0])) && isinf(flx_peek(g[1])), "%d %u: %g %g", matrix, how,
                      flx_peek(g[0]), flx_peek(g[1]));
            flx_tape_destroy(t);
        }
    }
}
