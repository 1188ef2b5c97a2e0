/* Arrays of variables: one instruction for many elements, and views that cost nothing. */
#include <fluxion/fluxion.h>

#include "check.h"

/* Prints an array of variables that has at most six elements. */
static void print(const char *name, flx_array a)
{
    double value[6];
    check(flx_array_peek(a, value));
    printf("%-8s", name);
    for (size_t k = 0; k < (size_t)a.rows * a.cols; k++) printf(" %4g", value[k]);
    printf("\n");
}

/* |alpha x + b|^2 and its gradient with respect to alpha and to the whole array x. */
static void least_squares(flx_tape *tape)
{
    //! [axpy and dot]
    const double x_values[4] = {1.0, 2.0, 3.0, 4.0}, b_values[4] = {1.0, 1.0, 1.0, 1.0};
    const flx_array x = flx_array_variable(tape, 1, 4, x_values);
    const flx_array b = flx_array_constant(tape, 1, 4, b_values);
    const flx_var alpha = flx_variable(tape, 0.5);

    const flx_array r = flx_array_axpy(alpha, x, b); /* alpha*x + b, one instruction */
    const flx_var f = flx_array_dot(r, r);

    flx_array dx;
    flx_var dalpha;
    check(flx_grad_array(f, x, &dx, 0));
    check(flx_grad(f, 1, &alpha, &dalpha, 0));
    printf("f = %g, df/dalpha = %g\n", flx_peek(f), flx_peek(dalpha));
    print("df/dx", dx);
    //! [axpy and dot]
}

/* The product of the two rows of a matrix. */
static void rows_of_a_matrix(flx_tape *tape)
{
    //! [views]
    const double values[6] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    const flx_array a = flx_array_variable(tape, 2, 3, values);
    const flx_var f = flx_array_dot(flx_array_row(a, 0), flx_array_row(a, 1));

    flx_array da;
    check(flx_grad_array(f, a, &da, 0));
    printf("f = %g\n", flx_peek(f));
    print("df/da", da);
    print("column 1", flx_array_col(da, 1));
    print("a'", flx_array_transpose(a));

    const flx_var element = flx_array_at(a, 0, 1); /* an element is a variable */
    flx_var d;
    check(flx_grad(f, 1, &element, &d, 0));
    printf("df/da01 = %g\n", flx_peek(d));
    //! [views]
}

int main(void)
{
    flx_tape *tape;
    check(flx_tape_create(NULL, &tape));
    least_squares(tape);
    rows_of_a_matrix(tape);
    check(flx_tape_status(tape));
    flx_tape_destroy(tape);
    return 0;
}
