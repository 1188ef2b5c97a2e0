/* Powers with a constant exponent against Arb, in every mode: derivatives and Taylor coefficients
 * to order 8. References come from tools/reference, never from this library. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#include <fluxion/dual.h>
#include <fluxion/grad.h>
#include <fluxion/hyperdual.h>
#include <fluxion/taylor.h>
#include <fluxion/var.h>

#include "ops/exponent.h"
#include "ops/support.h"
#include "reference.h"

static ref_table load(void)
{
    const ref_table table = ref_load("pow_xc", 2, REF_NUMBERS);
    cr_assert(table.count > 100, "reference file of pow_xc");
    return table;
}

/* y is the exponent in reports. */
static void measure_first(ref_worst *worst, const ref_point *p, double got)
{
    ref_measure(worst, p->x[0], p->x[1], got, p->c[1], 4.0L * ref_ulp(p->c[1]), 4.0);
}

static void measure_second(ref_worst *worst, const ref_point *p, double got)
{
    ref_measure(worst, p->x[0], p->x[1], got, 2.0L * p->c[2], ref_allowed(2, p->x[0], p->c, 2.0L),
                12.0);
}

Test(power, constant_exponent_forward)
{
    ref_table table = load();
    ref_worst dual = {0}, ddual = {0}, hyperdual = {0};
    for (size_t i = 0; i < table.count; i++) {
        const ref_point *p = &table.point[i];
        const double x = p->x[0], exponent = p->x[1], value = flx_double_pow(x, exponent);
        const flx_dual d = flx_dual_pow_xc(flx_dual_variable(x), exponent);
        const flx_ddual dd = flx_ddual_pow_xc(flx_ddual_variable(x), exponent);
        const flx_hyperdual h = flx_hyperdual_pow_xc(flx_hyperdual_variable(x), exponent);
        cr_expect(ref_same(d.v, value) && ref_same(dd.v.v, value) && ref_same(h.v, value),
                  "value x=%a p=%g", x, exponent);
        cr_expect(ref_same(d.d, dd.v.d) && ref_same(d.d, h.e1), "first derivative x=%a p=%g", x,
                  exponent);
        measure_first(&dual, p, d.d);
        measure_second(&ddual, p, dd.d.d);
        measure_second(&hyperdual, p, h.e12);
    }
    REF_EXPECT(&dual, "dual", "pow_xc", "d1");
    REF_EXPECT(&ddual, "ddual", "pow_xc", "d2");
    REF_EXPECT(&hyperdual, "hyperdual", "pow_xc", "d2");
    ref_free(&table);
}

Test(power, constant_exponent_taylor)
{
    ref_table table = load();
    ref_worst worst[9] = {{0}};
    for (size_t i = 0; i < table.count; i++) {
        const ref_point *p = &table.point[i];
        const flx_taylor8 y = flx_taylor8_pow_xc(flx_taylor8_variable(p->x[0]), p->x[1]);
        cr_expect(ref_same(y.c[0], flx_double_pow(p->x[0], p->x[1])), "value x=%a p=%g", p->x[0],
                  p->x[1]);
        for (size_t k = 1; k <= 8; k++) {
            ref_measure(&worst[k], p->x[0], p->x[1], y.c[k], p->c[k],
                        ref_allowed(k, p->x[0], p->c, 1.0L), 4.0 * (double)(k + 1));
        }
    }
    for (size_t k = 1; k <= 8; k++) {
        char what[8];
        snprintf(what, sizeof what, "c%zu", k);
        REF_EXPECT(&worst[k], "taylor8", "pow_xc", what);
    }
    ref_free(&table);
}

Test(power, constant_exponent_tape)
{
    ref_table table = load();
    ref_worst plain = {0}, recorded = {0}, second = {0};
    flx_tape *tape;
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    for (size_t i = 0; i < table.count; i++) {
        const ref_point *p = &table.point[i];
        flx_var x, y, d, d1, d2;
        flx_tape_reset(tape);
        x = flx_variable(tape, p->x[0]);
        y = flx_var_pow_xc(x, p->x[1]);
        cr_expect(ref_same(flx_peek(y), flx_double_pow(p->x[0], p->x[1])), "value x=%a p=%g",
                  p->x[0], p->x[1]);
        cr_assert_eq(flx_grad(y, 1, &x, &d, 0), FLX_OK);
        cr_assert_eq(flx_grad(y, 1, &x, &d1, FLX_CREATE_GRAPH), FLX_OK);
        cr_assert_eq(flx_grad(d1, 1, &x, &d2, 0), FLX_OK);
        measure_first(&plain, p, flx_peek(d));
        measure_first(&recorded, p, flx_peek(d1));
        measure_second(&second, p, flx_peek(d2));
    }
    REF_EXPECT(&plain, "tape", "pow_xc", "d1");
    REF_EXPECT(&recorded, "recorded", "pow_xc", "d1");
    REF_EXPECT(&second, "recorded", "pow_xc", "d2");
    flx_tape_destroy(tape);
    ref_free(&table);
}

/* Outside the domain nothing has a derivative, even where y-1 or y-2 rounds to an integer. */
Test(power, negative_base_and_almost_integer_exponent)
{
    const double x = -0.09375,
                 exponents[] = {-0.99999999999999989, 0.99999999999999989, 1e-17, -1e-300};
    for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++) {
        const double p = exponents[i];
        const flx_hyperdual h = flx_hyperdual_pow_xc(flx_hyperdual_variable(x), p);
        const flx_ddual d = flx_ddual_pow_xc(flx_ddual_variable(x), p);
        const flx_taylor4 t = flx_taylor4_pow_xc(flx_taylor4_variable(x), p);
        const flx_hyperdual hv =
            flx_hyperdual_pow(flx_hyperdual_variable(x), flx_hyperdual_constant(p));
        cr_expect(isnan(h.v) && isnan(h.e1) && isnan(h.e12), "p = %a", p);
        cr_expect(isnan(hv.v) && isnan(hv.e1) && isnan(hv.e12), "p = %a", p);
        cr_expect(isnan(d.v.d) && isnan(d.d.d), "p = %a", p);
        cr_expect(isnan(t.c[1]) && isnan(t.c[2]), "p = %a", p);
    }
}

/* x^(y-k)*log(x)^m, by mpmath: y-k is not rounded. */
Test(power, powers_times_powers_of_the_logarithm)
{
    static const struct {
        double x, y;
        unsigned k, m;
        double want;
    } at[] = {
        {1e-200, 0.3, 1, 0, 1.0000000000000051e+140}, {1e-200, 0.3, 1, 1, -4.605170185988115e+142},
        {1e-150, 0.1, 2, 2, 1.1929270748576373e+290}, {1e+200, 0.7, 1, 3, 9.7664572430084861e-53},
        {3.5, -0.3, 2, 2, 0.087979464130772781},      {1e-100, 0.1, 3, 1, -2.3025850929940426e+292},
    };
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        const double got = flx_double_powk(at[i].x, at[i].y, at[i].k, at[i].m);
        /* Two roundings of 1 ulp for the power, two for each logarithm; one of the wanted number. */
        cr_expect(fabs(got - at[i].want) <= (3.0 + 2.0 * at[i].m) * 0x1p-52 * fabs(at[i].want),
                  "%g^(%g - %u)*log^%u: %.17g", at[i].x, at[i].y, at[i].k, at[i].m, got);
    }
    /* No logarithm of a negative number, though the power vanishes. */
    cr_expect(isnan(flx_double_powk(-1e-200, 3.0, 0, 1)));
    cr_expect(flx_double_powk(0.0, 3.0, 0, 1) == 0.0);
    /* More derivatives by the exponent than a tape can name: none, rather than wrong ones. */
    cr_expect(flx_double_dpow(1.0, 3.0, 0, 255) == 0.0 && isnan(flx_double_dpow(1.0, 3.0, 0, 256)));
}

/* Beyond 2^53 every exponent is an even integer, and the exponents of the derivatives, which are not
 * doubles any more, are odd and even in turn. */
Test(power, integer_exponents_beyond_2_53)
{
    const double p = 0x1p60;
    const flx_dual first = flx_dual_pow_xc(flx_dual_variable(-1.0), p);
    cr_expect_eq(first.v, 1.0);
    cr_expect_eq(first.d, -p);
    cr_expect_eq(flx_dual_pow_xc(flx_dual_variable(1.0), p).d, p);
    cr_expect_eq(flx_taylor2_pow_xc(flx_taylor2_variable(-1.0), p).c[1], -p);
    cr_expect_eq(flx_hyperdual_pow_xc(flx_hyperdual_variable(-1.0), p).e1, -p);
    cr_expect_eq(flx_hyperdual_pow_xc(flx_hyperdual_variable(-1.0), p).e12, p * (p - 1.0));
    cr_expect_eq(flx_hyperdual_pow_xc(flx_hyperdual_variable(-1.0), -p).e1, p);
}

/* p = 2^53 + 2 is even, p-1 is odd and no double: p*x^(p-1) keeps its sign and its digits where the power
 * alone is below the normal numbers, by extended precision, and its sign where it overflows. */
Test(power, odd_exponents_beyond_2_53_at_the_ends_of_the_range)
{
    const double p = 0x1p53 + 2.0;
    const long double exponent = (long double)p - 1.0L;
    for (double d = 710.0; d < 775.0; d += 1.0) {
        const double x = d * 0x1p-53 - 1.0;
        const long double want = -(long double)p * expl(exponent * log1pl(-0x1p-53L * d));
        if (-want < 0x1p-1022L) continue;
        cr_expect(ref_error(flx_double_dpow(x, p, 1, 0), want) <= 4.0L * ref_ulp(want),
                  "x = %a: %.17g, not %.17Lg", x, flx_double_dpow(x, p, 1, 0), want);
    }
    cr_expect_eq(flx_double_dpow(-1.0 - 0x1.6p-44, p, 1, 0), -REF_INF);
    cr_expect_eq(flx_double_dpow(1.0 + 0x1.6p-44, p, 1, 0), REF_INF);
}

/* Where pow is 1 whatever one argument stands for it has no derivative, along both arguments either. */
Test(power, of_nan_along_both_arguments)
{
    const double at[2][2] = {{(double)NAN, 0.0}, {1.0, (double)NAN}};
    for (int k = 0; k < 2; k++) {
        flx_taylor2 x = flx_taylor2_variable(at[k][0]), y = flx_taylor2_variable(at[k][1]);
        const flx_taylor2 z = flx_taylor2_pow(x, y);
        cr_expect_eq(z.c[0], 1.0);
        cr_expect_eq(z.c[1], 0.0);
        cr_expect_eq(z.c[2], 0.0);
    }
}

/* hi + lo - k in two parts, of which the second is what rounding the first has left. */
Test(power, exponents_lose_nothing)
{
    static const struct {
        double hi, lo, k;
        double want_hi, want_lo;
    } at[] = {
        {2.5, 0.0, 1.0, 1.5, 0.0},
        {0x1p-60, 0.0, 1.0, -1.0, 0x1p-60},
        {0x1.8p-54, 0.0, 1.0, -1.0 + 0x1p-53, -0x1p-55},
        {1.0, 0x1p-60, 1.0, 0x1p-60, 0.0},
        {1.0, -0x1p-60, 2.0, -1.0, -0x1p-60},
        {1.6, 0x1p-53, 1.0, 1.6 - 1.0 + 0x1p-53, 0.0},
        {-1.0, 0x1.8p-54, 0.0, -1.0 + 0x1p-53, -0x1p-55},
        {REF_INF, 0.0, 3.0, REF_INF, 0.0},
    };
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        const flx_exponent e = flx_exponent_minus(at[i].hi, at[i].lo, at[i].k);
        cr_expect(e.hi == at[i].want_hi && e.lo == at[i].want_lo, "%a + %a - %g: %a + %a", at[i].hi,
                  at[i].lo, at[i].k, e.hi, e.lo);
    }
}

/* By mpmath: neither the square of 1/x nor 1/x is a double, the derivative is. */
Test(power, second_derivatives_at_subnormal_bases)
{
    static const struct {
        double x, p, want;
    } at[] = {{1.53892661142123e-310, -2.025088365774e-312, 8.550827777570017e+307},
              {9.63697417225596e-310, -3.118849301943e-311, 3.358249824465512e+307}};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        const flx_hyperdual x = flx_hyperdual_make(at[i].x, 1.0, 1.0, 0.0);
        const double got = flx_hyperdual_pow_xc(x, at[i].p).e12;
        const double both = flx_hyperdual_pow(x, flx_hyperdual_constant(at[i].p)).e12;
        cr_expect(fabs(got - at[i].want) <= 12.0 * 0x1p-52 * at[i].want, "%.17g, not %.17g", got,
                  at[i].want);
        cr_expect(fabs(both - at[i].want) <= 12.0 * 0x1p-52 * at[i].want, "%.17g, not %.17g", both,
                  at[i].want);
    }
}

/* By mpmath: powers that overflow or vanish, times what brings the product back into the range of doubles.
 * A power that vanishes however it is divided outweighs a factor that overflows. */
Test(power, derivatives_whose_power_alone_is_out_of_range)
{
    static const struct {
        double x, y;
        unsigned k;
        long double want;
    } at[] = {{1e-309, 1e-300, 1, 999999999.9999981394699L},
              {1e-200, 1e-305, 2, -1.000000000000000032082e+95L},
              {1e-310, 1e-320, 2, -9.999888671826891154799e+299L},
              {1.0 - 0x1p-53, 0x1.c2p+62, 16, 4.74550856043511285088e-89L},
              {0x1p-53 - 1.0, 0x1.c2p+62, 15, -5.853969852612047648997e-108L}};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        const double got = flx_double_dpow(at[i].x, at[i].y, at[i].k, 0);
        /* A rounding for each factor of y(y-1)..., and those of the two or four parts of the power. */
        cr_expect(ref_error(got, at[i].want) <= (8.0L + at[i].k) * ref_ulp(at[i].want),
                  "%zu: %.17g, not %.17Lg", i, got, at[i].want);
    }
    cr_expect_eq(flx_double_dpow(0.5, 0x1.c2p+62, 20, 0), 0.0);
}

/* The derivative of x^2 is 2x and of x^1 is 1, to the bit. */
Test(power, slopes_of_small_whole_powers_are_exact)
{
    for (double x = 0.1; x < 7.0; x += 0.1) {
        const flx_dual v = flx_dual_variable(x), two = flx_dual_make(2.0, 0.0);
        cr_expect_eq(flx_dual_pow_xc(v, 2.0).d, 2.0 * x);
        cr_expect_eq(flx_dual_pow(v, two).d, 2.0 * x);
        cr_expect_eq(flx_dual_pow_xc(v, 1.0).d, 1.0);
    }
}

/* A tangent that is zero, and moves, is no NaN at a pole: of dual numbers the first derivative is 0. */
Test(power, a_zero_tangent_that_moves_at_a_pole)
{
    const flx_ddual x = {{0.0, 0.0}, {0.0, 1.0}}, half = {{0.5, 0.0}, {0.0, 0.0}};
    const flx_ddual root = flx_ddual_pow(x, half);
    cr_expect(root.v.v == 0.0 && root.d.v == 0.0 && root.d.d == REF_INF, "%g, %g, %g", root.v.v,
              root.d.v, root.d.d);
}
