/* values.c: the elementary functions in plain double, from their rows. */
#include <math.h>

#include "ops/support.h"
#include "ops/exponent.h"

/* Each branch's exponential is at most 1, so nothing overflows or cancels. */
static double value_sigmoid(double x)
{
    const double e = exp(-fabs(x));
    return (x >= 0.0 ? 1.0 : e) / (1.0 + e);
}

static double value_softplus(double x) { return fmax(x, 0.0) + log1p(exp(-fabs(x))); }

/* 4e/(1+e)^2 with e = exp(-2|x|). Past 300 the square of 2t/(1+t^2), t = exp(-|x|), keeps e from
 * becoming subnormal before the result does. */
static double value_sech2(double x)
{
    const double a = fabs(x);
    if (a > 300.0) {
        const double t = exp(-a);
        const double s = 2.0 * t / (1.0 + t * t);
        return s * s;
    }
    const double e = exp(-2.0 * a);
    return 4.0 * e / ((1.0 + e) * (1.0 + e));
}

static double value_sign(double x) { return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x == 0.0 ? 0.0 : x; }

/* x/hypot(x, y); 0 at the origin. Where both are infinite there is no limit: NaN. */
static double value_dir(double x, double y)
{
    const double h = hypot(x, y);
    if (x != x || y != y) return x + y;
    if (h == 0.0) return 0.0;
    if (isinf(x)) return isinf(y) ? (double)NAN : copysign(1.0, x);
    if (isinf(h) && !isinf(y)) return (0.5 * x) / hypot(0.5 * x, 0.5 * y);
    return x / h;
}

/* x/(x^2 + y^2); 0 at the origin and at infinity. */
static double value_rez(double x, double y)
{
    const double h = hypot(x, y);
    if (x != x || y != y) return x + y;
    if (h == 0.0) return 0.0;
    if (isinf(h)) return copysign(0.0, x);
    return (x / h) / h;
}

/* The weight of x's derivative in max(x, y). */
static double value_maxw(double x, double y)
{
    if (x != x) return y != y ? x : 0.0;
    return x < y ? 0.0 : x == y ? 0.5 : 1.0;
}

static double value_minw(double x, double y)
{
    if (x != x) return y != y ? x : 0.0;
    return x > y ? 0.0 : x == y ? 0.5 : 1.0;
}

#define OP(name, value, slot, domain, derivative)                                                  \
    double flx_double_##name(double x) { return value; }
#define OP_INLINE(name, value, slot, domain, derivative)
#include "ops/ops.def"
#undef OP

#define OP2(name, value, dx, dy)                                                                   \
    double flx_double_##name(double x, double y) { return value; }
#include "ops/binary.def"
#undef OP2

/* x^(hi+lo) = x^hi * (1 + lo*log(x)): lo is below an ulp of hi and |hi*log(x)| < 746 where the
 * power is finite, so the next term is below 1e-26. */
double flx_double_powc(double x, double hi, double lo)
{
    const double y = pow(x, hi);
    return lo != 0.0 && x > 0.0 && isfinite(x) ? y * (1.0 + lo * log(x)) : y;
}

double flx_double_powk(double x, double y, unsigned k)
{
    const flx_exponent e = flx_exponent_minus(y, 0.0, (double)k);
    return flx_double_powc(x, e.hi, e.lo);
}

double flx_double_pow(double x, double y) { return pow(x, y); }
