/* var.c: recording of scalar operations: the slow path of the inline ones, and the functions. */
#include <math.h>

#include "ops/delicate.h"
#include "reverse/support.h"
#include "reverse/tape.h"

static double binary_value(enum flx_inline_op op, double x, double y)
{
    switch (op) {
    case FLX_OP_ADD: return x + y;
    case FLX_OP_SUB: return x - y;
    case FLX_OP_MUL: return x * y;
    case FLX_OP_DIV: return x / y;
    default: return (double)NAN;
    }
}

/* What inline recording reads, else what the checks say. */
static inline double value_of(flx_var x)
{
    const flx_tape_head *t = (const flx_tape_head *)x.tape;
    return FLX_LIKELY(t && flx_var_is_current(t, x)) ? flx_var_read(t, x) : flx_peek(x);
}

static inline int is_quick(flx_var x)
{
    const flx_tape_head *t = (const flx_tape_head *)x.tape;
    return t && flx_var_inline_ok(t, x);
}

/* The slot of an operand. While recording is paused constants need none. */
static int operand(flx_tape *t, flx_var x, unsigned op, uint32_t *slot)
{
    *slot = 0;
    return t->paused && !x.tape ? t->head.error == FLX_OK : flx_tape_operand(t, x, op, slot);
}

/* Records op on two operands, each a variable or a constant; the value is known. */
static flx_var record2(unsigned op, unsigned flags, flx_var x, flx_var y, double value)
{
    const flx_var both[2] = {x, y};
    int mixed;
    uint32_t a, b;
    if (flags == 0 && x.tape == y.tape && is_quick(x) && flx_var_is_current(&x.tape->head, y))
        return flx_var_append(&x.tape->head, (uint16_t)op, x.u.at.slot, y.u.at.slot, value);
    flx_tape *t = flx_tape_common(2, both, op, &mixed);
    if (!t) return flx_constant(value);
    if (mixed || !operand(t, x, op, &a) || !operand(t, y, op, &b)) return flx_tape_poison(t);
    return flx_tape_scalar(t, op, flags, a, b, value);
}

static flx_var record3(unsigned op, flx_var x, flx_var y, flx_var z, double value)
{
    const flx_var all[3] = {x, y, z};
    int mixed;
    uint32_t a, b, c;
    flx_tape *t = flx_tape_common(3, all, op, &mixed);
    if (!t) return flx_constant(value);
    if (mixed || !operand(t, x, op, &a) || !operand(t, y, op, &b) || !operand(t, z, op, &c))
        return flx_tape_poison(t);
    if (t->paused) return flx_tape_plain(t, value);
    if (!flx_tape_reserve(t, (flx_need){1, 1, 0, 2, 0}, op)) return flx_tape_poison(t);
    return flx_tape_scalar(t, op, 0, a, flx_tape_words(t, b, c), value);
}

static flx_var record1(unsigned op, flx_var x, double value)
{
    uint32_t a;
    if (is_quick(x)) return flx_var_append(&x.tape->head, (uint16_t)op, x.u.at.slot, 0, value);
    if (!x.tape) return flx_constant(value);
    if (!flx_tape_operand(x.tape, x, op, &a)) return flx_tape_poison(x.tape);
    return flx_tape_scalar(x.tape, op, 0, a, 0, value);
}

/* Records op on a variable and an immediate. */
static flx_var record_immediate(unsigned op, unsigned flags, flx_var x, double c, double value)
{
    uint32_t a;
    flx_tape *t = x.tape;
    if (!t) return flx_constant(value);
    if (!flx_tape_operand(t, x, op, &a)) return flx_tape_poison(t);
    if (t->paused) return flx_tape_plain(t, value);
    if (!flx_tape_reserve(t, (flx_need){1, 1, 1, 0, 0}, op)) return flx_tape_poison(t);
    return flx_tape_scalar(t, op, flags, a, flx_tape_imm(t, c), value);
}

static double immediate_value(enum flx_inline_op op, double x, double c)
{
    switch (op) {
    case FLX_OP_ADDC: return x + c;
    case FLX_OP_CSUB: return c - x;
    case FLX_OP_MULC: return x * c;
    case FLX_OP_DIVC: return x / c;
    case FLX_OP_CDIV: return c / x;
    default: return (double)NAN;
    }
}

flx_var flx_tape_immediate(enum flx_inline_op op, flx_var x, double c)
{
    return record_immediate(op, 0, x, c, immediate_value(op, value_of(x), c));
}

flx_var flx_tape_unary(enum flx_inline_op op, flx_var x)
{
    const double v = value_of(x);
    return record1(op, x, op == FLX_OP_NEG ? -v : v * v);
}

/* A constant operand of the four operations becomes an immediate. */
flx_var flx_tape_binary(enum flx_inline_op op, flx_var x, flx_var y)
{
    if (x.tape && !y.tape) {
        const double c = y.u.constant;
        switch (op) {
        case FLX_OP_ADD: return flx_tape_immediate(FLX_OP_ADDC, x, c);
        case FLX_OP_SUB: return flx_tape_immediate(FLX_OP_ADDC, x, -c);
        case FLX_OP_MUL: return flx_tape_immediate(FLX_OP_MULC, x, c);
        default: return flx_tape_immediate(FLX_OP_DIVC, x, c);
        }
    }
    if (!x.tape && y.tape) {
        const double c = x.u.constant;
        switch (op) {
        case FLX_OP_ADD: return flx_tape_immediate(FLX_OP_ADDC, y, c);
        case FLX_OP_SUB: return flx_tape_immediate(FLX_OP_CSUB, y, c);
        case FLX_OP_MUL: return flx_tape_immediate(FLX_OP_MULC, y, c);
        default: return flx_tape_immediate(FLX_OP_CDIV, y, c);
        }
    }
    return record2(op, 0, x, y, binary_value(op, value_of(x), value_of(y)));
}

/* Notes where an operation is at a delicate point. */
static inline void note(flx_tape *t, unsigned flags)
{
    if (flags && t) flx_tape_note_delicate(t);
}

/* clang-format off */
#define OP(name, value, slot, domain, derivative) flx_var flx_var_##name(flx_var x) { const double v = value_of(x); note(x.tape, flx_delicate_##name(v, FLX_ANY_ORDER)); return record1(OP_##name, x, flx_double_##name(v)); }
#define OP_INLINE(name, value, slot, domain, derivative)
#include "ops/ops.def"
#undef OP

#define OP2(name, value, dx, dy) flx_var flx_var_##name(flx_var x, flx_var y) { const double v = value_of(x), w = value_of(y); note(x.tape ? x.tape : y.tape, flx_delicate_##name(v, w, FLX_ANY_ORDER)); return record2(OP_##name, 0, x, y, flx_double_##name(v, w)); }
#include "ops/binary.def"
#undef OP2
/* clang-format on */

void flx_var_sincos(flx_var x, flx_var *s, flx_var *c)
{
    double sine, cosine;
    flx_double_sincos(value_of(x), &sine, &cosine);
    *s = record1(OP_sin, x, sine);
    *c = record1(OP_cos, x, cosine);
}

/* The first tape among the operands'. */
static flx_tape *tape_of(flx_var x, flx_var y, flx_var z)
{
    return x.tape ? x.tape : y.tape ? y.tape : z.tape;
}

/* clang-format off */
#define OP3(name, value, dx, dy, dz) flx_var flx_var_##name(flx_var x, flx_var y, flx_var z) { const double a = value_of(x), b = value_of(y), c = value_of(z); note(tape_of(x, y, z), flx_delicate_##name(a, b, c, FLX_ANY_ORDER)); return record3(OP_##name, x, y, z, flx_double_##name(a, b, c)); }
#include "ops/ternary.def"
#undef OP3
/* clang-format on */

/* Derivatives 255 times by each argument are as far as the flags reach. */
static flx_var too_often(flx_var x, flx_var y, unsigned op)
{
    flx_tape *t = x.tape ? x.tape : y.tape;
    return t ? flx_tape_fail(t, FLX_ELIMIT, op) : flx_constant((double)NAN);
}

flx_var flx_var_dpowc(flx_var x, double p, unsigned k)
{
    if (k > 255) return too_often(x, x, OP_dpowc);
    const double v = value_of(x);
    note(x.tape, flx_delicate_dpow(v, p, k, 0, FLX_ANY_ORDER, 0));
    return record_immediate(OP_dpowc, k, x, p, flx_double_dpowc(v, p, k));
}

/* clang-format off */
#define OPN_SUPPORT(name, value) flx_var flx_var_d##name(flx_var x, int n, unsigned k) { if (k > 255) return too_often(x, x, OP_d##name); const double v = value_of(x); note(x.tape, flx_delicate_d##name(v, n, k, FLX_ANY_ORDER)); return record_immediate(OP_d##name, k, x, n, flx_double_d##name(v, n, k)); }
#define OPN(name, value) OPN_SUPPORT(name, value) flx_var flx_var_##name(int n, flx_var x) { return flx_var_d##name(x, n, 0); }
#include "ops/ordered.def"
#undef OPN
/* clang-format on */

flx_var flx_var_dpow(flx_var x, flx_var y, unsigned k, unsigned m)
{
    if (!y.tape && m == 0) return flx_var_dpowc(x, y.u.constant, k);
    if (k > 255 || m > 255) return too_often(x, y, OP_dpow);
    const double v = value_of(x), w = value_of(y);
    note(x.tape ? x.tape : y.tape, flx_delicate_dpow(v, w, k, m, FLX_ANY_ORDER, FLX_ANY_ORDER));
    return record2(OP_dpow, k | m << 8, x, y, flx_double_dpow(v, w, k, m));
}

flx_var flx_var_pow(flx_var x, flx_var y) { return flx_var_dpow(x, y, 0, 0); }

flx_var flx_var_pow_xc(flx_var x, double y) { return flx_var_dpowc(x, y, 0); }

flx_var flx_var_pow_cx(double x, flx_var y) { return flx_var_dpow(flx_constant(x), y, 0, 0); }

flx_var flx_var_defined_part(flx_var p, flx_var y)
{
    return record2(OP_defined, 0, p, y, flx_double_where_defined(flx_peek(p), value_of(y)));
}

flx_var flx_var_adiv(flx_var g, flx_var y, flx_var z)
{
    return record3(OP_adiv, g, y, z, flx_double_adiv(flx_peek(g), value_of(y), flx_peek(z)));
}

flx_var flx_var_select(flx_var c, flx_var a, flx_var b)
{
    const double value = flx_peek(flx_peek(c) > 0.0 ? a : b);
    /* A choice that depends on constants alone is made now. */
    if (!c.tape) return flx_peek(c) > 0.0 ? a : b;
    return record3(OP_select, c, a, b, value);
}

int flx_var_compare(enum flx_relation relation, flx_var x, flx_var y)
{
    const flx_var both[2] = {x, y};
    int mixed;
    flx_tape *t = flx_tape_common(2, both, OP_COUNT, &mixed);
    const int outcome = flx_relation_holds(relation, value_of(x), value_of(y));
    if (!t) return outcome;
    flx_guard g = {t->labels, (uint16_t)relation, 0, (uint8_t)outcome, 0, 0};
    const int failed = flx_relation_holds(relation, (double)NAN, (double)NAN);
    if (mixed || t->head.error != FLX_OK) return failed;
    if (x.tape ? !flx_tape_operand(t, x, OP_COUNT, &g.x) : (g.constants |= 1, 0)) return failed;
    if (y.tape ? !flx_tape_operand(t, y, OP_COUNT, &g.y) : (g.constants |= 2, 0)) return failed;
    if (t->paused) return flx_tape_note_read(t), outcome;
    if (!flx_tape_reserve(t, (flx_need){0, 0, 2, 0, 0}, OP_COUNT)) return failed;
    if (!x.tape) g.x = flx_tape_imm(t, x.u.constant);
    if (!y.tape) g.y = flx_tape_imm(t, y.u.constant);
    return flx_tape_guard(t, g) ? outcome : failed;
}
