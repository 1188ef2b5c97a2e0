/* partials.h: closed forms of the partial derivatives of the functions of two arguments, and their
 * series along lines, which know nothing of the closed forms. */
#ifndef FLUXION_REFERENCE_PARTIALS_H
#define FLUXION_REFERENCE_PARTIALS_H

#include "jet.h"

/* Places of the partial derivatives on a line, with respect to the first (x) and second (y)
 * argument. */
enum place { F, FX, FY, FXX, FXY, FYY, FXXX, FXXY, FXYY, FYYY, PLACES };

/* The value and partials at (x, y). */
typedef void (*partials_function)(arb_ptr f, const arb_t x, const arb_t y, slong prec);
/* The series of the function along the line (x(t), y(t)), to length 4. */
typedef void (*line_function)(arb_poly_t f, const arb_poly_t x, const arb_poly_t y, slong prec);

#define LINE_LENGTH 4

/* c = factor * x^m * y^n * scale */
void monomial(arb_t c, slong factor, const arb_t x, ulong m, const arb_t y, ulong n,
              const arb_t scale, slong prec);

/* clang-format off */
void partials_mul(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void line_mul(arb_poly_t f, const arb_poly_t x, const arb_poly_t y, slong prec);
void partials_div(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void line_div(arb_poly_t f, const arb_poly_t x, const arb_poly_t y, slong prec);
void partials_hypot(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void line_hypot(arb_poly_t f, const arb_poly_t x, const arb_poly_t y, slong prec);
void partials_atan2(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void line_atan2(arb_poly_t f, const arb_poly_t x, const arb_poly_t y, slong prec);
void partials_pow(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void line_pow(arb_poly_t f, const arb_poly_t x, const arb_poly_t y, slong prec);
void partials_fmod(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void line_fmod(arb_poly_t f, const arb_poly_t x, const arb_poly_t y, slong prec);
void partials_remainder(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void line_remainder(arb_poly_t f, const arb_poly_t x, const arb_poly_t y, slong prec);
void partials_copysign(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void line_copysign(arb_poly_t f, const arb_poly_t x, const arb_poly_t y, slong prec);
void partials_xlogy(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void line_xlogy(arb_poly_t f, const arb_poly_t x, const arb_poly_t y, slong prec);
void partials_logsumexp(arb_ptr f, const arb_t x, const arb_t y, slong prec);
void line_logsumexp(arb_poly_t f, const arb_poly_t x, const arb_poly_t y, slong prec);
/* clang-format on */

#endif
