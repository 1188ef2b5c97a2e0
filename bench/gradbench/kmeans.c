/* kmeans.c: the sum over points of the squared distance to the nearest centroid, and the step of
 * Newton's method for it.
 *
 * Which centroid is nearest depends on the values and is found in plain doubles, in every run. The
 * squared distances of a block of points are a program, whose parameters are the points and which
 * centroid each is compared with. A component of a centroid meets no other in the cost, so the Hessian
 * is diagonal, and its product with a vector of ones is that diagonal. */
#include <stdlib.h>
#include <string.h>

#include "gradbench.h"

enum { KMEANS_BLOCK = 1000 };

typedef struct kmeans_state {
    size_t n, k, d;
    double *points, *centroids; /* n x d, k x d */
    double cost;
    double *gradient, *curvature; /* k x d; the step is their quotient and ends in gradient */
    double *ones, *part;          /* k x d each */
    double *block;                /* a block's points, and after them its indices */
    gb_program distances[2];      /* of a block, and of the points that are left over */
} kmeans_state;

static void destroy(void *state)
{
    kmeans_state *s = state;
    for (size_t i = 0; i < 2; i++) gb_program_clear(&s->distances[i]);
    double *const blocks[] = {s->points, s->centroids, s->gradient, s->curvature,
                              s->ones,   s->part,      s->block};
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
    s->part = gb_block(s->k * s->d);
    s->ones = gb_block(s->k * s->d);
    s->block = gb_block(KMEANS_BLOCK * (s->d + 1));
    for (size_t j = 0; j < s->k * s->d; j++) s->ones[j] = 1.0;
    if (s->points && s->centroids) return s;
    destroy(s);
    return NULL;
}

/* Records the sum of squared distances of so many points. */
static flx_status record(flx_tape *tape, const kmeans_state *s, size_t points, flx_var *input,
                         flx_program **f)
{
    const size_t size = s->k * s->d, most = size > points * s->d ? size : points * s->d;
    double *zeros = gb_block(most);
    const flx_array centroids = flx_array_variable(tape, s->k, s->d, zeros);
    const flx_array point = flx_array_parameter(tape, points, s->d, zeros);
    const flx_array index = flx_array_parameter(tape, points, 1, zeros);
    const flx_array difference = flx_array_sub(flx_array_gather(centroids, index), point);
    const flx_var sum = flx_array_dot(difference, difference);
    for (size_t j = 0; j < size; j++) input[j] = flx_array_at(centroids, j / s->d, j % s->d);
    free(zeros);
    return flx_freeze(tape, size, input, 1, &sum, FLX_REFUSE_READS, f, NULL);
}

static flx_status make_program(gb_program *p, const kmeans_state *s, size_t points)
{
    flx_tape *tape = NULL;
    flx_var *input = calloc(s->k * s->d, sizeof *input);
    flx_status status = input ? flx_tape_create(NULL, &tape) : FLX_ENOMEM;
    if (status == FLX_OK) status = record(tape, s, points, input, &p->f);
    if (status == FLX_OK) status = flx_work_create(p->f, FLX_WORK_SECOND, 1, &p->w);
    flx_tape_destroy(tape);
    free(input);
    return status;
}

static flx_status prepare(void *state, size_t function)
{
    kmeans_state *s = state;
    const size_t points[2] = {s->n < KMEANS_BLOCK ? 0 : KMEANS_BLOCK, s->n % KMEANS_BLOCK};
    flx_status status = FLX_OK;
    for (size_t i = 0; i < 2 && function > 0 && status == FLX_OK; i++)
        if (points[i] > 0) status = make_program(&s->distances[i], s, points[i]);
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
    for (size_t j = 0; j < s->k * s->d; j++) sum[j] += s->part[j];
}

/* Adds the gradient and curvature of a block of points. */
static flx_status add_block(kmeans_state *s, const gb_program *p, const double *points,
                            size_t count)
{
    double distance = 0.0, *index = s->block + count * s->d;
    memcpy(s->block, points, count * s->d * sizeof(double));
    for (size_t i = 0; i < count; i++) index[i] = (double)nearest(s, points + i * s->d, &distance);
    flx_status status = flx_work_set_parameters(p->f, p->w, s->block);
    if (status == FLX_OK) status = flx_gradient(p->f, p->w, s->centroids, NULL, s->part, NULL);
    if (status != FLX_OK) return status;
    add_part(s, s->gradient);
    status = flx_hvp(p->f, p->w, NULL, s->ones, NULL, s->part, NULL);
    add_part(s, s->curvature);
    return status;
}

static flx_status direction(kmeans_state *s)
{
    const size_t size = s->k * s->d;
    flx_status status = FLX_OK;
    memset(s->gradient, 0, size * sizeof(double));
    memset(s->curvature, 0, size * sizeof(double));
    for (size_t i = 0; i < s->n && status == FLX_OK; i += KMEANS_BLOCK) {
        const size_t left = s->n - i, last = left < KMEANS_BLOCK;
        status =
            add_block(s, &s->distances[last], s->points + i * s->d, last ? left : KMEANS_BLOCK);
    }
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
