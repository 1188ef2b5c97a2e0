/* Worked examples whose answers are known, by every road that the library has: number types, tape,
 * programs. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

#include "mission.h"

#define FLX_NAMES(X)                                                                               \
    X(rosenbrock_at)                                                                               \
    X(sum_of_squares)                                                                              \
    X(cubic) X(sine) X(exponential) X(sin_of_exp_x_times_x) X(quotient)
#define FLX_BODY "mission.inc"
#include <fluxion/instantiate.h>

enum { ROADS = 6 };

static const char *const road_names[ROADS] = {"dual of dual",    "hyper-dual",
                                              "Taylor",          "forward over reverse",
                                              "double backprop", "hyper-dual program"};

/* d2f/dx_i dx_j of a function of two variables by number types. */
static void by_number_types(const flx_function *f, const double *x, size_t i, size_t j, double *h)
{
    flx_ddual dd[2], dy;
    flx_hyperdual hd[2], hy;
    double along[3];
    for (size_t k = 0; k < 2; k++) {
        dd[k] = flx_ddual_make(flx_dual_make(x[k], k == i), flx_dual_make(k == j, 0.0));
        hd[k] = flx_hyperdual_make(x[k], k == i, k == j, 0.0);
    }
    f->f_ddual(2, dd, 1, &dy, NULL);
    f->f_hyperdual(2, hd, 1, &hy, NULL);
    for (int which = 0; which < 3; which++) { /* along e_i + e_j, e_i, e_j */
        flx_taylor2 tx[2], ty;
        for (size_t k = 0; k < 2; k++) {
            tx[k] = flx_taylor2_constant(x[k]);
            tx[k].c[1] = (which != 2 && k == i) + (which != 1 && k == j);
        }
        f->f_taylor2(2, tx, 1, &ty, NULL);
        along[which] = flx_taylor2_derivative(ty, 2);
    }
    h[0] = dy.d.d;
    h[1] = hy.e12;
    h[2] = (along[0] - along[1] - along[2]) / 2.0;
}

static void expect_hessian(const flx_function *f, const double *x, const double *want,
                           const double *dir, const double *product)
{
    double h[ROADS][4], numbers[3], hv[2];
    flx_program *p;
    flx_work *w;
    cr_assert_eq(flx_record(f, 2, x, 1, NULL, FLX_REFUSE_READS, NULL, &p, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(p, FLX_WORK_SECOND, 0, &w), FLX_OK);
    for (size_t k = 0; k < 4; k++) {
        by_number_types(f, x, k / 2, k % 2, numbers);
        for (int r = 0; r < 3; r++) h[r][k] = numbers[r];
    }
    cr_expect_eq(flx_hessian(p, w, x, NULL, h[3], NULL), FLX_OK);
    cr_expect_eq(flx_hessian_double_backprop(p, w, x, NULL, h[4], NULL), FLX_OK);
    cr_expect_eq(flx_hessian_hyperdual(p, w, x, NULL, h[5], NULL), FLX_OK);
    for (int r = 0; r < ROADS; r++) {
        for (int k = 0; k < 4; k++)
            cr_expect_eq(h[r][k], want[k], "%s by %s: entry %d is %g, not %g", f->name,
                         road_names[r], k, h[r][k], want[k]);
        for (int k = 0; k < 2; k++)
            cr_expect_eq(h[r][2 * k] * dir[0] + h[r][2 * k + 1] * dir[1], product[k]);
    }
    cr_expect_eq(flx_hvp(p, w, x, dir, NULL, hv, NULL), FLX_OK);
    cr_expect(hv[0] == product[0] && hv[1] == product[1]);
    cr_expect_eq(flx_hvp_double_backprop(p, w, x, dir, NULL, hv, NULL), FLX_OK);
    cr_expect(hv[0] == product[0] && hv[1] == product[1]);
    flx_work_destroy(w);
    flx_program_release(p);
}

Test(mission, rosenbrock_at_its_minimum_by_every_road)
{
    const double x[2] = {1.0, 1.0}, h[4] = {802.0, -400.0, -400.0, 200.0};
    const double dir[2] = {4.0, 5.0}, product[2] = {1208.0, -600.0};
    expect_hessian(&rosenbrock_at, x, h, dir, product);
}

Test(mission, hessian_vector_product_of_the_sum_of_squares_by_every_road)
{
    const double x[2] = {1.0, 2.0}, h[4] = {2.0, 0.0, 0.0, 2.0};
    const double dir[2] = {4.0, 5.0}, product[2] = {8.0, 10.0};
    expect_hessian(&sum_of_squares, x, h, dir, product);
}

/* Derivatives 0..order of a function of one variable: by Taylor, by a jet of its program, and by
 * gradients recorded over gradients. The bound is ulps of the derivative, times what the terms
 * exceed their sum by. */
static void expect_derivatives(const flx_function *f, double at, const long double *want, int order,
                               double ulps)
{
    flx_taylor8 ty, tx = flx_taylor8_variable(at);
    flx_program *p;
    flx_work *w;
    flx_tape *t;
    double jet_x[9] = {at, 1.0}, jet_y[9], factorial = 1.0;
    f->f_taylor8(1, &tx, 1, &ty, NULL);
    cr_assert_eq(flx_record(f, 1, &at, 1, NULL, 0, NULL, &p, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(p, FLX_WORK_JET, 8, &w), FLX_OK);
    cr_expect_eq(flx_jet(p, w, 8, jet_x, jet_y, NULL), FLX_OK);
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, at);
    flx_var y;
    f->f_var(1, &x, 1, &y, NULL);
    for (int k = 0; k <= order; k++) {
        factorial *= k ? k : 1;
        const double got[3] = {flx_taylor8_derivative(ty, (size_t)k), jet_y[k] * factorial,
                               flx_peek(y)};
        const long double bound = ulps * (k + 1) * fabsl(want[k]) * 0x1p-53L;
        /* Recorded depth doubles the graph with every order: five are enough. */
        for (int r = 0; r < (k <= 5 ? 3 : 2); r++)
            cr_expect(fabsl(got[r] - want[k]) <= bound,
                      "%s, derivative %d, road %d: %.17g, not %.17Lg", f->name, k, r, got[r],
                      want[k]);
        if (k < 5 && k < order) cr_assert_eq(flx_grad(y, 1, &x, &y, FLX_CREATE_GRAPH), FLX_OK);
    }
    flx_tape_destroy(t);
    flx_work_destroy(w);
    flx_program_release(p);
}

Test(mission, a_cubic_at_2)
{
    const long double want[] = {15.0L, 17.0L, 14.0L, 6.0L, 0.0L, 0.0L};
    expect_derivatives(&cubic, 2.0, want, 5, 0.0);
}

Test(mission, sine_and_exponential_to_third_order)
{
    const mission_line sin_line = mission_find("sin"), exp_line = mission_find("exp");
    cr_assert(sin_line.count == 4 && exp_line.count == 4);
    cr_assert_eq(sin_line.x, 3.141);
    cr_assert_eq(exp_line.x, 1.0);
    expect_derivatives(&sine, 3.141, sin_line.value, 3, 4.0);
    expect_derivatives(&exponential, 1.0, exp_line.value, 3, 4.0);
}

Test(mission, sin_exp_x_x_and_a_quotient_to_high_order)
{
    const mission_line line = mission_find("sin_of_exp_x_times_x"), q = mission_find("quotient");
    cr_assert(line.count == 6 && q.count == 9);
    /* The terms are up to 50 times their sum. */
    expect_derivatives(&sin_of_exp_x_times_x, line.x, line.value, 5, 200.0);
    expect_derivatives(&quotient, q.x, q.value, 8, 200.0);
}
