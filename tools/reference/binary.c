/* binary.c: value and all partial derivatives to third order of the functions of two arguments, and
 * Taylor coefficients of powers with a constant exponent, from Arb.
 *
 * The partials are evaluated from closed forms (partials.c). Each point is checked against series of
 * the function itself along four lines through it: the enclosures must overlap.
 *
 * Usage: reference_binary DIRECTORY     writes DIRECTORY/NAME.ref for every function */
#include "lines.h"
#include "partials.h"

#include <math.h>
#include <stdlib.h>

/* Value and three derivatives. */
#define LINE_LENGTH 4

/* The k-th derivative along (a, b), from the partials. */
static void directional(arb_t d, int k, arb_srcptr f, const arb_t a, const arb_t b, slong prec)
{
    static const int first[] = {F, FX, FXX, FXXX};
    static const slong binomial[4][4] = {{1, 0, 0, 0}, {1, 1, 0, 0}, {1, 2, 1, 0}, {1, 3, 3, 1}};
    arb_t term;
    int j;
    arb_init(term);
    arb_zero(d);
    for (j = 0; j <= k; j++) {
        monomial(term, binomial[k][j], a, (ulong)(k - j), b, (ulong)j, f + first[k] + j, prec);
        arb_add(d, d, term, prec);
    }
    arb_clear(term);
}

/* Whether value and derivatives along the line through (x, y) overlap with the series. */
static int line_agrees(line_function line, arb_srcptr f, const arb_t x, const arb_t y,
                       const arb_t a, const arb_t b, slong prec)
{
    arb_poly_struct at[2];
    arb_poly_t series;
    arb_t d, c;
    int agrees = 1;
    int k;
    arb_poly_init(&at[0]);
    arb_poly_init(&at[1]);
    arb_poly_init(series);
    arb_init(d);
    arb_init(c);
    arb_poly_set_coeff_arb(&at[0], 0, x);
    arb_poly_set_coeff_arb(&at[0], 1, a);
    arb_poly_set_coeff_arb(&at[1], 0, y);
    arb_poly_set_coeff_arb(&at[1], 1, b);
    line(series, at, LINE_LENGTH, prec);
    for (k = 0; k < LINE_LENGTH; k++) {
        arb_poly_get_coeff_arb(c, series, k);
        arb_mul_si(c, c, k < 2 ? 1 : k == 2 ? 2 : 6, prec);
        directional(d, k, f, a, b, prec);
        agrees = agrees && arb_is_finite(c) && arb_overlaps(c, d);
    }
    arb_poly_clear(&at[0]);
    arb_poly_clear(&at[1]);
    arb_poly_clear(series);
    arb_clear(d);
    arb_clear(c);
    return agrees;
}

static partials_function current_partials;
static const line_row *current_line;

static void partials(arb_ptr f, const double *point, slong prec)
{
    arb_t x, y, a, b, zero;
    int agrees;
    arb_init(x);
    arb_init(y);
    arb_init(a);
    arb_init(b);
    arb_init(zero);
    arb_set_d(x, point[0]);
    arb_set_d(y, point[1]);
    /* Directions of the point's own size, so that nothing is lost between unequal scales. */
    arb_set_d(a, point[0] == 0.0 ? 1.0 : point[0]);
    arb_set_d(b, point[1] == 0.0 ? 1.0 : point[1]);
    current_partials(f, x, y, prec);
    agrees = line_agrees(current_line->line, f, x, y, a, zero, prec)
             && line_agrees(current_line->line, f, x, y, zero, b, prec)
             && line_agrees(current_line->line, f, x, y, a, b, prec);
    arb_neg(b, b);
    agrees = agrees && line_agrees(current_line->line, f, x, y, a, b, prec);
    if (!agrees) {
        fprintf(stderr, "at (%a, %a) partials and series disagree\n", point[0], point[1]);
        exit(EXIT_FAILURE);
    }
    arb_clear(x);
    arb_clear(y);
    arb_clear(a);
    arb_clear(b);
    arb_clear(zero);
}

/* x^p: falling factorials over factorials, times powers of x. */
static void power_coefficients(arb_ptr c, const double *point, slong prec)
{
    arb_t x, p, factor, exponent;
    ulong k;
    arb_init(x);
    arb_init(p);
    arb_init(factor);
    arb_init(exponent);
    arb_set_d(x, point[0]);
    arb_set_d(p, point[1]);
    arb_one(factor);
    for (k = 0; k < JET_LENGTH; k++) {
        arb_sub_ui(exponent, p, k, prec);
        if (arb_is_zero(factor)) arb_zero(c + k);
        else {
            arb_pow(c + k, x, exponent, prec);
            arb_mul(c + k, c + k, factor, prec);
        }
        arb_mul(factor, factor, exponent, prec);
        arb_div_ui(factor, factor, k + 1, prec);
    }
    arb_clear(x);
    arb_clear(p);
    arb_clear(factor);
    arb_clear(exponent);
}

static const double scales[] = {1e-200, 1e-120, 1e-30, 1e-9, 1e-3,  0.7,  1.0,
                                3.3,    100.25, 1e8,   1e30, 1e120, 1e200};
#define SCALES (sizeof scales / sizeof scales[0])

static void write_plane(const char *directory, const char *name, partials_function f,
                        const double *extra, size_t extras)
{
    FILE *file =
        jet_open(directory, name, "binary.c", "x y, then f fx fy fxx fxy fyy fxxx fxxy fxyy fyyy");
    int quadrant = 0;
    size_t i, j;
    current_partials = f;
    current_line = line_row_named(name);
    for (i = 0; i < SCALES; i++) {
        for (j = 0; j < SCALES; j++) {
            double point[2];
            /* Irregular significands, and each pair of scales in two of the four quadrants. */
            point[0] = scales[i] * (1.0 + 0.03 * (double)j);
            point[1] = scales[j] * (1.0 + 0.05 * (double)i);
            if (!current_line->is_usable(point)) continue;
            if (quadrant & 1) point[0] = -point[0];
            if (quadrant & 2 && f != partials_xlogy) point[1] = -point[1];
            jet_print(file, name, partials, 2, point, PLACES);
            quadrant++;
            if (quadrant % 3 == 0) {
                point[0] = -point[0];
                jet_print(file, name, partials, 2, point, PLACES);
            }
        }
    }
    for (i = 0; i < extras; i++) {
        if (!current_line->is_usable(extra + 2 * i)) continue;
        jet_print(file, name, partials, 2, extra + 2 * i, PLACES);
    }
    fclose(file);
}

static void write_pow(const char *directory)
{
    static const double exponents[] = {1e-3, -1e-3, 0.5,  -0.7, 1.0,  1.5,   2.0,
                                       -2.5, 3.0,   10.0, -7.3, 33.3, 1e-12, 250.5};
    static const double bases[] = {1e-200,      1e-60, 1e-9,        0.01, 0.5,         0.7071,
                                   1.0 - 1e-12, 1.0,   1.0 + 1e-12, 1.4,  2.718281828, 7.5,
                                   1e3,         1e9,   1e60,        1e200};
    FILE *file =
        jet_open(directory, "pow", "binary.c", "x y, then f fx fy fxx fxy fyy fxxx fxxy fxyy fyyy");
    size_t i, j;
    current_partials = partials_pow;
    current_line = line_row_named("pow");
    for (i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        for (j = 0; j < sizeof exponents / sizeof exponents[0]; j++) {
            const double point[2] = {bases[i], exponents[j]};
            if (fabs(log10(bases[i]) * exponents[j]) > 290.0) continue;
            jet_print(file, "pow", partials, 2, point, PLACES);
        }
    }
    fclose(file);
}

static void write_pow_constant(const char *directory)
{
    static const double exponents[] = {0.0,  1.0,   2.0, 3.0,  4.0,    7.0,   10.0,  -1.0,
                                       -2.0, -3.0,  0.5, -0.5, 1.5,    2.5,   0.3,   -0.7,
                                       1e-3, -1e-3, 8.5, 33.0, 100.25, -41.0, 1e-12, 1.0 / 3.0};
    static const double bases[] = {1e-200, 1e-30, 1e-3, 0.4,  0.999999, 1.0,
                                   1.75,   42.5,  1e7,  1e30, 1e200};
    FILE *file = jet_open(directory, "pow_xc", "binary.c",
                          "x p, then Taylor coefficients c0..c9 of x^p in x");
    size_t i, j;
    for (j = 0; j < sizeof exponents / sizeof exponents[0]; j++) {
        for (i = 0; i < sizeof bases / sizeof bases[0]; i++) {
            double point[2] = {bases[i], exponents[j]};
            if (fabs(log10(bases[i]) * exponents[j]) > 290.0) continue;
            jet_print(file, "pow_xc", power_coefficients, 2, point, JET_LENGTH);
            if (exponents[j] == floor(exponents[j]) && i % 2 == 1) {
                point[0] = -point[0];
                jet_print(file, "pow_xc", power_coefficients, 2, point, JET_LENGTH);
            }
        }
    }
    fclose(file);
}

/* Both tails, equal arguments, the line where the value vanishes. */
static void write_logsumexp(const char *directory)
{
    static const double sizes[] = {1e-200, 1e-9, 0.01, 0.7, 1.3, 5.5, 40.0, 300.3, 690.0};
    static const double extra[] = {0.0,
                                   0.0,
                                   1.0,
                                   1.0,
                                   -700.3,
                                   0.1,
                                   0.1,
                                   -700.3,
                                   -740.25,
                                   3.7,
                                   1000.5,
                                   1000.25,
                                   -1e5,
                                   -1e5,
                                   1e5,
                                   99999.0,
                                   -0.6931471805599453,
                                   -0.6931471805599453,
                                   -0.5,
                                   -0.93275212956718857,
                                   1e-12,
                                   -1e-12,
                                   0.0,
                                   -37.0,
                                   0.0,
                                   36.0};
    FILE *file = jet_open(directory, "logsumexp", "binary.c",
                          "x y, then f fx fy fxx fxy fyy fxxx fxxy fxyy fyyy");
    size_t i, j;
    int signs;
    current_partials = partials_logsumexp;
    current_line = line_row_named("logsumexp");
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            for (signs = 0; signs < 4; signs++) {
                double point[2];
                point[0] = sizes[i] * (1.0 + 0.003 * (double)j) * (signs & 1 ? -1.0 : 1.0);
                point[1] = sizes[j] * (1.0 + 0.005 * (double)i) * (signs & 2 ? -1.0 : 1.0);
                if ((i + j + (size_t)signs) % 4 == 0) continue;
                if (fabs(point[0] - point[1]) > 740.0) continue; /* a share is subnormal */
                jet_print(file, "logsumexp", partials, 2, point, PLACES);
            }
        }
    }
    for (i = 0; i < sizeof extra / sizeof extra[0]; i += 2)
        jet_print(file, "logsumexp", partials, 2, extra + i, PLACES);
    fclose(file);
}

int main(int argc, char **argv)
{
    static const double mul_extra[] = {0.0, 3.0, 0.0, 0.0, -2.5, 0.0};
    static const double div_extra[] = {0.0, 3.0, 0.0, -1e-100};
    static const double hypot_extra[] = {3.0,   4.0,    0.0,    2.0,    -2.0,   0.0,
                                         1e200, 1e200,  1e-320, 2e-320, 1e307,  1e307,
                                         1.0,   1e-170, 1e-17,  -1.0,   3e-162, 4e-162};
    static const double atan2_extra[] = {
        0.0,  2.0,    2.0,  0.0,    -2.0, 0.0, 1e200, 1e200, -1e200, -1e200, 1e-17,
        -1.0, -1e-17, -1.0, 1e-170, -1.0, 1.0, 1.0,   -1.0,  1.0,    1.0,    1.0 + 1e-12};
    /* Quotients just below, at and above halves and integers, and huge ones. */
    static const double quotient_extra[] = {5.0,
                                            2.1,
                                            7.0,
                                            2.000000001,
                                            -7.0,
                                            3.0,
                                            0x1.7fffffffffffep+1,
                                            1.0,
                                            0x1.8p+1 - 0x1p-51,
                                            1.0,
                                            1e9,
                                            0.3,
                                            1e17,
                                            3.0,
                                            1e22,
                                            7.0,
                                            0x1.fffffffffffffp+52,
                                            -0.75,
                                            1e300,
                                            1e-5,
                                            0.1,
                                            0.01,
                                            1.7e308,
                                            0.9e308,
                                            5.5,
                                            1.0,
                                            -2.5,
                                            0.99};
    static const double xlogy_extra[] = {0.0,    3.0,         2.5,    1.0,   -2.5,  1.0 + 1e-12,
                                         3.0,    1.0 - 1e-12, 1e-300, 0.5,   1e300, 2.0,
                                         1e-320, 1e10,        -4.0,   1e-300};
    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    write_plane(argv[1], "mul", partials_mul, mul_extra, 3);
    write_plane(argv[1], "div", partials_div, div_extra, 2);
    write_plane(argv[1], "hypot", partials_hypot, hypot_extra, 9);
    write_plane(argv[1], "atan2", partials_atan2, atan2_extra, 11);
    write_plane(argv[1], "fmod", partials_fmod, quotient_extra, 14);
    write_plane(argv[1], "remainder", partials_remainder, quotient_extra, 14);
    write_plane(argv[1], "copysign", partials_copysign, NULL, 0);
    write_plane(argv[1], "xlogy", partials_xlogy, xlogy_extra, 8);
    write_logsumexp(argv[1]);
    write_pow(argv[1]);
    write_pow_constant(argv[1]);
    flint_cleanup();
    return EXIT_SUCCESS;
}
