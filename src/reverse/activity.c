/* activity.c: the span of a sweep, and the accumulators of a recorded one. */
#include "reverse/activity.h"

#include <limits.h>
#include <string.h>

#include "reverse/block.h"

enum { DEPENDS = 1, NEEDED = 2 }; /* marks in the map, until accumulators take their place */

/* The slot of an input or, where it is an accumulator, the first of its run: accumulators depend on
 * each other against the order of their slots. */
static uint32_t lowest_with(const flx_tape *t, uint32_t slot)
{
    if (slot < t->first_accumulator) return slot;
    const uint32_t writer = flx_tape_writer(t, slot);
    return t->head.instr[writer].op == OP_zeros ? flx_tape_slots_before(t, writer) : slot;
}

flx_span flx_span_between(const flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y)
{
    flx_span s = {0, 0, UINT32_MAX, 0};
    uint32_t highest = 0;
    for (size_t k = 0; k < n; k++) {
        const uint32_t slot = x[k].u.at.slot;
        if (slot < s.low) s.low = slot;
        if (slot > highest) highest = slot;
    }
    for (size_t k = 0; k < n && highest >= t->first_accumulator; k++) {
        const uint32_t slot = lowest_with(t, x[k].u.at.slot);
        if (slot < s.low) s.low = slot;
    }
    uint32_t run = 0, run_end = 0; /* the accumulators seen last: a gradient's lie together */
    for (size_t k = 0; k < m; k++) {
        const uint32_t slot = y[k].u.at.slot;
        if (!y[k].tape || (slot >= run && slot < run_end)) continue;
        const uint32_t writer = flx_tape_writer(t, slot);
        const flx_instr *in = &t->head.instr[writer];
        /* Accumulators are complete only after the sweep that made them (flx_activate). */
        const uint32_t last = in->op == OP_zeros ? in->b : writer + 1;
        if (last > s.last) s.last = last;
        if (in->op != OP_zeros) continue;
        run = flx_tape_slots_before(t, writer);
        run_end = run + in->a;
    }
    s.end = s.last ? flx_tape_slots_before(t, s.last) : 0;
    s.first = s.low < s.end ? flx_tape_writer(t, s.low) + 1 : s.last;
    if (s.first > s.last) s.first = s.last;
    return s;
}

/* Targets that begin below the span hand nothing on: what they were made of lies below them. */
void flx_span_widen(const flx_code *code, flx_span *span)
{
    const uint32_t low = span->low;
    uint32_t from, to;
    for (uint32_t k = span->first; code->blocks && k < span->last; k++) {
        if (!flx_op_is_array(code->instr[k].op)) continue;
        const flx_block *b = &code->block[code->instr[k].a];
        for (uint32_t j = 1; j < b->views; j++) {
            if (flx_view_size(&b->view[j]) == 0) continue;
            flx_view_hull(&b->view[j], &from, &to);
            if (to >= low && from < span->low) span->low = from;
        }
    }
}

unsigned flx_span_level(const flx_tape *t, flx_span span)
{
    unsigned level = 0;
    for (uint32_t k = span.first; k < span.last && t->first_accumulator != UINT32_MAX; k++) {
        const flx_instr *in = &t->head.instr[k];
        if (in->op == OP_zeros && in->flags > level) level = in->flags;
    }
    return level;
}

/* The name of an operation that has not derivatives of every order, and the order up to which the code
 * around it has them. */
static const char *limit_of(const flx_tape *t, const flx_instr *in, unsigned *order)
{
    const flx_block *b = &t->block[in->a];
    if (in->op == OP_call) {
        *order = t->call[b->each.b].order;
        return t->call[b->each.b].name;
    }
    const flx_inner *f = t->loop[b->each.b].inner;
    *order = f->order < UINT_MAX ? f->order + f->level : UINT_MAX;
    return f->limit;
}

const char *flx_span_limit(const flx_tape *t, flx_span span)
{
    const int any = t->calls || t->loops;
    const unsigned wanted = any ? flx_span_level(t, span) + 1 : 0;
    for (uint32_t k = span.first; k < span.last && any; k++) {
        const flx_instr *in = &t->head.instr[k];
        unsigned order;
        if (in->op != OP_call && in->op != OP_loop) continue;
        const char *name = limit_of(t, in, &order);
        if (order < wanted) return name ? name : flx_op_name(in->op);
    }
    return NULL;
}

/* Slots low..high; none where high < low. */
typedef struct run {
    uint32_t low, high;
} run;

enum { RUNS = 8 };

typedef struct marks {
    const flx_code *code;
    uint32_t *map;
    uint32_t low, end;
    int changed;      /* since it was last cleared */
    run needed[RUNS]; /* runs that are needed as a whole */
    unsigned next_run;
} marks;

static uint32_t *mark_at(marks *m, uint32_t slot)
{
    return slot >= m->low && slot < m->end ? &m->map[slot - m->low] : NULL;
}

static int has(marks *m, uint32_t slot, uint32_t bits)
{
    const uint32_t *p = mark_at(m, slot);
    return p && (*p & bits) == bits;
}

static void put(marks *m, uint32_t slot, uint32_t bits)
{
    uint32_t *p = mark_at(m, slot);
    if (!p || (*p & bits) == bits) return;
    *p |= bits;
    m->changed = 1;
}

/* Marks a slot as needed where it depends on the inputs. */
static void need(marks *m, uint32_t slot)
{
    if (has(m, slot, DEPENDS)) put(m, slot, NEEDED);
}

static flx_view view_of(const flx_array *a)
{
    return (flx_view){a->first.u.at.slot, a->rows, a->cols, {a->row_stride, a->col_stride}};
}

/* A view's elements in the map, each once, and neighbours in a row where they are any; of no rows where
 * there are none. */
static flx_view within(const marks *m, const flx_view *given)
{
    flx_view v = *given;
    uint32_t low = 0, high = 0;
    if (flx_view_is_tall(&v)) v.rows = 1;
    if (flx_view_is_wide(&v)) v.cols = 1;
    if (v.rows > 1 && v.stride[0] == 1) v = flx_view_transposed(v);
    if (flx_view_size(&v) > 0) flx_view_hull(&v, &low, &high);
    if (flx_view_size(&v) == 0 || high < m->low || low >= m->end) v.rows = 0;
    return v;
}

/* Whether a row of a view is a run of the map. */
static int is_run(const marks *m, const flx_view *v, uint32_t slot)
{
    return v->stride[1] == 1 && slot >= m->low && (uint64_t)slot + v->cols <= m->end;
}

static int any(marks *m, const flx_view *given, uint32_t bits)
{
    const flx_view v = within(m, given);
    for (uint32_t i = 0; i < v.rows; i++)
        for (uint32_t j = 0; j < v.cols; j++)
            if (has(m, flx_view_slot(&v, i, j), bits)) return 1;
    return 0;
}

/* Marks where all of some bits are there already. */
static void put_run(marks *m, uint32_t slot, uint32_t count, uint32_t where, uint32_t bits)
{
    uint32_t *mark = m->map + (slot - m->low), changed = 0;
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t more = (mark[k] & where) == where ? bits & ~mark[k] : 0;
        mark[k] |= more;
        changed |= more;
    }
    if (changed) m->changed = 1;
}

static void put_where(marks *m, const flx_view *given, uint32_t where, uint32_t bits)
{
    const flx_view v = within(m, given);
    for (uint32_t i = 0; i < v.rows; i++) {
        const uint32_t slot = flx_view_slot(&v, i, 0);
        if (is_run(m, &v, slot)) {
            put_run(m, slot, v.cols, where, bits);
            continue;
        }
        for (uint32_t j = 0; j < v.cols; j++)
            if (has(m, flx_view_slot(&v, i, j), where)) put(m, flx_view_slot(&v, i, j), bits);
    }
}

static void put_all(marks *m, const flx_view *v, uint32_t bits) { put_where(m, v, 0, bits); }

static void need_all(marks *m, const flx_view *v) { put_where(m, v, DEPENDS, NEEDED); }

/* Forward over one instruction: what it writes depends on x if what it reads does. */
static void depend(marks *m, flx_instr in, uint32_t out)
{
    uint32_t operand[3];
    const flx_shape shape = flx_op_shape(in.op);
    if (shape <= SHAPE_ACC_PAIR) {
        const int count = flx_instr_active_operands(m->code, &in, operand);
        for (int k = 0; k < count; k++) {
            if (!has(m, operand[k], DEPENDS)) continue;
            put(m, shape <= SHAPE_TRIPLE ? out : in.a, DEPENDS);
        }
        return;
    }
    const flx_block *b = &m->code->block[in.a];
    const unsigned active = flx_block_active(in.op, b);
    for (uint32_t k = 1; k < b->views; k++)
        if (active & 1u << k && any(m, &b->view[k], DEPENDS)) {
            put_all(m, &b->view[0], DEPENDS);
            return;
        }
}

/* Backward over one instruction: what it reads is needed if what it writes is. */
static void require(marks *m, flx_instr in, uint32_t out)
{
    uint32_t operand[3];
    const flx_shape shape = flx_op_shape(in.op);
    if (shape <= SHAPE_ACC_PAIR) {
        if (!has(m, shape <= SHAPE_TRIPLE ? out : in.a, NEEDED)) return;
        const int count = flx_instr_active_operands(m->code, &in, operand);
        for (int k = 0; k < count; k++) need(m, operand[k]);
        return;
    }
    const flx_block *b = &m->code->block[in.a];
    const unsigned active = flx_block_active(in.op, b);
    if (!any(m, &b->view[0], NEEDED)) return;
    for (uint32_t k = 1; k < b->views; k++)
        if (active & 1u << k) need_all(m, &b->view[k]);
}

/* Marks low..high as needed. What the remembered runs cover is marked already, so that the many
 * overlapping views of one array cost what the array does. */
static void need_run(marks *m, uint32_t low, uint32_t high)
{
    for (int k = 0; k < RUNS; k++) {
        run *r = &m->needed[k];
        if (r->high < r->low || low > r->high || high < r->low) continue;
        while (low < r->low) put(m, --r->low, NEEDED);
        while (high > r->high) put(m, ++r->high, NEEDED);
        return;
    }
    const flx_view all = {low, 1, high - low + 1, {0, 1}};
    put_all(m, &all, NEEDED);
    m->needed[m->next_run++ % RUNS] = (run){low, high};
}

/* A view that needs any accumulator gets them for all slots from its lowest to its highest. */
static void complete(marks *m, const flx_view *v)
{
    uint32_t low, high;
    if (flx_view_size(v) == 0 || !any(m, v, NEEDED)) return;
    flx_view_hull(v, &low, &high);
    need_run(m, low, high);
}

typedef void visitor(marks *m, flx_instr in, uint32_t out);

static void walk_back(marks *m, flx_span span, visitor *visit)
{
    uint32_t out = span.end;
    for (uint32_t k = span.last; k-- > span.first;) {
        out -= flx_instr_outputs(&m->code->instr[k]);
        visit(m, m->code->instr[k], out);
    }
}

static void walk_forward(marks *m, flx_span span, uint32_t out, visitor *visit)
{
    for (uint32_t k = span.first; k < span.last; k++) {
        visit(m, m->code->instr[k], out);
        out += flx_instr_outputs(&m->code->instr[k]);
    }
}

static void complete_views(marks *m, flx_instr in, uint32_t out)
{
    (void)out;
    if (!flx_op_is_array(in.op)) return;
    const flx_block *b = &m->code->block[in.a];
    for (uint32_t k = 0; k < b->views; k++) complete(m, &b->view[k]);
}

void flx_activate(flx_tape *t, flx_span span, size_t n, const flx_var *x, const flx_array *x_array,
                  size_t m, const flx_var *y, flx_active *active)
{
    const flx_code code = flx_tape_code(t);
    const uint32_t low = span.low;
    /* The array's last slot may lie beyond what y depends on. */
    const uint32_t end = x_array && x[1].u.at.slot >= span.end ? x[1].u.at.slot + 1 : span.end;
    const uint32_t count = end > low ? end - low : 0;
    uint32_t *map = flx_tape_scratch(t, &t->map, ((size_t)count + 1) * sizeof *map);
    if (!map) {
        flx_tape_fail(t, FLX_ENOMEM, OP_zeros);
        return;
    }
    memset(map, 0, count * sizeof *map);
    const flx_view whole = x_array ? view_of(x_array) : (flx_view){0};
    marks on = {&code, map, low, low + count, 0, {{0, 0}}, 0};
    for (int k = 0; k < RUNS; k++) on.needed[k] = (run){1, 0};
    for (size_t k = 0; k < n && !x_array; k++) put(&on, x[k].u.at.slot, DEPENDS);
    if (x_array) put_all(&on, &whole, DEPENDS);
    walk_forward(&on, span, flx_tape_slots_before(t, span.first), depend);
    for (size_t k = 0; k < m; k++)
        if (y[k].tape) need(&on, y[k].u.at.slot);
    walk_back(&on, span, require);
    do { /* completing a view may need a part of another one */
        on.changed = 0;
        if (code.blocks) walk_back(&on, span, complete_views);
        if (x_array) complete(&on, &whole);
    } while (on.changed);
    uint32_t size = 0;
    for (uint32_t k = 0; k < count; k++) size += (map[k] & NEEDED) != 0;
    if (!flx_tape_reserve(t, (flx_need){size, 1, 0, 0, 0}, OP_zeros)) return;
    const unsigned level = flx_span_level(t, span) + 1;
    uint32_t next =
        flx_tape_emit(t, OP_zeros, level < UINT16_MAX ? level : UINT16_MAX, size, 0, size);
    if (next < t->first_accumulator) t->first_accumulator = next;
    memset(t->head.value + next, 0, size * sizeof *t->head.value);
    *active = (flx_active){map, low, count, next, size};
    for (uint32_t k = 0; k < count; k++) map[k] = map[k] & NEEDED ? next++ : 0;
}
