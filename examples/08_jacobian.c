/* A Jacobian by forward mode, eight columns at a time, and a third derivative. */
#include <math.h>
#include <stdio.h>

#include <fluxion/fluxion.h>

#define FLX_NAME robot
#define FLX_BODY "robot.inc"
#include <fluxion/instantiate.h>

enum { LINKS = 20, OUTPUTS = 3 };

/* jac[i*n + j] = dy[i]/dx[j], for at most LINKS inputs and OUTPUTS outputs. */
//! [jacobian]
static void jacobian(const flx_function *f, size_t n, const double *x, size_t m, double *jac)
{
    flx_dual8 at[LINKS], y[OUTPUTS];
    for (size_t j = 0; j < n; j++) at[j] = flx_dual8_constant(x[j]);
    for (size_t first = 0; first < n; first += 8) {
        const size_t columns = n - first < 8 ? n - first : 8;
        for (size_t k = 0; k < columns; k++) at[first + k].d[k] = 1.0; /* direction k */
        f->f_dual8(n, at, m, y, NULL);
        for (size_t k = 0; k < columns; k++) {
            at[first + k].d[k] = 0.0;
            for (size_t i = 0; i < m; i++) jac[i * n + first + k] = y[i].d[k];
        }
    }
}
//! [jacobian]

int main(void)
{
    double x[LINKS], jac[OUTPUTS * LINKS];
    flx_dual at[LINKS], y[OUTPUTS];
    for (size_t j = 0; j < LINKS; j++) x[j] = 0.05 + 0.01 * (double)j;
    jacobian(&robot, LINKS, x, OUTPUTS, jac);
    for (size_t i = 0; i < OUTPUTS; i++)
        printf("row %zu: %9.6f %9.6f ... %9.6f\n", i, jac[i * LINKS], jac[i * LINKS + 1],
               jac[i * LINKS + LINKS - 1]);

    /* Column by column with plain duals: the same bits. */
    size_t different = 0;
    for (size_t j = 0; j < LINKS; j++) {
        for (size_t k = 0; k < LINKS; k++) at[k] = flx_dual_make(x[k], k == j);
        robot.f_dual(LINKS, at, OUTPUTS, y, NULL);
        for (size_t i = 0; i < OUTPUTS; i++) different += y[i].d != jac[i * LINKS + j];
    }
    printf("%zu of %d derivatives differ from those of flx_dual\n", different, OUTPUTS * LINKS);

    /* x^y has the third derivative ((2 y - 1) + y (y - 1) log(x)) x^(y - 2) by x, x and y. */
    //! [third]
    const flx_hyperdual3 a = flx_hyperdual3_seed(2.0, 1.0, 1.0, 0.0); /* along directions 1, 2 */
    const flx_hyperdual3 b = flx_hyperdual3_seed(3.0, 0.0, 0.0, 1.0); /* along direction 3 */
    const flx_hyperdual3 p = flx_pow(a, b);
    printf("x^y at (2, 3): value %g, fxx %g, fxxy %.9f\n", p.v.v, p.v.e12, p.d.e12);
    //! [third]
    printf("by hand:       value %g, fxx %g, fxxy %.9f\n", 8.0, 12.0, 10.0 + 12.0 * log(2.0));
    return 0;
}
