/* lstm_loss.h: the loss of a recurrent network with diagonal weights, in plain C.
 *
 * Each of l layers has b hidden values h and cells c, and for its input x (that of the first layer
 * is scaled by a weight, that of the others is h of the layer before)
 *
 *   forget, out = sigmoid(x*w + v)     in = sigmoid(h*w + v)     change = tanh(h*w + v)
 *   c = c*forget + in*change           h = out*tanh(c)
 *
 * element by element, each gate with weights w and biases v of its own. A prediction is y = h*w + v
 * of the last h, and the loss is the mean, over all rows x_t of a sequence but the last and over
 * their elements, of x_{t+1}*(log(2 + sum exp(y_t)) - y_t). */
#ifndef BENCH_GRADBENCH_LSTM_LOSS_H
#define BENCH_GRADBENCH_LSTM_LOSS_H

#include "gradbench.h"

/* Sizes and input, as GradBench lays them out. */
typedef struct lstm_data {
    size_t l, b, n;   /* layers, width, rows of the sequence */
    double *main;     /* l times: weights and biases, 4 x b each, of forget, in, out and change */
    double *extra;    /* 3 x b: weight of the input, weight and bias of the prediction */
    double *state;    /* l times h and c, b each */
    double *sequence; /* n x b */
} lstm_data;

/* The loss in plain C; scratch holds (2l + 1)b doubles. */
double lstm_loss(const lstm_data *data, double *scratch);

#endif
