/* lines.c: the functions of two and three arguments as series along lines, and where they are
 * sampled. */
#include "lines.h"

#include <math.h>
#include <string.h>

void line_quotient(arb_t n, const arb_t x, const arb_t y, int nearest, slong prec)
{
    const int negative = arb_is_negative(x) != arb_is_negative(y);
    arb_t half;
    arb_init(half);
    arb_div(n, x, y, prec);
    if (nearest) {
        arb_set_d(half, 0.5);
        arb_add(n, n, half, prec);
        arb_floor(n, n, prec);
    } else if (negative) {
        arb_ceil(n, n, prec);
    } else {
        arb_floor(n, n, prec);
    }
    arb_clear(half);
}

static void line_of_quotient(arb_poly_t f, const arb_poly_struct *x, int nearest, slong prec)
{
    arb_t n, x0, y0;
    arb_init(n);
    arb_init(x0);
    arb_init(y0);
    arb_poly_get_coeff_arb(x0, x, 0);
    arb_poly_get_coeff_arb(y0, x + 1, 0);
    line_quotient(n, x0, y0, nearest, prec);
    arb_poly_scalar_mul(f, x + 1, n, prec);
    arb_poly_sub(f, x, f, prec);
    arb_clear(n);
    arb_clear(x0);
    arb_clear(y0);
}

static void line_mul(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    arb_poly_mullow(f, x, x + 1, length, prec);
}

static void line_div(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    arb_poly_div_series(f, x, x + 1, length, prec);
}

static void line_hypot(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    arb_poly_t yy;
    arb_poly_init(yy);
    arb_poly_mullow(f, x, x, length, prec);
    arb_poly_mullow(yy, x + 1, x + 1, length, prec);
    arb_poly_add(f, f, yy, prec);
    arb_poly_sqrt_series(f, f, length, prec);
    arb_poly_clear(yy);
}

/* The angle's rate of change, (x'y - xy')/(x^2 + y^2), integrated. */
static void line_atan2(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    arb_poly_t slope, term;
    arb_t value, y0;
    arb_poly_init(slope);
    arb_poly_init(term);
    arb_init(value);
    arb_init(y0);
    arb_poly_get_coeff_arb(value, x, 0);
    arb_poly_get_coeff_arb(y0, x + 1, 0);
    arb_atan2(value, value, y0, prec);
    arb_poly_derivative(slope, x, prec);
    arb_poly_mullow(slope, slope, x + 1, length, prec);
    arb_poly_derivative(term, x + 1, prec);
    arb_poly_mullow(term, term, x, length, prec);
    arb_poly_sub(slope, slope, term, prec);
    arb_poly_mullow(f, x, x, length, prec);
    arb_poly_mullow(term, x + 1, x + 1, length, prec);
    arb_poly_add(f, f, term, prec);
    arb_poly_div_series(f, slope, f, length, prec);
    arb_poly_integral(f, f, prec);
    arb_poly_set_coeff_arb(f, 0, value);
    arb_poly_clear(slope);
    arb_poly_clear(term);
    arb_clear(value);
    arb_clear(y0);
}

/* With a constant exponent what is an exact zero comes out as one. */
static void line_pow(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    if (arb_poly_length(x + 1) <= 1) {
        arb_t exponent;
        arb_init(exponent);
        arb_poly_get_coeff_arb(exponent, x + 1, 0);
        arb_poly_pow_arb_series(f, x, exponent, length, prec);
        arb_clear(exponent);
        return;
    }
    arb_poly_log_series(f, x, length, prec);
    arb_poly_mullow(f, f, x + 1, length, prec);
    arb_poly_exp_series(f, f, length, prec);
}

static void line_fmod(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    (void)length;
    line_of_quotient(f, x, 0, prec);
}

static void line_remainder(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    (void)length;
    line_of_quotient(f, x, 1, prec);
}

static void line_copysign(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    arb_t x0, y0;
    arb_init(x0);
    arb_init(y0);
    (void)length;
    (void)prec;
    arb_poly_get_coeff_arb(x0, x, 0);
    arb_poly_get_coeff_arb(y0, x + 1, 0);
    if (arb_is_negative(x0) != arb_is_negative(y0)) arb_poly_neg(f, x);
    else arb_poly_set(f, x);
    arb_clear(x0);
    arb_clear(y0);
}

static void line_xlogy(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    arb_poly_log_series(f, x + 1, length, prec);
    arb_poly_mullow(f, f, x, length, prec);
}

static void line_logsumexp(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    arb_poly_t exp_y;
    arb_poly_init(exp_y);
    arb_poly_exp_series(f, x, length, prec);
    arb_poly_exp_series(exp_y, x + 1, length, prec);
    arb_poly_add(f, f, exp_y, prec);
    arb_poly_log_series(f, f, length, prec);
    arb_poly_clear(exp_y);
}

/* Whether the first argument is less than the second. */
static int is_less(const arb_poly_struct *x, const arb_poly_struct *y)
{
    arb_t x0, y0;
    int less;
    arb_init(x0);
    arb_init(y0);
    arb_poly_get_coeff_arb(x0, x, 0);
    arb_poly_get_coeff_arb(y0, y, 0);
    less = arb_lt(x0, y0);
    arb_clear(x0);
    arb_clear(y0);
    return less;
}

static void line_fmin(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    (void)length;
    (void)prec;
    arb_poly_set(f, is_less(x, x + 1) ? x : x + 1);
}

static void line_fmax(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    (void)length;
    (void)prec;
    arb_poly_set(f, is_less(x, x + 1) ? x + 1 : x);
}

static void line_fma(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    arb_poly_mullow(f, x, x + 1, length, prec);
    arb_poly_add(f, f, x + 2, prec);
}

static void line_clamp(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec)
{
    (void)length;
    (void)prec;
    arb_poly_set(f, is_less(x, x + 1) ? x + 1 : is_less(x + 2, x) ? x + 2 : x);
}

/* Where the value, or a quotient or product on the way to it, leaves the range of a double: the
 * overflow of values is for the edge-case table. */
static int is_in_range(double value) { return fabs(value) < 1e306; }

static int always(const double *x)
{
    (void)x;
    return 1;
}

static int product_in_range(const double *x) { return is_in_range(x[0] * x[1]); }
static int quotient_in_range(const double *x) { return is_in_range(x[0] / x[1]); }

static int differ(const double *x) { return x[0] != x[1]; }

static int fmod_is_smooth(const double *x)
{
    return quotient_in_range(x) && fmod(x[0], x[1]) != 0.0;
}

static int remainder_is_smooth(const double *x)
{
    return quotient_in_range(x) && 2.0 * fabs(remainder(x[0], x[1])) != fabs(x[1]);
}

static int power_in_range(const double *x)
{
    return x[0] > 0.0 && fabs(log2(x[0]) * x[1]) < 1020.0;
}

/* Of a negative number only integer powers. */
static int constant_power_in_range(const double *x)
{
    const double size[2] = {fabs(x[0]), x[1]};
    return power_in_range(size) && (x[0] > 0.0 || x[1] == floor(x[1]));
}

static int xlogy_in_range(const double *x) { return x[1] > 0.0 && quotient_in_range(x); }

static int bounds_are_in_order(const double *x)
{
    return x[1] < x[2] && x[0] != x[1] && x[0] != x[2];
}

/* clang-format off */
const line_row line_rows[] = {
    {"mul",          2, 2, 0, line_mul,       product_in_range,    -1074, 1023, {{0.0}}},
    {"div",          2, 2, 0, line_div,       quotient_in_range,   -1074, 1023, {{0.0}}},
    {"pow",          2, 2, 0, line_pow,       power_in_range,      -1074, 1023, {{1.2150851560686244e-287, 1.7410521897654588e-289}, {2.2860838365771102e-94, -1.1678709984719632e-96}, {207.49520926169498, 117.83325489836807}, {0.016218859284826692, 1.5444206249389936}, {9.6369741722559556e-310, -3.1188493019430198e-311}, {0.27535481599488776, 13.722206569364062}}},
    {"pow_xc",       2, 1, 0, line_pow,       constant_power_in_range, -1074, 1023, {{1.5389266114212252e-310, -2.0250883657736203e-312}}},
    {"hypot",        2, 2, 0, line_hypot,     always,              -1074, 1023, {{-1.5622257372646989e+307, -1.3373037192825093e+308}, {-8.0538420283878792e-114, -2.3140243497781365e-292}, {1.0928492417354388e-267, 3.9549666951028265e-64}, {-9.1484380337958041e-251, 2.661582708604549e-250}}},
    {"atan2",        2, 2, 0, line_atan2,     always,              -1074, 1023, {{-2.6928550878265415e-104, 1.916357729721266e-103}, {-1.6728664403737055e-39, -1.5700179794128125e-39}, {-2.4422788820845139e-78, -1.2624487176140085e-312}, {1.0684526216887583e-261, -1.9200262546491026e-53}}},
    {"fmin",         2, 2, 1, line_fmin,      differ,              -1074, 1023, {{0.0}}},
    {"fmax",         2, 2, 1, line_fmax,      differ,              -1074, 1023, {{0.0}}},
    {"fmod",         2, 2, 1, line_fmod,      fmod_is_smooth,      -1074, 1023, {{0.0}}},
    {"remainder",    2, 2, 1, line_remainder, remainder_is_smooth, -1074, 1023, {{0.0}}},
    {"copysign",     2, 2, 1, line_copysign,  always,              -1074, 1023, {{0.0}}},
    {"fmin_first",   2, 2, 1, line_fmin,      differ,              -1074, 1023, {{0.0}}},
    {"fmin_second",  2, 2, 1, line_fmin,      differ,              -1074, 1023, {{0.0}}},
    {"fmax_first",   2, 2, 1, line_fmax,      differ,              -1074, 1023, {{0.0}}},
    {"fmax_second",  2, 2, 1, line_fmax,      differ,              -1074, 1023, {{0.0}}},
    {"xlogy",        2, 2, 0, line_xlogy,     xlogy_in_range,      -1074, 1023, {{0.0}}},
    {"logsumexp",    2, 2, 0, line_logsumexp, always,              -60,   10, {{-722.48935720293957, 2.2112613816871503e-16}, {1.8631689670709761, -0.095214613960061811}}},
    {"fma",          3, 3, 0, line_fma,       product_in_range,    -1074, 1023, {{0.0}}},
    {"clamp",        3, 3, 1, line_clamp,     bounds_are_in_order, -1074, 1023, {{0.0}}},
};
/* clang-format on */

const line_row *line_row_named(const char *name)
{
    const line_row *row = line_rows;
    while (strcmp(row->name, name) != 0) row++;
    return row;
}

const size_t line_count = sizeof line_rows / sizeof line_rows[0];
