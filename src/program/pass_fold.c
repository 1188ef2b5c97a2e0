/* pass_fold.c: what depends on constants alone becomes a constant, where nothing is to be said of it:
 * all numbers finite, and no delicate point, so that no flag is lost. */
#include <math.h>
#include <string.h>

#include "ops/delicate.h"
#include "program/passes.h"
#include "reverse/plane.h"

/* What is known of a slot: nothing, its constant, what was computed from such. */
enum { UNKNOWN, CONSTANT, FOLDED };

typedef struct folding {
    flx_program *f;
    double *value;
    unsigned char *known;
    uint32_t folded; /* slots */
} folding;

static int is_known(const folding *p, uint32_t slot)
{
    return p->known[slot] != UNKNOWN && isfinite(p->value[slot]);
}

static int view_is_known(const folding *p, const flx_view *v)
{
    for (uint32_t i = 0; i < v->rows; i++)
        for (uint32_t j = 0; j < v->cols; j++)
            if (!is_known(p, flx_view_slot(v, i, j))) return 0;
    return 1;
}

static int operands_are_known(const folding *p, const flx_instr *in)
{
    const flx_code *c = &p->f->code;
    uint32_t operand[3];
    if (flx_op_is_array(in->op)) {
        const flx_block *b = &c->block[in->a];
        for (uint32_t k = 1; k < b->views; k++)
            if (!view_is_known(p, &b->view[k])) return 0;
        return 1;
    }
    const int count = flx_instr_operands(c, in, operand);
    for (int k = 0; k < count; k++)
        if (!is_known(p, operand[k])) return 0;
    return count > 0;
}

/* Whether an operation is one whose value may be taken for good. */
static int may_fold(unsigned op)
{
    return op != OP_poison && op != OP_call && op != OP_loop
           && (flx_op_is_scalar(op) || flx_op_is_array(op)) && !flx_op_contributes(op);
}

static void fold(folding *p, flx_instr *in, uint32_t out)
{
    const flx_code *c = &p->f->code;
    const uint32_t outputs = flx_instr_outputs(in);
    if (!may_fold(in->op) || outputs == 0 || !operands_are_known(p, in)) return;
    if (flx_op_is_scalar(in->op)) p->value[out] = flx_forward_double_scalar(c, *in, p->value);
    else flx_forward_double_block(c, *in, out, p->value);
    if (flx_instr_is_delicate(c, in) && flx_at_delicate_point(c, in, p->value, FLX_ANY_ORDER))
        return;
    if (!flx_all_finite(p->value + out, outputs)) return;
    memset(p->known + out, FOLDED, outputs);
    p->folded += outputs;
    *in = (flx_instr){OP_input, INPUT_CONSTANT, outputs, 0};
}

/* The constants with those that were found, in the order of slots, and room for them. */
static void list(const folding *p, flx_preset *preset)
{
    const flx_program *f = p->f;
    for (uint32_t slot = 0; slot < f->slots; slot++)
        if (p->known[slot]) *preset++ = (flx_preset){slot, p->value[slot]};
}

static int fold_all(folding *p)
{
    flx_program *f = p->f;
    uint32_t out = 0;
    int failed = 0;
    for (uint32_t k = 0; k < f->constants; k++) {
        p->known[f->constant[k].slot] = CONSTANT;
        p->value[f->constant[k].slot] = f->constant[k].value;
    }
    /* The list may become as long as this; what it will be is not known before. */
    flx_instr *folded = flx_memory_room(&f->memory, f->code.instrs, sizeof *folded, &failed);
    if (failed) return 0;
    memcpy(folded, f->instr, f->code.instrs * sizeof *folded);
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        fold(p, &folded[k], out);
        out += flx_instr_outputs(&folded[k]);
    }
    flx_preset *preset =
        flx_memory_room(&f->memory, f->constants + p->folded, sizeof *preset, &failed);
    if (p->folded == 0 || failed) {
        flx_memory_give(&f->memory, folded, f->code.instrs, sizeof *folded);
        flx_memory_give(&f->memory, preset, f->constants, sizeof *preset); /* of nothing new */
        return !failed;
    }
    list(p, preset);
    flx_memory_give(&f->memory, f->constant, f->constants, sizeof *preset);
    flx_memory_give(&f->memory, f->instr, f->code.instrs, sizeof *folded);
    f->constant = preset;
    f->constants += p->folded;
    f->instr = folded;
    flx_program_point(f);
    return 1;
}

int flx_pass_fold(flx_program *f)
{
    folding p = {f, NULL, NULL, 0};
    int failed = 0;
    if (f->constants < 2) return 1; /* the poison alone */
    p.value = flx_memory_room(&f->memory, f->slots, sizeof *p.value, &failed);
    p.known = flx_memory_room(&f->memory, f->slots, sizeof *p.known, &failed);
    if (!failed) memset(p.known, UNKNOWN, f->slots);
    const int done = !failed && fold_all(&p);
    flx_memory_give(&f->memory, p.value, f->slots, sizeof *p.value);
    flx_memory_give(&f->memory, p.known, f->slots, sizeof *p.known);
    return done;
}
