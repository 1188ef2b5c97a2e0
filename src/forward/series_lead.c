/* series_lead.c: functions of series on one side of t = 0, by the leading coefficient.
 *
 * With s the sign of t and v a power of t that divides x, x = |t|^v w(t) where w = s^v x/t^v, and
 * |t| = s*t. */
#include <math.h>
#include <string.h>

#include <fluxion/kernel.h>
#include <fluxion/real.h>

#include "forward/kernel_recur.h"
#include "forward/series.h"

static int is_side(flx_side side) { return side == FLX_SIDE_LEFT || side == FLX_SIDE_RIGHT; }

/* s^v. */
static double sign_of_power(flx_side side, size_t v)
{
    return side == FLX_SIDE_LEFT && v % 2 ? -1.0 : 1.0;
}

static size_t lower(size_t a, size_t b) { return a < b ? a : b; }

/* The power of t that divides both series as far as they are known; 0 where nothing but zeros is. */
static size_t common_valuation(const flx_series *x, const flx_series *y, size_t order)
{
    const size_t v = lower(flx_series_valuation(x), flx_series_valuation(y));
    return v > order ? 0 : v;
}

/* 1, -1 or NaN: the sign of x beside t = 0; of a series of zeros that of its value. */
static double sign_beside(const flx_series *x, flx_side side)
{
    const size_t v = flx_series_valuation(x);
    const double lead = flx_series_get(x, v > x->order ? 0 : v);
    return isnan(lead) ? lead : copysign(1.0, lead) * sign_of_power(side, v > x->order ? 0 : v);
}

/* w, with v and its order given. */
static void divide_out(const flx_series *x, size_t v, size_t order, double sign, double *w)
{
    const double *c = flx_series_coeffs(x) + v;
    w[0] = sign * c[0];
    for (size_t k = 1; k <= order; k++) w[k] = flx_double_amul(c[k], sign);
}

/* z = |t|^e times the series of this order that stands at z + e already. */
static void times_power_of_size(flx_side side, size_t e, size_t order, double *z)
{
    const double sign = sign_of_power(side, e);
    for (size_t k = e; k <= e + order; k++) z[k] = flx_double_amul(z[k], sign);
    memset(z, 0, e * sizeof *z);
}

flx_status flx_series_fabs_lead(flx_series *res, const flx_series *x, flx_side side)
{
    series_draft d;
    if (!is_side(side)) return FLX_EARG;
    if (flx_series_get(x, 0) != 0.0) return flx_series_fabs(res, x);
    const double sign = sign_beside(x, side);
    const flx_status status = flx_series_begin(res, x->order, &d);
    if (status != FLX_OK) return status;
    const double *c = flx_series_coeffs(x);
    d.out[0] = 0.0;
    for (size_t k = 1; k <= d.order; k++) d.out[k] = flx_double_amul(c[k], sign);
    return flx_series_commit(res, &d);
}

typedef void root_kernel(size_t order, size_t stride, const double *x, double *z, double *scratch);

/* Where t^(v/degree) is not a power series: its limits, times the root of the leading coefficient. */
static void branch(const series_draft *d, flx_side side, double exponent, double factor)
{
    double *size = d->spare; /* |t| */
    memset(size, 0, (d->order + 1) * sizeof *size);
    if (d->order > 0) size[1] = (double)side;
    flx_kernel_pow_xc(d->order, 1, size, exponent, d->out, d->scratch);
    for (size_t k = 1; k <= d->order; k++) d->out[k] = flx_double_amul(d->out[k], factor);
}

static flx_status root(root_kernel *kernel, size_t degree, flx_series *res, const flx_series *x,
                       flx_side side)
{
    series_draft d;
    if (!is_side(side)) return FLX_EARG;
    const size_t n = x->order, v = flx_series_valuation(x), e = v / degree;
    const double zero = flx_series_get(x, 0); /* which of the two, if it is one */
    const int is_power = v % degree == 0;
    if (v > n) return flx_series_constant(res, n / degree, zero); /* the root of O(t^(n+1)) */
    const flx_status status = flx_series_begin(res, is_power ? n - v + e : n, &d);
    if (status != FLX_OK) return status;
    if (is_power) {
        divide_out(x, v, n - v, sign_of_power(side, v), d.spare);
        kernel(n - v, 1, d.spare, d.out + e, d.scratch);
        times_power_of_size(side, e, n - v, d.out);
    } else {
        double lead = sign_of_power(side, v) * flx_series_coeffs(x)[v], factor;
        kernel(0, 1, &lead, &factor, d.scratch);
        branch(&d, side, (double)v / (double)degree, factor);
    }
    if (v > 0) d.out[0] = zero;
    return flx_series_commit(res, &d);
}

flx_status flx_series_sqrt_lead(flx_series *res, const flx_series *x, flx_side side)
{
    return root(flx_kernel_sqrt, 2, res, x, side);
}

flx_status flx_series_cbrt_lead(flx_series *res, const flx_series *x, flx_side side)
{
    return root(flx_kernel_cbrt, 3, res, x, side);
}

/* hypot(|t|^v w, |t|^v u) = |t|^v hypot(w, u). */
flx_status flx_series_hypot_lead(flx_series *res, const flx_series *x, const flx_series *y,
                                 flx_side side)
{
    series_draft d;
    if (!is_side(side)) return FLX_EARG;
    const size_t n = lower(x->order, y->order), v = common_valuation(x, y, n);
    const flx_status status = flx_series_begin(res, n, &d);
    if (status != FLX_OK) return status;
    double *w = d.spare, *u = d.spare + n + 1;
    divide_out(x, v, n - v, 1.0, w);
    divide_out(y, v, n - v, 1.0, u);
    flx_kernel_hypot(n - v, 1, w, u, d.out + v, d.scratch);
    times_power_of_size(side, v, n - v, d.out);
    return flx_series_commit(res, &d);
}

flx_status flx_series_atan2_lead(flx_series *res, const flx_series *y, const flx_series *x,
                                 flx_side side)
{
    series_draft d;
    if (!is_side(side)) return FLX_EARG;
    const size_t n = lower(x->order, y->order), v = common_valuation(x, y, n);
    const double above = sign_beside(y, side);
    const flx_status status = flx_series_begin(res, n - v, &d);
    if (status != FLX_OK) return status;
    double *w = d.spare, *u = d.spare + d.order + 1;
    divide_out(y, v, d.order, sign_of_power(side, v), w);
    divide_out(x, v, d.order, sign_of_power(side, v), u);
    if (v > 0 && w[0] == 0.0) w[0] = copysign(w[0], above); /* pi or -pi */
    flx_kernel_atan2(d.order, 1, w, u, d.out, d.scratch);
    return flx_series_commit(res, &d);
}

flx_status flx_series_div_lead(flx_series *res, const flx_series *x, const flx_series *y)
{
    series_draft d;
    const size_t n = lower(x->order, y->order), v = common_valuation(x, y, n);
    const flx_status status = flx_series_begin(res, n - v, &d);
    if (status != FLX_OK) return status;
    flx_kernel_div(d.order, 1, flx_series_coeffs(x) + v, flx_series_coeffs(y) + v, d.out);
    return flx_series_commit(res, &d);
}

/* Whether x is above y on this side; -1 where they are equal as far as known, or one is NaN. */
static int is_above(const flx_series *x, const flx_series *y, size_t order, flx_side side)
{
    const double *a = flx_series_coeffs(x), *b = flx_series_coeffs(y);
    for (size_t k = 0; k <= order; k++) {
        if (a[k] == b[k]) continue;
        if (isnan(a[k]) || isnan(b[k])) return -1;
        return (a[k] > b[k]) == (sign_of_power(side, k) > 0.0);
    }
    return -1;
}

typedef void choice_kernel(size_t order, size_t stride, const double *x, const double *y, double *z,
                           double *scratch);

/* One of the two, the value being that of the ordinary function, which decides where this cannot. */
static flx_status choose(choice_kernel *ordinary, int wants_above, flx_series *res,
                         const flx_series *x, const flx_series *y, flx_side side)
{
    series_draft d;
    if (!is_side(side)) return FLX_EARG;
    const size_t n = lower(x->order, y->order);
    const int above = is_above(x, y, n, side);
    const flx_status status = flx_series_begin(res, n, &d);
    if (status != FLX_OK) return status;
    const double *a = flx_series_coeffs(x), *b = flx_series_coeffs(y);
    ordinary(above < 0 ? n : 0, 1, a, b, d.out, d.scratch);
    if (above >= 0) memcpy(d.out + 1, (above == wants_above ? a : b) + 1, n * sizeof *d.out);
    return flx_series_commit(res, &d);
}

flx_status flx_series_fmin_lead(flx_series *res, const flx_series *x, const flx_series *y,
                                flx_side side)
{
    return choose(flx_kernel_fmin, 0, res, x, y, side);
}

flx_status flx_series_fmax_lead(flx_series *res, const flx_series *x, const flx_series *y,
                                flx_side side)
{
    return choose(flx_kernel_fmax, 1, res, x, y, side);
}
