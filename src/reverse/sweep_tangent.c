/* sweep_tangent.c: forward mode, recorded. The reverse rules say by which factor an instruction's
 * adjoint reaches that of an operand; the tangent of the operand reaches that of the instruction by
 * the same factor. So they are run with an adjoint of one, and every contribution to an operand is
 * turned round: tangent of the result += factor * tangent of the operand. */
#include "reverse/sweep_tangent.h"

#include "reverse/accumulate.h"
#include "reverse/loop_var.h"
#include "reverse/map_var.h"
#include "reverse/solve_var.h"
#include "reverse/support.h"

/* Where the tangents are: accumulators, as adjoints have them in sweep_var.c. */
typedef struct flx_var_context {
    flx_code code;
    flx_tape *tape;
    const flx_active *active;
    uint32_t to; /* the accumulator of the result, where it is a scalar that has one */
} flx_var_context;

static uint32_t accumulator(const flx_var_context *c, uint32_t slot)
{
    return flx_active_accumulator(c->active, slot);
}

static int flx_var_refresh(flx_var_context *c)
{
    c->code = flx_tape_code(c->tape);
    return c->tape->head.error == FLX_OK;
}

static void flx_var_done(flx_var_context *c, uint32_t slot, uint32_t count)
{
    (void)c, (void)slot, (void)count;
}

static flx_var flx_var_at(const flx_var_context *c, uint32_t slot)
{
    return flx_tape_var(c->tape, slot);
}

static int flx_var_wants(const flx_var_context *c, uint32_t slot)
{
    return accumulator(c, slot) != 0;
}

/* One, or nothing where no tangent is wanted. */
static flx_var flx_var_adjoint(const flx_var_context *c, uint32_t slot)
{
    return flx_constant(accumulator(c, slot) ? 1.0 : 0.0);
}

static int flx_var_nothing(flx_var g) { return !g.tape && g.u.constant == 0.0; }

/* g*p as one factor; both are variables, or g is one. Products of an exact zero are zero: an
 * accumulator of its own. */
static flx_var factor_of(const flx_var_context *c, flx_var g, flx_var p, int either)
{
    flx_tape *t = c->tape;
    if (!g.tape) return p;
    if (!flx_tape_reserve(t, (flx_need){1, 1, 0, 0, 0}, OP_zeros)) return flx_tape_poison(t);
    const uint32_t instr = flx_tape_instrs(t);
    const uint32_t at = flx_tape_emit(t, OP_zeros, 0, 1, 0, 1);
    t->head.value[at] = 0.0;
    flx_accumulate_product(t, at, g, p, 1.0, either);
    t->head.instr[instr].b = flx_tape_instrs(t);
    return flx_tape_var(t, at);
}

/* Tangent of the result += sign * factor * tangent of an operand. */
static void pass(flx_var_context *c, uint32_t operand, flx_var factor, double sign, int either)
{
    const uint32_t from = accumulator(c, operand);
    if (!from || c->tape->head.error != FLX_OK) return;
    flx_accumulate_product(c->tape, c->to, flx_tape_var(c->tape, from), factor, sign, either);
}

static void flx_var_give(flx_var_context *c, uint32_t slot, flx_var g) { pass(c, slot, g, 1.0, 0); }

static void flx_var_take(flx_var_context *c, uint32_t slot, flx_var g)
{
    pass(c, slot, g, -1.0, 0);
}

static void flx_var_give_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    if (flx_var_wants(c, slot)) pass(c, slot, factor_of(c, g, p, 0), 1.0, 0);
}

static void flx_var_take_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    if (flx_var_wants(c, slot)) pass(c, slot, factor_of(c, g, p, 0), -1.0, 0);
}

static void flx_var_give_zero_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    if (flx_var_wants(c, slot)) pass(c, slot, factor_of(c, g, p, 1), 1.0, 1);
}

static void flx_var_take_zero_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    if (flx_var_wants(c, slot)) pass(c, slot, factor_of(c, g, p, 1), -1.0, 1);
}

static void flx_var_give_if(flx_var_context *c, uint32_t slot, flx_var g, flx_var condition,
                            int unless)
{
    const uint32_t from = accumulator(c, slot);
    (void)g;
    if (from) flx_accumulate_if(c->tape, c->to, flx_tape_var(c->tape, from), condition, unless);
}

/* A contribution to the adjoints of an operand, turned round: from its tangents to the result's. */
static void flx_var_give_block(flx_var_context *c, unsigned op, const flx_block *given)
{
    flx_block b = *given;
    b.twice = 0;
    op = flx_block_turn(op, &b);
    for (int k = 0; k < 2; k++)
        if (!flx_active_view(c->active, &b.view[k])) return;
    for (int k = 0; k <= given->twice; k++) flx_accumulate_block(c->tape, op, &b);
}

static void flx_var_reverse_map(flx_var_context *c, const flx_block *b)
{
    flx_tangent_map(c->tape, c->active, b);
}

static void flx_var_reverse_loop(flx_var_context *c, const flx_block *b)
{
    flx_tangent_loop(c->tape, c->active, b);
}

static void flx_var_reverse_solve(flx_var_context *c, unsigned op, const flx_block *b)
{
    flx_tangent_solve(c->tape, c->active, op, b);
}

#define T flx_var
#define F(name) flx_var_##name
#include "ops/rules.inc"
#include "reverse/reverse_scalar.inc"
#include "reverse/reverse.inc"
#undef T
#undef F

/* One instruction, which writes from slot out on or into accumulators. */
static void step(flx_var_context *c, flx_instr in, uint32_t out)
{
    const flx_shape shape = flx_op_shape(in.op);
    if (shape == SHAPE_NONE || shape == SHAPE_RUN) return;
    if (shape > SHAPE_ACC_PAIR) {
        flx_var_reverse_array(c, in);
        return;
    }
    c->to = accumulator(c, shape <= SHAPE_TRIPLE ? out : in.a);
    if (shape <= SHAPE_TRIPLE) flx_var_reverse_scalar(c, in, out);
    else flx_var_reverse_acc(c, in);
}

void flx_sweep_tangent(flx_tape *t, const flx_active *active, size_t n, const flx_var *x,
                       const flx_var *dx, flx_span span)
{
    flx_var_context c = {flx_tape_code(t), t, active, 0};
    uint32_t slot, out = flx_tape_slots_before(t, span.first);
    for (size_t k = 0; k < n; k++) {
        const uint32_t at = accumulator(&c, x[k].u.at.slot);
        if (at && dx[k].tape && !flx_tape_operand(t, dx[k], OP_acc, &slot)) return;
        flx_accumulate(t, at, dx[k], 1.0);
    }
    for (uint32_t k = span.first; k < span.last && flx_var_refresh(&c); k++) {
        const flx_instr in = c.code.instr[k];
        const uint32_t outputs = flx_instr_outputs(&in);
        step(&c, in, out);
        out += outputs;
    }
}
