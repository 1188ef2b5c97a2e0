/* kept.h: what a tape keeps for flx_backward. */
#ifndef FLUXION_REVERSE_KEPT_H
#define FLUXION_REVERSE_KEPT_H

#include "reverse/tape.h"

/* Forgets the gradients of what lies above a place. */
void flx_kept_truncate(flx_tape *t, uint32_t slots, uint32_t instrs);

/* Bytes of what is kept; held: those obtained for it. */
size_t flx_kept_bytes(const flx_tape *t, int held);

void flx_kept_free(flx_tape *t);

#endif
