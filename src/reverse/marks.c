/* marks.c: what depends on what in recorded code. */
#include "reverse/marks.h"

static void put(const flx_marked *m, uint32_t slot, int bit)
{
    const int inside = slot >= m->span.low && slot < m->span.end;
    if (inside) m->mark[slot - m->span.low] |= (unsigned char)bit;
}

int flx_is_chosen(const flx_marked *m, flx_instr in, int k)
{
    if (in.op == OP_select) return (m->value[in.a] > 0.0) == (k == 0);
    if (in.op != OP_acc_if) return 1;
    return (m->value[m->code->word[in.b + 1]] > 0.0) != (in.flags == FLAG_UNLESS);
}

/* Whether one factor of a contribution, exactly zero, keeps the other out of the sum. */
static int hides(flx_zero rule, flx_zero side, double factor)
{
    return ((unsigned)rule & (unsigned)side) != 0 && factor == 0.0;
}

/* One element of an array instruction: the slot written, and the slots that it comes from. */
typedef struct element {
    uint32_t to, from[3];
    int count;
} element;

static element element_of(const flx_marked *m, flx_instr in, uint32_t out, uint32_t i, uint32_t j)
{
    const flx_pair *p = &m->code->pair[in.a];
    const uint32_t x = flx_view_slot(p->x, p->x_stride, i, j);
    const uint32_t y = flx_view_slot(p->y, p->y_stride, i, j);
    const int alpha = !(in.flags & FLAG_ALPHA_IMMEDIATE);
    switch (in.op) {
    case OP_axpy: return (element){out + i * p->cols + j, {x, y, in.b}, alpha ? 3 : 2};
    case OP_acc_axpy: return (element){x, {y, in.b, 0}, alpha ? 2 : 1};
    case OP_acc_dot: return (element){in.b, {y, x, 0}, 2};
    default: return (element){out, {x, y, 0}, 2};
    }
}

/* Takes out what a zero hides: of acc_axpy the factors are alpha and y, of acc_dot x and y. */
static void drop_hidden(const flx_marked *m, flx_instr in, element *e)
{
    const flx_zero rule = flx_zero_rule(in.flags);
    if (in.op != OP_acc_axpy && in.op != OP_acc_dot) return;
    const int immediate = e->count == 1;
    const double y = m->value[e->from[0]];
    const double other = immediate ? m->code->imm[in.b] : m->value[e->from[1]];
    if (hides(rule, FLX_ZERO_SECOND, y)) e->count = 1;
    if (hides(rule, FLX_ZERO_FIRST, other)) {
        e->from[0] = e->from[1];
        e->count--;
    }
}

/* Passes a mark between the elements of an array instruction's result and of its operands: forward
 * to what it writes, or back to what it reads. Returns whether the result has the mark. */
static int pass_array(const flx_marked *m, flx_instr in, uint32_t out, int bit, int forward)
{
    const flx_pair *p = &m->code->pair[in.a];
    int passed = 0;
    for (uint32_t i = 0; i < p->rows; i++) {
        for (uint32_t j = 0; j < p->cols; j++) {
            element e = element_of(m, in, out, i, j);
            const int reached = !forward && flx_is_marked(m, e.to, bit);
            passed = passed || reached;
            if (reached) drop_hidden(m, in, &e);
            for (int k = 0; k < e.count; k++) {
                if (reached) put(m, e.from[k], bit);
                if (forward && flx_is_marked(m, e.from[k], bit)) put(m, e.to, bit);
            }
        }
    }
    return passed;
}

/* The slot that a scalar instruction writes. */
static uint32_t target_of(flx_instr in, uint32_t out)
{
    return flx_op_shape(in.op) <= SHAPE_TRIPLE ? out : in.a;
}

/* What is written depends on the inputs if an operand does. */
static void pass_dependence(const flx_marked *m, flx_instr in, uint32_t out)
{
    uint32_t operand[3];
    if (flx_op_shape(in.op) > SHAPE_ACC_PAIR) {
        pass_array(m, in, out, FLX_LINKED, 1);
        pass_array(m, in, out, FLX_DEPENDS, 1);
        return;
    }
    const int count = flx_instr_active_operands(m->code, &in, operand);
    for (int k = 0; k < count; k++) {
        const int chosen = m->value && flx_is_chosen(m, in, k);
        if (flx_is_marked(m, operand[k], FLX_LINKED)) put(m, target_of(in, out), FLX_LINKED);
        if (chosen && flx_is_marked(m, operand[k], FLX_DEPENDS))
            put(m, target_of(in, out), FLX_DEPENDS);
    }
}

int flx_reach_operands(const flx_marked *m, flx_instr in, uint32_t out)
{
    uint32_t operand[3];
    const flx_shape shape = flx_op_shape(in.op);
    if (shape == SHAPE_NONE || shape == SHAPE_RUN) return 0;
    if (shape > SHAPE_ACC_PAIR) return pass_array(m, in, out, FLX_REACHED, 0);
    if (!flx_is_marked(m, target_of(in, out), FLX_REACHED)) return 0;
    const int product = shape == SHAPE_ACC_PAIR && in.op != OP_acc_if;
    const flx_zero rule = in.flags & FLAG_EITHER ? FLX_ZERO_EITHER : FLX_ZERO_FIRST;
    const int count = flx_instr_active_operands(m->code, &in, operand);
    for (int k = 0; k < count; k++) {
        const flx_zero side = k == 0 ? FLX_ZERO_SECOND : FLX_ZERO_FIRST; /* the other factor's */
        if (product && count == 2 && hides(rule, side, m->value[operand[1 - k]])) continue;
        if (flx_is_chosen(m, in, k)) put(m, operand[k], FLX_REACHED);
    }
    return 1;
}

void flx_mark_dependent(const flx_marked *m)
{
    uint32_t out = m->span.end;
    for (uint32_t k = m->span.last; k-- > m->span.first;)
        out -= flx_instr_outputs(m->code, &m->code->instr[k]);
    for (uint32_t k = m->span.first; k < m->span.last; k++) {
        const flx_instr in = m->code->instr[k];
        pass_dependence(m, in, out);
        out += flx_instr_outputs(m->code, &in);
    }
}
