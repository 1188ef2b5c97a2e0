/* series.c: see series.h. */
#include "series.h"

#include <math.h>
#include <stdlib.h>

#include <fluxion/fluxion.h>

#include "config.h"
#include "functions.h"

#define FLX_NAME composite
#define FLX_BODY "functions/composite.inc"
#include <fluxion/instantiate.h>

const char *const series_name[SERIES_KINDS] = {"product", "exp",   "sin",
                                               "tanh",    "x^2.3", "composite"};

/* The exponent of SERIES_POW. */
static const double exponent = 2.3;

void series_make(series_kind kind, size_t order, bench_problem *p)
{
    *p = (bench_problem){.name = series_name[kind], .size = order, .n = order + 1};
    p->x = bench_allocate(p->n, sizeof *p->x);
    p->dir = bench_allocate(p->n, sizeof *p->dir);
    for (size_t k = 0; k < p->n; k++) {
        p->x[k] = k == 0 ? 0.75 : sin((double)k) / (double)(k * k);
        p->dir[k] = k == 0 ? 1.25 : cos((double)k) / (double)(k * k);
    }
}

typedef struct series {
    size_t order;
    const double *x, *y;
    double *room[6]; /* n each; room[0] has space for a kernel's scratch */
    flx_program *f;
    flx_work *w;
} series;

static void *open_series(const bench_problem *p)
{
    series *s = bench_allocate(1, sizeof *s);
    *s = (series){.order = p->n - 1, .x = p->x, .y = p->dir};
    for (size_t k = 0; k < 6; k++)
        s->room[k] = bench_allocate(FLX_KERNEL_SCRATCH(s->order), sizeof(double));
    return s;
}

static void close_series(void *state)
{
    series *s = state;
    for (size_t k = 0; k < 6; k++) free(s->room[k]);
    flx_work_destroy(s->w);
    flx_program_release(s->f);
    free(s);
}

/* ---- the library's kernels ---- */

static void kernel_mul(void *state, double *z)
{
    const series *s = state;
    flx_kernel_mul(s->order, 1, s->x, s->y, z);
}

static void kernel_exp(void *state, double *z)
{
    const series *s = state;
    flx_kernel_exp(s->order, 1, s->x, z, s->room[0]);
}

static void kernel_sin(void *state, double *z)
{
    const series *s = state;
    flx_kernel_sin(s->order, 1, s->x, z, s->room[0]);
}

static void kernel_tanh(void *state, double *z)
{
    const series *s = state;
    flx_kernel_tanh(s->order, 1, s->x, z, s->room[0]);
}

static void kernel_pow(void *state, double *z)
{
    const series *s = state;
    flx_kernel_pow_xc(s->order, 1, s->x, exponent, z, s->room[0]);
}

static void kernel_composite(void *state, double *z)
{
    const series *s = state;
    double *const *r = s->room;
    flx_kernel_sincos(s->order, 1, s->x, r[1], r[2], r[0]);
    flx_kernel_mul(s->order, 1, r[1], r[1], r[3]);
    flx_kernel_mul(s->order, 1, r[3], r[1], r[4]);
    flx_kernel_mul(s->order, 1, r[2], r[2], r[3]);
    flx_kernel_mul(s->order, 1, r[3], r[2], r[5]);
    flx_kernel_add(s->order, 1, r[4], r[5], r[3]);
    flx_kernel_sqrt(s->order, 1, r[3], r[4], r[0]);
    flx_kernel_exp(s->order, 1, s->x, r[3], r[0]);
    flx_kernel_div(s->order, 1, r[3], r[4], z);
}

static const bench_contender kernels[SERIES_KINDS] = {
    {"fluxion.mul", BENCH_SERIES, BENCH_EXACT, 0, open_series, kernel_mul, close_series},
    {"fluxion.exp", BENCH_SERIES, BENCH_EXACT, 0, open_series, kernel_exp, close_series},
    {"fluxion.sin", BENCH_SERIES, BENCH_EXACT, 0, open_series, kernel_sin, close_series},
    {"fluxion.tanh", BENCH_SERIES, BENCH_EXACT, 0, open_series, kernel_tanh, close_series},
    {"fluxion.pow", BENCH_SERIES, BENCH_EXACT, 0, open_series, kernel_pow, close_series},
    {"fluxion.kernels", BENCH_SERIES, BENCH_EXACT, 0, open_series, kernel_composite, close_series},
};
const bench_team series_kernel = {"Fluxion", BENCH_C_COMPILER, kernels, SERIES_KINDS};

/* ---- the composite as a program ---- */

static void *open_jet(const bench_problem *p)
{
    series *s = open_series(p);
    bench_check(flx_record(&composite, 1, p->x, 1, NULL, 0, NULL, &s->f, NULL), "flx_record");
    bench_check(flx_work_create(s->f, FLX_WORK_JET, s->order, &s->w), "flx_work_create");
    return s;
}

static void jet(void *state, double *z)
{
    const series *s = state;
    bench_check(flx_jet(s->f, s->w, s->order, s->x, z, NULL), "flx_jet");
}

const bench_contender series_jet = {"fluxion.jet", BENCH_SERIES, BENCH_EXACT, 0,
                                    open_jet,      jet,          close_series};

/* ---- plain C ---- */

/* z = x*y, one coefficient after the other. */
static void product(size_t order, const double *restrict x, const double *restrict y,
                    double *restrict z)
{
    for (size_t k = 0; k <= order; k++) {
        double sum = 0.0;
        for (size_t j = 0; j <= k; j++) sum += x[j] * y[k - j];
        z[k] = sum;
    }
}

static void plain_mul(void *state, double *z)
{
    const series *s = state;
    product(s->order, s->x, s->y, z);
}

/* The same, one coefficient of x after the other. */
static void product_by_term(size_t order, const double *restrict x, const double *restrict y,
                            double *restrict z)
{
    for (size_t k = 0; k <= order; k++) z[k] = x[0] * y[k];
    for (size_t j = 1; j <= order; j++)
        for (size_t k = j; k <= order; k++) z[k] += x[j] * y[k - j];
}

static void plain_by_term(void *state, double *z)
{
    const series *s = state;
    product_by_term(s->order, s->x, s->y, z);
}

const bench_contender series_by_term = {"c.by_term", BENCH_SERIES,  BENCH_EXACT, 0,
                                        open_series, plain_by_term, close_series};

/* Coefficient k of the integral of x'*y. */
static double integral(size_t k, const double *x, const double *y)
{
    double sum = 0.0;
    for (size_t j = 1; j <= k; j++) sum += (double)j * x[j] * y[k - j];
    return sum / (double)k;
}

static void plain_exp(void *state, double *z)
{
    const series *s = state;
    z[0] = exp(s->x[0]);
    for (size_t k = 1; k <= s->order; k++) z[k] = integral(k, s->x, z);
}

static void plain_sin(void *state, double *z)
{
    const series *s = state;
    double *c = s->room[0];
    z[0] = sin(s->x[0]);
    c[0] = cos(s->x[0]);
    for (size_t k = 1; k <= s->order; k++) {
        z[k] = integral(k, s->x, c);
        c[k] = -integral(k, s->x, z);
    }
}

static void plain_tanh(void *state, double *z)
{
    const series *s = state;
    double *slope = s->room[0];
    z[0] = tanh(s->x[0]);
    slope[0] = 1.0 - z[0] * z[0];
    for (size_t k = 1; k <= s->order; k++) {
        z[k] = integral(k, s->x, slope);
        slope[k] = 0.0;
        for (size_t j = 0; j <= k; j++) slope[k] -= z[j] * z[k - j];
    }
}

static void plain_pow(void *state, double *z)
{
    const series *s = state;
    z[0] = pow(s->x[0], exponent);
    for (size_t k = 1; k <= s->order; k++) {
        double sum = 0.0;
        for (size_t j = 1; j <= k; j++)
            sum += ((double)j * exponent - (double)(k - j)) * s->x[j] * z[k - j];
        z[k] = sum / ((double)k * s->x[0]);
    }
}

static void plain_composite(void *state, double *z)
{
    series *s = state;
    double *const *r = s->room;
    plain_sin(s, r[1]); /* the cosine in r[0] */
    product(s->order, r[1], r[1], r[3]);
    product(s->order, r[3], r[1], r[4]);
    product(s->order, r[0], r[0], r[3]);
    product(s->order, r[3], r[0], r[5]);
    for (size_t k = 0; k <= s->order; k++) r[3][k] = r[4][k] + r[5][k];
    r[4][0] = 1.0 / sqrt(r[3][0]);
    for (size_t k = 1; k <= s->order; k++) {
        double sum = 0.0;
        for (size_t j = 1; j <= k; j++)
            sum += (-0.5 * (double)j - (double)(k - j)) * r[3][j] * r[4][k - j];
        r[4][k] = sum / ((double)k * r[3][0]);
    }
    plain_exp(s, r[5]);
    product(s->order, r[5], r[4], z);
}

static const bench_contender plains[SERIES_KINDS] = {
    {"c.by_coefficient", BENCH_SERIES, BENCH_EXACT, 0, open_series, plain_mul, close_series},
    {"c.exp", BENCH_SERIES, BENCH_EXACT, 0, open_series, plain_exp, close_series},
    {"c.sin", BENCH_SERIES, BENCH_EXACT, 0, open_series, plain_sin, close_series},
    {"c.tanh", BENCH_SERIES, BENCH_EXACT, 0, open_series, plain_tanh, close_series},
    {"c.pow", BENCH_SERIES, BENCH_EXACT, 0, open_series, plain_pow, close_series},
    {"c.composite", BENCH_SERIES, BENCH_EXACT, 0, open_series, plain_composite, close_series},
};
const bench_team series_plain = {"plain C", BENCH_C_COMPILER, plains, SERIES_KINDS};

/* ---- the calls of libm alone ---- */

static void call_exp(void *state, double *z) { z[0] = exp(((const series *)state)->x[0]); }

static void call_sin(void *state, double *z)
{
    flx_double_sincos(((const series *)state)->x[0], &z[0], &z[1]);
}

static void call_tanh(void *state, double *z) { z[0] = tanh(((const series *)state)->x[0]); }

static void call_pow(void *state, double *z)
{
    z[0] = pow(((const series *)state)->x[0], exponent);
}

const bench_contender series_calls[SERIES_KINDS] = {
    [SERIES_EXP] = {"libm.exp", BENCH_SERIES, 1.0, 0, open_series, call_exp, close_series},
    [SERIES_SIN] = {"libm.sin_cos", BENCH_SERIES, 1.0, 0, open_series, call_sin, close_series},
    [SERIES_TANH] = {"libm.tanh", BENCH_SERIES, 1.0, 0, open_series, call_tanh, close_series},
    [SERIES_POW] = {"libm.pow", BENCH_SERIES, 1.0, 0, open_series, call_pow, close_series},
};
