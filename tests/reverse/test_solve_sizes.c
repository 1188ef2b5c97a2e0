/* test_solve_sizes.c: linear systems of one to a hundred equations: residuals and known gradients in
 * long double, every road against every other, views of all kinds, and what is not finite. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/fluxion.h>

enum { MOST = 100, INPUTS = 3, RIGHT = 3, ORDER = 4 };

static const size_t sizes[] = {1, 2, 5, 16, 17, 40, 100};

enum { SIZES = sizeof sizes / sizeof *sizes };

static flx_tape *new_tape(void)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* Entries between -1 and 1. */
static void fill(size_t count, double *x, unsigned seed)
{
    uint64_t state = 0x9E3779B97F4A7C15u * (seed + 1u);
    for (size_t k = 0; k < count; k++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        x[k] = (double)(int64_t)(state >> 11) / 4503599627370496.0 - 1.0;
    }
}

/* Symmetric, with eigenvalues of one and more. */
static void fill_positive(size_t n, double *a, unsigned seed)
{
    static double b[MOST * MOST];
    fill(n * n, b, seed);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = i == j ? 1.0 : 0.0;
            for (size_t c = 0; c < n; c++) sum += b[i * n + c] * b[j * n + c] / (double)n;
            a[i * n + j] = sum;
        }
    }
}

/* With a triangle that is not nearly singular; the other one holds what must not be read. */
static void fill_triangle(size_t n, double *a, int upper, double unread)
{
    fill(n * n, a, 5);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (i == j) a[i * n + j] += 3.0;
            else if ((j > i) != upper) a[i * n + j] = unread;
            else a[i * n + j] /= (double)n;
}

/* The largest |x y - z| over the largest sum of |x||y| + |z|; turned: y is transposed. */
static double residual(size_t rows, size_t inner, size_t cols, const double *x, const double *y,
                       int turned, const double *z)
{
    long double error = 0.0L, size = 0.0L;
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            long double sum = -(long double)z[i * cols + j], most = fabsl(sum);
            for (size_t c = 0; c < inner; c++) {
                const double factor = turned ? y[j * inner + c] : y[c * cols + j];
                sum += (long double)x[i * inner + c] * factor;
                most += fabsl((long double)x[i * inner + c] * factor);
            }
            error = fmaxl(error, fabsl(sum));
            size = fmaxl(size, most);
            if (isnan(sum)) return INFINITY;
        }
    }
    return (double)(error / size);
}

#define EXPECT_SMALL(residual, n)                                                                  \
    do {                                                                                           \
        const double found = (residual);                                                           \
        cr_expect(found <= 2.0 * (double)(n)*DBL_EPSILON, "n = %zu: %g", (n), found);              \
    } while (0)

static double *matrix(size_t n)
{
    double *x = calloc(n * n, sizeof *x);
    cr_assert(x);
    return x;
}

Test(solve_sizes, factors_multiply_to_the_matrix)
{
    for (size_t k = 0; k < SIZES; k++) {
        const size_t n = sizes[k];
        flx_tape *t = new_tape();
        double *a = matrix(n), *l = matrix(n), *u = matrix(n), *pa = matrix(n), order[MOST], sign;
        fill_positive(n, a, 1);
        cr_assert_eq(flx_array_peek(flx_array_cholesky(flx_array_variable(t, n, n, a)), l), FLX_OK);
        EXPECT_SMALL(residual(n, n, n, l, l, 1, a), n);
        fill(n * n, a, 2);
        const flx_array_factors f = flx_array_lu(flx_array_variable(t, n, n, a));
        cr_assert_eq(flx_array_peek(f.lu, u), FLX_OK);
        cr_assert_eq(flx_array_peek(f.order, order), FLX_OK);
        sign = flx_peek(f.sign);
        for (size_t i = 0; i < n; i++) {
            memcpy(pa + i * n, a + (size_t)order[i] * n, n * sizeof *pa);
            for (size_t j = 0; j < n; j++) {
                l[i * n + j] = j < i ? u[i * n + j] : i == j;
                if (j < i) cr_expect(fabs(u[i * n + j]) <= 1.0);
                if (j < i) u[i * n + j] = 0.0;
                if (j < i && order[j] > order[i]) sign = -sign;
            }
        }
        cr_expect_eq(sign, 1.0, "an even permutation has the sign 1, an odd one -1");
        EXPECT_SMALL(residual(n, n, n, l, u, 0, pa), n);
        free(a), free(l), free(u), free(pa);
        flx_tape_destroy(t);
    }
}

/* ---- coefficients along a path ---- */

enum { PATH = 3 };

/* Coefficients of what is made of a(t) = a0 + a1 t + ...: y of a. */
static void along(flx_array (*made)(flx_array), size_t n, const double *a, double *y)
{
    flx_tape *t = new_tape();
    flx_program *f;
    flx_work *w;
    flx_var *x = calloc(2 * n * n, sizeof *x);
    cr_assert(x);
    const flx_array m = flx_array_variable(t, n, n, a), z = made(m);
    for (size_t k = 0; k < n * n; k++) {
        x[k] = flx_array_at(m, k / n, k % n);
        x[n * n + k] = flx_array_at(z, k / n, k % n);
    }
    cr_assert_eq(flx_freeze(t, n * n, x, n * n, x + n * n, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, PATH, &w), FLX_OK);
    cr_assert_eq(flx_jet(f, w, PATH, a, y, NULL), FLX_OK);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
    free(x);
}

/* Packed factors, their rows where the rows of the matrix are. */
static flx_array factors_in_place(flx_array a)
{
    const flx_array_factors f = flx_array_lu(a);
    return flx_array_scatter_add(f.lu, f.order, a.rows);
}

/* What (left right)_k lacks of a_k in part (i, j), beside the sum of absolute values. */
static void expect_product(size_t n, const double *left, const double *right, const double *a)
{
    for (size_t k = 0; k <= PATH; k++) {
        long double error = 0.0L, size = 0.0L;
        for (size_t i = 0; i < n * n; i++) {
            long double sum = -(long double)a[k * n * n + i], most = fabsl(sum);
            for (size_t q = 0; q <= k; q++) {
                for (size_t c = 0; c < n; c++) {
                    const long double term = (long double)left[q * n * n + i / n * n + c]
                                             * right[(k - q) * n * n + c * n + i % n];
                    sum += term;
                    most += fabsl(term);
                }
            }
            error = fmaxl(error, fabsl(sum));
            size = fmaxl(size, most);
        }
        cr_expect(error <= 2.0L * (long double)(n * (k + 1)) * DBL_EPSILON * size,
                  "n = %zu, coefficient %zu: %Lg of %Lg", n, k, error, size);
    }
}

Test(solve_sizes, factors_multiply_to_the_matrix_along_a_path)
{
    enum { LARGEST = 40, ALL = (PATH + 1) * LARGEST * LARGEST };
    static const size_t few[] = {2, 17, LARGEST};
    static double a[ALL], y[ALL], left[ALL], right[ALL];
    for (size_t s = 0; s < 3; s++) {
        const size_t n = few[s], size = n * n;
        fill((PATH + 1) * size, a, 70);
        for (size_t i = 0; i < size; i++) /* pivots not in order, but known */
            a[i] = a[i] / (double)n + ((i / n + n / 2) % n == i % n ? 3.0 : 0.0);
        along(factors_in_place, n, a, y);
        /* In place: row i of the factors is row (i + n/2) mod n of triangles. */
        for (size_t k = 0; k < (PATH + 1) * size; k++) {
            const size_t part = k / size, at = (k % size / n + n / 2) % n, j = k % n;
            left[k] = j < at ? y[k] : part == 0 && j == at ? 1.0 : 0.0;
            right[part * size + at * n + j] = j >= at ? y[k] : 0.0;
        }
        expect_product(n, left, right, a);
        for (size_t part = 1; part <= PATH; part++)
            for (size_t i = 0; i < size; i++)
                a[part * size + i] =
                    i % n < i / n ? a[part * size + i % n * n + i / n] : a[part * size + i];
        fill_positive(n, a, 71);
        along(flx_array_cholesky, n, a, y);
        for (size_t k = 0; k < (PATH + 1) * size; k++) {
            cr_assert(k % n <= k % size / n || y[k] == 0.0);
            right[k / size * size + k % n * n + k % size / n] = y[k];
        }
        expect_product(n, y, right, a);
    }
}

/* a x = b, and the gradients of w'x: a^-T w, and less that times x'. */
Test(solve_sizes, solutions_and_their_gradients)
{
    const size_t columns[] = {1, RIGHT, 40};
    for (size_t k = 0; k < SIZES * 3; k++) {
        const size_t n = sizes[k / 3], cols = columns[k % 3];
        flx_tape *t = new_tape();
        double *a = matrix(n), *turned = matrix(n), *ga = matrix(n);
        static double b[MOST * 40], w[MOST * 40], x[MOST * 40], gb[MOST * 40];
        fill(n * n, a, 3);
        for (size_t i = 0; i < n; i++) a[i * n + i] += 2.0;
        for (size_t i = 0; i < n * n; i++) turned[i % n * n + i / n] = a[i];
        fill(n * cols, b, 4);
        fill(n * cols, w, 6);
        const flx_array m = flx_array_variable(t, n, n, a);
        const flx_array right = flx_array_variable(t, n, cols, b), s = flx_array_solve(m, right);
        const flx_array weights = flx_array_constant(t, n, cols, w);
        const flx_var y = flx_array_sum(flx_array_mul(weights, s), FLX_ALL).first;
        flx_array g;
        cr_assert_eq(flx_array_peek(s, x), FLX_OK);
        EXPECT_SMALL(residual(n, n, cols, a, x, 0, b), n);
        cr_assert_eq(flx_grad_array(y, right, &g, 0), FLX_OK);
        cr_assert_eq(flx_array_peek(g, gb), FLX_OK);
        EXPECT_SMALL(residual(n, n, cols, turned, gb, 0, w), n);
        cr_assert_eq(flx_grad_array(y, m, &g, 0), FLX_OK);
        cr_assert_eq(flx_array_peek(g, ga), FLX_OK);
        double error = 0.0, most = 0.0;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                long double want = 0.0L;
                for (size_t c = 0; c < cols; c++)
                    want -= (long double)gb[i * cols + c] * x[j * cols + c];
                error = fmax(error, fabs(ga[i * n + j] - (double)want));
                most = fmax(most, fabs((double)want));
            }
        }
        cr_expect(error <= 1e-12 * most, "n = %zu: %g of %g", n, error, most);
        free(a), free(turned), free(ga);
        flx_tape_destroy(t);
    }
}

/* Of the log-determinant: the inverse. */
Test(solve_sizes, gradients_of_determinants)
{
    for (size_t k = 0; k < SIZES; k++) {
        const size_t n = sizes[k];
        flx_tape *t = new_tape();
        double *a = matrix(n), *inverse = matrix(n), *one = matrix(n);
        flx_array g;
        fill_positive(n, a, 7);
        for (size_t i = 0; i < n; i++) one[i * n + i] = 1.0;
        const flx_array m = flx_array_variable(t, n, n, a);
        const flx_var y[2] = {flx_array_logdet(m),
                              flx_array_cholesky_logdet(flx_array_cholesky(m))};
        cr_expect(fabs(flx_peek(y[0]) - flx_peek(y[1])) <= 1e-13 * (1.0 + fabs(flx_peek(y[0]))));
        for (int way = 0; way < 2; way++) {
            cr_assert_eq(flx_grad_array(y[way], m, &g, 0), FLX_OK);
            cr_assert_eq(flx_array_peek(g, inverse), FLX_OK);
            for (size_t i = 0; i < n && way == 1; i++) /* of which the lower triangle is read */
                for (size_t j = 0; j < i; j++)
                    inverse[i * n + j] = inverse[j * n + i] = 0.5 * inverse[i * n + j];
            EXPECT_SMALL(residual(n, n, n, a, inverse, 0, one), n);
        }
        free(a), free(inverse), free(one);
        flx_tape_destroy(t);
    }
}

/* ---- roads ---- */

enum { PROGRAMS = 6 };

/* A matrix that depends on all inputs. */
static flx_array moved(flx_tape *t, size_t n, const double *at, const flx_var *x)
{
    flx_array sum = flx_array_constant(t, n, n, at);
    double *way = matrix(n);
    for (unsigned k = 0; k < INPUTS; k++) {
        fill(n * n, way, 10 + k);
        for (size_t i = 0; i < n * n; i++) way[i] /= (double)n;
        sum = flx_array_add(
            sum, flx_array_mul(flx_array_constant(t, n, n, way), flx_array_scalar(x[k])));
    }
    free(way);
    return sum;
}

static flx_array program(flx_tape *t, size_t n, const flx_var *x, int which)
{
    double *at = matrix(n), right[MOST * RIGHT];
    fill(n * RIGHT, right, 20);
    const flx_array b = flx_array_constant(t, n, RIGHT, right);
    if (which < 2) fill_positive(n, at, 21);
    else if (which < 4) fill(n * n, at, 22);
    else fill_triangle(n, at, which == 5, 1.0);
    for (size_t i = 0; i < n && (which == 2 || which == 3); i++) at[i * n + i] += 2.0;
    const flx_array a = moved(t, n, at, x), moving = flx_array_mul(b, flx_array_scalar(x[0]));
    free(at);
    switch (which) {
    case 0: return flx_array_cholesky(a);
    case 1: return flx_array_cholesky_solve(flx_array_cholesky(a), moving);
    case 2: return flx_array_lu(a).lu;
    case 3: return flx_array_solve(a, moving);
    case 4: return flx_array_solve_triangular(a, moving, FLX_LOWER);
    default: return flx_array_solve_triangular(a, moving, FLX_UPPER_UNIT);
    }
}

static flx_var record(flx_tape *t, size_t n, flx_var *x, int which)
{
    for (int k = 0; k < INPUTS; k++) x[k] = flx_variable(t, 0.25 + 0.5 * k);
    const flx_array w = program(t, n, x, which);
    const flx_var y = flx_array_mean(flx_array_mul(flx_array_sin(w), w), FLX_ALL).first;
    cr_assert_eq(flx_tape_status(t), FLX_OK);
    return y;
}

Test(solve_sizes, every_road_agrees)
{
    for (size_t k = 0; k < SIZES * PROGRAMS; k++) {
        const size_t n = sizes[k / PROGRAMS];
        if (n == MOST && k % PROGRAMS != 0 && k % PROGRAMS != 3)
            continue; /* these hold the others */
        flx_tape *t = new_tape();
        flx_var x[INPUTS];
        flx_check_result r;
        char text[2000];
        const flx_var y = record(t, n, x, (int)(k % PROGRAMS));
        const flx_status status = flx_check_tape(t, INPUTS, x, 1, &y, NULL, &r);
        flx_check_text(&r, text, sizeof text);
        cr_expect_eq(status, FLX_OK, "n = %zu, program %zu\n%s", n, k % PROGRAMS, text);
        flx_tape_destroy(t);
    }
}

/* The value is the same bits wherever derivatives are computed beside it. */
Test(solve_sizes, one_value_in_every_mode)
{
    for (size_t k = 0; k < SIZES * PROGRAMS; k++) {
        flx_tape *t = new_tape();
        flx_var x[INPUTS];
        flx_program *f;
        flx_work *w, *jets;
        double at[ORDER + 1][INPUTS] = {{0.25, 0.75, 1.25}, {1.0, -1.0, 0.5}};
        double g[INPUTS], value[2], jet[ORDER + 1], jv;
        const flx_var y = record(t, sizes[k / PROGRAMS], x, (int)(k % PROGRAMS));
        cr_assert_eq(flx_freeze(t, INPUTS, x, 1, &y, 0, &f, NULL), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_JET, ORDER, &jets), FLX_OK);
        cr_assert_eq(flx_eval(f, w, at[0], &value[0], NULL), FLX_OK);
        cr_assert_eq(flx_gradient(f, w, at[0], &value[1], g, NULL), FLX_OK);
        cr_assert_eq(flx_jet(f, jets, ORDER, at[0], jet, NULL), FLX_OK);
        cr_assert_eq(flx_jvp(f, w, at[0], at[1], &jv, NULL), FLX_OK);
        cr_expect_eq(value[0], flx_peek(y));
        cr_expect_eq(value[1], flx_peek(y));
        cr_expect_eq(jet[0], flx_peek(y));
        const double along = g[0] - g[1] + 0.5 * g[2];
        const double size = fabs(g[0]) + fabs(g[1]) + fabs(g[2]);
        cr_expect(fabs(jv - along) <= 1e-12 * size);
        cr_expect(fabs(jet[1] - along) <= 1e-12 * size);
        flx_work_destroy(w);
        flx_work_destroy(jets);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* ---- views ---- */

enum { WIDE = 40 };

/* The sum of the squares of t^-1 b, and its gradient with respect to everything t is a view of. */
static double squares(flx_tape *t, flx_array of, flx_array view, flx_triangle triangle, double *g)
{
    double right[WIDE * RIGHT];
    flx_array gradient;
    fill((size_t)view.rows * RIGHT, right, 30);
    const flx_array b = flx_array_constant(t, RIGHT, view.rows, right);
    const flx_array x = flx_array_solve_triangular(view, flx_array_transpose(b), triangle);
    const flx_var y = flx_array_sum(flx_array_mul(x, x), FLX_ALL).first;
    cr_assert_eq(flx_grad_array(y, of, &gradient, 0), FLX_OK);
    cr_assert_eq(flx_array_peek(gradient, g), FLX_OK);
    return flx_peek(y);
}

/* Transposed, and every second row and third column of something larger. */
Test(solve_sizes, views_with_any_strides)
{
    static double a[WIDE * WIDE], turned[WIDE * WIDE], large[6 * WIDE * WIDE];
    static double g[WIDE * WIDE], back[WIDE * WIDE], spread[6 * WIDE * WIDE];
    for (int upper = 0; upper < 2; upper++) {
        flx_tape *t = new_tape();
        const flx_triangle triangle = upper ? FLX_UPPER : FLX_LOWER;
        fill_triangle(WIDE, a, upper, 1.0);
        for (size_t i = 0; i < WIDE; i++) {
            for (size_t j = 0; j < WIDE; j++) {
                turned[j * WIDE + i] = a[i * WIDE + j];
                large[2 * i * 3 * WIDE + 3 * j] = a[i * WIDE + j];
            }
        }
        const flx_array m = flx_array_variable(t, WIDE, WIDE, a);
        const flx_array v = flx_array_variable(t, WIDE, WIDE, turned);
        const flx_array w = flx_array_variable(t, 2 * WIDE, 3 * WIDE, large);
        const double y = squares(t, m, m, triangle, g);
        const double same[2] = {
            squares(t, v, flx_array_transpose(v), triangle, back),
            squares(t, w, flx_array_slice(w, 0, 0, WIDE, WIDE, 2, 3), triangle, spread)};
        cr_expect(fabs(y - same[0]) <= 1e-13 * y && fabs(y - same[1]) <= 1e-13 * y);
        for (size_t i = 0; i < WIDE; i++) {
            for (size_t j = 0; j < WIDE; j++) {
                const double want = g[i * WIDE + j];
                cr_expect(fabs(back[j * WIDE + i] - want) <= 1e-12 * y);
                cr_expect(fabs(spread[2 * i * 3 * WIDE + 3 * j] - want) <= 1e-12 * y);
                if ((j > i) != upper && i != j) cr_expect_eq(want, 0.0, "never read");
            }
        }
        flx_tape_destroy(t);
    }
}

/* Element (i, j) is c[n - 1 + j - i]: what a diagonal repeats gains what all of it would. */
Test(solve_sizes, repeated_elements)
{
    enum { LINE = 2 * WIDE - 1 };
    static double a[WIDE * WIDE], g[WIDE * WIDE], c[LINE], gc[LINE], want[LINE];
    flx_tape *t = new_tape();
    fill(LINE, c, 40);
    for (size_t k = 0; k < LINE; k++) c[k] = k == WIDE - 1 ? 3.0 : c[k] / WIDE;
    for (size_t k = 0; k < WIDE * WIDE; k++) a[k] = c[WIDE - 1 + k % WIDE - k / WIDE];
    const flx_array line = flx_array_variable(t, 1, LINE, c);
    flx_array view = flx_array_slice(line, 0, WIDE - 1, 1, WIDE, 1, 1);
    view.rows = WIDE;
    view.row_stride = -1;
    const flx_array m = flx_array_variable(t, WIDE, WIDE, a);
    const double y = squares(t, m, m, FLX_LOWER, g), same = squares(t, line, view, FLX_LOWER, gc);
    cr_expect(fabs(y - same) <= 1e-13 * y);
    for (size_t k = 0; k < WIDE * WIDE; k++) want[WIDE - 1 + k % WIDE - k / WIDE] += g[k];
    for (size_t k = 0; k < LINE; k++)
        cr_expect(fabs(gc[k] - want[k]) <= 1e-12 * y, "%zu: %g, %g", k, gc[k], want[k]);
    flx_tape_destroy(t);
}

/* ---- what is not finite ---- */

/* An infinite entry of the last row, which nothing depends on: adjoints of zero hide it. */
Test(solve_sizes, zeros_hide_what_is_not_finite)
{
    static double a[WIDE * WIDE], b[WIDE * RIGHT], g[2][WIDE * WIDE], x[WIDE * RIGHT];
    fill(WIDE * RIGHT, b, 50);
    for (int infinite = 0; infinite < 2; infinite++) {
        flx_tape *t = new_tape();
        flx_array gradient;
        fill_triangle(WIDE, a, 0, NAN);
        if (infinite) a[(WIDE - 1) * WIDE + 3] = INFINITY;
        const flx_array m = flx_array_variable(t, WIDE, WIDE, a);
        const flx_array s =
            flx_array_solve_triangular(m, flx_array_constant(t, WIDE, RIGHT, b), FLX_LOWER);
        const flx_array first = flx_array_slice(s, 0, 0, WIDE - 1, RIGHT, 1, 1);
        const flx_var y = flx_array_sum(flx_array_mul(first, first), FLX_ALL).first;
        cr_assert_eq(flx_array_peek(s, x), FLX_OK);
        for (size_t k = 0; k < WIDE * RIGHT; k++)
            cr_expect_eq(isfinite(x[k]) != 0, !infinite || k < (WIDE - 1) * RIGHT);
        cr_assert_eq(flx_grad_array(y, m, &gradient, 0), FLX_OK);
        cr_assert_eq(flx_array_peek(gradient, g[infinite]), FLX_OK);
        flx_tape_destroy(t);
    }
    for (size_t k = 0; k < WIDE * WIDE; k++)
        cr_expect(fabs(g[1][k] - g[0][k]) <= 1e-13, "%zu: %g, %g", k, g[1][k], g[0][k]);
}

/* Of an upper triangle the adjoint of zero stands on the other side of the product. */
Test(solve_sizes, zeros_hide_what_is_not_finite_above_too)
{
    static double a[WIDE * WIDE], b[WIDE * RIGHT], g[2][WIDE * WIDE];
    fill(WIDE * RIGHT, b, 51);
    for (int infinite = 0; infinite < 2; infinite++) {
        flx_tape *t = new_tape();
        flx_array gradient;
        fill_triangle(WIDE, a, 1, (double)NAN);
        if (infinite) a[3] = (double)INFINITY;
        const flx_array m = flx_array_variable(t, WIDE, WIDE, a);
        const flx_array s =
            flx_array_solve_triangular(m, flx_array_constant(t, WIDE, RIGHT, b), FLX_UPPER);
        const flx_array rest = flx_array_slice(s, 1, 0, WIDE - 1, RIGHT, 1, 1);
        const flx_var y = flx_array_sum(flx_array_mul(rest, rest), FLX_ALL).first;
        cr_expect_eq(isfinite(flx_peek(s.first)) != 0, !infinite);
        cr_assert_eq(flx_grad_array(y, m, &gradient, 0), FLX_OK);
        cr_assert_eq(flx_array_peek(gradient, g[infinite]), FLX_OK);
        /* and where it is not zero, there is no hiding: d/da00 is less x00 times what it was given */
        const flx_var first = flx_array_at(s, 0, 0);
        if (infinite) {
            cr_assert_eq(flx_grad_array(first, m, &gradient, 0), FLX_OK);
            cr_expect_eq(flx_peek(gradient.first), -flx_peek(first) / a[0]);
        }
        flx_tape_destroy(t);
    }
    for (size_t k = 0; k < WIDE * WIDE; k++)
        cr_expect(fabs(g[1][k] - g[0][k]) <= 1e-13, "%zu: %g, %g", k, g[1][k], g[0][k]);
}

/* Values hide nothing: what depends on an entry that is not finite is not finite, the rest is. */
Test(solve_sizes, factors_of_what_is_not_finite)
{
    static double a[WIDE * WIDE], l[WIDE * WIDE];
    const double bad[2] = {NAN, INFINITY};
    for (int k = 0; k < 2; k++) {
        flx_tape *t = new_tape();
        fill_positive(WIDE, a, 60);
        a[30 * WIDE + 20] = bad[k];
        const flx_array m = flx_array_variable(t, WIDE, WIDE, a);
        cr_assert_eq(flx_array_peek(flx_array_cholesky(m), l), FLX_OK);
        for (size_t i = 0; i < WIDE; i++)
            for (size_t j = 0; j <= i; j++)
                cr_expect_eq(isfinite(l[i * WIDE + j]) != 0, i < 30 || j < (i == 30 ? 20 : 30),
                             "row %zu, column %zu: %g", i, j, l[i * WIDE + j]);
        cr_expect(!isfinite(flx_peek(flx_array_det(m))));
        flx_tape_destroy(t);
    }
}
