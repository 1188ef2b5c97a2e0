/** @file grad.h
 *  Gradients on a tape: the reverse sweep, plain or recorded (double backprop). */
#ifndef FLUXION_GRAD_H
#define FLUXION_GRAD_H

#include <fluxion/array.h>

FLX_BEGIN_DECLS

/** Record the reverse sweep, so that the gradient can itself be differentiated, to any depth. */
#define FLX_CREATE_GRAPH 1u

/** Gradient of y with respect to x[0..n-1], which may be inputs or anything computed on the way.
 *
 *  Without FLX_CREATE_GRAPH, or while recording is paused, the results are constants and nothing is
 *  recorded. With it they are variables of the same tape. Pure: no state is left behind. Cost: what
 *  lies on the tape between the earliest x and y. An x that y does not depend on gives the constant 0.
 *  @param[in]  y     output; a constant has gradient 0
 *  @param[in]  n     number of inputs; 0 is fine
 *  @param[in]  x     variables of y's tape
 *  @param[out] gx    n results; NaN constants where the call fails, untouched where an argument is
 *                    missing or the flags are unknown
 *  @param[in]  flags 0 or FLX_CREATE_GRAPH
 *  @return FLX_OK; FLX_EARG where an x is a constant; FLX_ETAPE, FLX_ESTALE, FLX_EOUTDATED,
 *  FLX_ENOMEM, FLX_ELIMIT, or the tape's kept status
 *  @see Griewank and Walther, Evaluating Derivatives (2008), section 3.2 */
FLX_API flx_status flx_grad(flx_var y, size_t n, const flx_var *x, flx_var *gx, unsigned flags);

/** As flx_grad, of sum_k seed[k]*y[k]: a vector-Jacobian product in one sweep.
 *  @param[in]  m     number of outputs
 *  @param[in]  y     m outputs
 *  @param[in]  seed  m variables or constants; with FLX_CREATE_GRAPH they stay differentiable
 *  @param[in]  n     number of inputs
 *  @param[in]  x     n inputs
 *  @param[out] gx    n results
 *  @param[in]  flags 0 or FLX_CREATE_GRAPH
 *  @return as flx_grad */
FLX_API flx_status flx_grad_seeded(size_t m, const flx_var *y, const flx_var *seed, size_t n,
                                   const flx_var *x, flx_var *gx, unsigned flags);

/** Tangents, recorded: dy[k] = sum_j dy[k]/dx[j] * dx[j], a Jacobian-vector product whose result can be
 *  differentiated again, forward or in reverse, to any depth.
 *  @param[in]  n     number of inputs
 *  @param[in]  x     inputs or anything computed on the way, of one tape
 *  @param[in]  dx    n tangents, variables or constants; they stay differentiable
 *  @param[in]  m     number of outputs
 *  @param[in]  y     m variables of that tape, or constants
 *  @param[out] dy    m results, in y's place if wished: variables, or the constant 0 where y does not
 *                    depend on x; constants while recording is paused; NaN constants where the call
 *                    fails
 *  @return as flx_grad */
FLX_API flx_status flx_jvp_record(size_t n, const flx_var *x, const flx_var *dx, size_t m,
                                  const flx_var *y, flx_var *dy);

/** As flx_grad with respect to an array. Even without FLX_CREATE_GRAPH the result takes slots, one
 *  run of constants; a loop takes them back with flx_tape_rewind.
 *  @param[in]  y     output
 *  @param[in]  x     array of y's tape
 *  @param[out] gx    an array on the tape, of x's shape: variables with FLX_CREATE_GRAPH, else
 *                    constants; empty where the call fails, untouched where x has no tape
 *  @param[in]  flags 0 or FLX_CREATE_GRAPH
 *  @return as flx_grad */
FLX_API flx_status flx_grad_array(flx_var y, flx_array x, flx_array *gx, unsigned flags);

FLX_END_DECLS

#endif
