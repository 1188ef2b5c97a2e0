/* Every function of two arguments against Arb, by flx_taylor8: coefficients 1 and 2 along the first
 * argument, along the second and along both. References come from tools/reference. */
#include <criterion/criterion.h>

#include <fluxion/taylor.h>

#include "reference.h"

#define ROW(name)                                                                                  \
    {                                                                                              \
#name, flx_double_##name, flx_taylor8_##name, flx_taylor8_##name##_xc,                     \
            flx_taylor8_##name##_cx                                                                \
    }
static const struct row {
    const char *name;
    double (*of_double)(double x, double y);
    flx_taylor8 (*of_series)(flx_taylor8 x, flx_taylor8 y);
    flx_taylor8 (*of_series_xc)(flx_taylor8 x, double y);
    flx_taylor8 (*of_series_cx)(double x, flx_taylor8 y);
} rows[] = {ROW(mul),  ROW(div),       ROW(hypot),    ROW(atan2), ROW(pow),
            ROW(fmod), ROW(remainder), ROW(copysign), ROW(xlogy), ROW(logsumexp)};

enum { ALONG_X, ALONG_Y, ALONG_BOTH, X_CONSTANT, CONSTANT_X, WAYS };
static const char *const modes[WAYS] = {"taylor8_x", "taylor8_y", "taylor8_b", "taylor8_xc",
                                        "taylor8_cx"};

/* Coefficients 1 and 2 of f(x + a*t, y + b*t), with the sums of the permitted errors. */
static void measure(ref_worst *worst, const ref_point *p, flx_taylor8 got, int a, int b)
{
    long double first = 0.0L, second = 0.0L, first_allowed = 0.0L, second_allowed = 0.0L;
    if (a) {
        first += p->c[REF_FX];
        first_allowed += 8.0L * ref_ulp(p->c[REF_FX]);
        second += 0.5L * p->c[REF_FXX];
        second_allowed += 0.5L * ref_allowed_second(p, REF_FXX);
    }
    if (b) {
        first += p->c[REF_FY];
        first_allowed += 8.0L * ref_ulp(p->c[REF_FY]);
        second += 0.5L * p->c[REF_FYY];
        second_allowed += 0.5L * ref_allowed_second(p, REF_FYY);
    }
    if (a && b) {
        second += p->c[REF_FXY];
        second_allowed += ref_allowed_second(p, REF_FXY);
    }
    ref_measure(&worst[0], p->x[0], p->x[1], got.c[1], first, first_allowed, 8.0);
    ref_measure(&worst[1], p->x[0], p->x[1], got.c[2], second, second_allowed, 12.0);
}

Test(binary_taylor, first_two_coefficients)
{
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        ref_table table = ref_load(rows[r].name, 2, REF_NUMBERS);
        ref_worst worst[WAYS][2] = {{{0}}};
        cr_assert(table.count > 20, "reference file of %s", rows[r].name);
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            const double at_x = p->x[0], at_y = p->x[1], value = rows[r].of_double(at_x, at_y);
            const flx_taylor8 x = flx_taylor8_variable(at_x), y = flx_taylor8_variable(at_y);
            const flx_taylor8 cx = flx_taylor8_constant(at_x), cy = flx_taylor8_constant(at_y);
            const flx_taylor8 got[WAYS] = {rows[r].of_series(x, cy), rows[r].of_series(cx, y),
                                           rows[r].of_series(x, y), rows[r].of_series_xc(x, at_y),
                                           rows[r].of_series_cx(at_x, y)};
            for (int way = 0; way < WAYS; way++) {
                cr_expect(ref_same(got[way].c[0], value), "%s %s value x=%a y=%a", modes[way],
                          rows[r].name, at_x, at_y);
                measure(worst[way], p, got[way], way != ALONG_Y && way != CONSTANT_X,
                        way != ALONG_X && way != X_CONSTANT);
            }
        }
        for (int way = 0; way < WAYS; way++) {
            REF_EXPECT(&worst[way][0], modes[way], rows[r].name, "c1");
            REF_EXPECT(&worst[way][1], modes[way], rows[r].name, "c2");
        }
        ref_free(&table);
    }
}
