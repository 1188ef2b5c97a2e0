/* solve.h: triangular solves and factorisations, in the algebra of a number type: truncated
 * polynomials, whose leading parts are factorised or divided by and whose other parts follow one
 * after the other. */
#ifndef FLUXION_REVERSE_SOLVE_H
#define FLUXION_REVERSE_SOLVE_H

#include "reverse/algebra.h"
#include "reverse/block.h"

/* The values of trsolve, cholesky or lu. */
void flx_solve_values(unsigned op, const flx_block *b, const flx_algebra *value);

/* Their adjoints, on to those of the views that are wanted (bit k: view k); the target's are used
 * up. */
void flx_solve_adjoints(unsigned op, const flx_block *b, const flx_algebra *value,
                        const flx_algebra *adjoint, unsigned wanted);

/* Slots that the target of an n x n factorisation has beside the matrix: lu's permutation, as indices
 * of rows, and its sign. */
static inline uint32_t flx_solve_extra(unsigned op, uint32_t n) { return op == OP_lu ? n + 1 : 0; }

#endif
