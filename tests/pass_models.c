/* pass_models.c: see pass_models.h. */
#include "pass_models.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* A program as it was before a pass. */
typedef struct before {
    flx_program f; /* its arrays are copies */
    uint32_t *out; /* of instructions */
    flx_ties ties;
} before;

static void *copy_of(const void *p, size_t count, size_t size)
{
    void *q = malloc(count * size + 1);
    if (count) memcpy(q, p, count * size);
    return q;
}

static before copy_before(flx_program *f)
{
    before b = {.f = *f};
    b.f.instr = copy_of(f->instr, f->code.instrs, sizeof *f->instr);
    b.f.imm = copy_of(f->imm, f->imms, sizeof *f->imm);
    b.f.word = copy_of(f->word, f->words, sizeof *f->word);
    b.f.block = copy_of(f->block, f->blocks, sizeof *f->block);
    b.f.guard = copy_of(f->guard, f->code.guards, sizeof *f->guard);
    b.f.constant = copy_of(f->constant, f->constants, sizeof *f->constant);
    b.f.parameter = copy_of(f->parameter, f->parameters, sizeof *f->parameter);
    b.f.input = copy_of(f->input, f->inputs, sizeof *f->input);
    b.f.output = copy_of(f->output, f->outputs, sizeof *f->output);
    b.f.origin = copy_of(f->origin, f->origins, sizeof *f->origin);
    b.f.code.origin = f->origin ? b.f.origin : NULL;
    b.f.code.instr = b.f.instr;
    b.f.code.imm = b.f.imm;
    b.f.code.word = b.f.word;
    b.f.code.block = b.f.block;
    b.out = calloc(f->code.instrs + 1, sizeof *b.out);
    for (uint32_t k = 0; k < f->code.instrs; k++)
        b.out[k + 1] = b.out[k] + flx_instr_outputs(&f->instr[k]);
    cr_assert(flx_ties_find(f, &b.ties));
    return b;
}

static void free_before(before *b, flx_program *f)
{
    free(b->f.instr);
    free(b->f.imm);
    free(b->f.word);
    free(b->f.block);
    free(b->f.guard);
    free(b->f.constant);
    free(b->f.parameter);
    free(b->f.input);
    free(b->f.output);
    free(b->f.origin);
    free(b->out);
    flx_ties_free(f, &b->ties);
}

static int tied(const before *b, uint32_t k)
{
    return b->out[k + 1] > b->out[k] && flx_tie_of(&b->ties, b->out[k]) != NULL;
}

/* ---- a rewritten program ---- */

typedef struct renaming {
    const before *old;
    const flx_program *new;
    uint32_t *to; /* of old slots */
    size_t wrong;
} renaming;

static void expect_operand(renaming *r, unsigned kind, uint32_t new, uint32_t old)
{
    if (kind == FLX_SLOT) r->wrong += new != r->to[old];
    else if (kind == FLX_IMM)
        r->wrong += flx_bits_of(r->new->imm[new]) != flx_bits_of(r->old->f.imm[old]);
    else if (kind == FLX_NOTHING) r->wrong += new != old;
}

static void expect_block(renaming *r, const flx_block *new, const flx_block *old)
{
    const int imm =
        flx_operands_of(old->each.op).b == FLX_IMM || flx_op_shape(old->each.op) == SHAPE_ACC_SCALE;
    r->wrong += new->views != old->views || new->each.op != old->each.op
                || new->each.flags != old->each.flags;
    if (imm) expect_operand(r, FLX_IMM, new->each.b, old->each.b);
    else r->wrong += new->each.b != old->each.b;
    for (uint32_t k = 0; k < old->views; k++) {
        const flx_view *v = &new->view[k], *w = &old->view[k];
        r->wrong += v->rows != w->rows || v->cols != w->cols || v->stride[0] != w->stride[0]
                    || v->stride[1] != w->stride[1];
        for (uint32_t e = 0; e < flx_view_size(w); e++)
            r->wrong += flx_view_element(v, e) != r->to[flx_view_element(w, e)];
    }
}

static void expect_guard(renaming *r, const flx_guard *new, const flx_guard *old)
{
    r->wrong += new->relation != old->relation || new->constants != old->constants
                || new->labels != old->labels || new->outcome != old->outcome;
    expect_operand(r, old->constants & 1 ? FLX_IMM : FLX_SLOT, new->x, old->x);
    expect_operand(r, old->constants & 2 ? FLX_IMM : FLX_SLOT, new->y, old->y);
}

/* After which instruction the accumulators of the run at this slot have all that they gain. */
static uint32_t complete_after(const flx_program *f, uint32_t k, uint32_t slot)
{
    uint32_t last = k;
    for (uint32_t j = k + 1; j < f->code.instrs; j++) {
        const flx_instr *in = &f->instr[j];
        if (!flx_op_contributes(in->op)) continue;
        const flx_view *v = flx_op_is_array(in->op) ? &f->block[in->a].view[0] : NULL;
        if (v && flx_view_size(v) == 0) continue;
        const uint32_t to = v ? v->slot : in->a;
        if (to >= slot && to < slot + f->instr[k].a) last = j;
    }
    return last + 1;
}

/* The program has these of its instructions, in this order, same[slot] standing for each slot. */
static void expect_rewritten(const before *old, const flx_program *f, const uint32_t *order,
                             uint32_t count, const uint32_t *same, const char *what)
{
    renaming r = {old, f, malloc(old->f.slots * sizeof *r.to), 0};
    uint32_t slots = 0, constants = 0;
    cr_assert_eq(f->code.instrs, count, "%s: %u for %u", what, f->code.instrs, count);
    memset(r.to, 255, old->f.slots * sizeof *r.to);
    for (uint32_t k = 0; k < count; k++)
        for (uint32_t s = old->out[order[k]]; s < old->out[order[k] + 1]; s++) r.to[s] = slots++;
    for (uint32_t s = 0; s < old->f.code.slots; s++)
        if (same) r.to[s] = r.to[same[s]];
    cr_assert_eq(f->code.slots, slots, "%s", what);
    for (uint32_t s = old->f.code.slots; s < old->f.slots; s++) r.to[s] = slots++;
    cr_assert_eq(f->slots, slots, "%s", what);
    uint32_t out = 0;
    for (uint32_t k = 0; k < count; k++) {
        const flx_instr *new = &f->instr[k], *in = &old->f.instr[order[k]];
        const flx_operands is = flx_operands_of(in->op);
        r.wrong += new->op != in->op || new->flags != in->flags;
        r.wrong += flx_code_origin(&f->code, k) != flx_code_origin(&old->f.code, order[k]);
        if (is.a == FLX_BLOCK) expect_block(&r, &f->block[new->a], &old->f.block[in->a]);
        else expect_operand(&r, is.a, new->a, in->a);
        if (in->op == OP_zeros) r.wrong += new->b != complete_after(f, k, out);
        else expect_operand(&r, is.b, new->b, in->b);
        for (uint32_t j = 0; j < 2 && is.b == FLX_WORD; j++)
            expect_operand(&r, is.word[j], f->word[new->b + j], old->f.word[in->b + j]);
        out += flx_instr_outputs(new);
    }
    for (uint32_t k = 0; k < old->f.constants; k++) {
        const flx_preset *c = &old->f.constant[k];
        if (r.to[c->slot] == UINT32_MAX
            || (same && c->slot < old->f.code.slots && same[c->slot] != c->slot))
            continue;
        r.wrong += constants >= f->constants || f->constant[constants].slot != r.to[c->slot]
                   || flx_bits_of(f->constant[constants].value) != flx_bits_of(c->value);
        constants++;
    }
    r.wrong += f->constants != constants;
    for (size_t k = 0; k < f->inputs; k++) r.wrong += f->input[k] != r.to[old->f.input[k]];
    for (size_t k = 0; k < f->outputs; k++) r.wrong += f->output[k] != r.to[old->f.output[k]];
    for (uint32_t k = 0; k < f->parameters; k++)
        r.wrong += f->parameter[k].slot != r.to[old->f.parameter[k].slot];
    for (uint32_t k = 0; k < f->code.guards; k++) expect_guard(&r, &f->guard[k], &old->f.guard[k]);
    cr_expect_eq(r.wrong, 0, "%s: %zu wrong", what, r.wrong);
    free(r.to);
}

/* ---- repeated instructions ---- */

static uint64_t operand_of(const flx_program *f, const uint32_t *same, unsigned kind, uint32_t x)
{
    return kind == FLX_SLOT ? same[x] : kind == FLX_IMM ? flx_bits_of(f->imm[x]) : x;
}

static int same_scalars(const flx_program *f, const uint32_t *same, const flx_instr *a,
                        const flx_instr *b)
{
    const flx_operands is = flx_operands_of(a->op);
    if (operand_of(f, same, is.a, a->a) != operand_of(f, same, is.a, b->a)) return 0;
    if (is.b != FLX_WORD) return operand_of(f, same, is.b, a->b) == operand_of(f, same, is.b, b->b);
    for (uint32_t j = 0; j < 2; j++)
        if (operand_of(f, same, is.word[j], f->word[a->b + j])
            != operand_of(f, same, is.word[j], f->word[b->b + j]))
            return 0;
    return 1;
}

static int same_arrays(const flx_program *f, const uint32_t *same, const flx_instr *a,
                       const flx_instr *b)
{
    const flx_block *x = &f->block[a->a], *y = &f->block[b->a];
    const int imm =
        flx_operands_of(x->each.op).b == FLX_IMM || flx_op_shape(x->each.op) == SHAPE_ACC_SCALE;
    if (a->b != b->b || x->each.op != y->each.op || x->each.flags != y->each.flags) return 0;
    if (operand_of(f, same, imm ? FLX_IMM : FLX_NOTHING, x->each.b)
        != operand_of(f, same, imm ? FLX_IMM : FLX_NOTHING, y->each.b))
        return 0;
    for (uint32_t k = 0; k < x->views; k++) {
        const flx_view *v = &x->view[k], *w = &y->view[k];
        if (v->rows != w->rows || v->cols != w->cols || v->stride[0] != w->stride[0]
            || v->stride[1] != w->stride[1]
            || (k > 0 && flx_view_size(v) && same[v->slot] != same[w->slot]))
            return 0;
    }
    return 1;
}

/* The value of a constant that has an instruction of its own, or NULL. */
static const double *constant_at(const before *b, uint32_t k)
{
    const flx_instr *in = &b->f.instr[k];
    for (uint32_t j = 0; j < b->f.constants && in->op == OP_input && in->a == 1; j++)
        if (b->f.constant[j].slot == b->out[k]) return &b->f.constant[j].value;
    return NULL;
}

static int may_stand(const before *b, uint32_t k)
{
    const unsigned op = b->f.instr[k].op;
    if (op == OP_input) return constant_at(b, k) != NULL;
    if (op == OP_poison || op == OP_call || op == OP_zeros || flx_op_contributes(op)) return 0;
    return b->out[k + 1] > b->out[k];
}

static int repeats(const before *b, const uint32_t *same, uint32_t j, uint32_t k)
{
    const flx_instr *x = &b->f.instr[j], *y = &b->f.instr[k];
    if (x->op != y->op || x->flags != y->flags) return 0;
    if (x->op == OP_input)
        return flx_bits_of(*constant_at(b, j)) == flx_bits_of(*constant_at(b, k));
    return flx_op_is_array(x->op) ? same_arrays(&b->f, same, x, y)
                                  : same_scalars(&b->f, same, x, y);
}

uint32_t expect_common(flx_program *f, const char *what)
{
    before b = copy_before(f);
    const uint32_t n = b.f.code.instrs;
    uint32_t *order = calloc(n + 1, sizeof *order), *same = calloc(b.f.slots + 1, sizeof *same);
    uint32_t *stand = calloc(n + 1, sizeof *stand), count = 0, stands = 0;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t j = 0;
        for (uint32_t s = b.out[k]; s < b.out[k + 1]; s++) same[s] = s;
        if (b.f.instr[k].op == OP_copy && !tied(&b, k)) {
            same[b.out[k]] = same[b.f.instr[k].a];
            continue;
        }
        while (j < stands && !(may_stand(&b, k) && repeats(&b, same, stand[j], k))) j++;
        if (j < stands && !tied(&b, k)) {
            for (uint32_t s = b.out[k]; s < b.out[k + 1]; s++)
                same[s] = b.out[stand[j]] + s - b.out[k];
            continue;
        }
        order[count++] = k;
        if (j == stands && may_stand(&b, k)) stand[stands++] = k;
    }
    for (uint32_t s = b.f.code.slots; s < b.f.slots; s++) same[s] = s;
    cr_assert(flx_pass_common(f));
    expect_rewritten(&b, f, order, count, same, what);
    free_before(&b, f);
    free(order);
    free(same);
    free(stand);
    return n - count;
}

/* ---- what nothing needs ---- */

static void need_view(const flx_view *v, unsigned char *needed)
{
    for (uint32_t e = 0; e < flx_view_size(v); e++) needed[flx_view_element(v, e)] = 1;
}

static int is_needed(const before *b, uint32_t k, const unsigned char *needed)
{
    const flx_instr *in = &b->f.instr[k];
    int any = in->op == OP_poison;
    if (flx_op_contributes(in->op)) {
        const flx_view *v = flx_op_is_array(in->op) ? &b->f.block[in->a].view[0] : NULL;
        for (uint32_t e = 0; v && e < flx_view_size(v); e++) any |= needed[flx_view_element(v, e)];
        return v ? any : needed[in->a];
    }
    for (uint32_t s = b->out[k]; s < b->out[k + 1]; s++) any |= needed[s];
    return any;
}

static void need_what_it_reads(const before *b, uint32_t k, unsigned char *needed)
{
    const flx_instr *in = &b->f.instr[k];
    const flx_operands is = flx_operands_of(in->op);
    if (is.a == FLX_BLOCK) {
        const flx_block *block = &b->f.block[in->a];
        for (uint32_t j = 1; j < block->views; j++) need_view(&block->view[j], needed);
        return;
    }
    if (is.a == FLX_SLOT && !flx_op_contributes(in->op)) needed[in->a] = 1;
    if (is.b == FLX_SLOT) needed[in->b] = 1;
    for (uint32_t j = 0; j < 2 && is.b == FLX_WORD; j++)
        if (is.word[j] == FLX_SLOT) needed[b->f.word[in->b + j]] = 1;
}

uint32_t expect_dead(flx_program *f, const char *what)
{
    before b = copy_before(f);
    const uint32_t n = b.f.code.instrs;
    unsigned char *needed = calloc(b.f.slots + 1, 1), *was = calloc(b.f.slots + 1, 1);
    uint32_t *order = calloc(n + 1, sizeof *order), count = 0;
    for (size_t k = 0; k < f->outputs; k++) needed[f->output[k]] = 1;
    for (size_t k = 0; k < f->inputs; k++) needed[f->input[k]] = 1;
    for (uint32_t k = 0; k < f->parameters; k++) needed[f->parameter[k].slot] = 1;
    for (uint32_t k = 0; k < f->code.guards; k++) {
        if (!(f->guard[k].constants & 1)) needed[f->guard[k].x] = 1;
        if (!(f->guard[k].constants & 2)) needed[f->guard[k].y] = 1;
    }
    do {
        memcpy(was, needed, b.f.slots);
        for (uint32_t k = n; k-- > 0;)
            if (is_needed(&b, k, needed)) need_what_it_reads(&b, k, needed);
        for (uint32_t k = 0; k < b.ties.count; k++) {
            const flx_slots *tie = &b.ties.run[k];
            if (memchr(needed + tie->low, 1, tie->end - tie->low))
                memset(needed + tie->low, 1, tie->end - tie->low);
        }
    } while (memcmp(was, needed, b.f.slots) != 0);
    for (uint32_t k = 0; k < n; k++)
        if (is_needed(&b, k, needed)) order[count++] = k;
    cr_assert(flx_pass_dead(f));
    expect_rewritten(&b, f, order, count, NULL, what);
    free_before(&b, f);
    free(needed);
    free(was);
    free(order);
    return n - count;
}

/* ---- the order ---- */

static uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

static uint32_t highest(const flx_view *v, const uint32_t *rank)
{
    uint32_t most = 0;
    for (uint32_t e = 0; e < flx_view_size(v); e++)
        most = larger(most, rank[flx_view_element(v, e)]);
    return most;
}

/* Of all that an instruction reads, and of the accumulators that it adds to. */
static uint32_t rank_of_operands(const before *b, uint32_t k, const uint32_t *rank)
{
    const flx_instr *in = &b->f.instr[k];
    const flx_operands is = flx_operands_of(in->op);
    uint32_t most = 0;
    if (is.a == FLX_BLOCK) {
        const flx_block *block = &b->f.block[in->a];
        for (uint32_t j = flx_op_contributes(in->op) ? 0 : 1; j < block->views; j++)
            most = larger(most, highest(&block->view[j], rank));
        return most;
    }
    if (is.a == FLX_SLOT) most = larger(most, rank[in->a]);
    if (is.b == FLX_SLOT) most = larger(most, rank[in->b]);
    for (uint32_t j = 0; j < 2 && is.b == FLX_WORD; j++)
        if (is.word[j] == FLX_SLOT) most = larger(most, rank[b->f.word[in->b + j]]);
    return most;
}

static void set_rank(const before *b, uint32_t k, uint32_t *rank, uint32_t to)
{
    const flx_instr *in = &b->f.instr[k];
    for (uint32_t s = b->out[k]; s < b->out[k + 1]; s++) rank[s] = to;
    if (!flx_op_contributes(in->op)) return;
    if (!flx_op_is_array(in->op)) rank[in->a] = to;
    for (uint32_t e = 0; flx_op_is_array(in->op) && e < flx_view_size(&b->f.block[in->a].view[0]);
         e++)
        rank[flx_view_element(&b->f.block[in->a].view[0], e)] = to;
}

/* The instruction after those that are tied to k, the first of them; k + 1 where none are. */
static uint32_t end_of_tie(const before *b, uint32_t k)
{
    const flx_slots *tie = tied(b, k) ? flx_tie_of(&b->ties, b->out[k]) : NULL;
    uint32_t end = k + 1;
    while (tie && end < b->f.code.instrs && b->out[end] < tie->end) end++;
    return end;
}

/* 0: of constants; 1: of parameters; 2: of inputs. */
static void classify(const before *b, uint32_t *class)
{
    const flx_program *f = &b->f;
    uint32_t *rank = calloc(f->slots + 1, sizeof *rank);
    for (uint32_t k = 0; k < f->parameters; k++) rank[f->parameter[k].slot] = 1;
    for (size_t k = 0; k < f->inputs; k++) rank[f->input[k]] = 2;
    for (uint32_t k = 0, end; k < f->code.instrs; k = end) {
        uint32_t most = 0;
        end = end_of_tie(b, k);
        for (uint32_t j = k; j < end; j++) {
            uint32_t own = f->instr[j].op == OP_zeros ? 2 : rank_of_operands(b, j, rank);
            for (uint32_t s = b->out[j]; f->instr[j].op == OP_input && s < b->out[j + 1]; s++)
                own = larger(own, rank[s]);
            set_rank(b, j, rank, own);
            most = larger(most, own);
        }
        for (uint32_t j = k; j < end; j++) set_rank(b, j, rank, class[j] = most);
    }
    free(rank);
}

typedef struct place {
    uint32_t level, op, at, instr;
} place;

static int by_level(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->level != y->level) return x->level < y->level ? -1 : 1;
    if (x->op != y->op) return x->op < y->op ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* A window's instructions by level and operation; ranks are those of slots of this window. */
static void sort_window(const before *b, uint32_t *order, uint32_t count)
{
    const flx_program *f = &b->f;
    uint32_t *rank = calloc(f->slots + 1, sizeof *rank);
    place *p = calloc(count + 1, sizeof *p);
    for (uint32_t k = 0, end; k < count; k = end) {
        uint32_t level = 0;
        end = k + end_of_tie(b, order[k]) - order[k];
        for (uint32_t j = k; j < end; j++) {
            const unsigned op = f->instr[order[j]].op;
            const int leads = op == OP_input || op == OP_zeros || op == OP_poison;
            const uint32_t own = leads ? 0 : rank_of_operands(b, order[j], rank) + 1;
            set_rank(b, order[j], rank, own);
            level = larger(level, own);
        }
        for (uint32_t j = k; j < end; j++) {
            set_rank(b, order[j], rank, level);
            p[j] = (place){level, f->instr[order[k]].op, j, order[j]};
        }
    }
    qsort(p, count, sizeof *p, by_level);
    for (uint32_t k = 0; k < count; k++) order[k] = p[k].instr;
    free(p);
    free(rank);
}

void expect_order(flx_program *f, int by_dependence, int in_runs, const char *what)
{
    before b = copy_before(f);
    const uint32_t n = b.f.code.instrs;
    uint32_t *order = calloc(n + 1, sizeof *order), *class = calloc(n + 1, sizeof *class);
    uint32_t count = 0;
    if (by_dependence) classify(&b, class);
    for (uint32_t c = 0; c < 3; c++) {
        const uint32_t first = count;
        for (uint32_t k = 0; k < n; k++)
            if (class[k] == c) order[count++] = k;
        for (uint32_t at = first, end; in_runs && at < count; at = end) {
            end = count - at < WINDOW ? count : at + WINDOW;
            while (end < count && tied(&b, order[end])
                   && flx_tie_of(&b.ties, b.out[order[end]])->low != b.out[order[end]])
                end++;
            sort_window(&b, order + at, end - at);
        }
    }
    cr_assert(flx_pass_order(f, by_dependence, in_runs));
    expect_rewritten(&b, f, order, n, NULL, what);
    free_before(&b, f);
    free(order);
    free(class);
}
