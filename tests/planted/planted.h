/* planted.h: what plants.def's macros use, and what planted sources include: functions are defined
 * before a macro of their name is. A sweep's own header comes after this. */
#ifndef FLUXION_TESTS_PLANTED_H
#define FLUXION_TESTS_PLANTED_H

#include <fluxion/fluxion.h>

#include "forward/kernel_internal.h"
#include "forward/support.h"
#include "ops/exponent.h"
#include "program/planes.h"
#include "program/program.h"
#include "reverse/support.h"

#define E (1.0 + 1e-9)

static inline double off_double(double x) { return x * E; }
static inline flx_dual off_dual(flx_dual x) { return flx_dual_make(x.v, x.d * E); }
static inline flx_dual off_dual_if(int yes, flx_dual x) { return yes ? off_dual(x) : x; }
static inline flx_dual off_both(flx_dual x) { return flx_dual_make(x.v * E, x.d * E); }
static inline flx_dual off_both_if(int yes, flx_dual x) { return yes ? off_both(x) : x; }
static inline flx_hyperdual off_hyperdual(flx_hyperdual x)
{
    return flx_hyperdual_make(x.v, x.e1 * E, x.e2 * E, x.e12 * E);
}
static inline flx_ddual off_ddual(flx_ddual x) { return flx_ddual_make(x.v, off_both(x.d)); }
static inline void off_add(int yes, size_t order, size_t stride, const double *x, const double *y,
                           double *z)
{
    flx_kernel_add(order, stride, x, y, z);
    if (yes) z[stride] *= E;
}

#endif
