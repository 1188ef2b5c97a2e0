/* perceptron_fluxion.c: the network as array variables. */
#include <stdlib.h>

#include <fluxion/fluxion.h>

#include "functions.h"
#include "measures.h"
#include "perceptron.h"

/* The samples and classes lie on the tape before the mark that every round goes back to. */
typedef struct taping {
    perceptron net;
    const double *x, *dir;
    size_t weights;
    measures_bytes bytes;
    flx_tape *tape;
    flx_mark mark;
    flx_array sample, class;
} taping;

static taping *open_taping(const bench_problem *p)
{
    taping *s = bench_allocate(1, sizeof *s);
    const flx_tape_options options = {.allocator = {measures_counted, &s->bytes}};
    s->net = perceptron_of(p);
    s->x = p->x;
    s->dir = p->dir;
    s->weights = p->n;
    bench_check(flx_tape_create(&options, &s->tape), "flx_tape_create");
    s->sample = flx_array_constant(s->tape, s->net.batch, s->net.width[0], s->net.sample);
    s->class = flx_array_constant(s->tape, s->net.batch, 1, s->net.class);
    s->mark = flx_tape_mark(s->tape);
    return s;
}

static void *open_tape(const bench_problem *p) { return open_taping(p); }

static void close_tape(void *state)
{
    taping *s = state;
    flx_tape_destroy(s->tape);
    free(s);
}

/* Weights from one place on as a matrix. */
static flx_array matrix(flx_array weight, size_t from, size_t rows, size_t cols)
{
    const flx_array part = flx_array_slice(weight, 0, from, 1, rows * cols, 1, 1);
    return flx_array_reshape(part, rows, cols);
}

static flx_var loss_of(const taping *s, flx_array weight)
{
    const perceptron *net = &s->net;
    flx_array z = s->sample;
    for (size_t l = 0; l < PERCEPTRON_LAYERS; l++) {
        const size_t inputs = net->width[l], width = net->width[l + 1];
        const flx_array w = matrix(weight, perceptron_matrix(net, l), inputs, width);
        const flx_array b = matrix(weight, perceptron_bias(net, l), 1, width);
        if (l > 0) z = flx_array_tanh(z);
        z = flx_array_affine(z, w, b);
    }
    const flx_array chosen = flx_array_take(z, s->class, FLX_ROWS);
    const flx_array all = flx_array_logsumexp_along(z, FLX_ROWS);
    return flx_array_mean(flx_array_sub(all, chosen), FLX_ALL).first;
}

/* Records the loss and sweeps back. */
static void run_tape(void *state, double *result)
{
    taping *s = state;
    flx_array gradient;
    bench_check(flx_tape_rewind(s->tape, s->mark), "flx_tape_rewind");
    const flx_array weight = flx_array_variable(s->tape, 1, s->weights, s->x);
    bench_check(flx_grad_array(loss_of(s, weight), weight, &gradient, 0), "flx_grad_array");
    bench_check(flx_array_peek(gradient, result), "flx_array_peek");
}

/* The same with the sweep recorded, and a second sweep through it along the direction. */
static void run_tape_twice(void *state, double *result)
{
    taping *s = state;
    flx_array gradient, product;
    bench_check(flx_tape_rewind(s->tape, s->mark), "flx_tape_rewind");
    const flx_array weight = flx_array_variable(s->tape, 1, s->weights, s->x);
    const flx_array dir = flx_array_constant(s->tape, 1, s->weights, s->dir);
    bench_check(flx_grad_array(loss_of(s, weight), weight, &gradient, FLX_CREATE_GRAPH),
                "flx_grad_array");
    bench_check(flx_grad_array(flx_array_dot(gradient, dir), weight, &product, 0),
                "flx_grad_array");
    bench_check(flx_array_peek(product, result), "flx_array_peek");
}

size_t perceptron_bytes_on_tape(const bench_problem *p)
{
    taping *s = open_taping(p);
    double *gradient = bench_allocate(p->n, sizeof *gradient);
    for (int k = 0; k < 3; k++) run_tape(s, gradient);
    const size_t peak = s->bytes.peak;
    close_tape(s);
    free(gradient);
    return peak;
}

typedef struct program {
    const bench_problem *problem;
    flx_program *f;
    flx_work *w;
} program;

static void *open_program(const bench_problem *p)
{
    program *s = bench_allocate(1, sizeof *s);
    taping *t = open_taping(p);
    flx_var *x = bench_allocate(p->n, sizeof *x);
    const flx_array weight = flx_array_variable(t->tape, 1, p->n, p->x);
    const flx_var y = loss_of(t, weight);
    for (size_t k = 0; k < p->n; k++) x[k] = flx_array_at(weight, 0, k);
    s->problem = p;
    bench_check(flx_freeze(t->tape, p->n, x, 1, &y, 0, &s->f, NULL), "flx_freeze");
    bench_check(flx_work_create(s->f, FLX_WORK_SECOND, 0, &s->w), "flx_work_create");
    free(x);
    close_tape(t);
    return s;
}

static void close_program(void *state)
{
    program *s = state;
    flx_work_destroy(s->w);
    flx_program_release(s->f);
    free(s);
}

static void run_replay(void *state, double *result)
{
    program *s = state;
    double y;
    bench_check(flx_gradient(s->f, s->w, s->problem->x, &y, result, NULL), "flx_gradient");
}

static void run_product(void *state, double *result)
{
    program *s = state;
    const bench_problem *p = s->problem;
    bench_check(flx_hvp(s->f, s->w, p->x, p->dir, NULL, result, NULL), "flx_hvp");
}

static void run_double_backprop(void *state, double *result)
{
    program *s = state;
    const bench_problem *p = s->problem;
    bench_check(flx_hvp_double_backprop(s->f, s->w, p->x, p->dir, NULL, result, NULL),
                "flx_hvp_double_backprop");
}

static const bench_contender contenders[] = {
    {"fluxion.tape", BENCH_GRADIENT, BENCH_EXACT, 0, open_tape, run_tape, close_tape},
    {"fluxion.replay", BENCH_GRADIENT, BENCH_EXACT, 0, open_program, run_replay, close_program},
    {"fluxion.hvp", BENCH_HVP, BENCH_EXACT, 0, open_program, run_product, close_program},
    {"fluxion.double_backprop", BENCH_HVP, BENCH_EXACT, 0, open_program, run_double_backprop,
     close_program},
    {"fluxion.tape_twice", BENCH_HVP, BENCH_EXACT, 0, open_tape, run_tape_twice, close_tape},
};

const bench_team perceptron_team_fluxion = {"Fluxion", "tape and program", contenders,
                                            sizeof contenders / sizeof *contenders};
