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

/* The arrays of the program. */
typedef struct network {
    size_t l, b;
    flx_array main, extra, sequence; /* 8l x b, 3 x b, n x b */
    flx_array *state;                /* h and c of each layer, 1 x b each */
} network;

static flx_array affine(flx_array x, flx_array w, flx_array v)
{
    return flx_array_add(flx_array_mul(x, w), v);
}

/* Every other row of the four gates' weights, or biases, from number `first` on. */
static flx_array two_gates(const network *net, size_t first)
{
    return flx_array_slice(net->main, first, 0, 2, net->b, 2, 1);
}

/* One layer: two gates look at x, two at h. */
static flx_array recorded_layer(network *net, size_t k, flx_array x)
{
    flx_array *h = &net->state[2 * k], *c = h + 1;
    const size_t w = 8 * k, v = w + 4;
    const flx_array by_x = flx_array_sigmoid(affine(x, two_gates(net, w), two_gates(net, v)));
    const flx_array by_h = affine(*h, two_gates(net, w + 1), two_gates(net, v + 1));
    const flx_array forget = flx_array_row(by_x, 0), out = flx_array_row(by_x, 1);
    const flx_array in = flx_array_sigmoid(flx_array_row(by_h, 0));
    const flx_array change = flx_array_tanh(flx_array_row(by_h, 1));
    *c = flx_array_add(flx_array_mul(*c, forget), flx_array_mul(in, change));
    *h = flx_array_mul(out, flx_array_tanh(*c));
    return *h;
}

static flx_var recorded_term(const network *net, flx_array h, flx_array next)
{
    const flx_array y = affine(h, flx_array_row(net->extra, 1), flx_array_row(net->extra, 2));
    const flx_var sum = flx_array_at(flx_array_sum(flx_array_exp(y), FLX_ALL), 0, 0);
    const flx_var weight = flx_array_at(flx_array_sum(next, FLX_ALL), 0, 0);
    const flx_var scale = flx_var_log(flx_var_add_xc(sum, 2.0));
    return flx_var_sub(flx_var_mul(weight, scale), flx_array_dot(next, y));
}

static flx_var recorded_loss(network *net)
{
    const size_t steps = net->sequence.rows - 1;
    flx_var loss = flx_constant(0.0);
    for (size_t t = 0; t < steps; t++) {
        const flx_array row = flx_array_row(net->sequence, t);
        flx_array x = flx_array_mul(row, flx_array_row(net->extra, 0));
        for (size_t k = 0; k < net->l; k++) x = recorded_layer(net, k, x);
        loss = flx_var_add(loss, recorded_term(net, x, flx_array_row(net->sequence, t + 1)));
    }
    return flx_var_div_xc(loss, (double)(steps * net->b));
}

/* Scratch: room for the inputs, and for two arrays for each layer. */
static flx_status record(flx_tape *tape, const lstm_data *data, flx_var *input, flx_array *state,
                         flx_program **f)
{
    const size_t b = data->b, rows = 8 * data->l + 3;
    double *zeros = gb_block((rows > data->n ? rows : data->n) * b);
    const flx_array weights = flx_array_variable(tape, rows, b, zeros);
    network net = {data->l,
                   b,
                   flx_array_slice(weights, 0, 0, rows - 3, b, 1, 1),
                   flx_array_slice(weights, rows - 3, 0, 3, b, 1, 1),
                   weights,
                   state};
    for (size_t k = 0; k < 2 * data->l; k++) state[k] = flx_array_parameter(tape, 1, b, zeros);
    net.sequence = flx_array_parameter(tape, data->n, b, zeros);
    free(zeros);
    const flx_var loss = recorded_loss(&net);
    for (size_t k = 0; k < rows * b; k++) input[k] = flx_array_at(weights, k / b, k % b);
    return flx_freeze(tape, rows * b, input, 1, &loss, FLX_REFUSE_READS, f, NULL);
}

flx_status lstm_record(gb_program *p, const lstm_data *data)
{
    flx_tape *tape = NULL;
    flx_var *input = calloc((8 * data->l + 3) * data->b, sizeof *input);
    flx_array *state = calloc(2 * data->l, sizeof *state);
    flx_status status = input && state ? flx_tape_create(NULL, &tape) : FLX_ENOMEM;
    if (status == FLX_OK) status = record(tape, data, input, state, &p->f);
    if (status == FLX_OK) status = flx_work_create(p->f, FLX_WORK_FIRST, 0, &p->w);
    flx_tape_destroy(tape);
    free(state);
    free(input);
    return status;
}
