/* gamma.c: the gamma function's logarithmic derivatives, and gamma with accurate derivatives.
 *
 * With the Hurwitz zeta function zeta(s, x) = sum over j >= 0 of (x+j)^-s,
 *   digamma^(m)(x) = (-1)^(m+1) m! zeta(m+1, x)
 * (Abramowitz and Stegun, 6.4.10). */
#define _DEFAULT_SOURCE /* lgamma_r */
#include <math.h>

#include "ops/special.h"

double flx_special_lgamma(double x)
{
#if defined(__unix__) || defined(__APPLE__)
    int sign;
    return lgamma_r(x, &sign);
#else
    return lgamma(x);
#endif
}

static const double pi = 3.14159265358979323846;

int flx_special_is_gamma_pole(double x) { return x <= 0.0 && x == floor(x); }

/* Horner's rule. */
static double polynomial(double x, int n, const double *c)
{
    double y = c[n - 1];
    for (int k = n - 2; k >= 0; k--) y = y * x + c[k];
    return y;
}

/* digamma(x)/(x - root) on [1, 2], in powers of x - 3/2: interpolated at Chebyshev's points in 60
 * digits, 2.6e-18 off. */
static const double digamma_over[] = {
    0.95105587603183287931,     -0.42362742128146060266,    0.24054248424078737018,
    -0.14840492305388006744,    0.094988724452828179873,    -0.061922133275561825395,
    0.040760833944741226698,    -0.026975796656864718565,   0.017907248192288752217,
    -0.011908220169786002167,   0.0079270241368436363362,   -0.0052799364178857414065,
    0.0035180792717028123689,   -0.0023455016279107117349,  0.0015635739915515124089,
    -0.0010364227247828022607,  0.00068994285142190894797,  -0.0004860641705041235266,
    0.00032689316473621456336,  -0.00014460384609240087757, 0.000091588168821170009784,
    -0.00017837342400462423843, 0.00012241591000024266392};

/* The positive root in two parts: near it the value is proportional to the distance. */
static double digamma_1_2(double x)
{
    const double distance = (x - 0x1.762d86356be3fp+0) - 0x1.b86a722197829p-54;
    const int n = sizeof digamma_over / sizeof *digamma_over;
    return distance * polynomial(x - 1.5, n, digamma_over);
}

/* log(x) - 1/(2x) - sum of B_2k/(2k x^2k), x >= 10. */
static double digamma_asymptotic(double x)
{
    static const double c[] = {1.0 / 12.0,  -1.0 / 120.0,     1.0 / 252.0, -1.0 / 240.0,
                               1.0 / 132.0, -691.0 / 32760.0, 1.0 / 12.0,  -3617.0 / 8160.0};
    const double r = 1.0 / x, r2 = r * r;
    return log(x) - r * (0.5 + r * polynomial(r2, 8, c));
}

static double digamma_positive(double x)
{
    if (x >= 10.0) return digamma_asymptotic(x);
    if (x < 1.0) return digamma_1_2(x + 1.0) - 1.0 / x;
    double sum = 0.0, low = 0.0; /* what rounding took from the sum */
    while (x > 2.0) {
        x -= 1.0; /* exact */
        const double r = 1.0 / x, next = sum + r, of_r = next - sum;
        low += ((sum - (next - of_r)) + (r - of_r)) + fma(-r, x, 1.0) * r;
        sum = next;
    }
    return (digamma_1_2(x) + sum) + low;
}

/* pi*cot(pi*x), the argument reduced exactly. */
static double pi_cot(double x)
{
    const double t = x - rint(x);
    if (fabs(t) > 0.25) return pi * tan(pi * (copysign(0.5, t) - t));
    return pi / tan(pi * t);
}

double flx_special_digamma(double x)
{
    if (x == 0.0) return -1.0 / x;
    if (x > 0.0) return digamma_positive(x);
    if (isinf(x) || x == floor(x)) return (double)NAN;
    return digamma_positive(1.0 - x) - pi_cot(x);
}

/* B_2k/(2k)! */
static const double bernoulli[] = {
    0.083333333333333333333,   -0.0013888888888888888889,  0.000033068783068783068783,
    -8.2671957671957671958e-7, 2.0876756987868098979e-8,   -5.2841901386874931848e-10,
    1.3382536530684678833e-11, -3.3896802963225828668e-13, 8.5860620562778445641e-15,
    -2.174868698558061873e-16, 5.5090028283602295152e-18,  -1.3954464685812523341e-19};

/* Below, sums are of powers of numbers over `unit`, which is 1 but where powers would underflow. */

/* zeta(s, a) by the Euler-Maclaurin sum, a at least 8 + 0.7*s. */
static double zeta_tail(double s, double a, double unit)
{
    const double power = pow(a / unit, -s), r = 1.0 / a;
    double factor = s * r, sum = 0.0;
    for (int k = 0; k < 12; k++) {
        const double term = bernoulli[k] * factor;
        sum += term;
        if (fabs(term) < 0x1p-60) break;
        factor *= (s + 2.0 * k + 1.0) * r * ((s + 2.0 * k + 2.0) * r);
    }
    return power * (a / (s - 1.0) + (0.5 + sum));
}

/* (a+j)^-s; what the sum's rounding lost is given back. */
static double zeta_term(double s, double a, double j, double unit)
{
    const double sum = a + j, b = sum - a;
    const double error = (a - (sum - b)) + (j - b);
    const double power = pow(sum / unit, -s);
    return error == 0.0 || isinf(power) ? power : power * (1.0 - s * error / sum);
}

/* zeta(s, a), s >= 2, a > 0: the terms up to where the rest is known, or is nothing beside the first;
 * the last first. */
static double zeta_of(double s, double a, double unit)
{
    const double least = 8.0 + 0.7 * s, whole = ceil(least - a);
    if (isinf(a)) return 0.0;
    if (a >= least) return zeta_tail(s, a, unit);
    const double n = fmin(whole, ceil(a * expm1(40.0 / s)) + 1.0);
    double sum = n < whole ? 0.0 : zeta_tail(s, a + n, unit);
    for (unsigned j = (unsigned)n; j-- > 0;) sum += zeta_term(s, a, (double)j, unit);
    return sum;
}

static double zeta_positive(double s, double a) { return zeta_of(s, a, 1.0); }

enum { MOST_POWERS = 34 };

/* The sum of (x+j)^-s over all integers j, s odd, in c = cot(pi*x) where that is small: the m-th
 * derivative of pi*cot(pi*x) over m!, m = s-1, a polynomial by cot' = -(1 + cot^2). */
static double sum_over_integers(unsigned m, double c)
{
    double p[MOST_POWERS] = {0.0, 1.0}, q[MOST_POWERS] = {0.0}, power = pi;
    for (unsigned n = 1; n <= m; n++) {
        for (unsigned j = 0; j <= n; j++) q[j] = -(j + 1.0) * p[j + 1] / n;
        for (unsigned j = 1; j <= n + 1; j++) /* p[0] is nowhere asked for: m is even */
            p[j] = (j <= n ? q[j] : 0.0) + (j > 1 ? q[j - 2] : 0.0);
        power *= pi;
    }
    return power * polynomial(c, (int)m + 2, p);
}

/* The same for any x, s an integer. Below 0 by the sum over all integers, which is that of both
 * halves, zeta(s, r) + (-1)^s zeta(s, 1-r), r the fraction of x. */
static double zeta(double s, double x)
{
    const int odd = fmod(s, 2.0) != 0.0;
    if (x > 0.0) return zeta_positive(s, x);
    if (x == 0.0) return pow(x, -s);
    if (isinf(x) || (x == floor(x) && odd)) return (double)NAN;
    if (x > -0.5) return zeta_positive(s, 1.0 + x) + pow(x, -s);
    const double r = x - floor(x), rest = zeta_positive(s, 1.0 - x); /* 1-r is exact */
    if (!odd)
        return (zeta_positive(s, r) + zeta_positive(s, 1.0 - r)) - rest; /* inf where r is 0 */
    if (fabs(r - 0.5) < 0.03 && s <= 31.0) /* both halves are nearly equal */
        return sum_over_integers((unsigned)s - 1, tan(pi * (0.5 - r))) + rest;
    return (zeta_positive(s, r) - zeta_positive(s, 1.0 - r)) + rest;
}

double flx_special_polygamma(unsigned m, unsigned k, double x)
{
    if (x != x) return x;
    if (m == 0) return flx_special_digamma(x);
    const double sum = zeta((double)m + 1.0, x), sign = m % 2 ? 1.0 : -1.0;
    double factor = 1.0;
    if (x > 1.0 && sum < 1e-270 * x) {
        /* The power, about m*sum/x, may underflow though times x or the factorial it does not. */
        double y = isinf(x) ? 0.0 : zeta_of((double)m + 1.0, x, x) / x;
        for (unsigned i = 1; i <= m; i++) y = i > k ? y / x * i : y / x;
        return sign * y;
    }
    for (unsigned i = k + 1; i <= m; i++) factor *= i;
    return sign * (sum * factor);
}

double flx_special_dpolygamma(int n, unsigned k, double x)
{
    if (n < 0 || x != x) return (double)NAN;
    if (k > 0 && x < 0.0 && flx_special_is_gamma_pole(x)) return (double)NAN;
    return flx_special_polygamma((unsigned)n + k, 0, x);
}

/* 1/gamma on [1, 2], in powers of x - 3/2; 3.5e-20 off. */
static const double gamma_inverse[] = {
    1.1283791670955125739,     -0.041174526445283100354,   -0.52665443552554448067,
    0.17510202604393435118,    0.050966860247706226585,    -0.04215516936852383098,
    0.0066128978268179748597,  0.0021207314422772572637,   -0.0011107302544683205477,
    0.00015235762470520615106, 0.000025355203461127086445, -0.000013896835448231720881,
    2.1562132200415612735e-6,  5.807032659610050415e-8,    -8.9174799160081545655e-8,
    1.6813372013479648446e-8,  -8.4752832870937302251e-10};

/* A product as an unevaluated sum. */
typedef struct product {
    double hi, lo;
} product;

static product times(product p, double f)
{
    const double hi = p.hi * f;
    const product r = {hi, fma(p.hi, f, -hi) + p.lo * f};
    return r;
}

static double value_of(product p) { return isfinite(p.hi) ? p.hi + p.lo : p.hi; }

static double gamma_1_2(double x)
{
    return 1.0 / polynomial(x - 1.5, sizeof gamma_inverse / sizeof *gamma_inverse, gamma_inverse);
}

/* By the recurrence from [1, 2], its product kept to twice the precision. */
double flx_special_gamma(double x, double *unit)
{
    *unit = 1.0;
    if (x > 172.0 || x < -186.0) return tgamma(x);
    if (fabs(x) > 150.0) *unit = x > 0.0 ? 0x1p100 : 0x1p-100;
    product p = {fmin(1.0 / *unit, 1.0), 0.0};
    if (x > 2.0) {
        while (x > 2.0) {
            x -= 1.0; /* exact */
            p = times(p, x);
        }
        p = times(p, gamma_1_2(x));
        return value_of(p);
    }
    product q = {1.0, 0.0}; /* the product of all factors may overflow */
    double j = 0.0;
    for (; x + j < 1.0; j++) {
        const double sum = x + j, b = sum - x, lo = (x - (sum - b)) + (j - b);
        product *r = j < 80.0 ? &p : &q;
        const double before = r->hi;
        *r = times(*r, sum);
        r->lo += before * lo;
    }
    return gamma_1_2(x + j) / *unit / value_of(p) / value_of(q);
}

/* gamma' = gamma*digamma, so n*g_n = sum over i < n of g_(n-1-i) * digamma^(i)/i!. */
void flx_special_gamma_series(unsigned k, double x, double *g, double *psi)
{
    for (unsigned n = 1; n <= k; n++) {
        double sum = 0.0;
        psi[n - 1] = flx_special_polygamma(n - 1, n - 1, x);
        for (unsigned i = 0; i < n; i++) sum += g[n - 1 - i] * psi[i];
        g[n] = sum / n;
        if (!isinf(sum)) continue;
        g[n] = 0.0; /* n times it may overflow alone */
        for (unsigned i = 0; i < n; i++) g[n] += g[n - 1 - i] * (psi[i] / n);
    }
}

double flx_special_gamma_limit(unsigned k, double x)
{
    const double size = (double)INFINITY;
    if (fabs(x) < 1.0) return signbit(x) || k % 2 ? -size : size;
    return x > 0.0 ? size : (double)NAN;
}

enum { MOST = 256 };

double flx_special_dgamma(unsigned k, double x)
{
    double g[MOST + 1], psi[MOST], unit;
    if (k == 0) return tgamma(x);
    if (x != x || k > MOST) return (double)NAN;
    g[0] = flx_special_gamma(x, &unit);
    if (!isfinite(g[0] * unit)) return flx_special_gamma_limit(k, x);
    flx_special_gamma_series(k, x, g, psi);
    for (unsigned i = 2; i <= k; i++) g[k] *= i;
    return g[k] * unit;
}
