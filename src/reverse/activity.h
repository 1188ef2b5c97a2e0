/* activity.h: what lies between inputs and outputs on a tape. */
#ifndef FLUXION_REVERSE_ACTIVITY_H
#define FLUXION_REVERSE_ACTIVITY_H

#include "reverse/tape.h"

/* The instructions first..last-1, all that can carry a derivative from slot low upwards to the
 * outputs; end is the number of slots written before last. */
typedef struct flx_span {
    uint32_t first, last;
    uint32_t low, end;
} flx_span;

/* Which slots of a span have accumulators in a recorded sweep: map[slot - low], 0 where none. */
typedef struct flx_active {
    const uint32_t *map;
    uint32_t low, count;
    uint32_t run;  /* first accumulator */
    uint32_t size; /* number of accumulators */
} flx_active;

static inline uint32_t flx_active_accumulator(const flx_active *a, uint32_t slot)
{
    return slot >= a->low && slot - a->low < a->count ? a->map[slot - a->low] : 0;
}

/* How often what a span holds has been differentiated already: a recorded gradient once, one of that
 * twice. */
unsigned flx_span_level(const flx_tape *t, flx_span span);

/* The name of the first operation of a span that has no derivative for a sweep over it, or NULL. */
const char *flx_span_limit(const flx_tape *t, flx_span span);

/* Takes a view to its accumulators: it has them as a whole, with the same strides, or not at all, and
 * then 0 is returned. */
static inline int flx_active_view(const flx_active *a, flx_view *v)
{
    v->slot = flx_active_accumulator(a, v->slot);
    return v->slot != 0;
}

/* The span from the lowest input to the outputs, contributions to an output that is itself an
 * accumulator included. Inputs and outputs are checked variables; constants are passed over. */
flx_span flx_span_between(const flx_tape *t, size_t n, const flx_var *x, size_t m,
                          const flx_var *y);

/* Lowers the span's lowest slot to where the views of its array instructions begin that it would cut:
 * views have adjoints as a whole or not at all. A view that the lowered slot cuts in its turn holds no
 * slot of the span that was asked for, hence nothing that has an adjoint: it has none. */
void flx_span_widen(const flx_code *code, flx_span *span);

/* Finds the slots that depend on x and that y depends on, and appends their accumulators as one
 * zeroed run; the span is a widened one. Views of array operations, and the view x_array if given, get accumulators as a
 * whole, in the order of their slots, so that they are views with the same strides. With x_array,
 * x are its first and last slot.
 * Where there is no memory the tape fails. */
void flx_activate(flx_tape *t, flx_span span, size_t n, const flx_var *x, const flx_array *x_array,
                  size_t m, const flx_var *y, flx_active *active);

#endif
