/* matmul.h: products of matrices by the BLAS, where there is one. */
#ifndef FLUXION_REVERSE_MATMUL_H
#define FLUXION_REVERSE_MATMUL_H

#include "reverse/block.h"

/* Components of the number types that come in planes; number k is that of the nilpotent units whose
 * bits k has: 1, or 1 e, or 1 e1 e2 e1e2. */
enum { FLX_COMPONENTS = 4 };

/* The block of an acc_matmul over planes, by the BLAS: to[c] += sum of from[a] * factor[b] over the
 * pairs a, b whose units make c. Returns 0, with nothing done, where that cannot be or does not pay:
 * there is no BLAS, the matrices are small, their strides are not the BLAS's, or the zero rule would
 * make a difference. */
int flx_matmul(const flx_block *b, size_t components, double *const *to, double *const *from,
               double *const *factor);

/* The same of series, coefficient k in the plane at plane + k*stride: to[k] += sum of from[i] *
 * factor[k-i], up to that order. */
int flx_matmul_series(const flx_block *b, size_t order, size_t stride, double *plane);

#endif
