/* dot.c: the graph of a tape in Graphviz' language. */
#include <fluxion/show.h>

#include <string.h>

#include "program/show.h"
#include "reverse/marks.h"
#include "reverse/block.h"
#include "reverse/tape.h"

/* Nodes are instructions, named by the first slot that they write; but each adjoint of a recorded
 * gradient is a node of its own, into which its contributions are edges. */
typedef struct drawing {
    flx_text text;
    const flx_tape *tape;
    const flx_marked *m;
    uint32_t recorded; /* the first instruction of a recorded gradient */
} drawing;

/* The slot that the node is named by which a slot belongs to. */
static uint32_t node_of(const drawing *d, uint32_t slot)
{
    const uint32_t writer = flx_tape_writer(d->tape, slot);
    if (d->m->code->instr[writer].op == OP_zeros) return slot;
    return flx_tape_slots_before(d->tape, writer);
}

/* A string between quotes: labels are the user's. */
static void put_quoted(flx_text *t, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') flx_text_put(t, "\\");
        if (*text == '\n') flx_text_put(t, "\\n");
        else flx_text_put(t, "%c", *text);
    }
}

static const char *colour_of(const drawing *d, uint32_t k, flx_instr in)
{
    if (in.op == OP_input) return in.flags == INPUT_VARIABLE ? "#cde7c9" : "#e6e6e6";
    return k >= d->recorded ? "#f9d9c2" : "#cfe0f4";
}

static void put_shape(flx_text *t, const flx_view *v)
{
    flx_text_put(t, " %u x %u", flx_view_is_tall(v) ? 1u : (unsigned)v->rows,
                 flx_view_is_wide(v) ? 1u : (unsigned)v->cols);
}

static void put_node(drawing *d, uint32_t k, flx_instr in, uint32_t out, uint32_t outputs)
{
    const flx_code *c = d->m->code;
    const char *label = flx_code_label(c, k);
    flx_text_put(&d->text, "  n%u [label=\"", (unsigned)out);
    if (in.op == OP_zeros) flx_text_put(&d->text, "adjoint");
    else if (flx_op_is_array(in.op)) flx_text_put(&d->text, "%s", flx_instr_name(c, &in));
    else flx_show_name(&d->text, in);
    if (flx_op_is_array(in.op) && flx_view_distinct(&c->block[in.a].view[0]) == outputs)
        put_shape(&d->text, &c->block[in.a].view[0]);
    else if (outputs != 1) flx_text_put(&d->text, " x %u", (unsigned)outputs);
    if (flx_op_shape(in.op) == SHAPE_IMMEDIATE) flx_text_put(&d->text, " %.6g", c->imm[in.b]);
    if (outputs == 1) flx_text_put(&d->text, "\\n%.6g", d->m->value[out]);
    if (label) {
        flx_text_put(&d->text, "\\n");
        put_quoted(&d->text, label);
    }
    flx_text_put(&d->text, "\", fillcolor=\"%s\"];\n", colour_of(d, k, in));
}

/* An edge from what wrote a slot; condition: dashed, as no derivative passes along it, which is so
 * of what is detached too. */
static void put_edge(drawing *d, uint32_t from, uint32_t to, int condition)
{
    flx_text_put(&d->text, "  n%u -> n%u%s;\n", (unsigned)node_of(d, from), (unsigned)to,
                 condition ? " [style=dashed]" : "");
}

/* Edges from the distinct instructions that a view's elements were written by. */
static void put_view_edges(drawing *d, const flx_view *v, uint32_t to, int condition)
{
    uint32_t last = UINT32_MAX;
    for (uint32_t i = 0; i < v->rows; i++) {
        for (uint32_t j = 0; j < v->cols; j++) {
            const uint32_t at = flx_view_slot(v, i, j), node = node_of(d, at);
            if (node != last) put_edge(d, at, to, condition);
            last = node;
        }
    }
}

static void put_edges(drawing *d, flx_instr in, uint32_t out)
{
    const flx_code *c = d->m->code;
    const flx_shape shape = flx_op_shape(in.op);
    uint32_t operand[3];
    if (shape > SHAPE_ACC_PAIR) {
        const flx_block *b = &c->block[in.a];
        if (flx_view_size(&b->view[0]) == 0) return;
        const uint32_t target = node_of(d, b->view[0].slot);
        for (uint32_t k = 1; k < b->views; k++)
            put_view_edges(d, &b->view[k], target, !(flx_block_active(in.op, b) & 1u << k));
        return;
    }
    const uint32_t to = shape <= SHAPE_TRIPLE ? out : node_of(d, in.a);
    const int count = flx_instr_active_operands(c, &in, operand);
    for (int k = 0; k < count; k++) put_edge(d, operand[k], to, 0);
    if (in.op == OP_select || in.op == OP_detach) put_edge(d, in.a, to, 1);
    if (in.op == OP_acc_if) put_edge(d, c->word[in.b + 1], to, 1);
}

/* Reaches the operands of an instruction whose result is reached, conditions among them. */
static int reach(const flx_marked *m, flx_instr in, uint32_t out)
{
    uint32_t operand[3];
    const flx_shape shape = flx_op_shape(in.op);
    if (shape > SHAPE_ACC_PAIR) return flx_reach_operands(m, in, out);
    if (shape == SHAPE_NONE || shape == SHAPE_RUN) return 0;
    if (!flx_is_marked(m, shape <= SHAPE_TRIPLE ? out : in.a, FLX_REACHED)) return 0;
    const int count = flx_instr_active_operands(m->code, &in, operand);
    for (int k = 0; k < count; k++) m->mark[operand[k]] |= FLX_REACHED;
    if (in.op == OP_select || in.op == OP_detach) m->mark[in.a] |= FLX_REACHED;
    if (in.op == OP_acc_if) m->mark[m->code->word[in.b + 1]] |= FLX_REACHED;
    return 1;
}

static void draw(drawing *d, size_t m, const flx_var *y)
{
    const flx_code *c = d->m->code;
    uint32_t out = c->slots;
    flx_text_put(&d->text, "digraph tape {\n  node [shape=box, style=filled];\n");
    for (uint32_t k = c->instrs; k-- > 0;) {
        const flx_instr in = c->instr[k];
        const uint32_t outputs = flx_instr_outputs(&in);
        out -= outputs;
        int shown = 0;
        if (reach(d->m, in, out)) put_edges(d, in, out);
        for (uint32_t j = 0; j < outputs; j++) {
            if (!flx_is_marked(d->m, out + j, FLX_REACHED)) continue;
            if (in.op == OP_zeros) put_node(d, k, in, out + j, 1);
            shown = in.op != OP_zeros;
        }
        if (shown) put_node(d, k, in, out, outputs);
    }
    for (size_t k = 0; k < m; k++) {
        if (!y[k].tape) continue;
        flx_text_put(&d->text,
                     "  y%zu [label=\"output %zu\", shape=ellipse, fillcolor=\"#f4cfd6\"];\n", k,
                     k);
        flx_text_put(&d->text, "  n%u -> y%zu;\n", (unsigned)node_of(d, y[k].u.at.slot), k);
    }
    flx_text_put(&d->text, "}\n");
}

flx_status flx_tape_dot(flx_tape *t, size_t m, const flx_var *y, char *buffer, size_t size,
                        size_t *length)
{
    if (!t || (m && !y) || !length) return FLX_EARG;
    *length = 0;
    for (size_t k = 0; k < m; k++) {
        if (y[k].tape && y[k].tape != t) return FLX_ETAPE;
        const flx_status status = flx_var_status(y[k]);
        if (status != FLX_OK) return status;
    }
    unsigned char *mark = flx_tape_scratch(t, &t->mark, t->head.slots);
    if (!mark) return FLX_ENOMEM;
    memset(mark, 0, t->head.slots);
    const flx_code c = flx_tape_code(t);
    const flx_marked marked = {&c, t->head.value, {0, c.instrs, 0, c.slots}, mark};
    uint32_t recorded = c.instrs;
    if (t->first_accumulator < c.slots) recorded = flx_tape_writer(t, t->first_accumulator);
    drawing d = {flx_text_on(buffer, size), t, &marked, recorded};
    for (size_t k = 0; k < m; k++)
        if (y[k].tape) mark[y[k].u.at.slot] |= FLX_REACHED;
    draw(&d, m, y);
    *length = d.text.length;
    return FLX_OK;
}
