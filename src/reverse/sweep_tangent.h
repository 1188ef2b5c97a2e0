/* sweep_tangent.h: the recorded forward sweep. */
#ifndef FLUXION_REVERSE_SWEEP_TANGENT_H
#define FLUXION_REVERSE_SWEEP_TANGENT_H

#include "reverse/activity.h"

/* Records the tangents of a span, those of x[k] being dx[k], into the accumulators of active. The
 * tape's status says whether it succeeded. */
void flx_sweep_tangent(flx_tape *t, const flx_active *active, size_t n, const flx_var *x,
                       const flx_var *dx, flx_span span);

#endif
