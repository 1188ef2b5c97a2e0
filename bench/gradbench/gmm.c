/* gmm.c: fitting a mixture of Gaussians: the benchmark around gmm_objective.c. */
#include <stdlib.h>

#include "gmm_objective.h"

static void destroy(void *state)
{
    gmm_clear(state);
    free(state);
}

/* alpha, q and l one after the other. */
static double *read_theta(const json_t *input, const gmm_data *data)
{
    static const char *const keys[] = {"alpha", "q", "l"};
    const size_t sizes[] = {data->k, data->k * data->d, data->k * data->strict};
    json_t *all = json_array();
    int right = 1;
    for (size_t i = 0; i < 3; i++) {
        json_t *part = json_object_get(input, keys[i]);
        double *numbers = gb_numbers(part, sizes[i]);
        right = right && numbers;
        free(numbers);
        json_array_append(all, part);
    }
    double *theta = right ? gb_values(all, sizes[0] + sizes[1] + sizes[2]) : NULL;
    json_decref(all);
    return theta;
}

static void *read_input(const json_t *input)
{
    gmm_work *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    gmm_data *data = &w->data;
    data->d = gb_size(input, "d");
    data->k = gb_size(input, "k");
    data->n = gb_size(input, "n");
    data->strict = data->d * (data->d - 1) / 2;
    data->gamma = json_number_value(json_object_get(input, "gamma"));
    data->m = json_number_value(json_object_get(input, "m"));
    const int sizes = data->d && data->k && data->n && data->gamma > 0.0;
    if (sizes) {
        data->x = gb_values(json_object_get(input, "x"), data->n * data->d);
        w->mu = gb_values(json_object_get(input, "mu"), data->k * data->d);
        w->theta = read_theta(input, data);
    }
    if (data->x && w->mu && w->theta) {
        gmm_create(w);
        return w;
    }
    destroy(w);
    return NULL;
}

static flx_status prepare(void *state, size_t function)
{
    return function == 0 ? FLX_OK : gmm_record(state);
}

static flx_status evaluate(void *state, size_t function)
{
    if (function > 0) return gmm_gradient(state);
    gmm_objective(state);
    return FLX_OK;
}

static json_t *output(const void *state, size_t function)
{
    const gmm_work *w = state;
    const size_t k = w->data.k, d = w->data.d;
    if (function == 0) return json_real(w->objective);
    const double *alpha = w->theta_gradient, *q = alpha + k, *l = q + k * d;
    json_t *object = json_object();
    const int failed = json_object_set_new(object, "alpha", gb_array(k, alpha))
                       | json_object_set_new(object, "mu", gb_matrix(k, d, w->mu_gradient))
                       | json_object_set_new(object, "q", gb_matrix(k, d, q))
                       | json_object_set_new(object, "l", gb_matrix(k, w->data.strict, l));
    if (!failed) return object;
    json_decref(object);
    return NULL;
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"objective", "jacobian"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
