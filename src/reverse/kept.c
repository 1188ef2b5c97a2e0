/* kept.c: gradients that are added up and kept with variables. */
#include "reverse/kept.h"

#include <math.h>
#include <string.h>

#include <fluxion/backward.h>

#include "reverse/array.h"

/* ---- the table of runs ---- */

/* The first run that ends above a slot. */
static uint32_t run_above(const flx_kept *k, uint32_t slot)
{
    uint32_t low = 0, high = k->runs;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const flx_kept_run *r = &k->run[middle];
        if (r->count <= slot && r->slot <= slot - r->count) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* The run that holds a slot, or NULL. */
static flx_kept_run *run_of(const flx_kept *k, uint32_t slot)
{
    const uint32_t at = run_above(k, slot);
    return at < k->runs && k->run[at].slot <= slot ? &k->run[at] : NULL;
}

/* Makes a run number `at`; its gradients are zero. */
static int insert(flx_tape *t, uint32_t at, uint32_t slot, uint32_t count)
{
    flx_kept *k = &t->kept;
    if (!flx_tape_grow_pool(t, &k->run, &k->run_cap, (uint64_t)k->runs + 1, sizeof *k->run)
        || !flx_tape_grow_pool(t, &k->sum, &k->sum_cap, (uint64_t)k->sums + count, sizeof *k->sum))
        return 0;
    const uint32_t first = at < k->runs ? k->run[at].first : k->sums;
    memmove(k->run + at + 1, k->run + at, (k->runs - at) * sizeof *k->run);
    memmove(k->sum + first + count, k->sum + first, (k->sums - first) * sizeof *k->sum);
    memset(k->sum + first, 0, count * sizeof *k->sum);
    k->run[at] = (flx_kept_run){slot, count, first, 0};
    k->runs++;
    k->sums += count;
    for (uint32_t j = at + 1; j < k->runs; j++) k->run[j].first += count;
    return 1;
}

/* Takes in the independent variables recorded since the last time. */
static int take_in_variables(flx_tape *t)
{
    flx_kept *k = &t->kept;
    for (; k->searched < flx_tape_instrs(t); k->searched++) {
        const flx_instr in = t->head.instr[k->searched];
        if (in.op != OP_input || in.flags != INPUT_VARIABLE || in.a == 0) continue;
        if (!insert(t, k->runs, flx_tape_slots_before(t, k->searched), in.a)) return 0;
    }
    return 1;
}

/* Keeps what is not kept yet of the slots low..high. */
static int keep(flx_tape *t, uint32_t low, uint32_t high)
{
    const flx_kept *k = &t->kept;
    uint32_t slot = low, at = run_above(k, low);
    while (slot <= high) {
        const int has_next = at < k->runs && k->run[at].slot <= high;
        const flx_kept_run next = has_next ? k->run[at] : (flx_kept_run){high + 1, 0, 0, 0};
        if (next.slot > slot && !insert(t, at++, slot, next.slot - slot)) return 0;
        slot = next.slot + next.count;
        at++;
    }
    return 1;
}

void flx_kept_truncate(flx_tape *t, uint32_t slots, uint32_t instrs)
{
    flx_kept *k = &t->kept;
    if (k->searched > instrs) k->searched = instrs;
    while (k->runs && k->run[k->runs - 1].slot >= slots) k->runs--;
    const flx_kept_run *last = k->runs ? &k->run[k->runs - 1] : NULL;
    k->sums = last ? last->first + last->count : 0;
}

size_t flx_kept_bytes(const flx_tape *t, int held)
{
    const flx_kept *k = &t->kept;
    const size_t runs = held ? k->run_cap : k->runs, sums = held ? k->sum_cap : k->sums;
    return runs * sizeof *k->run + sums * sizeof *k->sum;
}

void flx_kept_free(flx_tape *t)
{
    flx_kept *k = &t->kept;
    flx_memory_resize(&t->memory, k->run, k->run_cap, 0, sizeof *k->run);
    flx_memory_resize(&t->memory, k->sum, k->sum_cap, 0, sizeof *k->sum);
    flx_memory_free(&t->memory, k->x.data, k->x.bytes);
    flx_memory_free(&t->memory, k->y.data, k->y.bytes);
}

/* ---- adding ---- */

/* A gradient that was recorded is a variable as long as that lasts, then the number it was. */
static flx_var gradient_of(flx_tape *t, const flx_kept_sum *sum)
{
    const int recorded = sum->slot && flx_tape_valid(t, sum->slot, sum->epoch);
    return recorded ? flx_tape_var(t, sum->slot) : flx_constant(sum->value);
}

/* Runs that are out of date cannot have led to an output that is not. */
static int takes_part(const flx_tape *t, const flx_kept_run *r)
{
    return flx_tape_slots_status(t, r->slot, r->slot + r->count - 1, t->head.epoch) == FLX_OK;
}

/* The variables that take part; returns how many. */
static size_t list_variables(flx_tape *t, flx_var *x)
{
    size_t n = 0;
    for (uint32_t j = 0; j < t->kept.runs; j++) {
        const flx_kept_run *r = &t->kept.run[j];
        if (!takes_part(t, r)) continue;
        for (uint32_t i = 0; i < r->count; i++) x[n++] = flx_tape_var(t, r->slot + i);
    }
    return n;
}

/* gx += what is kept already. */
static void add_to(flx_tape *t, flx_var *gx)
{
    for (uint32_t j = 0; j < t->kept.runs; j++) {
        const flx_kept_run *r = &t->kept.run[j];
        if (!takes_part(t, r)) continue;
        for (uint32_t i = 0; r->given && i < r->count; i++)
            gx[i] = flx_var_add(gradient_of(t, &t->kept.sum[r->first + i]), gx[i]);
        gx += r->count;
    }
}

static void store(flx_tape *t, const flx_var *gx)
{
    for (uint32_t j = 0; j < t->kept.runs; j++) {
        flx_kept_run *r = &t->kept.run[j];
        if (!takes_part(t, r)) continue;
        for (uint32_t i = 0; i < r->count; i++, gx++) {
            const uint32_t slot = gx->tape ? gx->u.at.slot : 0;
            t->kept.sum[r->first + i] = (flx_kept_sum){flx_peek(*gx), slot, t->head.epoch};
        }
        r->given = 1;
    }
}

static flx_status no_memory(flx_tape *t)
{
    flx_tape_fail(t, FLX_ENOMEM, OP_COUNT);
    return flx_tape_status(t);
}

static flx_tape *tape_of(size_t m, const flx_var *y)
{
    size_t k = 0;
    while (k < m && !y[k].tape) k++;
    return k < m ? y[k].tape : NULL;
}

flx_status flx_backward_seeded(size_t m, const flx_var *y, const flx_var *seed, unsigned flags)
{
    const flx_var one = flx_constant(1.0);
    flx_tape *t = y ? tape_of(m, y) : NULL;
    if (y && !seed && m != 1) return FLX_EDIM;
    if (!t || (flags & ~FLX_CREATE_GRAPH)) return FLX_EARG;
    if (!take_in_variables(t)) return no_memory(t);
    flx_var *x = flx_tape_scratch(t, &t->kept.x, 2 * (size_t)t->kept.sums * sizeof *x);
    if (!x) return no_memory(t);
    const size_t n = list_variables(t, x);
    flx_var *gx = x + n;
    const flx_mark before = flx_tape_mark(t);
    flx_status status = flx_grad_seeded(m, y, seed ? seed : &one, n, x, gx, flags);
    if (status != FLX_OK) return status;
    add_to(t, gx);
    status = flx_tape_status(t);
    if (status == FLX_OK) store(t, gx);
    else flx_tape_truncate(t, before);
    return status;
}

flx_status flx_backward(flx_var y, unsigned flags)
{
    return flx_backward_seeded(1, &y, NULL, flags);
}

flx_status flx_backward_array(flx_array y, const flx_array *seed, unsigned flags)
{
    flx_tape *t = y.first.tape;
    const size_t m = (size_t)y.rows * y.cols;
    if (!t) return FLX_EARG;
    if (flx_tape_status(t) != FLX_OK) return flx_tape_status(t);
    if (m == 0 || (!seed && m != 1)) return FLX_EDIM;
    if (seed && (seed->rows != y.rows || seed->cols != y.cols)) return FLX_ESHAPE;
    flx_var *list = flx_tape_scratch(t, &t->kept.y, 2 * m * sizeof *list);
    if (!list) return no_memory(t);
    for (size_t k = 0; k < m; k++) {
        list[k] = flx_array_at(y, k / y.cols, k % y.cols);
        list[m + k] = seed ? flx_array_at(*seed, k / y.cols, k % y.cols) : flx_constant(1.0);
    }
    return flx_backward_seeded(m, list, list + m, flags);
}

/* ---- what is kept ---- */

static int is_variable(const flx_tape *t, uint32_t slot)
{
    const flx_instr *in = &t->head.instr[flx_tape_writer(t, slot)];
    return in->op == OP_input && in->flags == INPUT_VARIABLE;
}

/* Of a slot that is valid. */
static flx_var kept_for(flx_tape *t, uint32_t slot)
{
    const flx_kept_run *r = run_of(&t->kept, slot);
    if (r) return gradient_of(t, &t->kept.sum[r->first + (slot - r->slot)]);
    return flx_constant(is_variable(t, slot) ? 0.0 : (double)NAN);
}

static int is_valid(flx_var x)
{
    return x.tape && flx_tape_valid(x.tape, x.u.at.slot, x.u.at.epoch);
}

flx_var flx_grad_of(flx_var x)
{
    return is_valid(x) ? kept_for(x.tape, x.u.at.slot) : flx_constant((double)NAN);
}

int flx_has_grad(flx_var x)
{
    const flx_kept_run *r = is_valid(x) ? run_of(&x.tape->kept, x.u.at.slot) : NULL;
    return r && r->given;
}

void flx_clear_grads(flx_tape *t)
{
    if (t->kept.sums) memset(t->kept.sum, 0, t->kept.sums * sizeof *t->kept.sum);
    for (uint32_t j = 0; j < t->kept.runs; j++) t->kept.run[j].given = 0;
}

/* FLX_OK where x is of a tape that has not failed, and valid; its lowest and highest slot. */
static flx_status check(flx_array x, uint32_t *low, uint32_t *high)
{
    const flx_tape *t = x.first.tape;
    const flx_view v = flx_array_view(x);
    if (!t) return FLX_EARG;
    if (flx_tape_status(t) != FLX_OK) return flx_tape_status(t);
    flx_view_hull(&v, low, high);
    return flx_tape_valid(t, *high, x.first.u.at.epoch) ? FLX_OK : FLX_ESTALE;
}

flx_status flx_retain_grad_array(flx_array x)
{
    uint32_t low = 0, high = 0;
    flx_tape *t = x.first.tape;
    if (t && (x.rows == 0 || x.cols == 0)) return flx_tape_status(t);
    const flx_status status = check(x, &low, &high);
    if (status != FLX_OK) return status;
    return take_in_variables(t) && keep(t, low, high) ? FLX_OK : no_memory(t);
}

flx_status flx_retain_grad(flx_var x) { return flx_retain_grad_array(flx_array_scalar(x)); }

/* The view through which the gradients of x are seen, where all are recorded and lie evenly. */
static int find_view(flx_array x, flx_array *view)
{
    flx_tape *t = x.first.tape;
    const flx_view v = flx_array_view(x);
    const flx_var corner = kept_for(t, v.slot);
    const int64_t slot = corner.u.at.slot;
    const uint32_t below = flx_view_slot(&v, x.rows > 1, 0);
    const uint32_t beside = flx_view_slot(&v, 0, x.cols > 1);
    const flx_view g = {
        corner.u.at.slot,
        x.rows,
        x.cols,
        {kept_for(t, below).u.at.slot - slot, kept_for(t, beside).u.at.slot - slot}};
    for (uint32_t i = 0; i < x.rows; i++) {
        for (uint32_t j = 0; j < x.cols; j++) {
            const flx_var at = kept_for(t, flx_view_slot(&v, i, j));
            if (!at.tape || at.u.at.slot != flx_view_slot(&g, i, j)) return 0;
        }
    }
    *view = flx_view_array(t, g);
    return 1;
}

/* The gradients of x's elements, row by row; returns whether any is recorded. */
static int list_gradients(flx_array x, flx_var *g)
{
    const flx_view v = flx_array_view(x);
    int recorded = 0;
    for (uint32_t i = 0; i < x.rows; i++) {
        for (uint32_t j = 0; j < x.cols; j++, g++) {
            *g = kept_for(x.first.tape, flx_view_slot(&v, i, j));
            recorded = recorded || g->tape;
        }
    }
    return recorded;
}

flx_array flx_grad_of_array(flx_array x)
{
    flx_tape *t = x.first.tape;
    flx_array g = flx_array_none(t);
    uint32_t low = 0, high = 0;
    const size_t n = (size_t)x.rows * x.cols;
    if (n == 0) return t && flx_tape_status(t) == FLX_OK ? x : g;
    const flx_status status = check(x, &low, &high);
    if (status == FLX_ESTALE) return flx_array_fail(t, status, OP_COUNT);
    if (status != FLX_OK || find_view(x, &g)) return g;
    flx_var *list = flx_tape_scratch(t, &t->kept.y, n * sizeof *list);
    if (!list) return flx_array_fail(t, FLX_ENOMEM, OP_COUNT);
    if (list_gradients(x, list)) return flx_array_pack(t, x.rows, x.cols, list);
    double *value = (double *)list; /* in place: number k lies before constant k */
    for (size_t k = 0; k < n; k++) value[k] = list[k].u.constant;
    return flx_array_constant(t, x.rows, x.cols, value);
}
