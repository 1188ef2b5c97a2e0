/** @file functions.h
 *  What is fitted, as functions that Fluxion differentiates. The user data is a nist_problem. */
#ifndef NIST_FUNCTIONS_H
#define NIST_FUNCTIONS_H

#include <fluxion/function.h>

/** y_i - model(b, x_i): parameters -> observations. */
extern const flx_function *const nist_residuals;

/** The sum of the squared residuals: parameters -> 1. */
extern const flx_function *const nist_objective;

#endif
