/* hyperdual.c: the elementary functions of flx_hyperdual: value, first and second elementary
 * derivatives as doubles, and the chain rule of the second order written out.
 *
 * The derivatives come from the rows, evaluated over duals with unit seeds. */
#include "forward/support.h"

#define T flx_dual
#define F(name) flx_dual_##name
#include "ops/defined.inc"
#include "ops/rules.inc"
#undef T
#undef F

/* f' and f'' at a point. */
typedef struct unary_jet {
    double f1, f2;
} unary_jet;

/* The partial derivatives up to order two at a point. */
typedef struct binary_jet {
    double fx, fy, fxx, fxy, fyy;
} binary_jet;

/* Two tangents times a second derivative p: g1*p is a tangent of the first derivative. An exact
 * zero among them stays zero, and g1*g2, which may overflow, is not formed. */
static double amul2(double g1, double g2, double p)
{
    return flx_double_smul(g2, flx_double_amul(g1, p));
}

static flx_hyperdual chain(flx_hyperdual x, double y, unary_jet f)
{
    return flx_hyperdual_make(y, flx_double_amul(x.e1, f.f1), flx_double_amul(x.e2, f.f1),
                              flx_double_amul(x.e12, f.f1) + amul2(x.e1, x.e2, f.f2));
}

static flx_hyperdual chain2(flx_hyperdual x, flx_hyperdual y, double z, binary_jet f)
{
    return flx_hyperdual_make(z, flx_double_amul(x.e1, f.fx) + flx_double_amul(y.e1, f.fy),
                              flx_double_amul(x.e2, f.fx) + flx_double_amul(y.e2, f.fy),
                              flx_double_amul(x.e12, f.fx) + flx_double_amul(y.e12, f.fy)
                                  + amul2(x.e1, x.e2, f.fxx) + amul2(x.e1, y.e2, f.fxy)
                                  + amul2(y.e1, x.e2, f.fxy) + amul2(y.e1, y.e2, f.fyy));
}

/* clang-format off */
#define OP(name, value, slot, domain, derivative) static unary_jet jet_##name(flx_dual x) { const flx_dual p = flx_dual_partial_##name(x, flx_dual_##name(x)); return (unary_jet){p.v, p.d}; }
#define OP_INLINE(name, value, slot, domain, derivative)
#include "ops/ops.def"
#undef OP

#define OP(name, value, slot, domain, derivative) flx_hyperdual flx_hyperdual_##name(flx_hyperdual x) { return chain(x, flx_double_##name(x.v), jet_##name(flx_dual_make(x.v, 1.0))); }
#define OP_INLINE(name, value, slot, domain, derivative)
#include "ops/ops.def"
#undef OP

#define OP2(name, value, dx, dy) static flx_dual dx_##name(flx_dual x, flx_dual y) { return flx_dual_partial_##name##_x(x, y, flx_dual_##name(x, y)); } static flx_dual dy_##name(flx_dual x, flx_dual y) { return flx_dual_partial_##name##_y(x, y, flx_dual_##name(x, y)); }
#include "ops/binary.def"
#undef OP2
/* clang-format on */

typedef flx_dual partial(flx_dual x, flx_dual y);

/* Each partial's own derivative along x and along y. */
static binary_jet jet2(partial *dx, partial *dy, double x, double y)
{
    const flx_dual along_x = dx(flx_dual_variable(x), flx_dual_constant(y));
    const flx_dual along_y = dx(flx_dual_constant(x), flx_dual_variable(y));
    const flx_dual twice_y = dy(flx_dual_constant(x), flx_dual_variable(y));
    return (binary_jet){along_x.v, twice_y.v, along_x.d, along_y.d, twice_y.d};
}

/* clang-format off */
#define OP2(name, value, dx, dy) flx_hyperdual flx_hyperdual_##name(flx_hyperdual x, flx_hyperdual y) { return chain2(x, y, flx_double_##name(x.v, y.v), jet2(dx_##name, dy_##name, x.v, y.v)); }
#include "ops/binary.def"
#undef OP2

#define OPN_SUPPORT(name, value) flx_hyperdual flx_hyperdual_d##name(flx_hyperdual x, int n, unsigned k) { const double y = flx_double_d##name(x.v, n, k); const unary_jet f = {flx_double_where_defined(flx_double_d##name(x.v, n, k + 1), y), flx_double_where_defined(flx_double_d##name(x.v, n, k + 2), y)}; return chain(x, y, f); }
#define OPN(name, value) OPN_SUPPORT(name, value) flx_hyperdual flx_hyperdual_##name(int n, flx_hyperdual x) { return flx_hyperdual_d##name(x, n, 0); }
#include "ops/ordered.def"
#undef OPN
/* clang-format on */

/* Three arguments: gradient and Hessian by duals. */
typedef flx_dual ternary_partial(const flx_dual *x);

static flx_hyperdual chain3(const flx_hyperdual *x, double w, ternary_partial *const partials[3])
{
    flx_hyperdual r = flx_hyperdual_constant(w);
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            flx_dual at[3];
            for (int k = 0; k < 3; k++) at[k] = flx_dual_make(x[k].v, k == j);
            const flx_dual p = partials[i](at);
            if (j == 0) {
                r.e1 += flx_double_amul(x[i].e1, p.v);
                r.e2 += flx_double_amul(x[i].e2, p.v);
                r.e12 += flx_double_amul(x[i].e12, p.v);
            }
            r.e12 += amul2(x[i].e1, x[j].e2, p.d);
        }
    }
    return r;
}

/* clang-format off */
#define OP3(name, value, dx, dy, dz) static flx_dual dx_##name(const flx_dual *x) { return flx_dual_partial_##name##_x(x[0], x[1], x[2], flx_dual_##name(x[0], x[1], x[2])); } static flx_dual dy_##name(const flx_dual *x) { return flx_dual_partial_##name##_y(x[0], x[1], x[2], flx_dual_##name(x[0], x[1], x[2])); } static flx_dual dz_##name(const flx_dual *x) { return flx_dual_partial_##name##_z(x[0], x[1], x[2], flx_dual_##name(x[0], x[1], x[2])); }
#include "ops/ternary.def"
#undef OP3
#define OP3(name, value, dx, dy, dz) flx_hyperdual flx_hyperdual_##name(flx_hyperdual x, flx_hyperdual y, flx_hyperdual z) { const flx_hyperdual at[3] = {x, y, z}; ternary_partial *const partials[3] = {dx_##name, dy_##name, dz_##name}; return chain3(at, flx_double_##name(x.v, y.v, z.v), partials); }
#include "ops/ternary.def"
#undef OP3
/* clang-format on */

void flx_hyperdual_sincos(flx_hyperdual x, flx_hyperdual *s, flx_hyperdual *c)
{
    double sine, cosine;
    flx_double_sincos(x.v, &sine, &cosine);
    *s = chain(x, sine, (unary_jet){cosine, -sine});
    *c = chain(x, cosine, (unary_jet){-sine, -cosine});
}

flx_hyperdual flx_hyperdual_dpowc(flx_hyperdual x, double p, unsigned k)
{
    const unary_jet f = {flx_double_dpowc(x.v, p, k + 1), flx_double_dpowc(x.v, p, k + 2)};
    return chain(x, flx_double_dpowc(x.v, p, k), f);
}

flx_hyperdual flx_hyperdual_dpow(flx_hyperdual x, flx_hyperdual y, unsigned k, unsigned m)
{
    const binary_jet f = {flx_double_dpow(x.v, y.v, k + 1, m), flx_double_dpow(x.v, y.v, k, m + 1),
                          flx_double_dpow(x.v, y.v, k + 2, m),
                          flx_double_dpow(x.v, y.v, k + 1, m + 1),
                          flx_double_dpow(x.v, y.v, k, m + 2)};
    return chain2(x, y, flx_double_dpow(x.v, y.v, k, m), f);
}

flx_hyperdual flx_hyperdual_pow(flx_hyperdual x, flx_hyperdual y)
{
    return flx_hyperdual_dpow(x, y, 0, 0);
}

flx_hyperdual flx_hyperdual_pow_xc(flx_hyperdual x, double y)
{
    return flx_hyperdual_dpowc(x, y, 0);
}

flx_hyperdual flx_hyperdual_pow_cx(double x, flx_hyperdual y)
{
    return flx_hyperdual_dpow(flx_hyperdual_constant(x), y, 0, 0);
}
