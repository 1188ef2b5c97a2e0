/** @file gsl_fit.h
 *  The same fit by the GNU Scientific Library, for comparison. */
#ifndef NIST_GSL_FIT_H
#define NIST_GSL_FIT_H

#include <fluxion/program.h>

/** Whether this build has GSL. */
extern const int nist_has_gsl;

/** Minimises the sum of squares of a program's outputs with GSL's trust-region Levenberg-Marquardt
 *  method (gsl_multifit_nlinear), which is given Fluxion's exact Jacobian.
 *  @param[in]     residuals the program
 *  @param[in,out] b         starting point, and GSL's last one
 *  @return FLX_OK, whatever GSL came to; FLX_ENOMEM or a driver's status */
flx_status nist_gsl_fit(flx_program *residuals, double *b);

#endif
