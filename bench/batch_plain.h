/* batch_plain.h: the programs of bench/batch as plain C: 120 operations each, of which the last two have
 * a quarter exp, log and sin. */
#ifndef BENCH_BATCH_PLAIN_H
#define BENCH_BATCH_PLAIN_H

#include <stddef.h>

enum { BATCH_INPUTS = 4, BATCH_OPERATIONS = 120 };

/* Constant k of the programs, 0 <= k < 10. */
static inline double batch_constant(int k) { return 0.25 + 0.0625 * (double)k; }

double batch_arithmetic(const double *x);
double batch_serial(const double *x);
double batch_parallel(const double *x);

#endif
