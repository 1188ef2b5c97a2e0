/** @file hyperdual.h
 *  Exact mixed second derivatives in one evaluation: hyper-dual numbers; and third ones, by duals of
 *  hyper-duals.
 *
 *  @code
 *  flx_hyperdual x = flx_hyperdual_make(2.0, 1.0, 1.0, 0.0);
 *  flx_hyperdual y = flx_hyperdual_exp(x);       // y.e12 is exp''(2)
 *  @endcode
 *
 *  Arithmetic is inline, elementary functions are compiled. Nothing fails: NaN and Inf flow.
 *  All-zero bytes are the constant 0.
 *  @see Fike and Alonso, The development of hyper-dual numbers (2011), AIAA 2011-886 */
#ifndef FLUXION_HYPERDUAL_H
#define FLUXION_HYPERDUAL_H

#include <fluxion/real.h>

FLX_BEGIN_DECLS

/** v + e1*i + e2*j + e12*ij with i^2 = j^2 = 0: value, two first derivatives, one mixed second. */
typedef struct flx_hyperdual {
    double v;   /**< value */
    double e1;  /**< derivative along the first direction */
    double e2;  /**< derivative along the second direction */
    double e12; /**< mixed second derivative */
} flx_hyperdual;

/** The number with these components. */
static inline flx_hyperdual flx_hyperdual_make(double v, double e1, double e2, double e12)
{
    flx_hyperdual r;
    r.v = v;
    r.e1 = e1;
    r.e2 = e2;
    r.e12 = e12;
    return r;
}

/** c, with no derivative. */
static inline flx_hyperdual flx_hyperdual_constant(double c)
{
    return flx_hyperdual_make(c, 0.0, 0.0, 0.0);
}

/** The primal of x. */
static inline double flx_hyperdual_value(flx_hyperdual x) { return x.v; }

/** Whether x is exactly zero, derivatives included. */
static inline int flx_hyperdual_is_zero(flx_hyperdual x)
{
    return x.v == 0.0 && x.e1 == 0.0 && x.e2 == 0.0 && x.e12 == 0.0;
}

/** @name Products with partials, which keep an exact zero zero, component by component @{ */
static inline flx_hyperdual flx_hyperdual_amul(flx_hyperdual g, flx_hyperdual p)
{
    return flx_hyperdual_make(flx_double_amul(g.v, p.v),
                              flx_double_amul(g.e1, p.v) + flx_double_smul(g.v, p.e1),
                              flx_double_amul(g.e2, p.v) + flx_double_smul(g.v, p.e2),
                              flx_double_amul(g.e12, p.v) + flx_double_smul(g.e1, p.e2)
                                  + flx_double_smul(g.e2, p.e1) + flx_double_smul(g.v, p.e12));
}
static inline flx_hyperdual flx_hyperdual_smul(flx_hyperdual a, flx_hyperdual b)
{
    return flx_hyperdual_make(flx_double_smul(a.v, b.v),
                              flx_double_smul(a.e1, b.v) + flx_double_smul(a.v, b.e1),
                              flx_double_smul(a.e2, b.v) + flx_double_smul(a.v, b.e2),
                              flx_double_smul(a.e12, b.v) + flx_double_smul(a.e1, b.e2)
                                  + flx_double_smul(a.e2, b.e1) + flx_double_smul(a.v, b.e12));
}
static inline flx_hyperdual flx_hyperdual_adiv(flx_hyperdual g, flx_hyperdual y, flx_hyperdual z)
{
    const double q = flx_double_adiv(g.v, y.v, z.v);
    const double q1 = flx_double_adiv(g.e1 - flx_double_smul(q, y.e1), y.v, z.v);
    const double q2 = flx_double_adiv(g.e2 - flx_double_smul(q, y.e2), y.v, z.v);
    const double rest =
        g.e12 - flx_double_smul(q, y.e12) - flx_double_smul(q1, y.e2) - flx_double_smul(q2, y.e1);
    return flx_hyperdual_make(q, q1, q2, flx_double_adiv(rest, y.v, z.v));
}
/** @} */

/** p, or NaN where the function's value y is NaN; where y has no tangent, neither has p. */
static inline flx_hyperdual flx_hyperdual_where_defined(flx_hyperdual p, flx_hyperdual y)
{
    return flx_hyperdual_make(flx_double_where_defined(p.v, y.v),
                              y.e1 == 0.0 ? p.e1 : flx_double_where_defined(p.e1, y.v),
                              y.e2 == 0.0 ? p.e2 : flx_double_where_defined(p.e2, y.v),
                              y.e12 == 0.0 ? p.e12 : flx_double_where_defined(p.e12, y.v));
}

/** -x. */
static inline flx_hyperdual flx_hyperdual_neg(flx_hyperdual x)
{
    return flx_hyperdual_make(-x.v, -x.e1, -x.e2, -x.e12);
}

/** x + y. */
static inline flx_hyperdual flx_hyperdual_add(flx_hyperdual x, flx_hyperdual y)
{
    return flx_hyperdual_make(x.v + y.v, x.e1 + y.e1, x.e2 + y.e2, x.e12 + y.e12);
}

/** x - y. */
static inline flx_hyperdual flx_hyperdual_sub(flx_hyperdual x, flx_hyperdual y)
{
    return flx_hyperdual_make(x.v - y.v, x.e1 - y.e1, x.e2 - y.e2, x.e12 - y.e12);
}

/** x * y. */
static inline flx_hyperdual flx_hyperdual_mul(flx_hyperdual x, flx_hyperdual y)
{
    return flx_hyperdual_make(x.v * y.v, flx_double_amul(x.e1, y.v) + flx_double_amul(y.e1, x.v),
                              flx_double_amul(x.e2, y.v) + flx_double_amul(y.e2, x.v),
                              flx_double_amul(x.e12, y.v) + flx_double_smul(x.e1, y.e2)
                                  + flx_double_smul(x.e2, y.e1) + flx_double_amul(y.e12, x.v));
}

/** x * x. */
static inline flx_hyperdual flx_hyperdual_square(flx_hyperdual x)
{
    const double p = x.v + x.v;
    return flx_hyperdual_make(x.v * x.v, flx_double_amul(x.e1, p), flx_double_amul(x.e2, p),
                              flx_double_amul(x.e12, p) + 2.0 * flx_double_smul(x.e1, x.e2));
}

/** x / y, by q*y = x differentiated: no y*y that could overflow. */
static inline flx_hyperdual flx_hyperdual_div(flx_hyperdual x, flx_hyperdual y)
{
    const double q = x.v / y.v;
    const double q1 = flx_double_adiv(x.e1 - flx_double_amul(y.e1, q), y.v, q);
    const double q2 = flx_double_adiv(x.e2 - flx_double_amul(y.e2, q), y.v, q);
    const double rest =
        x.e12 - flx_double_amul(y.e12, q) - flx_double_smul(q1, y.e2) - flx_double_smul(q2, y.e1);
    return flx_hyperdual_make(q, q1, q2, flx_double_adiv(rest, y.v, q));
}

/** @name Forms with a constant operand @{ */
static inline flx_hyperdual flx_hyperdual_add_xc(flx_hyperdual x, double y)
{
    return flx_hyperdual_make(x.v + y, x.e1, x.e2, x.e12);
}
static inline flx_hyperdual flx_hyperdual_add_cx(double x, flx_hyperdual y)
{
    return flx_hyperdual_make(x + y.v, y.e1, y.e2, y.e12);
}
static inline flx_hyperdual flx_hyperdual_sub_xc(flx_hyperdual x, double y)
{
    return flx_hyperdual_make(x.v - y, x.e1, x.e2, x.e12);
}
static inline flx_hyperdual flx_hyperdual_sub_cx(double x, flx_hyperdual y)
{
    return flx_hyperdual_make(x - y.v, -y.e1, -y.e2, -y.e12);
}
static inline flx_hyperdual flx_hyperdual_mul_xc(flx_hyperdual x, double y)
{
    return flx_hyperdual_make(x.v * y, flx_double_amul(x.e1, y), flx_double_amul(x.e2, y),
                              flx_double_amul(x.e12, y));
}
static inline flx_hyperdual flx_hyperdual_mul_cx(double x, flx_hyperdual y)
{
    return flx_hyperdual_mul_xc(y, x);
}
static inline flx_hyperdual flx_hyperdual_div_xc(flx_hyperdual x, double y)
{
    const double q = x.v / y;
    return flx_hyperdual_make(q, flx_double_adiv(x.e1, y, q), flx_double_adiv(x.e2, y, q),
                              flx_double_adiv(x.e12, y, q));
}
static inline flx_hyperdual flx_hyperdual_div_cx(double x, flx_hyperdual y)
{
    return flx_hyperdual_div(flx_hyperdual_constant(x), y);
}
/** @} */

#define T flx_hyperdual
#define F(name) flx_hyperdual_##name
#include <fluxion/template/functions.inc>
#include <fluxion/template/number.inc>
#undef T
#undef F

/** An independent variable of both directions: flx_hyperdual_f(x).e12 is the second derivative. */
static inline flx_hyperdual flx_hyperdual_variable(double x)
{
    return flx_hyperdual_make(x, 1.0, 1.0, 0.0);
}

/** Hyper-hyper-dual: a dual whose components are hyper-duals, for exact third derivatives along three
 *  directions. v holds value, e1, e2, e12; d the derivatives of all four along the third direction:
 *  d.v is e3, d.e1 is e13, d.e2 is e23 and d.e12 is e123. */
typedef struct flx_hyperdual3 {
    flx_hyperdual v; /**< value with derivatives along the first two directions */
    flx_hyperdual d; /**< derivative of v along the third direction */
} flx_hyperdual3;

#define T flx_hyperdual3
#define F(name) flx_hyperdual3_##name
#define B flx_hyperdual
#define G(name) flx_hyperdual_##name
#include <fluxion/template/dual.inc>
#include <fluxion/template/functions.inc>
#include <fluxion/template/number.inc>
#undef T
#undef F
#undef B
#undef G

/** x with derivative e1, e2, e3 along each of the three directions, and no higher ones. */
static inline flx_hyperdual3 flx_hyperdual3_seed(double x, double e1, double e2, double e3)
{
    return flx_hyperdual3_make(flx_hyperdual_make(x, e1, e2, 0.0), flx_hyperdual_constant(e3));
}

/** An independent variable of all directions: flx_hyperdual3_f(x).d.e12 is the third derivative. */
static inline flx_hyperdual3 flx_hyperdual3_variable(double x)
{
    return flx_hyperdual3_seed(x, 1.0, 1.0, 1.0);
}

FLX_END_DECLS

#endif
