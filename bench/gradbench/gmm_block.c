/* gmm_block.c: recording points of a Gaussian mixture: for each of its Gaussians a few operations on
 * a matrix that has a row for each point. */
#include <stdlib.h>

#include "gmm_block.h"

/* |Q (x - mu)|^2 of all points as a row. */
static flx_array squares(flx_array points, flx_array mu, flx_array q)
{
    const flx_array centred = flx_array_sub(points, mu);
    const flx_array y = flx_array_matmul(centred, flx_array_transpose(q));
    return flx_array_transpose(flx_array_dot_along(y, y, FLX_ROWS));
}

static size_t elements(flx_array a, flx_var *out)
{
    size_t count = 0;
    for (size_t i = 0; i < a.rows; i++) {
        for (size_t j = 0; j < a.cols; j++) out[count++] = flx_array_at(a, i, j);
    }
    return count;
}

/* Scratch: room for all inputs, and for k rows. */
static flx_status record(flx_tape *tape, const gmm_data *data, size_t points, flx_var *input,
                         flx_array *rows, flx_program **f)
{
    const size_t d = data->d, k = data->k, inputs = k * (1 + d + d * d);
    double *zeros = gb_block((points > k * d ? points : k * d) * d);
    const flx_array weight = flx_array_variable(tape, k, 1, zeros);
    const flx_array mu = flx_array_variable(tape, k, d, zeros);
    const flx_array q = flx_array_variable(tape, k * d, d, zeros);
    const flx_array x = flx_array_parameter(tape, points, d, zeros);
    free(zeros);
    for (size_t c = 0; c < k; c++)
        rows[c] = squares(x, flx_array_row(mu, c), flx_array_slice(q, c * d, 0, d, d, 1, 1));
    const flx_array half = flx_array_scalar(flx_constant(0.5));
    const flx_array exponents =
        flx_array_sub(weight, flx_array_mul(flx_array_stack(k, rows), half));
    const flx_array terms = flx_array_logsumexp_along(exponents, FLX_COLS);
    const flx_var sum = flx_array_at(flx_array_sum(terms, FLX_ALL), 0, 0);
    size_t count = elements(weight, input);
    count += elements(mu, input + count);
    elements(q, input + count);
    return flx_freeze(tape, inputs, input, 1, &sum, FLX_REFUSE_READS, f, NULL);
}

flx_status gmm_record_block(gb_program *p, const gmm_data *data, size_t points)
{
    flx_tape *tape = NULL;
    flx_var *input = calloc(data->k * (1 + data->d + data->d * data->d), sizeof *input);
    flx_array *rows = calloc(data->k, sizeof *rows);
    flx_status status = input && rows ? flx_tape_create(NULL, &tape) : FLX_ENOMEM;
    if (status == FLX_OK) status = record(tape, data, points, input, rows, &p->f);
    if (status == FLX_OK) status = flx_work_create(p->f, FLX_WORK_FIRST, 0, &p->w);
    flx_tape_destroy(tape);
    free(rows);
    free(input);
    return status;
}
