/* sparse.h: sparse Jacobians, held against products along single directions. */
#ifndef FLUXION_TESTS_SPARSE_H
#define FLUXION_TESTS_SPARSE_H

#include <stddef.h>

#include <fluxion/sparse.h>

/* The pattern and the entries of a program's Jacobian at a point, by a work of this width: each entry must
 * have the bits of flx_jvp along its column (or flx_vjp for its row), NaN being NaN, and what is not in the
 * pattern must be exactly zero there; statuses must be the same, and flags but for that of a derivative
 * which an exact zero hides: what is swept together may have no zero there. Returns 0, or that something
 * differs and what. */
int sparse_differs(flx_program *f, const double *x, size_t width, char *text, size_t size);

/* How many zeros of Jacobians so far were not in a pattern, and how many numbers were. */
extern size_t sparse_zeros, sparse_entries;

#endif
