/* support.h: the functions of real.h's interface that only the library itself uses, in double. */
#ifndef FLUXION_OPS_SUPPORT_H
#define FLUXION_OPS_SUPPORT_H

#include <fluxion/real.h>

#define T double
#define F(name) flx_double_##name
#include "ops/support.inc"
#undef T
#undef F

/* log(x), but 0 at NaN: where an exponent is 0 the power does not depend on its base. */
double flx_double_lognz(double x);
/* x^(hi+lo): an exponent as an unevaluated sum, so that p-1, p-2, ... lose nothing. */
double flx_double_powc(double x, double hi, double lo);
/* x^(y-k) * log(x)^m, y-k not rounded; 0 at x = 0 where y > k. */
double flx_double_powk(double x, double y, unsigned k, unsigned m);

#endif
