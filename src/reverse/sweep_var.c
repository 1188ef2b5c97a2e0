/* sweep_var.c: reverse mode, T = var: the sweep is recorded (double backprop). */
#include "reverse/sweep_var.h"

#include "reverse/accumulate.h"
#include "reverse/loop_var.h"
#include "reverse/map_var.h"
#include "reverse/solve_var.h"
#include "reverse/support.h"

/* Where the adjoints are: accumulator[slot - low] is the accumulator's slot, 0 where none. */
typedef struct flx_var_context {
    flx_code code;
    flx_tape *tape;
    const flx_active *active;
} flx_var_context;

static uint32_t accumulator(const flx_var_context *c, uint32_t slot)
{
    return flx_active_accumulator(c->active, slot);
}

static int flx_var_refresh(flx_var_context *c)
{
    const flx_tape *t = c->tape;
    const int moved = c->code.instr != t->head.instr || c->code.imm != t->head.imm
                      || c->code.word != t->word || c->code.block != t->block;
    if (moved) c->code = flx_tape_code(t);
    return t->head.error == FLX_OK;
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

static flx_var flx_var_adjoint(const flx_var_context *c, uint32_t slot)
{
    const uint32_t at = accumulator(c, slot);
    return at ? flx_tape_var(c->tape, at) : flx_constant(0.0);
}

/* No value decides here: at another point the adjoint may not be zero. */
static int flx_var_nothing(flx_var g) { return !g.tape && g.u.constant == 0.0; }

static void flx_var_give(flx_var_context *c, uint32_t slot, flx_var g)
{
    flx_accumulate(c->tape, accumulator(c, slot), g, 1.0);
}

static void flx_var_take(flx_var_context *c, uint32_t slot, flx_var g)
{
    flx_accumulate(c->tape, accumulator(c, slot), g, -1.0);
}

static void flx_var_give_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    flx_accumulate_product(c->tape, accumulator(c, slot), g, p, 1.0, 0);
}

static void flx_var_take_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    flx_accumulate_product(c->tape, accumulator(c, slot), g, p, -1.0, 0);
}

static void flx_var_give_zero_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    flx_accumulate_product(c->tape, accumulator(c, slot), g, p, 1.0, 1);
}

static void flx_var_take_zero_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    flx_accumulate_product(c->tape, accumulator(c, slot), g, p, -1.0, 1);
}

static void flx_var_give_if(flx_var_context *c, uint32_t slot, flx_var g, flx_var condition,
                            int unless)
{
    flx_accumulate_if(c->tape, accumulator(c, slot), g, condition, unless);
}

static void flx_var_give_block(flx_var_context *c, unsigned op, const flx_block *given)
{
    flx_block b = *given;
    b.twice = 0;
    for (int k = 0; k < 2; k++)
        if (!flx_active_view(c->active, &b.view[k])) return;
    for (int k = 0; k <= given->twice; k++) flx_accumulate_block(c->tape, op, &b);
}

static void flx_var_reverse_map(flx_var_context *c, const flx_block *b)
{
    flx_reverse_map(c->tape, c->active, b);
}

static void flx_var_reverse_loop(flx_var_context *c, const flx_block *b)
{
    flx_reverse_loop(c->tape, c->active, b);
}

static void flx_var_reverse_solve(flx_var_context *c, unsigned op, const flx_block *b)
{
    flx_reverse_solve(c->tape, c->active, op, b);
}

#define T flx_var
#define F(name) flx_var_##name
#include "ops/rules.inc"
#include "reverse/reverse_scalar.inc"
#include "reverse/reverse.inc"
#undef T
#undef F

/* One seed: adjoint of y[k] += seed[k]. */
static void plant(flx_var_context *c, flx_var y, flx_var seed)
{
    uint32_t slot;
    if (!y.tape || !flx_var_wants(c, y.u.at.slot)) return;
    if (seed.tape && !flx_tape_operand(c->tape, seed, OP_acc, &slot)) return;
    flx_var_give(c, y.u.at.slot, seed);
}

void flx_sweep_var(flx_tape *t, const flx_active *active, size_t m, const flx_var *y,
                   const flx_var *seed, flx_span span)
{
    flx_var_context c = {flx_tape_code(t), t, active};
    for (size_t k = 0; k < m; k++) plant(&c, y[k], seed[k]);
    flx_var_reverse(&c, span.first, span.last, span.end);
}
