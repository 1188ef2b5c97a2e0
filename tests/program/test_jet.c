/* Jets of programs run the kernels of the Taylor types: bit for bit the same coefficients, along
 * paths with every coefficient, at one point after another in one work. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/array.h>
#include <fluxion/grad.h>
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

/* Coefficients of the partial derivatives of pow along x = 1.3 + 0.7t - 0.2t^2,
 * y = 2.6 - 0.4t + 0.3t^2; by mpmath, from exp(y*log(x)). */
/* clang-format off */
static const struct {
    int by_x, by_y;
    double c[ORDER + 1];
} powers[] = {
    {0, 1, {0.51898809687274754, 1.7372595031826147, 0.74938903893581494, -0.67688860412602144,
     0.16029415999648157}},
    {0, 2, {0.13616393030340142, 0.73524994082699127, 0.97697808682610029, -0.22319454782655451,
     -0.35222903065988685}},
    {0, 3, {0.035724549421054634, 0.26622234931897913, 0.61153991309734401, 0.26616789954801198,
     -0.41590690921836728}},
    {1, 0, {3.9562407473907643, 2.3846106668091119, -1.3038970976080827, 0.95648372810037744,
     0.32114927814661681}},
    {1, 1, {2.5596072504342505, 3.9071751374201229, -0.74022069596538531, -0.47196615660929977,
     1.2096467062975281}},
    {1, 2, {1.070771086564876, 3.5247411690758715, 1.1788505425689076, -1.7111895623588371,
     0.93905145201590508}},
    {1, 3, {0.38567355338842023, 2.0105127873615411, 2.3807247839651733, -1.0820778126164532,
     -0.63650062785605015}},
    {2, 0, {4.8692193814040177, -0.90428676849579899, -0.18950983419345012, 2.0916273340637122,
     -1.3553575970548287}},
    {2, 1, {6.1935479600658194, 2.5205880111242578, -2.9299539282802228, 3.24974157627592,
     -0.49038894382494015}},
    {2, 2, {5.2557294149017711, 7.1897054771572693, -3.5881489357777984, 0.65668605475259376,
     2.9096897677325663}},
    {3, 0, {2.24733202218647, -3.125686330145858, 3.3432472744944993, -1.4660892727757332,
     -0.0090819202111570882}},
    {3, 1, {6.6041139672642382, -4.9940253253327216, 2.8607596258417008, 2.2833026548637662,
     -3.7343336196773259}},
};

/* The same with y = 2.6. */
static const struct {
    int by_x;
    double c[ORDER + 1];
} constant_powers[] = {
    {1, {3.9562407473907643, 3.4084535669828122, -0.42324753084511853, -0.35415647713738574,
     0.086279375961051236}},
    {2, {4.8692193814040177, 1.5731324155305289, -0.61888066457135092, 0.13937891145094938,
     -0.064072591840194435}},
    {3, {2.24733202218647, -0.48404074324016261, 0.32074348150969016, -0.18284710679557382,
     0.11822931996517156}},
};
/* clang-format on */

/* y's derivative by x, recorded, so many times. */
static flx_var derived(flx_var y, flx_var x, int times)
{
    for (int k = 0; k < times; k++) cr_assert_eq(flx_grad(y, 1, &x, &y, FLX_CREATE_GRAPH), FLX_OK);
    return y;
}

/* Some twenty sums and products of series of this size, of 4 ulps each. */
static void expect_jet(flx_tape *t, size_t n, const flx_var *x, flx_var y, const double *path,
                       const double *want, const char *what, int by_x, int by_y)
{
    double got[ORDER + 1], size = 0.0;
    flx_program *f;
    flx_work *w;
    cr_assert_eq(flx_freeze(t, n, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, ORDER, &w), FLX_OK);
    for (int again = 0; again < 2; again++) /* the first leaves its coefficients in the work */
        cr_assert_eq(flx_jet(f, w, ORDER, path, got, NULL), FLX_OK);
    for (size_t k = 0; k <= ORDER; k++) {
        size = fmax(size, fabs(want[k]));
        cr_expect(fabs(got[k] - want[k]) <= 80.0 * 0x1p-52 * size,
                  "%s derived %d, %d times: coefficient %zu is %.17g, want %.17g", what, by_x, by_y,
                  k, got[k], want[k]);
    }
    flx_work_destroy(w);
    flx_program_release(f);
}

Test(jet, recorded_derivatives_of_powers)
{
    const double path[2 * (ORDER + 1)] = {1.3, 2.6, 0.7, -0.4, -0.2, 0.3};
    const double path_of_x[ORDER + 1] = {1.3, 0.7, -0.2};
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 1.0), flx_variable(t, 2.0)};
    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
        const int k = powers[i].by_x, m = powers[i].by_y;
        const flx_var z = flx_var_pow(x[0], x[1]);
        expect_jet(t, 2, x, derived(derived(z, x[0], k), x[1], m), path, powers[i].c,
                   "pow, first by x,", k, m);
        expect_jet(t, 2, x, derived(derived(z, x[1], m), x[0], k), path, powers[i].c,
                   "pow, first by y,", k, m);
    }
    for (size_t i = 0; i < sizeof constant_powers / sizeof *constant_powers; i++) {
        const int k = constant_powers[i].by_x;
        expect_jet(t, 1, x, derived(flx_var_pow_xc(x[0], 2.6), x[0], k), path_of_x,
                   constant_powers[i].c, "x^2.6", k, 0);
    }
    /* x^2 has no third derivative, at 0 neither. */
    const double from_0[ORDER + 1] = {0.0, 0.7, -0.2}, none[ORDER + 1] = {0.0};
    expect_jet(t, 1, x, derived(flx_var_pow_xc(x[0], 2.0), x[0], 3), from_0, none, "x^2", 3, 0);
    const double both_from_0[2 * (ORDER + 1)] = {0.0, 2.0, 0.7, 0.0, -0.2, 0.0};
    expect_jet(t, 2, x, derived(flx_var_pow(x[0], x[1]), x[0], 3), both_from_0, none, "x^y", 3, 0);
    /* 2^-1e200 is 0 with all its derivatives, though 1e200^3 overflows. */
    const double vanished[2 * (ORDER + 1)] = {0.5, 1e200, 0.0, 1.0, 0.25, -1.0};
    for (int m = 0; m < 3; m++)
        expect_jet(t, 2, x, derived(derived(flx_var_pow(x[0], x[1]), x[0], 3), x[1], m), vanished,
                   none, "a power that has vanished", 3, m);
    flx_tape_destroy(t);
}

/* Of order 0 a jet is the value; and where the last coefficient alone is not finite, it is said. */
Test(jet, what_is_not_finite_is_said_to_the_last_coefficient)
{
    flx_tape *t;
    flx_program *f;
    flx_work *w;
    flx_report r;
    double out[ORDER + 1];
    const double path[ORDER + 1] = {1.5, 1e200, 0.0, 0.0, 0.0};
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 1.0), y = flx_var_square(x);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, ORDER, &w), FLX_OK);
    for (size_t order = 0; order < 3; order++) {
        const double want[3] = {2.25, 3e200, (double)INFINITY};
        cr_expect_eq(flx_jet(f, w, order, path, out, &r), FLX_OK);
        for (size_t k = 0; k <= order; k++) cr_expect_eq(out[k], want[k]);
        cr_expect_eq(r.flags, order == 2 ? FLX_FLAG_OVERFLOW : 0, "order %zu: %x", order, r.flags);
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
