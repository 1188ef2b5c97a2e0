/* pass_common.c: an instruction that repeats an earlier one is dropped, its slots being those of the
 * earlier one. The same means the same operation and flags, the same operands in the same order
 * (factors are not exchanged: of two NaN it is the first whose bits come out), immediates and constants
 * of the same bits. Copies are what they copy. Contributions to accumulators, and callbacks, are not
 * taken for repeated. */
#include <string.h>

#include "program/passes.h"

typedef struct sharing {
    flx_program *f;
    flx_ties ties;
    uint32_t *same;  /* of every slot, the one that stands for it */
    uint32_t *order; /* instructions that stay */
    uint32_t *out;   /* their first slots */
    uint32_t *hash;  /* of those that stand for all that are the same; 0: of none */
    uint32_t *table; /* their numbers, plus 1; 0: free */
    uint32_t size, count, entries;
    uint32_t next; /* the constant that comes next */
} sharing;

/* What two instructions are compared by: their operands, slots as those that stand for them. */
typedef struct key {
    uint32_t op;
    uint32_t operand[6];
} key;

enum { LEAST_TABLE = 1024 };

static void put_double(key *k, int at, double x) { memcpy(&k->operand[at], &x, sizeof x); }

static void put_operand(const sharing *s, key *k, int at, unsigned kind, uint32_t operand)
{
    if (kind == FLX_SLOT) k->operand[at] = s->same[operand];
    if (kind == FLX_IMM) put_double(k, at, s->f->imm[operand]);
}

/* The key of a scalar instruction, or of a constant. */
static key key_of(const sharing *s, const flx_instr *in, uint32_t out)
{
    const flx_operands is = flx_operands_of(in->op);
    key k = {in->op | (uint32_t)in->flags << 16, {0}};
    if (in->op == OP_input)
        put_double(&k, 0, *flx_preset_value(s->f->constant, s->f->constants, out));
    put_operand(s, &k, 0, is.a, in->a);
    put_operand(s, &k, 2, is.b, in->b);
    for (int j = 0; j < 2 && is.b == FLX_WORD; j++)
        put_operand(s, &k, 2 + 2 * j, is.word[j], s->f->word[in->b + (uint32_t)j]);
    return k;
}

static uint64_t mix(uint64_t hash, uint32_t x)
{
    hash = (hash ^ x) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

/* A hash that is not 0, and a number that is the same for what is the same and that few others have:
 * the highest slot that is read. */
typedef struct place {
    uint32_t hash, near;
} place;

static place place_of_block(const sharing *s, const flx_instr *in)
{
    const flx_block *b = &s->f->block[in->a];
    uint64_t hash = mix(in->op, b->each.op | (uint32_t)b->each.flags << 16);
    uint32_t near = 0;
    for (uint32_t k = 1; k < b->views; k++) {
        const flx_view *v = &b->view[k];
        const uint32_t slot = flx_view_size(v) ? s->same[v->slot] : 0;
        hash = mix(mix(mix(hash, v->rows), v->cols), slot);
        if (slot > near) near = slot;
    }
    return (place){(uint32_t)hash | 1, near};
}

/* The same of a scalar instruction with this key. */
static place place_of_scalar(const sharing *s, const flx_instr *in, const key *k)
{
    uint32_t operand[3], near = 0;
    const int count = flx_instr_operands(&s->f->code, in, operand);
    uint64_t hash = k->op;
    for (int j = 0; j < 6; j++) hash = mix(hash, k->operand[j]);
    for (int j = 0; j < count; j++)
        if (s->same[operand[j]] > near) near = s->same[operand[j]];
    return (place){(uint32_t)hash | 1, near};
}

/* An instruction that is looked for. */
typedef struct wanted {
    const flx_instr *in;
    key key; /* of a scalar one */
    place place;
} wanted;

static wanted wanted_of(const sharing *s, const flx_instr *in, uint32_t out)
{
    wanted w = {.in = in};
    if (flx_op_is_array(in->op)) {
        w.place = place_of_block(s, in);
    } else {
        w.key = key_of(s, in, out);
        w.place = place_of_scalar(s, in, &w.key);
    }
    return w;
}

static int same_immediate(const sharing *s, flx_instr a, flx_instr b)
{
    const int is_imm = flx_operands_of(a.op).b == FLX_IMM || flx_op_shape(a.op) == SHAPE_ACC_SCALE;
    if (!is_imm) return a.b == b.b; /* of loops: their numbers */
    return flx_bits_of(s->f->imm[a.b]) == flx_bits_of(s->f->imm[b.b]);
}

/* Views of new runs differ by where the runs are. */
static int same_view(const sharing *s, const flx_view *v, const flx_view *w, int is_target)
{
    if (v->rows != w->rows || v->cols != w->cols || v->stride[0] != w->stride[0]
        || v->stride[1] != w->stride[1])
        return 0;
    return is_target || flx_view_size(v) == 0 || s->same[v->slot] == s->same[w->slot];
}

static int same_block(const sharing *s, const flx_instr *a, const flx_instr *b)
{
    const flx_block *x = &s->f->block[a->a], *y = &s->f->block[b->a];
    if (a->op != b->op || a->flags != b->flags || a->b != b->b || x->views != y->views
        || x->each.op != y->each.op || x->each.flags != y->each.flags
        || !same_immediate(s, x->each, y->each))
        return 0;
    for (uint32_t k = 0; k < x->views; k++)
        if (!same_view(s, &x->view[k], &y->view[k], k == 0)) return 0;
    return 1;
}

/* Whether instruction number among those that stay is the one wanted. */
static int is_same(const sharing *s, const wanted *w, uint32_t number)
{
    const flx_instr *in = &s->f->instr[s->order[number]];
    if (s->hash[number] != w->place.hash || in->op != w->in->op) return 0;
    if (flx_op_is_array(in->op)) return same_block(s, in, w->in);
    const key k = key_of(s, in, s->out[number]);
    return memcmp(&k, &w->key, sizeof k) == 0;
}

/* Where an instruction is in the table, or where there is room for it. It is looked for beside what reads
 * the same slot, where memory has been used lately, then anywhere, by steps of its own: places beside
 * slots are taken one after the other over long stretches. */
static uint32_t *find(const sharing *s, const wanted *w)
{
    const uint32_t mask = s->size - 1, hash = w->place.hash;
    uint32_t at = (2 * w->place.near + (hash >> 31)) & mask;
    for (uint32_t tries = 0; s->table[at] && !is_same(s, w, s->table[at] - 1); tries++)
        at = ((hash >> 1) + tries * hash) & mask;
    return &s->table[at];
}

/* A table that is half empty. */
static int grow(sharing *s)
{
    int failed = 0;
    if (2 * (uint64_t)(s->entries + 1) <= s->size) return 1;
    const uint32_t size = s->size ? 2 * s->size : LEAST_TABLE;
    uint32_t *table = flx_memory_room(&s->f->memory, size, sizeof *table, &failed);
    if (failed) return 0;
    flx_memory_give(&s->f->memory, s->table, s->size, sizeof *table);
    memset(table, 0, size * sizeof *table);
    s->table = table;
    s->size = size;
    for (uint32_t k = 0; k < s->count; k++) {
        if (s->hash[k] == 0) continue;
        const wanted w = wanted_of(s, &s->f->instr[s->order[k]], s->out[k]);
        *find(s, &w) = k + 1;
    }
    return 1;
}

/* Whether an instruction may stand for others that are the same. */
static int may_stand(const sharing *s, const flx_instr *in, uint32_t out)
{
    if (in->op == OP_input) {
        const flx_program *f = s->f;
        return in->a == 1 && s->next < f->constants && f->constant[s->next].slot == out;
    }
    if (in->op == OP_poison || in->op == OP_call || flx_op_contributes(in->op)) return 0;
    return flx_op_is_scalar(in->op) || (flx_op_is_array(in->op) && in->b > 0);
}

static void stay(sharing *s, uint32_t k, uint32_t out)
{
    s->order[s->count] = k;
    s->hash[s->count] = 0;
    s->out[s->count++] = out;
}

/* One instruction: stays, or what stands for it is noted. Returns 0 where there is no memory. */
static int visit(sharing *s, uint32_t k, uint32_t out)
{
    const flx_instr *in = &s->f->instr[k];
    const uint32_t outputs = flx_instr_outputs(in);
    const int tied = s->ties.count && outputs && flx_tie_of(&s->ties, out);
    for (uint32_t j = 0; j < outputs; j++) s->same[out + j] = out + j;
    if (in->op == OP_copy && !tied) {
        s->same[out] = s->same[in->a];
        return 1;
    }
    if (!may_stand(s, in, out)) {
        stay(s, k, out);
        return 1;
    }
    if (!grow(s)) return 0;
    const wanted w = wanted_of(s, in, out);
    uint32_t *found = find(s, &w);
    if (*found && !tied) {
        const uint32_t first = s->out[*found - 1];
        for (uint32_t j = 0; j < outputs; j++) s->same[out + j] = first + j;
        return 1;
    }
    stay(s, k, out);
    if (!*found) {
        s->hash[s->count - 1] = w.place.hash;
        *found = s->count;
        s->entries++;
    }
    return 1;
}

static int share(sharing *s)
{
    flx_program *f = s->f;
    uint32_t out = 0;
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        while (s->next < f->constants && f->constant[s->next].slot < out) s->next++;
        if (!visit(s, k, out)) return 0;
        out += flx_instr_outputs(&f->instr[k]);
    }
    return s->count == f->code.instrs || flx_rewrite(f, s->order, s->count, s->same);
}

int flx_pass_common(flx_program *f)
{
    sharing s = {.f = f};
    int failed = 0;
    const uint32_t slots = f->code.slots, instrs = f->code.instrs;
    s.same = flx_memory_room(&f->memory, slots, sizeof *s.same, &failed);
    s.order = flx_memory_room(&f->memory, instrs, sizeof *s.order, &failed);
    s.out = flx_memory_room(&f->memory, instrs, sizeof *s.out, &failed);
    s.hash = flx_memory_room(&f->memory, instrs, sizeof *s.hash, &failed);
    const int done = !failed && flx_ties_find(f, &s.ties) && share(&s);
    flx_ties_free(f, &s.ties);
    flx_memory_give(&f->memory, s.table, s.size, sizeof *s.table);
    flx_memory_give(&f->memory, s.same, slots, sizeof *s.same);
    flx_memory_give(&f->memory, s.order, instrs, sizeof *s.order);
    flx_memory_give(&f->memory, s.out, instrs, sizeof *s.out);
    flx_memory_give(&f->memory, s.hash, instrs, sizeof *s.hash);
    return done;
}
