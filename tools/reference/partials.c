/* partials.c: functions of two arguments, their partial derivatives to third order by closed forms in
 * which what vanishes is an exact zero. */
#include "partials.h"

#include "lines.h"

/* c = factor * x^m * y^n * scale */
void monomial(arb_t c, slong factor, const arb_t x, ulong m, const arb_t y, ulong n,
              const arb_t scale, slong prec)
{
    arb_t power;
    arb_init(power);
    arb_pow_ui(c, x, m, prec);
    arb_pow_ui(power, y, n, prec);
    arb_mul(c, c, power, prec);
    arb_mul(c, c, scale, prec);
    arb_mul_si(c, c, factor, prec);
    arb_clear(power);
}

void partials_mul(arb_ptr f, const arb_t x, const arb_t y, slong prec)
{
    _arb_vec_zero(f, PLACES);
    arb_mul(f + F, x, y, prec);
    arb_set(f + FX, y);
    arb_set(f + FY, x);
    arb_one(f + FXY);
}

void partials_div(arb_ptr f, const arb_t x, const arb_t y, slong prec)
{
    arb_t inverse, one;
    arb_init(inverse);
    arb_init(one);
    arb_one(one);
    arb_inv(inverse, y, prec);
    _arb_vec_zero(f, PLACES);
    monomial(f + F, 1, x, 1, inverse, 1, one, prec);
    monomial(f + FX, 1, x, 0, inverse, 1, one, prec);
    monomial(f + FY, -1, x, 1, inverse, 2, one, prec);
    monomial(f + FXY, -1, x, 0, inverse, 2, one, prec);
    monomial(f + FYY, 2, x, 1, inverse, 3, one, prec);
    monomial(f + FXYY, 2, x, 0, inverse, 3, one, prec);
    monomial(f + FYYY, -6, x, 1, inverse, 4, one, prec);
    arb_clear(inverse);
    arb_clear(one);
}

/* c = a*first + b*second, exactly as far as the operands are. */
static void combine(arb_t c, slong a, const arb_t first, slong b, const arb_t second, slong prec)
{
    arb_t term;
    arb_init(term);
    arb_mul_si(term, second, b, prec);
    arb_mul_si(c, first, a, prec);
    arb_add(c, c, term, prec);
    arb_clear(term);
}

void partials_hypot(arb_ptr f, const arb_t x, const arb_t y, slong prec)
{
    arb_t xx, yy, r, r3, r5, sum;
    arb_init(xx);
    arb_init(yy);
    arb_init(r);
    arb_init(r3);
    arb_init(r5);
    arb_init(sum);
    arb_sqr(xx, x, prec);
    arb_sqr(yy, y, prec);
    arb_add(sum, xx, yy, prec);
    arb_sqrt(f + F, sum, prec);
    arb_inv(r, f + F, prec);
    arb_pow_ui(r3, r, 3, prec);
    arb_pow_ui(r5, r, 5, prec);
    monomial(f + FX, 1, x, 1, y, 0, r, prec);
    monomial(f + FY, 1, x, 0, y, 1, r, prec);
    monomial(f + FXX, 1, x, 0, y, 2, r3, prec);
    monomial(f + FXY, -1, x, 1, y, 1, r3, prec);
    monomial(f + FYY, 1, x, 2, y, 0, r3, prec);
    monomial(f + FXXX, -3, x, 1, y, 2, r5, prec);
    monomial(f + FYYY, -3, x, 2, y, 1, r5, prec);
    combine(sum, 2, xx, -1, yy, prec);
    monomial(f + FXXY, 1, sum, 1, y, 1, r5, prec);
    combine(sum, 2, yy, -1, xx, prec);
    monomial(f + FXYY, 1, sum, 1, x, 1, r5, prec);
    arb_clear(xx);
    arb_clear(yy);
    arb_clear(r);
    arb_clear(r3);
    arb_clear(r5);
    arb_clear(sum);
}

/* atan2(x, y) in this file's names: the first argument is the ordinate. */
void partials_atan2(arb_ptr f, const arb_t x, const arb_t y, slong prec)
{
    arb_t xx, yy, q, q2, q3, sum;
    arb_init(xx);
    arb_init(yy);
    arb_init(q);
    arb_init(q2);
    arb_init(q3);
    arb_init(sum);
    arb_atan2(f + F, x, y, prec);
    arb_sqr(xx, x, prec);
    arb_sqr(yy, y, prec);
    arb_add(q, xx, yy, prec);
    arb_inv(q, q, prec);
    arb_sqr(q2, q, prec);
    arb_mul(q3, q2, q, prec);
    monomial(f + FX, 1, x, 0, y, 1, q, prec);
    monomial(f + FY, -1, x, 1, y, 0, q, prec);
    monomial(f + FXX, -2, x, 1, y, 1, q2, prec);
    arb_neg(f + FYY, f + FXX);
    combine(sum, 1, xx, -1, yy, prec);
    arb_mul(f + FXY, sum, q2, prec);
    combine(sum, 6, xx, -2, yy, prec);
    monomial(f + FXXX, 1, sum, 1, y, 1, q3, prec);
    arb_neg(f + FXYY, f + FXXX);
    combine(sum, 6, yy, -2, xx, prec);
    monomial(f + FXXY, 1, sum, 1, x, 1, q3, prec);
    arb_neg(f + FYYY, f + FXXY);
    arb_clear(xx);
    arb_clear(yy);
    arb_clear(q);
    arb_clear(q2);
    arb_clear(q3);
    arb_clear(sum);
}

/* x^y for x > 0. With L = log x every partial is x^(y-k) times a polynomial in y and L. */
void partials_pow(arb_ptr f, const arb_t x, const arb_t y, slong prec)
{
    arb_t log_x, power[4], t, u;
    int k;
    arb_init(log_x);
    arb_init(t);
    arb_init(u);
    arb_log(log_x, x, prec);
    for (k = 0; k < 4; k++) {
        arb_init(power[k]);
        arb_sub_ui(t, y, (ulong)k, prec);
        arb_pow(power[k], x, t, prec);
    }
    arb_set(f + F, power[0]);
    arb_mul(f + FX, y, power[1], prec);
    arb_sub_ui(t, y, 1, prec);
    arb_mul(t, t, y, prec); /* y(y-1) */
    arb_mul(f + FXX, t, power[2], prec);
    arb_sub_ui(u, y, 2, prec);
    arb_mul(u, u, t, prec);
    arb_mul(f + FXXX, u, power[3], prec);
    arb_mul(f + FY, power[0], log_x, prec);
    arb_mul(f + FYY, f + FY, log_x, prec);
    arb_mul(f + FYYY, f + FYY, log_x, prec);
    arb_mul(u, t, log_x, prec);
    arb_addmul_ui(u, y, 2, prec);
    arb_sub_ui(u, u, 1, prec); /* 2y - 1 + y(y-1)L */
    arb_mul(f + FXXY, u, power[2], prec);
    arb_mul(u, y, log_x, prec);
    arb_add_ui(t, u, 1, prec); /* 1 + yL */
    arb_mul(f + FXY, t, power[1], prec);
    arb_add_ui(u, u, 2, prec);
    arb_mul(u, u, log_x, prec); /* 2L + yL^2 */
    arb_mul(f + FXYY, u, power[1], prec);
    for (k = 0; k < 4; k++) arb_clear(power[k]);
    arb_clear(log_x);
    arb_clear(t);
    arb_clear(u);
}

/* x - n*y. */
static void partials_of_quotient(arb_ptr f, const arb_t x, const arb_t y, int nearest, slong prec)
{
    arb_t n;
    arb_init(n);
    line_quotient(n, x, y, nearest, prec);
    _arb_vec_zero(f, PLACES);
    arb_mul(f + F, n, y, prec);
    arb_sub(f + F, x, f + F, prec);
    arb_one(f + FX);
    arb_neg(f + FY, n);
    arb_clear(n);
}

void partials_fmod(arb_ptr f, const arb_t x, const arb_t y, slong prec)
{
    partials_of_quotient(f, x, y, 0, prec);
}

void partials_remainder(arb_ptr f, const arb_t x, const arb_t y, slong prec)
{
    partials_of_quotient(f, x, y, 1, prec);
}

/* x or -x. */
void partials_copysign(arb_ptr f, const arb_t x, const arb_t y, slong prec)
{
    const int flips = arb_is_negative(x) != arb_is_negative(y);
    (void)prec;
    _arb_vec_zero(f, PLACES);
    arb_set_si(f + FX, flips ? -1 : 1);
    arb_mul(f + F, x, f + FX, prec);
}

void partials_xlogy(arb_ptr f, const arb_t x, const arb_t y, slong prec)
{
    arb_t inverse, one;
    arb_init(inverse);
    arb_init(one);
    arb_one(one);
    arb_inv(inverse, y, prec);
    _arb_vec_zero(f, PLACES);
    arb_log(f + FX, y, prec);
    arb_mul(f + F, f + FX, x, prec);
    monomial(f + FY, 1, x, 1, inverse, 1, one, prec);
    monomial(f + FXY, 1, x, 0, inverse, 1, one, prec);
    monomial(f + FYY, -1, x, 1, inverse, 2, one, prec);
    monomial(f + FXYY, -1, x, 0, inverse, 2, one, prec);
    monomial(f + FYYY, 2, x, 1, inverse, 3, one, prec);
    arb_clear(inverse);
    arb_clear(one);
}

/* With s and t = 1-s the shares of exp(x) and exp(y) in their sum. */
void partials_logsumexp(arb_ptr f, const arb_t x, const arb_t y, slong prec)
{
    arb_t d, s, t, st, h;
    arb_init(d);
    arb_init(s);
    arb_init(t);
    arb_init(st);
    arb_init(h);
    arb_sub(d, y, x, prec);
    arb_exp(t, d, prec);
    arb_log1p(f + F, t, prec);
    arb_add(f + F, f + F, x, prec);
    arb_add_ui(s, t, 1, prec);
    arb_inv(s, s, prec); /* 1/(1 + exp(y-x)) */
    arb_mul(t, t, s, prec);
    arb_mul(st, s, t, prec);
    arb_mul_2exp_si(h, d, -1);
    arb_tanh(h, h, prec); /* t - s */
    arb_set(f + FX, s);
    arb_set(f + FY, t);
    arb_set(f + FXX, st);
    arb_neg(f + FXY, st);
    arb_set(f + FYY, st);
    arb_mul(f + FXXX, st, h, prec);
    arb_neg(f + FXXY, f + FXXX);
    arb_set(f + FXYY, f + FXXX);
    arb_neg(f + FYYY, f + FXXX);
    arb_clear(d);
    arb_clear(s);
    arb_clear(t);
    arb_clear(st);
    arb_clear(h);
}
