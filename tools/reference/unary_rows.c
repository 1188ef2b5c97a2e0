/* unary_rows.c: the functions of one argument: their series, and where they are sampled. */
#include "rows.h"

#include <float.h>

/* clang-format off */
#define NEAR_ZERO 0x1p-1074, 0x1.8p-1060, 0x1p-1022, 0x1.5p-700, 0x1.3p-340, 0x1.7p-120, \
                  0x1.9p-60, 0x1.1p-28, -0x1p-1074, -0x1p-1022, -0x1.5p-340, -0x1.3p-53, -0x1.7p-27
#define NEAR_ONE 1.0, 1.0 - 1e-12, 1.0 + 1e-12, 1.0 - 0x1p-53, 1.0 + 0x1p-52, 1.0 - 1e-6, 1.0 + 1e-6
#define HALVES 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 3.5, -4.5, 1.0, -1.0, 2.0, -3.0, 0.5 - 0x1p-54, \
               0.5 + 0x1p-53, -0.5 + 0x1p-54, 1.5 - 0x1p-52, 0x1p51 + 0.5, 0x1p52 + 1.0, -0x1p53
/* Not among them: 6381956970095103*2^797, of all doubles the nearest to an odd multiple of pi/2,
 * where glibc 2.36's own cos is 8 ulps off and its tan 14. */
#define NEAR_GAMMA_POLES -1.0 + 0x1p-53, -1.0 - 0x1p-52, -2.0 + 1e-9, -0.5, -0.50408, -1.5, -2.457, -2.7476, \
                  -3.0 - 1e-12, -10.0 + 1e-6, -10.3, -24.5, -25.5, -30.0 - 1e-9, -100.25, -100.5
#define NEAR_ENDS 0.9, 0.95, 0.99, 0.999, 0.99999, 1.0 - 1e-6, 1.0 - 1e-8, 1.0 - 1e-10, 1.0 - 1e-11, \
                  1.0 - 1e-12, 1.0 - 1e-14, 1.0 - 0x1p-52, 1.0 - 0x1p-53, -0.9, -0.99, -0.9999, \
                  -1.0 + 1e-8, -1.0 + 1e-11, -1.0 + 0x1p-53
#define NEAR_BRANCH -0x1.78b56362cef37p-2, -0x1.78b56362cef30p-2, -0.36787944117, -0.3678794, -0.36787, \
                  -0.3678, -0.367, -0.36, -0.34, -0.3, -0.26, -0.2501, -0.25
#define LARGE 0.25, 0.5, 0.75, 0.99, 1.0, 1.5, 2.718281828459045, 5.0, 20.0, 100.0, 1e4, 1e8, 1e15, 1e30, \
                  1e60, 1e100, 1e150, 1e200, 1e300, DBL_MAX
#define QUADRANTS 3.141, 0x1.921fb54442d18p+0, 0x1.921fb54442d18p+1, 0x1.2d97c7f3321d2p+2, \
                  0x1.921fb54442d18p-1, 22.0, 355.0, 1e5, 1e15, 1e22, 0x1.6ac5b262ca1ffp+700, 1e300

const unary_row unary_rows[] = {
    {"neg",      series_neg,      -1074, 1023, BOTH,     12, {0.5, DBL_MAX}, 1},
    {"square",   series_square,   -1074, 511,  BOTH,     24, {0.5, 1e-160, 1.3e154}, 1},
    {"sqrt",     arb_poly_sqrt_series,     -1074, 1023, POSITIVE, 56, {NEAR_ONE, 4.0, 2.0, 0x1p-1022, DBL_MAX}, 0},
    {"rsqrt",    arb_poly_rsqrt_series,    -1074, 1023, POSITIVE, 56, {NEAR_ONE, 4.0, 2.0, 0x1p-1022, DBL_MAX, 427572725.03016806, 2.8523913995690267e-206}, 0},
    {"cbrt",     series_cbrt,     -1074, 1023, BOTH,     36, {NEAR_ONE, 8.0, -1.0, -27.0, 0x1p-1022, DBL_MAX, -DBL_MAX, 0.20031290430425305, 0.17684974541061857}, 0},
    {"exp",      arb_poly_exp_series,      -60,   9,    BOTH,     34, {NEAR_ZERO, 1.0, 709.78, 709.0, 700.25, 512.5, -708.3, -708.5, -720.0, -740.0, -745.0, -745.3, -760.0}, 1},
    {"expm1",    series_expm1,    -60,   9,    BOTH,     34, {NEAR_ZERO, 1.0, 0.69, 709.78, 700.25, -36.0, -37.5, -40.0, -708.5, -740.0, -800.0, -1e4}, 1},
    {"log",      arb_poly_log_series,      -1074, 1023, POSITIVE, 56, {NEAR_ONE, 0x1.5bf0a8b145769p+1, 2.0, 0.5, 0.7, 1.4, 0x1p-1022, DBL_MAX, 1.8732155340368703e-24, 7.1074531726563654e-19}, 0},
    {"log1p",    arb_poly_log1p_series,    -100,  -1,   BOTH,     24, {NEAR_ZERO, 1.0, -1.0 + 1e-12, -1.0 + 0x1p-53, -1.0 + 1e-6, -0.99, -0.5, 3.5, 1e3, 1e8, 1e17, 1e100, 1e300, DBL_MAX}, 1},
    {"sin",      arb_poly_sin_series,      -80,   30,   BOTH,     34, {NEAR_ZERO, QUADRANTS, -1e22}, 1},
    {"cos",      arb_poly_cos_series,      -80,   30,   BOTH,     34, {NEAR_ZERO, QUADRANTS, -1e22}, 1},
    {"tan",      arb_poly_tan_series,      -80,   30,   BOTH,     34, {NEAR_ZERO, QUADRANTS, -1e22, 1.57, -1.57, 1.5707963, 4.712}, 1},
    {"asin",     arb_poly_asin_series,     -80,   -1,   BOTH,     34, {NEAR_ZERO, 1.0 - 1e-12, 1.0 - 0x1p-53, 1.0 - 1e-6, 0.99, 0.9, 0.7, -1.0 + 1e-12, -1.0 + 0x1p-53, -0.99, -0.75, 0.00097619863895572269, -0.00089902542249040141}, 1},
    {"acos",     arb_poly_acos_series,     -80,   -1,   BOTH,     34, {NEAR_ZERO, 1.0 - 1e-12, 1.0 - 0x1p-53, 1.0 - 1e-6, 0.99, 0.9, 0.7, -1.0 + 1e-12, -1.0 + 0x1p-53, -0.99, -0.75, 0.00097619863895572269, -0.00089902542249040141}, 1},
    {"atan",     arb_poly_atan_series,     -40,   40,   BOTH,     34, {NEAR_ZERO, NEAR_ONE, -1.0, 1.7, 1e20, 1e35, 1e52, 1e80, 1e103, 1e154, 1.4e154, 1e158, 1e161, 1e200, DBL_MAX, -1e52, -1e80, -1e158, 0.58935027117780692, 0.40613131559058502, 0.45055315842496668}, 1},
    {"sinh",     arb_poly_sinh_series,     -60,   9,    BOTH,     34, {NEAR_ZERO, 1.0, 19.1, 22.5, 709.0, 710.4, -22.5, -710.4}, 1},
    {"cosh",     arb_poly_cosh_series,     -60,   9,    BOTH,     34, {NEAR_ZERO, 1.0, 19.1, 22.5, 709.0, 710.4, -22.5, -710.4}, 1},
    {"tanh",     series_tanh,     -60,   7,    BOTH,     34, {NEAR_ZERO, 0.1, -0.1, 0.5493, 1.0, 10.0, -10.0, 19.1, -19.1, 22.5, 30.0, -30.0, 177.5, 300.0, -300.0, 354.0, 356.0, -356.0, 371.0, 372.5, 373.5, 800.0, -800.0, -2.7691559089153803, 0.69244928049681675, 0.41056319368641425, 0.57020996557798753}, 1},
    {"sigmoid",  series_sigmoid,  -60,   9,    BOTH,     34, {NEAR_ZERO, 1.0, 36.5, -36.5, 37.5, 40.0, -40.0, 300.0, -300.0, 700.0, -700.0, 708.0, -708.0, 720.0, -720.0, 740.0, -740.0, 745.3, -745.3, 800.0, -800.0, -8.4158578003934146, 1.4879440886574002, 1.6338421224077138}, 1},
    {"softplus", series_softplus, -60,   9,    BOTH,     34, {NEAR_ZERO, 1.0, 36.5, -36.5, 37.5, 40.0, -40.0, 300.0, -300.0, 700.0, -700.0, 708.0, -708.0, 720.0, -720.0, 740.0, -740.0, 745.3, -745.3, 800.0, -800.0, 0.79970013432955511, 1.6338421224077138}, 1},
    {"erf",      arb_hypgeom_erf_series,      -60,   3,    BOTH,     34, {NEAR_ZERO, 0.84, 1.0, -1.0, 2.5, 5.0, 5.9, 6.0, -6.0, 10.0, -10.0, 15.5, 20.0, -20.0, 26.0, -26.0, 26.6, 27.0, 27.2, 27.3, 30.0, -30.0}, 1},
    {"fabs",     series_fabs,     -1074, 1023, BOTH,     12, {0.5, DBL_MAX}, 0},
    {"exp2",     series_exp2,     -60,   9,    BOTH,     90, {NEAR_ZERO, 1.0, 1023.5, 0x1.fffffffffffffp+9, 1000.25, 768.3, -1000.7, -1021.5, -1022.5, -1040.3, -1060.7, -1073.5, -1074.5, -1080.0}, 1},
    {"log2",     series_log2,     -1074, 1023, POSITIVE, 200, {NEAR_ONE, 0x1.5bf0a8b145769p+1, 2.0, 0.5, 0.7, 1.4, 0x1p-1022, DBL_MAX, 1.8732155340368703e-24}, 0},
    {"log10",    series_log10,    -1074, 1023, POSITIVE, 200, {NEAR_ONE, 0x1.5bf0a8b145769p+1, 10.0, 100.0, 1e22, 2.0, 0.5, 0.7, 1.4, 0x1p-1022, DBL_MAX, 4.7219425299043012e-155, 1.1226258479778918e-103, 2.1550600251143345e-39}, 0},
    {"asinh",    series_asinh,    -60,   60,   BOTH,     100, {NEAR_ZERO, NEAR_ONE, -1.0, 1.7, 1e20, 1e35, 1e52, 1e80, 1e103, 1e154, 1.4e154, 1e158, 1e161, 1e200, DBL_MAX, -1e52, -1e80, -1e158, 1.6999998986721039, 1.1250000000011251, 0.33647120308953049}, 1},
    {"acosh",    series_acosh,    0,     60,   POSITIVE, 180, {1.0 + 0x1p-52, 1.0 + 0x1p-51, 1.0 + 1e-14, 1.0 + 1e-12, 1.0 + 1e-10, 1.0 + 1e-8, 1.0 + 1e-6, 1.0001, 1.01, 1.1, 1.4142135623730951, 1.7, 3.0, 1e20, 1e35, 1e52, 1e80, 1e103, 1e154, 1.4e154, 1e158, 1e161, 1e200, DBL_MAX}, 0},
    {"atanh",    series_atanh,    -60,   -1,   BOTH,     100, {NEAR_ZERO, 1.0 - 1e-12, 1.0 - 0x1p-53, 1.0 - 1e-6, 0.9999, 0.99, 0.9, 0.7, -1.0 + 1e-12, -1.0 + 0x1p-53, -0.99, -0.75}, 1},
    {"erfc",     arb_hypgeom_erfc_series,     -60,   4.7,  BOTH,     90, {NEAR_ZERO, 0.84, 1.0, -1.0, 2.5, 5.0, 5.9, 6.0, -6.0, 10.0, -10.0, 15.5, 20.0, -20.0, 24.0, 25.3, 25.9, 26.0, -26.0, 26.3, 26.5, 26.6, 27.0, 27.2, 27.3, -27.2, 30.0, -30.0}, 1},
    {"floor",    series_floor,    -60,   60,   BOTH,     100, {HALVES, NEAR_ZERO, DBL_MAX}, 1},
    {"ceil",     series_ceil,     -60,   60,   BOTH,     100, {HALVES, NEAR_ZERO, DBL_MAX}, 1},
    {"round",    series_round,    -60,   60,   BOTH,     100, {HALVES, NEAR_ZERO, DBL_MAX}, 1},
    {"trunc",    series_trunc,    -60,   60,   BOTH,     100, {HALVES, NEAR_ZERO, DBL_MAX}, 1},
    {"rint",     series_rint,     -60,   60,   BOTH,     100, {HALVES, NEAR_ZERO, DBL_MAX}, 1},
    {"sign",     series_sign,     -1074, 1023, BOTH,     100, {0.5, DBL_MAX}, 0},
    {"fabs_right", series_fabs,   -1074, 1023, BOTH,     100, {0.5, DBL_MAX}, 0},
    {"fabs_left",  series_fabs,   -1074, 1023, BOTH,     100, {0.5, DBL_MAX}, 0},
    {"relu",     series_relu,     -1074, 1023, BOTH,     100, {0.5, DBL_MAX}, 0},
    {"sinpi",    arb_poly_sin_pi_series,    -60,   50,   BOTH,     100, {HALVES, NEAR_ZERO, 0.25, 0.75, -1.25, 1.0 / 3.0, 1e15 + 0.25, 1.0 - 1e-12, 0.5 + 1e-9}, 1},
    {"cospi",    arb_poly_cos_pi_series,    -60,   50,   BOTH,     100, {HALVES, NEAR_ZERO, 0.25, 0.75, -1.25, 1.0 / 3.0, 1e15 + 0.25, 1.0 - 1e-12, 0.5 + 1e-9}, 1},
    {"logit",    series_logit,    -1074, -2,   POSITIVE, 170, {0.5, 0.5 - 0x1p-54, 0.5 + 0x1p-53, 0.5 - 1e-12, 0.5 + 1e-12, 0.5 - 1e-6, 0.5 + 1e-6, 0.49, 0.51, 0.45, 0.55, 0.4, 0.6, 0.3, 0.7, 0.25 - 0x1p-55, 0.251, 0.26, 0.24, 0.1, 0.9, 0.99, 0.999, 0.9999, 1.0 - 1e-5, 1.0 - 1e-6, 1.0 - 1e-8, 1.0 - 1e-10, 1.0 - 1e-12, 1.0 - 1e-14, 1.0 - 0x1p-52, 1.0 - 0x1p-53, 0.8, 0.75, 0.95, 1e-3, 1e-310, 0x1p-1074}, 0},
    {"sech2",    series_sech2,    -60,   7,    BOTH,     34, {NEAR_ZERO, 0.1, 0.6584, 1.0, 10.0, -10.0, 19.1, 30.0, 177.5, -178.5, 300.0, -300.0, 354.0, 356.0, 371.0, 372.5, 373.5, 800.0}, 1},
    {"lorentz",  series_lorentz,  -40,   40,   BOTH,     34, {NEAR_ZERO, NEAR_ONE, -1.0, 1e20, 1e35, 1e52, 1e80, 1e103, 1e154, 1.4e154, 1e158, 1e161, 1e200, DBL_MAX, -1e52, -1e80, -1e158}, 1},
    {"gauss",    series_gauss,    -60,   3,    BOTH,     34, {NEAR_ZERO, 0.7071, 1.0, 2.5, 5.9, 10.0, -10.0, 15.5, 20.0, -20.0, 26.0, -26.0, 26.6, 27.0, 27.2, 27.3, 30.0, -30.0}, 1},
    {"dasinh",   series_dasinh,   -60,   60,   BOTH,     60, {NEAR_ZERO, NEAR_ONE, -1.0, 1e20, 1e52, 1e80, 1e154, 1.4e154, 1e161, 1e200, DBL_MAX}, 1},
    {"xdasinh",  series_xdasinh,  -60,   60,   BOTH,     60, {NEAR_ZERO, NEAR_ONE, -1.0, 1e20, 1e52, 1e80, 1e154, 1.4e154, 1e161, 1e200, DBL_MAX}, 1},
    {"dacosh",   series_dacosh,   0,     60,   POSITIVE, 100, {1.0 + 0x1p-52, 1.0 + 1e-12, 1.0 + 1e-6, 1.01, 1.1, 1.7, 1e20, 1e52, 1e80, 1e154, 1.4e154, 1e161, 1e200, DBL_MAX}, 0},
    {"xdacosh",  series_xdacosh,  0,     60,   POSITIVE, 100, {1.0 + 0x1p-52, 1.0 + 1e-12, 1.0 + 1e-6, 1.01, 1.1, 1.7, 1e20, 1e52, 1e80, 1e154, 1.4e154, 1e161, 1e200, DBL_MAX}, 0},
    {"dlogit",   series_dlogit,   -1020, -2,   POSITIVE, 80, {0.5, 0.5 - 0x1p-54, 0.5 + 0x1p-53, 0.5 - 1e-12, 0.5 + 1e-12, 0.5 - 1e-6, 0.51, 0.6, 0.7, 0.251, 0.1, 0.9, 0.99, 1.0 - 1e-5, 1.0 - 1e-8, 1.0 - 1e-12, 1.0 - 0x1p-53}, 0},
    {"datanh",   series_datanh,   -60,   -1,   BOTH,     60, {NEAR_ZERO, 1.0 - 1e-12, 1.0 - 0x1p-53, 1.0 - 1e-6, 0.99, 0.9, -1.0 + 1e-12, -1.0 + 0x1p-53, -0.99}, 1},
    {"lgamma",   series_lgamma,   -60,   36,   BOTH,     84, {NEAR_GAMMA_POLES, NEAR_ONE, 0.5, 2.0, 2.0 - 1e-12, 2.0 + 1e-9, 0x1.762d86356be3fp+0, 1.46, 1.4616321, 1e20, 1e60, 1e150, 1e300, 2.5e305, 0x1p-700, 1e-300, -1e-300, 9.99, 10.01, 3.4025518606873131e+159, 4.9150355638068519e+106, 6.1378669005019546e-78, 2.7718553584052966e-21}, 0},
    {"tgamma",   arb_poly_gamma_series,   -60,   7.4,  BOTH,     80, {NEAR_GAMMA_POLES, NEAR_ONE, 2.0, 2.0 - 1e-12, 2.0 + 1e-9, 0x1.762d86356be3fp+0, 1.46, 1.4616321, 170.5, 171.62, 1e-300, -1e-300, 0x1p-600, 9.99, 10.01, -171.5, -176.5, 50.0, 142.7, 170.66650390625, 171.45240234375001, 171.61869064331054, -176.32763671875, 8.5205270529687382e-18}, 0},
    {"digamma",  arb_poly_digamma_series,  -60,   36,   BOTH,     84, {NEAR_GAMMA_POLES, NEAR_ONE, 2.0, 2.0 - 1e-12, 2.0 + 1e-9, 0x1.762d86356be3fp+0, 0x1.762d86356be3ep+0, 1.46, 1.4616321, 1e20, 1e60, 1e150, 1e300, 1e-150, -1e-150, 9.99, 10.01, 3.4025518606873131e+159, 1.8272039554692485e+80, 3.9978577827469751e+63}, 0},
    {"erfinv",   series_erfinv,   -60,   -2,   BOTH,     85, {NEAR_ZERO, NEAR_ENDS, 0.5, 0.84, 0.85, 0.8501}, 1},
    {"lambertw", series_lambertw, -60,   -3,   BOTH,     80, {NEAR_ZERO, NEAR_BRANCH, LARGE}, 1},
    {"derfinv",  series_derfinv,  -60,   -2,   BOTH,     34, {NEAR_ZERO, NEAR_ENDS, 0.5, 0.84, 0.85, 0.8501}, 1},
    {"dlambertw", series_dlambertw, -60, -3,   BOTH,     34, {NEAR_ZERO, NEAR_BRANCH, LARGE}, 1},
    {"rlambertw", series_rlambertw, -60, -3,   BOTH,     34, {NEAR_ZERO, NEAR_BRANCH, LARGE}, 1},
};
/* clang-format on */
const size_t unary_count = sizeof unary_rows / sizeof unary_rows[0];
