/* lstm.c: the loss of a small recurrent network, and its gradient with respect to all weights.
 *
 * The columns of the sequence are the points of a batch, and so are then the rows' terms of the loss: from
 * the predictions of the first come the terms and the adjoints of the predictions, of which the first
 * makes the gradient. */
#include <stdlib.h>
#include <string.h>

#include "lstm_programs.h"

typedef struct lstm_work {
    lstm_data data;
    size_t weights;               /* of main and extra */
    double *prediction, *adjoint; /* one for each element of all rows but the first */
    double *gradient, *scratch, loss;
    gb_batch column, term;
} lstm_work;

static void destroy(void *state)
{
    lstm_work *w = state;
    gb_batch_clear(&w->column);
    gb_batch_clear(&w->term);
    double *const blocks[] = {w->data.main,  w->data.extra, w->data.state, w->data.sequence,
                              w->prediction, w->adjoint,    w->gradient,   w->scratch};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    free(w);
}

static void *read_input(const json_t *input)
{
    const json_t *sequence = json_object_get(input, "sequence");
    const json_t *state = json_object_get(input, "state");
    lstm_work *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    lstm_data *data = &w->data;
    data->l = json_array_size(state) / 2;
    data->n = json_array_size(sequence);
    data->b = json_array_size(json_array_get(sequence, 0));
    w->weights = (8 * data->l + 3) * data->b;
    if (data->l > 0 && data->n > 1 && data->b > 0) {
        data->main = gb_values(json_object_get(input, "main_params"), 8 * data->l * data->b);
        data->extra = gb_values(json_object_get(input, "extra_params"), 3 * data->b);
        data->state = gb_values(state, 2 * data->l * data->b);
        data->sequence = gb_values(sequence, data->n * data->b);
    }
    if (data->main && data->extra && data->state && data->sequence) return w;
    destroy(w);
    return NULL;
}

static flx_status prepare(void *state, size_t function)
{
    lstm_work *w = state;
    const lstm_data *data = &w->data;
    w->scratch = gb_block((2 * data->l + 1) * data->b);
    if (function == 0) return FLX_OK;
    w->prediction = gb_block((data->n - 1) * data->b);
    w->adjoint = gb_block((data->n - 1) * data->b);
    w->gradient = gb_block(w->weights);
    const flx_status status = lstm_record_column(&w->column, data);
    return status == FLX_OK ? lstm_record_term(&w->term, data) : status;
}

/* Terms of the loss, and the adjoints of the predictions. */
static flx_status terms(lstm_work *w)
{
    const lstm_data *data = &w->data;
    const size_t b = data->b;
    const flx_batch_in x[2] = {flx_in_rows(w->prediction, b), flx_in_rows(data->sequence + b, b)};
    const flx_batch_out loss = flx_out_sum(&w->loss, 1);
    const flx_batch_out g[2] = {flx_out_rows(w->adjoint, b), flx_out_none(b)};
    return flx_gradient_batch(w->term.f, w->term.b, data->n - 1, 2, x, &loss, 2, g, NULL, NULL);
}

static flx_status gradient(lstm_work *w)
{
    const lstm_data *data = &w->data;
    const size_t l = data->l, b = data->b, rows = data->n - 1;
    const gb_batch *p = &w->column;
    const flx_batch_in x[4] = {
        flx_in_columns(data->main, 8 * l, b), flx_in_columns(data->extra, 3, b),
        flx_in_columns(data->state, 2 * l, b), flx_in_columns(data->sequence, rows, b)};
    const flx_batch_in weight = flx_in_columns(w->adjoint, rows, b);
    const flx_batch_out y = flx_out_columns(w->prediction, rows, b);
    const flx_batch_out g[2] = {flx_out_columns(w->gradient, 8 * l + 3, b),
                                flx_out_none(2 * l + rows)};
    flx_status status = flx_eval_batch(p->f, p->b, b, 4, x, 1, &y, NULL, NULL);
    if (status == FLX_OK) status = terms(w);
    if (status != FLX_OK) return status;
    return flx_vjp_batch(p->f, p->b, b, 4, x, 1, &weight, 2, g, NULL, NULL);
}

static flx_status evaluate(void *state, size_t function)
{
    lstm_work *w = state;
    if (function > 0) return gradient(w);
    w->loss = lstm_loss(&w->data, w->scratch);
    return FLX_OK;
}

static json_t *output(const void *state, size_t function)
{
    const lstm_work *w = state;
    return function == 0 ? json_real(w->loss) : gb_array(w->weights, w->gradient);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"objective", "jacobian"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
