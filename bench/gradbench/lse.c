/* lse.c: log sum exp(x), shifted by the largest x, and its gradient: a program of one operation on an
 * array, which finds the largest x anew at every point, with functions by vectors. */
#include <math.h>
#include <stdlib.h>

#include "gradbench.h"

typedef struct lse_state {
    size_t n;
    double *x, *gradient, lse;
    gb_program program;
} lse_state;

static void destroy(void *state)
{
    lse_state *s = state;
    gb_program_clear(&s->program);
    free(s->x);
    free(s->gradient);
    free(s);
}

static void *read_input(const json_t *input)
{
    const json_t *x = json_object_get(input, "x");
    const size_t n = json_array_size(x);
    if (n == 0) return NULL;
    lse_state *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->n = n;
    s->x = gb_values(x, n);
    s->gradient = gb_block(n);
    if (s->x) return s;
    destroy(s);
    return NULL;
}

static flx_status record(flx_tape *tape, size_t n, flx_var *input, flx_program **f)
{
    double *zeros = gb_block(n);
    const flx_array x = flx_array_variable(tape, 1, n, zeros);
    const flx_var lse = flx_array_at(flx_array_logsumexp_along(x, FLX_ALL), 0, 0);
    for (size_t k = 0; k < n; k++) input[k] = flx_array_at(x, 0, k);
    free(zeros);
    return flx_freeze(tape, n, input, 1, &lse, FLX_REFUSE_READS, f, NULL);
}

static flx_status prepare(void *state, size_t function)
{
    lse_state *s = state;
    const flx_tape_options options = {.vector_functions = 1};
    if (function == 0) return FLX_OK;
    flx_tape *tape = NULL;
    flx_var *input = calloc(s->n, sizeof *input);
    flx_status status = input ? flx_tape_create(&options, &tape) : FLX_ENOMEM;
    if (status == FLX_OK) status = record(tape, s->n, input, &s->program.f);
    if (status == FLX_OK) status = flx_work_create(s->program.f, FLX_WORK_FIRST, 0, &s->program.w);
    flx_tape_destroy(tape);
    free(input);
    return status;
}

static size_t largest(size_t n, const double *x)
{
    size_t best = 0;
    for (size_t k = 1; k < n; k++) {
        if (x[k] > x[best]) best = k;
    }
    return best;
}

static void primal(lse_state *s)
{
    const double shift = s->x[largest(s->n, s->x)];
    double sum = 0.0;
    for (size_t k = 0; k < s->n; k++) sum += exp(s->x[k] - shift);
    s->lse = shift + log(sum);
}

static flx_status evaluate(void *state, size_t function)
{
    lse_state *s = state;
    if (function > 0)
        return flx_gradient(s->program.f, s->program.w, s->x, &s->lse, s->gradient, NULL);
    primal(s);
    return FLX_OK;
}

static json_t *output(const void *state, size_t function)
{
    const lse_state *s = state;
    return function == 0 ? json_real(s->lse) : gb_array(s->n, s->gradient);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"primal", "gradient"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
