/* sweep_var.c: reverse mode, T = var: the sweep is recorded (double backprop). */
#include "reverse/sweep_var.h"

#include "reverse/range.h"
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
                      || c->code.word != t->word || c->code.pair != t->pair;
    if (moved) c->code = flx_tape_code(t);
    return t->head.error == FLX_OK;
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

/* value[slot] += or -= term, recorded as op with operands already in the side pools. */
static void accumulate(flx_tape *t, unsigned op, unsigned flags, uint32_t slot, uint32_t b,
                       double term)
{
    flx_tape_emit(t, op, flags, slot, b, 0);
    t->head.value[slot] += term;
}

static void give_sign(flx_var_context *c, uint32_t slot, flx_var g, unsigned op, double sign)
{
    flx_tape *t = c->tape;
    const uint32_t at = accumulator(c, slot);
    if (!at || t->head.error != FLX_OK) return;
    if (g.tape) {
        if (flx_tape_reserve(t, (flx_need){0, 1, 0, 0, 0}, op))
            accumulate(t, op, 0, at, g.u.at.slot, sign * flx_tape_read(g));
    } else if (flx_tape_reserve(t, (flx_need){0, 1, 1, 0, 0}, op)) {
        const double term = sign * g.u.constant;
        accumulate(t, OP_acc_imm, 0, at, flx_tape_imm(t, term), term);
    }
}

static void flx_var_give(flx_var_context *c, uint32_t slot, flx_var g)
{
    give_sign(c, slot, g, OP_acc, 1.0);
}

static void flx_var_take(flx_var_context *c, uint32_t slot, flx_var g)
{
    give_sign(c, slot, g, OP_acc_sub, -1.0);
}

/* A constant partial: 1 and -1 are sums, 0 contributes nothing. g is always a variable here. */
static void give_scaled(flx_var_context *c, uint32_t at, flx_var g, double p)
{
    flx_tape *t = c->tape;
    if (!flx_tape_reserve(t, (flx_need){0, 1, 1, 2, 0}, OP_acc_scale)) return;
    const double term = flx_double_amul(flx_tape_read(g), p);
    const uint32_t imm = flx_tape_imm(t, p);
    accumulate(t, OP_acc_scale, 0, at, flx_tape_words(t, g.u.at.slot, imm), term);
}

static void give_signed_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p,
                                unsigned op, double sign, unsigned flags)
{
    flx_tape *t = c->tape;
    const uint32_t at = accumulator(c, slot);
    if (!at || t->head.error != FLX_OK) return;
    if (!p.tape) {
        const double q = sign * p.u.constant;
        if (q == 1.0) flx_var_give(c, slot, g);
        else if (q == -1.0) flx_var_take(c, slot, g);
        else if (q != 0.0) give_scaled(c, at, g, q);
        return;
    }
    if (!flx_tape_reserve(t, (flx_need){0, 1, 0, 2, 0}, op)) return;
    const double product = flags & FLAG_EITHER
                               ? flx_double_smul(flx_tape_read(g), flx_tape_read(p))
                               : flx_double_amul(flx_tape_read(g), flx_tape_read(p));
    const double term = sign * product;
    accumulate(t, op, flags, at, flx_tape_words(t, g.u.at.slot, p.u.at.slot), term);
}

static void flx_var_give_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    give_signed_product(c, slot, g, p, OP_acc_mul, 1.0, 0);
}

static void flx_var_take_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    give_signed_product(c, slot, g, p, OP_acc_msub, -1.0, 0);
}

static void flx_var_give_zero_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    give_signed_product(c, slot, g, p, OP_acc_mul, 1.0, FLAG_EITHER);
}

static void flx_var_take_zero_product(flx_var_context *c, uint32_t slot, flx_var g, flx_var p)
{
    give_signed_product(c, slot, g, p, OP_acc_msub, -1.0, FLAG_EITHER);
}

static void flx_var_give_if(flx_var_context *c, uint32_t slot, flx_var g, flx_var condition,
                            int unless)
{
    flx_tape *t = c->tape;
    const uint32_t at = accumulator(c, slot);
    if (!at || !flx_tape_reserve(t, (flx_need){0, 1, 0, 2, 0}, OP_acc_if)) return;
    const double term = (flx_tape_read(condition) > 0.0) != (unless != 0) ? flx_tape_read(g) : 0.0;
    const uint32_t words = flx_tape_words(t, g.u.at.slot, condition.u.at.slot);
    accumulate(t, OP_acc_if, unless ? FLAG_UNLESS : 0, at, words, term);
}

/* A view has accumulators as a whole or not at all (activity.c), with the same strides. */
static int accumulator_view(const flx_var_context *c, uint32_t *slot)
{
    *slot = accumulator(c, *slot);
    return *slot != 0;
}

static void flx_var_give_range(flx_var_context *c, const flx_pair *pair, flx_var alpha,
                               int from_adjoint, flx_zero rule)
{
    flx_tape *t = c->tape;
    flx_pair p = *pair;
    if (flx_pair_size(&p) == 0 || !accumulator_view(c, &p.x)) return;
    if (from_adjoint && !accumulator_view(c, &p.y)) return;
    if (!flx_tape_reserve(t, (flx_need){0, 1, 1, 0, 1}, OP_acc_axpy)) return;
    const double factor = flx_tape_read(alpha);
    const flx_double_plane value = {t->head.value};
    const unsigned flags = (alpha.tape ? 0u : FLAG_ALPHA_IMMEDIATE) | flx_zero_flags(rule);
    const uint32_t b = alpha.tape ? alpha.u.at.slot : flx_tape_imm(t, factor);
    flx_tape_emit(t, OP_acc_axpy, flags, flx_tape_pair(t, p), b, 0);
    flx_double_range_acc_axpy(&p, value, factor, value, rule);
}

static void flx_var_give_dot(flx_var_context *c, uint32_t slot, const flx_pair *pair, flx_zero rule)
{
    flx_tape *t = c->tape;
    flx_pair p = *pair;
    const uint32_t at = accumulator(c, slot);
    if (!at || flx_pair_size(&p) == 0 || !accumulator_view(c, &p.x)) return;
    if (!flx_tape_reserve(t, (flx_need){0, 1, 0, 0, 1}, OP_acc_dot)) return;
    const flx_double_plane value = {t->head.value};
    flx_tape_emit(t, OP_acc_dot, flx_zero_flags(rule), flx_tape_pair(t, p), at, 0);
    t->head.value[at] += flx_double_range_acc_dot(&p, value, value, rule);
}

#define T flx_var
#define F(name) flx_var_##name
#include "ops/rules.inc"
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
