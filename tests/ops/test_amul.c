/* The primitives that keep zero zero: amul, smul, adiv, where_defined, in double, dual and dual of
 * dual, component by component. */
#include <criterion/criterion.h>

#include <math.h>

#include <fluxion/dual.h>
#include <fluxion/hyperdual.h>

#include "reference.h"

static const double numbers[] = {0.0, -0.0, 1.0, -2.5, 1e-300, REF_INF, -REF_INF, REF_NAN};
#define NUMBERS (sizeof numbers / sizeof numbers[0])

/* What each primitive promises for doubles, written out once more. */
static double amul(double g, double p) { return g == 0.0 ? 0.0 : g * p; }
static double smul(double a, double b) { return a == 0.0 || b == 0.0 ? 0.0 : a * b; }

Test(amul, double_by_double)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        for (size_t j = 0; j < NUMBERS; j++) {
            const double g = numbers[i], p = numbers[j];
            const double product = flx_double_amul(g, p), both = flx_double_smul(g, p);
            if (g == 0.0) {
                cr_expect(product == 0.0 && both == 0.0, "%a %a: %a %a", g, p, product, both);
                cr_expect(flx_double_adiv(g, p, g / p) == 0.0, "adiv %a %a", g, p);
                continue;
            }
            cr_expect(ref_same(product, g * p), "%a %a: %a", g, p, product);
            cr_expect(p == 0.0 ? both == 0.0 : ref_same(both, g * p), "%a %a: %a", g, p, both);
            cr_expect(ref_same(flx_double_adiv(g, p, 1.0), g / p), "adiv %a %a", g, p);
            cr_expect(isnan(flx_double_adiv(g, p, REF_NAN)), "adiv %a %a, quotient NaN", g, p);
        }
    }
}

Test(amul, double_where_defined)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        const double p = numbers[i];
        cr_expect(isnan(flx_double_where_defined(p, REF_NAN)), "%a", p);
        cr_expect(ref_same(flx_double_where_defined(p, 1.0), p), "%a", p);
        cr_expect(ref_same(flx_double_where_defined(p, -REF_INF), p), "%a", p);
    }
}

/* (g.v + g.d e)(p.v + p.d e): the adjoint's zero annihilates anything; the partial's tangent is a
 * tangent, so its zero annihilates too. */
Test(amul, dual_by_dual)
{
    for (size_t i = 0; i < NUMBERS * NUMBERS; i++) {
        for (size_t j = 0; j < NUMBERS * NUMBERS; j++) {
            const flx_dual g = {numbers[i / NUMBERS], numbers[i % NUMBERS]};
            const flx_dual p = {numbers[j / NUMBERS], numbers[j % NUMBERS]};
            const flx_dual product = flx_dual_amul(g, p), both = flx_dual_smul(g, p);
            cr_expect(ref_same(product.v, amul(g.v, p.v))
                          && ref_same(product.d, amul(g.d, p.v) + smul(g.v, p.d)),
                      "amul (%a %a) (%a %a): %a %a", g.v, g.d, p.v, p.d, product.v, product.d);
            cr_expect(ref_same(both.v, smul(g.v, p.v))
                          && ref_same(both.d, smul(g.d, p.v) + smul(g.v, p.d)),
                      "smul (%a %a) (%a %a): %a %a", g.v, g.d, p.v, p.d, both.v, both.d);
            if (g.v == 0.0 && g.d == 0.0) {
                cr_expect(product.v == 0.0 && product.d == 0.0, "zero adjoint: %a %a", product.v,
                          product.d);
            }
        }
    }
}

Test(amul, dual_division)
{
    /* z = 1/0 with an adjoint that lives in one component only. */
    const flx_dual zero = {0.0, 1.0};
    const flx_dual z = flx_dual_div(flx_dual_constant(1.0), zero);
    const flx_dual none = flx_dual_adiv(flx_dual_constant(0.0), zero, z);
    const flx_dual value = flx_dual_adiv(flx_dual_constant(3.0), zero, z);
    const flx_dual tangent = flx_dual_adiv(flx_dual_make(0.0, 3.0), zero, z);
    /* An ordinary quotient: ((3 + 2e)/(4 + e)) = 3/4 + (2 - 3/4)/4 e. */
    const flx_dual plain =
        flx_dual_adiv(flx_dual_make(3.0, 2.0), flx_dual_make(4.0, 1.0), flx_dual_constant(1.0));
    const flx_dual undefined =
        flx_dual_adiv(flx_dual_make(3.0, 2.0), flx_dual_make(4.0, 1.0), flx_dual_constant(REF_NAN));
    cr_expect(z.v == REF_INF && z.d == -REF_INF, "1/(0 + e): %a %a", z.v, z.d);
    cr_expect(none.v == 0.0 && none.d == 0.0, "%a %a", none.v, none.d);
    cr_expect(value.v == REF_INF && value.d == -REF_INF, "%a %a", value.v, value.d);
    cr_expect(tangent.v == 0.0 && tangent.d == REF_INF, "%a %a", tangent.v, tangent.d);
    cr_expect(plain.v == 0.75 && plain.d == 0.3125, "%a %a", plain.v, plain.d);
    cr_expect(isnan(undefined.v) && isnan(undefined.d), "%a %a", undefined.v, undefined.d);
}

/* Of a function that is not defined each component is NaN along which its argument moves, and no other. */
Test(amul, hyperdual_where_defined)
{
    for (unsigned moves = 0; moves < 8; moves++) {
        const double e1 = moves & 1 ? 1.5 : 0.0, e2 = moves & 2 ? -2.0 : 0.0;
        const double e12 = moves & 4 ? 0.5 : 0.0;
        const flx_hyperdual p = flx_hyperdual_make(2.0, 3.0, 5.0, 7.0);
        const flx_hyperdual out =
            flx_hyperdual_where_defined(p, flx_hyperdual_make(REF_NAN, e1, e2, e12));
        const flx_hyperdual in =
            flx_hyperdual_where_defined(p, flx_hyperdual_make(1.0, e1, e2, e12));
        cr_expect(isnan(out.v), "%u", moves);
        cr_expect(ref_same(out.e1, moves & 1 ? REF_NAN : 3.0), "%u: %g", moves, out.e1);
        cr_expect(ref_same(out.e2, moves & 2 ? REF_NAN : 5.0), "%u: %g", moves, out.e2);
        cr_expect(ref_same(out.e12, moves & 4 ? REF_NAN : 7.0), "%u: %g", moves, out.e12);
        cr_expect(in.v == 2.0 && in.e1 == 3.0 && in.e2 == 5.0 && in.e12 == 7.0, "%u", moves);
    }
}

Test(amul, dual_where_defined)
{
    const flx_dual p = {2.0, 3.0};
    const flx_dual out = flx_dual_where_defined(p, flx_dual_make(REF_NAN, 1.0));
    /* Only the value decides: a NaN tangent of a defined function is not outside the domain. */
    const flx_dual in = flx_dual_where_defined(p, flx_dual_make(1.0, REF_NAN));
    cr_expect(isnan(out.v) && isnan(out.d));
    cr_expect(in.v == 2.0 && in.d == 3.0);
}

/* Four components against the same product of plain numbers where all are finite, and zeros of the
 * adjoint against infinite partials, component by component. */
Test(amul, ddual)
{
    const flx_ddual g = {{2.0, 3.0}, {5.0, 7.0}};
    const flx_ddual p = {{11.0, 13.0}, {17.0, 19.0}};
    const flx_ddual infinite = {{REF_INF, -REF_INF}, {REF_NAN, REF_INF}};
    const flx_ddual r = flx_ddual_amul(g, p), s = flx_ddual_smul(g, p);
    const flx_ddual none = flx_ddual_amul(flx_ddual_constant(0.0), infinite);
    const flx_ddual outer_only =
        flx_ddual_amul(flx_ddual_make(flx_dual_constant(0.0), flx_dual_constant(2.0)), infinite);
    const flx_ddual inner_only =
        flx_ddual_amul(flx_ddual_make(flx_dual_make(0.0, 2.0), flx_dual_constant(0.0)), infinite);
    const flx_ddual undefined = flx_ddual_where_defined(p, flx_ddual_variable(REF_NAN));
    const flx_ddual defined = flx_ddual_where_defined(p, g);
    const flx_ddual quotient = flx_ddual_adiv(r, p, r);
    cr_expect(r.v.v == 22.0 && r.v.d == 59.0 && r.d.v == 89.0 && r.d.d == 231.0, "%g %g %g %g",
              r.v.v, r.v.d, r.d.v, r.d.d);
    cr_expect(s.v.v == 22.0 && s.v.d == 59.0 && s.d.v == 89.0 && s.d.d == 231.0, "%g %g %g %g",
              s.v.v, s.v.d, s.d.v, s.d.d);
    cr_expect(quotient.v.v == 2.0 && quotient.v.d == 3.0 && quotient.d.v == 5.0
                  && quotient.d.d == 7.0,
              "%g %g %g %g", quotient.v.v, quotient.v.d, quotient.d.v, quotient.d.d);
    cr_expect(none.v.v == 0.0 && none.v.d == 0.0 && none.d.v == 0.0 && none.d.d == 0.0);
    cr_expect(outer_only.v.v == 0.0 && outer_only.v.d == 0.0 && outer_only.d.v == REF_INF
                  && outer_only.d.d == -REF_INF,
              "%g %g %g %g", outer_only.v.v, outer_only.v.d, outer_only.d.v, outer_only.d.d);
    cr_expect(inner_only.v.v == 0.0 && inner_only.v.d == REF_INF && inner_only.d.v == 0.0
                  && isnan(inner_only.d.d),
              "%g %g %g %g", inner_only.v.v, inner_only.v.d, inner_only.d.v, inner_only.d.d);
    cr_expect(isnan(undefined.v.v) && isnan(undefined.v.d) && isnan(undefined.d.v)
              && isnan(undefined.d.d));
    cr_expect(defined.v.v == 11.0 && defined.v.d == 13.0 && defined.d.v == 17.0
              && defined.d.d == 19.0);
}

static flx_ddual nested(flx_hyperdual x)
{
    return flx_ddual_make(flx_dual_make(x.v, x.e1), flx_dual_make(x.e2, x.e12));
}

/* Equal, either zero for 0, or both NaN. */
static int equal(double a, double b) { return a == b || (a != a && b != b); }

static void expect_nested(const char *what, flx_hyperdual x, flx_hyperdual y, flx_hyperdual got,
                          flx_ddual want)
{
    if (equal(got.v, want.v.v) && equal(got.e1, want.v.d) && equal(got.e2, want.d.v)
        && equal(got.e12, want.d.d))
        return;
    cr_expect(0, "%s of (%g %g %g %g), (%g %g %g %g) is (%g %g %g %g), not (%g %g %g %g)", what,
              x.v, x.e1, x.e2, x.e12, y.v, y.e1, y.e2, y.e12, got.v, got.e1, got.e2, got.e12,
              want.v.v, want.v.d, want.d.v, want.d.d);
}

/* Hyper-duals and duals of duals are one algebra written twice. Powers of two: nothing rounds, so
 * that only zeros and infinities can tell them apart. */
Test(amul, hyperduals_are_nested_duals)
{
    static const double part[] = {0.0, 2.0, -4.0, REF_INF, REF_NAN};
    enum { PARTS = sizeof part / sizeof part[0], POINTS = 5 * 5 * 5 * 5 };
    flx_hyperdual number[POINTS];
    for (size_t k = 0; k < POINTS; k++)
        number[k] =
            flx_hyperdual_make(part[k % PARTS], part[k / PARTS % PARTS],
                               part[k / PARTS / PARTS % PARTS], part[k / PARTS / PARTS / PARTS]);
    for (size_t i = 0; i < POINTS; i++) {
        const flx_hyperdual x = number[i];
        expect_nested("square", x, x, flx_hyperdual_square(x), flx_ddual_square(nested(x)));
        for (size_t k = 0; k < PARTS; k++) {
            const double c = part[k];
            expect_nested("x*c", x, flx_hyperdual_constant(c), flx_hyperdual_mul_xc(x, c),
                          flx_ddual_mul_xc(nested(x), c));
            expect_nested("c*x", x, flx_hyperdual_constant(c), flx_hyperdual_mul_cx(c, x),
                          flx_ddual_mul_cx(c, nested(x)));
            expect_nested("x/c", x, flx_hyperdual_constant(c), flx_hyperdual_div_xc(x, c),
                          flx_ddual_div_xc(nested(x), c));
            expect_nested("c/x", x, flx_hyperdual_constant(c), flx_hyperdual_div_cx(c, x),
                          flx_ddual_div_cx(c, nested(x)));
        }
        for (size_t j = 0; j < POINTS; j++) {
            const flx_hyperdual y = number[j];
            expect_nested("product", x, y, flx_hyperdual_mul(x, y),
                          flx_ddual_mul(nested(x), nested(y)));
            expect_nested("quotient", x, y, flx_hyperdual_div(x, y),
                          flx_ddual_div(nested(x), nested(y)));
        }
    }
}

/* A number without a derivative has none, whatever constant it is multiplied with or divided by;
 * and one at 0 keeps its own. */
Test(amul, infinite_constants)
{
    const flx_dual two = flx_dual_constant(2.0), zero = flx_dual_variable(0.0);
    cr_expect(flx_dual_mul_xc(two, REF_INF).d == 0.0 && flx_dual_mul_cx(REF_INF, two).d == 0.0);
    cr_expect(flx_dual_div_xc(two, 0.0).d == 0.0 && flx_dual_div_cx(REF_INF, two).d == 0.0);
    cr_expect(flx_dual_mul_xc(zero, REF_INF).d == REF_INF);
    cr_expect(flx_dual_mul_cx(REF_INF, zero).d == REF_INF);
    cr_expect(flx_dual_div_xc(flx_dual_variable(2.0), 0.0).d == REF_INF);
}
