/* random_many.c: a frozen program at many points, and along several directions, against the drivers of
 * one. */
#include "random_expect.h"

#include <math.h>
#include <string.h>

#include <fluxion/mixed.h>

#include "directions.h"
#include "sparse.h"

enum { POINTS = 19, FEW = 3 }; /* groups of 8 and 16 points, and some that are left */

/* The outputs of a program at every point, the products with the first weights, and the flags. */
typedef struct results {
    double y[POINTS * RANDOM_VALUES], g[POINTS * RANDOM_INPUTS];
    unsigned values[POINTS], products[POINTS];
    flx_status status;
} results;

/* Whether the program may be asked at a point. */
static int is_defined(const random_program *p, const double *x)
{
    double value[RANDOM_VALUES];
    random_run run = {p, NULL, 0};
    random_function->f_double(p->inputs, x, p->inputs + p->steps, value, &run);
    return !asks_sign_of_nan(p, value);
}

/* Points around the first, which is the check's; one number of one point is NaN. */
static void sample(const random_program *p, double *x)
{
    static const double factor[] = {1.0, 0.75, -1.0, 1.5, 0.0};
    const size_t n = p->inputs;
    for (size_t i = 0; i < POINTS; i++)
        for (size_t k = 0; k < n; k++)
            x[i * n + k] = p->x[(k + i / 5) % n] * factor[(i + k * (i / 5)) % 5];
    x[p->steps % POINTS * n + p->steps % n] = (double)NAN;
    for (size_t i = 0; i < POINTS; i++)
        if (i == 0 || !is_defined(p, x + i * n)) memcpy(x + i * n, p->x, n * sizeof *x);
}

/* Each point by itself, by the drivers of one. */
static void one_by_one(const random_program *p, const flx_program *f, flx_work *w, const double *x,
                       const double *weight, results *r)
{
    const size_t n = p->inputs, m = flx_outputs(f);
    r->status = FLX_OK;
    for (size_t i = 0; i < POINTS; i++) {
        flx_report report;
        const flx_status status = flx_eval(f, w, x + i * n, r->y + i * m, &report);
        r->values[i] = report.flags;
        flx_vjp(f, w, NULL, weight, r->g + i * n, &report);
        r->products[i] = report.flags;
        if (status != FLX_OK) r->status = status;
    }
}

/* The points in calls of so many. */
static void in_calls(const random_program *p, const flx_program *f, flx_batch *b, const double *x,
                     const double *weight, size_t most, results *r)
{
    const size_t n = p->inputs, m = flx_outputs(f);
    const flx_batch_in weights = flx_in_shared(weight, m);
    r->status = FLX_OK;
    for (size_t i = 0; i < POINTS; i += most) {
        const size_t count = POINTS - i < most ? POINTS - i : most;
        const flx_batch_in points = flx_in_rows(x + i * n, n);
        const flx_batch_out y = flx_out_rows(r->y + i * m, m), g = flx_out_rows(r->g + i * n, n);
        const flx_status value =
            flx_eval_batch(f, b, count, 1, &points, 1, &y, r->values + i, NULL);
        const flx_status product =
            flx_vjp_batch(f, b, count, 1, &points, 1, &weights, 1, &g, r->products + i, NULL);
        if (value != FLX_OK) r->status = value;
        if (product != FLX_OK) r->status = product;
    }
}

static void compare(check *c, unsigned mode, size_t m, const char *what, const results *a,
                    const results *b)
{
    const size_t n = c->n;
    if (a->status != b->status)
        found(c, mode, "%s: status %s, want %s", what, flx_status_name(a->status),
              flx_status_name(b->status));
    for (size_t k = 0; k < POINTS * m; k++)
        if (!same(a->y[k], b->y[k]))
            found(c, mode, "%s: value %zu of point %zu is %.17g, want %.17g", what, k % m, k / m,
                  a->y[k], b->y[k]);
    for (size_t k = 0; k < POINTS * n; k++)
        if (!same(a->g[k], b->g[k]))
            found(c, mode, "%s: product %zu of point %zu is %.17g, want %.17g", what, k % n, k / n,
                  a->g[k], b->g[k]);
    for (size_t i = 0; i < POINTS; i++)
        if (a->values[i] != b->values[i] || a->products[i] != b->products[i])
            found(c, mode, "%s: flags of point %zu are %x and %x, want %x and %x", what, i,
                  a->values[i], a->products[i], b->values[i], b->products[i]);
}

/* By libm, the bits of the drivers of one point; by whatever is quickest here, the same bits whatever
 * a point's neighbours are. */
static void check_batches(check *c, flx_program *f)
{
    const size_t m = flx_outputs(f);
    double x[POINTS * RANDOM_INPUTS], weight[RANDOM_VALUES];
    results want, got;
    flx_work *w = NULL;
    for (size_t k = 0; k < m; k++) weight[k] = 1.0 - 0.5 * (double)(k % 4);
    sample(c->p, x);
    expect_status(c, MODE_batch_strict, flx_work_create(f, FLX_WORK_FIRST, 0, &w));
    if (!w) return;
    one_by_one(c->p, f, w, x, weight, &want);
    flx_work_destroy(w);
    for (int strict = 1; strict >= 0; strict--) {
        const unsigned mode = strict ? MODE_batch_strict : MODE_batch;
        const flx_batch_options options = {.strict = strict, .isa = FLX_ISA_BEST};
        flx_batch *b = NULL;
        expect_status(c, mode, flx_batch_create(f, FLX_WORK_FIRST, &options, &b));
        if (!b) return;
        if (!strict) in_calls(c->p, f, b, x, weight, FEW, &want);
        in_calls(c->p, f, b, x, weight, POINTS, &got);
        compare(c, mode, m, strict ? "by libm" : "together", &got, &want);
        hit(c, mode);
        flx_batch_destroy(b);
    }
}

/* Products with directions in calls of so many points: values, products, gradients and second products. */
typedef struct directed {
    double y[POINTS * RANDOM_VALUES], jv[POINTS * RANDOM_VALUES];
    double g[POINTS * RANDOM_INPUTS], hv[POINTS * RANDOM_INPUTS];
    unsigned first[POINTS], second[POINTS];
} directed;

static void directed_calls(const flx_program *f, flx_batch *b, const double *x,
                           const double *weight, size_t most, directed *r)
{
    const size_t n = flx_inputs(f), m = flx_outputs(f);
    const flx_batch_in weights = flx_in_shared(weight, m);
    for (size_t i = 0; i < POINTS; i += most) {
        const size_t count = POINTS - i < most ? POINTS - i : most;
        const flx_batch_in points = flx_in_rows(x + i * n, n), dir = flx_in_shared(x, n);
        const flx_batch_out y = flx_out_rows(r->y + i * m, m), jv = flx_out_rows(r->jv + i * m, m);
        const flx_batch_out g = flx_out_rows(r->g + i * n, n), hv = flx_out_rows(r->hv + i * n, n);
        flx_jvp_batch(f, b, count, 1, &points, 1, &dir, 1, &y, 1, &jv, r->first + i, NULL);
        flx_hvp_batch(f, b, count, 1, &points, 1, &dir, 1, &weights, 0, NULL, 1, &g, 1, &hv,
                      r->second + i, NULL);
    }
}

/* A point's bits do not depend on its neighbours, and its values are those of other batches. */
static void check_directed(check *c, flx_program *f)
{
    const size_t m = flx_outputs(f), n = c->n;
    directed few, all;
    results values;
    double x[POINTS * RANDOM_INPUTS], weight[RANDOM_VALUES];
    flx_batch *b = NULL;
    for (size_t k = 0; k < m; k++) weight[k] = 1.0 - 0.5 * (double)(k % 4);
    sample(c->p, x);
    expect_status(c, MODE_batch, flx_batch_create(f, FLX_WORK_SECOND, NULL, &b));
    if (!b) return;
    directed_calls(f, b, x, weight, FEW, &few);
    directed_calls(f, b, x, weight, POINTS, &all);
    in_calls(c->p, f, b, x, weight, POINTS, &values);
    for (size_t k = 0; k < POINTS * m; k++)
        if (!same(few.jv[k], all.jv[k]) || !same(few.y[k], all.y[k])
            || !same(values.y[k], all.y[k]))
            found(c, MODE_batch, "directional product %zu of point %zu is %.17g, want %.17g", k % m,
                  k / m, all.jv[k], few.jv[k]);
    for (size_t k = 0; k < POINTS * n; k++)
        if (!same(few.hv[k], all.hv[k]) || !same(few.g[k], all.g[k]))
            found(c, MODE_batch, "second product %zu of point %zu is %.17g, want %.17g", k % n,
                  k / n, all.hv[k], few.hv[k]);
    for (size_t i = 0; i < POINTS; i++)
        if (few.first[i] != all.first[i] || few.second[i] != all.second[i])
            found(c, MODE_batch, "flags of point %zu with directions are %x and %x, want %x and %x",
                  i, all.first[i], all.second[i], few.first[i], few.second[i]);
    flx_batch_destroy(b);
}

static void check_directions(check *c, flx_program *f)
{
    static const size_t width[] = {0, 1, 4, 8};
    char text[sizeof c->finding->text];
    const size_t chosen = c->p->steps * 7 + c->n * 5;
    if (directions_differ_in(f, c->p->x, width[chosen % 4], chosen % DIRECTIONS + 1, text,
                             sizeof text))
        found(c, MODE_directions, "%s", text);
    if (sparse_differs(f, c->p->x, width[chosen % 4], text, sizeof text))
        found(c, MODE_directions, "%s", text);
    hit(c, MODE_directions);
}

void check_many(check *c, flx_program *last, flx_program *all)
{
    if (!c->failed) check_directions(c, c->p->steps % 2 ? last : all);
    if (!c->failed) check_batches(c, c->p->steps % 2 ? all : last);
    if (!c->failed && c->p->steps % 4 == 0) check_directed(c, last);
}
