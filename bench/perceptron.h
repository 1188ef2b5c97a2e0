/* perceptron.h: a three-layer perceptron on a batch of images: as array variables, and by hand.
 *
 * The weights are one vector: for each layer a matrix (inputs x width, row-major) and a row of biases.
 * The loss is the mean over the batch of the softmax cross-entropy of x -> (tanh (tanh (x W + b) W + b)
 * W + b). */
#ifndef BENCH_PERCEPTRON_H
#define BENCH_PERCEPTRON_H

#include "bench.h"

enum { PERCEPTRON_LAYERS = 3 };

/* Widths from the input on; of the samples, batch x width[0] numbers, and a class for each. */
typedef struct perceptron {
    size_t batch, width[PERCEPTRON_LAYERS + 1];
    const double *sample, *class;
} perceptron;

/* The problem's network. */
perceptron perceptron_of(const bench_problem *p);

/* Where the matrix of a layer, and where its biases, begin among the weights; those of the layer after
 * the last: their number. */
size_t perceptron_matrix(const perceptron *net, size_t layer);
size_t perceptron_bias(const perceptron *net, size_t layer);

/* Bytes that a gradient has held at most: weights, samples, all between, and the gradient. */
size_t perceptron_bytes_by_hand(const bench_problem *p);
size_t perceptron_bytes_on_tape(const bench_problem *p);

extern const bench_team perceptron_team_c, perceptron_team_fluxion;

#endif
