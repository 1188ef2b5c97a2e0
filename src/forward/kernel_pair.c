/* kernel_pair.c: see kernel_pair.h. */
#include "forward/kernel_pair.h"

#include "forward/kernel_blocks.h"

static inline void pair_block(size_t count, size_t k, const double *d, double sign, double *s,
                              size_t ss, double *c, size_t sc)
{
    double for_s[BLOCK], for_c[BLOCK], vs[BLOCK + 1], vc[BLOCK + 1];
    older_sums(count, k, d, c, sc, for_s);
    older_sums(count, k, d, s, ss, for_c);
    vs[0] = s[(k - 1) * ss];
    vc[0] = c[(k - 1) * sc];
#pragma GCC unroll 4
    for (size_t n = 0; n < count; n++) {
        const double p = flx_recur_per(k + n);
        vs[n + 1] = complete(n, for_s[n], d, vc) * p;
        vc[n + 1] = complete(n, for_c[n], d, vs) * (sign * p);
        s[(k + n) * ss] = vs[n + 1];
        c[(k + n) * sc] = vc[n + 1];
    }
}

/* What follows the first coefficients. */
static inline void plain_pair(size_t order, const double *d, double sign, double *s, size_t ss,
                              double *c, size_t sc)
{
    size_t k = FLX_FIRST + 1;
    for (; k + 3 <= order; k += BLOCK) pair_block(BLOCK, k, d, sign, s, ss, c, sc);
    switch (order + 1 - k) {
    case 3: pair_block(3, k, d, sign, s, ss, c, sc); break;
    case 2: pair_block(2, k, d, sign, s, ss, c, sc); break;
    case 1: pair_block(1, k, d, sign, s, ss, c, sc); break;
    default: break;
    }
}

/* The first eight of both; returns whether that is all. */
static inline int pair_eight(const flx_argument *x, double sign, double *s, size_t ss, double *c,
                             size_t sc)
{
    double of_s[FLX_FIRST_ROOM] = {s[0]}, of_c[FLX_FIRST_ROOM] = {c[0]};
    if (!flx_first_large_of(fabs(s[0]) + fabs(c[0]), FLX_FIRST, x)
        || !flx_pair_eight(FLX_FIRST, x, sign, of_s, of_c, s, ss))
        return 0;
    flx_first_store(FLX_FIRST, of_c, c, sc);
    return 1;
}

/* Those of the first coefficients of both that need no rule of zeros; returns how many. */
static size_t pair_few(size_t count, const flx_argument *x, double sign, double *s, size_t ss,
                       double *c, size_t sc)
{
    const size_t most = flx_first_most(fabs(s[0]) + fabs(c[0]), count, x);
    flx_pair_up_to_8(most, x, sign, s[0], c[0], s, ss);
    flx_pair_up_to_8(most, x, sign, c[0], sign * s[0], c, sc);
    const size_t of_s = flx_first_finite(most, s, ss), of_c = flx_first_finite(most, c, sc);
    return of_s < of_c ? of_s : of_c;
}

void flx_pair_both(size_t order, const flx_argument *x, double sign, double *s, size_t ss,
                   double *c, size_t sc)
{
    const double *d = x->d;
    size_t k;
    if (order > FLX_FIRST && pair_eight(x, sign, s, ss, c, sc)) {
        if (ss == 1 && sc == 1) plain_pair(order, d, sign, s, 1, c, 1);
        else plain_pair(order, d, sign, s, ss, c, sc);
        k = first_not_finite(order, s, ss, c, sc);
    } else {
        k = 1 + pair_few(order < FLX_FIRST ? order : FLX_FIRST, x, sign, s, ss, c, sc);
        if (order <= FLX_FIRST) flx_recur_derivative(order, x->stride, x->x, x->rate, x->d);
    }
    for (; k <= order; k++) {
        const double next = flx_recur_dot(k, k, d, 1, c, sc) * flx_recur_per(k);
        c[k * sc] = flx_recur_dot(k, k, d, 1, s, ss) * (sign * flx_recur_per(k));
        s[k * ss] = next;
    }
}
