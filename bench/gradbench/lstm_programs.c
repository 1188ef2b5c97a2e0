/* lstm_programs.c: see lstm_programs.h. */
#include "lstm_programs.h"

#include <stdlib.h>

#define FLX_NAMES(X) X(lstm_step) X(lstm_term)
#define FLX_BODY "lstm.inc"
#include <fluxion/instantiate.h>

/* Inputs from number `first` on. */
static flx_array part(flx_array inputs, size_t first, size_t count)
{
    return flx_array_slice(inputs, first, 0, count, 1, 1, 1);
}

/* Scratch: room for inputs and outputs. */
static flx_status record(flx_tape *tape, const lstm_data *data, flx_program *step, flx_var *x,
                         gb_batch *p)
{
    const size_t weights = 8 * data->l + 3, state = 2 * data->l, rows = data->n - 1;
    const size_t n = weights + state + rows;
    flx_var *y = x + n;
    double *zeros = gb_block(n);
    const flx_array inputs = flx_array_variable(tape, n, 1, zeros);
    free(zeros);
    const flx_scanned scanned =
        flx_scan(step, rows, part(inputs, weights, state), part(inputs, weights + state, rows),
                 part(inputs, 0, weights), 0);
    for (size_t k = 0; k < n; k++) x[k] = flx_array_at(inputs, k, 0);
    for (size_t k = 0; k < rows; k++) y[k] = flx_array_at(scanned.rows, k, 0);
    return gb_batch_freeze(p, tape, n, x, rows, y);
}

flx_status lstm_record_column(gb_batch *p, const lstm_data *data)
{
    const size_t l = data->l;
    flx_program *step = NULL;
    flx_tape *tape = NULL;
    flx_var *room = calloc(10 * l + 3 + 2 * data->n, sizeof *room);
    flx_status status = room ? flx_tape_create(NULL, &tape) : FLX_ENOMEM;
    if (status == FLX_OK)
        status = gb_record(&lstm_step, 10 * l + 4, 2 * l + 1, (void *)data, &step);
    if (status == FLX_OK) status = record(tape, data, step, room, p);
    flx_tape_destroy(tape);
    flx_program_release(step);
    free(room);
    return status;
}

flx_status lstm_record_term(gb_batch *p, const lstm_data *data)
{
    return gb_batch_record(p, &lstm_term, 2 * data->b, 1, (void *)data);
}
