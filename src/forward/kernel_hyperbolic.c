/* kernel_hyperbolic.c: sinh, cosh, tanh, the inverse functions, the logistic functions, which are
 * tanh rescaled, and logsumexp. */
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_first.h"
#include "forward/kernel_internal.h"
#include "forward/kernel_recur.h"
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
        z[0] = value;
        w[0] = other;
        flx_recur_pair_s(order, x, 1.0, z, x->stride, w);
    }
}

void flx_kernel_sinh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_recur_argument(order, stride, x, 1.0, scratch);
    hyperbolic(order, &argument, flx_double_sinh(x[0]), flx_double_cosh(x[0]), z, scratch);
}

void flx_kernel_cosh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_recur_argument(order, stride, x, 1.0, scratch);
    hyperbolic(order, &argument, flx_double_cosh(x[0]), flx_double_sinh(x[0]), z, scratch);
}

/* tanh(x) and 1/cosh(x)^2, each with what rounding took from it. */
typedef struct tanh_parts {
    double s, y, s_low, y_low;
} tanh_parts;

/* The leading half of x, whose products with such another are exact. */
static inline double leading(double x) { return (double)(float)x; }

/* 1/3, 1/5, ... */
static const double odd[16] = {
    1.0 / 3.0,  1.0 / 5.0,  1.0 / 7.0,  1.0 / 9.0,  1.0 / 11.0, 1.0 / 13.0, 1.0 / 15.0, 1.0 / 17.0,
    1.0 / 19.0, 1.0 / 21.0, 1.0 / 23.0, 1.0 / 25.0, 1.0 / 27.0, 1.0 / 29.0, 1.0 / 31.0, 1.0 / 33.0};

/* 0 <= x <= 0.35, y = tanh(x) but for its rounding: a Newton step by atanh(y) = y + y^3/3 + ..., of
 * which y^3 times the rest is small. That in four parts, which need not wait for one another. */
static inline tanh_parts tanh_near_0(double x, double y)
{
    const double yy = y * y, y4 = (yy * yy) * (yy * yy), hi = leading(y), lo = y - hi;
    const double yy_low = ((hi * hi - yy) + 2.0 * hi * lo) + lo * lo;
    double part[4] = {odd[12], odd[13], odd[14], odd[15]};
    for (size_t i = 3; i-- > 0;)
        for (size_t j = 0; j < 4; j++) part[j] = part[j] * y4 + odd[4 * i + j];
    const double sum = (part[0] + part[1] * yy) + (part[2] + part[3] * yy) * (yy * yy);
    const double s = 1.0 - yy, y_low = ((x - y) - y * yy * sum) * s;
    return (tanh_parts){s, y, (((1.0 - s) - yy) - yy_low) - 2.0 * y * y_low, y_low};
}

/* x > 0.35: from e = exp(-2x) and r = 1/(1+e), y = (1-e)*r and s = 4e*r^2, of which nothing waits for
 * the low parts. These are what 2r - 1 and 4r(1-r) have more, with r in two parts: a leading half,
 * whose products are exact, and what it lacks as a series of two terms. */
static inline tanh_parts tanh_far(double x)
{
    const double e = exp(-2.0 * x), r = 1.0 / (1.0 + e);
    const double y = (1.0 - e) * r, s = 4.0 * e * r * r;
    const double e_hi = leading(e), hi = leading(r);
    const double lack = ((1.0 - hi) - hi * e_hi) - hi * (e - e_hi);
    const double lo = hi * (lack + lack * lack), y_hi = 2.0 * hi - 1.0;
    const double y_low = (y_hi - y) + 2.0 * lo;
    const double s_low = (4.0 * hi * (1.0 - hi) - s) - 4.0 * lo * (y_hi + lo);
    return (tanh_parts){s, y, x > 8.0 ? 0.0 : s_low, y_low};
}

/* Of x, where y is libm's tanh(x); it is asked for near 0 alone. */
__attribute__((always_inline)) static inline tanh_parts tanh_of_value(double x, double y)
{
    tanh_parts p = fabs(x) > 0.35 ? tanh_far(fabs(x)) : tanh_near_0(fabs(x), fabs(y));
    if (x < 0.0) {
        p.y = -p.y;
        p.y_low = -p.y_low;
    }
    return p;
}

__attribute__((always_inline)) static inline tanh_parts tanh_of(double x)
{
    return tanh_of_value(x, fabs(x) > 0.35 ? 1.0 : flx_double_tanh(x));
}

/* tanh and 1/cosh^2 but for their first coefficients. */
static flx_riccati tanh_equation(tanh_parts p)
{
    return (flx_riccati){p.s, -2.0 * p.y, p.s_low, -2.0 * p.y_low, -1.0};
}

void flx_kernel_tanh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_recur_argument(order, stride, x, 1.0, scratch);
    const double value = flx_double_tanh(x[0]);
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else {
        const flx_riccati r = tanh_equation(tanh_of_value(x[0], value));
        flx_recur_riccati_y(order, &argument, &r, z, stride, scratch + order + 1);
        z[0] = value;
    }
}

void flx_kernel_sech2(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_recur_argument(order, stride, x, 1.0, scratch);
    const double value = flx_double_sech2(x[0]);
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else {
        const flx_riccati r = tanh_equation(tanh_of(x[0]));
        flx_recur_riccati(order, &argument, &r, scratch + order + 1, 1, z, stride);
        z[0] = value;
    }
}

/* y is 1/(1 + exp(-x)) up to a constant, x = hi + lo, and s = y*(1 - y), by 1 - 2y = -tanh(x/2). */
static flx_riccati logistic_equation(double hi, double lo)
{
    const tanh_parts p = tanh_of(0.5 * hi);
    return (flx_riccati){0.25 * p.s, -p.y, 0.25 * (p.s_low - p.s * p.y * lo),
                         -(p.y_low + 0.5 * p.s * lo), -1.0};
}

void flx_kernel_sigmoid(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const flx_argument argument = flx_recur_argument(order, stride, x, 1.0, scratch);
    const double value = flx_double_sigmoid(x[0]);
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else {
        const flx_riccati r = logistic_equation(x[0], 0.0);
        flx_recur_riccati_y(order, &argument, &r, z, stride, scratch + order + 1);
        z[0] = value;
    }
}

/* The first coefficient from number 5 on of y by this equation of which too little is left, order+1 where
 * there is none. */
static size_t first_lost(size_t order, const flx_riccati *r, const double *y, const double *s)
{
    for (size_t k = FLX_FIRST; k < order; k++) {
        double size = fabs(r->slope * y[k]);
        for (size_t j = 1; j < k; j++) size += fabs(r->bend * y[j] * y[k - j]);
        if (flx_twice_is_due(k + 1, s[k], size)) return k + 1;
    }
    return order + 1;
}

/* y but for its first coefficient. s, room: order+1, 3*(order+1). */
static void logistic(size_t order, const flx_argument *x, const flx_riccati *r, double *y,
                     double *s, double *room)
{
    flx_recur_riccati_y(order, x, r, y, 1, s);
    const size_t due = first_lost(order, r, y, s), n = order + 1;
    if (due > order) return;
    const size_t known = flx_twice_riccati(order, x->d, r, room, room + n, s, room + 2 * n);
    for (size_t k = due; k <= known; k++) y[k] = room[k];
}

/* Below this the logistic functions are exponentials, whose coefficients may be normal numbers where
 * the values are not. */
static const double far_below = -700.0;

void flx_kernel_softplus(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_softplus(x[0]);
    double *d = scratch, *y = d + order + 1, *s = y + order + 1;
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
        return;
    }
    if (x[0] < far_below) {
        flx_kernel_exp(order, stride, x, z, scratch);
        z[0] = value;
        return;
    }
    const flx_argument argument = flx_recur_argument(order, stride, x, 1.0, d);
    const flx_riccati r = logistic_equation(x[0], 0.0);
    logistic(order, &argument, &r, y, s, s + order + 1);
    if (order <= FLX_FIRST) flx_recur_derivative(order, stride, x, 1.0, d);
    y[0] = flx_double_sigmoid(x[0]);
    z[0] = value;
    for (size_t k = 1; k <= order; k++) z[k * stride] = flx_recur_dot(k, k, d, 1, y, 1) / (double)k;
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
        q[k] = flx_double_amul(x[k * stride], slope) - flx_recur_inner_square(k, x, stride);
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
    d[0] = 0.0;
    for (size_t j = 1; j <= order; j++) d[j] = x[j * stride] - y[j * stride];
    return flx_recur_argument(order, 1, d, 1.0, room);
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
        flx_recur_riccati_y(order, &d, &r, z, stride, scratch + 2 * (order + 1));
        z[0] = value;
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
        flx_recur_riccati(order, &d, &r, scratch + 2 * (order + 1), 1, z, stride);
        z[0] = value;
    }
}

/* The coefficients from number 1 on of more + exp(less - more), where that is logsumexp. room: 3*(order+1) */
static void exponential_beside(size_t order, size_t stride, const double *less, const double *more,
                               double *z, double *room)
{
    double *const gap = room, *const power = gap + order + 1;
    for (size_t k = 0; k <= order; k++) gap[k] = less[k * stride] - more[k * stride];
    flx_kernel_exp(order, 1, gap, power, power + order + 1);
    const double factor = 1.0 + difference_low(less, more);
    for (size_t k = 1; k <= order; k++) z[k * stride] = more[k * stride] + power[k] * factor;
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
    if (less[0] - more[0] < far_below && isfinite(less[0] - more[0])) {
        exponential_beside(order, stride, less, more, z, scratch);
        return;
    }
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
}
