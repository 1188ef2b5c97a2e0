/* gradbench.c: command line, JSON and timing for all programs of this folder. */
#define _POSIX_C_SOURCE 199309L /* clock_gettime */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gradbench.h"

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void *allocate(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p) {
        fprintf(stderr, "out of memory\n");
        exit(EXIT_FAILURE);
    }
    return p;
}

double *gb_block(size_t count) { return allocate(count, sizeof(double)); }

size_t gb_size(const json_t *input, const char *key)
{
    const json_t *value = json_object_get(input, key);
    return json_is_integer(value) && json_integer_value(value) > 0
               ? (size_t)json_integer_value(value)
               : 0;
}

/* Copies the numbers under j to out while there is room. @return how many there are, or SIZE_MAX */
static size_t flatten(const json_t *j, size_t room, double *out)
{
    if (json_is_number(j)) {
        if (room > 0) *out = json_number_value(j);
        return 1;
    }
    if (!json_is_array(j)) return SIZE_MAX;
    size_t count = 0;
    for (size_t k = 0; k < json_array_size(j); k++) {
        const size_t left = count < room ? room - count : 0;
        const size_t more = flatten(json_array_get(j, k), left, left ? out + count : NULL);
        if (more == SIZE_MAX) return SIZE_MAX;
        count += more;
    }
    return count;
}

double *gb_numbers(const json_t *array, size_t count)
{
    if (!json_is_array(array)) return NULL;
    double *x = gb_block(count);
    if (flatten(array, count, x) == count) return x;
    free(x);
    return NULL;
}

/* The blocks whose numbers are others while a function is prepared. */
enum { MOST_BLOCKS = 16 };

static struct {
    size_t blocks, count[MOST_BLOCKS];
    double *at[MOST_BLOCKS], *right[MOST_BLOCKS];
} values;

void gb_vary(size_t count, double *x)
{
    if (!x) return;
    if (values.blocks == MOST_BLOCKS) {
        fprintf(stderr, "too many blocks of values\n");
        exit(EXIT_FAILURE);
    }
    values.count[values.blocks] = count;
    values.at[values.blocks++] = x;
}

double *gb_values(const json_t *array, size_t count)
{
    double *x = gb_numbers(array, count);
    gb_vary(count, x);
    return x;
}

static void change_values(void)
{
    for (size_t b = 0; b < values.blocks; b++) {
        double *x = values.at[b];
        values.right[b] = gb_block(values.count[b]);
        memcpy(values.right[b], x, values.count[b] * sizeof *x);
        for (size_t k = 0; k < values.count[b]; k++) x[k] = 0.75 * x[k] + 0.125;
    }
}

static void restore_values(void)
{
    for (size_t b = 0; b < values.blocks; b++) {
        memcpy(values.at[b], values.right[b], values.count[b] * sizeof(double));
        free(values.right[b]);
    }
}

/* Appends what may be NULL; a failure frees the array. */
static json_t *append(json_t *array, json_t *element)
{
    if (json_array_append_new(array, element) == 0) return array;
    json_decref(array);
    return NULL;
}

json_t *gb_array(size_t count, const double *x)
{
    json_t *array = json_array();
    for (size_t k = 0; k < count && array; k++) array = append(array, json_real(x[k]));
    return array;
}

json_t *gb_matrix(size_t rows, size_t cols, const double *x)
{
    json_t *matrix = json_array();
    for (size_t i = 0; i < rows && matrix; i++)
        matrix = append(matrix, gb_array(cols, x + i * cols));
    return matrix;
}

flx_status gb_record(const flx_function *f, size_t n, size_t m, void *ctx, flx_program **program)
{
    double *ones = gb_block(n);
    for (size_t k = 0; k < n; k++) ones[k] = 1.0;
    const flx_status status = flx_record(f, n, ones, m, ctx, FLX_REFUSE_READS, NULL, program, NULL);
    free(ones);
    return status;
}

flx_status gb_program_record(gb_program *p, const flx_function *f, size_t n, size_t m, void *ctx)
{
    const flx_status status = gb_record(f, n, m, ctx, &p->f);
    return status == FLX_OK ? flx_work_create(p->f, FLX_WORK_FIRST, 0, &p->w) : status;
}

void gb_program_clear(gb_program *p)
{
    flx_work_destroy(p->w);
    flx_program_release(p->f);
}

static flx_status make_batch(gb_batch *p)
{
    return flx_batch_create(p->f, FLX_WORK_FIRST, NULL, &p->b);
}

flx_status gb_batch_record(gb_batch *p, const flx_function *f, size_t n, size_t m, void *ctx)
{
    const flx_status status = gb_record(f, n, m, ctx, &p->f);
    return status == FLX_OK ? make_batch(p) : status;
}

flx_status gb_batch_freeze(gb_batch *p, flx_tape *tape, size_t n, const flx_var *x, size_t m,
                           const flx_var *y)
{
    const flx_status status = flx_freeze(tape, n, x, m, y, FLX_REFUSE_READS, &p->f, NULL);
    return status == FLX_OK ? make_batch(p) : status;
}

void gb_batch_clear(gb_batch *p)
{
    flx_batch_destroy(p->b);
    flx_program_release(p->f);
}

/* How often the function is to run. The simplest benchmark has a bare number for input. */
typedef struct run_limits {
    size_t min_runs;
    double min_seconds;
} run_limits;

static run_limits limits_of(const json_t *input)
{
    const size_t runs = gb_size(input, "min_runs");
    return (run_limits){runs ? runs : 1, json_number_value(json_object_get(input, "min_seconds"))};
}

/* The times of the runs, grown as they come. */
typedef struct run_times {
    int64_t *nanoseconds;
    size_t count, room;
} run_times;

static void append_time(run_times *t, int64_t nanoseconds)
{
    if (t->count == t->room) {
        const size_t room = 2 * t->room + 16;
        int64_t *grown = allocate(room, sizeof *grown);
        if (t->count > 0) memcpy(grown, t->nanoseconds, t->count * sizeof *grown);
        free(t->nanoseconds);
        t->nanoseconds = grown;
        t->room = room;
    }
    t->nanoseconds[t->count++] = nanoseconds;
}

/* Prepares on other values, and runs until both limits are reached. The first time is that of the
 * preparation. */
static flx_status run(const gb_benchmark *b, void *state, size_t function, run_limits limits,
                      run_times *times)
{
    change_values();
    int64_t start = now();
    flx_status status = b->prepare(state, function);
    append_time(times, now() - start);
    restore_values();
    double seconds = 0.0;
    for (size_t k = 0; status == FLX_OK && (k < limits.min_runs || seconds < limits.min_seconds);
         k++) {
        start = now();
        status = b->evaluate(state, function);
        const int64_t taken = now() - start;
        append_time(times, taken);
        seconds += (double)taken * 1e-9;
    }
    return status;
}

/* Prints the output and the times. JSON has no NaN and no infinity: such an output is a failure. */
static int print(json_t *output, const run_times *times)
{
    const size_t flags = JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_REAL_PRECISION(17);
    const int failed = !output || json_dumpf(output, stdout, flags) != 0;
    json_decref(output);
    if (failed) return 0;
    printf("\n");
    for (size_t k = 0; k < times->count; k++) {
        printf("{\"name\": \"%s\", \"nanoseconds\": %" PRId64 "}\n", k ? "evaluate" : "prepare",
               times->nanoseconds[k]);
    }
    return fflush(stdout) == 0;
}

static int run_and_print(const gb_benchmark *b, const json_t *input, size_t function)
{
    void *state = b->read(input);
    if (!state) {
        fprintf(stderr, "not an input of this benchmark\n");
        return EXIT_FAILURE;
    }
    run_times times = {NULL, 0, 0};
    const flx_status status = run(b, state, function, limits_of(input), &times);
    int done = 0;
    if (status != FLX_OK) {
        fprintf(stderr, "%s: %s\n", flx_status_name(status), flx_status_message(status));
    } else {
        done = print(b->output(state, function), &times);
        if (!done) fprintf(stderr, "the output cannot be written\n");
    }
    free(times.nanoseconds);
    b->destroy(state);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* How many functions there are. */
static size_t functions_of(const gb_benchmark *b)
{
    size_t count = 0;
    while (count < sizeof b->function / sizeof *b->function && b->function[count]) count++;
    return count;
}

static int usage(const char *program, const gb_benchmark *b)
{
    fprintf(stderr, "usage: %s input.json", program);
    for (size_t k = 0; k < functions_of(b); k++)
        fprintf(stderr, "%c%s", k ? '|' : ' ', b->function[k]);
    fprintf(stderr, "\n");
    return EXIT_FAILURE;
}

int gb_main(int argc, char **argv, const gb_benchmark *b)
{
    const size_t functions = functions_of(b);
    size_t function = 0;
    if (argc != 3) return usage(argc > 0 ? argv[0] : "benchmark", b);
    while (function < functions && strcmp(argv[2], b->function[function]) != 0) function++;
    if (function == functions) return usage(argv[0], b);
    json_error_t error;
    json_t *input = json_load_file(argv[1], JSON_DECODE_ANY, &error);
    if (!input) {
        fprintf(stderr, "%s:%d: %s\n", argv[1], error.line, error.text);
        return EXIT_FAILURE;
    }
    const int result = run_and_print(b, input, function);
    json_decref(input);
    return result;
}
