/* Flags of programs: by every driver, at the point that is given, with their places. */
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include <criterion/criterion.h>

#include "program/program.h"

typedef struct bench {
    flx_tape *tape;
    flx_var x[2];
    flx_program *f;
    flx_work *w;
} bench;

static bench begin(double x0, double x1)
{
    bench b = {0};
    cr_assert_eq(flx_tape_create(NULL, &b.tape), FLX_OK);
    b.x[0] = flx_variable(b.tape, x0);
    b.x[1] = flx_variable(b.tape, x1);
    return b;
}

static void freeze(bench *b, size_t m, const flx_var *y, flx_work_kind kind)
{
    cr_assert_eq(flx_freeze(b->tape, 2, b->x, m, y, 0, &b->f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(b->f, kind, 3, &b->w), FLX_OK);
}

static void end(bench *b)
{
    flx_work_destroy(b->w);
    flx_program_release(b->f);
    flx_tape_destroy(b->tape);
}

Test(program_flags, an_evaluation_raises_those_of_values_alone)
{
    bench b = begin(1.0, 1.0);
    flx_tape_label(b.tape, "here");
    const flx_var root = flx_sqrt(b.x[0]), log = flx_log(b.x[1]), y = flx_add(root, log);
    freeze(&b, 1, &y, FLX_WORK_FIRST);
    const double at[2] = {0.0, 0.0}, outside[2] = {-1.0, 1.0}, inside[2] = {2.0, 3.0};
    double v, g[2];
    flx_report r;
    cr_expect_eq(flx_eval(b.f, b.w, at, &v, &r), FLX_OK);
    cr_expect_eq(r.flags, FLX_FLAG_POLE);
    cr_expect_str_eq(r.op, "log");
    cr_expect_str_eq(r.label, "here");
    cr_expect_eq(r.index, 4);
    cr_expect_eq(flx_gradient(b.f, b.w, at, &v, g, &r), FLX_OK);
    cr_expect_str_eq(r.op, "sqrt");
    cr_expect_eq(flx_eval(b.f, b.w, outside, &v, &r), FLX_OK);
    cr_expect_eq(r.flags, FLX_FLAG_DOMAIN);
    cr_expect_eq(flx_eval(b.f, b.w, inside, &v, &r), FLX_OK);
    cr_expect_eq(r.flags, 0);
    cr_expect_null(r.op);
    cr_expect_eq(flx_work_flags(b.w).set, FLX_FLAG_POLE | FLX_FLAG_DOMAIN);
    end(&b);
}

/* sqrt(x0) + x1 at x0 = 0: along x1 the tangent hides the pole, in the gradient nothing does. */
Test(program_flags, a_zero_tangent_is_indeterminate)
{
    bench b = begin(1.0, 1.0);
    const flx_var y = flx_add(flx_sqrt(b.x[0]), b.x[1]);
    freeze(&b, 1, &y, FLX_WORK_SECOND);
    const double at[2] = {0.0, 0.0}, along[2] = {0.0, 1.0};
    double v, g[2];
    flx_report r;
    cr_expect_eq(flx_jvp(b.f, b.w, at, along, &v, &r), FLX_OK);
    cr_expect(v == 1.0);
    cr_expect_eq(r.flags, FLX_FLAG_INDETERMINATE);
    cr_expect_eq(flx_gradient(b.f, b.w, at, &v, g, &r), FLX_OK);
    cr_expect(isinf(g[0]) && g[1] == 1.0);
    cr_expect_eq(r.flags, FLX_FLAG_POLE);
    cr_expect_eq(flx_hvp(b.f, b.w, at, along, NULL, g, &r), FLX_OK);
    cr_expect(r.flags & FLX_FLAG_INDETERMINATE);
    end(&b);
}

Test(program_flags, orders)
{
    bench b = begin(1.0, 1.0);
    const flx_var p = flx_pow(b.x[0], 1.5), q = flx_pow(b.x[0], 2.5), y = flx_add(p, q);
    const double at[2] = {0.0, 0.0}, along[2] = {1.0, 1.0};
    const double path[8] = {0.0, 0.0, 1.0, 1.0};
    double g[2], h[4], c[4];
    flx_report r;
    freeze(&b, 1, &y, FLX_WORK_SECOND);
    cr_expect_eq(flx_gradient(b.f, b.w, at, NULL, g, &r), FLX_OK);
    cr_expect_eq(r.flags, 0);
    cr_expect_eq(flx_hvp(b.f, b.w, at, along, NULL, g, &r), FLX_OK);
    cr_expect_eq(r.flags & FLX_FLAG_POLE, FLX_FLAG_POLE);
    cr_expect_eq(flx_hvp_double_backprop(b.f, b.w, at, along, NULL, g, &r), FLX_OK);
    cr_expect_eq(r.flags & FLX_FLAG_POLE, FLX_FLAG_POLE);
    cr_expect_eq(flx_hessian(b.f, b.w, at, NULL, h, &r), FLX_OK);
    cr_expect_eq(r.flags & FLX_FLAG_POLE, FLX_FLAG_POLE);
    cr_expect_eq(flx_hessian_hyperdual(b.f, b.w, at, NULL, h, &r), FLX_OK);
    cr_expect_eq(r.flags & FLX_FLAG_POLE, FLX_FLAG_POLE);
    cr_expect_eq(flx_hessian_double_backprop(b.f, b.w, at, NULL, h, &r), FLX_OK);
    cr_expect_eq(r.flags & FLX_FLAG_POLE, FLX_FLAG_POLE);
    flx_work_destroy(b.w);
    cr_assert_eq(flx_work_create(b.f, FLX_WORK_JET, 3, &b.w), FLX_OK);
    cr_expect_eq(flx_jet(b.f, b.w, 1, path, c, &r), FLX_OK);
    cr_expect_eq(r.flags, 0);
    cr_expect_eq(flx_jet(b.f, b.w, 2, path, c, &r), FLX_OK);
    cr_expect(r.flags & FLX_FLAG_POLE);
    cr_expect_eq(r.index, 3); /* pow(x, 2.5) is not yet at one */
    end(&b);
}

Test(program_flags, zerograd_names_the_output)
{
    bench b = begin(1.0, 1.0);
    const flx_var p = flx_parameter(b.tape, 2.0);
    const flx_var y[3] = {flx_mul(b.x[0], p), flx_square(p), flx_constant(1.0)};
    freeze(&b, 3, y, FLX_WORK_FIRST);
    const double at[2] = {0.5, 0.25};
    double v[3], jac[6];
    flx_report r;
    cr_expect_eq(flx_eval(b.f, b.w, at, v, &r), FLX_OK);
    cr_expect_eq(r.flags, 0);
    cr_expect_eq(flx_jacobian(b.f, b.w, at, jac, &r), FLX_OK);
    cr_expect_eq(r.flags, FLX_FLAG_ZEROGRAD);
    cr_expect_eq(r.index, 1);
    cr_expect_eq(flx_work_flags(b.w).first[8].index, 1); /* 2^8 */
    end(&b);
}

Test(program_flags, a_flipped_guard)
{
    bench b = begin(1.0, 2.0);
    flx_tape_label(b.tape, "guard");
    const flx_var y = flx_lt(b.x[0], b.x[1]) ? flx_sin(b.x[0]) : flx_cos(b.x[1]);
    freeze(&b, 1, &y, FLX_WORK_FIRST);
    const double at[2] = {2.0, 1.0}, fine[2] = {1.0, 1.5};
    double v, g[2];
    flx_report r;
    cr_expect_eq(flx_gradient(b.f, b.w, at, &v, g, &r), FLX_BRANCH_CHANGED);
    cr_expect_eq(r.flags, FLX_FLAG_BRANCH);
    cr_expect_eq(r.index, 0);
    cr_expect_str_eq(r.op, "lt");
    cr_expect_str_eq(r.label, "guard");
    cr_expect_eq(flx_gradient(b.f, b.w, fine, &v, g, &r), FLX_OK);
    cr_expect_eq(r.flags, 0);
    cr_expect_eq(flx_work_flags(b.w).set, FLX_FLAG_BRANCH);
    end(&b);
}

/* A recorded gradient in a program: sign jumps where fabs has its kink. */
Test(program_flags, of_recorded_derivatives)
{
    bench b = begin(1.0, 2.0);
    const flx_var y = flx_mul(flx_fabs(b.x[0]), b.x[1]);
    flx_var g[2];
    cr_expect_eq(flx_grad(y, 2, b.x, g, FLX_CREATE_GRAPH), FLX_OK);
    freeze(&b, 2, g, FLX_WORK_FIRST);
    const double at[2] = {0.0, 3.0};
    double v[2];
    flx_report r;
    cr_expect_eq(flx_eval(b.f, b.w, at, v, &r), FLX_OK);
    cr_expect_eq(r.flags, FLX_FLAG_JUMP);
    cr_expect_str_eq(r.op, "sign");
    end(&b);
}

/* The branch that select did not choose raises none, whatever it holds, by first and second order. */
Test(program_flags, unchosen_branches)
{
    bench b = begin(1.0, 1.0);
    const flx_var y = flx_select(b.x[0], flx_log(b.x[0]), flx_mul(b.x[0], b.x[1]));
    freeze(&b, 1, &y, FLX_WORK_SECOND);
    const double at[2] = {-1.0, 2.0}, along[2] = {1.0, 1.0};
    double v, g[2], h[4];
    flx_report r;
    cr_expect_eq(flx_eval(b.f, b.w, at, &v, &r), FLX_OK);
    cr_expect_eq(r.flags, 0);
    cr_expect_eq(flx_gradient(b.f, b.w, at, &v, g, &r), FLX_OK);
    cr_expect_eq(r.flags, 0);
    cr_expect_eq(flx_hvp(b.f, b.w, at, along, NULL, g, &r), FLX_OK);
    cr_expect_eq(r.flags, 0);
    cr_expect_eq(flx_hessian_hyperdual(b.f, b.w, at, NULL, h, &r), FLX_OK);
    cr_expect_eq(r.flags & ~(unsigned)FLX_FLAG_INDETERMINATE, 0);
    cr_expect_eq(flx_hvp_double_backprop(b.f, b.w, at, along, NULL, g, &r), FLX_OK);
    cr_expect_eq(r.flags, 0);
    end(&b);
}

/* A NaN that nothing comes of excuses no infinity. */
Test(program_flags, what_is_not_reached_does_not_hide_an_overflow)
{
    bench b = begin(1.0, 1.0);
    const flx_var none = flx_sqrt(b.x[1]), y = flx_add(b.x[0], flx_cbrt(b.x[0]));
    cr_expect(flx_peek(none) == 1.0);
    freeze(&b, 1, &y, FLX_WORK_SECOND);
    const double at[2] = {5e-324, -1.0};
    double h[4];
    flx_report r;
    cr_expect_eq(flx_hessian(b.f, b.w, at, NULL, h, &r), FLX_OK);
    cr_expect(isinf(h[0]));
    cr_expect_eq(r.flags, FLX_FLAG_OVERFLOW);
    end(&b);
}

/* ---- what drivers end with ---- */

static const flx_place here = {3, "one", "here"}, there = {5, "two", "there"};

static flx_flags only(unsigned flag, flx_place place)
{
    flx_flags flags = {0};
    flx_flags_add(&flags, flag, place);
    return flags;
}

Test(program_flags, a_report_names_the_first)
{
    bench b = begin(1.0, 1.0);
    const flx_var y = flx_mul(b.x[0], b.x[1]);
    freeze(&b, 1, &y, FLX_WORK_FIRST);
    const flx_flags pole = only(FLX_FLAG_POLE, here), kink = only(FLX_FLAG_KINK, there);
    flx_report r = {0}, failed = {.status = FLX_ENOMEM};
    flx_driver_flag(b.w, &kink, &r);
    flx_driver_flag(b.w, &pole, &r);
    cr_expect_eq(r.flags, FLX_FLAG_POLE | FLX_FLAG_KINK);
    cr_expect(r.index == 5 && strcmp(r.op, "two") == 0 && strcmp(r.label, "there") == 0);
    flx_driver_flag(b.w, &pole, &failed);
    cr_expect(failed.flags == FLX_FLAG_POLE && !failed.op && !failed.label && failed.index == 0);
    end(&b);
}

/* A result that is not finite is an overflow where all values, the adjoints of all outputs and the tangents
 * of all inputs are finite; other adjoints and tangents do not count. */
Test(program_flags, seeds_that_are_not_finite_excuse_results)
{
    bench b = begin(1.0, 1.0);
    const flx_var z = flx_mul(b.x[0], b.x[1]), y[3] = {flx_add(z, b.x[0]), flx_mul(z, z), z};
    freeze(&b, 3, y, FLX_WORK_SECOND);
    const double at[2] = {1.0, 2.0}, bad = (double)INFINITY;
    double values[3];
    flx_report r;
    cr_assert_eq(flx_eval(b.f, b.w, at, values, &r), FLX_OK);
    cr_expect_eq(flx_point_is_suspicious(b.w), 0);
    cr_assert_geq(b.w->planes, 4);
    const flx_swept two = {1, 2, 2, 0, 2}; /* tangents in planes 0 and 1, adjoints in 2 and 3 */
    const flx_swept one = {1, 2, 2, 1, 1};
    for (uint32_t slot = 0; slot < b.f->slots; slot++) {
        for (size_t p = 1; p < 4; p++) {
            int seed = 0;
            for (size_t k = 0; k < 2 && p < 2; k++) seed |= b.f->input[k] == slot;
            for (size_t k = 0; k < 3 && p > 1; k++) seed |= b.f->output[k] == slot;
            for (size_t j = 1; j < 4; j++)
                for (uint32_t k = 0; k < b.f->slots; k++) flx_work_plane(b.w, j)[k] = 1.0;
            flx_work_plane(b.w, p)[slot] = bad;
            for (int k = 0; k < 2; k++) {
                r = (flx_report){0};
                flx_driver_end(b.f, b.w, k ? one : two, &bad, 1, &r);
                cr_expect_eq(r.flags, seed ? 0 : FLX_FLAG_OVERFLOW, "slot %u, plane %zu: %x", slot,
                             p, r.flags);
            }
        }
    }
    end(&b);
}

/* The operation whose result is the output itself, too, and one of an output. */
Test(program_flags, outputs_depend_on_the_inputs)
{
    bench b = begin(1.0, 1.0);
    const flx_var z = flx_sub(b.x[0], b.x[1]);
    const flx_var y[4] = {flx_sqrt(b.x[0]), flx_fabs(b.x[1]), z, flx_fabs(z)};
    freeze(&b, 4, y, FLX_WORK_FIRST);
    const double at[3][2] = {{0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}}, w[4] = {1.0, 1.0, 1.0, 1.0};
    const unsigned want[3] = {FLX_FLAG_POLE, FLX_FLAG_KINK, FLX_FLAG_KINK};
    for (int k = 0; k < 3; k++) {
        double g[2], v[4];
        flx_report r;
        cr_expect_eq(flx_vjp(b.f, b.w, at[k], w, g, &r), FLX_OK);
        cr_expect_eq(r.flags, want[k], "%x", r.flags);
        cr_expect_eq(flx_eval(b.f, b.w, at[k], v, &r), FLX_OK);
    }
    end(&b);
}
