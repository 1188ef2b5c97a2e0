/* kernel_recur.c: see kernel_recur.h. */
#include "forward/kernel_recur.h"

#include "forward/kernel_first.h"

double flx_recur_dot_by_term(size_t k, size_t m, const double *a, size_t sa, const double *b,
                             size_t sb)
{
    double sum = 0.0;
    for (size_t j = 1; j <= m; j++) {
        const double aj = a[j * sa], bj = b[(k - j) * sb];
        sum += j < k ? flx_double_smul(aj, bj) : flx_double_amul(aj, bj);
    }
    return sum;
}

double flx_recur_inner_square_by_term(size_t k, const double *a, size_t sa)
{
    double sum = 0.0;
    for (size_t j = 1; j < k; j++) sum += flx_double_smul(a[j * sa], a[(k - j) * sa]);
    return sum;
}

void flx_recur_derivative(size_t order, size_t stride, const double *x, double c, double *out)
{
    flx_two real_j = {1.0, 2.0};
    size_t j = 1;
    for (; stride == 1 && j + 1 <= order; j += 2, real_j += flx_two_of(2.0)) {
        const flx_two two = flx_two_of(c) * real_j * flx_two_at(x + j);
        memcpy(out + j, &two, sizeof two);
    }
    for (; j <= order; j++) out[j] = c * (double)j * x[j * stride];
}

int flx_recur_exponent(size_t order, size_t stride, const double *x)
{
    double largest = 0.0;
    for (size_t j = 0; j <= order; j++) {
        const double a = fabs(x[j * stride]);
        if (a > largest && isfinite(a)) largest = a;
    }
    const int e = largest > 0.0 ? ilogb(largest) : 0;
    /* x[0], often a divisor, keeps all of its bits. */
    const int most = x[0] != 0.0 && isfinite(x[0]) ? ilogb(x[0]) + 1022 - 52 : e;
    return e < most ? e : most;
}

void flx_recur_scale(size_t order, size_t stride, const double *x, int e, double *out)
{
    /* Two factors: 2^-e alone may not be a double. */
    const double f = ldexp(1.0, -(e / 2)), g = ldexp(1.0, -(e - e / 2));
    for (size_t j = 0; j <= order; j++) out[j] = x[j * stride] * f * g;
}

int flx_recur_is_finite(size_t order, size_t stride, const double *x)
{
    for (size_t k = 0; k <= order; k++)
        if (!isfinite(x[k * stride])) return 0;
    return 1;
}

int flx_recur_slowness(size_t order, size_t stride, const double *x, int e)
{
    int slowness = 0;
    if (!flx_recur_is_finite(order, stride, x)) return 0;
    for (size_t k = 1; k <= order; k++) {
        const int over = x[k * stride] != 0.0 ? ilogb(x[k * stride]) + 1 - e : 0;
        const int needed = -((over + (int)k - 1) / (int)k);
        if (over > 0 && needed < slowness) slowness = needed;
    }
    return slowness;
}

const double flx_recur_reciprocal[FLX_RECUR_RECIPROCALS] = {
    0.0,        1.0,        1.0 / 2.0,  1.0 / 3.0,  1.0 / 4.0,  1.0 / 5.0,  1.0 / 6.0,  1.0 / 7.0,
    1.0 / 8.0,  1.0 / 9.0,  1.0 / 10.0, 1.0 / 11.0, 1.0 / 12.0, 1.0 / 13.0, 1.0 / 14.0, 1.0 / 15.0,
    1.0 / 16.0, 1.0 / 17.0, 1.0 / 18.0, 1.0 / 19.0, 1.0 / 20.0, 1.0 / 21.0, 1.0 / 22.0, 1.0 / 23.0,
    1.0 / 24.0, 1.0 / 25.0, 1.0 / 26.0, 1.0 / 27.0, 1.0 / 28.0, 1.0 / 29.0, 1.0 / 30.0, 1.0 / 31.0};

/* Recurrences whose k-th coefficient needs the sum of d[k-i]*z[i] over i = 0..k-1 are computed
 * in blocks of four, which begin at k = 1, 5, 9, ...: what is older than a block is added up for
 * its sums side by side, even and odd i apart, so that additions need not wait for one another.
 * Then each sum is completed in its turn, the newest product last, for all that follows waits
 * for it. How a coefficient is computed depends on k alone, not on the order of the series.
 *
 * That is for series of ordinary numbers. From the first coefficient on that is not finite, sums
 * are formed again, term by term where they are NaN, by the rule of zeros. */
enum { BLOCK = FLX_FIRST };

/* What z[0 .. k-2], an even number of them, contribute to the sums k .. k+count-1, count = 1..4,
 * two of them in a register and an odd one alone. */
static inline void older_sums(size_t count, size_t k, const double *d, const double *z, size_t sz,
                              double *sum)
{
    flx_two even[2] = {{0.0}}, odd[2] = {{0.0}};
    double last_even = 0.0, last_odd = 0.0;
    for (size_t i = 0; i + 2 < k; i += 2) {
        const double *at = d + (k - i);
        const double one = z[i * sz], two = z[(i + 1) * sz];
        for (size_t n = 0; n + 1 < count; n += 2) {
            even[n / 2] += flx_two_at(at + n) * flx_two_of(one);
            odd[n / 2] += flx_two_at(at + n - 1) * flx_two_of(two);
        }
        if (count % 2 == 0) continue;
        last_even += at[count - 1] * one;
        last_odd += *(at + count - 2) * two;
    }
    even[0] += odd[0];
    even[1] += odd[1];
    memcpy(sum, even, sizeof even);
    if (count % 2 == 1) sum[count - 1] = last_even + last_odd;
}

/* Sum n of a block without its newest product; v: the z before the block, and those in it. */
static inline double older_in_block(size_t n, double sum, const double *d, const double *v)
{
#pragma GCC unroll 3
    for (size_t i = 0; i < n; i++) sum += d[n + 1 - i] * v[i];
    return sum;
}

/* The whole sum: what the block itself contributes is added up apart. */
static inline double complete(size_t n, double sum, const double *d, const double *v)
{
    double own = 0.0;
    if (n == 0) return sum + d[1] * v[0];
#pragma GCC unroll 3
    for (size_t i = 1; i <= n; i++) own += d[n + 1 - i] * v[i];
    return (sum + d[n + 1] * v[0]) + own;
}

/* The first index from 1 on where a or b, which make each other's coefficients, is not finite,
 * order+1 where there is none. The last two contain a product with each one before them, so they
 * tell. */
static inline size_t first_not_finite(size_t order, const double *a, size_t sa, const double *b,
                                      size_t sb)
{
    size_t k = 1;
    if (isfinite(a[order * sa]) && isfinite(b[order * sb])) return order + 1;
    while (k <= order && isfinite(a[k * sa]) && isfinite(b[k * sb])) k++;
    return k;
}

static inline void exp_block(size_t count, size_t k, const double *d, double *z, size_t sz)
{
    double sum[BLOCK], v[BLOCK + 1];
    older_sums(count, k, d, z, sz, sum);
    v[0] = z[(k - 1) * sz];
#pragma GCC unroll 4
    for (size_t n = 0; n < count; n++) {
        v[n + 1] = complete(n, sum[n], d, v) * flx_recur_per(k + n);
        z[(k + n) * sz] = v[n + 1];
    }
}

static inline void plain_exp(size_t order, const double *d, double *z, size_t sz)
{
    size_t k = 1;
    if (order >= BLOCK) exp_block(BLOCK, 1, d, z, sz);
    if (order >= BLOCK) k += BLOCK;
    for (; k + 3 <= order; k += BLOCK) exp_block(BLOCK, k, d, z, sz);
    switch (order + 1 - k) {
    case 3: exp_block(3, k, d, z, sz); break;
    case 2: exp_block(2, k, d, z, sz); break;
    case 1: exp_block(1, k, d, z, sz); break;
    default: break;
    }
}

void flx_recur_exp(size_t order, size_t stride, const double *d, double *z)
{
    if (stride == 1) plain_exp(order, d, z, 1);
    else plain_exp(order, d, z, stride);
    for (size_t k = first_not_finite(order, z, stride, z, stride); k <= order; k++)
        z[k * stride] = flx_recur_dot(k, k, d, 1, z, stride) * flx_recur_per(k);
}

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

/* From coefficient 5 on: the second block apart, where all is known but the numbers. */
static inline void plain_pair(size_t order, const double *d, double sign, double *s, size_t ss,
                              double *c, size_t sc)
{
    size_t k = 2 * BLOCK + 1;
    switch (order) {
    case 5: pair_block(1, 5, d, sign, s, ss, c, sc); return;
    case 6: pair_block(2, 5, d, sign, s, ss, c, sc); return;
    case 7: pair_block(3, 5, d, sign, s, ss, c, sc); return;
    default: pair_block(4, 5, d, sign, s, ss, c, sc);
    }
    for (; k + 3 <= order; k += BLOCK) pair_block(BLOCK, k, d, sign, s, ss, c, sc);
    switch (order + 1 - k) {
    case 3: pair_block(3, k, d, sign, s, ss, c, sc); break;
    case 2: pair_block(2, k, d, sign, s, ss, c, sc); break;
    case 1: pair_block(1, k, d, sign, s, ss, c, sc); break;
    default: break;
    }
}

flx_argument flx_recur_argument(size_t order, size_t stride, const double *x, double rate,
                                double *d)
{
    if (order > FLX_FIRST) flx_recur_derivative(order, stride, x, rate, d);
    return (flx_argument){stride, x, rate, d};
}

/* rate*x[1..count]. */
static inline void increments(size_t count, const flx_argument *x, double *h)
{
#pragma GCC unroll 4
    for (size_t k = 1; k <= count; k++) h[k] = x->rate * x->x[k * x->stride];
}

/* Sine and cosine of either kind at the leading coefficient of their argument, and where the further
 * ones go; c is NULL where only s is wanted. */
typedef struct pair {
    double s0, c0, sign;
    double *s, *c;
    size_t ss, sc;
} pair;

static inline void pair_put(size_t k, const pair *p, double even, double odd)
{
    p->s[k * p->ss] = even * p->s0 + odd * p->c0;
    if (p->c) p->c[k * p->sc] = even * p->c0 + odd * (p->sign * p->s0);
}

/* The first coefficients; returns how many. For an increment h of the argument s becomes even(h)*s +
 * odd(h)*c, and c even(h)*c + sign*odd(h)*s. */
static inline size_t pair_first(size_t count, const flx_argument *x, const pair *p)
{
    double h[FLX_FIRST + 1] = {0.0};
    increments(count, x, h);
    const size_t m = flx_first_count_of(fabs(p->s0) + fabs(p->c0), count, h);
    if (m == 0) return 0;
    p->s[p->ss] = h[1] * p->c0;
    if (p->c) p->c[p->sc] = h[1] * (p->sign * p->s0);
    if (m == 1) return 1;
    const double two = h[1] * h[1], half = 0.5 * p->sign * two;
    pair_put(2, p, half, h[2]);
    if (m == 2) return 2;
    pair_put(3, p, p->sign * (h[1] * h[2]), h[3] + half * h[1] * (1.0 / 3.0));
    if (m == 3) return 3;
    pair_put(4, p, p->sign * (h[1] * h[3] + 0.5 * h[2] * h[2]) + two * two * (1.0 / 24.0),
             h[4] + half * h[2]);
    return 4;
}

void flx_recur_pair(size_t order, const flx_argument *x, double sign, double *s, size_t ss,
                    double *c, size_t sc)
{
    const pair p = {s[0], c[0], sign, s, c, ss, sc};
    const size_t m = order >= FLX_FIRST ? pair_first(FLX_FIRST, x, &p) : pair_first(order, x, &p);
    const double *d = x->d;
    size_t k = m + 1;
    if (m == order) return;
    if (order <= FLX_FIRST) flx_recur_derivative(order, x->stride, x->x, x->rate, x->d);
    if (m == FLX_FIRST) {
        if (ss == 1 && sc == 1) plain_pair(order, d, sign, s, 1, c, 1);
        else plain_pair(order, d, sign, s, ss, c, sc);
        k = first_not_finite(order, s, ss, c, sc);
    }
    for (; k <= order; k++) {
        const double next = flx_recur_dot(k, k, d, 1, c, sc) * flx_recur_per(k);
        c[k * sc] = flx_recur_dot(k, k, d, 1, s, ss) * (sign * flx_recur_per(k));
        s[k * ss] = next;
    }
}

void flx_recur_pair_s(size_t order, const flx_argument *x, double sign, double *s, size_t ss,
                      double *c)
{
    const pair p = {s[0], c[0], sign, s, NULL, ss, 0};
    if (order == FLX_FIRST && pair_first(FLX_FIRST, x, &p) == order) return;
    if (order < FLX_FIRST && pair_first(order, x, &p) == order) return;
    flx_recur_pair(order, x, sign, s, ss, c, 1);
}

/* Adds the products of y[from .. k-1], an even number of them, to four such sums in two parts. */
static inline void newer_squares(size_t from, size_t k, const double *y, const double *even,
                                 const double *odd, double *sum)
{
    flx_two e0 = flx_two_at(even), e1 = flx_two_at(even + 2);
    flx_two o0 = flx_two_at(odd), o1 = flx_two_at(odd + 2);
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
    double even[BLOCK] = {0.0}, odd[BLOCK] = {0.0};
    const double y0 = y[h * sy], y1 = y[(h + 1) * sy], y2 = y[(h + 2) * sy];
    even[0] = y1 * y0;
    odd[0] = y2 * y[(h - 1) * sy];
    even[1] = 0.5 * y1 * y1;
    odd[1] = y2 * y0;
    odd[2] = y2 * y1;
    odd[3] = 0.5 * y2 * y2;
    if (sy == 1 && count == BLOCK) {
        newer_squares(h + 3, k, y, even, odd, sum);
        return;
    }
    for (size_t n = 0; n < count; n++) {
        const double *at = y + (k + n) * sy;
        for (size_t j = h + 3; j + 1 < k; j += 2) {
            even[n] += *(at - j * sy) * y[j * sy];
            odd[n] += *(at - (j + 1) * sy) * y[(j + 1) * sy];
        }
        sum[n] = even[n] + odd[n];
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

/* The newest y, and the newest s without slope*y. */
typedef struct riccati_state {
    double y, rest;
} riccati_state;

/* s[k], from y[k] and half the square k. */
static inline double riccati_slope(const flx_riccati *r, double square, riccati_state *at)
{
    at->rest = (r->bend + r->bend) * square;
    return r->slope * at->y + (r->slope_low * at->y + at->rest);
}

/* y[k], p being 1/k, from the sum of what is older than s[k-1] and from s[k-1] in its two parts. */
static inline double riccati_step(size_t k, double p, double sum, const double *d,
                                  const flx_riccati *r, const riccati_state *at)
{
    const double before = (sum + d[k] * r->s_low) + d[1] * at->rest;
    return ((before + d[1] * r->slope_low * at->y) + d[1] * r->slope * at->y) * p;
}

/* The derivatives over factorials of y by its argument. */
static inline void riccati_derivatives(const flx_riccati *r, double *f)
{
    const double low = 2.0 * r->slope * r->slope_low, bend = r->bend + r->bend, bend4 = 4.0 * bend;
    const double square = r->slope * r->slope, product = r->s * r->slope;
    f[1] = r->s + r->s_low;
    f[2] = 0.5 * (product + (r->s * r->slope_low + r->s_low * r->slope));
    f[3] = r->s * (1.0 / 6.0) * ((square + bend * r->s) + (low + bend * r->s_low));
    f[4] = product * (1.0 / 24.0) * ((square + bend4 * r->s) + (low + bend4 * r->s_low));
}

/* The first coefficients; returns how many. */
static inline size_t riccati_first(size_t count, const flx_argument *x, const flx_riccati *r,
                                   double *y, size_t sy)
{
    double h[FLX_FIRST + 1] = {0.0}, f[FLX_FIRST + 1];
    increments(count, x, h);
    const size_t m = flx_first_count_of(fabs(r->slope), count, h);
    riccati_derivatives(r, f);
    if (m == count) flx_first_compose(count, h, f, y, sy); /* all of them known here */
    else flx_first_compose(m, h, f, y, sy);
    return m;
}

/* s[1..count] of these, and the state after them. */
static inline riccati_state first_slopes(size_t count, const flx_riccati *r, const double *y,
                                         size_t sy, double *s, size_t ss)
{
    riccati_state at = {0.0, 0.0};
    double half[BLOCK + 1] = {0.0};
    if (count > 1) half[2] = 0.5 * y[sy] * y[sy];
    if (count > 2) half[3] = y[sy] * y[2 * sy];
    if (count > 3) half[4] = y[sy] * y[3 * sy] + 0.5 * y[2 * sy] * y[2 * sy];
#pragma GCC unroll 4
    for (size_t k = 1; k <= count; k++) {
        at.y = y[k * sy];
        s[k * ss] = riccati_slope(r, half[k], &at);
    }
    return at;
}

static inline void riccati_block(size_t count, size_t k, const double *d, const flx_riccati *r,
                                 riccati_state *at, double *y, size_t sy, double *s, size_t ss)
{
    double sum[BLOCK], square[BLOCK], v[BLOCK + 1], w[BLOCK];
    older_sums(count, k, d, s, ss, sum);
    older_squares(count, k, y, sy, square);
    v[0] = s[(k - 1) * ss];
#pragma GCC unroll 4
    for (size_t n = 0; n < count; n++) {
        const double older = older_in_block(n, sum[n], d, v);
        const double half = square_in_block(n, square[n], w, y, sy);
        at->y = riccati_step(k + n, flx_recur_per(k + n), older, d, r, at);
        w[n] = at->y;
        v[n + 1] = riccati_slope(r, half, at);
        y[(k + n) * sy] = at->y;
        s[(k + n) * ss] = v[n + 1];
    }
}

/* More than four coefficients; returns the first that is left to do. The second block is apart as
 * well. */
static inline size_t plain_riccati(size_t order, const flx_argument *x, const flx_riccati *r,
                                   double *y, size_t sy, double *s, size_t ss)
{
    const double *d = x->d;
    const size_t m = riccati_first(FLX_FIRST, x, r, y, sy);
    riccati_state at = first_slopes(m, r, y, sy, s, ss);
    size_t k = 2 * BLOCK + 1;
    if (m < FLX_FIRST) return m + 1;
    switch (order) {
    case 5: riccati_block(1, 5, d, r, &at, y, sy, s, ss); break;
    case 6: riccati_block(2, 5, d, r, &at, y, sy, s, ss); break;
    case 7: riccati_block(3, 5, d, r, &at, y, sy, s, ss); break;
    default: riccati_block(4, 5, d, r, &at, y, sy, s, ss);
    }
    for (; k + 3 <= order; k += BLOCK) riccati_block(BLOCK, k, d, r, &at, y, sy, s, ss);
    switch (order + 1 - k) {
    case 3: riccati_block(3, k, d, r, &at, y, sy, s, ss); break;
    case 2: riccati_block(2, k, d, r, &at, y, sy, s, ss); break;
    case 1: riccati_block(1, k, d, r, &at, y, sy, s, ss); break;
    default: break;
    }
    return first_not_finite(order, y, sy, s, ss);
}

void flx_recur_riccati(size_t order, const flx_argument *x, const flx_riccati *r, double *y,
                       size_t sy, double *s, size_t ss)
{
    const double *d = x->d;
    size_t k;
    s[0] = r->s;
    if (order <= FLX_FIRST) {
        k = riccati_first(order, x, r, y, sy) + 1;
        first_slopes(k - 1, r, y, sy, s, ss);
        if (k <= order) flx_recur_derivative(order, x->stride, x->x, x->rate, x->d);
    } else if (sy == 1 && ss == 1) {
        k = plain_riccati(order, x, r, y, 1, s, 1);
    } else {
        k = plain_riccati(order, x, r, y, sy, s, ss);
    }
    for (; k <= order; k++) {
        const double sum = flx_recur_dot(k, k, d, 1, s, ss);
        const double next = flx_recur_give_back(sum, d[k] * r->s_low) * flx_recur_per(k);
        y[k * sy] = next;
        s[k * ss] = flx_recur_give_back(r->slope * next, r->slope_low * next)
                    + r->bend * flx_recur_inner_square(k, y, sy);
    }
}

void flx_recur_riccati_y(size_t order, const flx_argument *x, const flx_riccati *r, double *y,
                         size_t sy, double *s)
{
    if (order == FLX_FIRST && riccati_first(FLX_FIRST, x, r, y, sy) == order) return;
    if (order < FLX_FIRST && riccati_first(order, x, r, y, sy) == order) return;
    flx_recur_riccati(order, x, r, y, sy, s, 1);
}

/* Coefficient k of the integral, where k times it overflows. */
static double quotient_of_k(size_t k, double x, double q0, const double *q, size_t sq,
                            const double *w)
{
    double sum = 0.0;
    for (size_t j = 1; j < k; j++) sum += flx_double_smul(w[j] / (double)k / q0, q[(k - j) * sq]);
    return x / q0 - sum;
}

void flx_recur_integrate_quotient(size_t order, const double *x, size_t sx, double q0,
                                  const double *q, size_t sq, double *z, size_t sz, double *w)
{
    for (size_t k = 1; k <= order; k++) {
        const double top = (double)k * x[k * sx] - flx_recur_dot(k, k - 1, w, 1, q, sq);
        w[k] = top / q0;
        z[k * sz] = isinf(w[k]) ? quotient_of_k(k, x[k * sx], q0, q, sq, w) : w[k] / (double)k;
    }
}

void flx_recur_times_increment(size_t order, size_t stride, const double *x, size_t low, double *p)
{
    for (size_t k = order; k > low; k--) {
        double sum = 0.0;
        for (size_t j = 1; j <= k - low; j++) sum += x[j * stride] * p[k - j];
        if (sum != sum) {
            sum = 0.0;
            for (size_t j = 1; j <= k - low; j++) sum += flx_double_smul(x[j * stride], p[k - j]);
        }
        p[k] = sum;
    }
    if (low <= order) p[low] = 0.0;
}

void flx_recur_compose(size_t order, const double *x, size_t sx, size_t degree, const double *limit,
                       double *z, size_t sz, double *work)
{
    work[0] = 1.0;
    z[0] = limit[0];
    for (size_t k = 1; k <= order; k++) work[k] = z[k * sz] = 0.0;
    for (size_t j = 1; j <= degree; j++) {
        flx_recur_times_increment(order, sx, x, j - 1, work);
        for (size_t k = j; k <= order; k++) z[k * sz] += flx_double_amul(work[k], limit[j]);
    }
}

static void fill_limits(size_t degree, double value, double first, double ratio, double *limit)
{
    limit[0] = value;
    for (size_t j = 1; j <= degree; j++) limit[j] = j == 1 ? first : limit[j - 1] * ratio;
}

void flx_recur_limits(size_t order, size_t stride, const double *x, double value, double first,
                      double ratio, double *z, double *scratch)
{
    const size_t degree = ratio == 0.0 && order > 1 ? 1 : order;
    fill_limits(degree, value, first, ratio, scratch);
    flx_recur_compose(order, x, stride, degree, scratch, z, stride, scratch + order + 1);
}

void flx_recur_undefined(size_t order, size_t stride, const double *x, double value, double *z,
                         double *scratch)
{
    flx_recur_limits(order, stride, x, value, (double)NAN, 1.0, z, scratch);
}

void flx_recur_undefined2(size_t order, size_t stride, const double *x, const double *y,
                          double value, double *z, double *scratch)
{
    flx_recur_undefined3(order, stride, x, y, y, value, z, scratch);
}

void flx_recur_undefined3(size_t order, size_t stride, const double *x, const double *y,
                          const double *c, double value, double *z, double *scratch)
{
    double *limit = scratch, *work = limit + order + 1, *present = work + order + 1;
    for (size_t k = 1; k <= order; k++)
        present[k] = x[k * stride] != 0.0 || y[k * stride] != 0.0 || c[k * stride] != 0.0;
    fill_limits(order, value, (double)NAN, 1.0, limit);
    flx_recur_compose(order, present, 1, order, limit, z, stride, work);
}
