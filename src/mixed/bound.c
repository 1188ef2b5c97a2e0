/* bound.c: see bound.h; the sweeps of every other type, over magnitudes. */
#include "mixed/bound.h"

#include <math.h>

#include "ops/given.h"
#include "reverse/plane.h"

#define T double
#define F(name) flx_double_##name
#include "ops/defined.inc"
#include "ops/rules.inc"
#undef T
#undef F

static inline flx_bound flx_bound_make(double v, double d) { return (flx_bound){v, d}; }

/* |g*p|, an exact zero of the tangent or adjoint g hiding a partial that is not finite; not the other
 * way round, so that a bound that is NaN tells where roads may differ. */
static inline double size_of(double g, double p) { return fabs(flx_double_amul(g, p)); }

/* |a*b| of a magnitude and a partial's own tangent, where either may hide the other. */
static inline double small_of(double a, double b) { return fabs(flx_double_smul(a, b)); }

static inline flx_bound flx_bound_load(flx_bound_plane p, size_t i)
{
    return flx_bound_make(p.v[i], p.d[i]);
}

static inline void flx_bound_store(flx_bound_plane p, size_t i, flx_bound x)
{
    p.v[i] = x.v;
    p.d[i] = x.d;
}

static inline flx_seen flx_bound_look(const flx_inner *f, flx_bound_plane p)
{
    return flx_inner_look(f, p.v);
}
static inline flx_bound_plane flx_bound_shift(flx_bound_plane p, size_t slots)
{
    return (flx_bound_plane){p.v + slots, p.d + slots};
}

/* Values have a value and a bound, adjoints two bounds. */
static inline flx_algebra flx_bound_algebra(flx_bound_plane p, size_t plain)
{
    return (flx_algebra){.part = {p.v, p.d}, .count = 2, .plain = plain, .magnitudes = plain};
}

static inline flx_bound flx_bound_constant(double c) { return flx_bound_make(c, 0.0); }
static inline double flx_bound_value(flx_bound x) { return x.v; }

static inline flx_bound flx_bound_neg(flx_bound x) { return flx_bound_make(-x.v, x.d); }
static inline flx_bound flx_bound_add(flx_bound x, flx_bound y)
{
    return flx_bound_make(x.v + y.v, x.d + y.d);
}
static inline flx_bound flx_bound_sub(flx_bound x, flx_bound y)
{
    return flx_bound_make(x.v - y.v, x.d + y.d);
}
static inline flx_bound flx_bound_mul(flx_bound x, flx_bound y)
{
    return flx_bound_make(x.v * y.v, size_of(x.d, y.v) + size_of(y.d, x.v));
}
static inline flx_bound flx_bound_square(flx_bound x)
{
    return flx_bound_make(x.v * x.v, 2.0 * size_of(x.d, x.v));
}

/* Magnitude d over |y|; nothing stays nothing. */
static inline double part(double d, double y) { return d == 0.0 ? 0.0 : d / fabs(y); }

static inline flx_bound flx_bound_div(flx_bound x, flx_bound y)
{
    const double q = x.v / y.v;
    return flx_bound_make(q, part(x.d + size_of(y.d, q), y.v));
}
static inline flx_bound flx_bound_add_xc(flx_bound x, double c)
{
    return flx_bound_make(x.v + c, x.d);
}
static inline flx_bound flx_bound_sub_cx(double c, flx_bound x)
{
    return flx_bound_make(c - x.v, x.d);
}
static inline flx_bound flx_bound_mul_xc(flx_bound x, double c)
{
    return flx_bound_make(x.v * c, size_of(x.d, c));
}
static inline flx_bound flx_bound_div_xc(flx_bound x, double c)
{
    return flx_bound_make(x.v / c, part(x.d, c));
}
static inline flx_bound flx_bound_div_cx(double c, flx_bound y)
{
    return flx_bound_div(flx_bound_constant(c), y);
}

static inline flx_bound flx_bound_amul(flx_bound g, flx_bound p)
{
    return flx_bound_make(flx_double_amul(g.v, p.v), size_of(g.d, p.v) + small_of(g.v, p.d));
}
static inline flx_bound flx_bound_smul(flx_bound g, flx_bound p)
{
    return flx_bound_make(flx_double_smul(g.v, p.v), small_of(g.d, p.v) + small_of(g.v, p.d));
}
static inline flx_bound flx_bound_adiv(flx_bound g, flx_bound y, flx_bound z)
{
    const double q = flx_double_adiv(g.v, y.v, z.v);
    return flx_bound_make(q, part(g.d + small_of(q, y.d), y.v));
}
static inline flx_bound flx_bound_where_defined(flx_bound p, flx_bound y)
{
    return y.v != y.v ? flx_bound_make(y.v, y.d == 0.0 ? p.d : y.v) : p;
}

/* clang-format off */
#define OP(name, value, slot, domain, derivative) static inline flx_bound flx_bound_##name(flx_bound x) { const double y = flx_double_##name(x.v); return flx_bound_make(y, size_of(x.d, flx_double_partial_##name(x.v, y))); }
#define OP_INLINE(name, value, slot, domain, derivative)
#include "ops/ops.def"
#undef OP

#define OP2(name, value, dx, dy) static inline flx_bound flx_bound_##name(flx_bound x, flx_bound y) { const double z = flx_double_##name(x.v, y.v); return flx_bound_make(z, size_of(x.d, flx_double_partial_##name##_x(x.v, y.v, z)) + size_of(y.d, flx_double_partial_##name##_y(x.v, y.v, z))); }
#include "ops/binary.def"
#undef OP2

#define OP3(name, value, dx, dy, dz) static inline flx_bound flx_bound_##name(flx_bound x, flx_bound y, flx_bound z) { const double w = flx_double_##name(x.v, y.v, z.v); return flx_bound_make(w, size_of(x.d, flx_double_partial_##name##_x(x.v, y.v, z.v, w)) + size_of(y.d, flx_double_partial_##name##_y(x.v, y.v, z.v, w)) + size_of(z.d, flx_double_partial_##name##_z(x.v, y.v, z.v, w))); }
#include "ops/ternary.def"
#undef OP3

#define OPN(name, value) static inline flx_bound flx_bound_d##name(flx_bound x, int n, unsigned k) { const double y = flx_double_d##name(x.v, n, k); return flx_bound_make(y, size_of(x.d, flx_double_partial_d##name(x.v, y, n, k))); }
#include "ops/ordered.def"
#undef OPN
/* clang-format on */

static inline flx_bound flx_bound_dpowc(flx_bound x, double p, unsigned k)
{
    const double y = flx_double_dpowc(x.v, p, k);
    return flx_bound_make(y, size_of(x.d, flx_double_partial_dpowc(x.v, y, p, k)));
}

static inline flx_bound flx_bound_dpow(flx_bound x, flx_bound y, unsigned k, unsigned m)
{
    const double z = flx_double_dpow(x.v, y.v, k, m);
    return flx_bound_make(z, size_of(x.d, flx_double_partial_dpow_x(x.v, y.v, z, k, m))
                                 + size_of(y.d, flx_double_partial_dpow_y(x.v, y.v, z, k, m)));
}

#define T flx_bound
#define F(name) flx_bound_##name
#include "ops/defined.inc"
#include "ops/given.inc"
#include "ops/given_pair.inc"
#include "ops/rules.inc"
#include "reverse/point.inc"
#include "reverse/block.inc"
static FLX_LOOP void F(accumulate)(const flx_code *c, unsigned op, const flx_block *b, F(places) p);
#include "reverse/accumulate_common.inc"
#include "reverse/accumulate.inc"

/* The context of the reverse sweep: contributions are added as magnitudes. */
typedef struct flx_bound_context {
    flx_code code;
    flx_bound_plane value, adjoint;
} flx_bound_context;

static inline int flx_bound_refresh(flx_bound_context *c)
{
    (void)c;
    return 1;
}
static inline void flx_bound_done(flx_bound_context *c, uint32_t slot, uint32_t count)
{
    (void)c, (void)slot, (void)count;
}
static inline flx_bound flx_bound_at(const flx_bound_context *c, uint32_t slot)
{
    return flx_bound_load(c->value, slot);
}
static inline int flx_bound_wants(const flx_bound_context *c, uint32_t slot)
{
    (void)c;
    (void)slot;
    return 1;
}
static inline flx_bound flx_bound_adjoint(const flx_bound_context *c, uint32_t slot)
{
    return flx_bound_load(c->adjoint, slot);
}
static inline int flx_bound_nothing(flx_bound g) { return g.v == 0.0 && g.d == 0.0; }

static void flx_bound_gain_size(flx_bound_plane p, size_t slot, flx_bound term)
{
    p.v[slot] += fabs(term.v);
    p.d[slot] += fabs(term.d);
}

static inline void flx_bound_give(flx_bound_context *c, uint32_t slot, flx_bound g)
{
    flx_bound_gain_size(c->adjoint, slot, g);
}
static inline void flx_bound_give_product(flx_bound_context *c, uint32_t slot, flx_bound g,
                                          flx_bound p)
{
    flx_bound_give(c, slot, flx_bound_amul(g, p));
}
static inline void flx_bound_give_zero_product(flx_bound_context *c, uint32_t slot, flx_bound g,
                                               flx_bound p)
{
    flx_bound_give(c, slot, flx_bound_smul(g, p));
}

static inline void flx_bound_take(flx_bound_context *c, uint32_t slot, flx_bound g)
{
    flx_bound_give(c, slot, g);
}
static inline void flx_bound_take_product(flx_bound_context *c, uint32_t slot, flx_bound g,
                                          flx_bound p)
{
    flx_bound_give_product(c, slot, g, p);
}
static inline void flx_bound_take_zero_product(flx_bound_context *c, uint32_t slot, flx_bound g,
                                               flx_bound p)
{
    flx_bound_give_zero_product(c, slot, g, p);
}

static inline void flx_bound_give_if(flx_bound_context *c, uint32_t slot, flx_bound g,
                                     flx_bound condition, int unless)
{
    if ((condition.v > 0.0) != (unless != 0)) flx_bound_give(c, slot, g);
}

static inline void flx_bound_give_block(flx_bound_context *c, unsigned op, const flx_block *b)
{
    const flx_bound_places p = {c->adjoint, c->adjoint, c->value};
    for (int k = 0; k <= b->twice; k++)
        flx_bound_contribute(c->code.imm, op, b, p, flx_bound_gain_size);
}

static inline flx_bound_context flx_bound_inner_context(const flx_bound_context *c,
                                                        const flx_code *code, uint32_t slots,
                                                        uint32_t low)
{
    (void)low;
    return (flx_bound_context){*code, flx_bound_shift(c->value, slots),
                               flx_bound_shift(c->adjoint, slots)};
}
static inline void flx_bound_set_adjoint(flx_bound_context *c, uint32_t slot, flx_bound g)
{
    flx_bound_store(c->adjoint, slot, g);
}
static inline void flx_bound_clear_adjoints(flx_bound_context *c, uint32_t slots)
{
    for (uint32_t k = 0; k < slots; k++) flx_bound_set_adjoint(c, k, flx_bound_constant(0.0));
}

static inline void flx_bound_reverse_solve(flx_bound_context *c, unsigned op, const flx_block *b)
{
    flx_bound_solve_back(op, b, c->value, c->adjoint, flx_block_active(op, b));
}

#include "reverse/forward_scalar.inc"
#include "reverse/forward_map.inc"
#include "reverse/forward_block.inc"
#include "reverse/forward.inc"

static void flx_bound_walk_steps(const flx_code *c, const flx_block *b, flx_bound_plane value,
                                 flx_step_visitor *visit, void *ctx)
{
    flx_bound_walk_back(c, b, value, visit, ctx);
}

#include "reverse/reverse_scalar.inc"
#include "reverse/reverse_elements.inc"
static FLX_LOOP void F(reverse_map)(const F(context) * c, const flx_block *b)
{
    F(reverse_map_of)(b->each.op, c, b);
}
#include "reverse/loop_reverse.inc"
#include "reverse/reverse.inc"
#undef T
#undef F

void flx_forward_bound(const flx_code *c, flx_bound_plane p) { flx_bound_forward(c, p); }

void flx_sweep_bound(const flx_code *c, flx_bound_plane value, flx_bound_plane adjoint)
{
    flx_bound_context context = {*c, value, adjoint};
    flx_bound_reverse(&context, 0, c->instrs, c->slots);
}
