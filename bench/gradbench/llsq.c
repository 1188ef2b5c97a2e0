/* llsq.c: half the squared distance of a polynomial with coefficients x from a step, at n points,
 * and its gradient.
 *
 * The points and their powers depend on the sizes alone: for the gradient they lie on the tape as
 * a constant matrix before the coefficients, where no sweep looks for adjoints. Each residual is
 * then one dot product, recorded anew in every run. */
#include <stdlib.h>
#include <string.h>

#include "gradbench.h"

typedef struct llsq_state {
    size_t n, m; /* points, coefficients */
    double *x, *gradient, sum;
    double *t, *step;         /* the points, and what the polynomial is to be there */
    double *power, *residual; /* scratch of the primal */
    flx_tape *tape;
    flx_array powers; /* n x m: row i holds 1, t_i, t_i^2, ... */
    flx_mark prepared;
} llsq_state;

static void destroy(void *state)
{
    llsq_state *s = state;
    flx_tape_destroy(s->tape);
    free(s->x);
    free(s->gradient);
    free(s->t);
    free(s->step);
    free(s->power);
    free(s->residual);
    free(s);
}

static void *read_input(const json_t *input)
{
    const json_t *x = json_object_get(input, "x");
    const size_t n = gb_size(input, "n"), m = json_array_size(x);
    if (n < 2 || m == 0) return NULL;
    llsq_state *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->n = n;
    s->m = m;
    s->x = gb_values(x, m);
    s->gradient = gb_block(m);
    if (s->x) return s;
    destroy(s);
    return NULL;
}

static flx_status put_powers_on_a_tape(llsq_state *s)
{
    double *power = gb_block(s->n * s->m);
    for (size_t i = 0; i < s->n; i++) {
        double *row = power + i * s->m;
        row[0] = 1.0;
        for (size_t j = 1; j < s->m; j++) row[j] = row[j - 1] * s->t[i];
    }
    const flx_status status = flx_tape_create(NULL, &s->tape);
    if (status == FLX_OK) {
        s->powers = flx_array_constant(s->tape, s->n, s->m, power);
        s->prepared = flx_tape_mark(s->tape);
    }
    free(power);
    return status != FLX_OK ? status : flx_tape_status(s->tape);
}

static flx_status prepare(void *state, size_t function)
{
    llsq_state *s = state;
    s->t = gb_block(s->n);
    s->step = gb_block(s->n);
    s->power = gb_block(s->n);
    s->residual = gb_block(s->n);
    for (size_t i = 0; i < s->n; i++) {
        s->t[i] = -1.0 + (double)i * 2.0 / (double)(s->n - 1);
        s->step[i] = (double)((s->t[i] > 0.0) - (s->t[i] < 0.0));
    }
    return function == 0 ? FLX_OK : put_powers_on_a_tape(s);
}

/* The points in the inner loop: they are independent, so that a compiler uses vectors. */
static void primal(llsq_state *s)
{
    double *restrict power = s->power, *restrict residual = s->residual;
    const double *restrict t = s->t;
    memcpy(residual, s->step, s->n * sizeof *residual);
    for (size_t i = 0; i < s->n; i++) power[i] = 1.0;
    for (size_t j = 0; j < s->m; j++) {
        const double x = s->x[j];
        for (size_t i = 0; i < s->n; i++) {
            residual[i] -= x * power[i];
            power[i] *= t[i];
        }
    }
    double sum = 0.0;
    for (size_t i = 0; i < s->n; i++) sum += residual[i] * residual[i];
    s->sum = 0.5 * sum;
}

static flx_status gradient(llsq_state *s)
{
    flx_array derivative;
    flx_status status = flx_tape_rewind(s->tape, s->prepared);
    if (status != FLX_OK) return status;
    const flx_array x = flx_array_variable(s->tape, 1, s->m, s->x);
    flx_var sum = flx_constant(0.0);
    for (size_t i = 0; i < s->n; i++) {
        const flx_var value = flx_array_dot(flx_array_row(s->powers, i), x);
        sum = flx_var_add(sum, flx_var_square(flx_var_sub_cx(s->step[i], value)));
    }
    status = flx_grad_array(flx_var_mul_xc(sum, 0.5), x, &derivative, 0);
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
    const llsq_state *s = state;
    return function == 0 ? json_real(s->sum) : gb_array(s->m, s->gradient);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"primal", "gradient"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
