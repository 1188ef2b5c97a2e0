/* kernel_hyperbolic.c: sinh, cosh, tanh, and the logistic functions, which are tanh rescaled. */
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "forward/kernel_recur.h"

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

void flx_kernel_sinh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_sinh(x[0]);
    double *d = scratch, *c = scratch + order + 1;
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else if (isinf(value)) {
        overflowed(order, stride, x, value, z, scratch);
    } else {
        z[0] = value;
        c[0] = flx_double_cosh(x[0]);
        flx_recur_derivative(order, stride, x, 1.0, d);
        flx_recur_pair(order, d, 1.0, z, stride, c, 1);
    }
}

void flx_kernel_cosh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_cosh(x[0]);
    double *d = scratch, *s = scratch + order + 1;
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else if (isinf(value)) {
        overflowed(order, stride, x, value, z, scratch);
    } else {
        z[0] = value;
        s[0] = flx_double_sinh(x[0]);
        flx_recur_derivative(order, stride, x, 1.0, d);
        flx_recur_pair(order, d, 1.0, s, 1, z, stride);
    }
}

/* y = tanh(x), s = 1 - y^2 from y[0], s[0]. */
static void tanh_pair(size_t order, size_t stride, const double *x, double *d, double *y, size_t sy,
                      double *s, size_t ss)
{
    y[0] = flx_double_tanh(x[0]);
    s[0] = flx_double_sech2(x[0]);
    flx_recur_derivative(order, stride, x, 1.0, d);
    flx_recur_riccati(order, d, -2.0 * y[0], -1.0, y, sy, s, ss);
}

void flx_kernel_tanh(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    if (x[0] != x[0]) flx_recur_undefined(order, stride, x, flx_double_tanh(x[0]), z, scratch);
    else tanh_pair(order, stride, x, scratch, z, stride, scratch + order + 1, 1);
}

void flx_kernel_sech2(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    if (x[0] != x[0]) flx_recur_undefined(order, stride, x, flx_double_sech2(x[0]), z, scratch);
    else tanh_pair(order, stride, x, scratch, scratch + order + 1, 1, z, stride);
}

/* y = sigmoid(x), s = y*(1 - y). 1 - y = sigmoid(-x) and 1 - 2y = -tanh(x/2) cancel as written. */
static void sigmoid_pair(size_t order, size_t stride, const double *x, double *d, double *y,
                         size_t sy, double *s, size_t ss)
{
    y[0] = flx_double_sigmoid(x[0]);
    s[0] = y[0] * flx_double_sigmoid(-x[0]);
    flx_recur_derivative(order, stride, x, 1.0, d);
    flx_recur_riccati(order, d, -flx_double_tanh(0.5 * x[0]), -1.0, y, sy, s, ss);
}

void flx_kernel_sigmoid(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    if (x[0] != x[0]) flx_recur_undefined(order, stride, x, flx_double_sigmoid(x[0]), z, scratch);
    else sigmoid_pair(order, stride, x, scratch, z, stride, scratch + order + 1, 1);
}

void flx_kernel_softplus(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_softplus(x[0]);
    double *d = scratch, *y = d + order + 1, *s = y + order + 1;
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
        return;
    }
    sigmoid_pair(order, stride, x, d, y, 1, s, 1);
    z[0] = value;
    for (size_t k = 1; k <= order; k++) z[k * stride] = flx_recur_dot(k, k, d, 1, y, 1) / (double)k;
}
