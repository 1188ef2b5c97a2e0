/* outdated.c: inputs set anew, and what is out of date after that.
 *
 * What was computed after an input may depend on it, so all of it is out of date once the input is
 * set: from the first computed slot above the lowest input that was set, to the last slot written
 * then. Inputs and constants among these are not. */
#include <fluxion/array.h>

#include "reverse/array.h"

static int is_input(const flx_tape *t, uint32_t instr)
{
    return t->head.instr[instr].op == OP_input;
}

/* The first slot from this one on that is computed. What has been walked over once is known. */
static uint32_t first_computed(flx_tape *t, uint32_t slot)
{
    const flx_slots known = t->inputs;
    uint32_t at = slot;
    while (at < t->head.slots) {
        const int skip = at >= known.low && at < known.end;
        const uint32_t writer = skip ? 0 : flx_tape_writer(t, at);
        if (!skip && !is_input(t, writer)) break;
        at = skip ? known.end : flx_tape_slots_before(t, writer) + t->head.instr[writer].a;
    }
    t->inputs = (flx_slots){slot < known.low || at > known.end ? slot : known.low, at};
    return at;
}

/* Notes that an input was set. */
static void outdate(flx_tape *t, uint32_t slot)
{
    const uint32_t low = first_computed(t, slot);
    if (!flx_tape_has_outdated(t) || low < t->outdated.low) t->outdated.low = low;
    t->outdated.end = t->head.slots;
    flx_tape_open_rooms(t);
}

flx_status flx_tape_date_status(const flx_tape *t, uint32_t low, uint32_t high)
{
    if (high < t->outdated.low || low >= t->outdated.end) return FLX_OK;
    for (uint32_t k = flx_tape_writer(t, low), last = flx_tape_writer(t, high); k <= last; k++)
        if (!is_input(t, k)) return FLX_EOUTDATED;
    return FLX_OK;
}

/* Whether the slots low..high of that epoch are of inputs that may be set. */
static flx_status check_settable(const flx_tape *t, uint32_t low, uint32_t high, uint32_t epoch)
{
    if (flx_tape_status(t) != FLX_OK) return flx_tape_status(t);
    if (!flx_tape_valid(t, high, epoch)) return FLX_ESTALE;
    for (uint32_t k = flx_tape_writer(t, low), last = flx_tape_writer(t, high); k <= last; k++)
        if (!is_input(t, k) || t->head.instr[k].flags == INPUT_CONSTANT) return FLX_EARG;
    return FLX_OK;
}

flx_status flx_set(flx_var x, double value)
{
    if (!x.tape) return FLX_EARG;
    const uint32_t slot = x.u.at.slot;
    const flx_status status = check_settable(x.tape, slot, slot, x.u.at.epoch);
    if (status != FLX_OK) return status;
    x.tape->head.value[slot] = value;
    outdate(x.tape, slot);
    return FLX_OK;
}

flx_status flx_array_set(flx_array x, const double *values)
{
    flx_tape *t = x.first.tape;
    uint32_t low, high;
    const flx_view v = flx_array_view(x);
    if (!t || (flx_view_size(&v) && !values)) return FLX_EARG;
    if (flx_view_size(&v) == 0) return flx_tape_status(t);
    flx_view_hull(&v, &low, &high);
    const flx_status status = check_settable(t, low, high, x.first.u.at.epoch);
    if (status != FLX_OK) return status;
    for (uint32_t i = 0; i < x.rows; i++)
        for (uint32_t j = 0; j < x.cols; j++) t->head.value[flx_view_slot(&v, i, j)] = *values++;
    outdate(t, low);
    return FLX_OK;
}
