/* Duals along many directions: each direction has the bits of flx_dual, for every function, at the
 * points of the reference files and at the delicate ones; at a width of one's own too. */
#include <criterion/criterion.h>

#include <fluxion/fluxion.h>

#include "reference.h"

/* An odd width: pairs of doubles and one left over. */
typedef struct dual3 {
    double d[3], v;
} dual3;
#define WIDTH 3
#define T dual3
#define F(name) dual3_##name
#include <fluxion/template/multidual.inc>
#include <fluxion/template/number.inc>
#undef WIDTH
#undef T
#undef F

typedef struct unary {
    const char *name;
    flx_dual (*of_dual)(flx_dual x);
    dual3 (*of_dual3)(dual3 x);
    flx_dual8 (*of_dual8)(flx_dual8 x);
} unary;

typedef struct binary {
    const char *name;
    flx_dual (*of_dual)(flx_dual x, flx_dual y);
    flx_dual (*of_dual_xc)(flx_dual x, double y);
    flx_dual (*of_dual_cx)(double x, flx_dual y);
    dual3 (*of_dual3)(dual3 x, dual3 y);
    dual3 (*of_dual3_xc)(dual3 x, double y);
    dual3 (*of_dual3_cx)(double x, dual3 y);
    flx_dual8 (*of_dual8)(flx_dual8 x, flx_dual8 y);
} binary;

/* clang-format off */
#define FLX_UNARY(name, meaning) {#name, flx_dual_##name, dual3_##name, flx_dual8_##name},
static const unary unaries[] = {
    FLX_UNARY(neg, "")
    FLX_UNARY(square, "")
#include <fluxion/functions.def>
};
#define FLX_BINARY(name, meaning) {#name, flx_dual_##name, flx_dual_##name##_xc, flx_dual_##name##_cx, dual3_##name, dual3_##name##_xc, dual3_##name##_cx, flx_dual8_##name},
static const binary binaries[] = {
    FLX_BINARY(add, "")
    FLX_BINARY(sub, "")
    FLX_BINARY(mul, "")
    FLX_BINARY(div, "")
#include <fluxion/functions.def>
};
/* clang-format on */

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const double delicate[] = {0.0,    -0.0,  0.5,    1.0,   -1.0,    2.0,      -2.0,
                                  1e-310, 1e200, -1e200, 5e307, REF_INF, -REF_INF, REF_NAN};

/* Derivatives along three directions, exact zeros among them. */
static const double along_x[3] = {1.0, 0.0, -0x1.8p-3}, along_y[3] = {0.0, -2.0, 0x1.4p+2};

static dual3 make3(double v, const double *d)
{
    dual3 r = {{d[0], d[1], d[2]}, v};
    return r;
}

static flx_dual8 make8(double v, const double *d)
{
    flx_dual8 r = flx_dual8_constant(v);
    for (int k = 0; k < 3; k++) r.d[k + 4] = d[k];
    return r;
}

static void expect_same(const char *name, double x, double y, int k, flx_dual want, double v,
                        double d)
{
    cr_expect(ref_same(v, want.v), "%s(%a, %a): %a, dual %a", name, x, y, v, want.v);
    cr_expect(ref_same(d, want.d), "%s(%a, %a) along %d: %a, dual %a", name, x, y, k, d, want.d);
}

static void check_unary(const unary *f, double x)
{
    const dual3 y3 = f->of_dual3(make3(x, along_x));
    const flx_dual8 y8 = f->of_dual8(make8(x, along_x));
    for (int k = 0; k < 3; k++) {
        const flx_dual want = f->of_dual(flx_dual_make(x, along_x[k]));
        expect_same(f->name, x, 0.0, k, want, y3.v, y3.d[k]);
        expect_same(f->name, x, 0.0, k, want, y8.v, y8.d[k + 4]);
    }
}

static void check_binary(const binary *f, double x, double y)
{
    const dual3 x3 = make3(x, along_x), y3 = make3(y, along_y), z3 = f->of_dual3(x3, y3);
    const dual3 xc = f->of_dual3_xc(x3, y), cx = f->of_dual3_cx(x, y3);
    const flx_dual8 z8 = f->of_dual8(make8(x, along_x), make8(y, along_y));
    for (int k = 0; k < 3; k++) {
        const flx_dual dx = flx_dual_make(x, along_x[k]), dy = flx_dual_make(y, along_y[k]);
        const flx_dual want = f->of_dual(dx, dy);
        expect_same(f->name, x, y, k, want, z3.v, z3.d[k]);
        expect_same(f->name, x, y, k, want, z8.v, z8.d[k + 4]);
        expect_same(f->name, x, y, k, f->of_dual_xc(dx, y), xc.v, xc.d[k]);
        expect_same(f->name, x, y, k, f->of_dual_cx(x, dy), cx.v, cx.d[k]);
    }
}

static void check_ternary(double x, double y, double z)
{
    static const double along_z[3] = {3.0, 0.0, 1.0};
    const dual3 a = make3(x, along_x), b = make3(y, along_y), c = make3(z, along_z);
    const dual3 f = dual3_fma(a, b, c), g = dual3_clamp(a, b, c);
    for (int k = 0; k < 3; k++) {
        const flx_dual da = flx_dual_make(x, along_x[k]), db = flx_dual_make(y, along_y[k]);
        const flx_dual dc = flx_dual_make(z, along_z[k]);
        expect_same("fma", x, y, k, flx_dual_fma(da, db, dc), f.v, f.d[k]);
        expect_same("clamp", x, y, k, flx_dual_clamp(da, db, dc), g.v, g.d[k]);
    }
}

Test(multidual, one_argument)
{
    for (size_t f = 0; f < LEN(unaries); f++) {
        ref_table table = ref_load(unaries[f].name, 1, REF_NUMBERS);
        cr_expect(table.count > 20, "reference file of %s", unaries[f].name);
        for (size_t i = 0; i < table.count; i++) check_unary(&unaries[f], table.point[i].x[0]);
        for (size_t i = 0; i < LEN(delicate); i++) check_unary(&unaries[f], delicate[i]);
        ref_free(&table);
    }
}

Test(multidual, two_and_three_arguments)
{
    ref_table table = ref_load("hypot", 2, REF_NUMBERS);
    cr_assert(table.count > 20);
    for (size_t f = 0; f < LEN(binaries); f++) {
        for (size_t i = 0; i < table.count; i++)
            check_binary(&binaries[f], table.point[i].x[0], table.point[i].x[1]);
        for (size_t i = 0; i < LEN(delicate); i++)
            for (size_t j = 0; j < LEN(delicate); j++)
                check_binary(&binaries[f], delicate[i], delicate[j]);
    }
    for (size_t i = 0; i < LEN(delicate); i++)
        for (size_t j = 0; j < LEN(delicate); j++)
            for (size_t k = 0; k < LEN(delicate); k++)
                check_ternary(delicate[i], delicate[j], delicate[k]);
    ref_free(&table);
}

Test(multidual, functions_with_plain_arguments)
{
    for (size_t i = 0; i < LEN(delicate); i++) {
        const double x = delicate[i];
        const dual3 a = make3(x, along_x);
        dual3 s, c;
        dual3_sincos(a, &s, &c);
        const dual3 y[] = {
            s, c, dual3_jn(2, a), dual3_yn(1, a), dual3_polygamma(1, a), dual3_powi(a, -3)};
        for (int k = 0; k < 3; k++) {
            const flx_dual d = flx_dual_make(x, along_x[k]);
            flx_dual ds, dc;
            flx_dual_sincos(d, &ds, &dc);
            const flx_dual want[] = {ds,
                                     dc,
                                     flx_dual_jn(2, d),
                                     flx_dual_yn(1, d),
                                     flx_dual_polygamma(1, d),
                                     flx_dual_powi(d, -3)};
            for (size_t n = 0; n < LEN(y); n++)
                expect_same("plain", x, (double)n, k, want[n], y[n].v, y[n].d[k]);
        }
    }
}

Test(multidual, zero_bytes_and_directions)
{
    static const flx_dual8 zero;
    flx_dual4 out = flx_dual4_variable(2.0, 4);
    cr_expect(zero.v == 0.0 && flx_dual8_exp(zero).d[7] == 0.0);
    for (size_t k = 0; k < 4; k++) {
        out = flx_dual4_variable(2.0, k);
        for (size_t j = 0; j < 4; j++) cr_expect(out.d[j] == (j == k ? 1.0 : 0.0));
    }
    out = flx_dual4_variable(2.0, 0 - (size_t)1); /* no such direction */
    for (size_t j = 0; j < 4; j++) cr_expect(out.d[j] == 0.0);
}

/* Functions of two arguments with their gradient, by another road: duals along each. */
Test(multidual, partials)
{
    double p[3];
    cr_expect(flx_partials_hypot(3.0, 4.0, p) == 5.0 && p[0] == 0.6 && p[1] == 0.8);
    cr_expect(flx_partials_pow(2.0, 3.0, p) == 8.0 && p[0] == 12.0
              && p[1] == flx_dual_pow_cx(2.0, flx_dual_variable(3.0)).d);
    cr_expect(flx_partials_fma(2.0, 3.0, 4.0, p) == 10.0 && p[0] == 3.0 && p[1] == 2.0
              && p[2] == 1.0);
    cr_expect(flx_partials_clamp(2.0, 3.0, 4.0, p) == 3.0 && p[0] == 0.0 && p[1] == 1.0
              && p[2] == 0.0);
}
