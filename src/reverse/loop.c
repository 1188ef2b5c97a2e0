/* loop.c: see loop.h. */
#include "reverse/loop.h"

#include "ops/delicate.h"
#include "reverse/flags.h"

const double *flx_preset_value(const flx_preset *preset, uint32_t count, uint32_t slot)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (preset[middle].slot < slot) low = middle + 1;
        else high = middle;
    }
    return low < count && preset[low].slot == slot ? &preset[low].value : NULL;
}

const char *flx_loop_name(const flx_loop *l)
{
    if (l->split.state) return "scan";
    return l->steps == 1 && l->split.row == 0 ? "call" : "map";
}

/* With so many states kept (kept + r)! / (kept! r!) steps can be reversed where none is computed more than
 * r times. The next state is kept where with r - 1 times the steps before it can still be reversed, and
 * with one state less those after it. */
uint32_t flx_loop_next(uint32_t steps, uint32_t kept)
{
    uint64_t before = 1, most = kept + (uint64_t)1; /* with r - 1 and with r times */
    uint32_t r = 1;
    while (most < steps) {
        r++;
        before = most;
        most = most * (kept + (uint64_t)r) / r;
    }
    const uint64_t after = before * kept / (kept + (uint64_t)r - 1);
    return (uint32_t)(before < steps - after ? before : steps - after);
}

static double guard_operand(const flx_code *c, const flx_guard *g, int which, const double *value)
{
    const uint32_t at = which == 1 ? g->x : g->y;
    return g->constants & which ? c->imm[at] : value[at];
}

static int holds_as_recorded(const flx_code *c, const flx_guard *g, const double *value)
{
    return flx_relation_holds(g->relation, guard_operand(c, g, 1, value),
                              guard_operand(c, g, 2, value))
           == g->outcome;
}

/* The same within a loop, where it was stopped. */
static int find_in_loop(const flx_code *c, uint32_t instr, const double *value, flx_place *place)
{
    const flx_block *b = &c->block[c->instr[instr].a];
    const flx_loop *l = flx_loop_of(c, b);
    const flx_loop_slots at = flx_loop_at(l, b);
    if (value[at.flipped] == 0.0) return 0;
    *place = (flx_place){0, NULL, NULL};
    flx_find_flipped(l->inner->code, value + at.inner, place);
    if (!place->label) place->label = flx_code_label(c, flx_code_origin(c, instr));
    return 1;
}

int flx_find_flipped(const flx_code *c, const double *value, flx_place *place)
{
    for (uint32_t k = 0; k < c->guards; k++) {
        const flx_guard *g = &c->guard[k];
        if (holds_as_recorded(c, g, value)) continue;
        *place = (flx_place){k, flx_relation_name(g->relation), flx_code_last_label(c, g->labels)};
        return 1;
    }
    for (uint32_t k = 0; k < c->instrs && c->loops; k++)
        if (c->instr[k].op == OP_loop && find_in_loop(c, k, value, place)) return 1;
    return 0;
}

int flx_code_spreads(const flx_code *c)
{
    for (uint32_t k = 0; k < c->instrs; k++) {
        switch (c->instr[k].op) {
        case OP_poison:
        case OP_input:
        case OP_add:
        case OP_sub:
        case OP_mul:
        case OP_addc:
        case OP_csub:
        case OP_mulc:
        case OP_neg:
        case OP_square:
        case OP_copy: break;
        default: return 0;
        }
    }
    return 1;
}

/* Whether all values that a result depends on are finite. */
static int all_finite(const flx_inner *f, const double *value)
{
    double sum = 0.0; /* 0 * x is NaN where x is not finite */
    if (!f->spreads) return flx_all_finite(value, f->slots);
    for (uint32_t k = 0; k < f->outputs; k++) sum += 0.0 * value[f->output[k]];
    return sum == 0.0;
}

flx_seen flx_inner_look(const flx_inner *f, const double *value)
{
    flx_place place;
    if ((f->code->guards || f->code->loops) && flx_find_flipped(f->code, value, &place))
        return (flx_seen){.flipped = 1};
    if (!all_finite(f, value)) return (flx_seen){.suspicious = 1};
    for (uint32_t k = 0; k < f->delicates; k++)
        if (flx_at_delicate_point(f->code, &f->code->instr[f->delicate[k]], value, FLX_ANY_ORDER))
            return (flx_seen){.suspicious = 1};
    return (flx_seen){0, 0};
}
