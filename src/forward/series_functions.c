/* series_functions.c: arithmetic and elementary functions of series: the kernels of kernel.h, on the
 * coefficients that all operands have. */
#include <math.h>

#include <fluxion/kernel.h>
#include <fluxion/real.h>

#include "forward/series.h"

/* An operand: a series, or (series NULL) a constant. */
typedef struct operand {
    const flx_series *series;
    double constant;
} operand;

static operand of(const flx_series *x) { return (operand){.series = x}; }
static operand fixed(double c) { return (operand){.constant = c}; }

static size_t lower_order(size_t order, operand x)
{
    return x.series && x.series->order < order ? x.series->order : order;
}

/* The operand's coefficients, a constant's spelled out in the next spare row. */
static const double *coefficients(operand x, series_draft *d)
{
    if (x.series) return flx_series_coeffs(x.series);
    double *c = d->spare;
    d->spare += d->order + 1;
    c[0] = x.constant;
    for (size_t k = 1; k <= d->order; k++) c[k] = 0.0;
    return c;
}

typedef void unary_kernel(size_t order, size_t stride, const double *x, double *z, double *scratch);
typedef void binary_kernel(size_t order, size_t stride, const double *x, const double *y, double *z,
                           double *scratch);
typedef void ternary_kernel(size_t order, size_t stride, const double *x, const double *y,
                            const double *c, double *z, double *scratch);
typedef void ordered_kernel(size_t order, size_t stride, int n, const double *x, double *z,
                            double *scratch);

static flx_status unary(unary_kernel *kernel, flx_series *res, const flx_series *x)
{
    series_draft d;
    const flx_status status = flx_series_begin(res, x->order, &d);
    if (status != FLX_OK) return status;
    kernel(d.order, 1, flx_series_coeffs(x), d.out, d.scratch);
    return flx_series_commit(res, &d);
}

static flx_status binary(binary_kernel *kernel, flx_series *res, operand x, operand y)
{
    series_draft d;
    const size_t order = lower_order(lower_order((size_t)-1, x), y);
    const flx_status status = flx_series_begin(res, order, &d);
    if (status != FLX_OK) return status;
    const double *px = coefficients(x, &d), *py = coefficients(y, &d);
    kernel(order, 1, px, py, d.out, d.scratch);
    return flx_series_commit(res, &d);
}

static flx_status ternary(ternary_kernel *kernel, flx_series *res, operand x, operand y, operand z)
{
    series_draft d;
    const size_t order = lower_order(lower_order(lower_order((size_t)-1, x), y), z);
    const flx_status status = flx_series_begin(res, order, &d);
    if (status != FLX_OK) return status;
    const double *px = coefficients(x, &d), *py = coefficients(y, &d), *pz = coefficients(z, &d);
    kernel(order, 1, px, py, pz, d.out, d.scratch);
    return flx_series_commit(res, &d);
}

static flx_status ordered(ordered_kernel *kernel, flx_series *res, int n, const flx_series *x)
{
    series_draft d;
    const flx_status status = flx_series_begin(res, x->order, &d);
    if (status != FLX_OK) return status;
    kernel(d.order, 1, n, flx_series_coeffs(x), d.out, d.scratch);
    return flx_series_commit(res, &d);
}

/* Kernels that need no scratch. */
#define WITHOUT_SCRATCH1(name)                                                                     \
    static void name##_kernel(size_t order, size_t stride, const double *x, double *z,             \
                              double *scratch)                                                     \
    {                                                                                              \
        (void)scratch;                                                                             \
        flx_kernel_##name(order, stride, x, z);                                                    \
    }                                                                                              \
    flx_status flx_series_##name(flx_series *res, const flx_series *x)                             \
    {                                                                                              \
        return unary(name##_kernel, res, x);                                                       \
    }
#define WITHOUT_SCRATCH2(name)                                                                     \
    static void name##_kernel(size_t order, size_t stride, const double *x, const double *y,       \
                              double *z, double *scratch)                                          \
    {                                                                                              \
        (void)scratch;                                                                             \
        flx_kernel_##name(order, stride, x, y, z);                                                 \
    }                                                                                              \
    flx_status flx_series_##name(flx_series *res, const flx_series *x, const flx_series *y)        \
    {                                                                                              \
        return binary(name##_kernel, res, of(x), of(y));                                           \
    }
WITHOUT_SCRATCH1(neg)
WITHOUT_SCRATCH1(square)
WITHOUT_SCRATCH2(add)
WITHOUT_SCRATCH2(sub)
WITHOUT_SCRATCH2(mul)
WITHOUT_SCRATCH2(div)

/* res = x, or -x where sign is -1, with its value replaced: sums with a constant. */
static flx_status moved(flx_series *res, double sign, const flx_series *x, double value)
{
    const flx_status status = sign < 0.0 ? flx_series_neg(res, x) : flx_series_set(res, x);
    return status != FLX_OK ? status : flx_series_set_coeff(res, 0, value);
}

flx_status flx_series_add_xc(flx_series *res, const flx_series *x, double y)
{
    return moved(res, 1.0, x, flx_series_get(x, 0) + y);
}

flx_status flx_series_add_cx(flx_series *res, double x, const flx_series *y)
{
    return moved(res, 1.0, y, x + flx_series_get(y, 0));
}

flx_status flx_series_sub_xc(flx_series *res, const flx_series *x, double y)
{
    return moved(res, 1.0, x, flx_series_get(x, 0) - y);
}

flx_status flx_series_sub_cx(flx_series *res, double x, const flx_series *y)
{
    return moved(res, -1.0, y, x - flx_series_get(y, 0));
}

flx_status flx_series_mul_xc(flx_series *res, const flx_series *x, double y)
{
    series_draft d;
    const flx_status status = flx_series_begin(res, x->order, &d);
    if (status != FLX_OK) return status;
    const double *c = flx_series_coeffs(x);
    d.out[0] = c[0] * y;
    for (size_t k = 1; k <= d.order; k++) d.out[k] = flx_double_amul(c[k], y);
    return flx_series_commit(res, &d);
}

flx_status flx_series_mul_cx(flx_series *res, double x, const flx_series *y)
{
    return flx_series_mul_xc(res, y, x);
}

flx_status flx_series_div_xc(flx_series *res, const flx_series *x, double y)
{
    series_draft d;
    const flx_status status = flx_series_begin(res, x->order, &d);
    if (status != FLX_OK) return status;
    const double *c = flx_series_coeffs(x), q = c[0] / y;
    d.out[0] = q;
    for (size_t k = 1; k <= d.order; k++) d.out[k] = flx_double_adiv(c[k], y, q);
    return flx_series_commit(res, &d);
}

flx_status flx_series_div_cx(flx_series *res, double x, const flx_series *y)
{
    return binary(div_kernel, res, fixed(x), of(y));
}

/* A function with its forms per row. The kernel of pow notices a constant exponent by itself. */
/* clang-format off */
#define FLX_UNARY(name, meaning)                                                                   \
    flx_status flx_series_##name(flx_series *res, const flx_series *x) { return unary(flx_kernel_##name, res, x); }
#define FLX_BINARY(name, meaning)                                                                  \
    flx_status flx_series_##name(flx_series *res, const flx_series *x, const flx_series *y) { return binary(flx_kernel_##name, res, of(x), of(y)); } \
    flx_status flx_series_##name##_xc(flx_series *res, const flx_series *x, double y) { return binary(flx_kernel_##name, res, of(x), fixed(y)); } \
    flx_status flx_series_##name##_cx(flx_series *res, double x, const flx_series *y) { return binary(flx_kernel_##name, res, fixed(x), of(y)); }
#define FLX_TERNARY(name, meaning)                                                                 \
    flx_status flx_series_##name(flx_series *res, const flx_series *x, const flx_series *y, const flx_series *z) { return ternary(flx_kernel_##name, res, of(x), of(y), of(z)); } \
    flx_status flx_series_##name##_xxc(flx_series *res, const flx_series *x, const flx_series *y, double z) { return ternary(flx_kernel_##name, res, of(x), of(y), fixed(z)); } \
    flx_status flx_series_##name##_xcx(flx_series *res, const flx_series *x, double y, const flx_series *z) { return ternary(flx_kernel_##name, res, of(x), fixed(y), of(z)); } \
    flx_status flx_series_##name##_cxx(flx_series *res, double x, const flx_series *y, const flx_series *z) { return ternary(flx_kernel_##name, res, fixed(x), of(y), of(z)); } \
    flx_status flx_series_##name##_xcc(flx_series *res, const flx_series *x, double y, double z) { return ternary(flx_kernel_##name, res, of(x), fixed(y), fixed(z)); } \
    flx_status flx_series_##name##_cxc(flx_series *res, double x, const flx_series *y, double z) { return ternary(flx_kernel_##name, res, fixed(x), of(y), fixed(z)); } \
    flx_status flx_series_##name##_ccx(flx_series *res, double x, double y, const flx_series *z) { return ternary(flx_kernel_##name, res, fixed(x), fixed(y), of(z)); }
#define FLX_ORDERED(name, meaning)                                                                 \
    flx_status flx_series_##name(flx_series *res, int n, const flx_series *x) { return ordered(flx_kernel_##name, res, n, x); }
#include <fluxion/functions.def>
/* clang-format on */

flx_status flx_series_sincos(flx_series *s, flx_series *c, const flx_series *x)
{
    series_draft ds, dc;
    if (s == c) return FLX_EARG;
    flx_status status = flx_series_begin(s, x->order, &ds);
    if (status == FLX_OK) status = flx_series_begin(c, x->order, &dc);
    if (status != FLX_OK) return status;
    flx_kernel_sincos(x->order, 1, flx_series_coeffs(x), ds.out, dc.out, ds.scratch);
    status = flx_series_commit(s, &ds);
    return status != FLX_OK ? status : flx_series_commit(c, &dc);
}

flx_status flx_series_powi(flx_series *res, const flx_series *x, int n)
{
    return flx_series_pow_xc(res, x, (double)n);
}

flx_status flx_series_select(flx_series *res, const flx_series *c, const flx_series *x,
                             const flx_series *y)
{
    return flx_series_set(res, flx_series_get(c, 0) > 0.0 ? x : y);
}
