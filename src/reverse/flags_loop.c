/* flags_loop.c: see flags_loop.h. */
#include "reverse/flags_loop.h"

#include <string.h>

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

static void raise_step(void *ctx, uint32_t step)
{
    looped *l = ctx;
    mark_step(l, step);
    flx_raise_flags(&l->inner, &l->factors, &l->flags);
}

void flx_raise_loop_flags(const flx_marked *m, const flx_factors *factors, uint32_t instr,
                          flx_flags *flags)
{
    const flx_block *b = &m->code->block[m->code->instr[instr].a];
    const flx_loop *l = flx_loop_of(m->code, b);
    const flx_loop_slots at = flx_loop_at(l, b);
    const flx_code *c = l->inner->code;
    unsigned char *mark = m->mark + (at.inner - m->span.low);
    const flx_marked inner = {c, m->value + at.inner, {0, c->instrs, 0, c->slots}, mark};
    const uint32_t recorded = flx_code_origin(m->code, instr);
    looped s = {m, inner, l, b, at, {0}, {0}};
    if (m->value[at.suspicious] == 0.0) return;
    s.factors.order = factors->order;
    flx_double_walk_steps(m->code, b, (flx_double_plane){m->value}, raise_step, &s);
    memset(mark, 0, l->inner->slots);
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++) {
        const flx_place *first = &s.flags.first[k];
        const char *label = first->label ? first->label : flx_code_label(m->code, recorded);
        if (s.flags.set & 1u << k)
            flx_flags_add(flags, 1u << k, (flx_place){recorded, first->op, label});
    }
}
