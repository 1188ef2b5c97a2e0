/* partials.c: functions of two and three arguments with their first partial derivatives, from the
 * rows. */
#include <fluxion/partials.h>

#include "ops/given.h"

#define T double
#define F(name) flx_double_##name
#include "ops/defined.inc"
#include "ops/rules.inc"
#undef T
#undef F

/* pow's row is the family of its derivatives. */
#define flx_double_partial_pow_x(x, y, z) flx_double_partial_dpow_x(x, y, z, 0, 0)
#define flx_double_partial_pow_y(x, y, z) flx_double_partial_dpow_y(x, y, z, 0, 0)

/* clang-format off */
#define FLX_BINARY(name, meaning) double flx_partials_##name(double x, double y, double *p) { const double z = flx_double_##name(x, y); p[0] = flx_double_partial_##name##_x(x, y, z); p[1] = flx_double_partial_##name##_y(x, y, z); return z; }
#define FLX_TERNARY(name, meaning) double flx_partials_##name(double x, double y, double z, double *p) { const double w = flx_double_##name(x, y, z); p[0] = flx_double_partial_##name##_x(x, y, z, w); p[1] = flx_double_partial_##name##_y(x, y, z, w); p[2] = flx_double_partial_##name##_z(x, y, z, w); return w; }
#include <fluxion/functions.def>
/* clang-format on */
