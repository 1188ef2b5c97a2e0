/* roads.h: every road to the derivatives of one program at one point.
 *
 * The same code runs them over a whole program and over a program of one instruction (local.h).
 * Rows of results are indexed by road; a row is NULL for a road that does not yield it, and the sets
 * have_... tell which were filled. */
#ifndef FLUXION_MIXED_ROADS_H
#define FLUXION_MIXED_ROADS_H

#include "mixed/agree.h"
#include "mixed/bound.h"
#include "mixed/double_backprop.h"

typedef struct flx_roads {
    flx_program *program;
    flx_memory memory;
    size_t n, m;
    unsigned wanted;   /* set of roads */
    flx_work *second;  /* replay, reverse sweeps, double backprop */
    flx_work *forward; /* forward sweeps, which rewrite the values */
    flx_work *bound;   /* magnitudes: values with d, adjoints with d */
    flx_work *jet;
    size_t order; /* of the jet */
    flx_backprop backprop;
    const double *weight; /* m */

    /* At the point. */
    const double *x;
    double *value[FLX_ROAD_COUNT];    /* m: primal outputs */
    double *gradient[FLX_ROAD_COUNT]; /* n: of weight'f */
    unsigned have_value, have_gradient;
    double depth; /* the longest chain of operations, there and back */
    double floor; /* what underflow may cost a gradient */
    int overflow; /* magnitudes are infinite somewhere, floors not complete */
    int range;    /* second-order products may leave 2^-900 .. 2^900 */
    int far;      /* a value does */

    /* Along u, and along u and v. */
    double *out[FLX_ROAD_COUNT];     /* m: Jacobian times u */
    double *product[FLX_ROAD_COUNT]; /* n: Hessian of weight'f times u */
    double floor_along;              /* what underflow may cost along u, first order */
    double uu[FLX_ROAD_COUNT];       /* u'Hu */
    double uv[FLX_ROAD_COUNT];       /* u'Hv */
    unsigned have_out, have_product, have_uu, have_uv;
    double *bound_out, *bound_gradient, *bound_product; /* B of these: m, n, n */
    double *jet_x, *jet_y;                              /* (order+1) x n, x m */

    double *room; /* what the rows are in */
    size_t room_size;
    double *replay; /* the recorded gradient's values, computed again */
    size_t replay_size;
    size_t kernels[FLX_ROAD_COUNT];
} flx_roads;

/* For a program, whose allocator is used; weights stay the caller's. The owner destroys it, also
 * after a failure. */
flx_status flx_roads_create(flx_roads *r, flx_program *f, unsigned wanted, size_t order,
                            const double *weight);
void flx_roads_destroy(flx_roads *r);

/* Values and gradients at x, and what depends on the point alone. */
flx_status flx_roads_at(flx_roads *r, const double *x);

/* First derivatives, Hessian products and bounds along u. */
flx_status flx_roads_along(flx_roads *r, const double *u);

/* Mixed second derivatives along u and v: the roads that yield nothing else. */
void flx_roads_mixed(flx_roads *r, const double *u, const double *v);

/* What Euler's theorem misses: x'g - degree*weight'f, for the gradient g by the reverse sweep, and how
 * much rounding explains: that of the values, each reaching both terms, and that of g, of which
 * limit is the largest conditioned disagreement. Needs the reverse sweep. */
typedef struct flx_euler {
    double residual, bound;
} flx_euler;
flx_euler flx_roads_euler(flx_roads *r, double degree, double limit);

/* What underflow may cost weight'J u exactly; infinite where magnitudes on the way are. Another pass;
 * the bounds along u are to be taken before. */
double flx_roads_floor(flx_roads *r, const double *u, const double *weight);

/* Whether a road is wanted. */
static inline int flx_roads_want(const flx_roads *r, unsigned road)
{
    return (r->wanted & FLX_ROAD_BIT(road)) != 0;
}

#endif
