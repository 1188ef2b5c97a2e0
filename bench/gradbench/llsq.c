/* llsq.c: half the squared distance of a polynomial with coefficients x from a step, at n points,
 * and its gradient.
 *
 * The program has the coefficients as a matrix of LLSQ_LOW columns, row r being a polynomial of low
 * degree that t^(r LLSQ_LOW) multiplies: two products of matrices take the place of n m powers. The
 * points and their powers depend on the sizes alone: they are constants of the program. */
#include <stdlib.h>
#include <string.h>

#include "gradbench.h"

enum { LLSQ_LOW = 16 };

typedef struct llsq_state {
    size_t n, m; /* points, coefficients */
    double *x, *gradient, sum;
    double *t, *step;         /* the points, and what the polynomial is to be there */
    double *power, *residual; /* scratch of the primal */
    gb_program program;
} llsq_state;

static void destroy(void *state)
{
    llsq_state *s = state;
    gb_program_clear(&s->program);
    double *const blocks[] = {s->x, s->gradient, s->t, s->step, s->power, s->residual};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
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

/* Column i holds `count` powers of t_i^exponent, from the power 0 on. */
static flx_array powers(flx_tape *tape, const llsq_state *s, size_t exponent, size_t count)
{
    double *power = gb_block(s->n * count);
    for (size_t i = 0; i < s->n; i++) {
        double factor = 1.0;
        for (size_t j = 0; j < exponent; j++) factor *= s->t[i];
        power[i] = 1.0;
        for (size_t j = 1; j < count; j++) power[j * s->n + i] = power[(j - 1) * s->n + i] * factor;
    }
    const flx_array result = flx_array_constant(tape, count, s->n, power);
    free(power);
    return result;
}

/* The coefficients are filled up with variables that are no inputs, and stay 0. */
static flx_status record(flx_tape *tape, const llsq_state *s, flx_var *input, flx_program **f)
{
    const size_t rows = (s->m + LLSQ_LOW - 1) / LLSQ_LOW;
    double *zeros = gb_block(rows * LLSQ_LOW);
    const flx_array low = powers(tape, s, 1, LLSQ_LOW), high = powers(tape, s, LLSQ_LOW, rows);
    const flx_array step = flx_array_constant(tape, 1, s->n, s->step);
    const flx_array x = flx_array_variable(tape, rows, LLSQ_LOW, zeros);
    free(zeros);
    const flx_array value = flx_array_dot_along(flx_array_matmul(x, low), high, FLX_COLS);
    const flx_array residual = flx_array_sub(step, value);
    const flx_var sum = flx_var_mul_xc(flx_array_dot(residual, residual), 0.5);
    for (size_t j = 0; j < s->m; j++) input[j] = flx_array_at(x, j / LLSQ_LOW, j % LLSQ_LOW);
    return flx_freeze(tape, s->m, input, 1, &sum, FLX_REFUSE_READS, f, NULL);
}

static flx_status make_program(llsq_state *s)
{
    flx_tape *tape = NULL;
    flx_var *input = calloc(s->m, sizeof *input);
    flx_status status = input ? flx_tape_create(NULL, &tape) : FLX_ENOMEM;
    if (status == FLX_OK) status = record(tape, s, input, &s->program.f);
    if (status == FLX_OK) status = flx_work_create(s->program.f, FLX_WORK_FIRST, 0, &s->program.w);
    flx_tape_destroy(tape);
    free(input);
    return status;
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
    return function == 0 ? FLX_OK : make_program(s);
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

static flx_status evaluate(void *state, size_t function)
{
    llsq_state *s = state;
    if (function > 0)
        return flx_gradient(s->program.f, s->program.w, s->x, &s->sum, s->gradient, NULL);
    primal(s);
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
