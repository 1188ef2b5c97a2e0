/* series_special.h: series y(t) of special functions whose argument is the series x(t). */
#ifndef FLUXION_REFERENCE_SERIES_SPECIAL_H
#define FLUXION_REFERENCE_SERIES_SPECIAL_H

#include "jet.h"

void series_digamma(arb_poly_t y, const arb_poly_t x, slong prec);
void series_lgamma(arb_poly_t y, const arb_poly_t x, slong prec);
void series_tgamma(arb_poly_t y, const arb_poly_t x, slong prec);
void series_erfinv(arb_poly_t y, const arb_poly_t x, slong prec);
void series_lambertw(arb_poly_t y, const arb_poly_t x, slong prec);
void series_derfinv(arb_poly_t y, const arb_poly_t x, slong prec);
void series_rlambertw(arb_poly_t y, const arb_poly_t x, slong prec);
void series_dlambertw(arb_poly_t y, const arb_poly_t x, slong prec);

#endif
