/* lstm.c: the loss of a small recurrent network, and its gradient with respect to all weights. */
#include <stdlib.h>
#include <string.h>

#include "lstm_loss.h"

typedef struct lstm_work {
    lstm_data data;
    size_t weights;    /* of main and extra */
    double *input;     /* main and extra */
    double *parameter; /* state and sequence */
    double *gradient, *scratch, loss;
    gb_program program;
} lstm_work;

static void destroy(void *state)
{
    lstm_work *w = state;
    gb_program_clear(&w->program);
    double *const blocks[] = {w->data.main, w->data.extra, w->data.state, w->data.sequence,
                              w->input,     w->parameter,  w->gradient,   w->scratch};
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
    w->input = gb_block(w->weights);
    w->parameter = gb_block((2 * data->l + data->n) * data->b);
    w->gradient = gb_block(w->weights);
    return lstm_record(&w->program, data);
}

static flx_status gradient(lstm_work *w)
{
    const lstm_data *data = &w->data;
    const size_t b = data->b, main = 8 * data->l * b, state = 2 * data->l * b;
    const gb_program *p = &w->program;
    memcpy(w->input, data->main, main * sizeof(double));
    memcpy(w->input + main, data->extra, 3 * b * sizeof(double));
    memcpy(w->parameter, data->state, state * sizeof(double));
    memcpy(w->parameter + state, data->sequence, data->n * b * sizeof(double));
    const flx_status status = flx_work_set_parameters(p->f, p->w, w->parameter);
    if (status != FLX_OK) return status;
    return flx_gradient(p->f, p->w, w->input, &w->loss, w->gradient, NULL);
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
