/* test_kernel_shape.c: what holds for every Taylor kernel alike: coefficient 0 is the plain value,
 * lower coefficients do not depend on the order, strides do not change bits, order 0 and order 30,
 * the gaps between strided coefficients stay untouched, NaN reaches what depends on it. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "ops/support.h"

#define ORDER 30
#define STRIDE 3
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

typedef void unary_kernel(size_t order, size_t stride, const double *x, double *z, double *scratch);
typedef void binary_kernel(size_t order, size_t stride, const double *x, const double *y, double *z,
                           double *scratch);

#define WITHOUT_SCRATCH_1(name)                                                                    \
    static void name##_1(size_t order, size_t stride, const double *x, double *z, double *scratch) \
    {                                                                                              \
        (void)scratch;                                                                             \
        flx_kernel_##name(order, stride, x, z);                                                    \
    }
#define WITHOUT_SCRATCH_2(name)                                                                    \
    static void name##_2(size_t order, size_t stride, const double *x, const double *y, double *z, \
                         double *scratch)                                                          \
    {                                                                                              \
        (void)scratch;                                                                             \
        flx_kernel_##name(order, stride, x, y, z);                                                 \
    }
WITHOUT_SCRATCH_1(neg)
WITHOUT_SCRATCH_1(square)
WITHOUT_SCRATCH_2(add)
WITHOUT_SCRATCH_2(sub)
WITHOUT_SCRATCH_2(mul)
WITHOUT_SCRATCH_2(div)

static void power_0_37(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    flx_kernel_pow_xc(order, stride, x, 0.37, z, scratch);
}
static double value_0_37(double x) { return flx_double_pow(x, 0.37); }

static void power_3(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    flx_kernel_pow_xc(order, stride, x, 3.0, z, scratch);
}
static double value_3(double x) { return flx_double_pow(x, 3.0); }

static void power_of_parts(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    flx_kernel_powc(order, stride, x, -0.6, 0.0, z, scratch);
}
static double value_of_parts(double x) { return flx_double_powc(x, -0.6, 0.0); }

static void power_less_2(size_t order, size_t stride, const double *x, const double *y, double *z,
                         double *scratch)
{
    flx_kernel_powk(order, stride, x, y, 2, 3, z, scratch);
}
static double value_less_2(double x, double y) { return flx_double_powk(x, y, 2, 3); }

static void divide_adjoint(size_t order, size_t stride, const double *x, const double *y, double *z,
                           double *scratch)
{
    flx_kernel_adiv(order, stride, x, y, x, z, scratch);
}
static double value_adiv(double x, double y) { return flx_double_adiv(x, y, x); }

/* Families, at some order and derivative number. */
#define FAMILY(name, n, k)                                                                         \
    static void name##_family(size_t order, size_t stride, const double *x, double *z,             \
                              double *scratch)                                                     \
    {                                                                                              \
        flx_kernel_##name(order, stride, x, n, k, z, scratch);                                     \
    }                                                                                              \
    static double name##_value(double x) { return flx_double_##name(x, n, k); }
FAMILY(dpolygamma, 1, 2)
FAMILY(djn, 2, 1)
FAMILY(dyn, -1, 1)
FAMILY(dtgamma, 0, 3)

/* clang-format off */
static const struct {
    const char *name;
    unary_kernel *kernel;
    double (*value)(double);
} unary[] = {
#define FLX_UNARY(name, meaning) {#name, flx_kernel_##name, flx_double_##name},
#include <fluxion/functions.def>
#define OP(name, value, slot, domain, derivative)
#define OP_INLINE OP
#define OP_SUPPORT(name, value, slot, domain, derivative)                                          \
    {#name, flx_kernel_##name, flx_double_##name},
#include "ops/ops.def"
#undef OP
    {"neg", neg_1, flx_double_neg},
    {"square", square_1, flx_double_square},
    {"dpolygamma 1 2", dpolygamma_family, dpolygamma_value},
    {"djn 2 1", djn_family, djn_value},
    {"dyn -1 1", dyn_family, dyn_value},
    {"dtgamma 3", dtgamma_family, dtgamma_value},
    {"pow_xc 0.37", power_0_37, value_0_37},
    {"pow_xc 3", power_3, value_3},
    {"powc -0.6 0", power_of_parts, value_of_parts},
};

static const struct {
    const char *name;
    binary_kernel *kernel;
    double (*value)(double, double);
} binary[] = {
#define FLX_BINARY(name, meaning) {#name, flx_kernel_##name, flx_double_##name},
#include <fluxion/functions.def>
#define OP2(name, value, dx, dy)
#define OP2_SUPPORT(name, value, dx, dy) {#name, flx_kernel_##name, flx_double_##name},
#include "ops/binary.def"
#undef OP2
    {"add", add_2, flx_double_add},
    {"sub", sub_2, flx_double_sub},
    {"mul", mul_2, flx_double_mul},
    {"div", div_2, flx_double_div},
    {"amul", flx_kernel_amul, flx_double_amul},
    {"adiv", divide_adjoint, value_adiv},
    {"powk 2 3", power_less_2, value_less_2},
};
static const struct {
    const char *name;
    void (*kernel)(size_t order, size_t stride, const double *x, const double *y, const double *c,
                   double *z, double *scratch);
    double (*value)(double, double, double);
} ternary[] = {
#define FLX_TERNARY(name, meaning) {#name, flx_kernel_##name, flx_double_##name},
#include <fluxion/functions.def>
#define OP3(name, value, dx, dy, dz)
#define OP3_SUPPORT(name, value, dx, dy, dz) {#name, flx_kernel_##name, flx_double_##name},
#include "ops/ternary.def"
#undef OP3
};
/* clang-format on */

static const double points[] = {0.0,
                                -0.0,
                                1.0,
                                -1.0,
                                0.3,
                                -0.6,
                                2.5,
                                -7.25,
                                25.0,
                                -40.0,
                                -40.25,
                                300.0,
                                -720.0,
                                1e200,
                                -1e-200,
                                5e-324,
                                1e308,
                                1.0 - 1e-15,
                                -0x1.78b56362cef38p-2,
                                (double)INFINITY,
                                (double)-INFINITY,
                                (double)NAN};

/* Increments with zeros among them. */
static void series(double x0, double first, size_t stride, double *x)
{
    for (size_t k = 0; k <= ORDER; k++)
        x[k * stride] = k % 3 == 2 ? 0.0 : first / (double)(k * k + 1) * (k % 2 ? 1.0 : -1.0);
    x[0] = x0;
}

static int same(double a, double b) { return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0; }

/* One buffer of results at stride STRIDE, in which the gaps hold a mark. */
static const double mark = -12345.0;
static void set_marks(double *z)
{
    for (size_t k = 0; k < STRIDE * (ORDER + 1); k++) z[k] = mark;
}

/* What scratch holds before makes no difference. */
static void fill(double *scratch, double c)
{
    for (size_t k = 0; k < FLX_KERNEL_SCRATCH(ORDER); k++) scratch[k] = c;
}

static void expect_strided(const char *name, double x0, double y0, const double *z,
                           const double *strided)
{
    for (size_t k = 0; k < STRIDE * (ORDER + 1); k++)
        cr_expect(same(strided[k], k % STRIDE ? mark : z[k / STRIDE]),
                  "%s at %g, %g: place %zu holds %g", name, x0, y0, k, strided[k]);
}

Test(kernel_shape, functions_of_one_series)
{
    double x[ORDER + 1], z[ORDER + 1], wide[STRIDE * (ORDER + 1)], wide_z[STRIDE * (ORDER + 1)];
    double scratch[FLX_KERNEL_SCRATCH(ORDER) + 1];
    for (size_t f = 0; f < LENGTH(unary); f++) {
        for (size_t i = 0; i < LENGTH(points); i++) {
            series(points[i], 0.4, 1, x);
            series(points[i], 0.4, STRIDE, wide);
            set_marks(wide_z);
            scratch[FLX_KERNEL_SCRATCH(ORDER)] = mark;
            fill(scratch, 1.0);
            unary[f].kernel(ORDER, 1, x, z, scratch);
            fill(scratch, (double)NAN);
            unary[f].kernel(ORDER, STRIDE, wide, wide_z, scratch);
            expect_strided(unary[f].name, points[i], 0.0, z, wide_z);
            cr_expect(scratch[FLX_KERNEL_SCRATCH(ORDER)] == mark, "%s: scratch overrun",
                      unary[f].name);
            cr_expect(same(z[0], unary[f].value(points[i])), "%s at %g: value %a", unary[f].name,
                      points[i], z[0]);
            double z0 = mark;
            unary[f].kernel(0, 1, x, &z0, scratch);
            cr_expect(same(z0, z[0]), "%s at %g: order 0 gives %a", unary[f].name, points[i], z0);
        }
    }
}

Test(kernel_shape, functions_of_two_series)
{
    double x[ORDER + 1], y[ORDER + 1], z[ORDER + 1];
    double wide_x[STRIDE * (ORDER + 1)], wide_y[STRIDE * (ORDER + 1)];
    double wide_z[STRIDE * (ORDER + 1)], scratch[FLX_KERNEL_SCRATCH(ORDER) + 1];
    for (size_t f = 0; f < LENGTH(binary); f++) {
        for (size_t i = 0; i < LENGTH(points) * LENGTH(points); i++) {
            const double x0 = points[i % LENGTH(points)], y0 = points[i / LENGTH(points)];
            series(x0, 0.4, 1, x);
            series(y0, -0.3, 1, y);
            series(x0, 0.4, STRIDE, wide_x);
            series(y0, -0.3, STRIDE, wide_y);
            set_marks(wide_z);
            scratch[FLX_KERNEL_SCRATCH(ORDER)] = mark;
            fill(scratch, 1.0);
            binary[f].kernel(ORDER, 1, x, y, z, scratch);
            fill(scratch, (double)NAN);
            binary[f].kernel(ORDER, STRIDE, wide_x, wide_y, wide_z, scratch);
            expect_strided(binary[f].name, x0, y0, z, wide_z);
            cr_expect(scratch[FLX_KERNEL_SCRATCH(ORDER)] == mark, "%s: scratch overrun",
                      binary[f].name);
            cr_expect(same(z[0], binary[f].value(x0, y0)), "%s at %g, %g: value %a", binary[f].name,
                      x0, y0, z[0]);
            double z0 = mark;
            binary[f].kernel(0, 1, x, y, &z0, scratch);
            cr_expect(same(z0, z[0]), "%s at %g, %g: order 0 gives %a", binary[f].name, x0, y0, z0);
        }
    }
}

/* At the lowest orders, for which there are roads of their own. What is behind the last coefficient may be
 * large, next to nothing or no number. */
Test(kernel_shape, neither_strides_nor_what_is_behind_the_last_coefficient_matter)
{
    static const double behind[] = {1.0, 1e-200, (double)NAN};
    double x[ORDER + 1], z[ORDER + 1], wide[STRIDE * (ORDER + 1)], wide_z[STRIDE * (ORDER + 1)];
    double other[ORDER + 1], scratch[FLX_KERNEL_SCRATCH(ORDER)];
    for (size_t i = 0; i < LENGTH(unary) * LENGTH(points); i++) {
        const double x0 = points[i / LENGTH(unary)];
        const size_t f = i % LENGTH(unary);
        for (size_t order = 0; order <= 9; order++) {
            for (size_t k = 0; k <= ORDER; k++) z[k] = other[k] = mark;
            series(x0, 0.4, 1, x);
            series(x0, 0.4, STRIDE, wide);
            set_marks(wide_z);
            unary[f].kernel(order, 1, x, z, scratch);
            unary[f].kernel(order, STRIDE, wide, wide_z, scratch);
            expect_strided(unary[f].name, x0, 0.0, z, wide_z);
            for (size_t n = 0; n < LENGTH(behind); n++) {
                for (size_t k = order + 2; k <= ORDER; k++) x[k] = behind[n];
                unary[f].kernel(order, 1, x, other, scratch);
                for (size_t k = 0; k <= ORDER; k++)
                    cr_expect(same(other[k], k <= order ? z[k] : mark),
                              "%s at %g, order %zu, %g behind: coefficient %zu is %a, not %a",
                              unary[f].name, x0, order, behind[n], k, other[k], z[k]);
            }
        }
    }
}

/* A constant has no derivatives, whatever the function does at it. */
Test(kernel_shape, constants_stay_constant)
{
    double x[ORDER + 1] = {0.0}, y[ORDER + 1] = {0.0}, z[ORDER + 1];
    double scratch[FLX_KERNEL_SCRATCH(ORDER)];
    for (size_t i = 0; i < LENGTH(points); i++) {
        x[0] = points[i];
        for (size_t f = 0; f < LENGTH(unary); f++) {
            unary[f].kernel(ORDER, 1, x, z, scratch);
            for (size_t k = 1; k <= ORDER; k++)
                cr_expect(z[k] == 0.0, "%s at %g: coefficient %zu is %g", unary[f].name, x[0], k,
                          z[k]);
        }
        for (size_t j = 0; j < LENGTH(points); j++) {
            y[0] = points[j];
            for (size_t f = 0; f < LENGTH(binary); f++) {
                binary[f].kernel(ORDER, 1, x, y, z, scratch);
                for (size_t k = 1; k <= ORDER; k++)
                    cr_expect(z[k] == 0.0, "%s at %g, %g: coefficient %zu is %g", binary[f].name,
                              x[0], y[0], k, z[k]);
            }
        }
    }
}

/* Where the value is NaN, a coefficient is NaN if an increment reaches it and 0 if none does: with
 * increments in t^2 alone, only even powers are reached. */
Test(kernel_shape, undefined_reaches_what_depends_on_it)
{
    double x[ORDER + 1] = {0.0}, y[ORDER + 1] = {0.0}, z[ORDER + 1];
    double scratch[FLX_KERNEL_SCRATCH(ORDER)];
    size_t seen = 0;
    x[2] = 1.0;
    y[2] = -0.5;
    for (size_t i = 0; i < LENGTH(points); i++) {
        x[0] = points[i];
        for (size_t f = 0; f < LENGTH(unary); f++) {
            const int linear = strcmp(unary[f].name, "neg") == 0;
            unary[f].kernel(ORDER, 1, x, z, scratch);
            for (size_t k = 1; k <= ORDER && z[0] != z[0] && !linear; k++, seen++) {
                /* x*x at NaN is NaN + 2*NaN*t^2 + t^4: the second derivative is known. */
                if (strcmp(unary[f].name, "square") == 0 && k > 2) break;
                cr_expect(k % 2 ? z[k] == 0.0 : z[k] != z[k], "%s at %g: coefficient %zu is %g",
                          unary[f].name, x[0], k, z[k]);
            }
        }
        for (size_t j = 0; j < LENGTH(points); j++) {
            y[0] = points[j];
            for (size_t f = 0; f < LENGTH(binary); f++) {
                const char *name = binary[f].name;
                binary[f].kernel(ORDER, 1, x, y, z, scratch);
                if (strcmp(name, "add") == 0 || strcmp(name, "sub") == 0 || strcmp(name, "mul") == 0
                    || strcmp(name, "amul") == 0)
                    continue;
                for (size_t k = 1; k <= ORDER && z[0] != z[0]; k++, seen++)
                    cr_expect(k % 2 ? z[k] == 0.0 : z[k] != z[k],
                              "%s at %g, %g: coefficient %zu is %g", name, x[0], y[0], k, z[k]);
            }
        }
    }
    cr_expect(seen > 1000, "%zu", seen);
}

/* Order 30 agrees with orders 5 to 12 to the bit: coefficients do not depend on later ones, nor on how many
 * there are to the next four. */
Test(kernel_shape, lower_coefficients_do_not_depend_on_the_order)
{
    double x[ORDER + 1], y[ORDER + 1], z[ORDER + 1], low[13];
    double scratch[FLX_KERNEL_SCRATCH(ORDER)];
    for (size_t i = 0; i < LENGTH(points); i++) {
        series(points[i], 0.4, 1, x);
        for (size_t f = 0; f < LENGTH(unary); f++) {
            unary[f].kernel(ORDER, 1, x, z, scratch);
            for (size_t order = 5; order <= 12; order++) {
                unary[f].kernel(order, 1, x, low, scratch);
                for (size_t k = 0; k <= order; k++)
                    cr_expect(same(z[k], low[k]), "%s at %g: coefficient %zu of %zu: %a, %a",
                              unary[f].name, points[i], k, order, z[k], low[k]);
            }
        }
        for (size_t j = 0; j < LENGTH(points); j++) {
            series(points[j], -0.3, 1, y);
            for (size_t f = 0; f < LENGTH(binary); f++) {
                binary[f].kernel(ORDER, 1, x, y, z, scratch);
                binary[f].kernel(8, 1, x, y, low, scratch);
                for (size_t k = 0; k <= 8; k++)
                    cr_expect(same(z[k], low[k]), "%s at %g, %g: coefficient %zu: %a, %a",
                              binary[f].name, points[i], points[j], k, z[k], low[k]);
            }
        }
    }
}

/* Powers choose among several ways: by the size of x[0] beside the other coefficients, by whether the
 * exponent has any, and by its value. None of it may depend on what a lower order does not have. */
Test(kernel_shape, powers_do_not_depend_on_the_order)
{
    static const double exponents[] = {-2.0, 0.0, 1.0, 1.5, 2.0, 3.0, 5.0, 1.0 - 0x1p-40, 17.25};
    enum { MOST = 12 };
    double x[ORDER + 1], y[ORDER + 1], z[ORDER + 1], low[ORDER + 1];
    double scratch[FLX_KERNEL_SCRATCH(ORDER)];
    size_t seen = 0;
    for (size_t i = 0; i < LENGTH(exponents); i++) {
        for (size_t large = 1; large <= MOST; large++) { /* of x */
            for (size_t first = 1; first <= MOST + 1;
                 first++, seen++) { /* of the exponent, if any */
                for (size_t k = 0; k <= ORDER; k++) {
                    x[k] = k < large ? 0.3 + 0.005 * (double)k : 0.8 - 0.02 * (double)k;
                    y[k] = k < first || first > MOST ? 0.0 : 0.1 * (double)k - 0.6;
                }
                x[0] = 0.37;
                y[0] = exponents[i];
                flx_kernel_pow(MOST, 1, x, y, z, scratch);
                for (size_t order = 1; order < MOST; order++) {
                    flx_kernel_pow(order, 1, x, y, low, scratch);
                    for (size_t k = 0; k <= order; k++)
                        cr_expect(z[k] == low[k],
                                  "exponent %g from %zu, x from %zu, order %zu: coefficient %zu "
                                  "is %a, not %a",
                                  y[0], first, large, order, k, low[k], z[k]);
                }
            }
        }
    }
    cr_expect(seen == LENGTH(exponents) * MOST * (MOST + 1));
}

/* As many coefficients as `order` says, at stride STRIDE, up to the signs of zeros. */
static void expect_numbers(const char *name, double x0, size_t order, const double *z,
                           const double *strided)
{
    for (size_t k = 0; k < STRIDE * (ORDER + 1); k++) {
        const double want = k % STRIDE || k / STRIDE > order ? mark : z[k / STRIDE];
        cr_expect(strided[k] == want || (strided[k] != strided[k] && want != want),
                  "%s at %g, order %zu: place %zu holds %g", name, x0, order, k, strided[k]);
    }
}

/* Sine and cosine at once are both alone, whatever the stride: at few coefficients and many, flat, steep and
 * infinite ones. */
Test(kernel_shape, sine_and_cosine_at_once)
{
    double x[STRIDE * (ORDER + 1)], s[STRIDE * (ORDER + 1)], c[STRIDE * (ORDER + 1)];
    double near[ORDER + 1], z[ORDER + 1], scratch[FLX_KERNEL_SCRATCH(ORDER)];
    static const double steep[] = {0.4, 1e-200, 1e30, 1e120, (double)INFINITY};
    for (size_t i = 0; i < LENGTH(points) * LENGTH(steep); i++) {
        const double x0 = points[i % LENGTH(points)], first = steep[i / LENGTH(points)];
        for (size_t order = 1; order <= ORDER; order += 1 + order / 4) {
            series(x0, first, STRIDE, x);
            series(x0, first, 1, near);
            set_marks(s);
            set_marks(c);
            flx_kernel_sincos(order, STRIDE, x, s, c, scratch);
            flx_kernel_sin(order, 1, near, z, scratch);
            expect_numbers("sin", x0, order, z, s);
            flx_kernel_cos(order, 1, near, z, scratch);
            expect_numbers("cos", x0, order, z, c);
        }
    }
}

/* All of the above for functions of three series. */
Test(kernel_shape, functions_of_three_series)
{
    static const double some[] = {0.0, 1.0, -0.6, 2.5, 1e200, (double)INFINITY, (double)NAN};
    enum { SOME = sizeof some / sizeof some[0] };
    double x[3][ORDER + 1], wide[3][STRIDE * (ORDER + 1)], z[ORDER + 1], low[9];
    double wide_z[STRIDE * (ORDER + 1)], scratch[FLX_KERNEL_SCRATCH(ORDER) + 1];
    for (size_t f = 0; f < LENGTH(ternary); f++) {
        for (size_t i = 0; i < SOME * SOME * SOME; i++) {
            const double at[3] = {some[i % SOME], some[i / SOME % SOME], some[i / SOME / SOME]};
            for (int n = 0; n < 3; n++) {
                series(at[n], 0.4 - 0.3 * n, 1, x[n]);
                series(at[n], 0.4 - 0.3 * n, STRIDE, wide[n]);
            }
            set_marks(wide_z);
            scratch[FLX_KERNEL_SCRATCH(ORDER)] = mark;
            ternary[f].kernel(ORDER, 1, x[0], x[1], x[2], z, scratch);
            ternary[f].kernel(ORDER, STRIDE, wide[0], wide[1], wide[2], wide_z, scratch);
            expect_strided(ternary[f].name, at[0], at[1], z, wide_z);
            cr_expect(scratch[FLX_KERNEL_SCRATCH(ORDER)] == mark, "%s: scratch overrun",
                      ternary[f].name);
            cr_expect(same(z[0], ternary[f].value(at[0], at[1], at[2])), "%s at %g, %g, %g: %a",
                      ternary[f].name, at[0], at[1], at[2], z[0]);
            ternary[f].kernel(8, 1, x[0], x[1], x[2], low, scratch);
            for (size_t k = 0; k <= 8; k++)
                cr_expect(same(z[k], low[k]), "%s: coefficient %zu: %a, %a", ternary[f].name, k,
                          z[k], low[k]);
            for (int n = 0; n < 3; n++)
                for (size_t k = 1; k <= ORDER; k++) x[n][k] = 0.0;
            ternary[f].kernel(ORDER, 1, x[0], x[1], x[2], z, scratch);
            for (size_t k = 1; k <= ORDER; k++)
                cr_expect(z[k] == 0.0, "%s at %g, %g, %g: coefficient %zu is %g", ternary[f].name,
                          at[0], at[1], at[2], k, z[k]);
        }
    }
}

/* y/x^2 and y/x^3 are powers of two where y is the least of all numbers, so that the angle's coefficients
 * are known: its sine times a coefficient would be next to nothing, with few digits. */
Test(kernel_shape, atan2_keeps_the_digits_of_an_angle_next_to_nothing)
{
    const double x[3] = {0x1p-511, 0x1p-500 / 3.0, 0.0}, y[3] = {0x1p-1074, 0.0, 0.0};
    const double want[3] = {0x1p-563, -x[1] * 0x1p-52, x[1] * x[1] * 0x1p459};
    double z[3], scratch[FLX_KERNEL_SCRATCH(2)];
    flx_kernel_atan2(2, 1, y, x, z, scratch);
    for (int k = 0; k < 3; k++)
        cr_expect(fabs(z[k] - want[k]) <= 4.0 * DBL_EPSILON * fabs(want[k]), "%d: %a for %a", k,
                  z[k], want[k]);
}
