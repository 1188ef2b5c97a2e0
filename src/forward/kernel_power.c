/* kernel_power.c: roots and powers. */
#include <float.h>
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "forward/kernel_ratio.h"
#include "ops/exponent.h"

void flx_kernel_sqrt(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    const double value = flx_double_sqrt(x[0]);
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else if (value == 0.0) {
        flx_recur_limits(order, stride, x, value, 0.5 / value, -1.0, z, scratch);
    } else if (isinf(value)) {
        flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
    } else {
        z[0] = value;
        for (size_t k = 1; k <= order; k++)
            z[k * stride] =
                (x[k * stride] - flx_recur_inner_square(k, z, stride)) / (value + value);
    }
}

/* x^p with p = (num + lo)/den, whose differential equation x*z' = p*z*x' gives
 *   k*den*x[0]*z[k] = sum over j = 1..k of (j*(num+lo) - (k-j)*den)*x[j]*z[k-j].
 * num/den keep the factors of roots exact; num and lo are the two parts of a given exponent.
 * For p > 0, x(t) with a zero close to t = 0 and orders well above p the last coefficients lose
 * digits (p = 2.07, order 20: 30 times what their condition explains); x[0] + t alone does not.
 * With a variable exponent, extra[j] is what its increments add to the bracket times x[j]. With a
 * logarithm, z = x^p*log(x)^m also receives m*x' times lower = x^p*log(x)^(m-1). */
typedef struct power {
    double num, lo, den;
    const double *x;     /* contiguous, its size near 1: z does not notice */
    double *product;     /* room for j*num */
    const double *extra; /* or NULL */
    const double *lower; /* or NULL; den is 1 */
    double m;
} power;

static double power_factor(const power *p, size_t k, size_t j)
{
    return ((double)j * p->num - (double)(k - j) * p->den) + (double)j * p->lo;
}

/* z[0] is 0 only as a logarithm of 1, which is exact: its products are 0 as well. */
static double power_sum_by_term(const power *p, size_t k, const double *z, size_t stride)
{
    double sum = 0.0;
    for (size_t j = 1; j <= k; j++) {
        double term = flx_double_smul(power_factor(p, k, j), p->x[j]);
        if (p->extra) term += p->extra[j];
        sum += flx_double_smul(term, z[(k - j) * stride]);
        if (p->lower) sum += flx_double_smul(p->m * (double)j * p->x[j], p->lower[k - j]);
    }
    return sum;
}

/* The bracket times x for j and z[i]. */
static double power_term(const power *p, size_t i, size_t j)
{
    const double factor = (p->product[j] - (double)i * p->den) + (double)j * p->lo;
    return p->extra ? factor * p->x[j] + p->extra[j] : factor * p->x[j];
}

/* The whole sum plainly. */
static double power_sum(const power *p, size_t k, const double *z, size_t stride)
{
    double sum = 0.0;
    for (size_t i = 0; i < k; i++) sum += power_term(p, i, k - i) * z[i * stride];
    return sum;
}

/* The whole sum, with what the lower power of the logarithm contributes. */
static double power_sum_with_lower(const power *p, size_t k, const double *z, size_t stride)
{
    double sum = 0.0;
    for (size_t j = 1; j <= k; j++) {
        sum += power_term(p, k - j, j) * z[(k - j) * stride];
        sum += p->m * (double)j * p->x[j] * p->lower[k - j];
    }
    return sum == sum ? sum : power_sum_by_term(p, k, z, stride);
}

static void power_recurrence(size_t order, size_t stride, const power *p, double *z)
{
    for (size_t k = 1; k <= order; k++) {
        const double sum = power_sum(p, k, z, stride);
        z[k * stride] = (sum == sum ? sum : power_sum_by_term(p, k, z, stride))
                        * (1.0 / ((double)k * p->den * p->x[0]));
    }
}

/* The first coefficient from number 1 on that is not finite, order+1 where there is none. */
static size_t first_not_finite(size_t order, size_t stride, const double *z)
{
    size_t k = 1;
    while (k <= order && isfinite(z[k * stride])) k++;
    return k;
}

static void copy(size_t order, const double *from, size_t sf, double *to, size_t st)
{
    for (size_t k = 0; k <= order; k++) to[k * st] = from[k * sf];
}

/* From z[0] = value. Where something is infinite on the way, the large value multiplies last, in the
 * coefficients from there on. p->product has order+1 places more. */
static void power_series(size_t order, size_t stride, const power *p, double value, double *z)
{
    double *const before = p->product + order + 1;
    z[0] = value;
    for (size_t j = 1; j <= order; j++) p->product[j] = (double)j * p->num;
    if (p->lower)
        for (size_t k = 1; k <= order; k++)
            z[k * stride] = power_sum_with_lower(p, k, z, stride) / ((double)k * p->den * p->x[0]);
    else power_recurrence(order, stride, p, z);
    if (!(fabs(value) > 1.0) || p->lower) return;
    const size_t first = first_not_finite(order, stride, z);
    if (first > order) return;
    copy(first - 1, z, stride, before, 1);
    power_series(order, stride, p, 1.0, z);
    for (size_t k = first; k <= order; k++) z[k * stride] = flx_double_amul(z[k * stride], value);
    copy(first - 1, before, 1, z, stride);
}

/* Neither a number of this size nor its quotient by another one leaves the range of doubles. */
static inline int is_ordinary(double x) { return fabs(x) > 0x1p-64 && fabs(x) < 0x1p64; }

/* The exponent by which a series is divided for its powers: that of its first coefficient, on which alone
 * every coefficient may depend. */
static int exponent_near(double x) { return is_ordinary(x) ? 0 : ilogb(x); }

/* Whether coefficient k, the first that is not finite, may be where the series is divided by that of the
 * largest of the first k, which is the new one. */
static int is_larger(size_t k, size_t order, size_t stride, const double *x, int *e)
{
    const int larger = k <= order ? flx_recur_exponent(k, stride, x) : *e;
    if (larger <= *e) return 0;
    *e = larger;
    return 1;
}

/* The same for what is of any size, and after the coefficients that flx_ratio_power has done.
 * Apart, so that what is frequent saves no registers for it. */
__attribute__((noinline)) static void power_of_any_size(size_t order, size_t stride,
                                                        const double *x, double num, double lo,
                                                        double den, double value, size_t done,
                                                        double *z, double *scratch)
{
    const power p = {num, lo, den, scratch, scratch + order + 1, NULL, NULL, 0.0};
    double *const before = scratch + 3 * (order + 1);
    int e = exponent_near(x[0]);
    flx_recur_scale(order, stride, x, e, scratch);
    power_series(order, stride, &p, value, z);
    for (size_t k = first_not_finite(order, stride, z); is_larger(k, order, stride, x, &e);
         k = first_not_finite(order, stride, z)) {
        copy(k - 1, z, stride, before, 1);
        flx_recur_scale(order, stride, x, e, scratch);
        power_series(order, stride, &p, value, z);
        copy(k - 1, before, 1, z, stride);
    }
    if (done == 0) return;
    flx_ratio_prepare(done, stride, x, num, scratch);
    flx_ratio_power(done, stride, x, value, num, den, z, scratch);
}

/* value, and the coefficients of index >= 1 of x^((num+lo)/den), x[0] finite and not 0. scratch begins
 * with the ratios. */
__attribute__((always_inline)) static inline void
power_constant(size_t order, size_t stride, const double *x, double num, double lo, double den,
               double value, double *z, double *scratch)
{
    num += 0.0; /* -0 is no exponent of its own */
    size_t done = 0;
    if (lo == 0.0 && is_ordinary(x[0]) && is_ordinary(value)) {
        if (order <= FLX_COMPOSED && flx_ratio_to_6(order, stride, x, value, num, den, z)) return;
        if (order > FLX_COMPOSED && order <= FLX_FIRST
            && flx_ratio_to_8(order, stride, x, value, num, den, z))
            return;
        done = flx_ratio_power(order, stride, x, value, num, den, z, scratch);
        if (done == order) return;
    }
    power_of_any_size(order, stride, x, num, lo, den, value, done, z, scratch);
}

void flx_kernel_rsqrt(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    flx_ratio_prepare(order, stride, x, -1.0, scratch);
    const double value = flx_double_rsqrt(x[0]);
    if (value != value) flx_recur_undefined(order, stride, x, value, z, scratch);
    else if (isinf(value)) /* -1/(2 x sqrt(x)), and so on: at -0 all are negative */
        flx_recur_limits(order, stride, x, value, -(double)INFINITY, signbit(value) ? 1.0 : -1.0, z,
                         scratch);
    else if (value == 0.0) flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
    else power_constant(order, stride, x, -1.0, 0.0, 2.0, value, z, scratch);
}

void flx_kernel_cbrt(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    flx_ratio_prepare(order, stride, x, 1.0, scratch);
    const double value = flx_double_cbrt(x[0]);
    if (value != value) flx_recur_undefined(order, stride, x, value, z, scratch);
    else if (value == 0.0) /* one-sided: the second derivative has the sign of -x */
        flx_recur_limits(order, stride, x, value, (double)INFINITY, signbit(value) ? 1.0 : -1.0, z,
                         scratch);
    else if (isinf(value)) flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
    else {
        /* libm's value may be 4 ulps off, its first derivative is not. */
        power_constant(order, stride, x, 1.0, 0.0, 3.0, 3.0 * (x[0] * flx_double_dcbrt(x[0])), z,
                       scratch);
        z[0] = value;
    }
}

/* x^(-2/3)/3, even: at 0 the sign of the first derivative is that of -x. */
void flx_kernel_dcbrt(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    flx_ratio_prepare(order, stride, x, -2.0, scratch);
    const double value = flx_double_dcbrt(x[0]);
    const double side = signbit(x[0]) ? 1.0 : -1.0;
    if (value != value) flx_recur_undefined(order, stride, x, value, z, scratch);
    else if (isinf(value))
        flx_recur_limits(order, stride, x, value, side * (double)INFINITY, side, z, scratch);
    else if (value == 0.0) flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
    else power_constant(order, stride, x, -2.0, 0.0, 3.0, value, z, scratch);
}

/* p - k, or 0 for the unknown exponent of pow(1, NaN) = 1, which is 1 whatever it stands for. */
static double exponent_factor(double hi, double lo, size_t k)
{
    const double f = (hi - (double)k) + lo;
    return f == f ? f : 0.0;
}

/* x^(hi+lo-k). */
static double power_value(double x, double hi, double lo, size_t k)
{
    const flx_exponent e = flx_exponent_minus(hi, lo, (double)k);
    return flx_double_powc(x, e.hi, e.lo);
}

/* a*b, where a vanishing power outweighs an infinite factor and a vanishing factor any power. */
static double limit_product(double factor, double x_power)
{
    if (factor != factor) return factor;
    return factor == 0.0 || x_power == 0.0 ? 0.0 : factor * x_power;
}

/* Composed from the derivatives, falling factorial times power: where x[0] or the value is 0 or
 * infinite, and where few derivatives do not vanish. */
static void power_compose(size_t order, size_t stride, const double *x, double hi, double lo,
                          double value, double *z, double *scratch)
{
    double *limit = scratch, *work = scratch + order + 1;
    double factor = 1.0;
    size_t degree = 0;
    limit[0] = value;
    for (size_t j = 1; j <= order; j++) {
        factor *= exponent_factor(hi, lo, j - 1) / (double)j;
        if (factor == 0.0) break;
        limit[j] = limit_product(factor, power_value(x[0], hi, lo, j));
        degree = j;
    }
    flx_recur_compose(order, x, stride, degree, limit, z, stride, work);
}

/* The first coefficient of x above x[0] where x^p is a polynomial, 1 for p = 1, order+1 where there
 * is none. From there on the recurrence, which divides by x[0] where a polynomial has no pole, loses
 * digits; composition does not. What is before it does not depend on it. */
static size_t polynomial_near_0(size_t order, size_t stride, const double *x, double hi)
{
    size_t j = 1;
    if (!(hi > 0.0) || hi > 64.0 || hi != (double)(int)hi) return order + 1;
    while (hi != 1.0 && j <= order && !(fabs(x[j * stride]) > fabs(x[0]))) j++;
    return j;
}

/* Whether x^p is no polynomial and all is of ordinary size. */
static int is_plain_power(double x, double hi, double lo, double value)
{
    return lo == 0.0 && fabs(hi) < 0x1p30 && hi != (double)(int)hi && is_ordinary(x)
           && is_ordinary(value);
}

static int is_normal_power(double x, double value)
{
    return isfinite(x) && x != 0.0 && isfinite(value) && fabs(value) >= DBL_MIN;
}

/* Integer exponents keep every exact zero: x^p has no derivative of order above p. Apart, as
 * above. */
__attribute__((noinline)) static void power_otherwise(size_t order, size_t stride, const double *x,
                                                      double hi, double lo, double value, double *z,
                                                      double *scratch)
{
    if (value != value) {
        flx_recur_undefined(order, stride, x, value, z, scratch);
    } else if (hi == 2.0 && lo == 0.0) {
        flx_kernel_square(order, stride, x, z);
        z[0] = value;
    } else if (!is_normal_power(x[0], value) || !isfinite(hi)) {
        power_compose(order, stride, x, hi, lo, value, z, scratch);
    } else {
        const size_t from = polynomial_near_0(order, stride, x, hi);
        z[0] = value;
        if (from <= order) power_compose(order, stride, x, hi, lo, value, z, scratch);
        if (from <= 1) return;
        flx_ratio_prepare(from - 1, stride, x, hi, scratch);
        power_constant(from - 1, stride, x, hi, lo, 1.0, value, z, scratch);
    }
}

/* x^(hi+lo), of this value. scratch begins with the ratios. */
static void power_of_value(size_t order, size_t stride, const double *x, double hi, double lo,
                           double value, double *z, double *scratch)
{
    if (is_plain_power(x[0], hi, lo, value))
        power_constant(order, stride, x, hi, 0.0, 1.0, value, z, scratch);
    else power_otherwise(order, stride, x, hi, lo, value, z, scratch);
}

void flx_kernel_powc(size_t order, size_t stride, const double *x, double hi, double lo, double *z,
                     double *scratch)
{
    flx_ratio_prepare(order, stride, x, hi, scratch);
    power_of_value(order, stride, x, hi, lo, flx_double_powc(x[0], hi, lo), z, scratch);
}

void flx_kernel_pow_xc(size_t order, size_t stride, const double *x, double p, double *z,
                       double *scratch)
{
    flx_ratio_prepare(order, stride, x, p, scratch);
    power_of_value(order, stride, x, p, 0.0, pow(x[0], p), z, scratch);
}

/* out[j] is coefficient j-1 of y'*(x*log(x)) + (y - y[0])*x', given x scaled and log(x[0]): what
 * the exponent's increments contribute to x*z' = z*(y*x' + y'*x*log(x)). work: 2*(order+1). */
static void exponent_increments(size_t order, size_t stride, const double *scaled, double log_x0,
                                const double *y, double *out, double *work)
{
    double *log_x = out, *w = work, *x_log_x = work + order + 1;
    log_x[0] = log_x0;
    flx_recur_integrate_quotient(order, scaled, 1, scaled[0], scaled, 1, log_x, 1, w);
    flx_recur_derivative(order, 1, scaled, 1.0, w);
    x_log_x[0] = scaled[0] * log_x[0];
    for (size_t k = 1; k < order; k++) /* (x*log(x))' = x'*log(x) + x' */
        x_log_x[k] = flx_recur_dot(k, k, w, 1, log_x, 1) / (double)k + scaled[k];

    for (size_t j = 1; j <= order; j++) out[j] = flx_recur_dot(j, j - 1, w, 1, y, stride);
    flx_recur_derivative(order, stride, y, 1.0, w);
    for (size_t j = 1; j <= order; j++) out[j] += flx_recur_dot(j, j, w, 1, x_log_x, 1);
}

/* x^y = exp(y*log(x)) from z[0] = value, y but for its leading coefficient p: what cancels in
 * x*z' = z*(y*x' + y'*x*log(x)), where log(x[0]) is large, is not there. work: 2*(order+1). */
static void power_by_logarithm(size_t order, size_t stride, const double *scaled, double log_x0,
                               const double *y, double p, double value, double *z, double *work)
{
    double *log_x = work, *w = work + order + 1;
    log_x[0] = log_x0;
    flx_recur_integrate_quotient(order, scaled, 1, scaled[0], scaled, 1, log_x, 1, w);
    for (size_t j = 1; j <= order; j++)
        w[j] = (double)j * (log_x[j] * p + flx_recur_dot(j, j, y, stride, log_x, 1));
    z[0] = value;
    flx_recur_exp(order, stride, w, z);
}

/* x^y as x^y[0] times x^(y - y[0]). work: 5*(order+1) */
static void power_by_factors(size_t order, size_t stride, const double *x, const double *scaled,
                             double log_x0, const double *y, const flx_exponent *e, double value,
                             double *z, double *work)
{
    double *const factor = work, *const room = factor + order + 1;
    flx_ratio_prepare(order, stride, x, e->hi, room);
    power_of_value(order, stride, x, e->hi, e->lo, value, z, room);
    copy(order, y, stride, work + 4 * (order + 1), 1);
    power_by_logarithm(order, 1, scaled, log_x0, work + 4 * (order + 1), 0.0, 1.0, factor, room);
    for (size_t k = order; k >= 1; k--) z[k * stride] += flx_recur_dot(k, k, factor, 1, z, stride);
}

/* Which of the two. The factors have the p*(p-1)*...*(p-k) of the derivatives exactly; by the
 * logarithm these are differences, which cost coefficient 20 five digits at p = 20.5, and all next to
 * a small whole p. But factors that change in opposite directions cancel: x1 and slope are
 * coefficient 1 of x/x[0] and of y*log(x[0]). */
static int has_factors(double p, double x1, double slope)
{
    return p > 0.0 && (p <= 2.0 || slope * x1 >= -x1 * x1);
}

/* x^y for m = 0. What is before y's first coefficient has the bits of a constant power, as it has
 * at an order that y's coefficients are above. */
static void power_of_series(size_t order, size_t stride, const double *x, const double *scaled,
                            const double *y, const flx_exponent *e, double value, double *z,
                            double *work)
{
    const double log_x0 = flx_double_log(x[0]);
    size_t first = 1;
    if (has_factors(e->hi, scaled[1] / scaled[0], log_x0 * y[stride]))
        power_by_factors(order, stride, x, scaled, log_x0, y, e, value, z, work);
    else power_by_logarithm(order, stride, scaled, log_x0, y, e->hi, value, z, work);
    while (y[first * stride] == 0.0) first++;
    if (first == 1) return;
    flx_ratio_prepare(first - 1, stride, x, e->hi, work);
    power_of_value(first - 1, stride, x, e->hi, e->lo, value, z, work);
}

/* x^(y-k)*log(x)^m, the powers of log(x) one by one. room: 4*(order+1) */
static void power_and_logarithms(size_t order, size_t stride, const double *x, const double *scaled,
                                 const double *y, unsigned k, unsigned m, double value, double *z,
                                 double *room)
{
    double *const extra = room, *const lower = extra + order + 1;
    const flx_exponent e = flx_exponent_minus(y[0], 0.0, (double)k);
    exponent_increments(order, stride, scaled, flx_double_log(x[0]), y, extra, lower);
    for (unsigned i = 0; i <= m; i++) {
        const power p = {
            e.hi, e.lo, 1.0, scaled, lower + order + 1, extra, i > 0 ? lower : NULL, (double)i};
        if (i > 0) copy(order, z, stride, lower, 1);
        power_series(order, stride, &p, i > 0 ? flx_double_powk(x[0], y[0], k, i) : value, z);
    }
}

/* x^(y-k)*log(x)^m where x[0] > 0 and the value of the power is normal. */
static void power_variable(size_t order, size_t stride, const double *x, const double *y,
                           unsigned k, unsigned m, double value, double *z, double *scratch)
{
    double *const scaled = scratch, *const room = scaled + order + 1;
    double *const before = room + 4 * (order + 1);
    const flx_exponent of_y = flx_exponent_minus(y[0], 0.0, (double)k);
    int e = exponent_near(x[0]), is_other_road = m == 0;
    flx_recur_scale(order, stride, x, e, scaled);
    if (m == 0) power_of_series(order, stride, x, scaled, y, &of_y, value, z, room);
    else power_and_logarithms(order, stride, x, scaled, y, k, m, value, z, room);
    size_t first = first_not_finite(order, stride, z);
    while (is_larger(first, order, stride, x, &e) || (first <= order && is_other_road)) {
        is_other_road = 0;
        copy(first - 1, z, stride, before, 1);
        flx_recur_scale(order, stride, x, e, scaled);
        power_and_logarithms(order, stride, x, scaled, y, k, m, value, z, room);
        copy(first - 1, before, 1, z, stride);
        first = first_not_finite(order, stride, z);
    }
}

/* The derivative of order (i, j) over i!*j! is the coefficient of s^j in
 *   product over m < i of (p-m+s)/(m+1)  *  exp(s*log(x))  *  x^(p-i).
 * This is it without the power, from the product's coefficients. Where log(x) is infinite its
 * highest power decides. */
static double mixed_factor(size_t i, size_t j, const double *product, double log_x)
{
    double sum = 0.0, term = 1.0; /* term = log_x^n/n! */
    if (log_x != log_x) return j == 0 ? product[0] : log_x;
    if (isinf(log_x)) {
        for (size_t m = 0; m <= i && m <= j; m++) {
            if (product[m] == 0.0) continue;
            return m == j ? product[m] : product[m] * ((j - m) % 2 ? log_x : (double)INFINITY);
        }
        return 0.0;
    }
    for (size_t n = 0; n <= j; n++) {
        if (j - n <= i) sum += flx_double_smul(product[j - n], term);
        term *= log_x / (double)(n + 1);
    }
    return sum;
}

/* The double composition of x^p*log(x)^m, the m-th derivative of x^p in p, from (mixed) derivatives
 * and their limits: where x[0] is not positive and finite, or the power not normal. O(order^4), at
 * such points only. */
static void power_compose_variable(size_t order, size_t stride, const double *x, const double *y,
                                   flx_exponent e, unsigned m, double value, double *z,
                                   double *scratch)
{
    double *product = scratch, *px = product + order + 1, *pxy = px + order + 1;
    const double log_x = flx_double_lognz(x[0]);
    for (size_t k = 1; k <= order; k++) z[k * stride] = px[k] = product[k] = 0.0;
    px[0] = product[0] = 1.0;
    z[0] = value;
    for (size_t i = 0; i <= order; i++) {
        const double x_power = power_value(x[0], e.hi, e.lo, i);
        for (size_t k = 0; k <= order; k++) pxy[k] = px[k];
        for (size_t j = 0; i + j <= order; j++) {
            if (j > 0) flx_recur_times_increment(order, stride, y, i + j - 1, pxy);
            double factor = mixed_factor(i, j + m, product, log_x);
            for (size_t n = j + 1; n <= j + m; n++) factor *= (double)n;
            const double limit = limit_product(factor, x_power);
            for (size_t k = i + j; i + j > 0 && k <= order; k++)
                z[k * stride] += flx_double_amul(pxy[k], limit);
        }
        flx_recur_times_increment(order, stride, x, i, px);
        const double f = exponent_factor(e.hi, e.lo, i);
        for (size_t n = order; n >= 1; n--)
            product[n] = (flx_double_smul(product[n], f) + product[n - 1]) / (double)(i + 1);
        product[0] = product[0] * f / (double)(i + 1);
    }
}

/* x^(y-k)*log(x)^m, of which x^y is the first and the others its derivatives. */
void flx_kernel_powk(size_t order, size_t stride, const double *x, const double *y, unsigned k,
                     unsigned m, double *z, double *scratch)
{
    const flx_exponent e = flx_exponent_minus(y[0], 0.0, (double)k);
    const double x_power = flx_double_powc(x[0], e.hi, e.lo);
    const double value = m == 0 ? x_power : flx_double_powk(x[0], y[0], k, m);
    int is_constant = m == 0;
    for (size_t j = 1; j <= order; j++) is_constant &= y[j * stride] == 0.0;
    if (is_constant) flx_ratio_prepare(order, stride, x, e.hi, scratch);
    if (is_constant) power_of_value(order, stride, x, e.hi, e.lo, value, z, scratch);
    else if (k == 0 && m == 0 && value == value && (x[0] != x[0] || y[0] != y[0]))
        /* pow(1, NaN) and pow(NaN, 0) are 1 whatever the NaN stands for: no derivative. */
        flx_recur_limits(order, stride, x, value, 0.0, 0.0, z, scratch);
    else if (value != value) flx_recur_undefined2(order, stride, x, y, value, z, scratch);
    else if (x[0] > 0.0 && is_normal_power(x[0], x_power) && isfinite(y[0]))
        power_variable(order, stride, x, y, k, m, x_power, z, scratch);
    else power_compose_variable(order, stride, x, y, e, m, value, z, scratch);
}

void flx_kernel_pow(size_t order, size_t stride, const double *x, const double *y, double *z,
                    double *scratch)
{
    flx_kernel_powk(order, stride, x, y, 0, 0, z, scratch);
}
