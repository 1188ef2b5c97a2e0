/* kernel_twice.c: see kernel_twice.h. */
#include "forward/kernel_twice.h"

static flx_twice at(const double *hi, const double *lo, size_t k)
{
    return (flx_twice){hi[k], lo[k]};
}

static void put(flx_twice value, double *hi, double *lo, size_t k)
{
    hi[k] = value.hi;
    lo[k] = value.lo;
}

/* Coefficient k of x^2, where x ends with x[degree]. */
static flx_twice square(size_t k, const double *x, size_t degree)
{
    flx_twice sum = {0.0, 0.0};
    for (size_t j = k > degree ? k - degree : 0; j <= k && j <= degree; j++)
        sum = flx_twice_add_product(sum, (flx_twice){x[j], 0.0}, (flx_twice){x[k - j], 0.0});
    return sum;
}

/* For q = x^2 + unit^2: k*q[0]*d[k] = sum of (power*j - (k-j))*q[j]*d[k-j] over j = 1..k. Its roots are
 * nearly double where x[0] is large, and cost digits, of which there are enough here. */
size_t flx_twice_arc(size_t order, const double *x, double unit, double power, double *d,
                     double *d_low, double *q, double *q_low)
{
    const flx_twice of_unit = {unit, 0.0};
    size_t degree = order; /* of x */
    while (degree > 0 && x[degree] == 0.0) degree--;
    put(flx_twice_add_product(square(0, x, degree), of_unit, of_unit), q, q_low, 0);
    put((flx_twice){1.0, 0.0}, d, d_low, 0);
    for (size_t k = 1; k <= order; k++) {
        flx_twice sum = {0.0, 0.0};
        put(square(k, x, degree), q, q_low, k);
        for (size_t j = 1; j <= k && j <= 2 * degree; j++) {
            const double factor = power * (double)j - (double)(k - j);
            const flx_twice term = flx_twice_product((flx_twice){factor, 0.0}, at(q, q_low, j));
            sum = flx_twice_add_product(sum, term, at(d, d_low, k - j));
        }
        const flx_twice divisor = flx_twice_product((flx_twice){(double)k, 0.0}, at(q, q_low, 0));
        put(flx_twice_quotient(sum, divisor), d, d_low, k);
        if (!isfinite(d[k] + d_low[k])) return k - 1;
    }
    return order;
}

/* Coefficient k of y^2 without y[0]. */
static flx_twice inner_square(size_t k, const double *y, const double *y_low)
{
    flx_twice sum = {0.0, 0.0};
    for (size_t j = 1; 2 * j < k; j++)
        sum = flx_twice_add_product(sum, at(y, y_low, j), at(y, y_low, k - j));
    sum = (flx_twice){2.0 * sum.hi, 2.0 * sum.lo};
    return k % 2 == 1 ? sum : flx_twice_add_product(sum, at(y, y_low, k / 2), at(y, y_low, k / 2));
}

/* s[0] with what rounding took from it, which half and `still` tell; far out, where they do not, itself. */
static flx_twice first_slope(const flx_riccati *r)
{
    const flx_twice half = {r->half, r->half_low}, bend = {r->bend, 0.0};
    const flx_twice rest = flx_twice_add_product((flx_twice){-r->still, 0.0}, half, half);
    const flx_twice s = flx_twice_quotient(rest, bend);
    return fabs(s.hi - r->s) <= 0x1p-50 * r->s ? s : (flx_twice){r->s, 0.0};
}

size_t flx_twice_riccati(size_t order, const double *d, const flx_riccati *r, double *y,
                         double *y_low, double *s, double *s_low)
{
    const flx_twice slope = {2.0 * r->half, 2.0 * r->half_low}, bend = {r->bend, 0.0};
    size_t degree = order; /* of d */
    while (degree > 0 && d[degree] == 0.0) degree--;
    put(first_slope(r), s, s_low, 0);
    for (size_t k = 1; k <= order; k++) {
        flx_twice sum = {0.0, 0.0};
        for (size_t j = 1; j <= k && j <= degree; j++)
            sum = flx_twice_add_product(sum, (flx_twice){d[j], 0.0}, at(s, s_low, k - j));
        put(flx_twice_quotient(sum, (flx_twice){(double)k, 0.0}), y, y_low, k);
        sum = flx_twice_product(bend, inner_square(k, y, y_low));
        put(flx_twice_add_product(sum, slope, at(y, y_low, k)), s, s_low, k);
        if (!isfinite(y[k] + y_low[k]) || !isfinite(s[k] + s_low[k])) return k - 1;
    }
    return order;
}
