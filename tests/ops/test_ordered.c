/* Every function of an integer order and one argument against Arb, by every number type and the tape:
 * values, first and second derivatives, coefficients to order 8.
 * References come from tools/reference, never from this library. */
#if !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700 /* jn, yn */
#endif
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include <fluxion/dual.h>
#include <fluxion/grad.h>
#include <fluxion/hyperdual.h>
#include <fluxion/taylor.h>
#include <fluxion/var.h>

#include "reference.h"

typedef struct row {
    const char *name;
    double (*of_double)(int n, double x);
    flx_dual (*of_dual)(int n, flx_dual x);
    flx_ddual (*of_ddual)(int n, flx_ddual x);
    flx_hyperdual (*of_hyperdual)(int n, flx_hyperdual x);
    flx_hyperdual3 (*of_hyperdual3)(int n, flx_hyperdual3 x);
    flx_taylor8 (*of_taylor8)(int n, flx_taylor8 x);
    flx_var (*of_var)(int n, flx_var x);
} row;

#define FLX_ORDERED(name, meaning)                                                                 \
    {#name,                                                                                        \
     flx_double_##name,                                                                            \
     flx_dual_##name,                                                                              \
     flx_ddual_##name,                                                                             \
     flx_hyperdual_##name,                                                                         \
     flx_hyperdual3_##name,                                                                        \
     flx_taylor8_##name,                                                                           \
     flx_var_##name},
static const row rows[] = {
#include <fluxion/functions.def>
};

enum { VALUE, FIRST, SECOND, THIRD, ROADS, TAYLOR = ROADS, WHAT = ROADS + 9 };

/* The error permitted in scale*c[k], absolute. */
static long double allowed(const row *r, const ref_point *p, size_t k, long double scale)
{
    return scale
           * ref_permitted_waves(r->name, (int)p->x[1], p->x[0], k, p->c[k],
                                 ref_allowed(k, p->x[0], p->c, 1.0L));
}

typedef struct check {
    const row *r;
    const ref_point *p;
    ref_worst *worst;
} check;

static void measure(const check *c, int what, double got, size_t k, long double scale)
{
    ref_measure(&c->worst[what], c->p->x[0], c->p->x[1], got, scale * c->p->c[k],
                allowed(c->r, c->p, k, scale), 4.0 * (double)(k + 1));
}

static void by_numbers(const check *c)
{
    const int n = (int)c->p->x[1];
    const double x = c->p->x[0], value = c->r->of_double(n, x);
    const flx_dual d = c->r->of_dual(n, flx_dual_variable(x));
    const flx_ddual dd = c->r->of_ddual(n, flx_ddual_variable(x));
    const flx_hyperdual h = c->r->of_hyperdual(n, flx_hyperdual_variable(x));
    const flx_hyperdual3 h3 = c->r->of_hyperdual3(n, flx_hyperdual3_variable(x));
    const flx_taylor8 t = c->r->of_taylor8(n, flx_taylor8_variable(x));
    cr_expect(ref_same(d.v, value) && ref_same(dd.v.v, value) && ref_same(h.v, value)
                  && ref_same(h3.v.v, value) && ref_same(t.c[0], value),
              "%s value n=%d x=%a", c->r->name, n, x);
    measure(c, VALUE, value, 0, 1.0L);
    measure(c, FIRST, d.d, 1, 1.0L);
    measure(c, FIRST, dd.v.d, 1, 1.0L);
    measure(c, FIRST, h.e1, 1, 1.0L);
    measure(c, SECOND, dd.d.d, 2, 2.0L);
    measure(c, SECOND, h.e12, 2, 2.0L);
    measure(c, FIRST, h3.d.v, 1, 1.0L);
    measure(c, SECOND, h3.d.e1, 2, 2.0L);
    measure(c, THIRD, h3.d.e12, 3, 6.0L);
    for (size_t k = 1; k <= 8; k++) measure(c, TAYLOR + (int)k, t.c[k], k, 1.0L);
}

static void by_tape(const check *c, flx_tape *tape)
{
    long double factorial = 1.0L;
    flx_tape_reset(tape);
    const flx_var x = flx_variable(tape, c->p->x[0]);
    flx_var y = c->r->of_var((int)c->p->x[1], x), g;
    cr_assert_eq(flx_grad(y, 1, &x, &g, 0), FLX_OK);
    measure(c, FIRST, flx_peek(g), 1, 1.0L);
    for (size_t k = 1; k <= 4; k++) { /* each gradient recorded and differentiated again */
        cr_assert_eq(flx_grad(y, 1, &x, &y, FLX_CREATE_GRAPH), FLX_OK);
        factorial *= (long double)k;
        measure(c, k < 3 ? (int)k : TAYLOR + (int)k, flx_peek(y), k, factorial);
    }
}

Test(ordered, every_mode_matches_the_reference)
{
    static const char *const names[ROADS] = {"f", "d1", "d2", "d3"};
    flx_tape *tape;
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        ref_table table = ref_load(rows[r].name, 2, REF_NUMBERS);
        ref_worst worst[WHAT] = {{0}};
        cr_assert(table.count >= 200, "reference file of %s", rows[r].name);
        for (size_t i = 0; i < table.count; i++) {
            const check c = {&rows[r], &table.point[i], worst};
            by_numbers(&c);
            by_tape(&c, tape);
        }
        for (int w = VALUE; w < ROADS; w++)
            REF_EXPECT(&worst[w], w ? "all" : "double", rows[r].name, names[w]);
        for (int k = 1; k <= 8; k++) {
            char what[8];
            snprintf(what, sizeof what, "c%d", k);
            REF_EXPECT(&worst[TAYLOR + k], "taylor8", rows[r].name, what);
        }
        ref_free(&table);
    }
    flx_tape_destroy(tape);
}

Test(ordered, bessel_functions_are_libm)
{
    const double points[] = {0.0,  -0.0, 1e-300, 0.3,     -0.3,     2.5,
                             -7.0, 45.0, 1e10,   REF_INF, -REF_INF, REF_NAN};
    for (int n = -3; n <= 12; n += 3) {
        for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
            const double x = points[i];
            cr_expect(ref_same(flx_double_jn(n, x), jn(n, x)), "jn(%d, %g)", n, x);
            cr_expect(ref_same(flx_double_yn(n, x), yn(n, x)), "yn(%d, %g)", n, x);
        }
    }
}
