/* ordered_rows.c: the functions of an integer order n and one argument x: their coefficients in x, and
 * where they are sampled. */
#include "rows.h"

/* Coefficient n+k of digamma times (n+k)!/k!. */
static void coefficients_polygamma(arb_ptr c, slong n, const arb_t x, slong length, slong prec)
{
    arb_poly_t variable, y;
    slong k, i;
    arb_poly_init(variable);
    arb_poly_init(y);
    arb_poly_set_coeff_arb(variable, 0, x);
    arb_poly_set_coeff_si(variable, 1, 1);
    arb_poly_digamma_series(y, variable, n + length, prec);
    for (k = 0; k < length; k++) {
        arb_poly_get_coeff_arb(c + k, y, n + k);
        for (i = k + 1; i <= n + k; i++) arb_mul_si(c + k, c + k, i, prec);
    }
    arb_poly_clear(variable);
    arb_poly_clear(y);
}

typedef void (*bessel_function)(arb_t y, const arb_t n, const arb_t x, slong prec);

/* The k-th derivative is the sum of (-1)^i binomial(k, i) C_(n-k+2i) / 2^k, of 2*length-1 orders in
 * all. */
static void coefficients_bessel(bessel_function f, arb_ptr c, slong n, const arb_t x, slong length,
                                slong prec)
{
    const slong orders = 2 * length - 1, middle = length - 1;
    const arb_ptr values = _arb_vec_init(orders);
    arb_t order, binomial;
    slong k, i;
    arb_init(order);
    arb_init(binomial);
    for (i = 0; i < orders; i++) {
        arb_set_si(order, n - middle + i);
        f(values + i, order, x, prec);
    }
    for (k = 0; k < length; k++) {
        arb_zero(c + k);
        for (i = 0; i <= k; i++) {
            arb_bin_uiui(binomial, (ulong)k, (ulong)i, prec);
            if (i % 2) arb_neg(binomial, binomial);
            arb_addmul(c + k, values + middle - k + 2 * i, binomial, prec);
        }
        arb_mul_2exp_si(c + k, c + k, -k);
        for (i = 2; i <= k; i++) arb_div_si(c + k, c + k, i, prec);
    }
    _arb_vec_clear(values, orders);
    arb_clear(order);
    arb_clear(binomial);
}

static void coefficients_jn(arb_ptr c, slong n, const arb_t x, slong length, slong prec)
{
    coefficients_bessel(arb_hypgeom_bessel_j, c, n, x, length, prec);
}

static void coefficients_yn(arb_ptr c, slong n, const arb_t x, slong length, slong prec)
{
    coefficients_bessel(arb_hypgeom_bessel_y, c, n, x, length, prec);
}

/* clang-format off */
#define NEAR_ROOTS 1e-8, 2.404825557695773, 2.4048, 3.8317059702075125, 5.520078110286311, 7.0155866698156188, \
                   8.65, 11.5, 14.0, 38.5, 41.0, 44.0, 1.0, 30.634606468431976
const ordered_row ordered_rows[] = {
    {"polygamma", coefficients_polygamma, {0, 1, 2, 3, 5, 8, 20, ORDERS_END}, -30, 40, BOTH, 17, {1.0, 2.0, 0.5, -0.5, 1.4616321449683623, 1e-12, 9.99, 20.5, 1e30, -1.0 - 1e-9, -2.7476, -24.5, -25.5, -100.25, -1000.5}},
    {"jn", coefficients_jn, {0, 1, 2, 3, 5, 12, 40, -3, ORDERS_END}, -30, 18, BOTH, 14, {NEAR_ROOTS, -1e-8, -2.5, 1e8}},
    {"yn", coefficients_yn, {0, 1, 2, 3, 5, 12, 40, -3, ORDERS_END}, -20, 18, POSITIVE, 24, {NEAR_ROOTS, 0.8935769662791675, 2.197141326031017, 1e8}},
};
/* clang-format on */
const size_t ordered_count = sizeof ordered_rows / sizeof ordered_rows[0];
