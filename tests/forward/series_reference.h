/* series_reference.h: the lines of tests/data/series.ref that are functions of whole series. Needs
 * Criterion's header. */
#ifndef FLUXION_TESTS_SERIES_REFERENCE_H
#define FLUXION_TESTS_SERIES_REFERENCE_H

#include <string.h>

#include <fluxion/series.h>

#include "reference.h"

enum { ORDER = 40, LENGTH = ORDER + 2 };

#define OK(call) cr_assert_eq(call, FLX_OK)

/* A line of tests/data/series.ref. */
static void series_line(const char *label, long double *c)
{
    double none;
    cr_assert_eq(ref_line("series", label, &none, c, LENGTH), (size_t)LENGTH, "%s", label);
}

/* The series a or b of that file, whose coefficients are doubles, to order n. */
static void series_input(flx_series *x, const char *label, size_t n)
{
    long double c[LENGTH];
    double d[LENGTH];
    series_line(label, c);
    for (size_t k = 0; k < LENGTH; k++) {
        d[k] = (double)c[k];
        cr_assert_eq((long double)d[k], c[k]);
    }
    OK(flx_series_set_coeffs(x, n, d));
}

/* x is t^shift times a line of the file, to `order`, and times sign. Permitted are 4(k+1) ulp, or
 * what half an ulp in every coefficient of the operands does. */
static void series_expect(const char *label, const flx_series *x, size_t order, size_t shift,
                          double sign)
{
    long double c[LENGTH], moved[LENGTH];
    char with[32];
    ref_worst worst = {0};
    series_line(label, c);
    series_line(strcat(strcpy(with, label), "_moved"), moved);
    cr_expect_eq(flx_series_order(x), order, "%s: order %zu", label, flx_series_order(x));
    for (size_t k = 0; k < shift; k++) cr_expect_eq(flx_series_get(x, k), 0.0);
    for (size_t k = 0; k + shift <= order; k++) {
        const long double ulps = 4.0L * (long double)(k + 1);
        const long double allowed = fmaxl(ulps * ref_ulp(c[k]), moved[k] * 0x1p-53L);
        ref_measure(&worst, (double)k, sign, flx_series_get(x, k + shift), sign * c[k], allowed,
                    4.0 * (double)(k + 1));
    }
    REF_EXPECT(&worst, "series", label, "c");
}

#endif
