/** @file dual.h
 *  First-order forward mode: a value and one directional derivative, passed by value; and the dual
 *  of duals, for second derivatives by nesting.
 *
 *  @code
 *  flx_dual x = flx_dual_variable(2.0);           // derivative 1
 *  flx_dual y = flx_dual_mul(x, flx_dual_sin(x));
 *  printf("%g %g\n", y.v, y.d);                   // x sin x and its derivative
 *  @endcode
 *
 *  Arithmetic is inline, elementary functions are compiled. Nothing fails: NaN and Inf flow, and
 *  outside a function's domain value and derivative are NaN. All-zero bytes are the constant 0.
 *
 *  Types keep levels apart: a flx_dual derivative inside a function that is itself evaluated with
 *  flx_dual mixes two infinitesimals ("perturbation confusion") and no library without context can
 *  notice it. Use flx_ddual there: its inner and outer level are distinct. */
#ifndef FLUXION_DUAL_H
#define FLUXION_DUAL_H

#include <fluxion/real.h>

FLX_BEGIN_DECLS

/** v + d*eps with eps^2 = 0. Plain data: copy it, put it in arrays. */
typedef struct flx_dual {
    double v; /**< value */
    double d; /**< derivative along the seeded direction */
} flx_dual;

/** A dual whose components are duals: two levels of differentiation that cannot be confused. */
typedef struct flx_ddual {
    flx_dual v; /**< value, with its derivative along the inner direction */
    flx_dual d; /**< derivative along the outer direction, with its own inner derivative */
} flx_ddual;

#define T flx_dual
#define F(name) flx_dual_##name
#define B double
#define G(name) flx_double_##name
#include <fluxion/template/dual.inc>
#include <fluxion/template/functions.inc>
#include <fluxion/template/number.inc>
#undef T
#undef F
#undef B
#undef G

#define T flx_ddual
#define F(name) flx_ddual_##name
#define B flx_dual
#define G(name) flx_dual_##name
#include <fluxion/template/dual.inc>
#include <fluxion/template/functions.inc>
#include <fluxion/template/number.inc>
#undef T
#undef F
#undef B
#undef G

/** An independent variable: value x, derivative 1. */
static inline flx_dual flx_dual_variable(double x) { return flx_dual_make(x, 1.0); }

/** An independent variable of both levels: flx_ddual_f(x).d.d is the second derivative of f. */
static inline flx_ddual flx_ddual_variable(double x)
{
    return flx_ddual_make(flx_dual_make(x, 1.0), flx_dual_make(1.0, 0.0));
}

FLX_END_DECLS

#endif
