/* record.c: appending to a tape, and the checks that every operand passes. */
#include "reverse/tape.h"

uint32_t flx_tape_imm(flx_tape *t, double c)
{
    t->head.imm[t->head.imms] = c;
    return t->head.imms++;
}

uint32_t flx_tape_words(flx_tape *t, uint32_t first, uint32_t second)
{
    t->word[t->words] = first;
    t->word[t->words + 1] = second;
    t->words += 2;
    return t->words - 2;
}

uint32_t flx_tape_block(flx_tape *t, flx_block block)
{
    t->block[t->blocks] = block;
    return t->blocks++;
}

flx_var flx_tape_plain(flx_tape *t, double value)
{
    flx_tape_note_read(t);
    return flx_constant(value);
}

flx_var flx_tape_scalar(flx_tape *t, unsigned op, unsigned flags, uint32_t a, uint32_t b,
                        double value)
{
    if (t->paused && op != OP_input) return flx_tape_plain(t, value);
    if (!flx_tape_reserve(t, (flx_need){1, 1, 0, 0, 0}, op)) return flx_tape_poison(t);
    const uint32_t slot = flx_tape_emit(t, op, flags, a, b, 1);
    t->head.value[slot] = value;
    return flx_tape_var(t, slot);
}

static flx_var input_run(flx_tape *t, unsigned kind, double value)
{
    return flx_tape_scalar(t, OP_input, kind, 1, 0, value);
}

flx_var flx_variable(flx_tape *t, double value)
{
    flx_tape_head *h = &t->head;
    return h->slots < h->room ? flx_var_append(h, OP_input, 1, 0, value)
                              : input_run(t, INPUT_VARIABLE, value);
}

flx_var flx_parameter(flx_tape *t, double value) { return input_run(t, INPUT_PARAMETER, value); }

int flx_tape_operand(flx_tape *t, flx_var x, unsigned op, uint32_t *slot)
{
    if (t->head.error != FLX_OK) return 0;
    if (!x.tape) {
        const flx_var c = input_run(t, INPUT_CONSTANT, x.u.constant);
        *slot = c.u.at.slot;
        return t->head.error == FLX_OK;
    }
    if (x.tape != t) {
        flx_tape_fail(x.tape, FLX_ETAPE, op);
        flx_tape_fail(t, FLX_ETAPE, op);
        return 0;
    }
    const uint32_t at = x.u.at.slot;
    const flx_status status = flx_tape_slots_status(t, at, at, x.u.at.epoch);
    if (status != FLX_OK) {
        flx_tape_fail(t, status, op);
        return 0;
    }
    *slot = at;
    return 1;
}

flx_tape *flx_tape_common(size_t n, const flx_var *x, unsigned op, int *mixed)
{
    flx_tape *t = NULL;
    *mixed = 0;
    for (size_t k = 0; k < n; k++) {
        if (!x[k].tape || x[k].tape == t) continue;
        if (t) {
            flx_tape_fail(t, FLX_ETAPE, op);
            flx_tape_fail(x[k].tape, FLX_ETAPE, op);
            *mixed = 1;
        } else {
            t = x[k].tape;
        }
    }
    return t;
}

flx_status flx_var_status(flx_var x)
{
    if (!x.tape) return FLX_OK;
    return flx_tape_slots_status(x.tape, x.u.at.slot, x.u.at.slot, x.u.at.epoch);
}

double flx_tape_peek(flx_var x)
{
    const uint32_t slot = x.u.at.slot;
    const flx_status status = flx_tape_slots_status(x.tape, slot, slot, x.u.at.epoch);
    return x.tape->head.value[status == FLX_OK ? slot : 0];
}

double flx_value(flx_var x)
{
    if (x.tape) flx_tape_note_read(x.tape);
    return flx_peek(x);
}
