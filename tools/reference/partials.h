/* partials.h: closed forms of the partial derivatives of the functions of two arguments. */
#ifndef FLUXION_REFERENCE_PARTIALS_H
#define FLUXION_REFERENCE_PARTIALS_H

#include "jet.h"

/* Places of the partial derivatives on a line, with respect to the first (x) and second (y)
 * argument. */
enum place { F, FX, FY, FXX, FXY, FYY, FXXX, FXXY, FXYY, FYYY, PLACES };

/* The value and partials at (x, y). */
typedef void (*partials_function)(arb_ptr f, const arb_t x, const arb_t y, slong prec);

/* c = factor * x^m * y^n * scale */
void monomial(arb_t c, slong factor, const arb_t x, ulong m, const arb_t y, ulong n,
              const arb_t scale, slong prec);

/* clang-format off */
void partials_mul(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void partials_div(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void partials_hypot(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void partials_atan2(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void partials_pow(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void partials_fmod(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void partials_remainder(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void partials_copysign(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void partials_xlogy(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void partials_logsumexp(arb_ptr f, const arb_t x, const arb_t y, slong prec);
/* clang-format on */

#endif
