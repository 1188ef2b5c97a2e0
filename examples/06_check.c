/* Do all roads to the derivatives agree? And if not, which one is wrong, and where? */
#include <math.h>

#include <fluxion/fluxion.h>

#include "check.h"

#define FLX_NAME oscillator
#define FLX_BODY "oscillator.inc"
#include <fluxion/instantiate.h>

/* The gradient of weight*f by hand, with a mistake of 1e-9 where ctx says so. */
//! [gradient]
static int gradient(size_t n, const double *x, size_t m, const double *weight, double *g, void *ctx)
{
    const double decay = exp(-x[1]), mistake = *(const double *)ctx;
    (void)n;
    (void)m;
    g[0] = weight[0] * decay * sin(x[2]);
    g[1] = weight[0] * -x[0] * decay * sin(x[2]) * (1.0 + mistake);
    g[2] = weight[0] * x[0] * decay * cos(x[2]);
    return 0;
}
//! [gradient]

int main(void)
{
    //! [check]
    const double x[3] = {1.5, 0.25, 0.75};
    double mistake = 0.0;
    flx_check_options options = {0};
    options.gradient = gradient;
    options.ctx = &mistake;

    flx_check_result result;
    check(flx_check(&oscillator, 3, x, 1, NULL, &options, &result));
    printf("%s\n", flx_status_name(result.status));

    mistake = 1e-9;
    if (flx_check(&oscillator, 3, x, 1, NULL, &options, &result) == FLX_EDISAGREE)
        printf("%s at input %zu\n", flx_road_name(FLX_ROAD_USER), result.guilty.input);
    //! [check]

    /* Each road ran, and every instruction was compared alone. */
    size_t roads = 0;
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) roads += result.road[k].ran != 0;
    printf("%zu roads, %zu instructions alone, %zu of their kernels odd\n", roads, result.local,
           result.local_odd);
    return result.guilty.roads == FLX_ROAD_BIT(FLX_ROAD_USER) ? 0 : 1;
}
