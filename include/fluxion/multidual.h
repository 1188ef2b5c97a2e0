/** @file multidual.h
 *  First-order forward mode along several directions in one evaluation: a value and 4 or 8
 *  derivatives, passed by value.
 *
 *  @code
 *  flx_dual4 x = flx_dual4_variable(2.0, 0);      // derivative 1 along direction 0
 *  flx_dual4 y = flx_dual4_variable(3.0, 1);      // and along direction 1
 *  flx_dual4 z = flx_dual4_mul(x, flx_dual4_sin(y));
 *  printf("%g %g\n", z.d[0], z.d[1]);             // both partial derivatives
 *  @endcode
 *
 *  A gradient or Jacobian in n variables takes n/8 evaluations with flx_dual8, each of which computes
 *  every value and every elementary function once and the eight derivatives by vector instructions.
 *  Along each direction the bits are those of flx_dual. Nothing fails: NaN and Inf flow. All-zero
 *  bytes are the constant 0.
 *
 *  Any other width is had by including <fluxion/template/multidual.inc> and
 *  <fluxion/template/number.inc> with one's own T, F and WIDTH. */
#ifndef FLUXION_MULTIDUAL_H
#define FLUXION_MULTIDUAL_H

#include <fluxion/dual.h>
#include <fluxion/lanes.h>
#include <fluxion/partials.h>

FLX_BEGIN_DECLS

/** A value with its derivatives along 4 directions. */
typedef struct flx_dual4 {
    double d[4]; /**< derivative along each direction */
    double v;    /**< value */
} flx_dual4;

#define WIDTH 4
#define T flx_dual4
#define F(name) flx_dual4_##name
#include <fluxion/template/multidual.inc>
#include <fluxion/template/number.inc>
#undef WIDTH
#undef T
#undef F

/** A value with its derivatives along 8 directions. */
typedef struct flx_dual8 {
    double d[8]; /**< derivative along each direction */
    double v;    /**< value */
} flx_dual8;

#define WIDTH 8
#define T flx_dual8
#define F(name) flx_dual8_##name
#include <fluxion/template/multidual.inc>
#include <fluxion/template/number.inc>
#undef WIDTH
#undef T
#undef F

FLX_END_DECLS

#endif
