/* Record once, evaluate and differentiate anywhere; and what happens where the recording does not
 * stand for the function. */
#include <fluxion/fluxion.h>

#include "check.h"

/* x^2 y for x < 10, else x y. The comparison is recorded as a guard. */
static flx_var f(flx_var x, flx_var y)
{
    return flx_lt(x, 10) ? flx_mul(flx_square(x), y) : flx_mul(x, y);
}

static flx_program *record(flx_tape *tape, double x, double y)
{
    //! [record]
    const flx_var in[2] = {flx_variable(tape, x), flx_variable(tape, y)};
    const flx_var out = f(in[0], in[1]);
    flx_program *program;
    check(flx_freeze(tape, 2, in, 1, &out, FLX_REFUSE_READS, &program, NULL));
    //! [record]
    return program;
}

int main(void)
{
    flx_tape *tape;
    check(flx_tape_create(NULL, &tape));
    flx_program *program = record(tape, 1.0, 1.0);
    flx_work *work; /* one per thread; the program is shared */
    check(flx_work_create(program, FLX_WORK_SECOND, 0, &work));

    /* One point, several products: the value is computed once. */
    //! [point]
    const double x[2] = {3.0, 2.0}, dir[2] = {1.0, 1.0};
    double y, jv, g[2], hv[2];
    check(flx_set_point(program, work, x, NULL));
    check(flx_gradient(program, work, NULL, &y, g, NULL));
    check(flx_jvp(program, work, NULL, dir, &jv, NULL));
    check(flx_hvp(program, work, NULL, dir, NULL, hv, NULL));
    printf("at (3, 2): f = %g, gradient (%g, %g)\n", y, g[0], g[1]);
    printf("along (1, 1): Jv = %g, Hv = (%g, %g)\n", jv, hv[0], hv[1]);
    //! [point]

    /* At x = 12 the function takes the other branch. The program says so, and gives NaN. */
    //! [guard]
    const double other[2] = {12.0, 5.0};
    flx_report report;
    const flx_status status = flx_gradient(program, work, other, &y, g, &report);
    printf("at (12, 5): %s, comparison %zu; f is NaN: %s\n", flx_status_name(status), report.index,
           y != y ? "yes" : "no");
    //! [guard]
    flx_work_destroy(work);
    flx_program_release(program);

    /* So it is recorded anew there. */
    flx_tape_reset(tape);
    program = record(tape, other[0], other[1]);
    check(flx_work_create(program, FLX_WORK_FIRST, 0, &work));
    check(flx_gradient(program, work, other, &y, g, NULL));
    printf("recorded at (12, 5): f = %g, gradient (%g, %g)\n", y, g[0], g[1]);

    flx_work_destroy(work);
    flx_program_release(program);
    flx_tape_destroy(tape);
    return status == FLX_BRANCH_CHANGED ? 0 : 1;
}
