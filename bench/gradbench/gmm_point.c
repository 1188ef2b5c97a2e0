/* gmm_point.c: recording one point of a Gaussian mixture, with rows of the factors as arrays. */
#include <stdlib.h>

#include "gmm_point.h"

/* The arrays that a point's program is of. */
typedef struct gmm_point {
    size_t d, k;
    flx_array weight, mu, q; /* inputs: 1 x k, k x d, k x d(d+1)/2 */
    flx_array x;             /* parameters: 1 x d */
} gmm_point;

static flx_array slice(flx_array a, size_t row, size_t from, size_t count)
{
    return flx_array_slice(a, row, from, 1, count, 1, 1);
}

/* Where a dot of arrays costs less than one product after the other. */
enum { LONG_ROW = 4 };

/* (Q_c)_i . centred */
static flx_var row_times(const gmm_point *p, size_t c, size_t i, flx_array centred)
{
    const size_t start = i * (i + 1) / 2;
    if (i + 1 >= LONG_ROW)
        return flx_array_dot(slice(p->q, c, start, i + 1), slice(centred, 0, 0, i + 1));
    flx_var sum = flx_constant(0.0);
    for (size_t j = 0; j <= i; j++) {
        const flx_var q = flx_array_at(p->q, c, start + j);
        const flx_var term = flx_var_mul(q, flx_array_at(centred, 0, j));
        sum = j == 0 ? term : flx_var_add(sum, term);
    }
    return sum;
}

/* weight_c - |Q_c (x - mu_c)|^2 / 2 */
static flx_var exponent(const gmm_point *p, size_t c)
{
    const flx_array centred = flx_array_sub(p->x, flx_array_row(p->mu, c));
    flx_var squares = flx_constant(0.0);
    for (size_t i = 0; i < p->d; i++)
        squares = flx_var_add(squares, flx_var_square(row_times(p, c, i, centred)));
    return flx_var_sub(flx_array_at(p->weight, 0, c), flx_var_mul_xc(squares, 0.5));
}

static flx_var log_sum_exp(size_t n, const flx_var *x)
{
    flx_var shift = x[0], sum = flx_constant(0.0);
    for (size_t c = 1; c < n; c++) shift = flx_var_fmax(shift, x[c]);
    for (size_t c = 0; c < n; c++) sum = flx_var_add(sum, flx_var_exp(flx_var_sub(x[c], shift)));
    return flx_var_add(shift, flx_var_log(sum));
}

static size_t elements(flx_array a, flx_var *out)
{
    size_t count = 0;
    for (size_t i = 0; i < a.rows; i++) {
        for (size_t j = 0; j < a.cols; j++) out[count++] = flx_array_at(a, i, j);
    }
    return count;
}

/* Scratch: room for all inputs, and for d and k variables. */
static flx_status record(flx_tape *tape, const gmm_data *data, flx_var *scratch, flx_program **f)
{
    const size_t d = data->d, k = data->k, inputs = k * (1 + d + data->full);
    flx_var *input = scratch, *x = input + inputs, *exponents = x + d;
    double *zeros = gb_block(k * data->full);
    gmm_point p = {d,
                   k,
                   flx_array_variable(tape, 1, k, zeros),
                   flx_array_variable(tape, k, d, zeros),
                   flx_array_variable(tape, k, data->full, zeros),
                   flx_array_scalar(flx_constant(0.0))};
    free(zeros);
    for (size_t i = 0; i < d; i++) x[i] = flx_parameter(tape, 0.0);
    p.x = flx_array_pack(tape, 1, d, x);
    for (size_t c = 0; c < k; c++) exponents[c] = exponent(&p, c);
    const flx_var term = log_sum_exp(k, exponents);
    input += elements(p.weight, input);
    input += elements(p.mu, input);
    elements(p.q, input);
    return flx_freeze(tape, inputs, scratch, 1, &term, FLX_REFUSE_READS, f, NULL);
}

flx_status gmm_record_point(gb_program *p, const gmm_data *data)
{
    const size_t inputs = data->k * (1 + data->d + data->full);
    flx_tape *tape = NULL;
    flx_var *scratch = calloc(inputs + data->d + data->k, sizeof *scratch);
    flx_status status = scratch ? flx_tape_create(NULL, &tape) : FLX_ENOMEM;
    if (status == FLX_OK) status = record(tape, data, scratch, &p->f);
    if (status == FLX_OK) status = flx_work_create(p->f, FLX_WORK_FIRST, 0, &p->w);
    flx_tape_destroy(tape);
    free(scratch);
    return status;
}
