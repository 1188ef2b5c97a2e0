/* mini.c: see mini.h. */
#include "mixed/mini.h"

#include <math.h>
#include <string.h>

#include "reverse/block.h"

/* The block of an array instruction, or NULL. */
static const flx_block *block_of(const flx_code *c, const flx_instr *in)
{
    return flx_op_is_array(in->op) ? &c->block[in->a] : NULL;
}

size_t flx_mini_inputs(const flx_code *c, const flx_instr *in)
{
    const flx_block *b = block_of(c, in);
    size_t n = 0;
    switch (flx_op_shape(in->op)) {
    case SHAPE_UNARY:
    case SHAPE_IMMEDIATE:
    case SHAPE_ACC:
    case SHAPE_ACC_SCALE: return 1;
    case SHAPE_BINARY:
    case SHAPE_ACC_PAIR: return 2;
    case SHAPE_TRIPLE: return 3;
    case SHAPE_BLOCK:
    case SHAPE_ACC_BLOCK:
        if (in->op == OP_loop) return 0; /* its instructions are compared */
        if (flx_view_size(&b->view[0]) == 0 || !flx_block_active(in->op, b)) return 0;
        for (uint32_t k = 1; k < b->views; k++) n += flx_view_distinct(&b->view[k]);
        return n;
    default: return 0;
    }
}

static int same_shape(const flx_view *v, const flx_view *w)
{
    return v->rows == w->rows && v->cols == w->cols && flx_view_is_tall(v) == flx_view_is_tall(w)
           && flx_view_is_wide(v) == flx_view_is_wide(w);
}

static int same_block(const flx_block *b, const flx_block *with)
{
    int same = b->each.op == with->each.op && b->each.flags == with->each.flags;
    for (uint32_t k = 0; k < b->views; k++) same = same && same_shape(&b->view[k], &with->view[k]);
    return same;
}

int flx_mini_fits(const flx_mini *mini, const flx_code *c, const flx_instr *in)
{
    const flx_block *b = block_of(c, in);
    return mini->program && mini->flags == in->flags && (!b || same_block(b, &mini->block));
}

double flx_mini_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    const double fraction = (double)(*state >> 12) * 0x1p-52;
    return (*state >> 11 & 1u) ? 0.5 + fraction : -0.5 - fraction;
}

/* The block on compact views: operands from slot base on, the target at slot to. */
static flx_block compact(flx_tape *t, const flx_block *b, uint32_t base, uint32_t to)
{
    flx_block small = *b;
    if (b->each.op == OP_sub) small.each.flags = 0; /* here all operands have derivatives */
    const flx_shape shape = flx_op_shape(b->each.op);
    small.view[0] = flx_view_compact(&b->view[0], to);
    for (uint32_t k = 1; k < b->views; k++) {
        small.view[k] = flx_view_compact(&b->view[k], base);
        base += flx_view_distinct(&b->view[k]);
    }
    if (shape == SHAPE_IMMEDIATE || shape == SHAPE_ACC_SCALE || shape == SHAPE_ACC_IMM)
        small.each.b = flx_tape_imm(t, 1.0);
    return small;
}

/* The instruction with its operands on the tape: inputs from slot base on, accumulators at acc. */
static flx_instr place(flx_tape *t, const flx_code *c, const flx_instr *in, uint32_t base,
                       uint32_t acc)
{
    flx_instr out = *in;
    switch (flx_op_shape(in->op)) {
    case SHAPE_UNARY: out.a = base; break;
    case SHAPE_IMMEDIATE:
        out.a = base;
        out.b = flx_tape_imm(t, 1.0);
        break;
    case SHAPE_BINARY:
        out.a = base;
        out.b = base + 1;
        break;
    case SHAPE_TRIPLE:
        out.a = base;
        out.b = flx_tape_words(t, base + 1, base + 2);
        break;
    case SHAPE_ACC:
        out.a = acc;
        out.b = base;
        break;
    case SHAPE_ACC_SCALE:
        out.a = acc;
        out.b = flx_tape_words(t, base, flx_tape_imm(t, 1.0));
        break;
    case SHAPE_ACC_PAIR:
        out.a = acc;
        out.b = flx_tape_words(t, base, base + 1);
        break;
    case SHAPE_BLOCK:
    case SHAPE_ACC_BLOCK: out.a = flx_tape_block(t, compact(t, block_of(c, in), base, acc)); break;
    default: break;
    }
    return out;
}

static uint32_t outputs_of(const flx_code *c, const flx_instr *in)
{
    const flx_block *b = block_of(c, in);
    const uint32_t written = flx_instr_outputs(in);
    return written || !b ? written + !written : flx_view_distinct(&b->view[0]);
}

/* Records the instruction on variables; returns its first output, 0 where the tape has failed. */
static uint32_t record(flx_mini *mini, flx_tape *t, const flx_code *c, const flx_instr *in,
                       size_t n)
{
    const uint32_t m = outputs_of(c, in), written = flx_instr_outputs(in);
    const flx_array x = flx_array_variable(t, n, 1, mini->x);
    if (!flx_tape_reserve(t, (flx_need){2 * (uint64_t)m, 2, 1, 2, 1}, in->op)) return 0;
    uint32_t to = t->head.slots;
    if (!written) {
        to = flx_tape_emit(t, OP_zeros, 0, m, 0, m);
        t->head.instr[flx_tape_instrs(t) - 1].b =
            flx_tape_instrs(t) + 1; /* complete after the next one */
        for (uint32_t k = 0; k < m; k++) t->head.value[to + k] = 0.0;
    }
    const flx_instr placed = place(t, c, in, x.first.u.at.slot, to);
    flx_tape_emit(t, placed.op, placed.flags, placed.a, placed.b, written);
    for (uint32_t k = 0; k < written; k++) t->head.value[to + k] = 0.0;
    return to;
}

static flx_status freeze(flx_mini *mini, flx_tape *t, const flx_code *c, const flx_instr *in,
                         size_t n)
{
    const uint32_t m = outputs_of(c, in), base = t->head.slots;
    const uint32_t out = record(mini, t, c, in, n);
    if (flx_tape_status(t) != FLX_OK) return flx_tape_status(t);
    flx_memory *memory = &mini->roads.memory;
    flx_var *vars = flx_memory_resize(memory, NULL, 0, n + m, sizeof *vars);
    if (!vars) return FLX_ENOMEM;
    for (size_t k = 0; k < n; k++) vars[k] = flx_tape_var(t, base + (uint32_t)k);
    for (uint32_t k = 0; k < m; k++) vars[n + k] = flx_tape_var(t, out + k);
    const flx_status status =
        flx_freeze(t, n, vars, m, vars + n, FLX_KEEP_ALL, &mini->program, NULL);
    flx_memory_resize(memory, vars, n + m, 0, sizeof *vars);
    return status;
}

flx_status flx_mini_create(flx_mini *mini, flx_tape *t, unsigned roads, const flx_code *c,
                           const flx_instr *in)
{
    const size_t n = flx_mini_inputs(c, in), m = outputs_of(c, in);
    uint64_t state = 1;
    *mini = (flx_mini){.flags = in->flags, .is_array = flx_op_is_array(in->op)};
    if (mini->is_array) mini->block = c->block[in->a];
    mini->roads.memory = flx_memory_make(&t->memory.allocator, 0);
    mini->room_size = 4 * n + m + 1;
    mini->room =
        flx_memory_resize(&mini->roads.memory, NULL, 0, mini->room_size, sizeof *mini->room);
    if (!mini->room) return FLX_ENOMEM;
    for (size_t k = 0; k < mini->room_size; k++) mini->room[k] = flx_mini_random(&state);
    mini->x = mini->room;
    mini->u = mini->x + n;
    mini->v = mini->u + n;
    mini->moved = mini->v + n;
    mini->weight = mini->moved + n;
    if (m == 1) mini->weight[0] = 1.0;
    flx_tape_reset(t);
    const flx_status status = freeze(mini, t, c, in, n);
    if (status != FLX_OK) return status;
    return flx_roads_create(&mini->roads, mini->program, roads, 3, mini->weight);
}

void flx_mini_destroy(flx_mini *mini)
{
    flx_memory memory = mini->roads.memory;
    flx_roads_destroy(&mini->roads);
    flx_program_release(mini->program);
    if (mini->room) flx_memory_resize(&memory, mini->room, mini->room_size, 0, sizeof *mini->room);
    *mini = (flx_mini){0};
}

/* The elements of a view, those that it repeats once. */
static double *load_view(const flx_view *v, const double *value, double *x)
{
    const uint32_t rows = flx_view_is_tall(v) ? 1 : v->rows,
                   cols = flx_view_is_wide(v) ? 1 : v->cols;
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t j = 0; j < cols; j++) *x++ = value[flx_view_slot(v, i, j)];
    return x;
}

static void load_array(flx_mini *mini, const flx_code *c, const flx_instr *in, const double *value)
{
    const flx_block *b = block_of(c, in);
    double *x = mini->x;
    for (uint32_t k = 1; k < b->views; k++) x = load_view(&b->view[k], value, x);
    if (mini->program->imms) mini->program->imm[0] = c->imm[b->each.b];
}

void flx_mini_load(flx_mini *mini, const flx_code *c, const flx_instr *in, const double *value)
{
    double *x = mini->x;
    switch (flx_op_shape(in->op)) {
    case SHAPE_UNARY: x[0] = value[in->a]; break;
    case SHAPE_IMMEDIATE:
        x[0] = value[in->a];
        mini->program->imm[0] = c->imm[in->b];
        break;
    case SHAPE_BINARY:
        x[0] = value[in->a];
        x[1] = value[in->b];
        break;
    case SHAPE_TRIPLE:
        x[0] = value[in->a];
        x[1] = value[c->word[in->b]];
        x[2] = value[c->word[in->b + 1]];
        break;
    case SHAPE_ACC: x[0] = value[in->b]; break;
    case SHAPE_ACC_SCALE:
        x[0] = value[c->word[in->b]];
        mini->program->imm[0] = c->imm[c->word[in->b + 1]];
        break;
    case SHAPE_ACC_PAIR:
        x[0] = value[c->word[in->b]];
        x[1] = value[c->word[in->b + 1]];
        break;
    default: load_array(mini, c, in, value); break;
    }
}
