/* A model fitted to data: the loss of many observations, its gradient and its Hessian by the model's
 * parameters, each call running the observations side by side. */
#include <fluxion/fluxion.h>

#include "check.h"

enum { OBSERVATIONS = 2000 };

/* Squared residual of a exp(b t) + c at one observation (t, y). */
static flx_program *record(void)
{
    flx_tape *tape;
    flx_program *program;
    check(flx_tape_create(NULL, &tape));
    flx_var in[5]; /* a, b, c, t, y */
    for (int k = 0; k < 5; k++) in[k] = flx_variable(tape, 1.0);
    const flx_var model = flx_add(flx_mul(in[0], flx_exp(flx_mul(in[1], in[3]))), in[2]);
    const flx_var loss = flx_square(flx_sub(model, in[4]));
    check(flx_freeze(tape, 5, in, 1, &loss, 0, &program, NULL));
    flx_tape_destroy(tape);
    return program;
}

int main(void)
{
    static double data[OBSERVATIONS][2];
    for (int i = 0; i < OBSERVATIONS; i++) {
        const double t = (double)i / OBSERVATIONS;
        data[i][0] = t;
        data[i][1] = 2.0 * exp(-1.5 * t) + 0.5;
    }
    flx_program *program = record();
    flx_batch *batch;
    check(flx_batch_create(program, FLX_WORK_SECOND, NULL, &batch));

    //! [fit]
    double theta[3] = {1.0, -1.0, 0.0}, loss, slope[3];
    const flx_batch_in x[2] = {flx_in_shared(theta, 3), flx_in_rows(data[0], 2)};
    const flx_batch_out sum = flx_out_sum(&loss, 1);
    const flx_batch_out g[2] = {flx_out_sum(slope, 3), flx_out_none(2)};
    for (int step = 0; step < 2000; step++) {
        check(flx_gradient_batch(program, batch, OBSERVATIONS, 2, x, &sum, 2, g, NULL, NULL));
        for (int k = 0; k < 3; k++) theta[k] -= 0.5 / OBSERVATIONS * slope[k];
    }
    //! [fit]
    printf("a = %.3f, b = %.3f, c = %.3f\n", theta[0], theta[1], theta[2]);

    /* How well the data determine a, b and c: the Hessian of the loss, row after row. */
    //! [hessian]
    double hessian[3][3];
    for (int k = 0; k < 3; k++) {
        double unit[5] = {0.0};
        unit[k] = 1.0;
        const flx_batch_in dir = flx_in_shared(unit, 5);
        const flx_batch_out row[2] = {flx_out_sum(hessian[k], 3), flx_out_none(2)};
        check(flx_hvp_batch(program, batch, OBSERVATIONS, 2, x, 1, &dir, 0, NULL, 0, NULL, 0, NULL,
                            2, row, NULL, NULL));
    }
    //! [hessian]
    for (int k = 0; k < 3; k++)
        printf("%6.0f %6.0f %6.0f\n", hessian[k][0], hessian[k][1], hessian[k][2]);

    /* The slope by t at the first and last observation, as two columns of points. */
    //! [columns]
    double t[2] = {0.0, 1.0}, y[2] = {0.0, 0.0}, by_t[2];
    unsigned flags[2];
    const flx_batch_in at[3] = {flx_in_shared(theta, 3), flx_in_columns(t, 1, 2),
                                flx_in_columns(y, 1, 2)};
    const flx_batch_out slopes[3] = {flx_out_none(3), flx_out_columns(by_t, 1, 2), flx_out_none(1)};
    check(flx_gradient_batch(program, batch, 2, 3, at, NULL, 3, slopes, flags, NULL));
    //! [columns]
    printf("by t: %.2f and %.2f, flags %u and %u\n", by_t[0], by_t[1], flags[0], flags[1]);
    flx_batch_destroy(batch);
    flx_program_release(program);
    return 0;
}
