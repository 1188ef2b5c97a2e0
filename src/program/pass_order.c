/* pass_order.c: what depends on constants alone comes first, what depends on parameters next, what
 * depends on inputs last. Within these, and within windows of the recorded order that fit into a cache,
 * instructions are sorted by level, which is the length of the longest chain up to them in the window,
 * and by operation, so that equal operations that do not depend on each other stand in runs. Otherwise
 * the order stays.
 *
 * What an instruction reads has a lower level, or stands in an earlier window; contributions to an
 * accumulator raise its level one after the other, so that they keep their order and come before what
 * reads it. */
#include <string.h>

#include "program/passes.h"

enum { CONSTANTS, PARAMETERS, INPUTS, CLASSES };
enum { WINDOW = 100000 };

typedef struct ordering {
    flx_program *f;
    flx_ties ties;
    uint32_t *rank;  /* of slots: classes, then levels above those of all windows before */
    uint32_t *out;   /* the first slots of instructions */
    uint32_t *order; /* instructions: by classes, then by windows */
    uint32_t *level; /* of the instructions of one window, in their order */
    uint16_t *op;    /* what they are sorted by */
    uint32_t *sorted;
    uint32_t room; /* instructions of the longest window */
} ordering;

static uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

static uint32_t rank_of_view(const ordering *o, const flx_view *v)
{
    uint32_t rank = 0;
    for (uint32_t i = 0; i < v->rows; i++)
        for (uint32_t j = 0; j < v->cols; j++) rank = larger(rank, o->rank[flx_view_slot(v, i, j)]);
    return rank;
}

static void rank_view(const ordering *o, const flx_view *v, uint32_t rank)
{
    for (uint32_t i = 0; i < v->rows; i++)
        for (uint32_t j = 0; j < v->cols; j++) o->rank[flx_view_slot(v, i, j)] = rank;
}

/* The highest rank of what an instruction reads, and of the accumulators that it adds to. */
static uint32_t rank_of_operands(const ordering *o, const flx_instr *in)
{
    uint32_t operand[3], rank = 0;
    if (flx_op_is_array(in->op)) {
        const flx_block *b = &o->f->block[in->a];
        for (uint32_t k = !flx_op_contributes(in->op); k < b->views; k++)
            rank = larger(rank, rank_of_view(o, &b->view[k]));
        return rank;
    }
    const int count = flx_instr_operands(&o->f->code, in, operand);
    for (int k = 0; k < count; k++) rank = larger(rank, o->rank[operand[k]]);
    return flx_op_contributes(in->op) ? larger(rank, o->rank[in->a]) : rank;
}

static void set_rank(const ordering *o, const flx_instr *in, uint32_t out, uint32_t rank)
{
    const uint32_t outputs = flx_instr_outputs(in);
    for (uint32_t j = 0; j < outputs; j++) o->rank[out + j] = rank;
    if (!flx_op_contributes(in->op)) return;
    if (flx_op_is_array(in->op)) rank_view(o, &o->f->block[in->a].view[0], rank);
    else o->rank[in->a] = rank;
}

/* The instruction after those that are tied, of which k is the first: they stand side by side. */
static uint32_t end_of_tie(const ordering *o, const flx_slots *tie, uint32_t k)
{
    while (k < o->f->code.instrs && o->out[k] < tie->end) k++;
    return k;
}

/* The tie that instruction k begins, or NULL. */
static const flx_slots *tie_at(const ordering *o, uint32_t k)
{
    if (o->ties.count == 0 || flx_instr_outputs(&o->f->instr[k]) == 0) return NULL;
    const flx_slots *tie = flx_tie_of(&o->ties, o->out[k]);
    return tie && tie->low == o->out[k] ? tie : NULL;
}

/* ---- classes ---- */

/* Runs of inputs are of one class. Accumulators count as dependent on the inputs: whether they are is
 * known only after them. */
static uint32_t class_of(const ordering *o, const flx_instr *in, uint32_t out)
{
    uint32_t class = CONSTANTS;
    if (in->op == OP_zeros) return INPUTS;
    for (uint32_t j = 0; in->op == OP_input && j < in->a; j++)
        class = larger(class, o->rank[out + j]);
    return class > CONSTANTS || in->op == OP_input || in->op == OP_poison ? class
                                                                          : rank_of_operands(o, in);
}

/* Instructions from k on that are tied, or one: their class. Returns the one after them. */
static uint32_t classify(const ordering *o, uint32_t k, uint32_t *class)
{
    const flx_code *c = &o->f->code;
    const flx_slots *tie = tie_at(o, k);
    const uint32_t end = tie ? end_of_tie(o, tie, k) : k + 1;
    *class = CONSTANTS;
    for (uint32_t j = k; j < end; j++)
        *class = larger(*class, class_of(o, &c->instr[j], o->out[j]));
    for (uint32_t j = k; j < end; j++) set_rank(o, &c->instr[j], o->out[j], *class);
    return end;
}

/* Sorts the instructions by class; where classes are not asked for all are of one. first gets where
 * each class begins, and the end. */
static int sort_by_class(ordering *o, int by_dependence, uint32_t first[CLASSES + 1])
{
    flx_program *f = o->f;
    const uint32_t n = f->code.instrs;
    uint32_t count[CLASSES] = {0}, class, at[CLASSES];
    int failed = 0;
    unsigned char *of = flx_memory_room(&f->memory, n, sizeof *of, &failed);
    if (failed) return 0;
    memset(o->rank, 0, f->slots * sizeof *o->rank);
    for (uint32_t k = 0; k < f->parameters; k++) o->rank[f->parameter[k].slot] = PARAMETERS;
    for (size_t k = 0; k < f->inputs; k++) o->rank[f->input[k]] = INPUTS;
    for (uint32_t k = 0, end; k < n; k = end) {
        end = by_dependence ? classify(o, k, &class) : n;
        if (!by_dependence) class = INPUTS;
        memset(of + k, (int)class, end - k);
        count[class] += end - k;
    }
    first[0] = 0;
    for (int k = 0; k < CLASSES; k++) first[k + 1] = first[k] + count[k];
    memcpy(at, first, sizeof at);
    for (uint32_t k = 0; k < n; k++) o->order[at[of[k]]++] = k;
    flx_memory_give(&f->memory, of, n, sizeof *of);
    return 1;
}

/* ---- windows ---- */

/* Where the window ends that begins at place first; ties are not cut. */
static uint32_t end_of_window(const ordering *o, uint32_t first, uint32_t end)
{
    uint32_t last = end - first < WINDOW ? end : first + WINDOW;
    for (; last < end; last++) {
        const uint32_t k = o->order[last];
        const flx_slots *tie =
            flx_instr_outputs(&o->f->instr[k]) ? flx_tie_of(&o->ties, o->out[k]) : NULL;
        if (!tie || tie->low == o->out[k]) break;
    }
    return last;
}

static uint32_t longest_window(const ordering *o, const uint32_t first[CLASSES + 1])
{
    uint32_t longest = 0;
    for (int class = 0; class < CLASSES; class ++) {
        for (uint32_t at = first[class], end; at < first[class + 1]; at = end) {
            end = end_of_window(o, at, first[class + 1]);
            longest = larger(longest, end - at);
        }
    }
    return longest;
}

/* The levels of a window's instructions, and what they are sorted by; of tied ones those of the first,
 * so that they stay together. Ranks up to base are of windows before. Returns the highest level. */
static uint32_t find_levels(ordering *o, const uint32_t *instr, uint32_t count, uint32_t base)
{
    const flx_code *c = &o->f->code;
    uint32_t most = 0;
    for (uint32_t k = 0, end; k < count; k = end) {
        const flx_slots *tie = tie_at(o, instr[k]);
        uint32_t level = 0;
        end = tie ? k + end_of_tie(o, tie, instr[k]) - instr[k] : k + 1;
        for (uint32_t j = k; j < end; j++) {
            const flx_instr *in = &c->instr[instr[j]];
            const int leads = in->op == OP_input || in->op == OP_zeros || in->op == OP_poison;
            const uint32_t rank = leads ? 0 : rank_of_operands(o, in);
            const uint32_t own = leads ? 0 : (rank > base ? rank - base : 0) + 1;
            level = larger(level, own);
            set_rank(o, in, o->out[instr[j]], base + own);
            o->op[j] = c->instr[instr[k]].op;
        }
        for (uint32_t j = k; j < end; j++) {
            if (tie) set_rank(o, &c->instr[instr[j]], o->out[instr[j]], base + level);
            o->level[j] = level;
        }
        most = larger(most, level);
    }
    return most;
}

/* Sorts a window: equal operations of a level side by side, otherwise as they were. at has room for
 * two more numbers than the window has instructions. */
static void sort_window(ordering *o, uint32_t *instr, uint32_t count, uint32_t most, uint32_t *at)
{
    uint32_t of_op[OP_COUNT + 1] = {0};
    for (uint32_t k = 0; k < count; k++) of_op[o->op[k] + 1]++;
    for (unsigned k = 0; k < OP_COUNT; k++) of_op[k + 1] += of_op[k];
    for (uint32_t k = 0; k < count; k++) o->sorted[of_op[o->op[k]]++] = k;
    memset(at, 0, ((size_t)most + 2) * sizeof *at);
    for (uint32_t k = 0; k < count; k++) at[o->level[k] + 1]++;
    for (uint32_t k = 0; k <= most; k++) at[k + 1] += at[k];
    uint32_t *final = o->sorted + count;
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t from = o->sorted[k];
        final[at[o->level[from]]++] = instr[from];
    }
    memcpy(instr, final, count * sizeof *instr);
}

static int sort_windows(ordering *o, const uint32_t first[CLASSES + 1])
{
    flx_program *f = o->f;
    int failed = 0;
    uint32_t base = 0;
    const uint32_t room = o->room = longest_window(o, first);
    uint32_t *at = flx_memory_room(&f->memory, (size_t)room + 2, sizeof *at, &failed);
    o->level = flx_memory_room(&f->memory, room, sizeof *o->level, &failed);
    o->op = flx_memory_room(&f->memory, room, sizeof *o->op, &failed);
    o->sorted = flx_memory_room(&f->memory, 2 * (size_t)room, sizeof *o->sorted, &failed);
    for (int class = 0; class < CLASSES && !failed; class ++) {
        for (uint32_t from = first[class], end; from < first[class + 1]; from = end) {
            end = end_of_window(o, from, first[class + 1]);
            const uint32_t most = find_levels(o, o->order + from, end - from, base);
            sort_window(o, o->order + from, end - from, most, at);
            base += most;
        }
    }
    flx_memory_give(&f->memory, at, (size_t)room + 2, sizeof *at);
    flx_memory_give(&f->memory, o->level, room, sizeof *o->level);
    flx_memory_give(&f->memory, o->op, room, sizeof *o->op);
    flx_memory_give(&f->memory, o->sorted, 2 * (size_t)room, sizeof *o->sorted);
    return !failed;
}

/* ---- together ---- */

static int is_sorted(const ordering *o)
{
    for (uint32_t k = 0; k < o->f->code.instrs; k++)
        if (o->order[k] != k) return 0;
    return 1;
}

static int arrange(ordering *o, int by_dependence, int in_runs)
{
    const flx_code *c = &o->f->code;
    uint32_t first[CLASSES + 1];
    for (uint32_t k = 0, out = 0; k < c->instrs; k++) {
        o->out[k] = out;
        out += flx_instr_outputs(&c->instr[k]);
    }
    if (!sort_by_class(o, by_dependence, first)) return 0;
    if (in_runs && !sort_windows(o, first)) return 0;
    return is_sorted(o) || flx_rewrite(o->f, o->order, c->instrs, NULL);
}

int flx_pass_order(flx_program *f, int by_dependence, int in_runs)
{
    ordering o = {.f = f};
    int failed = 0;
    const uint32_t slots = f->slots, instrs = f->code.instrs;
    o.rank = flx_memory_room(&f->memory, slots, sizeof *o.rank, &failed);
    o.out = flx_memory_room(&f->memory, instrs, sizeof *o.out, &failed);
    o.order = flx_memory_room(&f->memory, instrs, sizeof *o.order, &failed);
    const int done = !failed && flx_ties_find(f, &o.ties) && arrange(&o, by_dependence, in_runs);
    flx_ties_free(f, &o.ties);
    flx_memory_give(&f->memory, o.rank, slots, sizeof *o.rank);
    flx_memory_give(&f->memory, o.out, instrs, sizeof *o.out);
    flx_memory_give(&f->memory, o.order, instrs, sizeof *o.order);
    return done;
}
