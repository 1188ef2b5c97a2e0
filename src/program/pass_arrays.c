/* pass_arrays.c: equal scalar operations that stand side by side become operations on arrays, maps, where a
 * loop recorded them: the operands of one after the other lie at the same distance from each other, as views
 * see them. Each element keeps the number that it was recorded under. Immediates that differ become an
 * operand: constants, which lie after the poison and before all else.
 *
 * A view stays within the slots of one instruction: slots of several would have to stay side by side. */
#include <math.h>
#include <string.h>

#include "program/passes.h"

enum {
    LEAST = 8,  /* operations that make an array: fewer are as fast one by one */
    MOST = 16,  /* equal operations of a level in one turn of a loop */
    ENOUGH = 64 /* turns of a loop after which no other is looked for */
};

/* From one operation to the next: how far apart they were recorded, and their operands are. */
typedef struct pace {
    uint32_t origin, operand[3];
} pace;

/* The operation that has an operand in place of op's immediate, and which operand that is; 0: none has. */
static unsigned with_operand(unsigned op, int *place)
{
    *place = op == OP_csub || op == OP_cdiv ? 0 : 1;
    switch (op) {
    case OP_addc: return OP_add;
    case OP_mulc: return OP_mul;
    case OP_csub: return OP_sub;
    case OP_divc:
    case OP_cdiv: return OP_div;
    default: return 0;
    }
}

/* Whether two immediates are the same, or may become operands: only such as are finite, for of others
 * one asks where they come from. */
static int go_together(const flx_code *c, const flx_instr *a, const flx_instr *b)
{
    int place;
    if (flx_op_shape(a->op) != SHAPE_IMMEDIATE
        || flx_bits_of(c->imm[a->b]) == flx_bits_of(c->imm[b->b]))
        return 1;
    return with_operand(a->op, &place) && isfinite(c->imm[a->b]) && isfinite(c->imm[b->b]);
}

/* Whether two operations are the same but for where their operands lie; copies, which may be tied, never
 * are. */
static int find_pace(const flx_program *f, uint32_t from, uint32_t to, pace *p)
{
    const flx_code *c = &f->code;
    const flx_instr *a = &c->instr[from], *b = &c->instr[to];
    uint32_t here[3] = {0, 0, 0}, there[3] = {0, 0, 0};
    if (a->op != b->op || a->flags != b->flags || !flx_op_is_scalar(a->op) || a->op == OP_poison
        || a->op == OP_copy || !go_together(c, a, b))
        return 0;
    flx_instr_operands(c, a, here);
    flx_instr_operands(c, b, there);
    p->origin = flx_code_origin(c, to) - flx_code_origin(c, from);
    for (int k = 0; k < 3; k++) p->operand[k] = there[k] - here[k];
    return 1;
}

static int is_same(const pace *p, const pace *q) { return memcmp(p, q, sizeof *p) == 0; }

/* ---- operations of different places in a loop, apart ---- */

/* Whether three operations were recorded at the same distance from each other. */
static int are_even(const flx_program *f, uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t *origin = f->code.origin;
    return origin ? origin[b] - origin[a] == origin[c] - origin[b] : b - a == c - b;
}

/* The turns of a loop that begins there and has so many of these operations in each turn. */
static uint32_t count_turns(const flx_program *f, const uint32_t *instr, uint32_t count,
                            uint32_t each)
{
    pace first[MOST], p;
    const size_t two = 2 * (size_t)each;
    uint32_t k = 0, place = 0;
    if (count <= two || !are_even(f, instr[0], instr[each], instr[two])) return 1;
    for (; k + each < count && find_pace(f, instr[k], instr[k + each], &p); k++) {
        if (k < each) first[k] = p;
        else if (!is_same(&p, &first[place])) break;
        place = place + 1 < each ? place + 1 : 0;
    }
    return k / each + 1;
}

/* So many turns of so many operations, now the first one of all turns, then the second one, ... */
static void turn_round(uint32_t *instr, uint32_t turns, uint32_t each, uint32_t *room)
{
    memcpy(room, instr, (size_t)turns * each * sizeof *instr);
    for (uint32_t k = 0; k < each; k++)
        for (uint32_t j = 0; j < turns; j++) *instr++ = room[j * each + k];
}

/* The same of all operations, of which none reads another one's result. Returns whether any has moved. */
static int put_alike_together(const flx_program *f, uint32_t *instr, uint32_t count, uint32_t *room)
{
    int moved = 0;
    for (uint32_t at = 0; at + 2 * LEAST <= count;) {
        uint32_t turns = 1, each = 1;
        for (uint32_t k = 1; k <= MOST && turns < ENOUGH; k++) {
            const uint32_t found = count_turns(f, instr + at, count - at, k);
            if (found <= turns) continue;
            turns = found;
            each = k;
        }
        if (turns < LEAST) turns = each = 1;
        if (each > 1) turn_round(instr + at, turns, each, room);
        moved = moved || each > 1;
        at += turns * each;
    }
    return moved;
}

/* From instruction k on, which writes slot out, the one after equal operations that do not read each other's
 * results. */
static uint32_t end_of_equal(const flx_program *f, uint32_t k, uint32_t out)
{
    const unsigned op = f->instr[k].op;
    int apart = flx_op_is_scalar(op);
    for (k++; apart && k < f->code.instrs && f->instr[k].op == op;) {
        uint32_t slot[3];
        for (int j = flx_instr_operands(&f->code, &f->instr[k], slot); j > 0; j--)
            apart = apart && slot[j - 1] < out;
        k += (uint32_t)apart;
    }
    return k;
}

/* Of all equal operations that stand side by side. */
static int sort(flx_program *f, uint32_t *order, uint32_t *room)
{
    int moved = 0;
    for (uint32_t k = 0; k < f->code.instrs; k++) order[k] = k;
    for (uint32_t k = 0, out = 0, end; k < f->code.instrs; k = end) {
        end = end_of_equal(f, k, out);
        if (put_alike_together(f, order + k, end - k, room)) moved = 1;
        for (uint32_t j = k; j < end; j++) out += flx_instr_outputs(&f->instr[j]);
    }
    return !moved || flx_rewrite(f, order, f->code.instrs, NULL);
}

static int sort_alike(flx_program *f)
{
    int failed = 0;
    const uint32_t instrs = f->code.instrs;
    uint32_t *order = flx_memory_room(&f->memory, instrs, sizeof *order, &failed);
    uint32_t *room = flx_memory_room(&f->memory, instrs, sizeof *room, &failed);
    const int done = !failed && sort(f, order, room);
    flx_memory_give(&f->memory, order, instrs, sizeof *order);
    flx_memory_give(&f->memory, room, instrs, sizeof *room);
    return done;
}

/* ---- runs become arrays ---- */

typedef struct gathering {
    flx_program *f;
    uint32_t *owner;         /* of every slot, the first instruction of the run that writes it */
    unsigned char *is_input; /* of slots: of the program's */
    uint32_t *run;           /* first instructions of runs, and after the last one the end */
    uint32_t runs, arrays, slots;
    uint32_t immediates; /* that become constants */
} gathering;

/* Inputs that were recorded one after the other, of the program all or none. */
static uint32_t count_inputs(const gathering *g, uint32_t k)
{
    const flx_code *c = &g->f->code;
    const flx_instr *first = &c->instr[k];
    const unsigned char *is_input = g->is_input + g->slots;
    uint32_t count = 1;
    for (; k + count < c->instrs && first->a == 1; count++) {
        const flx_instr *in = &c->instr[k + count];
        if (in->op != OP_input || in->a != 1 || in->flags != first->flags
            || is_input[count] != is_input[0]
            || flx_code_origin(c, k + count) != flx_code_origin(c, k) + count)
            break;
    }
    return count;
}

/* Whether all elements of that operand lie in slots of one run that is complete. */
static int is_seen(const gathering *g, uint32_t slot, uint32_t step, uint32_t number)
{
    const uint32_t at = slot + number * step;
    return step == 0 || (at < g->slots && g->owner[at] == g->owner[slot]);
}

/* Equal operations from instruction k on that one map can stand for. */
static uint32_t count_alike(const gathering *g, uint32_t k)
{
    uint32_t slot[3] = {0, 0, 0}, count = 1;
    pace first, p;
    flx_instr_operands(&g->f->code, &g->f->instr[k], slot);
    for (; k + count < g->f->code.instrs && find_pace(g->f, k + count - 1, k + count, &p);
         count++) {
        int seen = 1;
        if (count == 1) first = p;
        for (int j = 0; j < 3; j++) seen = seen && is_seen(g, slot[j], p.operand[j], count);
        if (!seen || !is_same(&p, &first)) break;
    }
    return count < LEAST ? 1 : count;
}

/* Whether the immediates of count operations from instruction k on differ. */
static int differ(const flx_program *f, uint32_t k, uint32_t count)
{
    const flx_instr *in = &f->instr[k];
    uint32_t j = flx_op_shape(in->op) == SHAPE_IMMEDIATE ? 1 : count;
    while (j < count && flx_bits_of(f->imm[in[j].b]) == flx_bits_of(f->imm[in->b])) j++;
    return j < count;
}

static void find_runs(gathering *g)
{
    flx_program *f = g->f;
    memset(g->is_input, 0, f->slots);
    for (size_t k = 0; k < f->inputs; k++) g->is_input[f->input[k]] = 1;
    for (uint32_t k = 0, count; k < f->code.instrs; k += count) {
        const flx_instr *in = &f->instr[k];
        count = 1;
        if (in->op == OP_input) count = count_inputs(g, k);
        else if (flx_op_is_scalar(in->op)) count = count_alike(g, k);
        g->arrays += count > 1 && in->op != OP_input;
        g->immediates += count > 1 && differ(f, k, count) ? count : 0;
        g->run[g->runs++] = k;
        for (uint32_t j = 0; j < count; j++)
            for (uint32_t left = flx_instr_outputs(&in[j]); left > 0; left--)
                g->owner[g->slots++] = k;
    }
    g->run[g->runs] = f->code.instrs;
}

/* ---- the new code ---- */

/* Its arrays, as they are filled. */
typedef struct arrays {
    flx_instr *instr;
    uint32_t *origin;
    flx_block *block;
    flx_preset *constant;
    uint32_t instrs, blocks, constants, slots;
} arrays;

/* The poison stays. */
static void raise(uint32_t *slot, uint32_t by) { *slot += *slot ? by : 0; }

/* All other slots lie that much higher. */
static void shift(flx_program *f, uint32_t by)
{
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        flx_instr *in = &f->instr[k];
        const flx_operands is = flx_operands_of(in->op);
        if (is.a == FLX_SLOT) raise(&in->a, by);
        if (is.b == FLX_SLOT) raise(&in->b, by);
        for (int j = 0; j < 2; j++)
            if (is.word[j] == FLX_SLOT) raise(&f->word[in->b + (uint32_t)j], by);
    }
    for (uint32_t k = 0; k < f->blocks; k++)
        for (uint32_t j = 0; j < f->block[k].views; j++) raise(&f->block[k].view[j].slot, by);
    for (uint32_t k = 0; k < f->code.guards; k++) {
        if (!(f->guard[k].constants & 1)) raise(&f->guard[k].x, by);
        if (!(f->guard[k].constants & 2)) raise(&f->guard[k].y, by);
    }
    for (size_t k = 0; k < f->inputs; k++) raise(&f->input[k], by);
    for (size_t k = 0; k < f->outputs; k++) raise(&f->output[k], by);
    for (uint32_t k = 0; k < f->constants; k++) raise(&f->constant[k].slot, by);
    for (uint32_t k = 0; k < f->parameters; k++) raise(&f->parameter[k].slot, by);
    f->code.slots += by;
    f->slots += by;
}

/* The immediates of a run as constants, seen by the block as an operand beside the one that it has. */
static void take_immediates(const flx_program *f, uint32_t k, uint32_t count, flx_block *b,
                            arrays *a)
{
    int place;
    b->each = (flx_instr){(uint16_t)with_operand(b->each.op, &place), b->each.flags, 0, b->each.op};
    if (place == 0) b->view[2] = b->view[1];
    b->view[1 + place] = flx_view_of_run(a->constants, 1, count);
    b->views = 3;
    for (uint32_t j = 0; j < count; j++, a->constants++)
        a->constant[a->constants] = (flx_preset){a->constants, f->imm[f->instr[k + j].b]};
}

/* The map that stands for count operations from instruction k on, which write from slot out on. */
static flx_block block_of(const flx_program *f, uint32_t k, uint32_t count, uint32_t out, arrays *a)
{
    const flx_instr *in = &f->instr[k];
    uint32_t slot[3];
    pace p;
    find_pace(f, k, k + 1, &p);
    flx_block b = {.each = {in->op, in->flags, 0, 0}, .apart = p.origin};
    if (flx_op_shape(in->op) == SHAPE_IMMEDIATE) b.each.b = in->b;
    const int operands = flx_instr_operands(&f->code, in, slot);
    b.views = (uint16_t)(operands + 1);
    b.view[0] = flx_view_of_run(out, 1, count);
    for (int j = 0; j < operands; j++) {
        const int64_t step = (int32_t)p.operand[j];
        b.view[j + 1] = (flx_view){slot[j], 1, count, {step * count, step}};
    }
    if (differ(f, k, count)) take_immediates(f, k, count, &b, a);
    return b;
}

/* One instruction for a run; of inputs b tells that they were recorded one by one. */
static flx_instr gathered(const flx_program *f, uint32_t k, uint32_t count, uint32_t out, arrays *a)
{
    const flx_instr in = f->instr[k];
    if (count == 1) return in;
    if (in.op == OP_input) return (flx_instr){OP_input, in.flags, count, 1};
    a->block[a->blocks] = block_of(f, k, count, out, a);
    return (flx_instr){OP_map, 0, a->blocks++, count};
}

static void put(arrays *a, flx_instr in, uint32_t origin)
{
    a->instr[a->instrs] = in;
    a->origin[a->instrs++] = origin;
    a->slots += flx_instr_outputs(&in);
}

/* The first instruction is the poison's, after which the new constants come. */
static void fill(const gathering *g, arrays *a)
{
    flx_program *f = g->f;
    shift(f, g->immediates);
    if (f->blocks) memcpy(a->block, f->block, f->blocks * sizeof *f->block);
    a->constant[a->constants++] = f->constant[0];
    memcpy(a->constant + 1 + g->immediates, f->constant + 1,
           (f->constants - 1) * sizeof *f->constant);
    for (uint32_t j = 0; j < g->runs; j++) {
        const uint32_t k = g->run[j], origin = flx_code_origin(&f->code, k);
        put(a, gathered(f, k, g->run[j + 1] - k, a->slots, a), origin);
        if (j == 0 && g->immediates)
            put(a, (flx_instr){OP_input, INPUT_CONSTANT, g->immediates, 0}, origin);
    }
}

/* The program has the new arrays in place of its own. */
static void install(flx_program *f, const arrays *a, uint32_t instrs, uint32_t constants)
{
    flx_memory_give(&f->memory, f->instr, f->code.instrs, sizeof *f->instr);
    flx_memory_give(&f->memory, f->origin, f->origins, sizeof *f->origin);
    flx_memory_give(&f->memory, f->block, f->blocks, sizeof *f->block);
    flx_memory_give(&f->memory, f->constant, f->constants, sizeof *f->constant);
    f->instr = a->instr;
    f->origin = a->origin;
    f->block = a->block;
    f->constant = a->constant;
    f->blocks = a->blocks;
    f->constants = constants;
    f->origins = f->code.instrs = instrs;
    flx_program_point(f);
}

static int make(const gathering *g)
{
    flx_program *f = g->f;
    const uint32_t instrs = g->runs + (g->immediates > 0), blocks = f->blocks + g->arrays;
    const uint32_t constants = f->constants + g->immediates, slots = f->slots + g->immediates;
    int failed = slots < f->slots;
    arrays a = {.blocks = f->blocks};
    a.instr = flx_memory_room(&f->memory, instrs, sizeof *a.instr, &failed);
    a.origin = flx_memory_room(&f->memory, instrs, sizeof *a.origin, &failed);
    a.block = flx_memory_room(&f->memory, blocks, sizeof *a.block, &failed);
    a.constant = flx_memory_room(&f->memory, constants, sizeof *a.constant, &failed);
    uint32_t *writer = flx_memory_room(&f->memory, slots, sizeof *writer, &failed);
    if (!failed) {
        fill(g, &a);
        install(f, &a, instrs, constants);
        flx_complete_zeros(f->instr, instrs, f->block, writer);
    } else {
        flx_memory_give(&f->memory, a.instr, instrs, sizeof *a.instr);
        flx_memory_give(&f->memory, a.origin, instrs, sizeof *a.origin);
        flx_memory_give(&f->memory, a.block, blocks, sizeof *a.block);
        flx_memory_give(&f->memory, a.constant, constants, sizeof *a.constant);
    }
    flx_memory_give(&f->memory, writer, slots, sizeof *writer);
    return !failed;
}

int flx_pass_arrays(flx_program *f)
{
    gathering g = {.f = f};
    int failed = !sort_alike(f);
    const uint32_t instrs = f->code.instrs, slots = f->slots;
    g.owner = flx_memory_room(&f->memory, slots, sizeof *g.owner, &failed);
    g.is_input = flx_memory_room(&f->memory, slots, sizeof *g.is_input, &failed);
    g.run = flx_memory_room(&f->memory, (size_t)instrs + 1, sizeof *g.run, &failed);
    if (!failed) find_runs(&g);
    const int done = !failed && (g.runs == instrs || make(&g));
    flx_memory_give(&f->memory, g.owner, slots, sizeof *g.owner);
    flx_memory_give(&f->memory, g.is_input, slots, sizeof *g.is_input);
    flx_memory_give(&f->memory, g.run, (size_t)instrs + 1, sizeof *g.run);
    return done;
}
