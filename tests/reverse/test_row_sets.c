/* Loops over rows of arrays: the same bits by every instruction set, for values, derivatives and what is
 * seen of delicate points. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "reverse/flags.h"
#include "reverse/rows.h"
#include "row_forms.h"

enum { OPERANDS = 6, MOST = 4096 };

/* What a set computes. */
typedef struct results {
    size_t count;
    double number[MOST];
    unsigned flags;
} results;

static flx_tape *tape_by(flx_isa isa)
{
    flx_tape *t = NULL;
    setenv("FLX_ISA", flx_isa_name(isa), 1);
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static int same(double a, double b) { return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0; }

static void expect_same(const results *a, const results *b, const char *what, flx_isa isa)
{
    cr_assert_eq(a->count, b->count);
    for (size_t k = 0; k < a->count; k++)
        cr_assert(same(a->number[k], b->number[k]), "%s, number %zu by %s: %a and %a", what, k,
                  flx_isa_name(isa), a->number[k], b->number[k]);
    cr_expect_eq(a->flags, b->flags, "%s by %s: flags %x and %x", what, flx_isa_name(isa), a->flags,
                 b->flags);
}

/* Numbers of all kinds, where odd ones are wanted. */
static double number(size_t k, int odd)
{
    static const double special[] = {0.0,    -0.0, 5e-324,   -0x1p-1022, 1e308,
                                     -1e308, NAN,  INFINITY, -INFINITY};
    const size_t count = sizeof special / sizeof *special;
    if (odd && k % 5 == 2) return special[k / 5 % count];
    return ((double)(k * 7919 % 1009) - 300.0) / 256.0;
}

/* Operands of all shapes that go with rows x cols, as views of one run of inputs. */
typedef struct operands {
    flx_array x[OPERANDS], pool;
} operands;

static operands make_operands(flx_tape *t, size_t rows, size_t cols, int odd)
{
    const size_t n = 2 * rows + 2, m = 2 * cols + 2;
    operands o;
    double *values = malloc(n * m * sizeof *values);
    for (size_t k = 0; k < n * m; k++) values[k] = number(k, odd);
    o.pool = flx_array_variable(t, n, m, values);
    free(values);
    const flx_array whole = flx_array_copy(flx_array_slice(o.pool, 0, 0, rows, cols, 1, 1));
    o.x[0] = whole;
    o.x[1] = flx_array_slice(o.pool, 1, 1, rows, cols, 1, 1);
    o.x[2] = flx_array_slice(o.pool, 0, 1, rows, cols, 2, 2);
    o.x[3] = flx_array_slice(o.pool, 0, 0, rows, 1, 1, 1);
    o.x[4] = flx_array_slice(o.pool, 1, 0, 1, cols, 1, 1);
    o.x[5] = flx_array_slice(o.pool, 1, 1, 1, 1, 1, 1);
    return o;
}

static flx_array sum_all(flx_array x, flx_array y) { return (void)y, flx_array_sum(x, FLX_ALL); }
static flx_array sum_rows(flx_array x, flx_array y) { return (void)y, flx_array_sum(x, FLX_ROWS); }
static flx_array sum_cols(flx_array x, flx_array y) { return (void)y, flx_array_sum(x, FLX_COLS); }
static flx_array largest(flx_array x, flx_array y) { return (void)y, flx_array_max(x, FLX_ALL); }
static flx_array most_at(flx_array x, flx_array y)
{
    return (void)y, flx_array_argmax(x, FLX_COLS);
}
static flx_array least_at(flx_array x, flx_array y)
{
    return (void)y, flx_array_argmin(x, FLX_ROWS);
}
static flx_array lse(flx_array x, flx_array y)
{
    return (void)y, flx_array_logsumexp_along(x, FLX_ROWS);
}
static flx_array softmax(flx_array x, flx_array y)
{
    return (void)y, flx_array_softmax(x, FLX_ALL);
}
static flx_array dot(flx_array x, flx_array y)
{
    return x.rows == y.rows && x.cols == y.cols ? flx_array_dot_along(x, y, FLX_COLS) : x;
}

/* Products of an operand with itself. */
static flx_array norm(flx_array x, flx_array y)
{
    return (void)y, flx_array_dot_along(x, x, FLX_ROWS);
}

/* A recorded gradient, of products of which both factors are variables. */
static flx_array slope(flx_array x, flx_array y)
{
    flx_array g = x;
    (void)y;
    const flx_var sum = flx_array_dot(flx_array_square(x), flx_array_add(x, number_of(0.5)));
    flx_grad_array(sum, x, &g, FLX_CREATE_GRAPH);
    return g;
}

static const struct {
    const char *name;
    row_form *f;
} forms[] = {{"add", flx_array_add},    {"sub", flx_array_sub},
             {"mul", flx_array_mul},    {"div", flx_array_div},
             {"+ c", row_addc},         {"c -", row_csub},
             {"* c", row_mulc},         {"/ c", row_divc},
             {"c /", row_cdiv},         {"neg", row_neg},
             {"square", row_square},    {"copy", row_copy},
             {"exp", row_exp},          {"sum of all", sum_all},
             {"sum of rows", sum_rows}, {"sum of columns", sum_cols},
             {"max", largest},          {"argmax", most_at},
             {"argmin", least_at},      {"logsumexp", lse},
             {"softmax", softmax},      {"dot", dot},
             {"slope", slope},          {"norm", norm}};
enum { FORMS = sizeof forms / sizeof *forms };

static void take(results *r, size_t n, const double *x)
{
    cr_assert(r->count + n <= MOST);
    memcpy(r->number + r->count, x, n * sizeof *x);
    r->count += n;
}

/* Values while recording, values and weighted sums of derivatives by replay, and a Hessian-vector
 * product. */
static void compute(flx_isa isa, size_t form_index, size_t rows, size_t cols, size_t left,
                    size_t right, int odd, results *r)
{
    double y[MOST], x[MOST], g[MOST], dir[MOST], weight[MOST];
    flx_var in[MOST], out[MOST];
    flx_tape *t = tape_by(isa);
    flx_program *f;
    flx_work *w;
    flx_report report;
    const operands o = make_operands(t, rows, cols, odd);
    const flx_array z = forms[form_index].f(o.x[left], o.x[right]);
    const size_t n = (size_t)o.pool.rows * o.pool.cols, m = (size_t)z.rows * z.cols;
    cr_assert(n <= MOST && m <= MOST && m > 0);
    *r = (results){0};
    cr_assert_eq(flx_array_peek(z, y), FLX_OK);
    cr_assert_eq(flx_array_peek(o.pool, x), FLX_OK);
    take(r, m, y);
    for (size_t k = 0; k < n; k++) in[k] = flx_array_at(o.pool, k / o.pool.cols, k % o.pool.cols);
    for (size_t k = 0; k < m; k++) out[k] = flx_array_at(z, k / z.cols, k % z.cols);
    for (size_t k = 0; k < n; k++) dir[k] = 0.25 + (double)(k % 3);
    for (size_t k = 0; k < m; k++) weight[k] = k % 4 == 3 ? 0.0 : 0.5 + (double)(k % 5);
    cr_assert_eq(flx_freeze(t, n, in, m, out, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 1, &w), FLX_OK);
    cr_assert_eq(flx_eval(f, w, x, y, &report), FLX_OK);
    take(r, m, y);
    r->flags |= report.flags;
    cr_assert_eq(flx_vjp(f, w, x, weight, g, &report), FLX_OK);
    take(r, n, g);
    r->flags |= report.flags;
    cr_assert_eq(flx_hvp(f, w, x, weight, dir, g, &report), FLX_OK);
    take(r, n, g);
    r->flags |= report.flags;
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

static void compare(size_t form_index, size_t rows, size_t cols, int odd)
{
    static results base, other;
    for (size_t left = 0; left < OPERANDS; left++) {
        for (size_t right = 0; right < (form_index < 4 ? OPERANDS : 1); right++) {
            compute(FLX_ISA_BASE, form_index, rows, cols, left, right, odd, &base);
            for (int isa = FLX_ISA_AVX2; isa <= (int)FLX_ISA_AVX512; isa++) {
                if (!flx_isa_is_available((flx_isa)isa)) continue;
                compute((flx_isa)isa, form_index, rows, cols, left, right, odd, &other);
                expect_same(&base, &other, forms[form_index].name, (flx_isa)isa);
            }
        }
    }
}

Test(row_sets, sets_have_the_same_bits)
{
    static const size_t shapes[][2] = {{1, 1}, {1, 7}, {3, 5}, {2, 16}, {1, 67}, {9, 1}, {19, 9}};
    for (size_t f = 0; f < FORMS; f++)
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
            for (int odd = 0; odd < 2; odd++) compare(f, shapes[s][0], shapes[s][1], odd);
}

/* ---- delicate points ---- */

static flx_array halves(flx_array x) { return flx_array_div(x, flx_array_sub(x, number_of(2.0))); }
static flx_array inverse(flx_array x)
{
    return flx_array_div(number_of(1.0), flx_array_sub(x, number_of(2.0)));
}
static flx_array power(flx_array x)
{
    return flx_array_pow(flx_array_sub(x, number_of(2.0)), number_of(0.5));
}
static flx_array larger(flx_array x) { return flx_array_fmax(x, number_of(2.0)); }
static flx_array clamped(flx_array x)
{
    return flx_array_clamp(x, number_of(-1.0), number_of(2.0));
}
static flx_array root(flx_array x) { return flx_array_sqrt(flx_array_sub(x, number_of(2.0))); }
static flx_array logarithm(flx_array x) { return flx_array_log(flx_array_sub(x, number_of(2.0))); }
static flx_array whole(flx_array x) { return flx_array_floor(x); }
static flx_array gamma_of(flx_array x)
{
    return flx_array_lgamma(flx_array_sub(x, number_of(2.0)));
}
static flx_array bessel(flx_array x) { return flx_array_yn(1, flx_array_sub(x, number_of(2.0))); }

/* Each is delicate at 2 and nowhere else between 2.25 and 2.75. */
static const struct {
    flx_array (*f)(flx_array x);
    unsigned flag;
} delicate[] = {{halves, FLX_FLAG_POLE},    {inverse, FLX_FLAG_POLE}, {power, FLX_FLAG_POLE},
                {larger, FLX_FLAG_TIE},     {clamped, FLX_FLAG_TIE},  {root, FLX_FLAG_POLE},
                {logarithm, FLX_FLAG_POLE}, {whole, FLX_FLAG_JUMP},   {gamma_of, FLX_FLAG_POLE},
                {bessel, FLX_FLAG_POLE}};

/* The flags of a gradient where one of the elements, or (n) none, is 2. */
static void expect_flag(size_t which, flx_isa isa, size_t rows, size_t cols, int transposed)
{
    const size_t n = rows * cols;
    double x[MOST], g[MOST], y;
    flx_var in[MOST];
    flx_tape *t = tape_by(isa);
    flx_program *f;
    flx_work *w;
    flx_report report;
    for (size_t k = 0; k < n; k++) x[k] = 2.25 + 0.5 * (double)k / (double)n;
    const flx_array given = flx_array_variable(t, rows, cols, x);
    const flx_array z = delicate[which].f(transposed ? flx_array_transpose(given) : given);
    for (size_t k = 0; k < n; k++) in[k] = flx_array_at(given, k / cols, k % cols);
    const flx_var sum = flx_array_at(flx_array_sum(z, FLX_ALL), 0, 0);
    cr_assert_eq(flx_freeze(t, n, in, 1, &sum, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 1, &w), FLX_OK);
    for (size_t k = 0; k <= n; k++) {
        if (k < n) x[k] = 2.0;
        cr_expect_eq(flx_gradient(f, w, x, &y, g, &report), FLX_OK);
        cr_expect_eq((report.flags & delicate[which].flag) != 0, k < n,
                     "%zu: element %zu of %zu by %s", which, k, n, flx_isa_name(isa));
        if (k < n) x[k] = 2.5;
    }
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(row_sets, delicate_elements_are_seen_wherever_they_are)
{
    for (int isa = FLX_ISA_BASE; isa <= (int)FLX_ISA_AVX512; isa++) {
        if (!flx_isa_is_available((flx_isa)isa)) continue;
        for (size_t k = 0; k < sizeof delicate / sizeof *delicate; k++) {
            expect_flag(k, (flx_isa)isa, 1, 1, 0);
            expect_flag(k, (flx_isa)isa, 1, 131, 0);
            expect_flag(k, (flx_isa)isa, 7, 9, 0);
            expect_flag(k, (flx_isa)isa, 7, 9, 1);
        }
    }
}

/* ---- the choice ---- */

Test(row_sets, set_that_is_not_there_is_an_error)
{
    flx_tape *t = (flx_tape *)&t;
    setenv("FLX_ISA", "none such", 1);
    cr_expect_eq(flx_tape_create(NULL, &t), FLX_EARG);
    cr_expect_null(t);
    setenv("FLX_ISA", "best", 1);
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    flx_tape_destroy(t);
}

Test(row_sets, index_of_the_largest_is_the_first_of_equal_ones_or_that_of_a_nan)
{
    double x[200], index;
    for (size_t n = 1; n <= 200; n += 13) {
        for (size_t at = 0; at < n; at++) {
            flx_tape *t = tape_by(FLX_ISA_BEST);
            for (size_t k = 0; k < n; k++)
                x[k] = at <= k ? 7.0 - (double)(k % 5 == 4) : (double)(k % 6);
            const double expected = (double)(at % 5 == 4 && at + 1 < n ? at + 1 : at);
            flx_array_peek(flx_array_argmax(flx_array_variable(t, 1, n, x), FLX_ALL), &index);
            cr_expect_eq(index, expected, "%zu of %zu: %g", at, n, index);
            for (size_t k = 0; k < n; k++) x[k] = -x[k];
            flx_array_peek(flx_array_argmin(flx_array_variable(t, n, 1, x), FLX_ALL), &index);
            cr_expect_eq(index, expected, "%zu of %zu: %g", at, n, index);
            x[at] = NAN;
            flx_array_peek(flx_array_argmax(flx_array_variable(t, 1, n, x), FLX_ALL), &index);
            cr_expect_eq(index, (double)at);
            flx_tape_destroy(t);
        }
    }
}

/* Functions by the sets that have them: the same bits by all of those, and libm's by the base. */
Test(row_sets, functions)
{
    enum { N = 300 };
    static double x[N], y[3][N];
    static const flx_isa isas[3] = {FLX_ISA_BASE, FLX_ISA_AVX2, FLX_ISA_AVX512};
    for (size_t k = 0; k < N; k++) x[k] = ((double)(k * 7919 % 1009) - 500.0) / 64.0;
    for (size_t j = 0; j < 3; j++) {
        if (!flx_isa_is_available(isas[j])) continue;
        flx_tape *t = tape_by(isas[j]);
        cr_assert_eq(flx_array_peek(flx_array_sin(flx_array_variable(t, 1, N, x)), y[j]), FLX_OK);
        for (size_t k = 0; k < N; k++) {
            if (j == 0) cr_expect_eq(y[j][k], sin(x[k]), "%a: %a", x[k], y[j][k]);
            if (j == 2) cr_expect_eq(y[j][k], y[1][k], "%a: %a, not %a", x[k], y[j][k], y[1][k]);
        }
        flx_tape_destroy(t);
    }
}

/* Whether all of some numbers are finite: each of them is looked at. */
Test(row_sets, finite_numbers)
{
    static const double bad[] = {INFINITY, -INFINITY, NAN};
    double x[70];
    for (size_t n = 1; n <= 70; n++) {
        for (size_t k = 0; k < n; k++) x[k] = number(k, 0) * 1e300;
        cr_expect(flx_all_finite(x, n), "%zu", n);
        for (size_t k = 0; k < n; k++) {
            const double was = x[k];
            x[k] = bad[k % 3];
            cr_expect(!flx_all_finite(x, n), "%zu of %zu", k, n);
            x[k] = was;
        }
    }
}

/* Copies are whole, write nothing beside, and tell whether all is finite. */
static void expect_copy(const flx_row_set *set, size_t n, double *x, int finite)
{
    enum { BESIDE = 20 };
    double to[70 + 2 * BESIDE];
    for (size_t k = 0; k < n + 2 * BESIDE; k++) to[k] = 7.0;
    cr_expect_eq(set->copy(to + BESIDE, x, n), finite, "%zu", n);
    cr_expect_eq(set->finite(x, n), finite, "%zu", n);
    cr_expect_eq(memcmp(to + BESIDE, x, n * sizeof *x), 0, "%zu", n);
    for (size_t k = 0; k < BESIDE; k++)
        cr_expect(to[k] == 7.0 && to[BESIDE + n + k] == 7.0, "%zu", n);
}

Test(row_sets, copies)
{
    static const flx_row_set *const sets[3] = {&flx_row_base, &flx_row_avx2, &flx_row_avx512};
    static const double bad[] = {INFINITY, -INFINITY, NAN};
    double x[70];
    for (size_t n = 0; n <= 70; n++) {
        for (int isa = 0; isa < 3; isa++) {
            if (!flx_isa_is_available((flx_isa)(FLX_ISA_BASE + isa))) continue;
            for (size_t k = 0; k < n; k++) x[k] = k % 7 ? number(k, 0) * 1e300 : -0.0;
            expect_copy(sets[isa], n, x, 1);
            for (size_t k = 0; k < n; k++) {
                const double was = x[k];
                x[k] = bad[k % 3];
                expect_copy(sets[isa], n, x, 0);
                x[k] = was;
            }
        }
    }
}
