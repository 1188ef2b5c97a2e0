/* test_kernel_edges.c: the Taylor kernels at delicate points, to order 6 and beyond linear
 * increments. The sequences are limits of derivatives over k!, derived by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"

#define ORDER 6
#define COUNT (ORDER + 1)
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define INF ((double)INFINITY)
#define NONE ((double)NAN)
#define PI 3.14159265358979323846

typedef void unary_kernel(size_t order, size_t stride, const double *x, double *z, double *scratch);
typedef void binary_kernel(size_t order, size_t stride, const double *x, const double *y, double *z,
                           double *scratch);

/* Equal numbers (either zero for 0), both NaN, or within 4(k+1) units of rounding. */
static int agrees(size_t k, double got, double want)
{
    if (want != want) return got != got;
    if (isinf(want) || want == 0.0) return got == want;
    return fabs(got - want) <= fmax(4.0 * (double)(k + 1) * 0x1p-53 * fabs(want), 0x1p-1074);
}

static void expect_series(const char *what, const double *got, const double *want)
{
    for (size_t k = 0; k < COUNT; k++)
        cr_expect(agrees(k, got[k], want[k]), "%s: coefficient %zu is %.17g, not %.17g", what, k,
                  got[k], want[k]);
}

#define POWER(name, p)                                                                             \
    static void name(size_t order, size_t stride, const double *x, double *z, double *scratch)     \
    {                                                                                              \
        flx_kernel_pow_xc(order, stride, x, p, z, scratch);                                        \
    }
POWER(pow_half, 0.5)
POWER(pow_five_halves, 2.5)
POWER(pow_minus_2, -2.0)
POWER(pow_0, 0.0)
POWER(pow_1, 1.0)
POWER(pow_2, 2.0)
POWER(pow_3, 3.0)
POWER(pow_nan, NONE)
POWER(pow_inf, INF)

POWER(pow_three_halves, 1.5)

static void square(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    (void)scratch;
    flx_kernel_square(order, stride, x, z);
}

static void pow_just_above_1(size_t order, size_t stride, const double *x, double *z,
                             double *scratch)
{
    flx_kernel_powc(order, stride, x, 1.0, 1e-17, z, scratch);
}

static void pow_just_above_2(size_t order, size_t stride, const double *x, double *z,
                             double *scratch)
{
    flx_kernel_powc(order, stride, x, 2.0, 1e-17, z, scratch);
}

static void pow_just_above_8_5ths(size_t order, size_t stride, const double *x, double *z,
                                  double *scratch)
{
    flx_kernel_powc(order, stride, x, 1.6, 1e-16, z, scratch);
}

/* clang-format off */
static const struct {
    const char *what;
    unary_kernel *kernel;
    double x[COUNT], z[COUNT];
} unary[] = {
    /* Ends of the domain. */
    {"sqrt(0 + t)", flx_kernel_sqrt, {0.0, 1.0}, {0.0, INF, -INF, INF, -INF, INF, -INF}},
    {"sqrt(0 + t^2)", flx_kernel_sqrt, {0.0, 0.0, 1.0}, {0.0, 0.0, INF, 0.0, -INF, 0.0, INF}},
    {"sqrt(0 - t)", flx_kernel_sqrt, {0.0, -1.0}, {0.0, -INF, -INF, -INF, -INF, -INF, -INF}},
    {"sqrt(inf + t)", flx_kernel_sqrt, {INF, 1.0}, {INF}},
    {"rsqrt(0 + t)", flx_kernel_rsqrt, {0.0, 1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    {"rsqrt(inf + t)", flx_kernel_rsqrt, {INF, 1.0}, {0.0}},
    {"cbrt(0 + t)", flx_kernel_cbrt, {0.0, 1.0}, {0.0, INF, -INF, INF, -INF, INF, -INF}},
    {"cbrt(-0 + t)", flx_kernel_cbrt, {-0.0, 1.0}, {0.0, INF, INF, INF, INF, INF, INF}},
    {"cbrt(-inf + t)", flx_kernel_cbrt, {-INF, 1.0}, {-INF}},
    {"dcbrt(0 + t)", flx_kernel_dcbrt, {0.0, 1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    {"dcbrt(-0 + t)", flx_kernel_dcbrt, {-0.0, 1.0}, {INF, INF, INF, INF, INF, INF, INF}},
    {"dasin(1 + t)", flx_kernel_dasin, {1.0, 1.0}, {INF, INF, INF, INF, INF, INF, INF}},
    {"dasin(-1 + t)", flx_kernel_dasin, {-1.0, 1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    {"log(0 + t)", flx_kernel_log, {0.0, 1.0}, {-INF, INF, -INF, INF, -INF, INF, -INF}},
    {"log(-0 + t)", flx_kernel_log, {-0.0, 1.0}, {-INF, -INF, -INF, -INF, -INF, -INF, -INF}},
    {"log(1e-308 + t)", flx_kernel_log, {1e-308, 1.0},
     {-709.1962086421661, 1e308, -INF, INF, -INF, INF, -INF}},
    {"log(0 + 2t^2)", flx_kernel_log, {0.0, 0.0, 2.0}, {-INF, 0.0, INF, 0.0, -INF, 0.0, INF}},
    {"log(0 + inf t^2)", flx_kernel_log, {0.0, 0.0, INF}, {-INF, 0.0, INF, 0.0, -INF, 0.0, INF}},
    {"log(inf + t)", flx_kernel_log, {INF, 1.0}, {INF}},
    {"log(-1 + t^3)", flx_kernel_log, {-1.0, 0.0, 0.0, 1.0},
     {NONE, 0.0, 0.0, NONE, 0.0, 0.0, NONE}},
    {"log1p(-1 + t)", flx_kernel_log1p, {-1.0, 1.0}, {-INF, INF, -INF, INF, -INF, INF, -INF}},
    {"log1p(1e-173 t + 1e150 t^2)", flx_kernel_log1p, {0.0, 1e-173, 1e150},
     {0.0, 1e-173, 1e150, -1e-23, -5e299, 1e127, INF}},
    {"log1p(inf + t)", flx_kernel_log1p, {INF, 1.0}, {INF}},
    {"asin(1 + t)", flx_kernel_asin, {1.0, 1.0}, {PI / 2, INF, INF, INF, INF, INF, INF}},
    {"asin(-1 + t)", flx_kernel_asin, {-1.0, 1.0}, {-PI / 2, INF, -INF, INF, -INF, INF, -INF}},
    {"acos(1 + t)", flx_kernel_acos, {1.0, 1.0}, {0.0, -INF, -INF, -INF, -INF, -INF, -INF}},
    {"acos(-1 + t)", flx_kernel_acos, {-1.0, 1.0}, {PI, -INF, INF, -INF, INF, -INF, INF}},
    {"asin(2 + t)", flx_kernel_asin, {2.0, 1.0}, {NONE, NONE, NONE, NONE, NONE, NONE, NONE}},
    {"acosh(1 + t)", flx_kernel_acosh, {1.0, 1.0}, {0.0, INF, -INF, INF, -INF, INF, -INF}},
    {"dacosh(1 + t)", flx_kernel_dacosh, {1.0, 1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    {"xdacosh(1 + t)", flx_kernel_xdacosh, {1.0, 1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    {"atanh(1 + t)", flx_kernel_atanh, {1.0, 1.0}, {INF, INF, INF, INF, INF, INF, INF}},
    {"atanh(-1 + t)", flx_kernel_atanh, {-1.0, 1.0}, {-INF, INF, -INF, INF, -INF, INF, -INF}},
    {"datanh(1 + t)", flx_kernel_datanh, {1.0, 1.0}, {INF, INF, INF, INF, INF, INF, INF}},
    {"datanh(-1 + t)", flx_kernel_datanh, {-1.0, 1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    {"logit(0 + t)", flx_kernel_logit, {0.0, 1.0}, {-INF, INF, -INF, INF, -INF, INF, -INF}},
    {"logit(1 + t)", flx_kernel_logit, {1.0, 1.0}, {INF, INF, INF, INF, INF, INF, INF}},
    {"dlogit(0 + t)", flx_kernel_dlogit, {0.0, 1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    {"dlogit(-0 + t)", flx_kernel_dlogit, {-0.0, 1.0}, {-INF, -INF, -INF, -INF, -INF, -INF, -INF}},
    {"dlogit(1 + t)", flx_kernel_dlogit, {1.0, 1.0}, {INF, INF, INF, INF, INF, INF, INF}},
    {"erfinv(1 + t)", flx_kernel_erfinv, {1.0, 1.0}, {INF, INF, INF, INF, INF, INF, INF}},
    {"erfinv(-1 + t)", flx_kernel_erfinv, {-1.0, 1.0}, {-INF, INF, -INF, INF, -INF, INF, -INF}},
    {"derfinv(1 + t)", flx_kernel_derfinv, {1.0, 1.0}, {INF, INF, INF, INF, INF, INF, INF}},
    {"derfinv(-1 + t)", flx_kernel_derfinv, {-1.0, 1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    /* Just inside: x is exact, so its condition number is no excuse. */
    {"asin(1 - 2^-40 + t)", flx_kernel_asin, {1.0 - 0x1p-40, 1.0},
     {1.5707949780957442, 741455.2001896339, 2.0380965352077837e+17, 1.1204554194956379e+29,
      7.699711013375795e+40, 5.926145252805207e+52, 4.886899210011686e+64}},
    {"acos(1 - 2^-40 + t)", flx_kernel_acos, {1.0 - 0x1p-40, 1.0},
     {1.3486991523487112e-06, -741455.2001896339, -2.0380965352077837e+17, -1.1204554194956379e+29,
      -7.699711013375795e+40, -5.926145252805207e+52, -4.886899210011686e+64}},
    {"log1p(-1 + 2^-40 + t)", flx_kernel_log1p, {-1.0 + 0x1p-40, 1.0},
     {-27.725887222397812, 1099511627776.0, -6.044629098073146e+23, 4.430759985949719e+35,
      -3.6537540933272573e+47, 3.2138760885179807e+59, -2.9447451079639737e+71}},
    /* Tails whose values have lost digits that their derivatives have. */
    {"exp(-745 + 100t)", flx_kernel_exp, {-745.0, 100.0},
     {5e-324, 2.8e-322, 1.411e-320, 4.7039e-319, 1.1759795e-317, 2.35195894e-316, 3.91993157e-315}},
    {"gauss(27.2 + t)", flx_kernel_gauss, {27.2, 1.0},
     {4.9e-322, -2.674e-320, 7.2685e-319, -1.3162383e-317, 1.7864499e-316, -1.938392575e-315,
      1.7515210997e-314}},
    {"hgauss(38.4 + t)", flx_kernel_hgauss, {38.4, 1.0},
     {6.36e-321, -2.4417e-319, 4.68492e-318, -5.988559e-317, 5.7373043e-316, -4.394272596e-315, 2.8027722865e-314}},
    {"erf(27.5 + t)", flx_kernel_erf, {27.5, 1.0}, {1.0, 0.0, 0.0, 0.0, 0.0, 5e-324, -3e-323}},
    /* Infinite arguments and saturation. */
    {"exp(-inf + t)", flx_kernel_exp, {-INF, 1.0}, {0.0}},
    {"exp(inf - t)", flx_kernel_exp, {INF, -1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    {"exp(710 + t - t^2)", flx_kernel_exp, {710.0, 1.0, -1.0},
     {INF, INF, -INF, -INF, INF, INF, INF}},
    {"expm1(-inf + t)", flx_kernel_expm1, {-INF, 1.0}, {-1.0}},
    {"expm1(710 + t)", flx_kernel_expm1, {710.0, 1.0}, {INF, INF, INF, INF, INF, INF, INF}},
    {"sinh(-inf + t)", flx_kernel_sinh, {-INF, 1.0}, {-INF, INF, -INF, INF, -INF, INF, -INF}},
    {"cosh(-800 + t)", flx_kernel_cosh, {-800.0, 1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    {"sinh(800 + t)", flx_kernel_sinh, {800.0, 1.0}, {INF, INF, INF, INF, INF, INF, INF}},
    {"tanh(inf + t)", flx_kernel_tanh, {INF, 1.0}, {1.0}},
    {"tanh(-800 + t)", flx_kernel_tanh, {-800.0, 1.0}, {-1.0}},
    {"sigmoid(-inf + t)", flx_kernel_sigmoid, {-INF, 1.0}, {0.0}},
    {"sigmoid(800 + t)", flx_kernel_sigmoid, {800.0, 1.0}, {1.0}},
    {"softplus(inf + 3t)", flx_kernel_softplus, {INF, 3.0}, {INF, 3.0}},
    {"softplus(-inf + 3t)", flx_kernel_softplus, {-INF, 3.0}, {0.0}},
    {"erf(-inf + t)", flx_kernel_erf, {-INF, 1.0}, {-1.0}},
    {"erf(1e200 + 1e200t)", flx_kernel_erf, {1e200, 1e200}, {1.0}},
    {"gauss(inf + t)", flx_kernel_gauss, {INF, 1.0}, {0.0}},
    {"atan(inf + t)", flx_kernel_atan, {INF, 1.0}, {PI / 2}},
    {"atan(1e200 (1 + t))", flx_kernel_atan, {1e200, 1e200},
     {PI / 2, 1e-200, -1e-200, 1e-200, -1e-200, 1e-200, -1e-200}},
    /* Powers of the increment overflow; where a coefficient is 0 for symmetry it stays 0. */
    {"atan(0 + inf t)", flx_kernel_atan, {0.0, INF}, {0.0, INF, 0.0, -INF, 0.0, INF, 0.0}},
    {"atan(0 + 1e200t)", flx_kernel_atan, {0.0, 1e200}, {0.0, 1e200, 0.0, -INF, 0.0, INF, 0.0}},
    {"lorentz(0 + 1e200t)", flx_kernel_lorentz, {0.0, 1e200},
     {1.0, 0.0, -INF, 0.0, INF, 0.0, -INF}},
    {"xlorentz(0 + 1e200t)", flx_kernel_xlorentz, {0.0, 1e200},
     {0.0, 1e200, 0.0, -INF, 0.0, INF, 0.0}},
    {"lorentz(-inf + t)", flx_kernel_lorentz, {-INF, 1.0}, {0.0}},
    {"xlorentz(-inf + t)", flx_kernel_xlorentz, {-INF, 1.0}, {0.0}},
    {"sin(inf + t^2)", flx_kernel_sin, {INF, 0.0, 1.0}, {NONE, 0.0, NONE, 0.0, NONE, 0.0, NONE}},
    {"cos(inf + t)", flx_kernel_cos, {INF, 1.0}, {NONE, NONE, NONE, NONE, NONE, NONE, NONE}},
    /* Kinks. */
    {"near(2 + 3t)", flx_kernel_near, {2.0, 3.0}, {2.0, 3.0}},
    {"inside(2 + t)", flx_kernel_inside, {2.0, 1.0}, {1.0}},
    {"inside(-inf + t)", flx_kernel_inside, {-INF, 1.0}, {0.0}},
    {"nought(5 + t)", flx_kernel_nought, {5.0, 1.0}, {0.0}},
    {"hgauss(1e200 + 1e200t)", flx_kernel_hgauss, {1e200, 1e200}, {0.0}},
    {"fabs(0 + t + t^2)", flx_kernel_fabs, {0.0, 1.0, 1.0}, {0.0}},
    {"fabs(-3 + t + t^2)", flx_kernel_fabs, {-3.0, 1.0, 1.0}, {3.0, -1.0, -1.0}},
    {"fabs(-inf + t)", flx_kernel_fabs, {-INF, 1.0}, {INF, -1.0}},
    {"sign(0 + t)", flx_kernel_sign, {0.0, 1.0}, {0.0}},
    {"sign(-2 + t)", flx_kernel_sign, {-2.0, 1.0}, {-1.0}},
    /* Powers. */
    {"(2 + inf t)^2", square, {2.0, INF}, {4.0, INF, INF}},
    {"(2 + 3t + inf t^3 + 5t^4)^2", square, {2.0, 3.0, 0.0, INF, 5.0},
     {4.0, 12.0, 9.0, INF, INF, 30.0, INF}},
    {"(1e-100 + 1e250t^6)^1.5", pow_three_halves, {1e-100, 0.0, 0.0, 0.0, 0.0, 0.0, 1e250},
     {1e-150, 0.0, 0.0, 0.0, 0.0, 0.0, 1.5e200}},
    {"(0 + t)^(1 + 1e-17)", pow_just_above_1, {0.0, 1.0}, {0.0, 0.0, INF, -INF, INF, -INF, INF}},
    {"(1e200 + t)^(1.6 + 1e-16)", pow_just_above_8_5ths, {1e200, 1.0},
     {INF, 1.6000000000001392859e120, 4.8000000000004195135e-81, -6.4000000000005565239e-282}},
    {"(0 + inf t)^1", pow_1, {0.0, INF}, {0.0, INF}},
    {"(0 + t)^0.5", pow_half, {0.0, 1.0}, {0.0, INF, -INF, INF, -INF, INF, -INF}},
    {"(0 + t)^2.5", pow_five_halves, {0.0, 1.0}, {0.0, 0.0, 0.0, INF, -INF, INF, -INF}},
    {"(0 + t)^-2", pow_minus_2, {0.0, 1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    {"(-0 + t)^-2", pow_minus_2, {-0.0, 1.0}, {INF, INF, INF, INF, INF, INF, INF}},
    {"(0 + t)^0", pow_0, {0.0, 1.0}, {1.0}},
    {"(NaN + t)^0", pow_0, {NONE, 1.0}, {1.0}},
    {"(-inf + t)^0", pow_0, {-INF, 1.0}, {1.0}},
    {"(1 + t)^NaN", pow_nan, {1.0, 1.0}, {1.0}},
    {"(0.5 + t)^inf", pow_inf, {0.5, 1.0}, {0.0}},
    {"(0 + t)^1", pow_1, {0.0, 1.0}, {0.0, 1.0}},
    {"(-inf + 2t)^1", pow_1, {-INF, 2.0}, {-INF, 2.0}},
    {"(0 + t)^2", pow_2, {0.0, 1.0}, {0.0, 0.0, 1.0}},
    {"(0 + t)^3", pow_3, {0.0, 1.0}, {0.0, 0.0, 0.0, 1.0}},
    {"(0 + t + t^2)^3", pow_3, {0.0, 1.0, 1.0}, {0.0, 0.0, 0.0, 1.0, 3.0, 3.0, 1.0}},
    {"(-2 + t)^3", pow_3, {-2.0, 1.0}, {-8.0, 12.0, -6.0, 1.0}},
    {"(1e-200 + t)^3", pow_3, {1e-200, 1.0}, {0.0, 0.0, 3e-200, 1.0}},
    {"(1e-200 + t)^2.5", pow_five_halves, {1e-200, 1.0},
     {0.0, 2.5e-300, 1.875e-100, 3.125e99, -3.90625e298, INF, -INF}},
    {"(1.5 + t)^(2 + 1e-17)", pow_just_above_2, {1.5, 1.0},
     {2.25, 3.0, 1.0, 2.2222222222222226e-18, -3.703703703703704e-19, 9.876543209876544e-20,
      -3.292181069958848e-20}},
    {"(-2 + t)^0.5", pow_half, {-2.0, 1.0}, {NONE, NONE, NONE, NONE, NONE, NONE, NONE}},
};
/* clang-format on */

Test(kernel_edges, functions_of_one_series)
{
    for (size_t i = 0; i < LENGTH(unary); i++) {
        double z[COUNT], scratch[FLX_KERNEL_SCRATCH(ORDER)];
        unary[i].kernel(ORDER, 1, unary[i].x, z, scratch);
        expect_series(unary[i].what, z, unary[i].z);
    }
}

#define WITHOUT_SCRATCH(name)                                                                      \
    static void name##_2(size_t order, size_t stride, const double *x, const double *y, double *z, \
                         double *scratch)                                                          \
    {                                                                                              \
        (void)scratch;                                                                             \
        flx_kernel_##name(order, stride, x, y, z);                                                 \
    }
static void power_log(size_t order, size_t stride, const double *x, const double *y, double *z,
                      double *scratch)
{
    flx_kernel_powk(order, stride, x, y, 0, 1, z, scratch);
}

WITHOUT_SCRATCH(mul)
WITHOUT_SCRATCH(div)

/* clang-format off */
static const struct {
    const char *what;
    binary_kernel *kernel;
    double x[COUNT], y[COUNT], z[COUNT];
} binary[] = {
    /* Zeros and infinities: an absent term is absent. */
    {"(inf + t)(2)", mul_2, {INF, 1.0}, {2.0}, {INF, 2.0}},
    {"(inf + t)(2 + t^2)", mul_2, {INF, 1.0}, {2.0, 0.0, 1.0}, {INF, 2.0, INF, 1.0}},
    {"(1 + inf t)(2 + t^2)", mul_2, {1.0, INF}, {2.0, 0.0, 1.0}, {2.0, INF, 1.0, INF}},
    {"(0 + t)(1 + inf t)", mul_2, {0.0, 1.0}, {1.0, INF}, {0.0, NONE, INF}},
    {"amul(0 + t, NaN)", flx_kernel_amul, {0.0, 1.0}, {NONE}, {0.0, NONE}},
    {"amul(0, inf + inf t)", flx_kernel_amul, {0.0}, {INF, INF}, {0.0}},
    {"amul(0 + t, inf + inf t)", flx_kernel_amul, {0.0, 1.0}, {INF, INF}, {0.0, INF, INF}},
    {"(1)/(0 + t)", div_2, {1.0}, {0.0, 1.0}, {INF, -INF, INF, -INF, INF, -INF, INF}},
    {"(1)/(-0 + t)", div_2, {1.0}, {-0.0, 1.0}, {-INF, -INF, -INF, -INF, -INF, -INF, -INF}},
    {"(0 + t)/(0)", div_2, {0.0, 1.0}, {0.0}, {NONE, NONE}},
    {"(1 + t)/(inf + t)", div_2, {1.0, 1.0}, {INF, 1.0}, {0.0}},
    {"(1 + t)/(1e200 + t)", div_2, {1.0, 1.0}, {1e200, 1.0}, {1e-200, 1e-200}},
    /* Ties and NaN. */
    {"fmax(1 + t, 1 + 2t^2)", flx_kernel_fmax, {1.0, 1.0}, {1.0, 0.0, 2.0}, {1.0, 0.5, 1.0}},
    {"fmin(0 + t, -0 + 3t)", flx_kernel_fmin, {0.0, 1.0}, {-0.0, 3.0}, {0.0, 2.0}},
    {"fmax(2 + t, 1 + inf t)", flx_kernel_fmax, {2.0, 1.0}, {1.0, INF}, {2.0, 1.0}},
    {"fmin(NaN + t, 1 + 3t)", flx_kernel_fmin, {NONE, 1.0}, {1.0, 3.0}, {1.0, 3.0}},
    {"fmax(1 + 3t, NaN + t)", flx_kernel_fmax, {1.0, 3.0}, {NONE, 1.0}, {1.0, 3.0}},
    {"fmax(NaN, NaN + t)", flx_kernel_fmax, {NONE}, {NONE, 1.0},
     {NONE, NONE, NONE, NONE, NONE, NONE, NONE}},
    {"maxw(1 + t, 1)", flx_kernel_maxw, {1.0, 1.0}, {1.0}, {0.5}},
    {"minw(NaN + t, 1)", flx_kernel_minw, {NONE, 1.0}, {1.0}, {0.0}},
    /* The origin, infinity and scales whose squares overflow. */
    {"hypot(0 + t, 0 + t)", flx_kernel_hypot, {0.0, 1.0}, {0.0, 1.0}, {0.0}},
    {"hypot(-0 + inf t, 0)", flx_kernel_hypot, {-0.0, INF}, {0.0}, {0.0}},
    {"hypot(-3 + t + t^2, 0)", flx_kernel_hypot, {-3.0, 1.0, 1.0}, {0.0}, {3.0, -1.0, -1.0}},
    {"hypot(-inf + t, 1 + t)", flx_kernel_hypot, {-INF, 1.0}, {1.0, 1.0}, {INF, -1.0}},
    {"hypot(1e200 + t, 1e200)", flx_kernel_hypot, {1e200, 1.0}, {1e200},
     {1.4142135623730951e200, 0.70710678118654752, 1.7677669529663688e-201}},
    {"hypot(1e308 + t, 1.7e308)", flx_kernel_hypot, {1.7e308, 1.0}, {1.7e308, 1.0},
     {INF, 1.4142135623730951}},
    {"atan2(0 + t, 0 + t)", flx_kernel_atan2, {0.0, 1.0}, {0.0, 1.0}, {0.0}},
    {"atan2(0 + t, -0 + t)", flx_kernel_atan2, {0.0, 1.0}, {-0.0, 1.0}, {PI}},
    {"atan2(-0 + t, -2)", flx_kernel_atan2, {-0.0, 1.0}, {-2.0},
     {-PI, -1.0 / 2, 0.0, 1.0 / 24, 0.0, -1.0 / 160, 0.0}},
    {"atan2(1e200 + t, 1e200)", flx_kernel_atan2, {1e200, 1.0}, {1e200}, {PI / 4, 5e-201}},
    {"atan2(1e200, 1e200 + t)", flx_kernel_atan2, {1e200}, {1e200, 1.0}, {PI / 4, -5e-201}},
    {"atan2(1 + t, inf + t)", flx_kernel_atan2, {1.0, 1.0}, {INF, 1.0}, {0.0}},
    {"atan2(inf + t, -inf + t)", flx_kernel_atan2, {INF, 1.0}, {-INF, 1.0}, {3 * PI / 4}},
    {"dir(0 + t, 0)", flx_kernel_dir, {0.0, 1.0}, {0.0}, {0.0}},
    {"dir(-inf + t, 1)", flx_kernel_dir, {-INF, 1.0}, {1.0}, {-1.0}},
    {"rez(0 + t, 0)", flx_kernel_rez, {0.0, 1.0}, {0.0}, {0.0}},
    {"rez(1e200 (1 + t), 0)", flx_kernel_rez, {1e200, 1e200}, {0.0},
     {1e-200, -1e-200, 1e-200, -1e-200, 1e-200, -1e-200, 1e-200}},
    {"rez(1 + 1e200t, 0)", flx_kernel_rez, {1.0, 1e200}, {0.0},
     {1.0, -1e200, INF, -INF, INF, -INF, INF}},
    {"rez(0, 1 + 1e200t)", flx_kernel_rez, {0.0}, {1.0, 1e200}, {0.0}},
    {"rez(1, 0 + 1e200t)", flx_kernel_rez, {1.0}, {0.0, 1e200},
     {1.0, 0.0, -INF, 0.0, INF, 0.0, -INF}},
    {"atan2(0 + 1e200t, 1)", flx_kernel_atan2, {0.0, 1e200}, {1.0},
     {0.0, 1e200, 0.0, -INF, 0.0, INF, 0.0}},
    {"rez(inf + t, inf)", flx_kernel_rez, {INF, 1.0}, {INF}, {0.0}},
    {"dipole(inf + t, 1)", flx_kernel_dipole, {INF, 1.0}, {1.0}, {-0.0}},
    {"dipole(1 + t, inf)", flx_kernel_dipole, {1.0, 1.0}, {INF}, {0.0}},
    {"dipole(0 + t, 0)", flx_kernel_dipole, {0.0, 1.0}, {0.0}, {0.0}},
    /* Variable exponents. */
    {"0^(2 + t)", flx_kernel_pow, {0.0}, {2.0, 1.0}, {0.0}},
    {"(0 + t)^(2.5 + t)", flx_kernel_pow, {0.0, 1.0}, {2.5, 1.0},
     {0.0, 0.0, 0.0, INF, -INF, INF, -INF}},
    {"(0 + t)^(3 + t^4)", flx_kernel_pow, {0.0, 1.0}, {3.0, 0.0, 0.0, 0.0, 1.0},
     {0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0}},
    {"(0 + t)^3 log(0 + t)", power_log, {0.0, 1.0}, {3.0}, {0.0, 0.0, 0.0, -INF, INF, -INF, INF}},
    {"(1 + inf t)^2 log(1 + inf t)", power_log, {1.0, INF}, {2.0},
     {0.0, INF, INF, INF, -INF, INF, -INF}},
    {"0^(3 + t) log(0)", power_log, {0.0}, {3.0, 1.0}, {0.0}},
    {"0^(0 + t)", flx_kernel_pow, {0.0}, {0.0, 1.0}, {1.0, -INF, INF, -INF, INF, -INF, INF}},
    {"NaN^(0 + t)", flx_kernel_pow, {NONE}, {0.0, 1.0}, {1.0}},
    {"1^(NaN + t)", flx_kernel_pow, {1.0}, {NONE, 1.0}, {1.0}},
    {"(1 + t)^NaN", flx_kernel_pow, {1.0, 1.0}, {NONE}, {1.0}},
    {"(-2 + t)^3", flx_kernel_pow, {-2.0, 1.0}, {3.0}, {-8.0, 12.0, -6.0, 1.0}},
    {"(-2 + t)^(3 + t^3)", flx_kernel_pow, {-2.0, 1.0}, {3.0, 0.0, 0.0, 1.0},
     {-8.0, 12.0, -6.0, NONE, NONE, NONE, NONE}},
    {"(-2)^(3 + t^2)", flx_kernel_pow, {-2.0}, {3.0, 0.0, 1.0},
     {-8.0, 0.0, NONE, 0.0, NONE, 0.0, NONE}},
    {"(-2 + t)^(0 + t^2)", flx_kernel_pow, {-2.0, 1.0}, {0.0, 0.0, 1.0},
     {1.0, 0.0, NONE, NONE, NONE, NONE, NONE}},
    {"(1 + t)^(inf + t)", flx_kernel_pow, {1.0, 1.0}, {INF, 1.0},
     {1.0, INF, INF, INF, INF, INF, INF}},
    {"(2 + inf t^2)^(3 + t^3)", flx_kernel_pow, {2.0, 0.0, INF}, {3.0, 0.0, 0.0, 1.0},
     {8.0, 0.0, INF, 5.5451774444795625, INF, INF, INF}},
    {"(2 + inf t^2)^(3 + t^3) log", power_log, {2.0, 0.0, INF}, {3.0, 0.0, 0.0, 1.0},
     {5.5451774444795625, 0.0, INF, 3.8436241113456136, INF, INF, INF}},
    /* The value overflows, some derivatives do not. */
    {"(1e200 + t)^(1.6 + t^2) log", power_log, {1e200, 1.0}, {1.6, 0.0, 1.0},
     {INF, 7.3782722975812482504e+122, INF, 3.402425131078290202e+125, INF,
      7.8449771830701401499e+127, INF}},
    {"inf^(-1 + t)", flx_kernel_pow, {INF}, {-1.0, 1.0}, {0.0}},
    {"1e-200^(2 + t)", flx_kernel_pow, {1e-200}, {2.0, 1.0}, {0.0}},
    {"1e200^(2 - t)", flx_kernel_pow, {1e200}, {2.0, -1.0},
     {INF, -INF, INF, -INF, INF, -INF, INF}},
};
/* clang-format on */

Test(kernel_edges, functions_of_two_series)
{
    for (size_t i = 0; i < LENGTH(binary); i++) {
        double z[COUNT], scratch[FLX_KERNEL_SCRATCH(ORDER)];
        binary[i].kernel(ORDER, 1, binary[i].x, binary[i].y, z, scratch);
        expect_series(binary[i].what, z, binary[i].z);
    }
}

/* The quotient's adjoint: 0 stays 0 at a pole, and nothing else is defined where 0/0 was. */
Test(kernel_edges, adjoint_of_a_quotient)
{
    const double g[COUNT] = {0.0, 2.0}, zero[COUNT] = {0.0}, y[COUNT] = {4.0, 0.0, 1.0};
    const double at_pole[COUNT] = {INF}, at_nan[COUNT] = {NONE}, regular[COUNT] = {0.5};
    const double want_pole[COUNT] = {0.0, INF}, want_nan[COUNT] = {0.0, NONE};
    const double want[COUNT] = {0.0, 0.5, 0.0, -0.125, 0.0, 0.03125, 0.0};
    double z[COUNT], scratch[FLX_KERNEL_SCRATCH(ORDER)];
    flx_kernel_adiv(ORDER, 1, g, zero, at_pole, z, scratch);
    expect_series("(0 + 2t)/0 at a pole", z, want_pole);
    flx_kernel_adiv(ORDER, 1, g, zero, at_nan, z, scratch);
    expect_series("(0 + 2t)/0 at 0/0", z, want_nan);
    flx_kernel_adiv(ORDER, 1, g, y, regular, z, scratch);
    expect_series("(0 + 2t)/(4 + t^2)", z, want);
}

/* The branch not chosen has no influence; a NaN condition chooses as C's comparison does. */
Test(kernel_edges, selection)
{
    const double a[COUNT] = {1.0, 2.0, 3.0}, b[COUNT] = {NONE, INF, NONE, INF, NONE, INF, NONE};
    const double conditions[] = {1.0, 0.0, -0.0, -1.0, INF, NONE};
    double z[COUNT];
    for (size_t i = 0; i < LENGTH(conditions); i++) {
        const double c[COUNT] = {conditions[i], INF, NONE};
        const int first = conditions[i] > 0.0;
        flx_kernel_select(ORDER, 1, c, first ? a : b, first ? b : a, z);
        expect_series("select", z, a);
    }
}

/* Products of series whose constant terms are tiny keep the digits of a polynomial. */
Test(kernel_edges, integer_powers_near_0)
{
    const double x[COUNT] = {1e-9, 1.0, 1.0};
    double z[COUNT], scratch[FLX_KERNEL_SCRATCH(ORDER)];
    flx_kernel_pow_xc(ORDER, 1, x, 4.0, z, scratch);
    const double want[COUNT] = {
        1e-36, 4e-27, 6e-18 + 4e-27, 4e-9 + 12e-18, 1.0 + 12e-9 + 6e-18, 4.0 + 12e-9, 6.0 + 4e-9};
    expect_series("(1e-9 + t + t^2)^4", z, want);
    const double y[COUNT] = {1e-9, 1.0, 1e-9};
    flx_kernel_pow_xc(ORDER, 1, y, 4.0, z, scratch);
    const double slope_alone[COUNT] = {1e-36, 4e-27, 6e-18, 4e-9, 1.0 + 12e-18, 4e-9, 6e-18};
    expect_series("(1e-9 + t + 1e-9t^2)^4", z, slope_alone);
}

/* Overflow from the first derivative on: the terms of the variable exponent are smaller by 200
 * orders of magnitude, but of the other sign. */
Test(kernel_edges, overflow_with_a_variable_exponent)
{
    const double x[4] = {1e-200, 1.0}, y[4] = {-0.7, 1.0};
    double z[4], scratch[FLX_KERNEL_SCRATCH(3)];
    flx_kernel_pow(3, 1, x, y, z, scratch);
    cr_expect(z[1] == -INF && z[2] == INF && z[3] == -INF, "%g %g %g", z[1], z[2], z[3]);
}

/* Powers of the increment overflow where the coefficients, by mpmath, do not. */
Test(kernel_edges, steep_in_a_tail)
{
    const double x[4] = {345.0, 1e160};
    const double want[4] = {8.6869531255593080339e-300, -1.7373906251118616068e-139,
                            1.7373906251118616068e+21, -1.1582604167412410712e+181};
    double z[4], scratch[FLX_KERNEL_SCRATCH(3)];
    flx_kernel_sech2(3, 1, x, z, scratch);
    for (size_t k = 0; k < 4; k++)
        cr_expect(agrees(k, z[k], want[k]), "%zu: %.17g, not %.17g", k, z[k], want[k]);
}

/* The first power is the series itself, and a square's value is libm's, not the product. */
Test(kernel_edges, first_and_second_power)
{
    double x[COUNT] = {0.3, 0.7, -0.1, 1.0 / 3, 1e-5, 0.07, -0.6};
    double z[COUNT], scratch[FLX_KERNEL_SCRATCH(ORDER)];
    for (; x[0] < 100.0; x[0] *= 1.7) {
        flx_kernel_pow_xc(ORDER, 1, x, 1.0, z, scratch);
        for (size_t k = 0; k < COUNT; k++) cr_expect(z[k] == x[k], "%zu: %a %a", k, z[k], x[k]);
    }
    volatile double two = 2.0;        /* compilers write x*x for pow(x, 2.0) */
    for (int i = 0; i < 20000; i++) { /* glibc's pow differs from the product at 1 in 1000 */
        const double y[COUNT] = {0.5 + i * 0.00013, 1.0};
        flx_kernel_pow_xc(ORDER, 1, y, 2.0, z, scratch);
        cr_expect(z[0] == pow(y[0], two), "%a: %a", y[0], z[0]);
    }
}

/* In the far tail x*x must not lose what the exponential magnifies: 40 digits of mpmath. */
Test(kernel_edges, erf_in_the_far_tail)
{
    const double x[2] = {25.550253388689868, 1.0};
    double z[2], scratch[FLX_KERNEL_SCRATCH(1)];
    flx_kernel_erf(1, 1, x, z, scratch);
    const double want = 3.453887546366269578598064965116072984512e-284;
    cr_expect_leq(fabs(z[1] - want), 8.0 * 0x1p-53 * want, "%.17g", z[1]);
}

/* hypot(sin(x)*log(x), cos(x)*log(x)) = log(x) near its root at 1: both arguments vanish there, hypot
 * has no singularity, and the coefficients of a logarithm are (-1)^(k+1)/(k*x^k). */
Test(kernel_edges, hypot_near_where_its_arguments_vanish)
{
    enum { HIGH = 16, MANY = HIGH + 1 };
    static const double points[] = {1.5, 1.140625, 1.0625};
    for (size_t i = 0; i < LENGTH(points); i++) {
        const double x[MANY] = {points[i], 1.0};
        double l[MANY], s[MANY], c[MANY], a[MANY], b[MANY], z[MANY], room[FLX_KERNEL_SCRATCH(HIGH)];
        flx_kernel_log(HIGH, 1, x, l, room);
        flx_kernel_sincos(HIGH, 1, x, s, c, room);
        flx_kernel_mul(HIGH, 1, s, l, a);
        flx_kernel_mul(HIGH, 1, c, l, b);
        flx_kernel_hypot(HIGH, 1, a, b, z, room);
        for (size_t k = 1; k < MANY; k++) {
            const double want = (k % 2 ? 1.0 : -1.0) / ((double)k * pow(points[i], (double)k));
            cr_expect(fabs(z[k] - want) <= 4.0 * (double)(k + 1) * 0x1p-52 * fabs(want),
                      "hypot near a root, at %g: coefficient %zu is %.17g, not %.17g", points[i], k,
                      z[k], want);
        }
    }
}

/* f(x + a*t) has the coefficients a^k*c_k, where a^k alone would vanish and c_k is large. */
Test(kernel_edges, tan_near_its_pole_of_a_slow_series)
{
    const double x[COUNT] = {1.57079, 1.1, -0.6, 0.3}, points[] = {1.0, 0x1p-240, 0x1p-265};
    double z[COUNT], slow[COUNT], want[COUNT], scratch[FLX_KERNEL_SCRATCH(ORDER)];
    flx_kernel_tan(ORDER, 1, x, want, scratch);
    for (size_t i = 0; i < LENGTH(points); i++) {
        for (size_t k = 0; k < COUNT; k++) slow[k] = x[k];
        for (size_t k = 1; k < COUNT; k++)
            for (size_t j = 0; j < k; j++) slow[k] *= points[i];
        for (size_t order = 1; order <= 4; order++) {
            flx_kernel_tan(order, 1, slow, z, scratch);
            for (size_t k = 1; k <= order; k++) {
                const double back = ldexp(z[k], -(int)k * ilogb(points[i]));
                cr_expect(fabs(back - want[k]) <= 0x1p-48 * fabs(want[k]),
                          "%a, order %zu: coefficient %zu is %.17g, not %.17g", points[i], order, k,
                          back, want[k]);
            }
        }
    }
}

/* Where there is no angle, and where nothing moves, as elsewhere. */
Test(kernel_edges, sine_and_cosine_at_once_are_what_each_is_alone)
{
    const double points[] = {0.0, -0.0, 0.7, INF, -INF, NONE};
    for (size_t p = 0; p < LENGTH(points); p++) {
        for (int moves = 0; moves < 2; moves++) {
            const double x[COUNT] = {points[p], moves, 0.0, 0.5 * moves};
            double s[COUNT], c[COUNT], want[COUNT], scratch[FLX_KERNEL_SCRATCH(ORDER)];
            flx_kernel_sincos(ORDER, 1, x, s, c, scratch);
            flx_kernel_sin(ORDER, 1, x, want, scratch);
            expect_series("sine", s, want);
            flx_kernel_cos(ORDER, 1, x, want, scratch);
            expect_series("cosine", c, want);
        }
    }
}

/* Slopes that are no normal numbers, times increments that make them large: series of
 * log(1 + exp(-740 + 2^200*t)) by mpmath, whose logarithm takes nothing from them: they are those of
 * the exponential's share, and of what that leaves, but for the sign. */
Test(kernel_edges, logistic_tails_keep_their_digits)
{
    enum { FEW = 5 };
    const double x[FEW + 1] = {-740.0, 0x1p200}, more[FEW + 1] = {0.0};
    const double want[FEW + 1] = {4.2e-322,
                                  6.731045470754049e-262,
                                  5.408186522295923e-202,
                                  2.89687355770868e-142,
                                  1.1637740823224924e-82,
                                  3.7402256956132146e-23};
    const double back[FEW + 1] = {740.0, -0x1p200};
    enum { SOFTPLUS, LOGSUMEXP, SIGMOID, SHARE, SIGMOID_LEFT, SHARE_LEFT, KERNELS };
    double z[KERNELS][FEW + 1], scratch[FLX_KERNEL_SCRATCH(FEW)];
    flx_kernel_softplus(FEW, 1, x, z[SOFTPLUS], scratch);
    flx_kernel_logsumexp(FEW, 1, more, x, z[LOGSUMEXP], scratch);
    flx_kernel_sigmoid(FEW, 1, x, z[SIGMOID], scratch);
    flx_kernel_share(FEW, 1, x, more, z[SHARE], scratch);
    flx_kernel_sigmoid(FEW, 1, back, z[SIGMOID_LEFT], scratch);
    flx_kernel_share(FEW, 1, more, x, z[SHARE_LEFT], scratch);
    for (int f = 0; f < KERNELS; f++) {
        const double side = f < SIGMOID_LEFT ? 1.0 : -1.0;
        cr_expect(side > 0.0 || z[f][0] == 1.0, "%d: %.17g", f, z[f][0]);
        for (size_t k = side > 0.0 ? 0 : 1; k <= FEW; k++) {
            const double allowed = 4.0 * (double)(k + 1) * 0x1p-52 * want[k] + 0x1p-1074;
            cr_expect(fabs(side * z[f][k] - want[k]) <= allowed, "%d, %zu: %.17g, not %.17g", f, k,
                      z[f][k], side * want[k]);
        }
    }
}

/* A share that has underflowed takes nothing from an infinite coefficient beside it. */
Test(kernel_edges, infinite_coefficients_beside_no_share)
{
    enum { FEW = 3 };
    const double far[FEW + 1] = {-1e300}, root[FEW + 1] = {0.0, INF, -INF, INF};
    double z[FEW + 1], w[FEW + 1], scratch[FLX_KERNEL_SCRATCH(FEW)];
    flx_kernel_logsumexp(FEW, 1, root, far, z, scratch);
    flx_kernel_logsumexp(FEW, 1, far, root, w, scratch);
    cr_expect(z[0] == 0.0 && z[1] == INF && w[1] == INF, "%g, %g, %g", z[0], z[1], w[1]);
}

/* Even derivatives of digamma have roots about halfway between its poles, where the sums of these would cancel:
 * psi''/2 by mpmath, to roundings of its reflection's terms, which are as large as that of 1-x. */
Test(kernel_edges, digamma_between_its_poles)
{
    static const double at[][3] = {{-6.49981689453125, 0.0076829903724187077, 0.0102},
                                   {-2.4995, -0.0054149007848391329, 0.059},
                                   {-1.4999, -0.1083723115124912422, 0.12}};
    for (size_t k = 0; k < LENGTH(at); k++) {
        const double x[3] = {at[k][0], 1.0, 0.0};
        double z[3], scratch[FLX_KERNEL_SCRATCH(2)];
        flx_kernel_digamma(2, 1, x, z, scratch);
        cr_expect(fabs(z[2] - at[k][1]) <= 12.0 * 0x1p-52 * at[k][2], "at %g: %.17g, not %.17g",
                  x[0], z[2], at[k][1]);
    }
}
