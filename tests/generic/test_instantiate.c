/* instantiate.h: one body for every number type, several functions from a body, several bodies in a
 * file. At x = (3, 5) the function x0^3 x1 has the value 135, first derivatives 135 and 27, second
 * derivatives 90, 27 and 0; along x0 = 3 + t it is 5 (27 + 27 t + 9 t^2 + t^3). */
#include <fluxion/fluxion.h>

#include <criterion/criterion.h>

#define FLX_NAMES(X) X(cubic) X(outer)
#define FLX_BODY "generic/bodies.inc"
#include <fluxion/instantiate.h>

#define FLX_NAME squared
#define FLX_BODY "generic/square.inc"
#include <fluxion/instantiate.h>

#if defined(T) || defined(FLX_FN) || defined(FLX_CONST) || defined(FLX_BODY) || defined(FLX_NAME)  \
    || defined(FLX_NAMES)
#error "instantiate.h leaves a macro behind"
#endif

static double shift = 7.0;

Test(instantiate, names)
{
    cr_expect_str_eq(cubic.name, "cubic");
    cr_expect_str_eq(outer.name, "outer");
    cr_expect_str_eq(squared.name, "squared");
}

Test(instantiate, plain)
{
    const double x[2] = {3.0, 5.0};
    double y[2];
    cubic.f_double(2, x, 2, y, &shift);
    cr_expect(y[0] == 142.0 && y[1] == 8.0, "%g %g", y[0], y[1]);
    outer.f_double(1, (const double[]){0.25}, 1, y, NULL);
    cr_expect(y[0] == 4.0, "%g", y[0]);
    squared.f_double(1, x, 1, y, NULL);
    cr_expect(y[0] == 9.0, "%g", y[0]);
}

Test(instantiate, forward)
{
    const flx_dual d[2] = {flx_dual_variable(3.0), flx_dual_constant(5.0)};
    flx_dual dy[2];
    cubic.f_dual(2, d, 2, dy, &shift);
    cr_expect(dy[0].v == 142.0 && dy[0].d == 135.0 && dy[1].d == 1.0);

    const flx_ddual dd[2] = {flx_ddual_variable(3.0), flx_ddual_constant(5.0)};
    flx_ddual ddy[2];
    cubic.f_ddual(2, dd, 2, ddy, &shift);
    cr_expect(ddy[0].v.v == 142.0 && ddy[0].v.d == 135.0 && ddy[0].d.v == 135.0);
    cr_expect(ddy[0].d.d == 90.0);

    const flx_hyperdual h[2] = {flx_hyperdual_make(3.0, 1.0, 0.0, 0.0),
                                flx_hyperdual_make(5.0, 0.0, 1.0, 0.0)};
    flx_hyperdual hy[2];
    cubic.f_hyperdual(2, h, 2, hy, &shift);
    cr_expect(hy[0].v == 142.0 && hy[0].e1 == 135.0 && hy[0].e2 == 27.0 && hy[0].e12 == 27.0);
}

/* The Taylor member of the given order, along x0 = 3 + t. */
#define CHECK_TAYLOR(order)                                                                        \
    do {                                                                                           \
        const double want[4] = {142.0, 135.0, 45.0, 5.0};                                          \
        const flx_taylor##order x[2] = {flx_taylor##order##_variable(3.0),                         \
                                        flx_taylor##order##_constant(5.0)};                        \
        flx_taylor##order y[2];                                                                    \
        cubic.f_taylor##order(2, x, 2, y, &shift);                                                 \
        for (size_t k = 0; k <= order; k++) {                                                      \
            cr_expect(y[0].c[k] == (k < 4 ? want[k] : 0.0), "order %d, coefficient %zu: %g",       \
                      order, k, y[0].c[k]);                                                        \
        }                                                                                          \
        cr_expect(y[1].c[0] == 8.0 && y[1].c[1] == 1.0);                                           \
    } while (0)

Test(instantiate, taylor)
{
    CHECK_TAYLOR(2);
    CHECK_TAYLOR(3);
    CHECK_TAYLOR(4);
    CHECK_TAYLOR(8);
    CHECK_TAYLOR(16);
}

Test(instantiate, probes)
{
    const flx_probe x[2] = {flx_probe_variable(3.0), flx_probe_variable(5.0)};
    flx_probe y[2];
    cubic.f_probe(2, x, 2, y, &shift);
    cr_expect(y[0].v == 142.0 && y[0].flags == 0 && y[0].active && y[1].v == 8.0);
}

Test(instantiate, variables)
{
    flx_tape *tape;
    cr_assert(flx_tape_create(NULL, &tape) == FLX_OK);
    const flx_var x[2] = {flx_variable(tape, 3.0), flx_variable(tape, 5.0)};
    flx_var y[2], g[2];
    cubic.f_var(2, x, 2, y, &shift);
    cr_expect(flx_peek(y[0]) == 142.0 && flx_peek(y[1]) == 8.0);
    cr_expect(flx_grad(y[0], 2, x, g, 0) == FLX_OK);
    cr_expect(flx_peek(g[0]) == 135.0 && flx_peek(g[1]) == 27.0);
    flx_tape_destroy(tape);
}

Test(instantiate, recorded)
{
    const double x[2] = {3.0, 5.0};
    double jac[4];
    flx_program *program;
    flx_work *work;
    cr_assert(flx_record(&cubic, 2, x, 2, &shift, FLX_REFUSE_READS, NULL, &program, NULL)
              == FLX_OK);
    cr_assert(flx_work_create(program, FLX_WORK_FIRST, 0, &work) == FLX_OK);
    cr_expect(flx_jacobian(program, work, x, jac, NULL) == FLX_OK);
    cr_expect(jac[0] == 135.0 && jac[1] == 27.0 && jac[2] == 1.0 && jac[3] == 1.0);
    flx_work_destroy(work);
    flx_program_release(program);

    /* The body's comparison is a guard of the program. */
    double y;
    cr_assert(flx_record(&outer, 1, x, 1, NULL, 0, NULL, &program, NULL) == FLX_OK);
    cr_assert(flx_work_create(program, FLX_WORK_VALUE, 0, &work) == FLX_OK);
    cr_expect(flx_eval(program, work, &x[1], &y, NULL) == FLX_OK && y == 5.0);
    cr_expect(flx_eval(program, work, (const double[]){0.25}, &y, NULL) == FLX_BRANCH_CHANGED);
    cr_expect(isnan(y));
    flx_work_destroy(work);
    flx_program_release(program);
}
