/* saddle.c: min over x of max over y of f(x, y) = |x|^2 - |y|^2, both by gradient descent, so that
 * one derivative is taken inside another: the whole inner descent, with its gradients, is recorded
 * and differentiated with respect to x.
 *
 * The functions ff, fr, rf, rr name the modes of the outer and the inner derivative. */
#include <stdlib.h>

#include <fluxion/generic.h>

#include "descent.h"
#include "gradbench.h"

typedef struct saddle_state {
    double start[2], result[4]; /* x, y */
    gb_mode inner;
    flx_tape *tape;
} saddle_state;

/* Two points of the plane. */
typedef struct saddle_pair {
    flx_var x[2], y[2];
} saddle_pair;

static flx_var height(const saddle_pair *p)
{
    const flx_var below = flx_add(flx_square(p->x[0]), flx_square(p->x[1]));
    const flx_var above = flx_add(flx_square(p->y[0]), flx_square(p->y[1]));
    return flx_sub(below, above);
}

/* -f(x, y), a function of y: least where f is highest. */
static flx_var depth(const flx_var *y, void *ctx)
{
    saddle_pair *p = ctx;
    p->y[0] = y[0];
    p->y[1] = y[1];
    return flx_neg(height(p));
}

/* max over y of f(x, y), a function of x. */
static flx_var highest(const flx_var *x, void *ctx)
{
    const saddle_state *s = ctx;
    saddle_pair p = {.x = {x[0], x[1]}};
    const gb_objective f = {2, depth, &p, s->inner};
    flx_var y[2] = {flx_variable(s->tape, s->start[0]), flx_variable(s->tape, s->start[1])};
    gb_argmin_recorded(&f, y); /* a failure stays on the tape */
    return flx_neg(depth(y, &p));
}

static flx_status evaluate(void *state, size_t function)
{
    saddle_state *s = state;
    const gb_mode outer = function < 2 ? GB_FORWARD : GB_REVERSE;
    double *x = s->result, *y = x + 2;
    s->inner = function % 2 == 0 ? GB_FORWARD : GB_REVERSE;
    for (size_t k = 0; k < 4; k++) s->result[k] = s->start[k % 2];

    const gb_objective over_x = {2, highest, s, outer};
    const flx_status status = gb_argmin(&over_x, s->tape, x);
    if (status != FLX_OK) return status;

    saddle_pair p = {.x = {flx_constant(x[0]), flx_constant(x[1])}};
    const gb_objective over_y = {2, depth, &p, outer};
    return gb_argmin(&over_y, s->tape, y);
}

static void *read_input(const json_t *input)
{
    double *start = gb_numbers(json_object_get(input, "start"), 2);
    saddle_state *s = start ? calloc(1, sizeof *s) : NULL;
    for (size_t k = 0; k < 2 && s; k++) s->start[k] = start[k];
    free(start);
    return s;
}

static flx_status prepare(void *state, size_t function)
{
    (void)function;
    return flx_tape_create(NULL, &((saddle_state *)state)->tape);
}

static json_t *output(const void *state, size_t function)
{
    (void)function;
    return gb_array(4, ((const saddle_state *)state)->result);
}

static void destroy(void *state)
{
    flx_tape_destroy(((saddle_state *)state)->tape);
    free(state);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"ff", "fr", "rf", "rr"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
