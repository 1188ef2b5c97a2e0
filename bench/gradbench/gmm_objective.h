/* gmm_objective.h: the objective of fitting a mixture of k Gaussians in d dimensions to n points,
 * and its gradient.
 *
 * With inverse covariance factors Q_c, lower triangular with diagonal exp(q_c) and the strict lower
 * triangle l_c, weights alpha_c and means mu_c it is
 *
 *   sum_i log sum_c exp(alpha_c + sum(q_c) - |Q_c (x_i - mu_c)|^2 / 2) - n log sum_c exp(alpha_c)
 *   - n d log(2 pi) / 2 + prior, where
 *   prior = sum_c m sum(q_c) - gamma^2 (|exp(q_c)|^2 + |l_c|^2) / 2 + the logarithm of the norm
 *   of a Wishart density
 *
 * It is computed in two stages, each with a program of its own: a frame that all points share, and
 * a block of points. The gradient adds up the blocks' adjoints of what the frame gives them and sends
 * them back through the frame. Blocks are small enough to stay in a processor's cache. */
#ifndef BENCH_GRADBENCH_GMM_OBJECTIVE_H
#define BENCH_GRADBENCH_GMM_OBJECTIVE_H

#include "gradbench.h"

enum { GMM_BLOCK = 64 };

/* Sizes, data and prior: all that is not differentiated. */
typedef struct gmm_data {
    size_t d, k, n;
    size_t strict; /* elements of a triangle without its diagonal */
    double *x;     /* n x d */
    double gamma, m;
} gmm_data;

/* Works and scratch. The blocks are laid out as
 *   theta   alpha, q, l (each l_c column after column): the frame's inputs
 *   frame   weights, diagonals, rest: its outputs
 *   point   weights, mu, Q (each Q_c row after row, zeros above its diagonal): a point's inputs */
typedef struct gmm_work {
    gmm_data data;
    size_t theta_size, frame_size, point_size;
    double *theta, *mu;
    double *frame, *point, *scratch;
    double *frame_adjoint, *point_adjoint, *one_block;
    double objective, *theta_gradient, *mu_gradient;
    gb_program frame_program;
    gb_program block_program[2]; /* of GMM_BLOCK points, and of those that are left */
} gmm_work;

/* Makes the blocks, after data and its sizes have been set. */
void gmm_create(gmm_work *w);

/* Frees everything, the data included. */
void gmm_clear(gmm_work *w);

/* Records the programs. */
flx_status gmm_record(gmm_work *w);

/* Sets objective. Plain C. */
void gmm_objective(gmm_work *w);

/* Sets objective, theta_gradient and mu_gradient. */
flx_status gmm_gradient(gmm_work *w);

#endif
