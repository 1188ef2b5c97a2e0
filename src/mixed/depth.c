/* depth.c: the longest chain of operations, forward and back. */
#include "mixed/bound.h"

#include "reverse/range.h"

/* The slot that an instruction writes in place, or UINT32_MAX; array views apart. */
static uint32_t target(const flx_instr *in)
{
    const flx_shape shape = flx_op_shape(in->op);
    if (shape >= SHAPE_ACC && shape <= SHAPE_ACC_PAIR) return in->a;
    return shape == SHAPE_ACC_DOT ? in->b : UINT32_MAX;
}

static double larger(double a, double b) { return a > b ? a : b; }

/* Additions after which the elements of a view have been summed up. */
static double summing(const flx_pair *p)
{
    const uint32_t rounds = flx_pair_size(p) / FLX_PARTIAL_SUMS + 5;
    return (double)rounds;
}

/* The largest entry of one view of a pair. */
static double view_max(uint32_t rows, uint32_t cols, uint32_t slot, const int64_t stride[2],
                       const double *plane)
{
    double most = 0.0;
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t j = 0; j < cols; j++)
            most = larger(most, plane[(int64_t)slot + i * stride[0] + j * stride[1]]);
    return most;
}

static double pair_max(const flx_pair *p, const double *plane)
{
    return larger(view_max(p->rows, p->cols, p->x, p->x_stride, plane),
                  view_max(p->rows, p->cols, p->y, p->y_stride, plane));
}

/* Every element of a view gains a contribution behind a chain of that length. */
static void view_raise(uint32_t rows, uint32_t cols, uint32_t slot, const int64_t stride[2],
                       double chain, double *plane)
{
    for (uint32_t i = 0; i < rows; i++) {
        for (uint32_t j = 0; j < cols; j++) {
            double *at = &plane[(int64_t)slot + i * stride[0] + j * stride[1]];
            *at = larger(*at, chain) + 1.0;
        }
    }
}

static int has_alpha(const flx_instr *in)
{
    return (in->op == OP_axpy || in->op == OP_acc_axpy) && !(in->flags & FLAG_ALPHA_IMMEDIATE);
}

static void forward_array(const flx_code *c, const flx_instr *in, uint32_t out, double *plane)
{
    const flx_pair *p = &c->pair[in->a];
    double chain = pair_max(p, plane);
    if (has_alpha(in)) chain = larger(chain, plane[in->b]);
    switch (in->op) {
    case OP_dot: plane[out] = chain + summing(p); break;
    case OP_acc_dot: plane[in->b] = larger(plane[in->b], chain + summing(p)) + 1.0; break;
    case OP_axpy:
        for (uint32_t k = 0; k < flx_pair_size(p); k++) plane[out + k] = chain + 2.0;
        break;
    default: view_raise(p->rows, p->cols, p->x, p->x_stride, chain + 1.0, plane); break;
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
            forward_array(c, in, out, plane);
        } else {
            const int count = flx_instr_active_operands(c, in, operand);
            const uint32_t to = target(in);
            double chain = 0.0;
            for (int j = 0; j < count; j++) chain = larger(chain, plane[operand[j]]);
            if (to != UINT32_MAX) plane[to] = larger(plane[to], chain + 1.0) + 1.0;
            else if (count) plane[out] = chain + 1.0;
        }
        out += flx_instr_outputs(c, in);
    }
    for (uint32_t k = 0; k < c->slots; k++) most = larger(most, plane[k]);
    return most;
}

static void reverse_array(const flx_code *c, const flx_instr *in, uint32_t out, double *plane)
{
    const flx_pair *p = &c->pair[in->a];
    double chain = in->op == OP_dot ? plane[out] : in->op == OP_acc_dot ? plane[in->b] : 0.0;
    if (in->op == OP_acc_axpy) chain = view_max(p->rows, p->cols, p->x, p->x_stride, plane);
    for (uint32_t k = 0; in->op == OP_axpy && k < flx_pair_size(p); k++)
        chain = larger(chain, plane[out + k]);
    if (in->op != OP_acc_axpy) view_raise(p->rows, p->cols, p->x, p->x_stride, chain + 1.0, plane);
    view_raise(p->rows, p->cols, p->y, p->y_stride, chain + 1.0, plane);
    if (has_alpha(in)) plane[in->b] = larger(plane[in->b], chain + summing(p)) + 1.0;
}

static double reverse_depth(const flx_code *c, double *plane)
{
    uint32_t out = c->slots, operand[3];
    double most = 0.0;
    for (uint32_t k = 0; k < c->slots; k++) plane[k] = 0.0;
    for (uint32_t k = c->instrs; k-- > 0;) {
        const flx_instr *in = &c->instr[k];
        out -= flx_instr_outputs(c, in);
        if (flx_op_shape(in->op) > SHAPE_ACC_PAIR) {
            reverse_array(c, in, out, plane);
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
