/* random_partials.c: derivatives of the elementary operations, from the textbook, in long double. */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* j0l, y0l */
#endif
#include "random_partials.h"

#include <float.h>
#include <math.h>

_Static_assert(LDBL_MANT_DIG >= 64, "the reference needs more than double precision");

static const long double two_over_sqrt_pi = 1.128379167095512573896158903121545172L;

static const long double pi = 3.141592653589793238462643383279502884L;
static const long double log_2 = 0.693147180559945309417232121458176568L;
static const long double log_10 = 2.302585092994045684017991454684364208L;

static partials unary(long double first, long double second)
{
    const partials p = {first, 0.0L, second, 0.0L, 0.0L, 0.0L, fabsl(first), fabsl(second)};
    return p;
}

static partials binary(long double a, long double b, long double aa, long double ab, long double bb)
{
    const partials p = {a, b, aa, ab, bb, fabsl(ab), fabsl(a), fabsl(aa)};
    return p;
}

/* With a constant second or first argument only one derivative is left. */
static partials keep_first(partials p) { return unary(p.a, p.aa); }
static partials keep_second(partials p) { return unary(p.b, p.bb); }

static partials of_div(long double x, long double y)
{
    return binary(1.0L / y, -x / y / y, 0.0L, -1.0L / y / y, 2.0L * x / y / y / y);
}

static partials of_pow(long double x, long double y)
{
    const long double z = powl(x, y), z1 = powl(x, y - 1.0L), log_x = logl(x);
    /* Outside the domain; a tiny y hides in y - 1. */
    if (z != z) return binary(z, z, z, z, z);
    const long double zx = y == 0.0L ? 0.0L : y * z1;
    const long double zxx = y == 0.0L || y == 1.0L ? 0.0L : y * (y - 1.0L) * powl(x, y - 2.0L);
    partials p = binary(zx, z * log_x, zxx, z1 * (1.0L + y * log_x), z * log_x * log_x);
    p.size_ab = fabsl(z1) * (1.0L + fabsl(y * log_x));
    return p;
}

static partials of_hypot(long double x, long double y)
{
    const long double h = hypotl(x, y);
    if (h == 0.0L) return unary(0.0L, 0.0L);
    const long double c = x / h, s = y / h;
    return binary(c, s, s * s / h, -c * s / h, c * c / h);
}

/* Of atan2(y, x), in that order. */
static partials of_atan2(long double y, long double x)
{
    const long double h = hypotl(x, y);
    if (h == 0.0L) return unary(0.0L, 0.0L);
    const long double c = x / h, s = y / h;
    partials p =
        binary(c / h, -s / h, -2.0L * s * c / h / h, (s * s - c * c) / h / h, 2.0L * s * c / h / h);
    p.size_ab = 1.0L / h / h;
    return p;
}

/* Of fmax(x, y); of fmin with both negated. */
static partials of_fmax(long double x, long double y)
{
    const long double first = x > y ? 1.0L : x < y ? 0.0L : 0.5L;
    return binary(first, 1.0L - first, 0.0L, 0.0L, 0.0L);
}

/* x = n*y + r. */
static partials of_quotient(long double x, long double y, long double r)
{
    return binary(1.0L, -rintl((x - r) / y), 0.0L, 0.0L, 0.0L);
}

static partials of_copysign(long double x, long double y)
{
    const long double slope = x == 0.0L ? 0.0L : copysignl(1.0L, x) * copysignl(1.0L, y);
    return binary(slope, 0.0L, 0.0L, 0.0L, 0.0L);
}

/* The weight of x in a choice between x and y, `tie` where they are equal. */
static partials of_choice(int first, int equal, long double tie)
{
    const long double weight = equal ? tie : first ? 1.0L : 0.0L;
    return binary(weight, 1.0L - weight, 0.0L, 0.0L, 0.0L);
}

static partials of_xlogy(long double x, long double y)
{
    return binary(logl(y), x / y, 0.0L, 1.0L / y, -x / y / y);
}

/* The derivative of digamma of order m = 0, 1, 2: by the recurrence to x >= 25, from there by the
 * asymptotic series; far below 0 by reflection. */
static long double of_digamma(unsigned m, long double x)
{
    static const long double bernoulli[] = {
        1.0L / 6.0L,       -1.0L / 30.0L,      1.0L / 42.0L, -1.0L / 30.0L,
        5.0L / 66.0L,      -691.0L / 2730.0L,  7.0L / 6.0L,  -3617.0L / 510.0L,
        43867.0L / 798.0L, -174611.0L / 330.0L};
    if (x == floorl(x) && x <= 0.0L) return (long double)NAN;
    if (x < -30.0L) {
        const long double t = x - rintl(x); /* cot(pi*x), which is 0 where this is 1/2 */
        const long double c =
            fabsl(t) < 0.25L ? 1.0L / tanl(pi * t) : tanl(pi * (copysignl(0.5L, t) - t));
        const long double d = 1.0L + c * c, y = of_digamma(m, 1.0L - x);
        if (m == 0) return y - pi * c;
        return m == 1 ? pi * pi * d - y : y - 2.0L * pi * pi * pi * c * d;
    }
    long double sum = 0.0L;
    for (; x < 25.0L; x += 1.0L)
        sum += m == 0 ? -1.0L / x : m == 1 ? 1.0L / x / x : -2.0L / x / x / x;
    const long double r = 1.0L / x, r2 = r * r;
    long double power = r2, series = m == 0   ? logl(x) - 0.5L * r
                                     : m == 1 ? r + 0.5L * r2
                                              : -r2 - r2 * r;
    for (int k = 1; k <= 10; k++, power *= r2) {
        const long double b = bernoulli[k - 1] * power;
        series += m == 0 ? -b / (2 * k) : m == 1 ? b * r : -b * r2 * (2 * k + 1);
    }
    return sum + series;
}

/* Below 0 these have roots between their poles, the first one also near 1.46, where the sum above
 * loses digits of a long double. */
static long double size_of_digamma(unsigned m, long double x)
{
    const long double y = fabsl(of_digamma(m, x));
    if (x < 0.0L) return y + fabsl(of_digamma(m, 1.0L - x));
    return m == 0 && x < 3.0L ? y + 0x1p-8L : y;
}

/* Near the roots of the first derivative, which are no doubles, the promise is its condition number in
 * ulps, of which size_a counts four. */
static void size_by_condition(partials *p, long double x)
{
    p->size_a = fmaxl(p->size_a, 0.25L * fabsl(x * p->aa));
}

static partials of_lgamma(long double x)
{
    partials p = unary(of_digamma(0, x), of_digamma(1, x));
    p.size_a = size_of_digamma(0, x);
    size_by_condition(&p, x);
    return p;
}

static partials of_tgamma(long double x)
{
    const long double y = tgammal(x), psi = of_digamma(0, x);
    partials p = unary(y * psi, y * (psi * psi + of_digamma(1, x)));
    p.size_a = fabsl(y) * size_of_digamma(0, x);
    size_by_condition(&p, x);
    return p;
}

static partials of_digamma_itself(long double x)
{
    partials p = unary(of_digamma(1, x), of_digamma(2, x));
    p.size_aa = size_of_digamma(2, x);
    return p;
}

/* Newton's method on erf(y) - x, in the tails on erfc. */
static partials of_erfinv(long double x)
{
    const long double a = fabsl(x);
    if (!(a < 1.0L)) return unary((long double)NAN, (long double)NAN);
    long double y = a < 0.5L ? a : sqrtl(-logl(1.0L - a));
    for (int k = 0; k < 60; k++) {
        const long double excess = a < 0.5L ? erfl(y) - a : (1.0L - a) - erfcl(y);
        y -= excess / two_over_sqrt_pi * expl(y * y);
    }
    const long double p = expl(y * y) / two_over_sqrt_pi;
    return unary(p, copysignl(2.0L * y * p * p, x));
}

/* Newton's method on w + log(w) - log(x), or on w*exp(w) - x; near the branch point from its
 * series. */
static partials of_lambertw(long double x)
{
    static const long double e = 2.718281828459045235360287471352662498L;
    long double w = x > 3.0L ? logl(x) - logl(logl(x)) : x > -0.2L ? x / (1.0L + x) : 0.0L;
    if (x < -0.2L) w = -1.0L + sqrtl(2.0L * fmaxl(e * x + 1.0L, 0.0L));
    for (int k = 0; k < 60 && x != 0.0L; k++) {
        if (x > 3.0L) w -= (w + logl(w / x)) / (1.0L + 1.0L / w);
        else w -= (w - x * expl(-w)) / (1.0L + w);
    }
    const long double p = 1.0L / (expl(w) * (1.0L + w));
    return unary(p, -p * p * (2.0L + w) / (1.0L + w));
}

/* By their differential equation, whose terms are at most so large. */
static partials of_bessel(long double first, long double zeroth, long double x, int order)
{
    const long double waves = sqrtl(0.64L / fabsl(x)), r = 1.0L / x;
    partials p = order == 1 ? unary(zeroth - first * r, (2.0L * r * r - 1.0L) * first - zeroth * r)
                            : unary(-first, first * r - zeroth);
    p.size_a = fabsl(zeroth) + fabsl(first * r) + waves;
    p.size_aa = (2.0L * r * r + 1.0L) * fabsl(first) + fabsl(zeroth * r) + fabsl(zeroth) + waves;
    return p;
}

static partials of_logsumexp(long double x, long double y)
{
    const long double s = 1.0L / (1.0L + expl(y - x)), t = 1.0L / (1.0L + expl(x - y));
    return binary(s, t, s * t, -s * t, s * t);
}

static partials of_arithmetic(unsigned op, long double x, long double y, long double k)
{
    switch (op) {
    case RANDOM_add: return binary(1.0L, 1.0L, 0.0L, 0.0L, 0.0L);
    case RANDOM_sub: return binary(1.0L, -1.0L, 0.0L, 0.0L, 0.0L);
    case RANDOM_mul: return binary(y, x, 0.0L, 1.0L, 0.0L);
    case RANDOM_div: return of_div(x, y);
    case RANDOM_add_xc:
    case RANDOM_add_cx:
    case RANDOM_sub_xc: return unary(1.0L, 0.0L);
    case RANDOM_neg:
    case RANDOM_sub_cx: return unary(-1.0L, 0.0L);
    case RANDOM_square: return unary(2.0L * x, 2.0L);
    case RANDOM_mul_xc:
    case RANDOM_mul_cx: return unary(k, 0.0L);
    case RANDOM_div_xc: return unary(1.0L / k, 0.0L);
    case RANDOM_div_cx: return keep_second(of_div(k, x));
    case RANDOM_pow: return of_pow(x, y);
    case RANDOM_pow_xc: return keep_first(of_pow(x, k));
    case RANDOM_pow_cx: return keep_second(of_pow(k, x));
    case RANDOM_logsumexp: return of_logsumexp(x, y);
    case RANDOM_logsumexp_xc: return keep_first(of_logsumexp(x, k));
    case RANDOM_logsumexp_cx: return keep_second(of_logsumexp(k, x));
    case RANDOM_hypot: return of_hypot(x, y);
    case RANDOM_hypot_xc: return keep_first(of_hypot(x, k));
    case RANDOM_hypot_cx: return keep_second(of_hypot(k, x));
    case RANDOM_atan2: return of_atan2(x, y);
    case RANDOM_atan2_xc: return keep_first(of_atan2(x, k));
    case RANDOM_atan2_cx: return keep_second(of_atan2(k, x));
    case RANDOM_fmax: return of_fmax(x, y);
    case RANDOM_fmax_xc:
    case RANDOM_fmax_cx: return keep_first(of_fmax(x, k));
    case RANDOM_fmin: return of_fmax(-x, -y);
    case RANDOM_fmin_xc:
    case RANDOM_fmin_cx: return keep_first(of_fmax(-x, -k));
    case RANDOM_fmod: return of_quotient(x, y, fmodl(x, y));
    case RANDOM_fmod_xc: return keep_first(of_quotient(x, k, fmodl(x, k)));
    case RANDOM_fmod_cx: return keep_second(of_quotient(k, x, fmodl(k, x)));
    case RANDOM_remainder: return of_quotient(x, y, remainderl(x, y));
    case RANDOM_remainder_xc: return keep_first(of_quotient(x, k, remainderl(x, k)));
    case RANDOM_remainder_cx: return keep_second(of_quotient(k, x, remainderl(k, x)));
    case RANDOM_copysign: return of_copysign(x, y);
    case RANDOM_copysign_xc: return keep_first(of_copysign(x, k));
    case RANDOM_copysign_cx: return keep_second(of_copysign(k, x));
    case RANDOM_fmin_first: return of_choice(x < y, x == y, 1.0L);
    case RANDOM_fmin_first_xc: return keep_first(of_choice(x < k, x == k, 1.0L));
    case RANDOM_fmin_first_cx: return keep_second(of_choice(k < x, k == x, 1.0L));
    case RANDOM_fmin_second: return of_choice(x < y, x == y, 0.0L);
    case RANDOM_fmin_second_xc: return keep_first(of_choice(x < k, x == k, 0.0L));
    case RANDOM_fmin_second_cx: return keep_second(of_choice(k < x, k == x, 0.0L));
    case RANDOM_fmax_first: return of_choice(x > y, x == y, 1.0L);
    case RANDOM_fmax_first_xc: return keep_first(of_choice(x > k, x == k, 1.0L));
    case RANDOM_fmax_first_cx: return keep_second(of_choice(k > x, k == x, 1.0L));
    case RANDOM_fmax_second: return of_choice(x > y, x == y, 0.0L);
    case RANDOM_fmax_second_xc: return keep_first(of_choice(x > k, x == k, 0.0L));
    case RANDOM_fmax_second_cx: return keep_second(of_choice(k > x, k == x, 0.0L));
    case RANDOM_xlogy: return of_xlogy(x, y);
    case RANDOM_xlogy_xc: return keep_first(of_xlogy(x, k));
    case RANDOM_xlogy_cx: return keep_second(of_xlogy(k, x));
    default: return unary((long double)NAN, (long double)NAN);
    }
}

/* sin(pi*x) or its derivative over pi; x to the nearest half first. */
static partials of_half_turns(int cosine, long double x)
{
    if (!isfinite(x)) return unary((long double)NAN, (long double)NAN);
    const long double n = rintl(2.0L * x), angle = pi * (x - 0.5L * n);
    const int quarter = (int)fmodl(n, 4.0L) + 4 + cosine;
    const long double s = sinl(angle), c = cosl(angle);
    const long double at[5] = {s, c, -s, -c, s};
    const long double first = at[quarter % 4 + 1], value = at[quarter % 4];
    return unary(pi * first, -pi * pi * value);
}

partials random_partials(unsigned op, double at, double y, double k)
{
    const long double x = at;
    long double t;
    switch (op) {
    case RANDOM_sqrt: t = sqrtl(x); return unary(0.5L / t, -0.25L / (x * t));
    case RANDOM_rsqrt: t = 1.0L / sqrtl(x); return unary(-0.5L * t / x, 0.75L * t / x / x);
    case RANDOM_cbrt: t = cbrtl(x) / x; return unary(t / 3.0L, -2.0L / 9.0L * t / x);
    case RANDOM_exp:
    case RANDOM_expm1: return unary(expl(x), expl(x));
    case RANDOM_log: return unary(1.0L / x, -1.0L / x / x);
    case RANDOM_log1p: t = 1.0L + x; return unary(1.0L / t, -1.0L / t / t);
    case RANDOM_sin: return unary(cosl(x), -sinl(x));
    case RANDOM_cos: return unary(-sinl(x), -cosl(x));
    case RANDOM_tan: t = tanl(x); return unary(1.0L + t * t, 2.0L * t * (1.0L + t * t));
    case RANDOM_asin: t = 1.0L / sqrtl((1.0L - x) * (1.0L + x)); return unary(t, x * t * t * t);
    case RANDOM_acos: t = 1.0L / sqrtl((1.0L - x) * (1.0L + x)); return unary(-t, -x * t * t * t);
    case RANDOM_atan: t = 1.0L / (1.0L + x * x); return unary(t, -2.0L * x * t * t);
    case RANDOM_sinh: return unary(coshl(x), sinhl(x));
    case RANDOM_cosh: return unary(sinhl(x), coshl(x));
    case RANDOM_tanh: t = 1.0L / coshl(x); return unary(t * t, -2.0L * tanhl(x) * t * t);
    case RANDOM_sigmoid:
        t = expl(-fabsl(x)) / (1.0L + expl(-fabsl(x))) / (1.0L + expl(-fabsl(x)));
        return unary(t, -t * tanhl(0.5L * x));
    case RANDOM_softplus:
        t = expl(-fabsl(x));
        return unary((x > 0.0L ? 1.0L : t) / (1.0L + t), t / (1.0L + t) / (1.0L + t));
    case RANDOM_erf: t = two_over_sqrt_pi * expl(-x * x); return unary(t, -2.0L * x * t);
    case RANDOM_fabs: return unary(x > 0.0L ? 1.0L : x < 0.0L ? -1.0L : 0.0L, 0.0L);
    case RANDOM_exp2: t = exp2l(x) * log_2; return unary(t, t * log_2);
    case RANDOM_log2: t = 1.0L / (x * log_2); return unary(t, -t / x);
    case RANDOM_log10: t = 1.0L / (x * log_10); return unary(t, -t / x);
    case RANDOM_asinh: t = 1.0L / hypotl(1.0L, x); return unary(t, -x * t * t * t);
    case RANDOM_acosh:
        t = 1.0L / sqrtl(x - 1.0L) / sqrtl(x + 1.0L);
        return unary(t, -x * t * t * t);
    case RANDOM_atanh: t = 1.0L / (1.0L - x) / (1.0L + x); return unary(t, 2.0L * x * t * t);
    case RANDOM_erfc: t = two_over_sqrt_pi * expl(-x * x); return unary(-t, 2.0L * x * t);
    case RANDOM_floor:
    case RANDOM_ceil:
    case RANDOM_round:
    case RANDOM_trunc:
    case RANDOM_rint:
    case RANDOM_sign: return unary(0.0L, 0.0L);
    case RANDOM_fabs_right: return unary(x >= 0.0L ? 1.0L : -1.0L, 0.0L);
    case RANDOM_fabs_left: return unary(x > 0.0L ? 1.0L : -1.0L, 0.0L);
    case RANDOM_relu: return unary(x > 0.0L ? 1.0L : 0.0L, 0.0L);
    case RANDOM_sinpi:
    case RANDOM_cospi: return of_half_turns(op == RANDOM_cospi, x);
    case RANDOM_logit:
        t = 1.0L / x / (1.0L - x);
        return unary(x < 0.0L || x > 1.0L ? (long double)NAN : t, (2.0L * x - 1.0L) * t * t);
    case RANDOM_lgamma: return of_lgamma(x);
    case RANDOM_tgamma: return of_tgamma(x);
    case RANDOM_erfinv: return of_erfinv(x);
    case RANDOM_lambertw: return of_lambertw(x);
    case RANDOM_jn_1: return of_bessel(j1l(x), j0l(x), x, 1);
    case RANDOM_yn_0: return of_bessel(y1l(x), y0l(x), x, 0);
    case RANDOM_polygamma_0:
    case RANDOM_digamma: return of_digamma_itself(x);
    default: return of_arithmetic(op, x, y, k);
    }
}
