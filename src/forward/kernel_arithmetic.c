/* kernel_arithmetic.c: sums, products, quotients, and the functions that are linear between their
 * kinks. */
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "forward/kernel_recur.h"

void flx_kernel_add(size_t order, size_t stride, const double *x, const double *y, double *z)
{
    for (size_t k = 0; k <= order; k++) z[k * stride] = x[k * stride] + y[k * stride];
}

void flx_kernel_sub(size_t order, size_t stride, const double *x, const double *y, double *z)
{
    for (size_t k = 0; k <= order; k++) z[k * stride] = x[k * stride] - y[k * stride];
}

void flx_kernel_neg(size_t order, size_t stride, const double *x, double *z)
{
    for (size_t k = 0; k <= order; k++) z[k * stride] = -x[k * stride];
}

void flx_kernel_mul(size_t order, size_t stride, const double *x, const double *y, double *z)
{
    z[0] = x[0] * y[0];
    for (size_t k = 1; k <= order; k++)
        z[k * stride] =
            flx_double_amul(y[k * stride], x[0]) + flx_recur_dot(k, k, x, stride, y, stride);
}

void flx_kernel_square(size_t order, size_t stride, const double *x, double *z)
{
    z[0] = x[0] * x[0];
    for (size_t k = 1; k <= order; k++) z[k * stride] = flx_recur_square(k, x, stride);
}

void flx_kernel_amul(size_t order, size_t stride, const double *g, const double *p, double *z,
                     double *scratch)
{
    (void)scratch;
    z[0] = flx_double_amul(g[0], p[0]);
    for (size_t k = 1; k <= order; k++)
        z[k * stride] =
            flx_double_smul(p[k * stride], g[0]) + flx_recur_dot(k, k, g, stride, p, stride);
}

/* z*y = g, coefficient by coefficient: nothing is squared that could overflow. */
void flx_kernel_adiv(size_t order, size_t stride, const double *g, const double *y, const double *q,
                     double *z, double *scratch)
{
    (void)scratch;
    z[0] = flx_double_adiv(g[0], y[0], q[0]);
    for (size_t k = 1; k <= order; k++) {
        /* z[0] is an adjoint here: where it is exactly 0, so is its product with y[k]. */
        const double pull =
            flx_recur_dot(k, k - 1, y, stride, z, stride) + flx_double_smul(y[k * stride], z[0]);
        z[k * stride] = flx_double_adiv(g[k * stride] - pull, y[0], q[0]);
    }
}

void flx_kernel_div(size_t order, size_t stride, const double *x, const double *y, double *z)
{
    const double q = x[0] / y[0];
    z[0] = q;
    for (size_t k = 1; k <= order; k++) {
        const double pull = flx_recur_dot(k, k, y, stride, z, stride);
        z[k * stride] = flx_double_adiv(x[k * stride] - pull, y[0], q);
    }
}

/* value, and the increments of x times slope. */
static void linear(size_t order, size_t stride, const double *x, double value, double slope,
                   double *z)
{
    z[0] = value;
    for (size_t k = 1; k <= order; k++) z[k * stride] = slope * x[k * stride];
}

static void constant(size_t order, size_t stride, double value, double *z)
{
    z[0] = value;
    for (size_t k = 1; k <= order; k++) z[k * stride] = 0.0;
}

/* value, of slope `slope` in x. */
static void piece(size_t order, size_t stride, const double *x, double value, double slope,
                  double *z, double *scratch)
{
    if (value != value) flx_recur_undefined(order, stride, x, value, z, scratch);
    else if (slope == 0.0) constant(order, stride, value, z);
    else linear(order, stride, x, value, slope, z);
}

void flx_kernel_fabs(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    piece(order, stride, x, flx_double_fabs(x[0]), flx_double_sign(x[0]), z, scratch);
}

void flx_kernel_fabs_right(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    piece(order, stride, x, flx_double_fabs(x[0]), flx_double_sign_right(x[0]), z, scratch);
}

void flx_kernel_fabs_left(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    piece(order, stride, x, flx_double_fabs(x[0]), flx_double_sign_left(x[0]), z, scratch);
}

void flx_kernel_relu(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    piece(order, stride, x, flx_double_relu(x[0]), flx_double_step(x[0]), z, scratch);
}

/* value, a step of x: no derivatives, but unknown ones where the value is. */
static void step(size_t order, size_t stride, const double *x, double value, double *z,
                 double *scratch)
{
    if (value != value) flx_recur_undefined(order, stride, x, value, z, scratch);
    else constant(order, stride, value, z);
}

void flx_kernel_sign(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    step(order, stride, x, flx_double_sign(x[0]), z, scratch);
}

void flx_kernel_floor(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    step(order, stride, x, flx_double_floor(x[0]), z, scratch);
}

void flx_kernel_ceil(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    step(order, stride, x, flx_double_ceil(x[0]), z, scratch);
}

void flx_kernel_round(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    step(order, stride, x, flx_double_round(x[0]), z, scratch);
}

void flx_kernel_trunc(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    step(order, stride, x, flx_double_trunc(x[0]), z, scratch);
}

void flx_kernel_rint(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    step(order, stride, x, flx_double_rint(x[0]), z, scratch);
}

void flx_kernel_sign_right(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    step(order, stride, x, flx_double_sign_right(x[0]), z, scratch);
}

void flx_kernel_sign_left(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    step(order, stride, x, flx_double_sign_left(x[0]), z, scratch);
}

void flx_kernel_step(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    step(order, stride, x, flx_double_step(x[0]), z, scratch);
}

void flx_kernel_inside(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    step(order, stride, x, flx_double_inside(x[0]), z, scratch);
}

void flx_kernel_nought(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    step(order, stride, x, flx_double_nought(x[0]), z, scratch);
}

void flx_kernel_near(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    piece(order, stride, x, flx_double_near(x[0]), flx_double_inside(x[0]), z, scratch);
}

void flx_kernel_select(size_t order, size_t stride, const double *c, const double *a,
                       const double *b, double *z)
{
    const double *chosen = c[0] > 0.0 ? a : b;
    for (size_t k = 0; k <= order; k++) z[k * stride] = chosen[k * stride];
}

/* value, and the chosen argument's increments, weight being x's share of them: 0, 1/2, 1. */
static void choose(size_t order, size_t stride, const double *x, const double *y, double value,
                   double weight, double *z, double *scratch)
{
    if (weight == 0.0 || weight == 1.0) linear(order, stride, weight == 1.0 ? x : y, value, 1.0, z);
    else if (weight != weight) flx_recur_undefined2(order, stride, x, y, value, z, scratch);
    else {
        z[0] = value;
        for (size_t k = 1; k <= order; k++)
            z[k * stride] = weight * x[k * stride] + (1.0 - weight) * y[k * stride];
    }
}

void flx_kernel_fmin(size_t order, size_t stride, const double *x, const double *y, double *z,
                     double *scratch)
{
    choose(order, stride, x, y, flx_double_fmin(x[0], y[0]), flx_double_minw(x[0], y[0]), z,
           scratch);
}

void flx_kernel_fmax(size_t order, size_t stride, const double *x, const double *y, double *z,
                     double *scratch)
{
    choose(order, stride, x, y, flx_double_fmax(x[0], y[0]), flx_double_maxw(x[0], y[0]), z,
           scratch);
}

static void weigh(size_t order, size_t stride, const double *x, const double *y, double value,
                  double *z, double *scratch)
{
    if (value != value) flx_recur_undefined2(order, stride, x, y, value, z, scratch);
    else constant(order, stride, value, z);
}

void flx_kernel_minw(size_t order, size_t stride, const double *x, const double *y, double *z,
                     double *scratch)
{
    weigh(order, stride, x, y, flx_double_minw(x[0], y[0]), z, scratch);
}

void flx_kernel_maxw(size_t order, size_t stride, const double *x, const double *y, double *z,
                     double *scratch)
{
    weigh(order, stride, x, y, flx_double_maxw(x[0], y[0]), z, scratch);
}
