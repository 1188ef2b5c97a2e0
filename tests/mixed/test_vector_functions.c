/* Functions of arrays by vectors, where a tape asks for it: near the truth, the same bits in every mode,
 * wherever an element lies, and the numbers, derivatives and flags of libm's at odd points. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "array_functions.h"
#include "program/planes.h"
#include "program/program.h"
#include "reverse/rows.h"
#include "reference.h"

enum { MOST = 8192 };

static flx_tape *tape(int vectors)
{
    const flx_tape_options options = {.vector_functions = vectors};
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    return t;
}

/* A function of one row of n elements, or of two, as a program. */
typedef struct function {
    const char *name;
    flx_array (*unary)(flx_array x);
    flx_array (*binary)(flx_array x, flx_array y);
} function;

static flx_program *make(const function *s, size_t n, const double *x, int vectors, double *y)
{
    static flx_var in[2 * MOST], out[MOST];
    flx_program *f;
    flx_tape *t = tape(vectors);
    const size_t rows = s->unary ? 1 : 2;
    const flx_array a = flx_array_variable(t, rows, n, x);
    const flx_array z =
        s->unary ? s->unary(a) : s->binary(flx_array_row(a, 0), flx_array_row(a, 1));
    cr_assert_eq(flx_array_peek(z, y), FLX_OK);
    for (size_t k = 0; k < rows * n; k++) in[k] = flx_array_at(a, k / n, k % n);
    for (size_t k = 0; k < n; k++) out[k] = flx_array_at(z, 0, k);
    cr_assert_eq(flx_freeze(t, rows * n, in, n, out, FLX_KEEP_ALL, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

/* ---- near the truth ---- */

Test(vector_functions, values_are_within_one_and_a_half_ulp)
{
    static double x[MOST], y[MOST], by_libm[MOST];
    size_t tables = 0, different = 0;
    for (size_t k = 0; k < array_unary_count; k++) {
        const function s = {array_unaries[k].name, array_unaries[k].array, NULL};
        ref_table table = ref_load(s.name, 1, 10);
        ref_worst worst = {0};
        if (table.count == 0) continue;
        cr_assert(table.count <= MOST);
        for (size_t i = 0; i < table.count; i++) x[i] = table.point[i].x[0];
        flx_program_release(make(&s, table.count, x, 1, y));
        flx_program_release(make(&s, table.count, x, 0, by_libm));
        for (size_t i = 0; i < table.count; i++) {
            const long double *c = table.point[i].c, sharp = 1.5L * ref_ulp(c[0]);
            const int same = ref_same(y[i], by_libm[i]);
            different += !same;
            ref_measure(&worst, x[i], 0.0, y[i], c[0],
                        same ? ref_allowed_low(s.name, 0, x[i], c) : sharp, 4.0);
        }
        REF_EXPECT(&worst, "vectors", s.name, "value");
        tables++;
        ref_free(&table);
    }
    cr_expect(tables > 30);
    if (!flx_op_is_inexact(OP_exp) || !flx_isa_is_available(FLX_ISA_AVX2)) return;
    cr_expect(different > 100, "%zu values are not libm's", different);
    setenv("FLX_ISA", "base", 1);
    for (size_t i = 0; i < MOST; i++) x[i] = (double)i / 1024.0;
    const function exponential = {"exp", flx_array_exp, NULL};
    flx_program_release(make(&exponential, MOST, x, 1, y));
    for (size_t i = 0; i < MOST; i++) cr_assert(ref_same(y[i], exp(x[i])), "exp(%a)", x[i]);
}

/* ---- odd points ---- */

static const double odd[] = {0.0,     -0.0,     5e-324,  -5e-324, 0x1p-1022, -0x1p-1022,
                             1e-300,  1e-20,    -1e-20,  0.25,    -0.25,     0.5,
                             0.75,    1.0,      -1.0,    1.5,     2.0,       -2.0,
                             3.0,     27.0,     -40.0,   63.9,    64.5,      700.0,
                             -700.0,  708.5,    709.5,   -708.5,  710.0,     -745.0,
                             745.0,   1023.5,   -1074.0, 1e10,    -1e15,     0x1p53,
                             1e22,    -1e100,   0x1p501, 1e300,   -1e300,    0x1.fffffffffffffp1023,
                             REF_INF, -REF_INF, REF_NAN};
enum { ODD = sizeof odd / sizeof *odd };

/* The same kind of number (a zero with its sign, an infinity, NaN) or, in the middle, one near it. */
static int agrees(double got, double want)
{
    if (ref_same(got, want)) return 1;
    if (got != got || want != want || isinf(want) || isinf(got) || got == 0.0 || want == 0.0)
        return 0;
    return fabs(got - want) <= 8e-15 * fabs(want) + 1e-323;
}

/* Values, derivatives and flags of vectors' and of libm's program at one point. */
static void expect_agreement(const function *s, flx_program *const f[2], size_t n, const double *x)
{
    double y[2][2], g[2][4], weight[2] = {1.0, 1.0};
    flx_report report[2];
    for (int k = 0; k < 2; k++) {
        flx_work *w;
        cr_assert_eq(flx_work_create(f[k], FLX_WORK_FIRST, 1, &w), FLX_OK);
        cr_expect_eq(flx_eval(f[k], w, x, y[k], NULL), FLX_OK);
        cr_expect_eq(flx_vjp(f[k], w, x, weight, g[k], &report[k]), FLX_OK);
        flx_work_destroy(w);
    }
    for (size_t k = 0; k < 2; k++)
        cr_expect(agrees(y[0][k], y[1][k]), "%s(%a, ...): %a for %a", s->name, x[k], y[0][k],
                  y[1][k]);
    for (size_t k = 0; k < n; k++)
        cr_expect(agrees(g[0][k], g[1][k]), "%s'(%a, ...): %a for %a", s->name, x[k], g[0][k],
                  g[1][k]);
    cr_expect_eq(report[0].flags, report[1].flags, "%s at %a: %x for %x", s->name, x[0],
                 report[0].flags, report[1].flags);
}

static void expect_odd(const function *s)
{
    const size_t n = s->unary ? 2 : 4, others = s->unary ? 1 : ODD;
    double x[4] = {0.5, 0.5, 0.5, 0.5}, y[2];
    flx_program *const f[2] = {make(s, 2, x, 1, y), make(s, 2, x, 0, y)};
    for (size_t i = 0; i < ODD; i++) {
        for (size_t j = 0; j < others; j++) {
            x[0] = odd[i];
            if (others > 1) x[2] = odd[j];
            expect_agreement(s, f, n, x);
        }
    }
    for (int k = 0; k < 2; k++) flx_program_release(f[k]);
}

Test(vector_functions, odd_points)
{
    for (size_t k = 0; k < array_unary_count; k++)
        expect_odd(&(function){array_unaries[k].name, array_unaries[k].array, NULL});
    for (size_t k = 0; k < array_binary_count; k++)
        expect_odd(&(function){array_binaries[k].name, NULL, array_binaries[k].array});
}

/* ---- bits ---- */

Test(vector_functions, bits_of_an_element_do_not_depend_on_its_place)
{
    static const size_t sizes[] = {2, 7, 16, 17, 33};
    double x[2 * 33], y[33], alone[33];
    for (size_t k = 0; k < array_unary_count + array_binary_count; k++) {
        const int two = k >= array_unary_count;
        const size_t at = two ? k - array_unary_count : k;
        const function s = two ? (function){array_binaries[at].name, NULL, array_binaries[at].array}
                               : (function){array_unaries[at].name, array_unaries[at].array, NULL};
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            const size_t n = sizes[j];
            for (size_t i = 0; i < n; i++) {
                const double one[2] = {0.1 + 0.8 * (double)i / 33.0, 0.9 - (double)i / 40.0};
                x[i] = one[0];
                x[n + i] = one[1];
                flx_program_release(make(&s, 1, one, 1, &alone[i]));
            }
            flx_program_release(make(&s, n, x, 1, y));
            for (size_t i = 0; i < n; i++)
                cr_expect(ref_same(y[i], alone[i]), "%s, element %zu of %zu", s.name, i, n);
        }
    }
}

static void expect_same_by(const function *s, const double *x)
{
    double y[2][ODD];
    for (int k = 0; k < 2; k++) {
        setenv("FLX_ISA", k ? "avx512" : "avx2", 1);
        flx_program_release(make(s, ODD, x, 1, y[k]));
    }
    for (size_t i = 0; i < ODD; i++)
        cr_expect(ref_same(y[0][i], y[1][i]), "%s(%a, %a)", s->name, x[i], x[ODD + i]);
}

Test(vector_functions, avx2_and_avx512_have_the_same_bits)
{
    double x[2 * ODD];
    if (!flx_isa_is_available(FLX_ISA_AVX512)) return;
    for (size_t turn = 0; turn < 8; turn++) {
        for (size_t i = 0; i < ODD; i++) {
            x[i] = turn ? odd[i] * (1.0 + 0x1p-9 * (double)(turn * i)) : odd[i];
            x[ODD + i] = odd[(i * 7 + turn) % ODD];
        }
        for (size_t k = 0; k < array_unary_count; k++)
            expect_same_by(&(function){array_unaries[k].name, array_unaries[k].array, NULL}, x);
        for (size_t k = 0; k < array_binary_count; k++)
            expect_same_by(&(function){array_binaries[k].name, NULL, array_binaries[k].array}, x);
    }
}

static void expect_value(const flx_program *f, flx_work *w, const double *want, size_t n,
                         const char *name, const char *mode)
{
    double y[64];
    cr_assert_eq(flx_eval(f, w, NULL, y, NULL), FLX_OK); /* at the point that is set */
    for (size_t k = 0; k < n; k++)
        cr_expect(ref_same(y[k], want[k]), "%s by %s: %a for %a", name, mode, y[k], want[k]);
}

/* The values that every mode finds on its way are the tape's. */
static void expect_modes(const function *s)
{
    enum { N = 19 };
    static double plane[4][4 * N + 64];
    double x[2 * N], y[N], dir[8 * 2 * N], out[8 * 2 * N], weight[N];
    flx_work *w, *j;
    const size_t n = s->unary ? N : 2 * N;
    for (size_t k = 0; k < 2 * N; k++) x[k] = 0.1 + 0.8 * (double)k / (2.0 * N);
    for (size_t k = 0; k < 16 * N; k++) dir[k] = (double)(k % 5) - 1.0;
    for (size_t k = 0; k < N; k++) weight[k] = 1.0;
    flx_program *f = make(s, N, x, 1, y);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 8, &w), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 1, &j), FLX_OK);
    cr_expect_eq(flx_set_point(f, w, x, NULL), FLX_OK);
    expect_value(f, w, y, N, s->name, "replay");
    cr_expect_eq(flx_jvp(f, w, x, dir, out, NULL), FLX_OK);
    expect_value(f, w, y, N, s->name, "duals");
    cr_expect_eq(flx_jvps(f, w, x, 8, dir, out, NULL), FLX_OK);
    expect_value(f, w, y, N, s->name, "eight directions");
    cr_expect_eq(flx_jvps(f, w, x, 4, dir, out, NULL), FLX_OK);
    expect_value(f, w, y, N, s->name, "four directions");
    cr_expect_eq(flx_hvp(f, w, x, dir, weight, out, NULL), FLX_OK);
    expect_value(f, w, y, N, s->name, "forward over reverse");
    double series[2 * N], path[4 * N] = {0.0};
    memcpy(path, x, n * sizeof *x);
    cr_expect_eq(flx_jet(f, j, 1, path, series, NULL), FLX_OK);
    for (size_t k = 0; k < N; k++)
        cr_expect(ref_same(series[k], y[k]), "%s by jets: %a for %a", s->name, series[k], y[k]);
    cr_assert(f->slots <= 4 * N + 64);
    for (int which = 0; which < 2; which++) {
        memset(plane, 0, sizeof plane);
        for (size_t k = 0; k < f->constants; k++)
            plane[0][f->constant[k].slot] = f->constant[k].value;
        for (size_t k = 0; k < n; k++) plane[0][f->input[k]] = x[k];
        if (which)
            flx_forward_hyperdual(&f->code,
                                  (flx_hyperdual_plane){plane[0], plane[1], plane[2], plane[3]});
        else flx_forward_ddual(&f->code, (flx_ddual_plane){plane[0], plane[1], plane[2], plane[3]});
        for (size_t k = 0; k < N; k++)
            cr_expect(ref_same(plane[0][f->output[k]], y[k]), "%s by second derivatives", s->name);
    }
    flx_work_destroy(w);
    flx_work_destroy(j);
    flx_program_release(f);
}

Test(vector_functions, every_mode_has_the_same_values)
{
    for (size_t k = 0; k < array_unary_count; k++)
        expect_modes(&(function){array_unaries[k].name, array_unaries[k].array, NULL});
    for (size_t k = 0; k < array_binary_count; k++)
        expect_modes(&(function){array_binaries[k].name, NULL, array_binaries[k].array});
}

/* ---- wherever an element lies ---- */

/* The functions of all elements of x, and of x and y, are those of the elements of whole runs. */
static void expect_elements(flx_array x, flx_array y, const char *what)
{
    const size_t n = (size_t)x.rows * x.cols;
    static double at[2][MOST], got[MOST], want[MOST];
    flx_tape *t = tape(1);
    cr_assert_eq(flx_array_peek(x, at[0]), FLX_OK);
    cr_assert_eq(flx_array_peek(y, at[1]), FLX_OK);
    const flx_array u = flx_array_variable(t, 1, n, at[0]), v = flx_array_variable(t, 1, n, at[1]);
    cr_assert_eq(flx_array_peek(flx_array_exp(x), got), FLX_OK);
    cr_assert_eq(flx_array_peek(flx_array_exp(u), want), FLX_OK);
    for (size_t k = 0; k < n; k++) cr_expect(ref_same(got[k], want[k]), "exp of %s, %zu", what, k);
    cr_assert_eq(flx_array_peek(flx_array_pow(x, y), got), FLX_OK);
    cr_assert_eq(flx_array_peek(flx_array_pow(u, v), want), FLX_OK);
    for (size_t k = 0; k < n; k++) cr_expect(ref_same(got[k], want[k]), "pow of %s, %zu", what, k);
    flx_tape_destroy(t);
}

Test(vector_functions, elements_have_the_same_bits_wherever_they_lie)
{
    enum { SIDE = 37 };
    static double at[SIDE * SIDE];
    for (size_t k = 0; k < SIDE * SIDE; k++) at[k] = 0.1 + (double)(k * 7919 % 1009) / 256.0;
    flx_tape *t = tape(1);
    const flx_array x = flx_array_variable(t, SIDE, SIDE, at), turned = flx_array_transpose(x);
    expect_elements(x, turned, "a matrix and its transposed one");
    expect_elements(turned, x, "a transposed matrix and itself");
    expect_elements(flx_array_slice(x, 0, 1, SIDE, 18, 1, 2),
                    flx_array_slice(x, 0, 0, SIDE, 18, 1, 2), "every other column");
    expect_elements(flx_array_slice(turned, 1, 0, 18, 20, 2, 1),
                    flx_array_slice(x, 0, 3, 18, 20, 1, 1), "some columns and some rows");
    flx_tape_destroy(t);
}

/* ---- what is derived has what the program has ---- */

/* Derivatives of x^y of all orders up to two, by recorded gradients. */
Test(vector_functions, recorded_derivatives_of_powers)
{
    enum { N = 40 };
    double x[N], y[N], got[N];
    flx_tape *t = tape(1);
    for (size_t k = 0; k < N; k++) x[k] = 0.3 + (double)k / 16.0;
    for (size_t k = 0; k < N; k++) y[k] = 2.6 - (double)(k * 7 % N) / 16.0;
    const flx_array in[2] = {flx_array_variable(t, 1, N, x), flx_array_variable(t, 1, N, y)};
    const flx_var sum = flx_array_at(flx_array_sum(flx_array_pow(in[0], in[1]), FLX_ALL), 0, 0);
    for (int first = 0; first < 2; first++) {
        flx_array g, h;
        cr_assert_eq(flx_grad_array(sum, in[first], &g, FLX_CREATE_GRAPH), FLX_OK);
        const flx_var all = flx_array_at(flx_array_sum(g, FLX_ALL), 0, 0);
        for (int second = 0; second < 3; second++) { /* 2: of the first order */
            if (second < 2)
                cr_assert_eq(flx_grad_array(all, in[second], &h, FLX_CREATE_GRAPH), FLX_OK);
            cr_assert_eq(flx_array_peek(second < 2 ? h : g, got), FLX_OK);
            for (size_t k = 0; k < N; k++) {
                const long double a = x[k], b = y[k], l = logl(a), p = powl(a, b);
                const long double of_x = b * p / a, of_y = p * l;
                const long double mixed = (b * l + 1.0L) * p / a;
                const long double want = second == 2       ? (first ? of_y : of_x)
                                         : first != second ? mixed
                                         : first           ? of_y * l
                                                           : of_x * (b - 1.0L) / a;
                const long double size =
                    (1.0L + fabsl(b * l)) * p / (first + second == 0 ? a * a : a);
                cr_expect(fabsl(got[k] - want) <= 4e-15L * (size + fabsl(want)),
                          "%d, %d, %zu: %g for %Lg", first, second, k, got[k], want);
            }
        }
    }
    flx_tape_destroy(t);
}

Test(vector_functions, recorded_gradients_and_inner_programs_keep_the_choice)
{
    enum { N = 21 };
    double x[N], y, again, g[N], hv[N], hv_by_tape[N], dir[N];
    flx_var in[N];
    flx_program *f, *outer;
    flx_work *w;
    for (size_t k = 0; k < N; k++) x[k] = 0.3 + (double)k / 7.0;
    for (size_t k = 0; k < N; k++) dir[k] = 1.0 - (double)(k % 3);
    flx_tape *t = tape(1);
    flx_array a = flx_array_variable(t, 1, N, x);
    flx_var z = flx_array_at(flx_array_logsumexp_along(flx_array_sin(a), FLX_ALL), 0, 0);
    const double by_tape = flx_peek(z);
    for (size_t k = 0; k < N; k++) in[k] = flx_array_at(a, 0, k);
    cr_assert_eq(flx_freeze(t, N, in, 1, &z, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 1, &w), FLX_OK);
    cr_expect_eq(flx_gradient(f, w, x, &y, g, NULL), FLX_OK);
    cr_expect(ref_same(y, by_tape));
    cr_expect_eq(flx_hvp(f, w, x, dir, NULL, hv, NULL), FLX_OK);
    cr_expect_eq(flx_hvp_double_backprop(f, w, x, dir, NULL, hv_by_tape, NULL), FLX_OK);
    for (size_t k = 0; k < N; k++)
        cr_expect(fabs(hv[k] - hv_by_tape[k]) <= 1e-13, "%g and %g", hv[k], hv_by_tape[k]);
    t = tape(0); /* a tape of libm's functions that calls the program */
    for (size_t k = 0; k < N; k++) in[k] = flx_variable(t, x[k]);
    cr_assert_eq(flx_call_scalars(f, in, &z), FLX_OK);
    cr_expect(ref_same(flx_peek(z), by_tape));
    cr_assert_eq(flx_freeze(t, N, in, 1, &z, 0, &outer, NULL), FLX_OK);
    flx_tape_destroy(t);
    flx_work_destroy(w);
    cr_assert_eq(flx_work_create(outer, FLX_WORK_FIRST, 1, &w), FLX_OK);
    cr_expect_eq(flx_gradient(outer, w, x, &again, hv, NULL), FLX_OK);
    cr_expect(ref_same(again, by_tape));
    for (size_t k = 0; k < N; k++) cr_expect(fabs(hv[k] - g[k]) <= 1e-14);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_program_release(outer);
}
