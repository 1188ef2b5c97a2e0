/* ordered.c: Taylor coefficients c_k = f^(k)(x)/k!, k = 0..9, of every elementary function of an
 * integer order n and one argument x, from Arb.
 *
 * Usage: reference_ordered DIRECTORY     writes DIRECTORY/NAME.ref for every function */
#include "jet.h"

#include <stdlib.h>

enum { END = 999 };

/* Coefficients of the function of order n in x + t. */
typedef void (*coefficients_function)(arb_ptr c, slong n, const arb_t x, slong prec);

/* Coefficient n+k of digamma times (n+k)!/k!. */
static void coefficients_polygamma(arb_ptr c, slong n, const arb_t x, slong prec)
{
    arb_poly_t variable, y;
    slong k, i;
    arb_poly_init(variable);
    arb_poly_init(y);
    arb_poly_set_coeff_arb(variable, 0, x);
    arb_poly_set_coeff_si(variable, 1, 1);
    arb_poly_digamma_series(y, variable, n + JET_LENGTH, prec);
    for (k = 0; k < JET_LENGTH; k++) {
        arb_poly_get_coeff_arb(c + k, y, n + k);
        for (i = k + 1; i <= n + k; i++) arb_mul_si(c + k, c + k, i, prec);
    }
    arb_poly_clear(variable);
    arb_poly_clear(y);
}

typedef void (*bessel_function)(arb_t y, const arb_t n, const arb_t x, slong prec);

/* The k-th derivative is the sum of (-1)^i binomial(k, i) C_(n-k+2i) / 2^k. */
static void coefficients_bessel(bessel_function f, arb_ptr c, slong n, const arb_t x, slong prec)
{
    arb_t order, y, binomial;
    slong k, i;
    arb_init(order);
    arb_init(y);
    arb_init(binomial);
    for (k = 0; k < JET_LENGTH; k++) {
        arb_zero(c + k);
        for (i = 0; i <= k; i++) {
            arb_set_si(order, n - k + 2 * i);
            f(y, order, x, prec);
            arb_bin_uiui(binomial, (ulong)k, (ulong)i, prec);
            if (i % 2) arb_neg(binomial, binomial);
            arb_addmul(c + k, y, binomial, prec);
        }
        arb_mul_2exp_si(c + k, c + k, -k);
        for (i = 2; i <= k; i++) arb_div_si(c + k, c + k, i, prec);
    }
    arb_clear(order);
    arb_clear(y);
    arb_clear(binomial);
}

static void coefficients_jn(arb_ptr c, slong n, const arb_t x, slong prec)
{
    coefficients_bessel(arb_hypgeom_bessel_j, c, n, x, prec);
}

static void coefficients_yn(arb_ptr c, slong n, const arb_t x, slong prec)
{
    coefficients_bessel(arb_hypgeom_bessel_y, c, n, x, prec);
}

/* Where a function is sampled: at these orders, all x with 2^low <= |x| <= 2^high, of the signs that
 * it is defined for, and at points that are delicate. */
typedef struct row {
    const char *name;
    coefficients_function coefficients;
    int orders[9]; /* ends with END */
    double low, high;
    int both;
    int count;          /* of log-spaced points, per order and sign */
    double special[32]; /* ends with a 0 */
} row;

/* clang-format off */
#define NEAR_ROOTS 1e-8, 2.404825557695773, 2.4048, 3.8317059702075125, 5.520078110286311, 7.0155866698156188, \
                   8.65, 11.5, 14.0, 38.5, 41.0, 44.0, 1.0, 30.634606468431976
static const row rows[] = {
    {"polygamma", coefficients_polygamma, {0, 1, 2, 3, 5, 8, 20, END}, -30, 40, 1, 17, {1.0, 2.0, 0.5, -0.5, 1.4616321449683623, 1e-12, 9.99, 20.5, 1e30, -1.0 - 1e-9, -2.7476, -24.5, -25.5, -100.25, -1000.5}},
    {"jn", coefficients_jn, {0, 1, 2, 3, 5, 12, 40, -3, END}, -30, 18, 1, 14, {NEAR_ROOTS, -1e-8, -2.5, 1e8}},
    {"yn", coefficients_yn, {0, 1, 2, 3, 5, 12, 40, -3, END}, -20, 18, 0, 24, {NEAR_ROOTS, 0.8935769662791675, 2.197141326031017, 1e8}},
};
/* clang-format on */

static const row *current;

static void coefficients(arb_ptr c, const double *point, slong prec)
{
    arb_t x;
    arb_init(x);
    arb_set_d(x, point[0]);
    current->coefficients(c, (slong)point[1], x, prec);
    arb_clear(x);
}

int main(int argc, char **argv)
{
    size_t r;
    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    for (r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        FILE *file = jet_open(argv[1], rows[r].name, "ordered.c",
                              "x n, then Taylor coefficients c0..c9 in x");
        int n, i, total = 0;
        current = &rows[r];
        for (n = 0; current->orders[n] != END; n++) {
            static jet_points points;
            points.count = 0;
            for (i = 0; current->special[i] != 0.0; i++)
                jet_points_add(&points, current->special[i], 0);
            jet_points_log(&points, current->low, current->high, current->count, current->both);
            for (i = 0; i < points.count; i++) {
                const double point[2] = {points.x[i], current->orders[n]};
                jet_print(file, current->name, coefficients, 2, point, JET_LENGTH);
            }
            total += points.count;
        }
        fclose(file);
        fprintf(stderr, "%-8s %d points\n", current->name, total);
    }
    flint_cleanup();
    return EXIT_SUCCESS;
}
