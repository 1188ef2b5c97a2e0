/* Every function of one and of two arguments against Arb, by hyper-hyper-duals: all derivatives to
 * the third. References come from tools/reference, never from this library. */
#include <criterion/criterion.h>
#include <float.h>

#include <fluxion/hyperdual.h>

#include "reference.h"

typedef struct unary {
    const char *name; /* of the function and of its reference file */
    double (*of_double)(double x);
    flx_hyperdual3 (*of_hyperdual3)(flx_hyperdual3 x);
} unary;

#define FLX_UNARY(name, meaning) {#name, flx_double_##name, flx_hyperdual3_##name},
static const unary unaries[] = {FLX_UNARY(neg, "") FLX_UNARY(square, "")
#include <fluxion/functions.def>
};

/* tanh's third derivative is a difference of terms that are equal at its root, at 0.66; near it that is
 * a known exception (docs/numerics.md). */
static long double known(const unary *f, double x)
{
    return f->of_double == flx_double_tanh && fabs(fabs(x) - 0.66) < 0.04 ? 2.1L : 1.0L;
}

Test(third_forward, one_argument)
{
    for (size_t r = 0; r < sizeof unaries / sizeof unaries[0]; r++) {
        const unary *f = &unaries[r];
        ref_table table = ref_load(f->name, 1, REF_NUMBERS);
        ref_worst first = {0}, second = {0}, third = {0};
        cr_assert(table.count > 20, "reference file of %s", f->name);
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            const double x = p->x[0];
            const flx_hyperdual3 y = f->of_hyperdual3(flx_hyperdual3_variable(x));
            const double firsts[3] = {y.v.e1, y.v.e2, y.d.v};
            const double seconds[3] = {y.v.e12, y.d.e1, y.d.e2};
            cr_expect(ref_same(y.v.v, f->of_double(x)), "%s value x=%a", f->name, x);
            for (int k = 0; k < 3; k++) {
                ref_measure(&first, x, 0.0, firsts[k], p->c[1],
                            ref_allowed_low(f->name, 1, x, p->c), 4.0);
                ref_measure(&second, x, 0.0, seconds[k], 2.0L * p->c[2],
                            ref_allowed(2, x, p->c, 2.0L), 12.0);
            }
            ref_measure(&third, x, 0.0, y.d.e12, 6.0L * p->c[3],
                        known(f, x) * ref_allowed(3, x, p->c, 6.0L), 16.0);
        }
        REF_EXPECT(&first, "hyperdual3", f->name, "d1");
        REF_EXPECT(&second, "hyperdual3", f->name, "d2");
        REF_EXPECT(&third, "hyperdual3", f->name, "d3");
        ref_free(&table);
    }
}

typedef struct binary {
    const char *name;
    double (*of_double)(double x, double y);
    flx_hyperdual3 (*of_hyperdual3)(flx_hyperdual3 x, flx_hyperdual3 y);
} binary;

#define ROW(name)                                                                                  \
    {                                                                                              \
#name, flx_double_##name, flx_hyperdual3_##name                                            \
    }
static const binary binaries[] = {ROW(mul),   ROW(div),      ROW(hypot),     ROW(atan2),
                                  ROW(pow),   ROW(fmod),     ROW(remainder), ROW(copysign),
                                  ROW(xlogy), ROW(logsumexp)};

/* All derivatives at (x, y), the first `along_x` of the three directions along x: with 2, the third
 * derivative is fxxy. */
static flx_hyperdual3 derivatives(const binary *f, double x, double y, int along_x)
{
    return f->of_hyperdual3(flx_hyperdual3_seed(x, along_x > 0, along_x > 1, along_x > 2),
                            flx_hyperdual3_seed(y, along_x < 1, along_x < 2, along_x < 3));
}

static long double largest_third(const ref_point *p)
{
    long double largest = 0.0L;
    for (int place = REF_FXXX; place <= REF_FYYY; place++)
        largest = fmaxl(largest, fabsl(p->c[place]));
    return largest;
}

/* hypot and atan2, whose third derivatives are sums of products: where the largest overflows, infinities
 * of both signs may meet on the way to all. */
static int along_radius(const binary *f)
{
    return f->of_double == flx_double_hypot || f->of_double == flx_double_atan2;
}

/* What a relative change of x or of y by 2^-53 moves a third derivative by, taken twice, no less than 16 ulps:
 * the references end at the third derivatives, so by the change that 2^-20 makes. */
static long double allowed_third(const binary *f, const ref_point *p, int along_x, double third)
{
    const double x = p->x[0], y = p->x[1];
    const double moved = fabs(derivatives(f, x * (1.0 + 0x1p-20), y, along_x).d.e12 - third)
                         + fabs(derivatives(f, x, y * (1.0 + 0x1p-20), along_x).d.e12 - third);
    const long double ulp = ref_ulp(p->c[REF_FXXX + 3 - along_x]);
    return fmaxl(16.0L * ulp, 2.0L * 0x1p-33L * (long double)moved);
}

Test(third_forward, two_arguments)
{
    static const enum ref_place second[4] = {REF_FYY, REF_FXY, REF_FXX, REF_FXX};
    for (size_t r = 0; r < sizeof binaries / sizeof binaries[0]; r++) {
        const binary *f = &binaries[r];
        ref_table table = ref_load(f->name, 2, REF_NUMBERS);
        ref_worst seconds = {0}, third = {0};
        cr_assert(table.count > 20, "reference file of %s", f->name);
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            for (int along_x = 0; along_x <= 3; along_x++) {
                const flx_hyperdual3 z = derivatives(f, p->x[0], p->x[1], along_x);
                cr_expect(ref_same(z.v.v, f->of_double(p->x[0], p->x[1])), "%s value", f->name);
                ref_measure(&seconds, p->x[0], p->x[1], z.v.e12, p->c[second[along_x]],
                            ref_allowed_second(p, second[along_x]), 12.0);
                if (along_radius(f) && largest_third(p) > (long double)DBL_MAX) continue;
                ref_measure(&third, p->x[0], p->x[1], z.d.e12, p->c[REF_FXXX + 3 - along_x],
                            allowed_third(f, p, along_x, z.d.e12), 16.0);
            }
        }
        REF_EXPECT(&seconds, "hyperdual3", f->name, "f2");
        REF_EXPECT(&third, "hyperdual3", f->name, "f3");
        ref_free(&table);
    }
}
