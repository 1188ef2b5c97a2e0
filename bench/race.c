/* race.c: contenders take turns, so that a slow spell of the machine hits all of them alike. */
#include "race.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void bench_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(EXIT_FAILURE);
}

int bench_same(const double *a, const double *b, size_t n)
{
    return memcmp(a, b, n * sizeof *a) == 0;
}

void *bench_allocate(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p) bench_fail("no memory for %zu times %zu bytes", count, size);
    return p;
}

double race_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void race_summary(size_t n, double *sample, double *min, double *median)
{
    qsort(sample, n, sizeof *sample, ascending);
    *min = sample[0];
    *median = n % 2 ? sample[n / 2] : 0.5 * (sample[n / 2 - 1] + sample[n / 2]);
}

static size_t length(const bench_problem *p, bench_quantity quantity)
{
    return quantity == BENCH_GRADIENT || quantity == BENCH_HVP || quantity == BENCH_SERIES ? p->n
                                                                                           : 1;
}

int race_enter(race_entry *e, const bench_team *team, const bench_contender *contender,
               const bench_problem *p, const race_options *options)
{
    *e = (race_entry){.team = team, .contender = contender};
    e->state = contender->open ? contender->open(p) : (void *)p;
    if (!e->state) return 0;
    e->result = bench_allocate(length(p, contender->quantity), sizeof *e->result);
    e->sample = bench_allocate(options->rounds, sizeof *e->sample);
    return 1;
}

void race_leave(race_entry *e)
{
    if (e->contender->close) e->contender->close(e->state);
    free(e->result);
    free(e->sample);
}

/* NaN compares as disagreement. */
void race_check(const bench_problem *p, race_entry *e, const race_entry *reference)
{
    const size_t n = length(p, e->contender->quantity);
    double difference = 0.0, scale = 0.0;
    e->contender->run(e->state, e->result);
    for (size_t i = 0; i < n; i++) {
        const double d = fabs(e->result[i] - reference->result[i]);
        if (!(d <= difference)) difference = d;
        scale = fmax(scale, fabs(reference->result[i]));
    }
    e->error = difference == 0.0 ? 0.0 : difference / scale;
    if (!(e->error <= e->contender->tolerance))
        bench_fail("%s of size %zu: %s and %s disagree by %g, more than %g", p->name, p->size,
                   e->contender->name, reference->contender->name, e->error,
                   e->contender->tolerance);
}

static double time_of(race_entry *e)
{
    const double start = race_clock();
    for (size_t k = 0; k < e->calls; k++) e->contender->run(e->state, e->result);
    return (race_clock() - start) / (double)e->calls;
}

/* Runs as often as one sample needs; the first runs also warm caches and buffers. */
static void calibrate(race_entry *e, double seconds)
{
    for (e->calls = 1;; e->calls *= 2) {
        if (time_of(e) * (double)e->calls >= 0.5 * seconds) break;
    }
}

void race_time(size_t entries, race_entry *entry, const race_options *options)
{
    for (size_t k = 0; k < entries; k++) calibrate(&entry[k], options->sample_seconds);
    for (size_t r = 0; r < options->rounds; r++)
        for (size_t k = 0; k < entries; k++) entry[k].sample[r] = 1e9 * time_of(&entry[k]);
    for (size_t k = 0; k < entries; k++)
        race_summary(options->rounds, entry[k].sample, &entry[k].min, &entry[k].median);
}

/* Everyone against the first of those from whom most agreement is asked. */
static void check_all(const bench_problem *p, size_t entries, race_entry *entry)
{
    size_t reference = 0;
    for (size_t k = 1; k < entries; k++) {
        if (entry[k].contender->tolerance < entry[reference].contender->tolerance) reference = k;
    }
    if (entries) race_check(p, &entry[reference], &entry[reference]);
    for (size_t k = 0; k < entries; k++) race_check(p, &entry[k], &entry[reference]);
}

size_t race_run(const bench_problem *p, bench_quantity quantity, size_t teams,
                const bench_team *const *team, const race_options *options, race_entry *entry)
{
    size_t entries = 0;
    for (size_t t = 0; t < teams; t++) {
        for (size_t k = 0; k < team[t]->contenders; k++) {
            const bench_contender *c = &team[t]->contender[k];
            if (c->quantity != quantity || (c->most && p->n > c->most)) continue;
            entries += (size_t)race_enter(&entry[entries], team[t], c, p, options);
        }
    }
    check_all(p, entries, entry);
    race_time(entries, entry, options);
    for (size_t k = 0; k < entries; k++) race_leave(&entry[k]);
    return entries;
}
