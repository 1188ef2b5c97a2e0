/* ba_block.h: the residuals of bundle adjustment, in plain C and as programs.
 *
 * A camera is a rotation r (axis times angle), a centre, a focal length f, a principal point (u, v)
 * and radial distortions k1, k2. With the point x in its frame, z = R(r)(x - centre), and its image
 * p = (z0/z2, z1/z2),
 *
 *   residual = w*(f*p*(1 + k1*|p|^2 + k2*|p|^4) + (u, v) - feature)
 *
 * and each weight w has a residual 1 - w^2 of its own. */
#ifndef BENCH_GRADBENCH_BA_BLOCK_H
#define BENCH_GRADBENCH_BA_BLOCK_H

#include "gradbench.h"

/* What an observation depends on: camera, point, weight, in this order. */
enum { BA_CAMERA = 11, BA_POINT = 3, BA_INPUTS = BA_CAMERA + BA_POINT + 1 };

/* One observation's residual. */
void ba_residual(const double *camera, const double *x, double w, const double *feature,
                 double *residual);

/* The residual of a weight. */
double ba_weight_residual(double w);

/* Records an observation's two residuals; inputs are what it depends on and its feature. */
flx_status ba_record(gb_batch *p);

/* Records the residual of a weight. */
flx_status ba_record_weight(gb_batch *p);

#endif
