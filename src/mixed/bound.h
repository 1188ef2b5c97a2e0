/* bound.h: how large the rounding errors of derivatives may be: the derivative with every partial
 * and every adjoint in absolute value.
 *
 * A flx_bound's v is the value with its sign. Its d is the sum, over all paths from the direction,
 * of the absolute products of the partials: arithmetic adds magnitudes where duals would cancel.
 * One pass forward and one back give the bound of the gradient (adjoint v) and of the product of the
 * Hessian with the direction (adjoint d). A product with an exact zero is zero. */
#ifndef FLUXION_MIXED_BOUND_H
#define FLUXION_MIXED_BOUND_H

#include "reverse/code.h"

typedef struct flx_bound {
    double v, d;
} flx_bound;

typedef struct flx_bound_plane {
    double *v, *d;
} flx_bound_plane;

/* Values and magnitudes forward; inputs and constants lie in the planes already. */
void flx_forward_bound(const flx_code *c, flx_bound_plane p);

/* Magnitudes back: seeded adjoints lie in the plane, d zero. */
void flx_sweep_bound(const flx_code *c, flx_bound_plane value, flx_bound_plane adjoint);

/* The longest chain of operations from an input to any slot, and back from an output, the additions
 * into an adjoint included: each may round what came before. plane: slots doubles of scratch. */
double flx_depth(const flx_code *c, double *plane);

#endif
