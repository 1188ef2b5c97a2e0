/* inverse.c: the inverse error function and Lambert's W, and what their derivatives are made of. */
#include <math.h>

#include "ops/special.h"

static const double half_sqrt_pi = 0.886226925452758013649;

static double ratio(double r, const double *numerator, const double *denominator)
{
    double a = numerator[7], b = denominator[7];
    for (int k = 6; k >= 0; k--) {
        a = a * r + numerator[k];
        b = b * r + denominator[k];
    }
    return a / b;
}

/* The normal distribution's quantile at (1+x)/2 over sqrt(2), x >= 0: Wichura's algorithm AS 241,
 * Applied Statistics 37 (1988), without its range for r > 5: up to the last double below 1 the one
 * before is right to 6e-13. */
static double erfinv_start(double x)
{
    static const double a[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                               1.9715909503065514427e+3, 1.3731693765509461125e+4,
                               4.5921953931549871457e+4, 6.7265770927008700853e+4,
                               3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[] = {1.0,
                               4.2313330701600911252e+1,
                               6.8718700749205790830e+2,
                               5.3941960214247511077e+3,
                               2.1213794301586595867e+4,
                               3.9307895800092710610e+4,
                               2.8729085735721942674e+4,
                               5.2264952788528545610e+3};
    static const double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                               5.76949722146069140550e0,  3.64784832476320460504e0,
                               1.27045825245236838258e0,  2.41780725177450611770e-1,
                               2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[] = {1.0,
                               2.05319162663775882187e0,
                               1.67638483018380384940e0,
                               6.89767334985100004550e-1,
                               1.48103976427480074590e-1,
                               1.51986665636164571966e-2,
                               5.47593808499534494600e-4,
                               1.05075007164441684324e-9};
    const double sqrt_half = 0.707106781186547524401, q = 0.5 * x;
    if (q <= 0.425) return sqrt_half * q * ratio(0.180625 - q * q, a, b);
    const double r = sqrt(-log(0.5 * (1.0 - x)));
    return sqrt_half * ratio(r - 1.6, c, d);
}

/* One step of Newton's method corrects the start, which is NaN outside of the domain; by erfc where
 * 1-x is exact, which in the tail is what the result depends on. */
double flx_special_erfinv(double x)
{
    const double a = fabs(x);
    if (a == 1.0) return copysign((double)INFINITY, x);
    const double y = erfinv_start(a);
    const double excess = a < 0.5 ? erf(y) - a : (1.0 - a) - erfc(y);
    return copysign(y - excess * half_sqrt_pi * exp(y * y), x);
}

/* sqrt(pi)/2*exp(y^2)*erfc(y), 0.45 <= y <= 6, with 1+2y taken out: in powers of s + 0.0663..., where
 * s = (y-2)/(y+2), interpolated at Chebyshev's points in 50 digits, 2.9e-19 off. */
static double scaled_erfc(double y)
{
    static const double c[] = {
        1.1364546718990276882,      -0.060717055266783456982,    -0.1773149259476470375,
        0.15777746540282302466,     -0.045193095797427626964,    -0.010072136690954578288,
        0.0070586444505706537685,   0.0017424311158677826023,    -0.0010209125480065905762,
        -0.00049189431543699434186, 0.000087292312763008547963,  0.00012517626341336372229,
        0.000021424904631553226124, -0.000020347534309939479275, -0.000013088494353625676661,
        -7.2702942854460454236e-7,  2.9409951928502885295e-6,    1.5942366761888993487e-6,
        -7.631557939067748571e-9,   -3.8821816777608955638e-7,   -1.4175720198064456135e-7};
    const double s = (y - 2.0) / (y + 2.0) + 0.066326530612244897959;
    double sum = c[20];
    for (int k = 19; k >= 0; k--) sum = sum * s + c[k];
    return sum / (1.0 + 2.0 * y);
}

/* sqrt(pi)/2*exp(y^2). For |x| >= 1/2 by exp(y^2)*erfc(y), which varies slowly, over 1-|x|, which is
 * exact: a rounding of y would count 2*y^2 times. */
double flx_special_derfinv(double x)
{
    const double a = fabs(x), y = fabs(flx_special_erfinv(x));
    if (isinf(y) || y != y) return y;
    return a < 0.5 ? half_sqrt_pi * exp(y * y) : scaled_erfc(y) / (1.0 - a);
}

/* -1/e to the nearest double, which is just outside of the domain, counts as the branch point. */
static const double branch = -0x1.78b56362cef38p-2;

int flx_special_is_lambertw_branch(double x) { return x == branch; }

/* 1 + (v-1)*exp(v) = sum of v^k*(k-1)/k!, k >= 2, without cancellation. */
static double excess(double v)
{
    double term = v, sum = 0.0;
    for (int k = 2; k < 18; k++) {
        term *= v / k;
        sum += term * (k - 1);
    }
    return sum;
}

/* Solves excess(v) = s, v = 1 + W, s = 1 + e*x, near the branch point; NaN below it. */
static double near_branch(double x)
{
    const double s = 2.71828182845904523536 * ((x - branch) - 0x1.ca8a4270fadf5p-57);
    const double p = sqrt(2.0 * s);
    double v = p * (1.0 + p * (-1.0 / 3.0 + p * (11.0 / 72.0 - p * (43.0 / 540.0))));
    for (int i = 0; i < 3; i++) v -= (excess(v) - s) / (v * exp(v));
    return v;
}

static const double near = -0.3; /* up to here v is small */

double flx_special_lambertw(double x)
{
    if (x == branch) return -1.0;
    if (x != x || x == 0.0 || x == (double)INFINITY) return x;
    if (x < near) return near_branch(x) - 1.0;
    const double l = log1p(x);
    double w = l * (1.0 - log1p(l) / (2.0 + l)); /* Winitzki */
    for (int i = 0; i < 4; i++) {                /* Halley's method on w - x*exp(-w) */
        const double z = x * exp(-w), f = w - z, slope = 1.0 + z;
        w -= f / (slope + 0.5 * f * z / slope);
    }
    return w;
}

static double lambertw_plus_1(double x)
{
    return x > branch && x < near ? near_branch(x) : 1.0 + flx_special_lambertw(x);
}

double flx_special_rlambertw(double x) { return 1.0 / lambertw_plus_1(x); }

/* exp(-W) = W/x: a rounding of W would count W times. */
double flx_special_lambertw_parts(double x, double *plus_1)
{
    const double w = flx_special_lambertw(x);
    *plus_1 = lambertw_plus_1(x);
    return x < 1.0 ? exp(-w) : w / x;
}

/* exp(-W)/(1+W) */
double flx_special_dlambertw(double x)
{
    double v;
    const double f = flx_special_lambertw_parts(x, &v);
    return x == (double)INFINITY ? 0.0 : f / v;
}
