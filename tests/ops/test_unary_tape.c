/* Every function of one argument against Arb, by the tape: first derivatives by a plain reverse
 * sweep and by a recorded one, second derivatives by differentiating the recorded one.
 * References come from tools/reference, never from this library. */
#include <criterion/criterion.h>

#include <fluxion/grad.h>
#include <fluxion/var.h>

#include "reference.h"

#define FLX_UNARY(name, meaning) {#name, flx_double_##name, flx_var_##name},
static const struct {
    const char *name;
    double (*of_double)(double x);
    flx_var (*of_var)(flx_var x);
} rows[] = {
    {"neg", flx_double_neg, flx_var_neg},
    {"square", flx_double_square, flx_var_square},
#include <fluxion/functions.def>
};

#define ROWS (sizeof rows / sizeof rows[0])

Test(unary_tape, gradient_and_gradient_of_gradient)
{
    flx_tape *tape;
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    for (size_t r = 0; r < ROWS; r++) {
        ref_table table = ref_load(rows[r].name, 1, REF_NUMBERS);
        ref_worst plain = {0}, recorded = {0}, second = {0};
        cr_assert(table.count > 20, "reference file of %s", rows[r].name);
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            const double at = p->x[0];
            const long double first = ref_allowed_low(rows[r].name, 1, at, p->c);
            flx_var x, y, d, d1, d2;
            flx_tape_reset(tape);
            x = flx_variable(tape, at);
            y = rows[r].of_var(x);
            cr_expect(ref_same(flx_peek(y), rows[r].of_double(at)), "%s value x=%a", rows[r].name,
                      at);
            cr_assert_eq(flx_grad(y, 1, &x, &d, 0), FLX_OK);
            cr_assert_eq(flx_grad(y, 1, &x, &d1, FLX_CREATE_GRAPH), FLX_OK);
            cr_assert_eq(flx_grad(d1, 1, &x, &d2, 0), FLX_OK);
            ref_measure(&plain, at, 0.0, flx_peek(d), p->c[1], first, 4.0);
            ref_measure(&recorded, at, 0.0, flx_peek(d1), p->c[1], first, 4.0);
            ref_measure(&second, at, 0.0, flx_peek(d2), 2.0L * p->c[2],
                        ref_allowed(2, at, p->c, 2.0L), 12.0);
        }
        REF_EXPECT(&plain, "tape", rows[r].name, "d1");
        REF_EXPECT(&recorded, "recorded", rows[r].name, "d1");
        REF_EXPECT(&second, "recorded", rows[r].name, "d2");
        ref_free(&table);
    }
    flx_tape_destroy(tape);
}
