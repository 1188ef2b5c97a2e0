/* Training as with PyTorch: record, go back, step, clear. */
#include <fluxion/fluxion.h>

#include "check.h"

/* A linear model w x + b, one observation, gradient descent. */
static void train(flx_tape *tape)
{
    //! [train]
    const flx_var w = flx_variable(tape, 5.0), b = flx_variable(tape, 1.0);
    const flx_mark start = flx_tape_mark(tape); /* above the inputs */
    const double x = 3.0, target = 10.0, rate = 0.01;

    for (int step = 0; step < 20; step++) {
        const flx_var loss = flx_square(flx_sub(flx_add(flx_mul(w, x), b), target));
        check(flx_backward(loss, 0));
        printf("loss %9.6f, gradients %9.6f %9.6f\n", flx_peek(loss), flx_peek(flx_grad_of(w)),
               flx_peek(flx_grad_of(b)));

        check(flx_set(w, flx_peek(w) - rate * flx_peek(flx_grad_of(w))));
        check(flx_set(b, flx_peek(b) - rate * flx_peek(flx_grad_of(b))));
        flx_clear_grads(tape);               /* or the next gradients are added to these */
        check(flx_tape_rewind(tape, start)); /* the loss is out of date now, and forgotten */
    }
    //! [train]
    printf("w = %.6f, b = %.6f\n", flx_peek(w), flx_peek(b));
}

/* Newton's method on x^4 - 2 x^2: the second derivative from a second pass, over the first. */
static void newton(flx_tape *tape)
{
    //! [newton]
    const flx_var x = flx_variable(tape, 2.0);
    const flx_mark start = flx_tape_mark(tape);
    for (int step = 0; step < 7; step++) {
        printf("step %d: %.12f\n", step, flx_peek(x));
        const flx_var y = flx_sub(flx_pow(x, 4), flx_mul(2, flx_square(x)));

        check(flx_backward(y, FLX_CREATE_GRAPH));
        const flx_var g = flx_grad_of(x); /* a variable */
        flx_clear_grads(tape);
        check(flx_backward(g, 0));

        check(flx_set(x, flx_peek(x) - flx_peek(g) / flx_peek(flx_grad_of(x))));
        flx_clear_grads(tape);
        check(flx_tape_rewind(tape, start));
    }
    //! [newton]
}

/* A part that is not recorded, one that is held fixed, and recorded code at another point. */
static void pause_detach_replay(flx_tape *tape)
{
    const flx_var x = flx_variable(tape, 2.0);
    //! [pause]
    flx_pause(tape);
    const flx_var scale = flx_exp(x); /* a number: the tape does not grow */
    check(flx_resume(tape));
    const flx_var fixed = flx_detach(flx_square(x)); /* follows x, but no derivative passes */
    //! [pause]
    //! [replay]
    const flx_var y = flx_mul(fixed, x);
    flx_var g;
    check(flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH));
    printf("y = %g, g = %g, scale = %g\n", flx_peek(y), flx_peek(g), flx_peek(scale));

    check(flx_set(x, 3.0)); /* y and g are out of date: they read as NaN */
    printf("%s\n", flx_status_name(flx_var_status(y)));
    check(flx_replay(tape, NULL));
    printf("y = %g, g = %g\n", flx_peek(y), flx_peek(g));
    //! [replay]
}

int main(void)
{
    flx_tape *tape;
    check(flx_tape_create(NULL, &tape));
    train(tape);
    flx_tape_reset(tape);
    newton(tape);
    flx_tape_reset(tape);
    pause_detach_replay(tape);
    check(flx_tape_status(tape));
    flx_tape_destroy(tape);
    return 0;
}
