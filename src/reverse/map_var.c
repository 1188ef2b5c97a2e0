/* map_var.c: see map_var.h. The reverse rule says by which factor the adjoint of the result reaches
 * that of an operand; forward, it is run with an adjoint of one, and the tangent of the operand
 * reaches that of the result by the same factor. */
#include "reverse/map_var.h"

#include "reverse/accumulate.h"
#include "reverse/array.h"
#include "reverse/lanes.h"

/* Operands are known by the numbers of their views, 0 being the result. */
typedef struct flx_lanes_context {
    flx_code code; /* its words are the numbers of operands 2 and 3 */
    flx_tape *tape;
    const flx_active *active;
    const flx_block *block;
    int forward;
} flx_lanes_context;

static int flx_lanes_refresh(flx_lanes_context *c)
{
    c->code.imm = c->tape->head.imm;
    return c->tape->head.error == FLX_OK;
}

/* A view's elements, each once. */
static flx_array flx_lanes_at(const flx_lanes_context *c, uint32_t k)
{
    flx_view v = c->block->view[k];
    if (flx_view_is_tall(&v)) v.rows = 1;
    if (flx_view_is_wide(&v)) v.cols = 1;
    return flx_view_array(c->tape, v);
}

/* A view's accumulators; 0 where it has none. */
static int accumulators(const flx_lanes_context *c, uint32_t k, flx_view *v)
{
    *v = c->block->view[k];
    return flx_active_view(c->active, v);
}

static int flx_lanes_wants(const flx_lanes_context *c, uint32_t k)
{
    flx_view v;
    return accumulators(c, k, &v);
}

static int flx_lanes_nothing(flx_array g) { return !g.first.tape && g.first.u.constant == 0.0; }

static flx_array flx_lanes_adjoint(const flx_lanes_context *c, uint32_t k)
{
    flx_view v;
    if (!accumulators(c, k, &v)) return flx_lanes_constant(0.0);
    return c->forward ? flx_lanes_constant(1.0) : flx_view_array(c->tape, v);
}

/* The accumulators of view k gain each.op of g and p. */
static void gain(flx_lanes_context *c, uint32_t k, flx_instr each, flx_array g, const flx_array *p)
{
    flx_block b = {.each = each, .views = p ? 3 : 2};
    if (!flx_lanes_refresh(c) || !accumulators(c, k, &b.view[0])) return;
    const uint32_t rows = b.view[0].rows, cols = b.view[0].cols;
    if (!flx_array_operand(c->tape, g, each.op, &b.view[1])) return;
    if (p && !flx_array_operand(c->tape, *p, each.op, &b.view[2])) return;
    for (uint32_t j = 1; j < b.views; j++) b.view[j] = flx_view_broadcast(b.view[j], rows, cols);
    flx_accumulate_block(c->tape, OP_acc_map, &b);
}

/* The same of sign*g*p; constant factors as flx_accumulate_product takes them. */
static void gain_product(flx_lanes_context *c, uint32_t k, flx_array g, flx_array p, double sign,
                         unsigned flags)
{
    const unsigned op = sign > 0.0 ? OP_acc_mul : OP_acc_msub;
    const double factor = sign * (p.first.tape ? 0.0 : p.first.u.constant);
    if (p.first.tape) {
        gain(c, k, (flx_instr){(uint16_t)op, (uint16_t)flags, 0, 0}, g, &p);
    } else if (factor == 1.0 || factor == -1.0) {
        gain(c, k, (flx_instr){factor > 0.0 ? OP_acc : OP_acc_sub, 0, 0, 0}, g, NULL);
    } else if (factor != 0.0 && flx_tape_reserve(c->tape, (flx_need){0, 0, 1, 0, 0}, op)) {
        gain(c, k, (flx_instr){OP_acc_scale, 0, 0, flx_tape_imm(c->tape, factor)}, g, NULL);
    }
}

/* g*p as one factor, by the zero rule; g may be one. */
static flx_array factor_of(const flx_lanes_context *c, flx_array g, flx_array p, unsigned flags)
{
    const uint32_t rows = c->block->view[0].rows, cols = c->block->view[0].cols;
    flx_block b = {.each = {OP_acc_mul, (uint16_t)flags, 0, 0}, .views = 3};
    if (!g.first.tape) return p;
    if (!flx_array_operand(c->tape, g, OP_sum, &b.view[1])
        || !flx_array_operand(c->tape, p, OP_sum, &b.view[2]))
        return flx_array_none(c->tape);
    for (uint32_t j = 1; j < 3; j++) b.view[j] = flx_view_broadcast(b.view[j], rows, cols);
    b.view[0] = flx_view_of_run(0, rows, cols);
    return flx_array_emit(c->tape, OP_sum, &b, (uint64_t)rows * cols);
}

/* A contribution to the adjoints of view k; or, forward, from its tangents. */
static void pass(flx_lanes_context *c, uint32_t k, flx_array g, flx_array p, double sign,
                 unsigned flags)
{
    flx_view from;
    if (!c->forward) {
        gain_product(c, k, g, p, sign, flags);
    } else if (accumulators(c, k, &from)) {
        const flx_array factor = factor_of(c, g, p, flags);
        gain_product(c, 0, flx_view_array(c->tape, from), factor, sign, flags);
    }
}

static void flx_lanes_give(flx_lanes_context *c, uint32_t k, flx_array g)
{
    if (c->forward) pass(c, k, flx_lanes_constant(1.0), g, 1.0, 0);
    else pass(c, k, g, flx_lanes_constant(1.0), 1.0, 0);
}

static void flx_lanes_take(flx_lanes_context *c, uint32_t k, flx_array g)
{
    if (c->forward) pass(c, k, flx_lanes_constant(1.0), g, -1.0, 0);
    else pass(c, k, g, flx_lanes_constant(1.0), -1.0, 0);
}

static void flx_lanes_give_product(flx_lanes_context *c, uint32_t k, flx_array g, flx_array p)
{
    pass(c, k, g, p, 1.0, 0);
}

static void flx_lanes_take_product(flx_lanes_context *c, uint32_t k, flx_array g, flx_array p)
{
    pass(c, k, g, p, -1.0, 0);
}

static void flx_lanes_give_zero_product(flx_lanes_context *c, uint32_t k, flx_array g, flx_array p)
{
    pass(c, k, g, p, 1.0, FLAG_EITHER);
}

static void flx_lanes_take_zero_product(flx_lanes_context *c, uint32_t k, flx_array g, flx_array p)
{
    pass(c, k, g, p, -1.0, FLAG_EITHER);
}

static void flx_lanes_give_if(flx_lanes_context *c, uint32_t k, flx_array g, flx_array condition,
                              int unless)
{
    const flx_instr each = {OP_acc_if, unless ? FLAG_UNLESS : 0, 0, 0};
    flx_view from;
    if (!c->forward) gain(c, k, each, g, &condition);
    else if (accumulators(c, k, &from)) gain(c, 0, each, flx_view_array(c->tape, from), &condition);
}

#define T flx_array
#define F(name) flx_lanes_##name
#include "ops/rules.inc"
#include "reverse/reverse_scalar.inc"
#undef T
#undef F

static void sweep(flx_tape *t, const flx_active *active, const flx_block *b, int forward)
{
    static const uint32_t operands[2] = {2, 3};
    const flx_code code = flx_tape_code(t);
    const flx_block local = *b; /* recording may move the pools */
    flx_lanes_context c = {flx_code_of_elements(&code, operands), t, active, &local, forward};
    flx_instr in = local.each;
    in.a = 1;
    if (flx_op_shape(in.op) == SHAPE_BINARY) in.b = 2; /* of three operands it is the first word */
    flx_lanes_reverse_scalar(&c, in, 0);
}

void flx_reverse_map(flx_tape *t, const flx_active *active, const flx_block *b)
{
    sweep(t, active, b, 0);
}

void flx_tangent_map(flx_tape *t, const flx_active *active, const flx_block *b)
{
    sweep(t, active, b, 1);
}
