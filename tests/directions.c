/* directions.c: see directions.h. */
#include "directions.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t directions_finite;

/* A kind of product of a row: with the Jacobian from the right, from the left, with a Hessian. */
typedef enum product { JVP, VJP, HVP, PRODUCTS } product;
static const char *const product_name[PRODUCTS] = {"jvps", "vjps", "hvps"};

/* One kind of product at one point, and the results of one row after the other. */
typedef struct run {
    flx_program *f;
    const double *x;
    product kind;
    size_t n, m, in, out; /* lengths of a row and of its product */
    double *row, *weight, *want, *got;
    flx_report report[DIRECTIONS];
    flx_status status;
    char *text;
    size_t size;
} run;

/* A fraction from -2 to 2; one in eight is zero, now and then it is not finite. */
static double number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    const unsigned bits = (unsigned)(*state >> 40);
    if (bits % 8 == 0) return 0.0;
    if (bits % 509 == 1) return (double)NAN;
    return (double)(bits >> 4) / (double)(1u << 18) - 2.0;
}

static int same(size_t n, const double *a, const double *b)
{
    for (size_t k = 0; k < n; k++)
        if (memcmp(&a[k], &b[k], sizeof *a) != 0 && !(isnan(a[k]) && isnan(b[k]))) return 0;
    return 1;
}

static int differ(run *r, const char *what, size_t most, size_t k)
{
    snprintf(r->text, r->size, "%s, %zu directions, work of %zu: %s", product_name[r->kind], k,
             most, what);
    return 1;
}

static flx_status one(const run *r, flx_work *w, const double *x, size_t k, double *out,
                      flx_report *report)
{
    const double *row = r->row + k * r->in;
    if (r->kind == JVP) return flx_jvp(r->f, w, x, row, out, report);
    if (r->kind == VJP) return flx_vjp(r->f, w, x, row, out, report);
    return flx_hvp(r->f, w, x, row, r->weight, out, report);
}

static flx_status several(const run *r, flx_work *w, const double *x, size_t k, flx_report *report)
{
    if (r->kind == JVP) return flx_jvps(r->f, w, x, k, r->row, r->got, report);
    if (r->kind == VJP) return flx_vjps(r->f, w, x, k, r->row, r->got, report);
    return flx_hvps(r->f, w, x, k, r->row, r->weight, r->got, report);
}

static flx_work *work_of(const run *r, size_t most)
{
    flx_work *w = NULL;
    if (flx_work_create(r->f, r->kind == HVP ? FLX_WORK_SECOND : FLX_WORK_FIRST, most, &w)) abort();
    return w;
}

/* The products of all rows, each by itself, at a point that is set. */
static void expect(run *r)
{
    flx_work *w = work_of(r, 1);
    flx_set_point(r->f, w, r->x, NULL);
    for (size_t k = 0; k < DIRECTIONS; k++)
        r->status = one(r, w, NULL, k, r->want + k * r->out, &r->report[k]);
    flx_work_destroy(w);
}

static int compare(run *r, flx_work *w, const double *x, size_t most, size_t k)
{
    flx_report report;
    unsigned flags = 0;
    const char *op = NULL;
    for (size_t j = 0; j < k; j++) {
        flags |= r->report[j].flags;
        if (!op) op = r->report[j].op;
    }
    for (size_t j = 0; j < DIRECTIONS * r->out; j++) r->got[j] = 7.0;
    const flx_status status = several(r, w, x, k, &report);
    if (k > 0 && status != r->status) return differ(r, flx_status_name(status), most, k);
    if (k > 0 && status != FLX_OK && status != FLX_BRANCH_CHANGED) return 0;
    if (!same(k * r->out, r->got, r->want)) return differ(r, "bits", most, k);
    for (size_t j = k * r->out; j < DIRECTIONS * r->out; j++)
        if (r->got[j] != 7.0) return differ(r, "written beyond the end", most, k);
    if (k > 0 && report.flags != flags) return differ(r, "flags", most, k);
    if (k > 0 && report.op != op) return differ(r, "the operation named", most, k);
    int finite = k > 1 && status == FLX_OK;
    for (size_t j = 0; j < k * r->out; j++) finite = finite && isfinite(r->got[j]);
    directions_finite += finite ? k : 0;
    return 0;
}

/* Of the identity's rows, what a driver of the whole matrix says. */
static int compare_whole(run *r, size_t most)
{
    flx_work *w = work_of(r, most), *narrow = work_of(r, 1);
    const size_t n = r->n, m = r->m, rows = r->kind == HVP ? n : m;
    double *whole = calloc(rows * n + 1, sizeof *whole), *row = calloc(rows * n + 1, sizeof *row);
    int different = 0;
    if (!whole || !row) abort();
    flx_status status = r->kind == HVP ? flx_hessian(r->f, w, r->x, r->weight, whole, NULL)
                                       : flx_jacobian(r->f, w, r->x, whole, NULL);
    const int forward = r->kind == VJP && m > n;
    flx_set_point(r->f, narrow, r->x, NULL);
    for (size_t i = 0; i < (forward ? n : rows) && status == FLX_OK; i++) {
        for (size_t k = 0; k < (forward ? n : r->in); k++) r->row[k] = k == i;
        if (!forward) {
            one(r, narrow, NULL, 0, row + i * n, NULL);
            continue;
        }
        flx_jvp(r->f, narrow, NULL, r->row, r->got, NULL);
        for (size_t k = 0; k < m; k++) row[k * n + i] = r->got[k];
    }
    if (status == FLX_OK && !same(rows * n, whole, row))
        different = differ(r, "matrix", most, rows);
    free(whole);
    free(row);
    flx_work_destroy(w);
    flx_work_destroy(narrow);
    return different;
}

/* What is to be compared: all numbers of directions and all widths, or one of each. */
typedef struct extent {
    int all;
    size_t width, k;
} extent;

static int compare_at(run *r, size_t width, size_t first, size_t last)
{
    flx_work *w = work_of(r, width);
    int different = 0;
    for (size_t k = first; k <= last && !different; k++) {
        different = compare(r, w, r->x, width, k);
        if (!different) different = compare(r, w, NULL, width, k);
    }
    flx_work_destroy(w);
    return different;
}

static int check(run *r, extent e)
{
    static const size_t width[] = {0, 1, 4, 8};
    int different = 0;
    expect(r);
    if (!e.all) return compare_at(r, e.width, e.k, e.k);
    for (size_t i = 0; i < sizeof width / sizeof *width && !different; i++)
        different = compare_at(r, width[i], 0, DIRECTIONS);
    for (size_t i = 0; i < sizeof width / sizeof *width && !different && r->kind != JVP; i++)
        different = compare_whole(r, width[i]);
    return different;
}

static int differ_in(flx_program *f, const double *x, extent e, char *text, size_t size)
{
    const size_t n = flx_inputs(f), m = flx_outputs(f), most = n > m ? n : m;
    double *room = calloc(3 * DIRECTIONS * most + m + 1, sizeof *room);
    uint64_t state = 1;
    int different = 0;
    if (!room) abort();
    for (product kind = JVP; kind < PRODUCTS && !different; kind++) {
        run r = {f,
                 x,
                 kind,
                 n,
                 m,
                 kind == VJP ? m : n,
                 kind == JVP ? m : n,
                 room,
                 room + 3 * DIRECTIONS * most,
                 room + DIRECTIONS * most,
                 room + 2 * DIRECTIONS * most,
                 {{0}},
                 FLX_OK,
                 text,
                 size};
        for (size_t k = 0; k < DIRECTIONS * r.in; k++) r.row[k] = number(&state);
        for (size_t k = 0; k < m; k++) r.weight[k] = 1.0 - 0.25 * (double)(k % 5);
        different = check(&r, e);
    }
    free(room);
    return different;
}

int directions_differ(flx_program *f, const double *x, char *text, size_t size)
{
    return differ_in(f, x, (extent){.all = 1}, text, size);
}

int directions_differ_in(flx_program *f, const double *x, size_t width, size_t k, char *text,
                         size_t size)
{
    return differ_in(f, x, (extent){0, width, k}, text, size);
}
