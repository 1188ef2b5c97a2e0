/* kernel_recur.h: the recurrences that the Taylor kernels share.
 *
 * The rule of zeros: an exactly zero coefficient of index >= 1 is the absence of a term, so its
 * product with anything is 0; coefficient 0 is a number, and 0*inf in it stays NaN. Sums are formed
 * plainly, and again term by term only where they come out NaN, since nothing else betrays a zero
 * that met an infinity.
 *
 * Arrays named d, w, s ... without a stride are contiguous. */
#ifndef FLUXION_FORWARD_KERNEL_RECUR_H
#define FLUXION_FORWARD_KERNEL_RECUR_H

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "ops/support.h"

/* Two numbers side by side, in one register where there is such a one. */
typedef double flx_two __attribute__((vector_size(16)));

static inline flx_two flx_two_at(const double *x)
{
    flx_two v;
    memcpy(&v, x, sizeof v);
    return v;
}

static inline flx_two flx_two_of(double x) { return (flx_two){x, x}; }

double flx_recur_dot_by_term(size_t k, size_t m, const double *a, size_t sa, const double *b,
                             size_t sb);
double flx_recur_inner_square_by_term(size_t k, const double *a, size_t sa);

/* sum of a[j]*b[k-j] over j = 1..m, m up to k: four partial sums, so that an addition need not wait for
 * the one before. */
static inline double flx_recur_plain_dot(size_t k, size_t m, const double *a, size_t sa,
                                         const double *b, size_t sb)
{
    double s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0;
    size_t j = 1;
    for (; j + 3 <= m; j += 4) {
        s0 += a[j * sa] * b[(k - j) * sb];
        s1 += a[(j + 1) * sa] * b[(k - j - 1) * sb];
        s2 += a[(j + 2) * sa] * b[(k - j - 2) * sb];
        s3 += a[(j + 3) * sa] * b[(k - j - 3) * sb];
    }
    for (; j <= m; j++) s0 += a[j * sa] * b[(k - j) * sb];
    return (s0 + s1) + (s2 + s3);
}

/* sum of a[j]*b[k-j] over j = 1..m, m = k or k-1. */
static inline double flx_recur_dot(size_t k, size_t m, const double *a, size_t sa, const double *b,
                                   size_t sb)
{
    const double sum = flx_recur_plain_dot(k, m, a, sa, b, sb);
    return sum == sum ? sum : flx_recur_dot_by_term(k, m, a, sa, b, sb);
}

/* sum of a[j]*a[k-j] over j = 1..k-1: the outermost product last, whose a[k-1] may be new. */
static inline double flx_recur_inner_square(size_t k, const double *a, size_t sa)
{
    const double outermost = k > 1 ? a[sa] * a[(k - 1) * sa] : 0.0;
    double sum = 0.0;
    if (k > 4) {
        sum = flx_recur_plain_dot(k - 1, (k - 3) / 2, a + sa, sa, a, sa);
        sum += sum;
    }
    if (k > 3 && k % 2 == 0) sum += a[k / 2 * sa] * a[k / 2 * sa];
    sum += k > 2 ? outermost + outermost : outermost;
    return sum == sum ? sum : flx_recur_inner_square_by_term(k, a, sa);
}

/* Coefficient k >= 1 of a*a. */
static inline double flx_recur_square(size_t k, const double *a, size_t sa)
{
    return flx_double_amul(a[k * sa], a[0] + a[0]) + flx_recur_inner_square(k, a, sa);
}

/* value + low, where low is what rounding took from a factor of value, times the other one. */
static inline double flx_recur_give_back(double value, double low)
{
    return isfinite(low) ? value + low : value;
}

/* 1/k of the first k; [0] is not used. */
enum { FLX_RECUR_RECIPROCALS = 32 };
extern const double flx_recur_reciprocal[FLX_RECUR_RECIPROCALS];

/* 1/k. */
static inline double flx_recur_per(size_t k)
{
    return k < FLX_RECUR_RECIPROCALS ? flx_recur_reciprocal[k] : 1.0 / (double)k;
}

/* out[j] = c*j*x[j] for j >= 1: t times the derivative of c*x. */
void flx_recur_derivative(size_t order, size_t stride, const double *x, double c, double *out);

/* The exponent of the largest finite coefficient of x, 0 where there is none but 0; at most what
 * leaves x[0] all of its bits. Functions of the ratios of coefficients alone are computed from
 * x*2^-e, whose products do not overflow. */
int flx_recur_exponent(size_t order, size_t stride, const double *x);

/* out[j] = x[j]*2^-e, contiguous. */
void flx_recur_scale(size_t order, size_t stride, const double *x, int e, double *out);

/* Whether no coefficient is infinite or NaN. */
int flx_recur_is_finite(size_t order, size_t stride, const double *x);

/* The largest s, at most 0, for which the coefficients x[k]*2^(k*s) are no larger than 2^e, where all
 * that are not 0 are finite; 0 where they are not. */
int flx_recur_slowness(size_t order, size_t stride, const double *x, int e);

/* z' = d*z/t from z[0]: exponentials. */
void flx_recur_exp(size_t order, size_t stride, const double *d, double *z);

/* z' = x'/q from z[0], where q has leading coefficient q0 and otherwise is q[1..]. w: order+1. */
void flx_recur_integrate_quotient(size_t order, const double *x, size_t sx, double q0,
                                  const double *q, size_t sq, double *z, size_t sz, double *w);

/* psi = digamma(x), contiguous, x[0] finite and no pole; not finite where a power of 1/x overflows.
 * room: 5*(order+1). */
void flx_recur_digamma(size_t order, size_t stride, const double *x, double *psi, double *room);

/* psi = derivative m >= 1 of digamma at x, without its first coefficient, likewise. psi: 6*(order+1), of
 * which the result is the first part. */
void flx_recur_polygamma(unsigned m, size_t order, size_t stride, const double *x, double *psi);

/* p = p*(x - x[0]) in place, by the rule of zeros, where p is 0 below coefficient `low`, and the product up
 * to it: what is there is not read, and stays. */
void flx_recur_times_increment(size_t order, size_t stride, const double *x, size_t low, double *p);

/* z = limit[0] + sum of limit[j]*(x - x[0])^j over j = 1..degree: a function composed from its
 * derivatives over j!, or from their limits. work: order+1. */
void flx_recur_compose(size_t order, const double *x, size_t sx, size_t degree, const double *limit,
                       double *z, size_t sz, double *work);

/* The same for limits value, first, first*ratio, first*ratio^2, ... scratch: 2*(order+1). */
void flx_recur_limits(size_t order, size_t stride, const double *x, double value, double first,
                      double ratio, double *z, double *scratch);

/* value, and NaN wherever a function of x (of x and y, of x, y and c) can depend on an increment.
 * scratch: 2*(order+1), or 3*(order+1). */
void flx_recur_undefined(size_t order, size_t stride, const double *x, double value, double *z,
                         double *scratch);
void flx_recur_undefined2(size_t order, size_t stride, const double *x, const double *y,
                          double value, double *z, double *scratch);
void flx_recur_undefined3(size_t order, size_t stride, const double *x, const double *y,
                          const double *c, double value, double *z, double *scratch);

#endif
