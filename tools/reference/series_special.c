/* series_special.c: series of the special functions of one argument and of what their derivatives are
 * written in. */
#include "series.h"

/* log|gamma|: the integral of digamma, for negative x by the reflection formula. */
void series_lgamma(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_t x0, value, t;
    arb_init(x0);
    arb_init(value);
    arb_init(t);
    arb_poly_get_coeff_arb(x0, x, 0);
    if (jet_is_negative(x)) {
        arb_sin_pi(value, x0, prec);
        arb_abs(value, value);
        arb_const_pi(t, prec);
        arb_div(value, t, value, prec);
        arb_log(value, value, prec);
        arb_sub_ui(t, x0, 1, prec);
        arb_neg(t, t);
        arb_lgamma(t, t, prec);
        arb_sub(value, value, t, prec);
    } else {
        arb_lgamma(value, x0, prec);
    }
    arb_poly_digamma_series(y, x, length, prec);
    arb_poly_integral(y, y, prec);
    arb_poly_set_coeff_arb(y, 0, value);
    arb_clear(x0);
    arb_clear(value);
    arb_clear(t);
}

/* From y' = sqrt(pi)/2*exp(y^2), one more coefficient each time. */
void series_erfinv(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_t s;
    arb_t value, factor;
    slong n;
    arb_poly_init(s);
    arb_init(value);
    arb_init(factor);
    arb_poly_get_coeff_arb(value, x, 0);
    arb_hypgeom_erfinv(value, value, prec);
    arb_const_sqrt_pi(factor, prec);
    arb_mul_2exp_si(factor, factor, -1);
    arb_poly_set_arb(y, value);
    for (n = 1; n < length; n++) {
        arb_poly_mullow(s, y, y, n, prec);
        arb_poly_exp_series(s, s, n, prec);
        arb_poly_scalar_mul(s, s, factor, prec);
        arb_poly_integral(y, s, prec);
        arb_poly_set_coeff_arb(y, 0, value);
    }
    arb_poly_clear(s);
    arb_clear(value);
    arb_clear(factor);
}

void series_lambertw(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_lambertw_series(y, x, 0, length, prec);
}

void series_derfinv(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_t factor;
    arb_init(factor);
    arb_const_sqrt_pi(factor, prec);
    arb_mul_2exp_si(factor, factor, -1);
    series_erfinv(y, x, length, prec);
    arb_poly_mullow(y, y, y, length, prec);
    arb_poly_exp_series(y, y, length, prec);
    arb_poly_scalar_mul(y, y, factor, prec);
    arb_clear(factor);
}

void series_rlambertw(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    series_lambertw(y, x, length, prec);
    arb_poly_add_si(y, y, 1, prec);
    arb_poly_inv_series(y, y, length, prec);
}

void series_dlambertw(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_t r;
    arb_poly_init(r);
    series_rlambertw(r, x, length, prec);
    series_lambertw(y, x, length, prec);
    arb_poly_neg(y, y);
    arb_poly_exp_series(y, y, length, prec);
    arb_poly_mullow(y, y, r, length, prec);
    arb_poly_clear(r);
}
