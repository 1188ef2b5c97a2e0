/* schedule_machine.c: see schedule_machine.h. */
#include "schedule_machine.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "program/schedule.h"

#define NOTHING UINT32_MAX

typedef struct machine {
    const flx_program *f;
    const flx_schedule *s;
    uint32_t *held; /* of each place, the slot whose value is there */
    size_t wrong;
} machine;

static void expect_at(machine *m, uint32_t place, uint32_t slot)
{
    m->wrong += place >= m->s->slots || m->held[place] != slot;
}

static void put_at(machine *m, uint32_t place, uint32_t slot)
{
    if (place < m->s->slots) m->held[place] = slot;
    else m->wrong++;
}

static void give(machine *m, uint32_t place, uint32_t slot)
{
    m->wrong += place >= m->s->kept || (m->held[place] != NOTHING && m->held[place] != slot);
    put_at(m, place, slot);
}

/* Visits what is there before an evaluation begins, and stays. */
static void each_given(machine *m, void visit(machine *m, uint32_t place, uint32_t slot))
{
    const flx_program *f = m->f;
    const flx_schedule *s = m->s;
    for (uint32_t k = 0; k < f->first_slot; k++) visit(m, k, k);
    for (size_t k = 0; k < f->inputs; k++) visit(m, s->input[k], f->input[k]);
    for (uint32_t k = 0; k < f->constants; k++) visit(m, s->constant[k], f->constant[k].slot);
    for (uint32_t k = 0; k < f->parameters; k++) visit(m, s->parameter[k], f->parameter[k].slot);
}

/* Elements from at to end, where a view that has room for one strip begins anew with each. */
static void expect_elements(machine *m, const flx_view *place, const flx_view *slot, int local,
                            uint32_t at, uint32_t end)
{
    m->wrong += place->rows != slot->rows || place->cols != slot->cols;
    for (uint32_t e = at; e < end; e++)
        expect_at(m, local ? place->slot + (e - at) : flx_view_element(place, e),
                  flx_view_element(slot, e));
}

static void expect_view(machine *m, const flx_view *place, const flx_view *slot)
{
    expect_elements(m, place, slot, 0, 0, flx_view_size(slot));
}

/* Scalar operands, and what contributions add to. */
static void expect_operands(machine *m, const flx_instr *new, const flx_instr *in)
{
    const flx_operands is = flx_operands_of(in->op);
    m->wrong += new->op != in->op || new->flags != in->flags;
    if (is.a == FLX_SLOT) expect_at(m, new->a, in->a);
    if (is.b == FLX_SLOT) expect_at(m, new->b, in->b);
    if (is.b == FLX_IMM) m->wrong += new->b != in->b;
    for (uint32_t j = 0; j < 2 && is.b == FLX_WORD; j++) {
        const uint32_t *word = &m->s->placed.code.word[new->b + j];
        if (is.word[j] == FLX_SLOT) expect_at(m, *word, m->f->word[in->b + j]);
        else m->wrong += *word != m->f->word[in->b + j];
    }
}

/* The place of the first slot that an instruction writes; nothing that is given is written over. */
static uint32_t place_of(machine *m, uint32_t k, uint32_t out)
{
    const uint32_t place = m->s->placed.place[k];
    m->wrong += place < m->s->kept && place != out;
    return place;
}

/* One that is no map of a strip. */
static void step(machine *m, uint32_t k, uint32_t out)
{
    const flx_instr *in = &m->f->instr[m->f->first + k], *new = &m->s->placed.code.instr[k];
    const uint32_t outputs = flx_instr_outputs(in), written = flx_instr_outputs(new);
    uint32_t results = outputs;
    if (in->op == OP_input) {
        for (uint32_t j = 0; j < outputs; j++) expect_at(m, m->s->placed.place[k] + j, out + j);
        return;
    }
    const uint32_t place = outputs ? place_of(m, k, out) : 0;
    if (!flx_op_is_array(in->op)) {
        expect_operands(m, new, in);
        m->wrong += written != outputs;
    } else {
        const flx_block *b = &m->f->block[in->a], *c = &m->s->placed.code.block[new->a];
        m->wrong += c->local != 0 || c->after != 0;
        if (in->op == OP_loop) {
            const flx_loop *l = flx_loop_of(&m->s->placed.code, c);
            m->wrong += written != flx_loop_outputs(l);
            results = (uint32_t)flx_loop_results(l);
        } else m->wrong += written != outputs;
        for (uint32_t j = 0; j < written; j++) put_at(m, place + j, NOTHING);
        if (outputs && flx_view_size(&b->view[0]))
            m->wrong += c->view[0].slot - place != b->view[0].slot - out;
        for (uint32_t j = outputs ? 1 : 0; j < b->views; j++)
            expect_view(m, &c->view[j], &b->view[j]);
    }
    for (uint32_t j = 0; j < results; j++) put_at(m, place + j, out + j);
}

/* Maps in strips: all of them for the first elements, then all for the next. */
static void step_strips(machine *m, uint32_t k, uint32_t maps, uint32_t out)
{
    const flx_code *c = &m->s->placed.code;
    const uint32_t elements = c->instr[k].b, strip = flx_strip_length(c, k, maps);
    for (uint32_t at = 0; at < elements; at += strip) {
        const uint32_t end = elements - at < strip ? elements : at + strip;
        for (uint32_t j = 0; j < maps; j++) {
            const flx_block *new = &c->block[c->instr[k + j].a];
            const flx_block *old = &m->f->block[m->f->instr[m->f->first + k + j].a];
            const uint32_t place = place_of(m, k + j, out + j * elements);
            for (uint32_t v = 1; v < old->views; v++)
                expect_elements(m, &new->view[v], &old->view[v], new->local >> v & 1, at, end);
            m->wrong += new->view[0].slot != place;
            for (uint32_t e = at; e < end; e++)
                put_at(m, place + (new->local & 1 ? e - at : e), out + j * elements + e);
        }
    }
}

/* Accumulators that are looked at before an instruction, or in the end: returns how many more. */
static uint32_t look_at_complete(machine *m, uint32_t complete, uint32_t k)
{
    const flx_program *f = m->f;
    for (; complete < m->s->placed.completes; complete++) {
        const flx_complete *c = &m->s->placed.complete[complete];
        if (c->when > k) break;
        uint32_t out = f->first_slot, found = 0;
        for (uint32_t j = f->first; j < f->code.instrs; j++) {
            const flx_instr *in = &f->instr[j];
            if (in->op == OP_zeros && m->s->placed.place[j - f->first] == c->slot
                && in->b - f->first == c->when && in->a == c->count) {
                found++;
                for (uint32_t e = 0; e < in->a; e++) expect_at(m, c->slot + e, out + e);
            }
            out += flx_instr_outputs(in);
        }
        m->wrong += found != 1;
    }
    return complete;
}

static void expect_end(machine *m)
{
    const flx_program *f = m->f;
    const flx_schedule *s = m->s;
    for (size_t k = 0; k < f->outputs; k++) expect_at(m, s->output[k], f->output[k]);
    for (uint32_t k = 0; k < f->code.guards; k++) {
        const flx_guard *old = &f->guard[k], *new = &s->placed.code.guard[k];
        m->wrong += old->relation != new->relation || old->constants != new->constants;
        if (old->constants & 1) m->wrong += new->x != old->x;
        else expect_at(m, new->x, old->x);
        if (old->constants & 2) m->wrong += new->y != old->y;
        else expect_at(m, new->y, old->y);
    }
    each_given(m, expect_at);
}

/* What is tied is of copies, and not cut where instructions begin that are executed at every point. */
static void expect_ties_of_copies(flx_program *f, const char *what)
{
    flx_ties ties;
    uint32_t out = 0, loops = 0, cut = 0;
    cr_assert(flx_ties_find(f, &ties));
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        const flx_slots *tie = flx_tie_of(&ties, out);
        loops += tie && f->instr[k].op == OP_loop;
        cut += tie && k == f->first && tie->low < out;
        out += flx_instr_outputs(&f->instr[k]);
    }
    flx_ties_free(f, &ties);
    cr_expect(loops == 0 && cut == 0, "%s: %u, %u", what, loops, cut);
}

uint32_t expect_schedule_sound(flx_program *f, const char *what)
{
    const flx_schedule *s = f->schedule;
    expect_ties_of_copies(f, what);
    if (!s) return 0;
    machine m = {f, s, malloc(s->slots * sizeof *m.held), 0};
    uint32_t out = f->first_slot, complete = 0, delicate = 0, zeros = 0, maps;
    const uint32_t count = f->code.instrs - f->first;
    cr_assert_eq(s->placed.code.instrs, count, "%s", what);
    cr_assert_eq(s->placed.code.slots, s->slots, "%s", what);
    for (uint32_t k = 0; k < s->slots; k++) m.held[k] = NOTHING;
    each_given(&m, give);
    for (uint32_t k = 0; k < count; k += maps) {
        const flx_instr *in = &f->instr[f->first + k];
        const unsigned after = in->op == OP_map ? s->placed.code.block[in->a].after : 0;
        maps = after + 1;
        complete = look_at_complete(&m, complete, k);
        zeros += in->op == OP_zeros;
        if (maps == 1 && in->op != OP_loop && flx_instr_is_delicate(&f->code, in)) {
            m.wrong += delicate >= s->placed.delicates || s->placed.delicate[delicate] != k;
            delicate++;
        }
        if (maps > 1) step_strips(&m, k, maps, out);
        else step(&m, k, out);
        out += maps * flx_instr_outputs(in);
    }
    complete = look_at_complete(&m, complete, count);
    cr_expect_eq(complete, zeros, "%s: %u of %u", what, complete, zeros);
    cr_expect_eq(delicate, s->placed.delicates, "%s: %u of %u", what, delicate,
                 s->placed.delicates);
    expect_end(&m);
    cr_expect_eq(m.wrong, 0, "%s: %zu wrong", what, m.wrong);
    free(m.held);
    return s->slots;
}
