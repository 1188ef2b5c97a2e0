/* inlined.h: the interface of real.h, and what the rows name, as functions flx_inlined_NAME of which a
 * compiler sees the bodies: for duals, where a call takes as long as the function. */
#ifndef FLUXION_OPS_INLINED_H
#define FLUXION_OPS_INLINED_H

#include "ops/given.h"
#include "ops/values.h"

#define OP(name, value, slot, domain, derivative)                                                  \
    static inline double flx_inlined_##name(double x) { return value; }
#define OP_INLINE(name, value, slot, domain, derivative)
#include "ops/ops.def"
#undef OP

#define OP2(name, value, dx, dy)                                                                   \
    static inline double flx_inlined_##name(double x, double y) { return value; }
#include "ops/binary.def"
#undef OP2

#define OP3(name, value, dx, dy, dz)                                                               \
    static inline double flx_inlined_##name(double x, double y, double z) { return value; }
#include "ops/ternary.def"
#undef OP3

#define OPN_SUPPORT(name, value)                                                                   \
    static inline double flx_inlined_d##name(double x, int n, unsigned k) { return value; }
#define OPN OPN_SUPPORT
#include "ops/ordered.def"
#undef OPN

/* Inline already, or longer than a call. */
#define flx_inlined_constant flx_double_constant
#define flx_inlined_is_zero flx_double_is_zero
#define flx_inlined_amul flx_double_amul
#define flx_inlined_where_defined flx_double_where_defined
#define flx_inlined_neg flx_double_neg
#define flx_inlined_square flx_double_square
#define flx_inlined_add flx_double_add
#define flx_inlined_sub flx_double_sub
#define flx_inlined_mul flx_double_mul
#define flx_inlined_div flx_double_div
#define flx_inlined_add_xc flx_double_add_xc
#define flx_inlined_mul_xc flx_double_mul_xc
#define flx_inlined_div_cx flx_double_div_cx
#define flx_inlined_cos_given flx_double_cos_given
#define flx_inlined_sin_given flx_double_sin_given
#define flx_inlined_sech2_given flx_double_sech2_given
#define flx_inlined_with_slope flx_double_with_slope
#define flx_inlined_cosh_given flx_double_cosh_given
#define flx_inlined_sinh_given flx_double_sinh_given
#define flx_inlined_dcbrt_given flx_double_dcbrt_given
#define flx_inlined_dir_given flx_double_dir_given
#define flx_inlined_sech2 flx_double_sech2
#define flx_inlined_gauss flx_double_gauss
#define flx_inlined_sincos flx_double_sincos
#define flx_inlined_dpowc flx_double_dpowc
#define flx_inlined_dpow flx_double_dpow
#define flx_inlined_dpowc_given flx_double_dpowc_given
#define flx_inlined_dpow_x_given flx_double_dpow_x_given
#define flx_inlined_dpow_y_given flx_double_dpow_y_given

#endif
