/* perceptron_by_hand.c: forward and backward pass in C and BLAS. Activations are reused in place;
 * whatever is needed is allocated once. */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "perceptron.h"

typedef struct by_hand {
    perceptron net;
    size_t weights;
    double *weight;
    double *layer[PERCEPTRON_LAYERS + 1]; /* activations; layer 0 is the samples */
    double *adjoint;                      /* of one layer */
    size_t bytes;
    double *moved; /* a gradient, of weights nearby */
    const double *x, *dir;
} by_hand;

static double *take(by_hand *s, size_t count)
{
    s->bytes += count * sizeof(double);
    return bench_allocate(count, sizeof(double));
}

static void *open_by_hand(const bench_problem *p)
{
    by_hand *s = bench_allocate(1, sizeof *s);
    s->net = perceptron_of(p);
    s->weights = p->n;
    s->x = p->x;
    s->dir = p->dir;
    s->weight = take(s, p->n);
    memcpy(s->weight, p->x, p->n * sizeof *p->x);
    size_t widest = 0;
    for (size_t k = 1; k < PERCEPTRON_LAYERS; k++)
        if (s->net.width[k] > widest) widest = s->net.width[k];
    for (size_t k = 0; k <= PERCEPTRON_LAYERS; k++)
        s->layer[k] = take(s, s->net.batch * s->net.width[k]);
    memcpy(s->layer[0], s->net.sample, s->net.batch * s->net.width[0] * sizeof(double));
    s->adjoint = take(s, s->net.batch * widest);
    return s;
}

static void *open_differences(const bench_problem *p)
{
    by_hand *s = open_by_hand(p);
    s->moved = bench_allocate(p->n, sizeof *s->moved);
    return s;
}

static void close_by_hand(void *state)
{
    by_hand *s = state;
    for (size_t k = 0; k <= PERCEPTRON_LAYERS; k++) free(s->layer[k]);
    free(s->weight);
    free(s->adjoint);
    free(s->moved);
    free(s);
}

/* to = beta*to + x*y, either factor transposed. */
static void multiply(int x_transposed, int y_transposed, size_t m, size_t n, size_t k,
                     const double *x, const double *y, double beta, double *to)
{
    cblas_dgemm(CblasRowMajor, x_transposed ? CblasTrans : CblasNoTrans,
                y_transposed ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)k, 1.0, x,
                (int)(x_transposed ? m : k), y, (int)(y_transposed ? k : n), beta, to, (int)n);
}

static void forward(by_hand *s)
{
    const perceptron *net = &s->net;
    const size_t batch = net->batch;
    for (size_t l = 0; l < PERCEPTRON_LAYERS; l++) {
        const size_t width = net->width[l + 1];
        const double *bias = s->weight + perceptron_bias(net, l);
        double *to = s->layer[l + 1];
        for (size_t i = 0; i < batch; i++) memcpy(to + i * width, bias, width * sizeof *to);
        multiply(0, 0, batch, width, net->width[l], s->layer[l],
                 s->weight + perceptron_matrix(net, l), 1.0, to);
        for (size_t i = 0; i < batch * width && l + 1 < PERCEPTRON_LAYERS; i++) to[i] = tanh(to[i]);
    }
}

/* The last layer becomes its adjoint: (softmax - class)/batch. Returns the loss. */
static double cross_entropy(by_hand *s)
{
    const size_t batch = s->net.batch, classes = s->net.width[PERCEPTRON_LAYERS];
    double loss = 0.0;
    for (size_t i = 0; i < batch; i++) {
        double *z = s->layer[PERCEPTRON_LAYERS] + i * classes, most = z[0], sum = 0.0;
        const size_t class = (size_t)s->net.class[i];
        for (size_t j = 1; j < classes; j++)
            if (z[j] > most) most = z[j];
        loss += most - z[class];
        for (size_t j = 0; j < classes; j++) sum += z[j] = exp(z[j] - most);
        loss += log(sum);
        for (size_t j = 0; j < classes; j++) z[j] /= sum * (double)batch;
        z[class] -= 1.0 / (double)batch;
    }
    return loss / (double)batch;
}

static void backward(by_hand *s, double *gradient)
{
    const perceptron *net = &s->net;
    const size_t batch = net->batch;
    for (size_t l = PERCEPTRON_LAYERS; l-- > 0;) {
        const size_t inputs = net->width[l], width = net->width[l + 1];
        double *below = s->layer[l], *adjoint = s->layer[l + 1];
        double *bias = gradient + perceptron_bias(net, l);
        multiply(1, 0, inputs, width, batch, below, adjoint, 0.0,
                 gradient + perceptron_matrix(net, l));
        memset(bias, 0, width * sizeof *bias);
        for (size_t i = 0; i < batch; i++)
            for (size_t j = 0; j < width; j++) bias[j] += adjoint[i * width + j];
        if (l == 0) break;
        multiply(0, 1, batch, inputs, width, adjoint, s->weight + perceptron_matrix(net, l), 0.0,
                 s->adjoint);
        for (size_t k = 0; k < batch * inputs; k++)
            below[k] = s->adjoint[k] * (1.0 - below[k] * below[k]);
    }
}

static void run_gradient(void *state, double *result)
{
    by_hand *s = state;
    forward(s);
    cross_entropy(s);
    backward(s, result);
}

static void move(by_hand *s, double step)
{
    for (size_t k = 0; k < s->weights; k++) s->weight[k] = s->x[k] + step * s->dir[k];
}

/* Central differences of gradients. */
static void run_differences(void *state, double *result)
{
    by_hand *s = state;
    const double step = 1e-4;
    move(s, step);
    run_gradient(s, result);
    move(s, -step);
    run_gradient(s, s->moved);
    for (size_t k = 0; k < s->weights; k++) result[k] = (result[k] - s->moved[k]) / (2.0 * step);
}

size_t perceptron_bytes_by_hand(const bench_problem *p)
{
    by_hand *s = open_by_hand(p);
    const size_t bytes = s->bytes + p->n * sizeof(double); /* the gradient */
    close_by_hand(s);
    return bytes;
}

static const bench_contender contenders[] = {
    {"c.adjoint", BENCH_GRADIENT, BENCH_EXACT, 0, open_by_hand, run_gradient, close_by_hand},
    {"c.differences", BENCH_HVP, BENCH_DIFFERENCE, 0, open_differences, run_differences,
     close_by_hand},
};

const bench_team perceptron_team_c = {"C", "by hand, CBLAS", contenders,
                                      sizeof contenders / sizeof *contenders};
