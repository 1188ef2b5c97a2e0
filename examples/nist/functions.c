/* The residuals and the objective of every problem, in every number type. */
#include "functions.h"
#include "problem.h"

#define FLX_NAMES(X) X(residuals) X(objective)
#define FLX_BODY "fit.inc"
#include <fluxion/instantiate.h>

const flx_function *const nist_residuals = &residuals;
const flx_function *const nist_objective = &objective;
