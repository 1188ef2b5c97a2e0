/* team_c.c: plain C: the value, adjoints by hand, and finite differences. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "config.h"

typedef struct buffers {
    const bench_problem *problem;
    double *x, *g;
} buffers;

static void *open_buffers(const bench_problem *p)
{
    buffers *b = bench_allocate(1, sizeof *b);
    *b = (buffers){p, bench_allocate(p->n, sizeof(double)), bench_allocate(p->n, sizeof(double))};
    memcpy(b->x, p->x, p->n * sizeof *b->x);
    return b;
}

static void close_buffers(void *state)
{
    buffers *b = state;
    free(b->x);
    free(b->g);
    free(b);
}

static void value(void *state, double *result)
{
    const bench_problem *p = state;
    result[0] = bench_value(p, p->x);
}

static void adjoint(void *state, double *result)
{
    const bench_problem *p = state;
    bench_adjoint(p, p->x, result);
}

static void adjoint_along(void *state, double *result)
{
    buffers *b = state;
    const bench_problem *p = b->problem;
    bench_adjoint(p, p->x, b->g);
    result[0] = 0.0;
    for (size_t i = 0; i < p->n; i++) result[0] += b->g[i] * p->dir[i];
}

/* Central differences: the error is smallest near the cube root of the rounding unit. */
static double step(void) { return cbrt(DBL_EPSILON); }

static void differences(void *state, double *result)
{
    buffers *b = state;
    const bench_problem *p = b->problem;
    for (size_t i = 0; i < p->n; i++) {
        const double h = step() * fmax(fabs(p->x[i]), 1e-2);
        b->x[i] = p->x[i] + h;
        const double above = bench_value(p, b->x);
        b->x[i] = p->x[i] - h;
        const double below = bench_value(p, b->x);
        b->x[i] = p->x[i];
        result[i] = (above - below) / (2.0 * h);
    }
}

static void move(buffers *b, double h)
{
    const bench_problem *p = b->problem;
    for (size_t i = 0; i < p->n; i++) b->x[i] = p->x[i] + h * p->dir[i];
}

static void difference_along(void *state, double *result)
{
    buffers *b = state;
    move(b, step());
    const double above = bench_value(b->problem, b->x);
    move(b, -step());
    const double below = bench_value(b->problem, b->x);
    result[0] = (above - below) / (2.0 * step());
}

static void difference_of_gradients(void *state, double *result)
{
    buffers *b = state;
    move(b, step());
    bench_adjoint(b->problem, b->x, result);
    move(b, -step());
    bench_adjoint(b->problem, b->x, b->g);
    for (size_t i = 0; i < b->problem->n; i++) result[i] = (result[i] - b->g[i]) / (2.0 * step());
}

static const bench_contender contender[] = {
    {"c.value", BENCH_VALUE, 0.0, 0, NULL, value, NULL},
    {"c.adjoint", BENCH_GRADIENT, BENCH_EXACT, 0, NULL, adjoint, NULL},
    {"c.differences", BENCH_GRADIENT, BENCH_DIFFERENCE, BENCH_SMALL, open_buffers, differences,
     close_buffers},
    {"c.adjoint_along", BENCH_DIRECTIONAL, BENCH_EXACT, 0, open_buffers, adjoint_along,
     close_buffers},
    {"c.difference_along", BENCH_DIRECTIONAL, BENCH_DIFFERENCE, 0, open_buffers, difference_along,
     close_buffers},
    {"c.difference_of_gradients", BENCH_HVP, BENCH_DIFFERENCE, 0, open_buffers,
     difference_of_gradients, close_buffers},
};

const bench_team bench_team_c = {"plain C", BENCH_C_COMPILER, contender,
                                 sizeof contender / sizeof *contender};
