/* pattern.c: from outputs to the inputs that they depend on: 64 outputs at a time, a bit for each, through
 * the instructions that lie between, from the last to the first. */
#include <string.h>

#include "program/pattern.h"
#include "reverse/marks.h"

enum { BITS = 64 };

static const uint32_t none = UINT32_MAX;

typedef struct walk {
    const flx_inner *f;
    const flx_code *code;
    flx_memory *memory;
    uint32_t *writer;          /* of each slot: the instruction */
    uint32_t *input;           /* of each slot: which input it is, or none */
    unsigned char *linked;     /* of each slot: whether it depends on any input (FLX_LINKED) */
    uint64_t *mark;            /* of each slot: outputs that depend on it */
    uint64_t *hit;             /* of each input: the same */
    uint32_t hit_low, hit_end; /* inputs before and from which on nothing depends */
    uint64_t *pending;         /* instructions that are to be visited, a bit for each */
    uint32_t *low, *high;      /* of these: the first and the last slot with a mark */
    uint32_t *last;            /* of each accumulator: the last scalar contribution */
    uint32_t *before;          /* of each of these: the one before */
    uint32_t *array;           /* contributions of arrays, in order */
    uint32_t *marked;          /* accumulators that have marks: they lie far from each other */
    uint32_t arrays, markeds;
    uint64_t *state;  /* room for two states of a loop */
    size_t states;    /* numbers in both */
    flx_lists *inner; /* the patterns of the loops' programs */
} walk;

/* ---- marks ---- */

static void pend(walk *w, uint32_t instr)
{
    w->pending[instr / BITS] |= (uint64_t)1 << instr % BITS;
    w->low[instr] = UINT32_MAX;
    w->high[instr] = 0;
}

static int is_pending(const walk *w, uint32_t instr)
{
    return (int)(w->pending[instr / BITS] >> instr % BITS & 1);
}

static void pend_once(walk *w, uint32_t instr)
{
    if (!is_pending(w, instr)) pend(w, instr);
}

/* Contributions of arrays from instruction `from` to `end`: any of them may be to an accumulator of that run. */
static void pend_arrays(walk *w, uint32_t from, uint32_t end)
{
    uint32_t low = 0, high = w->arrays;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (w->array[middle] < from) low = middle + 1;
        else high = middle;
    }
    for (; low < w->arrays && w->array[low] < end; low++) pend_once(w, w->array[low]);
}

/* These outputs depend on a slot; where it is an accumulator, on what contributes to it. Nobody asks for
 * what no input is behind, such as a recorded gradient's adjoints of a sum. */
static void give(walk *w, uint32_t slot, uint64_t outputs)
{
    if (!(outputs & ~w->mark[slot]) || !w->linked[slot]) return;
    const uint32_t k = w->writer[slot];
    const flx_instr *in = &w->code->instr[k];
    if (!is_pending(w, k)) {
        pend(w, k);
        if (in->op == OP_zeros) pend_arrays(w, k, in->b);
    }
    if (in->op == OP_zeros && !w->mark[slot]) {
        w->marked[w->markeds++] = slot;
        for (uint32_t j = w->last[slot]; j != none; j = w->before[j]) pend_once(w, j);
    }
    w->mark[slot] |= outputs;
    if (slot < w->low[k]) w->low[k] = slot;
    if (slot > w->high[k]) w->high[k] = slot;
}

static uint64_t mark_at(const walk *w, const flx_view *v, uint32_t i, uint32_t j)
{
    return w->mark[flx_view_slot(v, i, j)];
}

static void give_at(walk *w, const flx_view *v, uint32_t i, uint32_t j, uint64_t outputs)
{
    give(w, flx_view_slot(v, i, j), outputs);
}

static uint64_t marks_of_row(const walk *w, const flx_view *v, uint32_t i)
{
    uint64_t all = 0;
    for (uint32_t j = 0; j < v->cols; j++) all |= mark_at(w, v, i, j);
    return all;
}

static uint64_t marks_of_column(const walk *w, const flx_view *v, uint32_t j)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < v->rows; i++) all |= mark_at(w, v, i, j);
    return all;
}

static void give_column(walk *w, const flx_view *v, uint32_t j, uint64_t outputs)
{
    for (uint32_t i = 0; i < v->rows && outputs; i++) give_at(w, v, i, j, outputs);
}

static void give_all(walk *w, const flx_view *v, uint64_t outputs)
{
    for (uint32_t j = 0; j < v->cols; j++) give_column(w, v, j, outputs);
}

/* ---- array instructions ---- */

/* What to do with element (i, j) of a target that outputs depend on. */
typedef void pass(walk *w, const flx_instr *in, const flx_block *b, uint32_t i, uint32_t j,
                  uint64_t outputs);

static void pass_row(walk *w, const flx_instr *in, uint32_t i, uint32_t from, uint32_t to,
                     pass *each)
{
    const flx_block *b = &w->code->block[in->a];
    if (b->view[0].stride[1] == 0 && from < to && !mark_at(w, &b->view[0], i, from)) return;
    for (uint32_t j = from; j < to; j++) {
        const uint64_t outputs = mark_at(w, &b->view[0], i, j);
        if (outputs) each(w, in, b, i, j, outputs);
    }
}

/* All elements that outputs depend on; of a run of slots those between the first and the last marked. */
static void pass_marked(walk *w, uint32_t k, pass *each)
{
    const flx_instr *in = &w->code->instr[k];
    const flx_block *b = &w->code->block[in->a];
    const flx_view *t = &b->view[0];
    if (in->b == 0 || t->stride[1] != 1 || t->stride[0] != t->cols) {
        for (uint32_t i = 0; i < t->rows; i++)
            pass_row(w, in, i, 0, flx_block_columns(in->op, b, i), each);
        return;
    }
    const uint32_t low = w->low[k] - t->slot, high = w->high[k] - t->slot;
    for (uint32_t i = low / t->cols; i <= high / t->cols; i++)
        pass_row(w, in, i, i == low / t->cols ? low % t->cols : 0,
                 i == high / t->cols ? high % t->cols + 1 : t->cols, each);
}

static void pass_element(walk *w, const flx_instr *in, const flx_block *b, uint32_t i, uint32_t j,
                         uint64_t outputs)
{
    const unsigned active = flx_block_active(in->op, b);
    for (uint32_t k = 1; k < b->views; k++)
        if (active & 1u << k) give_at(w, &b->view[k], i, j, outputs);
}

static void pass_product(walk *w, const flx_block *b)
{
    const flx_view *t = &b->view[0], *left = &b->view[1], *right = &b->view[2];
    for (uint32_t i = 0; i < t->rows; i++) {
        const uint64_t outputs = marks_of_row(w, t, i);
        for (uint32_t k = 0; k < left->cols && outputs; k++) give_at(w, left, i, k, outputs);
    }
    for (uint32_t j = 0; j < t->cols; j++) give_column(w, right, j, marks_of_column(w, t, j));
}

/* The row that an index means where it is a constant, which recording has checked; else limit. */
static uint32_t known_row(const walk *w, uint32_t slot, uint32_t limit)
{
    const double *index = flx_preset_value(w->f->constant, w->f->constants, slot);
    return index ? flx_index(*index, limit) : limit;
}

static void pass_gathered(walk *w, const flx_instr *in, const flx_block *b, uint32_t i, uint32_t j,
                          uint64_t outputs)
{
    const flx_view *from = &b->view[1];
    const uint32_t row = known_row(w, flx_view_slot(&b->view[2], i, j), from->rows);
    (void)in;
    if (row < from->rows) give_at(w, from, row, j, outputs);
    else give_column(w, from, j, outputs);
}

static void pass_scatter(walk *w, const flx_block *b)
{
    const flx_view *t = &b->view[0], *from = &b->view[1], *index = &b->view[2];
    for (uint32_t j = 0; j < from->cols; j++) {
        const uint64_t all = marks_of_column(w, t, j);
        for (uint32_t i = 0; i < from->rows && all; i++) {
            const uint32_t row = known_row(w, flx_view_slot(index, i, j), t->rows);
            if (row < t->rows) give_at(w, from, i, j, mark_at(w, t, row, j));
            else give_at(w, from, i, j, all);
        }
    }
}

static void pass_cumsum(walk *w, const flx_block *b)
{
    for (uint32_t i = 0; i < b->view[0].rows; i++) {
        uint64_t outputs = 0;
        for (uint32_t j = b->view[0].cols; j-- > 0;) {
            outputs |= mark_at(w, &b->view[0], i, j);
            give_at(w, &b->view[1], i, j, outputs);
        }
    }
}

/* To the triangle of a matrix that is read. */
static void give_triangle(walk *w, const flx_view *v, unsigned flags, uint64_t outputs)
{
    for (uint32_t i = 0; i < v->rows; i++)
        for (uint32_t j = 0; j < v->cols; j++) {
            const int inside = flags & FLAG_UPPER ? j > i : j < i;
            if (inside || (i == j && !(flags & FLAG_STRICT))) give_at(w, v, i, j, outputs);
        }
}

/* Every column of the solution depends on its own right-hand side and on the whole matrix. */
static void pass_solution(walk *w, const flx_block *b)
{
    uint64_t all = 0;
    for (uint32_t j = 0; j < b->view[0].cols; j++) {
        const uint64_t outputs = marks_of_column(w, &b->view[0], j);
        give_column(w, &b->view[1], j, outputs);
        all |= outputs;
    }
    if (all) give_triangle(w, &b->view[2], b->each.flags, all);
}

static uint64_t marks_of_all(const walk *w, const flx_view *v)
{
    uint64_t all = 0;
    for (uint32_t j = 0; j < v->cols; j++) all |= marks_of_column(w, v, j);
    return all;
}

/* Both factor and matrix have a lower triangle alone. */
static void pass_factor(walk *w, const flx_block *b)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < b->view[0].rows; i++)
        for (uint32_t j = 0; j <= i; j++) all |= mark_at(w, &b->view[0], i, j);
    if (all) give_triangle(w, &b->view[1], 0, all);
}

static void pass_whole(walk *w, unsigned op, const flx_block *b)
{
    const unsigned active = flx_block_active(op, b);
    const uint64_t all = marks_of_all(w, &b->view[0]);
    for (uint32_t k = 1; k < b->views && all; k++)
        if (active & 1u << k) give_all(w, &b->view[k], all);
}

/* ---- loops ---- */

/* A loop of which one step is looked at: the outputs that depend on the state after it, and on the one
 * before. */
typedef struct step {
    const flx_block *block;
    const flx_loop *loop;
    const flx_lists *inputs; /* the pattern of one step */
    flx_loop_slots at;
    uint32_t number;
    uint64_t *after, *before;
} step;

/* The outputs that depend on output k of a step. */
static uint64_t marks_of_result(const walk *w, const step *s, uint32_t k)
{
    const flx_split *split = &s->loop->split;
    if (k < split->state) return s->after[k];
    k -= split->state;
    if (k < split->out) return w->mark[s->at.out + s->number * split->out + k];
    return w->mark[s->at.sum + (k - split->out)];
}

static void give_operand(walk *w, const step *s, uint32_t k, uint64_t outputs)
{
    const flx_split *split = &s->loop->split;
    if (k < split->state) {
        s->before[k] |= outputs;
        return;
    }
    k -= split->state;
    if (k < split->row) give_at(w, &s->block->view[2], s->number, k, outputs);
    else give(w, flx_view_element(&s->block->view[3], k - split->row), outputs);
}

static void pass_step(walk *w, const step *s)
{
    for (uint32_t i = 0; i < s->loop->split.state; i++) s->before[i] = 0;
    for (uint32_t k = 0; k < s->inputs->count; k++) {
        const uint64_t outputs = marks_of_result(w, s, k);
        if (!outputs) continue;
        for (size_t e = s->inputs->start[k]; e < s->inputs->start[k + 1]; e++)
            give_operand(w, s, s->inputs->item[e], outputs);
    }
}

static void pass_loop(walk *w, const flx_block *b)
{
    const flx_loop *l = flx_loop_of(w->code, b);
    const uint32_t state = l->split.state;
    step s = {b, l, &w->inner[b->each.b], flx_loop_at(l, b), l->steps, w->state, w->state + state};
    for (uint32_t i = 0; i < state; i++) s.after[i] = w->mark[s.at.state + i];
    while (s.number-- > 0) {
        uint64_t *before = s.before;
        pass_step(w, &s);
        s.before = s.after;
        s.after = before;
    }
    for (uint32_t i = 0; i < state; i++) give(w, flx_view_element(&b->view[1], i), s.after[i]);
}

static void pass_block(walk *w, uint32_t k)
{
    const unsigned op = w->code->instr[k].op;
    const flx_block *b = &w->code->block[w->code->instr[k].a];
    if (flx_op_has_elements(op)) {
        pass_marked(w, k, pass_element);
        return;
    }
    switch (op) {
    case OP_matmul:
    case OP_acc_matmul: pass_product(w, b); break;
    case OP_gather:
    case OP_acc_gather: pass_marked(w, k, pass_gathered); break;
    case OP_acc_scatter: pass_scatter(w, b); break;
    case OP_cumsum:
    case OP_acc_cumsum: pass_cumsum(w, b); break;
    case OP_trsolve: pass_solution(w, b); break;
    case OP_cholesky: pass_factor(w, b); break;
    case OP_loop: pass_loop(w, b); break;
    default: pass_whole(w, op, b); break;
    }
}

/* ---- the walk ---- */

static void pass_scalar(walk *w, const flx_instr *in, uint32_t target)
{
    uint32_t operand[3];
    const int count = flx_instr_active_operands(w->code, in, operand);
    for (int k = 0; k < count; k++) give(w, operand[k], w->mark[target]);
}

static void take_hits(walk *w, uint32_t low, uint32_t high)
{
    for (uint32_t s = low; s <= high; s++) {
        const uint32_t i = w->input[s];
        if (i == none || !w->mark[s]) continue;
        w->hit[i] = w->mark[s];
        if (i < w->hit_low) w->hit_low = i;
        if (i >= w->hit_end) w->hit_end = i + 1;
    }
}

/* Hands on what depends on an instruction, which is done with then. */
static void visit(walk *w, uint32_t k)
{
    const flx_instr *in = &w->code->instr[k];
    const flx_shape shape = flx_op_shape(in->op);
    const uint32_t low = w->low[k], high = w->high[k];
    if (shape >= SHAPE_ACC && shape <= SHAPE_ACC_PAIR) pass_scalar(w, in, in->a);
    else if (shape == SHAPE_ACC_BLOCK) pass_block(w, k);
    if (low > high || in->op == OP_zeros) return;
    if (shape <= SHAPE_TRIPLE) pass_scalar(w, in, low);
    else if (shape == SHAPE_BLOCK) pass_block(w, k);
    else if (in->op == OP_input) take_hits(w, low, high);
    memset(w->mark + low, 0, (high - low + 1) * sizeof *w->mark);
}

static uint32_t highest_bit(uint64_t word)
{
    uint32_t bit = 0;
    for (uint32_t half = BITS / 2; half > 0; half /= 2) {
        if (word >> half == 0) continue;
        word >>= half;
        bit += half;
    }
    return bit;
}

/* What the outputs from number `from` on depend on, into the hits. */
static void follow(walk *w, uint32_t from, uint32_t count)
{
    w->hit_low = w->f->inputs;
    w->hit_end = 0;
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t slot = w->f->output[from + k];
        if (slot < w->code->slots) give(w, slot, (uint64_t)1 << k);
    }
    for (size_t at = w->code->instrs / BITS + 1; at-- > 0;) {
        while (w->pending[at]) {
            const uint32_t bit = highest_bit(w->pending[at]);
            w->pending[at] &= ~((uint64_t)1 << bit);
            visit(w, (uint32_t)at * BITS + bit);
        }
    }
    while (w->markeds > 0) w->mark[w->marked[--w->markeds]] = 0;
}

/* ---- what is found ---- */

static int reserve(const walk *w, flx_lists *l, size_t more)
{
    const size_t used = l->start[l->count];
    if (more <= l->cap - used) return 1;
    const size_t cap = 2 * used + more;
    uint32_t *item = flx_memory_resize(w->memory, l->item, l->cap, cap, sizeof *item);
    if (!item) return 0;
    l->item = item;
    l->cap = cap;
    return 1;
}

/* Appends lists for so many outputs, from the hits, which are cleared. */
static int append(walk *w, flx_lists *l, uint32_t count)
{
    size_t size[BITS] = {0}, more = 0;
    for (uint32_t i = w->hit_low; i < w->hit_end; i++)
        for (uint32_t k = 0; k < count && w->hit[i]; k++) size[k] += w->hit[i] >> k & 1;
    for (uint32_t k = 0; k < count; k++) more += size[k];
    if (!reserve(w, l, more)) return 0;
    size_t *next = l->start + l->count + 1; /* where the next number of a list goes, then its end */
    for (uint32_t k = 0; k < count; k++) next[k] = k ? next[k - 1] + size[k - 1] : next[-1];
    for (uint32_t i = w->hit_low; i < w->hit_end; i++) {
        for (uint32_t k = 0; k < count && w->hit[i]; k++)
            if (w->hit[i] >> k & 1) l->item[next[k]++] = i;
        w->hit[i] = 0;
    }
    l->count += count;
    return 1;
}

static int find(walk *w, flx_lists *inputs)
{
    inputs->start[0] = 0;
    for (uint32_t from = 0; from < w->f->outputs; from += BITS) {
        const uint32_t left = w->f->outputs - from, count = left < BITS ? left : BITS;
        follow(w, from, count);
        if (!append(w, inputs, count)) return 0;
    }
    return 1;
}

/* ---- memory ---- */

static void *zeroed(const walk *w, size_t count, size_t size, int *failed)
{
    void *p = flx_memory_room(w->memory, count, size, failed);
    if (p) memset(p, 0, count * size);
    return p;
}

/* What an instruction contributes to, if it does. */
static void note_contribution(walk *w, uint32_t k)
{
    const flx_instr *in = &w->code->instr[k];
    const flx_shape shape = flx_op_shape(in->op);
    if (shape == SHAPE_ACC_BLOCK) w->array[w->arrays++] = k;
    if (shape < SHAPE_ACC || shape > SHAPE_ACC_PAIR) return;
    w->before[k] = w->last[in->a];
    w->last[in->a] = k;
}

static void number(walk *w)
{
    const flx_code *c = w->code;
    uint32_t out = 0;
    for (uint32_t s = 0; s < c->slots; s++) w->last[s] = none;
    for (uint32_t k = 0; k < c->instrs; k++) note_contribution(w, k);
    for (uint32_t k = 0; k < c->instrs; k++)
        for (uint32_t end = out + flx_instr_outputs(&c->instr[k]); out < end; out++)
            w->writer[out] = k;
    for (uint32_t s = 0; s < c->slots; s++) w->input[s] = none;
    for (uint32_t i = 0; i < w->f->inputs; i++) w->input[w->f->input[i]] = i;
    for (uint32_t i = 0; i < w->f->inputs; i++) w->linked[w->f->input[i]] = FLX_LINKED;
    flx_mark_dependent(&(flx_marked){c, NULL, {0, c->instrs, 0, c->slots}, w->linked});
}

static size_t largest_state(const flx_code *c)
{
    size_t most = 0;
    for (uint32_t k = 0; k < c->loops; k++)
        if (c->loop[k].split.state > most) most = c->loop[k].split.state;
    return most;
}

static int open_walk(walk *w)
{
    const flx_code *c = w->code;
    int failed = 0;
    w->states = 2 * largest_state(c) + 1;
    w->low = flx_memory_room(w->memory, c->instrs, sizeof *w->low, &failed);
    w->high = flx_memory_room(w->memory, c->instrs, sizeof *w->high, &failed);
    w->writer = flx_memory_room(w->memory, c->slots, sizeof *w->writer, &failed);
    w->input = flx_memory_room(w->memory, c->slots, sizeof *w->input, &failed);
    w->linked = zeroed(w, c->slots, sizeof *w->linked, &failed);
    w->mark = zeroed(w, c->slots, sizeof *w->mark, &failed);
    w->last = flx_memory_room(w->memory, c->slots, sizeof *w->last, &failed);
    w->before = flx_memory_room(w->memory, c->instrs, sizeof *w->before, &failed);
    w->array = flx_memory_room(w->memory, c->blocks ? c->instrs : 0, sizeof *w->array, &failed);
    w->marked = flx_memory_room(w->memory, c->slots, sizeof *w->marked, &failed);
    w->hit = zeroed(w, w->f->inputs, sizeof *w->hit, &failed);
    w->pending = zeroed(w, c->instrs / BITS + 1, sizeof *w->pending, &failed);
    w->state = flx_memory_room(w->memory, w->states, sizeof *w->state, &failed);
    w->inner = zeroed(w, c->loops, sizeof *w->inner, &failed);
    if (!failed) number(w);
    for (uint32_t k = 0; k < c->loops && !failed; k++)
        failed = !flx_pattern_find(c->loop[k].inner, w->memory, &w->inner[k]);
    return !failed;
}

static void close_walk(walk *w)
{
    const flx_code *c = w->code;
    for (uint32_t k = 0; k < c->loops && w->inner; k++) flx_lists_clear(&w->inner[k], w->memory);
    flx_memory_give(w->memory, w->low, c->instrs, sizeof *w->low);
    flx_memory_give(w->memory, w->high, c->instrs, sizeof *w->high);
    flx_memory_give(w->memory, w->writer, c->slots, sizeof *w->writer);
    flx_memory_give(w->memory, w->input, c->slots, sizeof *w->input);
    flx_memory_give(w->memory, w->linked, c->slots, sizeof *w->linked);
    flx_memory_give(w->memory, w->mark, c->slots, sizeof *w->mark);
    flx_memory_give(w->memory, w->last, c->slots, sizeof *w->last);
    flx_memory_give(w->memory, w->before, c->instrs, sizeof *w->before);
    flx_memory_give(w->memory, w->array, c->blocks ? c->instrs : 0, sizeof *w->array);
    flx_memory_give(w->memory, w->marked, c->slots, sizeof *w->marked);
    flx_memory_give(w->memory, w->hit, w->f->inputs, sizeof *w->hit);
    flx_memory_give(w->memory, w->pending, c->instrs / BITS + 1, sizeof *w->pending);
    flx_memory_give(w->memory, w->state, w->states, sizeof *w->state);
    flx_memory_give(w->memory, w->inner, c->loops, sizeof *w->inner);
}

int flx_pattern_find(const flx_inner *f, flx_memory *memory, flx_lists *inputs)
{
    int failed = 0;
    walk w = {.f = f, .code = f->code, .memory = memory};
    *inputs = (flx_lists){0};
    const size_t starts = (size_t)f->outputs + 1;
    inputs->start = flx_memory_room(memory, starts, sizeof *inputs->start, &failed);
    const int found = !failed && open_walk(&w) && find(&w, inputs);
    close_walk(&w);
    if (found) return 1;
    inputs->count = f->outputs; /* of which there is room for starts */
    flx_lists_clear(inputs, memory);
    return 0;
}
