/* sweep_wide.h: forward over reverse along several directions at once. */
#ifndef FLUXION_MIXED_SWEEP_WIDE_H
#define FLUXION_MIXED_SWEEP_WIDE_H

#include "program/wide.h"

/* Sweep all of the code back; values with tangents and seeded adjoints lie in the planes, which begin
 * with slot 0. Of adjoints, kept is lent too. */
void flx_sweep_wide4(const flx_code *c, flx_wide_plane value, flx_wide_plane adjoint, uint32_t low);
void flx_sweep_wide8(const flx_code *c, flx_wide_plane value, flx_wide_plane adjoint, uint32_t low);

/* As give_block and reverse_solve of context_block.inc, direction after direction. */
void flx_wide_give_duals(const flx_wide_back *w, unsigned op, const flx_block *b);
void flx_wide_solve_duals(const flx_wide_back *w, unsigned op, const flx_block *b);

#endif
