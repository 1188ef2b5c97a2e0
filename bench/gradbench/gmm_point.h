/* gmm_point.h: the program of one point of a Gaussian mixture. */
#ifndef BENCH_GRADBENCH_GMM_POINT_H
#define BENCH_GRADBENCH_GMM_POINT_H

#include "gmm_objective.h"

/* Records log sum_c exp(weight_c - |Q_c (x - mu_c)|^2 / 2), a function of the weights, mu and Q
 * (laid out as in gmm_work); the point x are its parameters. */
flx_status gmm_record_point(gb_program *p, const gmm_data *data);

#endif
