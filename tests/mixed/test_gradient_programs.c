/* Programs that hold a recorded gradient and something nonlinear of it, so that every component of
 * every recorded product matters: squared norms of gradients against their Hessians written out,
 * in numbers that need no rounding; and gradients at poles, where exact zeros meet infinities. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/array.h>
#include <fluxion/mixed.h>
#include <fluxion/var.h>

#define INF ((double)INFINITY)

enum { INPUTS = 3 };

typedef flx_status hessian_road(const flx_program *, flx_work *, const double *, const double *,
                                double *, flx_report *);
static const struct {
    const char *name;
    hessian_road *hessian;
} road[] = {{"forward over reverse", flx_hessian},
            {"hyper-duals", flx_hessian_hyperdual},
            {"double backprop", flx_hessian_double_backprop}};

/* The Hessian of y by x at a point, bit for bit, by every road. */
static void expect_hessian(flx_tape *t, const flx_var *x, flx_var y, const double *at,
                           const double *want, const char *what)
{
    flx_program *f;
    flx_work *w;
    double h[INPUTS * INPUTS];
    cr_assert_eq(flx_freeze(t, INPUTS, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    for (size_t r = 0; r < sizeof road / sizeof *road; r++) {
        cr_expect_eq(road[r].hessian(f, w, at, NULL, h, NULL), FLX_OK);
        for (size_t k = 0; k < INPUTS * INPUTS; k++)
            cr_expect(h[k] == want[k], "%s at (%g, %g, %g) by %s: entry %zu is %g, not %g", what,
                      at[0], at[1], at[2], road[r].name, k, h[k], want[k]);
    }
    flx_work_destroy(w);
    flx_program_release(f);
}

static flx_tape *three_variables(flx_var *x)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < INPUTS; k++) x[k] = flx_variable(t, 1.0);
    return t;
}

/* The squared norm of y's gradient. */
static flx_var gradient_norm(flx_var y, const flx_var *x)
{
    flx_var g[INPUTS], sum = flx_constant(0.0);
    cr_assert_eq(flx_grad(y, INPUTS, x, g, FLX_CREATE_GRAPH), FLX_OK);
    for (size_t k = 0; k < INPUTS; k++) sum = flx_var_add(sum, flx_var_square(g[k]));
    return sum;
}

/* y = a^2 b + b c: N = 4a^2 b^2 + (a^2 + c)^2 + b^2. */
Test(gradient_programs, norm_of_a_gradient_of_products)
{
    flx_var x[INPUTS];
    flx_tape *t = three_variables(x);
    const flx_var y =
        flx_var_add(flx_var_mul(flx_var_mul(x[0], x[0]), x[1]), flx_var_mul(x[1], x[2]));
    const double a = 3.0, b = 5.0, c = -2.0, at[INPUTS] = {a, b, c};
    const double want[INPUTS * INPUTS] = {8 * b * b + 12 * a * a + 4 * c,
                                          16 * a * b,
                                          4 * a,
                                          16 * a * b,
                                          8 * a * a + 2,
                                          0,
                                          4 * a,
                                          0,
                                          2};
    expect_hessian(t, x, gradient_norm(y, x), at, want, "products");
    flx_tape_destroy(t);
}

/* y = (c*u + v)'v with u = (a, b), v = (b, c): the same function of arrays, a*b*c + b*c^2 + b^2 +
 * c^2, so g = (bc, ac + c^2 + 2b, ab + 2bc + 2c). */
Test(gradient_programs, norm_of_a_gradient_of_arrays)
{
    flx_var x[INPUTS];
    flx_tape *t = three_variables(x);
    const flx_var u_of[2] = {x[0], x[1]}, v_of[2] = {x[1], x[2]};
    const flx_array u = flx_array_pack(t, 2, 1, u_of), v = flx_array_pack(t, 2, 1, v_of);
    const flx_var y = flx_array_dot(flx_array_axpy(x[2], u, v), v);
    const double a = 3.0, b = 5.0, c = -2.0, at[INPUTS] = {a, b, c};
    const double g[INPUTS] = {b * c, a * c + c * c + 2 * b, a * b + 2 * b * c + 2 * c};
    /* H of y, and the derivatives of its entries by a, b, c. */
    const double h[INPUTS][INPUTS] = {{0, c, b}, {c, 2, a + 2 * c}, {b, a + 2 * c, 2 * b + 2}};
    const double third[INPUTS][INPUTS][INPUTS] = {{{0, 0, 0}, {0, 0, 1}, {0, 1, 0}},
                                                  {{0, 0, 1}, {0, 0, 0}, {1, 0, 2}},
                                                  {{0, 1, 0}, {1, 0, 2}, {0, 2, 0}}};
    double want[INPUTS * INPUTS] = {0};
    for (size_t i = 0; i < INPUTS; i++)
        for (size_t j = 0; j < INPUTS; j++)
            for (size_t k = 0; k < INPUTS; k++)
                want[i * INPUTS + j] += 2 * (h[i][k] * h[j][k] + g[k] * third[i][j][k]);
    expect_hessian(t, x, gradient_norm(y, x), at, want, "arrays");
    flx_tape_destroy(t);
}

/* y = a/b + c: N = 1/b^2 + a^2/b^4 + 1, at powers of two. */
Test(gradient_programs, norm_of_a_gradient_of_a_quotient)
{
    flx_var x[INPUTS];
    flx_tape *t = three_variables(x);
    const flx_var y = flx_var_add(flx_var_div(x[0], x[1]), x[2]);
    const double a = -8.0, b = 2.0, at[INPUTS] = {a, b, 1.0};
    const double ab = -8 * a / pow(b, 5.0);
    const double want[INPUTS * INPUTS] = {
        2 / pow(b, 4.0), ab, 0, ab, 6 / pow(b, 4.0) + 20 * a * a / pow(b, 6.0), 0, 0, 0, 0};
    expect_hessian(t, x, gradient_norm(y, x), at, want, "a quotient");
    flx_tape_destroy(t);
}

/* s times the derivative of y by x. */
static flx_var seeded(flx_var y, flx_var s, flx_var x)
{
    flx_var g;
    cr_assert_eq(flx_grad_seeded(1, &y, &s, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    return g;
}

/* Inputs s, a, b. Limits for b from above, where s = 0 has hidden the rest of its terms. */
Test(gradient_programs, gradients_at_poles)
{
    flx_var x[INPUTS];
    flx_tape *t = three_variables(x);
    const double at[INPUTS] = {1.0, 1.0, 0.0}, hidden[INPUTS] = {0.0, 1.0, 0.0};
    const double of_b[INPUTS * INPUTS] = {INF, 0, -INF, 0, 0, 0, -INF, 0, INF};
    /* exp(s/(2 sqrt(b))) */
    const flx_var root = flx_var_exp(seeded(flx_var_sqrt(x[2]), x[0], x[2]));
    const double root_hidden[INPUTS * INPUTS] = {INF, 0, -INF, 0, 0, 0, -INF, 0, 0};
    expect_hessian(t, x, root, at, of_b, "exp(s*sqrt'(b))");
    expect_hessian(t, x, root, hidden, root_hidden, "exp(s*sqrt'(b))");
    /* (s/b)^2, twice */
    const flx_var quotient = flx_var_square(seeded(flx_var_div(x[1], x[2]), x[0], x[1]));
    expect_hessian(t, x, quotient, at, of_b, "(s*d(a/b)/da)^2");
    const flx_var log_b = flx_var_square(seeded(flx_var_log(x[2]), x[0], x[2]));
    expect_hessian(t, x, log_b, at, of_b, "(s*log'(b))^2");
    /* (s*a/b^2)^2 */
    const flx_var by_b = flx_var_square(seeded(flx_var_div(x[1], x[2]), x[0], x[2]));
    const double of_all[INPUTS * INPUTS] = {INF, INF, -INF, INF, INF, -INF, -INF, -INF, INF};
    expect_hessian(t, x, by_b, at, of_all, "(s*d(a/b)/db)^2");
    flx_tape_destroy(t);
}

/* 1/x, and what differs from it by a shift and a factor, is defined where the logarithm is not. */
Test(gradient_programs, logarithms_have_no_slope_where_they_have_no_value)
{
    static const struct {
        const char *name;
        flx_var (*f)(flx_var);
        flx_array (*of_array)(flx_array);
    } logarithm[] = {{"log", flx_var_log, flx_array_log},
                     {"log1p", flx_var_log1p, flx_array_log1p},
                     {"log2", flx_var_log2, flx_array_log2},
                     {"log10", flx_var_log10, flx_array_log10}};
    for (size_t k = 0; k < sizeof logarithm / sizeof *logarithm; k++) {
        flx_var x[INPUTS], g[INPUTS];
        flx_tape *t = three_variables(x);
        const flx_array two = flx_array_pack(t, 2, 1, &x[1]);
        const flx_array sum = flx_array_sum(logarithm[k].of_array(two), FLX_ALL);
        const flx_var y = flx_var_add(logarithm[k].f(x[0]), flx_array_at(sum, 0, 0));
        cr_assert_eq(flx_grad(y, INPUTS, x, g, FLX_CREATE_GRAPH), FLX_OK);
        const double at[INPUTS] = {-3.0, 4.0, -5.0};
        double got[INPUTS];
        flx_program *f;
        flx_work *w;
        cr_assert_eq(flx_freeze(t, INPUTS, x, INPUTS, g, 0, &f, NULL), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &w), FLX_OK);
        cr_assert_eq(flx_eval(f, w, at, got, NULL), FLX_OK);
        cr_expect(isnan(got[0]), "%s: %g", logarithm[k].name, got[0]);
        cr_expect(isfinite(got[1]), "%s of arrays: %g", logarithm[k].name, got[1]);
        cr_expect(isnan(got[2]), "%s of arrays: %g", logarithm[k].name, got[2]);
        flx_work_destroy(w);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}
