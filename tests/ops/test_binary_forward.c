/* Every function of two arguments against Arb, by the forward number types: first and second
 * partial derivatives, with both operands variable and with either one a constant.
 * References come from tools/reference, never from this library. */
#include <criterion/criterion.h>

#include <fluxion/dual.h>
#include <fluxion/hyperdual.h>

#include "reference.h"

typedef struct row {
    const char *name; /* of the function and of its reference file */
    double (*of_double)(double x, double y);
    flx_dual (*of_dual)(flx_dual x, flx_dual y);
    flx_dual (*of_dual_xc)(flx_dual x, double y);
    flx_dual (*of_dual_cx)(double x, flx_dual y);
    flx_ddual (*of_ddual)(flx_ddual x, flx_ddual y);
    flx_ddual (*of_ddual_xc)(flx_ddual x, double y);
    flx_ddual (*of_ddual_cx)(double x, flx_ddual y);
    flx_hyperdual (*of_hyperdual)(flx_hyperdual x, flx_hyperdual y);
    flx_hyperdual (*of_hyperdual_xc)(flx_hyperdual x, double y);
    flx_hyperdual (*of_hyperdual_cx)(double x, flx_hyperdual y);
} row;

#define ROW(name)                                                                                  \
    {                                                                                              \
#name, flx_double_##name, flx_dual_##name, flx_dual_##name##_xc, flx_dual_##name##_cx,     \
            flx_ddual_##name, flx_ddual_##name##_xc, flx_ddual_##name##_cx, flx_hyperdual_##name,  \
            flx_hyperdual_##name##_xc, flx_hyperdual_##name##_cx                                   \
    }
static const row rows[] = {ROW(mul),  ROW(div),       ROW(hypot),    ROW(atan2), ROW(pow),
                           ROW(fmod), ROW(remainder), ROW(copysign), ROW(xlogy), ROW(logsumexp)};

#define ROWS (sizeof rows / sizeof rows[0])

static ref_table load(const char *name)
{
    const ref_table table = ref_load(name, 2, REF_NUMBERS);
    cr_assert(table.count > 20, "reference file of %s", name);
    return table;
}

/* A first derivative has 4 ulps, whatever its condition. */
static void measure_first(ref_worst *worst, const ref_point *p, double got, enum ref_place place)
{
    ref_measure(worst, p->x[0], p->x[1], got, p->c[place], 4.0L * ref_ulp(p->c[place]), 4.0);
}

static void measure_second(ref_worst *worst, const ref_point *p, double got, enum ref_place place)
{
    ref_measure(worst, p->x[0], p->x[1], got, p->c[place], ref_allowed_second(p, place), 12.0);
}

static void expect_value(const row *r, const ref_point *p, double got)
{
    cr_expect(ref_same(got, r->of_double(p->x[0], p->x[1])), "%s value x=%a y=%a: %a", r->name,
              p->x[0], p->x[1], got);
}

Test(binary_forward, double_values)
{
    for (size_t r = 0; r < ROWS; r++) {
        ref_table table = load(rows[r].name);
        ref_worst value = {0};
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            ref_measure(&value, p->x[0], p->x[1], rows[r].of_double(p->x[0], p->x[1]), p->c[REF_F],
                        ref_allowed_value(rows[r].name, p), 4.0);
        }
        REF_EXPECT(&value, "double", rows[r].name, "f");
        ref_free(&table);
    }
}

Test(binary_forward, dual)
{
    for (size_t r = 0; r < ROWS; r++) {
        ref_table table = load(rows[r].name);
        ref_worst fx = {0}, fy = {0}, fx_xc = {0}, fy_cx = {0};
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            const flx_dual x = flx_dual_variable(p->x[0]), y = flx_dual_variable(p->x[1]);
            const flx_dual cx = flx_dual_constant(p->x[0]), cy = flx_dual_constant(p->x[1]);
            const flx_dual along_x = rows[r].of_dual(x, cy), along_y = rows[r].of_dual(cx, y);
            const flx_dual xc = rows[r].of_dual_xc(x, p->x[1]);
            const flx_dual yc = rows[r].of_dual_cx(p->x[0], y);
            expect_value(&rows[r], p, along_x.v);
            expect_value(&rows[r], p, along_y.v);
            expect_value(&rows[r], p, xc.v);
            expect_value(&rows[r], p, yc.v);
            measure_first(&fx, p, along_x.d, REF_FX);
            measure_first(&fy, p, along_y.d, REF_FY);
            measure_first(&fx_xc, p, xc.d, REF_FX);
            measure_first(&fy_cx, p, yc.d, REF_FY);
        }
        REF_EXPECT(&fx, "dual", rows[r].name, "fx");
        REF_EXPECT(&fy, "dual", rows[r].name, "fy");
        REF_EXPECT(&fx_xc, "dual_xc", rows[r].name, "fx");
        REF_EXPECT(&fy_cx, "dual_cx", rows[r].name, "fy");
        ref_free(&table);
    }
}

static flx_ddual outer_variable(double x)
{
    return flx_ddual_make(flx_dual_constant(x), flx_dual_constant(1.0));
}

static flx_ddual inner_variable(double x)
{
    return flx_ddual_make(flx_dual_variable(x), flx_dual_constant(0.0));
}

Test(binary_forward, ddual)
{
    for (size_t r = 0; r < ROWS; r++) {
        ref_table table = load(rows[r].name);
        ref_worst fxx = {0}, fxy = {0}, fyx = {0}, fyy = {0}, fxx_xc = {0}, fyy_cx = {0};
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            const double at_x = p->x[0], at_y = p->x[1];
            const flx_ddual x = flx_ddual_variable(at_x), y = flx_ddual_variable(at_y);
            const flx_ddual along_x = rows[r].of_ddual(x, flx_ddual_constant(at_y));
            const flx_ddual along_y = rows[r].of_ddual(flx_ddual_constant(at_x), y);
            expect_value(&rows[r], p, along_x.v.v);
            expect_value(&rows[r], p, along_y.v.v);
            measure_second(&fxx, p, along_x.d.d, REF_FXX);
            measure_second(&fyy, p, along_y.d.d, REF_FYY);
            measure_second(
                &fxy, p, rows[r].of_ddual(outer_variable(at_x), inner_variable(at_y)).d.d, REF_FXY);
            measure_second(
                &fyx, p, rows[r].of_ddual(inner_variable(at_x), outer_variable(at_y)).d.d, REF_FXY);
            measure_second(&fxx_xc, p, rows[r].of_ddual_xc(x, at_y).d.d, REF_FXX);
            measure_second(&fyy_cx, p, rows[r].of_ddual_cx(at_x, y).d.d, REF_FYY);
        }
        REF_EXPECT(&fxx, "ddual", rows[r].name, "fxx");
        REF_EXPECT(&fxy, "ddual", rows[r].name, "fxy");
        REF_EXPECT(&fyx, "ddual", rows[r].name, "fyx");
        REF_EXPECT(&fyy, "ddual", rows[r].name, "fyy");
        REF_EXPECT(&fxx_xc, "ddual_xc", rows[r].name, "fxx");
        REF_EXPECT(&fyy_cx, "ddual_cx", rows[r].name, "fyy");
        ref_free(&table);
    }
}

Test(binary_forward, hyperdual)
{
    for (size_t r = 0; r < ROWS; r++) {
        ref_table table = load(rows[r].name);
        ref_worst fx = {0}, fy = {0};
        ref_worst fxx = {0}, fxy = {0}, fyx = {0}, fyy = {0}, fxx_xc = {0}, fyy_cx = {0};
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            const double at_x = p->x[0], at_y = p->x[1];
            const flx_hyperdual x = flx_hyperdual_variable(at_x), y = flx_hyperdual_variable(at_y);
            const flx_hyperdual along_x = rows[r].of_hyperdual(x, flx_hyperdual_constant(at_y));
            const flx_hyperdual along_y = rows[r].of_hyperdual(flx_hyperdual_constant(at_x), y);
            const flx_hyperdual mixed = rows[r].of_hyperdual(
                flx_hyperdual_make(at_x, 1.0, 0.0, 0.0), flx_hyperdual_make(at_y, 0.0, 1.0, 0.0));
            const flx_hyperdual swapped = rows[r].of_hyperdual(
                flx_hyperdual_make(at_x, 0.0, 1.0, 0.0), flx_hyperdual_make(at_y, 1.0, 0.0, 0.0));
            expect_value(&rows[r], p, mixed.v);
            measure_first(&fx, p, mixed.e1, REF_FX);
            measure_first(&fy, p, mixed.e2, REF_FY);
            measure_second(&fxx, p, along_x.e12, REF_FXX);
            measure_second(&fyy, p, along_y.e12, REF_FYY);
            measure_second(&fxy, p, mixed.e12, REF_FXY);
            measure_second(&fyx, p, swapped.e12, REF_FXY);
            measure_second(&fxx_xc, p, rows[r].of_hyperdual_xc(x, at_y).e12, REF_FXX);
            measure_second(&fyy_cx, p, rows[r].of_hyperdual_cx(at_x, y).e12, REF_FYY);
        }
        REF_EXPECT(&fx, "hyperdual", rows[r].name, "fx");
        REF_EXPECT(&fy, "hyperdual", rows[r].name, "fy");
        REF_EXPECT(&fxx, "hyperdual", rows[r].name, "fxx");
        REF_EXPECT(&fxy, "hyperdual", rows[r].name, "fxy");
        REF_EXPECT(&fyx, "hyperdual", rows[r].name, "fyx");
        REF_EXPECT(&fyy, "hyperdual", rows[r].name, "fyy");
        REF_EXPECT(&fxx_xc, "hyperd_xc", rows[r].name, "fxx");
        REF_EXPECT(&fyy_cx, "hyperd_cx", rows[r].name, "fyy");
        ref_free(&table);
    }
}

/* Sums need no reference: one rounding of the value, derivatives exact. */
Test(binary_forward, sums_and_differences)
{
    ref_table table = load("hypot");
    for (size_t i = 0; i < table.count; i++) {
        const double a = table.point[i].x[0], b = table.point[i].x[1];
        const flx_hyperdual x = flx_hyperdual_make(a, 1.5, -2.0, 0.25);
        const flx_hyperdual y = flx_hyperdual_make(b, 0.5, 4.0, 1.0);
        const flx_hyperdual sum = flx_hyperdual_add(x, y), difference = flx_hyperdual_sub(x, y);
        const flx_hyperdual minus = flx_hyperdual_sub_cx(a, y);
        const flx_ddual u = flx_ddual_make(flx_dual_make(a, 1.5), flx_dual_make(-2.0, 0.25));
        const flx_ddual v = flx_ddual_make(flx_dual_make(b, 0.5), flx_dual_make(4.0, 1.0));
        const flx_ddual added = flx_ddual_add(u, v), subtracted = flx_ddual_sub(u, v);
        cr_expect(ref_same(sum.v, a + b) && sum.e1 == 2.0 && sum.e2 == 2.0 && sum.e12 == 1.25);
        cr_expect(ref_same(difference.v, a - b) && difference.e1 == 1.0 && difference.e2 == -6.0
                  && difference.e12 == -0.75);
        cr_expect(ref_same(minus.v, a - b) && minus.e1 == -0.5 && minus.e2 == -4.0
                  && minus.e12 == -1.0);
        cr_expect(ref_same(added.v.v, a + b) && added.v.d == 2.0 && added.d.v == 2.0
                  && added.d.d == 1.25);
        cr_expect(ref_same(subtracted.v.v, a - b) && subtracted.v.d == 1.0 && subtracted.d.v == -6.0
                  && subtracted.d.d == -0.75);
        const flx_ddual add_xc = flx_ddual_add_xc(u, b), add_cx = flx_ddual_add_cx(a, v);
        const flx_ddual sub_xc = flx_ddual_sub_xc(u, b), sub_cx = flx_ddual_sub_cx(a, v);
        cr_expect(ref_same(add_xc.v.v, a + b) && add_xc.d.v == -2.0 && add_xc.d.d == 0.25);
        cr_expect(ref_same(add_cx.v.v, a + b) && add_cx.d.v == 4.0 && add_cx.d.d == 1.0);
        cr_expect(ref_same(sub_xc.v.v, a - b) && sub_xc.d.v == -2.0 && sub_xc.d.d == 0.25);
        cr_expect(ref_same(sub_cx.v.v, a - b) && sub_cx.d.v == -4.0 && sub_cx.d.d == -1.0);
    }
    ref_free(&table);
}

/* hypot's second derivatives are homogeneous of degree -1, atan2's of degree -2: scaled by a power
 * of two, arguments give scaled derivatives, zeros among them, until those overflow. */
Test(binary_forward, second_derivatives_at_tiny_arguments)
{
    static const double points[][2] = {{1.0, 0.0}, {0.0, 1.0},  {1.0, 1.0}, {-1.0, 1.0},
                                       {3.0, 4.0}, {1.0, -0.0}, {0.0, -2.5}};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        for (int e = -1020; e < -300; e += 7) {
            for (int direction = 0; direction < 3; direction++) {
                const double x = points[i][0], y = points[i][1];
                const double sx = ldexp(x, e), sy = ldexp(y, e);
                const double i_x = direction < 2, j_x = direction < 1; /* xx, xy, yy */
                const flx_hyperdual a = flx_hyperdual_make(x, i_x, j_x, 0.0);
                const flx_hyperdual b = flx_hyperdual_make(y, 1.0 - i_x, 1.0 - j_x, 0.0);
                const flx_hyperdual sa = flx_hyperdual_make(sx, i_x, j_x, 0.0);
                const flx_hyperdual sb = flx_hyperdual_make(sy, 1.0 - i_x, 1.0 - j_x, 0.0);
                const double hypot_xx = ldexp(flx_hyperdual_hypot(a, b).e12, -e);
                const double atan2_xx = ldexp(flx_hyperdual_atan2(a, b).e12, -2 * e);
                const double got[2] = {flx_hyperdual_hypot(sa, sb).e12,
                                       flx_hyperdual_atan2(sa, sb).e12};
                /* In two scalings of the same digits a rounding or two may differ. */
                cr_expect(got[0] == hypot_xx || fabs(got[0] / hypot_xx - 1.0) < 8.0 * 0x1p-52,
                          "hypot at (%g, %g): %g, want %g", sx, sy, got[0], hypot_xx);
                cr_expect(got[1] == atan2_xx || fabs(got[1] / atan2_xx - 1.0) < 8.0 * 0x1p-52,
                          "atan2 at (%g, %g): %g, want %g", sx, sy, got[1], atan2_xx);
            }
        }
    }
}
