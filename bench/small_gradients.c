/* small_gradients.c: many small gradients on a long tape. */
#include "small_gradients.h"

#include <math.h>

#include <fluxion/fluxion.h>

#include "functions.h"
#include "race.h"

/* y = x^11 by ten products, and its derivative. */
static double derivative(flx_var x)
{
    flx_var y = x, dy;
    for (int k = 0; k < 10; k++) y = flx_var_mul(y, x);
    bench_check(flx_grad(y, 1, &x, &dy, 0), "flx_grad");
    return flx_peek(dy);
}

double small_gradients(size_t slots, size_t gradients, int far)
{
    flx_tape *tape;
    bench_check(flx_tape_create(NULL, &tape), "flx_tape_create");
    const flx_var first = flx_variable(tape, 0.5);
    flx_var v = first;
    for (size_t k = 1; k < slots; k++) v = flx_var_mul_xc(v, 1.0);
    const flx_mark mark = flx_tape_mark(tape);
    const double start = race_clock();
    double sum = 0.0;
    for (size_t k = 0; k < gradients; k++) sum += derivative(far ? first : flx_var_mul_xc(v, 1.0));
    const double seconds = race_clock() - start;
    const double expected = 11.0 * pow(0.5, 10.0) * (double)gradients;
    if (!(fabs(sum - expected) <= 1e-9 * expected))
        bench_fail("small gradients: %g in place of %g", sum, expected);
    bench_check(flx_tape_rewind(tape, mark), "flx_tape_rewind");
    flx_tape_destroy(tape);
    return seconds;
}
