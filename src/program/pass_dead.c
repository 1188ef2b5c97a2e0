/* pass_dead.c: what no output and no guard depends on goes. Inputs and parameters stay. */
#include <string.h>

#include "program/passes.h"

typedef struct search {
    flx_program *f;
    flx_ties ties;
    unsigned char *needed; /* slots */
} search;

/* Slots that are tied go or stay together: what needs one of them comes after all. */
static void need(search *s, uint32_t slot)
{
    const flx_slots *tie = s->needed[slot] ? NULL : flx_tie_of(&s->ties, slot);
    s->needed[slot] = 1;
    if (tie) memset(s->needed + tie->low, 1, tie->end - tie->low);
}

static int any_needed(const search *s, const flx_view *v)
{
    for (uint32_t i = 0; i < v->rows; i++)
        for (uint32_t j = 0; j < v->cols; j++)
            if (s->needed[flx_view_slot(v, i, j)]) return 1;
    return 0;
}

static int is_needed(const search *s, const flx_instr *in, uint32_t out, uint32_t outputs)
{
    if (in->op == OP_poison) return 1;
    if (flx_op_contributes(in->op))
        return flx_op_is_array(in->op) ? any_needed(s, &s->f->block[in->a].view[0])
                                       : s->needed[in->a];
    return outputs && memchr(s->needed + out, 1, outputs) != NULL;
}

static void need_operands(search *s, const flx_instr *in)
{
    uint32_t operand[3];
    if (flx_op_is_array(in->op)) {
        const flx_block *b = &s->f->block[in->a];
        for (uint32_t k = 1; k < b->views; k++)
            for (uint32_t i = 0; i < b->view[k].rows; i++)
                for (uint32_t j = 0; j < b->view[k].cols; j++)
                    need(s, flx_view_slot(&b->view[k], i, j));
        return;
    }
    const int count = flx_instr_operands(&s->f->code, in, operand);
    for (int k = 0; k < count; k++) need(s, operand[k]);
}

/* From the last instruction to the first; lists those that are needed at the end of order, and returns
 * how many. */
static uint32_t look(search *s, uint32_t *order)
{
    const flx_code *c = &s->f->code;
    uint32_t count = 0, out = c->slots;
    for (uint32_t k = c->instrs; k-- > 0;) {
        const flx_instr *in = &c->instr[k];
        const uint32_t outputs = flx_instr_outputs(in);
        out -= outputs;
        if (!is_needed(s, in, out, outputs)) continue;
        need_operands(s, in);
        order[c->instrs - ++count] = k;
    }
    return count;
}

static void need_ends(search *s)
{
    const flx_program *f = s->f;
    for (size_t k = 0; k < f->outputs; k++) need(s, f->output[k]);
    for (size_t k = 0; k < f->inputs; k++) need(s, f->input[k]);
    for (uint32_t k = 0; k < f->parameters; k++) need(s, f->parameter[k].slot);
    for (uint32_t k = 0; k < f->code.guards; k++) {
        const flx_guard *g = &f->guard[k];
        if (!(g->constants & 1)) need(s, g->x);
        if (!(g->constants & 2)) need(s, g->y);
    }
}

static int drop_dead(search *s, uint32_t *order)
{
    const uint32_t instrs = s->f->code.instrs;
    memset(s->needed, 0, s->f->slots);
    need_ends(s);
    const uint32_t count = look(s, order);
    return count == instrs || flx_rewrite(s->f, order + (instrs - count), count, NULL);
}

int flx_pass_dead(flx_program *f)
{
    search s = {.f = f};
    int failed = 0;
    const uint32_t slots = f->slots, instrs = f->code.instrs;
    uint32_t *order = flx_memory_room(&f->memory, instrs, sizeof *order, &failed);
    s.needed = flx_memory_room(&f->memory, slots, sizeof *s.needed, &failed);
    const int done = !failed && flx_ties_find(f, &s.ties) && drop_dead(&s, order);
    flx_ties_free(f, &s.ties);
    flx_memory_give(&f->memory, s.needed, slots, sizeof *s.needed);
    flx_memory_give(&f->memory, order, instrs, sizeof *order);
    return done;
}
