/* values.c: the elementary functions in plain double, from their rows. */
#include "ops/values.h"

#include "ops/support.h"

#define OP(name, value, slot, domain, derivative)                                                  \
    double flx_double_##name(double x) { return value; }
#define OP_INLINE(name, value, slot, domain, derivative)
#include "ops/ops.def"
#undef OP

void flx_double_sincos(double x, double *s, double *c)
{
    *s = sin(x);
    *c = cos(x);
}

#define OP2(name, value, dx, dy)                                                                   \
    double flx_double_##name(double x, double y) { return value; }
#include "ops/binary.def"
#undef OP2

#define OP3(name, value, dx, dy, dz)                                                               \
    double flx_double_##name(double x, double y, double z) { return value; }
#include "ops/ternary.def"
#undef OP3

#define OPN_SUPPORT(name, value)                                                                   \
    double flx_double_d##name(double x, int n, unsigned k) { return value; }
#define OPN(name, value)                                                                           \
    OPN_SUPPORT(name, value)                                                                       \
    double flx_double_##name(int n, double x) { return flx_double_d##name(x, n, 0); }
#include "ops/ordered.def"
#undef OPN
