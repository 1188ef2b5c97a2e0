/* truth.c: Taylor coefficients and their condition, from Arb. */
#include "truth.h"

#include <math.h>

enum { LENGTH = MOST + 1, LIMIT = 8000, MOST_PRECISION = 1 << 16 };

/* The argument x is a double: its relative change, for the condition, is 2^-CHANGE. */
enum { CHANGE = 96 };

static int is_proved(const arb_t c)
{
    mag_t size;
    int vanishes;
    if (arb_is_zero(c) || (arb_is_finite(c) && arb_rel_accuracy_bits(c) >= 72)) return 1;
    if (!arb_is_finite(c)) return 0;
    mag_init(size); /* far below the smallest double, whatever its digits */
    arb_get_mag(size, c);
    vanishes = mag_cmp_2exp_si(size, -1200) < 0;
    mag_clear(size);
    return vanishes;
}

static int are_proved(arb_srcptr c, slong length)
{
    slong k;
    for (k = 0; k < length; k++)
        if (!is_proved(c + k)) return 0;
    return 1;
}

static long double number(const arb_t c)
{
    arf_t scaled, low;
    fmpz_t exponent;
    long double value;
    slong e;
    if (arf_is_zero(arb_midref(c))) return 0.0L;
    arf_init(scaled);
    arf_init(low);
    fmpz_init(exponent);
    arf_frexp(scaled, exponent, arb_midref(c));
    e = fmpz_cmp_si(exponent, LIMIT) > 0    ? LIMIT
        : fmpz_cmp_si(exponent, -LIMIT) < 0 ? -LIMIT
                                            : fmpz_get_si(exponent);
    const double high = arf_get_d(scaled, ARF_RND_NEAR);
    arf_set_d(low, high);
    arf_sub(low, scaled, low, 64, ARF_RND_NEAR);
    value = ldexpl((long double)high + (long double)arf_get_d(low, ARF_RND_NEAR), (int)e);
    arf_clear(scaled);
    arf_clear(low);
    fmpz_clear(exponent);
    return value;
}

/* moved in proportion to c, so that it is right where c is cut off. */
static long double proportional(const arb_t moved, const arb_t c, long double value)
{
    arb_t ratio;
    long double result;
    if (arb_is_zero(c)) return fabsl(number(moved));
    arb_init(ratio);
    arb_div(ratio, moved, c, 64);
    result = fabsl(number(ratio) * value);
    arb_clear(ratio);
    return result;
}

/* x*(k+1)*c[k+1], of LENGTH + 1 coefficients. */
static void move_along(arb_ptr moved, arb_srcptr c, const arb_t x)
{
    slong k;
    for (k = 0; k < LENGTH; k++) {
        arb_mul(moved + k, x, c + k + 1, 64);
        arb_mul_si(moved + k, moved + k, k + 1, 64);
    }
}

static void of_one_argument(arb_ptr c, arb_ptr moved, const subject *s, double point, slong prec)
{
    arb_t x;
    arb_init(x);
    arb_set_d(x, point);
    if (s->unary != NULL) series_coefficients(c, s->unary->series, x, LENGTH + 1, prec);
    else s->ordered->coefficients(c, s->n, x, LENGTH + 1, prec);
    move_along(moved, c, x);
    arb_clear(x);
}

static void along_line(arb_ptr c, const line_row *row, const arb_poly_struct *at, slong prec)
{
    arb_poly_t f;
    slong k;
    arb_poly_init(f);
    row->line(f, at, LENGTH, prec);
    for (k = 0; k < LENGTH; k++) arb_poly_get_coeff_arb(c + k, f, k);
    arb_poly_clear(f);
}

/* Adds |change of c|*2^CHANGE when coordinate i grows by its 2^-CHANGE-th part. */
static void add_change(arb_ptr moved, arb_srcptr c, const line_row *row, arb_poly_struct *at, int i,
                       slong prec)
{
    const arb_ptr there = _arb_vec_init(LENGTH);
    arb_t old, changed;
    slong k;
    arb_init(old);
    arb_init(changed);
    arb_poly_get_coeff_arb(old, at + i, 0);
    arb_mul_2exp_si(changed, old, -CHANGE);
    arb_add(changed, changed, old, prec);
    arb_poly_set_coeff_arb(at + i, 0, changed);
    along_line(there, row, at, prec);
    arb_poly_set_coeff_arb(at + i, 0, old);
    for (k = 0; k < LENGTH; k++) {
        arb_sub(there + k, there + k, c + k, 64);
        arb_abs(there + k, there + k);
        arb_mul_2exp_si(there + k, there + k, CHANGE);
        arb_add(moved + k, moved + k, there + k, 64);
    }
    _arb_vec_clear(there, LENGTH);
    arb_clear(old);
    arb_clear(changed);
}

static void line_init(arb_poly_struct *at, const line_row *row, const double *x,
                      const double *direction)
{
    arb_t coefficient;
    int i;
    arb_init(coefficient);
    for (i = 0; i < row->arguments; i++) {
        arb_poly_init(&at[i]);
        arb_set_d(coefficient, x[i]);
        arb_poly_set_coeff_arb(&at[i], 0, coefficient);
        arb_set_d(coefficient, direction[i]);
        arb_poly_set_coeff_arb(&at[i], 1, coefficient);
    }
    arb_clear(coefficient);
}

static void of_many_arguments(arb_ptr c, arb_ptr moved, const line_row *row, const double *x,
                              const double *direction, slong prec)
{
    arb_poly_struct at[LINE_ARGUMENTS];
    int i;
    line_init(at, row, x, direction);
    along_line(c, row, at, prec);
    _arb_vec_zero(moved, LENGTH);
    for (i = 0; i < row->variables && !row->is_piecewise_linear; i++)
        if (x[i] != 0.0) add_change(moved, c, row, at, i, prec);
    for (i = 0; i < row->arguments; i++) arb_poly_clear(&at[i]);
}

/* The terms of coefficient k along (a, s*b) are those of a polynomial in s: here it is interpolated
 * from its values at s = 0, 1, ..., k. */
static void find_terms(truth *t, const subject *s, const double *x, const double *direction)
{
    enum { PRECISION = 2048 };
    const arb_ptr values = _arb_vec_init((slong)LENGTH * LENGTH), at = _arb_vec_init(LENGTH);
    const arb_ptr column = _arb_vec_init(LENGTH);
    arb_poly_t terms;
    arb_t term, power;
    slong k, i;
    arb_poly_init(terms);
    arb_init(term);
    arb_init(power);
    for (i = 0; i < LENGTH; i++) {
        arb_poly_struct line[LINE_ARGUMENTS];
        arb_set_si(at + i, i);
        line_init(line, s->line, x, direction);
        arb_set_d(term, direction[1]);
        arb_mul_si(term, term, i, PRECISION);
        arb_poly_set_coeff_arb(&line[1], 1, term);
        along_line(values + i * LENGTH, s->line, line, PRECISION);
        arb_poly_clear(&line[0]);
        arb_poly_clear(&line[1]);
    }
    for (k = 0; k < LENGTH; k++) {
        for (i = 0; i <= k; i++) arb_set(column + i, values + i * LENGTH + k);
        arb_poly_interpolate_newton(terms, at, column, k + 1, PRECISION);
        for (i = 0; i <= k; i++) {
            long double factor;
            arb_poly_get_coeff_arb(term, terms, i);
            /* a^(k-i)*b^i/((k-i)!*i!), and the partial derivative that it multiplies. */
            factor = powl(fabsl((long double)direction[0]), (long double)(k - i))
                     * powl(fabsl((long double)direction[1]), (long double)i)
                     / (tgammal((long double)(k - i + 1)) * tgammal((long double)(i + 1)));
            t->sizes[k] += fabsl(number(term));
            t->powers[k] += factor;
            if (fabsl(number(term)) / factor >= 0x1p1024L && k < t->defined) t->defined = (int)k;
        }
    }
    _arb_vec_clear(values, (slong)LENGTH * LENGTH);
    _arb_vec_clear(at, LENGTH);
    _arb_vec_clear(column, LENGTH);
    arb_poly_clear(terms);
    arb_clear(term);
    arb_clear(power);
}

int truth_find(truth *t, const subject *s, const double *x, const double *direction)
{
    const arb_ptr c = _arb_vec_init(LENGTH + 1), moved = _arb_vec_init(LENGTH);
    int proved = 0;
    slong prec, k;
    for (prec = 192; prec <= MOST_PRECISION && !proved; prec *= 2) {
        if (s->line != NULL) of_many_arguments(c, moved, s->line, x, direction, prec + CHANGE);
        else of_one_argument(c, moved, s, x[0], prec);
        proved = are_proved(c, s->line != NULL ? LENGTH : LENGTH + 1);
    }
    t->defined = LENGTH;
    for (k = 0; k < LENGTH && proved; k++) {
        t->sizes[k] = t->powers[k] = 0.0L;
        t->c[k] = number(c + k);
        t->moved[k] = proportional(moved + k, c + k, t->c[k]);
    }
    if (proved && s->line != NULL && s->line->variables == 2) {
        if (direction[0] != 0.0 && direction[1] != 0.0 && !s->line->is_piecewise_linear)
            find_terms(t, s, x, direction);
        for (k = 0; k < t->defined; k++)
            if (fabsl(t->c[k]) >= 0x1p1024L) t->defined = (int)k;
    }
    _arb_vec_clear(c, LENGTH + 1);
    _arb_vec_clear(moved, LENGTH);
    return proved;
}
