/* The k-th allocation fails, for every k, of every entry point: a status, nothing lost, and a tape
 * that can be used on. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/function.h>
#include <fluxion/mixed.h>

#include "hostile_expect.h"

static void body(size_t n, const flx_var *x, size_t m, flx_var *y, void *ctx)
{
    (void)ctx;
    (void)m;
    y[0] = flx_constant(1.0);
    for (size_t k = 0; k < n; k++) y[0] = flx_var_mul(y[0], flx_var_sin(x[k]));
}

/* Records a little of everything. */
static flx_var record(flx_tape *t, flx_var *x, flx_array *a)
{
    const double start[4] = {0.1, 0.2, 0.3, 0.4};
    FLX_HERE(t);
    for (int k = 0; k < 3; k++) x[k] = flx_variable(t, 0.5 + k);
    const flx_var p = flx_parameter(t, 2.0);
    *a = flx_array_variable(t, 2, 2, start);
    FLX_HERE(t);
    flx_var y = flx_array_dot(flx_array_axpy(x[0], *a, flx_array_transpose(*a)), *a);
    y = flx_var_add(y, flx_array_dot(*a, flx_array_constant(t, 2, 2, start)));
    for (int k = 0; k < 100; k++) {
        y = flx_var_select(x[1], flx_var_mul(y, flx_var_sin(x[k % 3])), x[2]);
        y = flx_var_hypot(flx_var_add_xc(y, 1.0), flx_var_pow(x[k % 3], p));
        y = flx_var_lt_xc(y, 3.0) ? flx_var_mul_xc(y, 1.5) : flx_var_tanh(y);
    }
    return y;
}

static int expected(flx_status s) { return s == FLX_OK || s == FLX_ENOMEM; }

/* Everything that allocates. Returns whether all of it succeeded. */
static int everything(const flx_allocator *allocator, size_t k, void *ctx)
{
    (void)ctx;
    const flx_tape_options options = {.allocator = *allocator};
    const flx_function function = {.name = "body", .f_var = body};
    const double at[3] = {0.4, 1.4, 2.4};
    flx_tape *t = NULL;
    flx_program *f = NULL, *g = NULL;
    flx_work *w = NULL, *jet = NULL;
    flx_var x[3], gx[3];
    flx_array a, ga;
    double out[9], path[9] = {0.4, 1.4, 2.4, 1.0};
    flx_status s[12];
    memset(s, 0, sizeof s);
    s[0] = flx_tape_create(&options, &t);
    if (t) {
        const flx_mark start = flx_tape_mark(t);
        const flx_var y = record(t, x, &a);
        s[1] = flx_grad(y, 3, x, gx, 0);
        s[2] = flx_grad(y, 3, x, gx, FLX_CREATE_GRAPH);
        s[3] = flx_grad_array(y, a, &ga, FLX_CREATE_GRAPH);
        s[4] = flx_freeze(t, 3, x, 1, &y, 0, &f, NULL);
        if (flx_tape_status(t) != FLX_OK) {
            cr_expect_eq(flx_tape_status(t), FLX_ENOMEM);
            s[5] = flx_tape_rewind(t, start);
            const flx_var z = flx_variable(t, 3.0);
            cr_expect(flx_peek(flx_var_square(z)) == 9.0 || flx_tape_status(t) == FLX_ENOMEM,
                      "used on after request %zu", k);
        }
    }
    if (f) s[6] = flx_work_create(f, FLX_WORK_SECOND, 0, &w);
    if (f) s[7] = flx_work_create(f, FLX_WORK_JET, 2, &jet);
    if (w) s[8] = flx_hessian_double_backprop(f, w, at, NULL, out, NULL);
    if (w) s[9] = flx_hvp_double_backprop(f, w, at, at, NULL, out, NULL);
    if (jet) s[10] = flx_jet(f, jet, 2, path, out, NULL);
    s[11] = flx_record(&function, 3, at, 1, NULL, 0, allocator, &g, NULL);
    int good = 1;
    for (int i = 0; i < 12; i++) {
        cr_expect(expected(s[i]), "request %zu: step %d: %s", k, i, flx_status_name(s[i]));
        good = good && s[i] == FLX_OK;
    }
    flx_work_destroy(w);
    flx_work_destroy(jet);
    flx_program_release(f);
    flx_program_release(g);
    flx_tape_destroy(t);
    return good;
}

Test(hostile, every_refused_request_is_a_status) { hostile_expect(40, 0, everything, NULL); }

/* Memory that comes back: what failed can be done again. */
Test(hostile, a_tape_recovers)
{
    hostile h = {0, 0, 0, 1};
    const flx_tape_options options = {.allocator = hostile_allocator(&h)};
    flx_tape *t;
    flx_var g;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_mark start = flx_tape_mark(t);
    h.refuse = h.requests + 1;
    flx_var x = flx_variable(t, 1.0), y = x;
    for (int k = 0; k < 1000; k++) y = flx_var_sin(y);
    cr_expect_eq(flx_tape_status(t), FLX_ENOMEM);
    h.refuse = 0;
    cr_expect_eq(flx_tape_rewind(t, start), FLX_OK);
    y = x = flx_variable(t, 1.0);
    for (int k = 0; k < 1000; k++) y = flx_var_sin(y);
    h.refuse = h.requests + 1;
    cr_expect_eq(flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH), FLX_ENOMEM);
    cr_expect(isnan(flx_peek(g)));
    h.refuse = 0;
    cr_expect_eq(flx_tape_rewind(t, flx_tape_mark(t)), FLX_OK, "clears the status, keeps the code");
    cr_expect_eq(flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect(flx_peek(g) > 0.0);
    flx_tape_destroy(t);
    cr_expect_eq(h.bytes, 0);
}
