/* sweep_known.h: a Hessian-vector product at the point, and for the weights, of the one before. */
#ifndef FLUXION_MIXED_SWEEP_KNOWN_H
#define FLUXION_MIXED_SWEEP_KNOWN_H

#include "program/planes.h"

/* Sweeps back all of the code, of which all instructions are scalar. Values with their tangents and
 * adjoints are there; the tangents of the adjoints, from slot low on, are zero, and get the bits that
 * flx_sweep_dual would give them. */
void flx_sweep_known(const flx_code *code, flx_dual_plane value, flx_dual_plane adjoint,
                     uint32_t low);

#endif
