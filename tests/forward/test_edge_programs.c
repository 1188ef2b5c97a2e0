/* The edge-case contract by frozen programs: one table, every driver. Programs are recorded at an
 * ordinary point and run at the delicate one. */
#include <criterion/criterion.h>

#include <fluxion/mixed.h>

#include "forward/edge_cases.h"

typedef struct frozen {
    flx_tape *tape;
    flx_program *program;
    flx_work *work;
} frozen;

static frozen freeze(flx_tape *tape, size_t n, const flx_var *x, flx_var y, flx_work_kind kind)
{
    frozen f = {tape, NULL, NULL};
    cr_assert_eq(flx_freeze(tape, n, x, 1, &y, 0, &f.program, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f.program, kind, 3, &f.work), FLX_OK);
    return f;
}

static frozen freeze_unary(const edge_unary *f, flx_work_kind kind)
{
    flx_tape *tape = NULL;
    flx_var x;
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    x = flx_variable(tape, 0.375);
    return freeze(tape, 1, &x, f->of_var(x), kind);
}

static frozen freeze_binary(const edge_binary *f)
{
    flx_tape *tape = NULL;
    flx_var x[2];
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    x[0] = flx_variable(tape, 0.375);
    x[1] = flx_variable(tape, 1.25);
    return freeze(tape, 2, x, f->of_var(x[0], x[1]), FLX_WORK_SECOND);
}

static void discard(frozen *f)
{
    flx_work_destroy(f->work);
    flx_program_release(f->program);
    flx_tape_destroy(f->tape);
}

/* One argument. */

static void by_gradient(const edge_unary *f, double x, double *d)
{
    frozen p = freeze_unary(f, FLX_WORK_FIRST);
    cr_expect_eq(flx_gradient(p.program, p.work, &x, &d[0], &d[1], NULL), FLX_OK);
    discard(&p);
}

static void by_jvp(const edge_unary *f, double x, double *d)
{
    const double dir = 1.0;
    frozen p = freeze_unary(f, FLX_WORK_FIRST);
    cr_expect_eq(flx_eval(p.program, p.work, &x, &d[0], NULL), FLX_OK);
    cr_expect_eq(flx_jvp(p.program, p.work, &x, &dir, &d[1], NULL), FLX_OK);
    discard(&p);
}

static void by_hvp(const edge_unary *f, double x, double *d)
{
    const double dir = 1.0;
    frozen p = freeze_unary(f, FLX_WORK_SECOND);
    cr_expect_eq(flx_gradient(p.program, p.work, &x, &d[0], &d[1], NULL), FLX_OK);
    cr_expect_eq(flx_hvp(p.program, p.work, NULL, &dir, NULL, &d[2], NULL), FLX_OK);
    discard(&p);
}

static void by_hvp_double_backprop(const edge_unary *f, double x, double *d)
{
    const double dir = 1.0;
    frozen p = freeze_unary(f, FLX_WORK_SECOND);
    cr_expect_eq(flx_gradient(p.program, p.work, &x, &d[0], &d[1], NULL), FLX_OK);
    cr_expect_eq(flx_hvp_double_backprop(p.program, p.work, &x, &dir, NULL, &d[2], NULL), FLX_OK);
    discard(&p);
}

static void by_hessian_hyperdual(const edge_unary *f, double x, double *d)
{
    frozen p = freeze_unary(f, FLX_WORK_SECOND);
    cr_expect_eq(flx_gradient(p.program, p.work, &x, &d[0], &d[1], NULL), FLX_OK);
    cr_expect_eq(flx_hessian_hyperdual(p.program, p.work, &x, NULL, &d[2], NULL), FLX_OK);
    discard(&p);
}

static void by_jet(const edge_unary *f, double x, double *d)
{
    const double path[4] = {x, 1.0, 0.0, 0.0};
    frozen p = freeze_unary(f, FLX_WORK_JET);
    cr_expect_eq(flx_jet(p.program, p.work, 3, path, d, NULL), FLX_OK);
    d[2] *= 2.0;
    d[3] *= 6.0;
    discard(&p);
}

Test(edge_programs, unary_gradient) { edge_check_unary("gradient", by_gradient, 1); }
Test(edge_programs, unary_jvp) { edge_check_unary("jvp", by_jvp, 1); }
Test(edge_programs, unary_hvp) { edge_check_unary("hvp", by_hvp, 2); }
Test(edge_programs, unary_jet) { edge_check_unary("jet", by_jet, 3); }

Test(edge_programs, unary_hvp_double_backprop)
{
    edge_check_unary("hvp by double backprop", by_hvp_double_backprop, 2);
}

Test(edge_programs, unary_hessian_hyperdual)
{
    edge_check_unary("hessian by hyper-duals", by_hessian_hyperdual, 2);
}

/* Two arguments. */

typedef flx_status hessian_driver(const flx_program *f, flx_work *w, const double *x,
                                  const double *weight, double *hess, flx_report *report);

/* Gradient, and the upper triangle of one road's Hessian. */
static unsigned by_hessian(hessian_driver *driver, const edge_binary *f, double x, double y,
                           double *d, int lower)
{
    const double at[2] = {x, y};
    double hess[4];
    frozen p = freeze_binary(f);
    cr_expect_eq(flx_gradient(p.program, p.work, at, &d[EDGE_F], &d[EDGE_FX], NULL), FLX_OK);
    cr_expect_eq(driver(p.program, p.work, at, NULL, hess, NULL), FLX_OK);
    d[EDGE_FXX] = hess[0];
    d[EDGE_FXY] = hess[lower ? 2 : 1];
    d[EDGE_FYY] = hess[3];
    discard(&p);
    return (1u << EDGE_PARTIALS) - 1u;
}

static unsigned binary_by_hessian(const edge_binary *f, double x, double y, double *d)
{
    return by_hessian(flx_hessian, f, x, y, d, 0);
}

static unsigned binary_by_hessian_lower(const edge_binary *f, double x, double y, double *d)
{
    return by_hessian(flx_hessian, f, x, y, d, 1);
}

static unsigned binary_by_hyperdual(const edge_binary *f, double x, double y, double *d)
{
    return by_hessian(flx_hessian_hyperdual, f, x, y, d, 0);
}

static unsigned binary_by_double_backprop(const edge_binary *f, double x, double y, double *d)
{
    return by_hessian(flx_hessian_double_backprop, f, x, y, d, 0);
}

static unsigned binary_by_double_backprop_lower(const edge_binary *f, double x, double y, double *d)
{
    return by_hessian(flx_hessian_double_backprop, f, x, y, d, 1);
}

static unsigned binary_by_jvp(const edge_binary *f, double x, double y, double *d)
{
    const double at[2] = {x, y}, along_x[2] = {1.0, 0.0}, along_y[2] = {0.0, 1.0};
    frozen p = freeze_binary(f);
    cr_expect_eq(flx_eval(p.program, p.work, at, &d[EDGE_F], NULL), FLX_OK);
    cr_expect_eq(flx_jvp(p.program, p.work, at, along_x, &d[EDGE_FX], NULL), FLX_OK);
    cr_expect_eq(flx_jvp(p.program, p.work, at, along_y, &d[EDGE_FY], NULL), FLX_OK);
    discard(&p);
    return 1u << EDGE_F | 1u << EDGE_FX | 1u << EDGE_FY;
}

Test(edge_programs, binary_jvp) { edge_check_binary("jvp", binary_by_jvp); }

Test(edge_programs, binary_hessian)
{
    edge_check_binary("hessian", binary_by_hessian);
    edge_check_binary("hessian, lower triangle", binary_by_hessian_lower);
}

Test(edge_programs, binary_hessian_hyperdual)
{
    edge_check_binary("hessian by hyper-duals", binary_by_hyperdual);
}

Test(edge_programs, binary_hessian_double_backprop)
{
    edge_check_binary("hessian by double backprop", binary_by_double_backprop);
    edge_check_binary("hessian by double backprop, lower triangle",
                      binary_by_double_backprop_lower);
}
