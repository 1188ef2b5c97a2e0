/** @file partials.h
 *  Functions of two and three arguments in plain double, each with all its first partial derivatives:
 *  what number types with many directions multiply by.
 *
 *  @code
 *  double p[2];
 *  double r = flx_partials_hypot(3.0, 4.0, p);   // 5; p is 0.6, 0.8
 *  @endcode
 *
 *  p[i] is the derivative by argument i, NaN where the value is NaN. Those of functions of one
 *  argument are had from flx_dual: flx_dual_sin(flx_dual_variable(x)).d. */
#ifndef FLUXION_PARTIALS_H
#define FLUXION_PARTIALS_H

#include <fluxion/api.h>

FLX_BEGIN_DECLS

#define FLX_BINARY(name, meaning) FLX_API double flx_partials_##name(double x, double y, double *p);
#define FLX_TERNARY(name, meaning)                                                                 \
    FLX_API double flx_partials_##name(double x, double y, double z, double *p);
#include <fluxion/functions.def>

FLX_END_DECLS

#endif
