/* kmeans.c: the sum over points of the squared distance to the nearest centroid, and the step of
 * Newton's method for it.
 *
 * Which centroid is nearest depends on the values and is found in plain doubles, in every run. The
 * squared distance between two points is a program. A component of a centroid meets no other in
 * the cost, so the Hessian is diagonal, and its product with a vector of ones is that diagonal. */
#include <stdlib.h>
#include <string.h>

#include "gradbench.h"

typedef struct kmeans_state {
    size_t n, k, d;
    double *points, *centroids; /* n x d, k x d */
    double cost;
    double *gradient, *curvature; /* k x d; the step is their quotient and ends in gradient */
    double *ones, *part;          /* d each */
    gb_program distance;
} kmeans_state;

static void destroy(void *state)
{
    kmeans_state *s = state;
    gb_program_clear(&s->distance);
    double *const blocks[] = {s->points, s->centroids, s->gradient, s->curvature, s->ones, s->part};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    free(s);
}

static void *read_input(const json_t *input)
{
    const json_t *points = json_object_get(input, "points");
    const json_t *centroids = json_object_get(input, "centroids");
    kmeans_state *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->n = json_array_size(points);
    s->k = json_array_size(centroids);
    s->d = json_array_size(json_array_get(points, 0));
    if (s->k > 0 && s->d > 0) {
        s->points = gb_values(points, s->n * s->d);
        s->centroids = gb_values(centroids, s->k * s->d);
    }
    s->gradient = gb_block(s->k * s->d);
    s->curvature = gb_block(s->k * s->d);
    s->part = gb_block(s->d);
    s->ones = gb_block(s->d);
    for (size_t j = 0; j < s->d; j++) s->ones[j] = 1.0;
    if (s->points && s->centroids) return s;
    destroy(s);
    return NULL;
}

/* Records the squared distance of a centroid, the inputs, from a point, the parameters. */
static flx_status record(flx_tape *tape, size_t d, flx_var *centroid, flx_program **f)
{
    flx_var sum = flx_constant(0.0);
    for (size_t j = 0; j < d; j++) {
        centroid[j] = flx_variable(tape, 0.0);
        const flx_var point = flx_parameter(tape, 0.0);
        sum = flx_var_add(sum, flx_var_square(flx_var_sub(centroid[j], point)));
    }
    return flx_freeze(tape, d, centroid, 1, &sum, FLX_REFUSE_READS, f, NULL);
}

static flx_status prepare(void *state, size_t function)
{
    kmeans_state *s = state;
    if (function == 0) return FLX_OK;
    flx_tape *tape = NULL;
    flx_var *centroid = calloc(s->d, sizeof *centroid);
    flx_status status = centroid ? flx_tape_create(NULL, &tape) : FLX_ENOMEM;
    if (status == FLX_OK) status = record(tape, s->d, centroid, &s->distance.f);
    if (status == FLX_OK)
        status = flx_work_create(s->distance.f, FLX_WORK_SECOND, 0, &s->distance.w);
    flx_tape_destroy(tape);
    free(centroid);
    return status;
}

/* The centroid nearest to a point, and the square of its distance. */
static size_t nearest(const kmeans_state *s, const double *point, double *distance)
{
    size_t best = 0;
    for (size_t c = 0; c < s->k; c++) {
        double sum = 0.0;
        for (size_t j = 0; j < s->d; j++) {
            const double difference = s->centroids[c * s->d + j] - point[j];
            sum += difference * difference;
        }
        if (c > 0 && sum >= *distance) continue;
        best = c;
        *distance = sum;
    }
    return best;
}

static void cost(kmeans_state *s)
{
    s->cost = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        double distance = 0.0;
        nearest(s, s->points + i * s->d, &distance);
        s->cost += distance;
    }
}

static void add_part(const kmeans_state *s, double *sum)
{
    for (size_t j = 0; j < s->d; j++) sum[j] += s->part[j];
}

/* Adds one point's gradient and curvature to those of the centroid nearest to it. */
static flx_status add_point(kmeans_state *s, const double *point)
{
    const flx_program *f = s->distance.f;
    flx_work *w = s->distance.w;
    double distance = 0.0;
    const size_t row = nearest(s, point, &distance) * s->d;
    flx_status status = flx_work_set_parameters(f, w, point);
    if (status == FLX_OK) status = flx_gradient(f, w, s->centroids + row, NULL, s->part, NULL);
    if (status != FLX_OK) return status;
    add_part(s, s->gradient + row);
    status = flx_hvp(f, w, NULL, s->ones, NULL, s->part, NULL);
    add_part(s, s->curvature + row);
    return status;
}

static flx_status direction(kmeans_state *s)
{
    const size_t size = s->k * s->d;
    flx_status status = FLX_OK;
    memset(s->gradient, 0, size * sizeof(double));
    memset(s->curvature, 0, size * sizeof(double));
    for (size_t i = 0; i < s->n && status == FLX_OK; i++)
        status = add_point(s, s->points + i * s->d);
    for (size_t j = 0; j < size; j++) s->gradient[j] /= s->curvature[j];
    return status;
}

static flx_status evaluate(void *state, size_t function)
{
    if (function > 0) return direction(state);
    cost(state);
    return FLX_OK;
}

static json_t *output(const void *state, size_t function)
{
    const kmeans_state *s = state;
    return function == 0 ? json_real(s->cost) : gb_matrix(s->k, s->d, s->gradient);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {{"cost", "dir"}, read_input, prepare,
                                           evaluate,        output,     destroy};
    return gb_main(argc, argv, &benchmark);
}
