/* Uses an installed library from C11 and C++17: derivative of x*sin(x) forward and in reverse. */
#include <math.h>
#include <stdio.h>

#include <fluxion/fluxion.h>

int main(void)
{
    const double x = 2.0;
    const double expected = sin(x) + x * cos(x);
    const flx_dual dx = flx_dual_variable(x);
    const flx_dual forward = flx_dual_mul(dx, flx_dual_sin(dx));
    double reverse = NAN;
    flx_tape *tape;
    if (flx_tape_create(NULL, &tape) == FLX_OK) {
        const flx_var vx = flx_variable(tape, x);
        flx_var gx;
        if (flx_grad(flx_var_mul(vx, flx_var_sin(vx)), 1, &vx, &gx, 0) == FLX_OK) {
            reverse = flx_peek(gx);
        }
        flx_tape_destroy(tape);
    }
    printf("expected %.17g, forward %.17g, reverse %.17g\n", expected, forward.d, reverse);
    return fabs(forward.d - expected) < 1e-15 && fabs(reverse - expected) < 1e-15 ? 0 : 1;
}
