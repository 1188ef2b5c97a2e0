/* reference.h: reads the reference files of tests/data and measures errors against them.
 *
 * A file holds one line per point: coordinates as hexadecimal floats, then numbers of 35 digits
 * that tools/reference has proved with Arb. They are read as long double, whose 64 bits leave a
 * measuring error below 0.001 ulp (where long double is double: half an ulp). */
#ifndef FLUXION_TESTS_REFERENCE_H
#define FLUXION_TESTS_REFERENCE_H

#include <math.h>
#include <stddef.h>

/* INFINITY and NAN are floats, and their conversion is a warning. */
#define REF_INF ((double)INFINITY)
#define REF_NAN ((double)NAN)

/* Most coordinates and numbers on a line. */
#define REF_COORDINATES 2
#define REF_NUMBERS 10

typedef struct ref_point {
    double x[REF_COORDINATES];
    long double c[REF_NUMBERS];
} ref_point;

typedef struct ref_table {
    ref_point *point;
    size_t count;
} ref_table;

/* The table of data/NAME.ref; count is 0 where the file cannot be read to its last number. */
ref_table ref_load(const char *name, size_t coordinates, size_t numbers);
void ref_free(ref_table *table);

/* The line of data/NAME.ref that begins with the word `label`: its coordinate into *x, its numbers
 * into `values`. Returns how many there are, at most `room`; 0 where there is no such line. */
size_t ref_line(const char *name, const char *label, double *x, long double *values, size_t room);

/* The spacing of doubles at `value`, no less than the smallest positive double. */
long double ref_ulp(long double value);

/* |got - want|: 0 where both round to the same infinity or both are NaN, infinite where only one
 * is NaN. An infinite `got` counts as 2^1024 where `want` is below that. */
long double ref_error(double got, long double want);

/* Same bits, except that every NaN is the same. */
int ref_same(double a, double b);

/* The clause: the error permitted in Taylor coefficient k, absolute, where its true value is `value`
 * and `moved` is how far it goes when each argument is changed by its whole self, at the rate that it
 * has here: |x*(k+1)*c[k+1]| for c[k] of f(x + t). In ulps of the value it is 4(k+1) or the condition
 * number |moved/value|, whichever is more. */
long double ref_permitted(size_t k, long double value, long double moved);

/* The same for a value or a first derivative, k 0 or 1: 4 ulps whatever the condition, but for those
 * of functions that vanish at arguments that are no doubles: values of digamma and logsumexp, first
 * derivatives of lgamma and tgamma, and both of polygamma, jn and yn. Near there the condition number
 * allows more. */
long double ref_permitted_low(const char *name, size_t k, long double value, long double moved);

/* The same for coefficient k of a function of order n at x where `permitted` comes from the above: the
 * Bessel functions oscillate from about x = n on, their k-th derivatives from n-k. There k!*c[k] has 8
 * roundings of the larger of its size and sqrt(2/(pi*x)), the size of its waves, if that is more. */
long double ref_permitted_waves(const char *name, int n, double x, size_t k, long double value,
                                long double permitted);

/* ref_permitted of scale*c[k], where c[k] is coefficient k of f(x + t). */
long double ref_allowed(size_t k, double x, const long double *c, long double scale);

/* ref_permitted_low of c[k]. */
long double ref_allowed_low(const char *name, size_t k, double x, const long double *c);

/* Places of the partial derivatives in a line of a function of two arguments. */
enum ref_place {
    REF_F,
    REF_FX,
    REF_FY,
    REF_FXX,
    REF_FXY,
    REF_FYY,
    REF_FXXX,
    REF_FXXY,
    REF_FXYY,
    REF_FYYY
};

/* ref_permitted_low of the value of a function of two arguments. */
long double ref_allowed_value(const char *name, const ref_point *p);

/* The error permitted in a second partial derivative, absolute. In ulps it is 12 or the condition
 * number in both arguments together, |x*g_x/g| + |y*g_y/g| for the partial g, whichever is more:
 * the derivatives of hypot, atan2 and pow vanish along lines, near which a rounding of either
 * argument alone moves them by more than 12 ulps. `place` is REF_FXX, REF_FXY or REF_FYY. */
long double ref_allowed_second(const ref_point *p, enum ref_place place);

/* The worst of many measurements of one derivative of one function. */
typedef struct ref_worst {
    size_t points;       /* measured */
    size_t outside;      /* beyond the permitted error */
    double ratio;        /* of error to permitted error, the largest */
    double ulps;         /* error in ulps there */
    double allowed_ulps; /* permitted there */
    double ulps_well;    /* largest error in ulps where no more than `well` is permitted */
    double x, y, got;    /* where, and what was computed */
    long double want;    /* what is right there */
} ref_worst;

/* Adds a measurement; `allowed` is the permitted error, absolute, `well` the one in ulps that holds
 * at a well-conditioned point. */
void ref_measure(ref_worst *worst, double x, double y, double got, long double want,
                 long double allowed, double well);

/* Expects that something was measured and all of it within what is permitted.
 * `mode`, `name`, `what`: strings that say what was measured. Needs Criterion's header. */
#define REF_EXPECT(worst, mode, name, what)                                                        \
    do {                                                                                           \
        const ref_worst *const w_ = (worst);                                                       \
        cr_expect(w_->points > 0 && w_->outside == 0,                                              \
                  "%s %s %s: %zu of %zu points outside; worst at x = %a (%.17g), y = %a: got %a, " \
                  "reference %.21Lg, error %.4g ulp, allowed %.4g",                                \
                  mode, name, what, w_->outside, w_->points, w_->x, w_->x, w_->y, w_->got,         \
                  w_->want, w_->ulps, w_->allowed_ulps);                                           \
    } while (0)

#endif
