/** @file lanes.h
 *  The products of real.h that keep an exact zero zero, for n doubles at once: what duals with many
 *  directions are made of.
 *
 *  n is a constant at every call, so that nothing is left of the loops. Compilers vectorise a product
 *  but not a choice between it and zero, which may trap: pairs of doubles and a mask say it, in the
 *  vectors that gcc and clang offer. For other compilers a pair is one double. */
#ifndef FLUXION_LANES_H
#define FLUXION_LANES_H

#include <string.h>

#include <fluxion/real.h>

FLX_BEGIN_DECLS

#if defined(__GNUC__)
/** Number of doubles in a pair. */
#define FLX_LANES ((size_t)2)
/** A pair of doubles. */
typedef double flx_lanes __attribute__((vector_size(16)));
/** All bits of a lane set, or none. */
typedef long long flx_lanes_mask __attribute__((vector_size(16)));

/** x where g is not zero, else 0. */
static inline flx_lanes flx_lanes_where(flx_lanes x, flx_lanes g)
{
    const flx_lanes zero = {0.0, 0.0};
    return (flx_lanes)((flx_lanes_mask)x & (flx_lanes_mask)(g != zero));
}
#else
#define FLX_LANES ((size_t)1)
typedef double flx_lanes;
static inline flx_lanes flx_lanes_where(flx_lanes x, flx_lanes g) { return g == 0.0 ? 0.0 : x; }
#endif

/** Bytes of the pair that begins at place i of n: the last one of an odd n is half a pair. */
static inline size_t flx_lanes_size(size_t n, size_t i)
{
    return (n % FLX_LANES == 0 || n - i >= FLX_LANES ? FLX_LANES : 1) * sizeof(double);
}
/** The pair at place i of p, which has length n. */
static inline flx_lanes flx_lanes_load(const double *p, size_t n, size_t i)
{
    const double none[2] = {0.0, 0.0};
    flx_lanes r;
    memcpy(&r, none, sizeof r);
    memcpy(&r, p + i, flx_lanes_size(n, i));
    return r;
}
/** p[i] = x, as above. */
static inline void flx_lanes_store(double *p, size_t n, size_t i, flx_lanes x)
{
    memcpy(p + i, &x, flx_lanes_size(n, i));
}

/** g[i] = -g[i]. */
static inline void flx_lanes_neg(size_t n, double *g)
{
    size_t i;
    for (i = 0; i < n; i += FLX_LANES) flx_lanes_store(g, n, i, -flx_lanes_load(g, n, i));
}

/** g[i] = g[i] + h[i]. */
static inline void flx_lanes_add(size_t n, double *g, const double *h)
{
    size_t i;
    for (i = 0; i < n; i += FLX_LANES)
        flx_lanes_store(g, n, i, flx_lanes_load(g, n, i) + flx_lanes_load(h, n, i));
}

/** g[i] = g[i] - h[i]. */
static inline void flx_lanes_sub(size_t n, double *g, const double *h)
{
    size_t i;
    for (i = 0; i < n; i += FLX_LANES)
        flx_lanes_store(g, n, i, flx_lanes_load(g, n, i) - flx_lanes_load(h, n, i));
}

/** g[i] = amul(g[i], p). */
static inline void flx_lanes_amul(size_t n, double *g, double p)
{
    size_t i;
    for (i = 0; i < n; i += FLX_LANES) {
        const flx_lanes a = flx_lanes_load(g, n, i);
        flx_lanes_store(g, n, i, flx_lanes_where(a * p, a));
    }
}

/** g[i] = amul(g[i], p) + amul(h[i], q). */
static inline void flx_lanes_amul2(size_t n, double *g, double p, const double *h, double q)
{
    size_t i;
    for (i = 0; i < n; i += FLX_LANES) {
        const flx_lanes a = flx_lanes_load(g, n, i), b = flx_lanes_load(h, n, i);
        flx_lanes_store(g, n, i, flx_lanes_where(a * p, a) + flx_lanes_where(b * q, b));
    }
}

/** g[i] = adiv(g[i], y, z). */
static inline void flx_lanes_adiv(size_t n, double *g, double y, double z)
{
    const double divisor = z != z ? z : y;
    size_t i;
    for (i = 0; i < n; i += FLX_LANES) {
        const flx_lanes a = flx_lanes_load(g, n, i);
        flx_lanes_store(g, n, i, flx_lanes_where(a / divisor, a));
    }
}

/** g[i] = adiv(g[i] - amul(h[i], z), y, z): the derivatives of a quotient z = x/y. */
static inline void flx_lanes_quotient(size_t n, double *g, const double *h, double y, double z)
{
    size_t i;
    for (i = 0; i < n; i += FLX_LANES) {
        const flx_lanes b = flx_lanes_load(h, n, i);
        flx_lanes_store(g, n, i, flx_lanes_load(g, n, i) - flx_lanes_where(b * z, b));
    }
    flx_lanes_adiv(n, g, y, z);
}

FLX_END_DECLS

#endif
