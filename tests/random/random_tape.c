/* random_tape.c: tapes that go on after rewinds and failures. */
#include "random_tape.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <fluxion/mixed.h>

#include "hostile.h"

/* All that one recording gives. */
typedef struct outcome {
    flx_status status;
    double value[RANDOM_VALUES], g[RANDOM_INPUTS], h[RANDOM_INPUTS], hv[RANDOM_INPUTS];
} outcome;

static flx_status fail(flx_status a, flx_status b) { return a != FLX_OK ? a : b; }

static void differentiate(flx_tape *t, size_t n, const flx_var *y, const flx_var *last, outcome *o)
{
    flx_var g[RANDOM_INPUTS], h[RANDOM_INPUTS];
    flx_program *f = NULL;
    flx_work *w = NULL;
    double x[RANDOM_INPUTS], dir[RANDOM_INPUTS] = {1.0, 0.5, 0.25, 2.0};
    o->status = fail(o->status, flx_grad(*last, n, y, g, FLX_CREATE_GRAPH));
    o->status = fail(o->status, flx_grad(g[0], n, y, h, FLX_CREATE_GRAPH));
    for (size_t k = 0; k < n; k++) {
        o->g[k] = flx_peek(g[k]);
        o->h[k] = flx_peek(h[k]);
        x[k] = flx_peek(y[k]);
    }
    o->status = fail(o->status, flx_freeze(t, n, y, 1, last, 0, &f, NULL));
    if (f) o->status = fail(o->status, flx_work_create(f, FLX_WORK_SECOND, 0, &w));
    if (w) {
        o->status = fail(o->status, flx_hvp(f, w, x, dir, NULL, o->hv, NULL));
        o->status = fail(o->status, flx_hvp_double_backprop(f, w, x, dir, NULL, o->hv, NULL));
    }
    flx_work_destroy(w);
    flx_program_release(f);
}

static outcome run(const random_program *p, flx_tape *t)
{
    outcome o;
    flx_array a = {0};
    flx_var x[RANDOM_INPUTS], y[RANDOM_VALUES];
    const size_t n = p->inputs, count = n + p->steps;
    random_run context = {p, p->array_inputs ? &a : NULL, 0};
    memset(&o, 0, sizeof o);
    if (p->array_inputs) a = flx_array_variable(t, n, 1, p->x);
    for (size_t k = 0; k < n; k++)
        x[k] = p->array_inputs ? flx_array_at(a, k, 0) : flx_variable(t, p->x[k]);
    random_function->f_var(n, x, count, y, &context);
    for (size_t k = 0; k < count; k++) o.value[k] = flx_peek(y[k]);
    o.status = flx_tape_status(t);
    differentiate(t, n, y, &y[count - 1], &o);
    return o;
}

/* Leaves numbers in the tape's memory that nothing later may read. */
static void litter(flx_tape *t)
{
    for (int k = 0; k < 300; k++) flx_variable(t, 7.0 + k);
}

static int same_bits(size_t n, const double *a, const double *b)
{
    for (size_t k = 0; k < n; k++)
        if (!((a[k] != a[k] && b[k] != b[k]) || memcmp(&a[k], &b[k], sizeof a[k]) == 0)) return 0;
    return 1;
}

static int report(random_finding *f, const char *after, const char *what)
{
    f->mode = MODE_record;
    snprintf(f->text, sizeof f->text, "after %s: %s", after, what);
    return 1;
}

static int compare(const outcome *a, const outcome *b, const char *after, random_finding *f)
{
    if (a->status != b->status) return report(f, after, flx_status_name(b->status));
    if (!same_bits(RANDOM_VALUES, a->value, b->value)) return report(f, after, "other values");
    if (!same_bits(RANDOM_INPUTS, a->g, b->g)) return report(f, after, "another gradient");
    if (!same_bits(RANDOM_INPUTS, a->h, b->h)) return report(f, after, "another second derivative");
    return same_bits(RANDOM_INPUTS, a->hv, b->hv) ? 0 : report(f, after, "another product");
}

/* Each failure on purpose: its status, poison as result, and drivers that say so. */
static const char *spoil(flx_tape *t, flx_mark mark, unsigned kind, random_abuse *abuse)
{
    const double two[2] = {1.0, 2.0};
    flx_tape *other = NULL;
    flx_var x = flx_variable(t, 1.0), y, g;
    flx_status want = FLX_ETAPE;
    if (kind == 0) {
        abuse->mixed++;
        if (flx_tape_create(NULL, &other) != FLX_OK) return NULL;
        y = flx_var_mul(x, flx_variable(other, 2.0));
        if (flx_tape_status(other) != FLX_ETAPE) return "no ETAPE on the other tape";
        flx_tape_destroy(other);
    } else if (kind == 1) {
        abuse->stale++;
        want = FLX_ESTALE;
        flx_tape_rewind(t, mark);
        y = flx_var_add(x, flx_variable(t, 3.0));
    } else {
        abuse->shapes++;
        want = FLX_ESHAPE;
        y = flx_array_dot(flx_array_variable(t, 2, 1, two), flx_array_variable(t, 1, 2, two));
    }
    if (flx_tape_status(t) != want) return "the wrong status";
    if (flx_peek(y) == flx_peek(y)) return "a failed operation gave a number";
    if (flx_grad(y, 1, &x, &g, 0) == FLX_OK) return "a gradient of a failed tape";
    return NULL;
}

/* With the k-th request of memory refused. */
static int starve(const random_program *p, const outcome *first, uint64_t seed, random_abuse *abuse,
                  random_finding *f)
{
    hostile h = {0};
    flx_tape_options options = {0};
    flx_tape *t = NULL;
    h.refuse = 1 + seed % 24;
    h.lasting = (int)(seed / 24 % 2);
    options.allocator = hostile_allocator(&h);
    if (seed / 48 % 4 == 0) options.max_bytes = 3000 + seed / 200 % 8000;
    const flx_status made = flx_tape_create(&options, &t);
    int bad = made != FLX_OK && made != FLX_ENOMEM;
    if (bad) report(f, "a refused creation", flx_status_name(made));
    if (t) {
        const flx_mark start = flx_tape_mark(t);
        const outcome o = run(p, t);
        if (o.status != FLX_OK) abuse->refused++;
        if (o.status != FLX_OK && o.status != FLX_ENOMEM)
            bad = report(f, "a refused allocation", flx_status_name(o.status));
        if (o.status == FLX_OK) bad |= compare(first, &o, "a refusal elsewhere", f);
        h.refuse = 0;
        flx_tape_rewind(t, start);
        const outcome again = run(p, t);
        if (options.max_bytes && again.status == FLX_ENOMEM) abuse->ceilings++;
        else if (!bad) bad |= compare(first, &again, "a refusal and a rewind", f);
    }
    flx_tape_destroy(t);
    if (!bad && h.bytes != 0) bad = report(f, "a refusal", "memory is not given back");
    return bad;
}

int random_tape_check(const random_program *p, uint64_t seed, random_abuse *abuse,
                      random_finding *f)
{
    flx_tape *t = NULL;
    if (flx_tape_create(NULL, &t) != FLX_OK) return 0;
    const flx_mark start = flx_tape_mark(t);
    const outcome first = run(p, t);
    int bad = 0;
    abuse->runs++;
    for (unsigned round = 0; round < 4 && !bad; round++) {
        const unsigned kind = (unsigned)(seed >> (8 * round)) % 5;
        const char *after = "a rewind";
        litter(t);
        if (kind < 3) {
            const char *wrong = spoil(t, flx_tape_mark(t), kind, abuse);
            after = kind == 0   ? "two tapes mixed"
                    : kind == 1 ? "a stale variable"
                                : "a wrong shape";
            if (wrong) bad = report(f, after, wrong);
        }
        if (kind == 4) {
            after = "a reset";
            abuse->resets++;
            flx_tape_reset(t);
        } else {
            abuse->rewinds++;
            if (flx_tape_rewind(t, start) != FLX_OK && !bad)
                bad = report(f, after, "the rewind is refused");
        }
        const outcome again = run(p, t);
        if (!bad) bad = compare(&first, &again, after, f);
        if (kind == 4) break; /* the first mark is of a tape that is no more */
    }
    flx_tape_destroy(t);
    return bad || starve(p, &first, seed >> 32, abuse, f);
}
