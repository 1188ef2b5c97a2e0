/* native.h: the functions of one argument that Arb has as series under one name, for expressions of
 * series. */
#ifndef REFERENCE_NATIVE_H
#define REFERENCE_NATIVE_H

#include "series.h"

typedef struct native_row {
    const char *name;
    series_function series;
    double low, high; /* where trees of expressions use it */
    double x[2];      /* where it is expanded to a high order */
} native_row;

/* clang-format off */
static const native_row native_rows[] = {
    {"exp",      arb_poly_exp_series,      -4.0, 2.0,  {0.75, -4.0}},
    {"log",      arb_poly_log_series,      0.2,  20.0, {0.7, 12.5}},
    {"log1p",    arb_poly_log1p_series,    -0.7, 10.0, {-0.3, 2.5}},
    {"sqrt",     arb_poly_sqrt_series,     0.2,  20.0, {0.7, 12.5}},
    {"rsqrt",    arb_poly_rsqrt_series,    0.2,  20.0, {0.7, 12.5}},
    {"sin",      arb_poly_sin_series,      -9.0, 9.0,  {0.8, -5.5}},
    {"cos",      arb_poly_cos_series,      -9.0, 9.0,  {0.8, -5.5}},
    {"tan",      arb_poly_tan_series,      -1.2, 1.2,  {0.8, -2.5}},
    {"asin",     arb_poly_asin_series,     -0.8, 0.8,  {0.3, -0.9}},
    {"acos",     arb_poly_acos_series,     -0.8, 0.8,  {0.3, -0.9}},
    {"atan",     arb_poly_atan_series,     -6.0, 6.0,  {0.4, -3.0}},
    {"sinh",     arb_poly_sinh_series,     -3.0, 3.0,  {0.8, -5.5}},
    {"cosh",     arb_poly_cosh_series,     -3.0, 3.0,  {0.8, -5.5}},
    {"sinpi",    arb_poly_sin_pi_series,   -3.0, 3.0,  {0.3, -2.2}},
    {"cospi",    arb_poly_cos_pi_series,   -3.0, 3.0,  {0.3, -2.2}},
    {"erf",      arb_hypgeom_erf_series,   -2.5, 2.5,  {0.4, -1.5}},
    {"erfc",     arb_hypgeom_erfc_series,  -2.5, 3.0,  {0.4, 3.5}},
    {"tgamma",   arb_poly_gamma_series,    0.5,  5.0,  {0.5, 4.25}},
    {"lgamma",   arb_poly_lgamma_series,   0.5,  20.0, {0.5, 4.25}},
    {"digamma",  arb_poly_digamma_series,  0.5,  20.0, {0.5, 4.25}},
    {"lambertw", series_lambertw,          -0.2, 20.0, {0.6, 12.5}},
};
/* clang-format on */

enum { NATIVE_ROWS = sizeof native_rows / sizeof native_rows[0] };

#endif
