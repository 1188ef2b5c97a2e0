/* The edge-case contract by every number type and by the tape: one table, every mode. */
#include <criterion/criterion.h>

#include <fluxion/grad.h>

#include "forward/edge_cases.h"

/* One argument. */

static void by_double(const edge_unary *f, double x, double *d) { d[0] = f->of_double(x); }

static void by_dual(const edge_unary *f, double x, double *d)
{
    const flx_dual y = f->of_dual(flx_dual_variable(x));
    d[0] = y.v;
    d[1] = y.d;
}

static void by_ddual(const edge_unary *f, double x, double *d)
{
    const flx_ddual y = f->of_ddual(flx_ddual_variable(x));
    d[0] = y.v.v;
    d[1] = y.v.d;
    d[2] = y.d.d;
    cr_expect(ref_same(y.v.d, y.d.v), "%s at %a: levels differ, %a and %a", f->name, x, y.v.d,
              y.d.v);
}

static void by_hyperdual(const edge_unary *f, double x, double *d)
{
    const flx_hyperdual y = f->of_hyperdual(flx_hyperdual_variable(x));
    d[0] = y.v;
    d[1] = y.e1;
    d[2] = y.e12;
    cr_expect(ref_same(y.e1, y.e2), "%s at %a: directions differ, %a and %a", f->name, x, y.e1,
              y.e2);
}

static void by_hyperdual3(const edge_unary *f, double x, double *d)
{
    const flx_hyperdual3 y = f->of_hyperdual3(flx_hyperdual3_variable(x));
    d[0] = y.v.v;
    d[1] = y.v.e1;
    d[2] = y.v.e12;
    d[3] = y.d.e12;
    cr_expect(ref_same(y.v.e2, d[1]) && ref_same(y.d.v, d[1]),
              "%s at %a: directions differ, %a, %a and %a", f->name, x, d[1], y.v.e2, y.d.v);
    cr_expect(edge_agrees(y.d.e1, d[2], 2) && edge_agrees(y.d.e2, d[2], 2),
              "%s at %a: pairs differ, %a, %a and %a", f->name, x, d[2], y.d.e1, y.d.e2);
}

/* Derivative 1 along direction 1, 2 along direction 3, none along the others. */
static void by_dual4(const edge_unary *f, double x, double *d)
{
    flx_dual4 at = flx_dual4_variable(x, 1);
    at.d[3] = 2.0;
    const flx_dual4 y = f->of_dual4(at);
    d[0] = y.v;
    d[1] = y.d[1];
    cr_expect(ref_same(y.d[3], 2.0 * d[1]), "%s at %a: directions differ, %a and %a", f->name, x,
              d[1], y.d[3]);
    cr_expect(y.d[0] == 0.0 && y.d[2] == 0.0, "%s at %a: %a, %a without a cause", f->name, x,
              y.d[0], y.d[2]);
}

static void by_taylor8(const edge_unary *f, double x, double *d)
{
    const flx_taylor8 y = f->of_taylor8(flx_taylor8_variable(x));
    for (size_t k = 0; k < 4; k++) d[k] = flx_taylor8_derivative(y, k);
}

static flx_tape *new_tape(void)
{
    flx_tape *tape = NULL;
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    return tape;
}

static void by_tape(const edge_unary *f, double at, double *d)
{
    flx_tape *tape = new_tape();
    const flx_var x = flx_variable(tape, at);
    const flx_var y = f->of_var(x);
    flx_var g;
    cr_expect_eq(flx_grad(y, 1, &x, &g, 0), FLX_OK);
    d[0] = flx_peek(y);
    d[1] = flx_peek(g);
    flx_tape_destroy(tape);
}

/* Each gradient recorded and differentiated again. */
static void by_recorded_tape(const edge_unary *f, double at, double *d)
{
    flx_tape *tape = new_tape();
    const flx_var x = flx_variable(tape, at);
    flx_var y = f->of_var(x);
    d[0] = flx_peek(y);
    for (int k = 1; k <= 3; k++) {
        cr_expect_eq(flx_grad(y, 1, &x, &y, FLX_CREATE_GRAPH), FLX_OK);
        d[k] = flx_peek(y);
    }
    flx_tape_destroy(tape);
}

Test(edge_cases, unary_double) { edge_check_unary("double", by_double, 0); }
Test(edge_cases, unary_dual) { edge_check_unary("dual", by_dual, 1); }
Test(edge_cases, unary_ddual) { edge_check_unary("ddual", by_ddual, 2); }
Test(edge_cases, unary_hyperdual) { edge_check_unary("hyperdual", by_hyperdual, 2); }
Test(edge_cases, unary_hyperdual3) { edge_check_unary("hyperdual3", by_hyperdual3, 3); }
Test(edge_cases, unary_dual4) { edge_check_unary("dual4", by_dual4, 1); }
Test(edge_cases, unary_taylor8) { edge_check_unary("taylor8", by_taylor8, 3); }
Test(edge_cases, unary_tape) { edge_check_unary("tape", by_tape, 1); }
Test(edge_cases, unary_recorded_tape) { edge_check_unary("recorded", by_recorded_tape, 3); }

/* Two arguments. */

#define PLACE(p) (1u << (p))
#define ALL_PLACES ((1u << EDGE_PARTIALS) - 1u)

static unsigned binary_by_dual(const edge_binary *f, double x, double y, double *d)
{
    const flx_dual along_x = f->of_dual(flx_dual_variable(x), flx_dual_constant(y));
    const flx_dual along_y = f->of_dual(flx_dual_constant(x), flx_dual_variable(y));
    d[EDGE_F] = along_x.v;
    d[EDGE_FX] = along_x.d;
    d[EDGE_FY] = along_y.d;
    return PLACE(EDGE_F) | PLACE(EDGE_FX) | PLACE(EDGE_FY);
}

static unsigned binary_by_ddual(const edge_binary *f, double x, double y, double *d)
{
    const flx_ddual along_x = f->of_ddual(flx_ddual_variable(x), flx_ddual_constant(y));
    const flx_ddual along_y = f->of_ddual(flx_ddual_constant(x), flx_ddual_variable(y));
    const flx_ddual mixed =
        f->of_ddual(flx_ddual_make(flx_dual_constant(x), flx_dual_constant(1.0)),
                    flx_ddual_make(flx_dual_variable(y), flx_dual_constant(0.0)));
    d[EDGE_F] = mixed.v.v;
    d[EDGE_FX] = mixed.d.v;
    d[EDGE_FY] = mixed.v.d;
    d[EDGE_FXX] = along_x.d.d;
    d[EDGE_FXY] = mixed.d.d;
    d[EDGE_FYY] = along_y.d.d;
    return ALL_PLACES;
}

static unsigned binary_by_hyperdual(const edge_binary *f, double x, double y, double *d)
{
    const flx_hyperdual along_x =
        f->of_hyperdual(flx_hyperdual_variable(x), flx_hyperdual_constant(y));
    const flx_hyperdual along_y =
        f->of_hyperdual(flx_hyperdual_constant(x), flx_hyperdual_variable(y));
    const flx_hyperdual mixed =
        f->of_hyperdual(flx_hyperdual_make(x, 1.0, 0.0, 0.0), flx_hyperdual_make(y, 0.0, 1.0, 0.0));
    d[EDGE_F] = mixed.v;
    d[EDGE_FX] = mixed.e1;
    d[EDGE_FY] = mixed.e2;
    d[EDGE_FXX] = along_x.e12;
    d[EDGE_FXY] = mixed.e12;
    d[EDGE_FYY] = along_y.e12;
    return ALL_PLACES;
}

static unsigned binary_by_taylor8(const edge_binary *f, double x, double y, double *d)
{
    const flx_taylor8 along_x = f->of_taylor8(flx_taylor8_variable(x), flx_taylor8_constant(y));
    const flx_taylor8 along_y = f->of_taylor8(flx_taylor8_constant(x), flx_taylor8_variable(y));
    d[EDGE_F] = along_x.c[0];
    d[EDGE_FX] = along_x.c[1];
    d[EDGE_FY] = along_y.c[1];
    d[EDGE_FXX] = flx_taylor8_derivative(along_x, 2);
    d[EDGE_FYY] = flx_taylor8_derivative(along_y, 2);
    return ALL_PLACES & ~PLACE(EDGE_FXY);
}

static unsigned binary_by_hyperdual3(const edge_binary *f, double x, double y, double *d)
{
    const flx_hyperdual3 along_x =
        f->of_hyperdual3(flx_hyperdual3_variable(x), flx_hyperdual3_constant(y));
    const flx_hyperdual3 along_y =
        f->of_hyperdual3(flx_hyperdual3_constant(x), flx_hyperdual3_variable(y));
    const flx_hyperdual3 mixed = f->of_hyperdual3(flx_hyperdual3_seed(x, 1.0, 0.0, 1.0),
                                                  flx_hyperdual3_seed(y, 0.0, 1.0, 0.0));
    d[EDGE_F] = mixed.v.v;
    d[EDGE_FX] = mixed.d.v;
    d[EDGE_FY] = mixed.v.e2;
    d[EDGE_FXX] = along_x.d.e1;
    d[EDGE_FXY] = mixed.d.e2;
    d[EDGE_FYY] = along_y.v.e12;
    return ALL_PLACES;
}

static unsigned binary_by_dual4(const edge_binary *f, double x, double y, double *d)
{
    const flx_dual4 z = f->of_dual4(flx_dual4_variable(x, 0), flx_dual4_variable(y, 3));
    d[EDGE_F] = z.v;
    d[EDGE_FX] = z.d[0];
    d[EDGE_FY] = z.d[3];
    cr_expect(z.d[1] == 0.0 && z.d[2] == 0.0, "%s at (%a, %a): %a, %a without a cause", f->name, x,
              y, z.d[1], z.d[2]);
    return PLACE(EDGE_F) | PLACE(EDGE_FX) | PLACE(EDGE_FY);
}

static unsigned binary_by_tape(const edge_binary *f, double x, double y, double *d)
{
    flx_tape *tape = new_tape();
    flx_var at[2], g[2], z;
    at[0] = flx_variable(tape, x);
    at[1] = flx_variable(tape, y);
    z = f->of_var(at[0], at[1]);
    cr_expect_eq(flx_grad(z, 2, at, g, 0), FLX_OK);
    d[EDGE_F] = flx_peek(z);
    d[EDGE_FX] = flx_peek(g[0]);
    d[EDGE_FY] = flx_peek(g[1]);
    flx_tape_destroy(tape);
    return PLACE(EDGE_F) | PLACE(EDGE_FX) | PLACE(EDGE_FY);
}

/* `mixed_from`: whose recorded gradient is differentiated for the mixed derivative. */
static unsigned recorded(const edge_binary *f, double x, double y, double *d, int mixed_from)
{
    flx_tape *tape = new_tape();
    flx_var at[2], g[2], h[2][2], z;
    at[0] = flx_variable(tape, x);
    at[1] = flx_variable(tape, y);
    z = f->of_var(at[0], at[1]);
    cr_expect_eq(flx_grad(z, 2, at, g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_grad(g[0], 2, at, h[0], 0), FLX_OK);
    cr_expect_eq(flx_grad(g[1], 2, at, h[1], 0), FLX_OK);
    d[EDGE_F] = flx_peek(z);
    d[EDGE_FX] = flx_peek(g[0]);
    d[EDGE_FY] = flx_peek(g[1]);
    d[EDGE_FXX] = flx_peek(h[0][0]);
    d[EDGE_FXY] = flx_peek(h[mixed_from][1 - mixed_from]);
    d[EDGE_FYY] = flx_peek(h[1][1]);
    flx_tape_destroy(tape);
    return ALL_PLACES;
}

static unsigned binary_by_recorded_tape(const edge_binary *f, double x, double y, double *d)
{
    return recorded(f, x, y, d, 0);
}

static unsigned binary_by_recorded_tape_swapped(const edge_binary *f, double x, double y, double *d)
{
    return recorded(f, x, y, d, 1);
}

Test(edge_cases, binary_dual) { edge_check_binary("dual", binary_by_dual); }
Test(edge_cases, binary_ddual) { edge_check_binary("ddual", binary_by_ddual); }
Test(edge_cases, binary_hyperdual) { edge_check_binary("hyperdual", binary_by_hyperdual); }
Test(edge_cases, binary_hyperdual3) { edge_check_binary("hyperdual3", binary_by_hyperdual3); }
Test(edge_cases, binary_dual4) { edge_check_binary("dual4", binary_by_dual4); }
Test(edge_cases, binary_taylor8) { edge_check_binary("taylor8", binary_by_taylor8); }
Test(edge_cases, binary_tape) { edge_check_binary("tape", binary_by_tape); }

Test(edge_cases, binary_recorded_tape)
{
    edge_check_binary("recorded", binary_by_recorded_tape);
    edge_check_binary("recorded yx", binary_by_recorded_tape_swapped);
}

/* A NaN argument makes everything NaN. */
Test(edge_cases, nan_argument)
{
    static const struct {
        const char *name;
        edge_unary_mode *compute;
        int order;
    } modes[] = {{"dual", by_dual, 1},           {"ddual", by_ddual, 2},
                 {"hyperdual", by_hyperdual, 2}, {"hyperdual3", by_hyperdual3, 3},
                 {"dual4", by_dual4, 1},         {"taylor8", by_taylor8, 3},
                 {"tape", by_tape, 1},           {"recorded", by_recorded_tape, 3}};
    for (size_t i = 0; i < EDGE_PUBLIC; i++) {
        for (size_t m = 0; m < EDGE_LEN(modes); m++) {
            double d[4];
            modes[m].compute(&edge_unaries[i], REF_NAN, d);
            for (int k = 0; k <= modes[m].order; k++) {
                cr_expect(isnan(d[k]), "%s %s order %d: %a", modes[m].name, edge_unaries[i].name, k,
                          d[k]);
            }
        }
    }
}

/* Where functions have infinite or undefined derivatives. */
static const double delicate[] = {0.0, -0.0, 1.0, -1.0, 2.0, -2.0, REF_INF, -REF_INF, REF_NAN};

/* A tangent that is exactly zero stays so, whatever the partial is. */
Test(edge_cases, zero_tangent_stays_zero)
{
    for (size_t i = 0; i < EDGE_PUBLIC; i++) {
        const edge_unary *f = &edge_unaries[i];
        for (size_t j = 0; j < EDGE_LEN(delicate); j++) {
            const double x = delicate[j];
            const flx_dual d = f->of_dual(flx_dual_constant(x));
            const flx_ddual dd = f->of_ddual(flx_ddual_constant(x));
            const flx_ddual inner =
                f->of_ddual(flx_ddual_make(flx_dual_variable(x), flx_dual_constant(0.0)));
            const flx_ddual outer =
                f->of_ddual(flx_ddual_make(flx_dual_constant(x), flx_dual_constant(1.0)));
            const flx_hyperdual h = f->of_hyperdual(flx_hyperdual_make(x, 1.0, 0.0, 0.0));
            const flx_hyperdual3 h3 = f->of_hyperdual3(flx_hyperdual3_seed(x, 1.0, 0.0, 1.0));
            const flx_taylor8 t = f->of_taylor8(flx_taylor8_constant(x));
            cr_expect(d.d == 0.0, "dual %s at %a: %a", f->name, x, d.d);
            cr_expect(dd.v.d == 0.0 && dd.d.v == 0.0 && dd.d.d == 0.0, "ddual %s at %a: %a %a %a",
                      f->name, x, dd.v.d, dd.d.v, dd.d.d);
            cr_expect(inner.d.v == 0.0 && inner.d.d == 0.0, "ddual %s at %a, inner: %a %a", f->name,
                      x, inner.d.v, inner.d.d);
            cr_expect(outer.v.d == 0.0 && outer.d.d == 0.0, "ddual %s at %a, outer: %a %a", f->name,
                      x, outer.v.d, outer.d.d);
            cr_expect(h.e2 == 0.0 && h.e12 == 0.0, "hyperdual %s at %a: %a %a", f->name, x, h.e2,
                      h.e12);
            cr_expect(h3.v.e2 == 0.0 && h3.v.e12 == 0.0 && h3.d.e2 == 0.0 && h3.d.e12 == 0.0,
                      "hyperdual3 %s at %a: %a %a %a %a", f->name, x, h3.v.e2, h3.v.e12, h3.d.e2,
                      h3.d.e12);
            for (int k = 1; k <= 8; k++) {
                cr_expect(t.c[k] == 0.0, "taylor8 %s at %a, coefficient %d: %a", f->name, x, k,
                          t.c[k]);
            }
        }
    }
}

/* An adjoint that is exactly zero stays so, in a plain and in a recorded sweep. */
Test(edge_cases, zero_adjoint_stays_zero)
{
    for (size_t i = 0; i < EDGE_PUBLIC; i++) {
        const edge_unary *f = &edge_unaries[i];
        for (size_t j = 0; j < EDGE_LEN(delicate); j++) {
            flx_tape *tape = new_tape();
            const flx_var x = flx_variable(tape, delicate[j]);
            const flx_var y = flx_var_mul_xc(f->of_var(x), 0.0);
            const flx_var z = f->of_var(x);
            const flx_var nothing = flx_constant(0.0);
            flx_var g, g1, g2;
            cr_assert_eq(flx_grad(y, 1, &x, &g, 0), FLX_OK);
            cr_expect(flx_peek(g) == 0.0, "tape %s at %a: %a", f->name, delicate[j], flx_peek(g));
            cr_assert_eq(flx_grad_seeded(1, &z, &nothing, 1, &x, &g, 0), FLX_OK);
            cr_expect(flx_peek(g) == 0.0, "seeded %s at %a: %a", f->name, delicate[j], flx_peek(g));
            cr_assert_eq(flx_grad(y, 1, &x, &g1, FLX_CREATE_GRAPH), FLX_OK);
            cr_expect(flx_peek(g1) == 0.0, "recorded %s at %a: %a", f->name, delicate[j],
                      flx_peek(g1));
            cr_assert_eq(flx_grad(g1, 1, &x, &g2, 0), FLX_OK);
            cr_expect(flx_peek(g2) == 0.0, "recorded twice %s at %a: %a", f->name, delicate[j],
                      flx_peek(g2));
            flx_tape_destroy(tape);
        }
    }
}

/* The library's own constant in a select's condition: the chosen branch stays active. */
Test(edge_cases, select_by_a_constant)
{
    flx_tape *tape = new_tape();
    const flx_var x = flx_variable(tape, 3.0);
    const flx_var chosen = flx_var_select(flx_constant(1.0), flx_var_square(x), flx_var_log(x));
    const flx_var other = flx_var_select(flx_constant(-1.0), flx_var_log(x), flx_var_square(x));
    flx_var g[2];
    cr_expect_eq(flx_grad(chosen, 1, &x, &g[0], 0), FLX_OK);
    cr_expect_eq(flx_grad(other, 1, &x, &g[1], 0), FLX_OK);
    cr_expect(flx_peek(g[0]) == 6.0 && flx_peek(g[1]) == 6.0, "%g %g", flx_peek(g[0]),
              flx_peek(g[1]));
    flx_tape_destroy(tape);
}
