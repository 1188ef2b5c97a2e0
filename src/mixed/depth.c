/* depth.c: the longest chain of operations, forward and back. */
#include "mixed/bound.h"

#include "reverse/loop.h"

/* The slot that an instruction writes in place, or UINT32_MAX; array views apart. */
static uint32_t target(const flx_instr *in)
{
    const flx_shape shape = flx_op_shape(in->op);
    return shape >= SHAPE_ACC && shape <= SHAPE_ACC_PAIR ? in->a : UINT32_MAX;
}

static double larger(double a, double b) { return a > b ? a : b; }

/* Additions that a broadcast view's element is the sum of, by 16 partial sums. */
static double summing(const flx_view *v)
{
    const uint32_t distinct = flx_view_distinct(v), size = flx_view_size(v);
    const uint32_t rounds =
        distinct && distinct < size ? size / distinct / FLX_PARTIAL_SUMS + 5 : 1;
    return (double)rounds;
}

static double forward_depth(const flx_code *c, double *plane);
static double reverse_depth(const flx_code *c, double *plane);

/* Of a loop, as many as its steps have one after the other; where results are summed, or adjoints of
 * what is shared, at least one for each. The chains within are found in its own slots. */
static double chain_of_loop(const flx_code *c, const flx_block *b, double *plane, int back)
{
    const flx_loop *l = flx_loop_of(c, b);
    double *inner = plane + flx_loop_at(l, b).inner;
    const double chain =
        back ? reverse_depth(l->inner->code, inner) : forward_depth(l->inner->code, inner);
    return l->split.state ? (chain + 2.0) * l->steps : chain + 2.0 + l->steps;
}

/* Operations that one of the block's elements, of the target or in reverse of a view, takes. */
static double chain_of(unsigned op, const flx_block *b, const flx_view *to)
{
    const double sum = 1.0 + summing(to);
    switch (op) {
    case OP_matmul:
    case OP_acc_matmul: return 1.0 + b->view[0].rows + b->view[0].cols + b->view[1].cols;
    case OP_cumsum:
    case OP_acc_cumsum: return 1.0 + b->view[0].cols;
    case OP_gather:
    case OP_acc_gather:
    case OP_acc_scatter: return 1.0 + larger(b->view[0].rows, b->view[1].rows);
    case OP_map: return flx_view_distinct(to) < flx_view_size(to) ? flx_view_size(to) : 2.0;
    default: return sum;
    }
}

static double view_max(const flx_view *v, const double *plane)
{
    double most = 0.0;
    for (uint32_t i = 0; i < v->rows; i++)
        for (uint32_t j = 0; j < v->cols; j++) most = larger(most, plane[flx_view_slot(v, i, j)]);
    return most;
}

/* Every element of a view gains a contribution behind a chain of that length. */
static void view_raise(const flx_view *v, double chain, double *plane)
{
    for (uint32_t i = 0; i < v->rows; i++) {
        for (uint32_t j = 0; j < v->cols; j++) {
            double *at = &plane[flx_view_slot(v, i, j)];
            if (*at < chain) *at = chain;
        }
    }
}

static void forward_array(const flx_code *c, const flx_instr *in, double *plane)
{
    const flx_block *b = &c->block[in->a];
    double chain = view_max(&b->view[0], plane);
    for (uint32_t k = 1; k < b->views; k++)
        if (flx_block_active(in->op, b) & 1u << k)
            chain = larger(chain, view_max(&b->view[k], plane));
    if (!flx_block_active(in->op, b)) return;
    chain += in->op == OP_loop ? chain_of_loop(c, b, plane, 0) : chain_of(in->op, b, &b->view[0]);
    view_raise(&b->view[0], chain, plane);
}

static void reverse_array(const flx_code *c, const flx_instr *in, double *plane)
{
    const flx_block *b = &c->block[in->a];
    const double target = view_max(&b->view[0], plane);
    const double loop = in->op == OP_loop ? chain_of_loop(c, b, plane, 1) : 0.0;
    for (uint32_t k = 1; k < b->views; k++) {
        const flx_view *v = &b->view[k];
        if (!(flx_block_active(in->op, b) & 1u << k)) continue;
        const double chain = larger(target, view_max(v, plane));
        const double here = in->op == OP_loop ? loop : chain_of(in->op, b, v);
        view_raise(v, chain + here, plane);
    }
}

static double forward_depth(const flx_code *c, double *plane)
{
    uint32_t out = 0, operand[3];
    double most = 0.0;
    for (uint32_t k = 0; k < c->slots; k++) plane[k] = 0.0;
    for (uint32_t k = 0; k < c->instrs; k++) {
        const flx_instr *in = &c->instr[k];
        if (flx_op_shape(in->op) > SHAPE_ACC_PAIR) {
            forward_array(c, in, plane);
        } else {
            const int count = flx_instr_active_operands(c, in, operand);
            const uint32_t to = target(in);
            double chain = 0.0;
            for (int j = 0; j < count; j++) chain = larger(chain, plane[operand[j]]);
            if (to != UINT32_MAX) plane[to] = larger(plane[to], chain + 1.0) + 1.0;
            else if (count) plane[out] = chain + 1.0;
        }
        out += flx_instr_outputs(in);
    }
    for (uint32_t k = 0; k < c->slots; k++) most = larger(most, plane[k]);
    return most;
}

static double reverse_depth(const flx_code *c, double *plane)
{
    uint32_t out = c->slots, operand[3];
    double most = 0.0;
    for (uint32_t k = 0; k < c->slots; k++) plane[k] = 0.0;
    for (uint32_t k = c->instrs; k-- > 0;) {
        const flx_instr *in = &c->instr[k];
        out -= flx_instr_outputs(in);
        if (flx_op_shape(in->op) > SHAPE_ACC_PAIR) {
            reverse_array(c, in, plane);
            continue;
        }
        const int count = flx_instr_active_operands(c, in, operand);
        const uint32_t to = target(in);
        const double chain = count ? plane[to != UINT32_MAX ? to : out] + 1.0 : 0.0;
        for (int j = 0; j < count; j++) plane[operand[j]] = larger(plane[operand[j]], chain) + 1.0;
    }
    for (uint32_t k = 0; k < c->slots; k++) most = larger(most, plane[k]);
    return most;
}

double flx_depth(const flx_code *c, double *plane)
{
    const double forward = forward_depth(c, plane);
    return forward + reverse_depth(c, plane);
}
