/* rewrite.c: a program's code made anew from some of its instructions, and what passes ask of it. */
#include <string.h>

#include "program/passes.h"

int flx_instr_operands(const flx_code *c, const flx_instr *in, uint32_t slot[3])
{
    const flx_operands is = flx_operands_of(in->op);
    const int target = flx_op_contributes(in->op);
    int count = 0;
    if (is.a == FLX_SLOT && !target) slot[count++] = in->a;
    if (is.b == FLX_SLOT) slot[count++] = in->b;
    for (int k = 0; k < 2; k++)
        if (is.word[k] == FLX_SLOT) slot[count++] = c->word[in->b + (uint32_t)k];
    return count;
}

/* ---- slots that stay side by side ---- */

/* From every slot, the last one that is tied to it by an instruction's outputs or a view. */
static void find_reach(const flx_code *c, uint32_t *reach)
{
    uint32_t out = 0, low, high;
    for (uint32_t k = 0; k < c->slots; k++) reach[k] = k;
    for (uint32_t k = 0; k < c->instrs; k++) {
        const flx_instr *in = &c->instr[k];
        const uint32_t outputs = flx_instr_outputs(in);
        if (outputs > 1 && out + outputs - 1 > reach[out]) reach[out] = out + outputs - 1;
        out += outputs;
        if (!flx_op_is_array(in->op)) continue;
        const flx_block *b = &c->block[in->a];
        for (uint32_t j = 1; j < b->views; j++) { /* the first is of one instruction */
            if (flx_view_size(&b->view[j]) == 0) continue;
            flx_view_hull(&b->view[j], &low, &high);
            if (high > reach[low]) reach[low] = high;
        }
    }
}

static int add_tie(flx_program *f, flx_ties *ties, flx_slots run)
{
    if (ties->count == ties->cap) {
        const uint32_t cap = ties->cap + ties->cap / 2 + 16;
        flx_slots *p = flx_memory_resize(&f->memory, ties->run, ties->cap, cap, sizeof *p);
        if (!p) return 0;
        ties->run = p;
        ties->cap = cap;
    }
    ties->run[ties->count++] = run;
    return 1;
}

/* Runs of slots that reach into each other, where they are of several instructions. */
static int collect(flx_program *f, const uint32_t *reach, flx_ties *ties)
{
    const flx_code *c = &f->code;
    uint32_t out = 0;
    for (uint32_t k = 0; k < c->instrs;) {
        flx_slots run = {out, out + 1};
        uint32_t writers = 0;
        for (; k < c->instrs && (out < run.end || out == run.low); k++) {
            const uint32_t outputs = flx_instr_outputs(&c->instr[k]);
            writers += outputs > 0;
            for (uint32_t j = out; j < out + outputs; j++)
                if (reach[j] >= run.end) run.end = reach[j] + 1;
            out += outputs;
        }
        if (writers > 1 && !add_tie(f, ties, run)) return 0;
    }
    return 1;
}

int flx_ties_find(flx_program *f, flx_ties *ties)
{
    int failed = 0;
    *ties = (flx_ties){0};
    if (f->code.blocks == 0) return 1;
    uint32_t *reach = flx_memory_room(&f->memory, f->code.slots, sizeof *reach, &failed);
    if (failed) return 0;
    find_reach(&f->code, reach);
    const int done = collect(f, reach, ties);
    flx_memory_give(&f->memory, reach, f->code.slots, sizeof *reach);
    return done;
}

void flx_ties_free(flx_program *f, flx_ties *ties)
{
    flx_memory_give(&f->memory, ties->run, ties->cap, sizeof *ties->run);
}

const flx_slots *flx_tie_of(const flx_ties *ties, uint32_t slot)
{
    uint32_t low = 0, high = ties->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (ties->run[middle].end <= slot) low = middle + 1;
        else high = middle;
    }
    return low < ties->count && ties->run[low].low <= slot ? &ties->run[low] : NULL;
}

/* ---- a new code ---- */

enum { RECENT = 256 }; /* immediates that are remembered */
#define GONE UINT32_MAX

/* The new arrays, and how the old ones are reached. */
typedef struct rewriting {
    flx_program *f;
    const uint32_t *order, *same;
    uint32_t count;
    uint32_t *out; /* the first slot of each old instruction */
    uint32_t *to;  /* the new slot of each old one */
    flx_instr *instr;
    double *imm;
    uint32_t *word, *origin;
    flx_block *block;
    flx_guard *guard;
    flx_preset *constant;
    uint32_t constants, imms, words, blocks, slots;
    uint32_t room_imms, room_words, room_blocks;
    uint32_t recent[RECENT]; /* immediates that were seen lately, by their bits, plus 1 */
} rewriting;

static uint32_t old_of(const rewriting *r, uint32_t k) { return r->order ? r->order[k] : k; }

static uint32_t moved(const rewriting *r, uint32_t slot)
{
    return r->to[r->same && slot < r->f->code.slots ? r->same[slot] : slot];
}

/* The immediate, which is stored once if it was seen lately. */
static uint32_t put_imm(rewriting *r, uint32_t old)
{
    const uint64_t bits = flx_bits_of(r->f->imm[old]);
    const uint64_t hash = (bits ^ bits >> 32) * 0x9e3779b97f4a7c15u;
    uint32_t *recent = &r->recent[hash >> 56];
    if (*recent && flx_bits_of(r->imm[*recent - 1]) == bits) return *recent - 1;
    r->imm[r->imms++] = r->f->imm[old];
    *recent = r->imms;
    return r->imms - 1;
}

static uint32_t put_operand(rewriting *r, unsigned kind, uint32_t operand)
{
    if (kind == FLX_SLOT) return moved(r, operand);
    return kind == FLX_IMM ? put_imm(r, operand) : operand;
}

static uint32_t put_words(rewriting *r, flx_operands is, uint32_t old)
{
    for (int k = 0; k < 2; k++)
        r->word[r->words + (uint32_t)k] = put_operand(r, is.word[k], r->f->word[old + (uint32_t)k]);
    r->words += 2;
    return r->words - 2;
}

static uint32_t put_block(rewriting *r, flx_block b)
{
    const unsigned is = flx_operands_of(b.each.op).b;
    const int scaled = flx_op_shape(b.each.op) == SHAPE_ACC_SCALE;
    if (is == FLX_IMM || scaled) b.each.b = put_imm(r, b.each.b);
    for (uint32_t k = 0; k < b.views; k++)
        if (flx_view_size(&b.view[k])) b.view[k].slot = moved(r, b.view[k].slot);
    r->block[r->blocks] = b;
    return r->blocks++;
}

static flx_instr put_instr(rewriting *r, flx_instr in)
{
    const flx_operands is = flx_operands_of(in.op);
    if (is.a == FLX_BLOCK) in.a = put_block(r, r->f->block[in.a]);
    else in.a = put_operand(r, is.a, in.a);
    if (is.b == FLX_WORD) in.b = put_words(r, is, in.b);
    else in.b = put_operand(r, is.b, in.b);
    return in;
}

/* How much room the new pools need. */
static void measure(rewriting *r)
{
    const flx_code *c = &r->f->code;
    for (uint32_t k = 0; k < r->count; k++) {
        const flx_instr *in = &c->instr[old_of(r, k)];
        const flx_operands is = flx_operands_of(in->op);
        r->room_imms += is.b == FLX_IMM || is.word[1] == FLX_IMM || is.a == FLX_BLOCK;
        r->room_words += is.b == FLX_WORD ? 2 : 0;
        r->room_blocks += is.a == FLX_BLOCK;
    }
    for (uint32_t k = 0; k < c->guards; k++)
        r->room_imms += (c->guard[k].constants & 1) + (c->guard[k].constants >> 1);
}

static int make_room(rewriting *r)
{
    flx_program *f = r->f;
    int failed = 0;
    r->out = flx_memory_room(&f->memory, f->code.instrs, sizeof *r->out, &failed);
    r->to = flx_memory_room(&f->memory, f->slots, sizeof *r->to, &failed);
    r->instr = flx_memory_room(&f->memory, r->count, sizeof *r->instr, &failed);
    r->origin = flx_memory_room(&f->memory, r->count, sizeof *r->origin, &failed);
    r->imm = flx_memory_room(&f->memory, r->room_imms, sizeof *r->imm, &failed);
    r->word = flx_memory_room(&f->memory, r->room_words, sizeof *r->word, &failed);
    r->block = flx_memory_room(&f->memory, r->room_blocks, sizeof *r->block, &failed);
    r->guard = flx_memory_room(&f->memory, f->code.guards, sizeof *r->guard, &failed);
    return !failed;
}

/* Where every slot goes; constants among the outputs stay behind the code's. */
static void place(rewriting *r)
{
    const flx_code *c = &r->f->code;
    uint32_t out = 0;
    for (uint32_t k = 0; k < c->instrs; k++) {
        r->out[k] = out;
        out += flx_instr_outputs(&c->instr[k]);
    }
    memset(r->to, 0xff, r->f->slots * sizeof *r->to);
    for (uint32_t k = 0; k < r->count; k++) {
        const uint32_t old = old_of(r, k), outputs = flx_instr_outputs(&c->instr[old]);
        for (uint32_t j = 0; j < outputs; j++) r->to[r->out[old] + j] = r->slots++;
    }
    for (uint32_t j = c->slots; j < r->f->slots; j++) r->to[j] = r->slots + (j - c->slots);
}

void flx_complete_zeros(flx_instr *instr, uint32_t count, const flx_block *block, uint32_t *writer)
{
    uint32_t out = 0;
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t outputs = flx_instr_outputs(&instr[k]);
        if (instr[k].op == OP_zeros) instr[k].b = k + 1;
        for (uint32_t j = 0; j < outputs; j++) writer[out + j] = k;
        out += outputs;
        if (!flx_op_contributes(instr[k].op)) continue;
        const int whole = flx_op_is_array(instr[k].op);
        if (whole && flx_view_size(&block[instr[k].a].view[0]) == 0) continue;
        const uint32_t to = whole ? block[instr[k].a].view[0].slot : instr[k].a;
        instr[writer[to]].b = k + 1;
    }
}

/* The constants whose slots are still there. */
static int put_constants(rewriting *r)
{
    const flx_program *f = r->f;
    int failed = 0;
    for (uint32_t k = 0; k < f->constants; k++) r->constants += r->to[f->constant[k].slot] != GONE;
    r->constant = flx_memory_room(&r->f->memory, r->constants, sizeof *r->constant, &failed);
    for (uint32_t k = 0, left = 0; k < f->constants && !failed; k++) {
        const uint32_t to = r->to[f->constant[k].slot];
        if (to != GONE) r->constant[left++] = (flx_preset){to, f->constant[k].value};
    }
    return !failed;
}

static void put_guards(rewriting *r)
{
    for (uint32_t k = 0; k < r->f->code.guards; k++) {
        flx_guard g = r->f->guard[k];
        g.x = g.constants & 1 ? put_imm(r, g.x) : moved(r, g.x);
        g.y = g.constants & 2 ? put_imm(r, g.y) : moved(r, g.y);
        r->guard[k] = g;
    }
}

/* Gives back what immediates seen before have saved. */
static int fit_imms(rewriting *r)
{
    if (r->imms == r->room_imms) return 1;
    double *imm = flx_memory_resize(&r->f->memory, r->imm, r->room_imms, r->imms, sizeof *imm);
    if (!imm && r->imms) return 0;
    r->imm = imm;
    r->room_imms = r->imms;
    return 1;
}

/* Fills the new arrays. The constants are last: where they have no room nothing else is to be given back. */
static int fill(rewriting *r)
{
    place(r);
    for (uint32_t k = 0; k < r->count; k++) {
        r->instr[k] = put_instr(r, r->f->instr[old_of(r, k)]);
        r->origin[k] = flx_code_origin(&r->f->code, old_of(r, k));
    }
    put_guards(r);
    return fit_imms(r) && put_constants(r);
}

/* The program has the new arrays in place of its own. */
static void install(rewriting *r)
{
    flx_program *f = r->f;
    flx_code *c = &f->code;
    const uint32_t after = f->slots - c->slots;
    for (size_t k = 0; k < f->parameters; k++) f->parameter[k].slot = r->to[f->parameter[k].slot];
    for (size_t k = 0; k < f->inputs; k++) f->input[k] = r->to[f->input[k]];
    for (size_t k = 0; k < f->outputs; k++) f->output[k] = moved(r, f->output[k]);
    flx_memory_give(&f->memory, f->instr, c->instrs, sizeof *f->instr);
    flx_memory_give(&f->memory, f->origin, f->origins, sizeof *f->origin);
    flx_memory_give(&f->memory, f->imm, f->imms, sizeof *f->imm);
    flx_memory_give(&f->memory, f->word, f->words, sizeof *f->word);
    flx_memory_give(&f->memory, f->block, f->blocks, sizeof *f->block);
    flx_memory_give(&f->memory, f->guard, c->guards, sizeof *f->guard);
    flx_memory_give(&f->memory, f->constant, f->constants, sizeof *f->constant);
    f->instr = r->instr;
    f->origin = r->origin;
    f->imm = r->imm;
    f->word = r->word;
    f->block = r->block;
    f->guard = r->guard;
    f->constant = r->constant;
    f->constants = r->constants;
    f->imms = r->imms;
    f->words = r->words;
    f->blocks = r->blocks;
    f->origins = r->count;
    c->instrs = r->count;
    c->slots = r->slots;
    f->slots = r->slots + after;
    flx_program_point(f);
}

int flx_rewrite(flx_program *f, const uint32_t *order, uint32_t count, const uint32_t *same)
{
    rewriting r = {.f = f, .order = order, .same = same, .count = count};
    const uint32_t instrs = f->code.instrs, slots = f->slots;
    measure(&r);
    const int done = make_room(&r) && fill(&r);
    if (done) {
        install(&r);
        flx_complete_zeros(f->instr, count, f->block, r.to);
    } else {
        flx_memory_give(&f->memory, r.instr, count, sizeof *r.instr);
        flx_memory_give(&f->memory, r.origin, count, sizeof *r.origin);
        flx_memory_give(&f->memory, r.imm, r.room_imms, sizeof *r.imm);
        flx_memory_give(&f->memory, r.word, r.room_words, sizeof *r.word);
        flx_memory_give(&f->memory, r.block, r.room_blocks, sizeof *r.block);
        flx_memory_give(&f->memory, r.guard, f->code.guards, sizeof *r.guard);
    }
    flx_memory_give(&f->memory, r.out, instrs, sizeof *r.out);
    flx_memory_give(&f->memory, r.to, slots, sizeof *r.to);
    return done;
}
