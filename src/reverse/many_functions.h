/* many_functions.h: the elementary functions at some points, from their rows: in vectors where that is
 * worth it, else point by point by the functions of plain double.
 *
 * What is arithmetic has the bits of plain double. With SLEEF (many_sleef.h) the common functions of
 * libm are its vectors, within 1.5 ulp. */
#ifndef FLUXION_REVERSE_MANY_FUNCTIONS_H
#define FLUXION_REVERSE_MANY_FUNCTIONS_H

#include <math.h>

#include "reverse/many_sleef.h"

#if defined(__GNUC__)
#define FLX_CALL __attribute__((noinline, unused))
#else
#define FLX_CALL inline
#endif

/* ---- point by point ---- */

static FLX_CALL flx_many flx_many_each(double (*f)(double), flx_many x)
{
    double a[FLX_WIDTH];
    flx_many_to(a, x);
    for (int l = 0; l < FLX_WIDTH; l++) a[l] = f(a[l]);
    return flx_many_from(a);
}

static FLX_CALL flx_many flx_many_each2(double (*f)(double, double), flx_many x, flx_many y)
{
    double a[FLX_WIDTH], b[FLX_WIDTH];
    flx_many_to(a, x);
    flx_many_to(b, y);
    for (int l = 0; l < FLX_WIDTH; l++) a[l] = f(a[l], b[l]);
    return flx_many_from(a);
}

static FLX_CALL flx_many flx_many_each3(double (*f)(double, double, double), flx_many x, flx_many y,
                                        flx_many z)
{
    double a[FLX_WIDTH], b[FLX_WIDTH], c[FLX_WIDTH];
    flx_many_to(a, x);
    flx_many_to(b, y);
    flx_many_to(c, z);
    for (int l = 0; l < FLX_WIDTH; l++) a[l] = f(a[l], b[l], c[l]);
    return flx_many_from(a);
}

/* y, but f(x) at the points of these bits. */
static FLX_CALL flx_many flx_many_route(unsigned bad, flx_many y, double (*f)(double), flx_many x)
{
    double a[FLX_WIDTH], b[FLX_WIDTH];
    flx_many_to(a, x);
    flx_many_to(b, y);
    for (unsigned l = 0; l < FLX_WIDTH; l++)
        if (bad >> l & 1u) b[l] = f(a[l]);
    return flx_many_from(b);
}

/* z at the points of the mask, elsewhere f(x, y). */
static FLX_CALL flx_many flx_many_route2(flx_many_mask good, flx_many z,
                                         double (*f)(double, double), flx_many x, flx_many y)
{
    const unsigned bits = flx_many_bits(good);
    double a[FLX_WIDTH], b[FLX_WIDTH], c[FLX_WIDTH];
    flx_many_to(a, x);
    flx_many_to(b, y);
    flx_many_to(c, z);
    for (unsigned l = 0; l < FLX_WIDTH; l++)
        if (!(bits >> l & 1u)) c[l] = f(a[l], b[l]);
    return flx_many_from(c);
}

static FLX_UNFOLD int flx_many_all(flx_many_mask m)
{
    return flx_many_bits(m) == flx_many_points();
}

/* ---- square roots ---- */

static FLX_UNFOLD flx_many flx_many_root(flx_many x)
{
#if defined(__AVX512F__)
    FLX_EACH_REGISTER x.r[k] = (flx_register)_mm512_sqrt_pd((__m512d)x.r[k]);
#elif defined(__AVX__)
    FLX_EACH_REGISTER x.r[k] = (flx_register)_mm256_sqrt_pd((__m256d)x.r[k]);
#elif defined(__SSE2__)
    FLX_EACH_REGISTER x.r[k] = (flx_register)_mm_sqrt_pd((__m128d)x.r[k]);
#else
    x = flx_many_each(sqrt, x);
#endif
    return x;
}

/* ---- functions that are arithmetic and a choice ---- */

#define C(c) flx_many_constant(c)
#define ADD(a, b) flx_many_add(a, b)
#define SUB(a, b) flx_many_sub(a, b)
#define MUL(a, b) flx_many_mul(a, b)
#define DIV(a, b) flx_many_div(a, b)
#define NEG(a) flx_many_neg(a)
#define ABS(a) flx_many_magnitude(a)
#define IF(m, a, b) flx_many_choose(m, a, b)
#define LT(a, b) flx_many_lt(a, b)
#define LE(a, b) flx_many_le(a, b)
#define EQ(a, b) flx_many_eq(a, b)
#define IS_NAN(a) flx_many_is_nan(a)

static FLX_UNFOLD flx_many flx_many_sign_of(flx_many x, double at_zero)
{
    const flx_many sign = IF(LT(x, C(0.0)), C(-1.0), C(at_zero));
    return flx_many_where_defined(IF(LT(C(0.0), x), C(1.0), sign), x);
}

/* The weight of x's derivative in max(x, y), share where they are equal. */
static FLX_UNFOLD flx_many flx_many_weight(flx_many x, flx_many y, double share)
{
    const flx_many weight = IF(LT(x, y), C(0.0), IF(EQ(x, y), C(share), C(1.0)));
    return IF(IS_NAN(x), IF(IS_NAN(y), x, C(0.0)), weight);
}

static FLX_UNFOLD flx_many flx_many_clamped(flx_many x, flx_many lo, flx_many hi)
{
    const flx_many inside = IF(LT(x, lo), lo, IF(LT(hi, x), hi, x));
    return IF(LE(lo, hi), flx_many_where_defined(inside, x), C((double)NAN));
}

/* What the argument a of clamp(x, lo, hi) has of its derivative. */
static FLX_UNFOLD flx_many flx_many_clamp_share(flx_many a, flx_many x, flx_many lo, flx_many hi)
{
    const flx_many v = flx_many_clamped(x, lo, hi), one = C(1.0), none = C(0.0);
    const flx_many count =
        ADD(ADD(IF(EQ(x, v), one, none), IF(EQ(lo, v), one, none)), IF(EQ(hi, v), one, none));
    return flx_many_where_defined(IF(EQ(a, v), DIV(one, count), none), v);
}

/* ---- functions of one argument ---- */

#define EXP(x) flx_many_libm(OP_exp, exp, x)
#define LOG1P(x) flx_many_libm(OP_log1p, log1p, x)

/* y = f(x) by SLEEF, and by libm where the arguments are not within its domain; 0 where it does not have this
 * function. */
static FLX_UNFOLD int flx_many_by_sleef(unsigned op, double (*f)(double), const flx_many *x,
                                        flx_many *y)
{
    unsigned bad = 0;
    if (!flx_many_sleef(op, x, y, &bad)) return 0;
    if (bad) *y = flx_many_route(bad, *y, f, *x);
    return 1;
}

static FLX_UNFOLD flx_many flx_many_libm(unsigned op, double (*f)(double), flx_many x)
{
    flx_many y;
    return flx_many_by_sleef(op, f, &x, &y) ? y : flx_many_each(f, x);
}

/* Sine and cosine, which together cost little more than one. */
static FLX_CALL void flx_many_sincos_at(const flx_many *x, flx_many *s, flx_many *c)
{
    unsigned bad = 0;
    if (!flx_many_sleef_parts(OP_sin, x, s, c, &bad)) {
        *s = flx_many_each(sin, *x);
        *c = flx_many_each(cos, *x);
    } else if (bad) {
        *s = flx_many_route(bad, *s, sin, *x);
        *c = flx_many_route(bad, *c, cos, *x);
    }
}

/* The formulas are those of ops/values.c. */
static FLX_UNFOLD flx_many flx_many_sigmoid_of(flx_many x)
{
    const flx_many e = EXP(NEG(ABS(x)));
    return DIV(IF(LE(C(0.0), x), C(1.0), e), ADD(C(1.0), e));
}

static FLX_UNFOLD flx_many flx_many_sech2_of(flx_many x)
{
    const flx_many e = EXP(MUL(C(-2.0), ABS(x)));
    return DIV(MUL(C(4.0), e), ADD(C(1.0), MUL(e, ADD(C(2.0), e))));
}

static FLX_UNFOLD flx_many flx_many_gauss_of(flx_many x, double a)
{
    const flx_many s = MUL(x, x);
    double part[FLX_WIDTH];
    flx_many_to(part, x);
    for (int l = 0; l < FLX_WIDTH; l++) part[l] = (double)(float)part[l];
    const flx_many high = flx_many_from(part), low = SUB(x, high);
    const flx_many error =
        ADD(ADD(SUB(MUL(high, high), s), MUL(MUL(C(2.0), high), low)), MUL(low, low));
    const flx_many corrected = MUL(EXP(MUL(C(-a), s)), SUB(C(1.0), MUL(C(a), error)));
    const flx_many_mask near = LE(s, C(4000.0));
    return flx_many_all(near) ? corrected : IF(near, corrected, EXP(NEG(s)));
}

static FLX_UNFOLD flx_many flx_many_lorentz_of(flx_many x)
{
    const flx_many r = DIV(C(1.0), x);
    return IF(LT(C(0x1p500), ABS(x)), MUL(r, r), DIV(C(1.0), ADD(C(1.0), MUL(x, x))));
}

static FLX_UNFOLD flx_many flx_many_dasinh_of(flx_many x)
{
    const flx_many a = ABS(x);
    const flx_many root = flx_many_root(ADD(C(1.0), MUL(x, x)));
    return DIV(C(1.0), IF(LT(C(0x1p500), a), a, root));
}

static FLX_UNFOLD flx_many flx_many_dacosh_of(flx_many x)
{
    const flx_many leg = flx_many_root(MUL(SUB(x, C(1.0)), ADD(x, C(1.0))));
    const flx_many y = DIV(C(1.0), IF(LT(C(0x1p500), x), x, leg));
    return IF(LT(x, C(1.0)), C((double)NAN), y);
}

static FLX_UNFOLD flx_many flx_many_unary(unsigned op, double (*f)(double), flx_many x)
{
    switch (op) {
    case OP_sqrt: return flx_many_root(x);
    case OP_rsqrt: return DIV(C(1.0), flx_many_root(x));
    case OP_fabs:
    case OP_fabs_right:
    case OP_fabs_left: return ABS(x);
    case OP_sign: return flx_many_sign_of(x, 0.0);
    case OP_sign_right: return flx_many_sign_of(x, 1.0);
    case OP_sign_left: return flx_many_sign_of(x, -1.0);
    case OP_relu: return IF(LT(C(0.0), x), x, flx_many_where_defined(C(0.0), x));
    case OP_step: return IF(LT(C(0.0), x), C(1.0), flx_many_where_defined(C(0.0), x));
    case OP_nought: return flx_many_where_defined(C(0.0), x);
    case OP_near: return IF(LT(C(64.0), x), C(64.0), IF(LT(x, C(-64.0)), C(-64.0), x));
    case OP_inside: return flx_many_where_defined(IF(LE(ABS(x), C(64.0)), C(1.0), C(0.0)), x);
    case OP_sigmoid: return flx_many_sigmoid_of(x);
    case OP_softplus:
        return ADD(IF(LT(C(0.0), x), x, flx_many_where_defined(C(0.0), x)),
                   LOG1P(EXP(NEG(ABS(x)))));
    case OP_sech2: return flx_many_sech2_of(x);
    case OP_gauss: return flx_many_gauss_of(x, 1.0);
    case OP_hgauss: return flx_many_gauss_of(x, 0.5);
    case OP_lorentz: return flx_many_lorentz_of(x);
    case OP_xlorentz:
        return DIV(IF(LT(C(0x1p500), ABS(x)), C(1.0), x),
                   IF(LT(C(0x1p500), ABS(x)), x, ADD(C(1.0), MUL(x, x))));
    case OP_dasin: return DIV(C(1.0), flx_many_root(MUL(SUB(C(1.0), x), ADD(C(1.0), x))));
    case OP_dasinh: return flx_many_dasinh_of(x);
    case OP_dacosh: return flx_many_dacosh_of(x);
    case OP_datanh:
        return IF(LT(C(1.0), ABS(x)), C((double)NAN),
                  DIV(C(1.0), MUL(SUB(C(1.0), x), ADD(C(1.0), x))));
    default: return flx_many_libm(op, f, x);
    }
}

/* The same from and to memory, where a function's vectors are read and written one by one. */
static FLX_UNFOLD void flx_many_unary_at(unsigned op, double (*f)(double), const flx_many *x,
                                         flx_many *y)
{
    if (!flx_many_by_sleef(op, f, x, y)) *y = flx_many_unary(op, f, *x);
}

/* ---- functions of two and three arguments ---- */

static FLX_UNFOLD flx_many flx_many_logsumexp_of(flx_many x, flx_many y)
{
    const flx_many most = IF(LT(x, y), y, x);
    const flx_many sum = ADD(most, LOG1P(EXP(NEG(ABS(SUB(x, y))))));
    return IF(EQ(x, y), ADD(x, C(0.69314718055994530942)), sum);
}

static FLX_UNFOLD flx_many flx_many_share_of(flx_many x, flx_many y)
{
    const flx_many d = SUB(x, y), b = SUB(d, x), error = SUB(SUB(x, SUB(d, b)), ADD(y, b));
    const flx_many s = flx_many_sigmoid_of(d);
    const flx_many corrected = MUL(s, ADD(C(1.0), MUL(error, flx_many_sigmoid_of(NEG(d)))));
    const flx_many_mask plain = flx_many_or(EQ(s, C(0.0)), IS_NAN(MUL(error, C(0.0))));
    return IF(plain, s, corrected);
}

/* The smaller of x and y, those routed to libm that are equal or not ordered: zeros have signs. */
static FLX_UNFOLD flx_many flx_many_lesser(flx_many x, flx_many y, double (*f)(double, double),
                                           flx_many a, flx_many b)
{
    const flx_many_mask less = LT(x, y), ordered = flx_many_or(less, LT(y, x));
    const flx_many z = IF(less, a, b);
    return flx_many_all(ordered) ? z : flx_many_route2(ordered, z, f, a, b);
}

static FLX_UNFOLD flx_many flx_many_binary(unsigned op, double (*f)(double, double), flx_many x,
                                           flx_many y)
{
    switch (op) {
    case OP_fmin:
    case OP_fmin_first:
    case OP_fmin_second: return flx_many_lesser(x, y, f, x, y);
    case OP_fmax:
    case OP_fmax_first:
    case OP_fmax_second: return flx_many_lesser(NEG(x), NEG(y), f, x, y);
    case OP_maxw: return flx_many_weight(x, y, 0.5);
    case OP_minw: return flx_many_weight(NEG(x), NEG(y), 0.5);
    case OP_maxw_first: return flx_many_weight(x, y, 1.0);
    case OP_minw_first: return flx_many_weight(NEG(x), NEG(y), 1.0);
    case OP_maxw_second: return flx_many_weight(x, y, 0.0);
    case OP_minw_second: return flx_many_weight(NEG(x), NEG(y), 0.0);
    case OP_xlogy:
        return IF(flx_many_and(EQ(x, C(0.0)), EQ(y, y)), C(0.0),
                  MUL(x, flx_many_libm(OP_log, log, y)));
    case OP_xdivy: {
        const flx_many quotient = IF(LT(y, C(0.0)), C((double)NAN), DIV(x, y));
        return IF(flx_many_and(EQ(x, C(0.0)), EQ(y, y)), C(0.0), quotient);
    }
    case OP_logsumexp: return flx_many_logsumexp_of(x, y);
    case OP_share: return flx_many_share_of(x, y);
    case OP_dshare: return MUL(flx_many_share_of(x, y), flx_many_share_of(y, x));
    default: {
        flx_many_mask good;
        flx_many z;
        if (!flx_many_sleef2(op, x, y, &z, &good)) return flx_many_each2(f, x, y);
        return flx_many_all(good) ? z : flx_many_route2(good, z, f, x, y);
    }
    }
}

static FLX_UNFOLD flx_many flx_many_ternary(unsigned op, double (*f)(double, double, double),
                                            flx_many x, flx_many y, flx_many z)
{
    switch (op) {
    case OP_clamp: return flx_many_clamped(x, y, z);
    case OP_clampx: return flx_many_clamp_share(x, x, y, z);
    case OP_clamplo: return flx_many_clamp_share(y, x, y, z);
    case OP_clamphi: return flx_many_clamp_share(z, x, y, z);
    default: return flx_many_each3(f, x, y, z);
    }
}

/* x^p, derived k times, while exponent and power are in the middle of their range: there the factor
 * and the power are rounded once each. */
static FLX_CALL flx_many flx_many_dpowc(flx_many x, double p, unsigned k)
{
    const double most = 0x1p500;
    double factor = 1.0, a[FLX_WIDTH], b[FLX_WIDTH] = {0.0};
    flx_many_mask good;
    flx_many power;
    for (unsigned i = 0; i < k; i++) factor *= p - i;
    const double e = p - k;
    if (k + e == p && p - e == k && fabs(factor) < most && factor != 0.0
        && flx_many_sleef2(OP_dpow, x, C(e), &power, &good)) {
        const flx_many y = MUL(C(factor), power);
        if (flx_many_all(good)) return y;
        flx_many_to(b, y);
    } else {
        good = LT(C(1.0), C(0.0));
    }
    const unsigned bits = flx_many_bits(good);
    flx_many_to(a, x);
    for (unsigned l = 0; l < FLX_WIDTH; l++)
        if (!(bits >> l & 1u)) b[l] = flx_double_dpowc(a[l], p, k);
    return flx_many_from(b);
}

static FLX_CALL flx_many flx_many_dpow(flx_many x, flx_many y, unsigned k, unsigned m)
{
    double a[FLX_WIDTH], b[FLX_WIDTH];
    flx_many_mask good;
    flx_many z;
    if (k == 0 && m == 0 && flx_many_sleef2(OP_dpow, x, y, &z, &good))
        return flx_many_all(good) ? z : flx_many_route2(good, z, pow, x, y);
    flx_many_to(a, x);
    flx_many_to(b, y);
    for (int l = 0; l < FLX_WIDTH; l++) a[l] = flx_double_dpow(a[l], b[l], k, m);
    return flx_many_from(a);
}

#undef C
#undef ADD
#undef SUB
#undef MUL
#undef DIV
#undef NEG
#undef ABS
#undef IF
#undef LT
#undef LE
#undef EQ
#undef IS_NAN
#undef EXP
#undef LOG1P

/* clang-format off */
#define OP(name, value, slot, domain, derivative) static FLX_CALL void flx_many_##name##_at(const flx_many *x, flx_many *y) { flx_many_unary_at(OP_##name, flx_double_##name, x, y); } static FLX_UNFOLD flx_many flx_many_##name(flx_many x) { flx_many y; flx_many_##name##_at(&x, &y); return y; }
#define OP_INLINE(name, value, slot, domain, derivative)
#include "ops/ops.def"
#undef OP
#define OP2(name, value, dx, dy) static FLX_CALL flx_many flx_many_##name(flx_many x, flx_many y) { return flx_many_binary(OP_##name, flx_double_##name, x, y); }
#include "ops/binary.def"
#undef OP2
#define OP3(name, value, dx, dy, dz) static FLX_CALL flx_many flx_many_##name(flx_many x, flx_many y, flx_many z) { return flx_many_ternary(OP_##name, flx_double_##name, x, y, z); }
#include "ops/ternary.def"
#undef OP3
#define OPN(name, value) static FLX_CALL flx_many flx_many_d##name(flx_many x, int n, unsigned k) { double a[FLX_WIDTH]; flx_many_to(a, x); for (int l = 0; l < FLX_WIDTH; l++) a[l] = flx_double_d##name(a[l], n, k); return flx_many_from(a); }
#include "ops/ordered.def"
#undef OPN
/* clang-format on */

#endif
