/* Programs: freezing, points, drivers, guards, parameters, and what they refuse. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/function.h>
#include <fluxion/mixed.h>
#include <fluxion/var.h>

#include "hostile.h"
#include "reference.h"

/* f(x0, x1; p) = (p*x0^2*sin(x1), x0/x1, 7), with dot and axpy on the way. */
typedef struct fixture {
    flx_tape *tape;
    flx_program *f;
    flx_work *first, *second, *jet;
} fixture;

static void record(fixture *s)
{
    const double c[3] = {0.5, 1.0, 2.0};
    const flx_var x[2] = {flx_variable(s->tape, 1.0), flx_variable(s->tape, 1.0)};
    const flx_var p = flx_parameter(s->tape, 3.0);
    const flx_array k = flx_array_constant(s->tape, 3, 1, c);
    const flx_array v = flx_array_axpy(x[0], k, k);                            /* c (1 + x0) */
    const flx_var d = flx_array_dot(v, k);                                     /* 5.25 (1 + x0) */
    const flx_var q = flx_var_sub(flx_var_div_xc(d, 5.25), flx_constant(1.0)); /* x0 */
    const flx_var y[3] = {flx_var_mul(flx_var_mul(p, flx_var_square(q)), flx_var_sin(x[1])),
                          flx_var_div(x[0], x[1]), flx_constant(7.0)};
    flx_report r;
    cr_assert_eq(flx_freeze(s->tape, 2, x, 3, y, FLX_REFUSE_READS, &s->f, &r), FLX_OK);
    cr_expect_eq(r.reads, 0);
}

static fixture make(void)
{
    fixture s;
    cr_assert_eq(flx_tape_create(NULL, &s.tape), FLX_OK);
    record(&s);
    cr_assert_eq(flx_work_create(s.f, FLX_WORK_FIRST, 0, &s.first), FLX_OK);
    cr_assert_eq(flx_work_create(s.f, FLX_WORK_SECOND, 0, &s.second), FLX_OK);
    cr_assert_eq(flx_work_create(s.f, FLX_WORK_JET, 3, &s.jet), FLX_OK);
    return s;
}

static void clear(fixture *s)
{
    flx_work_destroy(s->first);
    flx_work_destroy(s->second);
    flx_work_destroy(s->jet);
    flx_work_destroy(NULL);
    flx_program_release(s->f);
    flx_program_release(NULL);
    flx_tape_destroy(s->tape);
}

static void expect_near(double got, double want, const char *what)
{
    cr_expect_float_eq(got, want, 4e-15 * fmax(1.0, fabs(want)), "%s: %.17g, want %.17g", what, got,
                       want);
}

Test(program, first_order_drivers)
{
    fixture s = make();
    const double x[2] = {2.0, 0.7}, dir[2] = {0.3, -1.1}, weight[3] = {2.0, -1.0, 5.0};
    const double j[6] = {12.0 * sin(0.7), 12.0 * cos(0.7), 1.0 / 0.7, -2.0 / 0.49, 0.0, 0.0};
    double y[3], jv[3], g[2], jac[6];
    flx_report r;
    cr_expect_eq(flx_inputs(s.f), 2);
    cr_expect_eq(flx_outputs(s.f), 3);
    cr_expect_eq(flx_parameters(s.f), 1);
    cr_expect(flx_instructions(s.f) >= 8);
    cr_expect_eq(flx_eval(s.f, s.first, x, y, &r), FLX_OK);
    expect_near(y[0], 12.0 * sin(0.7), "value");
    cr_expect_eq(y[2], 7.0);
    cr_expect_eq(flx_jvp(s.f, s.first, NULL, dir, jv, &r), FLX_OK);
    for (int i = 0; i < 3; i++)
        expect_near(jv[i], j[2 * i] * dir[0] + j[2 * i + 1] * dir[1], "jvp");
    cr_expect_eq(flx_vjp(s.f, s.first, NULL, weight, g, &r), FLX_OK);
    for (int k = 0; k < 2; k++) expect_near(g[k], 2.0 * j[k] - j[2 + k], "vjp");
    cr_expect_eq(flx_jacobian(s.f, s.first, x, jac, &r), FLX_OK);
    for (int k = 0; k < 6; k++) expect_near(jac[k], j[k], "jacobian");
    cr_expect_eq(r.status, FLX_OK);
    clear(&s);
}

Test(program, second_order_drivers_agree_with_the_formula)
{
    fixture s = make();
    const double x[2] = {2.0, 0.7}, dir[2] = {0.3, -1.1}, weight[3] = {2.0, -1.0, 5.0};
    const double h01 = 2.0 * 12.0 * cos(0.7) + 1.0 / 0.49;
    const double h[4] = {2.0 * 6.0 * sin(0.7), h01, h01,
                         -2.0 * 12.0 * sin(0.7) - 2.0 * 2.0 / 0.343};
    double got[4], hv[2];
    flx_report r;
    cr_expect_eq(flx_hessian(s.f, s.second, x, weight, got, &r), FLX_OK);
    for (int k = 0; k < 4; k++) expect_near(got[k], h[k], "forward over reverse");
    cr_expect_eq(flx_hessian_hyperdual(s.f, s.second, NULL, weight, got, &r), FLX_OK);
    for (int k = 0; k < 4; k++) expect_near(got[k], h[k], "hyper-dual");
    cr_expect_eq(flx_hessian_double_backprop(s.f, s.second, NULL, weight, got, &r), FLX_OK);
    for (int k = 0; k < 4; k++) expect_near(got[k], h[k], "double backprop");
    cr_expect_eq(flx_hvp(s.f, s.second, NULL, dir, weight, hv, NULL), FLX_OK);
    for (int k = 0; k < 2; k++) expect_near(hv[k], h[2 * k] * 0.3 - h[2 * k + 1] * 1.1, "hvp");
    cr_expect_eq(flx_hvp_double_backprop(s.f, s.second, NULL, dir, weight, hv, NULL), FLX_OK);
    for (int k = 0; k < 2; k++)
        expect_near(hv[k], h[2 * k] * 0.3 - h[2 * k + 1] * 1.1, "hvp, recorded");
    clear(&s);
}

Test(program, jets_along_a_curved_path)
{
    fixture s = make();
    /* x0 = 2 + t, x1 = 0.7 + 0.5 t^2: y1 = x0/x1 */
    const double path[8] = {2.0, 0.7, 1.0, 0.0, 0.0, 0.5, 0.0, 0.0};
    double y[12];
    cr_expect_eq(flx_jet(s.f, s.jet, 3, path, y, NULL), FLX_OK);
    expect_near(y[1], 2.0 / 0.7, "order 0");
    expect_near(y[4], 1.0 / 0.7, "order 1");
    expect_near(y[7], -2.0 * 0.5 / 0.49, "order 2");
    expect_near(y[10], -0.5 / 0.49, "order 3");
    /* y0 = 3 x0^2 sin(x1): 3(4 + 4t + t^2)(sin + t^2/2 cos) */
    expect_near(y[6], 3.0 * sin(0.7) + 6.0 * cos(0.7), "order 2 of y0");
    expect_near(y[9], 6.0 * cos(0.7), "order 3 of y0");
    cr_expect_eq(y[2], 7.0);
    cr_expect_eq(y[5], 0.0);
    cr_expect_eq(flx_jet(s.f, s.jet, 4, path, y, NULL), FLX_EWORK, "beyond the work's order");
    clear(&s);
}

Test(program, parameters_belong_to_the_work)
{
    fixture s = make();
    const double x[2] = {2.0, 0.7}, p = 5.0;
    double y[3], again[3];
    cr_expect_eq(flx_work_set_parameters(s.f, s.first, &p), FLX_OK);
    cr_expect_eq(flx_eval(s.f, s.first, NULL, y, NULL), FLX_EPOINT, "the point is forgotten");
    cr_expect_eq(flx_eval(s.f, s.first, x, y, NULL), FLX_OK);
    expect_near(y[0], 20.0 * sin(0.7), "parameter 5");
    cr_expect_eq(flx_eval(s.f, s.second, x, again, NULL), FLX_OK);
    expect_near(again[0], 12.0 * sin(0.7), "another work");
    cr_expect_eq(flx_work_set_parameters(s.f, s.first, NULL), FLX_OK);
    cr_expect_eq(flx_eval(s.f, s.first, x, y, NULL), FLX_OK);
    expect_near(y[0], 12.0 * sin(0.7), "as recorded");
    clear(&s);
}

Test(program, a_set_point_serves_later_products)
{
    fixture s = make();
    const double x[2] = {2.0, 0.7}, dir[2] = {1.0, 0.0}, weight[3] = {1.0, 1.0, 1.0};
    double a[3], b[3];
    cr_expect_eq(flx_jvp(s.f, s.first, NULL, dir, a, NULL), FLX_EPOINT);
    cr_expect_eq(flx_set_point(s.f, s.first, x, NULL), FLX_OK);
    cr_expect_eq(flx_jvp(s.f, s.first, NULL, dir, a, NULL), FLX_OK);
    cr_expect_eq(flx_jvp(s.f, s.first, x, dir, b, NULL), FLX_OK);
    cr_expect(memcmp(a, b, sizeof a) == 0);
    cr_expect_eq(flx_vjp(s.f, s.first, NULL, weight, a, NULL), FLX_OK);
    cr_expect_eq(flx_vjp(s.f, s.first, x, weight, b, NULL), FLX_OK);
    cr_expect(memcmp(a, b, 2 * sizeof *a) == 0);
    clear(&s);
}

Test(program, what_is_refused)
{
    fixture s = make(), other = make();
    const double x[2] = {2.0, 0.7};
    double out[4];
    flx_report r;
    flx_work *w = NULL;
    flx_program *f = NULL;
    cr_expect_eq(flx_gradient(s.f, s.first, x, NULL, out, &r), FLX_EDIM, "three outputs");
    cr_expect_eq(r.status, FLX_EDIM);
    cr_expect_eq(flx_vjp(s.f, s.first, x, NULL, out, &r), FLX_EDIM);
    cr_expect_eq(flx_hessian(s.f, s.second, x, NULL, out, &r), FLX_EDIM);
    cr_expect_eq(flx_hvp(s.f, s.first, x, x, x, out, &r), FLX_EWORK, "made for first order");
    cr_expect_eq(flx_jvp(s.f, s.jet, x, x, out, &r), FLX_EWORK);
    cr_expect_eq(flx_eval(s.f, other.first, x, out, &r), FLX_EWORK, "another program's work");
    cr_expect_eq(flx_eval(NULL, s.first, x, out, &r), FLX_EARG);
    cr_expect_eq(flx_eval(s.f, NULL, x, out, &r), FLX_EARG);
    cr_expect_eq(flx_eval(s.f, s.first, x, NULL, &r), FLX_EARG);
    cr_expect_eq(flx_jvp(s.f, s.first, x, NULL, out, NULL), FLX_EARG);
    cr_expect_eq(flx_work_create(NULL, FLX_WORK_FIRST, 0, &w), FLX_EARG);
    cr_expect_eq(flx_work_create(s.f, (flx_work_kind)9, 0, &w), FLX_EARG);
    cr_expect_eq(flx_work_create(s.f, FLX_WORK_JET, SIZE_MAX / 2, &w), FLX_ENOMEM, "absurd order");
    const flx_var inner = flx_var_sin(flx_variable(s.tape, 1.0)), p = flx_parameter(s.tape, 1.0);
    const flx_var v = flx_variable(s.tape, 1.0), twice[2] = {v, v}, c = flx_constant(1.0);
    const flx_var foreign = flx_variable(other.tape, 1.0);
    cr_expect_eq(flx_freeze(s.tape, 1, &inner, 1, &v, 0, &f, &r), FLX_EARG, "computed");
    cr_expect_eq(flx_freeze(s.tape, 1, &p, 1, &v, 0, &f, &r), FLX_EARG, "a parameter");
    cr_expect_eq(flx_freeze(s.tape, 1, &c, 1, &v, 0, &f, &r), FLX_EARG, "a constant");
    cr_expect_eq(flx_freeze(s.tape, 2, twice, 1, &v, 0, &f, &r), FLX_EARG, "twice the same");
    cr_expect_eq(r.index, 1);
    cr_expect_eq(flx_freeze(s.tape, 1, &foreign, 1, &v, 0, &f, &r), FLX_ETAPE);
    cr_expect_eq(flx_freeze(s.tape, 1, &v, 1, &foreign, 0, &f, &r), FLX_ETAPE);
    cr_expect_eq(flx_freeze(NULL, 1, &v, 1, &v, 0, &f, &r), FLX_EARG);
    cr_expect_null(f);
    cr_expect_eq(flx_freeze(s.tape, 1, &v, 1, &v, 0, &f, &r), FLX_OK, "the identity");
    flx_program_release(f);
    clear(&s);
    clear(&other);
}

Test(program, no_inputs_and_no_outputs)
{
    flx_tape *t;
    flx_program *f;
    flx_work *w;
    const flx_var c = flx_constant(4.0);
    double y = 0.0, none = 0.0;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    cr_assert_eq(flx_freeze(t, 0, NULL, 1, &c, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_expect_eq(flx_eval(f, w, NULL, &y, NULL), FLX_OK);
    cr_expect_eq(y, 4.0);
    cr_expect_eq(flx_gradient(f, w, NULL, &y, &none, NULL), FLX_OK);
    cr_expect_eq(flx_hessian(f, w, NULL, NULL, &none, NULL), FLX_OK);
    cr_expect_eq(flx_hessian_double_backprop(f, w, NULL, NULL, &none, NULL), FLX_OK);
    flx_work_destroy(w);
    flx_program_release(f);
    cr_assert_eq(flx_freeze(t, 0, NULL, 0, NULL, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    cr_expect_eq(flx_eval(f, w, NULL, NULL, NULL), FLX_OK);
    cr_expect_eq(flx_jacobian(f, w, NULL, NULL, NULL), FLX_OK);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

static void writes_the_second(size_t n, const flx_var *x, size_t m, flx_var *y, void *ctx)
{
    (void)n, (void)m, (void)ctx;
    y[1] = flx_var_square(x[0]);
}

/* Outputs that a function does not write are 0; all memory is asked of the allocator. */
Test(program, recorded_from_a_function)
{
    const flx_function function = {.name = "second", .f_var = writes_the_second};
    const double x = 3.0;
    double y[3] = {NAN, NAN, NAN};
    hostile h = {0};
    const flx_allocator allocator = hostile_allocator(&h);
    flx_program *f;
    flx_work *w;
    cr_assert_eq(flx_record(&function, 1, &x, 3, NULL, 0, &allocator, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    cr_expect_eq(flx_eval(f, w, &x, y, NULL), FLX_OK);
    cr_expect(y[0] == 0.0 && y[1] == 9.0 && y[2] == 0.0, "%g %g %g", y[0], y[1], y[2]);
    flx_work_destroy(w);
    flx_program_release(f);
    hostile refuses = {0, 2, 0, 1}; /* the tape's first, and no more */
    const flx_allocator none = hostile_allocator(&refuses);
    cr_expect_eq(flx_record(&function, 1, &x, 3, NULL, 0, &none, &f, NULL), FLX_ENOMEM);
}

/* |x| by a comparison, labelled. */
static flx_program *branching(flx_tape *t)
{
    flx_program *f;
    const flx_var x = flx_variable(t, 2.0);
    FLX_HERE(t);
    const flx_var y = flx_var_ge_cx(0.0, x) ? flx_var_neg(x) : x;
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
    return f;
}

Test(program, a_flipped_guard_gives_nan_and_its_place)
{
    flx_tape *t;
    flx_work *w, *jet;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    flx_program *f = branching(t);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 1, &jet), FLX_OK);
    for (int repeat = 0; repeat < 2; repeat++) {
        const double good = 3.0, bad = -3.0, dir = 1.0, path[2] = {-3.0, 1.0};
        double y = 0.0, g = 0.0, out[2] = {0.0, 0.0};
        flx_report r;
        cr_expect_eq(flx_gradient(f, w, &bad, &y, &g, &r), FLX_BRANCH_CHANGED);
        cr_expect(isnan(y) && isnan(g));
        cr_expect_eq(r.index, 0);
        cr_expect_eq(r.flags, FLX_FLAG_BRANCH);
        cr_expect_str_eq(r.op, "ge");
        cr_expect(strstr(r.label, "test_program.c") != NULL);
        cr_expect_eq(flx_hvp(f, w, NULL, &dir, NULL, &g, &r), FLX_BRANCH_CHANGED, "still there");
        cr_expect(isnan(g));
        cr_expect_eq(flx_jet(f, jet, 1, path, out, &r), FLX_BRANCH_CHANGED);
        cr_expect(isnan(out[0]) && isnan(out[1]));
        cr_expect_eq(flx_gradient(f, w, &good, &y, &g, &r), FLX_OK, "and usable on");
        cr_expect(y == 3.0 && g == 1.0);
    }
    flx_work_destroy(w);
    flx_work_destroy(jet);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* A guard and a read belong to the label in force when they were recorded, not to one that is set
 * before the next operation. */
Test(program, a_guard_and_a_read_keep_their_label)
{
    const double least = -3.0, less = -1.0, more = 4.0;
    flx_tape *t;
    flx_program *f = NULL;
    flx_work *w;
    flx_report r;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 2.0);
    cr_assert(flx_var_gt_xc(x, -2.0));
    flx_tape_label(t, "sign");
    cr_assert(flx_var_gt_xc(x, 0.0));
    cr_assert_eq(flx_value(x), 2.0);
    flx_tape_label(t, "range");
    cr_assert(flx_var_lt_xc(x, 3.0));
    flx_tape_label(t, "root");
    const flx_var y = flx_var_sqrt(x);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, FLX_REFUSE_READS, &f, &r), FLX_EREAD);
    cr_expect_str_eq(r.label, "sign");
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &w), FLX_OK);
    cr_expect_eq(flx_set_point(f, w, &less, &r), FLX_BRANCH_CHANGED);
    cr_expect_str_eq(r.label, "sign");
    cr_expect_eq(flx_set_point(f, w, &more, &r), FLX_BRANCH_CHANGED);
    cr_expect_str_eq(r.label, "range");
    cr_expect_eq(flx_set_point(f, w, &least, &r), FLX_BRANCH_CHANGED);
    cr_expect_null(r.label, "before any");
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(program, plain_reads_are_counted_and_can_be_refused)
{
    flx_tape *t;
    flx_program *f = NULL;
    flx_report r;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 2.0);
    flx_tape_label(t, "the reading place");
    const flx_var y = flx_var_mul_xc(x, flx_value(x));
    cr_expect_eq(flx_freeze(t, 1, &x, 1, &y, FLX_REFUSE_READS, &f, &r), FLX_EREAD);
    cr_expect_null(f);
    cr_expect_eq(r.reads, 1);
    cr_expect_str_eq(r.label, "the reading place");
    cr_expect_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, &r), FLX_OK, "refusing is a choice");
    cr_expect_eq(r.reads, 1);
    cr_expect_eq(flx_peek(y), 4.0, "peeking is not counted");
    cr_expect_eq(flx_tape_measure(t).reads, 1);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(program, a_work_keeps_its_program_alive)
{
    flx_tape *t;
    flx_work *w;
    const double x = 4.0;
    double y;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    flx_program *f = branching(t);
    flx_tape_destroy(t); /* the program is a copy */
    cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &w), FLX_OK);
    cr_expect_eq(flx_program_retain(f), f);
    flx_program_release(f);
    flx_program_release(f);
    cr_expect_eq(flx_eval(f, w, &x, &y, NULL), FLX_OK);
    cr_expect_eq(y, 4.0);
    flx_work_destroy(w);
}

Test(program, nan_flows_through)
{
    fixture s = make();
    const double x[2] = {NAN, 0.7};
    double y[3], jac[6];
    cr_expect_eq(flx_eval(s.f, s.first, x, y, NULL), FLX_OK);
    cr_expect(isnan(y[0]) && isnan(y[1]) && y[2] == 7.0);
    cr_expect_eq(flx_jacobian(s.f, s.first, NULL, jac, NULL), FLX_OK);
    cr_expect(isnan(jac[0]) && jac[4] == 0.0);
    clear(&s);
}
