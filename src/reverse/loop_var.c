/* loop_var.c: see loop_var.h. */
#include "reverse/loop_var.h"

#include "reverse/accumulate.h"

static const flx_array nothing;

static int is_empty(flx_array a) { return a.rows == 0 || a.cols == 0; }

/* The parts of a run of results. */
static flx_loop_arrays parts_of(flx_tape *t, const flx_loop *l, uint32_t slot)
{
    const flx_split s = l->split;
    const uint32_t rows = slot + s.state, sums = rows + l->steps * s.out;
    return (flx_loop_arrays){flx_array_run(t, slot, s.state, 1),
                             flx_array_run(t, rows, l->steps, s.out),
                             flx_array_run(t, sums, s.sum, 1)};
}

static flx_view view_of(flx_array a)
{
    const flx_view none = {0, 0, 0, {0, 0}};
    return is_empty(a) ? none : flx_array_view(a);
}

flx_loop_arrays flx_loop_record(flx_tape *t, flx_loop loop, const flx_loop_arrays *x)
{
    const flx_loop_arrays none = {flx_array_none(t), flx_array_none(t), flx_array_none(t)};
    flx_block b = {.each = {OP_copy, 0, 0, 0}, .views = 4};
    const uint32_t most = loop.split.state && loop.steps ? loop.steps - 1 : 0;
    if (loop.kept > most) loop.kept = most;
    if (flx_loop_results(&loop) > UINT32_MAX || flx_loop_outputs(&loop) > UINT32_MAX) {
        flx_tape_fail_at(t, FLX_ELIMIT, flx_loop_name(&loop));
        return none;
    }
    if (!flx_tape_add_loop(t, loop, &b.each.b)) return none;
    b.view[0] = flx_view_of_run(0, (uint32_t)flx_loop_results(&loop), 1);
    b.view[1] = view_of(x->state);
    b.view[2] = view_of(x->rows);
    b.view[3] = view_of(x->shared);
    flx_array_emit(t, OP_loop, &b, flx_loop_outputs(&loop));
    return t->head.error == FLX_OK ? parts_of(t, &loop, b.view[0].slot) : none;
}

/* ---- derivatives ---- */

/* A loop whose derivative is recorded, and its operands. */
typedef struct recording {
    flx_tape *tape;
    const flx_active *active;
    flx_loop loop;
    flx_view view[4];
    flx_loop_arrays x;
} recording;

static flx_array array_of(flx_tape *t, flx_view v)
{
    return flx_view_size(&v) ? flx_view_array(t, v) : nothing;
}

static recording begin(flx_tape *t, const flx_active *active, const flx_block *b)
{
    const flx_loop_arrays x = {array_of(t, b->view[1]), array_of(t, b->view[2]),
                               array_of(t, b->view[3])};
    return (recording){
        t, active, t->loop[b->each.b], {b->view[0], b->view[1], b->view[2], b->view[3]}, x};
}

/* The accumulators of view k; 0 where it has none. */
static int accumulators(const recording *r, int k, flx_view *v)
{
    *v = r->view[k];
    return flx_view_size(v) && flx_active_view(r->active, v);
}

/* The derived program, to be looped over; NULL where the tape fails. */
static const flx_inner *derived(const recording *r, flx_derived kind)
{
    const flx_inner *f = r->loop.inner, *d = NULL;
    const flx_status status = f->derive(f, kind, r->loop.split, &d);
    if (status == FLX_OK) return d;
    flx_tape_fail_at(r->tape, status, flx_loop_name(&r->loop));
    return NULL;
}

/* Arrays side by side (columns) or, as columns, one below the other; empty ones count for nothing. */
static flx_array joined(flx_tape *t, const flx_array *a, int n, int columns)
{
    flx_array some[3];
    size_t count = 0;
    for (int k = 0; k < n && t->head.error == FLX_OK; k++) {
        if (is_empty(a[k])) continue;
        some[count++] = columns ? a[k] : flx_array_reshape(a[k], (size_t)a[k].rows * a[k].cols, 1);
    }
    if (t->head.error != FLX_OK) return flx_array_none(t);
    if (count < 2) return count ? some[0] : nothing;
    return columns ? flx_array_concatenate(count, some) : flx_array_stack(count, some);
}

/* From the last row to the first. */
static flx_array reversed(flx_array a)
{
    if (a.rows < 2) return a;
    a.first.u.at.slot = (uint32_t)(a.first.u.at.slot + (int64_t)(a.rows - 1) * a.row_stride);
    a.row_stride = -a.row_stride;
    return a;
}

/* to += x, in the order of their elements. */
static void add(const recording *r, flx_view to, flx_array x)
{
    flx_block b = {.each = {OP_acc, 0, 0, 0}, .views = 2};
    if (r->tape->head.error != FLX_OK || is_empty(x)) return;
    b.view[0] = to;
    b.view[1] = flx_array_view(flx_array_reshape(x, to.rows, to.cols));
    if (r->tape->head.error == FLX_OK) flx_accumulate_block(r->tape, OP_acc_map, &b);
}

/* The state before every step, as rows. */
static flx_array states(const recording *r)
{
    flx_loop l = r->loop;
    if (l.split.state == 0) return nothing;
    if (l.steps == 1) return flx_array_reshape(r->x.state, 1, l.split.state);
    l.inner = derived(r, FLX_DERIVED_STATES);
    if (!l.inner) return flx_array_none(r->tape);
    l.split.out = l.split.state;
    l.split.sum = 0;
    return flx_loop_record(r->tape, l, &r->x).rows;
}

/* The loop over the adjoint program, from the last step to the first. */
static flx_loop_arrays adjoint_loop(const recording *r, const flx_loop_arrays *g)
{
    const flx_split s = r->loop.split;
    const flx_loop_arrays none = {nothing, nothing, nothing};
    flx_loop l = r->loop;
    const flx_array rows[3] = {states(r), r->x.rows, g->rows}, shared[2] = {r->x.shared, g->shared};
    l.split = (flx_split){s.state, s.state + s.row + s.out, s.shared + s.sum, s.row, s.shared};
    l.inner = derived(r, FLX_DERIVED_ADJOINT);
    flx_loop_arrays x = {g->state, nothing, nothing};
    if (!l.inner || r->tape->head.error != FLX_OK) return none;
    const flx_array back[3] = {reversed(rows[0]), reversed(rows[1]), reversed(rows[2])};
    x.rows = joined(r->tape, back, 3, 1);
    x.shared = joined(r->tape, shared, 2, 0);
    return r->tape->head.error == FLX_OK ? flx_loop_record(r->tape, l, &x) : none;
}

void flx_reverse_loop(flx_tape *t, const flx_active *active, const flx_block *b)
{
    const recording r = begin(t, active, b);
    flx_view g, to;
    if (!accumulators(&r, 0, &g)) return;
    flx_loop_arrays adjoint = parts_of(t, &r.loop, g.slot),
                    result = {adjoint.state, nothing, nothing};
    if (r.loop.steps) result = adjoint_loop(&r, &adjoint);
    if (accumulators(&r, 1, &to)) add(&r, to, result.state);
    if (accumulators(&r, 2, &to)) add(&r, to, reversed(result.rows));
    if (accumulators(&r, 3, &to)) add(&r, to, result.shared);
}

/* The tangents of operand k, as an array of its shape. */
static flx_array tangents_of(const recording *r, int k)
{
    flx_view v;
    if (flx_view_size(&r->view[k]) == 0) return nothing;
    if (accumulators(r, k, &v)) return flx_view_array(r->tape, v);
    flx_array zero = flx_array_scalar(flx_constant(0.0));
    zero.rows = r->view[k].rows;
    zero.cols = r->view[k].cols;
    return zero;
}

/* The loop over the tangent program, whose state are the state and its tangents. */
static flx_loop_arrays tangent_loop(const recording *r)
{
    const flx_split s = r->loop.split;
    const flx_loop_arrays none = {nothing, nothing, nothing};
    const flx_array both[3][2] = {{r->x.state, tangents_of(r, 1)},
                                  {r->x.rows, tangents_of(r, 2)},
                                  {r->x.shared, tangents_of(r, 3)}};
    flx_loop l = r->loop;
    l.split = (flx_split){2 * s.state, 2 * s.row, 2 * s.shared, s.out, s.sum};
    l.inner = derived(r, FLX_DERIVED_TANGENT);
    if (!l.inner) return none;
    flx_loop_arrays x;
    x.state = joined(r->tape, both[0], 2, 0);
    x.rows = joined(r->tape, both[1], 2, 1);
    x.shared = joined(r->tape, both[2], 2, 0);
    if (r->tape->head.error != FLX_OK) return none;
    flx_loop_arrays d = flx_loop_record(r->tape, l, &x);
    if (s.state && r->tape->head.error == FLX_OK)
        d.state = flx_array_slice(d.state, s.state, 0, s.state, 1, 1, 1);
    return d;
}

void flx_tangent_loop(flx_tape *t, const flx_active *active, const flx_block *b)
{
    const recording r = begin(t, active, b);
    flx_view g;
    if (!accumulators(&r, 0, &g)) return;
    const flx_loop_arrays to = parts_of(t, &r.loop, g.slot);
    flx_loop_arrays d = {tangents_of(&r, 1), nothing, nothing};
    if (r.loop.steps) d = tangent_loop(&r);
    if (!is_empty(to.state) && d.state.first.tape) add(&r, flx_array_view(to.state), d.state);
    if (!is_empty(to.rows)) add(&r, flx_array_view(to.rows), d.rows);
    if (!is_empty(to.shared)) add(&r, flx_array_view(to.shared), d.shared);
}
