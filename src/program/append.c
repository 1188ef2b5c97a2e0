/* append.c: see append.h. */
#include "program/append.h"

#include "reverse/block.h"

/* How much further an operand of that kind is on the tape, of which the program is all but the poison. */
static uint32_t further(unsigned kind) { return kind == FLX_SLOT ? FLX_FIRST_SLOT : 0; }

/* The instruction with its operands moved; its words are moved in place. */
static flx_instr relocate(flx_instr in, uint32_t *word)
{
    const flx_operands is = flx_operands_of(in.op);
    if (is.b == FLX_WORD) {
        word[in.b] += further(is.word[0]);
        word[in.b + 1] += further(is.word[1]);
    }
    in.a += further(is.a);
    in.b += in.op == OP_zeros ? FLX_FIRST_INSTR : further(is.b);
    return in;
}

static flx_block relocate_block(flx_block b)
{
    for (uint32_t k = 0; k < b.views; k++) b.view[k].slot += FLX_FIRST_SLOT;
    b.apart = 0; /* on the tape a map is one operation */
    return b;
}

/* What the gradient of one operation will about need beside accumulators: partials and
 * contributions. Functions with more partials make the tape grow once more. */
static flx_need need_of_gradient(unsigned op)
{
    if (op == OP_add || op == OP_sub) return (flx_need){0, 2, 0, 0, 0};
    if (op == OP_mul) return (flx_need){0, 2, 0, 4, 0};
    if (op == OP_square) return (flx_need){1, 2, 1, 2, 0};
    switch (flx_op_shape(op)) {
    case SHAPE_NONE:
    case SHAPE_RUN: return (flx_need){0, 0, 0, 0, 0};
    case SHAPE_UNARY: return (flx_need){1, 2, 0, 2, 0};
    case SHAPE_IMMEDIATE: return (flx_need){0, 1, 1, 2, 0};
    case SHAPE_BINARY:
    case SHAPE_TRIPLE: return (flx_need){2, 4, 1, 6, 0};
    case SHAPE_BLOCK:
    case SHAPE_ACC_BLOCK: return (flx_need){0, 3, 1, 0, 3};
    default: return (flx_need){0, 2, 0, 4, 0};
    }
}

/* Room for the code and its gradient: growing step by step would copy the tape several times. */
static int reserve(flx_tape *t, const flx_program *f)
{
    const flx_code *c = &f->code;
    const uint64_t spare =
        8; /* the accumulators' own instruction, and what is reserved at the end */
    flx_need need = {2 * (uint64_t)c->slots + spare, c->instrs + spare, f->imms + spare,
                     f->words + spare, f->blocks};
    uint64_t count[OP_COUNT] = {0}, segments = spare;
    for (uint32_t k = 0; k < c->instrs; k++) {
        count[c->instr[k].op]++;
        if (flx_instr_outputs(&c->instr[k]) != 1) segments += 2;
    }
    for (unsigned op = 0; op < OP_COUNT; op++) {
        const flx_need more = need_of_gradient(op);
        need.slots += count[op] * more.slots;
        need.instrs += count[op] * more.instrs;
        need.imms += count[op] * more.imms;
        need.words += count[op] * more.words;
        need.blocks += count[op] * more.blocks;
        if (more.slots) segments += count[op]; /* a partial between contributions */
    }
    return flx_tape_reserve_many(t, need, segments, OP_COUNT);
}

/* Notes which of the code's operations are at delicate points. */
static void note_delicate(flx_tape *t, const flx_program *f, const double *value)
{
    for (uint32_t k = 0; k < f->delicates; k++) {
        const uint32_t at = f->delicate[k];
        if (!flx_at_delicate_point(&f->code, &f->code.instr[at], value, 2)) continue;
        if (t->first_delicate == UINT32_MAX) t->first_delicate = FLX_FIRST_INSTR + at;
        t->last_delicate = FLX_FIRST_INSTR + at;
    }
}

void flx_append(flx_tape *t, const flx_program *f, const double *value)
{
    if (!reserve(t, f)) return;
    for (uint32_t k = 0; k < f->imms; k++) flx_tape_imm(t, f->imm[k]);
    for (uint32_t k = 0; k < f->words; k++) t->word[t->words++] = f->word[k];
    for (uint32_t k = 0; k < f->blocks; k++) flx_tape_block(t, relocate_block(f->block[k]));
    for (uint32_t k = 0; k < f->code.calls; k++) {
        uint32_t index; /* the same as in the program: the tape was empty */
        if (!flx_tape_add_call(t, f->call[k], &index)) return;
    }
    for (uint32_t k = 0; k < f->code.loops; k++) {
        uint32_t index; /* likewise */
        if (!flx_tape_add_loop(t, f->loop[k], &index)) return;
    }
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        const uint32_t outputs = flx_instr_outputs(&f->code.instr[k]);
        const flx_instr in = relocate(f->code.instr[k], t->word);
        const uint32_t first = flx_tape_emit(t, in.op, in.flags, in.a, in.b, outputs);
        if (in.op == OP_zeros && first < t->first_accumulator) t->first_accumulator = first;
    }
    flx_copy(t->head.value + FLX_FIRST_SLOT, value, f->code.slots);
    note_delicate(t, f, value);
}
