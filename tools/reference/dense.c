/* dense.c: derivatives of special functions at many points of the ranges where one formula of theirs
 * computes them, from Arb: enough for an average of errors.
 *
 * Usage: reference_dense DIRECTORY     writes DIRECTORY/dense.ref */
#include "rows.h"

#include <math.h>
#include <stdlib.h>

/* The tests know a row by its number in this table. */
static const struct {
    series_function series;
    unsigned derivative;
    double low, high;
} rows[] = {
    {arb_poly_digamma_series, 0, 2.0, 10.0},
    {arb_poly_digamma_series, 0, -0.5, 0.0},
    {arb_poly_digamma_series, 0, -0.6, -0.4},
    {arb_poly_digamma_series, 1, 0.0, 9.0},
    {arb_poly_digamma_series, 2, 0.0, 9.0},
    {arb_poly_digamma_series, 5, 0.0, 9.0},
    {arb_poly_digamma_series, 2, -7.0, -1.0},
    {arb_poly_digamma_series, 2, -3.52, -3.48},
    {arb_poly_digamma_series, 150, 60.0, 105.0},
    {arb_poly_gamma_series, 0, -0.5, 0.0},
    {arb_poly_gamma_series, 0, 2.0, 170.0},
    {arb_poly_gamma_series, 1, 2.0, 100.0},
    {series_lambertw, 0, -0.36787, -0.3},
    {series_lambertw, 0, -0.3, 1.0},
    {series_lambertw, 0, 1.0, 1000.0},
    {series_erfinv, 0, 0.0, 0.5},
    {series_erfinv, 0, 0.5, 1.0},
    {arb_poly_sin_pi_series, 0, -8.0, 8.0},
    {arb_poly_cos_pi_series, 0, -8.0, 8.0},
    {arb_poly_sin_pi_series, 0, 0.2, 0.25},
};

enum { POINTS = 300 };

static void derivative(arb_ptr y, const double *point, slong prec)
{
    const int r = (int)point[1];
    const slong k = (slong)rows[r].derivative;
    arb_ptr c = _arb_vec_init(k + 1);
    arb_t x, factorial;
    arb_init(x);
    arb_init(factorial);
    arb_set_d(x, point[0]);
    series_coefficients(c, rows[r].series, x, k + 1, prec);
    arb_fac_ui(factorial, (ulong)k, prec);
    arb_mul(y, c + k, factorial, prec);
    arb_clear(x);
    arb_clear(factorial);
    _arb_vec_clear(c, k + 1);
}

int main(int argc, char **argv)
{
    const double golden = 0.6180339887498949;
    FILE *file;
    size_t r;
    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    file = jet_open(argv[1], "dense", "dense.c", "x, the row's number, then its derivative");
    for (r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        const double width =
            (rows[r].high - rows[r].low) * (1.0 - 1e-7 * golden); /* fills all bits */
        int i;
        for (i = 1; i <= POINTS; i++) {
            const double turns = golden * i, part = turns - floor(turns);
            const double point[2] = {rows[r].low + width * part, (double)r};
            jet_print(file, "dense", derivative, 2, point, 1);
        }
    }
    fclose(file);
    flint_cleanup();
    return EXIT_SUCCESS;
}
