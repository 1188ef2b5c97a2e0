/* kernel_polygamma.c: derivatives of digamma of a series, by Hurwitz' zeta function
 *   zeta(s, x) = sum of (x+i)^-s over i >= 0,   digamma^(m)(x) = (-1)^(m+1) m! zeta(m+1, x)
 * (Abramowitz and Stegun, 6.4.10), whose terms are powers of series: their poles are the function's own,
 * so that nothing which is large cancels, and of x[0] + t, x[0] > 0, no term has another sign than the
 * sum. */
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_recur.h"

/* B_2j/(2j)!, j >= 1 */
static const double bernoulli[] = {
    0.083333333333333333333,   -0.0013888888888888888889,  0.000033068783068783068783,
    -8.2671957671957671958e-7, 2.0876756987868098979e-8,   -5.2841901386874931848e-10,
    1.3382536530684678833e-11, -3.3896802963225828668e-13, 8.5860620562778445641e-15,
    -2.174868698558061873e-16, 5.5090028283602295152e-18,  -1.3954464685812523341e-19};
enum { BERNOULLI = sizeof bernoulli / sizeof *bernoulli };

/* w = (x+i)^-s: k*(x[0]+i)*w[k] = -sum of (s*j + k-j)*x[j]*w[k-j] over j = 1..k. */
static void negative_power(size_t order, const double *x, double i, double s, double *w)
{
    const double q = x[0] + i;
    w[0] = pow(q, -s);
    for (size_t k = 1; k <= order; k++) {
        double sum = 0.0;
        for (size_t j = 1; j <= k; j++) sum += (s * (double)j + (double)(k - j)) * x[j] * w[k - j];
        w[k] = -sum / ((double)k * q);
    }
}

/* Adds to zeta, from coefficient `first` on, `sign` times the sum from a = x+i on, where a[0] is large:
 * Euler's and Maclaurin's
 *   a^(1-s) * (1/(s-1) + sum of B_2j/(2j)! s(s+1)...(s+2j-2) a^-2j) + a^-s/2.
 * work: 4*(order+1). */
static void add_tail(size_t first, size_t order, const double *x, double i, double s, double sign,
                     double *zeta, double *work)
{
    double *power = work, *square = power + order + 1, *a = square + order + 1, *b = a + order + 1;
    double rising[BERNOULLI];
    rising[0] = s;
    for (int j = 1; j < BERNOULLI; j++)
        rising[j] = rising[j - 1] * (s + 2.0 * j - 1.0) * (s + 2.0 * j);
    negative_power(order, x, i, 2.0, square);
    for (size_t k = 0; k <= order; k++) a[k] = 0.0;
    for (int j = BERNOULLI; j-- > 0;) { /* Horner's rule */
        double *const sum = a;
        sum[0] += bernoulli[j] * rising[j];
        flx_kernel_mul(order, 1, sum, square, b);
        a = b;
        b = sum;
    }
    a[0] += 1.0 / (s - 1.0);
    negative_power(order, x, i, s - 1.0, power);
    flx_kernel_mul(order, 1, power, a, b);
    negative_power(order, x, i, s, power);
    for (size_t k = first; k <= order; k++) zeta[k] += sign * (b[k] + 0.5 * power[k]);
}

/* Adds coefficients first .. order of sign*zeta(s, x), x[0] > 0 or not far below, to zeta. How many
 * terms stand before the tail depends on the number `most` alone, which is at least order. NaN where
 * the powers leave the range of normal numbers. work: 4*(order+1). */
static void add_part(size_t first, size_t order, size_t most, const double *x, double s,
                     double sign, double *zeta, double *work)
{
    const double least = 8.0 + 0.7 * (s + (double)most), n = fmax(ceil(least - x[0]), 0.0);
    const int is_normal = (s + (double)most) * log2(x[0] + n) < 960.0;
    add_tail(first, order, x, n, s, is_normal ? sign : (double)NAN, zeta, work);
    for (size_t i = (size_t)n; i-- > 0;) {
        negative_power(order, x, (double)i, s, work);
        for (size_t k = first; k <= order; k++) zeta[k] += sign * work[k];
    }
}

/* In parts, lest coefficients depend on the order. */
static void add_zeta(size_t order, const double *x, double s, double sign, double *zeta,
                     double *work)
{
    for (size_t first = 1, last = 8; first <= order; first = last + 1, last *= 2)
        add_part(first, last < order ? last : order, last, x, s, sign, zeta, work);
}

/* out = a + sign*x */
static void shifted(size_t order, size_t stride, const double *x, double a, double sign,
                    double *out)
{
    out[0] = a;
    for (size_t k = 1; k <= order; k++) out[k] = sign * x[k * stride];
}

void flx_recur_polygamma(unsigned m, size_t order, size_t stride, const double *x, double *psi)
{
    double *zeta = psi, *at = zeta + order + 1, *work = at + order + 1;
    const double s = (double)m + 1.0, odd = m % 2 == 0 ? 1.0 : -1.0; /* of s */
    double factor = m % 2 == 1 ? 1.0 : -1.0;
    for (unsigned i = 2; i <= m; i++) factor *= i;
    for (size_t k = 0; k <= order; k++) zeta[k] = 0.0;
    if (x[0] > -8.0) {
        shifted(order, stride, x, x[0], 1.0, at);
        add_zeta(order, at, s, 1.0, zeta, work);
    } else {
        /* The sum over all integers, which is that of both halves, but for those beyond x. */
        const double fraction = x[0] - floor(x[0]);
        shifted(order, stride, x, fraction, 1.0, at);
        add_zeta(order, at, s, 1.0, zeta, work);
        shifted(order, stride, x, 1.0 - fraction, -1.0, at);
        add_zeta(order, at, s, -odd, zeta, work);
        shifted(order, stride, x, 1.0 - x[0], -1.0, at);
        add_zeta(order, at, s, odd, zeta, work);
    }
    for (size_t k = 1; k <= order; k++) zeta[k] *= factor;
}
