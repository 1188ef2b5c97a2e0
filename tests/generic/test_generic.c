/* The generics choose the right function for every type and every mix with constants, and evaluate
 * each argument once. */
#include "generic/types.h"

#include <fluxion/fluxion.h>

#include <criterion/criterion.h>
#include <string.h>

static void expect(int passed, const char *what, int line)
{
    cr_expect(passed, "%s (line %d)", what, line);
}
#define EXPECT(condition, what) expect((condition), FLX_STRING(T) " " what, __LINE__)

/* Two recordings of one operation: other slots, the same value. */
static int same_recording(flx_var x, flx_var y)
{
    const double vx = flx_peek(x), vy = flx_peek(y);
    return (x.tape == NULL) == (y.tape == NULL) && memcmp(&vx, &vy, sizeof vx) == 0;
}

#define SAME(x, y) (memcmp(&(x), &(y), sizeof(x)) == 0)

#define T flx_dual
#define F(name) flx_dual_##name
#include "generic/same.inc"
#undef T
#undef F
#define T flx_ddual
#define F(name) flx_ddual_##name
#include "generic/same.inc"
#undef T
#undef F
#define T flx_hyperdual
#define F(name) flx_hyperdual_##name
#include "generic/same.inc"
#undef T
#undef F
#define T flx_hyperdual3
#define F(name) flx_hyperdual3_##name
#include "generic/same.inc"
#undef T
#undef F
#define T flx_dual4
#define F(name) flx_dual4_##name
#include "generic/same.inc"
#undef T
#undef F
#define T flx_dual8
#define F(name) flx_dual8_##name
#include "generic/same.inc"
#undef T
#undef F
#define T flx_taylor2
#define F(name) flx_taylor2_##name
#include "generic/same.inc"
#undef T
#undef F
#define T flx_taylor3
#define F(name) flx_taylor3_##name
#include "generic/same.inc"
#undef T
#undef F
#define T flx_taylor4
#define F(name) flx_taylor4_##name
#include "generic/same.inc"
#undef T
#undef F
#define T flx_taylor8
#define F(name) flx_taylor8_##name
#include "generic/same.inc"
#undef T
#undef F
#define T flx_taylor16
#define F(name) flx_taylor16_##name
#include "generic/same.inc"
#undef T
#undef F
#define T taylor5
#define F(name) taylor5_##name
#include "generic/same.inc"
#undef T
#undef F
#define T taylor1
#define F(name) taylor1_##name
#include "generic/same.inc"
#undef T
#undef F
#define T flx_probe
#define F(name) flx_probe_##name
#include "generic/same.inc"
#undef T
#undef F
#undef SAME

#define SAME(x, y) same_recording(x, y)
#define T flx_var
#define F(name) flx_var_##name
#include "generic/same.inc"
#undef T
#undef F
#undef SAME

/* Two points inside every function's domain, and a constant that is equal to neither. */
static const double at_x = 0.59375, at_y = 0.28125, at_c = 0.4375;

Test(generic, doubles)
{
    const double x = at_x, y = at_y, nan = (double)NAN;
#define T double
#define SAME(got, want) EXPECT(memcmp(&(double){got}, &(double){want}, sizeof(double)) == 0, #got)
#define FLX_UNARY(name, meaning) SAME(flx_##name(x), flx_double_##name(x));
    FLX_UNARY(neg, "")
    FLX_UNARY(square, "")
#define FLX_BINARY(name, meaning)                                                                  \
    SAME(flx_##name(x, y), flx_double_##name(x, y));                                               \
    SAME(flx_##name(x, 2), flx_double_##name(x, 2.0));                                             \
    SAME(flx_##name(2, 3), flx_double_##name(2.0, 3.0));
#define FLX_ORDERED(name, meaning) SAME(flx_##name(2, x), flx_double_##name(2, x));
    FLX_BINARY(add, "")
    FLX_BINARY(sub, "")
    FLX_BINARY(mul, "")
    FLX_BINARY(div, "")
#include <fluxion/functions.def>
    EXPECT(!flx_lt(x, y) && !flx_le(x, y) && flx_gt(x, y) && flx_ge(x, y), "ordered");
    EXPECT(!flx_eq(x, y) && flx_ne(x, y) && flx_eq(2, 2.0) && !flx_lt(x, nan), "equal");
    SAME(flx_select(x, x, y), x);
    SAME(flx_select(-1, x, y), y);
    SAME(flx_select(nan, x, y), y);
    SAME(flx_primal(x), x);
    SAME(flx_primal(7), 7.0);
#undef SAME
#undef T
}

Test(generic, duals)
{
    flx_dual_same(flx_dual_make(at_x, 1.0), flx_dual_make(at_y, -2.0), at_c);
    flx_ddual_same(flx_ddual_make(flx_dual_make(at_x, 1.0), flx_dual_make(-3.0, 0.5)),
                   flx_ddual_make(flx_dual_make(at_y, -2.0), flx_dual_make(0.25, 1.5)), at_c);
    flx_hyperdual_same(flx_hyperdual_make(at_x, 1.0, -3.0, 0.5),
                       flx_hyperdual_make(at_y, -2.0, 0.25, 1.5), at_c);
}

Test(generic, third_order)
{
    flx_hyperdual3_same(
        flx_hyperdual3_make(flx_hyperdual_make(at_x, 1.0, -3.0, 0.5), flx_hyperdual_constant(2.0)),
        flx_hyperdual3_make(flx_hyperdual_make(at_y, -2.0, 0.25, 1.5),
                            flx_hyperdual_make(0.5, 3.0, -1.0, 0.125)),
        at_c);
}

Test(generic, many_directions)
{
    flx_dual4 x4 = flx_dual4_variable(at_x, 1), y4 = flx_dual4_variable(at_y, 3);
    flx_dual8 x8 = flx_dual8_variable(at_x, 0), y8 = flx_dual8_variable(at_y, 7);
    y4.d[1] = -2.0;
    y8.d[0] = -2.0;
    flx_dual4_same(x4, y4, at_c);
    flx_dual8_same(x8, y8, at_c);
}

Test(generic, probes)
{
    flx_probe_same(flx_probe_make(at_x, FLX_FLAG_KINK, 1), flx_probe_make(at_y, FLX_FLAG_POLE, 0),
                   at_c);
}

/* k-th coefficient 1/(k+2) and -1/(k+3) above the values. */
#define FILL(x, y)                                                                                 \
    for (size_t k = 0; k < sizeof x.c / sizeof x.c[0]; k++) {                                      \
        x.c[k] = k ? 1.0 / (double)(k + 2) : at_x;                                                 \
        y.c[k] = k ? -1.0 / (double)(k + 3) : at_y;                                                \
    }

Test(generic, taylor)
{
#define CHECK(type)                                                                                \
    do {                                                                                           \
        type x, y;                                                                                 \
        FILL(x, y)                                                                                 \
        type##_same(x, y, at_c);                                                                   \
    } while (0)
    CHECK(flx_taylor2);
    CHECK(flx_taylor3);
    CHECK(flx_taylor4);
    CHECK(flx_taylor8);
    CHECK(flx_taylor16);
}

Test(generic, types_of_the_user)
{
    CHECK(taylor5);
    CHECK(taylor1);

    /* exp(t) sin(t) = t + t^2 + t^3/3 - t^5/30 + ... */
    const taylor5 t = taylor5_variable(0.0);
    const taylor5 y = flx_add(flx_mul(flx_exp(t), flx_sin(t)), 1);
    const double want[6] = {1.0, 1.0, 1.0, 1.0 / 3.0, 0.0, -1.0 / 30.0};
    for (size_t k = 0; k < 6; k++) {
        cr_expect(fabs(y.c[k] - want[k]) <= 4e-16, "coefficient %zu is %.17g", k, y.c[k]);
    }
}

Test(generic, variables)
{
    flx_tape *tape;
    cr_assert(flx_tape_create(NULL, &tape) == FLX_OK);
    const flx_var x = flx_variable(tape, at_x), y = flx_variable(tape, at_y);
    flx_var_same(x, y, at_c);
    cr_expect(flx_tape_status(tape) == FLX_OK);
    /* flx_primal and its direct form each read once. */
    cr_expect(flx_tape_measure(tape).reads == 2, "%zu reads", flx_tape_measure(tape).reads);

    /* A mix with a constant records the short instruction, not a constant and a long one. */
    const size_t before = flx_tape_measure(tape).instructions;
    const flx_var z = flx_mul(2, flx_add(x, 1.0));
    cr_expect(flx_tape_measure(tape).instructions == before + 2);
    cr_expect(flx_peek(z) == 2.0 * (at_x + 1.0));
    cr_expect(flx_tape_measure(tape).guards > 0, "comparisons are recorded");
    flx_tape_destroy(tape);
}

Test(generic, constants_of_every_arithmetic_type)
{
    const flx_dual x = flx_dual_make(at_x, 1.0);
    const flx_dual want = flx_dual_mul_xc(x, 3.0);
    const signed char sc = 3;
    const unsigned char uc = 3;
    const short s = 3;
    const unsigned short us = 3;
    const unsigned u = 3;
    const long l = 3;
    const unsigned long ul = 3;
    const long long ll = 3;
    const float f = 3.0f;
    const long double ld = 3.0L;
    enum { three = 3 };
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdouble-promotion"
#endif
#define T flx_dual
#define SAME(k)                                                                                    \
    do {                                                                                           \
        const flx_dual right = flx_mul(x, k), left = flx_mul(k, x);                                \
        EXPECT(memcmp(&right, &want, sizeof want) == 0, "x * " #k);                                \
        EXPECT(memcmp(&left, &want, sizeof want) == 0, #k " * x");                                 \
    } while (0)
    SAME(sc);
    SAME(uc);
    SAME(s);
    SAME(us);
    SAME(u);
    SAME(l);
    SAME(ul);
    SAME(ll);
    SAME(f);
    SAME(ld);
    SAME(three);
    SAME(3);
    SAME(3.0);
#undef SAME
#undef T
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

static flx_dual next(int *calls) { return flx_dual_make((double)++*calls, 1.0); }

Test(generic, arguments_are_evaluated_once)
{
    int a = 0, b = 0, c = 0;
    const flx_dual sum = flx_add(next(&a), flx_mul(next(&b), flx_sin(next(&c))));
    cr_expect(a == 1 && b == 1 && c == 1, "%d %d %d", a, b, c);
    cr_expect(sum.v == 1.0 + sin(1.0));

    const flx_dual chosen = flx_select(next(&a), next(&b), flx_neg(next(&c)));
    cr_expect(a == 2 && b == 2 && c == 2, "%d %d %d", a, b, c);
    cr_expect(chosen.v == 2.0);
    cr_expect(flx_lt(next(&a), 4.0) && a == 3, "%d", a);
}

/* A const operand, an array element, a member and a dereferenced pointer are operands like any. */
Test(generic, lvalues_of_every_kind)
{
    const struct {
        flx_hyperdual x[2];
    } s = {{flx_hyperdual_make(at_x, 1.0, 0.0, 0.0), flx_hyperdual_make(at_y, 0.0, 1.0, 0.0)}};
    const flx_hyperdual *p = s.x;
    const flx_hyperdual y = flx_mul(p[0], *(p + 1));
    cr_expect(y.v == at_x * at_y && y.e1 == at_y && y.e2 == at_x && y.e12 == 1.0);
}
