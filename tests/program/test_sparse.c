/* Sparse Jacobians: patterns against what is known of each function, entries against products along single
 * directions. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "bodies.h"
#include "hostile_expect.h"
#include "sparse.h"

enum { MOST = 400 };

typedef struct function {
    const char *name;
    size_t rows, cols;                  /* of x, whose elements are the inputs, row after row */
    flx_array (*record)(flx_array x);   /* the outputs, row after row */
    int (*depends)(size_t i, size_t j); /* output i on input j */
    size_t sweeps;
    int backward;
} function;

static flx_var at(flx_array x, size_t k) { return flx_array_at(x, k / x.cols, k % x.cols); }
static size_t size_of(flx_array x) { return (size_t)x.rows * x.cols; }
static size_t distance(size_t i, size_t j) { return i > j ? i - j : j - i; }

/* ---- scalars ---- */

static flx_array band(flx_array x)
{
    const size_t n = size_of(x);
    flx_var y[MOST];
    for (size_t i = 0; i < n; i++) {
        y[i] = flx_var_exp(at(x, i));
        if (i > 0) y[i] = flx_var_mul(y[i], at(x, i - 1));
        if (i + 1 < n) y[i] = flx_var_add(y[i], flx_var_sin(at(x, i + 1)));
    }
    return flx_array_pack(x.first.tape, 1, n, y);
}
static int in_band(size_t i, size_t j) { return distance(i, j) <= 1; }

static flx_array arrow(flx_array x)
{
    const size_t n = size_of(x);
    flx_var y[MOST];
    y[0] = flx_constant(1.0);
    for (size_t i = 0; i < n; i++) y[0] = flx_var_mul(y[0], at(x, i));
    for (size_t i = 1; i < n; i++) y[i] = flx_var_square(at(x, i));
    return flx_array_pack(x.first.tape, 1, n, y);
}
static int in_arrow(size_t i, size_t j) { return i == 0 || i == j; }

static flx_array head(flx_array x)
{
    const size_t n = size_of(x);
    flx_var y[MOST];
    for (size_t i = 0; i < n; i++) y[i] = flx_var_pow(at(x, 0), at(x, i));
    return flx_array_pack(x.first.tape, 1, n, y);
}
static int in_head(size_t i, size_t j) { return j == 0 || i == j; }

/* A condition and what is detached pass nothing on. */
static flx_array hidden(flx_array x)
{
    flx_var y[3] = {flx_var_select(at(x, 0), at(x, 1), flx_detach(at(x, 2))), flx_constant(4.0),
                    at(x, 3)};
    return flx_array_pack(x.first.tape, 1, 3, y);
}
static int in_hidden(size_t i, size_t j) { return (i == 0 && j == 1) || (i == 2 && j == 3); }

/* The gradient of a sum of which each term has two neighbours: its Jacobian is a Hessian. */
static flx_array gradient(flx_array x)
{
    const size_t n = size_of(x);
    flx_var y = flx_constant(0.0), in[MOST], g[MOST];
    for (size_t i = 0; i < n; i++) in[i] = at(x, i);
    for (size_t i = 0; i + 1 < n; i++) {
        const flx_var u = flx_var_sub(in[i + 1], flx_var_square(in[i]));
        y = flx_var_add(y, flx_var_mul(u, u));
    }
    flx_grad(y, n, in, g, FLX_CREATE_GRAPH);
    return flx_array_pack(x.first.tape, 1, n, g);
}

/* ---- arrays ---- */

static flx_array array_constant(flx_array x, size_t rows, size_t cols, const double *values)
{
    return flx_array_constant(x.first.tape, rows, cols, values);
}

static flx_array array_parameter(flx_array x, size_t rows, size_t cols, const double *values)
{
    return flx_array_parameter(x.first.tape, rows, cols, values);
}

static flx_array row_sums(flx_array x) { return flx_array_sum(flx_array_exp(x), FLX_ROWS); }
static int in_row_of_7(size_t i, size_t j) { return j / 7 == i; }

/* Rows less the row below: views that overlap. */
static flx_array differences(flx_array x)
{
    const flx_array above = flx_array_slice(x, 0, 0, x.rows - 1, x.cols, 1, 1);
    const flx_array below = flx_array_slice(x, 1, 0, x.rows - 1, x.cols, 1, 1);
    return flx_array_mul(above, flx_array_sub(below, above));
}
static int in_differences_of_3(size_t i, size_t j) { return j == i || j == i + 3; }

/* Some elements of a matrix, from the middle of a row to the middle of another. */
static flx_array corners(flx_array x)
{
    const flx_array e = flx_array_exp(x);
    const flx_var y[2] = {flx_array_at(e, 0, 1), flx_array_at(e, 2, 0)};
    return flx_array_pack(x.first.tape, 1, 2, y);
}
static int in_corners(size_t i, size_t j) { return j == (i == 0 ? 1 : 4); }

/* A row is added to every row of a matrix. */
static flx_array broadcast(flx_array x)
{
    const flx_array most = flx_array_slice(x, 1, 0, x.rows - 1, x.cols, 1, 1);
    return flx_array_tanh(flx_array_add(most, flx_array_row(x, 0)));
}
static int in_broadcast_of_4(size_t i, size_t j) { return j == i % 4 || j == i + 4; }

/* 2 x 4 times 4 x 4. */
static flx_array product(flx_array x)
{
    return flx_array_matmul(flx_array_slice(x, 0, 0, 2, 4, 1, 1),
                            flx_array_slice(x, 2, 0, 4, 4, 1, 1));
}
static int in_product(size_t i, size_t j) { return j < 8 ? j / 4 == i / 4 : j % 4 == i % 4; }

static const double indices[4] = {4.0, 0.0, 3.0, 0.0};

static flx_array gather(flx_array x)
{
    return flx_array_gather(x, array_constant(x, 4, 1, indices));
}
static int in_gather(size_t i, size_t j)
{
    return j / 2 == (size_t)indices[i / 2] && j % 2 == i % 2;
}

static flx_array gather_any(flx_array x)
{
    return flx_array_gather(x, array_parameter(x, 4, 1, indices));
}
static int in_column_of_2(size_t i, size_t j) { return j % 2 == i % 2; }

static flx_array scatter(flx_array x)
{
    return flx_array_scatter_add(flx_array_sin(x), array_constant(x, 4, 1, indices), 5);
}
static int in_scatter(size_t i, size_t j)
{
    return (size_t)indices[j / 2] == i / 2 && j % 2 == i % 2;
}

static flx_array scatter_any(flx_array x)
{
    return flx_array_scatter_add(flx_array_sin(x), array_parameter(x, 4, 1, indices), 5);
}

static flx_array running(flx_array x) { return flx_array_cumsum(flx_array_exp(x), FLX_ROWS); }
static int in_running_of_5(size_t i, size_t j) { return i / 5 == j / 5 && j <= i; }

static flx_array triangular(flx_array x)
{
    const flx_array a = flx_array_slice(x, 0, 0, 3, 3, 1, 1);
    const flx_array b = flx_array_transpose(flx_array_slice(x, 3, 0, 2, 3, 1, 1));
    return flx_array_solve_triangular(a, b, FLX_UPPER);
}
static int in_triangular(size_t i, size_t j)
{
    return j < 9 ? j % 3 >= j / 3 : (j - 9) / 3 == i % 2;
}

static flx_array factor(flx_array x) { return flx_array_cholesky(x); }
static int in_factor_of_3(size_t i, size_t j) { return i % 3 <= i / 3 && j % 3 <= j / 3; }

/* Everything depends on every element of the matrix, a column of the solution on its right-hand side. */
static flx_array solved(flx_array x)
{
    const flx_array a = flx_array_slice(x, 0, 0, 3, 3, 1, 1);
    const flx_array b = flx_array_transpose(flx_array_slice(x, 3, 0, 2, 3, 1, 1));
    return flx_array_solve(a, b);
}
static int in_solved(size_t i, size_t j) { return j < 9 || (j - 9) / 3 == i % 2; }

static flx_array determinant(flx_array x)
{
    return flx_array_scalar(flx_var_mul(flx_array_det(x), at(x, 0)));
}
static int always(size_t i, size_t j) { return (void)i, (void)j, 1; }

/* Two elements of the packed factors of LU: each depends on all. */
static flx_array factors(flx_array x)
{
    const flx_array lu = flx_array_lu(x).lu;
    const flx_var y[2] = {flx_array_at(lu, 0, 0), flx_array_at(lu, 2, 2)};
    return flx_array_pack(x.first.tape, 1, 2, y);
}

/* The gradient of the square of the gradient of the sum of x_k^2 x_(k+1), both recorded. */
static flx_array gradient_of_gradient(flx_array x)
{
    const size_t n = size_of(x);
    flx_array g, h;
    const flx_array left = flx_array_slice(x, 0, 0, 1, n - 1, 1, 1);
    const flx_array right = flx_array_slice(x, 0, 1, 1, n - 1, 1, 1);
    const flx_array y = flx_array_sum(flx_array_mul(flx_array_square(left), right), FLX_ALL);
    flx_grad_array(at(y, 0), x, &g, FLX_CREATE_GRAPH);
    const flx_array z = flx_array_sum(flx_array_square(g), FLX_ALL);
    flx_grad_array(at(z, 0), x, &h, FLX_CREATE_GRAPH);
    return h;
}
static int in_two_bands(size_t i, size_t j) { return distance(i, j) <= 2; }

/* ---- composition ---- */

/* Of body_mixed's results the second is its second operand, the others depend on all. */
static flx_array mapped(flx_array x)
{
    flx_program *f = body_program(&body_mixed);
    const flx_array rows = flx_array_reshape(flx_array_slice(x, 0, 0, 1, 6, 1, 1), 3, 2);
    const flx_array y = flx_map(f, rows, flx_array_slice(x, 0, 6, 1, 2, 1, 1));
    flx_program_release(f);
    return y;
}
static int in_mapped(size_t i, size_t j)
{
    return i % 3 == 1 ? j == i / 3 * 2 + 1 : j / 2 == i / 3 || j >= 6;
}

static flx_array summed(flx_array x)
{
    flx_program *f = body_program(&body_mixed);
    const flx_array rows = flx_array_reshape(flx_array_slice(x, 0, 0, 1, 6, 1, 1), 3, 2);
    const flx_array y = flx_map_sum(f, rows, flx_array_slice(x, 0, 6, 1, 2, 1, 1));
    flx_program_release(f);
    return y;
}
static int in_summed(size_t i, size_t j) { return i != 1 || (j < 6 && j % 2 == 1); }

/* Of x = (state; four rows; shared p, q) the last state, and in each step the state and its product with
 * the row. */
static flx_array scanned(flx_array x)
{
    flx_program *f = body_program(&body_logistic);
    const flx_array rows = flx_array_reshape(flx_array_slice(x, 0, 1, 1, 4, 1, 1), 4, 1);
    const flx_scanned s = flx_scan(f, 4, flx_array_slice(x, 0, 0, 1, 1, 1, 1), rows,
                                   flx_array_slice(x, 0, 5, 1, 2, 1, 1), 0);
    flx_program_release(f);
    const flx_array all[2] = {s.state, flx_array_reshape(s.rows, 8, 1)};
    return flx_array_stack(2, all);
}
static int in_scanned(size_t i, size_t j)
{
    const size_t step = i == 0 ? 4 : (i - 1) / 2; /* of which this is the state */
    if (i > 0 && i % 2 == 0 && j == step + 1) return 1;
    return j == 0 || (j <= 4 ? j <= step : step > 0);
}

/* Of x = (u, v; p) the last state, after one step to v and u + p v. */
static flx_array exchanged(flx_array x)
{
    flx_program *f = body_program(&body_exchange);
    const flx_scanned s = flx_scan(f, 1, flx_array_slice(x, 0, 0, 1, 2, 1, 1), flx_array_empty(),
                                   flx_array_slice(x, 0, 2, 1, 1, 1, 1), 0);
    flx_program_release(f);
    return s.state;
}
static int in_exchanged(size_t i, size_t j) { return i == 1 || j == 1; }

/* The gradient of the sum of what body_exchange makes of the rows (u, v) and the shared p: 1 for each u,
 * 1 + p for each v, and the sum of v for p. */
static flx_array gradient_of_map(flx_array x)
{
    flx_program *f = body_program(&body_exchange);
    flx_array g;
    const flx_array rows = flx_array_reshape(flx_array_slice(x, 0, 0, 1, 6, 1, 1), 3, 2);
    const flx_array y = flx_map(f, rows, flx_array_slice(x, 0, 6, 1, 1, 1, 1));
    flx_grad_array(at(flx_array_sum(flx_array_square(y), FLX_ALL), 0), x, &g, FLX_CREATE_GRAPH);
    flx_program_release(f);
    return g;
}
/* By the square: of v^2 + (u + p v)^2. */
static int in_gradient_of_map(size_t i, size_t j) { return i == 6 || j == 6 || i / 2 == j / 2; }

/* The user's own code: two results, of which an output each. */
static flx_status difference(void *ctx, size_t n, const double *x, size_t m, double *y)
{
    (void)ctx, (void)n;
    for (size_t k = 0; k < m; k++) y[k] = x[k] - x[k + 1];
    return FLX_OK;
}
static flx_status slopes(void *ctx, size_t n, const double *x, size_t mn, double *jac)
{
    (void)ctx, (void)x;
    for (size_t k = 0; k < mn; k++) jac[k] = k % n == k / n ? 1.0 : k % n == k / n + 1 ? -1.0 : 0.0;
    return FLX_OK;
}
static flx_array outside(flx_array x)
{
    const flx_external f = {"difference", difference, slopes, NULL, 1, NULL};
    return flx_array_external(&f, x, size_of(x) - 1);
}

/* ---- which direction takes fewer sweeps ---- */

/* The pairs of four, those that share none side by side: any two columns meet in a row, but three colours
 * do for the rows. */
static const size_t pair_of_4[6][2] = {{0, 1}, {2, 3}, {0, 2}, {1, 3}, {0, 3}, {1, 2}};

static flx_array pairs(flx_array x)
{
    flx_var y[6];
    for (size_t i = 0; i < 6; i++)
        y[i] = flx_var_mul(at(x, pair_of_4[i][0]), at(x, pair_of_4[i][1]));
    return flx_array_pack(x.first.tape, 1, 6, y);
}
static int in_pairs(size_t i, size_t j) { return pair_of_4[i][0] == j || pair_of_4[i][1] == j; }

/* As many sweeps either way, and as many entries in the longest row as in the longest column. */
static flx_array long_last_row(flx_array x)
{
    const flx_var y[2] = {flx_var_exp(at(x, 0)), flx_var_mul(at(x, 0), at(x, 1))};
    return flx_array_pack(x.first.tape, 1, 2, y);
}
static int in_long_last_row(size_t i, size_t j) { return i == 1 || j == 0; }

static flx_array long_first_row(flx_array x)
{
    const flx_var y[2] = {flx_var_mul(at(x, 0), at(x, 1)), flx_var_exp(at(x, 1))};
    return flx_array_pack(x.first.tape, 1, 2, y);
}
static int in_long_first_row(size_t i, size_t j) { return i == 0 || j == 1; }

/* As many sweeps either way, and shorter columns than rows. */
static flx_array triangle(flx_array x)
{
    const flx_var first = flx_var_mul(flx_var_mul(at(x, 0), at(x, 1)), at(x, 3));
    const flx_var y[3] = {first, flx_var_mul(at(x, 1), at(x, 2)), flx_var_mul(at(x, 0), at(x, 2))};
    return flx_array_pack(x.first.tape, 1, 3, y);
}
static int in_triangle(size_t i, size_t j) { return i == 0 ? j != 2 : j == 2 || j + i == 2; }

static const function functions[] = {
    {"band", 1, 200, band, in_band, 3, 0},
    {"arrow", 1, 70, arrow, in_arrow, 2, 1},
    {"head", 1, 70, head, in_head, 2, 0},
    {"hidden", 1, 5, hidden, in_hidden, 1, 0},
    {"gradient", 1, 130, gradient, in_band, 3, 0},
    {"row sums", 5, 7, row_sums, in_row_of_7, 1, 1},
    {"differences", 9, 3, differences, in_differences_of_3, 2, 0},
    {"broadcast", 6, 4, broadcast, in_broadcast_of_4, 2, 0},
    {"product", 6, 4, product, in_product, 4, 1},
    {"gather", 5, 2, gather, in_gather, 1, 0},
    {"gather any", 5, 2, gather_any, in_column_of_2, 4, 1},
    {"scatter", 4, 2, scatter, in_scatter, 1, 1},
    {"scatter any", 4, 2, scatter_any, in_column_of_2, 4, 0},
    {"running", 3, 5, running, in_running_of_5, 5, 0},
    {"triangular", 5, 3, triangular, in_triangular, 6, 1},
    {"factor", 3, 3, factor, in_factor_of_3, 6, 0},
    {"solved", 5, 3, solved, in_solved, 6, 1},
    {"determinant", 3, 3, determinant, always, 1, 1},
    {"corners", 3, 2, corners, in_corners, 1, 0},
    {"factors", 3, 3, factors, always, 2, 1},
    {"gradient of gradient", 1, 60, gradient_of_gradient, in_two_bands, 5, 0},
    {"outside", 1, 3, outside, always, 2, 1},
    {"exchanged", 1, 3, exchanged, in_exchanged, 2, 1},
    {"gradient of map", 1, 7, gradient_of_map, in_gradient_of_map, 7, 0},
    {"mapped", 1, 8, mapped, in_mapped, 4, 0},
    {"summed", 1, 8, summed, in_summed, 3, 1},
    {"long last row", 1, 2, long_last_row, in_long_last_row, 2, 0},
    {"long first row", 1, 2, long_first_row, in_long_first_row, 2, 0},
    {"triangle", 1, 4, triangle, in_triangle, 3, 1},
    {"pairs", 1, 4, pairs, in_pairs, 3, 1},
    {"scanned", 1, 7, scanned, in_scanned, 7, 0},
};

/* Values of which every matrix here can be factorised. */
static double value(size_t rows, size_t cols, size_t k)
{
    const double off = 0.25 + 0.5 * sin((double)(k % cols * k / cols));
    return rows == cols && k / cols == k % cols ? 4.0 : off;
}

static flx_program *program_of(const function *c, const flx_allocator *allocator, double *values)
{
    flx_tape_options options = {0};
    if (allocator) options.allocator = *allocator;
    flx_tape *t;
    flx_program *f = NULL;
    flx_var x[MOST], y[MOST];
    if (flx_tape_create(&options, &t) != FLX_OK) return NULL;
    const size_t n = c->rows * c->cols;
    for (size_t k = 0; k < n; k++) values[k] = value(c->rows, c->cols, k);
    const flx_array in = flx_array_variable(t, c->rows, c->cols, values), out = c->record(in);
    const size_t m = size_of(out);
    for (size_t k = 0; k < n && flx_tape_status(t) == FLX_OK; k++) x[k] = at(in, k);
    for (size_t k = 0; k < m && flx_tape_status(t) == FLX_OK; k++) y[k] = at(out, k);
    flx_freeze(t, n, x, m, y, 0, &f, NULL);
    flx_tape_destroy(t);
    return f;
}

static void expect_pattern(const function *c, const flx_pattern *p)
{
    size_t e = 0;
    for (size_t i = 0; i < p->rows; i++)
        for (size_t j = 0; j < p->columns; j++) {
            const int there = e < p->start[i + 1] && p->column[e] == j;
            cr_expect_eq(there, c->depends(i, j), "%s: (%zu, %zu)", c->name, i, j);
            e += there;
        }
    cr_expect_eq(e, p->entries, "%s", c->name);
    cr_expect_eq(p->sweeps, c->sweeps, "%s: %zu sweeps", c->name, p->sweeps);
    cr_expect_eq(p->backward, c->backward, "%s", c->name);
}

Test(sparse, patterns_are_exact_and_entries_those_of_single_sweeps)
{
    static const size_t width[] = {0, 1, 4, 8};
    char text[200];
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
        const function *c = &functions[k];
        double x[MOST];
        flx_program *f = program_of(c, NULL, x);
        flx_sparsity *s;
        cr_assert_not_null(f, "%s", c->name);
        cr_assert_eq(flx_sparsity_create(f, &s), FLX_OK);
        const flx_pattern p = flx_sparsity_pattern(s);
        expect_pattern(c, &p);
        flx_sparsity_destroy(s);
        for (size_t i = 0; i < 4; i++)
            cr_expect(!sparse_differs(f, x, width[i], text, sizeof text), "%s: %s", c->name, text);
        x[c->rows * c->cols - 1] = (double)NAN;
        if (c->record != factor) /* where NaN comes of zero tangents, too */
            cr_expect(!sparse_differs(f, x, 8, text, sizeof text), "%s of NaN: %s", c->name, text);
        flx_program_release(f);
    }
    cr_expect_gt(sparse_entries, 1000);
    cr_expect_gt(sparse_zeros, 10000);
}

Test(sparse, a_point_that_is_set_serves)
{
    double x[MOST], once[MOST], again[MOST];
    flx_program *f = program_of(&functions[8], NULL, x);
    flx_sparsity *s;
    flx_work *w;
    cr_assert_eq(flx_sparsity_create(f, &s), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    const size_t entries = flx_sparsity_pattern(s).entries;
    cr_expect_eq(flx_jacobian_sparse(f, w, NULL, s, once, NULL), FLX_EPOINT);
    cr_assert_eq(flx_jacobian_sparse(f, w, x, s, once, NULL), FLX_OK);
    cr_assert_eq(flx_jacobian_sparse(f, w, NULL, s, again, NULL), FLX_OK);
    cr_expect_arr_eq(once, again, entries * sizeof *once);
    flx_work_destroy(w);
    flx_sparsity_destroy(s);
    flx_program_release(f);
}

Test(sparse, nothing_in_and_nothing_out)
{
    flx_tape *t;
    flx_program *f, *g;
    flx_sparsity *s;
    flx_work *w;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 2.0), y = flx_constant(3.0);
    cr_assert_eq(flx_freeze(t, 0, NULL, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_freeze(t, 1, &x, 0, NULL, 0, &g, NULL), FLX_OK);
    flx_program *const both[2] = {f, g};
    for (int k = 0; k < 2; k++) {
        const double at_two = 2.0;
        cr_assert_eq(flx_sparsity_create(both[k], &s), FLX_OK);
        cr_assert_eq(flx_work_create(both[k], FLX_WORK_FIRST, 0, &w), FLX_OK);
        const flx_pattern p = flx_sparsity_pattern(s);
        cr_expect_eq(p.entries, 0);
        cr_expect_eq(p.start[p.rows], 0);
        cr_expect_eq(flx_jacobian_sparse(both[k], w, &at_two, s, NULL, NULL), FLX_OK);
        flx_work_destroy(w);
        flx_sparsity_destroy(s);
        flx_program_release(both[k]);
    }
    flx_tape_destroy(t);
}

Test(sparse, wrong_arguments_are_refused)
{
    double x[MOST], values[MOST];
    flx_program *f = program_of(&functions[8], NULL, x), *g = program_of(&functions[7], NULL, x);
    flx_sparsity *s = (flx_sparsity *)&f;
    flx_work *w, *value_only;
    cr_expect_eq(flx_sparsity_create(NULL, &s), FLX_EARG);
    cr_expect_null(s);
    cr_expect_eq(flx_sparsity_create(f, NULL), FLX_EARG);
    flx_sparsity_destroy(NULL);
    cr_assert_eq(flx_sparsity_create(f, &s), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &value_only), FLX_OK);
    cr_expect_eq(flx_jacobian_sparse(NULL, w, x, s, values, NULL), FLX_EARG);
    cr_expect_eq(flx_jacobian_sparse(f, NULL, x, s, values, NULL), FLX_EARG);
    cr_expect_eq(flx_jacobian_sparse(f, w, x, NULL, values, NULL), FLX_EARG);
    cr_expect_eq(flx_jacobian_sparse(f, w, x, s, NULL, NULL), FLX_EARG);
    cr_expect_eq(flx_jacobian_sparse(g, w, x, s, values, NULL), FLX_EARG);
    cr_expect_eq(flx_jacobian_sparse(f, value_only, x, s, values, NULL), FLX_EWORK);
    flx_work_destroy(w);
    flx_work_destroy(value_only);
    flx_program_release(f); /* the pattern is an owner, too */
    cr_expect_eq(flx_sparsity_pattern(s).rows, 8);
    flx_sparsity_destroy(s);
    flx_program_release(g);
}

Test(sparse, a_changed_branch_makes_all_entries_nan)
{
    double values[2] = {0.0, 0.0};
    const double x[2] = {3.0, 1.0};
    flx_program *f = body_program(&body_branch);
    flx_sparsity *s;
    flx_work *w;
    flx_report report;
    cr_assert_eq(flx_sparsity_create(f, &s), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    cr_expect_eq(flx_jacobian_sparse(f, w, x, s, values, &report), FLX_BRANCH_CHANGED);
    cr_expect(isnan(values[0]) && isnan(values[1]));
    cr_expect_str_eq(report.label, "branch");
    flx_work_destroy(w);
    flx_sparsity_destroy(s);
    flx_program_release(f);
}

/* ---- memory full of zeros ---- */

static void *zeros(void *ctx, void *old, size_t old_size, size_t new_size)
{
    unsigned char *p = new_size ? calloc(new_size, 1) : NULL;
    (void)ctx;
    if (p && old) memcpy(p, old, old_size < new_size ? old_size : new_size);
    if (p || new_size == 0) free(old);
    return p;
}

Test(sparse, one_entry_is_one_sweep_whatever_memory_holds)
{
    const flx_allocator allocator = {zeros, NULL};
    const function one = {"one", 1, 1, arrow, in_arrow, 1, 0};
    double x[1];
    flx_program *f = program_of(&one, &allocator, x);
    flx_sparsity *s;
    cr_assert_eq(flx_sparsity_create(f, &s), FLX_OK);
    const flx_pattern p = flx_sparsity_pattern(s);
    expect_pattern(&one, &p);
    flx_sparsity_destroy(s);
    flx_program_release(f);
}

/* ---- memory that is refused ---- */

static int use(const flx_allocator *allocator, size_t request, void *ctx)
{
    double x[MOST], values[MOST];
    flx_program *f = program_of(ctx, allocator, x);
    flx_sparsity *s = NULL;
    flx_work *w = NULL;
    if (!f) return 0;
    const int made = hostile_allowed(flx_sparsity_create(f, &s), request);
    cr_expect_eq(made, s != NULL);
    if (made && hostile_allowed(flx_work_create(f, FLX_WORK_FIRST, 0, &w), request))
        cr_expect_eq(flx_jacobian_sparse(f, w, x, s, values, NULL), FLX_OK);
    flx_work_destroy(w);
    flx_sparsity_destroy(s);
    flx_program_release(f);
    return made && w;
}

Test(sparse, every_refused_request_is_a_status)
{
    function small = functions[1];
    small.cols = 66;
    hostile_expect(15, 0, use, &small);
    hostile_expect(15, 0, use, (void *)&functions[5]);
    hostile_expect(15, 0, use, (void *)&functions[sizeof functions / sizeof *functions - 2]);
    hostile_expect(15, 0, use, (void *)&functions[sizeof functions / sizeof *functions - 1]);
}
