/* series_calculus.c: derivative, integral, evaluation, composition, reversion and shifts. */
#include <math.h>
#include <string.h>

#include <fluxion/kernel.h>

#include "forward/kernel_recur.h"
#include "forward/series.h"

flx_status flx_series_derivative(flx_series *res, const flx_series *x)
{
    series_draft d;
    if (x->order == 0) return FLX_EDIM;
    const flx_status status = flx_series_begin(res, x->order - 1, &d);
    if (status != FLX_OK) return status;
    const double *c = flx_series_coeffs(x);
    for (size_t k = 0; k <= d.order; k++) d.out[k] = (double)(k + 1) * c[k + 1];
    return flx_series_commit(res, &d);
}

flx_status flx_series_integral(flx_series *res, const flx_series *x)
{
    series_draft d;
    const flx_status status = flx_series_begin(res, x->order + 1, &d);
    if (status != FLX_OK) return status;
    const double *c = flx_series_coeffs(x);
    d.out[0] = 0.0;
    for (size_t k = 1; k <= d.order; k++) d.out[k] = c[k - 1] / (double)k;
    return flx_series_commit(res, &d);
}

double flx_series_evaluate(const flx_series *x, double t)
{
    const double *c = flx_series_coeffs(x);
    double sum = c[x->order];
    for (size_t k = x->order; k-- > 0;) sum = flx_double_amul(t, sum) + c[k];
    return sum;
}

flx_status flx_series_compose(flx_series *res, const flx_series *f, const flx_series *x)
{
    series_draft d;
    const size_t v = flx_series_valuation(x), terms = f->order + 1;
    if (v == 0) return FLX_EARG;
    /* The first unknown term of f is of this many times the order v. */
    const size_t order = terms > x->order / v ? x->order : v * terms - 1;
    const flx_status status = flx_series_begin(res, order, &d);
    if (status != FLX_OK) return status;
    flx_recur_compose(order, flx_series_coeffs(x), 1, order / v, flx_series_coeffs(f), d.out, 1,
                      d.scratch);
    return flx_series_commit(res, &d);
}

flx_status flx_series_revert(flx_series *res, const flx_series *x)
{
    series_draft d;
    const double *c = flx_series_coeffs(x);
    if (x->order == 0) return FLX_EDIM;
    if (c[0] != 0.0 || c[1] == 0.0) return FLX_EARG;
    const flx_status status = flx_series_begin(res, x->order, &d);
    if (status != FLX_OK) return status;
    const size_t order = d.order - 1;
    double *h = d.scratch, *power = h + d.order, *next = power + d.order;
    memset(power, 0, d.order * sizeof *power);
    power[0] = 1.0;
    flx_kernel_div(order, 1, power, flx_series_coeffs(x) + 1, h);
    d.out[0] = 0.0;
    for (size_t k = 1; k <= d.order; k++) {
        double *const last = power;
        flx_kernel_mul(order, 1, last, h, next); /* h^k */
        d.out[k] = next[k - 1] / (double)k;
        power = next;
        next = last;
    }
    return flx_series_commit(res, &d);
}

flx_status flx_series_mul_t(flx_series *res, const flx_series *x, size_t n)
{
    series_draft d;
    const size_t order = x->order + n;
    if (order < n) return FLX_ENOMEM;
    const flx_status status = flx_series_begin(res, order, &d);
    if (status != FLX_OK) return status;
    memset(d.out, 0, n * sizeof *d.out);
    memcpy(d.out + n, flx_series_coeffs(x), (order - n + 1) * sizeof *d.out);
    return flx_series_commit(res, &d);
}

flx_status flx_series_div_t(flx_series *res, const flx_series *x, size_t n)
{
    series_draft d;
    if (n > x->order) return FLX_EDIM;
    if (n > flx_series_valuation(x)) return FLX_EARG;
    const flx_status status = flx_series_begin(res, x->order - n, &d);
    if (status != FLX_OK) return status;
    memcpy(d.out, flx_series_coeffs(x) + n, (d.order + 1) * sizeof *d.out);
    return flx_series_commit(res, &d);
}

/* h^k is power * 2^exponent, power of a size near 1. */
flx_status flx_series_rescale(flx_series *res, const flx_series *x, double h)
{
    series_draft d;
    const flx_status status = flx_series_begin(res, x->order, &d);
    if (status != FLX_OK) return status;
    const double *c = flx_series_coeffs(x);
    double power = 1.0;
    int exponent = 0;
    for (size_t k = 0; k <= d.order; k++) {
        int size = 0, more = 0;
        const double m = isfinite(c[k]) ? frexp(c[k], &size) : c[k];
        d.out[k] = k == 0 ? c[0] : ldexp(flx_double_smul(m, power), exponent + size);
        power *= h;
        if (isfinite(power) && power != 0.0) power = frexp(power, &more);
        if (exponent < 1 << 28 && exponent > -(1 << 28)) exponent += more;
    }
    return flx_series_commit(res, &d);
}

flx_status flx_series_taylor_shift(flx_series *res, const flx_series *x, double a)
{
    series_draft d;
    const flx_status status = flx_series_begin(res, x->order, &d);
    if (status != FLX_OK) return status;
    memcpy(d.out, flx_series_coeffs(x), (d.order + 1) * sizeof *d.out);
    for (size_t i = 0; i < d.order; i++)
        for (size_t k = d.order; k-- > i;) d.out[k] += flx_double_amul(d.out[k + 1], a);
    return flx_series_commit(res, &d);
}
