/* marks.h: what depends on what in recorded code, at given values. */
#ifndef FLUXION_REVERSE_MARKS_H
#define FLUXION_REVERSE_MARKS_H

#include "reverse/activity.h"

/* Marks of a slot: it depends on the inputs, by the branches chosen at the values; by any branch; an
 * output depends on it. */
enum { FLX_DEPENDS = 1, FLX_LINKED = 2, FLX_REACHED = 4 };

/* Code, values (NULL: none; those within loops are written), and the span that marks stand for:
 * mark[slot - span.low]. */
typedef struct flx_marked {
    const flx_code *code;
    double *value;
    flx_span span;
    unsigned char *mark;
} flx_marked;

static inline int flx_is_marked(const flx_marked *m, uint32_t slot, int bit)
{
    const int inside = slot >= m->span.low && slot < m->span.end;
    return inside && m->mark[slot - m->span.low] & bit;
}

/* Whether a value comes from active operand k, as all do but the other branches of choices. */
int flx_is_chosen(const flx_marked *m, flx_instr in, int k);

/* Marks what depends on the slots that are marked so: as linked and, where there are values, as
 * dependent. */
void flx_mark_dependent(const flx_marked *m);

/* Where the result of an instruction writing from slot out on is reached, reaches what it came from,
 * by the chosen branch. Returns whether it is. To be called from the last instruction to the first. */
int flx_reach_operands(const flx_marked *m, flx_instr in, uint32_t out);

#endif
