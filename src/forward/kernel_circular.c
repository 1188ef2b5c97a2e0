/* kernel_circular.c: sin, cos, tan and the inverse functions. */
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "forward/kernel_pair.h"
#include "forward/kernel_riccati.h"

/* z, the sine or cosine of x, from its value and its derivative, which is the cosine or minus the sine.
 * scratch begins with the argument's derivative. */
static void circular(size_t order, const flx_argument *x, double value, double slope, double *z,
                     double *scratch)
{
    double *w = scratch + order + 1;
    if (value != value) {
        flx_recur_undefined(order, x->stride, x->x, value, z, scratch);
        return;
    }
    flx_pair_one(order, x, -1.0, value, slope, z, w);
}

void flx_kernel_sin(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_argument_of(order, stride, x, 1.0, scratch);
    double sine, cosine;
    flx_double_sincos(x[0], &sine, &cosine);
    circular(order, &argument, sine, cosine, z, scratch);
}

void flx_kernel_cos(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_argument_of(order, stride, x, 1.0, scratch);
    double sine, cosine;
    flx_double_sincos(x[0], &sine, &cosine);
    circular(order, &argument, cosine, -sine, z, scratch);
}

void flx_kernel_sincos(size_t order, size_t stride, const double *x, double *s, double *c,
                       double *scratch)
{
    const flx_argument argument = flx_argument_of(order, stride, x, 1.0, scratch);
    flx_double_sincos(x[0], &s[0], &c[0]);
    if (s[0] != s[0]) {
        flx_recur_undefined(order, stride, x, s[0], s, scratch);
        flx_recur_undefined(order, stride, x, c[0], c, scratch);
        return;
    }
    flx_pair_both(order, &argument, -1.0, s, stride, c, stride);
}

static const double pi = 3.14159265358979323846;

void flx_kernel_sinpi(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_argument_of(order, stride, x, pi, scratch);
    circular(order, &argument, flx_double_sinpi(x[0]), flx_double_cospi(x[0]), z, scratch);
}

void flx_kernel_cospi(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_argument_of(order, stride, x, pi, scratch);
    circular(order, &argument, flx_double_cospi(x[0]), -flx_double_sinpi(x[0]), z, scratch);
}

void flx_kernel_tan(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_argument_of(order, stride, x, 1.0, scratch);
    const double value = flx_double_tan(x[0]);
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
        return;
    }
    const flx_riccati r = {1.0 + value * value, value, 0.0, 1.0, -1.0};
    z[0] = value;
    flx_riccati_y(order, &argument, &r, z, stride, scratch + order + 1);
}

/* r = sqrt(1 - x^2), |x[0]| < 1. */
static void cosine_of_arc(size_t order, size_t stride, const double *x, double *r)
{
    r[0] = sqrt((1.0 - x[0]) * (1.0 + x[0]));
    for (size_t k = 1; k <= order; k++)
        r[k] = -(flx_recur_square(k, x, stride) + flx_recur_inner_square(k, r, 1)) / (2.0 * r[0]);
}

/* value + sign*(asin(x) - asin(x[0])), by z'*r = x'. */
static void arc(size_t order, size_t stride, const double *x, double value, double sign, double *z,
                double *scratch)
{
    double *r = scratch, *w = scratch + order + 1;
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
        return;
    }
    if (fabs(x[0]) == 1.0) {
        flx_recur_limits(order, stride, x, value, sign * (double)INFINITY, x[0], z, scratch);
        return;
    }
    z[0] = value;
    cosine_of_arc(order, stride, x, r);
    flx_recur_integrate_quotient(order, x, stride, r[0], r, 1, z, stride, w);
    if (sign < 0.0)
        for (size_t k = 1; k <= order; k++) z[k * stride] = -z[k * stride];
}

void flx_kernel_asin(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    arc(order, stride, x, flx_double_asin(x[0]), 1.0, z, scratch);
}

void flx_kernel_acos(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    arc(order, stride, x, flx_double_acos(x[0]), -1.0, z, scratch);
}

void flx_kernel_dasin(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_dasin(x[0]);
    double *r = scratch;
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else if (fabs(x[0]) == 1.0) {
        flx_recur_limits(order, stride, x, value, x[0] * (double)INFINITY, x[0], z, scratch);
    } else {
        z[0] = value;
        cosine_of_arc(order, stride, x, r);
        for (size_t k = 1; k <= order; k++)
            z[k * stride] = -flx_recur_dot(k, k, r, 1, z, stride) / r[0];
    }
}

/* 1/(x - i) = (x + i)/(1+x^2), and log(x - i) has atan(x) as its imaginary part, up to a constant.
 * For x = x[0] + t their recurrences are one complex product a step: no double root to lose digits
 * at, and no square to overflow. Where |x[0]| > 1, x and i are divided by a power of two. */
typedef struct arctangent {
    double unit;     /* 1, divided by the power of two */
    double *x;       /* x, divided by it */
    double *re, *im; /* the recurrence's series */
    double wr, wi;   /* 1/(x[0] - i), multiplied by it */
    double lr, li;   /* what rounding took from these: it would turn every further coefficient */
} arctangent;

static arctangent arctangent_init(size_t order, size_t stride, const double *x, double *scratch)
{
    const int e = fabs(x[0]) > 1.0 ? ilogb(x[0]) : 0;
    arctangent a;
    a.unit = ldexp(1.0, -e);
    a.x = scratch;
    a.re = a.x + order + 1;
    a.im = a.re + order + 1;
    flx_recur_scale(order, stride, x, e, a.x);
    const double square = a.x[0] * a.x[0] + a.unit * a.unit;
    a.wr = a.x[0] / square;
    a.wi = a.unit / square;
    a.lr = fma(-a.wr, square, a.x[0]) / square;
    a.li = fma(-a.wi, square, a.unit) / square;
    return a;
}

/* Coefficient k of re + i*im is w times (p + iq), where wr may be 0. */
static void arctangent_step(arctangent *a, size_t k, double p, double q)
{
    const double re = flx_double_smul(p, a->wr) - q * a->wi;
    const double im = p * a->wi + flx_double_smul(q, a->wr);
    a->re[k] = flx_recur_give_back(re, p * a->lr - q * a->li);
    a->im[k] = flx_recur_give_back(im, p * a->li + q * a->lr);
}

void flx_kernel_atan(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_atan(x[0]);
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
        return;
    }
    if (isinf(x[0])) {
        flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
        return;
    }
    arctangent a = arctangent_init(order, stride, x, scratch);
    z[0] = value;
    for (size_t k = 1; k <= order; k++) {
        const double p = (double)k * a.x[k] - flx_recur_dot(k, k - 1, a.re, 1, a.x, 1);
        arctangent_step(&a, k, p, -flx_recur_dot(k, k - 1, a.im, 1, a.x, 1));
        z[k * stride] = a.im[k] / (double)k;
    }
}

/* z = 1/(1+x^2) or x/(1+x^2) from z[0] = value: the imaginary or the real part of u = 1/(x - i). */
static void inverse(size_t order, size_t stride, const double *x, double value, int real, double *z,
                    double *scratch)
{
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
        return;
    }
    if (isinf(x[0])) {
        flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
        return;
    }
    arctangent a = arctangent_init(order, stride, x, scratch);
    z[0] = value;
    a.re[0] = a.wr;
    a.im[0] = a.wi;
    for (size_t k = 1; k <= order; k++) {
        const double p = flx_recur_dot(k, k, a.x, 1, a.re, 1);
        const double q = flx_recur_dot(k, k, a.x, 1, a.im, 1);
        arctangent_step(&a, k, -p, -q);
        z[k * stride] = a.unit * (real ? a.re[k] : a.im[k]);
    }
}

void flx_kernel_lorentz(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    inverse(order, stride, x, flx_double_lorentz(x[0]), 0, z, scratch);
}

void flx_kernel_xlorentz(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    inverse(order, stride, x, flx_double_xlorentz(x[0]), 1, z, scratch);
}
