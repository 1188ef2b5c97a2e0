/* Jets of programs run the kernels of the Taylor types: bit for bit the same coefficients, along
 * paths with every coefficient, at one point after another in one work. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/array.h>
#include <fluxion/program.h>
#include <fluxion/taylor.h>
#include <fluxion/var.h>

#include "reference.h"

enum { ORDER = 4, INPUTS = 3 };

/* Each operation that takes a constant, and some that do not. */
#define FORMULA(T)                                                                                 \
    static T formula_##T(const T *x)                                                               \
    {                                                                                              \
        const T a = T##_sub_cx(2.5, T##_mul_xc(x[0], -1.5)), b = T##_div_cx(3.0, x[1]);            \
        const T c = T##_add_xc(T##_div_xc(x[2], 7.0), 0.25), d = T##_neg(T##_square(x[0]));        \
        const T e = T##_pow(T##_exp(x[1]), T##_sin(x[2])), f = T##_pow_xc(x[1], 2.5);              \
        const T g = T##_select(T##_sub(x[0], x[1]), a, T##_div(b, x[1])), h = T##_hypot(a, c);     \
        return T##_add(T##_mul(T##_add(a, b), T##_sub(c, d)),                                      \
                       T##_mul(T##_add(e, f), T##_add(g, T##_atan2(h, T##_fmax(b, c)))));          \
    }
FORMULA(flx_var)
FORMULA(flx_taylor4)

static double coefficient(int round, size_t k, size_t i)
{
    return k == 0 ? 0.8 + 0.3 * (double)i + 0.05 * round
                  : sin(1.0 + 3.0 * round + 2.0 * (double)k + 5.0 * (double)i);
}

static void fill_path(int round, double *path, flx_taylor4 *x)
{
    for (size_t k = 0; k <= ORDER; k++)
        for (size_t i = 0; i < INPUTS; i++)
            path[k * INPUTS + i] = x[i].c[k] = coefficient(round, k, i);
}

Test(jet, scalar_programs_are_taylor_arithmetic)
{
    flx_tape *t;
    flx_program *f;
    flx_work *w;
    flx_var x[INPUTS];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t i = 0; i < INPUTS; i++) x[i] = flx_variable(t, coefficient(0, 0, i));
    const flx_var y = formula_flx_var(x);
    cr_assert_eq(flx_freeze(t, INPUTS, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, ORDER, &w), FLX_OK);
    for (int round = 0; round < 10; round++) {
        double path[(ORDER + 1) * INPUTS], got[ORDER + 1];
        flx_taylor4 at[INPUTS];
        fill_path(round, path, at);
        const flx_taylor4 want = formula_flx_taylor4(at);
        cr_assert_eq(flx_jet(f, w, ORDER, path, got, NULL), FLX_OK);
        for (size_t k = 0; k <= ORDER; k++)
            cr_expect(ref_same(got[k], want.c[k]), "round %d, coefficient %zu: %.17g, want %.17g",
                      round, k, got[k], want.c[k]);
        /* A shorter jet in the same work is the beginning of the longer one. */
        cr_assert_eq(flx_jet(f, w, 2, path, got, NULL), FLX_OK);
        for (size_t k = 0; k <= 2; k++) cr_expect(ref_same(got[k], want.c[k]), "round %d", round);
    }
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* sum of (alpha*x + y)*x over a matrix of 40 elements, in the promised order of 16 partial sums. */
Test(jet, array_programs_are_taylor_arithmetic)
{
    enum { ROWS = 5, COLS = 8, N = ROWS * COLS };
    flx_tape *t;
    flx_program *f;
    flx_work *w;
    flx_var input[INPUTS], element[N];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t i = 0; i < INPUTS; i++) input[i] = flx_variable(t, coefficient(0, 0, i));
    for (size_t k = 0; k < N; k++) element[k] = flx_var_mul_xc(input[k % INPUTS], 0.5 + (double)k);
    const flx_array x = flx_array_pack(t, ROWS, COLS, element);
    const flx_array y = flx_array_pack(t, COLS, ROWS, element);
    const flx_array v = flx_array_axpy(input[0], x, flx_array_transpose(y));
    const flx_var out[2] = {flx_array_dot(v, x),
                            flx_array_at(flx_array_axpy(flx_constant(-2.5), v, x), 3, 2)};
    cr_assert_eq(flx_freeze(t, INPUTS, input, 2, out, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, ORDER, &w), FLX_OK);
    for (int round = 0; round < 4; round++) {
        double path[(ORDER + 1) * INPUTS], got[2 * (ORDER + 1)];
        flx_taylor4 at[INPUTS], e[N], sum[16], axpy = flx_taylor4_constant(0.0);
        fill_path(round, path, at);
        for (size_t k = 0; k < N; k++) e[k] = flx_taylor4_mul_xc(at[k % INPUTS], 0.5 + (double)k);
        for (size_t s = 0; s < 16; s++) sum[s] = flx_taylor4_constant(0.0);
        for (size_t i = 0; i < ROWS; i++) {
            for (size_t j = 0; j < COLS; j++) {
                const size_t k = i * COLS + j;
                const flx_taylor4 vk =
                    flx_taylor4_add(flx_taylor4_mul(at[0], e[k]), e[j * ROWS + i]);
                sum[k % 16] = flx_taylor4_add(sum[k % 16], flx_taylor4_mul(vk, e[k]));
                if (i == 3 && j == 2)
                    axpy = flx_taylor4_add(flx_taylor4_mul(flx_taylor4_constant(-2.5), vk), e[k]);
            }
        }
        for (size_t width = 8; width > 0; width /= 2)
            for (size_t s = 0; s < width; s++) sum[s] = flx_taylor4_add(sum[s], sum[s + width]);
        cr_assert_eq(flx_jet(f, w, ORDER, path, got, NULL), FLX_OK);
        for (size_t k = 0; k <= ORDER; k++) {
            cr_expect(ref_same(got[2 * k], sum[0].c[k]), "round %d, dot, %zu: %.17g, want %.17g",
                      round, k, got[2 * k], sum[0].c[k]);
            cr_expect(ref_same(got[2 * k + 1], axpy.c[k]), "round %d, axpy, %zu: %.17g, want %.17g",
                      round, k, got[2 * k + 1], axpy.c[k]);
        }
    }
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(jet, works_of_another_program_kind_or_order)
{
    flx_tape *t;
    flx_program *f, *g;
    flx_work *jet, *value, *other;
    double out[4];
    const double path[3] = {1.0, 1.0, 0.0};
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 1.0), y = flx_var_exp(x);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &g, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 2, &jet), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 2, &value), FLX_OK);
    cr_assert_eq(flx_work_create(g, FLX_WORK_JET, 2, &other), FLX_OK);
    cr_expect_eq(flx_jet(f, jet, 2, path, out, NULL), FLX_OK);
    cr_expect_eq(flx_jet(f, value, 0, path, out, NULL), FLX_EWORK);
    cr_expect_eq(flx_jet(f, other, 2, path, out, NULL), FLX_EWORK);
    cr_expect_eq(flx_jet(f, jet, 3, path, out, NULL), FLX_EWORK);
    cr_expect_eq(flx_jet(f, jet, 2, NULL, out, NULL), FLX_EARG);
    cr_expect_eq(flx_jet(f, jet, 2, path, NULL, NULL), FLX_EARG);
    flx_work_destroy(jet);
    flx_work_destroy(value);
    flx_work_destroy(other);
    flx_program_release(f);
    flx_program_release(g);
    flx_tape_destroy(t);
}
