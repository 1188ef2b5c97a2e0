/* solve_var.h: recorded derivatives of triangular solves and factorisations. */
#ifndef FLUXION_REVERSE_SOLVE_VAR_H
#define FLUXION_REVERSE_SOLVE_VAR_H

#include "reverse/activity.h"

/* Adjoints of the target on to those of the operands, and tangents the other way. */
void flx_reverse_solve(flx_tape *t, const flx_active *active, unsigned op, const flx_block *b);
void flx_tangent_solve(flx_tape *t, const flx_active *active, unsigned op, const flx_block *b);

#endif
