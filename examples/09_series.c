/* Series of any order: derivatives, an inverse function, a square root at its branch point. */
#include <math.h>
#include <stdio.h>

#include <fluxion/fluxion.h>

#include "check.h"

/* y = exp(x)/sqrt(sin(x)^3 + cos(x)^3) */
static void quotient(flx_series *y, const flx_series *x)
{
    flx_series c = {0}; /* all-zero bytes are an initialised series */
    check(flx_series_sincos(y, &c, x));
    check(flx_series_powi(y, y, 3)); /* a result may be an operand */
    check(flx_series_powi(&c, &c, 3));
    check(flx_series_add(y, y, &c));
    check(flx_series_sqrt(y, y));
    check(flx_series_exp(&c, x));
    check(flx_series_div(y, &c, y));
    flx_series_clear(&c);
}

int main(void)
{
    flx_series x, y;
    flx_series_init(&x);
    flx_series_init(&y);

    //! [derivatives]
    check(flx_series_variable(&x, 30, 1.5)); /* 1.5 + t, to t^30 */
    quotient(&y, &x);
    for (size_t k = 0; k <= 30; k += 10)
        printf("derivative %2zu at 1.5: %.10e\n", k, flx_series_get_derivative(&y, k));
    //! [derivatives]

    /* Kepler's equation m = e - 0.2 sin(e), solved for e near 0 as Lagrange did. */
    //! [kepler]
    check(flx_series_variable(&x, 25, 0.0)); /* e */
    check(flx_series_sin(&y, &x));
    check(flx_series_mul_xc(&y, &y, 0.2));
    check(flx_series_sub(&y, &x, &y)); /* m(e) */
    check(flx_series_revert(&y, &y));  /* e(m) */
    const double m = 0.5, e = flx_series_evaluate(&y, m);
    printf("e(0.5) = %.12f, and back: %.12f\n", e, e - 0.2 * sin(e));
    //! [kepler]

    /* sqrt(1 - cos(t)) has a kink at 0: sqrt(2) sin(t/2) on the right, its negative on the left. */
    //! [lead]
    check(flx_series_variable(&x, 7, 0.0));
    check(flx_series_cos(&x, &x));
    check(flx_series_sub_cx(&x, 1.0, &x));
    check(flx_series_sqrt_lead(&y, &x, FLX_SIDE_LEFT));
    for (size_t k = 0; k <= flx_series_order(&y); k++)
        printf("%+.9f t^%zu\n", flx_series_get(&y, k), k);
    //! [lead]

    flx_series_clear(&x);
    flx_series_clear(&y);
    return 0;
}
