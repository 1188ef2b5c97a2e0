/* flags_loop.h: the delicate points that programs within loops met. */
#ifndef FLUXION_REVERSE_FLAGS_LOOP_H
#define FLUXION_REVERSE_FLAGS_LOOP_H

#include "reverse/flags.h"

/* Raises the flags of a loop, marked as flx_raise_flags has it, in the names of the inner operations.
 * Returns those of the loop itself: of its sums. */
unsigned flx_raise_loop_flags(const flx_marked *m, const flx_factors *factors, uint32_t instr,
                              flx_flags *flags);

#endif
