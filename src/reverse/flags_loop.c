/* flags_loop.c: see flags_loop.h. */
#include "reverse/flags_loop.h"

#include <math.h>
#include <string.h>

#include "ops/delicate.h"
#include "reverse/plane.h"

/* A loop, whose inner code is examined step by step; as if it had been reached with factors that are
 * not zero. What its state depends on, and what depends on it, is taken as at any step. */
typedef struct looped {
    const flx_marked *outer;
    flx_marked inner;
    const flx_loop *loop;
    const flx_block *block;
    flx_loop_slots at;
    flx_factors factors;
    flx_flags flags;
    int nan, infinite; /* whether any contribution to a sum is */
} looped;

static void mark_step(const looped *l, uint32_t step)
{
    const flx_inner *f = l->loop->inner;
    const flx_split s = l->loop->split;
    const flx_view *view = l->block->view;
    memset(l->inner.mark, 0, f->slots);
    for (uint32_t k = 0; k < f->inputs; k++) {
        const uint32_t row = k - s.state;
        const uint32_t outer = k < s.state   ? l->at.state + k
                               : row < s.row ? flx_view_slot(&view[2], step, row)
                                             : flx_view_element(&view[3], row - s.row);
        if (flx_is_marked(l->outer, outer, FLX_DEPENDS)) l->inner.mark[f->input[k]] |= FLX_DEPENDS;
    }
    flx_mark_dependent(&l->inner);
    for (uint32_t k = 0; k < f->outputs; k++) {
        const uint32_t row = k - s.state;
        const uint32_t outer = k < s.state   ? l->at.state + k
                               : row < s.out ? l->at.out + step * s.out + row
                                             : l->at.sum + row - s.out;
        const int carried = k < s.state && step + 1 < l->loop->steps;
        if (carried || flx_is_marked(l->outer, outer, FLX_REACHED))
            l->inner.mark[f->output[k]] |= FLX_REACHED;
    }
}

static void look_at_contributions(looped *l)
{
    const flx_inner *f = l->loop->inner;
    const flx_split s = l->loop->split;
    for (uint32_t k = s.state + s.out; k < f->outputs; k++) {
        const double x = l->inner.value[f->output[k]];
        l->nan |= x != x;
        l->infinite |= isinf(x) != 0;
    }
}

static void raise_step(void *ctx, uint32_t step, uint32_t inner)
{
    looped *l = ctx;
    l->inner.value = l->outer->value + inner;
    mark_step(l, step);
    look_at_contributions(l);
    flx_raise_flags(&l->inner, &l->factors, &l->flags);
}

/* What the values of sums say, which no inner operation computes. */
static unsigned flags_of_sums(const looped *l)
{
    const double *value = l->outer->value;
    unsigned flags = 0;
    for (uint32_t slot = l->at.sum; slot < l->at.flipped && value[l->at.flipped] == 0.0; slot++)
        if (flx_is_marked(l->outer, slot, FLX_REACHED))
            flags |= flx_delicate_value(value[slot], l->nan, l->infinite, 0);
    return flags;
}

static void raise_inner(looped *l, uint32_t instr, flx_flags *flags)
{
    const flx_code *c = l->outer->code;
    const uint32_t recorded = flx_code_origin(c, instr);
    flx_double_walk_steps(c, l->block, (flx_double_plane){l->outer->value}, raise_step, l);
    memset(l->inner.mark, 0, l->loop->inner->slots);
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++) {
        const flx_place *first = &l->flags.first[k];
        const char *label = first->label ? first->label : flx_code_label(c, recorded);
        if (l->flags.set & 1u << k)
            flx_flags_add(flags, 1u << k, (flx_place){recorded, first->op, label});
    }
}

unsigned flx_raise_loop_flags(const flx_marked *m, const flx_factors *factors, uint32_t instr,
                              flx_flags *flags)
{
    const flx_block *b = &m->code->block[m->code->instr[instr].a];
    const flx_loop *l = flx_loop_of(m->code, b);
    const flx_loop_slots at = flx_loop_at(l, b);
    const flx_code *c = l->inner->code;
    unsigned char *mark = m->mark + (at.inner - m->span.low);
    const flx_marked inner = {c, NULL, {0, c->instrs, 0, c->slots}, mark}; /* values by step */
    looped s = {m, inner, l, b, at, {0}, {0}, 0, 0};
    s.factors.order = factors->order;
    if (m->value[at.suspicious] != 0.0) raise_inner(&s, instr, flags);
    return flags_of_sums(&s);
}
