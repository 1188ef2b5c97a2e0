/* flags.h: the delicate points that recorded code met at some values, in a pass of its own.
 *
 * The pass is run only where something gives reason to: a value or result that is not finite, or an
 * operation at one of its delicate points. Both are cheap to see. */
#ifndef FLUXION_REVERSE_FLAGS_H
#define FLUXION_REVERSE_FLAGS_H

#include "reverse/marks.h"

/* What a sweep multiplied partials by: planes of adjoints or tangents, component k of slot s at
 * [k*stride + s - low]. Where a sweep is recorded they are values of accumulators. */
typedef struct flx_factors {
    int order; /* derivatives up to this order were computed */
    const double *adjoint, *tangent;
    size_t adjoints, tangents, stride;
    uint32_t low;
    const flx_active *recorded_adjoints, *recorded_tangents; /* or NULL */
} flx_factors;

/* Whether an instruction's operation has delicate points at all. */
int flx_instr_is_delicate(const flx_code *c, const flx_instr *in);

/* Whether an instruction, or an element of it, is at one of them, for derivatives of that order. */
int flx_at_delicate_point(const flx_code *c, const flx_instr *in, const double *value, int order);

/* Whether all these numbers are finite. Of many, where there is code, that is asked of its set: rows.h. */
int flx_all_finite(const double *x, size_t n);

/* Raises the flags of all instructions that the slots marked as reached depend on, by the chosen
 * branches. Derivative flags are those of operations that depend on the inputs and that the sweep
 * reached with a factor that is not zero. */
void flx_raise_flags(const flx_marked *m, const flx_factors *factors, flx_flags *flags);

/* Whether the values of all slots marked as reached are finite. */
int flx_reached_finite(const flx_marked *m);

/* Where results are not finite though the values reached and the seeds are, and no flag says why:
 * OVERFLOW, of the sweep as a whole. */
void flx_flags_complete(flx_flags *flags, const flx_code *c, int inputs_finite, int results_finite);

/* Adds one flag; the place that is first in the code stays. */
void flx_flags_add(flx_flags *flags, unsigned flag, flx_place place);

/* Adds all flags of another set; places of flags already set stay. */
void flx_flags_merge(flx_flags *flags, const flx_flags *more);

#endif
