/* A hyper-dual moving along one direction only, where a derivative is infinite: what does not move
 * stays exactly 0, and so does the mixed derivative. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/dual.h>
#include <fluxion/hyperdual.h>

#include "reference.h"

static const struct {
    const char *name;
    flx_hyperdual (*f)(flx_hyperdual x);
    double at;
} poles[] = {
    {"sqrt", flx_hyperdual_sqrt, 0.0},    {"rsqrt", flx_hyperdual_rsqrt, 0.0},
    {"cbrt", flx_hyperdual_cbrt, 0.0},    {"log", flx_hyperdual_log, 0.0},
    {"log1p", flx_hyperdual_log1p, -1.0}, {"asin", flx_hyperdual_asin, 1.0},
    {"acos", flx_hyperdual_acos, -1.0},
};

Test(hyperdual_poles, one_direction_at_a_pole)
{
    for (size_t k = 0; k < sizeof poles / sizeof poles[0]; k++) {
        const double at = poles[k].at;
        const flx_hyperdual a = poles[k].f(flx_hyperdual_make(at, 1.0, 0.0, 0.0));
        const flx_hyperdual b = poles[k].f(flx_hyperdual_make(at, 0.0, 1.0, 0.0));
        const flx_hyperdual c = poles[k].f(flx_hyperdual_make(at, 0.0, 0.0, 1.0));
        cr_expect(isinf(a.e1) && a.e2 == 0.0 && a.e12 == 0.0, "%s: %g %g %g", poles[k].name, a.e1,
                  a.e2, a.e12);
        cr_expect(isinf(b.e2) && b.e1 == 0.0 && b.e12 == 0.0, "%s: %g %g %g", poles[k].name, b.e1,
                  b.e2, b.e12);
        cr_expect(isinf(c.e12) && c.e1 == 0.0 && c.e2 == 0.0, "%s: %g %g %g", poles[k].name, c.e1,
                  c.e2, c.e12);
    }
}

/* x^y at x = 0 < y < 1: infinite along x, nothing along y. */
Test(hyperdual_poles, one_direction_of_a_power_at_zero)
{
    const flx_hyperdual zero = flx_hyperdual_constant(0.0), half = flx_hyperdual_constant(0.5);
    const flx_hyperdual unit[3] = {
        {0.0, 1.0, 0.0, 0.0}, {0.0, 0.0, 1.0, 0.0}, {0.0, 0.0, 0.0, 1.0}};
    for (int k = 0; k < 3; k++) {
        const flx_hyperdual x = flx_hyperdual_pow(flx_hyperdual_add(zero, unit[k]), half);
        const flx_hyperdual y = flx_hyperdual_pow(zero, flx_hyperdual_add(half, unit[k]));
        const double inf = (double)INFINITY;
        cr_expect(x.v == 0.0 && x.e1 == (k == 0 ? inf : 0.0) && x.e2 == (k == 1 ? inf : 0.0)
                      && x.e12 == (k == 2 ? inf : 0.0),
                  "along x, %d: %g %g %g", k, x.e1, x.e2, x.e12);
        cr_expect(y.v == 0.0 && y.e1 == 0.0 && y.e2 == 0.0 && y.e12 == 0.0, "along y, %d: %g %g %g",
                  k, y.e1, y.e2, y.e12);
    }
}

/* What does not move stays exactly 0 below an infinite constant factor too. */
Test(hyperdual_poles, infinite_constant_factors)
{
    const flx_dual x = flx_dual_constant(2.0);
    const flx_hyperdual h = flx_hyperdual_constant(2.0);
    cr_expect(flx_dual_mul_xc(x, REF_INF).d == 0.0 && flx_dual_mul_cx(REF_INF, x).d == 0.0);
    cr_expect(flx_hyperdual_mul_xc(h, REF_INF).e1 == 0.0
              && flx_hyperdual_mul_xc(h, REF_INF).e12 == 0.0
              && flx_hyperdual_mul_cx(REF_INF, h).e2 == 0.0);
}
