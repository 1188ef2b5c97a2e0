/* sweep_sparse.h: the reverse sweep in plain double where little of a long span is reached. */
#ifndef FLUXION_REVERSE_SWEEP_SPARSE_H
#define FLUXION_REVERSE_SWEEP_SPARSE_H

#include "reverse/activity.h"

/* The adjoint of a slot, or a contribution to it: those to one slot are added by rising number. */
typedef struct flx_term {
    double g;
    uint32_t slot, number;
} flx_term;

/* The slots that a sweep reached, from the highest down, with their adjoints. */
typedef struct flx_reached {
    const flx_term *term;
    size_t count;
} flx_reached;

/* How many contributions a sparse sweep of this span may make; 0: it is not worth the attempt. */
size_t flx_sparse_limit(flx_span span);

/* Sweeps what y depends on, in room for two times limit terms. The adjoints have the bits that the
 * sweep of the whole span gives. Returns 0 where that one is to be used: more contributions than
 * the limit, arrays or accumulators on the way, or a point that may raise flags. */
int flx_sweep_sparse(const flx_tape *t, flx_span span, size_t m, const flx_var *y,
                     const flx_var *seed, flx_term *room, size_t limit, flx_reached *reached);

/* The adjoint of a slot, or NULL where it was not reached. */
const double *flx_reached_adjoint(const flx_reached *reached, uint32_t slot);

#endif
