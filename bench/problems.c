/* problems.c: points and data of the functions that are raced. */
#include "problems.h"

#include <math.h>
#include <stdlib.h>

typedef struct size_row {
    bench_function function;
    size_t size;
} size_row;

/* By number of inputs: ADOL-C works on as many locations as the process has ever had alive, which
 * a large problem would leave to the small ones after it. */
static const size_row rows[] = {
    {BENCH_SINCHAIN, 100},     {BENCH_SINCHAIN, 10000},    {BENCH_HELMHOLTZ, 10},
    {BENCH_SPEELPENNING, 20},  {BENCH_NETWORK, 4},         {BENCH_ROSENBROCK, 100},
    {BENCH_HELMHOLTZ, 100},    {BENCH_SPEELPENNING, 1000}, {BENCH_NETWORK, BENCH_WIDTH},
    {BENCH_ROSENBROCK, 10000}, {BENCH_ROSENBROCK, 100000},
};

size_t bench_problems(void) { return sizeof rows / sizeof *rows; }

/* Reproducible numbers in -1..1 without a pattern that a sum would cancel. */
static double wave(size_t i, double frequency) { return sin(frequency * (double)(i + 1)); }

static void rosenbrock(bench_problem *p)
{
    p->name = "rosenbrock";
    p->n = p->size;
}

static void sinchain(bench_problem *p)
{
    p->name = "sinchain";
    p->n = 1;
    p->data.length = p->size;
}

static void speelpenning(bench_problem *p)
{
    p->name = "speelpenning";
    p->n = p->size;
}

static void helmholtz(bench_problem *p)
{
    const size_t n = p->size;
    p->name = "helmholtz";
    p->n = n;
    p->data.a = bench_allocate(n * n, sizeof(double));
    p->data.b = bench_allocate(n, sizeof(double));
    for (size_t i = 0; i < n; i++) {
        p->data.b[i] = 0.5 + 0.3 * wave(i, 1.7);
        for (size_t j = 0; j < n; j++) p->data.a[i * n + j] = 1.0 / (double)(i + j + 1);
    }
}

/* size is the width of the hidden layers. */
static void network(bench_problem *p)
{
    bench_data *d = &p->data;
    p->name = "network";
    d->inputs = 4;
    d->width = p->size;
    d->samples = 4;
    p->n = d->width * (d->inputs + 1) + d->width * (d->width + 1) + d->width + 1;
    d->sample = bench_allocate(d->samples * d->inputs, sizeof(double));
    d->target = bench_allocate(d->samples, sizeof(double));
    for (size_t k = 0; k < d->samples * d->inputs; k++) d->sample[k] = wave(k, 2.3);
    for (size_t k = 0; k < d->samples; k++) d->target[k] = wave(k, 0.9);
}

static double coordinate(const bench_problem *p, size_t i)
{
    switch (p->function) {
    case BENCH_SPEELPENNING: return (double)(i + 1) / (double)(i + 2);
    case BENCH_HELMHOLTZ: return (1.0 + 0.5 * wave(i, 2.9)) / (2.0 * (double)p->n);
    case BENCH_NETWORK: return wave(i, 1.3) / sqrt((double)p->data.width);
    case BENCH_SINCHAIN: return 1.0;
    default: return 0.5 + 0.4 * wave(i, 0.7);
    }
}

void bench_problem_of(bench_function function, size_t size, bench_problem *p)
{
    *p = (bench_problem){.function = function, .size = size};
    switch (function) {
    case BENCH_SINCHAIN: sinchain(p); break;
    case BENCH_SPEELPENNING: speelpenning(p); break;
    case BENCH_HELMHOLTZ: helmholtz(p); break;
    case BENCH_NETWORK: network(p); break;
    default: rosenbrock(p); break;
    }
    p->x = bench_allocate(p->n, sizeof *p->x);
    p->dir = bench_allocate(p->n, sizeof *p->dir);
    for (size_t i = 0; i < p->n; i++) {
        p->x[i] = coordinate(p, i);
        p->dir[i] = p->n == 1 ? 1.0 : 1.0 + 0.5 * wave(i, 1.1);
    }
    if (function == BENCH_HELMHOLTZ) { /* stay inside the domain: b'(x + h dir) < 1 */
        for (size_t i = 0; i < p->n; i++) p->dir[i] *= p->x[i];
    }
}

void bench_problem_make(size_t k, bench_problem *p)
{
    bench_problem_of(rows[k].function, rows[k].size, p);
}

void bench_problem_clear(bench_problem *p)
{
    free(p->x);
    free(p->dir);
    free(p->data.a);
    free(p->data.b);
    free(p->data.sample);
    free(p->data.target);
}
