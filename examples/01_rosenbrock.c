/* A function written once, in rosenbrock.inc, and differentiated in every mode.
 * The body is found along the include path: in this folder, compile with -I. */
//! [example]
#include <fluxion/fluxion.h>

#include "check.h"

#define FLX_NAME rosenbrock
#define FLX_BODY "rosenbrock.inc"
#include <fluxion/instantiate.h>

int main(void)
{
    const double x[2] = {-1.2, 1.0}, dir[2] = {1.0, 2.0};
    double y, g[2], hv[2], h[4];

    for (int i = 0; i < 2; i++) { /* forward: one direction at a time, without a tape */
        const flx_dual at[2] = {{x[0], i == 0}, {x[1], i == 1}};
        flx_dual f;
        rosenbrock.f_dual(2, at, 1, &f, NULL);
        printf("df/dx%d by dual numbers  %7.1f\n", i, f.d);
    }

    flx_program *f; /* recorded once; may be shared by threads, each with a work of its own */
    flx_work *w;
    check(flx_record(&rosenbrock, 2, x, 1, NULL, 0, NULL, &f, NULL));
    check(flx_work_create(f, FLX_WORK_SECOND, 0, &w));

    check(flx_gradient(f, w, x, &y, g, NULL));
    printf("value                   %7.1f\n", y);
    printf("gradient by reverse     %7.1f %7.1f\n", g[0], g[1]);
    check(flx_hvp(f, w, x, dir, NULL, hv, NULL));
    printf("Hessian times (1, 2)    %7.1f %7.1f\n", hv[0], hv[1]);
    check(flx_hessian_hyperdual(f, w, x, NULL, h, NULL));
    printf("Hessian by hyper-duals  %7.1f %7.1f %7.1f %7.1f\n", h[0], h[1], h[2], h[3]);

    flx_work_destroy(w);
    flx_program_release(f);
    return 0;
}
//! [example]
