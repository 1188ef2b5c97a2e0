/* known.c: where the library is known to do worse than the clause, as docs/numerics.md says. */
#if !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700 /* yn */
#endif
#include "known.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* libm's value, which no mode changes. */
static int is_libm_value(const finding *f) { return f->k == 0; }

/* Derivatives of the Bessel functions are sums of libm's values. */
static int is_anywhere(const finding *f)
{
    (void)f;
    return 1;
}

/* A function of order n+k overflows, and 2^-k or 1/k! times it does not. */
static int is_yn_overflow(const finding *f)
{
    return isinf(yn(f->s->n + (int)f->k, f->x[0])) && isinf(f->got);
}

/* Coefficients of functions with complex poles have roots near 0 and far out. */
static int is_late_coefficient(const finding *f) { return f->k >= 4 && f->mode == SERIES; }

/* A power of 1/hypot overflows: the first for the second derivative, the square for the third. */
static int is_below_normal(const finding *f)
{
    const double r = hypot(f->x[0], f->x[1]);
    return f->mode != SERIES && ((f->k == 2 && r < 4.0 / DBL_MAX) || (f->k == 3 && r < 0x1p-508));
}

/* An adjoint of 1 over y, or over y again, is not a normal number. */
static int is_quotient_of_extremes(const finding *f)
{
    const double once = 1.0 / f->x[1], twice = once / f->x[1];
    return f->mode == TAPE && (!isnormal(once) || !isnormal(twice));
}

static int is_early_overflow(const finding *f)
{
    return isinf(f->got) && fabsl(f->want) > (long double)DBL_MAX / 64.0L;
}

static const struct {
    const char *name;
    int (*applies)(const finding *f);
    double factor;
} rows[] = {
    {"tgamma", is_libm_value, 1.2},
    {"jn", is_anywhere, 2.0},
    {"yn", is_anywhere, 2.0},
    {"yn", is_yn_overflow, (double)INFINITY},
    {"tanh", is_late_coefficient, 2.5},
    {"sigmoid", is_late_coefficient, 2.5},
    {"atan", is_late_coefficient, 2.5},
    {"hypot", is_late_coefficient, 2.5},
    {"hypot", is_below_normal, (double)INFINITY},
    {"atan2", is_below_normal, (double)INFINITY},
    {"div", is_quotient_of_extremes, (double)INFINITY},
    {"xlogy", is_early_overflow, (double)INFINITY},
};

double known_factor(const finding *f)
{
    double factor = 1.0;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
        if (strcmp(rows[r].name, f->s->name) == 0 && rows[r].factor > factor && rows[r].applies(f))
            factor = rows[r].factor;
    return factor;
}
