/* Reductions, products, copies and choices of arrays in every mode against the scalars that they stand
 * for. */
#include <criterion/criterion.h>
#include <stdio.h>

#include <fluxion/fluxion.h>

#include "array_compare.h"
#include "array_scalars.h"

enum { OPERANDS = 3 };

static flx_axis axis; /* of the operation under test */

/* One operation, in arrays and in scalars, and the shapes of its operands. */
typedef struct operation {
    const char *name;
    array_form *native;
    array_scalar_form *scalar;
    int axes;  /* whether it is asked along each */
    int fixed; /* values that follow the inputs are numbers in the scalar form */
    unsigned char shape[OPERANDS][2]; /* rows and columns; 0: no operand */
} operation;

/* ---- reductions ---- */

#define REDUCTION(name)                                                                            \
    static flx_array name##_of(const flx_array *x) { return flx_array_##name(x[0], axis); }        \
    static void name##_scalars(const flx_array *x, array_grid *z)                                  \
    {                                                                                              \
        scalars_reduce(x[0], axis, scalars_##name, z);                                             \
    }
REDUCTION(sum)
REDUCTION(mean)
REDUCTION(prod)
REDUCTION(max)
REDUCTION(min)
#undef REDUCTION

/* Indices are values; counted from one, times something that has derivatives. */
static flx_array index_times_sum(flx_array index, flx_array x)
{
    const flx_array one = flx_array_scalar(flx_constant(1.0));
    return flx_array_mul(flx_array_add(index, one), flx_array_sum(x, axis));
}

static flx_array argmax_of(const flx_array *x)
{
    return index_times_sum(flx_array_argmax(x[0], axis), x[0]);
}

static flx_array argmin_of(const flx_array *x)
{
    return index_times_sum(flx_array_argmin(x[0], axis), x[0]);
}

static flx_var argmax_times_sum(size_t n, const flx_var *x)
{
    return flx_var_mul(flx_var_add_xc(scalars_argmax(n, x), 1.0), scalars_sum(n, x));
}

static flx_var argmin_times_sum(size_t n, const flx_var *x)
{
    return flx_var_mul(flx_var_add_xc(scalars_argmin(n, x), 1.0), scalars_sum(n, x));
}

static void argmax_scalars(const flx_array *x, array_grid *z)
{
    scalars_reduce(x[0], axis, argmax_times_sum, z);
}

static void argmin_scalars(const flx_array *x, array_grid *z)
{
    scalars_reduce(x[0], axis, argmin_times_sum, z);
}

static flx_array logsumexp_of(const flx_array *x) { return flx_array_logsumexp_along(x[0], axis); }

static void logsumexp_scalars(const flx_array *x, array_grid *z)
{
    scalars_reduce(x[0], axis, scalars_logsumexp, z);
}

static flx_array softmax_of(const flx_array *x) { return flx_array_softmax(x[0], axis); }

static void softmax_scalars(const flx_array *x, array_grid *z) { scalars_softmax(x[0], axis, z); }

static flx_array cumsum_of(const flx_array *x) { return flx_array_cumsum(x[0], axis); }

static void cumsum_scalars(const flx_array *x, array_grid *z) { scalars_cumsum(x[0], axis, z); }

static flx_array norm_of(const flx_array *x) { return flx_array_norm_along(x[0], axis); }

static void norm_scalars(const flx_array *x, array_grid *z)
{
    scalars_reduce(x[0], axis, scalars_norm, z);
}

static flx_array dot_along_of(const flx_array *x) { return flx_array_dot_along(x[0], x[1], axis); }

static void dot_along_scalars(const flx_array *x, array_grid *z)
{
    scalars_reduce(flx_array_mul(x[0], x[1]), axis, scalars_sum, z);
}

static flx_array dot_of(const flx_array *x) { return flx_array_scalar(flx_array_dot(x[0], x[1])); }

static void dot_scalars(const flx_array *x, array_grid *z)
{
    array_grid y;
    array_elements(x[0], z);
    array_elements(x[1], &y);
    for (size_t k = 0; k < y.rows * y.cols; k++) z->v[k] = flx_var_mul(z->v[k], y.v[k]);
    z->v[0] = scalars_sum(y.rows * y.cols, z->v);
    z->rows = z->cols = 1;
}

static flx_array detached_times(const flx_array *x)
{
    return flx_array_mul(flx_array_detach(x[0]), x[0]);
}

static void detached_scalars(const flx_array *x, array_grid *z)
{
    array_elements(x[0], z);
    for (size_t k = 0; k < z->rows * z->cols; k++)
        z->v[k] = flx_var_mul_xc(z->v[k], flx_peek(z->v[k]));
}

/* ---- matrices ---- */

static flx_array matmul_of(const flx_array *x) { return flx_array_matmul(x[0], x[1]); }

static void matmul_scalars(const flx_array *x, array_grid *z) { scalars_matmul(x[0], x[1], z); }

/* x'x y: the first operand on both sides. */
static flx_array normal_of(const flx_array *x)
{
    return flx_array_matmul(flx_array_matmul(flx_array_transpose(x[0]), x[0]), x[1]);
}

static void normal_scalars(const flx_array *x, array_grid *z)
{
    array_grid square;
    scalars_matmul(flx_array_transpose(x[0]), x[0], &square);
    z->rows = x[0].cols;
    z->cols = x[1].cols;
    for (size_t i = 0; i < z->rows; i++) {
        for (size_t j = 0; j < z->cols; j++) {
            flx_var sum = flx_constant(0.0);
            for (size_t l = 0; l < z->rows; l++)
                sum = flx_var_add(sum,
                                  flx_var_mul(square.v[i * z->rows + l], flx_array_at(x[1], l, j)));
            z->v[i * z->cols + j] = sum;
        }
    }
}

static flx_array outer_of(const flx_array *x) { return flx_array_outer(x[0], x[1]); }

static void outer_scalars(const flx_array *x, array_grid *z)
{
    array_grid a, b;
    array_elements(x[0], &a);
    array_elements(x[1], &b);
    z->rows = a.rows * a.cols;
    z->cols = b.rows * b.cols;
    for (size_t i = 0; i < z->rows; i++)
        for (size_t j = 0; j < z->cols; j++) z->v[i * z->cols + j] = flx_var_mul(a.v[i], b.v[j]);
}

static flx_array diagonal_of(const flx_array *x)
{
    return flx_array_square(flx_array_diagonal(x[0]));
}

static void diagonal_scalars(const flx_array *x, array_grid *z)
{
    z->rows = x[0].rows < x[0].cols ? x[0].rows : x[0].cols;
    z->cols = 1;
    for (size_t k = 0; k < z->rows; k++) z->v[k] = flx_var_square(flx_array_at(x[0], k, k));
}

static flx_array diagonal_matrix_of(const flx_array *x) { return flx_array_diagonal_matrix(x[0]); }

static void diagonal_matrix_scalars(const flx_array *x, array_grid *z)
{
    array_grid v;
    array_elements(x[0], &v);
    z->rows = z->cols = v.rows * v.cols;
    for (size_t k = 0; k < z->rows * z->cols; k++)
        z->v[k] = k / z->cols == k % z->cols ? v.v[k % z->cols] : flx_constant(0.0);
}

/* L L', so that every element depends on some input. */
static flx_array lower_triangle_of(const flx_array *x)
{
    const flx_array l =
        flx_array_lower_triangle(flx_array_reshape(x[0], (size_t)x[0].rows * x[0].cols, 1));
    return flx_array_matmul(l, flx_array_transpose(l));
}

static void lower_triangle_scalars(const flx_array *x, array_grid *z)
{
    array_grid v;
    flx_var l[3][3];
    array_elements(x[0], &v);
    const size_t n = v.rows * v.cols == 6 ? 3 : 1;
    z->rows = z->cols = n;
    for (size_t i = 0, k = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) l[i][j] = j <= i ? v.v[k++] : flx_constant(0.0);
    for (size_t i = 0; i < n * n; i++) {
        flx_var sum = flx_constant(0.0);
        for (size_t k = 0; k < n; k++)
            sum = flx_var_add(sum, flx_var_mul(l[i / n][k], l[i % n][k]));
        z->v[i] = sum;
    }
}

/* ---- shapes ---- */

static flx_array reshape_of(const flx_array *x)
{
    return flx_array_square(flx_array_reshape(x[0], x[0].cols, x[0].rows));
}

static void reshape_scalars(const flx_array *x, array_grid *z)
{
    array_elements(x[0], z);
    z->rows = x[0].cols;
    z->cols = x[0].rows;
    for (size_t k = 0; k < z->rows * z->cols; k++) z->v[k] = flx_var_square(z->v[k]);
}

static flx_array copy_of(const flx_array *x) { return flx_array_copy(x[0]); }

static flx_array pack_of(const flx_array *x)
{
    array_grid z;
    array_elements(x[0], &z);
    return flx_array_pack(x[0].first.tape, z.rows, z.cols, z.v);
}

static void copy_scalars(const flx_array *x, array_grid *z) { array_elements(x[0], z); }

static flx_array stack_of(const flx_array *x) { return flx_array_stack(3, x); }

static void stack_scalars(const flx_array *x, array_grid *z)
{
    size_t k = 0;
    z->rows = (size_t)x[0].rows + x[1].rows + x[2].rows;
    z->cols = x[0].cols;
    for (size_t p = 0; p < 3; p++)
        for (size_t i = 0; i < x[p].rows; i++)
            for (size_t j = 0; j < z->cols; j++) z->v[k++] = flx_array_at(x[p], i, j);
}

static flx_array concatenate_of(const flx_array *x) { return flx_array_concatenate(3, x); }

static void concatenate_scalars(const flx_array *x, array_grid *z)
{
    size_t k = 0;
    z->rows = x[0].rows;
    z->cols = (size_t)x[0].cols + x[1].cols + x[2].cols;
    for (size_t i = 0; i < z->rows; i++)
        for (size_t p = 0; p < 3; p++)
            for (size_t j = 0; j < x[p].cols; j++) z->v[k++] = flx_array_at(x[p], i, j);
}

/* ---- indices ---- */

static flx_array indices(flx_array x, size_t rows, size_t cols, const double *index)
{
    return flx_array_constant(x.first.tape, rows, cols, index);
}

static flx_array gather_of(const flx_array *x)
{
    static const double rows[5] = {2, 0, 2, 1, 2};
    return flx_array_gather(x[0], indices(x[0], 1, 5, rows));
}

static void gather_scalars(const flx_array *x, array_grid *z)
{
    static const size_t rows[5] = {2, 0, 2, 1, 2};
    z->rows = 5;
    z->cols = x[0].cols;
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < z->cols; j++) z->v[i * z->cols + j] = flx_array_at(x[0], rows[i], j);
}

static flx_array scatter_of(const flx_array *x)
{
    static const double rows[3] = {1, 0, 1};
    return flx_array_scatter_add(x[0], indices(x[0], 3, 1, rows), 2);
}

static void scatter_scalars(const flx_array *x, array_grid *z)
{
    static const size_t rows[3] = {1, 0, 1};
    z->rows = 2;
    z->cols = x[0].cols;
    for (size_t k = 0; k < 2 * z->cols; k++) z->v[k] = flx_constant(0.0);
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < z->cols; j++) {
            flx_var *to = &z->v[rows[i] * z->cols + j];
            *to = flx_var_add(*to, flx_array_at(x[0], i, j));
        }
    }
}

/* Element 1, 0, 1, ... along the axis; number 4 of all. */
static flx_array take_of(const flx_array *x)
{
    static const double index[4] = {1, 0, 1, 0}, fourth = 4;
    const size_t rows = axis == FLX_ROWS ? x[0].rows : 1, cols = axis == FLX_COLS ? x[0].cols : 1;
    return flx_array_take(x[0], indices(x[0], rows, cols, axis == FLX_ALL ? &fourth : index), axis);
}

static void take_scalars(const flx_array *x, array_grid *z)
{
    const flx_array a = x[0];
    z->rows = axis == FLX_ROWS ? a.rows : 1;
    z->cols = axis == FLX_COLS ? a.cols : 1;
    for (size_t k = 0; k < z->rows * z->cols; k++)
        z->v[k] = axis == FLX_ALL    ? flx_array_at(a, 4 / a.cols, 4 % a.cols)
                  : axis == FLX_ROWS ? flx_array_at(a, k, 1 - k % 2)
                                     : flx_array_at(a, 1 - k % 2, k);
}

/* ---- together ---- */

/* One layer and a loss: logsumexp over the rows of tanh(x y + z). */
static flx_array layer_of(const flx_array *x)
{
    const flx_array layer = flx_array_tanh(flx_array_add(flx_array_matmul(x[0], x[1]), x[2]));
    return flx_array_sum(flx_array_logsumexp_along(layer, FLX_ROWS), FLX_ALL);
}

static void layer_scalars(const flx_array *x, array_grid *z)
{
    array_grid a;
    flx_var loss[4];
    scalars_matmul(x[0], x[1], &a);
    for (size_t i = 0; i < a.rows; i++) {
        for (size_t j = 0; j < a.cols; j++) {
            flx_var *v = &a.v[i * a.cols + j];
            *v = flx_var_tanh(flx_var_add(*v, scalars_at(x[2], i, j)));
        }
        loss[i] = scalars_logsumexp(a.cols, &a.v[i * a.cols]);
    }
    z->rows = z->cols = 1;
    z->v[0] = scalars_sum(a.rows, loss);
}

/* clang-format off */
static const operation operations[] = {
    {"sum",             sum_of,             sum_scalars,             1, 0, {{3, 4}}},
    {"sum of many",     sum_of,             sum_scalars,             1, 0, {{5, 5}}},
    {"mean",            mean_of,            mean_scalars,            1, 0, {{4, 3}}},
    {"prod",            prod_of,            prod_scalars,            1, 0, {{4, 3}}},
    {"prod of seven",   prod_of,            prod_scalars,            0, 0, {{1, 5}}},
    {"max",             max_of,             max_scalars,             1, 0, {{3, 4}}},
    {"min",             min_of,             min_scalars,             1, 0, {{4, 3}}},
    {"argmax",          argmax_of,          argmax_scalars,          1, 0, {{3, 4}}},
    {"argmin",          argmin_of,          argmin_scalars,          1, 0, {{4, 3}}},
    {"logsumexp",       logsumexp_of,       logsumexp_scalars,       1, 1, {{3, 4}}},
    {"softmax",         softmax_of,         softmax_scalars,         1, 1, {{4, 3}}},
    {"cumsum",          cumsum_of,          cumsum_scalars,          1, 0, {{3, 4}}},
    {"norm",            norm_of,            norm_scalars,            1, 1, {{3, 4}}},
    {"dot along",       dot_along_of,       dot_along_scalars,       1, 0, {{4, 4}, {4, 4}}},
    {"dot",             dot_of,             dot_scalars,             0, 0, {{4, 4}, {4, 4}}},
    {"detach",          detached_times,     detached_scalars,        0, 1, {{3, 4}}},
    {"matmul",          matmul_of,          matmul_scalars,          0, 0, {{2, 3}, {3, 4}}},
    {"matmul, square",  matmul_of,          matmul_scalars,          0, 0, {{3, 3}, {3, 3}}},
    {"matmul, column",  matmul_of,          matmul_scalars,          0, 0, {{4, 3}, {3, 1}}},
    {"matmul, outer",   matmul_of,          matmul_scalars,          0, 0, {{4, 1}, {1, 3}}},
    {"matmul, inner",   matmul_of,          matmul_scalars,          0, 0, {{1, 4}, {4, 1}}},
    {"x'x y",           normal_of,          normal_scalars,          0, 0, {{3, 2}, {2, 3}}},
    {"outer",           outer_of,           outer_scalars,           0, 0, {{3, 1}, {1, 4}}},
    {"outer, turned",   outer_of,           outer_scalars,           0, 0, {{1, 3}, {4, 1}}},
    {"diagonal",        diagonal_of,        diagonal_scalars,        0, 0, {{3, 4}}},
    {"diagonal_matrix", diagonal_matrix_of, diagonal_matrix_scalars, 0, 0, {{4, 1}}},
    {"diagonal of row", diagonal_matrix_of, diagonal_matrix_scalars, 0, 0, {{1, 4}}},
    {"lower_triangle",  lower_triangle_of,  lower_triangle_scalars,  0, 0, {{2, 3}}},
    {"one triangle",    lower_triangle_of,  lower_triangle_scalars,  0, 0, {{1, 1}}},
    {"reshape",         reshape_of,         reshape_scalars,         0, 0, {{3, 4}}},
    {"copy",            copy_of,            copy_scalars,            0, 0, {{3, 4}}},
    {"pack",            pack_of,            copy_scalars,            0, 0, {{3, 4}}},
    {"stack",           stack_of,           stack_scalars,           0, 0, {{2, 3}, {1, 3}, {3, 3}}},
    {"concatenate",     concatenate_of,     concatenate_scalars,     0, 0, {{3, 2}, {3, 1}, {3, 2}}},
    {"gather",          gather_of,          gather_scalars,          0, 0, {{3, 4}}},
    {"scatter_add",     scatter_of,         scatter_scalars,         0, 0, {{3, 4}}},
    {"take",            take_of,            take_scalars,            1, 0, {{4, 3}}},
    {"layer",           layer_of,           layer_scalars,           0, 1, {{3, 2}, {2, 3}, {1, 3}}},
};
/* clang-format on */

static void compare(flx_tape *t, const operation *o, array_kind kind)
{
    flx_array x[OPERANDS];
    flx_tape_reset(t);
    const flx_array pool = array_pool(t, 5, 6, 0.0);
    for (size_t k = 0; k < OPERANDS && o->shape[k][0]; k++) {
        array_kind own =
            kind < ARRAY_ALIASED && k ? (array_kind)((kind + k) % ARRAY_ALIASED) : kind;
        x[k] = array_view(pool, own, o->shape[k][0], o->shape[k][1], k);
    }
    const array_choice choice = {1, !o->fixed, 0};
    const char *text = array_differs(t, pool, x, o->native, o->scalar, choice, 0.0);
    cr_expect_null(text, "%s along %d, operands of kind %d: %s", o->name, (int)axis, (int)kind,
                   text);
}

Test(array_modes, arrays_are_what_scalars_are)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < sizeof operations / sizeof *operations; k++)
        for (int a = FLX_ALL; a <= (operations[k].axes ? FLX_COLS : FLX_ALL); a++)
            for (int kind = 0; kind < ARRAY_KINDS; kind++) {
                axis = (flx_axis)a;
                compare(t, &operations[k], (array_kind)kind);
            }
    flx_tape_destroy(t);
}
