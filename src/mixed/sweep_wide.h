/* sweep_wide.h: forward over reverse along several directions at once. */
#ifndef FLUXION_MIXED_SWEEP_WIDE_H
#define FLUXION_MIXED_SWEEP_WIDE_H

#include "program/wide.h"

/* The sweeps back along 4 and 8 directions for one instruction set (sweep_wide_set.inc). Values have their
 * tangents beside them; of adjoints, kept is lent too. */
typedef struct flx_wide_dual_set {
    flx_wide_sweep_back *by4, *by8;
} flx_wide_dual_set;

extern const flx_wide_dual_set flx_wide_dual_base, flx_wide_dual_avx2;

/* Sweeps all of the code back along that many directions, 4 or 8. */
static inline void flx_sweep_wide(const flx_code *c, size_t width, flx_wide_plane value,
                                  flx_wide_plane adjoint, uint32_t low)
{
    const flx_wide_dual_set *set = flx_wide_by_avx2(c) ? &flx_wide_dual_avx2 : &flx_wide_dual_base;
    (width == 8 ? set->by8 : set->by4)(c, value, adjoint, low);
}

/* As give_block and reverse_solve of context_block.inc, direction after direction. */
void flx_wide_give_duals(const flx_wide_back *w, unsigned op, const flx_block *b);
void flx_wide_solve_duals(const flx_wide_back *w, unsigned op, const flx_block *b);

#endif
