/** @file var.h
 *  Recording: the number-type interface for flx_var.
 *
 *  Arithmetic is recorded inline, functions are compiled. A constant operand (a flx_var without a
 *  tape, or the _xc and _cx forms) is stored as an immediate. An operation on constants alone is
 *  computed and records nothing. Comparisons return a plain int and leave a guard on the tape:
 *  a program made from it answers FLX_BRANCH_CHANGED where the outcome is another. */
#ifndef FLUXION_VAR_H
#define FLUXION_VAR_H

#include <fluxion/real.h>
#include <fluxion/tape.h>

FLX_BEGIN_DECLS

/** @name The slow path of recording: checks, constants, growth; not for direct use @{ */
FLX_API FLX_COLD flx_var flx_tape_binary(enum flx_inline_op op, flx_var x, flx_var y);
FLX_API FLX_COLD flx_var flx_tape_unary(enum flx_inline_op op, flx_var x);
FLX_API FLX_COLD flx_var flx_tape_immediate(enum flx_inline_op op, flx_var x, double c);
/** @} */

/** The value of a variable that has passed the checks of recording. */
static inline double flx_var_read(const flx_tape_head *t, flx_var x)
{
    return t->value[x.u.at.slot];
}

/** Whether x, a variable of t, is seen to be still what it was: made since the last rewind, or below
 *  all that was ever rewound, as what a loop with a mark uses again. Others take a search. */
static inline int flx_var_is_current(const flx_tape_head *t, flx_var x)
{
    return FLX_LIKELY(x.u.at.epoch == t->epoch)
           || ((uint32_t)(x.u.at.slot - 1) < t->firm && x.u.at.epoch >= t->firm_epoch
               && x.u.at.epoch < t->epoch);
}

/** Whether x can be recorded inline on t: current, and there is room. */
static inline int flx_var_inline_ok(const flx_tape_head *t, flx_var x)
{
    return flx_var_is_current(t, x) && t->slots < t->room;
}

/** Appends one instruction with one output; the room has been checked. */
static inline flx_var flx_var_append(flx_tape_head *t, uint16_t op, uint32_t a, uint32_t b,
                                     double value)
{
    flx_var r;
    flx_instr *i = &t->instr[(uint32_t)(t->slots + t->lead)];
    i->op = op;
    i->flags = 0;
    i->a = a;
    i->b = b;
    t->value[t->slots] = value;
    r.tape = (flx_tape *)t;
    r.u.at.slot = t->slots++;
    r.u.at.epoch = t->epoch;
    return r;
}

/** c as a variable. */
static inline flx_var flx_var_constant(double c) { return flx_constant(c); }
/** The value of x; counted as a read (flx_value). */
static inline double flx_var_value(flx_var x) { return flx_value(x); }

/* The four operations on two variables, and those with a constant, differ in one character; each
 * is written out so that a debugger can step into it. */

/** x + y. */
static inline flx_var flx_var_add(flx_var x, flx_var y)
{
    flx_tape_head *t = (flx_tape_head *)x.tape;
    if (FLX_LIKELY(t && x.tape == y.tape && flx_var_inline_ok(t, x) && flx_var_is_current(t, y))) {
        return flx_var_append(t, FLX_OP_ADD, x.u.at.slot, y.u.at.slot,
                              flx_var_read(t, x) + flx_var_read(t, y));
    }
    return flx_tape_binary(FLX_OP_ADD, x, y);
}

/** x - y. */
static inline flx_var flx_var_sub(flx_var x, flx_var y)
{
    flx_tape_head *t = (flx_tape_head *)x.tape;
    if (FLX_LIKELY(t && x.tape == y.tape && flx_var_inline_ok(t, x) && flx_var_is_current(t, y))) {
        return flx_var_append(t, FLX_OP_SUB, x.u.at.slot, y.u.at.slot,
                              flx_var_read(t, x) - flx_var_read(t, y));
    }
    return flx_tape_binary(FLX_OP_SUB, x, y);
}

/** x * y. */
static inline flx_var flx_var_mul(flx_var x, flx_var y)
{
    flx_tape_head *t = (flx_tape_head *)x.tape;
    if (FLX_LIKELY(t && x.tape == y.tape && flx_var_inline_ok(t, x) && flx_var_is_current(t, y))) {
        return flx_var_append(t, FLX_OP_MUL, x.u.at.slot, y.u.at.slot,
                              flx_var_read(t, x) * flx_var_read(t, y));
    }
    return flx_tape_binary(FLX_OP_MUL, x, y);
}

/** x / y. */
static inline flx_var flx_var_div(flx_var x, flx_var y)
{
    flx_tape_head *t = (flx_tape_head *)x.tape;
    if (FLX_LIKELY(t && x.tape == y.tape && flx_var_inline_ok(t, x) && flx_var_is_current(t, y))) {
        return flx_var_append(t, FLX_OP_DIV, x.u.at.slot, y.u.at.slot,
                              flx_var_read(t, x) / flx_var_read(t, y));
    }
    return flx_tape_binary(FLX_OP_DIV, x, y);
}

/** -x. */
static inline flx_var flx_var_neg(flx_var x)
{
    flx_tape_head *t = (flx_tape_head *)x.tape;
    if (FLX_LIKELY(t && flx_var_inline_ok(t, x))) {
        return flx_var_append(t, FLX_OP_NEG, x.u.at.slot, 0, -flx_var_read(t, x));
    }
    return flx_tape_unary(FLX_OP_NEG, x);
}

/** x * x. */
static inline flx_var flx_var_square(flx_var x)
{
    flx_tape_head *t = (flx_tape_head *)x.tape;
    if (FLX_LIKELY(t && flx_var_inline_ok(t, x))) {
        return flx_var_append(t, FLX_OP_SQUARE, x.u.at.slot, 0,
                              flx_var_read(t, x) * flx_var_read(t, x));
    }
    return flx_tape_unary(FLX_OP_SQUARE, x);
}

/** Whether an immediate fits as well; if so it is stored at the index returned through i. */
static inline int flx_var_immediate_ok(flx_tape_head *t, flx_var x, double c, uint32_t *i)
{
    if (!FLX_LIKELY(t && flx_var_inline_ok(t, x) && t->imms < t->imm_room)) return 0;
    *i = t->imms++;
    t->imm[*i] = c;
    return 1;
}

/** @name Forms with a constant operand @{ */
static inline flx_var flx_var_add_xc(flx_var x, double c)
{
    uint32_t i;
    flx_tape_head *t = (flx_tape_head *)x.tape;
    if (flx_var_immediate_ok(t, x, c, &i)) {
        return flx_var_append(t, FLX_OP_ADDC, x.u.at.slot, i, flx_var_read(t, x) + c);
    }
    return flx_tape_immediate(FLX_OP_ADDC, x, c);
}
static inline flx_var flx_var_sub_cx(double c, flx_var x)
{
    uint32_t i;
    flx_tape_head *t = (flx_tape_head *)x.tape;
    if (flx_var_immediate_ok(t, x, c, &i)) {
        return flx_var_append(t, FLX_OP_CSUB, x.u.at.slot, i, c - flx_var_read(t, x));
    }
    return flx_tape_immediate(FLX_OP_CSUB, x, c);
}
static inline flx_var flx_var_mul_xc(flx_var x, double c)
{
    uint32_t i;
    flx_tape_head *t = (flx_tape_head *)x.tape;
    if (flx_var_immediate_ok(t, x, c, &i)) {
        return flx_var_append(t, FLX_OP_MULC, x.u.at.slot, i, flx_var_read(t, x) * c);
    }
    return flx_tape_immediate(FLX_OP_MULC, x, c);
}
static inline flx_var flx_var_div_xc(flx_var x, double c)
{
    uint32_t i;
    flx_tape_head *t = (flx_tape_head *)x.tape;
    if (flx_var_immediate_ok(t, x, c, &i)) {
        return flx_var_append(t, FLX_OP_DIVC, x.u.at.slot, i, flx_var_read(t, x) / c);
    }
    return flx_tape_immediate(FLX_OP_DIVC, x, c);
}
static inline flx_var flx_var_div_cx(double c, flx_var x)
{
    uint32_t i;
    flx_tape_head *t = (flx_tape_head *)x.tape;
    if (flx_var_immediate_ok(t, x, c, &i)) {
        return flx_var_append(t, FLX_OP_CDIV, x.u.at.slot, i, c / flx_var_read(t, x));
    }
    return flx_tape_immediate(FLX_OP_CDIV, x, c);
}
/* x - c and x + (-c) are the same double, and so are the two orders of a sum or product. */
static inline flx_var flx_var_sub_xc(flx_var x, double c) { return flx_var_add_xc(x, -c); }
static inline flx_var flx_var_add_cx(double c, flx_var x) { return flx_var_add_xc(x, c); }
static inline flx_var flx_var_mul_cx(double c, flx_var x) { return flx_var_mul_xc(x, c); }
/** @} */

#define T flx_var
#define F(name) flx_var_##name
#include <fluxion/template/functions.inc>
#undef T
#undef F

/** @name Binary functions with a constant operand @{ */
static inline flx_var flx_var_hypot_xc(flx_var x, double y)
{
    return flx_var_hypot(x, flx_constant(y));
}
static inline flx_var flx_var_hypot_cx(double x, flx_var y)
{
    return flx_var_hypot(flx_constant(x), y);
}
static inline flx_var flx_var_atan2_xc(flx_var y, double x)
{
    return flx_var_atan2(y, flx_constant(x));
}
static inline flx_var flx_var_atan2_cx(double y, flx_var x)
{
    return flx_var_atan2(flx_constant(y), x);
}
static inline flx_var flx_var_fmin_xc(flx_var x, double y)
{
    return flx_var_fmin(x, flx_constant(y));
}
static inline flx_var flx_var_fmin_cx(double x, flx_var y)
{
    return flx_var_fmin(flx_constant(x), y);
}
static inline flx_var flx_var_fmax_xc(flx_var x, double y)
{
    return flx_var_fmax(x, flx_constant(y));
}
static inline flx_var flx_var_fmax_cx(double x, flx_var y)
{
    return flx_var_fmax(flx_constant(x), y);
}
static inline flx_var flx_var_fmod_xc(flx_var x, double y)
{
    return flx_var_fmod(x, flx_constant(y));
}
static inline flx_var flx_var_fmod_cx(double x, flx_var y)
{
    return flx_var_fmod(flx_constant(x), y);
}
static inline flx_var flx_var_remainder_xc(flx_var x, double y)
{
    return flx_var_remainder(x, flx_constant(y));
}
static inline flx_var flx_var_remainder_cx(double x, flx_var y)
{
    return flx_var_remainder(flx_constant(x), y);
}
static inline flx_var flx_var_copysign_xc(flx_var x, double y)
{
    return flx_var_copysign(x, flx_constant(y));
}
static inline flx_var flx_var_copysign_cx(double x, flx_var y)
{
    return flx_var_copysign(flx_constant(x), y);
}
static inline flx_var flx_var_fmin_first_xc(flx_var x, double y)
{
    return flx_var_fmin_first(x, flx_constant(y));
}
static inline flx_var flx_var_fmin_first_cx(double x, flx_var y)
{
    return flx_var_fmin_first(flx_constant(x), y);
}
static inline flx_var flx_var_fmin_second_xc(flx_var x, double y)
{
    return flx_var_fmin_second(x, flx_constant(y));
}
static inline flx_var flx_var_fmin_second_cx(double x, flx_var y)
{
    return flx_var_fmin_second(flx_constant(x), y);
}
static inline flx_var flx_var_fmax_first_xc(flx_var x, double y)
{
    return flx_var_fmax_first(x, flx_constant(y));
}
static inline flx_var flx_var_fmax_first_cx(double x, flx_var y)
{
    return flx_var_fmax_first(flx_constant(x), y);
}
static inline flx_var flx_var_fmax_second_xc(flx_var x, double y)
{
    return flx_var_fmax_second(x, flx_constant(y));
}
static inline flx_var flx_var_fmax_second_cx(double x, flx_var y)
{
    return flx_var_fmax_second(flx_constant(x), y);
}
static inline flx_var flx_var_xlogy_xc(flx_var x, double y)
{
    return flx_var_xlogy(x, flx_constant(y));
}
static inline flx_var flx_var_xlogy_cx(double x, flx_var y)
{
    return flx_var_xlogy(flx_constant(x), y);
}
static inline flx_var flx_var_logsumexp_xc(flx_var x, double y)
{
    return flx_var_logsumexp(x, flx_constant(y));
}
static inline flx_var flx_var_logsumexp_cx(double x, flx_var y)
{
    return flx_var_logsumexp(flx_constant(x), y);
}
/** @} */

#define T flx_var
#define F(name) flx_var_##name
#include <fluxion/template/ternary.inc>
#undef T
#undef F

/** x to an integer power. */
static inline flx_var flx_var_powi(flx_var x, int n) { return flx_var_pow_xc(x, (double)n); }

/** a where c > 0, else b (also where c is NaN). Recorded: a program chooses anew at every point,
 *  and what is not chosen has no influence on value or derivative, even if it is NaN. */
FLX_API flx_var flx_var_select(flx_var c, flx_var a, flx_var b);

/** @name Select with constant branches @{ */
static inline flx_var flx_var_select_xc(flx_var c, flx_var a, double b)
{
    return flx_var_select(c, a, flx_constant(b));
}
static inline flx_var flx_var_select_cx(flx_var c, double a, flx_var b)
{
    return flx_var_select(c, flx_constant(a), b);
}
static inline flx_var flx_var_select_cc(flx_var c, double a, double b)
{
    return flx_var_select(c, flx_constant(a), flx_constant(b));
}
/** @} */

/** Comparisons that guards can hold. */
enum flx_relation { FLX_LT, FLX_LE, FLX_GT, FLX_GE, FLX_EQ, FLX_NE };

/** Compares the values of x and y and, unless both are constants, records a guard. A failed tape
 *  compares as NaN does. */
FLX_API int flx_var_compare(enum flx_relation relation, flx_var x, flx_var y);

/** @name Comparisons, each recorded as a guard @{ */
static inline int flx_var_lt(flx_var x, flx_var y) { return flx_var_compare(FLX_LT, x, y); }
static inline int flx_var_lt_xc(flx_var x, double y)
{
    return flx_var_compare(FLX_LT, x, flx_constant(y));
}
static inline int flx_var_lt_cx(double x, flx_var y)
{
    return flx_var_compare(FLX_LT, flx_constant(x), y);
}
static inline int flx_var_le(flx_var x, flx_var y) { return flx_var_compare(FLX_LE, x, y); }
static inline int flx_var_le_xc(flx_var x, double y)
{
    return flx_var_compare(FLX_LE, x, flx_constant(y));
}
static inline int flx_var_le_cx(double x, flx_var y)
{
    return flx_var_compare(FLX_LE, flx_constant(x), y);
}
static inline int flx_var_gt(flx_var x, flx_var y) { return flx_var_compare(FLX_GT, x, y); }
static inline int flx_var_gt_xc(flx_var x, double y)
{
    return flx_var_compare(FLX_GT, x, flx_constant(y));
}
static inline int flx_var_gt_cx(double x, flx_var y)
{
    return flx_var_compare(FLX_GT, flx_constant(x), y);
}
static inline int flx_var_ge(flx_var x, flx_var y) { return flx_var_compare(FLX_GE, x, y); }
static inline int flx_var_ge_xc(flx_var x, double y)
{
    return flx_var_compare(FLX_GE, x, flx_constant(y));
}
static inline int flx_var_ge_cx(double x, flx_var y)
{
    return flx_var_compare(FLX_GE, flx_constant(x), y);
}
static inline int flx_var_eq(flx_var x, flx_var y) { return flx_var_compare(FLX_EQ, x, y); }
static inline int flx_var_eq_xc(flx_var x, double y)
{
    return flx_var_compare(FLX_EQ, x, flx_constant(y));
}
static inline int flx_var_eq_cx(double x, flx_var y)
{
    return flx_var_compare(FLX_EQ, flx_constant(x), y);
}
static inline int flx_var_ne(flx_var x, flx_var y) { return flx_var_compare(FLX_NE, x, y); }
static inline int flx_var_ne_xc(flx_var x, double y)
{
    return flx_var_compare(FLX_NE, x, flx_constant(y));
}
static inline int flx_var_ne_cx(double x, flx_var y)
{
    return flx_var_compare(FLX_NE, flx_constant(x), y);
}
/** @} */

FLX_END_DECLS

#endif
