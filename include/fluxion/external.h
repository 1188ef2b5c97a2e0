/** @file external.h
 *  Operations on the tape that the library cannot look into: a user's own code, an implicit
 *  function.
 *
 *  Such an operation states the order of the derivatives it has. A sweep that would go beyond it
 *  fails with FLX_EORDER and the operation's name: on a tape, where a gradient of recorded
 *  gradients is asked for, and in the drivers of programs. In programs the callbacks are called
 *  again at every point, from whatever thread evaluates; name, callbacks and ctx must outlive tapes
 *  and programs. Outputs of callbacks that record are the constant 0 until they are written; of
 *  those in doubles all must be written.
 *
 *  A function that can be written once for every number type (<fluxion/instantiate.h>) needs none of
 *  this: call it on variables, and it has derivatives of every order. */
#ifndef FLUXION_EXTERNAL_H
#define FLUXION_EXTERNAL_H

#include <fluxion/array.h>

FLX_BEGIN_DECLS

/** A user's operation. Its derivatives come from one of two Jacobians: of plain doubles, to first
 *  order; or recorded on variables, to the order stated. */
typedef struct flx_external {
    const char *name; /**< for messages, or NULL */
    /** y (length m) = f(x), x of length n. Other than FLX_OK: y is taken as NaN. */
    flx_status (*value)(void *ctx, size_t n, const double *x, size_t m, double *y);
    /** jac (mn = m*n numbers, row-major) at x, or NULL. Other than FLX_OK: NaN. */
    flx_status (*jacobian)(void *ctx, size_t n, const double *x, size_t mn, double *jac);
    /** The same on variables: the member f_var of a flx_function, or NULL. */
    void (*record_jacobian)(size_t n, const flx_var *x, size_t mn, flx_var *jac, void *ctx);
    unsigned order; /**< up to which record_jacobian is to give derivatives, 1 to 8 */
    void *ctx;      /**< user data for all of them */
} flx_external;

/** Records y = f(x).
 *
 *  With a Jacobian of doubles, y = f(x0) + J(x0) (x - x0), x0 being x without derivatives: order
 *  one. With a recorded one, f(x0) and the integral of J(x0 + s (x - x0)) (x - x0) over s from 0 to
 *  1 by Gauss' formula (Abramowitz, Stegun, 25.4.30): k nodes make derivatives up to order 2k exact,
 *  and the value is f's own, since x - x0 is zero: at an x that is not finite it is NaN. Without
 *  either there are none: order zero, and the value is f's at any x.
 *
 *  Sets FLX_EARG where there is no callback for values or the order is out of range.
 *  @param[in] f the operation; copied
 *  @param[in] x its inputs, in row-major order, on a tape
 *  @param[in] m number of outputs
 *  @return m x 1; empty where the tape fails, and where x is a constant without a tape, which could
 *  not be told. Cost: m*n slots for each Jacobian, of which a recorded one of order d is recorded
 *  (d + 1)/2 times, rounded down */
FLX_API flx_array flx_array_external(const flx_external *f, flx_array x, size_t m);

/** A function x(p) given by equations r(x, p) = 0, as many as unknowns. A fixed point x = g(x, p) is
 *  that of r = x - g. */
typedef struct flx_implicit {
    const char *name; /**< for messages, or NULL */
    /** Finds x (length n) for the parameters p (length np). Other than FLX_OK: x is taken as NaN. */
    flx_status (*solve)(void *ctx, size_t np, const double *p, size_t n, double *x);
    /** r (length n) at v = (x, p), of length n + np: the member f_var of a flx_function. */
    void (*residual)(size_t n_and_np, const flx_var *v, size_t n, flx_var *r, void *ctx);
    void *ctx; /**< user data for both */
} flx_implicit;

/** Records x(p), with derivatives by the implicit function theorem: x = solve(p), then `order` steps
 *  x <- x - J^-1 r(x, p) with the Jacobian J at the solution. They leave the value what it was, but
 *  for rounding or a solver's last digits, and each gives x one more right derivative: an error of
 *  order k in p becomes one of order k + 1, as in the chord method (A. Griewank, A. Walther,
 *  "Evaluating Derivatives", 2nd edition, section 15.3). Where J is singular the result is NaN or
 *  infinite. While recording is paused the result is solve(p), without the steps.
 *
 *  Sets FLX_EARG where a callback is missing, or n or order is out of range.
 *  @param[in] f     the equations; copied
 *  @param[in] p     the parameters, in row-major order, on a tape
 *  @param[in] n     number of unknowns, 1 to 65535
 *  @param[in] order of the derivatives wanted, 1 to 16; a sweep beyond it is FLX_EORDER
 *  @return n x 1; empty where the tape fails, and where p is a constant without a tape, which could
 *  not be told. Cost: 1 + order evaluations of the residual on the tape, its Jacobian by n sweeps,
 *  one factorisation of n x n */
FLX_API flx_array flx_array_implicit(const flx_implicit *f, flx_array p, size_t n, unsigned order);

FLX_END_DECLS

#endif
