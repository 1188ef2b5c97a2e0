/* kernel_digamma.c: digamma of a series. With digamma(x) = digamma(x+n) - sum of 1/(x+i), i < n, and
 * x+n large,
 *   digamma(x) = log(x) - 1/(2x) - sum of B_2j/(2j x^2j)
 * (Abramowitz and Stegun, 6.3.5, 6.3.18), each term a series in t: its poles are digamma's own, so
 * that nothing which is large cancels, and of x[0] + t, x[0] > 0, no term has another sign than the
 * sum. */
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_riccati.h"
#include "forward/kernel_twice.h"

static const double pi = 3.14159265358979323846;

/* B_2j/(2j), j >= 1 */
static const double bernoulli[] = {1.0 / 12.0,         -1.0 / 120.0,      1.0 / 252.0,
                                   -1.0 / 240.0,       1.0 / 132.0,       -691.0 / 32760.0,
                                   1.0 / 12.0,         -3617.0 / 8160.0,  43867.0 / 14364.0,
                                   -174611.0 / 6600.0, 854513.0 / 3036.0, -236364091.0 / 65520.0};
enum { BERNOULLI = sizeof bernoulli / sizeof *bernoulli };

/* r = 1/(x+i) */
static void reciprocal(size_t order, const double *x, double i, double *r)
{
    const double q = x[0] + i, b = q - x[0];
    const double lost = ((x[0] - (q - b)) + (i - b)) / q; /* by rounding of q */
    r[0] = 1.0 / q - lost / q;
    for (size_t k = 1; k <= order; k++) {
        const double next = -flx_recur_dot(k, k, x, 1, r, 1) / q;
        r[k] = next - lost * next;
    }
}

/* psi = digamma(x+n) from coefficient `first` on, x[0]+n at least 8 + 0.7*(order+1). r, square, a, b:
 * order+1. */
static void asymptotic(size_t first, size_t order, const double *x, double n, double *psi,
                       double *r, double *square, double *a, double *b)
{
    reciprocal(order, x, n, r);
    flx_kernel_square(order, 1, r, square);
    for (size_t k = 0; k <= order; k++) a[k] = 0.0;
    for (int j = BERNOULLI; j-- > 0;) {
        double *const sum = a;
        sum[0] += bernoulli[j];
        flx_kernel_mul(order, 1, sum, square, b);
        a = b;
        b = sum;
    }
    flx_recur_integrate_quotient(order, x, 1, x[0] + n, x, 1, square, 1, b);
    for (size_t k = first; k <= order; k++) psi[k] = square[k] - (0.5 * r[k] + a[k]);
}

/* Coefficients first .. order of digamma(x). The shift depends on the number `most` alone, which is
 * at least order. room: 4*(order+1) */
static void shifted(size_t first, size_t order, size_t most, const double *x, double *psi,
                    double *room)
{
    double *r = room, *square = r + order + 1, *a = square + order + 1, *b = a + order + 1;
    const double n = fmax(ceil(8.0 + 0.7 * (double)(most + 1) - x[0]), 0.0);
    asymptotic(first, order, x, n, psi, r, square, a, b);
    for (size_t i = (size_t)n; i-- > 0;) {
        reciprocal(order, x, (double)i, r);
        for (size_t k = first; k <= order; k++) psi[k] -= r[k];
    }
}

/* psi -= pi*cot(pi*x). room: 3*(order+1) */
static void subtract_cotangent(size_t order, size_t stride, const double *x, double *psi,
                               double *room)
{
    double *d = room, *cot = d + order + 1, *s = cot + order + 1;
    const double fraction = x[0] - rint(x[0]), sine = flx_double_sinpi(fraction);
    cot[0] = flx_double_cospi(fraction) / sine;
    const flx_riccati r = {1.0 / (sine * sine), cot[0], 0.0, 1.0, -1.0};
    const flx_argument minus_pi_x = flx_argument_of(order, stride, x, -pi, d);
    flx_riccati_y(order, &minus_pi_x, &r, cot, 1, s);
    for (size_t k = 1; k <= order; k++) psi[k] -= pi * cot[k];
}

/* In parts, lest coefficients depend on the order. room: 4*(order+1) */
static void in_parts(size_t order, const double *x, double *psi, double *room)
{
    for (size_t first = 1, last = 8; first <= order; first = last + 1, last *= 2)
        shifted(first, last < order ? last : order, last, x, psi, room);
}

/* Whether digamma(x) = digamma(1-x) - pi*cot(pi*x) is used: far below 0, and halfway between poles, where those
 * on both sides cancel in even derivatives. Next to a pole that is kept to more digits than the cotangent. */
static int is_reflected(double x) { return x < -8.0 || (x < -1.0 && fabs(x - rint(x)) > 0.25); }

void flx_recur_digamma(size_t order, size_t stride, const double *x, double *psi, double *room)
{
    double *const at = room, *const rest = at + order + 1;
    const int reflected = is_reflected(x[0]);
    for (size_t k = 1; k <= order; k++) at[k] = reflected ? -x[k * stride] : x[k * stride];
    at[0] = reflected ? 1.0 - x[0] : x[0];
    psi[0] = flx_double_digamma(x[0]);
    in_parts(order, at, psi, rest);
    if (reflected) subtract_cotangent(order, stride, x, psi, rest);
}

/* psi + psi_low -= 1/(x+i), but for their first coefficients. r, r_low: order+1 */
static void subtract_pole(size_t order, const double *x, double i, double *psi, double *psi_low,
                          double *r, double *r_low)
{
    const flx_twice q = flx_twice_sum(x[0], i);
    const flx_twice value = flx_twice_quotient((flx_twice){1.0, 0.0}, q);
    r[0] = value.hi;
    r_low[0] = value.lo;
    for (size_t k = 1; k <= order; k++) {
        flx_twice sum = {0.0, 0.0};
        for (size_t j = 1; j <= k; j++)
            sum = flx_twice_add_product(sum, (flx_twice){-x[j], 0.0},
                                        (flx_twice){r[k - j], r_low[k - j]});
        const flx_twice next = flx_twice_quotient(sum, q);
        r[k] = next.hi;
        r_low[k] = next.lo;
        const flx_twice left =
            flx_twice_add_product((flx_twice){psi[k], psi_low[k]}, next, (flx_twice){-1.0, 0.0});
        psi[k] = left.hi;
        psi_low[k] = left.lo;
    }
}

/* digamma(x) from its value between 1 and 2, which is small, where that is not too far. */
static flx_twice digamma_in_parts(double x)
{
    flx_twice sum = {0.0, 0.0};
    for (; x > 2.0 && x < 16.0; x -= 1.0) { /* exact */
        const flx_twice term = flx_twice_quotient((flx_twice){1.0, 0.0}, (flx_twice){x - 1.0, 0.0});
        sum = flx_twice_add_product(sum, term, (flx_twice){1.0, 0.0});
    }
    return flx_twice_add_product(sum, (flx_twice){flx_double_digamma(x), 0.0},
                                 (flx_twice){1.0, 0.0});
}

const double *flx_twice_digamma(size_t order, size_t stride, const double *x, double *psi,
                                double *room)
{
    enum { POLES = 6 };
    double *const at = room, *const rest = at + order + 1, *const low = rest + 2 * (order + 1);
    for (size_t k = 1; k <= order; k++) at[k] = x[k * stride];
    at[0] = x[0] + POLES;
    in_parts(order, at, psi, rest);
    at[0] = x[0];
    for (size_t k = 1; k <= order; k++) low[k] = 0.0;
    for (int i = POLES; i-- > 0;) subtract_pole(order, at, i, psi, low, rest, rest + order + 1);
    const flx_twice value = digamma_in_parts(x[0]);
    psi[0] = value.hi;
    low[0] = value.lo;
    return low;
}
