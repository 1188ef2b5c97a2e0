/* show.c: listings of tapes and programs. */
#include "program/show.h"

#include <fluxion/show.h>

#include "program/program.h"
#include "reverse/block.h"
#include "reverse/tape.h"

/* Whether an instruction holds its derivative number as its flags. */
static int is_family(unsigned op)
{
    switch (op) {
#define OPN(name, value) case OP_d##name:
#include "ops/ordered.def"
#undef OPN
    case OP_dpowc: return 1;
    default: return 0;
    }
}

void flx_show_name(flx_text *t, flx_instr in)
{
    static const char *const kinds[] = {"variable", "parameter", "constant"};
    flx_text_put(t, "%s", flx_op_name(in.op));
    if (in.op == OP_input && in.flags <= INPUT_CONSTANT) flx_text_put(t, " %s", kinds[in.flags]);
    if (is_family(in.op) && in.flags) flx_text_put(t, "(%u)", (unsigned)in.flags);
    if (in.op == OP_dpow && in.flags) flx_text_put(t, "(%u, %u)", in.flags % 256u, in.flags / 256u);
    if (in.op == OP_acc_if && in.flags == FLAG_UNLESS) flx_text_put(t, " unless");
}

static void put_view(flx_text *t, const flx_view *v)
{
    flx_text_put(t, " [%u x %u from s%u, strides %lld %lld]", (unsigned)v->rows, (unsigned)v->cols,
                 (unsigned)v->slot, (long long)v->stride[0], (long long)v->stride[1]);
}

/* The operation of the elements, its immediate, the target where it is not a new run, operands. */
static void put_block(flx_text *t, const flx_code *c, flx_instr in)
{
    const flx_block *b = &c->block[in.a];
    const flx_shape shape = flx_op_shape(b->each.op);
    if (flx_op_has_elements(in.op)) {
        flx_text_put(t, " ");
        flx_show_name(t, b->each);
        if (shape == SHAPE_IMMEDIATE || shape == SHAPE_ACC_IMM || shape == SHAPE_ACC_SCALE)
            flx_text_put(t, " %.17g", c->imm[b->each.b]);
    }
    if (flx_op_shape(in.op) == SHAPE_ACC_BLOCK) {
        put_view(t, &b->view[0]);
        flx_text_put(t, " +=");
    }
    if (in.op == OP_loop) flx_text_put(t, " x %u", (unsigned)flx_loop_of(c, b)->steps);
    for (uint32_t k = 1; k < b->views; k++)
        if (in.op != OP_loop || flx_view_size(&b->view[k])) put_view(t, &b->view[k]);
}

void flx_show_operation(flx_text *t, const flx_code *c, flx_instr in)
{
    const unsigned a = in.a, b = in.b;
    if (in.op == OP_loop) flx_text_put(t, "%s", flx_instr_name(c, &in));
    else flx_show_name(t, in);
    switch (flx_op_shape(in.op)) {
    case SHAPE_NONE: break;
    case SHAPE_RUN: flx_text_put(t, " x %u", a); break;
    case SHAPE_UNARY: flx_text_put(t, " s%u", a); break;
    case SHAPE_IMMEDIATE: flx_text_put(t, " s%u %.17g", a, c->imm[b]); break;
    case SHAPE_BINARY: flx_text_put(t, " s%u s%u", a, b); break;
    case SHAPE_TRIPLE:
        flx_text_put(t, " s%u s%u s%u", a, (unsigned)c->word[b], (unsigned)c->word[b + 1]);
        break;
    case SHAPE_ACC: flx_text_put(t, " s%u += s%u", a, b); break;
    case SHAPE_ACC_IMM: flx_text_put(t, " s%u += %.17g", a, c->imm[b]); break;
    case SHAPE_ACC_SCALE:
        flx_text_put(t, " s%u += s%u %.17g", a, (unsigned)c->word[b], c->imm[c->word[b + 1]]);
        break;
    case SHAPE_ACC_PAIR:
        flx_text_put(t, " s%u += s%u s%u", a, (unsigned)c->word[b], (unsigned)c->word[b + 1]);
        break;
    default: put_block(t, c, in); break;
    }
}

/* The slots that an instruction writes, and the value of the first. */
static void put_result(flx_text *t, uint32_t out, uint32_t outputs, const double *value)
{
    if (outputs == 0) flx_text_put(t, "%*s", value ? 45 : 20, "");
    else if (outputs == 1) flx_text_put(t, "  s%-17u", (unsigned)out);
    else flx_text_put(t, "  s%-8u.. s%-5u", (unsigned)out, (unsigned)(out + outputs - 1));
    if (outputs && value) flx_text_put(t, "%-25.17g", value[out]);
}

static size_t list(const flx_code *c, const double *value, size_t first, size_t count, char *buffer,
                   size_t size)
{
    flx_text t = flx_text_on(buffer, size);
    uint32_t out = 0;
    const char *last_label = NULL;
    for (uint32_t k = 0; k < c->instrs; k++) {
        const flx_instr in = c->instr[k];
        const uint32_t outputs = flx_instr_outputs(&in);
        const uint32_t recorded = flx_code_origin(c, k);
        const char *label = flx_code_label(c, recorded);
        if (k >= first && k - first < count) {
            if (label && label != last_label) flx_text_put(&t, "; %s\n", label);
            flx_text_put(&t, "%6u", (unsigned)recorded);
            put_result(&t, out, outputs, value);
            flx_show_operation(&t, c, in);
            flx_text_put(&t, "\n");
            last_label = label;
        }
        out += outputs;
    }
    return t.length;
}

size_t flx_tape_list(const flx_tape *t, size_t first, size_t count, char *buffer, size_t size)
{
    const flx_code c = flx_tape_code(t);
    return list(&c, t->head.value, first, count, buffer, size);
}

size_t flx_program_list(const flx_program *f, size_t first, size_t count, char *buffer, size_t size)
{
    return list(&f->code, NULL, first, count, buffer, size);
}
