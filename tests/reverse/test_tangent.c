/* Recorded tangents: what they are, and every nesting with gradients. */
#include <math.h>
#include <stdio.h>

#include <fluxion/fluxion.h>

#include <criterion/criterion.h>

#include "hostile.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* d/dx forward or in reverse, recorded. */
static flx_var derived(flx_var y, flx_var x, int forward)
{
    flx_var d;
    const flx_var one = flx_constant(1.0);
    if (forward) cr_expect_eq(flx_jvp_record(1, &x, &one, 1, &y, &d), FLX_OK);
    else cr_expect_eq(flx_grad(y, 1, &x, &d, FLX_CREATE_GRAPH), FLX_OK);
    return d;
}

/* sin((x+2)+(1+exp(x^2))) at 2: three derivatives by every nesting of the two modes. */
Test(tangent, nests_with_gradients_in_any_order)
{
    const double want[3] = {-218.462559130002811, -5405.89353138527587, 10451002.7460296829};
    for (unsigned modes = 0; modes < 8; modes++) {
        flx_tape *t = new_tape();
        const flx_var x = flx_variable(t, 2.0);
        const flx_var a = flx_add(x, 2.0), b = flx_add(1.0, flx_exp(flx_square(x)));
        flx_var y = flx_sin(flx_add(a, b));
        for (unsigned k = 0; k < 3; k++) {
            y = derived(y, x, modes >> k & 1u);
            cr_expect(fabs(flx_peek(y) - want[k]) <= 1e-12 * fabs(want[k]),
                      "modes %u order %u: %.17g", modes, k + 1, flx_peek(y));
        }
        flx_tape_destroy(t);
    }
}

/* y = x0*x1 + x1, along (3, z): dy = 3*x1 + (x0 + 1)*z, which depends on z too. */
Test(tangent, tangents_may_be_variables)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 5.0), flx_variable(t, 7.0)}, z = flx_variable(t, 0.5);
    const flx_var dx[2] = {flx_constant(3.0), z};
    const flx_var y[2] = {flx_add(flx_mul(x[0], x[1]), x[1]), flx_constant(4.0)};
    flx_var dy[2], g;
    cr_expect_eq(flx_jvp_record(2, x, dx, 2, y, dy), FLX_OK);
    cr_expect(flx_peek(dy[0]) == 24.0 && !dy[1].tape && dy[1].u.constant == 0.0);
    cr_expect_eq(flx_grad(dy[0], 1, &z, &g, 0), FLX_OK);
    cr_expect(flx_peek(g) == 6.0);
    flx_tape_destroy(t);
}

/* x^3 at 2: 12, 12, 6 and 0, each in the place of the one before. */
Test(tangent, may_take_the_place_of_the_outputs)
{
    const double want[4] = {12.0, 12.0, 6.0, 0.0};
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0), one = flx_constant(1.0);
    flx_var y = flx_mul(flx_square(x), x);
    for (int k = 0; k < 4; k++) {
        cr_expect_eq(flx_jvp_record(1, &x, &one, 1, &y, &y), FLX_OK);
        cr_expect(flx_peek(y) == want[k], "order %d: %g", k + 1, flx_peek(y));
    }
    flx_tape_destroy(t);
}

/* With respect to what was computed on the way, an input before it has no influence. */
Test(tangent, of_intermediate_values)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 3.0), a = flx_square(x), y = flx_mul(a, x);
    const flx_var one = flx_constant(1.0);
    flx_var dy;
    cr_expect_eq(flx_jvp_record(1, &a, &one, 1, &y, &dy), FLX_OK);
    cr_expect(flx_peek(dy) == 3.0);
    cr_expect_eq(flx_jvp_record(1, &y, &one, 1, &a, &dy), FLX_OK); /* against the stream */
    cr_expect(!dy.tape && dy.u.constant == 0.0);
    flx_tape_destroy(t);
}

/* alpha*x + x' and the sum of x_ij*z_ij over 2 x 2: by hand. */
Test(tangent, of_arrays)
{
    flx_tape *t = new_tape();
    const double v[4] = {1.0, 2.0, 3.0, 4.0};
    const flx_array x = flx_array_variable(t, 2, 2, v);
    const flx_var alpha = flx_variable(t, 0.5);
    const flx_array z = flx_array_axpy(alpha, x, flx_array_transpose(x));
    const flx_var y[2] = {flx_array_dot(z, x), flx_array_at(z, 0, 1)};
    const flx_var in[2] = {flx_array_at(x, 0, 1), alpha},
                  along[2] = {flx_constant(1.0), flx_constant(10.0)};
    flx_var dy[2];
    cr_expect_eq(flx_jvp_record(2, in, along, 2, y, dy), FLX_OK);
    /* y0 = alpha*sum x^2 + x00^2 + 2*x01*x10 + x11^2; y1 = alpha*x01 + x10 */
    cr_expect(flx_peek(dy[0]) == 2.0 * 0.5 * 2.0 + 2.0 * 3.0 + 10.0 * 30.0, "%g", flx_peek(dy[0]));
    cr_expect(flx_peek(dy[1]) == 0.5 + 10.0 * 2.0, "%g", flx_peek(dy[1]));
    flx_tape_destroy(t);
}

/* Elements of a 3 x 4 with weights after a function of it and of something that is repeated. */
enum { WHOLE = 12, MOST = WHOLE + 4 };

typedef flx_array binary(flx_array x, flx_array y);
static binary *const functions[] = {
    flx_array_add,   flx_array_sub,   flx_array_mul,  flx_array_div,   flx_array_pow,
    flx_array_hypot, flx_array_atan2, flx_array_fmax, flx_array_xlogy, flx_array_logsumexp};

static flx_var weighed(flx_tape *t, flx_array z)
{
    double w[WHOLE];
    for (int k = 0; k < WHOLE; k++) w[k] = 1.0 + 0.125 * (k % 5);
    return flx_array_dot(z, flx_array_constant(t, 3, 4, w));
}

/* The derivative along dx: recorded forward, from the gradient, and both ways again. */
static void expect_along(flx_tape *t, flx_var y, size_t n, const flx_var *x, const flx_var *dx,
                         const char *where)
{
    flx_var dy, g[MOST], of_dy[MOST], dg[MOST];
    double along = 0.0;
    cr_assert_eq(flx_jvp_record(n, x, dx, 1, &y, &dy), FLX_OK, "%s", where);
    cr_assert_eq(flx_grad(y, n, x, g, FLX_CREATE_GRAPH), FLX_OK);
    for (size_t k = 0; k < n; k++) along += flx_peek(g[k]) * flx_peek(dx[k]);
    cr_expect(fabs(flx_peek(dy) - along) <= 1e-13 * fabs(along) + 1e-14, "%s: %.17g, %.17g", where,
              flx_peek(dy), along);
    cr_assert_eq(flx_grad(dy, n, x, of_dy, 0), FLX_OK);
    cr_assert_eq(flx_jvp_record(n, x, dx, n, g, dg), FLX_OK);
    for (size_t k = 0; k < n; k++)
        cr_expect(fabs(flx_peek(of_dy[k]) - flx_peek(dg[k]))
                      <= 1e-13 * fabs(flx_peek(dg[k])) + 1e-13,
                  "%s, element %zu: %.17g, %.17g", where, k, flx_peek(of_dy[k]), flx_peek(dg[k]));
    cr_expect_eq(flx_tape_status(t), FLX_OK);
}

Test(tangent, of_functions_of_what_is_repeated)
{
    static const size_t shapes[][2] = {{1, 4}, {3, 1}, {1, 1}, {3, 4}};
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
        for (unsigned k = 0; k < 8; k++) {
            flx_tape *t = new_tape();
            const size_t rows = shapes[k / 2][0], cols = shapes[k / 2][1];
            double a[WHOLE], b[WHOLE];
            flx_var x[MOST], dx[MOST];
            char where[40];
            snprintf(where, sizeof where, "function %zu, shape and order %u", f, k);
            for (int i = 0; i < WHOLE; i++) {
                a[i] = 0.5 + 0.0625 * i;
                b[i] = 1.75 - 0.03125 * i;
            }
            const flx_array whole = flx_array_variable(t, 3, 4, a);
            const flx_array other = flx_array_variable(t, rows, cols, b);
            const flx_array z = k % 2 ? functions[f](other, whole) : functions[f](whole, other);
            const size_t n = WHOLE + (rows * cols < 5 ? rows * cols : 4);
            for (size_t i = 0; i < n; i++) {
                const size_t j = i - WHOLE;
                x[i] = i < WHOLE ? flx_array_at(whole, i / 4, i % 4)
                                 : flx_array_at(other, j / cols, j % cols);
                dx[i] = flx_constant(0.25 * (double)(i % 7) - 0.5);
            }
            expect_along(t, weighed(t, z), n, x, dx, where);
            flx_tape_destroy(t);
        }
    }
}

Test(tangent, flags)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.0), z = flx_variable(t, 1.0);
    const flx_var in[2] = {x, z}, zero[2] = {flx_constant(0.0), flx_constant(1.0)};
    const flx_var one[2] = {flx_constant(1.0), flx_constant(1.0)};
    const flx_var y = flx_add(flx_sqrt(x), z);
    flx_var dy;
    cr_expect_eq(flx_jvp_record(2, in, zero, 1, &y, &dy), FLX_OK);
    cr_expect(flx_peek(dy) == 1.0);
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_INDETERMINATE);
    flx_tape_clear_flags(t);
    cr_expect_eq(flx_jvp_record(2, in, one, 1, &y, &dy), FLX_OK);
    cr_expect(isinf(flx_peek(dy)));
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_POLE);
    flx_tape_clear_flags(t);
    const flx_var w = flx_square(z);
    cr_expect_eq(flx_jvp_record(1, &x, one, 1, &w, &dy), FLX_OK);
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_ZEROGRAD);
    flx_tape_destroy(t);
}

Test(tangent, refusals)
{
    flx_tape *t = new_tape(), *other = new_tape();
    const flx_var x = flx_variable(t, 1.0), y = flx_exp(x), one = flx_constant(1.0);
    const flx_var foreign = flx_variable(other, 1.0);
    flx_var dy;
    cr_expect_eq(flx_jvp_record(1, NULL, &one, 1, &y, &dy), FLX_EARG);
    cr_expect_eq(flx_jvp_record(1, &x, NULL, 1, &y, &dy), FLX_EARG);
    cr_expect_eq(flx_jvp_record(1, &x, &one, 1, NULL, &dy), FLX_EARG);
    cr_expect_eq(flx_jvp_record(1, &x, &one, 1, &y, NULL), FLX_EARG);
    cr_expect_eq(flx_jvp_record(1, &one, &one, 1, &y, &dy), FLX_EARG);
    cr_expect(isnan(flx_peek(dy)));
    cr_expect_eq(flx_jvp_record(0, NULL, NULL, 1, &y, &dy), FLX_OK);
    cr_expect(!dy.tape && dy.u.constant == 0.0);
    cr_expect_eq(flx_jvp_record(1, &x, &one, 0, NULL, NULL), FLX_OK);
    cr_expect_eq(flx_jvp_record(1, &x, &foreign, 1, &y, &dy), FLX_ETAPE);
    cr_expect(isnan(flx_peek(dy)));
    flx_tape_destroy(t);
    flx_tape_destroy(other);
}

/* Every allocation refused in turn: a status, the tape as it was, and it can be used on. */
Test(tangent, without_memory)
{
    for (size_t refuse = 1; refuse < 60; refuse++) {
        hostile h = {0};
        const flx_tape_options options = {.allocator = hostile_allocator(&h)};
        flx_tape *t = NULL;
        if (flx_tape_create(&options, &t) != FLX_OK) continue;
        const flx_mark start = flx_tape_mark(t);
        const flx_var one = flx_constant(1.0);
        flx_var x = flx_variable(t, 0.5), y = x, dy;
        for (int k = 0; k < 40; k++) y = flx_sin(flx_mul(y, x));
        h.refuse = h.requests + refuse;
        const flx_status status = flx_jvp_record(1, &x, &one, 1, &y, &dy);
        cr_expect(status == FLX_OK || status == FLX_ENOMEM);
        if (status != FLX_OK) cr_expect(isnan(flx_peek(dy)));
        h.refuse = 0;
        cr_expect_eq(flx_tape_rewind(t, start), FLX_OK);
        x = flx_variable(t, 0.5);
        y = flx_square(x);
        cr_expect_eq(flx_jvp_record(1, &x, &one, 1, &y, &dy), FLX_OK);
        cr_expect(flx_peek(dy) == 1.0);
        flx_tape_destroy(t);
        cr_expect_eq(h.bytes, 0);
    }
}
