/* series.c: the object: its memory, assignment and reading. */
#include "forward/series.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <fluxion/kernel.h>

#include "core/memory.h"

/* Old and new coefficients, two operands, and a kernel's scratch. */
enum { ROWS = 2 + 2 + (int)FLX_KERNEL_SCRATCH(0) };

/* What a series without memory holds. */
static const double nought = 0.0;

void flx_series_init(flx_series *x) { flx_series_init_with(x, NULL); }

void flx_series_init_with(flx_series *x, const flx_allocator *allocator)
{
    memset(x, 0, sizeof *x);
    if (allocator) x->allocator = *allocator;
}

static void release(flx_memory *m, flx_series *x)
{
    flx_memory_free(m, x->memory, ROWS * x->room * sizeof(double));
}

static flx_memory memory_of(const flx_series *x) { return flx_memory_make(&x->allocator, 0); }

void flx_series_clear(flx_series *x)
{
    const flx_allocator allocator = x->allocator;
    flx_memory m = memory_of(x);
    release(&m, x);
    flx_series_init_with(x, &allocator);
}

void flx_series_swap(flx_series *x, flx_series *y)
{
    const flx_series z = *x;
    *x = *y;
    *y = z;
}

/* Room for `count` coefficients; those there are stay. */
static flx_status grow(flx_series *x, size_t count)
{
    flx_memory m = memory_of(x);
    double *memory = flx_memory_resize(&m, NULL, 0, ROWS * count, sizeof(double));
    if (!memory) return FLX_ENOMEM;
    memcpy(memory, flx_series_coeffs(x), (x->order + 1) * sizeof(double));
    release(&m, x);
    x->c = x->memory = memory;
    x->room = count;
    return FLX_OK;
}

flx_status flx_series_begin(flx_series *res, size_t order, series_draft *draft)
{
    if (order >= SIZE_MAX / ROWS / 2) return FLX_ENOMEM; /* ROWS * room must not wrap around */
    if (order >= res->room) {
        const size_t half_more = res->room + res->room / 2;
        const flx_status status = grow(res, order < half_more ? half_more : order + 1);
        if (status != FLX_OK) return status;
    }
    draft->order = order;
    draft->out = res->c == res->memory ? res->memory + res->room : res->memory;
    draft->spare = res->memory + 2 * res->room;
    draft->scratch = res->memory + 4 * res->room;
    return FLX_OK;
}

flx_status flx_series_commit(flx_series *res, const series_draft *draft)
{
    res->c = draft->out;
    res->order = draft->order;
    return FLX_OK;
}

/* The first coefficients of a series, and zeros. */
static flx_status assign(flx_series *res, size_t order, size_t known, const double *c)
{
    series_draft d;
    const flx_status status = flx_series_begin(res, order, &d);
    if (status != FLX_OK) return status;
    for (size_t k = 0; k <= order; k++) d.out[k] = k < known ? c[k] : 0.0;
    return flx_series_commit(res, &d);
}

flx_status flx_series_constant(flx_series *x, size_t order, double c)
{
    return assign(x, order, 1, &c);
}

flx_status flx_series_variable(flx_series *x, size_t order, double at)
{
    const double c[2] = {at, 1.0};
    return assign(x, order, 2, c);
}

flx_status flx_series_set_coeffs(flx_series *x, size_t order, const double *c)
{
    return assign(x, order, order + 1, c);
}

flx_status flx_series_set_coeff(flx_series *x, size_t k, double c)
{
    if (k > x->order) return FLX_EDIM;
    if (!x->c) return flx_series_constant(x, 0, c);
    x->c[k] = c;
    return FLX_OK;
}

flx_status flx_series_set_order(flx_series *x, size_t order)
{
    series_draft d;
    const flx_status status = flx_series_begin(x, order, &d);
    if (status != FLX_OK) return status;
    for (size_t k = 0; k <= order; k++) d.out[k] = k <= x->order ? x->c[k] : 0.0;
    return flx_series_commit(x, &d);
}

flx_status flx_series_set(flx_series *res, const flx_series *x)
{
    return assign(res, x->order, x->order + 1, flx_series_coeffs(x));
}

size_t flx_series_order(const flx_series *x) { return x->order; }

const double *flx_series_coeffs(const flx_series *x) { return x->c ? x->c : &nought; }

size_t flx_series_valuation(const flx_series *x)
{
    const double *c = flx_series_coeffs(x);
    size_t v = 0;
    while (v <= x->order && c[v] == 0.0) v++;
    return v;
}

double flx_series_get(const flx_series *x, size_t k)
{
    return k <= x->order ? flx_series_coeffs(x)[k] : (double)NAN;
}

/* The factorial is hi + lo times 2^exponent with hi in [1/2, 1), its relative error below k*2^-104. */
double flx_series_get_derivative(const flx_series *x, size_t k)
{
    double hi = 0.5, lo = 0.0;
    int exponent = 1;
    const double c = flx_series_get(x, k);
    if (!isfinite(c)) return c;
    for (size_t j = 2; j <= k; j++) {
        const double factor = (double)j, product = hi * factor;
        const double rest = fma(hi, factor, -product) + lo * factor;
        int more;
        hi = frexp(product + rest, &more);
        lo = ldexp(rest - (ldexp(hi, more) - product), -more);
        exponent = exponent > INT32_MAX / 2 ? exponent : exponent + more;
    }
    int scale;
    const double m = frexp(c, &scale);
    return ldexp(fma(m, hi, m * lo), exponent + scale);
}
