/** @file probe.h
 *  A double that remembers the delicate points it came by: flags without a tape.
 *
 *  @code
 *  flx_probe x = flx_probe_variable(0.0);
 *  flx_probe y = flx_probe_sqrt(x);
 *  if (y.flags & FLX_FLAG_POLE) puts("the derivative is infinite here");
 *  @endcode
 *
 *  Number types carry no flags; evaluate a function once with probes to learn what its derivatives
 *  would meet at a point: the flags of values, and those that first derivatives raise. They are
 *  sticky: a result has the flags of everything it was computed from, but nothing of a branch that
 *  select did not choose. All-zero bytes are the constant 0. */
#ifndef FLUXION_PROBE_H
#define FLUXION_PROBE_H

#include <fluxion/real.h>
#include <fluxion/status.h>

FLX_BEGIN_DECLS

/** A value and the flags that were met on the way to it. */
typedef struct flx_probe {
    double v;        /**< value */
    unsigned flags;  /**< bits of enum flx_flag */
    unsigned active; /**< whether it depends on a variable, so that derivative flags count */
} flx_probe;

/** The number with these components. */
static inline flx_probe flx_probe_make(double v, unsigned flags, unsigned active)
{
    flx_probe r;
    r.v = v;
    r.flags = flags;
    r.active = active;
    return r;
}

/** c, which no derivative is taken by. */
static inline flx_probe flx_probe_constant(double c) { return flx_probe_make(c, 0, 0); }

/** An independent variable. */
static inline flx_probe flx_probe_variable(double x) { return flx_probe_make(x, 0, 1); }

/** The primal of x. */
static inline double flx_probe_value(flx_probe x) { return x.v; }

/** -x. */
FLX_API flx_probe flx_probe_neg(flx_probe x);
/** x*x. */
FLX_API flx_probe flx_probe_square(flx_probe x);
/** x + y. */
FLX_API flx_probe flx_probe_add(flx_probe x, flx_probe y);
/** x - y. */
FLX_API flx_probe flx_probe_sub(flx_probe x, flx_probe y);
/** x * y. */
FLX_API flx_probe flx_probe_mul(flx_probe x, flx_probe y);
/** x / y. */
FLX_API flx_probe flx_probe_div(flx_probe x, flx_probe y);

/** @name Forms with a constant operand @{ */
static inline flx_probe flx_probe_add_xc(flx_probe x, double y)
{
    return flx_probe_add(x, flx_probe_constant(y));
}
static inline flx_probe flx_probe_add_cx(double x, flx_probe y)
{
    return flx_probe_add(flx_probe_constant(x), y);
}
static inline flx_probe flx_probe_sub_xc(flx_probe x, double y)
{
    return flx_probe_sub(x, flx_probe_constant(y));
}
static inline flx_probe flx_probe_sub_cx(double x, flx_probe y)
{
    return flx_probe_sub(flx_probe_constant(x), y);
}
static inline flx_probe flx_probe_mul_xc(flx_probe x, double y)
{
    return flx_probe_mul(x, flx_probe_constant(y));
}
static inline flx_probe flx_probe_mul_cx(double x, flx_probe y)
{
    return flx_probe_mul(flx_probe_constant(x), y);
}
static inline flx_probe flx_probe_div_xc(flx_probe x, double y)
{
    return flx_probe_div(x, flx_probe_constant(y));
}
static inline flx_probe flx_probe_div_cx(double x, flx_probe y)
{
    return flx_probe_div(flx_probe_constant(x), y);
}
/** @} */

#define T flx_probe
#define F(name) flx_probe_##name
#include <fluxion/template/functions.inc>
#include <fluxion/template/number.inc>
#undef T
#undef F

FLX_END_DECLS

#endif
