/* series.h: the functions of one argument as series y(t), their argument the series x(t), to t^(length-1):
 * those that Arb has not got under one name, in the manner of those that it has. */
#ifndef FLUXION_REFERENCE_SERIES_H
#define FLUXION_REFERENCE_SERIES_H

#include "jet.h"

typedef void (*series_function)(arb_poly_t y, const arb_poly_t x, slong length, slong prec);

/* Coefficients 0 to length-1 of the function in x + t. */
void series_coefficients(arb_ptr c, series_function f, const arb_t x, slong length, slong prec);

/* clang-format off */
void series_neg(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_square(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_cbrt(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_expm1(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_tanh(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_sigmoid(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_softplus(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_fabs(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_exp2(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_log2(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_log10(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_asinh(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_acosh(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_datanh(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_atanh(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_dlogit(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_logit(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_floor(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_ceil(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_rint(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_trunc(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_round(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_sign(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_relu(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_sech2(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_lorentz(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_gauss(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_dasinh(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_xdasinh(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_dacosh(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_xdacosh(arb_poly_t y, const arb_poly_t x, slong length, slong prec);

/* series_special.c */
void series_lgamma(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_erfinv(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_lambertw(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_derfinv(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_rlambertw(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
void series_dlambertw(arb_poly_t y, const arb_poly_t x, slong length, slong prec);
/* clang-format on */

#endif
