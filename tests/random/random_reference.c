/* random_reference.c: the reference sweep, the random program run over a number type of our own. */
#include "random_reference.h"

#include <math.h>

#include "random_known.h"
#include "random_partials.h"

static ref ref_constant(double c)
{
    ref r = {0};
    r.v = c;
    return r;
}

static double ref_value(ref x) { return x.v; }

static long double abs_or_inf(long double x) { return x != x ? (long double)INFINITY : fabsl(x); }

/* The library's own derivatives, for operations at points that are not finite. */
static partials of_library(const random_step *s, double x, double y)
{
    const flx_hyperdual none = flx_hyperdual_constant(0.0);
    flx_hyperdual aa[3] = {{x, 1.0, 1.0, 0.0}, {y, 0.0, 0.0, 0.0}, none};
    flx_hyperdual ab[3] = {{x, 1.0, 0.0, 0.0}, {y, 0.0, 1.0, 0.0}, none};
    flx_hyperdual bb[3] = {{x, 0.0, 0.0, 0.0}, {y, 1.0, 1.0, 0.0}, none};
    flx_hyperdual z[3];
    random_step copy = *s;
    random_single->f_hyperdual(3, aa, 1, &z[0], &copy);
    random_single->f_hyperdual(3, ab, 1, &z[1], &copy);
    random_single->f_hyperdual(3, bb, 1, &z[2], &copy);
    const partials p = {z[1].e1,  z[1].e2,        z[0].e12,      z[1].e12,
                        z[2].e12, fabs(z[1].e12), fabs(z[1].e1), fabs(z[0].e12)};
    return p;
}

static int all_finite(const partials *p)
{
    return isfinite(p->a) && isfinite(p->b) && isfinite(p->aa) && isfinite(p->ab)
           && isfinite(p->bb);
}

/* p times the tangent e: exactly 0 where that is. */
static long double term(long double e, long double p) { return e == 0.0L ? 0.0L : e * p; }

/* What operand x, with derivative p, contributes to the tangent of z in direction d. */
static void contribute(ref *z, const ref *x, long double p, long double size, int d)
{
    const unsigned char bit = (unsigned char)(1 << d);
    if (!(x->depends & bit)) return;
    const long double t = term(x->e[d], p);
    const int zero = x->zero & bit || x->e[d] == 0.0L;
    const int mixed = x->mixed & bit;
    if (((zero || mixed) && !isfinite(p)) || (p == 0.0L && !isfinite(x->e[d])))
        z->flags |= REF_INDETERMINATE;
    if (zero || p == 0.0L) z->zero |= bit;
    if (mixed || z->e[d] * t < 0.0L) z->mixed |= bit;
    if (!isfinite(t)) {
        if (!isfinite(z->e[d])) z->flags |= REF_INDETERMINATE;
        z->flags |= REF_SINGULAR;
    }
    z->e[d] += t;
    z->b[d] += abs_or_inf(x->b[d] * size);
}

static double log2_or(long double p, double zero)
{
    return p == 0.0L ? zero : (double)log2l(fabsl(p));
}

/* What an operand with derivative p makes of the largest and smallest subproduct. */
static void extend(ref *z, const ref *x, long double p)
{
    const double l = isfinite(p) ? log2_or(p, 0.0) : 0.0;
    if (!x->depends) return;
    z->hi = fmax(z->hi, x->hi + fmax(l, 0.0));
    z->lo = fmax(z->lo, x->lo + fmax(-l, 0.0));
    z->hi2 = fmax(z->hi2, x->hi2 + fabs(l));
}

static void extend2(ref *z, const ref *x, const ref *y, long double p)
{
    if (!x->depends || !y->depends || !isfinite(p)) return;
    z->hi2 = fmax(z->hi2, fmax(x->hi, x->lo) + fmax(y->hi, y->lo) + fabs(log2_or(p, 0.0)));
}

static long double product(long double p, long double e1, long double e2)
{
    return e1 == 0.0L || e2 == 0.0L ? 0.0L : p * e1 * e2;
}

static void chain_second(ref *z, const ref *x, const ref *y, const partials *p)
{
    z->e12 = term(x->e12, p->a) + term(y->e12, p->b) + product(p->aa, x->e[0], x->e[1])
             + product(p->bb, y->e[0], y->e[1]) + product(p->ab, x->e[0], y->e[1])
             + product(p->ab, y->e[0], x->e[1]);
    z->b12 = p->size_a * x->b12 + fabsl(p->b) * y->b12 + p->size_aa * x->b[0] * x->b[1]
             + fabsl(p->bb) * y->b[0] * y->b[1]
             + p->size_ab * (x->b[0] * y->b[1] + y->b[0] * x->b[1]);
    extend2(z, x, x, p->aa);
    extend2(z, y, y, p->bb);
    extend2(z, x, y, p->size_ab);
}

static ref chain(double v, const ref *x, const ref *y, partials p)
{
    ref z = {0};
    z.v = v;
    z.flags = x->flags | y->flags;
    z.depends = x->depends | y->depends;
    z.depth = 1 + (x->depth > y->depth ? x->depth : y->depth);
    if (!x->depends) p.a = p.aa = p.ab = p.size_ab = p.size_a = p.size_aa = 0.0L;
    if (!y->depends) p.b = p.bb = p.ab = p.size_ab = 0.0L;
    if (!all_finite(&p)) z.flags |= REF_SINGULAR;
    for (int d = 0; d < 2; d++) {
        contribute(&z, x, p.a, p.size_a, d);
        contribute(&z, y, p.b, fabsl(p.b), d);
    }
    extend(&z, x, p.a);
    extend(&z, y, p.b);
    chain_second(&z, x, y, &p);
    if (z.hi > 900.0 || z.lo > 900.0) z.flags |= REF_RANGE | REF_RANGE2;
    if (z.hi2 > 900.0) z.flags |= REF_RANGE2;
    return z;
}

/* One operation: the value by plain double, the derivatives from here or, at points that are not
 * finite, from the library. */
static ref operate(unsigned op, ref x, ref y, double k)
{
    const random_step s = {(uint8_t)op, 0, 1, 2, 1, 1, 0, 1, {k, k}};
    const double at[3] = {x.v, y.v, 0.0};
    random_step copy = s;
    double v;
    random_single->f_double(3, at, 1, &v, &copy);
    partials p = random_partials(op, x.v, y.v, k);
    if (!isfinite(v) || !isfinite(x.v) || !isfinite(y.v) || !isfinite(k) || !all_finite(&p))
        p = of_library(&s, x.v, y.v);
    ref z = chain(v, &x, &y, p);
    if ((x.depends || y.depends) && random_known(op, x.v, y.v)) z.flags |= REF_KNOWN;
    if (op == RANDOM_div || op == RANDOM_div_cx) {
        /* The quotient itself is a factor of -z/y, multiplied first or last. */
        const double q = fabs(log2_or(v, 0.0)),
                     r = fabs(log2_or(op == RANDOM_div ? y.v : x.v, 0.0));
        if (isfinite(q) && isfinite(r) && z.hi + q + r > 900.0) z.flags |= REF_RANGE | REF_RANGE2;
    }
    return z;
}

static const ref nothing = {0};

#define UNARY(name)                                                                                \
    static inline ref ref_##name(ref x) { return operate(RANDOM_##name, x, nothing, 0.0); }
#define BINARY(name)                                                                               \
    static inline ref ref_##name(ref x, ref y) { return operate(RANDOM_##name, x, y, 0.0); }
#define CONSTANT(name)                                                                             \
    static inline ref ref_##name##_xc(ref x, double k)                                             \
    {                                                                                              \
        return operate(RANDOM_##name##_xc, x, nothing, k);                                         \
    }                                                                                              \
    static inline ref ref_##name##_cx(double k, ref x)                                             \
    {                                                                                              \
        return operate(RANDOM_##name##_cx, x, nothing, k);                                         \
    }
#define ORDERED(name, order)                                                                       \
    static inline ref ref_##name(int n, ref x)                                                     \
    {                                                                                              \
        (void)n;                                                                                   \
        return operate(RANDOM_##name##_##order, x, nothing, 0.0);                                  \
    }
ORDERED(polygamma, 0)
ORDERED(jn, 1)
ORDERED(yn, 0)
UNARY(neg)
UNARY(square)
BINARY(add)
BINARY(sub)
BINARY(mul)
BINARY(div)
CONSTANT(add)
CONSTANT(sub)
CONSTANT(mul)
CONSTANT(div)
CONSTANT(pow)
#define FLX_UNARY(name, meaning) UNARY(name)
#define FLX_BINARY(name, meaning) BINARY(name)
#include <fluxion/functions.def>

/* The product, then the sum; the value is rounded once. */
static inline ref ref_fma(ref x, ref y, ref z)
{
    ref w = ref_add(ref_mul(x, y), z);
    w.v = fma(x.v, y.v, z.v);
    return w;
}

/* Equal shares of what is equal to the value. */
static inline ref ref_clamp(ref x, ref lo, ref hi)
{
    const int defined = lo.v <= hi.v && x.v == x.v;
    const double v = !defined ? (double)NAN : x.v < lo.v ? lo.v : x.v > hi.v ? hi.v : x.v;
    const double share = defined ? 1.0 / ((x.v == v) + (lo.v == v) + (hi.v == v)) : v;
    const ref none = ref_mul_xc(lo, lo.v == v || !defined ? share : 0.0);
    ref w = ref_add(ref_add(ref_mul_xc(x, x.v == v || !defined ? share : 0.0), none),
                    ref_mul_xc(hi, hi.v == v || !defined ? share : 0.0));
    w.v = v;
    return w;
}

#define T ref
#define F(name) ref_##name
#include <fluxion/template/number.inc>
#undef F

#undef T

#define FLX_GENERIC_EXTRA(X, op) X(14, ref, ref, op)
#include <fluxion/generic.h>

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif
#define T ref
#define FLX_FN(name) name##_of_ref
#define FLX_CONST(c) ref_constant(c)
#include "random_body.inc"
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

void random_reference(const random_program *p, size_t i, size_t j, ref *values)
{
    random_run run = {p, NULL, 0};
    ref x[RANDOM_INPUTS];
    for (size_t k = 0; k < p->inputs; k++) {
        x[k] = ref_constant(p->x[k]);
        x[k].e[0] = x[k].b[0] = k == i ? 1.0L : 0.0L;
        x[k].e[1] = x[k].b[1] = k == j ? 1.0L : 0.0L;
        x[k].depends = (unsigned char)((k == i ? 1 : 0) + (k == j ? 2 : 0));
    }
    program_of_ref(p->inputs, x, p->inputs + p->steps, values, &run);
}
