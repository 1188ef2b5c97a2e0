/* All derivatives of a function of one variable in one evaluation: truncated Taylor series. */
#include <stdio.h>

#include <fluxion/fluxion.h>

/* y(x) = exp(x) sin(x) */
static flx_taylor8 wave(flx_taylor8 x) { return flx_mul(flx_exp(x), flx_sin(x)); }

int main(void)
{
    //! [derivatives]
    const flx_taylor8 x = flx_taylor8_variable(1.0); /* 1 + t */
    const flx_taylor8 y = wave(x);                   /* y(1 + t), to t^8 */
    for (size_t k = 0; k <= 8; k++) {
        printf("derivative %zu: %14.9f\n", k, flx_taylor8_derivative(y, k));
    }
    //! [derivatives]

    /* The coefficients are a polynomial that stands for the function near x = 1. */
    //! [polynomial]
    double p = 0.0;
    for (size_t k = 9; k-- > 0;) p = p * 0.125 + y.c[k];
    printf("y(1.125) by the series: %.9f\n", p);
    //! [polynomial]
    return 0;
}
