/* values.h: the elementary functions in plain double: what the rows name as their values. */
#ifndef FLUXION_OPS_VALUES_H
#define FLUXION_OPS_VALUES_H

#include <math.h>

#include "ops/special.h"

/* Each branch's exponential is at most 1, so nothing overflows or cancels. */
static inline double value_sigmoid(double x)
{
    const double e = exp(-fabs(x));
    return (x >= 0.0 ? 1.0 : e) / (1.0 + e);
}

static inline double value_softplus(double x) { return fmax(x, 0.0) + log1p(exp(-fabs(x))); }

/* 4e/(1+e)^2 with e = exp(-2|x|). */
static inline double value_sech2(double x)
{
    const double e = exp(-2.0 * fabs(x));
    return 4.0 * e / (1.0 + e * (2.0 + e)); /* one rounding less than (1+e)*(1+e) */
}

static inline double value_lorentz(double x)
{
    const double r = 1.0 / x;
    return fabs(x) > 0x1p500 ? r * r : 1.0 / (1.0 + x * x);
}

static inline double value_xlorentz(double x)
{
    return fabs(x) > 0x1p500 ? 1.0 / x : x / (1.0 + x * x);
}

static inline double value_dasin(double x)
{
    return 1.0 / sqrt((1.0 - x) * (1.0 + x)); /* 1-x*x cancels near 1 */
}

/* exp(-a*x*x), a = 1 or 1/2. The rounding of x*x, which the exponential would magnify, is found by
 * splitting x and given back. */
static inline double gauss_of(double x, double a)
{
    const double s = x * x, high = (double)(float)x, low = x - high;
    if (s > 4000.0 || s != s) return exp(-s);
    const double error = ((high * high - s) + 2.0 * high * low) + low * low;
    return exp(-a * s) * (1.0 - a * error);
}

static inline double value_gauss(double x) { return gauss_of(x, 1.0); }

static inline double value_hgauss(double x) { return gauss_of(x, 0.5); }

static const double far = 64.0; /* exp(-x^2/2) is 0 from 38.6 on */

static inline double value_near(double x) { return x > far ? far : x < -far ? -far : x; }

static inline double value_inside(double x) { return x != x ? x : fabs(x) <= far ? 1.0 : 0.0; }

/* cbrt(x)/(3x). One Newton step corrects libm's cube root; its residual y^3 - x is exact but for
 * terms of second order. */
static inline double value_dcbrt(double x)
{
    if (x == 0.0) return (double)INFINITY;
    if (isinf(x)) return 0.0;
    if (fabs(x) < 0x1p-900) return value_dcbrt(x * 0x1p900) * 0x1p600;
    if (fabs(x) > 0x1p900) return value_dcbrt(x * 0x1p-900) * 0x1p-600;
    const double y = cbrt(x);
    const double y2 = y * y, y3 = y2 * y;
    const double e2 = fma(y, y, -y2), e3 = fma(y2, y, -y3);
    const double step = ((y3 - x) + (e3 + e2 * y)) / (3.0 * y2);
    return (y - step) / 3.0 / x;
}

static inline double value_dasinh(double x)
{
    const double a = fabs(x);
    return a > 0x1p500 ? 1.0 / a : 1.0 / sqrt(1.0 + x * x);
}

static inline double value_xdasinh(double x)
{
    return fabs(x) > 0x1p500 ? copysign(1.0, x) : x / sqrt(1.0 + x * x);
}

/* sqrt(x^2 - 1), whose difference cancels near 1 as it stands. */
static inline double leg(double x) { return sqrt((x - 1.0) * (x + 1.0)); }

static inline double value_dacosh(double x)
{
    if (x < 1.0) return (double)NAN; /* below -1 the root exists, acosh does not */
    return x > 0x1p500 ? 1.0 / x : 1.0 / leg(x);
}

static inline double value_xdacosh(double x)
{
    if (x < 1.0) return (double)NAN;
    return x > 0x1p500 ? 1.0 : x / leg(x);
}

static inline double value_datanh(double x)
{
    return fabs(x) > 1.0 ? (double)NAN : 1.0 / ((1.0 - x) * (1.0 + x));
}

/* sin(pi*f + n*pi/2) for |f| <= 1/4, pi*f in two parts. The lower one moves the sine alone: the cosine,
 * above 0.7, by less than half of its last bit. */
static inline double quarter_sine(double f, int n)
{
    const double pi = 0x1.921fb54442d18p+1, pi_low = 0x1.1a62633145c07p-53;
    const double high = pi * f, low = fma(pi, f, -high) + pi_low * f;
    const double s = sin(high), c = cos(high);
    switch (n & 3) {
    case 0: return s + low * c;
    case 1: return c;
    case 2: return -(s + low * c);
    default: return -c;
    }
}

/* The reduction is exact: by a period of 2, then to the nearest quarter. */
static inline double value_sinpi(double x)
{
    const double r = fmod(x, 2.0), n = rint(2.0 * r);
    if (r != r) return r;
    if (r == trunc(r)) return copysign(0.0, x);
    return quarter_sine(r - 0.5 * n, (int)n);
}

static inline double value_cospi(double x)
{
    const double r = fmod(x, 2.0), n = rint(2.0 * r);
    if (r != r) return r;
    if (fabs(r) == 0.5 || fabs(r) == 1.5) return 0.0;
    return quarter_sine(r - 0.5 * n, (int)n + 1);
}

/* log(x/(1-x)): x and 1-x apart where 1/x may overflow, else by the exact difference to 1/2. */
static inline double value_logit(double x)
{
    if (x < 0.25) return log(x) - log1p(-x);
    return x < 0.5 ? -log1p((1.0 - 2.0 * x) / x) : log1p((2.0 * x - 1.0) / (1.0 - x));
}

static inline double value_dlogit(double x)
{
    return x < 0.0 || x > 1.0 ? (double)NAN : 1.0 / (x * (1.0 - x));
}

static inline double value_sign(double x)
{
    return fabs(x) > 0.0 ? copysign(1.0, x) : x == 0.0 ? 0.0 : x;
}

static inline double value_sign_right(double x) { return x == 0.0 ? 1.0 : value_sign(x); }

static inline double value_sign_left(double x) { return x == 0.0 ? -1.0 : value_sign(x); }

static inline double value_relu(double x) { return x > 0.0 || x != x ? x : 0.0; }

static inline double value_step(double x) { return x > 0.0 ? 1.0 : x != x ? x : 0.0; }

/* x/hypot(x, y); 0 at the origin. Where both are infinite there is no limit: NaN. */
static inline double value_dir(double x, double y)
{
    const double h = hypot(x, y);
    if (x != x || y != y) return x + y;
    if (h == 0.0) return 0.0;
    if (isinf(x)) return isinf(y) ? (double)NAN : copysign(1.0, x);
    if (h < 0x1p-960) return (x * 0x1p600) / hypot(x * 0x1p600, y * 0x1p600);
    if (isinf(h) && !isinf(y)) return (0.5 * x) / hypot(0.5 * x, 0.5 * y);
    return x / h;
}

/* x/(x^2 + y^2); 0 at the origin and at infinity. Of numbers whose squares may leave the range, a
 * power of two is taken out first. */
static inline double value_rez(double x, double y)
{
    const double square = x * x + y * y;
    if (square > 0x1p-900 && square < 0x1p900) return x / square;
    if (x != x || y != y) return x + y;
    if (isinf(x) || isinf(y) || (x == 0.0 && y == 0.0)) return y == 0.0 ? 0.0 : copysign(0.0, x);
    const double unit = square < 1.0 ? 0x1p600 : 0x1p-600, a = x * unit, b = y * unit;
    return a / (a * a + b * b) * unit;
}

/* (y^2 - x^2)/(x^2 + y^2)^2, rez's derivative by x. */
static inline double value_dipole(double x, double y)
{
    const double r = value_rez(x, y), s = value_rez(y, x);
    return (s - r) * (s + r);
}

/* The weight of x's derivative in max(x, y). */
static inline double value_maxw(double x, double y)
{
    if (x != x) return y != y ? x : 0.0;
    return x < y ? 0.0 : x == y ? 0.5 : 1.0;
}

static inline double value_minw(double x, double y)
{
    if (x != x) return y != y ? x : 0.0;
    return x > y ? 0.0 : x == y ? 0.5 : 1.0;
}

/* The same, 1 or 0 where x = y. */
static inline double value_maxw_first(double x, double y)
{
    return x == y ? 1.0 : value_maxw(x, y);
}

static inline double value_maxw_second(double x, double y)
{
    return x == y ? 0.0 : value_maxw(x, y);
}

static inline double value_minw_first(double x, double y)
{
    return x == y ? 1.0 : value_minw(x, y);
}

static inline double value_minw_second(double x, double y)
{
    return x == y ? 0.0 : value_minw(x, y);
}

/* -n where x = n*y + r: the quotient of x and y itself may round to another integer. */
static inline double minus_quotient(double x, double y, double r)
{
    const double unit = fabs(x) > 1.0 ? 0.5 : 1.0; /* x - r may overflow */
    return r != r ? r : -rint((unit * x - unit * r) / (unit * y));
}

static inline double value_modq(double x, double y) { return minus_quotient(x, y, fmod(x, y)); }

static inline double value_remq(double x, double y)
{
    return minus_quotient(x, y, remainder(x, y));
}

static inline double value_signs(double x, double y)
{
    return x != x || x == 0.0 ? x : copysign(1.0, x) * copysign(1.0, y);
}

/* 0 at x = 0 whatever y is; a NaN stays. */
static inline double value_xlogy(double x, double y)
{
    return x == 0.0 && y == y ? 0.0 : x * log(y);
}

static inline double value_xdivy(double x, double y)
{
    if (x == 0.0 && y == y) return 0.0;
    return y < 0.0 ? (double)NAN : x / y;
}

static inline double value_clamp(double x, double lo, double hi)
{
    if (x != x || !(lo <= hi)) return (double)NAN;
    return x < lo ? lo : x > hi ? hi : x;
}

/* What the argument a of clamp(x, lo, hi) has of its derivative. */
static inline double value_share(double a, double x, double lo, double hi)
{
    const double v = value_clamp(x, lo, hi);
    return v != v ? v : a == v ? 1.0 / ((x == v) + (lo == v) + (hi == v)) : 0.0;
}

/* The larger argument and what the other adds to it. */
static inline double value_logsumexp(double x, double y)
{
    if (x == y) return x + 0.69314718055994530942; /* log(2) */
    return fmax(x, y) + log1p(exp(-fabs(x - y)));
}

/* sigmoid(x-y). What the difference's rounding lost, which the exponential would magnify, is given
 * back. Of two infinities of one sign there is no share. */
static inline double value_exp_share(double x, double y)
{
    const double d = x - y, b = d - x, error = (x - (d - b)) - (y + b);
    const double s = value_sigmoid(d);
    return s == 0.0 || !isfinite(error) ? s : s * (1.0 + error * value_sigmoid(-d));
}

static inline double value_dshare(double x, double y)
{
    return value_exp_share(x, y) * value_exp_share(y, x);
}

/* log(x)', but where x is 0. */
static inline double value_dlogsum(double x) { return x > 0.0 ? 1.0 / x : (double)NAN; }

#endif
