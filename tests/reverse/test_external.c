/* test_external.c: operations that the library cannot look into. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "reverse/callbacks.h"

/* ---- a user's own code: y = (x0*x1, sin(x1) + x2^2) ---- */

static flx_status product_value(void *ctx, size_t n, const double *x, size_t m, double *y)
{
    cr_assert(n == 3 && m == 2);
    if (ctx && x[0] < 0.0) return FLX_EARG;
    y[0] = x[0] * x[1];
    y[1] = sin(x[1]) + x[2] * x[2];
    return FLX_OK;
}

static flx_status product_jacobian(void *ctx, size_t n, const double *x, size_t m, double *jac)
{
    (void)ctx;
    cr_assert(n == 3 && m == 6);
    const double rows[6] = {x[1], x[0], 0.0, 0.0, cos(x[1]), 2.0 * x[2]};
    memcpy(jac, rows, sizeof rows);
    return FLX_OK;
}

static int refuses_negative;
static const flx_external product = {"my product", product_value, product_jacobian, NULL, 0, NULL};
static const double place[3] = {0.7, -1.3, 2.1};

static flx_var record_product(flx_tape *t, const flx_external *f, flx_var x[3])
{
    const flx_array a = flx_array_variable(t, 1, 3, place);
    for (size_t k = 0; k < 3; k++) x[k] = flx_array_at(a, 0, k);
    const flx_array y = flx_array_external(f, flx_array_square(a), 2);
    return flx_var_mul(flx_array_at(y, 0, 0), flx_array_at(y, 1, 0));
}

/* The same in the library's own operations. */
static flx_var own_product(flx_tape *t, flx_var x[3])
{
    flx_var s[3];
    for (int k = 0; k < 3; k++) {
        x[k] = flx_variable(t, place[k]);
        s[k] = flx_square(x[k]);
    }
    return flx_mul(flx_mul(s[0], s[1]), flx_add(flx_sin(s[1]), flx_square(s[2])));
}

Test(external, values_and_first_derivatives)
{
    flx_tape *t = new_tape();
    flx_var x[3], z[3], g[3], want[3], dy, dz;
    const flx_var y = record_product(t, &product, x), own = own_product(t, z);
    cr_assert_eq(flx_tape_status(t), FLX_OK);
    cr_expect_eq(flx_peek(y), flx_peek(own));
    const flx_var dir[3] = {flx_constant(1.0), flx_constant(-2.0), flx_constant(0.5)};
    cr_expect_eq(flx_jvp_record(3, x, dir, 1, &y, &dy), FLX_OK);
    cr_expect_eq(flx_jvp_record(3, z, dir, 1, &own, &dz), FLX_OK);
    cr_expect_float_eq(flx_peek(dy), flx_peek(dz), 1e-13 * fabs(flx_peek(dz)));
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags += FLX_CREATE_GRAPH) {
        cr_expect_eq(flx_grad(y, 3, x, g, flags), FLX_OK);
        cr_expect_eq(flx_grad(own, 3, z, want, flags), FLX_OK);
        for (int k = 0; k < 3; k++)
            cr_expect_float_eq(flx_peek(g[k]), flx_peek(want[k]), 1e-13 * fabs(flx_peek(want[k])));
    }
    flx_tape_destroy(t);
}

Test(external, a_second_derivative_is_refused_by_name)
{
    flx_tape *t = new_tape();
    flx_var x[3], g[3], h[3];
    const flx_var y = record_product(t, &product, x);
    flx_program *f;
    flx_work *w;
    flx_report r;
    double v[3], dir[3] = {1.0, 0.0, 0.0};
    cr_assert_eq(flx_freeze(t, 3, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_grad(y, 3, x, g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_grad(g[0], 3, x, h, 0), FLX_EORDER);
    r = flx_tape_report(t);
    cr_expect_str_eq(r.op, "my product");
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_expect_eq(flx_gradient(f, w, place, NULL, v, &r), FLX_OK);
    cr_expect_eq(flx_hvp(f, w, place, dir, NULL, v, &r), FLX_EORDER);
    cr_expect_str_eq(r.op, "my product");
    cr_expect_eq(flx_hvp_double_backprop(f, w, place, dir, NULL, v, &r), FLX_EORDER);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(external, without_a_jacobian_a_result_has_no_gradient_itself)
{
    flx_tape *t = new_tape();
    const flx_external blind = {"blind", product_value, NULL, NULL, 0, NULL};
    const flx_array x = flx_array_variable(t, 3, 1, place);
    const flx_var y = flx_array_at(flx_array_external(&blind, x, 2), 1, 0);
    const flx_var in = flx_array_at(x, 0, 0);
    flx_var g;
    cr_expect_eq(flx_grad(y, 1, &in, &g, 0), FLX_EORDER);
    cr_expect_str_eq(flx_tape_report(t).op, "blind");
    flx_tape_destroy(t);
}

Test(external, without_a_jacobian_there_is_no_gradient)
{
    flx_tape *t = new_tape();
    flx_var x[3], g[3];
    const flx_external blind = {"blind", product_value, NULL, NULL, 0, NULL};
    const flx_var y = record_product(t, &blind, x);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    cr_expect_eq(flx_grad(y, 3, x, g, 0), FLX_EORDER);
    cr_expect_str_eq(flx_tape_report(t).op, "blind");
    flx_tape_destroy(t);
}

/* A Jacobian that is wrong by 1e-7 in one entry. */
static flx_status wrong_jacobian(void *ctx, size_t n, const double *x, size_t m, double *jac)
{
    const flx_status status = product_jacobian(ctx, n, x, m, jac);
    jac[4] *= 1.0 + 1e-7;
    return status;
}

Test(external, the_check_names_a_wrong_jacobian_in_a_long_program)
{
    for (int wrong = 0; wrong < 2; wrong++) {
        const flx_external f = {
            "mine", product_value, wrong ? wrong_jacobian : product_jacobian, NULL, 0, NULL};
        flx_tape *t = new_tape();
        flx_var x[3];
        flx_check_result r;
        flx_tape_label(t, "mine is here");
        flx_var y = record_product(t, &f, x);
        flx_tape_label(t, "many others");
        for (int k = 0; k < 50000; k++) y = flx_add(flx_mul(flx_sin(y), 0.5), x[k % 3]);
        const flx_status status = flx_check_tape(t, 3, x, 1, &y, NULL, &r);
        cr_expect_eq(status, wrong ? FLX_EDISAGREE : FLX_OK);
        cr_expect_eq(r.guilty.roads, wrong ? FLX_ROAD_BIT(FLX_ROAD_USER) : 0);
        if (wrong) cr_expect_str_eq(r.guilty.op, "mine");
        if (wrong) cr_expect_str_eq(r.guilty.label, "mine is here");
        flx_tape_destroy(t);
    }
}

Test(external, a_replay_calls_again_and_a_failure_is_nan)
{
    flx_tape *t = new_tape();
    flx_var x[3], y[2];
    flx_program *f;
    flx_work *w;
    const flx_external f_of = {"wary", product_value, product_jacobian, NULL, 0, &refuses_negative};
    const flx_array a = flx_array_variable(t, 3, 1, (double[3]){1.0, 2.0, 3.0});
    const flx_array b = flx_array_external(&f_of, a, 2);
    double out[2], jac[6];
    for (size_t k = 0; k < 3; k++) x[k] = flx_array_at(a, k, 0);
    for (size_t k = 0; k < 2; k++) y[k] = flx_array_at(b, k, 0);
    cr_assert_eq(flx_freeze(t, 3, x, 2, y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    cr_expect_eq(flx_jacobian(f, w, place, jac, NULL), FLX_OK);
    double want[6];
    product_jacobian(NULL, 3, place, 6, want);
    for (int k = 0; k < 6; k++) cr_expect_eq(jac[k], want[k], "%d", k);
    const double negative[3] = {-1.0, 1.0, 1.0};
    flx_report r;
    cr_expect_eq(flx_eval(f, w, negative, out, &r), FLX_OK);
    cr_expect(isnan(out[0]) && isnan(out[1]));
    cr_expect(r.flags & FLX_FLAG_DOMAIN);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* ---- a Jacobian on variables ---- */

static void recorded_jacobian(size_t n, const flx_var *x, size_t mn, flx_var *jac, void *ctx)
{
    (void)ctx;
    cr_assert(n == 3 && mn == 6);
    jac[0] = x[1];
    jac[1] = x[0];
    jac[2] = jac[3] = flx_constant(0.0);
    jac[4] = flx_cos(x[1]);
    jac[5] = flx_mul(x[2], 2.0);
}

/* d'g of a recorded gradient, or a recorded tangent. */
static flx_var derivative(flx_var y, const flx_var x[3], int forward)
{
    const double dir[3] = {0.6, -0.9, 0.4};
    flx_var g[3], dy, sum = flx_constant(0.0);
    for (int k = 0; k < 3; k++) g[k] = flx_constant(dir[k]);
    if (forward) {
        cr_assert_eq(flx_jvp_record(3, x, g, 1, &y, &dy), FLX_OK);
        return dy;
    }
    cr_assert_eq(flx_grad(y, 3, x, g, FLX_CREATE_GRAPH), FLX_OK);
    for (int k = 0; k < 3; k++) sum = flx_add(sum, flx_mul(g[k], dir[k]));
    return sum;
}

Test(external, a_recorded_jacobian_gives_every_order_asked_for)
{
    for (unsigned order = 1; order <= 8; order++) {
        const flx_external f = {"recorded", product_value, NULL, recorded_jacobian, order, NULL};
        flx_tape *t = new_tape(), *s = new_tape();
        flx_var x[3], z[3], g[3];
        flx_var y = record_product(t, &f, x), own = own_product(s, z);
        cr_expect_eq(flx_peek(y), flx_peek(own));
        const unsigned deep = order < 4 ? order : 4;
        for (unsigned k = 0; k < deep; k++) {
            y = derivative(y, x, k % 2);
            own = derivative(own, z, k % 2);
            const double want = flx_peek(own);
            cr_expect_float_eq(flx_peek(y), want, 1e-12 * fabs(want), "%u of %u: %.17g, want %.17g",
                               k + 1, order, flx_peek(y), want);
        }
        if (order <= 3) cr_expect_eq(flx_grad(y, 3, x, g, 0), FLX_EORDER);
        flx_tape_destroy(t);
        flx_tape_destroy(s);
    }
}

Test(external, a_recorded_jacobian_along_a_path_to_order_eight)
{
    const flx_external f_of = {"recorded", product_value, NULL, recorded_jacobian, 8, NULL};
    double path[9][3] = {{0.7, -1.3, 2.1}, {0.6, -0.9, 0.4}}, got[9], want[9];
    for (int own = 0; own < 2; own++) {
        flx_tape *t = new_tape();
        flx_var x[3];
        flx_program *f;
        flx_work *w;
        const flx_var y = own ? own_product(t, x) : record_product(t, &f_of, x);
        cr_assert_eq(flx_freeze(t, 3, x, 1, &y, 0, &f, NULL), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 8, &w), FLX_OK);
        cr_assert_eq(flx_jet(f, w, 8, path[0], own ? want : got, NULL), FLX_OK);
        flx_work_destroy(w);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
    for (int k = 0; k < 9; k++)
        cr_expect_float_eq(got[k], want[k], 1e-13 * (1.0 + fabs(want[k])), "%d: %.17g, want %.17g",
                           k, got[k], want[k]);
}

static flx_var product_thrice(flx_tape *t, flx_var *x)
{
    static const flx_external f = {"recorded", product_value, NULL, recorded_jacobian, 3, NULL};
    return record_product(t, &f, x);
}

Test(external, every_refused_request_is_a_status) { hostile_expect_gradient(product_thrice); }

/* ---- callbacks that leave something undone ---- */

Test(external, what_a_recorded_jacobian_does_not_write_is_zero)
{
    hostile h = {0};
    flx_tape *t = new_dirty_tape(&h);
    const flx_external f = {"f", three_and_on, NULL, writes_nothing, 1, NULL};
    const flx_array x = flx_array_variable(t, 3, 1, place), y = flx_array_external(&f, x, 2);
    flx_array g;
    double values[3];
    cr_assert_eq(flx_grad_array(flx_array_at(y, 1, 0), x, &g, 0), FLX_OK);
    cr_assert_eq(flx_array_peek(g, values), FLX_OK);
    cr_expect_eq(flx_peek(flx_array_at(y, 1, 0)), 4.0);
    for (int k = 0; k < 3; k++) cr_expect_eq(values[k], 0.0);
    flx_tape_destroy(t);
}

Test(external, of_no_inputs)
{
    flx_tape *t = new_tape();
    const flx_external f = {"f", three_and_on, NULL, writes_nothing, 2, NULL};
    const flx_array y = flx_array_external(&f, flx_array_variable(t, 0, 1, NULL), 2);
    cr_expect_eq(flx_tape_status(t), FLX_OK, "%s", flx_status_name(flx_tape_status(t)));
    cr_expect_eq(flx_peek(flx_array_at(y, 1, 0)), 4.0);
    flx_tape_destroy(t);
}

/* One work in all modes, one after the other: each begins with what another left. */
Test(external, modes_do_not_disturb_each_other)
{
    const flx_external recorded = {"recorded", product_value, NULL, recorded_jacobian, 2, NULL};
    const double dir[3] = {1.0, -2.0, 0.5};
    double got[2][2][30];
    for (int own = 0; own < 2; own++) {
        flx_tape *t = new_tape();
        flx_var x[3];
        flx_program *f;
        flx_work *w;
        const flx_var y = own ? own_product(t, x) : record_product(t, &recorded, x);
        cr_assert_eq(flx_freeze(t, 3, x, 1, &y, 0, &f, NULL), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
        for (int again = 0; again < 2; again++) {
            double *v = got[own][again];
            cr_assert_eq(flx_gradient(f, w, place, NULL, v, NULL), FLX_OK);
            cr_assert_eq(flx_jvp(f, w, place, dir, v + 3, NULL), FLX_OK);
            cr_assert_eq(flx_hessian_hyperdual(f, w, place, NULL, v + 4, NULL), FLX_OK);
            cr_assert_eq(flx_hvp(f, w, place, dir, NULL, v + 13, NULL), FLX_OK);
            cr_assert_eq(flx_hvp_double_backprop(f, w, place, dir, NULL, v + 16, NULL), FLX_OK);
            cr_assert_eq(flx_jvp(f, w, place, dir, v + 19, NULL), FLX_OK);
            cr_assert_eq(flx_hessian(f, w, place, NULL, v + 20, NULL), FLX_OK);
            cr_assert_eq(flx_jvp(f, w, place, dir, v + 29, NULL), FLX_OK);
        }
        flx_work_destroy(w);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
    for (int again = 0; again < 2; again++)
        for (int k = 0; k < 30; k++)
            cr_expect_float_eq(got[0][again][k], got[1][0][k], 1e-12 * (1.0 + fabs(got[1][0][k])),
                               "%d, %d: %.17g, want %.17g", again, k, got[0][again][k],
                               got[1][0][k]);
}

/* A callback sees a row of plain doubles, whatever view it is given; what lies so already is not
 * copied. */
Test(external, any_view_is_a_row_of_doubles)
{
    static const double nine[9] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
    flx_tape *t = new_tape();
    const flx_array a = flx_array_variable(t, 3, 3, nine);
    const struct {
        flx_array x;
        double want[3]; /* what the callback is to see */
        size_t slots;
    } cases[] = {
        {flx_array_row(a, 1), {0.4, 0.5, 0.6}, 2},
        {flx_array_transpose(flx_array_row(a, 1)), {0.4, 0.5, 0.6}, 2},
        {flx_array_col(a, 1), {0.2, 0.5, 0.8}, 5},
        {flx_array_transpose(flx_array_col(a, 1)), {0.2, 0.5, 0.8}, 5},
        {flx_array_diagonal(a), {0.1, 0.5, 0.9}, 5},
    };
    const flx_external f = {"f", product_value, NULL, NULL, 0, NULL};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        double want[2], got[2];
        const size_t before = flx_tape_measure(t).slots;
        const flx_array y = flx_array_external(&f, cases[k].x, 2);
        cr_expect_eq(flx_tape_measure(t).slots - before, cases[k].slots, "%zu", k);
        product_value(NULL, 3, cases[k].want, 2, want);
        cr_assert_eq(flx_array_peek(y, got), FLX_OK);
        cr_expect(got[0] == want[0] && got[1] == want[1], "%zu: %g %g", k, got[0], got[1]);
    }
    flx_tape_destroy(t);
}
Test(external, arguments)
{
    flx_tape *t = new_tape();
    const flx_array a = flx_array_variable(t, 3, 1, place);
    const flx_mark m = flx_tape_mark(t);
    const flx_external none = {"none", NULL, NULL, NULL, 0, NULL};
    flx_array_external(&none, a, 1);
    cr_expect_eq(flx_tape_status(t), FLX_EARG);
    cr_expect_eq(flx_tape_rewind(t, m), FLX_OK);
    flx_array_external(NULL, a, 1);
    cr_expect_eq(flx_tape_status(t), FLX_EARG);
    cr_expect_eq(flx_tape_rewind(t, m), FLX_OK);
    const flx_array constant = flx_array_scalar(flx_constant(1.0));
    cr_expect_eq(flx_array_external(&product, constant, 2).rows, 0);
    cr_expect_eq(flx_array_external(NULL, constant, 2).rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_array_external(&product, a, (size_t)1 << 33);
    cr_expect_eq(flx_tape_status(t), FLX_ELIMIT);
    flx_tape_destroy(t);
}
