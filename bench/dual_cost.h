/* dual_cost.h: elementary functions with their derivative, by flx_dual and by hand. */
#ifndef BENCH_DUAL_COST_H
#define BENCH_DUAL_COST_H

#include "bench.h"

/* Both ways, row by row of functions/formulas.def. */
typedef struct dual_row {
    const char *name;
    double low, high;
    bench_contender by_hand, by_dual; /* results: the derivatives at all points */
} dual_row;

extern const dual_row dual_rows[];
extern const size_t dual_rows_count;

/* n points from low to high. */
void dual_points(const dual_row *row, size_t n, bench_problem *p);

#endif
