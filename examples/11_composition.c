/* A program as one node: the loss of a decaying oscillation beside measurements, as a map over data; and
 * a differential equation integrated step by step, as a scan. */
#include <fluxion/fluxion.h>

#include "check.h"

/* (a e^(-b t) cos t - y)^2 of one measurement (t, y), with what is sought, (a, b), shared. */
static flx_program *record_residual(void)
{
    flx_tape *tape;
    flx_program *program;
    check(flx_tape_create(NULL, &tape));
    //! [row]
    flx_var in[4]; /* a row: t, y; shared: a, b */
    for (int k = 0; k < 4; k++) in[k] = flx_variable(tape, 1.0);
    const flx_var decay = flx_exp(flx_neg(flx_mul(in[3], in[0])));
    const flx_var model = flx_mul(in[2], flx_mul(decay, flx_cos(in[0])));
    const flx_var out = flx_square(flx_sub(model, in[1]));
    check(flx_freeze(tape, 4, in, 1, &out, FLX_REFUSE_READS, &program, NULL));
    //! [row]
    flx_tape_destroy(tape);
    return program;
}

static void fit(void)
{
    const double data[4][2] = {{0.0, 2.0}, {0.5, 1.6}, {1.0, 0.8}, {2.0, -0.6}};
    const double guess[2] = {1.5, 0.25};
    flx_program *residual = record_residual();
    flx_tape *tape;
    check(flx_tape_create(NULL, &tape));
    //! [map]
    const flx_array rows = flx_array_constant(tape, 4, 2, data[0]);
    const flx_array sought = flx_array_variable(tape, 2, 1, guess);
    const flx_var loss = flx_array_at(flx_map_sum(residual, rows, sought), 0, 0);
    flx_array g;
    check(flx_grad_array(loss, sought, &g, 0));
    //! [map]
    printf("loss %.6f, gradient (%.6f, %.6f)\n", flx_peek(loss), flx_peek(flx_array_at(g, 0, 0)),
           flx_peek(flx_array_at(g, 1, 0)));
    flx_tape_destroy(tape);
    flx_program_release(residual);
}

/* One step of length h of x'' = -w^2 x by the leap-frog, of the state (x, v) with w shared. */
static flx_program *record_step(double h)
{
    flx_tape *tape;
    flx_program *program;
    check(flx_tape_create(NULL, &tape));
    flx_var in[3];
    for (int k = 0; k < 3; k++) in[k] = flx_variable(tape, 1.0);
    const flx_var square = flx_square(in[2]);
    const flx_var half = flx_sub(in[1], flx_mul(flx_mul(square, in[0]), 0.5 * h));
    const flx_var x = flx_add(in[0], flx_mul(half, h));
    const flx_var out[2] = {x, flx_sub(half, flx_mul(flx_mul(square, x), 0.5 * h))};
    check(flx_freeze(tape, 3, in, 2, out, FLX_REFUSE_READS, &program, NULL));
    flx_tape_destroy(tape);
    return program;
}

static void integrate(void)
{
    enum { STEPS = 100000 };
    flx_program *step = record_step(1.0 / STEPS), *whole;
    flx_tape *tape;
    check(flx_tape_create(NULL, &tape));
    //! [scan]
    const double start[2] = {1.0, 0.0};
    const flx_array state = flx_array_constant(tape, 2, 1, start);
    const flx_var w = flx_variable(tape, 2.0);
    const flx_scanned end =
        flx_scan(step, STEPS, state, flx_array_empty(), flx_array_scalar(w), 20);
    const flx_var x = flx_array_at(end.state, 0, 0);
    check(flx_freeze(tape, 1, &w, 1, &x, FLX_REFUSE_READS, &whole, NULL));
    //! [scan]
    flx_tape_destroy(tape);
    flx_work *work;
    double value, slope;
    const double at = 3.0;
    check(flx_work_create(whole, FLX_WORK_FIRST, 0, &work));
    check(flx_gradient(whole, work, &at, &value, &slope, NULL));
    printf("x(1) = %.6f, cos 3 = -0.989992; dx/dw = %.6f, -sin 3 = -0.141120\n", value, slope);
    flx_work_destroy(work);
    flx_program_release(whole);
    flx_program_release(step);
}

int main(void)
{
    fit();
    integrate();
    return 0;
}
