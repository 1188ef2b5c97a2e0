/* problems.h: the functions that are raced, at several sizes. */
#ifndef BENCH_PROBLEMS_H
#define BENCH_PROBLEMS_H

#include "bench.h"

/* Number of problems that bench_problem_make knows. */
size_t bench_problems(void);

/* The k-th problem; its arrays are to be freed by bench_problem_clear. */
void bench_problem_make(size_t k, bench_problem *p);

/* A function at a size of one's own. */
void bench_problem_of(bench_function function, size_t size, bench_problem *p);

void bench_problem_clear(bench_problem *p);

#endif
