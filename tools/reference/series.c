/* series.c: the elementary functions of one argument as series that Arb has not got under one name. */
#include "series.h"

void series_coefficients(arb_ptr c, series_function f, const arb_t x, slong length, slong prec)
{
    arb_poly_t variable, y;
    slong k;
    arb_poly_init(variable);
    arb_poly_init(y);
    arb_poly_set_coeff_arb(variable, 0, x);
    arb_poly_set_coeff_si(variable, 1, 1);
    f(y, variable, length, prec);
    for (k = 0; k < length; k++) arb_poly_get_coeff_arb(c + k, y, k);
    arb_poly_clear(variable);
    arb_poly_clear(y);
}

void series_neg(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    (void)length;
    (void)prec;
    arb_poly_neg(y, x);
}

void series_square(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_mullow(y, x, x, length, prec);
}

/* Odd: the power of a negative number is not real. */
void series_cbrt(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    const int negative = jet_is_negative(x);
    arb_t third;
    arb_init(third);
    arb_set_ui(third, 1);
    arb_div_ui(third, third, 3, prec);
    if (negative) arb_poly_neg(y, x);
    else arb_poly_set(y, x);
    arb_poly_pow_arb_series(y, y, third, length, prec);
    if (negative) arb_poly_neg(y, y);
    arb_clear(third);
}

void series_expm1(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_exp_series(y, x, length, prec);
    arb_poly_add_si(y, y, -1, prec);
}

void series_tanh(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_t sinh_x, cosh_x;
    arb_poly_init(sinh_x);
    arb_poly_init(cosh_x);
    arb_poly_sinh_cosh_series(sinh_x, cosh_x, x, length, prec);
    arb_poly_div_series(y, sinh_x, cosh_x, length, prec);
    arb_poly_clear(sinh_x);
    arb_poly_clear(cosh_x);
}

/* (1 + tanh(x/2))/2 rather than 1/(1 + exp(-x)): at 0 every second coefficient is then an exact
 * zero. What cancels at negative x costs precision, which is raised. */
void series_sigmoid(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_scalar_mul_2exp_si(y, x, -1);
    series_tanh(y, y, length, prec);
    arb_poly_add_si(y, y, 1, prec);
    arb_poly_scalar_mul_2exp_si(y, y, -1);
}

/* The integral of sigmoid; the argument is x + t here. */
void series_softplus(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_t value;
    arb_init(value);
    arb_poly_get_coeff_arb(value, x, 0);
    arb_exp(value, value, prec);
    arb_log1p(value, value, prec);
    series_sigmoid(y, x, length, prec);
    arb_poly_integral(y, y, prec);
    arb_poly_set_coeff_arb(y, 0, value);
    arb_clear(value);
}

void series_fabs(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    (void)length;
    (void)prec;
    if (jet_is_negative(x)) arb_poly_neg(y, x);
    else arb_poly_set(y, x);
}

void series_exp2(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_t log2;
    arb_init(log2);
    arb_const_log2(log2, prec);
    arb_poly_scalar_mul(y, x, log2, prec);
    arb_poly_exp_series(y, y, length, prec);
    arb_clear(log2);
}

void series_log2(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_t log2;
    arb_init(log2);
    arb_const_log2(log2, prec);
    arb_poly_log_series(y, x, length, prec);
    arb_poly_scalar_div(y, y, log2, prec);
    arb_clear(log2);
}

void series_log10(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_t log10;
    arb_init(log10);
    arb_const_log10(log10, prec);
    arb_poly_log_series(y, x, length, prec);
    arb_poly_scalar_div(y, y, log10, prec);
    arb_clear(log10);
}

/* The integral of x'/sqrt(x^2 + sign) from `value`. */
static void series_area(arb_poly_t y, const arb_poly_t x, const arb_t value, slong sign,
                        slong length, slong prec)
{
    arb_poly_t slope;
    arb_poly_init(slope);
    arb_poly_derivative(slope, x, prec);
    arb_poly_mullow(y, x, x, length, prec);
    arb_poly_add_si(y, y, sign, prec);
    arb_poly_rsqrt_series(y, y, length, prec);
    arb_poly_mullow(y, y, slope, length - 1, prec);
    arb_poly_integral(y, y, prec);
    arb_poly_set_coeff_arb(y, 0, value);
    arb_poly_clear(slope);
}

void series_asinh(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_t value;
    arb_init(value);
    arb_poly_get_coeff_arb(value, x, 0);
    arb_asinh(value, value, prec);
    series_area(y, x, value, 1, length, prec);
    arb_clear(value);
}

void series_acosh(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_t value;
    arb_init(value);
    arb_poly_get_coeff_arb(value, x, 0);
    arb_acosh(value, value, prec);
    series_area(y, x, value, -1, length, prec);
    arb_clear(value);
}

void series_datanh(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_mullow(y, x, x, length, prec);
    arb_poly_add_si(y, y, -1, prec);
    arb_poly_neg(y, y);
    arb_poly_inv_series(y, y, length, prec);
}

/* The integral of 1/(1 - x^2); the argument is x + t here. */
void series_atanh(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_t value;
    arb_init(value);
    arb_poly_get_coeff_arb(value, x, 0);
    arb_atanh(value, value, prec);
    series_datanh(y, x, length, prec);
    arb_poly_integral(y, y, prec);
    arb_poly_set_coeff_arb(y, 0, value);
    arb_clear(value);
}

void series_dlogit(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_mullow(y, x, x, length, prec);
    arb_poly_sub(y, x, y, prec);
    arb_poly_inv_series(y, y, length, prec);
}

/* The integral of 1/(x - x^2); the argument is x + t here. 2*atanh(2x - 1) is exactly 0 at 1/2. */
void series_logit(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_t value;
    arb_init(value);
    arb_poly_get_coeff_arb(value, x, 0);
    arb_mul_2exp_si(value, value, 1);
    arb_sub_ui(value, value, 1, prec);
    arb_atanh(value, value, prec);
    arb_mul_2exp_si(value, value, 1);
    series_dlogit(y, x, length, prec);
    arb_poly_integral(y, y, prec);
    arb_poly_set_coeff_arb(y, 0, value);
    arb_clear(value);
}

/* Steps: the value alone. */
static void step(arb_poly_t y, const arb_poly_t x, void (*f)(arb_t, const arb_t, slong), slong prec)
{
    arb_t value;
    arb_init(value);
    arb_poly_get_coeff_arb(value, x, 0);
    f(value, value, prec);
    arb_poly_set_arb(y, value);
    arb_clear(value);
}

void series_floor(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    (void)length;
    step(y, x, arb_floor, prec);
}

void series_ceil(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    (void)length;
    step(y, x, arb_ceil, prec);
}

/* floor(x + 1/2), or where that is odd and x a half the integer below. */
static void nearest_even(arb_t y, const arb_t x, slong prec)
{
    arb_t moved, half;
    arb_init(moved);
    arb_init(half);
    arb_mul_2exp_si(moved, x, 1);
    arb_add_si(moved, moved, 1, prec);
    arb_mul_2exp_si(moved, moved, -1);
    arb_floor(y, moved, prec);
    arb_mul_2exp_si(half, y, -1);
    if (arb_equal(y, moved) && !arb_is_int(half)) arb_sub_ui(y, y, 1, prec);
    arb_clear(moved);
    arb_clear(half);
}

void series_rint(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    (void)length;
    step(y, x, nearest_even, prec);
}

void series_trunc(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    (void)length;
    step(y, x, jet_is_negative(x) ? arb_ceil : arb_floor, prec);
}

/* trunc(x + 1/2) with the sign of x. */
void series_round(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    (void)length;
    const int negative = jet_is_negative(x);
    arb_t half;
    arb_poly_t moved;
    arb_init(half);
    arb_poly_init(moved);
    arb_poly_get_coeff_arb(half, x, 0);
    arb_mul_2exp_si(half, half, 1);
    arb_add_si(half, half, negative ? -1 : 1, prec);
    arb_mul_2exp_si(half, half, -1);
    arb_poly_set_arb(moved, half);
    step(y, moved, negative ? arb_ceil : arb_floor, prec);
    arb_poly_clear(moved);
    arb_clear(half);
}

static void sign(arb_t y, const arb_t x, slong prec)
{
    (void)prec;
    arb_sgn(y, x);
}

void series_sign(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    (void)length;
    step(y, x, sign, prec);
}

void series_relu(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    (void)length;
    (void)prec;
    if (jet_is_negative(x)) arb_poly_zero(y);
    else arb_poly_set(y, x);
}

/* Derivatives that have a row of their own in the library's table: tanh', atan', erf' up to a
 * constant, and what those of asinh and acosh are made of. */
void series_sech2(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_cosh_series(y, x, length, prec);
    arb_poly_mullow(y, y, y, length, prec);
    arb_poly_inv_series(y, y, length, prec);
}

void series_lorentz(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_mullow(y, x, x, length, prec);
    arb_poly_add_si(y, y, 1, prec);
    arb_poly_inv_series(y, y, length, prec);
}

void series_gauss(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_mullow(y, x, x, length, prec);
    arb_poly_neg(y, y);
    arb_poly_exp_series(y, y, length, prec);
}

void series_dasinh(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_mullow(y, x, x, length, prec);
    arb_poly_add_si(y, y, 1, prec);
    arb_poly_rsqrt_series(y, y, length, prec);
}

void series_xdasinh(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    series_dasinh(y, x, length, prec);
    arb_poly_mullow(y, y, x, length, prec);
}

void series_dacosh(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    arb_poly_mullow(y, x, x, length, prec);
    arb_poly_add_si(y, y, -1, prec);
    arb_poly_rsqrt_series(y, y, length, prec);
}

void series_xdacosh(arb_poly_t y, const arb_poly_t x, slong length, slong prec)
{
    series_dacosh(y, x, length, prec);
    arb_poly_mullow(y, y, x, length, prec);
}
