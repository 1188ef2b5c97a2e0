/** @file generic.h
 *  One name for all number types: flx_add(a, b), flx_sin(x), ... over double, flx_dual, flx_ddual,
 *  flx_dual4, flx_dual8, flx_hyperdual, flx_hyperdual3, flx_taylor2/3/4/8/16, flx_var, flx_probe and
 *  types of one's own.
 *
 *  @code
 *  flx_dual x = flx_dual_variable(2.0);
 *  flx_dual y = flx_add(flx_mul(x, flx_sin(x)), 1);   // constants mix with any number type
 *  @endcode
 *
 *  In C these are macros that choose a function by the types of the operands and then call it once,
 *  each argument evaluated once; flx_mul(x, 2.0) is flx_dual_mul_xc(x, 2.0) and nothing else. In
 *  C++ they are overloads of the same names. An operand of any arithmetic type is a constant and
 *  converts to double as in a call. Two different number types do not mix: that does not compile,
 *  and the compiler names flx_error_operands_of_two_number_types (C) or finds no overload (C++).
 *
 *  | Generic                                              | Meaning                              |
 *  |------------------------------------------------------|--------------------------------------|
 *  | flx_add sub mul div (a, b), flx_pow ... (a, b)       | arithmetic, functions.def            |
 *  | flx_neg square (x), flx_sqrt ... (x)                 | arithmetic, functions.def            |
 *  | flx_fma(a, b, c), flx_clamp(x, lo, hi)               | functions.def                        |
 *  | flx_sincos(x, &s, &c), flx_powi(x, n)                | sine and cosine; integer powers      |
 *  | flx_polygamma jn yn (n, x)                           | those of an integer order n          |
 *  | flx_lt le gt ge eq ne (a, b)                         | comparison of primals, 0 or 1        |
 *  | flx_select(c, a, b)                                  | a where c > 0, else b                |
 *  | flx_primal(x)                                        | the plain value; counted on flx_var  |
 *
 *  **Depth.** A macro writes each argument twice (to look at its type, and to use it), so text
 *  grows as 2^depth in C: nesting twelve calls deep costs a compiler about half a second. Name an
 *  intermediate result where an expression grows deeper.
 *
 *  **Types of one's own.** Declare the type and its functions prefix_name (all that number.inc and
 *  functions.def list; a template yields them), give it a tag from 14 to 20, and define, *before*
 *  the first inclusion of this header, one row X(tag, type, prefix, op) per type:
 *
 *  @code
 *  #include <fluxion/taylor.h>
 *  typedef struct taylor5 { double c[6]; } taylor5;
 *  #define T taylor5
 *  #define F(name) taylor5_##name
 *  #define ORDER 5
 *  #include <fluxion/template/taylor.inc>
 *  #include <fluxion/template/number.inc>
 *  #undef T
 *  #undef F
 *  #undef ORDER
 *  #define FLX_GENERIC_EXTRA(X, op) X(14, taylor5, taylor5, op)
 *  #include <fluxion/generic.h>
 *  @endcode */
#ifndef FLUXION_GENERIC_H
#define FLUXION_GENERIC_H

#include <fluxion/dual.h>
#include <fluxion/hyperdual.h>
#include <fluxion/multidual.h>
#include <fluxion/probe.h>
#include <fluxion/taylor.h>
#include <fluxion/var.h>

/** Rows X(tag, type, prefix, op) of the user's own number types; see the head of this file. */
#ifndef FLX_GENERIC_EXTRA
#define FLX_GENERIC_EXTRA(X, op)
#endif

/* Every number type, one row X(tag, type, prefix, op) each. Tag 0 is a constant, 14 to 20 are the
 * user's. */
#define FLX_GENERIC_TYPES(X, op)                                                                   \
    X(1, flx_dual, flx_dual, op)                                                                   \
    X(2, flx_ddual, flx_ddual, op)                                                                 \
    X(3, flx_hyperdual, flx_hyperdual, op)                                                         \
    X(4, flx_taylor2, flx_taylor2, op)                                                             \
    X(5, flx_taylor3, flx_taylor3, op)                                                             \
    X(6, flx_taylor4, flx_taylor4, op)                                                             \
    X(7, flx_taylor8, flx_taylor8, op)                                                             \
    X(8, flx_taylor16, flx_taylor16, op)                                                           \
    X(9, flx_var, flx_var, op)                                                                     \
    X(10, flx_probe, flx_probe, op)                                                                \
    X(11, flx_dual4, flx_dual4, op)                                                                \
    X(12, flx_dual8, flx_dual8, op)                                                                \
    X(13, flx_hyperdual3, flx_hyperdual3, op)                                                      \
    FLX_GENERIC_EXTRA(X, op)

/* select by a constant condition: one and the same branch whatever the inputs are. */
#define FLX_GENERIC_SELECT_BY(tag, type, prefix, op)                                               \
    static inline type prefix##_select_by(double c, type a, type b) { return c > 0.0 ? a : b; }    \
    static inline type prefix##_select_by_xc(double c, type a, double b)                           \
    {                                                                                              \
        return c > 0.0 ? a : prefix##_constant(b);                                                 \
    }                                                                                              \
    static inline type prefix##_select_by_cx(double c, double a, type b)                           \
    {                                                                                              \
        return c > 0.0 ? prefix##_constant(a) : b;                                                 \
    }
FLX_GENERIC_TYPES(FLX_GENERIC_SELECT_BY, )
#undef FLX_GENERIC_SELECT_BY

#ifndef __cplusplus

/** Never defined: the name that a compiler shows where operands of two number types meet. */
void flx_error_operands_of_two_number_types(void);

/* clang-format off */

/* A key is a pointer type that stands for the kinds of two or three operands through the length of
 * the array it points to, 1 + 32*tag + tag: x is an operand of the type with this tag, c a constant
 * (tag 0). The names are short because a nested expression repeats them by the thousand. */
#define FLX_GENERIC_KEYS(tag)                                                                      \
    typedef char (*flx_xx##tag)[1 + 33 * tag];                                                     \
    typedef char (*flx_xc##tag)[1 + 32 * tag];                                                     \
    typedef char (*flx_cx##tag)[1 + tag];                                                          \
    typedef char (*flx_xxx##tag)[1 + 1057 * tag];                                                  \
    typedef char (*flx_xxc##tag)[1 + 1056 * tag];                                                  \
    typedef char (*flx_xcx##tag)[1 + 1025 * tag];                                                  \
    typedef char (*flx_xcc##tag)[1 + 1024 * tag];                                                  \
    typedef char (*flx_cxx##tag)[1 + 33 * tag];                                                    \
    typedef char (*flx_cxc##tag)[1 + 32 * tag];                                                    \
    typedef char (*flx_ccx##tag)[1 + tag]
typedef char (*flx_cc0)[1];
FLX_GENERIC_KEYS(1);
FLX_GENERIC_KEYS(2);
FLX_GENERIC_KEYS(3);
FLX_GENERIC_KEYS(4);
FLX_GENERIC_KEYS(5);
FLX_GENERIC_KEYS(6);
FLX_GENERIC_KEYS(7);
FLX_GENERIC_KEYS(8);
FLX_GENERIC_KEYS(9);
FLX_GENERIC_KEYS(10);
FLX_GENERIC_KEYS(11);
FLX_GENERIC_KEYS(12);
FLX_GENERIC_KEYS(13);
FLX_GENERIC_KEYS(14);
FLX_GENERIC_KEYS(15);
FLX_GENERIC_KEYS(16);
FLX_GENERIC_KEYS(17);
FLX_GENERIC_KEYS(18);
FLX_GENERIC_KEYS(19);
FLX_GENERIC_KEYS(20);
#undef FLX_GENERIC_KEYS

/* One association of a _Generic per row of FLX_GENERIC_TYPES. */
#define FLX_GENERIC_TAG(tag, type, prefix, op) , type: tag
#define FLX_GENERIC_CASE1(tag, type, prefix, op) , type: prefix##_##op
#define FLX_GENERIC_CASE2(tag, type, prefix, op)                                                   \
    , flx_xx##tag: prefix##_##op, flx_xc##tag: prefix##_##op##_xc, flx_cx##tag: prefix##_##op##_cx
#define FLX_GENERIC_CASE3(tag, type, prefix, op)                                                   \
    , flx_xxx##tag: prefix##_##op, flx_xxc##tag: prefix##_##op##_xc,                               \
    flx_xcx##tag: prefix##_##op##_cx, flx_xcc##tag: prefix##_##op##_cc,                            \
    flx_cxx##tag: prefix##_##op##_by, flx_cxc##tag: prefix##_##op##_by_xc,                         \
    flx_ccx##tag: prefix##_##op##_by_cx

#define FLX_GENERIC_CASE_TERNARY(tag, type, prefix, op)                                            \
    , flx_xxx##tag: prefix##_##op, flx_xxc##tag: prefix##_##op##_xxc,                              \
    flx_xcx##tag: prefix##_##op##_xcx, flx_xcc##tag: prefix##_##op##_xcc,                          \
    flx_cxx##tag: prefix##_##op##_cxx, flx_cxc##tag: prefix##_##op##_cxc,                          \
    flx_ccx##tag: prefix##_##op##_ccx

#define FLX_GENERIC_TAGS default: 0 FLX_GENERIC_TYPES(FLX_GENERIC_TAG, )
#define FLX_GENERIC_PAIR(a, b)                                                                     \
    (char (*)[1 + 32 * _Generic((a), FLX_GENERIC_TAGS) + _Generic((b), FLX_GENERIC_TAGS)])0
#define FLX_GENERIC_TRIPLE(c, a, b)                                                                \
    (char (*)[1 + 1024 * _Generic((c), FLX_GENERIC_TAGS) + 32 * _Generic((a), FLX_GENERIC_TAGS)    \
              + _Generic((b), FLX_GENERIC_TAGS)])0

#define FLX_GENERIC_UNARY(op) default: flx_double_##op FLX_GENERIC_TYPES(FLX_GENERIC_CASE1, op)
#define FLX_GENERIC_BINARY(op)                                                                     \
    default: flx_error_operands_of_two_number_types,                                               \
    flx_cc0: flx_double_##op FLX_GENERIC_TYPES(FLX_GENERIC_CASE2, op)
#define FLX_GENERIC_SELECT(op)                                                                     \
    default: flx_error_operands_of_two_number_types,                                               \
    flx_cc0: flx_double_##op FLX_GENERIC_TYPES(FLX_GENERIC_CASE3, op)

#define FLX_GENERIC_TERNARY(op)                                                                    \
    default: flx_error_operands_of_two_number_types,                                               \
    flx_cc0: flx_double_##op FLX_GENERIC_TYPES(FLX_GENERIC_CASE_TERNARY, op)

#define flx_add(a, b)   _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(add))(a, b)
#define flx_sub(a, b)   _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(sub))(a, b)
#define flx_mul(a, b)   _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(mul))(a, b)
#define flx_div(a, b)   _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(div))(a, b)
#define flx_pow(a, b)   _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(pow))(a, b)
#define flx_hypot(a, b) _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(hypot))(a, b)
#define flx_atan2(a, b) _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(atan2))(a, b)
#define flx_fmin(a, b)  _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(fmin))(a, b)
#define flx_fmax(a, b)  _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(fmax))(a, b)
#define flx_lt(a, b)    _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(lt))(a, b)
#define flx_le(a, b)    _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(le))(a, b)
#define flx_gt(a, b)    _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(gt))(a, b)
#define flx_ge(a, b)    _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(ge))(a, b)
#define flx_eq(a, b)    _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(eq))(a, b)
#define flx_ne(a, b)    _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(ne))(a, b)
#define flx_select(c, a, b) \
    _Generic(FLX_GENERIC_TRIPLE(c, a, b), FLX_GENERIC_SELECT(select))(c, a, b)

#define flx_fma(a, b, c) \
    _Generic(FLX_GENERIC_TRIPLE(a, b, c), FLX_GENERIC_TERNARY(fma))(a, b, c)
#define flx_clamp(x, lo, hi) \
    _Generic(FLX_GENERIC_TRIPLE(x, lo, hi), FLX_GENERIC_TERNARY(clamp))(x, lo, hi)

#define flx_sincos(x, s, c) _Generic((x), FLX_GENERIC_UNARY(sincos))(x, s, c)
#define flx_powi(x, n)  _Generic((x), FLX_GENERIC_UNARY(powi))(x, n)
#define flx_primal(x)   _Generic((x), FLX_GENERIC_UNARY(value))(x)
#define flx_neg(x)      _Generic((x), FLX_GENERIC_UNARY(neg))(x)
#define flx_square(x)   _Generic((x), FLX_GENERIC_UNARY(square))(x)
#define flx_sqrt(x)     _Generic((x), FLX_GENERIC_UNARY(sqrt))(x)
#define flx_rsqrt(x)    _Generic((x), FLX_GENERIC_UNARY(rsqrt))(x)
#define flx_cbrt(x)     _Generic((x), FLX_GENERIC_UNARY(cbrt))(x)
#define flx_exp(x)      _Generic((x), FLX_GENERIC_UNARY(exp))(x)
#define flx_expm1(x)    _Generic((x), FLX_GENERIC_UNARY(expm1))(x)
#define flx_log(x)      _Generic((x), FLX_GENERIC_UNARY(log))(x)
#define flx_log1p(x)    _Generic((x), FLX_GENERIC_UNARY(log1p))(x)
#define flx_sin(x)      _Generic((x), FLX_GENERIC_UNARY(sin))(x)
#define flx_cos(x)      _Generic((x), FLX_GENERIC_UNARY(cos))(x)
#define flx_tan(x)      _Generic((x), FLX_GENERIC_UNARY(tan))(x)
#define flx_asin(x)     _Generic((x), FLX_GENERIC_UNARY(asin))(x)
#define flx_acos(x)     _Generic((x), FLX_GENERIC_UNARY(acos))(x)
#define flx_atan(x)     _Generic((x), FLX_GENERIC_UNARY(atan))(x)
#define flx_sinh(x)     _Generic((x), FLX_GENERIC_UNARY(sinh))(x)
#define flx_cosh(x)     _Generic((x), FLX_GENERIC_UNARY(cosh))(x)
#define flx_tanh(x)     _Generic((x), FLX_GENERIC_UNARY(tanh))(x)
#define flx_sigmoid(x)  _Generic((x), FLX_GENERIC_UNARY(sigmoid))(x)
#define flx_softplus(x) _Generic((x), FLX_GENERIC_UNARY(softplus))(x)
#define flx_erf(x)      _Generic((x), FLX_GENERIC_UNARY(erf))(x)
#define flx_fabs(x)     _Generic((x), FLX_GENERIC_UNARY(fabs))(x)
#define flx_exp2(x)     _Generic((x), FLX_GENERIC_UNARY(exp2))(x)
#define flx_log2(x)     _Generic((x), FLX_GENERIC_UNARY(log2))(x)
#define flx_log10(x)    _Generic((x), FLX_GENERIC_UNARY(log10))(x)
#define flx_asinh(x)    _Generic((x), FLX_GENERIC_UNARY(asinh))(x)
#define flx_acosh(x)    _Generic((x), FLX_GENERIC_UNARY(acosh))(x)
#define flx_atanh(x)    _Generic((x), FLX_GENERIC_UNARY(atanh))(x)
#define flx_erfc(x)     _Generic((x), FLX_GENERIC_UNARY(erfc))(x)
#define flx_floor(x)    _Generic((x), FLX_GENERIC_UNARY(floor))(x)
#define flx_ceil(x)     _Generic((x), FLX_GENERIC_UNARY(ceil))(x)
#define flx_round(x)    _Generic((x), FLX_GENERIC_UNARY(round))(x)
#define flx_trunc(x)    _Generic((x), FLX_GENERIC_UNARY(trunc))(x)
#define flx_rint(x)     _Generic((x), FLX_GENERIC_UNARY(rint))(x)
#define flx_sign(x)     _Generic((x), FLX_GENERIC_UNARY(sign))(x)
#define flx_fabs_right(x) _Generic((x), FLX_GENERIC_UNARY(fabs_right))(x)
#define flx_fabs_left(x)  _Generic((x), FLX_GENERIC_UNARY(fabs_left))(x)
#define flx_relu(x)     _Generic((x), FLX_GENERIC_UNARY(relu))(x)
#define flx_sinpi(x)    _Generic((x), FLX_GENERIC_UNARY(sinpi))(x)
#define flx_cospi(x)    _Generic((x), FLX_GENERIC_UNARY(cospi))(x)
#define flx_logit(x)    _Generic((x), FLX_GENERIC_UNARY(logit))(x)

#define flx_fmod(a, b) _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(fmod))(a, b)
#define flx_remainder(a, b) _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(remainder))(a, b)
#define flx_copysign(a, b) _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(copysign))(a, b)
#define flx_fmin_first(a, b) _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(fmin_first))(a, b)
#define flx_fmin_second(a, b) _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(fmin_second))(a, b)
#define flx_fmax_first(a, b) _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(fmax_first))(a, b)
#define flx_fmax_second(a, b) _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(fmax_second))(a, b)
#define flx_xlogy(a, b) _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(xlogy))(a, b)

#define flx_lgamma(x)   _Generic((x), FLX_GENERIC_UNARY(lgamma))(x)
#define flx_tgamma(x)   _Generic((x), FLX_GENERIC_UNARY(tgamma))(x)
#define flx_digamma(x)  _Generic((x), FLX_GENERIC_UNARY(digamma))(x)
#define flx_erfinv(x)   _Generic((x), FLX_GENERIC_UNARY(erfinv))(x)
#define flx_lambertw(x) _Generic((x), FLX_GENERIC_UNARY(lambertw))(x)
#define flx_logsumexp(a, b) _Generic(FLX_GENERIC_PAIR(a, b), FLX_GENERIC_BINARY(logsumexp))(a, b)
#define flx_polygamma(n, x) _Generic((x), FLX_GENERIC_UNARY(polygamma))(n, x)
#define flx_jn(n, x)    _Generic((x), FLX_GENERIC_UNARY(jn))(n, x)
#define flx_yn(n, x)    _Generic((x), FLX_GENERIC_UNARY(yn))(n, x)

/* clang-format on */

#else /* C++: overloads */

#define FLX_OVERLOAD_UNARY(tag, type, prefix, op)                                                  \
    inline type flx_##op(type x) { return prefix##_##op(x); }
#define FLX_OVERLOAD_BINARY(tag, type, prefix, op)                                                 \
    inline type flx_##op(type a, type b) { return prefix##_##op(a, b); }                           \
    inline type flx_##op(type a, double b) { return prefix##_##op##_xc(a, b); }                    \
    inline type flx_##op(double a, type b) { return prefix##_##op##_cx(a, b); }
#define FLX_OVERLOAD_ORDERED(tag, type, prefix, op)                                                \
    inline type flx_##op(int n, type x) { return prefix##_##op(n, x); }
#define FLX_OVERLOAD_COMPARE(tag, type, prefix, op)                                                \
    inline int flx_##op(type a, type b) { return prefix##_##op(a, b); }                            \
    inline int flx_##op(type a, double b) { return prefix##_##op##_xc(a, b); }                     \
    inline int flx_##op(double a, type b) { return prefix##_##op##_cx(a, b); }
#define FLX_OVERLOAD_SELECT(tag, type, prefix, op)                                                 \
    inline type flx_##op(type c, type a, type b) { return prefix##_##op(c, a, b); }                \
    inline type flx_##op(type c, type a, double b) { return prefix##_##op##_xc(c, a, b); }         \
    inline type flx_##op(type c, double a, type b) { return prefix##_##op##_cx(c, a, b); }         \
    inline type flx_##op(type c, double a, double b) { return prefix##_##op##_cc(c, a, b); }       \
    inline type flx_##op(double c, type a, type b) { return prefix##_##op##_by(c, a, b); }         \
    inline type flx_##op(double c, type a, double b) { return prefix##_##op##_by_xc(c, a, b); }    \
    inline type flx_##op(double c, double a, type b) { return prefix##_##op##_by_cx(c, a, b); }
#define FLX_OVERLOAD_TERNARY(tag, type, prefix, op)                                                \
    inline type flx_##op(type a, type b, type c) { return prefix##_##op(a, b, c); }                \
    inline type flx_##op(type a, type b, double c) { return prefix##_##op##_xxc(a, b, c); }        \
    inline type flx_##op(type a, double b, type c) { return prefix##_##op##_xcx(a, b, c); }        \
    inline type flx_##op(double a, type b, type c) { return prefix##_##op##_cxx(a, b, c); }        \
    inline type flx_##op(type a, double b, double c) { return prefix##_##op##_xcc(a, b, c); }      \
    inline type flx_##op(double a, type b, double c) { return prefix##_##op##_cxc(a, b, c); }      \
    inline type flx_##op(double a, double b, type c) { return prefix##_##op##_ccx(a, b, c); }
#define FLX_OVERLOAD_SINCOS(tag, type, prefix, op)                                                 \
    inline void flx_sincos(type x, type *s, type *c) { prefix##_sincos(x, s, c); }
#define FLX_OVERLOAD_POWI(tag, type, prefix, op)                                                   \
    inline type flx_powi(type x, int n) { return prefix##_powi(x, n); }
#define FLX_OVERLOAD_PRIMAL(tag, type, prefix, op)                                                 \
    inline double flx_primal(type x) { return prefix##_value(x); }

#define FLX_UNARY(name, meaning)                                                                   \
    inline double flx_##name(double x) { return flx_double_##name(x); }                            \
    FLX_GENERIC_TYPES(FLX_OVERLOAD_UNARY, name)
#define FLX_BINARY(name, meaning)                                                                  \
    inline double flx_##name(double a, double b) { return flx_double_##name(a, b); }               \
    FLX_GENERIC_TYPES(FLX_OVERLOAD_BINARY, name)
#define FLX_TERNARY(name, meaning)                                                                 \
    inline double flx_##name(double a, double b, double c) { return flx_double_##name(a, b, c); }  \
    FLX_GENERIC_TYPES(FLX_OVERLOAD_TERNARY, name)
#define FLX_ORDERED(name, meaning)                                                                 \
    inline double flx_##name(int n, double x) { return flx_double_##name(n, x); }                  \
    FLX_GENERIC_TYPES(FLX_OVERLOAD_ORDERED, name)
#define FLX_COMPARE(name)                                                                          \
    inline int flx_##name(double a, double b) { return flx_double_##name(a, b); }                  \
    FLX_GENERIC_TYPES(FLX_OVERLOAD_COMPARE, name)

FLX_UNARY(neg, "")
FLX_UNARY(square, "")
FLX_BINARY(add, "")
FLX_BINARY(sub, "")
FLX_BINARY(mul, "")
FLX_BINARY(div, "")
FLX_COMPARE(lt)
FLX_COMPARE(le)
FLX_COMPARE(gt)
FLX_COMPARE(ge)
FLX_COMPARE(eq)
FLX_COMPARE(ne)
#include <fluxion/functions.def>

inline double flx_select(double c, double a, double b) { return flx_double_select(c, a, b); }
FLX_GENERIC_TYPES(FLX_OVERLOAD_SELECT, select)

inline void flx_sincos(double x, double *s, double *c) { flx_double_sincos(x, s, c); }
FLX_GENERIC_TYPES(FLX_OVERLOAD_SINCOS, )

inline double flx_powi(double x, int n) { return flx_double_powi(x, n); }
FLX_GENERIC_TYPES(FLX_OVERLOAD_POWI, )

inline double flx_primal(double x) { return x; }
FLX_GENERIC_TYPES(FLX_OVERLOAD_PRIMAL, )

#undef FLX_OVERLOAD_UNARY
#undef FLX_OVERLOAD_BINARY
#undef FLX_OVERLOAD_ORDERED
#undef FLX_OVERLOAD_COMPARE
#undef FLX_OVERLOAD_SELECT
#undef FLX_OVERLOAD_TERNARY
#undef FLX_OVERLOAD_SINCOS
#undef FLX_OVERLOAD_POWI
#undef FLX_OVERLOAD_PRIMAL
#undef FLX_COMPARE

#endif

#endif
