/* perceptron: gradients and second derivatives of a network in array variables, beside the same passes
 * written by hand with a BLAS. */
#include "perceptron.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measures.h"

/* Of both teams, at most. */
enum { CONTENDERS = 16 };

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

static const bench_team *const teams[] = {&perceptron_team_c, &perceptron_team_fluxion};

/* Everyone, gradients and products in the same turns: their ratio is of one time. */
static size_t enter(const bench_problem *p, const race_options *options, race_entry *entry)
{
    size_t n = 0;
    for (size_t t = 0; t < sizeof teams / sizeof teams[0]; t++) {
        for (size_t k = 0; k < teams[t]->contenders; k++) {
            if (n == CONTENDERS) bench_fail("more than %d contenders", (int)CONTENDERS);
            race_enter(&entry[n++], teams[t], &teams[t]->contender[k], p, options);
        }
    }
    return n;
}

static race_entry *find(size_t n, race_entry *entry, const char *name)
{
    for (size_t k = 0; k < n; k++)
        if (strcmp(entry[k].contender->name, name) == 0) return &entry[k];
    bench_fail("no contender %s", name);
    return NULL;
}

static void measure(measures *all, const bench_problem *p)
{
    race_entry e[CONTENDERS];
    const size_t n = enter(p, &all->race, e);
    const race_entry *hand = find(n, e, "c.adjoint"), *tape = find(n, e, "fluxion.tape");
    const race_entry *replay = find(n, e, "fluxion.replay"), *hvp = find(n, e, "fluxion.hvp");
    const race_entry *backprop = find(n, e, "fluxion.double_backprop");
    const race_entry *twice = find(n, e, "fluxion.tape_twice");
    race_check(p, find(n, e, "fluxion.hvp"), hvp);
    for (size_t k = 0; k < n; k++)
        race_check(p, &e[k], e[k].contender->quantity == BENCH_HVP ? hvp : hand);
    race_time(n, e, &all->race);

    const double bytes = (double)perceptron_bytes_by_hand(p);
    measures_add(all, 1e-6 * hand->min, "ms", 0.0, "gradient by hand");
    measures_add(all, tape->min / hand->min, "by hand", 1.3, "record and gradient");
    measures_add(all, tape->median / hand->median, "by hand (medians)", 0.0, "record and gradient");
    measures_add(all, replay->min / hand->min, "by hand", 0.0, "gradient by replay");
    measures_add(all, bytes / 1048576.0, "MiB", 0.0, "memory by hand");
    measures_add(all, (double)perceptron_bytes_on_tape(p) / bytes, "by hand", 1.5,
                 "record and gradient: memory");
    measures_add(all, hvp->min / replay->min, "gradients by replay", 2.5, "Hessian-vector product");
    measures_add(all, backprop->min / replay->min, "gradients by replay", 3.5,
                 "Hessian-vector product by double backprop");
    measures_add(all, twice->min / tape->min, "recorded gradients", 3.5,
                 "the same, recorded on a tape and swept twice");
    for (size_t k = 0; k < n; k++) race_leave(&e[k]);
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
