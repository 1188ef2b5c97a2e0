/* test_series_hostile.c: every function that writes a series, with the k-th allocation refused: a
 * status, the result and the operands as they were, nothing lost; and the object works afterwards. */
#include <criterion/criterion.h>
#include <stdint.h>

#include "hostile.h"
#include "series_calls.h"

static const double first[5] = {0.0, 0.5, 0.25, -0.125, 0.75};
static const double second[5] = {0.0, 1.5, -0.25, 0.5, 0.625};
static const double third[5] = {1.0, -0.5, 2.0, 0.5, -1.0};

/* One number, of order 0. */
static int is_number(const flx_series *x, double c)
{
    return flx_series_order(x) == 0 && flx_series_get(x, 0) == c;
}

typedef struct operands {
    flx_series x[3];
} operands;

static void load(operands *o, const flx_allocator *allocator)
{
    const double *const c[3] = {first, second, third};
    for (int i = 0; i < 3; i++) {
        flx_series_init_with(&o->x[i], allocator);
        cr_assert_eq(flx_series_set_coeffs(&o->x[i], 4, c[i]), FLX_OK);
    }
}

/* Into an object of its own that holds one number (or none yet), or into operand `result`. */
static void expect_refused(size_t n, int fresh, size_t result)
{
    hostile h = {0};
    const flx_allocator allocator = hostile_allocator(&h);
    const char *const name = series_calls[n].name;
    operands o, p;
    flx_series own, want = {0};
    load(&o, &allocator);
    load(&p, NULL);
    flx_series_init_with(&own, &allocator);
    if (!fresh) cr_assert_eq(flx_series_constant(&own, 0, 7.0), FLX_OK);
    flx_series *const r = result < 3 ? &o.x[result] : &own;
    cr_assert_eq(flx_series_set(&want, r), FLX_OK);
    const flx_status usual = series_calls[n].series(&want, &p.x[0], &p.x[1], &p.x[2]);
    const size_t before = h.requests;
    h.refuse = before + 1;
    const size_t held = h.bytes;
    const flx_status refused = series_calls[n].series(r, &o.x[0], &o.x[1], &o.x[2]);
    if (h.requests > before) { /* something was asked for */
        cr_expect_eq(refused, FLX_ENOMEM, "%s", name);
        cr_expect_eq(h.bytes, held, "%s", name);
        cr_expect(is_number(&own, fresh ? 0.0 : 7.0), "%s", name);
        for (int i = 0; i < 3; i++) cr_expect(same_series(&o.x[i], &p.x[i]), "%s", name);
        h.refuse = 0;
        cr_expect_eq(series_calls[n].series(r, &o.x[0], &o.x[1], &o.x[2]), usual, "%s", name);
    } else {
        cr_expect_eq(refused, usual, "%s", name);
    }
    cr_expect(same_series(r, &want), "%s after a refusal", name);
    const size_t grown = h.requests;
    if (result == 3) { /* once grown, nothing is allocated */
        cr_expect_eq(series_calls[n].series(r, &o.x[0], &o.x[1], &o.x[2]), usual, "%s", name);
        cr_expect_eq(h.requests, grown, "%s", name);
    }
    for (int i = 0; i < 3; i++) {
        flx_series_clear(&o.x[i]);
        flx_series_clear(&p.x[i]);
    }
    flx_series_clear(&own);
    flx_series_clear(&want);
    cr_expect_eq(h.bytes, (size_t)0, "%s", name);
}

Test(series_hostile, every_function)
{
    for (size_t n = 0; n < SERIES_CALLS; n++) {
        expect_refused(n, 1, 3);
        expect_refused(n, 0, 3);
        for (size_t result = 0; result < 3; result++) expect_refused(n, 0, result);
    }
}

Test(series_hostile, two_results)
{
    for (size_t refuse = 1; refuse <= 3; refuse++) {
        hostile h = {0};
        const flx_allocator allocator = hostile_allocator(&h);
        flx_series x = {0}, s, c;
        cr_assert_eq(flx_series_variable(&x, 4, 0.5), FLX_OK);
        flx_series_init_with(&s, &allocator);
        flx_series_init_with(&c, &allocator);
        h.refuse = refuse;
        const flx_status status = flx_series_sincos(&s, &c, &x);
        cr_expect_eq(status, refuse <= 2 ? FLX_ENOMEM : FLX_OK);
        if (status != FLX_OK) {
            cr_expect(is_number(&s, 0.0) && is_number(&c, 0.0));
            cr_expect_eq(flx_series_sincos(&s, &c, &x), FLX_OK);
        }
        cr_expect(flx_series_order(&s) == 4 && flx_series_order(&c) == 4);
        flx_series_clear(&s);
        flx_series_clear(&c);
        cr_expect_eq(h.bytes, (size_t)0);
        flx_series_clear(&x);
    }
}

Test(series_hostile, objects)
{
    hostile h = {0}, other = {0};
    const flx_allocator allocator = hostile_allocator(&h), second_one = hostile_allocator(&other);
    flx_series x, y;
    flx_series_init_with(&x, &allocator);
    flx_series_init_with(&y, &second_one);
    h.refuse = 1;
    cr_expect_eq(flx_series_set_coeff(&x, 0, 1.0), FLX_ENOMEM);
    cr_expect_eq(flx_series_set_coeff(&x, 0, 1.0), FLX_OK);
    cr_expect_eq(flx_series_constant(&y, 3, 2.0), FLX_OK);
    flx_series_swap(&x, &y);
    cr_expect_eq(flx_series_add(&x, &x, &y), FLX_OK);
    cr_expect_eq(flx_series_get(&x, 0), 3.0);
    flx_series_clear(&x);
    cr_expect_eq(other.bytes, (size_t)0);
    cr_expect(h.bytes > 0);
    cr_expect_eq(flx_series_constant(&x, 3, 2.0), FLX_OK); /* the allocator stays */
    cr_expect(other.bytes > 0);
    flx_series_clear(&x);
    flx_series_clear(&y);
    cr_expect(h.bytes == 0 && other.bytes == 0);
}

/* Room grows by half, so that an order that rises one by one costs few allocations. */
Test(series_hostile, growth)
{
    enum { STEPS = 200 };
    hostile h = {0};
    const flx_allocator allocator = hostile_allocator(&h);
    flx_series x;
    flx_series_init_with(&x, &allocator);
    for (size_t k = 0; k < STEPS; k++) cr_assert_eq(flx_series_integral(&x, &x), FLX_OK);
    cr_expect_eq(flx_series_order(&x), (size_t)STEPS);
    cr_expect(h.requests <= 16, "%zu requests", h.requests);
    cr_expect(h.bytes <= 8 * sizeof(double) * (STEPS + STEPS / 2 + 2), "%zu bytes", h.bytes);
    flx_series_clear(&x);
    cr_expect_eq(h.bytes, (size_t)0);
}

/* Of a number of coefficients so large that the size of their memory would wrap around. */
Test(series_hostile, orders_beyond_all_memory)
{
    for (size_t parts = 1; parts <= 64; parts++)
        for (size_t more = 0; more <= 1; more++) {
            const size_t order = SIZE_MAX / parts - 1 + more;
            flx_series x;
            flx_series_init(&x);
            cr_assert_eq(flx_series_constant(&x, order, 2.0), FLX_ENOMEM, "order %zu", order);
            cr_expect(is_number(&x, 0.0));
            flx_series_clear(&x);
        }
}
