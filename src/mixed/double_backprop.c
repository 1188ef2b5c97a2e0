/* double_backprop.c: second derivatives of programs by recording the gradient. */
#include <fluxion/mixed.h>

#include "mixed/double_backprop.h"

static size_t room(const flx_backprop *b) { return 4 * b->n + 2 * b->m + 1; }

void flx_backprop_clear(flx_backprop *b)
{
    if (b->x) flx_memory_resize(&b->memory, b->x, room(b), 0, sizeof *b->x);
    b->x = NULL;
}

/* An operand index of the program as it is on the tape. */
typedef struct offsets {
    uint32_t slot, imm, word, pair, instr;
} offsets;

/* The instruction with its operands moved; its words are moved in place. */
static flx_instr relocate(flx_instr in, const offsets *o, uint32_t *word)
{
    const int immediate_alpha = in.flags & FLAG_ALPHA_IMMEDIATE;
    uint32_t *w = word + in.b; /* only where the shape has words */
    switch (flx_op_shape(in.op)) {
    case SHAPE_NONE: break;
    case SHAPE_UNARY: in.a += o->slot; break;
    case SHAPE_IMMEDIATE:
    case SHAPE_ACC_IMM:
        in.a += o->slot;
        in.b += o->imm;
        break;
    case SHAPE_BINARY:
    case SHAPE_ACC:
        in.a += o->slot;
        in.b += o->slot;
        break;
    case SHAPE_TRIPLE:
    case SHAPE_ACC_PAIR:
    case SHAPE_ACC_SCALE:
        in.a += o->slot;
        w[0] += o->slot;
        w[1] += flx_op_shape(in.op) == SHAPE_ACC_SCALE ? o->imm : o->slot;
        in.b += o->word;
        break;
    case SHAPE_RUN: in.b += in.op == OP_zeros ? o->instr : 0; break;
    case SHAPE_AXPY:
    case SHAPE_ACC_AXPY:
        in.a += o->pair;
        in.b += immediate_alpha ? o->imm : o->slot;
        break;
    case SHAPE_DOT: in.a += o->pair; break;
    case SHAPE_ACC_DOT:
        in.a += o->pair;
        in.b += o->slot;
        break;
    }
    return in;
}

/* What the gradient of one instruction will about need: an accumulator for each output, partials
 * and contributions. Functions with more partials make the tape grow once more. */
static flx_need need_of_gradient(const flx_code *c, const flx_instr *in)
{
    const uint32_t outputs = flx_instr_outputs(c, in);
    const flx_shape shape = flx_op_shape(in->op);
    if (in->op == OP_add || in->op == OP_sub) return (flx_need){1, 2, 0, 0, 0};
    if (in->op == OP_mul) return (flx_need){1, 2, 0, 4, 0};
    switch (shape) {
    case SHAPE_UNARY: return (flx_need){2, 2, in->op == OP_square, 2, 0};
    case SHAPE_IMMEDIATE: return (flx_need){1, 1, 1, 2, 0};
    case SHAPE_BINARY:
    case SHAPE_TRIPLE: return (flx_need){3, 4, 1, 6, 0};
    default: return (flx_need){outputs, 2, 1, 4, shape >= SHAPE_AXPY ? 3 : 0};
    }
}

/* Room for the code and its gradient: growing step by step would copy the tape several times. */
static int reserve(flx_tape *t, const flx_program *f)
{
    const flx_code *c = &f->code;
    flx_need need = {c->slots, c->instrs, f->imms, f->words, f->pairs};
    uint64_t segments = 8; /* the accumulators', and room to spare */
    for (uint32_t k = 0; k < c->instrs; k++) {
        const flx_need more = need_of_gradient(c, &c->instr[k]);
        need.slots += more.slots;
        need.instrs += more.instrs;
        need.imms += more.imms;
        need.words += more.words;
        need.pairs += more.pairs;
        if (more.slots > 1) segments += 1; /* a partial after contributions */
        if (flx_instr_outputs(c, &c->instr[k]) != 1) segments += 2;
    }
    return flx_tape_reserve_many(t, need, segments, OP_COUNT);
}

/* Appends the program's code to the tape, with the values it has at the work's point.
 * Returns the slot on the tape of the program's slot 0. */
static uint32_t append(flx_tape *t, const flx_program *f, const double *value)
{
    const offsets o = {t->head.slots, t->head.imms, t->words, t->pairs, t->head.instrs};
    if (!reserve(t, f)) return 0;
    for (uint32_t k = 0; k < f->imms; k++) flx_tape_imm(t, f->imm[k]);
    for (uint32_t k = 0; k < f->words; k++) t->word[t->words++] = f->word[k];
    for (uint32_t k = 0; k < f->pairs; k++) {
        flx_pair p = f->pair[k];
        p.x += o.slot;
        p.y += o.slot;
        flx_tape_pair(t, p);
    }
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        const flx_instr in = f->code.instr[k];
        const uint32_t outputs = flx_instr_outputs(&f->code, &in);
        const flx_instr moved = relocate(in, &o, t->word + o.word);
        if (flx_op_is_delicate(in.op) && flx_at_delicate_point(&f->code, &in, value, 2))
            flx_tape_note_delicate(t);
        const uint32_t first = flx_tape_emit(t, moved.op, moved.flags, moved.a, moved.b, outputs);
        if (moved.op == OP_zeros && first < t->first_accumulator) t->first_accumulator = first;
    }
    for (uint32_t k = 0; k < f->code.slots; k++) t->head.value[o.slot + k] = value[k];
    return o.slot;
}

/* Records the gradient of weight'*f at the point that is set. */
static flx_status record_gradient(flx_backprop *b, const flx_program *f, const flx_work *w,
                                  const double *weight)
{
    b->first = b->tape->head.instrs;
    const uint32_t base = append(b->tape, f, w->plane);
    if (flx_tape_status(b->tape) != FLX_OK) return flx_tape_status(b->tape);
    for (size_t k = 0; k < b->n; k++) b->x[k] = flx_tape_var(b->tape, base + f->input[k]);
    for (size_t k = 0; k < b->m; k++) {
        const uint32_t slot = f->output[k];
        b->seed[k] = flx_constant(weight ? weight[k] : 1.0);
        b->y[k] = slot < f->code.slots ? flx_tape_var(b->tape, base + slot)
                                       : flx_constant(w->plane[slot]);
    }
    return flx_grad_seeded(b->m, b->y, b->seed, b->n, b->x, b->gradient, FLX_CREATE_GRAPH);
}

flx_status flx_backprop_prepare(flx_backprop *b, const flx_program *f, flx_work *w,
                                const double *weight)
{
    const flx_tape_options options = {f->memory.allocator, 0, 0};
    *b = (flx_backprop){NULL,      flx_memory_make(&f->memory.allocator, 0),
                        f->inputs, f->outputs,
                        NULL,      NULL,
                        NULL,      NULL,
                        NULL,      0};
    const flx_status status = w->tape ? FLX_OK : flx_tape_create(&options, &w->tape);
    if (status != FLX_OK) return status;
    flx_tape_reset(w->tape);
    b->tape = w->tape;
    b->x = flx_memory_resize(&b->memory, NULL, 0, room(b), sizeof *b->x);
    if (!b->x) return FLX_ENOMEM;
    b->gradient = b->x + b->n;
    b->row = b->gradient + b->n;
    b->seed = b->row + b->n; /* of the outputs, then of the gradient */
    b->y = b->seed + b->m + b->n;
    return record_gradient(b, f, w, weight);
}

/* The flags of the tape as the program's: what the recorded gradient met counts for the place after
 * the program's last instruction. Not so its zeros, among which are those of branches not chosen. */
static void pass_flags(const flx_backprop *b, const flx_program *f, flx_work *w, flx_report *report)
{
    const flx_flags on_tape = flx_tape_flags(b->tape);
    flx_flags flags = {0};
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++) {
        const unsigned flag = 1u << k;
        flx_place place = on_tape.first[k];
        if (!(on_tape.set & flag)) continue;
        place.index -= b->first;
        if (place.index >= f->code.instrs && flag == FLX_FLAG_INDETERMINATE) continue;
        if (place.index >= f->code.instrs) place.index = f->code.instrs;
        else place.label = flx_code_label(&f->code, (uint32_t)place.index);
        /* A gradient without second derivatives is no reason for a flag. */
        if (flag != FLX_FLAG_ZEROGRAD) flx_flags_add(&flags, flag, place);
    }
    if (f->independent < f->outputs)
        flx_flags_add(&flags, FLX_FLAG_ZEROGRAD, (flx_place){f->independent, NULL, NULL});
    flx_driver_flag(w, &flags, report);
}

flx_status flx_backprop_product(flx_backprop *b, const double *dir, double *hv)
{
    for (size_t k = 0; k < b->n; k++) b->seed[k] = flx_constant(dir[k]);
    const flx_status status = flx_grad_seeded(b->n, b->gradient, b->seed, b->n, b->x, b->row, 0);
    for (size_t k = 0; k < b->n; k++) hv[k] = flx_peek(b->row[k]);
    return status;
}

flx_status flx_hvp_double_backprop(const flx_program *f, flx_work *w, const double *x,
                                   const double *dir, const double *weight, double *hv,
                                   flx_report *report)
{
    flx_backprop b;
    if (f && f->inputs && !dir) return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    flx_status status =
        flx_driver_begin_weighted(f, w, FLX_WORK_SECOND, x, weight, hv, f ? f->inputs : 0, report);
    if (status != FLX_OK) return status;
    status = flx_backprop_prepare(&b, f, w, weight);
    if (status == FLX_OK) status = flx_backprop_product(&b, dir, hv);
    flx_report_fill(report, status, 0, NULL, NULL);
    if (status == FLX_OK) pass_flags(&b, f, w, report);
    flx_backprop_clear(&b);
    return status;
}

flx_status flx_hessian_double_backprop(const flx_program *f, flx_work *w, const double *x,
                                       const double *weight, double *hess, flx_report *report)
{
    flx_backprop b;
    const size_t n = f ? f->inputs : 0;
    flx_status status =
        flx_driver_begin_weighted(f, w, FLX_WORK_SECOND, x, weight, hess, n * n, report);
    if (status != FLX_OK) return status;
    status = flx_backprop_prepare(&b, f, w, weight);
    for (size_t k = 0; k < n; k++) w->scratch[k] = 0.0;
    for (size_t i = 0; i < n && status == FLX_OK; i++) {
        w->scratch[i] = 1.0;
        status = flx_backprop_product(&b, w->scratch, hess + i * n);
        w->scratch[i] = 0.0;
    }
    flx_report_fill(report, status, 0, NULL, NULL);
    if (status == FLX_OK) pass_flags(&b, f, w, report);
    flx_backprop_clear(&b);
    return status;
}
