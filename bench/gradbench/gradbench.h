/* gradbench.h: what the programs of this folder share: the command line, JSON, timing.
 *
 * Each program is one benchmark of the GradBench suite (https://github.com/gradbench/gradbench),
 * called as NAME input.json FUNCTION. It prints the output as JSON on the first line, and then one
 * line {"name": "prepare" or "evaluate", "nanoseconds": N} for each step that was timed. The
 * function runs at least min_runs times and at least min_seconds in all, as the input says.
 *
 * What depends on sizes alone is prepared; whatever depends on values is done in every run, and
 * the values are others while a function is prepared. */
#ifndef BENCH_GRADBENCH_H
#define BENCH_GRADBENCH_H

#include <jansson.h>

#include <fluxion/fluxion.h>

/* A benchmark: mostly a primal and its derivative. A state holds its input and its results;
 * `function` is an index of the name. */
typedef struct gb_benchmark {
    const char *function[4];            /* names; the last ones may be NULL */
    void *(*read)(const json_t *input); /* a state, or NULL where the input is not valid */
    flx_status (*prepare)(void *state, size_t function);
    flx_status (*evaluate)(void *state, size_t function);
    json_t *(*output)(const void *state, size_t function); /* of the last run */
    void (*destroy)(void *state);                          /* state is not NULL */
} gb_benchmark;

/* The main function of each program. */
int gb_main(int argc, char **argv, const gb_benchmark *benchmark);

/* Member `key` as a size; 0 where it is missing or not a whole number above 0. */
size_t gb_size(const json_t *input, const char *key);

/* Reads `count` numbers out of an array or an array of arrays, row by row. @return a new block, or
 * NULL where there are more or fewer numbers or other things */
double *gb_numbers(const json_t *array, size_t count);

/* The same of values that the state keeps to its end: what is prepared must not depend on them, so
 * while it is they are others. */
double *gb_values(const json_t *array, size_t count);

/* Makes values of a block that came about in another way, or of nothing, where it is NULL. */
void gb_vary(size_t count, double *x);

/* A block of count doubles, zero; ends the program where there is no memory. */
double *gb_block(size_t count);

/* The numbers as a JSON array; NULL where one of them is not finite, which JSON cannot say. */
json_t *gb_array(size_t count, const double *x);

/* The same as an array of rows. */
json_t *gb_matrix(size_t rows, size_t cols, const double *x);

/* Records f at a point of ones. */
flx_status gb_record(const flx_function *f, size_t n, size_t m, void *ctx, flx_program **program);

/* A program and its work. */
typedef struct gb_program {
    flx_program *f;
    flx_work *w;
} gb_program;

/* Records f and makes a work for first derivatives. */
flx_status gb_program_record(gb_program *p, const flx_function *f, size_t n, size_t m, void *ctx);

/* Frees both; a program of NULLs is fine. */
void gb_program_clear(gb_program *p);

/* A program and what runs it at many points. */
typedef struct gb_batch {
    flx_program *f;
    flx_batch *b;
} gb_batch;

/* Records f and makes a batch for first derivatives. */
flx_status gb_batch_record(gb_batch *p, const flx_function *f, size_t n, size_t m, void *ctx);

/* Freezes a tape and makes a batch for first derivatives. */
flx_status gb_batch_freeze(gb_batch *p, flx_tape *tape, size_t n, const flx_var *x, size_t m,
                           const flx_var *y);

/* Frees both; NULLs are fine. */
void gb_batch_clear(gb_batch *p);

#endif
