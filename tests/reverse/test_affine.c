/* flx_array_affine against a product and a sum, sums of many columns against scalar code, and plain
 * gradients of arrays, which stay where the sweep has left them. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* Whole numbers from -3 to 3: what is made of them is exact in any order. */
static void whole(size_t n, double *x, int seed)
{
    for (size_t k = 0; k < n; k++) x[k] = (double)((int)(k * 5 + k / 3 + (size_t)seed) % 7 - 3);
}

enum { MOST = 40 * 40, SHIFTS = 5 };

/* One vector of variables, cut into x (m x k, transposed), y and z. */
typedef struct problem {
    size_t m, k, n;
    int shift;
} problem;

static size_t shift_rows(const problem *p) { return p->shift < 2 ? p->m : 1; }
static size_t shift_cols(const problem *p) { return p->shift % 2 == 0 ? p->n : 1; }
static size_t variables(const problem *p)
{
    return p->m * p->k + p->k * p->n + shift_rows(p) * shift_cols(p);
}

static flx_array cut(flx_array all, size_t *from, size_t rows, size_t cols)
{
    const flx_array part = flx_array_slice(all, 0, *from, 1, rows * cols, 1, 1);
    *from += rows * cols;
    return flx_array_reshape(part, rows, cols);
}

/* Sum of the squares of x*y + z. */
static flx_var loss(const problem *p, flx_array all, int affine)
{
    size_t from = 0;
    flx_array x = cut(all, &from, p->k, p->m);
    x = flx_array_transpose(x);
    const flx_array y = cut(all, &from, p->k, p->n);
    const flx_array z = p->shift == 4 ? flx_array_scalar(flx_constant(2.0))
                                      : cut(all, &from, shift_rows(p), shift_cols(p));
    const flx_array a =
        affine ? flx_array_affine(x, y, z) : flx_array_add(flx_array_matmul(x, y), z);
    cr_expect_eq(a.rows, p->m);
    cr_expect_eq(a.cols, p->n);
    return flx_array_dot(a, a);
}

/* Value, gradient, and products with a direction by two recorded roads, n numbers each. */
static void derive(const problem *p, int affine, double *value, double *g, double *reverse,
                   double *forward)
{
    static double x[MOST * 4], dir[MOST * 4];
    const size_t n = variables(p);
    flx_tape *t = new_tape();
    flx_array plain, recorded, product;
    whole(n, x, 1);
    whole(n, dir, 4);
    const flx_array all = flx_array_variable(t, 1, n, x);
    const flx_array along = flx_array_constant(t, 1, n, dir);
    const flx_var y = loss(p, all, affine);
    *value = flx_peek(y);
    cr_assert_eq(flx_grad_array(y, all, &plain, 0), FLX_OK);
    cr_assert_eq(flx_array_peek(plain, g), FLX_OK);
    cr_assert_eq(flx_grad_array(y, all, &recorded, FLX_CREATE_GRAPH), FLX_OK);
    cr_assert_eq(flx_grad_array(flx_array_dot(recorded, along), all, &product, 0), FLX_OK);
    cr_assert_eq(flx_array_peek(product, reverse), FLX_OK);

    static flx_var in[MOST * 4];
    flx_program *f;
    flx_work *w;
    for (size_t k = 0; k < n; k++) in[k] = flx_array_at(all, 0, k);
    cr_assert_eq(flx_freeze(t, n, in, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_assert_eq(flx_hvp(f, w, x, dir, NULL, forward, NULL), FLX_OK);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(affine, equals_a_product_and_a_sum_in_every_mode)
{
    static const size_t size[][3] = {{1, 1, 1}, {2, 3, 4}, {5, 1, 2}, {19, 17, 21}, {36, 40, 33}};
    static double g[2][MOST * 4], reverse[2][MOST * 4], forward[2][MOST * 4];
    for (size_t s = 0; s < sizeof size / sizeof *size; s++) {
        for (int shift = 0; shift < SHIFTS; shift++) {
            const problem p = {size[s][0], size[s][1], size[s][2], shift};
            const size_t bytes = variables(&p) * sizeof(double);
            double value[2];
            for (int k = 0; k < 2; k++) derive(&p, k, &value[k], g[k], reverse[k], forward[k]);
            cr_expect_eq(value[0], value[1], "%zu, %d", s, shift);
            cr_expect(memcmp(g[0], g[1], bytes) == 0, "%zu, %d", s, shift);
            for (size_t k = 0; k < variables(&p); k++) {
                cr_expect_eq(reverse[0][k], reverse[1][k], "%zu, %d", s, shift);
                cr_expect_eq(forward[1][k], reverse[1][k], "%zu, %d", s, shift);
            }
        }
    }
}

Test(affine, begins_with_what_it_shifts_by)
{
    flx_tape *t = new_tape();
    const double x[3] = {0.1, 0.7, 0.3}, y[3] = {1.1, 2.3, -1.7}, z = 0.013;
    const flx_array row = flx_array_variable(t, 1, 3, x), column = flx_array_variable(t, 3, 1, y);
    const flx_array a = flx_array_affine(row, column, flx_array_scalar(flx_variable(t, z)));
    double sum = z;
    for (int k = 0; k < 3; k++) sum += x[k] * y[k];
    cr_expect_eq(flx_peek(a.first), sum);
    const flx_array number = flx_array_scalar(flx_constant(3.0));
    cr_expect_eq(flx_peek(flx_array_affine(number, number, number).first), 12.0);
    flx_tape_destroy(t);
}

Test(affine, wrong_shapes_fail)
{
    flx_tape *t = new_tape();
    const double x[6] = {1, 2, 3, 4, 5, 6};
    const flx_array a = flx_array_variable(t, 2, 3, x), b = flx_array_transpose(a);
    const flx_array z[3] = {a, flx_array_row(a, 0), flx_array_slice(b, 0, 0, 3, 1, 1, 1)};
    for (int k = 0; k < 4; k++) {
        const flx_mark before = flx_tape_mark(t);
        const flx_array none = k < 3 ? flx_array_affine(a, b, z[k]) : flx_array_affine(a, a, a);
        cr_expect_eq(flx_tape_status(t), FLX_ESHAPE, "case %d", k);
        cr_expect_eq(none.rows * none.cols, 0);
        cr_expect_eq(flx_tape_rewind(t, before), FLX_OK);
    }
    flx_tape_destroy(t);
}

/* The sum of a column, in the order that the library promises. */
static double column_sum(size_t rows, size_t cols, const double *x, size_t j)
{
    double partial[16] = {0.0};
    for (size_t i = 0; i < rows; i++) partial[i % 16] += x[i * cols + j];
    for (int w = 8; w > 0; w /= 2)
        for (int s = 0; s < w; s++) partial[s] += partial[s + w];
    return partial[0];
}

Test(affine, columns_side_by_side_are_summed_in_the_same_order)
{
    enum { ROWS = 37, COLS = 19 };
    double x[ROWS * COLS];
    flx_tape *t = new_tape();
    for (int k = 0; k < ROWS * COLS; k++) x[k] = sin(1.3 * k) * pow(10.0, k % 9);
    const flx_array a = flx_array_variable(t, ROWS, COLS, x);
    const flx_array sums = flx_array_sum(a, FLX_COLS);
    for (size_t j = 0; j < COLS; j++) {
        const double sum = flx_peek(flx_array_at(sums, 0, j));
        cr_expect_eq(sum, column_sum(ROWS, COLS, x, j), "column %zu", j);
    }
    flx_tape_destroy(t);
}

/* Gradients by part of an array that other operations read as a whole: the sweep's adjoints begin below
 * those asked for. */
Test(affine, gradient_by_the_middle_of_an_array_stays)
{
    enum { N = 12 };
    double x[N], first[6], again[6];
    flx_tape *t = new_tape();
    for (int k = 0; k < N; k++) x[k] = 0.5 + 0.25 * k;
    const flx_array a = flx_array_variable(t, 6, 2, x),
                    middle = flx_array_slice(a, 2, 0, 3, 2, 1, 1);
    const flx_var y = flx_array_dot(flx_array_mul(a, a), a);
    flx_array g, other;
    cr_assert_eq(flx_grad_array(y, middle, &g, 0), FLX_OK);
    cr_assert_eq(flx_array_peek(g, first), FLX_OK);
    for (int k = 0; k < 6; k++) cr_expect_eq(first[k], 3.0 * x[4 + k] * x[4 + k], "%d", k);
    flx_tape_destroy(t);

    t = new_tape();
    const flx_array b = flx_array_variable(t, 6, 2, x), rows = flx_array_slice(b, 2, 0, 3, 2, 1, 1);
    cr_assert_eq(flx_grad_array(flx_array_dot(b, b), rows, &g, 0), FLX_OK);
    const flx_array transposed = flx_array_transpose(b);
    cr_assert_eq(flx_grad_array(flx_array_dot(rows, g), transposed, &other, 0), FLX_OK);
    cr_assert_eq(flx_array_peek(g, again), FLX_OK);
    for (int k = 0; k < 6; k++) cr_expect_eq(again[k], 2.0 * x[4 + k], "%d", k);
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 6; j++) {
            const double want = j >= 2 && j < 5 ? 2.0 * x[2 * j + i] : 0.0;
            cr_expect_eq(flx_peek(flx_array_at(other, i, j)), want, "%zu %zu", i, j);
        }
    flx_tape_destroy(t);
}

/* Large enough for a BLAS. */
Test(affine, zero_times_infinity_is_no_number_in_a_product)
{
    enum { N = 20 };
    static double zeros[N * N], infinite[N * N];
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    infinite[3] = INFINITY;
    const flx_array x = flx_array_variable(t, N, N, zeros),
                    y = flx_array_variable(t, N, N, infinite);
    const flx_array z = flx_array_matmul(x, y);
    cr_expect(isnan(flx_peek(flx_array_at(z, 7, 3))));
    cr_expect_eq(flx_peek(flx_array_at(z, 7, 4)), 0.0);
    flx_tape_destroy(t);
}
