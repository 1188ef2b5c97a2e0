/* ode.c: y(2) of a linear ODE with y(0) = 0 by s Runge-Kutta steps, and the gradient of y's last
 * component with respect to the coefficients x.
 *
 * One step is recorded as a program of arrays, but for the first components, which would be ends of
 * them. The gradient keeps the state before each step and goes back
 * over the steps with one vector-Jacobian product each: the program stays in the processor's cache
 * where a tape of all steps would not, for the price of evaluating each step twice. */
#include <stdlib.h>
#include <string.h>

#include "gradbench.h"

#define FLX_NAME ode_step
#define FLX_BODY "ode.inc"
#include <fluxion/instantiate.h>

/* Components that are recorded one by one. */
enum { ODE_SCALARS = 4 };

typedef struct ode_state {
    size_t n, steps;
    double h;
    double *x;
    double *inputs;   /* row k: the inputs (y, x) of step k; one row more for the end */
    double *weight;   /* adjoint of y after a step */
    double *product;  /* what a step makes of it: adjoints of (y, x) */
    double *gradient; /* sum of the adjoints of x */
    gb_program step;
} ode_state;

static void destroy(void *state)
{
    ode_state *s = state;
    gb_program_clear(&s->step);
    free(s->x);
    free(s->inputs);
    free(s->weight);
    free(s->product);
    free(s->gradient);
    free(s);
}

static void *read_input(const json_t *input)
{
    const json_t *x = json_object_get(input, "x");
    const size_t n = json_array_size(x), steps = gb_size(input, "s");
    if (n == 0 || steps == 0) return NULL;
    ode_state *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->n = n;
    s->steps = steps;
    s->h = 2.0 / (double)steps;
    s->x = gb_values(x, n);
    if (s->x) return s;
    destroy(s);
    return NULL;
}

static flx_array scaled(flx_array a, double c)
{
    return flx_array_mul(a, flx_array_scalar(flx_constant(c)));
}

/* Row a from element `from` on, without its last `less` elements. */
static flx_array part(flx_array a, size_t from, size_t less)
{
    return flx_array_slice(a, 0, from, 1, a.cols - from - less, 1, 1);
}

/* The next y from component ODE_SCALARS on. The first slope is there from component 1 on, each later
 * one, which needs the one before of the component before, from one more component on. */
static flx_array recorded_step(flx_array y, flx_array x, double h)
{
    const double step[3] = {h / 2.0, h / 2.0, h};
    flx_array k[4];
    k[0] = flx_array_mul(part(x, 1, 0), part(y, 0, 1));
    for (size_t s = 0; s < 3; s++) {
        const flx_array moved = scaled(part(k[s], 0, 1), step[s]);
        k[s + 1] = flx_array_mul(part(x, s + 2, 0), flx_array_add(part(y, s + 1, 1), moved));
    }
    const flx_array middle = scaled(flx_array_add(part(k[1], 2, 0), part(k[2], 1, 0)), 2.0);
    const flx_array slope = flx_array_add(flx_array_add(part(k[0], 3, 0), middle), k[3]);
    return flx_array_add(part(y, ODE_SCALARS, 0), scaled(slope, h / 6.0));
}

/* Scratch: room for inputs y and x, and for outputs. */
static flx_status record(flx_tape *tape, const ode_state *s, flx_var *input, flx_program **f)
{
    const size_t n = s->n, scalars = n < ODE_SCALARS ? n : ODE_SCALARS;
    flx_var *output = input + 2 * n, first[2 * ODE_SCALARS];
    double h = s->h;
    double *zeros = gb_block(n);
    const flx_array y = flx_array_variable(tape, 1, n, zeros);
    const flx_array x = flx_array_variable(tape, 1, n, zeros);
    free(zeros);
    for (size_t i = 0; i < n; i++) {
        input[i] = flx_array_at(y, 0, i);
        input[n + i] = flx_array_at(x, 0, i);
    }
    for (size_t i = 0; i < scalars; i++) {
        first[i] = input[i];
        first[scalars + i] = input[n + i];
    }
    ode_step.f_var(2 * scalars, first, scalars, output, &h);
    if (n > scalars) {
        const flx_array next = recorded_step(y, x, h);
        for (size_t i = scalars; i < n; i++) output[i] = flx_array_at(next, 0, i - scalars);
    }
    return flx_freeze(tape, 2 * n, input, n, output, FLX_REFUSE_READS, f, NULL);
}

static flx_status make_step(ode_state *s)
{
    flx_tape *tape = NULL;
    flx_var *scratch = calloc(3 * s->n, sizeof *scratch);
    flx_status status = scratch ? flx_tape_create(NULL, &tape) : FLX_ENOMEM;
    if (status == FLX_OK) status = record(tape, s, scratch, &s->step.f);
    if (status == FLX_OK) status = flx_work_create(s->step.f, FLX_WORK_FIRST, 0, &s->step.w);
    flx_tape_destroy(tape);
    free(scratch);
    return status;
}

static flx_status prepare(void *state, size_t function)
{
    ode_state *s = state;
    /* The primal goes to and fro between two rows. */
    s->inputs = gb_block((function == 0 ? 2 : s->steps + 1) * 2 * s->n);
    if (function == 0) return FLX_OK;
    s->weight = gb_block(s->n);
    s->product = gb_block(2 * s->n);
    s->gradient = gb_block(s->n);
    return make_step(s);
}

/* The solution ends in row 0. */
static void primal(ode_state *s)
{
    const size_t n = s->n;
    double *row = s->inputs, *other = s->inputs + 2 * n;
    memset(row, 0, n * sizeof *row);
    memcpy(row + n, s->x, n * sizeof *row);
    memcpy(other + n, s->x, n * sizeof *row);
    for (size_t k = 0; k < s->steps; k++) {
        ode_step.f_double(2 * n, row, n, other, &s->h);
        double *swap = row;
        row = other;
        other = swap;
    }
    if (row != s->inputs) memcpy(s->inputs, row, n * sizeof *row);
}

static void forward(ode_state *s)
{
    const size_t n = s->n;
    double *row = s->inputs;
    memset(row, 0, n * sizeof *row);
    for (size_t k = 0; k < s->steps; k++, row += 2 * n) {
        memcpy(row + n, s->x, n * sizeof *row);
        ode_step.f_double(2 * n, row, n, row + 2 * n, &s->h);
    }
}

static flx_status gradient(ode_state *s)
{
    const size_t n = s->n;
    flx_status status = FLX_OK;
    forward(s);
    memset(s->gradient, 0, n * sizeof(double));
    memset(s->weight, 0, n * sizeof(double));
    s->weight[n - 1] = 1.0;
    for (size_t k = s->steps; k-- > 0 && status == FLX_OK;) {
        const double *inputs = s->inputs + k * 2 * n;
        status = flx_vjp(s->step.f, s->step.w, inputs, s->weight, s->product, NULL);
        memcpy(s->weight, s->product, n * sizeof(double));
        for (size_t i = 0; i < n; i++) s->gradient[i] += s->product[n + i];
    }
    return status;
}

static flx_status evaluate(void *state, size_t function)
{
    if (function > 0) return gradient(state);
    primal(state);
    return FLX_OK;
}

static json_t *output(const void *state, size_t function)
{
    const ode_state *s = state;
    return gb_array(s->n, function == 0 ? s->inputs : s->gradient);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"primal", "gradient"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
