/* Programs of array operations against references of 35 digits (tools/reference/arrays.py). */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

#include "reference.h"

enum { N = 6, HESSIAN = 1 + N, THIRD = HESSIAN + N * (N + 1) / 2, NUMBERS = THIRD + 1 };

static const double at[N] = {0.5, -1.25, 0.75, 1.5, -0.25, 1.0};
static const double along[N] = {1.0, 0.5, -0.75, 0.25, 2.0, -1.0};
static const double weights[N] = {1.0, -2.0, 0.5, 3.0, 0.25, -1.5};

static flx_var weighted(flx_array x)
{
    return flx_array_dot(x, flx_array_constant(x.first.tape, 2, 3, weights));
}

static flx_var logsumexp(flx_array x) { return flx_array_logsumexp_along(x, FLX_ALL).first; }
static flx_var softmax(flx_array x) { return weighted(flx_array_softmax(x, FLX_ROWS)); }
static flx_var product(flx_array x) { return flx_array_prod(x, FLX_ALL).first; }
static flx_var gram(flx_array x)
{
    return flx_array_sum(flx_array_sin(flx_array_matmul(x, flx_array_transpose(x))), FLX_ALL).first;
}
static flx_var running(flx_array x)
{
    return weighted(flx_array_tanh(flx_array_cumsum(x, FLX_ROWS)));
}
static flx_var layer(flx_array x)
{
    const flx_array a = flx_array_tanh(flx_array_matmul(flx_array_transpose(x), x));
    return flx_array_sum(flx_array_logsumexp_along(a, FLX_ROWS), FLX_ALL).first;
}

static const struct {
    const char *name;
    flx_var (*of)(flx_array x);
} functions[] = {
    {"norm", flx_array_norm}, {"logsumexp", logsumexp}, {"softmax", softmax}, {"product", product},
    {"gram", gram},           {"running", running},     {"layer", layer},
};

/* What two roads may differ by (check.h), here a road and the truth. */
static void expect(const char *name, const char *mode, size_t k, double got, long double want,
                   double allowed)
{
    cr_expect(ref_error(got, want) <= allowed,
              "%s, %s, number %zu: %.17g, want %.21Lg, allowed %.3g", name, mode, k, got, want,
              allowed);
}

static void hessian(const char *name, const char *mode, const double *h, const long double *want,
                    double allowed)
{
    for (size_t j = 0, number = HESSIAN; j < N; j++) {
        for (size_t k = j; k < N; k++, number++) {
            expect(name, mode, number, h[j * N + k], want[number], allowed);
            expect(name, mode, number, h[k * N + j], want[number], allowed);
        }
    }
}

static void compare(const char *name, flx_program *f, const long double *want)
{
    flx_check_result r;
    flx_work *w = NULL, *jet = NULL;
    double y, g[N], h[N * N], path[4 * N] = {0.0}, series[4];
    cr_expect_eq(flx_check_program(f, at, NULL, &r), FLX_OK, "%s: %s", name, r.summary);
    const double rounding = (2.0 + (double)r.depth) * 0x1p-53;
    const double first = FLX_CHECK_FIRST * rounding * r.bound_first;
    const double second = FLX_CHECK_SECOND * rounding * r.bound_second + first;
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 3, &jet), FLX_OK);
    cr_expect_eq(flx_gradient(f, w, at, &y, g, NULL), FLX_OK);
    expect(name, "value", 0, y, want[0], 8.0 * 0x1p-52 * fabs(y));
    for (size_t k = 0; k < N; k++) expect(name, "gradient", 1 + k, g[k], want[1 + k], first);
    cr_expect_eq(flx_hessian(f, w, NULL, NULL, h, NULL), FLX_OK);
    hessian(name, "forward over reverse", h, want, second);
    cr_expect_eq(flx_hessian_hyperdual(f, w, NULL, NULL, h, NULL), FLX_OK);
    hessian(name, "hyper-duals", h, want, second);
    cr_expect_eq(flx_hessian_double_backprop(f, w, NULL, NULL, h, NULL), FLX_OK);
    hessian(name, "double backprop", h, want, second);
    for (size_t k = 0; k < N; k++) {
        path[k] = at[k];
        path[N + k] = along[k];
    }
    cr_expect_eq(flx_jet(f, jet, 3, path, series, NULL), FLX_OK);
    expect(name, "third coefficient", THIRD, series[3], want[THIRD],
           second * fmax(1.0, fabs(series[3])));
    flx_work_destroy(w);
    flx_work_destroy(jet);
}

Test(array_references, values_and_derivatives)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
        long double want[NUMBERS];
        double nowhere;
        flx_var x[N];
        flx_program *p = NULL;
        flx_tape_reset(t);
        cr_assert_eq(ref_line("arrays", functions[f].name, &nowhere, want, NUMBERS), NUMBERS);
        const flx_array a = flx_array_variable(t, 2, 3, at);
        for (size_t k = 0; k < N; k++) x[k] = flx_array_at(a, k / 3, k % 3);
        const flx_var y = functions[f].of(a);
        cr_assert_eq(flx_freeze(t, N, x, 1, &y, 0, &p, NULL), FLX_OK);
        compare(functions[f].name, p, want);
        flx_program_release(p);
    }
    flx_tape_destroy(t);
}
