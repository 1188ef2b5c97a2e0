/* programs: what freezing costs and what it gains: a determinant by minors, a recursion of ten million
 * operations of which few are different, and the extended Rosenbrock function in scalars. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <fluxion/fluxion.h>

#include "functions.h"
#include "measures.h"
#include "problems.h"

#define FLX_NAME minors
#define FLX_BODY "functions/minors.inc"
#include <fluxion/instantiate.h>

/* A function, its point, and a program of it. */
typedef struct subject {
    const flx_function *function;
    size_t n;
    const double *x;
    void *ctx;
    flx_program *program;
    flx_work *work;
    size_t recorded;            /* operations */
    double recording, freezing; /* seconds */
    double *gradient, value;
} subject;

enum { FREEZES = 3 }; /* of which the fastest counts */

static void record(subject *s, unsigned flags)
{
    flx_tape *tape;
    flx_var *x = bench_allocate(s->n, sizeof *x), y;
    bench_check(flx_tape_create(NULL, &tape), "flx_tape_create");
    for (size_t k = 0; k < s->n; k++) x[k] = flx_variable(tape, s->x[k]);
    const size_t before = flx_tape_measure(tape).instructions;
    double start = race_clock();
    s->function->f_var(s->n, x, 1, &y, s->ctx);
    s->recording = race_clock() - start;
    s->recorded = flx_tape_measure(tape).instructions - before;
    for (int k = 0; k < FREEZES; k++) {
        if (k) flx_program_release(s->program);
        start = race_clock();
        bench_check(flx_freeze(tape, s->n, x, 1, &y, flags, &s->program, NULL), "flx_freeze");
        s->freezing = k ? fmin(s->freezing, race_clock() - start) : race_clock() - start;
    }
    flx_tape_destroy(tape);
    bench_check(flx_work_create(s->program, FLX_WORK_FIRST, 0, &s->work), "flx_work_create");
    free(x);
}

static void forget(subject *s)
{
    flx_work_destroy(s->work);
    flx_program_release(s->program);
}

static double plain(const subject *s)
{
    double y;
    s->function->f_double(s->n, s->x, 1, &y, s->ctx);
    return y;
}

enum { PLAIN, VALUE, GRADIENT, KINDS };

/* The least time of each kind in seconds, in turns; runs that are short are repeated. */
static void time_all(subject *s, const race_options *options, double least[KINDS])
{
    size_t calls[KINDS] = {1, 1, 1};
    for (size_t round = 0; round < options->rounds + 1; round++) {
        for (int kind = 0; kind < KINDS; kind++) {
            const double start = race_clock();
            for (size_t k = 0; k < calls[kind]; k++) {
                flx_status status = FLX_OK;
                if (kind == PLAIN) s->value = plain(s);
                else if (kind == VALUE)
                    status = flx_eval(s->program, s->work, s->x, &s->value, NULL);
                else status = flx_gradient(s->program, s->work, s->x, NULL, s->gradient, NULL);
                bench_check(status, "a driver");
            }
            const double time = (race_clock() - start) / (double)calls[kind];
            if (round == 0 || time < least[kind]) least[kind] = time;
            if (round == 0 && time < options->sample_seconds)
                calls[kind] = (size_t)ceil(options->sample_seconds / fmax(time, 1e-9));
        }
    }
}

/* The value is the plain one, bit for bit; the gradient that of the program as it was recorded. */
static void agree(const subject *s, const char *name)
{
    subject as_recorded = *s;
    double y, most = 0.0;
    double *g = bench_allocate(s->n, sizeof *g);
    record(&as_recorded, FLX_KEEP_ALL);
    bench_check(flx_gradient(s->program, s->work, s->x, &y, s->gradient, NULL), "flx_gradient");
    bench_check(flx_gradient(as_recorded.program, as_recorded.work, s->x, NULL, g, NULL),
                "flx_gradient");
    const double want = plain(s);
    if (!bench_same(&y, &want, 1)) bench_fail("%s: %.17g in place of %.17g", name, y, want);
    for (size_t k = 0; k < s->n; k++) most = fmax(most, fabs(g[k]));
    for (size_t k = 0; k < s->n; k++)
        if (!(fabs(s->gradient[k] - g[k]) <= BENCH_EXACT * most))
            bench_fail("%s: derivative %zu is %.17g and not %.17g", name, k, s->gradient[k], g[k]);
    forget(&as_recorded);
    free(g);
}

/* most: of value and gradient over the plain value; 0: not held against anything. */
static void measure(measures *all, subject *s, const char *name, unsigned flags, double most)
{
    double least[KINDS] = {0};
    s->gradient = bench_allocate(s->n, sizeof *s->gradient);
    record(s, flags);
    agree(s, name);
    time_all(s, &all->race, least);
    const double operations = (double)s->recorded;
    const flx_program_description d = flx_program_describe(s->program);
    measures_add(all, operations, "operations", 0.0, "%s: recorded", name);
    measures_add(all, (double)d.after[FLX_PASS_COUNT - 1].instructions, "instructions", 0.0,
                 "%s: left", name);
    measures_add(all, 1e9 * s->recording / operations, "ns/operation", 0.0, "%s: recording", name);
    measures_add(all, 1e9 * s->freezing / operations, "ns/operation", 300.0, "%s: freezing", name);
    measures_add(all, 1e6 * least[PLAIN], "us", 0.0, "%s: plain value", name);
    measures_add(all, least[VALUE] / least[PLAIN], "plain values", 0.0, "%s: value", name);
    measures_add(all, least[GRADIENT] / least[PLAIN], "plain values", most,
                 "%s: value and gradient", name);
    forget(s);
    free(s->gradient);
}

/* As recorded, without any pass. */
static void measure_plain(measures *all, subject *s, const char *name)
{
    double least[KINDS] = {0};
    s->gradient = bench_allocate(s->n, sizeof *s->gradient);
    record(s, FLX_KEEP_ALL);
    time_all(s, &all->race, least);
    measures_add(all, 1e9 * s->freezing / (double)s->recorded, "ns/operation", 0.0,
                 "%s, as recorded: freezing", name);
    measures_add(all, least[GRADIENT] / least[PLAIN], "plain values", 0.0,
                 "%s, as recorded: value and gradient", name);
    forget(s);
    free(s->gradient);
}

/* The least time of an evaluation by a work for values alone, and the bytes that it takes. */
static double time_value(subject *s, const race_options *options, size_t *bytes)
{
    double least = 0.0;
    size_t calls = 1;
    *bytes = flx_program_describe(s->program).value_slots * sizeof(double);
    for (size_t round = 0; round < options->rounds + 1; round++) {
        const double start = race_clock();
        for (size_t k = 0; k < calls; k++)
            bench_check(flx_eval(s->program, s->work, s->x, &s->value, NULL), "flx_eval");
        const double time = (race_clock() - start) / (double)calls;
        least = round == 0 ? time : fmin(least, time);
        if (round == 0 && time < options->sample_seconds)
            calls = (size_t)ceil(options->sample_seconds / fmax(time, 1e-9));
    }
    return least;
}

/* Values alone, every slot used once and again. */
static void measure_values(measures *all, subject *s, const char *name)
{
    static const char *const ways[] = {"slots kept", "slots reused"};
    double values[2];
    for (int way = 0; way < 2; way++) {
        size_t bytes;
        record(s, way ? FLX_REUSE_SLOTS : FLX_KEEP_SLOTS);
        flx_work_destroy(s->work);
        bench_check(flx_work_create(s->program, FLX_WORK_VALUE, 0, &s->work), "flx_work_create");
        const double time = time_value(s, &all->race, &bytes);
        values[way] = s->value;
        measures_add(all, 1e6 * time, "us", 0.0, "%s: value alone, %s", name, ways[way]);
        measures_add(all, 1e-6 * (double)bytes, "MB", 0.0, "%s: value alone, %s", name, ways[way]);
        if (way)
            measures_add(all, 1e-6 * (double)flx_program_describe(s->program).schedule_bytes, "MB",
                         0.0, "%s: the schedule for it", name);
        forget(s);
    }
    if (values[0] < values[1] || values[0] > values[1])
        bench_fail("%s: %.17g and %.17g", name, values[0], values[1]);
}

static void measure_minors(measures *all, size_t rows)
{
    char name[32];
    double *a = bench_allocate(rows * rows, sizeof *a);
    for (size_t k = 0; k < rows * rows; k++) a[k] = sin(1.0 + (double)(k * k % 97));
    subject s = {.function = &minors, .n = rows * rows, .x = a, .ctx = &rows};
    snprintf(name, sizeof name, "minors %zu x %zu", rows, rows);
    measure(all, &s, name, 0, rows == 10 ? 1.0 / 500.0 : 0.0);
    if (rows < 10) measure_plain(all, &s, name);
    measure_values(all, &s, name);
    free(a);
}

static void measure_rosenbrock(measures *all, size_t size)
{
    char name[32], in_runs[48];
    bench_problem p;
    bench_problem_of(BENCH_ROSENBROCK, size, &p);
    subject s = {.function = bench_function_of(&p), .n = p.n, .x = p.x, .ctx = &p.data};
    snprintf(name, sizeof name, "rosenbrock %zu", size);
    snprintf(in_runs, sizeof in_runs, "%s, in runs", name);
    measure(all, &s, name, 0, 60.0);
    measure(all, &s, in_runs, FLX_IN_RUNS, 60.0);
    measure_plain(all, &s, name);
    measure_values(all, &s, name);
    bench_problem_clear(&p);
}

int main(int argc, char **argv)
{
    static measures all = {.race = {25, 20e-3}, .shrink = 1};
    const char *out = measures_parse(&all, argc, argv);
    report r;
    report_begin(&r, all.race.rounds);
    report_print_head(&r, stdout);
    measure_minors(&all, all.shrink > 1 ? 6 : 8);
    if (all.shrink == 1) measure_minors(&all, 10);
    measure_rosenbrock(&all, 100000 / all.shrink);
    if (out) {
        report_write_measures_csv(all.n, all.m, out, "programs");
        report_write_measures_json(&r, all.n, all.m, out, "programs");
    }
    report_end(&r);
    return 0;
}
