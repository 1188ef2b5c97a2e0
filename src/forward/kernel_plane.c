/* kernel_plane.c: functions of a point (x, y) of the plane in its polar form: hypot, atan2, and
 * what their derivatives are made of.
 *
 * The point z = x + iy is turned and scaled so that z[0] = r > 0 is real: a + ib with b[0] = 0,
 * divided by a power of two that brings r near 1. Then hypot - a = b^2/(hypot + a) cancels nothing,
 * atan2 is the imaginary part of log(z), whose recurrence has no square, and nothing overflows. */
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "forward/kernel_recur.h"
#include "forward/kernel_twice.h"

typedef struct polar {
    int e;       /* the power of two */
    double f, g; /* f*g = 2^-e, which alone may not be a double */
    double r;    /* hypot(x[0], y[0])*2^-e, between 1 and 2*sqrt(2) */
    double c, s; /* cosine and sine of the angle */
    int slow; /* coefficients are multiplied by 2^(k*slow), so that none is larger than the point */
} polar;

static polar polar_init(double x, double y)
{
    polar p = {.e = fabs(x) > fabs(y) ? ilogb(x) : ilogb(y)};
    p.f = ldexp(1.0, -(p.e / 2));
    p.g = ldexp(1.0, -(p.e - p.e / 2));
    x = x * p.f * p.g;
    y = y * p.f * p.g;
    p.r = hypot(x, y);
    p.c = x / p.r;
    p.s = y / p.r;
    return p;
}

/* Where a coefficient overflows, those after it may not: then time runs more slowly, and all
 * coefficients come scaled. */
static int slow_down(polar *p, size_t order, size_t stride, const double *x, const double *y,
                     const double *z)
{
    if (flx_recur_is_finite(order, stride, z)) return 0;
    const int of_x = flx_recur_slowness(order, stride, x, p->e);
    const int of_y = flx_recur_slowness(order, stride, y, p->e);
    p->slow = of_x < of_y ? of_x : of_y;
    if (p->slow == 0) return 0;
    p->f = p->g = 1.0;
    return 1;
}

static double slowed(const polar *p, size_t k, double x)
{
    return p->slow == 0 ? x : ldexp(x, (int)k * p->slow - p->e);
}

/* The way back, of what has the size of the point (e its exponent) or none (e = 0). */
static double hastened(const polar *p, size_t k, double x, int e)
{
    return p->slow == 0 && e == 0 ? x : ldexp(x, e - (int)k * p->slow);
}

/* When time runs slowly, it does for what was not finite. */
static void give(const polar *p, double coefficient, double *z)
{
    if (p->slow == 0 || !isfinite(*z)) *z = coefficient;
}

/* The turned point's coefficients of index >= 1, not scaled. */
static double along(const polar *p, size_t k, double x, double y)
{
    return p->c * slowed(p, k, x) + p->s * slowed(p, k, y);
}
static double across(const polar *p, size_t k, double x, double y)
{
    return p->c * slowed(p, k, y) - p->s * slowed(p, k, x);
}
static double scaled(const polar *p, double x) { return x * p->f * p->g; }

/* sum = a*x + b*y, scaled. What is next to nothing is scaled before it is multiplied: underflow would take
 * digits that scaling brings to light. */
static double scaled_sum(const polar *p, double sum, double a, double x, double b, double y)
{
    if (!(fabs(sum) < 0x1p-960)) return scaled(p, sum);
    const double again = a * scaled(p, x) + b * scaled(p, y);
    return isfinite(again) ? again : scaled(p, sum);
}
static double scaled_along(const polar *p, size_t k, double x, double y)
{
    return scaled_sum(p, along(p, k, x, y), p->c, slowed(p, k, x), p->s, slowed(p, k, y));
}
static double scaled_across(const polar *p, size_t k, double x, double y)
{
    return scaled_sum(p, across(p, k, x, y), p->c, slowed(p, k, y), -p->s, slowed(p, k, x));
}

/* The cases that need no recurrence; returns whether it was one of them. At the origin every
 * derivative is 0; at infinity the function is linear, with slopes dx and dy. */
static int degenerate(size_t order, size_t stride, const double *x, const double *y, double value,
                      double dx, double dy, double *z, double *scratch)
{
    if (isfinite(x[0]) && isfinite(y[0]) && !(x[0] == 0.0 && y[0] == 0.0)) return 0;
    if (dx != dx || dy != dy) {
        flx_recur_undefined2(order, stride, x, y, value, z, scratch);
        return 1;
    }
    const int origin = x[0] == 0.0 && y[0] == 0.0;
    z[0] = value;
    for (size_t k = 1; k <= order; k++)
        z[k * stride] = origin ? 0.0 : x[k * stride] * dx + y[k * stride] * dy;
    return 1;
}

/* Coefficient k >= 2 of g = hypot - a, from m = hypot + a and coefficient k of b^2, where g[1] = 0:
 * g*m = b^2. Each product is of one factor as it is and one scaled. */
static double excess(size_t k, double square, const double *g, const double *m_scaled)
{
    return (square - flx_recur_dot(k, k - 1, g, 1, m_scaled, 1)) / m_scaled[0];
}

/* The same series to twice the digits, of which those from number `from` on are given. Where a and b
 * both vanish near the point, at a t that their series reach, hypot has no singularity there and
 * hardly notices what rounding takes from a and b. The recurrence does: what rounding takes from
 * b^2 changes g by its product with 1/m, whose coefficients grow as 1/t^k. */
static void hypot_again(size_t order, size_t stride, size_t from, const polar *p, const double *x,
                        const double *y, double *z, double *scratch)
{
    const size_t n = order + 1;
    double *b = scratch, *g = b + n, *g_low = g + n, *m = g_low + n, *m_low = m + n;
    const double m0 = p->r + p->r;
    for (size_t k = 1; k <= order; k++) {
        const double a = scaled_along(p, k, x[k * stride], y[k * stride]);
        b[k] = scaled_across(p, k, x[k * stride], y[k * stride]);
        flx_twice sum = {0.0, 0.0};
        for (size_t j = 1; j < k; j++) {
            sum = flx_twice_add_product(sum, (flx_twice){b[j], 0.0}, (flx_twice){b[k - j], 0.0});
            sum = flx_twice_add_product(sum, (flx_twice){-g[j], -g_low[j]},
                                        (flx_twice){m[k - j], m_low[k - j]});
        }
        const double q = sum.hi / m0, rest = fma(-q, m0, sum.hi) + sum.lo;
        const flx_twice of_g = flx_twice_sum(q, rest / m0), of_m = flx_twice_sum(a + a, of_g.hi);
        g[k] = of_g.hi;
        g_low[k] = of_g.lo;
        const flx_twice with_low = flx_twice_sum(of_m.hi, of_m.lo + of_g.lo);
        m[k] = with_low.hi;
        m_low[k] = with_low.lo;
        const double coefficient = ldexp(a + g[k], p->e);
        if (k >= from && isfinite(coefficient)) z[k * stride] = coefficient;
    }
}

/* How much the coefficients across are to grow, as a power of two, for their squares not to
 * vanish. */
static int growth(size_t order, size_t stride, const polar *p, const double *x, const double *y)
{
    double largest = 0.0;
    if (fabs(p->c) > 0x1p-400 && fabs(p->s) > 0x1p-400) return 0;
    for (size_t k = 1; k <= order; k++)
        largest = fmax(largest, fabs(across(p, k, x[k * stride], y[k * stride])));
    return largest > 0.0 && largest < 0x1p-400 ? -ilogb(largest) : 0;
}

/* The first coefficient from number `from` on that roundings of the coefficients of b^2 may have
 * moved too far, order+1 where there is none: each moves g by its product with 1/m, of which w
 * is a multiple. */
static size_t first_loss(size_t order, size_t stride, size_t from, const double *z,
                         const double *m_scaled, const double *square, double *w)
{
    w[0] = 1.0;
    for (size_t k = 1; k <= order; k++) {
        double moved = 0.0;
        w[k] = -flx_recur_dot(k, k, m_scaled, 1, w, 1) / m_scaled[0];
        for (size_t j = 0; j < k; j++) moved += fabs(w[j] * square[k - j]);
        if (k >= from && moved > (double)(k + 1) * fabs(z[k * stride] * m_scaled[0])) return k;
    }
    return order + 1;
}

/* Returns where digits may be lost, from the first small difference on. */
static size_t hypot_series(size_t order, size_t stride, const polar *p, const double *x,
                           const double *y, double *z, double *scratch)
{
    size_t from = order + 1;
    const int grown = growth(order, stride, p, x, y), size = p->slow == 0 ? 0 : p->e;
    double *b = scratch, *b_scaled = b + order + 1;
    double *g = b_scaled + order + 1, *m_scaled = g + order + 1;
    double *square = m_scaled + order + 1;
    m_scaled[0] = p->r + p->r;
    for (size_t k = 1; k <= order; k++) {
        const double a = along(p, k, x[k * stride], y[k * stride]);
        b[k] = across(p, k, x[k * stride], y[k * stride]);
        if (grown != 0) b[k] = ldexp(b[k], grown);
        b_scaled[k] = scaled(p, b[k]);
        square[k] = flx_recur_dot(k, k - 1, b, 1, b_scaled, 1);
        g[k] = k == 1 ? 0.0 : excess(k, square[k], g, m_scaled);
        if (from > order && fabs(g[k] * m_scaled[0]) < 0.25 * fabs(square[k])) from = k;
        m_scaled[k] = scaled(p, a) + scaled(p, a + (grown == 0 ? g[k] : ldexp(g[k], -2 * grown)));
        if (grown == 0) give(p, hastened(p, k, a + g[k], size), &z[k * stride]);
        else
            give(p, hastened(p, k, a, size) + hastened(p, k, g[k], size - 2 * grown),
                 &z[k * stride]);
    }
    if (from > order || grown != 0 || p->slow != 0) return order + 1;
    return first_loss(order, stride, from, z, m_scaled, square, square + order + 1);
}

void flx_kernel_hypot(size_t order, size_t stride, const double *x, const double *y, double *z,
                      double *scratch)
{
    const double value = flx_double_hypot(x[0], y[0]);
    if (degenerate(order, stride, x, y, value, flx_double_dir(x[0], y[0]),
                   flx_double_dir(y[0], x[0]), z, scratch))
        return;
    polar p = polar_init(x[0], y[0]);
    z[0] = value;
    const size_t from = hypot_series(order, stride, &p, x, y, z, scratch);
    if (from <= order) hypot_again(order, stride, from, &p, x, y, z, scratch);
    if (slow_down(&p, order, stride, x, y, z)) hypot_series(order, stride, &p, x, y, z, scratch);
}

/* x/hypot = cos(angle): c*a/h - s*b/h, with a/h written as 1 - g/h. All of it is scaled. */
void flx_kernel_dir(size_t order, size_t stride, const double *x, const double *y, double *z,
                    double *scratch)
{
    const double value = flx_double_dir(x[0], y[0]);
    double *b = scratch, *g = b + order + 1, *m = g + order + 1, *h = m + order + 1;
    if (degenerate(order, stride, x, y, value, value * 0.0, value * 0.0, z, scratch)) return;
    const polar p = polar_init(x[0], y[0]);
    z[0] = value;
    m[0] = p.r + p.r;
    for (size_t k = 1; k <= order; k++) {
        const double a = scaled_along(&p, k, x[k * stride], y[k * stride]);
        b[k] = scaled_across(&p, k, x[k * stride], y[k * stride]);
        g[k] = k == 1 ? 0.0 : excess(k, flx_recur_dot(k, k - 1, b, 1, b, 1), g, m);
        h[k] = a + g[k];
        m[k] = a + h[k];
    }
    /* g and b become g/h and b/h in place, once the recurrence of g needs them no more. */
    for (size_t k = 1; k <= order; k++) {
        g[k] = (g[k] - flx_recur_dot(k, k - 1, g, 1, h, 1)) / p.r;
        b[k] = (b[k] - flx_recur_dot(k, k - 1, b, 1, h, 1)) / p.r;
        z[k * stride] = -(p.c * g[k] + p.s * b[k]);
    }
}

/* w = k*log(z)'s coefficients: w*z = t*z'. */
static void angle_series(size_t order, size_t stride, const polar *p, const double *x,
                         const double *y, double *z, double *scratch)
{
    double *a = scratch, *b = a + order + 1, *re = b + order + 1, *im = re + order + 1;
    for (size_t k = 1; k <= order; k++) {
        a[k] = scaled_along(p, k, x[k * stride], y[k * stride]);
        b[k] = scaled_across(p, k, x[k * stride], y[k * stride]);
        const double u =
            flx_recur_dot(k, k - 1, re, 1, a, 1) - flx_recur_dot(k, k - 1, im, 1, b, 1);
        const double v =
            flx_recur_dot(k, k - 1, re, 1, b, 1) + flx_recur_dot(k, k - 1, im, 1, a, 1);
        re[k] = ((double)k * a[k] - u) / p->r;
        im[k] = ((double)k * b[k] - v) / p->r;
        give(p, hastened(p, k, im[k] / (double)k, 0), &z[k * stride]);
    }
}

/* The arguments come in C's order. */
void flx_kernel_atan2(size_t order, size_t stride, const double *y, const double *x, double *z,
                      double *scratch)
{
    const double value = flx_double_atan2(y[0], x[0]);
    if (degenerate(order, stride, x, y, value, value * 0.0, value * 0.0, z, scratch)) return;
    polar p = polar_init(x[0], y[0]);
    z[0] = value;
    angle_series(order, stride, &p, x, y, z, scratch);
    if (slow_down(&p, order, stride, x, y, z)) angle_series(order, stride, &p, x, y, z, scratch);
}

/* The parts of u = 1/z, scaled: u*z = 1. room: 2*(order+1). */
static void inverse(size_t order, size_t stride, const polar *p, const double *x, const double *y,
                    double *re, double *im, double *room)
{
    double *a = room, *b = a + order + 1;
    flx_recur_scale(order, stride, x, p->e, a);
    flx_recur_scale(order, stride, y, p->e, b);
    const double square = a[0] * a[0] + b[0] * b[0];
    const double wr = a[0] / square, wi = -b[0] / square;
    re[0] = wr;
    im[0] = wi;
    for (size_t k = 1; k <= order; k++) {
        const double u = flx_recur_dot(k, k, a, 1, re, 1) - flx_recur_dot(k, k, b, 1, im, 1);
        const double v = flx_recur_dot(k, k, a, 1, im, 1) + flx_recur_dot(k, k, b, 1, re, 1);
        re[k] = flx_double_smul(v, wi) - flx_double_smul(u, wr);
        im[k] = -flx_double_smul(u, wi) - flx_double_smul(v, wr);
    }
}

/* The real part of 1/z. */
void flx_kernel_rez(size_t order, size_t stride, const double *x, const double *y, double *z,
                    double *scratch)
{
    const double value = flx_double_rez(x[0], y[0]);
    double *re = scratch, *im = re + order + 1, *room = im + order + 1;
    if (degenerate(order, stride, x, y, value, value * 0.0, value * 0.0, z, scratch)) return;
    const polar p = polar_init(x[0], y[0]);
    inverse(order, stride, &p, x, y, re, im, room);
    z[0] = value;
    for (size_t k = 1; k <= order; k++) z[k * stride] = scaled(&p, re[k]);
}

/* The real part of -1/z^2. */
void flx_kernel_dipole(size_t order, size_t stride, const double *x, const double *y, double *z,
                       double *scratch)
{
    const double value = flx_double_dipole(x[0], y[0]);
    double *re = scratch, *im = re + order + 1, *room = im + order + 1;
    if (degenerate(order, stride, x, y, value, value * 0.0, value * 0.0, z, scratch)) return;
    const polar p = polar_init(x[0], y[0]);
    inverse(order, stride, &p, x, y, re, im, room);
    z[0] = value;
    for (size_t k = 1; k <= order; k++)
        z[k * stride] =
            scaled(&p, scaled(&p, flx_recur_square(k, im, 1) - flx_recur_square(k, re, 1)));
}
