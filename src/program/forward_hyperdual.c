/* forward_hyperdual.c: forward sweep, T = hyperdual: one mixed second derivative. */
#include "forward/support.h"
#include "program/planes.h"

/* The zero-keeping primitives of the scalar interface, component by component. */
static flx_hyperdual flx_hyperdual_amul(flx_hyperdual g, flx_hyperdual p)
{
    return flx_hyperdual_make(flx_double_amul(g.v, p.v),
                              flx_double_amul(g.e1, p.v) + flx_double_smul(g.v, p.e1),
                              flx_double_amul(g.e2, p.v) + flx_double_smul(g.v, p.e2),
                              flx_double_amul(g.e12, p.v) + flx_double_smul(g.e1, p.e2)
                                  + flx_double_smul(g.e2, p.e1) + flx_double_smul(g.v, p.e12));
}

static flx_hyperdual flx_hyperdual_smul(flx_hyperdual a, flx_hyperdual b)
{
    return flx_hyperdual_make(flx_double_smul(a.v, b.v),
                              flx_double_smul(a.e1, b.v) + flx_double_smul(a.v, b.e1),
                              flx_double_smul(a.e2, b.v) + flx_double_smul(a.v, b.e2),
                              flx_double_smul(a.e12, b.v) + flx_double_smul(a.e1, b.e2)
                                  + flx_double_smul(a.e2, b.e1) + flx_double_smul(a.v, b.e12));
}

static flx_hyperdual flx_hyperdual_adiv(flx_hyperdual g, flx_hyperdual y, flx_hyperdual z)
{
    const double q = flx_double_adiv(g.v, y.v, z.v);
    const double q1 = flx_double_adiv(g.e1 - flx_double_smul(q, y.e1), y.v, z.v);
    const double q2 = flx_double_adiv(g.e2 - flx_double_smul(q, y.e2), y.v, z.v);
    const double rest =
        g.e12 - flx_double_smul(q, y.e12) - flx_double_smul(q1, y.e2) - flx_double_smul(q2, y.e1);
    return flx_hyperdual_make(q, q1, q2, flx_double_adiv(rest, y.v, z.v));
}

static flx_hyperdual flx_hyperdual_where_defined(flx_hyperdual p, flx_hyperdual y)
{
    return y.v != y.v ? flx_hyperdual_make(y.v, y.v, y.v, y.v) : p;
}

#define T flx_hyperdual
#define F(name) flx_hyperdual_##name
#include "reverse/block.inc"
#include "reverse/forward.inc"

void flx_forward_hyperdual(const flx_code *c, flx_hyperdual_plane p)
{
    flx_hyperdual_forward(c, p);
}
