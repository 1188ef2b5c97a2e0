/* Indices that mean no row: every road has the same values and derivatives that are NaN, the same that are
 * zero because nothing depends on them, and says where. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

/* Inputs: the 6 elements of a 3 x 2 matrix x, and so many indices; outputs: so many elements of what is
 * gathered or scattered of x squared, and one that no index has to do with. */
enum { ROWS = 3, COLS = 2, X = ROWS * COLS, INDICES = 3, N = X + INDICES, MOST = 2 * INDICES + 1 };
typedef enum kind { GATHER, TAKE, SCATTER, KINDS } kind;

static const char *const name[KINDS] = {"gather", "take", "scatter_add"};
static const char *const operation[KINDS] = {"gather", "gather", "acc_scatter"};
static const size_t outputs[KINDS] = {INDICES * COLS + 1, ROWS + 1, ROWS *COLS + 1};
static const double recorded[N] = {1.5, -2.0, 0.5, 3.0, -1.0, 4.0, 0.0, 1.0, 1.0};

static flx_array picked(kind op, flx_array x, flx_array index)
{
    if (op == GATHER) return flx_array_gather(x, index);
    return op == TAKE ? flx_array_take(x, index, FLX_ROWS) : flx_array_scatter_add(x, index, ROWS);
}

/* The program, and its tape where it is asked for, with its inputs and outputs. */
static flx_program *frozen(kind op, flx_tape **tape, flx_var *x, flx_var *y)
{
    flx_tape *t;
    flx_program *f;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < N; k++) x[k] = flx_variable(t, recorded[k]);
    const flx_array table = flx_array_square(flx_array_pack(t, ROWS, COLS, x));
    const flx_array z = picked(op, table, flx_array_pack(t, INDICES, 1, x + X));
    const size_t m = outputs[op];
    cr_assert_eq(z.rows * z.cols, m - 1);
    for (size_t k = 0; k + 1 < m; k++) y[k] = flx_array_at(z, k / z.cols, k % z.cols);
    y[m - 1] = flx_mul(x[0], x[1]);
    cr_assert_eq(flx_freeze(t, N, x, m, y, 0, &f, NULL), FLX_OK);
    if (tape) *tape = t;
    else flx_tape_destroy(t);
    return f;
}

/* How often element k of x squared is in output i; NaN where an index that is none might have meant it. */
static double factor(kind op, const double *x, size_t i, size_t k)
{
    const size_t row = k / COLS, col = k % COLS;
    if (i + 1 == outputs[op]) return 0.0;
    if (op == TAKE) { /* column index[i] of row i */
        const double at = x[X + i];
        if (row != i) return 0.0;
        return at == 0.0 || at == 1.0 ? at == (double)col : (double)NAN;
    }
    if (i % COLS != col) return 0.0;
    const double at = x[X + (op == GATHER ? i / COLS : row)];
    if (!(at == 0.0 || at == 1.0 || at == 2.0)) return (double)NAN;
    return at == (double)(op == GATHER ? row : i / COLS);
}

static double value(kind op, const double *x, size_t i)
{
    double sum = i + 1 == outputs[op] ? x[0] * x[1] : 0.0;
    for (size_t k = 0; k < X; k++) sum += factor(op, x, i, k) * x[k] * x[k];
    return sum;
}

/* With an exact zero hiding what is NaN. */
static double slope(kind op, const double *x, size_t i, size_t k)
{
    if (k >= X) return 0.0;
    if (i + 1 == outputs[op]) return k == 0 ? x[1] : k == 1 ? x[0] : 0.0;
    return factor(op, x, i, k) * 2.0 * x[k];
}

static double curvature(kind op, const double *x, size_t i, size_t k, size_t l)
{
    if (k >= X || l >= X) return 0.0;
    if (i + 1 == outputs[op]) return k + l == 1 ? 1.0 : 0.0;
    return k == l ? 2.0 * factor(op, x, i, k) : 0.0;
}

static void expect(double got, double right, const char *what, kind op, double index, size_t i,
                   size_t k)
{
    cr_expect(isnan(right) ? isnan(got) : got == right,
              "%s of %s, index %g: (%zu, %zu) is %g, not %g", what, name[op], index, i, k, got,
              right);
}

static const double bad[] = {3.0, 1e10, -1.0, 0.5, (double)INFINITY, (double)NAN};
enum { BAD = sizeof bad / sizeof *bad, NONE = INDICES, ALL };

/* A point of which index `which` means no row, or none or all do. */
static void point(double *x, size_t which, double index)
{
    memcpy(x, recorded, sizeof recorded);
    for (size_t k = 0; k < INDICES; k++)
        if (k == which || which == ALL) x[X + k] = index;
}

static void expect_first(kind op, const flx_program *f, flx_work *w, const double *x, double index)
{
    const size_t m = outputs[op];
    double y[MOST], unit[N * N] = {0.0}, by_rows[MOST * N], by_cols[N * MOST], jac[MOST * N];
    cr_assert_eq(flx_eval(f, w, x, y, NULL), FLX_OK);
    for (size_t i = 0; i < m; i++) expect(y[i], value(op, x, i), "value", op, index, i, 0);
    for (size_t k = 0; k < N; k++) unit[k * N + k] = 1.0;
    for (size_t k = 0; k < N; k++) {
        double jv[MOST];
        cr_assert_eq(flx_jvp(f, w, x, unit + k * N, jv, NULL), FLX_OK);
        for (size_t i = 0; i < m; i++) expect(jv[i], slope(op, x, i, k), "jvp", op, index, i, k);
    }
    cr_assert_eq(flx_jvps(f, w, x, N, unit, by_cols, NULL), FLX_OK);
    cr_assert_eq(flx_jacobian(f, w, x, jac, NULL), FLX_OK);
    memset(unit, 0, sizeof unit);
    for (size_t i = 0; i < m; i++) unit[i * m + i] = 1.0;
    cr_assert_eq(flx_vjps(f, w, x, m, unit, by_rows, NULL), FLX_OK);
    for (size_t i = 0; i < m; i++) {
        double g[N];
        cr_assert_eq(flx_vjp(f, w, x, unit + i * m, g, NULL), FLX_OK);
        for (size_t k = 0; k < N; k++) {
            const double right = slope(op, x, i, k);
            expect(g[k], right, "vjp", op, index, i, k);
            expect(by_cols[k * m + i], right, "jvps", op, index, i, k);
            expect(by_rows[i * N + k], right, "vjps", op, index, i, k);
            expect(jac[i * N + k], right, "jacobian", op, index, i, k);
        }
    }
}

static void expect_second(kind op, const flx_program *f, flx_work *w, const double *x, double index)
{
    const size_t m = outputs[op];
    double all[N * N] = {0.0};
    for (size_t k = 0; k < N; k++) all[k * N + k] = 1.0;
    for (size_t i = 0; i < m; i++) {
        double weight[MOST] = {0.0}, hess[4][N * N];
        weight[i] = 1.0;
        for (size_t k = 0; k < N; k++) {
            double dir[N] = {0.0}, hv[2][N];
            dir[k] = 1.0;
            cr_assert_eq(flx_hvp(f, w, x, dir, weight, hv[0], NULL), FLX_OK);
            cr_assert_eq(flx_hvp_double_backprop(f, w, x, dir, weight, hv[1], NULL), FLX_OK);
            for (size_t l = 0; l < N; l++) {
                const double right = curvature(op, x, i, l, k);
                expect(hv[0][l], right, "hvp", op, index, i, l);
                expect(hv[1][l], right, "hvp by double backprop", op, index, i, l);
            }
        }
        cr_assert_eq(flx_hvps(f, w, x, N, all, weight, hess[0], NULL), FLX_OK);
        cr_assert_eq(flx_hessian(f, w, x, weight, hess[1], NULL), FLX_OK);
        cr_assert_eq(flx_hessian_hyperdual(f, w, x, weight, hess[2], NULL), FLX_OK);
        cr_assert_eq(flx_hessian_double_backprop(f, w, x, weight, hess[3], NULL), FLX_OK);
        for (size_t k = 0; k < N * N; k++)
            for (int road = 0; road < 4; road++)
                expect(hess[road][k], curvature(op, x, i, k / N, k % N),
                       (const char *[]){"hvps", "hessian", "hessian, hyper-dual",
                                        "hessian, double backprop"}[road],
                       op, index, i, k);
    }
}

Test(no_row, derivatives)
{
    for (kind op = 0; op < KINDS; op++) {
        flx_var in[N], out[MOST];
        flx_program *f = frozen(op, NULL, in, out);
        flx_work *w;
        cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 4, &w), FLX_OK);
        for (size_t k = 0; k < BAD; k++) {
            for (size_t which = 0; which <= ALL; which++) {
                double x[N];
                point(x, which, bad[k]);
                expect_first(op, f, w, x, bad[k]);
                expect_second(op, f, w, x, bad[k]);
            }
        }
        flx_work_destroy(w);
        flx_program_release(f);
    }
}

/* Of x + dir*t the coefficients are slopes along dir and half of the curvatures, of each element alone. */
Test(no_row, jets)
{
    for (kind op = 0; op < KINDS; op++) {
        flx_var in[N], out[MOST];
        flx_program *f = frozen(op, NULL, in, out);
        flx_work *w;
        cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 3, &w), FLX_OK);
        for (size_t k = 0; k < X * BAD; k++) {
            double path[4 * N] = {0.0}, got[4 * MOST];
            const size_t m = outputs[op], l = k % X;
            point(path, k % INDICES, bad[k / X]);
            path[N + l] = 1.0;
            cr_assert_eq(flx_jet(f, w, 3, path, got, NULL), FLX_OK);
            for (size_t i = 0; i < m; i++) {
                expect(got[i], value(op, path, i), "jet's value", op, bad[k / X], i, l);
                expect(got[m + i], slope(op, path, i, l), "jet's slope", op, bad[k / X], i, l);
                expect(got[2 * m + i], 0.5 * curvature(op, path, i, l, l), "jet's curvature", op,
                       bad[k / X], i, l);
                expect(got[3 * m + i], 0.0, "jet's end", op, bad[k / X], i, l);
            }
        }
        flx_work_destroy(w);
        flx_program_release(f);
    }
}

/* What might have been meant is zero, which does not hide that a value is undefined. */
Test(no_row, zeros)
{
    for (kind op = 0; op < KINDS; op++) {
        flx_var in[N], out[MOST];
        double x[N], y[MOST], got[MOST];
        flx_program *f = frozen(op, NULL, in, out);
        flx_work *w, *jets;
        point(x, 1, 3.0);
        memset(x, 0, X * sizeof *x);
        cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &w), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 0, &jets), FLX_OK);
        cr_assert_eq(flx_eval(f, w, x, y, NULL), FLX_OK);
        cr_assert_eq(flx_jet(f, jets, 0, x, got, NULL), FLX_OK);
        for (size_t i = 0; i < outputs[op]; i++) {
            expect(y[i], value(op, x, i), "value of zeros", op, 3.0, i, 0);
            expect(got[i], value(op, x, i), "jet of zeros", op, 3.0, i, 0);
        }
        flx_work_destroy(jets);
        flx_work_destroy(w);
        flx_program_release(f);
    }
}

/* Points of which some have such an index, side by side with others. */
Test(no_row, batches)
{
    enum { POINTS = 35 };
    static double x[POINTS * N], y[POINTS * MOST], jv[POINTS * MOST], g[POINTS * N], hv[POINTS * N];
    for (size_t i = 0; i < POINTS; i++) point(x + i * N, i % (INDICES + 2), bad[i % BAD]);
    for (kind op = 0; op < KINDS; op++) {
        flx_var in[N], out[MOST];
        flx_program *f = frozen(op, NULL, in, out);
        const size_t m = outputs[op];
        const flx_batch_in at = flx_in_rows(x, N);
        const flx_batch_out to_y = flx_out_rows(y, m), to_jv = flx_out_rows(jv, m),
                            to_g = flx_out_rows(g, N), to_hv = flx_out_rows(hv, N);
        flx_batch *b;
        cr_assert_eq(flx_batch_create(f, FLX_WORK_SECOND, NULL, &b), FLX_OK);
        for (size_t k = 0; k < N; k++) {
            double dir[N] = {0.0}, weight[MOST] = {0.0};
            const size_t o = k % m;
            dir[k] = weight[o] = 1.0;
            const flx_batch_in along = flx_in_shared(dir, N), by = flx_in_shared(weight, m);
            cr_assert_eq(
                flx_jvp_batch(f, b, POINTS, 1, &at, 1, &along, 1, &to_y, 1, &to_jv, NULL, NULL),
                FLX_OK);
            cr_assert_eq(flx_hvp_batch(f, b, POINTS, 1, &at, 1, &along, 1, &by, 0, NULL, 1, &to_g,
                                       1, &to_hv, NULL, NULL),
                         FLX_OK);
            for (size_t i = 0; i < POINTS; i++) {
                const double *p = x + i * N, index = bad[i % BAD];
                for (size_t j = 0; j < m; j++) {
                    expect(y[i * m + j], value(op, p, j), "batch's value", op, index, i, j);
                    expect(jv[i * m + j], slope(op, p, j, k), "batch's jvp", op, index, i, j);
                }
                for (size_t l = 0; l < N; l++) {
                    expect(g[i * N + l], slope(op, p, o, l), "batch's vjp", op, index, i, l);
                    expect(hv[i * N + l], curvature(op, p, o, l, k), "batch's hvp", op, index, i,
                           l);
                }
            }
        }
        flx_batch_destroy(b);
        flx_program_release(f);
    }
}

Test(no_row, checked)
{
    for (kind op = 0; op < KINDS; op++) {
        flx_var in[N], out[MOST];
        double x[N];
        flx_check_result r;
        flx_program *f = frozen(op, NULL, in, out);
        point(x, 1, 7.0);
        cr_expect_eq(flx_check_program(f, x, NULL, &r), FLX_OK, "%s", name[op]);
        cr_expect(r.not_finite > 0, "%s: %zu", name[op], r.not_finite);
        cr_expect_eq(r.indeterminate, 0);
        flx_program_release(f);
    }
}

/* ---- flags ---- */

static void expect_flags(kind op, double index, const flx_report *r, unsigned flags, const char *by)
{
    cr_expect_eq(r->flags, flags, "%s, index %g: %x, not %x", name[op], index, r->flags, flags);
    if (flags) cr_expect_str_eq(r->op, by);
}

/* At points of a batch, every third of which has the index. */
static void expect_batch_flags(kind op, flx_program *f, size_t which, double index, unsigned flags)
{
    enum { POINTS = 21 };
    static double x[POINTS * N], y[POINTS * N];
    unsigned got[POINTS];
    const flx_batch_in in = flx_in_rows(x, N);
    const flx_batch_out out = flx_out_rows(y, N);
    flx_batch *b;
    for (size_t i = 0; i < POINTS; i++) point(x + i * N, i % 3 ? NONE : which, index);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_VALUE, NULL, &b), FLX_OK);
    cr_assert_eq(flx_eval_batch(f, b, POINTS, 1, &in, 1, &out, got, NULL), FLX_OK);
    for (size_t i = 0; i < POINTS; i++)
        cr_expect_eq(got[i], i % 3 ? 0 : flags, "%s, index %g, point %zu: %x", name[op], index, i,
                     got[i]);
    flx_batch_destroy(b);
}

/* A program's values at x, which is its jet's first row. */
static void expect_jet(kind op, flx_program *f, const double *x, const double *value, double index)
{
    double got[N];
    flx_work *w;
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 0, &w), FLX_OK);
    cr_assert_eq(flx_jet(f, w, 0, x, got, NULL), FLX_OK);
    for (size_t k = 0; k < N; k++) expect(got[k], value[k], "gradient's jet", op, index, k, 0);
    flx_work_destroy(w);
}

/* The flags of a vector-Jacobian product, and of the program that is a recorded one. */
static void expect_both(kind op, size_t which, double index, const double *weight, unsigned product,
                        unsigned again)
{
    flx_tape *t;
    flx_var in[N], out[MOST], by[MOST], slopes[N];
    double x[N], g[N], gradient[N];
    flx_program *f = frozen(op, &t, in, out), *by_record;
    flx_work *w, *v;
    flx_report r;
    point(x, which, index);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 1, &w), FLX_OK);
    cr_assert_eq(flx_vjp(f, w, x, weight, g, &r), FLX_OK);
    expect_flags(op, index, &r, product, operation[op]);

    for (size_t i = 0; i < outputs[op]; i++) by[i] = flx_parameter(t, weight[i]);
    cr_assert_eq(flx_grad_seeded(outputs[op], out, by, N, in, slopes, FLX_CREATE_GRAPH), FLX_OK);
    cr_assert_eq(flx_freeze(t, N, in, N, slopes, FLX_REUSE_SLOTS, &by_record, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(by_record, FLX_WORK_VALUE, 0, &v), FLX_OK);
    cr_assert_eq(flx_eval(by_record, v, x, gradient, &r), FLX_OK);
    expect_flags(op, index, &r, again, op == SCATTER ? "acc_gather" : "acc_scatter");
    for (size_t k = 0; k < N; k++) expect(gradient[k], g[k], "gradient", op, index, k, 0);
    expect_batch_flags(op, by_record, which, index, again);
    expect_jet(op, by_record, x, g, index);
    flx_work_destroy(v);
    flx_work_destroy(w);
    flx_program_release(by_record);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* The index is outside of the domain, unless it is NaN, which came from elsewhere. A weight of zero meets
 * partials that are not finite only where something has been lost: a row, or whole columns. */
static void expect_all_flags(kind op, size_t which, double index)
{
    const unsigned domain = isnan(index) ? 0 : FLX_FLAG_DOMAIN;
    double ones[MOST], hidden[MOST], spared[MOST];
    for (size_t i = 0; i < MOST; i++) {
        const int lost = i + 1 < outputs[op]
                         && (op == SCATTER || which == ALL || i / (op == TAKE ? 1 : COLS) == which);
        ones[i] = 1.0;
        hidden[i] = !lost;
        spared[i] = lost;
    }
    expect_both(op, which, index, ones, domain, domain);
    expect_both(op, which, index, spared, domain, domain);
    expect_both(op, which, index, hidden, domain | FLX_FLAG_INDETERMINATE, FLX_FLAG_INDETERMINATE);
    expect_both(op, NONE, 0.0, hidden, 0, 0);
    for (size_t row = 0; op == SCATTER && row < ROWS; row++) {
        double without[MOST];
        const unsigned both = domain | FLX_FLAG_INDETERMINATE;
        for (size_t i = 0; i < MOST; i++) without[i] = i / COLS != row;
        expect_both(op, which, index, without, both, both);
    }
}

Test(no_row, flags)
{
    for (kind op = 0; op < KINDS; op++)
        for (size_t which = 0; which <= ALL; which++)
            for (size_t k = 0; k < BAD && which != NONE; k++) expect_all_flags(op, which, bad[k]);
}

/* An element that is undefined, and that no output depends on. */
Test(no_row, elements_that_nothing_depends_on)
{
    flx_tape *t;
    flx_var in[N], out[MOST];
    double x[N], y;
    flx_program *f;
    flx_work *w;
    flx_report r;
    flx_program_release(frozen(GATHER, &t, in, out));
    cr_assert_eq(flx_freeze(t, N, in, 1, out, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 1, &w), FLX_OK);
    point(x, 1, 5.0);
    cr_assert_eq(flx_eval(f, w, x, &y, &r), FLX_OK);
    cr_expect_eq(y, x[0] * x[0]);
    cr_expect_eq(r.flags, 0, "%x", r.flags);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* ---- tapes ---- */

static double weighted(kind op, const double *x, size_t k)
{
    double sum = 0.0;
    for (size_t i = 0; i < outputs[op]; i++) sum += slope(op, x, i, k);
    return sum;
}

static double weighted_twice(kind op, const double *x, size_t k)
{
    double sum = 0.0;
    for (size_t i = 0; i < outputs[op]; i++)
        for (size_t l = 0; l < N; l++) sum += curvature(op, x, i, k, l);
    return sum;
}

/* A recorded gradient, the gradient of its sum and recorded tangents, replayed; and a gradient that is
 * recorded when the index is no row already. */
Test(no_row, tapes)
{
    for (kind op = 0; op < KINDS; op++) {
        for (size_t b = 0; b < BAD; b++) {
            flx_tape *t;
            flx_var x[N], y[MOST], dx[N], dy[MOST], g[N], h[N], late[N], sum = flx_constant(0.0),
                                                                         slopes = sum;
            const size_t m = outputs[op];
            double at[N];
            point(at, 1, bad[b]);
            flx_program_release(frozen(op, &t, x, y));
            for (size_t k = 0; k < N; k++) dx[k] = flx_constant(k == 0 || k == 3);
            cr_assert_eq(flx_jvp_record(N, x, dx, m, y, dy), FLX_OK);
            for (size_t i = 0; i < m; i++) sum = flx_add(sum, y[i]);
            cr_assert_eq(flx_grad(sum, N, x, g, FLX_CREATE_GRAPH), FLX_OK);
            for (size_t k = 0; k < N; k++) slopes = flx_add(slopes, g[k]);
            cr_assert_eq(flx_grad(slopes, N, x, h, FLX_CREATE_GRAPH), FLX_OK);
            cr_assert_eq(flx_set(x[X + 1], bad[b]), FLX_OK);
            cr_assert_eq(flx_replay(t, NULL), FLX_OK);
            cr_assert_eq(flx_grad(sum, N, x, late, 0), FLX_OK);
            for (size_t i = 0; i < m; i++)
                expect(flx_peek(dy[i]), slope(op, at, i, 0) + slope(op, at, i, 3), "recorded jvp",
                       op, bad[b], i, 0);
            for (size_t k = 0; k < N; k++) {
                expect(flx_peek(g[k]), weighted(op, at, k), "recorded gradient", op, bad[b], k, 0);
                expect(flx_peek(late[k]), weighted(op, at, k), "gradient", op, bad[b], k, 0);
                expect(flx_peek(h[k]), weighted_twice(op, at, k), "gradient of it", op, bad[b], k,
                       0);
            }
            flx_tape_destroy(t);
        }
    }
}
