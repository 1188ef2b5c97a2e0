/* many_look.h: what is to be said of values at many points: bit l is point l's. */
#ifndef FLUXION_PROGRAM_MANY_LOOK_H
#define FLUXION_PROGRAM_MANY_LOOK_H

#include "program/many_delicate.h"
#include "program/many_plane.h"

static inline flx_many flx_many_guarded(const flx_code *c, const flx_guard *g, int which,
                                        const flx_many *value)
{
    const uint32_t at = which == 1 ? g->x : g->y;
    return g->constants & which ? flx_many_constant(c->imm[at]) : value[at];
}

static inline flx_many_mask flx_many_holds(unsigned relation, flx_many x, flx_many y)
{
    switch ((enum flx_relation)relation) {
    case FLX_LT: return flx_many_lt(x, y);
    case FLX_LE: return flx_many_le(x, y);
    case FLX_GT: return flx_many_lt(y, x);
    case FLX_GE: return flx_many_le(y, x);
    case FLX_EQ: return flx_many_eq(x, y);
    case FLX_NE: break;
    }
    return flx_many_ne(x, y);
}

/* Where a guard has another outcome than when it was recorded. */
static inline unsigned flx_many_flips(const flx_code *c, const flx_guard *g, const flx_many *value)
{
    const flx_many x = flx_many_guarded(c, g, 1, value), y = flx_many_guarded(c, g, 2, value);
    const unsigned bits = flx_many_bits(flx_many_holds(g->relation, x, y));
    return g->outcome ? ~bits & flx_many_points() : bits;
}

/* Where an instruction is a loop within which a guard has. */
static inline unsigned flx_many_stops(const flx_code *c, uint32_t instr, const flx_many *value)
{
    if (c->instr[instr].op != OP_loop) return 0;
    const flx_block *b = &c->block[c->instr[instr].a];
    const flx_many flipped = value[flx_loop_at(flx_loop_of(c, b), b).flipped];
    return flx_many_bits(flx_many_ne(flipped, flx_many_constant(0.0)));
}

/* Where one of the values is not finite. */
static inline unsigned flx_many_not_finite(const flx_many *value, uint32_t count)
{
    const flx_many zero = flx_many_constant(0.0);
    flx_many sum[4] = {zero, zero, zero, zero};
    uint32_t k = 0;
    for (; k + 4 <= count; k += 4)
        for (uint32_t j = 0; j < 4; j++) sum[j] = flx_many_add_nothing_of(sum[j], value[k + j]);
    for (; k < count; k++) sum[0] = flx_many_add_nothing_of(sum[0], value[k]);
    sum[0] = flx_many_add(flx_many_add(sum[0], sum[1]), flx_many_add(sum[2], sum[3]));
    return flx_many_bits(flx_many_is_nan(sum[0]));
}

/* Whether the value of an operation is not finite where it is delicate. */
static inline int flx_many_tells(unsigned op)
{
    switch (op) {
    case OP_div:
    case OP_divc:
    case OP_cdiv:
    case OP_adiv:
    case OP_log:
    case OP_log2:
    case OP_log10:
    case OP_log1p:
    case OP_rsqrt: return 1;
    default: return 0;
    }
}

/* Where one of these instructions is at a delicate point, of those that do not tell. */
static inline unsigned flx_many_delicate(const flx_code *c, const uint32_t *list, uint32_t count,
                                         const flx_many *value, int order)
{
    unsigned found = 0, points[FLX_WIDTH] = {0};
    for (uint32_t k = 0; k < count; k++)
        if (!flx_many_tells(flx_instr_elementary(c, &c->instr[list[k]])))
            flx_many_find_delicate(c, &c->instr[list[k]], value, order, points);
    for (unsigned l = 0; l < FLX_WIDTH; l++) found |= (unsigned)(points[l] != 0u) << l;
    return found;
}

/* As flx_inner_look. */
static inline flx_seen flx_many_look(const flx_inner *f, flx_many_plane p)
{
    const flx_code *c = f->code;
    flx_seen seen = {0, 0};
    for (uint32_t k = 0; k < c->guards; k++) seen.flipped |= flx_many_flips(c, &c->guard[k], p.v);
    for (uint32_t k = 0; k < c->instrs && c->loops; k++) seen.flipped |= flx_many_stops(c, k, p.v);
    if (f->spreads) {
        flx_many sum = flx_many_constant(0.0);
        for (uint32_t k = 0; k < f->outputs; k++)
            sum = flx_many_add_nothing_of(sum, p.v[f->output[k]]);
        seen.suspicious = flx_many_bits(flx_many_is_nan(sum));
    } else {
        seen.suspicious = flx_many_not_finite(p.v, f->slots);
    }
    seen.suspicious |= flx_many_delicate(c, f->delicate, f->delicates, p.v, FLX_ANY_ORDER);
    return seen;
}

#endif
