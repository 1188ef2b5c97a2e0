/* lse.c: log sum exp(x), shifted by the largest x, and its gradient.
 *
 * Which x is largest depends on the values, so the function is recorded in every run: a tape that
 * is reset keeps its memory. */
#include <math.h>
#include <stdlib.h>

#include "gradbench.h"

typedef struct lse_state {
    size_t n;
    double *x, *gradient, lse;
    flx_tape *tape;
} lse_state;

static void destroy(void *state)
{
    lse_state *s = state;
    flx_tape_destroy(s->tape);
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

static flx_status prepare(void *state, size_t function)
{
    lse_state *s = state;
    return function == 0 ? FLX_OK : flx_tape_create(NULL, &s->tape);
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

static flx_status gradient(lse_state *s)
{
    flx_array derivative;
    flx_tape_reset(s->tape);
    const flx_array x = flx_array_variable(s->tape, 1, s->n, s->x);
    const flx_var shift = flx_array_at(x, 0, largest(s->n, s->x));
    flx_var sum = flx_constant(0.0);
    for (size_t k = 0; k < s->n; k++)
        sum = flx_var_add(sum, flx_var_exp(flx_var_sub(flx_array_at(x, 0, k), shift)));
    const flx_var lse = flx_var_add(shift, flx_var_log(sum));
    const flx_status status = flx_grad_array(lse, x, &derivative, 0);
    return status == FLX_OK ? flx_array_peek(derivative, s->gradient) : status;
}

static flx_status evaluate(void *state, size_t function)
{
    if (function > 0) return gradient(state);
    primal(state);
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
