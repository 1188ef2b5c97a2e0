/** @file newton.h
 *  A trust-region Newton method: minimises a program with its exact gradient and Hessian. */
#ifndef NIST_NEWTON_H
#define NIST_NEWTON_H

#include <fluxion/program.h>

/** What a minimisation came to. */
typedef struct newton_result {
    int converged;       /**< full Newton steps, until rounding kept them from getting shorter */
    size_t iterations;   /**< steps tried */
    double value;        /**< f at the end */
    double order;        /**< the exponent p in error_{k+1} ~ error_k^p over the last steps, or NaN
                            where fewer than three full Newton steps rise above rounding */
    double order_digits; /**< decimal digits that the three errors behind it span */
} newton_result;

/** Minimises f, a program with one output.
 *  @param[in]     f              the program
 *  @param[in,out] x              starting point, and the best point found; length flx_inputs(f)
 *  @param[in]     max_iterations steps to try at most
 *  @param[out]    result         what happened
 *  @return FLX_OK, also where the method does not converge; FLX_ENOMEM or a driver's status */
flx_status newton_minimise(flx_program *f, double *x, size_t max_iterations, newton_result *result);

#endif
