/* sweep_var.h: the recorded reverse sweep. */
#ifndef FLUXION_REVERSE_SWEEP_VAR_H
#define FLUXION_REVERSE_SWEEP_VAR_H

#include "reverse/activity.h"
#include "reverse/tape.h"

/* Records the sweep of sum_k seed[k]*y[k] over a span, into the accumulators of active. The tape's
 * status says whether it succeeded. */
void flx_sweep_var(flx_tape *t, const flx_active *active, size_t m, const flx_var *y,
                   const flx_var *seed, flx_span span);

#endif
