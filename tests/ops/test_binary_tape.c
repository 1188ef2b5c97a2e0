/* Every function of two arguments against Arb, by the tape: gradients by a plain and by a recorded
 * reverse sweep, second derivatives by differentiating the recorded one.
 * References come from tools/reference, never from this library. */
#include <criterion/criterion.h>

#include <fluxion/grad.h>
#include <fluxion/var.h>

#include "reference.h"

#define ROW(name)                                                                                  \
    {                                                                                              \
#name, flx_double_##name, flx_var_##name, flx_var_##name##_xc, flx_var_##name##_cx         \
    }
static const struct row {
    const char *name;
    double (*of_double)(double x, double y);
    flx_var (*of_var)(flx_var x, flx_var y);
    flx_var (*of_var_xc)(flx_var x, double y);
    flx_var (*of_var_cx)(double x, flx_var y);
} rows[] = {ROW(mul),  ROW(div),       ROW(hypot),    ROW(atan2), ROW(pow),
            ROW(fmod), ROW(remainder), ROW(copysign), ROW(xlogy), ROW(logsumexp)};

static void measure_first(ref_worst *worst, const ref_point *p, flx_var got, enum ref_place place)
{
    ref_measure(worst, p->x[0], p->x[1], flx_peek(got), p->c[place], 4.0L * ref_ulp(p->c[place]),
                4.0);
}

static void measure_second(ref_worst *worst, const ref_point *p, flx_var got, enum ref_place place)
{
    ref_measure(worst, p->x[0], p->x[1], flx_peek(got), p->c[place], ref_allowed_second(p, place),
                12.0);
}

static void expect_ok(flx_status status, const char *name, const ref_point *p)
{
    cr_assert(status == FLX_OK, "%s at x=%a y=%a: %s", name, p->x[0], p->x[1],
              flx_status_name(status));
}

Test(binary_tape, gradient_and_gradient_of_gradient)
{
    flx_tape *tape;
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        const char *name = rows[r].name;
        ref_table table = ref_load(name, 2, REF_NUMBERS);
        ref_worst first[2] = {{0}}, recorded[2] = {{0}}, second[2][2] = {{{0}}};
        cr_assert(table.count > 20, "reference file of %s", name);
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            flx_var x[2], g[2], d[2], h[2], f;
            flx_tape_reset(tape);
            x[0] = flx_variable(tape, p->x[0]);
            x[1] = flx_variable(tape, p->x[1]);
            f = rows[r].of_var(x[0], x[1]);
            cr_expect(ref_same(flx_peek(f), rows[r].of_double(p->x[0], p->x[1])),
                      "%s value x=%a y=%a", name, p->x[0], p->x[1]);
            expect_ok(flx_grad(f, 2, x, g, 0), name, p);
            expect_ok(flx_grad(f, 2, x, d, FLX_CREATE_GRAPH), name, p);
            for (int j = 0; j < 2; j++) {
                const enum ref_place of_first = j == 0 ? REF_FX : REF_FY;
                measure_first(&first[j], p, g[j], of_first);
                measure_first(&recorded[j], p, d[j], of_first);
                expect_ok(flx_grad(d[j], 2, x, h, 0), name, p);
                measure_second(&second[j][0], p, h[0], j == 0 ? REF_FXX : REF_FXY);
                measure_second(&second[j][1], p, h[1], j == 0 ? REF_FXY : REF_FYY);
            }
        }
        REF_EXPECT(&first[0], "tape", name, "fx");
        REF_EXPECT(&first[1], "tape", name, "fy");
        REF_EXPECT(&recorded[0], "recorded", name, "fx");
        REF_EXPECT(&recorded[1], "recorded", name, "fy");
        REF_EXPECT(&second[0][0], "recorded", name, "fxx");
        REF_EXPECT(&second[0][1], "recorded", name, "fxy");
        REF_EXPECT(&second[1][0], "recorded", name, "fyx");
        REF_EXPECT(&second[1][1], "recorded", name, "fyy");
        ref_free(&table);
    }
    flx_tape_destroy(tape);
}

Test(binary_tape, with_a_constant_operand)
{
    flx_tape *tape;
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        const char *name = rows[r].name;
        ref_table table = ref_load(name, 2, REF_NUMBERS);
        ref_worst fx = {0}, fy = {0}, fxx = {0}, fyy = {0};
        cr_assert(table.count > 20, "reference file of %s", name);
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            flx_var x, y, f, d, dd;
            flx_tape_reset(tape);
            x = flx_variable(tape, p->x[0]);
            y = flx_variable(tape, p->x[1]);
            f = rows[r].of_var_xc(x, p->x[1]);
            expect_ok(flx_grad(f, 1, &x, &d, FLX_CREATE_GRAPH), name, p);
            expect_ok(flx_grad(d, 1, &x, &dd, 0), name, p);
            measure_first(&fx, p, d, REF_FX);
            measure_second(&fxx, p, dd, REF_FXX);
            f = rows[r].of_var_cx(p->x[0], y);
            expect_ok(flx_grad(f, 1, &y, &d, FLX_CREATE_GRAPH), name, p);
            expect_ok(flx_grad(d, 1, &y, &dd, 0), name, p);
            measure_first(&fy, p, d, REF_FY);
            measure_second(&fyy, p, dd, REF_FYY);
        }
        REF_EXPECT(&fx, "tape_xc", name, "fx");
        REF_EXPECT(&fy, "tape_cx", name, "fy");
        REF_EXPECT(&fxx, "tape_xc", name, "fxx");
        REF_EXPECT(&fyy, "tape_cx", name, "fyy");
        ref_free(&table);
    }
    flx_tape_destroy(tape);
}
