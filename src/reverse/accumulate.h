/* accumulate.h: recorded contributions to accumulators: what recorded sweeps are made of. A place `at`
 * is an accumulator's slot, or 0, where nothing is recorded; nor is it on a tape that has failed. */
#ifndef FLUXION_REVERSE_ACCUMULATE_H
#define FLUXION_REVERSE_ACCUMULATE_H

#include "reverse/plane.h"
#include "reverse/tape.h"

/* value[at] += term, recorded as op with operands already in the side pools. */
static inline void flx_accumulate_emit(flx_tape *t, unsigned op, unsigned flags, uint32_t at,
                                       uint32_t b, double term)
{
    flx_tape_emit(t, op, flags, at, b, 0);
    t->head.value[at] += term;
}

/* at += sign*g, g a variable or a constant; sign 1 or -1. */
static inline void flx_accumulate(flx_tape *t, uint32_t at, flx_var g, double sign)
{
    const unsigned op = sign > 0.0 ? OP_acc : OP_acc_sub;
    if (!at || t->head.error != FLX_OK) return;
    if (g.tape) {
        if (flx_tape_reserve(t, (flx_need){0, 1, 0, 0, 0}, op))
            flx_accumulate_emit(t, op, 0, at, g.u.at.slot, sign * flx_tape_read(g));
    } else if (flx_tape_reserve(t, (flx_need){0, 1, 1, 0, 0}, op)) {
        const double term = sign * g.u.constant;
        flx_accumulate_emit(t, OP_acc_imm, 0, at, flx_tape_imm(t, term), term);
    }
}

/* A constant factor: 1 and -1 are sums, 0 contributes nothing. */
static inline void flx_accumulate_scaled(flx_tape *t, uint32_t at, flx_var g, double p)
{
    if (p == 1.0 || p == -1.0) flx_accumulate(t, at, g, p);
    if (p == 1.0 || p == -1.0 || p == 0.0) return;
    if (!flx_tape_reserve(t, (flx_need){0, 1, 1, 2, 0}, OP_acc_scale)) return;
    const double term = flx_double_amul(flx_tape_read(g), p);
    const uint32_t imm = flx_tape_imm(t, p);
    flx_accumulate_emit(t, OP_acc_scale, 0, at, flx_tape_words(t, g.u.at.slot, imm), term);
}

/* at += sign*amul(g, p), g a variable; either: smul in place of amul. */
static inline void flx_accumulate_product(flx_tape *t, uint32_t at, flx_var g, flx_var p,
                                          double sign, int either)
{
    const unsigned op = sign > 0.0 ? OP_acc_mul : OP_acc_msub;
    if (!at || t->head.error != FLX_OK) return;
    if (!p.tape) {
        flx_accumulate_scaled(t, at, g, sign * p.u.constant);
        return;
    }
    if (!flx_tape_reserve(t, (flx_need){0, 1, 0, 2, 0}, op)) return;
    const double product = either ? flx_double_smul(flx_tape_read(g), flx_tape_read(p))
                                  : flx_double_amul(flx_tape_read(g), flx_tape_read(p));
    const uint32_t words = flx_tape_words(t, g.u.at.slot, p.u.at.slot);
    flx_accumulate_emit(t, op, either ? FLAG_EITHER : 0, at, words, sign * product);
}

/* at += g where the condition holds; unless: where it does not. */
static inline void flx_accumulate_if(flx_tape *t, uint32_t at, flx_var g, flx_var condition,
                                     int unless)
{
    if (!at || !flx_tape_reserve(t, (flx_need){0, 1, 0, 2, 0}, OP_acc_if)) return;
    const double term = (flx_tape_read(condition) > 0.0) != (unless != 0) ? flx_tape_read(g) : 0.0;
    const uint32_t words = flx_tape_words(t, g.u.at.slot, condition.u.at.slot);
    flx_accumulate_emit(t, OP_acc_if, unless ? FLAG_UNLESS : 0, at, words, term);
}

/* The block's target, of accumulators, gains what op adds. */
static inline void flx_accumulate_block(flx_tape *t, unsigned op, const flx_block *b)
{
    if (!flx_tape_reserve(t, (flx_need){0, 1, 0, 0, 1}, op)) return;
    const flx_double_plane value = {t->head.value};
    flx_tape_emit(t, op, 0, flx_tape_block(t, *b), 0, 0);
    const flx_code c = flx_tape_code(t);
    flx_double_accumulate(&c, op, b, (flx_double_places){value, value, value});
}

#endif
