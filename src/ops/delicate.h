/* delicate.h: which flags an operation raises at its arguments. */
#ifndef FLUXION_OPS_DELICATE_H
#define FLUXION_OPS_DELICATE_H

#include <math.h>

#include <fluxion/status.h>

#include "ops/special.h"

/* For asking whether a point is delicate at any order. */
enum { FLX_ANY_ORDER = 1 << 30 };

/* clang-format off */
#define NONE 0u
#define AT(flag, from, condition) ((condition) && order >= (from) ? (unsigned)FLX_FLAG_##flag : 0u)
#define DELICATE(name, flags) static inline unsigned flx_delicate_##name(double x, int order) { (void)x; (void)order; return flags; }
#define DELICATE2(name, flags) static inline unsigned flx_delicate_##name(double x, double y, int order) { (void)x; (void)y; (void)order; return flags; }
#define DELICATE3(name, flags) static inline unsigned flx_delicate_##name(double x, double y, double z, int order) { (void)x; (void)y; (void)z; (void)order; return flags; }
#define DELICATEN(name, flags) static inline unsigned flx_delicate_d##name(double x, int n, unsigned k, int order) { (void)x; (void)n; (void)k; (void)order; return flags; }
#include "ops/delicate.def"
#undef DELICATE
#undef DELICATE2
#undef DELICATE3
#undef DELICATEN
#undef AT
#undef NONE
/* clang-format on */

/* x/y: 0/0 is outside the domain, which its value says. */
static inline unsigned flx_delicate_div(double x, double y)
{
    return y == 0.0 && x != 0.0 && x == x ? (unsigned)FLX_FLAG_POLE : 0u;
}

/* Whether x^y at x = 0, derived k times by x and m times by y, is infinite. A power of positive
 * exponent vanishes faster than any logarithm grows. */
static inline int flx_pole_of_power(double y, int k, int m)
{
    const int polynomial = y >= 0.0 && y == floor(y);
    return m > 0 ? k >= y : !polynomial && k > y;
}

/* x^y derived k times by x and m times by y; derivatives up to these orders by x and by y, and no
 * higher than the larger of the two in all, are asked for. */
static inline unsigned flx_delicate_dpow(double x, double y, unsigned k, unsigned m, int by_x,
                                         int by_y)
{
    const int n = (int)k, less = by_x > 0 ? by_x - 1 : 0;
    if (x < 0.0) return by_y > 0 && m == 0 && y == floor(y) ? (unsigned)FLX_FLAG_DOMAIN : 0u;
    if (x != 0.0 || y != y) return 0;
    const int pole = flx_pole_of_power(y, n + by_x, (int)m)
                     || (by_y > 0 && flx_pole_of_power(y, n + less, (int)m + 1));
    return pole ? (unsigned)FLX_FLAG_POLE : 0u;
}

/* What a value says of its operands: are there NaNs among them, infinities? Of the points that are
 * delicate at any order a pole where the sides differ, and what is indeterminate, has no value, and
 * where it is infinite nothing has overflowed. */
static inline unsigned flx_delicate_value(double z, int nan, int infinite, unsigned points)
{
    if (z != z)
        return nan || points & (FLX_FLAG_POLE | FLX_FLAG_INDETERMINATE) ? 0u
                                                                        : (unsigned)FLX_FLAG_DOMAIN;
    const int over =
        isinf(z) && !nan && !infinite && !(points & (FLX_FLAG_POLE | FLX_FLAG_INDETERMINATE));
    return over ? (unsigned)FLX_FLAG_OVERFLOW : 0u;
}

#endif
