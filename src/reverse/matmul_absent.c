/* matmul_absent.c: matmul.h where there is no BLAS: all products are left to the loops. */
#include "reverse/matmul.h"

#ifndef FLUXION_HAVE_CBLAS

int flx_matmul(const flx_block *b, const flx_algebra *to, const flx_algebra *from,
               const flx_algebra *factor)
{
    (void)b, (void)to, (void)from, (void)factor;
    return 0;
}

int flx_multiply(double scale, const flx_view views[3], double *to, const double *left,
                 const double *right)
{
    (void)scale, (void)views, (void)to, (void)left, (void)right;
    return 0;
}

#endif
