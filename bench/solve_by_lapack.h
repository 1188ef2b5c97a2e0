/* solve_by_lapack.h: the density of a normal distribution and its gradient, by hand with LAPACK. */
#ifndef BENCH_SOLVE_BY_LAPACK_H
#define BENCH_SOLVE_BY_LAPACK_H

#include <stddef.h>

/* b' a^-1 b + log det a, and its gradient with respect to the lower triangle of a (n x n, row-major,
 * symmetric), which a is overwritten with; b becomes a^-1 b. NaN: there is no LAPACK. */
double solve_by_lapack(size_t n, double *a, double *b);

#endif
