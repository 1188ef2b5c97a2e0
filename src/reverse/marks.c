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

/* Passes a mark between the elements of an array instruction's result and of its operands: forward
 * to what it writes, or back to what it reads. Returns whether any was passed. */
static int pass_array(const flx_marked *m, flx_instr in, uint32_t out, int bit, int forward)
{
    const flx_pair *p = &m->code->pair[in.a];
    const int scaled = in.op == OP_axpy || in.op == OP_acc_axpy;
    const int alpha = scaled && !(in.flags & FLAG_ALPHA_IMMEDIATE);
    int passed = 0;
    for (uint32_t i = 0; i < p->rows; i++) {
        for (uint32_t j = 0; j < p->cols; j++) {
            const uint32_t x = flx_view_slot(p->x, p->x_stride, i, j);
            const uint32_t y = flx_view_slot(p->y, p->y_stride, i, j);
            const uint32_t to = in.op == OP_axpy       ? out + i * p->cols + j
                                : in.op == OP_acc_axpy ? x
                                : in.op == OP_acc_dot  ? in.b
                                                       : out;
            const uint32_t from[3] = {y, in.op == OP_acc_axpy ? y : x, alpha ? in.b : y};
            for (int k = 0; k < 3; k++) {
                if (!flx_is_marked(m, forward ? from[k] : to, bit)) continue;
                put(m, forward ? to : from[k], bit);
                passed = 1;
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
    uint32_t operand[2];
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
    uint32_t operand[2];
    const flx_shape shape = flx_op_shape(in.op);
    if (shape == SHAPE_NONE || shape == SHAPE_RUN) return 0;
    if (shape > SHAPE_ACC_PAIR) return pass_array(m, in, out, FLX_REACHED, 0);
    if (!flx_is_marked(m, target_of(in, out), FLX_REACHED)) return 0;
    /* A zero adjoint keeps its partial out of the sum. */
    const int product = shape == SHAPE_ACC_PAIR && in.op != OP_acc_if;
    const int hidden = product && m->value[m->code->word[in.b]] == 0.0;
    const int count = flx_instr_active_operands(m->code, &in, operand);
    for (int k = 0; k < count - hidden; k++)
        if (flx_is_chosen(m, in, k)) put(m, operand[k], FLX_REACHED);
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
