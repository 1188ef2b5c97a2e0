/* Reverse mode on a tape, and a gradient that is itself differentiated (double backprop). */
#include <fluxion/fluxion.h>

#include "check.h"

/* z = (dy/dx)^3 + y with y = x^2: a formula with a derivative in it. */
static void gradient_of_a_gradient(flx_tape *tape)
{
    //! [double backprop]
    const flx_var x = flx_variable(tape, 2.0);
    const flx_var y = flx_square(x);

    flx_var dy; /* dy/dx = 2x, recorded: a variable like any other */
    check(flx_grad(y, 1, &x, &dy, FLX_CREATE_GRAPH));

    const flx_var z = flx_add(flx_pow(dy, 3), y);
    flx_var dz; /* d/dx (8 x^3 + x^2) = 24 x^2 + 2 x */
    check(flx_grad(z, 1, &x, &dz, 0));
    printf("y = %g, dy/dx = %g, z = %g, dz/dx = %g\n", flx_peek(y), flx_peek(dy), flx_peek(z),
           flx_peek(dz));
    //! [double backprop]
}

/* Derivatives of x^3 + x^2 + x + 1, each the gradient of the one before. */
static void repeated(flx_tape *tape)
{
    //! [repeated]
    const flx_var x = flx_variable(tape, 2.0);
    flx_var y = flx_add(flx_mul(flx_add(flx_mul(flx_add(x, 1), x), 1), x), 1);
    for (int order = 0; order <= 3; order++) {
        printf("order %d: %g\n", order, flx_peek(y));
        check(flx_grad(y, 1, &x, &y, FLX_CREATE_GRAPH));
    }
    //! [repeated]
}

int main(void)
{
    //! [tape]
    flx_tape *tape;
    check(flx_tape_create(NULL, &tape));

    const flx_mark start = flx_tape_mark(tape);
    gradient_of_a_gradient(tape);
    check(flx_tape_rewind(tape, start)); /* the memory is used again */
    repeated(tape);

    check(flx_tape_status(tape)); /* recording keeps its first failure: none here */
    flx_tape_destroy(tape);
    //! [tape]
    return 0;
}
