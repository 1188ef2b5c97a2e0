/** @file backward.h
 *  Gradients that are added up and kept with variables, as PyTorch, Chainer and DeZero do.
 *
 *  @code
 *  flx_backward(loss, 0);                             // adds to the gradients of all inputs
 *  flx_set(w, flx_peek(w) - 0.01 * flx_peek(flx_grad_of(w)));
 *  flx_clear_grads(tape);                             // or the next ones are added to these
 *  @endcode
 *
 *  Gradients are kept for independent variables (flx_variable, flx_array_variable), and for what
 *  flx_retain_grad asks for: parameters, constants on the tape, anything computed on the way. They
 *  are added up until flx_clear_grads, and outlast rewinding as long as their variables do: a loop
 *  may rewind after each of several backward passes. What is kept costs 16 bytes for each number
 *  and for each variable or array, and 32 more for each number during a call, held for the next.
 *
 *  flx_grad (grad.h) computes the same without leaving anything behind, and with respect to what it
 *  is given alone. */
#ifndef FLUXION_BACKWARD_H
#define FLUXION_BACKWARD_H

#include <fluxion/grad.h>

FLX_BEGIN_DECLS

/** Adds the gradient of y to the gradients that y's tape keeps: one reverse sweep, from y back to
 *  the first variable of the tape. Variables that y does not depend on gain zero.
 *  @param[in] y     output, seeded with 1
 *  @param[in] flags 0, or FLX_CREATE_GRAPH: the gradients are variables, which can be
 *                   differentiated again. A gradient that was a variable stays one where numbers are
 *                   added to it.
 *  @return FLX_OK; FLX_EARG where y is a constant or the flags are unknown; FLX_ESTALE,
 *  FLX_EOUTDATED, FLX_ENOMEM, FLX_ELIMIT, or the tape's kept status. Where it fails no gradient has
 *  changed. */
FLX_API flx_status flx_backward(flx_var y, unsigned flags);

/** As flx_backward, of sum_k seed[k]*y[k].
 *  @param[in] m     number of outputs
 *  @param[in] y     m outputs of one tape, or constants
 *  @param[in] seed  m variables or constants, or NULL where m is 1: the seed 1
 *  @param[in] flags 0 or FLX_CREATE_GRAPH
 *  @return as flx_backward; FLX_EDIM where seed is missing and m is not 1; FLX_ETAPE */
FLX_API flx_status flx_backward_seeded(size_t m, const flx_var *y, const flx_var *seed,
                                       unsigned flags);

/** As flx_backward, of the sum of seed_ij*y_ij.
 *  @param[in] y     output
 *  @param[in] seed  an array of y's shape, or NULL where y has one element: the seed 1
 *  @param[in] flags 0 or FLX_CREATE_GRAPH
 *  @return as flx_backward; FLX_EDIM where seed is missing and y has not one element, or none;
 *  FLX_ESHAPE; FLX_ETAPE */
FLX_API flx_status flx_backward_array(flx_array y, const flx_array *seed, unsigned flags);

/** The gradient kept for x.
 *  @return a variable where FLX_CREATE_GRAPH made it one; when that has been rewound its value, as
 *  a constant. The constant 0 for an independent variable that no call has reached yet
 *  (flx_has_grad tells). The constant NaN where no gradient is kept: x was neither an independent
 *  variable nor retained, is a constant, or is stale. */
FLX_API flx_var flx_grad_of(flx_var x);

/** The gradients kept for the elements of x. They take slots unless they lie on the tape with even
 *  strides, as recorded gradients do; a loop takes these back with flx_tape_rewind.
 *  @return an array on the tape, of x's shape, its elements as flx_grad_of gives them; empty where
 *  x is stale or the tape has failed */
FLX_API flx_array flx_grad_of_array(flx_array x);

/** Whether a gradient has been added for x since it was made, retained or last cleared; it may be
 *  zero. */
FLX_API int flx_has_grad(flx_var x);

/** Sets all gradients that the tape keeps to zero; flx_has_grad says no again. What was retained
 *  stays so. */
FLX_API void flx_clear_grads(flx_tape *tape);

/** Keeps the gradients of x from now on, though x is computed or no independent variable, until x
 *  is rewound. Asking again changes nothing.
 *  @return FLX_OK; FLX_EARG where x is a constant; FLX_ESTALE, FLX_ENOMEM, or the tape's kept
 *  status */
FLX_API flx_status flx_retain_grad(flx_var x);

/** As flx_retain_grad, of the elements of x and of what lies between them. */
FLX_API flx_status flx_retain_grad_array(flx_array x);

FLX_END_DECLS

#endif
