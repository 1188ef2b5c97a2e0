/* series.h: who computes Taylor coefficients in bench/forward. A problem's x and dir are two series of
 * n coefficients. */
#ifndef BENCH_SERIES_H
#define BENCH_SERIES_H

#include "bench.h"

/* What is computed. */
typedef enum series_kind {
    SERIES_MUL,
    SERIES_EXP,
    SERIES_SIN,
    SERIES_TANH,
    SERIES_POW,
    SERIES_COMPOSITE, /* exp(x)/sqrt(sin(x)^3 + cos(x)^3) */
    SERIES_KINDS
} series_kind;

extern const char *const series_name[SERIES_KINDS];

/* The library's kernels, and plain C: double loops and recurrences from the differential equation. */
extern const bench_team series_kernel, series_plain;

/* Plain loops for the product that run along the other index, and the plain function calls that the
 * values of each kind take. */
extern const bench_contender series_by_term, series_calls[SERIES_KINDS];

/* The composite as a program, by flx_jet. */
extern const bench_contender series_jet;

/* Series of this order for a kind; cleared by bench_problem_clear. */
void series_make(series_kind kind, size_t order, bench_problem *p);

#endif
