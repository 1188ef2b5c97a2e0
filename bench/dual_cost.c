/* dual_cost.c: see dual_cost.h. */
#include "dual_cost.h"

#include <math.h>

#include <fluxion/dual.h>

void dual_points(const dual_row *row, size_t n, bench_problem *p)
{
    *p = (bench_problem){.name = row->name, .size = n, .n = n};
    p->x = bench_allocate(n, sizeof *p->x);
    p->dir = bench_allocate(n, sizeof *p->dir);
    for (size_t i = 0; i < n; i++)
        p->x[i] = row->low + (row->high - row->low) * ((double)i + 0.5) / (double)n;
}

static double square(double x) { return x * x; }

/* Not both of them in one call: a dual has the value of sin and of cos, which a compiler may make one
 * call of. */
static double (*volatile plain_sin)(double) = sin;
static double (*volatile plain_cos)(double) = cos;

/* Values go to dir, derivatives to the result. */
#define FORMULA(name, low, high, value, derivative, dual)                                          \
    static void name##_by_hand(void *state, double *result)                                        \
    {                                                                                              \
        const bench_problem *p = state;                                                            \
        for (size_t i = 0; i < p->n; i++) {                                                        \
            const double x = p->x[i], y = value;                                                   \
            p->dir[i] = y;                                                                         \
            result[i] = derivative;                                                                \
        }                                                                                          \
    }                                                                                              \
    static void name##_by_dual(void *state, double *result)                                        \
    {                                                                                              \
        const bench_problem *p = state;                                                            \
        for (size_t i = 0; i < p->n; i++) {                                                        \
            const flx_dual x = flx_dual_variable(p->x[i]), y = dual;                               \
            p->dir[i] = y.v;                                                                       \
            result[i] = y.d;                                                                       \
        }                                                                                          \
    }
#include "functions/formulas.def"
#undef FORMULA

#define FORMULA(name, low, high, value, derivative, dual)                                          \
    {#name,                                                                                        \
     low,                                                                                          \
     high,                                                                                         \
     {"c." #name, BENCH_SERIES, BENCH_EXACT, 0, NULL, name##_by_hand, NULL},                       \
     {"fluxion." #name, BENCH_SERIES, BENCH_EXACT, 0, NULL, name##_by_dual, NULL}},
const dual_row dual_rows[] = {
#include "functions/formulas.def"
};
const size_t dual_rows_count = sizeof dual_rows / sizeof *dual_rows;
