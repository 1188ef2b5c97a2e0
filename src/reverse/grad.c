/* grad.c: gradients on a tape. */
#include <fluxion/grad.h>

#include <math.h>
#include <string.h>

#include "reverse/activity.h"
#include "reverse/array.h"
#include "reverse/flags.h"
#include "reverse/sweep_double.h"
#include "reverse/sweep_sparse.h"
#include "reverse/sweep_tangent.h"
#include "reverse/sweep_var.h"

/* One call: d(sum_k seed[k]*y[k]) / dx. */
typedef struct request {
    flx_tape *tape;
    size_t m;
    const flx_var *y, *seed;
    size_t n;
    const flx_var *x;
    const flx_array *x_array; /* where x are the first and last slot of an array */
    int is_run;               /* of scalars: their slots lie one after the other */
} request;

/* Adjoints of a plain sweep: of the slots low..end-1, or (plane NULL) of those that a sparse sweep
 * reached. */
typedef struct adjoints {
    const double *plane;
    uint32_t low, end;
    flx_reached reached;
} adjoints;

static double in_plane(const adjoints *a, uint32_t slot)
{
    return slot >= a->low && slot < a->end ? a->plane[slot - a->low] : 0.0;
}

static double adjoint_of(const adjoints *a, uint32_t slot)
{
    if (!a->plane) {
        const double *g = flx_reached_adjoint(&a->reached, slot);
        return g ? *g : 0.0;
    }
    return in_plane(a, slot);
}

/* On a tape that has not failed. */
static flx_status check_operand(flx_tape *t, flx_var v)
{
    if (v.tape == t && flx_var_is_current(&t->head, v) && !flx_tape_has_outdated(t)) return FLX_OK;
    const flx_status status = v.tape == t ? flx_var_status(v) : FLX_ETAPE;
    if (v.tape != t) flx_tape_fail(v.tape, FLX_ETAPE, OP_COUNT);
    if (status != FLX_OK) flx_tape_fail(t, status, OP_COUNT);
    return flx_tape_status(t);
}

/* Whether all inputs are variables of the tape, made since the last rewind: what nearly every call
 * brings, seen at a glance. So is whether they are a run. */
static int all_are_new(request *r)
{
    const flx_tape *t = r->tape;
    int ok = !flx_tape_has_outdated(t), run = !r->x_array;
    for (size_t k = 0; k < r->n; k++) {
        ok &= r->x[k].tape == t && r->x[k].u.at.epoch == t->head.epoch;
        run &= r->x[k].u.at.slot - r->x[0].u.at.slot == (uint32_t)k;
    }
    r->is_run = ok && run;
    return ok;
}

/* Every variable of one tape and valid; inputs are variables. */
static flx_status check(request *r, size_t seeds)
{
    flx_status status = flx_tape_status(r->tape);
    for (size_t k = 0; status == FLX_OK && k < r->m; k++)
        if (r->y[k].tape) status = check_operand(r->tape, r->y[k]);
    for (size_t k = 0; status == FLX_OK && k < seeds; k++)
        if (r->seed[k].tape) status = check_operand(r->tape, r->seed[k]);
    if (status != FLX_OK || all_are_new(r)) return status;
    for (size_t k = 0; status == FLX_OK && k < r->n; k++)
        status = r->x[k].tape ? check_operand(r->tape, r->x[k]) : FLX_EARG;
    return status;
}

/* Where the adjoints of a sweep are, in a plane or, recorded, in accumulators; or the tangents. */
typedef struct swept {
    flx_span span;
    const adjoints *plain;
    const flx_active *recorded;
    int forward;
} swept;

static double result_of(const request *r, const swept *w, uint32_t slot)
{
    if (!w->recorded) return adjoint_of(w->plain, slot);
    const uint32_t at = flx_active_accumulator(w->recorded, slot);
    return at ? r->tape->head.value[at] : 0.0;
}

/* The slots of the inputs: those of an array from the lowest to the highest, else number k. */
static uint32_t input_count(const request *r)
{
    return r->x_array ? r->x[1].u.at.slot - r->x[0].u.at.slot + 1 : (uint32_t)r->n;
}

static uint32_t input_slot(const request *r, uint32_t k)
{
    return r->x_array ? r->x[0].u.at.slot + k : r->x[k].u.at.slot;
}

/* The adjoints of the inputs where they lie one after the other, else NULL. */
static const double *run_of_results(const request *r, const adjoints *a)
{
    if (!(r->x_array || r->is_run) || !a || !a->plane) return NULL;
    return r->x[r->n - 1].u.at.slot < a->end ? a->plane + (r->x[0].u.at.slot - a->low) : NULL;
}

/* What a glance at a sweep tells. */
typedef struct glance {
    int values_finite, results_finite, results_zero;
    int delicate; /* some operation may be at a delicate point */
} glance;

static void glance_at_plane(const request *r, const adjoints *a, glance *g)
{
    int finite = 1, zero = 1;
    for (size_t k = 0; k < r->n; k++) {
        const double result = in_plane(a, r->x[k].u.at.slot);
        finite &= isfinite(result) != 0;
        zero &= result == 0.0;
    }
    g->results_finite = finite;
    g->results_zero = zero;
}

static glance glance_at(const request *r, const swept *w)
{
    const flx_tape *t = r->tape;
    const flx_span s = w->span;
    const uint32_t low = s.low ? s.low : 1; /* the poison says nothing */
    glance g = {1, 1, 1, t->first_delicate < s.last && t->last_delicate >= s.first};
    if (s.end > low) g.values_finite = flx_all_finite(t->head.value + low, s.end - low);
    const double *run = run_of_results(r, w->plain);
    if (run) {
        g.results_finite = flx_all_finite(run, input_count(r));
        for (uint32_t k = 0; g.results_zero && k < input_count(r); k++)
            g.results_zero = run[k] == 0.0;
        return g;
    }
    if (w->plain && w->plain->plane && !r->x_array) {
        glance_at_plane(r, w->plain, &g);
        return g;
    }
    const size_t results = w->forward ? r->m : input_count(r);
    for (size_t k = 0; k < results; k++) {
        if (w->forward && !r->y[k].tape) continue;
        const uint32_t slot = w->forward ? r->y[k].u.at.slot : input_slot(r, (uint32_t)k);
        const double result = result_of(r, w, slot);
        g.results_finite = g.results_finite && isfinite(result);
        g.results_zero = g.results_zero && result == 0.0;
    }
    return g;
}

/* Of the outputs in reverse, of the inputs forward. */
static int seeds_finite(const request *r, int forward)
{
    const size_t seeds = forward ? r->n : r->m;
    int finite = 1;
    for (size_t k = 0; k < seeds; k++) finite = finite && isfinite(flx_peek(r->seed[k]));
    return finite;
}

/* Raises the flags of what a sweep met. */
static flx_status note_flags(const request *r, const swept *w)
{
    flx_tape *t = r->tape;
    const flx_span s = w->span;
    const size_t count = s.end > s.low ? s.end - s.low : 0;
    const glance g = glance_at(r, w);
    flx_flags met = {0};
    if (flx_tape_status(t) != FLX_OK) return flx_tape_status(t);
    if (g.values_finite && g.results_finite && !g.results_zero && !g.delicate) return FLX_OK;
    unsigned char *mark = flx_tape_scratch(t, &t->mark, count + 1);
    if (!mark) {
        flx_tape_fail(t, FLX_ENOMEM, OP_COUNT);
        return FLX_ENOMEM;
    }
    memset(mark, 0, count);
    const flx_code code = flx_tape_code(t);
    const flx_marked m = {&code, t->head.value, s, mark};
    const double *plane = w->recorded ? NULL : w->plain->plane;
    const flx_active *reverse = w->forward ? NULL : w->recorded;
    const flx_active *forward = w->forward ? w->recorded : NULL;
    const flx_factors factors = {1, plane, NULL, plane != NULL, 0, 0, s.low, reverse, forward};
    for (uint32_t k = 0; k < input_count(r); k++) {
        const uint32_t slot = input_slot(r, k);
        if (slot < s.end) mark[slot - s.low] = FLX_DEPENDS | FLX_LINKED;
    }
    flx_mark_dependent(&m);
    int linked = 0;
    for (size_t k = 0; k < r->m; k++) {
        const uint32_t slot = r->y[k].u.at.slot;
        if (!r->y[k].tape || slot < s.low || slot >= s.end) continue;
        linked = linked || mark[slot - s.low] & FLX_LINKED;
        mark[slot - s.low] |= FLX_REACHED;
    }
    if (!linked) flx_flags_add(&met, FLX_FLAG_ZEROGRAD, (flx_place){0, NULL, NULL});
    flx_raise_flags(&m, &factors, &met);
    flx_flags_complete(&met, &code, flx_reached_finite(&m) && seeds_finite(r, w->forward),
                       g.results_finite);
    flx_flags_merge(&t->flags, &met);
    return FLX_OK;
}

/* Tries a sweep of the few instructions that y depends on; the result begins empty. It met nothing that
 * raises flags, but that it did not come to the inputs is one. */
static int sweep_sparse(const request *r, flx_span s, adjoints *result)
{
    flx_tape *t = r->tape;
    const size_t limit = flx_sparse_limit(s);
    flx_term *room = limit ? flx_tape_scratch(t, &t->plane, 2 * limit * sizeof *room) : NULL;
    if (!room || !flx_sweep_sparse(t, s, r->m, r->y, r->seed, room, limit, &result->reached))
        return 0;
    uint32_t k = 0;
    while (k < input_count(r) && !flx_reached_adjoint(&result->reached, input_slot(r, k))) k++;
    if (k == input_count(r))
        flx_flags_add(&t->flags, FLX_FLAG_ZEROGRAD, (flx_place){0, NULL, NULL});
    return 1;
}

/* Whether all of the span has the derivatives that a sweep asks for; the tape fails where not. */
static int has_order(flx_tape *t, flx_span s)
{
    const char *limit = flx_span_limit(t, s);
    if (limit) flx_tape_fail_at(t, FLX_EORDER, limit);
    return !limit;
}

static void widen(const flx_tape *t, flx_span *s)
{
    const flx_code code = flx_tape_code(t);
    flx_span_widen(&code, s);
}

/* Whether the array's elements are one run, row after row, that ends before this slot. */
static int is_run_before(const flx_array *x, uint32_t slot)
{
    return flx_array_is_run(*x) && x->first.u.at.slot + (uint64_t)x->rows * x->cols <= slot;
}

/* Room for a span's adjoints. Where those of an array are to stay on the tape, as a run, it is where
 * they will: what is left of the plane is then no memory more. */
static double *plane_for(const request *r, flx_span s, size_t count)
{
    flx_tape *t = r->tape;
    const int fits = (uint64_t)t->head.slots + count <= t->max_slots;
    if (!r->x_array || !fits || !is_run_before(r->x_array, s.end))
        return flx_tape_scratch(t, &t->plane, (count + 1) * sizeof(double));
    if (!flx_tape_reserve(t, (flx_need){count, 1, 0, 0, 0}, OP_input)) return NULL;
    return t->head.value + t->head.slots;
}

static flx_status sweep_plain(const request *r, adjoints *result)
{
    flx_tape *t = r->tape;
    flx_span s = flx_span_between(t, r->n, r->x, r->m, r->y);
    if (!has_order(t, s)) return flx_tape_status(t);
    if (sweep_sparse(r, s, result)) return FLX_OK;
    widen(t, &s);
    const size_t count = s.end > s.low ? s.end - s.low : 0;
    double *plane = plane_for(r, s, count);
    if (!plane) {
        flx_tape_fail(t, FLX_ENOMEM, OP_COUNT);
        return FLX_ENOMEM;
    }
    memset(plane, 0, count * sizeof *plane);
    for (size_t k = 0; k < r->m; k++) {
        if (r->y[k].tape && r->y[k].u.at.slot >= s.low)
            plane[r->y[k].u.at.slot - s.low] += flx_peek(r->seed[k]);
    }
    const flx_double_plane value = {t->head.value}, adjoint = {flx_plane_from(s.low, plane)};
    flx_double_context c = {flx_tape_code(t), value, adjoint, s.low};
    flx_sweep_double(&c, s.first, s.last, s.end);
    *result = (adjoints){plane, s.low, s.low + (uint32_t)count, {NULL, 0}};
    return note_flags(r, &(swept){s, result, NULL, 0});
}

static flx_status sweep_recorded(const request *r, flx_active *active)
{
    flx_tape *t = r->tape;
    const flx_mark before = flx_tape_mark(t);
    flx_span s = flx_span_between(t, r->n, r->x, r->m, r->y);
    widen(t, &s);
    if (has_order(t, s)) flx_activate(t, s, r->n, r->x, r->x_array, r->m, r->y, active);
    if (flx_tape_status(t) == FLX_OK) {
        flx_sweep_var(t, active, r->m, r->y, r->seed, s);
        /* From here on the accumulators are complete (flx_span_between). */
        t->head.instr[before.instrs].b = flx_tape_instrs(t);
        note_flags(r, &(swept){s, NULL, active, 0});
    }
    const flx_status status = flx_tape_status(t);
    if (status != FLX_OK) flx_tape_truncate(t, before);
    return status;
}

static flx_status sweep_forward(const request *r, flx_active *active)
{
    flx_tape *t = r->tape;
    const flx_mark before = flx_tape_mark(t);
    flx_span s = flx_span_between(t, r->n, r->x, r->m, r->y);
    widen(t, &s);
    if (has_order(t, s)) flx_activate(t, s, r->n, r->x, NULL, r->m, r->y, active);
    if (flx_tape_status(t) == FLX_OK) {
        flx_sweep_tangent(t, active, r->n, r->x, r->seed, s);
        t->head.instr[before.instrs].b = flx_tape_instrs(t);
        note_flags(r, &(swept){s, NULL, active, 1});
    }
    const flx_status status = flx_tape_status(t);
    if (status != FLX_OK) flx_tape_truncate(t, before);
    return status;
}

static void fill(size_t n, flx_var *gx, double value)
{
    for (size_t k = 0; k < n; k++) gx[k] = flx_constant(value);
}

/* The tape that the request is about, or NULL where there are only constants. */
static flx_tape *tape_of(size_t m, const flx_var *y, size_t n, const flx_var *x)
{
    for (size_t k = 0; k < n; k++)
        if (x[k].tape) return x[k].tape;
    for (size_t k = 0; k < m; k++)
        if (y[k].tape) return y[k].tape;
    return NULL;
}

/* Whether the sweep is to be recorded: not while recording is paused. */
static int is_recorded(const request *r, unsigned flags)
{
    return flags & FLX_CREATE_GRAPH && !r->tape->paused;
}

flx_status flx_grad_seeded(size_t m, const flx_var *y, const flx_var *seed, size_t n,
                           const flx_var *x, flx_var *gx, unsigned flags)
{
    if ((m && (!y || !seed)) || (n && (!x || !gx)) || (flags & ~FLX_CREATE_GRAPH)) return FLX_EARG;
    request r = {tape_of(m, y, n, x), m, y, seed, n, x, NULL, 0};
    flx_status status = r.tape ? check(&r, m) : n ? FLX_EARG : FLX_OK;
    flx_active active = {0};
    adjoints a = {0};
    if (n == 0 || status != FLX_OK) {
        fill(n, gx, (double)NAN);
        return status;
    }
    status = is_recorded(&r, flags) ? sweep_recorded(&r, &active) : sweep_plain(&r, &a);
    if (status != FLX_OK) {
        fill(n, gx, (double)NAN);
        return status;
    }
    const double *run = run_of_results(&r, &a);
    for (size_t k = 0; k < n && run; k++) gx[k] = flx_constant(run[k]);
    for (size_t k = 0; k < n && !run; k++) {
        const uint32_t slot = x[k].u.at.slot;
        const uint32_t at = active.run ? flx_active_accumulator(&active, slot) : 0;
        gx[k] = at ? flx_tape_var(r.tape, at) : flx_constant(adjoint_of(&a, slot));
    }
    return status;
}

flx_status flx_grad(flx_var y, size_t n, const flx_var *x, flx_var *gx, unsigned flags)
{
    const flx_var one = flx_constant(1.0);
    return flx_grad_seeded(1, &y, &one, n, x, gx, flags);
}

static void set_paused(flx_tape *t, uint32_t paused)
{
    t->paused = paused;
    flx_tape_open_rooms(t);
}

flx_status flx_jvp_record(size_t n, const flx_var *x, const flx_var *dx, size_t m, const flx_var *y,
                          flx_var *dy)
{
    if ((n && (!x || !dx)) || (m && (!y || !dy))) return FLX_EARG;
    request r = {tape_of(m, y, n, x), m, y, dx, n, x, NULL, 0};
    flx_active active = {0};
    flx_status status = r.tape ? check(&r, n) : n ? FLX_EARG : FLX_OK;
    const uint32_t paused = r.tape ? r.tape->paused : 0;
    const flx_mark before = paused ? flx_tape_mark(r.tape) : (flx_mark){0};
    if (paused) set_paused(r.tape, 0);
    if (status == FLX_OK && n && m) status = sweep_forward(&r, &active);
    const double nothing = status == FLX_OK ? 0.0 : (double)NAN;
    for (size_t k = 0; k < m; k++) { /* dy may be y */
        const int varies = status == FLX_OK && active.run && y[k].tape;
        const uint32_t at = varies ? flx_active_accumulator(&active, y[k].u.at.slot) : 0;
        if (!at) dy[k] = flx_constant(nothing);
        else dy[k] = paused ? flx_constant(r.tape->head.value[at]) : flx_tape_var(r.tape, at);
    }
    if (paused) { /* the values are all that is wanted */
        flx_tape_truncate(r.tape, before);
        set_paused(r.tape, paused);
    }
    return status;
}

static flx_var at_slot(flx_array a, uint32_t slot)
{
    flx_var v = a.first;
    v.u.at.slot = slot;
    return v;
}

/* The plain adjoints of a view as a new array of constants. */
static flx_status store_constants(flx_array x, const adjoints *a, flx_array *gx)
{
    flx_tape *t = x.first.tape;
    const flx_view from = flx_array_view(x);
    const uint64_t n = (uint64_t)x.rows * x.cols;
    if (!flx_tape_reserve(t, (flx_need){n, 1, 0, 0, 0}, OP_input)) return flx_tape_status(t);
    const uint32_t slot = flx_tape_emit(t, OP_input, INPUT_CONSTANT, (uint32_t)n, 0, (uint32_t)n);
    double *out = t->head.value + slot; /* the plane may begin there too: plane_for */
    *gx = flx_array_run(t, slot, x.rows, x.cols);
    if (a->plane && is_run_before(&x, a->end)) {
        memmove(out, a->plane + (from.slot - a->low), n * sizeof *out);
        return FLX_OK;
    }
    for (uint32_t i = 0; i < x.rows; i++)
        for (uint32_t j = 0; j < x.cols; j++) *out++ = adjoint_of(a, flx_view_slot(&from, i, j));
    return FLX_OK;
}

flx_status flx_grad_array(flx_var y, flx_array x, flx_array *gx, unsigned flags)
{
    flx_tape *t = x.first.tape;
    if (!gx || !t || (flags & ~FLX_CREATE_GRAPH)) return FLX_EARG;
    *gx = (flx_array){flx_tape_poison(t), 0, 0, 0, 0};
    const flx_var one = flx_constant(1.0);
    const flx_view v = flx_array_view(x);
    uint32_t low, high;
    if (x.rows == 0 || x.cols == 0) {
        if (flx_tape_status(t) == FLX_OK) *gx = x;
        return flx_tape_status(t);
    }
    flx_view_hull(&v, &low, &high);
    const flx_var corners[2] = {at_slot(x, low), at_slot(x, high)};
    request r = {t, 1, &y, &one, 2, corners, &x, 0};
    flx_status status = check(&r, 1);
    if (status != FLX_OK) return status;
    if (is_recorded(&r, flags)) {
        flx_active active = {0};
        status = sweep_recorded(&r, &active);
        if (status != FLX_OK) return status;
        *gx = x;
        gx->first = flx_tape_var(t, flx_active_accumulator(&active, v.slot));
        if (gx->first.u.at.slot) return FLX_OK;
        const adjoints none = {NULL, 0, 0, {NULL, 0}}; /* y does not depend on x */
        return store_constants(x, &none, gx);
    }
    adjoints a = {0};
    status = sweep_plain(&r, &a);
    return status == FLX_OK ? store_constants(x, &a, gx) : status;
}
