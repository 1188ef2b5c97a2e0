/** @file kernel.h
 *  Truncated Taylor arithmetic on plain arrays of coefficients: what every Taylor type and sweep
 *  rests on.
 *
 *  A series is order+1 doubles, coefficient k at p[k*stride]. With x(t) = sum_k x[k] t^k, a kernel
 *  computes the coefficients of f(x(t)) up to t^order in O(order^2). Outputs must not overlap
 *  inputs or scratch. Nothing fails: NaN and Inf flow. Coefficient 0 is the plain libm value.
 *
 *  Recurrences: Griewank and Walther, Evaluating Derivatives (2008), chapter 13, tables 13.1, 13.2.
 *  polygamma, jn and yn are composed from their derivatives at x[0], in O(order^3). digamma, and
 *  lgamma and tgamma by it, is a sum of some 10 + 0.7*order reciprocals and a logarithm.
 *  Where the function's derivative at x[0] is not finite, or x[0] is infinite, the coefficients
 *  are composed from the limits of the derivatives, an exactly zero power of the increment
 *  contributing exactly zero. */
#ifndef FLUXION_KERNEL_H
#define FLUXION_KERNEL_H

#include <stddef.h>

#include <fluxion/api.h>

FLX_BEGIN_DECLS

/** Doubles of scratch (contiguous) that any kernel may use at this order. */
#define FLX_KERNEL_SCRATCH(order) (6u * ((order) + 1u))

/** z = x + y. */
FLX_API void flx_kernel_add(size_t order, size_t stride, const double *x, const double *y,
                            double *z);
/** z = x - y. */
FLX_API void flx_kernel_sub(size_t order, size_t stride, const double *x, const double *y,
                            double *z);
/** z = x * y. */
FLX_API void flx_kernel_mul(size_t order, size_t stride, const double *x, const double *y,
                            double *z);
/** z = x / y. */
FLX_API void flx_kernel_div(size_t order, size_t stride, const double *x, const double *y,
                            double *z);
/** z = x * x. */
FLX_API void flx_kernel_square(size_t order, size_t stride, const double *x, double *z);
/** z = -x. */
FLX_API void flx_kernel_neg(size_t order, size_t stride, const double *x, double *z);
/** s = sin(x) and c = cos(x), by the one recurrence that either needs. */
FLX_API void flx_kernel_sincos(size_t order, size_t stride, const double *x, double *s, double *c,
                               double *scratch);
/** z = x to the constant power p. */
FLX_API void flx_kernel_pow_xc(size_t order, size_t stride, const double *x, double p, double *z,
                               double *scratch);

#define FLX_UNARY(name, meaning)                                                                   \
    FLX_API void flx_kernel_##name(size_t order, size_t stride, const double *x, double *z,        \
                                   double *scratch);
#define FLX_BINARY(name, meaning)                                                                  \
    FLX_API void flx_kernel_##name(size_t order, size_t stride, const double *x, const double *y,  \
                                   double *z, double *scratch);
#define FLX_TERNARY(name, meaning)                                                                 \
    FLX_API void flx_kernel_##name(size_t order, size_t stride, const double *x, const double *y,  \
                                   const double *c, double *z, double *scratch);
#define FLX_ORDERED(name, meaning)                                                                 \
    FLX_API void flx_kernel_##name(size_t order, size_t stride, int n, const double *x, double *z, \
                                   double *scratch);
#include <fluxion/functions.def>

FLX_END_DECLS

#endif
