/* kernel_riccati.c: see kernel_riccati.h. */
#include "forward/kernel_riccati.h"

#include "forward/kernel_blocks.h"

/* Adds the products of y[from .. k-1], an even number of them, to four such sums in two parts. */
static inline void newer_squares(size_t from, size_t k, const double *y, const flx_two *even,
                                 const flx_two *odd, double *sum)
{
    flx_two e0 = even[0], e1 = even[1], o0 = odd[0], o1 = odd[1];
    for (size_t j = from; j + 1 < k; j += 2) {
        const double *at = y + (k - j);
        const flx_two one = flx_two_of(y[j]), two = flx_two_of(y[j + 1]);
        e0 += flx_two_at(at) * one;
        e1 += flx_two_at(at + 2) * one;
        o0 += flx_two_at(at - 1) * two;
        o1 += flx_two_at(at + 1) * two;
    }
    e0 += o0;
    e1 += o1;
    memcpy(sum, &e0, sizeof e0);
    memcpy(sum + 2, &e1, sizeof e1);
}

/* What y[1 .. k-1] contribute to half the sums of y[j]*y[k+n-j] over all j, n = 0..3, of which
 * the two halves are equal: from the middle on. */
static inline void older_squares(size_t count, size_t k, const double *y, size_t sy, double *sum)
{
    const size_t h = (k - 1) / 2;
    const double y0 = y[h * sy], y1 = y[(h + 1) * sy], y2 = y[(h + 2) * sy];
    const flx_two even[2] = {{y1 * y0, 0.5 * y1 * y1}, {0.0, 0.0}};
    const flx_two odd[2] = {{y2 * y[(h - 1) * sy], y2 * y0}, {y2 * y1, 0.5 * y2 * y2}};
    if (sy == 1 && count == BLOCK) {
        newer_squares(h + 3, k, y, even, odd, sum);
        return;
    }
    for (size_t n = 0; n < count; n++) {
        const double *at = y + (k + n) * sy;
        double one = even[n / 2][n % 2], two = odd[n / 2][n % 2];
        for (size_t j = h + 3; j + 1 < k; j += 2) {
            one += *(at - j * sy) * y[j * sy];
            two += *(at - (j + 1) * sy) * y[(j + 1) * sy];
        }
        sum[n] = one + two;
    }
}

/* Half the square n of the block at k, with the y in it, w. */
static inline double square_in_block(size_t n, double sum, const double *w, const double *y,
                                     size_t sy)
{
#pragma GCC unroll 3
    for (size_t i = 0; i < n; i++) sum += w[i] * y[(n - i) * sy];
    return sum;
}

static inline void riccati_block(size_t count, size_t k, const double *d, const flx_riccati *r,
                                 flx_riccati_state *at, double *y, size_t sy, double *s, size_t ss)
{
    double sum[BLOCK], square[BLOCK], v[BLOCK + 1], w[BLOCK];
    older_sums(count, k, d, s, ss, sum);
    older_squares(count, k, y, sy, square);
    v[0] = s[(k - 1) * ss];
#pragma GCC unroll 4
    for (size_t n = 0; n < count; n++) {
        const double older = older_in_block(n, sum[n], d, v);
        const double half = square_in_block(n, square[n], w, y, sy);
        at->y = flx_riccati_step(flx_recur_per(k + n), older, d, r, at);
        w[n] = at->y;
        v[n + 1] = flx_riccati_slope(r, half, at);
        y[(k + n) * sy] = at->y;
        s[(k + n) * ss] = v[n + 1];
    }
}

/* The first eight; returns whether that is all. */
static inline int riccati_eight(const flx_argument *x, const flx_riccati *r, double *y, size_t sy,
                                double *s, size_t ss, flx_riccati_state *at)
{
    double of_y[FLX_FIRST_ROOM], of_s[FLX_FIRST_ROOM];
    flx_riccati_state newest; /* no part of memory that y may be */
    if (!flx_first_large_of(fabs(r->half), FLX_FIRST, x)
        || !flx_riccati_up_to(FLX_FIRST, x, r, of_y, of_s, &newest, y, sy))
        return 0;
    *at = newest;
    flx_first_store(FLX_FIRST, of_s, s, ss);
    return 1;
}

/* What follows them; returns the number of the first that is left to do. */
static inline size_t plain_riccati(size_t order, const double *d, const flx_riccati *r,
                                   flx_riccati_state at, double *y, size_t sy, double *s, size_t ss)
{
    size_t k = FLX_FIRST + 1;
    for (; k + 3 <= order; k += BLOCK) riccati_block(BLOCK, k, d, r, &at, y, sy, s, ss);
    switch (order + 1 - k) {
    case 3: riccati_block(3, k, d, r, &at, y, sy, s, ss); break;
    case 2: riccati_block(2, k, d, r, &at, y, sy, s, ss); break;
    case 1: riccati_block(1, k, d, r, &at, y, sy, s, ss); break;
    default: break;
    }
    return first_not_finite(order, y, sy, s, ss);
}

/* Those of the first coefficients that need no rule of zeros; returns how many. */
static size_t riccati_few(size_t count, const flx_argument *x, const flx_riccati *r, double *y,
                          size_t sy)
{
    const size_t most = flx_first_most(fabs(r->half), count, x);
    flx_riccati_to_8(most, x, r, y, sy);
    return flx_first_finite(most, y, sy);
}

/* s[1..count] of these, as flx_riccati_up_to makes them. */
static void slopes_of(size_t count, const flx_riccati *r, const double *y, size_t sy, double *s,
                      size_t ss)
{
    double of_y[FLX_FIRST_ROOM];
    flx_riccati_state at;
    for (size_t k = 1; k <= count; k++) {
        at.y = of_y[k] = y[k * sy];
        s[k * ss] = flx_riccati_slope(r, flx_riccati_square(k, of_y), &at);
    }
}

/* s[k], which may not be finite: half is 0 where y is odd. */
static double slope_by_term(size_t k, const flx_riccati *r, const double *y, size_t sy)
{
    return flx_double_smul(2.0 * r->half, y[k * sy]) + r->bend * flx_recur_inner_square(k, y, sy);
}

void flx_riccati_both(size_t order, const flx_argument *x, const flx_riccati *r, double *y,
                      size_t sy, double *s, size_t ss)
{
    const double *d = x->d;
    flx_riccati_state at;
    size_t k;
    s[0] = r->s;
    if (order > FLX_FIRST && riccati_eight(x, r, y, sy, s, ss, &at)) {
        if (sy == 1 && ss == 1) k = plain_riccati(order, d, r, at, y, 1, s, 1);
        else k = plain_riccati(order, d, r, at, y, sy, s, ss);
    } else {
        k = 1 + riccati_few(order < FLX_FIRST ? order : FLX_FIRST, x, r, y, sy);
        slopes_of(k - 1, r, y, sy, s, ss);
        if (order <= FLX_FIRST) flx_recur_derivative(order, x->stride, x->x, x->rate, x->d);
    }
    for (; k <= order; k++) {
        const double sum = flx_recur_dot(k, k, d, 1, s, ss);
        y[k * sy] = sum * flx_recur_per(k);
        s[k * ss] = slope_by_term(k, r, y, sy);
    }
}

void flx_riccati_s(size_t order, const flx_argument *x, const flx_riccati *r, double *y, double *s,
                   size_t ss)
{
    const size_t count = order < FLX_COMPOSED ? order : FLX_COMPOSED - 1;
    const size_t most = flx_first_most(fabs(r->half), count, x);
    double f[FLX_FIRST_ROOM], of_s[FLX_FIRST_ROOM];
    flx_riccati_both(order, x, r, y, 1, s, ss);
    flx_riccati_derivatives(r, f);
    for (size_t k = 1; k < FLX_COMPOSED; k++) f[k] = (double)(k + 1) * f[k + 1];
    flx_first_compose(most, x, f, r->s, 1.0, of_s, 1);
    const size_t m = flx_first_finite(most, of_s, 1);
    for (size_t k = 2; k <= m; k++) s[k * ss] = of_s[k]; /* the first is one product either way */
}

void flx_riccati_y(size_t order, const flx_argument *x, const flx_riccati *r, double *y, size_t sy,
                   double *s)
{
    if (order > FLX_FIRST || !flx_riccati_first(order, x, r, y, sy))
        flx_riccati_both(order, x, r, y, sy, s, 1);
}
