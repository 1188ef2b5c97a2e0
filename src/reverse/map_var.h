/* map_var.h: recorded derivatives of maps: the scalar rule of its operation, recorded once for all
 * elements. */
#ifndef FLUXION_REVERSE_MAP_VAR_H
#define FLUXION_REVERSE_MAP_VAR_H

#include "reverse/activity.h"

/* Adjoints of a map's target on to those of its operands. */
void flx_reverse_map(flx_tape *t, const flx_active *active, const flx_block *b);

/* Tangents of a map's operands on to those of its target. */
void flx_tangent_map(flx_tape *t, const flx_active *active, const flx_block *b);

#endif
