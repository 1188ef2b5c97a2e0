/* gmm_block.h: the program of some points of a Gaussian mixture. */
#ifndef BENCH_GRADBENCH_GMM_BLOCK_H
#define BENCH_GRADBENCH_GMM_BLOCK_H

#include "gmm_objective.h"

/* Records sum_x log sum_c exp(weight_c - |Q_c (x - mu_c)|^2 / 2) over so many points x, a function of
 * the weights, mu and Q (laid out as in gmm_work); the points are its parameters. */
flx_status gmm_record_block(gb_program *p, const gmm_data *data, size_t points);

#endif
