/* random_check.c: one random program in every mode. */
#include "random_expect.h"

#include <math.h>
#include <string.h>

#include <fluxion/compose.h>
#include <fluxion/generic.h>
#include <fluxion/mixed.h>

static const char *const mode_names[] = {
#define X(name) #name,
    RANDOM_MODE_LIST(X)
#undef X
};

const char *random_mode_name(unsigned mode) { return mode < RANDOM_MODES ? mode_names[mode] : "?"; }

/* ---- the tape ---- */

/* So many times, of the same inputs; y is the middle one. */
static void record_turns(const random_program *p, flx_tape *t, int turns, flx_var *y)
{
    flx_array a = {0};
    flx_var x[RANDOM_INPUTS];
    random_run run = {p, p->array_inputs ? &a : NULL, 0};
    if (p->array_inputs) a = flx_array_variable(t, p->inputs, 1, p->x);
    for (size_t k = 0; k < p->inputs; k++)
        x[k] = p->array_inputs ? flx_array_at(a, k, 0) : flx_variable(t, p->x[k]);
    for (int k = 0; k < turns; k++) {
        flx_var other[RANDOM_VALUES];
        random_function->f_var(p->inputs, x, p->inputs + p->steps, 2 * k + 1 == turns ? y : other,
                               &run);
    }
}

static void record(const random_program *p, flx_tape *t, flx_var *y) { record_turns(p, t, 1, y); }

/* Every row of the Hessian by another sweep over the recorded gradient. */
static void check_grad(check *c, const flx_var *y)
{
    const size_t last = c->count - 1;
    flx_var g[RANDOM_INPUTS], h[RANDOM_INPUTS];
    double value[RANDOM_INPUTS];
    for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
        const unsigned mode = how ? MODE_grad_graph : MODE_grad;
        expect_status(c, mode, flx_grad(y[last], c->n, y, g, how));
        hit(c, mode);
        for (size_t k = 0; k < c->n; k++) {
            value[k] = flx_peek(g[k]);
            expect_first(c, mode, k, last, value[k]);
        }
        expect_flags(c, mode, flx_tape_flags(y[0].tape).set, c->n, value);
    }
    hit(c, MODE_grad_twice);
    for (size_t i = 0; i < c->n; i++) {
        const unsigned flags = i % 2 ? FLX_CREATE_GRAPH : 0;
        expect_status(c, MODE_grad_twice, flx_grad(g[i], c->n, y, h, flags));
        for (size_t j = 0; j < c->n; j++)
            expect_second(c, MODE_grad_twice, i, j, last, flx_peek(h[j]));
    }
}

/* Recorded tangents of all values along each input; differentiated again forward and in reverse; and
 * the tangents of a recorded gradient. */
static void check_tangents(check *c, const flx_var *y)
{
    const size_t last = c->count - 1, n = c->n;
    flx_var dx[RANDOM_INPUTS], dy[RANDOM_VALUES], g[RANDOM_INPUTS], h[RANDOM_INPUTS];
    for (size_t k = 0; k < n; k++) dx[k] = flx_constant(0.0);
    expect_status(c, MODE_grad_tangent, flx_grad(y[last], n, y, g, FLX_CREATE_GRAPH));
    for (size_t i = 0; i < n; i++) {
        flx_var second;
        const size_t j = (i + c->p->steps) % n;
        dx[i] = flx_constant(1.0);
        expect_status(c, MODE_tangent, flx_jvp_record(n, y, dx, c->count, y, dy));
        for (size_t k = 0; k < c->count; k++) expect_first(c, MODE_tangent, i, k, flx_peek(dy[k]));
        expect_status(c, MODE_grad_tangent, flx_jvp_record(n, y, dx, n, g, h));
        for (size_t k = 0; k < n; k++)
            expect_second(c, MODE_grad_tangent, i, k, last, flx_peek(h[k]));
        dx[i] = flx_constant(0.0);
        expect_status(c, MODE_tangent_grad, flx_grad(dy[last], n, y, h, 0));
        for (size_t k = 0; k < n; k++)
            expect_second(c, MODE_tangent_grad, i, k, last, flx_peek(h[k]));
        dx[j] = flx_constant(1.0);
        expect_status(c, MODE_tangent_twice, flx_jvp_record(n, y, dx, 1, &dy[last], &second));
        expect_second(c, MODE_tangent_twice, i, j, last, flx_peek(second));
        dx[j] = flx_constant(0.0);
    }
    for (unsigned mode = MODE_tangent; mode <= MODE_grad_tangent; mode++) hit(c, mode);
}

/* ---- programs ---- */

/* One program with the last value as output, at the point of c, whatever it was recorded at. */
static void check_first(check *c, flx_program *f)
{
    const size_t n = c->n, last = c->count - 1;
    double y, g[RANDOM_INPUTS], dir[RANDOM_INPUTS] = {0};
    const double *x = c->p->x;
    flx_work *w = NULL;
    flx_report r;
    expect_status(c, MODE_gradient, flx_work_create(f, FLX_WORK_FIRST, 0, &w));
    if (!w) return;
    expect_status(c, MODE_gradient, flx_gradient(f, w, x, &y, g, &r));
    expect_value(c, MODE_gradient, last, y);
    expect_told(c, MODE_gradient, r.flags, 1, &y);
    expect_flags(c, MODE_gradient, r.flags, n, g);
    for (size_t k = 0; k < n; k++) expect_first(c, MODE_gradient, k, last, g[k]);
    expect_status(c, MODE_vjp, flx_vjp(f, w, NULL, NULL, g, NULL));
    for (size_t k = 0; k < n; k++) expect_first(c, MODE_vjp, k, last, g[k]);
    expect_status(c, MODE_jacobian, flx_jacobian(f, w, x, g, NULL));
    for (size_t k = 0; k < n; k++) expect_first(c, MODE_jacobian, k, last, g[k]);
    for (size_t k = 0; k < n; k++) {
        dir[k] = 1.0;
        expect_status(c, MODE_jvp, flx_jvp(f, w, k ? NULL : x, dir, &y, &r));
        expect_first(c, MODE_jvp, k, last, y);
        expect_flags(c, MODE_jvp, r.flags, 1, &y);
        dir[k] = 0.0;
    }
    hit(c, MODE_gradient);
    hit(c, MODE_vjp);
    hit(c, MODE_jacobian);
    hit(c, MODE_jvp);
    flx_work_destroy(w);
}

typedef flx_status hessian_road(const flx_program *, flx_work *, const double *, const double *,
                                double *, flx_report *);
typedef flx_status product_road(const flx_program *, flx_work *, const double *, const double *,
                                const double *, double *, flx_report *);

static void check_second(check *c, flx_program *f)
{
    hessian_road *const hessian[] = {flx_hessian, flx_hessian_hyperdual,
                                     flx_hessian_double_backprop};
    product_road *const product[] = {flx_hvp, flx_hvp_double_backprop};
    const size_t n = c->n, last = c->count - 1;
    double h[RANDOM_INPUTS * RANDOM_INPUTS], hv[RANDOM_INPUTS], dir[RANDOM_INPUTS] = {0};
    flx_work *w = NULL;
    flx_report r;
    expect_status(c, MODE_hessian, flx_work_create(f, FLX_WORK_SECOND, 0, &w));
    if (!w) return;
    for (unsigned road = 0; road < 3; road++) {
        const unsigned mode = MODE_hessian + road;
        expect_status(c, mode, hessian[road](f, w, c->p->x, NULL, h, &r));
        expect_told(c, mode, r.flags, n * n, h);
        hit(c, mode);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) expect_second(c, mode, i, j, last, h[i * n + j]);
    }
    for (unsigned road = 0; road < 2; road++) {
        const unsigned mode = MODE_hvp + road;
        const size_t i = (c->p->steps + road) % n;
        dir[i] = 1.0;
        expect_status(c, mode, product[road](f, w, road ? NULL : c->p->x, dir, NULL, hv, &r));
        expect_told(c, mode, r.flags, n, hv);
        dir[i] = 0.0;
        hit(c, mode);
        for (size_t j = 0; j < n; j++) expect_second(c, mode, i, j, last, hv[j]);
    }
    flx_work_destroy(w);
}

static void check_jet(check *c, flx_program *f, size_t i)
{
    enum { ORDER = 8 };
    const size_t n = c->n, last = c->count - 1;
    random_run run = {c->p, NULL, 0};
    double x[(ORDER + 1) * RANDOM_INPUTS] = {0}, y[ORDER + 1];
    flx_work *w = NULL;
    flx_taylor8 x8[RANDOM_INPUTS] = {{{0}}}, y8[RANDOM_VALUES];
    for (size_t k = 0; k < n; k++) {
        x8[k] = flx_taylor8_constant(c->p->x[k]);
        x8[k].c[1] = k == i;
    }
    random_function->f_taylor8(n, x8, c->count, y8, &run);
    for (size_t k = 0; k < n; k++) x[k] = c->p->x[k];
    x[n + i] = 1.0;
    expect_status(c, MODE_jet, flx_work_create(f, FLX_WORK_JET, ORDER, &w));
    if (!w) return;
    flx_report r;
    expect_status(c, MODE_jet, flx_jet(f, w, ORDER, x, y, &r));
    expect_told(c, MODE_jet, r.flags, ORDER + 1, y);
    hit(c, MODE_jet);
    expect_value(c, MODE_jet, last, y[0]);
    expect_first(c, MODE_jet, i, last, y[1]);
    expect_second(c, MODE_jet, i, i, last, 2.0 * y[2]);
    size_t same_so_far = 0;
    while (same_so_far < c->count && tame(ORDER, y8[same_so_far].c)) same_so_far++;
    if (same_so_far == c->count) expect_prefix(c, MODE_jet, last, ORDER, y8[last].c, y);
    flx_work_destroy(w);
}

/* A work for values alone, which may use slots again, says what one does that keeps all: the same bits,
 * status and flags. Returns 0 where there is none. */
static int check_values(check *c, flx_program *f, const double *x)
{
    double y[2][RANDOM_VALUES];
    flx_report report[2];
    for (int k = 0; k < 2; k++) {
        flx_work *w = NULL;
        expect_status(c, MODE_eval, flx_work_create(f, k ? FLX_WORK_FIRST : FLX_WORK_VALUE, 0, &w));
        if (!w) return 0;
        flx_eval(f, w, x, y[k], &report[k]);
        flx_work_destroy(w);
    }
    const flx_report *a = &report[0], *b = &report[1];
    if (a->status != b->status || a->flags != b->flags || a->index != b->index)
        found(c, MODE_eval,
              "status %d, flags %x, index %zu by slots used again, and not %d, %x, %zu",
              (int)a->status, a->flags, a->index, (int)b->status, b->flags, b->index);
    for (size_t k = 0; k < flx_outputs(f); k++)
        if (memcmp(&y[0][k], &y[1][k], sizeof y[0][k])
            && !(y[0][k] != y[0][k] && y[1][k] != y[1][k]))
            found(c, MODE_eval, "output %zu is %.17g by slots used again, and not %.17g", k,
                  y[0][k], y[1][k]);
    return 1;
}

/* All values as outputs; a product with weights on two of them alone. */
static void check_outputs(check *c, flx_program *f)
{
    double y[RANDOM_VALUES], weight[RANDOM_VALUES] = {0}, g[RANDOM_INPUTS];
    const size_t n = c->n, last = c->count - 1, other = c->p->step[0].rows % c->count;
    flx_work *w = NULL;
    expect_status(c, MODE_eval, flx_work_create(f, FLX_WORK_FIRST, 0, &w));
    if (!w) return;
    expect_status(c, MODE_eval, flx_eval(f, w, c->p->x, y, NULL));
    hit(c, MODE_eval);
    for (size_t k = 0; k < c->count; k++) expect_value(c, MODE_eval, k, y[k]);
    weight[other] = 2.0;
    weight[last] = other == last ? 2.0 : -0.5;
    expect_status(c, MODE_vjp, flx_vjp(f, w, NULL, weight, g, NULL));
    for (size_t i = 0; i < n; i++) {
        const ref *a = reference(c, i, i, last), *b = reference(c, i, i, other);
        long double want = weight[last] * a->e[0], size = fabs(weight[last]) * a->b[0];
        if (other != last) {
            want += 2.0L * b->e[0];
            size += 2.0L * b->b[0];
        }
        if ((a->flags | b->flags) & (REF_INDETERMINATE | REF_RANGE | REF_SINGULAR | REF_KNOWN))
            continue;
        const double bound = first_bound(c, a->depth > b->depth ? a : b, size);
        if (!(fabsl(g[i] - want) <= bound))
            found(c, MODE_vjp, "weighted derivative to x%zu is %.17g, want %.17Lg, bound %.3g", i,
                  g[i], want, bound);
    }
    flx_work_destroy(w);
}

/* ---- together ---- */

static int holds(const random_step *s, double a, double b)
{
    switch (s->op) {
/* clang-format off */
#define RANDOM_COMPARE(name) case RANDOM_##name: return flx_##name(a, b); case RANDOM_##name##_xc: return flx_##name(a, s->k[0]); case RANDOM_##name##_cx: return flx_##name(s->k[0], a);
#include "random_op.def"
    /* clang-format on */
    default: return 0;
    }
}

/* Whether inputs and constants are finite, and the flags that a probe meets. */
static void probe(check *c)
{
    random_run run = {c->p, NULL, 0};
    flx_probe x[RANDOM_INPUTS], y[RANDOM_VALUES];
    c->finite = 1;
    for (size_t k = 0; k < c->n; k++) {
        x[k] = flx_probe_variable(c->p->x[k]);
        c->finite = c->finite && isfinite(c->p->x[k]);
    }
    for (size_t k = 0; k < c->p->steps; k++)
        c->finite = c->finite && isfinite(c->p->step[k].k[0]) && isfinite(c->p->step[k].k[1]);
    random_function->f_probe(c->n, x, c->count, y, &run);
    c->probed = y[c->count - 1].flags;
    for (size_t k = 0; k < c->count; k++) {
        if (!same(y[k].v, c->value[k])) found(c, MODE_double, "value %zu of a probe", k);
        expect_told(c, MODE_double, y[k].flags, 1, &y[k].v);
    }
}

static void prepare(check *c, const random_program *p, random_stats *stats, random_finding *finding)
{
    random_run run = {p, NULL, 0};
    c->p = p;
    c->n = p->inputs;
    c->count = p->inputs + p->steps;
    c->stats = stats;
    c->finding = finding;
    c->failed = c->called = 0;
    c->edges = 0;
    for (size_t k = 0; k < p->steps; k++) {
        size_t rows, cols;
        random_view_shape(&p->step[k], c->n, &rows, &cols);
        c->edges += random_is_array(p->step[k].op) ? 6 * (unsigned)(rows * cols) + 16 : 3;
    }
    random_live(p, c->live);
    random_function->f_double(c->n, p->x, c->count, c->value, &run);
    probe(c);
    for (size_t i = 0; i < c->n; i++)
        for (size_t j = i; j < c->n; j++) random_reference(p, i, j, c->r[i][j]);
}

static void check_program(check *c, flx_program *last, flx_program *all)
{
    if (!check_values(c, all, c->p->x) || !check_values(c, last, c->p->x)) return;
    check_outputs(c, all);
    check_first(c, last);
    check_second(c, last);
    check_jet(c, last, c->p->steps % c->n);
}

/* The frozen program at another point: the same promises where no guard flips, else every output
 * NaN and FLX_BRANCH_CHANGED. */
static void replay(check *c, flx_program *last, flx_program *all)
{
    static const double factor[] = {0.75, -1.0, 1.5, 1.0};
    random_program moved = *c->p;
    check d;
    int changed = 0;
    double y[RANDOM_VALUES];
    flx_work *w = NULL;
    for (size_t k = 0; k < c->n; k++) moved.x[k] *= factor[(k + c->p->steps) % 4];
    prepare(&d, &moved, c->stats, c->finding);
    d.called = c->called;
    for (size_t k = 0; k < moved.steps; k++) {
        const random_step *s = &moved.step[k];
        if (holds(s, c->value[s->a], c->value[s->b]) != holds(s, d.value[s->a], d.value[s->b]))
            changed = 1;
    }
    if (!changed) {
        if (asks_sign_of_nan(&moved, d.value))
            return; /* the generator avoids it where it records */
        c->stats->replays++;
        check_program(&d, last, all);
        c->failed = d.failed;
        return;
    }
    c->stats->branch_changes++;
    check_values(c, last, moved.x);
    expect_status(c, MODE_eval, flx_work_create(all, FLX_WORK_VALUE, 0, &w));
    if (!w) return;
    const flx_status status = flx_eval(all, w, moved.x, y, NULL);
    if (status != FLX_BRANCH_CHANGED)
        found(c, MODE_eval, "a guard flips, but the status is %s", flx_status_name(status));
    for (size_t k = 0; k < c->count; k++)
        if (y[k] == y[k]) found(c, MODE_eval, "a guard flips, but output %zu is %g", k, y[k]);
    flx_work_destroy(w);
}

/* What freezing is not to do, one choice or another: every other program without any pass. */
static unsigned kept(const random_program *p)
{
    const unsigned reuse = p->steps / 2 % 2 ? FLX_REUSE_SLOTS : 0;
    return reuse
           | (p->steps % 2 ? FLX_KEEP_ALL
                           : (unsigned)(7 * p->steps + p->inputs) & (FLX_KEEP_ALL | FLX_IN_RUNS));
}

static void check_programs(check *c, flx_program *last, flx_program *all)
{
    if (!c->failed) check_program(c, last, all);
    if (!c->failed) replay(c, last, all);
    if (!c->failed) check_many(c, last, all);
}

/* A program that calls this one and does nothing else. */
static flx_program *call_of(check *c, flx_program *f)
{
    flx_program *call = NULL;
    flx_tape *t = NULL;
    flx_var x[RANDOM_INPUTS], y[RANDOM_VALUES];
    expect_status(c, MODE_record, flx_tape_create(NULL, &t));
    if (!t) return NULL;
    for (size_t k = 0; k < c->n; k++) x[k] = flx_variable(t, c->p->x[k]);
    expect_status(c, MODE_record, flx_call_scalars(f, x, y));
    expect_status(c, MODE_record, flx_freeze(t, c->n, x, flx_outputs(f), y, 0, &call, NULL));
    flx_tape_destroy(t);
    return call;
}

/* What holds for programs holds for calls of them. */
static void check_calls(check *c, flx_program *last, flx_program *all)
{
    flx_program *call_last = call_of(c, last), *call_all = call_of(c, all);
    c->called = 1;
    check_programs(c, call_last, call_all);
    c->called = 0;
    flx_program_release(call_last);
    flx_program_release(call_all);
}

/* Whatever stands beside it in arrays, where a loop's turns are not told apart. */
static void check_turns(check *c)
{
    enum { TURNS = 9, FLAGS = FLX_KEEP_ALL | FLX_IN_RUNS };
    flx_tape *t = NULL;
    flx_program *last = NULL, *all = NULL;
    flx_var y[RANDOM_VALUES];
    expect_status(c, MODE_record, flx_tape_create(NULL, &t));
    if (!t) return;
    record_turns(c->p, t, TURNS, y);
    expect_status(c, MODE_eval, flx_freeze(t, c->n, y, 1, &y[c->count - 1], FLAGS, &last, NULL));
    expect_status(c, MODE_eval, flx_freeze(t, c->n, y, c->count, y, FLAGS, &all, NULL));
    flx_tape_destroy(t);
    check_programs(c, last, all);
    flx_program_release(last);
    flx_program_release(all);
}

static void check_tape(check *c)
{
    flx_tape *t = NULL;
    flx_program *last[2] = {NULL, NULL}, *all[2] = {NULL, NULL};
    flx_var y[RANDOM_VALUES];
    expect_status(c, MODE_record, flx_tape_create(NULL, &t));
    if (!t) return;
    record(c->p, t, y);
    expect_status(c, MODE_record, flx_tape_status(t));
    hit(c, MODE_record);
    for (size_t k = 0; k < c->count; k++) expect_value(c, MODE_record, k, flx_peek(y[k]));
    for (int k = 0; k < 2; k++) {
        const unsigned keep = k ? kept(c->p) : 0u;
        const flx_var *out = &y[c->count - 1];
        expect_status(c, MODE_eval, flx_freeze(t, c->n, y, 1, out, keep, &last[k], NULL));
        expect_status(c, MODE_eval, flx_freeze(t, c->n, y, c->count, y, keep, &all[k], NULL));
    }
    if (!c->failed) check_grad(c, y);
    if (!c->failed) check_tangents(c, y);
    flx_tape_destroy(t); /* programs live without their tape */
    for (size_t k = 0; k < 2; k++) {
        check_programs(c, last[k], all[k]);
        if (!c->failed && k == c->p->steps / 2 % 2) check_calls(c, last[k], all[k]);
        flx_program_release(last[k]);
        flx_program_release(all[k]);
    }
    if (!c->failed && c->p->steps % 4 == 3) check_turns(c);
}

int random_check(const random_program *p, random_stats *stats, random_finding *finding)
{
    check c;
    stats->programs++;
    prepare(&c, p, stats, finding);
    check_numbers(&c);
    if (!c.failed) check_tape(&c);
    return c.failed;
}
