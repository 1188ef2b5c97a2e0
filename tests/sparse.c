/* sparse.c: see sparse.h. */
#include "sparse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t sparse_zeros, sparse_entries;

typedef struct run {
    flx_program *f;
    const double *x;
    flx_pattern p;
    size_t width;
    double *values, *unit,
        *line; /* entries; a row of the identity; a column or row of the Jacobian */
    unsigned flags;
    flx_status status;
    char *text;
    size_t size;
} run;

static int differ(run *r, const char *what, size_t i, size_t j)
{
    snprintf(r->text, r->size, "sparse Jacobian, work of %zu, %zu %s: %s at (%zu, %zu)", r->width,
             r->p.sweeps, r->p.backward ? "rows" : "columns", what, i, j);
    return 1;
}

static int same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static int check_order(run *r)
{
    const flx_pattern *p = &r->p;
    if (p->rows != flx_outputs(r->f) || p->columns != flx_inputs(r->f))
        return differ(r, "shape", 0, 0);
    if (p->start[0] != 0 || p->start[p->rows] != p->entries) return differ(r, "ends", 0, 0);
    for (size_t i = 0; i < p->rows; i++)
        for (size_t e = p->start[i]; e < p->start[i + 1]; e++) {
            const int ascends = e == p->start[i] || p->column[e] > p->column[e - 1];
            if (p->row[e] != i || p->column[e] >= p->columns || !ascends)
                return differ(r, "order", i, p->column[e]);
        }
    return 0;
}

/* The entry, or that there is none. */
static const double *entry(const run *r, size_t i, size_t j)
{
    for (size_t e = r->p.start[i]; e < r->p.start[i + 1]; e++)
        if (r->p.column[e] == j) return &r->values[e];
    return NULL;
}

/* Column or row number k, by itself. */
static int check_line(run *r, flx_work *w, size_t k)
{
    const size_t units = r->p.backward ? r->p.rows : r->p.columns;
    const size_t length = r->p.backward ? r->p.columns : r->p.rows;
    flx_report report;
    for (size_t i = 0; i < units; i++) r->unit[i] = i == k;
    r->status = r->p.backward ? flx_vjp(r->f, w, r->x, r->unit, r->line, &report)
                              : flx_jvp(r->f, w, r->x, r->unit, r->line, &report);
    r->flags |= report.flags;
    for (size_t i = 0; i < length && r->status == FLX_OK; i++) {
        const size_t row = r->p.backward ? k : i, column = r->p.backward ? i : k;
        const double *e = entry(r, row, column);
        if (e && !same(*e, r->line[i])) return differ(r, "bits", row, column);
        if (!e && r->line[i] != 0.0) return differ(r, "not in the pattern", row, column);
        if (e) sparse_entries++;
        else sparse_zeros++;
    }
    return 0;
}

static int check_entries(run *r, const flx_sparsity *s)
{
    flx_work *w = NULL, *narrow = NULL;
    flx_report report;
    if (flx_work_create(r->f, FLX_WORK_FIRST, r->width, &w)) abort();
    if (flx_work_create(r->f, FLX_WORK_FIRST, 1, &narrow)) abort();
    const flx_status status = flx_jacobian_sparse(r->f, w, r->x, s, r->values, &report);
    int different = 0;
    const size_t units = r->p.backward ? r->p.rows : r->p.columns;
    for (size_t k = 0; k < units && !different; k++) different = check_line(r, narrow, k);
    for (size_t e = 0; e < r->p.entries && status == FLX_BRANCH_CHANGED; e++)
        if (!isnan(r->values[e])) different = differ(r, "not NaN", r->p.row[e], r->p.column[e]);
    if (units && !different && status != r->status)
        different = differ(r, flx_status_name(status), 0, 0);
    const unsigned missing = r->flags ^ report.flags;
    if (units && !different && missing
        && (missing != FLX_FLAG_INDETERMINATE || report.flags & missing))
        different = differ(r, "flags", r->flags, report.flags);
    flx_work_destroy(w);
    flx_work_destroy(narrow);
    return different;
}

int sparse_differs(flx_program *f, const double *x, size_t width, char *text, size_t size)
{
    const size_t n = flx_inputs(f), m = flx_outputs(f);
    flx_sparsity *s = NULL;
    if (flx_sparsity_create(f, &s)) abort();
    run r = {
        .f = f, .x = x, .p = flx_sparsity_pattern(s), .width = width, .text = text, .size = size};
    double *room = calloc(r.p.entries + 2 * (n + m) + 1, sizeof *room);
    if (!room) abort();
    r.values = room;
    r.unit = r.values + r.p.entries;
    r.line = r.unit + n + m;
    const int different = check_order(&r) || check_entries(&r, s);
    free(room);
    flx_sparsity_destroy(s);
    return different;
}
