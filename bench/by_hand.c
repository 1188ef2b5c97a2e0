/* by_hand.c: the functions in plain C, and adjoints as a careful person writes them.
 * Values use the same operations in the same order as functions/: they must agree bit for bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static double square(double x) { return x * x; }

static double rosenbrock(const bench_problem *p, const double *x)
{
    double sum = 0.0;
    for (size_t i = 0; i + 1 < p->n; i++)
        sum += 100.0 * square(x[i + 1] - square(x[i])) + square(1.0 - x[i]);
    return sum;
}

static double rosenbrock_adjoint(const bench_problem *p, const double *x, double *g)
{
    double sum = 0.0;
    g[0] = 0.0;
    for (size_t i = 0; i + 1 < p->n; i++) {
        const double a = 1.0 - x[i], b = x[i + 1] - square(x[i]);
        sum += 100.0 * square(b) + square(a);
        g[i] += -400.0 * b * x[i] - 2.0 * a;
        g[i + 1] = 200.0 * b;
    }
    return sum;
}

static double sinchain(const bench_problem *p, const double *x)
{
    double v = x[0];
    for (size_t k = 0; k < p->data.length; k++) v = sin(v);
    return v;
}

static double sinchain_adjoint(const bench_problem *p, const double *x, double *g)
{
    double *kept = bench_allocate(p->data.length, sizeof *kept), v = x[0], bar = 1.0;
    for (size_t k = 0; k < p->data.length; k++) {
        kept[k] = v;
        v = sin(v);
    }
    for (size_t k = p->data.length; k-- > 0;) bar *= cos(kept[k]);
    g[0] = bar;
    free(kept);
    return v;
}

static double speelpenning(const bench_problem *p, const double *x)
{
    double product = x[0];
    for (size_t i = 1; i < p->n; i++) product *= x[i];
    return product;
}

static double speelpenning_adjoint(const bench_problem *p, const double *x, double *g)
{
    double product = 1.0, after = 1.0;
    for (size_t i = 0; i < p->n; i++) {
        g[i] = product;
        product *= x[i];
    }
    for (size_t i = p->n; i-- > 0;) {
        g[i] *= after;
        after *= x[i];
    }
    return product;
}

static double helmholtz(const bench_problem *p, const double *x)
{
    const size_t n = p->n;
    double bx = 0.0, quadratic = 0.0, entropy = 0.0;
    for (size_t i = 0; i < n; i++) bx += p->data.b[i] * x[i];
    for (size_t i = 0; i < n; i++) {
        double row = 0.0;
        for (size_t j = 0; j < n; j++) row += p->data.a[i * n + j] * x[j];
        quadratic += x[i] * row;
    }
    for (size_t i = 0; i < n; i++) entropy += x[i] * log(x[i] / (1.0 - bx));
    const double logarithm = log((1.0 + BENCH_UPPER * bx) / (1.0 + BENCH_LOWER * bx));
    return BENCH_RT * entropy - quadratic / (BENCH_SQRT8 * bx) * logarithm;
}

/* g holds A x on the way: A is symmetric. */
static double helmholtz_adjoint(const bench_problem *p, const double *x, double *g)
{
    const size_t n = p->n;
    const double *b = p->data.b;
    double bx = 0.0, quadratic = 0.0, entropy = 0.0, sum = 0.0;
    for (size_t i = 0; i < n; i++) bx += b[i] * x[i];
    for (size_t i = 0; i < n; i++) {
        double row = 0.0;
        for (size_t j = 0; j < n; j++) row += p->data.a[i * n + j] * x[j];
        quadratic += x[i] * row;
        g[i] = row;
    }
    const double upper = 1.0 + BENCH_UPPER * bx, lower = 1.0 + BENCH_LOWER * bx;
    const double logarithm = log(upper / lower), factor = logarithm / (BENCH_SQRT8 * bx);
    for (size_t i = 0; i < n; i++) {
        const double share = log(x[i] / (1.0 - bx));
        entropy += x[i] * share;
        sum += x[i];
        g[i] = BENCH_RT * (share + 1.0) - 2.0 * g[i] * factor;
    }
    const double slope = BENCH_UPPER / upper - BENCH_LOWER / lower;
    const double bar = BENCH_RT * sum / (1.0 - bx) + quadratic * factor / bx
                       - quadratic / (BENCH_SQRT8 * bx) * slope;
    for (size_t i = 0; i < n; i++) g[i] += bar * b[i];
    return BENCH_RT * entropy - quadratic / (BENCH_SQRT8 * bx) * logarithm;
}

/* The layers of the network: weights and biases, or their adjoints. */
typedef struct layers {
    size_t w1, b1, w2, b2, w3, b3;
} layers;

static layers layers_of(const bench_data *d)
{
    const size_t b1 = d->width * d->inputs, w2 = b1 + d->width, b2 = w2 + d->width * d->width;
    return (layers){0, b1, w2, b2, b2 + d->width, b2 + 2 * d->width};
}

static double neuron(size_t n, const double *weight, double bias, const double *in)
{
    double sum = bias;
    for (size_t j = 0; j < n; j++) sum += weight[j] * in[j];
    return sum;
}

/* The output for one sample; keeps the hidden layers. */
static double forward(const bench_data *d, const layers *l, const double *x, const double *sample,
                      double *h1, double *h2)
{
    const size_t in = d->inputs, width = d->width;
    for (size_t i = 0; i < width; i++)
        h1[i] = tanh(neuron(in, x + l->w1 + i * in, x[l->b1 + i], sample));
    for (size_t i = 0; i < width; i++)
        h2[i] = tanh(neuron(width, x + l->w2 + i * width, x[l->b2 + i], h1));
    return neuron(width, x + l->w3, x[l->b3], h2);
}

static double network(const bench_problem *p, const double *x)
{
    const bench_data *d = &p->data;
    const layers l = layers_of(d);
    double h1[BENCH_WIDTH], h2[BENCH_WIDTH], sum = 0.0;
    for (size_t s = 0; s < d->samples; s++)
        sum += square(forward(d, &l, x, d->sample + s * d->inputs, h1, h2) - d->target[s]);
    return sum / (double)d->samples;
}

/* Back through one sample, from the adjoint of its output. */
static void backward(const bench_data *d, const layers *l, const double *x, const double *sample,
                     const double *h1, const double *h2, double bar, double *g)
{
    const size_t in = d->inputs, width = d->width;
    double h1_bar[BENCH_WIDTH] = {0.0};
    g[l->b3] += bar;
    for (size_t i = 0; i < width; i++) {
        const double z_bar = bar * x[l->w3 + i] * (1.0 - square(h2[i]));
        g[l->w3 + i] += bar * h2[i];
        g[l->b2 + i] += z_bar;
        for (size_t j = 0; j < width; j++) {
            g[l->w2 + i * width + j] += z_bar * h1[j];
            h1_bar[j] += z_bar * x[l->w2 + i * width + j];
        }
    }
    for (size_t i = 0; i < width; i++) {
        const double z_bar = h1_bar[i] * (1.0 - square(h1[i]));
        g[l->b1 + i] += z_bar;
        for (size_t j = 0; j < in; j++) g[l->w1 + i * in + j] += z_bar * sample[j];
    }
}

static double network_adjoint(const bench_problem *p, const double *x, double *g)
{
    const bench_data *d = &p->data;
    const layers l = layers_of(d);
    double h1[BENCH_WIDTH], h2[BENCH_WIDTH], sum = 0.0;
    memset(g, 0, p->n * sizeof *g);
    for (size_t s = 0; s < d->samples; s++) {
        const double *sample = d->sample + s * d->inputs;
        const double miss = forward(d, &l, x, sample, h1, h2) - d->target[s];
        sum += square(miss);
        backward(d, &l, x, sample, h1, h2, 2.0 * miss / (double)d->samples, g);
    }
    return sum / (double)d->samples;
}

double bench_value(const bench_problem *p, const double *x)
{
    switch (p->function) {
    case BENCH_SINCHAIN: return sinchain(p, x);
    case BENCH_SPEELPENNING: return speelpenning(p, x);
    case BENCH_HELMHOLTZ: return helmholtz(p, x);
    case BENCH_NETWORK: return network(p, x);
    default: return rosenbrock(p, x);
    }
}

double bench_adjoint(const bench_problem *p, const double *x, double *gradient)
{
    switch (p->function) {
    case BENCH_SINCHAIN: return sinchain_adjoint(p, x, gradient);
    case BENCH_SPEELPENNING: return speelpenning_adjoint(p, x, gradient);
    case BENCH_HELMHOLTZ: return helmholtz_adjoint(p, x, gradient);
    case BENCH_NETWORK: return network_adjoint(p, x, gradient);
    default: return rosenbrock_adjoint(p, x, gradient);
    }
}
