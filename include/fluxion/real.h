/** @file real.h
 *  The scalar interface that every number type offers, for plain double.
 *
 *  Templates are written against these names, flx_TYPE_name. Derivatives multiply through amul,
 *  which keeps an exact zero zero. */
#ifndef FLUXION_REAL_H
#define FLUXION_REAL_H

#include <math.h>
#include <stddef.h>

#include <fluxion/api.h>

FLX_BEGIN_DECLS

/** c as a number of this type. */
static inline double flx_double_constant(double c) { return c; }
/** The primal of x. */
static inline double flx_double_value(double x) { return x; }
/** Whether x is exactly zero, derivatives included. */
static inline int flx_double_is_zero(double x) { return x == 0.0; }

/** Adjoint or tangent g times elementary partial p: exactly 0 where g is, even if p is not finite. */
static inline double flx_double_amul(double g, double p) { return g == 0.0 ? 0.0 : g * p; }
/** Product of two tangents, or of a tangent and a partial's tangent: 0 where either is 0. */
static inline double flx_double_smul(double a, double b)
{
    return a == 0.0 || b == 0.0 ? 0.0 : a * b;
}
/** Adjoint or tangent g times the partial 1/y of the quotient z = x/y; NaN where z is NaN. */
static inline double flx_double_adiv(double g, double y, double z)
{
    return g == 0.0 ? 0.0 : z != z ? z : g / y;
}
/** p, or NaN where the function's value y is NaN: outside the domain nothing has a derivative. */
static inline double flx_double_where_defined(double p, double y) { return y != y ? y : p; }

/** -x. */
static inline double flx_double_neg(double x) { return -x; }
/** x*x. */
static inline double flx_double_square(double x) { return x * x; }
/** x + y. */
static inline double flx_double_add(double x, double y) { return x + y; }
/** x - y. */
static inline double flx_double_sub(double x, double y) { return x - y; }
/** x * y. */
static inline double flx_double_mul(double x, double y) { return x * y; }
/** x / y. */
static inline double flx_double_div(double x, double y) { return x / y; }

#define FLX_UNARY(name, meaning) FLX_API double flx_double_##name(double x);
#define FLX_BINARY(name, meaning) FLX_API double flx_double_##name(double x, double y);
#define FLX_TERNARY(name, meaning) FLX_API double flx_double_##name(double x, double y, double z);
#define FLX_ORDERED(name, meaning) FLX_API double flx_double_##name(int n, double x);
#include <fluxion/functions.def>

/** Sine and cosine at once. */
FLX_API void flx_double_sincos(double x, double *s, double *c);

/** @name Forms with a constant operand: in plain double they are the same operation. @{ */
static inline double flx_double_add_xc(double x, double y) { return x + y; }
static inline double flx_double_add_cx(double x, double y) { return x + y; }
static inline double flx_double_sub_xc(double x, double y) { return x - y; }
static inline double flx_double_sub_cx(double x, double y) { return x - y; }
static inline double flx_double_mul_xc(double x, double y) { return x * y; }
static inline double flx_double_mul_cx(double x, double y) { return x * y; }
static inline double flx_double_div_xc(double x, double y) { return x / y; }
static inline double flx_double_div_cx(double x, double y) { return x / y; }
static inline double flx_double_pow_xc(double x, double y) { return flx_double_pow(x, y); }
static inline double flx_double_pow_cx(double x, double y) { return flx_double_pow(x, y); }
/** @} */

#define T double
#define F(name) flx_double_##name
#include <fluxion/template/number.inc>
#undef T
#undef F

FLX_END_DECLS

#endif
