/* ba.c: bundle adjustment: residuals of n cameras that see m points in p observations, and their
 * sparse Jacobian.
 *
 * GradBench's input repeats one camera, point, weight and feature; observation i is of point i mod
 * m by camera i mod n. The programs take any. A Jacobian is laid out by rows: two of 15 numbers for
 * each observation, and one number for each weight. */
#include <stdlib.h>
#include <string.h>

#include "ba_block.h"

/* Observations at a time whose inputs and derivatives lie side by side, an array for each. No power of two:
 * elements of arrays that are so far apart would share their places in the cache. */
enum { BA_BLOCK = 240 };

typedef struct ba_state {
    size_t n, m, p;
    double *cameras, *points, *weights, *features; /* n x 11, m x 3, p, p x 2 */
    double *residual, *weight_residual;            /* p x 2, p */
    double *jacobian;                              /* p x 2 x 15, then p */
    size_t *row, *column; /* where a row begins; in which column what lies */
    double *in;           /* what BA_BLOCK observations depend on, and their features */
    double *derivative;   /* of both their residuals */
    gb_batch residuals, weight_program;
} ba_state;

static void destroy(void *state)
{
    ba_state *s = state;
    gb_batch_clear(&s->residuals);
    gb_batch_clear(&s->weight_program);
    void *const blocks[] = {s->cameras,         s->points,   s->weights, s->features, s->residual,
                            s->weight_residual, s->jacobian, s->row,     s->column,   s->in,
                            s->derivative};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    free(s);
}

/* `count` copies of the `size` numbers under `key`; NULL where there are others. */
static double *repeated(const json_t *input, const char *key, size_t size, size_t count)
{
    double *one = gb_numbers(json_object_get(input, key), size);
    double *all = one ? gb_block(size * count) : NULL;
    for (size_t i = 0; i < count && all; i++) memcpy(all + i * size, one, size * sizeof *one);
    free(one);
    gb_vary(size * count, all);
    return all;
}

static void *read_input(const json_t *input)
{
    const json_t *w = json_object_get(input, "w");
    ba_state *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->n = gb_size(input, "n");
    s->m = gb_size(input, "m");
    s->p = gb_size(input, "p");
    s->cameras = repeated(input, "cam", BA_CAMERA, s->n);
    s->points = repeated(input, "x", BA_POINT, s->m);
    s->features = repeated(input, "feat", 2, s->p);
    s->weights = gb_block(s->p);
    for (size_t i = 0; i < s->p; i++) s->weights[i] = json_number_value(w);
    gb_vary(s->p, s->weights);
    if (s->n && s->m && s->p && s->cameras && s->points && s->features && json_is_number(w))
        return s;
    destroy(s);
    return NULL;
}

/* The pattern of the Jacobian. */
static flx_status lay_out(ba_state *s)
{
    s->row = calloc(3 * s->p + 1, sizeof *s->row);
    s->column = calloc((2 * BA_INPUTS + 1) * s->p, sizeof *s->column);
    if (!s->row || !s->column) return FLX_ENOMEM;
    size_t *column = s->column;
    const size_t points = BA_CAMERA * s->n, weights = points + BA_POINT * s->m;
    for (size_t j = 0; j < 2 * s->p; j++) {
        const size_t i = j / 2;
        s->row[j + 1] = s->row[j] + BA_INPUTS;
        for (size_t k = 0; k < BA_CAMERA; k++) *column++ = BA_CAMERA * (i % s->n) + k;
        for (size_t k = 0; k < BA_POINT; k++) *column++ = points + BA_POINT * (i % s->m) + k;
        *column++ = weights + i;
    }
    for (size_t i = 0; i < s->p; i++) {
        s->row[2 * s->p + i + 1] = s->row[2 * s->p + i] + 1;
        *column++ = weights + i;
    }
    return FLX_OK;
}

static flx_status prepare(void *state, size_t function)
{
    ba_state *s = state;
    s->residual = gb_block(2 * s->p);
    s->weight_residual = gb_block(s->p);
    if (function == 0) return FLX_OK;
    s->jacobian = gb_block((2 * BA_INPUTS + 1) * s->p);
    s->in = gb_block((size_t)(BA_INPUTS + 2) * BA_BLOCK);
    s->derivative = gb_block((size_t)2 * BA_INPUTS * BA_BLOCK);
    flx_status status = lay_out(s);
    if (status == FLX_OK) status = ba_record(&s->residuals);
    return status == FLX_OK ? ba_record_weight(&s->weight_program) : status;
}

static const double *camera_of(const ba_state *s, size_t i)
{
    return s->cameras + BA_CAMERA * (i % s->n);
}

static const double *point_of(const ba_state *s, size_t i)
{
    return s->points + BA_POINT * (i % s->m);
}

static void objective(ba_state *s)
{
    for (size_t i = 0; i < s->p; i++) {
        ba_residual(camera_of(s, i), point_of(s, i), s->weights[i], s->features + 2 * i,
                    s->residual + 2 * i);
    }
    for (size_t i = 0; i < s->p; i++) s->weight_residual[i] = ba_weight_residual(s->weights[i]);
}

/* What observation i depends on, and its feature, to number j of the block. */
static void gather(ba_state *s, size_t i, size_t j)
{
    const double *camera = camera_of(s, i), *point = point_of(s, i), *feature = s->features + 2 * i;
    double *in = s->in + j;
    for (size_t k = 0; k < BA_CAMERA; k++, in += BA_BLOCK) *in = camera[k];
    for (size_t k = 0; k < BA_POINT; k++, in += BA_BLOCK) *in = point[k];
    *in = s->weights[i];
    for (size_t k = 0; k < 2; k++) in[(k + 1) * BA_BLOCK] = feature[k];
}

/* The derivatives of number j of the block to the two rows of observation i. */
static void scatter(ba_state *s, size_t i, size_t j)
{
    double *rows = s->jacobian + (size_t)2 * BA_INPUTS * i;
    for (size_t k = 0; k < (size_t)2 * BA_INPUTS; k++) rows[k] = s->derivative[k * BA_BLOCK + j];
}

/* The rows of the Jacobian of `count` observations from number `first` on. */
static flx_status block(ba_state *s, size_t first, size_t count)
{
    const flx_batch_in x = flx_in_columns(s->in, BA_INPUTS + 2, BA_BLOCK);
    const flx_batch_out by_feature = flx_out_none(2);
    const flx_batch_out rows[4] = {
        flx_out_columns(s->derivative, BA_INPUTS, BA_BLOCK), by_feature,
        flx_out_columns(s->derivative + (size_t)BA_INPUTS * BA_BLOCK, BA_INPUTS, BA_BLOCK),
        by_feature};
    for (size_t j = 0; j < count; j++) gather(s, first + j, j);
    const flx_status status = flx_jacobian_batch(s->residuals.f, s->residuals.b, count, 1, &x, 0,
                                                 NULL, 4, rows, NULL, NULL);
    for (size_t j = 0; j < count && status == FLX_OK; j++) scatter(s, first + j, j);
    return status;
}

static flx_status jacobian(ba_state *s)
{
    const flx_batch_in w = flx_in_rows(s->weights, 1);
    const flx_batch_out g = flx_out_rows(s->jacobian + (size_t)2 * BA_INPUTS * s->p, 1);
    flx_status status = FLX_OK;
    for (size_t first = 0; first < s->p && status == FLX_OK; first += BA_BLOCK)
        status = block(s, first, s->p - first < BA_BLOCK ? s->p - first : BA_BLOCK);
    if (status != FLX_OK) return status;
    return flx_gradient_batch(s->weight_program.f, s->weight_program.b, s->p, 1, &w, NULL, 1, &g,
                              NULL, NULL);
}

static flx_status evaluate(void *state, size_t function)
{
    if (function > 0) return jacobian(state);
    objective(state);
    return FLX_OK;
}

/* GradBench's short form: two numbers, and how often they come. */
static json_t *residuals_output(const ba_state *s)
{
    return json_pack("{s{sosI}s{sfsI}}", "reproj_error", "elements", gb_array(2, s->residual),
                     "repeated", (json_int_t)s->p, "w_err", "element", s->weight_residual[0],
                     "repeated", (json_int_t)s->p);
}

/* The first `most` numbers, or as many as there are before it, and the last one of `size`. */
static json_t *ends(size_t most, size_t size, const size_t *x)
{
    const size_t count = most < size ? most : size - 1;
    json_t *array = json_array();
    for (size_t k = 0; k <= count; k++)
        json_array_append_new(array, json_integer((json_int_t)x[k < count ? k : size - 1]));
    return array;
}

/* GradBench's short form: the first observation and the last weight. */
static json_t *jacobian_output(const ba_state *s)
{
    const size_t count = (size_t)2 * BA_INPUTS, size = (count + 1) * s->p;
    double value[2 * BA_INPUTS + 1];
    memcpy(value, s->jacobian, count * sizeof *value);
    value[count] = s->jacobian[size - 1];
    return json_pack("{sososo}", "rows", ends(count, 3 * s->p + 1, s->row), "cols",
                     ends(count, size, s->column), "vals", gb_array(count + 1, value));
}

static json_t *output(const void *state, size_t function)
{
    return function == 0 ? residuals_output(state) : jacobian_output(state);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"objective", "jacobian"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
