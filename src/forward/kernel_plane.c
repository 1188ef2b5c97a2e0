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

typedef struct polar {
    int e;       /* the power of two */
    double f, g; /* f*g = 2^-e, which alone may not be a double */
    double r;    /* hypot(x[0], y[0])*2^-e, between 1 and 2*sqrt(2) */
    double c, s; /* cosine and sine of the angle */
} polar;

static polar polar_init(double x, double y)
{
    polar p;
    p.e = fabs(x) > fabs(y) ? ilogb(x) : ilogb(y);
    p.f = ldexp(1.0, -(p.e / 2));
    p.g = ldexp(1.0, -(p.e - p.e / 2));
    x = x * p.f * p.g;
    y = y * p.f * p.g;
    p.r = hypot(x, y);
    p.c = x / p.r;
    p.s = y / p.r;
    return p;
}

/* The turned point's coefficients of index >= 1, not scaled. */
static double along(const polar *p, double x, double y) { return p->c * x + p->s * y; }
static double across(const polar *p, double x, double y) { return p->c * y - p->s * x; }
static double scaled(const polar *p, double x) { return x * p->f * p->g; }

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

/* Coefficient k >= 2 of g = hypot - a, from b and m = hypot + a, where g[1] = 0:
 * g*m = b^2. Each product is of one factor as it is and one scaled. */
static double excess(size_t k, const double *b, const double *b_scaled, const double *g,
                     const double *m_scaled)
{
    const double square = flx_recur_dot(k, k - 1, b, 1, b_scaled, 1);
    return (square - flx_recur_dot(k, k - 1, g, 1, m_scaled, 1)) / m_scaled[0];
}

void flx_kernel_hypot(size_t order, size_t stride, const double *x, const double *y, double *z,
                      double *scratch)
{
    const double value = flx_double_hypot(x[0], y[0]);
    double *b = scratch, *b_scaled = b + order + 1;
    double *g = b_scaled + order + 1, *m_scaled = g + order + 1;
    if (degenerate(order, stride, x, y, value, flx_double_dir(x[0], y[0]),
                   flx_double_dir(y[0], x[0]), z, scratch))
        return;
    const polar p = polar_init(x[0], y[0]);
    z[0] = value;
    m_scaled[0] = p.r + p.r;
    for (size_t k = 1; k <= order; k++) {
        const double a = along(&p, x[k * stride], y[k * stride]);
        b[k] = across(&p, x[k * stride], y[k * stride]);
        b_scaled[k] = scaled(&p, b[k]);
        g[k] = k == 1 ? 0.0 : excess(k, b, b_scaled, g, m_scaled);
        z[k * stride] = a + g[k];
        m_scaled[k] = scaled(&p, a + z[k * stride]);
    }
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
        const double a = scaled(&p, along(&p, x[k * stride], y[k * stride]));
        b[k] = scaled(&p, across(&p, x[k * stride], y[k * stride]));
        g[k] = k == 1 ? 0.0 : excess(k, b, b, g, m);
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

/* w = k*log(z)'s coefficients: w*z = t*z'. The arguments come in C's order. */
void flx_kernel_atan2(size_t order, size_t stride, const double *y, const double *x, double *z,
                      double *scratch)
{
    const double value = flx_double_atan2(y[0], x[0]);
    double *a = scratch, *b = a + order + 1, *re = b + order + 1, *im = re + order + 1;
    if (degenerate(order, stride, x, y, value, value * 0.0, value * 0.0, z, scratch)) return;
    const polar p = polar_init(x[0], y[0]);
    z[0] = value;
    for (size_t k = 1; k <= order; k++) {
        a[k] = scaled(&p, along(&p, x[k * stride], y[k * stride]));
        b[k] = scaled(&p, across(&p, x[k * stride], y[k * stride]));
        const double u =
            flx_recur_dot(k, k - 1, re, 1, a, 1) - flx_recur_dot(k, k - 1, im, 1, b, 1);
        const double v =
            flx_recur_dot(k, k - 1, re, 1, b, 1) + flx_recur_dot(k, k - 1, im, 1, a, 1);
        re[k] = ((double)k * a[k] - u) / p.r;
        im[k] = ((double)k * b[k] - v) / p.r;
        z[k * stride] = im[k] / (double)k;
    }
}

/* The real part of u = 1/z: u*z = 1. */
void flx_kernel_rez(size_t order, size_t stride, const double *x, const double *y, double *z,
                    double *scratch)
{
    const double value = flx_double_rez(x[0], y[0]);
    double *a = scratch, *b = a + order + 1, *re = b + order + 1, *im = re + order + 1;
    if (degenerate(order, stride, x, y, value, value * 0.0, value * 0.0, z, scratch)) return;
    const polar p = polar_init(x[0], y[0]);
    flx_recur_scale(order, stride, x, p.e, a);
    flx_recur_scale(order, stride, y, p.e, b);
    const double square = a[0] * a[0] + b[0] * b[0];
    const double wr = a[0] / square, wi = -b[0] / square;
    z[0] = value;
    re[0] = wr;
    im[0] = wi;
    for (size_t k = 1; k <= order; k++) {
        const double u = flx_recur_dot(k, k, a, 1, re, 1) - flx_recur_dot(k, k, b, 1, im, 1);
        const double v = flx_recur_dot(k, k, a, 1, im, 1) + flx_recur_dot(k, k, b, 1, re, 1);
        re[k] = flx_double_smul(v, wi) - flx_double_smul(u, wr);
        im[k] = -flx_double_smul(u, wi) - flx_double_smul(v, wr);
        z[k * stride] = scaled(&p, re[k]);
    }
}
