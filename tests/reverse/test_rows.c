/* Arithmetic on arrays against the same element by element, as scalars of the tape in row-major order:
 * values, derivatives forward, back and forward over reverse have the same bits, and the same flags are
 * raised, whatever the operands' shapes and places, at numbers of every kind. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "row_forms.h"

enum { MOST = 34, BASE = (2 * MOST + 2) * (2 * MOST + 2), OUT = MOST * MOST + BASE };

typedef flx_var scalar_op(flx_var x, flx_var y);

static flx_var scalar_add(flx_var x, flx_var y) { return flx_var_add(x, y); }
static flx_var scalar_sub(flx_var x, flx_var y) { return flx_var_sub(x, y); }
static flx_var scalar_mul(flx_var x, flx_var y) { return flx_var_mul(x, y); }
static flx_var scalar_div(flx_var x, flx_var y) { return flx_var_div(x, y); }
static flx_var scalar_hypot(flx_var x, flx_var y) { return flx_var_hypot(x, y); }
static flx_var scalar_addc(flx_var x, flx_var y) { return (void)y, flx_var_add_xc(x, 0.3); }
static flx_var scalar_csub(flx_var x, flx_var y) { return (void)y, flx_var_sub_cx(0.3, x); }
static flx_var scalar_mulc(flx_var x, flx_var y) { return (void)y, flx_var_mul_xc(x, 0.3); }
static flx_var scalar_divc(flx_var x, flx_var y) { return (void)y, flx_var_div_xc(x, 0.3); }
static flx_var scalar_cdiv(flx_var x, flx_var y) { return (void)y, flx_var_div_cx(0.3, x); }
static flx_var scalar_neg(flx_var x, flx_var y) { return (void)y, flx_var_neg(x); }
static flx_var scalar_square(flx_var x, flx_var y) { return (void)y, flx_var_square(x); }
static flx_var scalar_exp(flx_var x, flx_var y) { return (void)y, flx_var_exp(x); }
static flx_var scalar_tanh(flx_var x, flx_var y) { return (void)y, flx_var_tanh(x); }
static flx_var scalar_copy(flx_var x, flx_var y) { return (void)y, x; }

static const struct {
    const char *name;
    row_form *array;
    scalar_op *scalar;
    int operands;
} ops[] = {
    {"add", flx_array_add, scalar_add, 2},
    {"sub", flx_array_sub, scalar_sub, 2},
    {"mul", flx_array_mul, scalar_mul, 2},
    {"div", flx_array_div, scalar_div, 2},
    {"hypot", flx_array_hypot, scalar_hypot, 2},
    {"addc", row_addc, scalar_addc, 1},
    {"csub", row_csub, scalar_csub, 1},
    {"mulc", row_mulc, scalar_mulc, 1},
    {"divc", row_divc, scalar_divc, 1},
    {"cdiv", row_cdiv, scalar_cdiv, 1},
    {"neg", row_neg, scalar_neg, 1},
    {"square", row_square, scalar_square, 1},
    {"exp", row_exp, scalar_exp, 1},
    {"tanh", row_tanh, scalar_tanh, 1},
    {"copy", row_copy, scalar_copy, 1},
};

/* Where operands lie in a square matrix of inputs, of 2*rows + 2 and 2*cols + 2 rows or more. */
typedef enum {
    WHOLE,
    BELOW,
    ONE_ROW,
    ONE_COLUMN,
    ONE,
    SHIFTED,
    STRIDED,
    TURNED,
    REPEATED, /* these by hand */
    OVERLAPPING,
    APART
} place;

static flx_array by_hand(flx_array base, size_t rows, size_t cols, int64_t down, int64_t along)
{
    return (flx_array){base.first, (uint32_t)rows, (uint32_t)cols, down, along};
}

static flx_array operand(flx_array base, place where, size_t rows, size_t cols)
{
    switch (where) {
    case WHOLE: return flx_array_slice(base, 0, 0, rows, cols, 1, 1);
    case BELOW: return flx_array_slice(base, rows + 1, 0, rows, cols, 1, 1);
    case ONE_ROW: return flx_array_slice(base, rows, 1, 1, cols, 1, 1);
    case ONE_COLUMN: return flx_array_slice(base, rows + 1, cols + 1, rows, 1, 1, 1);
    case ONE: return flx_array_slice(base, rows, 0, 1, 1, 1, 1);
    case SHIFTED: return flx_array_slice(base, 0, 1, rows, cols, 1, 1);
    case STRIDED: return flx_array_slice(base, 1, 1, rows, cols, 2, 2);
    case REPEATED: return by_hand(base, rows, cols, base.row_stride, 0);
    case OVERLAPPING: return by_hand(base, rows, cols, 1, 1);
    case APART: return by_hand(base, rows, cols, 2, 1);
    default: return flx_array_transpose(flx_array_slice(base, 0, cols + 1, cols, rows, 1, 1));
    }
}

static const place pairs[][2] = {
    {WHOLE, BELOW},       {WHOLE, ONE_ROW},      {ONE_ROW, WHOLE},     {WHOLE, ONE_COLUMN},
    {ONE_COLUMN, WHOLE},  {WHOLE, ONE},          {ONE, WHOLE},         {WHOLE, WHOLE},
    {WHOLE, SHIFTED},     {SHIFTED, WHOLE},      {STRIDED, WHOLE},     {STRIDED, STRIDED},
    {ONE_ROW, ONE_ROW},   {ONE_ROW, ONE_COLUMN}, {ONE, ONE},           {TURNED, WHOLE},
    {REPEATED, REPEATED}, {OVERLAPPING, APART},  {APART, OVERLAPPING},
};

static const struct {
    size_t rows, cols;
} shapes[] = {{1, 1}, {1, 2}, {1, 17}, {3, 1}, {17, 1}, {2, 2}, {3, 5}, {5, 3}, {2, 33}};

static uint64_t seed;

static double uniform(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) * 0x1p-53;
}

/* Of every kind; where plain, of few magnitudes. */
static double any_number(int plain)
{
    static const double delicate[] = {0.0,         -0.0,     (double)INFINITY, -(double)INFINITY,
                                      (double)NAN, 4.9e-324, -2.2e-310,        1e300,
                                      -1e-300,     1.0};
    const double x = 2.0 * uniform() - 1.0;
    if (plain || uniform() < 0.7) return x;
    return delicate[(size_t)(uniform() * (double)(sizeof delicate / sizeof *delicate))];
}

/* An element, where a single row or column stands for all. */
static flx_var element(flx_array a, size_t i, size_t j)
{
    return flx_array_at(a, a.rows == 1 ? 0 : i, a.cols == 1 ? 0 : j);
}

/* Outputs, of operands of at most rows x cols elements; returns how many. */
typedef size_t build(size_t op, flx_array x, flx_array y, size_t rows, size_t cols, flx_var *out);

static size_t map_of_arrays(size_t op, flx_array x, flx_array y, size_t rows, size_t cols,
                            flx_var *out)
{
    const flx_array z = ops[op].array(x, y);
    const size_t n = (size_t)z.rows * z.cols;
    (void)rows, (void)cols;
    for (size_t k = 0; k < n; k++) out[k] = flx_array_at(z, k / z.cols, k % z.cols);
    return n;
}

static size_t map_of_elements(size_t op, flx_array x, flx_array y, size_t rows, size_t cols,
                              flx_var *out)
{
    if (x.rows < rows && (y.rows < rows || ops[op].operands == 1)) rows = 1;
    if (x.cols < cols && (y.cols < cols || ops[op].operands == 1)) cols = 1;
    for (size_t k = 0; k < rows * cols; k++)
        out[k] = ops[op].scalar(element(x, k / cols, k % cols), element(y, k / cols, k % cols));
    return rows * cols;
}

/* Of op 0 sums of x, of op 1 sums of products: of all, of each row, of each column. */
static size_t sums_of_arrays(size_t op, flx_array x, flx_array y, size_t rows, size_t cols,
                             flx_var *out)
{
    const flx_axis axes[] = {FLX_ALL, FLX_ROWS, FLX_COLS};
    size_t n = 0;
    (void)rows, (void)cols;
    for (int k = 0; k < 3; k++) {
        const flx_array z = op ? flx_array_dot_along(x, y, axes[k]) : flx_array_sum(x, axes[k]);
        for (size_t j = 0; j < (size_t)z.rows * z.cols; j++)
            out[n++] = flx_array_at(z, j / z.cols, j % z.cols);
    }
    return n;
}

/* The sum of rows x cols terms from (i, j) on. */
static flx_var sum_of_elements(size_t op, flx_array x, flx_array y, size_t i, size_t j, size_t rows,
                               size_t cols)
{
    const double zero = 0.0; /* whose tangent is 0, too */
    flx_var partial[16];
    for (size_t s = 0; s < 16; s++)
        partial[s] = flx_array_at(flx_array_constant(x.first.tape, 1, 1, &zero), 0, 0);
    for (size_t k = 0; k < rows * cols; k++) {
        const flx_var a = element(x, i + k / cols, j + k % cols);
        const flx_var term = op ? flx_var_mul(a, element(y, i + k / cols, j + k % cols)) : a;
        partial[k % 16] = flx_var_add(partial[k % 16], term);
    }
    for (size_t w = 8; w > 0; w /= 2)
        for (size_t s = 0; s < w; s++) partial[s] = flx_var_add(partial[s], partial[s + w]);
    return partial[0];
}

static size_t sums_of_elements(size_t op, flx_array x, flx_array y, size_t rows, size_t cols,
                               flx_var *out)
{
    size_t n = 0;
    out[n++] = sum_of_elements(op, x, y, 0, 0, rows, cols);
    for (size_t i = 0; i < rows; i++) out[n++] = sum_of_elements(op, x, y, i, 0, 1, cols);
    for (size_t j = 0; j < cols; j++) out[n++] = sum_of_elements(op, x, y, 0, j, rows, 1);
    return n;
}

static flx_program *program(build *make, size_t op, const place where[2], size_t rows, size_t cols,
                            const double *x)
{
    static flx_var in[BASE], out[OUT];
    flx_tape *t = NULL;
    flx_program *f = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const size_t side = 2 * (rows > cols ? rows : cols) + 2;
    const flx_array base = flx_array_variable(t, side, side, x);
    const size_t n = (size_t)base.rows * base.cols;
    for (size_t k = 0; k < n; k++) in[k] = flx_array_at(base, k / base.cols, k % base.cols);
    memcpy(out, in, n * sizeof *in);
    const size_t made = make(op, operand(base, where[0], rows, cols),
                             operand(base, where[1], rows, cols), rows, cols, out + n);
    cr_assert_eq(flx_freeze(t, n, in, n + made, out, FLX_KEEP_ALL, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

/* The same bits; any NaN is as good as another. */
static int same(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b);
}

typedef struct point {
    double x[BASE], dir[BASE], weight[OUT];
} point;

typedef struct derivatives {
    double y[OUT], jvp[OUT], vjp[BASE], hvp[BASE];
    flx_flags flags;
} derivatives;

static void derive(flx_program *f, const point *at, derivatives *d)
{
    flx_work *w = NULL;
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 1, &w), FLX_OK);
    cr_assert_eq(flx_eval(f, w, at->x, d->y, NULL), FLX_OK);
    cr_assert_eq(flx_jvp(f, w, NULL, at->dir, d->jvp, NULL), FLX_OK);
    cr_assert_eq(flx_vjp(f, w, NULL, at->weight, d->vjp, NULL), FLX_OK);
    cr_assert_eq(flx_hvp(f, w, NULL, at->dir, at->weight, d->hvp, NULL), FLX_OK);
    d->flags = flx_work_flags(w);
    flx_work_destroy(w);
}

static void expect_same(size_t n, const double *got, const double *want, const char *what,
                        const char *where)
{
    size_t k = 0;
    while (k < n && same(got[k], want[k])) k++;
    if (k < n) cr_expect_fail("%s: %s %zu is %a, not %a", where, what, k, got[k], want[k]);
}

/* Recorded at one point, compared at others. */
static void compare(build *make[2], size_t op, const place where[2], size_t rows, size_t cols,
                    const char *name)
{
    static point at;
    static derivatives d[2];
    flx_program *f[2];
    for (size_t k = 0; k < BASE; k++) at.x[k] = any_number(1);
    for (int k = 0; k < 2; k++) f[k] = program(make[k], op, where, rows, cols, at.x);
    for (int trial = 0; trial < 3; trial++) {
        const size_t n = flx_inputs(f[0]), m = flx_outputs(f[0]);
        for (size_t k = 0; k < n; k++) at.x[k] = any_number(!trial), at.dir[k] = any_number(!trial);
        for (size_t k = 0; k < m; k++) at.weight[k] = any_number(!trial);
        for (int k = 0; k < 2; k++) derive(f[k], &at, &d[k]);
        expect_same(m, d[0].y, d[1].y, "value", name);
        expect_same(m, d[0].jvp, d[1].jvp, "tangent", name);
        expect_same(n, d[0].vjp, d[1].vjp, "adjoint", name);
        expect_same(n, d[0].hvp, d[1].hvp, "second derivative", name);
        cr_expect_eq(d[0].flags.set, d[1].flags.set, "%s: flags %x, not %x", name, d[0].flags.set,
                     d[1].flags.set);
    }
    for (int k = 0; k < 2; k++) flx_program_release(f[k]);
}

Test(rows, maps_have_the_bits_of_their_elements)
{
    build *make[2] = {map_of_arrays, map_of_elements};
    seed = 5;
    for (size_t op = 0; op < sizeof ops / sizeof *ops; op++) {
        for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
            /* A copied scalar is itself, and gains what its copies do in another order. */
            if (ops[op].scalar == scalar_copy && pairs[p][0] == REPEATED) continue;
            for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
                char name[80];
                snprintf(name, sizeof name, "%s of places %d and %d, %zu x %zu", ops[op].name,
                         (int)pairs[p][0], (int)pairs[p][1], shapes[s].rows, shapes[s].cols);
                compare(make, op, pairs[p], shapes[s].rows, shapes[s].cols, name);
            }
        }
    }
}

Test(rows, sums_have_the_bits_of_sums_of_elements)
{
    static const size_t sizes[][2] = {{1, 1},  {1, 15}, {1, 33}, {33, 1},
                                      {3, 20}, {20, 8}, {33, 34}};
    static const place where[][2] = {{WHOLE, BELOW},    {TURNED, WHOLE},  {BELOW, TURNED},
                                     {WHOLE, WHOLE},    {TURNED, TURNED}, {SHIFTED, SHIFTED},
                                     {STRIDED, STRIDED}};
    build *make[2] = {sums_of_arrays, sums_of_elements};
    seed = 6;
    for (size_t op = 0; op < 2; op++) {
        for (size_t p = 0; p < sizeof where / sizeof *where; p++) {
            for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
                char name[80];
                snprintf(name, sizeof name, "%s of places %d and %d, %zu x %zu", op ? "dot" : "sum",
                         (int)where[p][0], (int)where[p][1], sizes[s][0], sizes[s][1]);
                compare(make, op, where[p], sizes[s][0], sizes[s][1], name);
            }
        }
    }
}

/* The gradient of sums of products by hand, of whole numbers: exact in any order. */
static void multiply_by_hand(const flx_array a[2], flx_axis axis, const double *x,
                             const double *weight, double *g)
{
    for (uint32_t i = 0; i < a[0].rows; i++) {
        for (uint32_t j = 0; j < a[0].cols; j++) {
            const double w = weight[axis == FLX_ROWS ? i : axis == FLX_COLS ? j : 0];
            size_t at[2];
            for (int k = 0; k < 2; k++) at[k] = (size_t)(i * a[k].row_stride + j * a[k].col_stride);
            g[at[0]] += w * x[at[1]];
            g[at[1]] += w * x[at[0]];
        }
    }
}

Test(rows, products_of_views_that_begin_together)
{
    enum { N = 16, ROOM = 8 };
    static const struct {
        size_t rows, cols;
        int64_t stride[2][2];
    } views[] = {{4, 1, {{1, 0}, {1, 0}}}, {4, 1, {{1, 1}, {2, 1}}}, {4, 1, {{2, 1}, {1, 1}}},
                 {4, 1, {{0, 1}, {0, 1}}}, {1, 4, {{4, 1}, {4, 1}}}, {1, 4, {{4, 1}, {4, 2}}},
                 {1, 4, {{4, 0}, {4, 0}}}, {3, 2, {{2, 1}, {2, 1}}}, {3, 2, {{2, 1}, {4, 1}}},
                 {3, 2, {{0, 1}, {0, 1}}}, {3, 2, {{1, 0}, {1, 0}}}, {3, 2, {{1, 3}, {1, 3}}},
                 {3, 2, {{1, 1}, {1, 1}}}};
    for (size_t v = 0; v < 3 * sizeof views / sizeof *views; v++) {
        static const flx_axis axes[] = {FLX_ALL, FLX_ROWS, FLX_COLS};
        double x[N], weight[ROOM], want[N] = {0.0};
        flx_var in[N], out[ROOM], seed_of[ROOM], g[N], recorded[N];
        flx_tape *t = NULL;
        cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
        for (size_t k = 0; k < N; k++) x[k] = (double)(k * k % 11) - 4.0;
        const flx_array base = flx_array_variable(t, N, 1, x);
        flx_array a[2];
        for (int k = 0; k < 2; k++)
            a[k] = by_hand(base, views[v / 3].rows, views[v / 3].cols, views[v / 3].stride[k][0],
                           views[v / 3].stride[k][1]);
        const flx_array z = flx_array_dot_along(a[0], a[1], axes[v % 3]);
        const size_t m = (size_t)z.rows * z.cols;
        for (size_t k = 0; k < N; k++) in[k] = flx_array_at(base, k, 0);
        for (size_t k = 0; k < m; k++) {
            weight[k] = (double)k + 2.0;
            out[k] = flx_array_at(z, k / z.cols, k % z.cols);
            seed_of[k] = flx_constant(weight[k]);
        }
        multiply_by_hand(a, axes[v % 3], x, weight, want);
        cr_assert_eq(flx_grad_seeded(m, out, seed_of, N, in, g, 0), FLX_OK);
        cr_assert_eq(flx_grad_seeded(m, out, seed_of, N, in, recorded, FLX_CREATE_GRAPH), FLX_OK);
        for (size_t k = 0; k < N; k++) {
            cr_expect_eq(flx_value(g[k]), want[k], "%zu, adjoint %zu", v, k);
            cr_expect_eq(flx_value(recorded[k]), want[k], "%zu, recorded adjoint %zu", v, k);
        }
        flx_tape_destroy(t);
    }
}
