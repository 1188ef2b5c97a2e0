/* mini.c: see mini.h. */
#include "mixed/mini.h"

#include <math.h>
#include <string.h>

static int is_array(const flx_instr *in) { return flx_op_shape(in->op) >= SHAPE_AXPY; }

static int has_alpha(const flx_instr *in)
{
    return (in->op == OP_axpy || in->op == OP_acc_axpy) && !(in->flags & FLAG_ALPHA_IMMEDIATE);
}

static uint32_t view_size(const flx_code *c, const flx_instr *in)
{
    return is_array(in) ? flx_pair_size(&c->pair[in->a]) : 0;
}

size_t flx_mini_inputs(const flx_code *c, const flx_instr *in)
{
    const size_t size = view_size(c, in);
    if (is_array(in) && size == 0) return 0;
    switch (flx_op_shape(in->op)) {
    case SHAPE_UNARY:
    case SHAPE_IMMEDIATE:
    case SHAPE_ACC:
    case SHAPE_ACC_SCALE: return 1;
    case SHAPE_BINARY:
    case SHAPE_ACC_PAIR: return 2;
    case SHAPE_TRIPLE: return 3;
    case SHAPE_AXPY: return 2 * size + (size_t)has_alpha(in);
    case SHAPE_DOT:
    case SHAPE_ACC_DOT: return 2 * size;
    case SHAPE_ACC_AXPY: return size + (size_t)has_alpha(in);
    default: return 0;
    }
}

int flx_mini_fits(const flx_mini *mini, const flx_code *c, const flx_instr *in)
{
    return mini->program && mini->flags == in->flags && mini->size == view_size(c, in);
}

double flx_mini_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    const double fraction = (double)(*state >> 12) * 0x1p-52;
    return (*state >> 11 & 1u) ? 0.5 + fraction : -0.5 - fraction;
}

/* A view of a compact run. */
static flx_pair compact(uint32_t size, uint32_t x, uint32_t y)
{
    const flx_pair p = {size, 1, x, y, {1, 1}, {1, 1}};
    return p;
}

/* The instruction with its operands on the tape: inputs from slot base on, accumulators at acc. */
static flx_instr place(flx_tape *t, const flx_instr *in, uint32_t size, uint32_t base, uint32_t acc)
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
    case SHAPE_AXPY:
        out.a = flx_tape_pair(t, compact(size, base, base + size));
        out.b = has_alpha(in) ? base + 2 * size : flx_tape_imm(t, 1.0);
        break;
    case SHAPE_ACC_AXPY:
        out.a = flx_tape_pair(t, compact(size, acc, base));
        out.b = has_alpha(in) ? base + size : flx_tape_imm(t, 1.0);
        break;
    case SHAPE_DOT: out.a = flx_tape_pair(t, compact(size, base, base + size)); break;
    case SHAPE_ACC_DOT:
        out.a = flx_tape_pair(t, compact(size, base, base + size));
        out.b = acc;
        break;
    default: break;
    }
    return out;
}

static uint32_t outputs_of(const flx_code *c, const flx_instr *in)
{
    const uint32_t written = flx_instr_outputs(c, in);
    if (written) return written;
    return in->op == OP_acc_axpy ? view_size(c, in) : 1;
}

/* Records the instruction on variables; returns its first output, 0 where the tape has failed. */
static uint32_t record(flx_mini *mini, flx_tape *t, const flx_code *c, const flx_instr *in,
                       size_t n)
{
    const uint32_t m = outputs_of(c, in), written = flx_instr_outputs(c, in);
    const flx_array x = flx_array_variable(t, n, 1, mini->x);
    if (!flx_tape_reserve(t, (flx_need){2 * (uint64_t)m, 2, 1, 2, 1}, in->op)) return 0;
    uint32_t first = 0;
    if (!written) {
        first = flx_tape_emit(t, OP_zeros, 0, m, 0, m);
        t->head.instr[t->head.instrs - 1].b = t->head.instrs + 1; /* complete after the next one */
        for (uint32_t k = 0; k < m; k++) t->head.value[first + k] = 0.0;
    }
    const flx_instr placed = place(t, in, mini->size, x.slot, first);
    const uint32_t out = flx_tape_emit(t, placed.op, placed.flags, placed.a, placed.b, written);
    for (uint32_t k = 0; k < written; k++) t->head.value[out + k] = 0.0;
    return written ? out : first;
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
    const flx_status status = flx_freeze(t, n, vars, m, vars + n, 0, &mini->program, NULL);
    flx_memory_resize(memory, vars, n + m, 0, sizeof *vars);
    return status;
}

flx_status flx_mini_create(flx_mini *mini, flx_tape *t, unsigned roads, const flx_code *c,
                           const flx_instr *in)
{
    const size_t n = flx_mini_inputs(c, in), m = outputs_of(c, in);
    uint64_t state = 1;
    *mini = (flx_mini){.flags = in->flags, .size = view_size(c, in)};
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

static double *load_view(const flx_pair *p, int which, const double *value, double *x)
{
    const int64_t *stride = which ? p->y_stride : p->x_stride;
    for (uint32_t i = 0; i < p->rows; i++)
        for (uint32_t j = 0; j < p->cols; j++)
            *x++ = value[(int64_t)(which ? p->y : p->x) + i * stride[0] + j * stride[1]];
    return x;
}

static void load_array(flx_mini *mini, const flx_code *c, const flx_instr *in, const double *value)
{
    const flx_pair *p = &c->pair[in->a];
    double *x = mini->x;
    if (in->op != OP_acc_axpy) x = load_view(p, 0, value, x);
    x = load_view(p, 1, value, x);
    if (has_alpha(in)) *x = value[in->b];
    else if (in->op == OP_axpy || in->op == OP_acc_axpy) mini->program->imm[0] = c->imm[in->b];
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
