/* kernel_internal.h: Taylor kernels of the functions that only the library itself uses.
 *
 * Shape, meaning and the rule of zeros are those of fluxion/kernel.h. The values are those of
 * ops/support.h. */
#ifndef FLUXION_FORWARD_KERNEL_INTERNAL_H
#define FLUXION_FORWARD_KERNEL_INTERNAL_H

#include <stddef.h>

/* The rows of ops.def, binary.def and ternary.def that exist because a derivative needs them. */
#define OP(name, value, slot, domain, derivative)
#define OP_INLINE OP
#define OP_SUPPORT(name, value, slot, domain, derivative)                                          \
    void flx_kernel_##name(size_t order, size_t stride, const double *x, double *z,                \
                           double *scratch);
#include "ops/ops.def"
#undef OP

#define OP2(name, value, dx, dy)
#define OP2_SUPPORT(name, value, dx, dy)                                                           \
    void flx_kernel_##name(size_t order, size_t stride, const double *x, const double *y,          \
                           double *z, double *scratch);
#include "ops/binary.def"
#undef OP2

#define OP3(name, value, dx, dy, dz)
#define OP3_SUPPORT(name, value, dx, dy, dz)                                                       \
    void flx_kernel_##name(size_t order, size_t stride, const double *x, const double *y,          \
                           const double *c, double *z, double *scratch);
#include "ops/ternary.def"
#undef OP3

/* z = derivative k of the function of order n. */
#define OPN(name, value)                                                                           \
    void flx_kernel_d##name(size_t order, size_t stride, const double *x, int n, unsigned k,       \
                            double *z, double *scratch);
#include "ops/ordered.def"
#undef OPN

/* z = g*p, an adjoint or tangent times a partial: an exactly zero coefficient of g hides any p. */
void flx_kernel_amul(size_t order, size_t stride, const double *g, const double *p, double *z,
                     double *scratch);
/* z = g/y, an adjoint or tangent times the partial 1/y of a quotient whose value is q[0]: an
 * exactly zero remainder gives 0, anything else NaN where q[0] is NaN. */
void flx_kernel_adiv(size_t order, size_t stride, const double *g, const double *y, const double *q,
                     double *z, double *scratch);
/* z = x^(hi+lo). */
void flx_kernel_powc(size_t order, size_t stride, const double *x, double hi, double lo, double *z,
                     double *scratch);
/* z = x^(y-k) * log(x)^m. */
void flx_kernel_powk(size_t order, size_t stride, const double *x, const double *y, unsigned k,
                     unsigned m, double *z, double *scratch);
/* z = a where c[0] > 0, else b. */
void flx_kernel_select(size_t order, size_t stride, const double *c, const double *a,
                       const double *b, double *z);

#endif
