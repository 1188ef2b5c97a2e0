/* lstm_loss.c: see lstm_loss.h. */
#include "lstm_loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

/* One layer; h and c become the next ones. */
static void layer(size_t b, const double *w, const double *x, double *h, double *c)
{
    const double *v = w + 4 * b;
    for (size_t i = 0; i < b; i++) {
        const double forget = sigmoid(x[i] * w[i] + v[i]);
        const double in = sigmoid(h[i] * w[b + i] + v[b + i]);
        const double out = sigmoid(x[i] * w[2 * b + i] + v[2 * b + i]);
        const double change = tanh(h[i] * w[3 * b + i] + v[3 * b + i]);
        c[i] = c[i] * forget + in * change;
        h[i] = out * tanh(c[i]);
    }
}

/* One row's term of the loss, for the row that comes next. */
static double term(size_t b, const double *extra, const double *h, const double *next)
{
    double sum = 2.0, score = 0.0, weight = 0.0;
    for (size_t i = 0; i < b; i++) {
        const double y = h[i] * extra[b + i] + extra[2 * b + i];
        sum += exp(y);
        score += next[i] * y;
        weight += next[i];
    }
    return weight * log(sum) - score;
}

double lstm_loss(const lstm_data *data, double *scratch)
{
    const size_t b = data->b;
    double *state = scratch, *input = scratch + 2 * data->l * b, loss = 0.0;
    memcpy(state, data->state, 2 * data->l * b * sizeof *state);
    for (size_t t = 0; t + 1 < data->n; t++) {
        const double *row = data->sequence + t * b, *x = input;
        for (size_t i = 0; i < b; i++) input[i] = row[i] * data->extra[i];
        for (size_t k = 0; k < data->l; k++) {
            double *h = state + 2 * k * b;
            layer(b, data->main + 8 * k * b, x, h, h + b);
            x = h;
        }
        loss += term(b, data->extra, x, row + b);
    }
    return loss / (double)((data->n - 1) * b);
}
