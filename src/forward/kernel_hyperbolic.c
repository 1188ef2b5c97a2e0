/* kernel_hyperbolic.c: sinh, cosh, tanh, the inverse functions, the logistic functions, which are
 * tanh rescaled, and logsumexp. */
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "forward/kernel_pair.h"
#include "forward/kernel_riccati.h"
#include "forward/kernel_tanh.h"
#include "forward/kernel_twice.h"

/* Where both functions are infinite they are exp(|x|)/2 up to sign: value*exp(+-(x - x[0])). */
static void overflowed(size_t order, size_t stride, const double *x, double value, double *z,
                       double *scratch)
{
    z[0] = 1.0;
    flx_recur_derivative(order, stride, x, x[0] > 0.0 ? 1.0 : -1.0, scratch);
    flx_recur_exp(order, stride, scratch, z);
    for (size_t k = 1; k <= order; k++) z[k * stride] = flx_double_amul(z[k * stride], value);
    z[0] = value;
}

/* z, sinh or cosh of x, from its value and that of the other one. scratch begins with the argument's
 * derivative. */
static void hyperbolic(size_t order, const flx_argument *x, double value, double other, double *z,
                       double *scratch)
{
    double *w = scratch + order + 1;
    if (value != value) {
        flx_recur_undefined(order, x->stride, x->x, value, z, scratch);
    } else if (isinf(value)) {
        overflowed(order, x->stride, x->x, value, z, scratch);
    } else {
        flx_pair_one(order, x, 1.0, value, other, z, w);
    }
}

void flx_kernel_sinh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_argument_of(order, stride, x, 1.0, scratch);
    hyperbolic(order, &argument, flx_double_sinh(x[0]), flx_double_cosh(x[0]), z, scratch);
}

void flx_kernel_cosh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_argument_of(order, stride, x, 1.0, scratch);
    hyperbolic(order, &argument, flx_double_cosh(x[0]), flx_double_sinh(x[0]), z, scratch);
}

/* tanh and 1/cosh^2 but for their first coefficients. */
static inline flx_riccati tanh_equation(double x)
{
    const flx_tanh_parts p = flx_tanh_of(fabs(x));
    const double side = -copysign(1.0, x);
    return (flx_riccati){p.s, side * p.y, side * p.y_low, -1.0, 1.0};
}

/* Apart, as the far tail is. */
__attribute__((noinline)) static void tanh_otherwise(size_t order, size_t stride, const double *x,
                                                     double *z, double *scratch)
{
    const flx_argument argument = flx_argument_of(order, stride, x, 1.0, scratch);
    const flx_riccati r = tanh_equation(x[0]);
    const double value = flx_double_tanh(x[0]);
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else {
        flx_riccati_y(order, &argument, &r, z, stride, scratch + order + 1);
        z[0] = value;
    }
}

void flx_kernel_tanh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = {stride, x, 1.0, NULL};
    if (order <= FLX_FIRST && fabs(x[0]) < 8.0) {
        const flx_riccati r = tanh_equation(x[0]);
        z[0] = flx_double_tanh(x[0]); /* before all that waits for r */
        if (flx_riccati_to_8(order, &argument, &r, z, stride)) return; /* |half| <= 1 */
    }
    tanh_otherwise(order, stride, x, z, scratch);
}

void flx_kernel_sech2(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_argument_of(order, stride, x, 1.0, scratch);
    const double value = flx_double_sech2(x[0]);
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else {
        const flx_riccati r = tanh_equation(x[0]);
        flx_riccati_s(order, &argument, &r, scratch + order + 1, z, stride);
        z[0] = value;
    }
}

/* y is 1/(1 + exp(-x)) up to a constant, x = hi + lo, and s = y*(1 - y), by 1 - 2y = -tanh(x/2). */
static flx_riccati logistic_equation(double hi, double lo)
{
    const flx_tanh_parts p = flx_tanh_of(0.5 * fabs(hi));
    const double side = -copysign(0.5, hi), shift = -0.25 * p.s * lo, half = side * p.y + shift;
    return (flx_riccati){0.25 * (p.s + 2.0 * p.s * p.y * (side * lo)), half,
                         ((side * p.y - half) + shift) + side * p.y_low, -1.0, 0.25};
}

/* Farther out than this the logistic functions are exponentials, whose coefficients may be normal numbers
 * where the values are not. */
static const double far_out = 700.0;

/* z[1..] = factor*exp(gap), gap first in the room of 3*(order+1), up to the first that is not finite;
 * returns how many. */
static size_t exponential_of(size_t order, size_t stride, double factor, double *z, double *room)
{
    double *const gap = room, *const power = gap + order + 1;
    size_t k = 1;
    flx_kernel_exp(order, 1, gap, power, power + order + 1);
    for (; k <= order && isfinite(gap[k]) && isfinite(power[k]); k++)
        z[k * stride] = power[k] * factor;
    return k - 1;
}

/* z[1..] where sigmoid is exp(x) or 1 - exp(-x), as far as that is finite. room: 3*(order+1) */
static void far_sigmoid(size_t order, size_t stride, const double *x, double *z, double *room)
{
    const double side = -copysign(1.0, x[0]);
    if (!(fabs(x[0]) > far_out)) return;
    for (size_t k = 0; k <= order; k++) room[k] = side * x[k * stride];
    exponential_of(order, stride, side, z, room);
}

void flx_kernel_sigmoid(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_argument_of(order, stride, x, 1.0, scratch);
    const double value = flx_double_sigmoid(x[0]);
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else {
        const flx_riccati r = logistic_equation(x[0], 0.0);
        flx_riccati_y(order, &argument, &r, z, stride, scratch + order + 1);
        z[0] = value;
        far_sigmoid(order, stride, x, z, scratch);
    }
}

/* The first coefficient that may have lost too much: those before are sums of few terms. */
enum { MAY_BE_LOST = 5 };

/* The first of these of y by this equation of which too little is left, order+1 where there is none. */
static size_t first_lost(size_t order, const flx_riccati *r, const double *y, const double *s)
{
    for (size_t k = MAY_BE_LOST; k <= order; k++) {
        double size = fabs(2.0 * r->half * y[k - 1]);
        for (size_t j = 1; j + 1 < k; j++) size += fabs(r->bend * y[j] * y[k - 1 - j]);
        if (flx_twice_is_due(k, s[k - 1], size)) return k;
    }
    return order + 1;
}

/* y but for its first coefficient. s, room: order+1, 3*(order+1). */
static void logistic(size_t order, const flx_argument *x, const flx_riccati *r, double *y,
                     double *s, double *room)
{
    if (order < MAY_BE_LOST) {
        flx_riccati_y(order, x, r, y, 1, s);
        return;
    }
    flx_riccati_both(order, x, r, y, 1, s, 1);
    const size_t due = first_lost(order, r, y, s), n = order + 1;
    if (due > order) return;
    const size_t known = flx_twice_riccati(order, x->d, r, room, room + n, s, room + 2 * n);
    for (size_t k = due; k <= known; k++) y[k] = room[k];
}

void flx_kernel_softplus(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_softplus(x[0]);
    double *d = scratch, *y = d + order + 1, *s = y + order + 1;
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
        return;
    }
    const flx_argument argument = flx_argument_of(order, stride, x, 1.0, d);
    const flx_riccati r = logistic_equation(x[0], 0.0);
    logistic(order, &argument, &r, y, s, s + order + 1);
    if (order <= FLX_FIRST) flx_recur_derivative(order, stride, x, 1.0, d);
    y[0] = flx_double_sigmoid(x[0]);
    z[0] = value;
    for (size_t k = 1; k <= order; k++) z[k * stride] = flx_recur_dot(k, k, d, 1, y, 1) / (double)k;
    if (x[0] < 0.0) far_sigmoid(order, stride, x, z, scratch); /* both are exp(x) */
}

/* x and 1 divided by one power of two that brings x[0] near 1 where it is larger, and the series of
 * d = 1/sqrt(x^2 + sign) multiplied by it: nothing overflows. a, b: for the recurrences. */
typedef struct area {
    int e;
    double *x, *a, *b, *d;
} area;

/* p = ((x - re - i*im)/(x[0] - re - i*im))^(-1/2). */
static void inverse_root(size_t order, const double *x, double re, double im, double *p, double *q)
{
    const double u = x[0] - re, square = u * u + im * im;
    const double wr = im == 0.0 ? 1.0 / u : u / square, wi = im / square;
    /* What rounding took from these: it would turn every further coefficient. */
    const double lr = im == 0.0 ? 0.0 : fma(-wr, square, u) / square;
    const double li = im == 0.0 ? 0.0 : fma(-wi, square, im) / square;
    p[0] = 1.0;
    q[0] = 0.0;
    for (size_t k = 1; k <= order; k++) {
        double sp = 0.0, sq = 0.0;
        for (size_t j = 1; j <= k; j++) {
            const double term = (1.0 - 0.5 * (double)j / (double)k) * x[j];
            sp += flx_double_smul(term, p[k - j]);
            sq += flx_double_smul(term, q[k - j]);
        }
        p[k] = flx_recur_give_back(flx_double_smul(sq, wi) - flx_double_smul(sp, wr),
                                   sq * li - sp * lr);
        q[k] = flx_recur_give_back(-flx_double_smul(sp, wi) - flx_double_smul(sq, wr),
                                   -sp * li - sq * lr);
    }
}

/* d = |p|^2/r, where the roots are conjugate: p is a.a + i*a.b. room: 2*(order+1) */
static void area_around_i(size_t order, const area *a, double unit, double r, double *room)
{
    size_t due = order + 1;
    for (size_t k = 0; k <= order; k++) {
        double sum = 0.0, size = 0.0;
        for (size_t j = 0; 2 * j <= k; j++) {
            const double term = a->a[j] * a->a[k - j] + a->b[j] * a->b[k - j];
            const double weight = 2 * j < k ? 2.0 : 1.0; /* the others are equal to these */
            sum += weight * term;
            size += weight * fabs(term);
        }
        a->d[k] = sum / r;
        if (k > 0 && due > order && flx_twice_is_due(k, sum, size)) due = k;
    }
    if (due > order) return;
    const size_t known = flx_twice_arc(order, a->x, unit, -0.5, a->a, a->b, room, room + order + 1);
    for (size_t k = due; k <= known; k++) a->d[k] = a->a[k] / r;
}

/* The singularities are at 1 and -1, or at i and -i. One root for each: a quotient by their product
 * has what is nearly a double root where x[0] is large, and loses digits. */
static area area_init(size_t order, size_t stride, const double *x, double sign, double *scratch)
{
    const size_t n = order + 1;
    const area a = {fabs(x[0]) > 1.0 ? ilogb(x[0]) : 0, scratch, scratch + n, scratch + 2 * n,
                    scratch + 3 * n};
    const double unit = ldexp(1.0, -a.e);
    flx_recur_scale(order, stride, x, a.e, a.x);
    const double r =
        sign > 0.0 ? sqrt(a.x[0] * a.x[0] + unit * unit) : sqrt((a.x[0] - unit) * (a.x[0] + unit));
    if (sign > 0.0) {
        inverse_root(order, a.x, 0.0, unit, a.a, a.b);
        area_around_i(order, &a, unit, r, scratch + 4 * n);
    } else {
        inverse_root(order, a.x, unit, 0.0, a.a, a.d);
        inverse_root(order, a.x, -unit, 0.0, a.b, a.d);
        flx_kernel_mul(order, 1, a.a, a.b, a.d);
        for (size_t k = 0; k <= order; k++) a.d[k] /= r;
    }
    return a;
}

/* The cases that need no recurrence: undefined, x[0] at the end of the domain, where the first
 * derivative is `pole` and the signs alternate, and infinite. Returns whether it was one of them. */
static int area_degenerate(size_t order, size_t stride, const double *x, double sign, double value,
                           double pole, double *z, double *scratch)
{
    if (value != value) flx_recur_undefined(order, stride, x, value, z, scratch);
    else if (sign < 0.0 && x[0] == 1.0)
        flx_recur_limits(order, stride, x, value, pole, -1.0, z, scratch);
    else if (isinf(x[0])) flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
    else return 0;
    return 1;
}

/* z' = x'*d from z[0] = value. */
static void area_function(size_t order, size_t stride, const double *x, double sign, double value,
                          double *z, double *scratch)
{
    if (area_degenerate(order, stride, x, sign, value, (double)INFINITY, z, scratch)) return;
    const area a = area_init(order, stride, x, sign, scratch);
    flx_recur_derivative(order, 1, a.x, 1.0, a.a);
    z[0] = value;
    for (size_t k = 1; k <= order; k++)
        z[k * stride] = flx_recur_dot(k, k, a.a, 1, a.d, 1) / (double)k;
}

void flx_kernel_asinh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    area_function(order, stride, x, 1.0, flx_double_asinh(x[0]), z, scratch);
}

void flx_kernel_acosh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    area_function(order, stride, x, -1.0, flx_double_acosh(x[0]), z, scratch);
}

/* z = d, of this value. */
static void area_slope(size_t order, size_t stride, const double *x, double sign, double value,
                       double *z, double *scratch)
{
    if (area_degenerate(order, stride, x, sign, value, -(double)INFINITY, z, scratch)) return;
    const area a = area_init(order, stride, x, sign, scratch);
    z[0] = value;
    for (size_t k = 1; k <= order; k++) z[k * stride] = ldexp(a.d[k], -a.e);
}

void flx_kernel_dasinh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    area_slope(order, stride, x, 1.0, flx_double_dasinh(x[0]), z, scratch);
}

void flx_kernel_dacosh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    area_slope(order, stride, x, -1.0, flx_double_dacosh(x[0]), z, scratch);
}

/* z = x*d, of this value, by z' = sign*x'*d^3: as a product it would cancel far out. */
static void area_cosine(size_t order, size_t stride, const double *x, double sign, double value,
                        double *z, double *scratch)
{
    if (area_degenerate(order, stride, x, sign, value, -(double)INFINITY, z, scratch)) return;
    const area a = area_init(order, stride, x, sign, scratch);
    flx_kernel_square(order, 1, a.d, a.a);
    flx_kernel_mul(order, 1, a.d, a.a, a.b);
    flx_recur_derivative(order, 1, a.x, sign, a.d);
    z[0] = value;
    for (size_t k = 1; k <= order; k++)
        z[k * stride] = ldexp(flx_recur_dot(k, k, a.d, 1, a.b, 1) / (double)k, -2 * a.e);
}

void flx_kernel_xdasinh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    area_cosine(order, stride, x, 1.0, flx_double_xdasinh(x[0]), z, scratch);
}

void flx_kernel_xdacosh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    area_cosine(order, stride, x, -1.0, flx_double_xdacosh(x[0]), z, scratch);
}

/* q = 1 - x^2, |x[0]| < 1, or x - x^2, 0 < x[0] < 1. Not by partial fractions, which cancel halfway
 * between the poles. */
static void one_less_square(size_t order, size_t stride, const double *x, double *q)
{
    q[0] = (1.0 - x[0]) * (1.0 + x[0]);
    for (size_t k = 1; k <= order; k++) q[k] = -flx_recur_square(k, x, stride);
}

static void x_less_square(size_t order, size_t stride, const double *x, double *q)
{
    const double slope = 1.0 - 2.0 * x[0];
    q[0] = x[0] * (1.0 - x[0]);
    for (size_t k = 1; k <= order; k++)
        q[k] = x[k * stride] * slope - flx_recur_inner_square(k, x, stride);
}

/* z' = x'/q from z[0] = value. */
static void pole_integral(size_t order, size_t stride, const double *x, double value, double *q,
                          double *z)
{
    z[0] = value;
    flx_recur_integrate_quotient(order, x, stride, q[0], q, 1, z, stride, q + order + 1);
}

/* z = 1/q, of this value. */
static void pole_inverse(size_t order, size_t stride, double value, const double *q, double *z)
{
    z[0] = value;
    for (size_t k = 1; k <= order; k++)
        z[k * stride] = -flx_recur_dot(k, k, q, 1, z, stride) / q[0];
}

/* The poles, and what is outside of them; `side` is the sign of the second derivative at a pole
 * over that of the first. Returns whether it was one of these. */
static int pole_degenerate(size_t order, size_t stride, const double *x, double value, double first,
                           double side, double *z, double *scratch)
{
    if (value != value) flx_recur_undefined(order, stride, x, value, z, scratch);
    else if (isinf(value)) flx_recur_limits(order, stride, x, value, first, side, z, scratch);
    else return 0;
    return 1;
}

void flx_kernel_atanh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_atanh(x[0]);
    if (pole_degenerate(order, stride, x, value, (double)INFINITY, x[0], z, scratch)) return;
    one_less_square(order, stride, x, scratch);
    pole_integral(order, stride, x, value, scratch, z);
}

void flx_kernel_datanh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_datanh(x[0]);
    if (pole_degenerate(order, stride, x, value, x[0] * (double)INFINITY, x[0], z, scratch)) return;
    one_less_square(order, stride, x, scratch);
    pole_inverse(order, stride, value, scratch, z);
}

/* The ratio of one derivative to the one before at 0, at 1, and at -0, seen from outside. */
static double side_of(double x) { return x > 0.5 || signbit(x) ? 1.0 : -1.0; }

void flx_kernel_logit(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_logit(x[0]), first = flx_double_dlogit(x[0]);
    if (pole_degenerate(order, stride, x, value, first, side_of(x[0]), z, scratch)) return;
    x_less_square(order, stride, x, scratch);
    pole_integral(order, stride, x, value, scratch, z);
}

void flx_kernel_dlogit(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_dlogit(x[0]), side = side_of(x[0]);
    if (pole_degenerate(order, stride, x, value, side * value, side, z, scratch)) return;
    x_less_square(order, stride, x, scratch);
    pole_inverse(order, stride, value, scratch, z);
}

/* What rounding takes from x[0] - y[0]. */
static double difference_low(const double *x, const double *y)
{
    const double hi = x[0] - y[0], back = x[0] - hi;
    const double lo = (x[0] - (hi + back)) + (back - y[0]);
    return isfinite(lo) ? lo : 0.0;
}

/* x's share s of exp(x) + exp(y), and its derivative by x - y, but for their first coefficients. */
static flx_riccati share_equation(const double *x, const double *y)
{
    return logistic_equation(x[0] - y[0], difference_low(x, y));
}

/* x - y without its leading coefficient, and t times its derivative, which comes first in the room of
 * 2*(order+1). */
static flx_argument difference(size_t order, size_t stride, const double *x, const double *y,
                               double *room)
{
    double *const d = room + order + 1;
    for (size_t j = 1; j <= order; j++) d[j] = x[j * stride] - y[j * stride];
    return flx_argument_of(order, 1, d, 1.0, room);
}

/* z[1..] where that share is exp(x - y) or 1 - exp(y - x), as far as that is finite; returns how many. room:
 * 3*(order+1) */
static size_t far_share(size_t order, size_t stride, const double *x, const double *y, double *z,
                        double *room)
{
    const double gap = x[0] - y[0], side = -copysign(1.0, gap);
    if (!(fabs(gap) > far_out)) return 0;
    for (size_t k = 0; k <= order; k++) room[k] = side * (x[k * stride] - y[k * stride]);
    return exponential_of(order, stride, side + difference_low(x, y), z, room);
}

void flx_kernel_share(size_t order, size_t stride, const double *x, const double *y, double *z,
                      double *scratch)
{
    const double value = flx_double_share(x[0], y[0]);
    if (value != value) {
        flx_recur_undefined2(order, stride, x, y, value, z, scratch);
    } else {
        const flx_argument d = difference(order, stride, x, y, scratch);
        const flx_riccati r = share_equation(x, y);
        flx_riccati_y(order, &d, &r, z, stride, scratch + 2 * (order + 1));
        z[0] = value;
        far_share(order, stride, x, y, z, scratch);
    }
}

void flx_kernel_dshare(size_t order, size_t stride, const double *x, const double *y, double *z,
                       double *scratch)
{
    const double value = flx_double_dshare(x[0], y[0]);
    if (value != value) {
        flx_recur_undefined2(order, stride, x, y, value, z, scratch);
    } else {
        const flx_argument d = difference(order, stride, x, y, scratch);
        const flx_riccati r = share_equation(x, y);
        flx_riccati_s(order, &d, &r, scratch + 2 * (order + 1), z, stride);
        z[0] = value;
    }
}

/* z' = s*x' + (1-s)*y', s the share of the smaller argument x. Both products apart: a tangent may be
 * infinite where its share is not 0. */
void flx_kernel_logsumexp(size_t order, size_t stride, const double *x, const double *y, double *z,
                          double *scratch)
{
    const double value = flx_double_logsumexp(x[0], y[0]);
    const double *less = x[0] >= y[0] ? y : x, *more = x[0] >= y[0] ? x : y;
    double *s = scratch, *t = s + order + 1, *dx = t + order + 1, *dy = dx + order + 1;
    if (value != value || (x[0] == y[0] && isinf(x[0]))) {
        flx_recur_undefined2(order, stride, x, y, (double)NAN, z, scratch);
        z[0] = value;
        return;
    }
    z[0] = value;
    const flx_argument d = difference(order, stride, less, more, dx);
    const flx_riccati r = share_equation(less, more);
    logistic(order, &d, &r, s, t, dy);
    s[0] = flx_double_share(less[0], more[0]);
    t[0] = flx_double_share(more[0], less[0]);
    for (size_t k = 1; k <= order; k++) t[k] = -s[k];
    flx_recur_derivative(order, stride, less, 1.0, dx);
    flx_recur_derivative(order, stride, more, 1.0, dy);
    for (size_t k = 1; k <= order; k++)
        z[k * stride] =
            (flx_recur_dot(k, k, dy, 1, t, 1) + flx_recur_dot(k, k, dx, 1, s, 1)) / (double)k;
    const size_t count = far_share(order, stride, less, more, z, scratch);
    for (size_t k = 1; k <= count; k++) z[k * stride] += more[k * stride];
}
