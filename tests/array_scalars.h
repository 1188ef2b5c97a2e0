/* array_scalars.h: array operations in scalars of the tape, in the order that array_math.h promises. */
#ifndef FLUXION_TESTS_ARRAY_SCALARS_H
#define FLUXION_TESTS_ARRAY_SCALARS_H

#include <fluxion/array.h>

#include "array_modes.h"

/* Element (i, j) of an operand that may have one row or column for many. */
flx_var scalars_at(flx_array a, size_t i, size_t j);

/* The shape that n operands broadcast to. */
void scalars_broadcast(size_t n, const flx_array *x, array_grid *z);

/* What one group of elements is reduced to; `along` is the group's first element and how they lie. */
typedef flx_var scalars_reducer(size_t n, const flx_var *x);
flx_var scalars_sum(size_t n, const flx_var *x);
flx_var scalars_mean(size_t n, const flx_var *x);
flx_var scalars_prod(size_t n, const flx_var *x);
flx_var scalars_max(size_t n, const flx_var *x);
flx_var scalars_min(size_t n, const flx_var *x);
flx_var scalars_argmax(size_t n, const flx_var *x);
flx_var scalars_argmin(size_t n, const flx_var *x);
flx_var scalars_logsumexp(size_t n, const flx_var *x);
flx_var scalars_norm(size_t n, const flx_var *x);

/* Each group along an axis reduced. */
void scalars_reduce(flx_array x, flx_axis axis, scalars_reducer *reduce, array_grid *z);

void scalars_softmax(flx_array x, flx_axis axis, array_grid *z);
void scalars_cumsum(flx_array x, flx_axis axis, array_grid *z);
void scalars_matmul(flx_array x, flx_array y, array_grid *z);

#endif
