/* functions.h: the functions as generic source, see functions/. */
#ifndef BENCH_FUNCTIONS_H
#define BENCH_FUNCTIONS_H

#include <fluxion/function.h>

#include "bench.h"

/* The function of a problem. */
const flx_function *bench_function_of(const bench_problem *p);

/* Stops the program where a call of the library failed. */
void bench_check(flx_status status, const char *what);

#endif
