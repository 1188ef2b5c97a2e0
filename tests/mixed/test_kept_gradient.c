/* Double backprop keeps the gradient that it has recorded in the work: at other points it gives the
 * bits, statuses and flags of a work that records it there. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include <fluxion/array.h>
#include <fluxion/function.h>
#include <fluxion/mixed.h>

enum { INPUTS = 3 };

/* Two outputs, a parameter, an array, a choice, functions with poles and kinks. */
static flx_program *program(void)
{
    flx_tape *t;
    flx_program *f;
    flx_var x[INPUTS], y[2];
    const double start[INPUTS] = {0.5, 1.5, -0.5};
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (int k = 0; k < INPUTS; k++) x[k] = flx_variable(t, start[k]);
    const flx_var p = flx_parameter(t, 2.0);
    const flx_array a = flx_array_pack(t, 1, INPUTS, x);
    y[0] = flx_var_div(flx_var_mul(flx_var_sin(x[0]), flx_var_pow(x[1], p)), flx_var_exp(x[2]));
    y[0] = flx_var_add(y[0], flx_array_dot(flx_array_axpy(x[0], a, a), a));
    y[1] = flx_var_select(x[2], flx_var_sqrt(x[2]), flx_var_square(x[2]));
    y[1] = flx_var_mul(y[1], flx_var_fabs(flx_var_sub(x[0], x[1])));
    if (flx_var_gt_xc(x[1], 0.0)) y[1] = flx_var_add_xc(y[1], 1.0);
    cr_assert_eq(flx_freeze(t, INPUTS, x, 2, y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

static flx_work *work_of(flx_program *f, double parameter)
{
    flx_work *w;
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_assert_eq(flx_work_set_parameters(f, w, &parameter), FLX_OK);
    return w;
}

static void expect_same_bits(const double *a, const double *b, size_t n, int step)
{
    for (size_t k = 0; k < n; k++)
        cr_expect((isnan(a[k]) && isnan(b[k])) || memcmp(&a[k], &b[k], sizeof *a) == 0,
                  "step %d, %zu: %.17g and %.17g", step, k, a[k], b[k]);
}

Test(kept_gradient, gives_what_a_fresh_one_does)
{
    const double point[][INPUTS] = {
        {0.5, 1.5, -0.5},      {0.7, 0.9, 0.3},   {0.7, 0.7, 0.3},  {0.7, 0.9, 0.0},
        {0.2, 0.9, 0.1},       {0.2, -1.0, 0.1},  {0.3, 2.0, 4.0},  {0.3, 1e200, 4.0},
        {0.3, 2.0, -INFINITY}, {NAN, 1.0, 1.0},   {0.1, 0.25, 0.5}, {0.0, 0.25, 0.5},
        {1e-300, 0.25, 0.5},   {0.1, 0.25, -800}, {0.4, 0.6, 0.8},
    };
    const double weight[][2] = {{1.0, 1.0}, {1.0, 1.0}, {2.0, -1.0}, {0.0, 1.0}};
    const double dir[INPUTS] = {0.3, -0.7, 1.1};
    flx_program *f = program();
    flx_work *kept = work_of(f, 2.0);
    for (int step = 0; step < 120; step++) {
        const double *x = point[step % 15], *w = weight[step / 7 % 4];
        const double parameter = step / 40 == 1 ? 3.0 : 2.0;
        double a[INPUTS * INPUTS], b[INPUTS * INPUTS];
        flx_report ra, rb;
        cr_assert_eq(flx_work_set_parameters(f, kept, &parameter), FLX_OK);
        flx_work_clear_flags(kept);
        flx_work *fresh = work_of(f, parameter);
        if (step % 3) {
            cr_expect_eq(flx_hvp_double_backprop(f, kept, x, dir, w, a, &ra),
                         flx_hvp_double_backprop(f, fresh, x, dir, w, b, &rb));
            expect_same_bits(a, b, INPUTS, step);
        } else {
            cr_expect_eq(flx_hessian_double_backprop(f, kept, x, w, a, &ra),
                         flx_hessian_double_backprop(f, fresh, x, w, b, &rb));
            expect_same_bits(a, b, INPUTS * INPUTS, step);
        }
        cr_expect_eq(ra.status, rb.status, "step %d", step);
        cr_expect_eq(ra.flags, rb.flags, "step %d: %x and %x", step, ra.flags, rb.flags);
        cr_expect_eq(ra.index, rb.index, "step %d", step);
        cr_expect_eq(flx_work_flags(kept).set, flx_work_flags(fresh).set, "step %d", step);
        flx_work_destroy(fresh);
    }
    flx_work_destroy(kept);
    flx_program_release(f);
}

/* 0/x next to 0: the second derivative is computed as 0 times infinity, and every call says that it overflows. */
Test(kept_gradient, zero_times_infinity_is_flagged)
{
    const double points[] = {DBL_MIN, DBL_MIN, 1.0, DBL_MIN};
    flx_tape *t;
    flx_program *f;
    flx_work *w;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, DBL_MIN), y = flx_var_div(flx_constant(0.0), x);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    for (int k = 0; k < 4; k++) {
        double second[2];
        flx_report r[2];
        const double one = 1.0;
        flx_hessian_double_backprop(f, w, &points[k], NULL, &second[0], &r[0]);
        flx_hvp_double_backprop(f, w, &points[k], &one, NULL, &second[1], &r[1]);
        for (int j = 0; j < 2; j++) {
            cr_expect_eq(isnan(second[j]) != 0, points[k] != 1.0, "%d: %g", k, second[j]);
            cr_expect_eq(r[j].flags, isnan(second[j]) ? FLX_FLAG_OVERFLOW : 0, "%d: %x", k,
                         r[j].flags);
        }
    }
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

static flx_program *logarithm_and_product(void)
{
    flx_tape *t;
    flx_program *f;
    flx_var x[INPUTS], y[2];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (int k = 0; k < INPUTS; k++) x[k] = flx_variable(t, 1.0 + k);
    y[0] = flx_var_add(flx_var_log(x[0]), flx_var_square(x[1]));
    y[1] = flx_var_mul(flx_var_mul(x[0], x[1]), x[2]);
    cr_assert_eq(flx_freeze(t, INPUTS, x, 2, y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

static unsigned flags_of_product(flx_program *f, flx_work *w, const double *x, const double *dir,
                                 const double *weight)
{
    double hv[INPUTS];
    flx_report r;
    cr_expect_eq(flx_hvp_double_backprop(f, w, x, dir, weight, hv, &r), FLX_OK);
    return r.flags;
}

/* Where the gradient alone overflows its replay says no less than its record, of which a product along
 * another variable is as finite as ever. */
Test(kept_gradient, gradients_that_overflow_are_flagged_alike)
{
    const double weight[2] = {1.0, 0.0}, dir[2][INPUTS] = {{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}};
    const double usual[INPUTS] = {1.0, 2.0, 3.0}, small[INPUTS] = {1e-310, 2.0, 3.0};
    flx_program *f = logarithm_and_product();
    for (int k = 0; k < 2; k++) {
        flx_work *kept = NULL, *fresh = NULL;
        cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &kept), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &fresh), FLX_OK);
        cr_expect_eq(flags_of_product(f, kept, usual, dir[k], weight), 0);
        const unsigned of_kept = flags_of_product(f, kept, small, dir[k], weight);
        const unsigned of_fresh = flags_of_product(f, fresh, small, dir[k], weight);
        cr_expect_eq(of_kept, of_fresh, "direction %d: %x and %x", k, of_kept, of_fresh);
        cr_expect(of_fresh & FLX_FLAG_OVERFLOW, "direction %d: %x", k, of_fresh);
        flx_work_destroy(kept);
        flx_work_destroy(fresh);
    }
    flx_program_release(f);
}

/* What overflows because a direction or a weight is infinite is the caller's infinity, whichever of them
 * it is. */
Test(kept_gradient, infinite_seeds_are_no_overflow)
{
    const double x[INPUTS] = {1.0, 2.0, 3.0}, ones[INPUTS] = {1.0, 1.0, 1.0};
    flx_program *f = logarithm_and_product();
    flx_work *w = NULL;
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    for (int k = 0; k < INPUTS; k++) {
        double dir[INPUTS] = {1.0, 1.0, 1.0};
        dir[k] = (double)INFINITY;
        cr_expect_eq(flags_of_product(f, w, x, dir, ones), 0, "direction %d", k);
    }
    for (int k = 0; k < 2; k++) {
        double weight[2] = {1.0, 1.0};
        weight[k] = (double)INFINITY;
        cr_expect_eq(flags_of_product(f, w, x, ones, weight), 0, "weight %d", k);
    }
    flx_work_destroy(w);
    flx_program_release(f);
}

/* One second derivative of nine overflows, the last, as 0 times infinity. */
Test(kept_gradient, the_last_of_a_hessian_may_overflow)
{
    double h[INPUTS * INPUTS];
    flx_report r;
    flx_tape *t;
    flx_program *f;
    flx_work *w;
    flx_var x[INPUTS];
    const double at[INPUTS] = {1.0, 1.0, DBL_MIN};
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (int k = 0; k < INPUTS; k++) x[k] = flx_variable(t, 1.0);
    const flx_var y = flx_var_add(flx_var_mul(x[0], x[1]), flx_var_div(flx_constant(0.0), x[2]));
    cr_assert_eq(flx_freeze(t, INPUTS, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_expect_eq(flx_hessian_double_backprop(f, w, at, NULL, h, &r), FLX_OK);
    cr_expect(h[1] == 1.0 && isnan(h[8]));
    cr_expect(r.flags & FLX_FLAG_OVERFLOW, "%x", r.flags);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}
