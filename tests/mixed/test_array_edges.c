/* Delicate elements of arrays: values, derivatives and flags are those of scalars. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include <fluxion/fluxion.h>

#include "array_compare.h"
#include "array_functions.h"
#include "array_scalars.h"
#include "reference.h"

static const double delicate[] = {
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    REF_INF,
    -REF_INF,
    REF_NAN,
    2.5,
    -2.0,
    1e300,
    0x1p-1074,
    -1e-300,
    710.5,
    3.0,
    -745.25,
    0x1.fffffffffffffp-1,
};

enum { DELICATE = sizeof delicate / sizeof *delicate };

static const array_choice as_they_are = {0, 0, 0};

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

Test(array_edges, functions_of_one_argument)
{
    flx_tape *t = new_tape();
    for (size_t f = 0; f < array_unary_count; f++) {
        array_unary_now = &array_unaries[f];
        for (size_t k = 0; k < DELICATE; k++) {
            const double x[2] = {delicate[k], 0.625};
            flx_tape_reset(t);
            const flx_array pool = flx_array_variable(t, 1, 2, x);
            const char *text = array_differs(t, pool, &pool, array_unary_of, array_unary_scalars,
                                             as_they_are, 0.0);
            cr_expect_null(text, "%s(%g): %s", array_unary_now->name, x[0], text);
        }
    }
    flx_tape_destroy(t);
}

/* A column beside a row: all pairs of three numbers. */
Test(array_edges, functions_of_two_arguments)
{
    flx_tape *t = new_tape();
    for (size_t f = 0; f < array_binary_count; f++) {
        array_binary_now = &array_binaries[f];
        for (size_t k = 0; k < DELICATE; k++) {
            for (size_t j = 0; j < DELICATE; j++) {
                const double x[2] = {delicate[k], delicate[j]};
                flx_tape_reset(t);
                const flx_array pool = flx_array_variable(t, 1, 2, x);
                const flx_array both[2] = {flx_array_col(pool, 0), flx_array_col(pool, 1)};
                const char *text = array_differs(t, pool, both, array_binary_of,
                                                 array_binary_scalars, as_they_are, 0.0);
                cr_expect_null(text, "%s(%g, %g): %s", array_binary_now->name, x[0], x[1], text);
            }
        }
    }
    flx_tape_destroy(t);
}

Test(array_edges, functions_of_three_arguments)
{
    flx_tape *t = new_tape();
    for (size_t f = 0; f < array_ternary_count; f++) {
        array_ternary_now = &array_ternaries[f];
        for (size_t k = 0; k < DELICATE * DELICATE; k++) {
            const double x[3] = {delicate[k % DELICATE], delicate[k / DELICATE],
                                 delicate[(5 * k + 3) % DELICATE]};
            flx_array three[3];
            flx_tape_reset(t);
            const flx_array pool = flx_array_variable(t, 1, 3, x);
            for (size_t j = 0; j < 3; j++) three[j] = flx_array_col(pool, j);
            const char *text = array_differs(t, pool, three, array_ternary_of,
                                             array_ternary_scalars, as_they_are, 0.0);
            cr_expect_null(text, "%s(%g, %g, %g): %s", array_ternary_now->name, x[0], x[1], x[2],
                           text);
        }
    }
    flx_tape_destroy(t);
}

/* ---- what is no map ---- */

static flx_array sum_of(const flx_array *x) { return flx_array_sum(x[0], FLX_COLS); }
static void sum_scalars(const flx_array *x, array_grid *z)
{
    scalars_reduce(x[0], FLX_COLS, scalars_sum, z);
}

static flx_array prod_of(const flx_array *x) { return flx_array_prod(x[0], FLX_ROWS); }
static void prod_scalars(const flx_array *x, array_grid *z)
{
    scalars_reduce(x[0], FLX_ROWS, scalars_prod, z);
}

static flx_array max_of(const flx_array *x) { return flx_array_max(flx_array_log(x[0]), FLX_ROWS); }
static flx_var max_of_logs(size_t n, const flx_var *x)
{
    flx_var v[ARRAY_GRID];
    for (size_t k = 0; k < n; k++) v[k] = flx_var_log(x[k]);
    return scalars_max(n, v);
}
static void max_scalars(const flx_array *x, array_grid *z)
{
    scalars_reduce(x[0], FLX_ROWS, max_of_logs, z);
}

static flx_array min_of(const flx_array *x) { return flx_array_min(x[0], FLX_ALL); }
static void min_scalars(const flx_array *x, array_grid *z)
{
    scalars_reduce(x[0], FLX_ALL, scalars_min, z);
}

static flx_array dot_of(const flx_array *x)
{
    return flx_array_scalar(flx_array_dot(x[0], flx_array_transpose(x[0])));
}
static void dot_scalars(const flx_array *x, array_grid *z)
{
    array_grid y;
    array_elements(x[0], z);
    array_elements(flx_array_transpose(x[0]), &y);
    for (size_t k = 0; k < 4; k++) z->v[k] = flx_var_mul(z->v[k], y.v[k]);
    z->v[0] = scalars_sum(4, z->v);
    z->rows = z->cols = 1;
}

static flx_array matmul_of(const flx_array *x) { return flx_array_matmul(x[0], x[0]); }
static void matmul_scalars(const flx_array *x, array_grid *z) { scalars_matmul(x[0], x[0], z); }

/* Roots, of which only some are asked for. */
static flx_array roots_of(const flx_array *x, flx_array (*of)(flx_array x))
{
    return flx_array_col(of(flx_array_sqrt(x[0])), 0);
}

static flx_array square_matrix(flx_array x) { return flx_array_matmul(x, x); }
static flx_array first_sums(flx_array x) { return flx_array_cumsum(x, FLX_ROWS); }
static flx_array first_row(flx_array x)
{
    const double one = 1.0;
    return flx_array_gather(x, flx_array_constant(x.first.tape, 1, 1, &one));
}
static flx_array both_rows(flx_array x)
{
    const double rows[2] = {1.0, 1.0};
    return flx_array_scatter_add(x, flx_array_constant(x.first.tape, 2, 1, rows), 2);
}

static flx_array part_of_matmul(const flx_array *x) { return roots_of(x, square_matrix); }
static flx_array part_of_cumsum(const flx_array *x) { return roots_of(x, first_sums); }
static flx_array part_of_gather(const flx_array *x) { return roots_of(x, first_row); }
static flx_array part_of_scatter(const flx_array *x)
{
    return flx_array_row(roots_of(x, both_rows), 1);
}

static void roots(flx_array x, array_grid *z)
{
    array_elements(x, z);
    for (size_t k = 0; k < 4; k++) z->v[k] = flx_var_sqrt(z->v[k]);
}

static void part_of_matmul_scalars(const flx_array *x, array_grid *z)
{
    array_grid r;
    roots(x[0], &r);
    z->rows = 2;
    z->cols = 1;
    for (size_t i = 0; i < 2; i++) {
        z->v[i] = flx_constant(0.0);
        for (size_t l = 0; l < 2; l++)
            z->v[i] = flx_var_add(z->v[i], flx_var_mul(r.v[2 * i + l], r.v[2 * l]));
    }
}

static void part_of_cumsum_scalars(const flx_array *x, array_grid *z)
{
    array_grid r;
    roots(x[0], &r);
    z->rows = 2;
    z->cols = 1;
    z->v[0] = r.v[0];
    z->v[1] = r.v[2];
}

static void part_of_gather_scalars(const flx_array *x, array_grid *z)
{
    array_grid r;
    roots(x[0], &r);
    z->rows = z->cols = 1;
    z->v[0] = r.v[2];
}

static void part_of_scatter_scalars(const flx_array *x, array_grid *z)
{
    array_grid r;
    roots(x[0], &r);
    z->rows = z->cols = 1;
    z->v[0] = flx_var_add(flx_var_add(flx_constant(0.0), r.v[0]), r.v[2]);
}

static flx_array cumsum_of(const flx_array *x) { return flx_array_cumsum(x[0], FLX_ALL); }
static void cumsum_scalars(const flx_array *x, array_grid *z) { scalars_cumsum(x[0], FLX_ALL, z); }

static flx_array softmax_of(const flx_array *x) { return flx_array_softmax(x[0], FLX_ROWS); }
static void softmax_scalars(const flx_array *x, array_grid *z)
{
    scalars_softmax(x[0], FLX_ROWS, z);
}

static flx_array logsumexp_of(const flx_array *x)
{
    return flx_array_logsumexp_along(x[0], FLX_ROWS);
}
static void logsumexp_scalars(const flx_array *x, array_grid *z)
{
    scalars_reduce(x[0], FLX_ROWS, scalars_logsumexp, z);
}

static const struct {
    const char *name;
    array_form *native;
    array_scalar_form *scalar;
    int parts;
} operations[] = {
    {"sum", sum_of, sum_scalars, 0},
    {"prod", prod_of, prod_scalars, 0},
    {"max", max_of, max_scalars, 1},
    {"min", min_of, min_scalars, 0},
    {"dot", dot_of, dot_scalars, 0},
    {"matmul", matmul_of, matmul_scalars, 0},
    {"cumsum", cumsum_of, cumsum_scalars, 0},
    {"softmax", softmax_of, softmax_scalars, 0},
    {"logsumexp", logsumexp_of, logsumexp_scalars, 0},
    {"part of matmul", part_of_matmul, part_of_matmul_scalars, 1},
    {"part of cumsum", part_of_cumsum, part_of_cumsum_scalars, 1},
    {"part of gather", part_of_gather, part_of_gather_scalars, 1},
    {"part of scatter", part_of_scatter, part_of_scatter_scalars, 1},
};

Test(array_edges, operations_on_a_square)
{
    flx_tape *t = new_tape();
    for (size_t f = 0; f < sizeof operations / sizeof *operations; f++) {
        for (size_t k = 0; k < DELICATE * DELICATE; k++) {
            const double x[4] = {delicate[k % DELICATE], 0.625, delicate[k / DELICATE],
                                 delicate[(5 * k + 3) % DELICATE]};
            flx_tape_reset(t);
            const flx_array pool = flx_array_variable(t, 2, 2, x);
            const array_choice choice = {0, 0, operations[f].parts};
            const char *text = array_differs(t, pool, &pool, operations[f].native,
                                             operations[f].scalar, choice, 0.0);
            cr_expect_null(text, "%s of %g %g %g %g: %s", operations[f].name, x[0], x[1], x[2],
                           x[3], text);
        }
    }
    flx_tape_destroy(t);
}
