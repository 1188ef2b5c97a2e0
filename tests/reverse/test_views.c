/* Sweeps whose lowest slot lies inside a view: element by element they must give what a sweep over
 * the whole gives. Inputs are single elements of arrays, of what was computed from them, and of
 * recorded gradients. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/grad.h>
#include <fluxion/var.h>

enum { ROWS = 6, COLS = 7, N = ROWS * COLS };

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static flx_array matrix(flx_tape *t, double shift)
{
    double x[N];
    for (int k = 0; k < N; k++) x[k] = sin(1.7 * k + shift) * (1.0 + k % 5);
    return flx_array_variable(t, ROWS, COLS, x);
}

/* Two views of one shape, no two strides alike. */
static void views(flx_array a, int which, flx_array *u, flx_array *w)
{
    switch (which) {
    case 0:
        *u = flx_array_slice(a, 1, 0, 3, 4, 2, 1);
        *w = flx_array_slice(a, 0, 0, 3, 4, 1, 2);
        break;
    case 1:
        *u = flx_array_slice(a, 0, 1, 2, 3, 3, 2);
        *w = flx_array_transpose(flx_array_slice(a, 1, 2, 3, 2, 2, 3));
        break;
    default:
        *u = flx_array_transpose(flx_array_slice(a, 0, 0, 5, 2, 1, 5));
        *w = flx_array_slice(a, 3, 1, 2, 5, 1, 1);
        break;
    }
}

static void expect_close(double got, double want, const char *what, int which, size_t k,
                         unsigned flags)
{
    cr_expect(fabs(got - want) <= 1e-12 * (1.0 + fabs(want)),
              "%s, views %d, element %zu, flags %u: %.17g, want %.17g", what, which, k, flags, got,
              want);
}

/* The gradient of y by each element of x alone, against the gradient by all of x. */
static void expect_by_element(flx_var y, flx_array x, const char *what, int which)
{
    double want[N];
    flx_array whole;
    cr_assert_eq(flx_grad_array(y, x, &whole, 0), FLX_OK);
    cr_assert_eq(flx_array_peek(whole, want), FLX_OK);
    for (size_t k = 0; k < (size_t)x.rows * x.cols; k++) {
        const flx_var element = flx_array_at(x, k / x.cols, k % x.cols);
        for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
            flx_var g;
            cr_assert_eq(flx_grad(y, 1, &element, &g, flags), FLX_OK);
            expect_close(flx_peek(g), want[k], what, which, k, flags);
        }
    }
}

Test(views, one_element_of_an_array)
{
    for (int which = 0; which < 3; which++) {
        flx_tape *t = new_tape();
        const flx_var alpha = flx_variable(t, 0.75);
        const flx_array a = matrix(t, 0.3);
        flx_array u, w, g;
        views(a, which, &u, &w);
        const flx_array v = flx_array_axpy(alpha, u, w);
        const flx_var y = flx_array_dot(v, w);
        expect_by_element(y, a, "input", which);
        expect_by_element(y, v, "intermediate", which);
        cr_assert_eq(flx_grad_array(y, a, &g, FLX_CREATE_GRAPH), FLX_OK);
        views(g, which, &u, &w);
        const flx_var z = flx_array_dot(flx_array_axpy(alpha, w, u), w);
        expect_by_element(z, g, "gradient", which);
        expect_by_element(z, a, "second", which);
        flx_tape_destroy(t);
    }
}

/* The same function of the scalars alone, and of the matrix: closed forms. y = alpha*u'w + w'w. */
Test(views, factors_recorded_after_the_arrays)
{
    for (int which = 0; which < 3; which++) {
        flx_tape *t = new_tape();
        const flx_array a = matrix(t, 0.3);
        const flx_var alpha = flx_variable(t, 0.75); /* above everything that it multiplies */
        flx_array u, w;
        views(a, which, &u, &w);
        const flx_var y = flx_array_dot(flx_array_axpy(alpha, u, w), w);
        double uw = 0.0;
        for (size_t i = 0; i < u.rows; i++)
            for (size_t j = 0; j < u.cols; j++)
                uw += flx_peek(flx_array_at(u, i, j)) * flx_peek(flx_array_at(w, i, j));
        for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
            flx_var g;
            cr_assert_eq(flx_grad(y, 1, &alpha, &g, flags), FLX_OK);
            expect_close(flx_peek(g), uw, "factor", which, 0, flags);
        }
        flx_tape_destroy(t);
    }
}

/* Views of different runs: each has strides of its own, and only one is an input. */
Test(views, two_runs)
{
    for (int which = 0; which < 3; which++) {
        flx_tape *t = new_tape();
        const flx_array a = matrix(t, 0.3), b = matrix(t, 1.1);
        flx_array ua, ub, wa, wb, g;
        views(a, which, &ua, &wa);
        views(b, which, &ub, &wb);
        const flx_var y = flx_var_square(flx_array_dot(ua, wb)), z = flx_array_dot(wb, ua);
        double inner = 0.0, got[N], want[N] = {0.0};
        for (size_t i = 0; i < ua.rows; i++)
            for (size_t j = 0; j < ua.cols; j++)
                inner += flx_peek(flx_array_at(ua, i, j)) * flx_peek(flx_array_at(wb, i, j));
        for (size_t i = 0; i < ua.rows; i++)
            for (size_t j = 0; j < ua.cols; j++)
                want[flx_array_at(ua, i, j).u.at.slot - a.first.u.at.slot] +=
                    2.0 * inner * flx_peek(flx_array_at(wb, i, j));
        for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
            cr_assert_eq(flx_grad_array(y, a, &g, flags), FLX_OK);
            cr_assert_eq(flx_array_peek(g, got), FLX_OK);
            for (size_t k = 0; k < N; k++) expect_close(got[k], want[k], "first", which, k, flags);
        }
        expect_by_element(y, b, "second run", which);
        expect_by_element(z, b, "second run, exchanged", which);
        flx_tape_destroy(t);
    }
}
