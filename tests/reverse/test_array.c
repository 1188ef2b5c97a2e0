/* Array variables: views, shapes, and the two instructions against the same code in scalars. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/grad.h>
#include <fluxion/var.h>

#include "reference.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* sum of x*y in scalars, in the order that the library promises. */
static flx_var scalar_dot(flx_array x, flx_array y)
{
    flx_var partial[16];
    size_t k = 0;
    for (int s = 0; s < 16; s++) partial[s] = flx_constant(0.0);
    for (size_t i = 0; i < x.rows; i++) {
        for (size_t j = 0; j < x.cols; j++, k++) {
            const flx_var term = flx_var_mul(flx_array_at(x, i, j), flx_array_at(y, i, j));
            partial[k % 16] = flx_var_add(partial[k % 16], term);
        }
    }
    for (int w = 8; w > 0; w /= 2)
        for (int s = 0; s < w; s++) partial[s] = flx_var_add(partial[s], partial[s + w]);
    return partial[0];
}

/* f(alpha, x) = dot(alpha*u + w, w) for two views u and w of x, as arrays or in scalars. */
static flx_var model(flx_tape *t, flx_var alpha, flx_array u, flx_array w, int scalars)
{
    if (!scalars) return flx_array_dot(flx_array_axpy(alpha, u, w), w);
    flx_var v[64];
    for (size_t i = 0; i < u.rows; i++) {
        for (size_t j = 0; j < u.cols; j++)
            v[i * u.cols + j] =
                flx_var_add(flx_var_mul(alpha, flx_array_at(u, i, j)), flx_array_at(w, i, j));
    }
    return scalar_dot(flx_array_pack(t, u.rows, u.cols, v), w);
}

enum { ROWS = 6, COLS = 7, N = ROWS * COLS };

static flx_array matrix(flx_tape *t)
{
    double x[N];
    for (int k = 0; k < N; k++) x[k] = sin(1.7 * k + 0.3) * (1.0 + k % 5);
    return flx_array_variable(t, ROWS, COLS, x);
}

/* Two views of one shape: contiguous, transposed, strided, overlapping, the same. */
static int views(flx_array a, int which, flx_array *u, flx_array *w)
{
    switch (which) {
    case 0:
        *u = a;
        *w = a;
        return 1;
    case 1:
        *u = flx_array_slice(a, 0, 0, 3, 4, 1, 1);
        *w = flx_array_slice(a, 2, 3, 3, 4, 1, 1);
        return 1;
    case 2:
        *u = flx_array_slice(a, 0, 0, 3, 3, 2, 3);
        *w = flx_array_transpose(flx_array_slice(a, 0, 1, 3, 3, 1, 2));
        return 1;
    case 3:
        *u = flx_array_row(a, 2);
        *w = flx_array_row(a, 5);
        return 1;
    case 4:
        *u = flx_array_col(a, 1);
        *w = flx_array_col(a, 6);
        return 1;
    case 5:
        *u = flx_array_transpose(flx_array_row(a, 1));
        *w = flx_array_transpose(flx_array_row(a, 1));
        return 1;
    default: return 0;
    }
}

Test(array, values_and_gradients_equal_scalar_code)
{
    flx_tape *t = new_tape();
    flx_array u, w;
    for (int which = 0; flx_tape_reset(t), views(matrix(t), which, &u, &w); which++) {
        flx_array a = matrix(t);
        views(a, which, &u, &w);
        const flx_var alpha = flx_variable(t, 0.75);
        flx_var f[2];
        double g[2][N], ga[2], second[2][N];
        for (int scalars = 0; scalars < 2; scalars++) {
            flx_array ga_x, g2;
            flx_var d;
            f[scalars] = model(t, alpha, u, w, scalars);
            cr_assert_eq(flx_grad_array(f[scalars], a, &ga_x, 0), FLX_OK);
            cr_assert_eq(flx_array_peek(ga_x, g[scalars]), FLX_OK);
            cr_assert_eq(flx_grad(f[scalars], 1, &alpha, &d, FLX_CREATE_GRAPH), FLX_OK);
            ga[scalars] = flx_peek(d);
            /* d/dx of df/dalpha, plain over recorded */
            cr_assert_eq(flx_grad_array(d, a, &g2, 0), FLX_OK);
            cr_assert_eq(flx_array_peek(g2, second[scalars]), FLX_OK);
        }
        cr_expect(ref_same(flx_peek(f[0]), flx_peek(f[1])), "views %d: value", which);
        cr_expect_float_eq(ga[0], ga[1], 1e-13 * fabs(ga[1]), "views %d: %.17g %.17g", which, ga[0],
                           ga[1]);
        for (int k = 0; k < N; k++) {
            cr_expect_float_eq(g[0][k], g[1][k], 1e-13 * (fabs(g[1][k]) + 1.0), "views %d, %d",
                               which, k);
            cr_expect_float_eq(second[0][k], second[1][k], 1e-13 * (fabs(second[1][k]) + 1.0),
                               "views %d, second %d", which, k);
        }
    }
    flx_tape_destroy(t);
}

Test(array, recorded_gradients_of_arrays_are_views_of_accumulators)
{
    flx_tape *t = new_tape();
    const double x[3] = {1.0, 2.0, 3.0};
    const flx_array a = flx_array_variable(t, 3, 1, x);
    flx_array g, h;
    double out[3];
    const flx_var d = flx_array_dot(a, a);
    cr_assert_eq(flx_grad_array(flx_var_square(d), a, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_array_peek(g, out), FLX_OK);
    for (int k = 0; k < 3; k++) cr_expect_eq(out[k], 4.0 * 14.0 * x[k]); /* 4 |x|^2 x */
    /* d/dx of g'v with v = (1, 1, 1): 8 (x'v) x + 4 |x|^2 v */
    const double ones[3] = {1.0, 1.0, 1.0};
    const flx_var gv = flx_array_dot(g, flx_array_constant(t, 3, 1, ones));
    cr_assert_eq(flx_grad_array(gv, a, &h, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_array_peek(h, out), FLX_OK);
    for (int k = 0; k < 3; k++) cr_expect_eq(out[k], 8.0 * 6.0 * x[k] + 4.0 * 14.0);
    flx_tape_destroy(t);
}

/* The tape beyond what is asked about holds numbers that were taken back. */
Test(array, gradient_with_respect_to_what_came_later_is_zero)
{
    flx_tape *t = new_tape();
    double x[32], out[32];
    for (int k = 0; k < 32; k++) x[k] = 1.0 + k;
    const flx_array early = flx_array_variable(t, 4, 8, x);
    const flx_var y = flx_var_exp(flx_array_at(early, 0, 0));
    const flx_array a = flx_array_variable(t, 4, 8, x);
    const flx_mark mark = flx_tape_mark(t);
    flx_array_exp(flx_array_exp(a));
    cr_assert_eq(flx_tape_rewind(t, mark), FLX_OK);
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        flx_array g;
        cr_assert_eq(flx_grad_array(y, a, &g, flags), FLX_OK);
        cr_expect_eq(flx_array_peek(g, out), FLX_OK);
        for (int k = 0; k < 32; k++) cr_expect_eq(out[k], 0.0, "element %d: %g", k, out[k]);
    }
    flx_tape_destroy(t);
}

Test(array, gradient_of_what_does_not_depend_is_zero)
{
    flx_tape *t = new_tape();
    const double x[2] = {1.0, 2.0};
    const flx_array a = flx_array_variable(t, 1, 2, x);
    const flx_var y = flx_var_exp(flx_variable(t, 1.0));
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        flx_array g;
        double out[2] = {5.0, 5.0};
        cr_assert_eq(flx_grad_array(y, a, &g, flags), FLX_OK);
        cr_expect_eq(flx_array_peek(g, out), FLX_OK);
        cr_expect(out[0] == 0.0 && out[1] == 0.0);
    }
    flx_tape_destroy(t);
}

Test(array, an_element_in_the_middle_of_a_run_as_input)
{
    flx_tape *t = new_tape();
    const double x[4] = {1.0, 2.0, 3.0, 4.0};
    const flx_array a = flx_array_variable(t, 4, 1, x);
    const flx_array v = flx_array_axpy(flx_constant(2.0), a, a); /* 3a */
    const flx_var y = flx_array_dot(v, a), middle = flx_array_at(a, 2, 0);
    const flx_var inner = flx_array_at(v, 2, 0);
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        flx_var g;
        cr_assert_eq(flx_grad(y, 1, &middle, &g, flags), FLX_OK);
        cr_expect_eq(flx_peek(g), 18.0, "6 a_2");
        cr_assert_eq(flx_grad(y, 1, &inner, &g, flags), FLX_OK);
        cr_expect_eq(flx_peek(g), 3.0, "a_2");
    }
    flx_tape_destroy(t);
}

Test(array, empty_arrays_and_single_elements)
{
    flx_tape *t = new_tape();
    const double one = 3.0;
    const flx_array none = flx_array_variable(t, 0, 5, NULL),
                    single = flx_array_variable(t, 1, 1, &one);
    flx_array g;
    cr_expect_eq(flx_peek(flx_array_dot(none, none)), 0.0);
    cr_expect_eq(flx_array_axpy(flx_constant(1.0), none, none).cols, 5);
    const flx_var y = flx_var_add(flx_array_dot(single, single), flx_array_dot(none, none));
    cr_expect_eq(flx_peek(y), 9.0);
    cr_expect_eq(flx_grad_array(y, none, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(g.rows * g.cols, 0);
    cr_assert_eq(flx_grad_array(y, single, &g, 0), FLX_OK);
    cr_expect_eq(flx_peek(flx_array_at(g, 0, 0)), 6.0);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}

Test(array, wrong_shapes_fail_and_a_rewind_mends)
{
    flx_tape *t = new_tape(), *other = new_tape();
    const double x[6] = {1, 2, 3, 4, 5, 6};
    const flx_array a = flx_array_variable(t, 2, 3, x), b = flx_array_variable(other, 2, 3, x);
    const flx_mark m = flx_tape_mark(t);
    const flx_array stale = flx_array_variable(t, 2, 3, x);
    cr_assert_eq(flx_tape_rewind(t, m), FLX_OK);
    flx_array_variable(t, 2, 3, x);
    const flx_array nothing = {flx_constant(NAN), 0, 0, 0, 0};
    for (int k = 0; k < 9; k++) {
        const flx_mark before = flx_tape_mark(t);
        flx_status want = FLX_ESHAPE;
        switch (k) {
        case 0: flx_array_dot(a, flx_array_transpose(a)); break;
        case 1: flx_array_axpy(flx_constant(1.0), a, flx_array_transpose(a)); break;
        case 2: flx_array_at(a, 2, 0); break;
        case 3: flx_array_slice(a, 0, 1, 2, 3, 1, 1); break;
        case 4: flx_array_slice(a, 0, 0, 2, 2, 1, 0); break;
        case 5: flx_array_row(a, 2); break;
        case 6:
            flx_array_dot(a, b);
            want = FLX_ETAPE;
            break;
        case 7:
            flx_array_dot(a, stale);
            want = FLX_ESTALE;
            break;
        case 8: flx_array_dot(a, nothing); break;
        default: break;
        }
        cr_expect_eq(flx_tape_status(t), want, "case %d: %s", k,
                     flx_status_name(flx_tape_status(t)));
        cr_expect(isnan(flx_peek(flx_array_dot(a, a))));
        cr_expect_eq(flx_tape_rewind(t, before), FLX_OK);
        cr_expect_eq(flx_peek(flx_array_dot(a, a)), 91.0);
    }
    cr_expect_eq(flx_tape_status(other), FLX_ETAPE);
    cr_expect(isnan(flx_peek(flx_array_dot(nothing, nothing))));
    flx_tape_destroy(t);
    flx_tape_destroy(other);
}

Test(array, zero_adjoints_hide_infinite_elements)
{
    flx_tape *t = new_tape();
    const double x[2] = {INFINITY, 2.0}, z[2] = {0.0, 1.0};
    const flx_array a = flx_array_variable(t, 2, 1, x), b = flx_array_variable(t, 2, 1, z);
    const flx_var alpha = flx_variable(t, 3.0);
    const flx_array v = flx_array_axpy(alpha, a, b);
    const flx_var y = flx_array_at(v, 1, 0); /* the infinite element has adjoint zero */
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        flx_var g;
        cr_assert_eq(flx_grad(y, 1, &alpha, &g, flags), FLX_OK);
        cr_expect_eq(flx_peek(g), 2.0);
    }
    flx_tape_destroy(t);
}

/* A run with constants between variables: its accumulators must still lie as its slots do. */
Test(array, runs_with_inactive_elements)
{
    flx_tape *t = new_tape();
    const double w[5] = {1.0, 2.0, 3.0, 4.0, 5.0};
    const flx_array c = flx_array_constant(t, 5, 1, w);
    const flx_var x[3] = {flx_variable(t, 0.5), flx_variable(t, -1.0), flx_variable(t, 2.0)};
    const flx_var one = flx_constant(1.0), mixed[5] = {x[0], one, x[1], one, x[2]};
    const flx_array u = flx_array_pack(t, 5, 1, mixed);
    for (int which = 0; which < 3; which++) {
        flx_var g[3], h[3];
        const double want[3][3] = {{1.0, 3.0, 5.0}, {1.0, 3.0, 5.0}, {2.0, 6.0, 10.0}};
        const flx_var y = which == 0   ? flx_array_dot(c, u)
                          : which == 1 ? flx_array_dot(u, c)
                                       : flx_array_dot(flx_array_axpy(one, u, u), c);
        cr_assert_eq(flx_grad(y, 3, x, g, FLX_CREATE_GRAPH), FLX_OK);
        for (int k = 0; k < 3; k++)
            cr_expect_eq(flx_peek(g[k]), want[which][k], "case %d, input %d", which, k);
        const flx_var z = flx_var_square(flx_array_dot(u, u)); /* 4 |u|^2 x, |u|^2 = 7.25 */
        cr_assert_eq(flx_grad(z, 3, x, g, FLX_CREATE_GRAPH), FLX_OK);
        cr_assert_eq(flx_grad(g[1], 3, x, h, FLX_CREATE_GRAPH), FLX_OK);
        cr_expect_eq(flx_peek(g[1]), -29.0);
        cr_expect_eq(flx_peek(h[1]), 4.0 * 7.25 + 8.0);
        cr_expect_eq(flx_peek(h[0]), 8.0 * 0.5 * -1.0);
    }
    flx_tape_destroy(t);
}

/* y = dot(p[0..2], p[1..3]) with p = (-b, c, -a, -a): y = aa - bc - ca. Completing the accumulators
 * of one view makes parts of the other needed, which must then be completed in turn; what an
 * earlier recording left in memory would betray a read beside them. */
Test(array, overlapping_views_under_a_gradient_of_a_gradient)
{
    flx_tape *t = new_tape();
    for (int k = 0; k < 200; k++) flx_variable(t, 7.0);
    flx_tape_reset(t);
    const flx_var x[3] = {flx_variable(t, 1.5), flx_variable(t, 0.25), flx_variable(t, 0.5)};
    const flx_var p[4] = {flx_var_neg(x[1]), x[2], flx_var_neg(x[0]), flx_var_neg(x[0])};
    const flx_array a = flx_array_pack(t, 4, 1, p);
    const flx_var y =
        flx_array_dot(flx_array_slice(a, 0, 0, 3, 1, 1, 1), flx_array_slice(a, 1, 0, 3, 1, 1, 1));
    const double want[3][3] = {{2.0, 0.0, -1.0}, {0.0, 0.0, -1.0}, {-1.0, -1.0, 0.0}};
    flx_var g[3], h[3];
    cr_assert_eq(flx_grad(y, 3, x, g, FLX_CREATE_GRAPH), FLX_OK);
    for (int i = 0; i < 3; i++) {
        for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
            cr_assert_eq(flx_grad(g[i], 3, x, h, flags), FLX_OK);
            for (int j = 0; j < 3; j++)
                cr_expect_eq(flx_peek(h[j]), want[i][j], "H(%d,%d), flags %u: %g", i, j, flags,
                             flx_peek(h[j]));
        }
    }
    flx_tape_destroy(t);
}

/* The array reaches beyond what y depends on: its gradient is zero there, and is its own memory. */
Test(array, recorded_gradient_of_an_array_that_ends_after_the_output)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0);
    const flx_var parts[3] = {x, flx_var_sin(x), flx_var_exp(x)};
    const flx_array a = flx_array_pack(t, 1, 3, parts);
    flx_array g;
    double out[3];
    cr_assert_eq(flx_grad_array(flx_array_at(a, 0, 0), a, &g, FLX_CREATE_GRAPH), FLX_OK);
    for (int k = 0; k < 4; k++) {
        cr_expect_eq(flx_array_peek(g, out), FLX_OK);
        cr_expect(out[0] == 1.0 && out[1] == 0.0 && out[2] == 0.0, "%g %g %g", out[0], out[1],
                  out[2]);
        flx_var_mul_xc(x, 42.0 + k);
    }
    flx_tape_destroy(t);
}

/* Constant factors lie in a pool that grows, and moves, while the sweep is recorded. */
Test(array, constant_factors_while_the_tape_grows)
{
    for (int length = 1; length <= 300; length += 13) {
        flx_tape *t = new_tape();
        const double one[3] = {1.0, 1.0, 1.0};
        const flx_array a = flx_array_variable(t, 3, 1, one),
                        ones = flx_array_constant(t, 3, 1, one);
        flx_array v = a, g;
        double out[3], want = 1.0;
        for (int k = 0; k < length; k++) {
            v = flx_array_axpy(flx_constant(1.01), v, a);
            want = 1.01 * want + 1.0;
        }
        cr_assert_eq(flx_grad_array(flx_array_dot(v, ones), a, &g, FLX_CREATE_GRAPH), FLX_OK);
        cr_expect_eq(flx_array_peek(g, out), FLX_OK);
        for (int k = 0; k < 3; k++)
            cr_expect_float_eq(out[k], want, 1e-13 * want, "length %d: %g, want %g", length, out[k],
                               want);
        flx_tape_destroy(t);
    }
}
