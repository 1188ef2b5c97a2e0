/* powers.c: x^y and its derivatives in plain double. */
#include <math.h>

#include "ops/exponent.h"
#include "ops/support.h"

/* x^(hi+lo) = x^hi * (1 + lo*log(x)): lo is below an ulp of hi and |hi*log(x)| < 746 where the
 * power is finite, so the next term is below 1e-26. For x < 0 an integer exponent may be so large
 * that only lo knows whether it is odd. */
double flx_double_powc(double x, double hi, double lo)
{
    if (lo == 0.0) return pow(x, hi);
    const double y = pow(x, hi);
    if (fabs(hi) >= 0x1p53 && x < 0.0 && fmod(lo, 2.0) != 0.0) return -y;
    const int correct = x > 0.0 && isfinite(x) && isfinite(y);
    return correct ? y * (1.0 + lo * log(x)) : y;
}

double flx_double_lognz(double x) { return x != x ? 0.0 : log(x); }

/* At x = 0 the power decides: it vanishes faster than any logarithm grows. */
double flx_double_powk(double x, double y, unsigned k, unsigned m)
{
    const flx_exponent e = flx_exponent_minus(y, 0.0, (double)k);
    const double power = flx_double_powc(x, e.hi, e.lo), log_x = flx_double_lognz(x);
    double z = power;
    if (m > 0 && x < 0.0) return (double)NAN;
    for (unsigned i = 0; i < m; i++) z = flx_double_amul(z, log_x);
    return z;
}

/* factor * x^(hi+lo). Where the power alone leaves the range of doubles it is multiplied in by
 * halves, or quarters, since the product may be inside. A power that vanishes outweighs any factor. It is not
 * NaN: the caller has answered that. */
static double scaled_power(double factor, double x, double hi, double lo)
{
    const double power = flx_double_powc(x, hi, lo), size = fabs(power);
    if (factor == 0.0 || power == 0.0) {
        if (factor == 0.0 || x == 0.0 || isinf(x) || isinf(hi)) return 0.0;
    } else if ((size >= 0x1p-1022 && !isinf(size)) || x == 0.0 || isinf(x) || isinf(hi)) {
        return factor * power;
    }
    const double half = flx_double_powc(fabs(x), 0.5 * hi, 0.5 * lo);
    if (half == 0.0) return 0.0;
    const double sign = x < 0.0 && fmod(fmod(hi, 2.0) + lo, 2.0) != 0.0 ? -1.0 : 1.0;
    if (!isinf(half)) return sign * (factor * half) * half;
    const double quarter = flx_double_powc(fabs(x), 0.25 * hi, 0.25 * lo);
    return sign * (factor * quarter) * quarter * quarter * quarter;
}

enum { MOST = 256 };

/* d[i] = the i-th derivative by y of y(y-1)...(y-k+1), i = 0..m. */
static void falling_factorial(double y, unsigned k, unsigned m, double *d)
{
    d[0] = 1.0;
    for (unsigned i = 1; i <= m; i++) d[i] = 0.0;
    for (unsigned a = 0; a < k; a++) {
        for (unsigned i = m; i > 0; i--) d[i] = d[i] * (y - a) + i * d[i - 1];
        d[0] *= y - a;
    }
}

/* By Leibniz' rule: x^(y-k) times the polynomial sum over j of C(m,j) d[m-j] log(x)^j. Where the
 * logarithm is infinite its highest power decides. */
static double log_polynomial(unsigned m, const double *d, double log_x)
{
    double sum = 0.0, binomial = 1.0;
    for (unsigned j = m + 1; j-- > 0;) { /* Horner's rule, C(m,j) on the way */
        const double c = binomial * d[m - j];
        if (isinf(log_x) && c != 0.0) return j ? c * pow(log_x, j) : c;
        sum = isinf(log_x) ? 0.0 : sum * log_x + c;
        binomial *= (double)j / (double)(m - j + 1);
    }
    return sum;
}

double flx_double_dpow(double x, double y, unsigned k, unsigned m)
{
    double d[MOST];
    double next;
    if (k == 0 && m == 0) return pow(x, y);
    if (k == 1 && m == 0 && flx_power_next(x, pow(x, y), y, 0, &next)) return next;
    /* Where C's pow is 1 whatever one argument stands for, that argument has no influence. */
    if (y != y) return x == 1.0 ? 0.0 : y;
    if (x != x) return y == 0.0 ? 0.0 : x;
    if (m >= MOST) return (double)NAN;
    const flx_exponent e = flx_exponent_minus(y, 0.0, (double)k);
    falling_factorial(y, k, m, d);
    /* Asked of y itself: y-k may round to an integer. */
    if (x < 0.0 && (m > 0 || (isfinite(x) && y != rint(y)))) return (double)NAN;
    return scaled_power(m > 0 ? log_polynomial(m, d, log(x)) : d[0], x, e.hi, e.lo);
}

double flx_double_dpowc(double x, double p, unsigned k) { return flx_double_dpow(x, p, k, 0); }

double flx_double_pow(double x, double y) { return pow(x, y); }
