/* array_modes.c: see array_modes.h. */
#include "array_modes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <fluxion/check.h>
#include <fluxion/mixed.h>

#include "reference.h"

enum { INPUTS = 200, JET = 4 };

/* One computation on its way through the modes. */
typedef struct run {
    flx_tape *tape;
    size_t n, m;
    const flx_var *x, *z;
    flx_var f; /* of all elements */
    array_choice choice;
    array_outcome *o;
} run;

/* Fixed numbers near +-1, different ones for every use. */
static double weight(size_t use, size_t k)
{
    return cos(1.0 + 2.3 * (double)k + 0.7 * (double)use) + (k % 2 ? 1.0 : -1.0);
}

static void ok(const run *r, const char *what, flx_status status)
{
    if (status == FLX_OK || r->o->status != FLX_OK) return;
    r->o->status = status;
    r->o->failed = what;
}

static double *mode(const run *r, const char *name, int order, size_t count)
{
    array_outcome *o = r->o;
    double *first = o->number + o->numbers;
    if (o->modes == ARRAY_MODES || o->numbers + count > ARRAY_NUMBERS) {
        ok(r, "room", FLX_ELIMIT);
        return o->number; /* not compared: the status says so */
    }
    o->mode[o->modes++] = (array_mode){name, order, o->numbers, count};
    o->numbers += count;
    return first;
}

static void add_flags(const run *r, const char *name, int order)
{
    *mode(r, name, order > 1 ? -2 : -1, 1) = flx_tape_flags(r->tape).set;
    flx_tape_clear_flags(r->tape);
}

static void add_vars(const run *r, const char *name, int order, size_t count, const flx_var *v)
{
    double *to = mode(r, name, order, count);
    for (size_t k = 0; k < count; k++) to[k] = flx_peek(v[k]);
    add_flags(r, name, order);
}

/* Sum of weight*v. */
static flx_var weighted(size_t use, size_t count, const flx_var *v)
{
    flx_var sum = flx_constant(0.0);
    for (size_t k = 0; k < count; k++) sum = flx_var_add(sum, flx_var_mul_xc(v[k], weight(use, k)));
    return sum;
}

/* A gradient, plain and recorded; the latter in g. */
static void gradient(const run *r, const char *name, int order, flx_var y, flx_var *g)
{
    ok(r, name, flx_grad(y, r->n, r->x, g, 0));
    add_vars(r, name, order, r->n, g);
    ok(r, name, flx_grad(y, r->n, r->x, g, FLX_CREATE_GRAPH));
    add_vars(r, name, order, r->n, g);
}

static void tangents(const run *r, const char *name, int order, size_t use, size_t m,
                     const flx_var *y, flx_var *dy)
{
    flx_var dx[INPUTS];
    for (size_t k = 0; k < r->n; k++) dx[k] = flx_constant(weight(use, k));
    ok(r, name, flx_jvp_record(r->n, r->x, dx, m, y, dy));
    add_vars(r, name, order, m, dy);
}

/* Derivatives on the tape, forward and reverse in every order, to the third. */
static void on_tape(const run *r)
{
    flx_var g[INPUTS], h[INPUTS], third[INPUTS], d, dd, dg[INPUTS];
    gradient(r, "gradient", 1, r->f, g);
    gradient(r, "gradient of gradient", 2, weighted(1, r->n, g), h);
    tangents(r, "tangents of gradient", 2, 1, r->n, g, dg);
    tangents(r, "tangent", 1, 1, 1, &r->f, &d);
    tangents(r, "tangent of tangent", 2, 2, 1, &d, &dd);
    gradient(r, "gradient of tangent", 2, d, third);
    if (!r->choice.smooth) return;
    gradient(r, "gradient of gradient of gradient", 3, weighted(2, r->n, h), third);
    gradient(r, "gradient of tangents of gradient", 3, weighted(2, r->n, dg), third);
    gradient(r, "gradient of tangent of tangent", 3, dd, third);
    tangents(r, "tangents of gradient of gradient", 3, 2, r->n, h, third);
}

static void add_report(const run *r, const char *name, int order, const flx_report *report)
{
    *mode(r, name, order, 1) = report->flags;
}

/* First-order drivers, and a path, of a program with all elements as outputs. */
static void all_outputs(const run *r, flx_program *f, const double *x)
{
    const size_t n = r->n, m = r->m;
    double direction[INPUTS], seed[ARRAY_GRID], path[(JET + 1) * INPUTS];
    flx_work *w = NULL, *jet = NULL;
    flx_report report;
    for (size_t k = 0; k < n; k++) direction[k] = weight(1, k);
    for (size_t k = 0; k < m; k++) seed[k] = weight(0, k);
    ok(r, "work", flx_work_create(f, FLX_WORK_FIRST, 0, &w));
    ok(r, "work", flx_work_create(f, FLX_WORK_JET, JET, &jet));
    if (!w || !jet) return;
    ok(r, "eval", flx_eval(f, w, x, mode(r, "eval", 0, m), &report));
    add_report(r, "flags of eval", -1, &report);
    ok(r, "jvp", flx_jvp(f, w, x, direction, mode(r, "jvp", 1, m), &report));
    add_report(r, "flags of jvp", -1, &report);
    ok(r, "vjp", flx_vjp(f, w, x, seed, mode(r, "vjp", 1, n), &report));
    add_report(r, "flags of vjp", -1, &report);
    for (size_t k = 0; k < (JET + 1) * n; k++)
        path[k] = k < n ? x[k] : k < 2 * n ? weight(1, k - n) : 0;
    double y[(JET + 1) * ARRAY_GRID];
    ok(r, "jet", flx_jet(f, jet, JET, path, y, &report));
    add_report(r, "flags of jet", -1, &report);
    for (int order = 0; order <= (r->choice.smooth ? 3 : 2); order++) {
        double *to = mode(r, "jet", order, m);
        for (size_t k = 0; k < m; k++) to[k] = y[(size_t)order * m + k];
    }
    flx_work_destroy(w);
    flx_work_destroy(jet);
}

/* Second-order drivers of a program with one output. */
static void one_output(const run *r, flx_program *f, const double *x)
{
    const size_t n = r->n;
    double direction[INPUTS], hess[32 * 32];
    flx_work *w = NULL;
    flx_report report;
    for (size_t k = 0; k < n; k++) direction[k] = weight(1, k);
    ok(r, "work", flx_work_create(f, FLX_WORK_SECOND, 0, &w));
    if (!w) return;
    ok(r, "driver gradient",
       flx_gradient(f, w, x, mode(r, "driver value", 1, 1), mode(r, "driver gradient", 1, n),
                    &report));
    add_report(r, "flags of driver gradient", -1, &report);
    ok(r, "hvp", flx_hvp(f, w, x, direction, NULL, mode(r, "hvp", 2, n), &report));
    add_report(r, "flags of hvp", -1, &report);
    for (int again = 0; again < 2; again++) { /* recorded, then replayed */
        double *to = mode(r, "hvp by double backprop", 2, n);
        ok(r, "hvp by double backprop",
           flx_hvp_double_backprop(f, w, x, direction, NULL, to, &report));
        add_report(r, "flags of hvp by double backprop", -2, &report);
    }
    if (n <= 32) {
        ok(r, "hyper-duals", flx_hessian_hyperdual(f, w, x, NULL, hess, &report));
        add_report(r, "flags of hyper-duals", -1, &report);
        double *to = mode(r, "hyper-duals", 2, n);
        for (size_t i = 0; i < n; i++) {
            to[i] = 0.0;
            for (size_t j = 0; j < n; j++) to[i] += hess[i * n + j] * direction[j];
        }
    }
    flx_work_destroy(w);
}

/* What rounding may do, by the bounds of the check of agreement. */
static void agreement(const run *r, flx_program *f, const double *x)
{
    flx_check_result c;
    const flx_status status = flx_check_program(f, x, NULL, &c);
    ok(r, "agreement", status);
    snprintf(r->o->agreement, sizeof r->o->agreement, "%s", c.summary);
    if (status != FLX_OK && status != FLX_EDISAGREE) return;
    const double rounding = (2.0 + (double)c.depth) * 0x1p-53;
    const double first = 20.0 * rounding * c.bound_first, second = 40.0 * rounding * c.bound_second;
    r->o->tolerance[1] += first;
    r->o->tolerance[2] += first + second;
    r->o->tolerance[3] += 2.0 * (first + second); /* and relative to what came out */
}

static void programs(const run *r)
{
    double x[INPUTS];
    flx_program *all = NULL, *one = NULL;
    ok(r, "freeze", flx_freeze(r->tape, r->n, r->x, r->m, r->z, 0, &all, NULL));
    ok(r, "freeze", flx_freeze(r->tape, r->n, r->x, 1, &r->f, 0, &one, NULL));
    for (int moved = 0; all && one && moved <= r->choice.moved; moved++) {
        for (size_t k = 0; k < r->n; k++) x[k] = flx_peek(r->x[k]) * (moved ? 1.03125 : 1.0);
        all_outputs(r, all, x);
        one_output(r, one, x);
        if (!r->choice.smooth) continue;
        agreement(r, one, x);
        agreement(r, all, x);
    }
    flx_program_release(all);
    flx_program_release(one);
}

void array_run(flx_tape *t, size_t n, const flx_var *x, const array_grid *z, array_choice choice,
               array_outcome *o)
{
    run r = {t, n, z->rows * z->cols, x, z->v, flx_constant(0.0), choice, o};
    memset(o, 0, offsetof(array_outcome, number));
    o->extra = choice.parts ? (unsigned)FLX_FLAG_INDETERMINATE : 0;
    ok(&r, "operation", flx_tape_status(t));
    if (n > INPUTS || r.m > ARRAY_GRID) ok(&r, "room", FLX_ELIMIT);
    if (o->status != FLX_OK) return;
    flx_tape_clear_flags(t);
    add_vars(&r, "values", 0, r.m, r.z);
    for (size_t k = 0; k < r.m; k++) {
        const flx_var term = choice.smooth ? flx_var_sin(r.z[k]) : r.z[k];
        r.f = flx_var_add(r.f, flx_var_mul_xc(term, weight(0, k)));
    }
    add_vars(&r, "values", choice.smooth, 1, &r.f);
    programs(&r);
    on_tape(&r);
    ok(&r, "tape", flx_tape_status(t));
}

static double larger(double a, double b) { return a > b ? a : b; }

/* What two numbers of an order may differ by. */
static double allowed(const array_outcome *a, const array_outcome *b, int order, double slack,
                      double size)
{
    if (order <= 0) return slack;
    const double relative = size * (order == 3 ? 1e-11 : 64 * 0x1p-53);
    return larger(a->tolerance[order], b->tolerance[order]) + relative + order * slack;
}

static int agree(double x, double y, double tolerance)
{
    if (ref_same(x, y) || (x == 0.0 && y == 0.0 && tolerance > 0.0)) return 1;
    return isfinite(x) && isfinite(y) && fabs(x - y) <= tolerance;
}

static int flags_agree(const array_outcome *arrays, const array_mode *m, double x, double y)
{
    const unsigned extra = m->order == -2 ? arrays->extra : 0;
    return ((unsigned)x & ~extra) == ((unsigned)y & ~extra) && x >= y;
}

/* The largest finite number of a mode. */
static double largest(const array_outcome *o, const array_mode *m)
{
    double most = 0.0;
    for (size_t k = m->first; k < m->first + m->count; k++)
        if (isfinite(o->number[k])) most = larger(most, fabs(o->number[k]));
    return most;
}

int array_same(const array_outcome *arrays, const array_outcome *scalars, double slack, char *text,
               size_t size)
{
    const array_outcome *both[2] = {arrays, scalars};
    for (int k = 0; k < 2; k++) {
        if (both[k]->status == FLX_OK) continue;
        snprintf(text, size, "%s: %s: %s %s", k ? "scalars" : "arrays", both[k]->failed,
                 flx_status_name(both[k]->status), both[k]->agreement);
        return 0;
    }
    if (arrays->modes != scalars->modes || arrays->numbers != scalars->numbers) {
        snprintf(text, size, "modes differ");
        return 0;
    }
    for (size_t k = 0; k < arrays->modes; k++) {
        const array_mode *m = &arrays->mode[k];
        const double most = allowed(arrays, scalars, m->order, slack, largest(scalars, m));
        for (size_t i = m->first; i < m->first + m->count; i++) {
            const double x = arrays->number[i], y = scalars->number[i];
            if (m->order < 0 ? flags_agree(arrays, m, x, y) : agree(x, y, most)) continue;
            snprintf(text, size, "%s (order %d), number %zu: %.17g, in scalars %.17g, allowed %.3g",
                     m->name, m->order, i - m->first, x, y, most);
            return 0;
        }
    }
    return 1;
}

void array_elements(flx_array a, array_grid *z)
{
    z->rows = a.rows;
    z->cols = a.cols;
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j < a.cols && i * a.cols + j < ARRAY_GRID; j++)
            z->v[i * a.cols + j] = flx_array_at(a, i, j);
}
