/* kernel_riccati.h: tan, tanh, sigmoid: functions whose derivative is a polynomial of degree two in
 * themselves. */
#ifndef FLUXION_FORWARD_KERNEL_RICCATI_H
#define FLUXION_FORWARD_KERNEL_RICCATI_H

#include "forward/kernel_first.h"

/* y, whose derivative by the argument is s = s[0] + 2*half*(y - y[0]) + bend*(y - y[0])^2. s[0] is not
 * formed from y[0], so it keeps its relative accuracy in the tails. half comes with what rounding took
 * from it; `still` is half^2 - bend*s, which is the same everywhere. */
typedef struct flx_riccati {
    double s, half, half_low, bend, still;
} flx_riccati;

/* The derivatives over factorials of y by its argument, divided by s. */
static inline void flx_riccati_derivatives(const flx_riccati *r, double *f)
{
    const double third = r->still * (1.0 / 3.0), still2 = r->still * r->still;
    f[1] = 1.0;
    f[2] = r->half;
    f[3] = (r->half * r->half - third) + 2.0 * r->half * r->half_low;
    f[4] = r->half * (f[3] - third);
    f[5] = (f[3] + third) * (r->bend * r->s) + still2 * (2.0 / 15.0);
    f[6] = r->half * (f[3] * (r->bend * r->s) + still2 * (2.0 / 45.0));
}

/* The newest y, and the newest s without what is slope*y. */
typedef struct flx_riccati_state {
    double y, rest;
} flx_riccati_state;

/* s[k], from y[k] and half the sum of y[j]*y[k-j] over j = 1..k-1. */
static inline double flx_riccati_slope(const flx_riccati *r, double square, flx_riccati_state *at)
{
    at->rest = (r->bend + r->bend) * square;
    return (r->half + r->half) * at->y + at->rest;
}

/* y[k], p being 1/k, from the sum of what is older than s[k-1] and from s[k-1] in its two parts. */
static inline double flx_riccati_step(double p, double sum, const double *d, const flx_riccati *r,
                                      const flx_riccati_state *at)
{
    return ((sum + d[1] * at->rest) + d[1] * (r->half + r->half) * at->y) * p;
}

/* That half sum, k up to 8. */
__attribute__((always_inline)) static inline double flx_riccati_square(size_t k, const double *y)
{
    const size_t middle = k / 2;
    if (k == 1) return 0.0;
    double half = y[middle] * (k % 2 == 0 ? 0.5 * y[middle] : y[middle + 1]);
#pragma GCC unroll 3
    for (size_t j = middle - 1; j >= 1; j--) half += y[j] * y[k - j];
    return half;
}

/* y[k] and s[k], k = 7, 8. */
__attribute__((always_inline)) static inline double flx_riccati_next(size_t k, const double *d,
                                                                     const flx_riccati *r,
                                                                     double *y, double *s,
                                                                     flx_riccati_state *at)
{
    y[k] = flx_riccati_step(1.0 / (double)k, flx_first_sum(k, d, s), d, r, at);
    at->y = y[k];
    s[k] = flx_riccati_slope(r, flx_riccati_square(k, y), at);
    return y[k];
}

/* The first coefficients y[1..] and s[1..], s[0] and more than six of them, y in z too; returns whether
 * all are finite: the last contains a product with each one before. */
__attribute__((always_inline)) static inline int
flx_riccati_up_to(size_t count, const flx_argument *x, const flx_riccati *r, double *y, double *s,
                  flx_riccati_state *at, double *z, size_t stride)
{
    double f[FLX_COMPOSED + 1], d[FLX_FIRST_ROOM];
    flx_riccati_derivatives(r, f);
    flx_first_compose(FLX_COMPOSED, x, f, r->s, 1.0, y, 1);
    s[0] = r->s;
#pragma GCC unroll 6
    for (size_t k = 1; k <= FLX_COMPOSED; k++) {
        d[k] = (double)k * flx_argument_at(x, k);
        at->y = y[k];
        s[k] = flx_riccati_slope(r, flx_riccati_square(k, y), at);
    }
    flx_first_store(FLX_COMPOSED, y, z, stride);
    d[7] = 7.0 * flx_argument_at(x, 7);
    z[7 * stride] = flx_riccati_next(7, d, r, y, s, at);
    if (count == 7) return isfinite(y[7]);
    d[8] = 8.0 * flx_argument_at(x, 8);
    z[8 * stride] = flx_riccati_next(8, d, r, y, s, at);
    return isfinite(y[8]);
}

/* No more than these; returns the same. */
__attribute__((always_inline)) static inline int flx_riccati_composed(size_t count,
                                                                      const flx_argument *x,
                                                                      const flx_riccati *r,
                                                                      double *y, size_t sy)
{
    double f[FLX_COMPOSED + 1];
    flx_riccati_derivatives(r, f);
    return isfinite(flx_first_compose(count, x, f, r->s, 1.0, y, sy));
}

/* The first coefficients y[1..], count up to 8; returns whether all are finite. A count that is known
 * where it is compiled asks nothing on the way and forms no derivative that it does not need. */
static inline int flx_riccati_to_8(size_t count, const flx_argument *x, const flx_riccati *r,
                                   double *y, size_t sy)
{
    double of_y[FLX_FIRST_ROOM], of_s[FLX_FIRST_ROOM];
    flx_riccati_state at;
    switch (count) {
    case 4: return flx_riccati_composed(4, x, r, y, sy);
    case 5: return flx_riccati_composed(5, x, r, y, sy);
    case 6: return flx_riccati_composed(6, x, r, y, sy);
    case 7:
    case 8: return flx_riccati_up_to(count, x, r, of_y, of_s, &at, y, sy);
    default: return flx_riccati_composed(count, x, r, y, sy);
    }
}

/* The same; returns whether none is left to do. */
static inline int flx_riccati_first(size_t count, const flx_argument *x, const flx_riccati *r,
                                    double *y, size_t sy)
{
    return flx_first_large_of(fabs(r->half), count, x) && flx_riccati_to_8(count, x, r, y, sy);
}

/* y[1..] and s, from r; y[0] is not used. */
void flx_riccati_both(size_t order, const flx_argument *x, const flx_riccati *r, double *y,
                      size_t sy, double *s, size_t ss);

/* s alone, whose first coefficients are composed as well: as sums they would cancel. y: order+1. */
void flx_riccati_s(size_t order, const flx_argument *x, const flx_riccati *r, double *y, double *s,
                   size_t ss);

/* y alone. s: order+1. */
void flx_riccati_y(size_t order, const flx_argument *x, const flx_riccati *r, double *y, size_t sy,
                   double *s);

#endif
