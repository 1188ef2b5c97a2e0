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

/* z[k .. k+3] = x*y, k >= 1: four sums side by side, of which compilers make vectors where stride
 * is 1. */
static inline void product_of_four(size_t k, size_t stride, const double *x, const double *y,
                                   double *z)
{
    const size_t s = stride;
    double z0 = 0.0, z1 = 0.0, z2 = 0.0, z3 = 0.0;
    for (size_t j = 1; j <= k; j++) {
        const double *at = y + (k - j) * s;
        const double xj = x[j * s];
        z0 += xj * at[0];
        z1 += xj * at[s];
        z2 += xj * at[2 * s];
        z3 += xj * at[3 * s];
    }
    z1 += x[(k + 1) * s] * y[0];
    z2 += x[(k + 1) * s] * y[s];
    z2 += x[(k + 2) * s] * y[0];
    z3 += x[(k + 1) * s] * y[2 * s];
    z3 += x[(k + 2) * s] * y[s];
    z3 += x[(k + 3) * s] * y[0];
    z[k * s] = x[0] * y[k * s] + z0;
    z[(k + 1) * s] = x[0] * y[(k + 1) * s] + z1;
    z[(k + 2) * s] = x[0] * y[(k + 2) * s] + z2;
    z[(k + 3) * s] = x[0] * y[(k + 3) * s] + z3;
}

static inline void product(size_t order, size_t stride, const double *x, const double *y, double *z)
{
    size_t k = 1;
    for (; k <= order % 4; k++) { /* the shortest sums alone */
        double sum = 0.0;
        for (size_t j = 1; j <= k; j++) sum += x[j * stride] * y[(k - j) * stride];
        z[k * stride] = x[0] * y[k * stride] + sum;
    }
    for (; k <= order; k += 4) product_of_four(k, stride, x, y, z);
}

void flx_kernel_mul(size_t order, size_t stride, const double *x, const double *y, double *z)
{
    z[0] = x[0] * y[0];
    if (stride == 1) product(order, 1, x, y, z);
    else product(order, stride, x, y, z);
    for (size_t k = 1; k <= order; k++)
        if (z[k * stride] != z[k * stride])
            z[k * stride] = flx_double_amul(y[k * stride], x[0])
                            + flx_recur_dot_by_term(k, k, x, stride, y, stride);
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

void flx_kernel_fmin_first(size_t order, size_t stride, const double *x, const double *y, double *z,
                           double *scratch)
{
    choose(order, stride, x, y, flx_double_fmin_first(x[0], y[0]),
           flx_double_minw_first(x[0], y[0]), z, scratch);
}

void flx_kernel_fmin_second(size_t order, size_t stride, const double *x, const double *y,
                            double *z, double *scratch)
{
    choose(order, stride, x, y, flx_double_fmin_second(x[0], y[0]),
           flx_double_minw_second(x[0], y[0]), z, scratch);
}

void flx_kernel_fmax_first(size_t order, size_t stride, const double *x, const double *y, double *z,
                           double *scratch)
{
    choose(order, stride, x, y, flx_double_fmax_first(x[0], y[0]),
           flx_double_maxw_first(x[0], y[0]), z, scratch);
}

void flx_kernel_fmax_second(size_t order, size_t stride, const double *x, const double *y,
                            double *z, double *scratch)
{
    choose(order, stride, x, y, flx_double_fmax_second(x[0], y[0]),
           flx_double_maxw_second(x[0], y[0]), z, scratch);
}

void flx_kernel_minw_first(size_t order, size_t stride, const double *x, const double *y, double *z,
                           double *scratch)
{
    weigh(order, stride, x, y, flx_double_minw_first(x[0], y[0]), z, scratch);
}

void flx_kernel_minw_second(size_t order, size_t stride, const double *x, const double *y,
                            double *z, double *scratch)
{
    weigh(order, stride, x, y, flx_double_minw_second(x[0], y[0]), z, scratch);
}

void flx_kernel_maxw_first(size_t order, size_t stride, const double *x, const double *y, double *z,
                           double *scratch)
{
    weigh(order, stride, x, y, flx_double_maxw_first(x[0], y[0]), z, scratch);
}

void flx_kernel_maxw_second(size_t order, size_t stride, const double *x, const double *y,
                            double *z, double *scratch)
{
    weigh(order, stride, x, y, flx_double_maxw_second(x[0], y[0]), z, scratch);
}

void flx_kernel_modq(size_t order, size_t stride, const double *x, const double *y, double *z,
                     double *scratch)
{
    weigh(order, stride, x, y, flx_double_modq(x[0], y[0]), z, scratch);
}

void flx_kernel_remq(size_t order, size_t stride, const double *x, const double *y, double *z,
                     double *scratch)
{
    weigh(order, stride, x, y, flx_double_remq(x[0], y[0]), z, scratch);
}

void flx_kernel_signs(size_t order, size_t stride, const double *x, const double *y, double *z,
                      double *scratch)
{
    weigh(order, stride, x, y, flx_double_signs(x[0], y[0]), z, scratch);
}

/* value, and the increments of dx*x + dy*y. */
static void plane(size_t order, size_t stride, const double *x, const double *y, double value,
                  double dx, double dy, double *z, double *scratch)
{
    if (value != value) {
        flx_recur_undefined2(order, stride, x, y, value, z, scratch);
        return;
    }
    z[0] = value;
    for (size_t k = 1; k <= order; k++)
        z[k * stride] = flx_double_amul(x[k * stride], dx) + flx_double_amul(y[k * stride], dy);
}

void flx_kernel_fmod(size_t order, size_t stride, const double *x, const double *y, double *z,
                     double *scratch)
{
    plane(order, stride, x, y, flx_double_fmod(x[0], y[0]), 1.0, flx_double_modq(x[0], y[0]), z,
          scratch);
}

void flx_kernel_remainder(size_t order, size_t stride, const double *x, const double *y, double *z,
                          double *scratch)
{
    plane(order, stride, x, y, flx_double_remainder(x[0], y[0]), 1.0, flx_double_remq(x[0], y[0]),
          z, scratch);
}

void flx_kernel_copysign(size_t order, size_t stride, const double *x, const double *y, double *z,
                         double *scratch)
{
    plane(order, stride, x, y, flx_double_copysign(x[0], y[0]), flx_double_signs(x[0], y[0]), 0.0,
          z, scratch);
}

/* x/y from z[0] = value, which is 0 at 0/0 too; no derivatives where y < 0. */
static void quotient(size_t order, size_t stride, const double *x, const double *y, double value,
                     double *z)
{
    const double y0 = y[0] < 0.0 ? (double)NAN : y[0];
    z[0] = value;
    for (size_t k = 1; k <= order; k++) {
        const double pull = flx_recur_dot(k, k, y, stride, z, stride);
        z[k * stride] = flx_double_adiv(x[k * stride] - pull, y0, value);
    }
}

void flx_kernel_xdivy(size_t order, size_t stride, const double *x, const double *y, double *z,
                      double *scratch)
{
    const double value = flx_double_xdivy(x[0], y[0]);
    if (value != value) flx_recur_undefined2(order, stride, x, y, value, z, scratch);
    else quotient(order, stride, x, y, value, z);
}

/* z' = x'*log(y) + y'*(x/y): a product of series would overflow where log(y)' alone does. */
void flx_kernel_xlogy(size_t order, size_t stride, const double *x, const double *y, double *z,
                      double *scratch)
{
    const double value = flx_double_xlogy(x[0], y[0]);
    double *l = scratch, *q = l + order + 1, *dx = q + order + 1, *dy = dx + order + 1;
    if (value != value) {
        flx_recur_undefined2(order, stride, x, y, value, z, scratch);
        return;
    }
    flx_kernel_log(order, stride, y, z, scratch);
    for (size_t k = 0; k <= order; k++) l[k] = z[k * stride];
    quotient(order, stride, x, y, flx_double_xdivy(x[0], y[0]), z);
    for (size_t k = 0; k <= order; k++) q[k] = z[k * stride];
    flx_recur_derivative(order, stride, x, 1.0, dx);
    flx_recur_derivative(order, stride, y, 1.0, dy);
    z[0] = value;
    for (size_t k = 1; k <= order; k++)
        z[k * stride] =
            (flx_recur_dot(k, k, dx, 1, l, 1) + flx_recur_dot(k, k, dy, 1, q, 1)) / (double)k;
}

void flx_kernel_fma(size_t order, size_t stride, const double *x, const double *y, const double *c,
                    double *z, double *scratch)
{
    (void)scratch;
    flx_kernel_mul(order, stride, x, y, z);
    z[0] = flx_double_fma(x[0], y[0], c[0]);
    for (size_t k = 1; k <= order; k++) z[k * stride] += c[k * stride];
}

/* value, and the increments of the three arguments by their shares. */
void flx_kernel_clamp(size_t order, size_t stride, const double *x, const double *y,
                      const double *c, double *z, double *scratch)
{
    const double value = flx_double_clamp(x[0], y[0], c[0]);
    const double dx = flx_double_clampx(x[0], y[0], c[0]);
    const double dy = flx_double_clamplo(x[0], y[0], c[0]);
    const double dc = flx_double_clamphi(x[0], y[0], c[0]);
    if (value != value) {
        flx_recur_undefined3(order, stride, x, y, c, value, z, scratch);
        return;
    }
    z[0] = value;
    for (size_t k = 1; k <= order; k++)
        z[k * stride] = flx_double_smul(dx, x[k * stride]) + flx_double_smul(dy, y[k * stride])
                        + flx_double_smul(dc, c[k * stride]);
}

static void share(size_t order, size_t stride, const double *x, const double *y, const double *c,
                  double value, double *z, double *scratch)
{
    if (value != value) flx_recur_undefined3(order, stride, x, y, c, value, z, scratch);
    else constant(order, stride, value, z);
}

void flx_kernel_clampx(size_t order, size_t stride, const double *x, const double *y,
                       const double *c, double *z, double *scratch)
{
    share(order, stride, x, y, c, flx_double_clampx(x[0], y[0], c[0]), z, scratch);
}

void flx_kernel_clamplo(size_t order, size_t stride, const double *x, const double *y,
                        const double *c, double *z, double *scratch)
{
    share(order, stride, x, y, c, flx_double_clamplo(x[0], y[0], c[0]), z, scratch);
}

void flx_kernel_clamphi(size_t order, size_t stride, const double *x, const double *y,
                        const double *c, double *z, double *scratch)
{
    share(order, stride, x, y, c, flx_double_clamphi(x[0], y[0], c[0]), z, scratch);
}
