/* pause.c: computing without recording, and values of which no derivative passes. What a paused
 * tape does with an operation is in flx_tape_scalar and flx_array_emit. */

#include "reverse/tape.h"

void flx_pause(flx_tape *t)
{
    t->paused++;
    flx_tape_open_rooms(t);
}

flx_status flx_resume(flx_tape *t)
{
    if (!t->paused) return FLX_EARG;
    t->paused--;
    flx_tape_open_rooms(t);
    return FLX_OK;
}

flx_var flx_detach(flx_var x)
{
    uint32_t slot;
    if (!x.tape) return x;
    if (!flx_tape_operand(x.tape, x, OP_detach, &slot)) return flx_tape_poison(x.tape);
    return flx_tape_scalar(x.tape, OP_detach, 0, slot, 0, x.tape->head.value[slot]);
}
