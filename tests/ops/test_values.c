/* Values are the plain computation: bit for bit what libm gives, at every reference point. */
#include <criterion/criterion.h>

#include <math.h>

#include <fluxion/real.h>

#include "reference.h"

static double plain_neg(double x) { return -x; }
static double plain_square(double x) { return x * x; }
static double plain_rsqrt(double x) { return 1.0 / sqrt(x); }

/* clang-format off */
/* sigmoid, softplus, digamma, erfinv and lambertw have no counterpart in libm; test_unary_forward measures them. */
static const struct {
    const char *name;
    double (*ours)(double x);
    double (*plain)(double x);
} unary[] = {
    {"neg", flx_double_neg, plain_neg},
    {"square", flx_double_square, plain_square},
    {"sqrt", flx_double_sqrt, sqrt},
    {"rsqrt", flx_double_rsqrt, plain_rsqrt},
    {"cbrt", flx_double_cbrt, cbrt},
    {"exp", flx_double_exp, exp},
    {"expm1", flx_double_expm1, expm1},
    {"log", flx_double_log, log},
    {"log1p", flx_double_log1p, log1p},
    {"sin", flx_double_sin, sin},
    {"cos", flx_double_cos, cos},
    {"tan", flx_double_tan, tan},
    {"asin", flx_double_asin, asin},
    {"acos", flx_double_acos, acos},
    {"atan", flx_double_atan, atan},
    {"sinh", flx_double_sinh, sinh},
    {"cosh", flx_double_cosh, cosh},
    {"tanh", flx_double_tanh, tanh},
    {"erf", flx_double_erf, erf},
    {"fabs", flx_double_fabs, fabs},
    {"exp2", flx_double_exp2, exp2},
    {"log2", flx_double_log2, log2},
    {"log10", flx_double_log10, log10},
    {"asinh", flx_double_asinh, asinh},
    {"acosh", flx_double_acosh, acosh},
    {"atanh", flx_double_atanh, atanh},
    {"erfc", flx_double_erfc, erfc},
    {"floor", flx_double_floor, floor},
    {"ceil", flx_double_ceil, ceil},
    {"round", flx_double_round, round},
    {"trunc", flx_double_trunc, trunc},
    {"rint", flx_double_rint, rint},
    {"fabs_right", flx_double_fabs_right, fabs},
    {"fabs_left", flx_double_fabs_left, fabs},
    {"lgamma", flx_double_lgamma, lgamma},
    {"tgamma", flx_double_tgamma, tgamma},
};
/* clang-format on */

static double plain_mul(double x, double y) { return x * y; }
static double plain_div(double x, double y) { return x / y; }

static const struct {
    const char *name;
    double (*ours)(double x, double y);
    double (*plain)(double x, double y);
} binary[] = {
    {"mul", flx_double_mul, plain_mul},
    {"div", flx_double_div, plain_div},
    {"hypot", flx_double_hypot, hypot},
    {"atan2", flx_double_atan2, atan2},
    {"pow", flx_double_pow, pow},
    {"pow_xc", flx_double_pow_xc, pow},
    {"fmod", flx_double_fmod, fmod},
    {"remainder", flx_double_remainder, remainder},
    {"copysign", flx_double_copysign, copysign},
};

/* Where libm's answer is a convention rather than a number. */
static const double odd_arguments[] = {0.0, -0.0, REF_INF, -REF_INF, REF_NAN,
                                       1.0, -1.0, 2.0,     -2.0,     0.5};
#define ODD (sizeof odd_arguments / sizeof odd_arguments[0])

Test(values, functions_of_one_argument_are_libm)
{
    for (size_t r = 0; r < sizeof unary / sizeof unary[0]; r++) {
        ref_table table = ref_load(unary[r].name, 1, REF_NUMBERS);
        cr_assert(table.count > 20, "reference file of %s", unary[r].name);
        for (size_t i = 0; i < table.count + ODD; i++) {
            const double x = i < ODD ? odd_arguments[i] : table.point[i - ODD].x[0];
            cr_expect(ref_same(unary[r].ours(x), unary[r].plain(x)), "%s x=%a: %a, not %a",
                      unary[r].name, x, unary[r].ours(x), unary[r].plain(x));
        }
        ref_free(&table);
    }
}

Test(values, functions_of_two_arguments_are_libm)
{
    for (size_t r = 0; r < sizeof binary / sizeof binary[0]; r++) {
        ref_table table = ref_load(binary[r].name, 2, REF_NUMBERS);
        cr_assert(table.count > 20, "reference file of %s", binary[r].name);
        for (size_t i = 0; i < table.count + ODD * ODD; i++) {
            const int odd = i < ODD * ODD;
            const double x = odd ? odd_arguments[i / ODD] : table.point[i - ODD * ODD].x[0];
            const double y = odd ? odd_arguments[i % ODD] : table.point[i - ODD * ODD].x[1];
            cr_expect(ref_same(binary[r].ours(x, y), binary[r].plain(x, y)),
                      "%s x=%a y=%a: %a, not %a", binary[r].name, x, y, binary[r].ours(x, y),
                      binary[r].plain(x, y));
        }
        ref_free(&table);
    }
}

/* As C23 has them: zeros of sinpi have the sign of the argument, those of cospi none. */
Test(values, signs_of_zeros_of_sinpi_and_cospi)
{
    for (int n = 0; n <= 9; n++) {
        cr_expect(ref_same(flx_double_sinpi(n), 0.0), "sinpi(%d)", n);
        cr_expect(ref_same(flx_double_sinpi(-(double)n), -0.0), "sinpi(-%d)", n);
        cr_expect(ref_same(flx_double_cospi(n + 0.5), 0.0), "cospi(%g)", n + 0.5);
        cr_expect(ref_same(flx_double_cospi(-n - 0.5), 0.0), "cospi(%g)", -n - 0.5);
    }
}
