// The same headers and the same bodies in C++: overloads in place of macros.
#include "generic/types.h"

#include <fluxion/fluxion.h>

#include <cmath>
#include <cstdio>
#include <type_traits>

#define FLX_NAMES(X) X(cubic) X(outer)
#define FLX_BODY "generic/bodies.inc"
#include <fluxion/instantiate.h>

static int failures;

static void expect(bool passed, const char *what, int line)
{
    if (passed) return;
    std::fprintf(stderr, "cxx.cpp:%d: %s\n", line, what);
    failures++;
}
#define EXPECT(condition) expect(condition, #condition, __LINE__)

// Every function has an overload for every number type, and for constants on either side.
template <class Number> static void all_there(Number x)
{
#define FLX_UNARY(name, meaning)                                                                   \
    static_assert(std::is_same<decltype(flx_##name(x)), Number>::value, #name);
#define FLX_BINARY(name, meaning)                                                                  \
    static_assert(std::is_same<decltype(flx_##name(x, x)), Number>::value, #name);                 \
    static_assert(std::is_same<decltype(flx_##name(x, 2.0)), Number>::value, #name " xc");         \
    static_assert(std::is_same<decltype(flx_##name(2, x)), Number>::value, #name " int x");
#define FLX_ORDERED(name, meaning)                                                                 \
    static_assert(std::is_same<decltype(flx_##name(1, x)), Number>::value, #name);
    FLX_UNARY(neg, "")
    FLX_UNARY(square, "")
    FLX_BINARY(add, "")
    FLX_BINARY(sub, "")
    FLX_BINARY(mul, "")
    FLX_BINARY(div, "")
#define FLX_TERNARY(name, meaning)                                                                 \
    static_assert(std::is_same<decltype(flx_##name(x, x, x)), Number>::value, #name);              \
    static_assert(std::is_same<decltype(flx_##name(x, 1, 2.0)), Number>::value, #name " xcc");     \
    static_assert(std::is_same<decltype(flx_##name(1, 2.0, x)), Number>::value, #name " ccx");     \
    static_assert(std::is_same<decltype(flx_##name(1, x, x)), Number>::value, #name " cxx");
#include <fluxion/functions.def>
    EXPECT(flx_lt(x, 10) && flx_le(0, x) && flx_gt(x, 0.0) && flx_ge(x, x));
    EXPECT(flx_eq(x, x) && !flx_ne(x, x));
    EXPECT(flx_primal(flx_select(x, x, 1)) == flx_primal(x));
    EXPECT(flx_primal(flx_select(-1, x, 4)) == 4.0);
    EXPECT(flx_primal(flx_select(flx_neg(x), 3, 4.0)) == 4.0);
    Number sine, cosine;
    flx_sincos(x, &sine, &cosine);
    EXPECT(flx_primal(sine) == flx_primal(flx_sin(x)));
    EXPECT(flx_primal(cosine) == flx_primal(flx_cos(x)));
    EXPECT(flx_primal(flx_powi(x, 3)) == flx_primal(flx_pow(x, 3.0)));
    EXPECT(flx_primal(flx_pow(x, 2)) == flx_primal(x) * flx_primal(x));
}

int main()
{
    all_there(0.5);
    all_there(flx_dual_variable(0.5));
    all_there(flx_ddual_variable(0.5));
    all_there(flx_hyperdual_variable(0.5));
    all_there(flx_hyperdual3_variable(0.5));
    all_there(flx_dual4_variable(0.5, 0));
    all_there(flx_dual8_variable(0.5, 7));
    all_there(flx_probe_variable(0.5));
    all_there(flx_taylor2_variable(0.5));
    all_there(flx_taylor3_variable(0.5));
    all_there(flx_taylor4_variable(0.5));
    all_there(flx_taylor8_variable(0.5));
    all_there(flx_taylor16_variable(0.5));
    all_there(taylor5_variable(0.5));
    all_there(taylor1_variable(0.5));

    flx_tape *tape = nullptr;
    EXPECT(flx_tape_create(nullptr, &tape) == FLX_OK);
    all_there(flx_variable(tape, 0.5));

    double shift = 7.0;
    const flx_hyperdual h[2] = {flx_hyperdual_make(3.0, 1.0, 0.0, 0.0),
                                flx_hyperdual_make(5.0, 0.0, 1.0, 0.0)};
    flx_hyperdual hy[2];
    cubic.f_hyperdual(2, h, 2, hy, &shift);
    EXPECT(hy[0].v == 142.0 && hy[0].e1 == 135.0 && hy[0].e2 == 27.0 && hy[0].e12 == 27.0);

    const flx_var x[2] = {flx_variable(tape, 3.0), flx_variable(tape, 5.0)};
    flx_var y[2], g[2];
    cubic.f_var(2, x, 2, y, &shift);
    EXPECT(flx_grad(y[0], 2, x, g, 0) == FLX_OK);
    EXPECT(flx_peek(g[0]) == 135.0 && flx_peek(g[1]) == 27.0);
    flx_tape_destroy(tape);

    const double at = 0.25;
    double big = 0.0;
    outer.f_double(1, &at, 1, &big, nullptr);
    EXPECT(big == 4.0);

    if (failures == 0) std::puts("C++: all passed");
    return failures != 0;
}
