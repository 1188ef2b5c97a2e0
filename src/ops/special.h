/* special.h: special functions in plain double that libm does not have, or not without a flaw,
 * and their derivatives. */
#ifndef FLUXION_OPS_SPECIAL_H
#define FLUXION_OPS_SPECIAL_H

/* libm's lgamma, without the global variable that it writes the gamma function's sign to. */
double flx_special_lgamma(double x);

/* log(gamma(x))' */
double flx_special_digamma(double x);

/* The m-th derivative of digamma, over k!, m >= k; NaN at a negative integer where the one-sided
 * limits differ. */
double flx_special_polygamma(unsigned m, unsigned k, double x);

/* The k-th derivative of the polygamma function of order n: outside the domain where n < 0. At a
 * negative integer NaN from the first order on that has no limit there. */
double flx_special_dpolygamma(int n, unsigned k, double x);

/* gamma(x) over *unit, a power of two that keeps it and its derivatives in range, more accurately than
 * libm's tgamma, which may be 5 ulps off. */
double flx_special_gamma(double x, double *unit);

/* The k-th derivative of gamma. */
double flx_special_dgamma(unsigned k, double x);

/* g[i] = the i-th derivative of gamma over i!, i = 1..k, given g[0] = gamma(x), finite. psi: k. */
void flx_special_gamma_series(unsigned k, double x, double *g, double *psi);

/* The k-th derivative of gamma where gamma is infinite or NaN: its limit. */
double flx_special_gamma_limit(unsigned k, double x);

/* Whether x is a pole of these: 0, -1, -2, ..., and -inf, where poles accumulate. */
int flx_special_is_gamma_pole(double x);

/* The inverse of erf, and its derivative. */
double flx_special_erfinv(double x);
double flx_special_derfinv(double x);

/* Lambert's W, principal branch; W', and 1/(1+W), which its derivatives are made of. */
double flx_special_lambertw(double x);
double flx_special_dlambertw(double x);
double flx_special_rlambertw(double x);

/* Whether x stands for the branch point -1/e, which is no double. */
int flx_special_is_lambertw_branch(double x);

/* exp(-W), and 1+W without cancellation. */
double flx_special_lambertw_parts(double x, double *plus_1);

/* The k-th derivatives of the Bessel functions of order n. */
double flx_special_djn(int n, unsigned k, double x);
double flx_special_dyn(int n, unsigned k, double x);

/* c[j] = derivative number k+j over j!, j = 1..order. values: 2*order+1. */
void flx_special_djn_series(int n, unsigned k, double x, unsigned order, double *c, double *values);
void flx_special_dyn_series(int n, unsigned k, double x, unsigned order, double *c, double *values);

#endif
