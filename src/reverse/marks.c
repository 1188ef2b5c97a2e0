/* marks.c: what depends on what in recorded code. */
#include "reverse/marks.h"

#include "reverse/loop.h"

#include <string.h>

static void put(const flx_marked *m, uint32_t slot, int bit)
{
    const int inside = slot >= m->span.low && slot < m->span.end;
    if (inside) m->mark[slot - m->span.low] |= (unsigned char)bit;
}

int flx_is_chosen(const flx_marked *m, flx_instr in, int k)
{
    if (!m->value) return 1;
    if (in.op == OP_select) return (m->value[in.a] > 0.0) == (k == 0);
    if (in.op != OP_acc_if) return 1;
    return (m->value[m->code->word[in.b + 1]] > 0.0) != (in.flags == FLAG_UNLESS);
}

/* Whether one factor of a contribution, exactly zero, keeps the other out of the sum. */
static int hides(const flx_marked *m, flx_zero rule, flx_zero side, uint32_t factor)
{
    return ((unsigned)rule & (unsigned)side) != 0 && m->value && m->value[factor] == 0.0;
}

/* The slot that a scalar instruction writes. */
static uint32_t target_of(flx_instr in, uint32_t out)
{
    return flx_op_shape(in.op) <= SHAPE_TRIPLE ? out : in.a;
}

/* What is written depends on the inputs if an operand does. */
static void pass_scalar(const flx_marked *m, flx_instr in, uint32_t out)
{
    uint32_t operand[3];
    const int count = flx_instr_active_operands(m->code, &in, operand);
    for (int k = 0; k < count; k++) {
        const int chosen = m->value && flx_is_chosen(m, in, k);
        if (flx_is_marked(m, operand[k], FLX_LINKED)) put(m, target_of(in, out), FLX_LINKED);
        if (chosen && flx_is_marked(m, operand[k], FLX_DEPENDS))
            put(m, target_of(in, out), FLX_DEPENDS);
    }
}

/* Where the result of a scalar instruction is reached, its operands are. */
static int reach_scalar(const flx_marked *m, flx_instr in, uint32_t out)
{
    uint32_t operand[3];
    if (!flx_is_marked(m, target_of(in, out), FLX_REACHED)) return 0;
    const int product = flx_op_shape(in.op) == SHAPE_ACC_PAIR && in.op != OP_acc_if;
    const flx_zero rule = flx_zero_rule(in.flags);
    const int count = flx_instr_active_operands(m->code, &in, operand);
    for (int k = 0; k < count; k++) {
        const flx_zero side = k == 0 ? FLX_ZERO_SECOND : FLX_ZERO_FIRST; /* the other factor's */
        if (product && count == 2 && hides(m, rule, side, operand[1 - k])) continue;
        if (flx_is_chosen(m, in, k)) put(m, operand[k], FLX_REACHED);
    }
    return 1;
}

static int any_of(const flx_marked *m, flx_view v, int bit)
{
    for (uint32_t i = 0; i < v.rows; i++)
        for (uint32_t j = 0; j < v.cols; j++)
            if (flx_is_marked(m, flx_view_slot(&v, i, j), bit)) return 1;
    return 0;
}

static void put_all(const flx_marked *m, flx_view v, int bit)
{
    for (uint32_t i = 0; i < v.rows; i++)
        for (uint32_t j = 0; j < v.cols; j++) put(m, flx_view_slot(&v, i, j), bit);
}

/* Passes marks between what one element of a target is made of and that element, in one direction. */
typedef struct passage {
    const flx_marked *marked;
    int bit, forward;
} passage;

static void pass(passage p, uint32_t operand, uint32_t result)
{
    const uint32_t from = p.forward ? operand : result, to = p.forward ? result : operand;
    if (flx_is_marked(p.marked, from, p.bit)) put(p.marked, to, p.bit);
}

/* What the zero rule keeps out of a sum is not reached. */
static void pass_matmul(passage p, const flx_block *b)
{
    const flx_view *t = &b->view[0], *x = &b->view[1], *y = &b->view[2];
    const flx_zero rule = p.forward ? FLX_ZERO_NONE : flx_zero_rule(b->each.flags);
    for (uint32_t i = 0; i < t->rows; i++) {
        for (uint32_t j = 0; j < t->cols; j++) {
            const uint32_t out = flx_view_slot(t, i, j);
            for (uint32_t l = 0; l < x->cols; l++) {
                const uint32_t first = flx_view_slot(x, i, l), second = flx_view_slot(y, l, j);
                if (!hides(p.marked, rule, FLX_ZERO_SECOND, second)) pass(p, first, out);
                if (!hides(p.marked, rule, FLX_ZERO_FIRST, first)) pass(p, second, out);
            }
        }
    }
}

/* Element by element of the indices; those that mean no row may mean any. */
static void pass_indexed(passage p, const flx_block *b, int scatter)
{
    const flx_view *picked = &b->view[!scatter], *other = &b->view[scatter], *index = &b->view[2];
    for (uint32_t i = 0; i < other->rows; i++) {
        for (uint32_t j = 0; j < other->cols; j++) {
            const double at = p.marked->value[flx_view_slot(index, i, j)];
            const uint32_t row = flx_index(at, picked->rows), slot = flx_view_slot(other, i, j);
            const uint32_t first = row < picked->rows ? row : 0,
                           last = row < picked->rows ? row + 1 : row;
            for (uint32_t k = first; k < last; k++) {
                const uint32_t chosen = flx_view_slot(picked, k, j);
                pass(p, scatter ? slot : chosen, scatter ? chosen : slot);
            }
        }
    }
}

/* Forward from the first column on, back from the last: each mark goes on along its row. */
static void pass_cumsum(passage p, const flx_block *b)
{
    const flx_view *t = &b->view[0], *x = &b->view[1];
    const flx_view *from = p.forward ? x : t, *to = p.forward ? t : x;
    for (uint32_t i = 0; i < t->rows; i++) {
        int marked = 0;
        for (uint32_t k = 0; k < t->cols; k++) {
            const uint32_t j = p.forward ? k : t->cols - 1 - k;
            marked = marked || flx_is_marked(p.marked, flx_view_slot(from, i, j), p.bit);
            if (marked) put(p.marked, flx_view_slot(to, i, j), p.bit);
        }
    }
}

/* All elements depend on all. */
static void pass_whole(const flx_marked *m, flx_instr in, int bit, int forward)
{
    const flx_block *b = &m->code->block[in.a];
    const unsigned active = flx_block_active(in.op, b);
    for (uint32_t k = 1; k < b->views; k++) {
        const flx_view *from = &b->view[forward ? k : 0], *to = &b->view[forward ? 0 : k];
        if (active & 1u << k && any_of(m, *from, bit)) put_all(m, *to, bit);
    }
}

/* The same where other values may mean other rows: whole columns. */
static void link_indexed(passage p, const flx_block *b)
{
    const flx_view *source = &b->view[!!p.forward], *target = &b->view[!p.forward];
    flx_view from = *source, to = *target;
    const uint32_t cols = to.cols;
    from.cols = to.cols = 1;
    for (uint32_t j = 0; j < cols; j++) {
        if (any_of(p.marked, from, p.bit)) put_all(p.marked, to, p.bit);
        from.slot = flx_view_slot(source, 0, j + 1);
        to.slot = flx_view_slot(target, 0, j + 1);
    }
}

/* ---- loops ---- */

/* A loop whose inner code passes a mark on, whatever the values: step by step, but for the state, which
 * has it from the first step on that gives it. */
typedef struct steps {
    passage passage;
    const flx_loop *loop;
    const flx_block *block;
    flx_loop_slots at;
    flx_marked inner;
    int bit; /* the mark within */
} steps;

static steps steps_of(passage p, const flx_block *b)
{
    const flx_loop *l = flx_loop_of(p.marked->code, b);
    const flx_code *c = l->inner->code;
    const flx_loop_slots at = flx_loop_at(l, b);
    unsigned char *mark = p.marked->mark + (at.inner - p.marked->span.low);
    const flx_marked inner = {c, NULL, {0, c->instrs, 0, c->slots}, mark};
    return (steps){p, l, b, at, inner, p.forward ? FLX_LINKED : FLX_REACHED};
}

/* What is input k at a step. */
static uint32_t source_of(const steps *s, uint32_t step, uint32_t k)
{
    const flx_split split = s->loop->split;
    if (k < split.state) return s->at.now + k;
    k -= split.state;
    if (k < split.row) return flx_view_slot(&s->block->view[2], step, k);
    return flx_view_element(&s->block->view[3], k - split.row);
}

/* Where output k of a step goes. */
static uint32_t sink_of(const steps *s, uint32_t step, uint32_t k)
{
    const flx_split split = s->loop->split;
    if (k < split.state) return s->at.now + k;
    k -= split.state;
    return k < split.out ? s->at.out + step * split.out + k : s->at.sum + k - split.out;
}

static uint32_t outside_of(const steps *s, int inputs, uint32_t step, uint32_t k)
{
    return inputs ? source_of(s, step, k) : sink_of(s, step, k);
}

static void reach_all(const flx_marked *m)
{
    uint32_t out = m->code->slots;
    for (uint32_t k = m->code->instrs; k-- > 0;) {
        out -= flx_instr_outputs(&m->code->instr[k]);
        flx_reach_operands(m, m->code->instr[k], out);
    }
}

/* Whether the inner code has passed the same marks on already. Inputs have none but those brought in. */
static int is_as_before(const steps *s, uint32_t step)
{
    int same = s->passage.forward;
    for (uint32_t k = 0; same && k < s->loop->inner->inputs; k++)
        same = flx_is_marked(&s->inner, s->loop->inner->input[k], s->bit)
               == flx_is_marked(s->passage.marked, source_of(s, step, k), s->passage.bit);
    return same;
}

static void pass_step(const steps *s, uint32_t step, int first)
{
    const flx_inner *f = s->loop->inner;
    const int forward = s->passage.forward;
    const uint32_t *from = forward ? f->input : f->output, *to = forward ? f->output : f->input;
    const uint32_t froms = forward ? f->inputs : f->outputs, tos = forward ? f->outputs : f->inputs;
    if (first || !is_as_before(s, step)) {
        memset(s->inner.mark, 0, f->slots);
        for (uint32_t k = 0; k < froms; k++)
            if (flx_is_marked(s->passage.marked, outside_of(s, forward, step, k), s->passage.bit))
                put(&s->inner, from[k], s->bit);
        if (forward) flx_mark_dependent(&s->inner);
        else reach_all(&s->inner);
    }
    for (uint32_t k = 0; k < tos; k++)
        if (flx_is_marked(&s->inner, to[k], s->bit))
            put(s->passage.marked, outside_of(s, !forward, step, k), s->passage.bit);
}

/* The state's marks from a run of slots or a view to another. */
static void pass_state(const steps *s, int enter)
{
    const int from_view = s->passage.forward == enter;
    for (uint32_t k = 0; k < s->loop->split.state; k++) {
        const uint32_t outer =
            from_view ? flx_view_element(&s->block->view[1], k) : s->at.state + k;
        if (flx_is_marked(s->passage.marked, enter ? outer : s->at.now + k, s->passage.bit))
            put(s->passage.marked, enter ? s->at.now + k : outer, s->passage.bit);
    }
}

/* The marks within are gone afterwards: they are no outer slot's. */
static void pass_loop(passage p, const flx_block *b)
{
    const steps s = steps_of(p, b);
    const uint32_t low = p.marked->span.low, end = s.at.inner + s.loop->inner->slots;
    memset(p.marked->mark + (s.at.now - low), 0, end - s.at.now);
    pass_state(&s, 1);
    for (uint32_t k = 0; k < s.loop->steps; k++)
        pass_step(&s, p.forward ? k : s.loop->steps - 1 - k, k == 0);
    pass_state(&s, 0);
    memset(p.marked->mark + (s.at.now - low), 0, end - s.at.now);
}

/* Passes a mark, element by element, through an array instruction that is no map of scalar ones. */
static void pass_block(const flx_marked *m, flx_instr in, int bit, int forward)
{
    const flx_block *b = &m->code->block[in.a];
    const passage p = {m, bit, forward};
    if (flx_op_is_indexed(in.op)) {
        if (bit == FLX_LINKED || !m->value) link_indexed(p, b);
        else pass_indexed(p, b, !flx_op_indexes(in.op));
        return;
    }
    switch (in.op) {
    case OP_matmul:
    case OP_acc_matmul: pass_matmul(p, b); break;
    case OP_cumsum:
    case OP_acc_cumsum: pass_cumsum(p, b); break;
    case OP_loop: pass_loop(p, b); break;
    default: pass_whole(m, in, bit, forward); break;
    }
}

/* The elements of a map, as scalar instructions; whether any of them says yes. */
typedef int element_visitor(const flx_marked *m, flx_instr in, uint32_t out);

static int visit_elements(const flx_marked *m, const flx_block *b, element_visitor *visit)
{
    uint32_t word[2] = {0, 0};
    int yes = 0;
    flx_marked local = *m;
    const flx_code code = flx_code_of_elements(m->code, word);
    local.code = &code;
    for (uint32_t i = 0; i < b->view[0].rows; i++)
        for (uint32_t j = 0; j < b->view[0].cols; j++)
            yes |= visit(&local, flx_element(b, i, j, word), flx_view_slot(&b->view[0], i, j));
    return yes;
}

static int pass_element(const flx_marked *m, flx_instr in, uint32_t out)
{
    pass_scalar(m, in, out);
    return 0;
}

static void pass_dependence(const flx_marked *m, flx_instr in, uint32_t out)
{
    if (flx_op_shape(in.op) <= SHAPE_ACC_PAIR) {
        pass_scalar(m, in, out);
    } else if (flx_op_has_elements(in.op)) {
        visit_elements(m, &m->code->block[in.a], pass_element);
    } else {
        pass_block(m, in, FLX_LINKED, 1);
        if (m->value) pass_block(m, in, FLX_DEPENDS, 1);
    }
}

int flx_reach_operands(const flx_marked *m, flx_instr in, uint32_t out)
{
    const flx_shape shape = flx_op_shape(in.op);
    if (shape == SHAPE_NONE || shape == SHAPE_RUN) return 0;
    if (shape <= SHAPE_ACC_PAIR) return reach_scalar(m, in, out);
    const flx_block *b = &m->code->block[in.a];
    if (flx_op_has_elements(in.op)) return visit_elements(m, b, reach_scalar);
    if (!any_of(m, b->view[0], FLX_REACHED)) return 0;
    pass_block(m, in, FLX_REACHED, 0);
    return 1;
}

void flx_mark_dependent(const flx_marked *m)
{
    uint32_t out = m->span.end;
    for (uint32_t k = m->span.last; k-- > m->span.first;)
        out -= flx_instr_outputs(&m->code->instr[k]);
    for (uint32_t k = m->span.first; k < m->span.last; k++) {
        const flx_instr in = m->code->instr[k];
        pass_dependence(m, in, out);
        out += flx_instr_outputs(&in);
    }
}
