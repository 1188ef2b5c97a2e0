/* perceptron: gradients and second derivatives of a network in array variables, beside the same passes
 * written by hand with a BLAS. */
#include "perceptron.h"

#include <stdio.h>
#include <stdlib.h>

#include "measures.h"

/* Entries of both teams. */
enum { GRADIENTS = 3, PRODUCTS = 4 };

perceptron perceptron_of(const bench_problem *p)
{
    const bench_data *d = &p->data;
    const size_t last = 10;
    return (perceptron){
        d->samples, {d->inputs, 2 * d->width, d->width, last}, d->sample, d->target};
}

size_t perceptron_matrix(const perceptron *net, size_t layer)
{
    size_t at = 0;
    for (size_t l = 0; l < layer; l++) at += (net->width[l] + 1) * net->width[l + 1];
    return at;
}

size_t perceptron_bias(const perceptron *net, size_t layer)
{
    return perceptron_matrix(net, layer) + net->width[layer] * net->width[layer + 1];
}

/* Numbers that look random, in [-1, 1). */
static double next(unsigned long long *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(*state >> 11) * 0x1p-52 - 1.0;
}

static double *numbers(size_t count, double scale, unsigned long long *state)
{
    double *x = bench_allocate(count, sizeof *x);
    for (size_t k = 0; k < count; k++) x[k] = scale * next(state);
    return x;
}

static void make(bench_problem *p, size_t batch, size_t inputs, size_t width)
{
    unsigned long long state = 1;
    *p = (bench_problem){.name = "perceptron", .size = batch};
    p->data = (bench_data){.inputs = inputs, .width = width, .samples = batch};
    const perceptron net = perceptron_of(p);
    p->n = perceptron_matrix(&net, PERCEPTRON_LAYERS);
    p->x = numbers(p->n, 0.05, &state);
    p->dir = numbers(p->n, 1.0, &state);
    p->data.sample = numbers(batch * inputs, 1.0, &state);
    p->data.target = bench_allocate(batch, sizeof(double));
    for (size_t k = 0; k < batch; k++) p->data.target[k] = (double)(k * 7 % 10);
}

static void clear(bench_problem *p)
{
    free(p->x);
    free(p->dir);
    free(p->data.sample);
    free(p->data.target);
}

/* Runs all who compute this quantity; entry 0 is the team's first. */
static size_t race(const bench_problem *p, bench_quantity quantity, const measures *all,
                   race_entry *entry)
{
    static const bench_team *const team[] = {&perceptron_team_c, &perceptron_team_fluxion};
    return race_run(p, quantity, sizeof team / sizeof *team, team, &all->race, entry);
}

static void measure(measures *all, const bench_problem *p)
{
    race_entry g[GRADIENTS], h[PRODUCTS];
    race(p, BENCH_GRADIENT, all, g);
    race(p, BENCH_HVP, all, h);
    const double hand = g[0].min, mega = 1.0 / 1048576.0;
    const double bytes = (double)perceptron_bytes_by_hand(p);
    measures_add(all, 1e-6 * hand, "ms", 0.0, "gradient by hand");
    measures_add(all, g[1].min / hand, "by hand", 1.3, "record and gradient");
    measures_add(all, g[1].median / g[0].median, "by hand (medians)", 0.0, "record and gradient");
    measures_add(all, g[2].min / hand, "by hand", 0.0, "gradient by replay");
    measures_add(all, bytes * mega, "MiB", 0.0, "memory by hand");
    measures_add(all, (double)perceptron_bytes_on_tape(p) / bytes, "by hand", 1.5,
                 "record and gradient: memory");
    measures_add(all, h[1].min / g[2].min, "gradients by replay", 2.5, "Hessian-vector product");
    measures_add(all, h[2].min / g[2].min, "gradients by replay", 3.5,
                 "Hessian-vector product by double backprop");
    measures_add(all, h[3].min / g[1].min, "recorded gradients", 3.5,
                 "the same, recorded on a tape and swept twice");
}

int main(int argc, char **argv)
{
    static measures all = {.race = {15, 50e-3}, .shrink = 1};
    const char *out = measures_parse(&all, argc, argv), *threads = getenv("OPENBLAS_NUM_THREADS");
    const int quick = all.shrink > 1;
    bench_problem p;
    report r;
    report_begin(&r, all.race.rounds);
    report_print_head(&r, stdout);
    printf("OPENBLAS_NUM_THREADS %s\n", threads ? threads : "not set");
    if (quick) make(&p, 32, 40, 16);
    else make(&p, 256, 784, 128);
    measure(&all, &p);
    clear(&p);
    if (out) {
        report_write_measures_csv(all.n, all.m, out, "perceptron");
        report_write_measures_json(&r, all.n, all.m, out, "perceptron");
    }
    report_end(&r);
    return 0;
}
