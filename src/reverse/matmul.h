/* matmul.h: products of matrices by the BLAS, where there is one. */
#ifndef FLUXION_REVERSE_MATMUL_H
#define FLUXION_REVERSE_MATMUL_H

#include "reverse/algebra.h"
#include "reverse/block.h"

/* The block of an acc_matmul, by the BLAS. Returns 0, with nothing done, where that cannot be or does
 * not pay: there is no BLAS, the matrices are small, their strides are not the BLAS's, the numbers are
 * bounds, or the zero rule would make a difference. */
int flx_matmul(const flx_block *b, const flx_algebra *to, const flx_algebra *from,
               const flx_algebra *factor);

/* to += scale * left * right, of doubles, by the BLAS; the views are those of to, left and right. Returns
 * 0, with nothing done, where that cannot be or does not pay as above, or a factor is not finite. */
int flx_multiply(double scale, const flx_view views[3], double *to, const double *left,
                 const double *right);

#endif
