/* edge_cases.h: the edge-case tables as data, and the functions in them for every number type.
 * To be included by one test file, after Criterion's header. */
#ifndef FLUXION_TESTS_EDGE_CASES_H
#define FLUXION_TESTS_EDGE_CASES_H

#include <string.h>

#include <fluxion/dual.h>
#include <fluxion/hyperdual.h>
#include <fluxion/multidual.h>
#include <fluxion/probe.h>
#include <fluxion/taylor.h>
#include <fluxion/var.h>

#include "forward/edge_words.h"
#include "reference.h"

/* The exponent of edge_..._power. */
static double edge_exponent;

#define T double
#define F(name) flx_double_##name
#define E(name) edge_double_##name
#include "forward/edge_functions.inc"
#undef T
#undef F
#undef E
#define T flx_dual
#define F(name) flx_dual_##name
#define E(name) edge_dual_##name
#include "forward/edge_functions.inc"
#undef T
#undef F
#undef E
#define T flx_ddual
#define F(name) flx_ddual_##name
#define E(name) edge_ddual_##name
#include "forward/edge_functions.inc"
#undef T
#undef F
#undef E
#define T flx_hyperdual
#define F(name) flx_hyperdual_##name
#define E(name) edge_hyperdual_##name
#include "forward/edge_functions.inc"
#undef T
#undef F
#undef E
#define T flx_hyperdual3
#define F(name) flx_hyperdual3_##name
#define E(name) edge_hyperdual3_##name
#include "forward/edge_functions.inc"
#undef T
#undef F
#undef E
#define T flx_dual4
#define F(name) flx_dual4_##name
#define E(name) edge_dual4_##name
#include "forward/edge_functions.inc"
#undef T
#undef F
#undef E
#define T flx_taylor8
#define F(name) flx_taylor8_##name
#define E(name) edge_taylor8_##name
#include "forward/edge_functions.inc"
#undef T
#undef F
#undef E
#define T flx_var
#define F(name) flx_var_##name
#define E(name) edge_var_##name
#include "forward/edge_functions.inc"
#undef T
#undef F
#undef E

#define T flx_probe
#define F(name) flx_probe_##name
#define E(name) edge_probe_##name
#include "forward/edge_functions.inc"
#undef T
#undef F
#undef E

typedef struct edge_unary {
    const char *name;
    double (*of_double)(double x);
    flx_dual (*of_dual)(flx_dual x);
    flx_ddual (*of_ddual)(flx_ddual x);
    flx_hyperdual (*of_hyperdual)(flx_hyperdual x);
    flx_hyperdual3 (*of_hyperdual3)(flx_hyperdual3 x);
    flx_dual4 (*of_dual4)(flx_dual4 x);
    flx_taylor8 (*of_taylor8)(flx_taylor8 x);
    flx_var (*of_var)(flx_var x);
    flx_probe (*of_probe)(flx_probe x);
} edge_unary;

typedef struct edge_binary {
    const char *name;
    double (*of_double)(double x, double y);
    flx_dual (*of_dual)(flx_dual x, flx_dual y);
    flx_ddual (*of_ddual)(flx_ddual x, flx_ddual y);
    flx_hyperdual (*of_hyperdual)(flx_hyperdual x, flx_hyperdual y);
    flx_hyperdual3 (*of_hyperdual3)(flx_hyperdual3 x, flx_hyperdual3 y);
    flx_dual4 (*of_dual4)(flx_dual4 x, flx_dual4 y);
    flx_taylor8 (*of_taylor8)(flx_taylor8 x, flx_taylor8 y);
    flx_var (*of_var)(flx_var x, flx_var y);
    flx_probe (*of_probe)(flx_probe x, flx_probe y);
} edge_binary;

#define EDGE_ROW(name)                                                                             \
    {#name,                                                                                        \
     flx_double_##name,                                                                            \
     flx_dual_##name,                                                                              \
     flx_ddual_##name,                                                                             \
     flx_hyperdual_##name,                                                                         \
     flx_hyperdual3_##name,                                                                        \
     flx_dual4_##name,                                                                             \
     flx_taylor8_##name,                                                                           \
     flx_var_##name,                                                                               \
     flx_probe_##name},
#define EDGE_MADE(name)                                                                            \
    {#name,                                                                                        \
     edge_double_##name,                                                                           \
     edge_dual_##name,                                                                             \
     edge_ddual_##name,                                                                            \
     edge_hyperdual_##name,                                                                        \
     edge_hyperdual3_##name,                                                                       \
     edge_dual4_##name,                                                                            \
     edge_taylor8_##name,                                                                          \
     edge_var_##name,                                                                              \
     edge_probe_##name},

/* clang-format off */
/* The public functions, then arithmetic, then those of edge_functions.inc. */
static const edge_unary edge_unaries[] = {
#define FLX_UNARY(name, meaning) EDGE_ROW(name)
#include <fluxion/functions.def>
    EDGE_ROW(neg)
    EDGE_ROW(square)
    EDGE_MADE(pick_sqrt)
    EDGE_MADE(pick_log)
    EDGE_MADE(unpicked)
    EDGE_MADE(power)
    EDGE_MADE(trigamma)
    EDGE_MADE(no_order)
    EDGE_MADE(j0_)
    EDGE_MADE(j1_)
    EDGE_MADE(y0_)
    EDGE_MADE(y2_)
};

static const edge_binary edge_binaries[] = {
    EDGE_ROW(div)
#define FLX_BINARY(name, meaning) EDGE_ROW(name)
#include <fluxion/functions.def>
};
/* clang-format on */

/* Number of public functions, which come first in edge_unaries. */
enum {
#define FLX_UNARY(name, meaning) EDGE_INDEX_##name,
#include <fluxion/functions.def>
    EDGE_PUBLIC
};

/* One point: the argument (x, p: the exponent of `power`), the value and three derivatives. */
typedef struct edge_unary_case {
    const char *name;
    double x, p;
    double d[4];
    unsigned flags; /* of a gradient */
} edge_unary_case;

/* NAN and INFINITY are floats. */
#define D(number) ((double)(number))

static const edge_unary_case edge_unary_cases[] = {
#define EDGE_UNARY(name, x, f, d1, d2, d3, flags)                                                  \
    {#name, D(x), 1.0, {D(f), D(d1), D(d2), D(d3)}, flags},
#include "forward/edge_unary.def"
#define EDGE_POWER(x, p, f, d1, d2, d3, flags)                                                     \
    {"power", D(x), D(p), {D(f), D(d1), D(d2), D(d3)}, flags},
#include "forward/edge_power.def"
};

/* Places in edge_binary_case.d and in what a mode computes. */
enum { EDGE_F, EDGE_FX, EDGE_FY, EDGE_FXX, EDGE_FXY, EDGE_FYY, EDGE_PARTIALS };

typedef struct edge_binary_case {
    const char *name;
    double x, y;
    double d[EDGE_PARTIALS];
    unsigned flags; /* of a gradient */
} edge_binary_case;

static const edge_binary_case edge_binary_cases[] = {
#define EDGE_BINARY(name, x, y, f, fx, fy, fxx, fxy, fyy, flags)                                   \
    {#name, D(x), D(y), {D(f), D(fx), D(fy), D(fxx), D(fxy), D(fyy)}, flags},
#include "forward/edge_binary.def"
};
#undef D

#define EDGE_LEN(array) (sizeof(array) / sizeof((array)[0]))

static const edge_unary *edge_find_unary(const char *name)
{
    for (size_t i = 0; i < EDGE_LEN(edge_unaries); i++) {
        if (strcmp(edge_unaries[i].name, name) == 0) return &edge_unaries[i];
    }
    cr_assert_fail("no function %s", name);
    return NULL;
}

static const edge_binary *edge_find_binary(const char *name)
{
    for (size_t i = 0; i < EDGE_LEN(edge_binaries); i++) {
        if (strcmp(edge_binaries[i].name, name) == 0) return &edge_binaries[i];
    }
    cr_assert_fail("no function %s", name);
    return NULL;
}

/* Whether a derivative of this order is what the table says: NaN, infinities and zeros as such,
 * other numbers within 4(order+1) ulps. */
static int edge_agrees(double got, double want, int order)
{
    if (isnan(want)) return isnan(got);
    if (isinf(want) || want == 0.0) return got == want;
    return ref_error(got, (long double)want)
           <= 4.0L * (long double)(order + 1) * ref_ulp((long double)want);
}

/* How one mode computes value and derivatives to `order`, at most 3, of a function at x. */
typedef void edge_unary_mode(const edge_unary *f, double x, double *d);

/* Every row of the table by one mode that yields derivatives to this order. */
static inline void edge_check_unary(const char *mode, edge_unary_mode *compute, int order)
{
    for (size_t i = 0; i < EDGE_LEN(edge_unary_cases); i++) {
        const edge_unary_case *c = &edge_unary_cases[i];
        const edge_unary *f = edge_find_unary(c->name);
        double d[4];
        edge_exponent = c->p;
        compute(f, c->x, d);
        cr_expect(ref_same(d[0], f->of_double(c->x)), "%s %s value at x=%a p=%g: %a", mode, c->name,
                  c->x, c->p, d[0]);
        for (int k = 0; k <= order; k++) {
            cr_expect(edge_agrees(d[k], c->d[k], k), "%s %s order %d at x=%a p=%g: got %a, want %a",
                      mode, c->name, k, c->x, c->p, d[k], c->d[k]);
        }
    }
}

/* How one mode computes value, first and second partials; bit i of the answer says that place i of
 * d has been computed. */
typedef unsigned edge_binary_mode(const edge_binary *f, double x, double y, double *d);

static inline void edge_check_binary(const char *mode, edge_binary_mode *compute)
{
    static const int order[EDGE_PARTIALS] = {0, 1, 1, 2, 2, 2};
    static const char *const place[EDGE_PARTIALS] = {"f", "fx", "fy", "fxx", "fxy", "fyy"};
    for (size_t i = 0; i < EDGE_LEN(edge_binary_cases); i++) {
        const edge_binary_case *c = &edge_binary_cases[i];
        const edge_binary *f = edge_find_binary(c->name);
        double d[EDGE_PARTIALS];
        const unsigned computed = compute(f, c->x, c->y, d);
        cr_expect(ref_same(d[EDGE_F], f->of_double(c->x, c->y)), "%s %s value at (%a, %a): %a",
                  mode, c->name, c->x, c->y, d[EDGE_F]);
        for (int k = 0; k < EDGE_PARTIALS; k++) {
            if (c->d[k] == UNSAID || !(computed >> k & 1u)) continue;
            cr_expect(edge_agrees(d[k], c->d[k], order[k]), "%s %s %s at (%a, %a): got %a, want %a",
                      mode, c->name, place[k], c->x, c->y, d[k], c->d[k]);
        }
    }
}

#endif
