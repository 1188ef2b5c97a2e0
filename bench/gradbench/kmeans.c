/* kmeans.c: the sum over points of the squared distance to the nearest centroid, and the step of
 * Newton's method for it.
 *
 * Which centroid is nearest depends on the values and is found in plain doubles, in every run. The
 * squared distances of a block of points are recorded, whose parameters are the points and which
 * centroid each is compared with; then their gradient; and as a component of a centroid meets no other in
 * the cost, the Hessian is diagonal, and that diagonal is the gradient's tangent along a vector of ones. The
 * program is of these two alone: the distances themselves, which nobody asks it for, are left out. */
#include <stdlib.h>
#include <string.h>

#include "gradbench.h"

enum { KMEANS_BLOCK = 1000 };

typedef struct kmeans_state {
    size_t n, k, d;
    double *points, *centroids; /* n x d, k x d */
    double cost;
    double *sum;   /* gradient and curvature, k x d each; the step is their quotient and ends in the
                      first */
    double *part;  /* the same of a block */
    double *block; /* a block's points, and after them its indices */
    gb_program derivatives[2]; /* of a block, and of the points that are left over */
} kmeans_state;

static void destroy(void *state)
{
    kmeans_state *s = state;
    for (size_t i = 0; i < 2; i++) gb_program_clear(&s->derivatives[i]);
    double *const blocks[] = {s->points, s->centroids, s->sum, s->part, s->block};
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
    s->sum = gb_block(2 * s->k * s->d);
    s->part = gb_block(2 * s->k * s->d);
    s->block = gb_block(KMEANS_BLOCK * (s->d + 1));
    if (s->points && s->centroids) return s;
    destroy(s);
    return NULL;
}

/* Records the derivatives of the sum of squared distances of so many points: scratch has room for
 * inputs, and for the gradient and the curvature as outputs. */
static flx_status record(flx_tape *tape, const kmeans_state *s, size_t points, flx_var *scratch,
                         flx_program **f)
{
    const size_t size = s->k * s->d, most = size > points * s->d ? size : points * s->d;
    flx_var *gradient = scratch + size, *curvature = gradient + size;
    double *zeros = gb_block(most);
    const flx_array centroids = flx_array_variable(tape, s->k, s->d, zeros);
    const flx_array point = flx_array_parameter(tape, points, s->d, zeros);
    const flx_array index = flx_array_parameter(tape, points, 1, zeros);
    const flx_array difference = flx_array_sub(flx_array_gather(centroids, index), point);
    const flx_var sum = flx_array_dot(difference, difference);
    free(zeros);
    for (size_t j = 0; j < size; j++) {
        scratch[j] = flx_array_at(centroids, j / s->d, j % s->d);
        curvature[j] = flx_constant(1.0);
    }
    flx_status status = flx_grad(sum, size, scratch, gradient, FLX_CREATE_GRAPH);
    if (status == FLX_OK)
        status = flx_jvp_record(size, scratch, curvature, size, gradient, curvature);
    if (status != FLX_OK) return status;
    return flx_freeze(tape, size, scratch, 2 * size, gradient, FLX_REFUSE_READS, f, NULL);
}

static flx_status make_program(gb_program *p, const kmeans_state *s, size_t points)
{
    flx_tape *tape = NULL;
    flx_var *scratch = calloc(3 * s->k * s->d, sizeof *scratch);
    flx_status status = scratch ? flx_tape_create(NULL, &tape) : FLX_ENOMEM;
    if (status == FLX_OK) status = record(tape, s, points, scratch, &p->f);
    if (status == FLX_OK) status = flx_work_create(p->f, FLX_WORK_VALUE, 0, &p->w);
    flx_tape_destroy(tape);
    free(scratch);
    return status;
}

static flx_status prepare(void *state, size_t function)
{
    kmeans_state *s = state;
    const size_t points[2] = {s->n < KMEANS_BLOCK ? 0 : KMEANS_BLOCK, s->n % KMEANS_BLOCK};
    flx_status status = FLX_OK;
    for (size_t i = 0; i < 2 && function > 0 && status == FLX_OK; i++)
        if (points[i] > 0) status = make_program(&s->derivatives[i], s, points[i]);
    return status;
}

/* The square of the distance between a centroid and a point. */
static double distance_to(const kmeans_state *s, size_t centroid, const double *point)
{
    double sum = 0.0;
    for (size_t j = 0; j < s->d; j++) {
        const double difference = s->centroids[centroid * s->d + j] - point[j];
        sum += difference * difference;
    }
    return sum;
}

/* The centroid nearest to a point, and the square of its distance. Which one it is nobody foresees: the
 * index is put together without a jump. */
static inline size_t nearest(const kmeans_state *s, const double *point, double *distance)
{
    size_t best = 0;
    double least = distance_to(s, 0, point);
    for (size_t c = 1; c < s->k; c++) {
        const double sum = distance_to(s, c, point);
        best += (c - best) * (size_t)(sum < least);
        least = sum < least ? sum : least;
    }
    *distance = least;
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

/* Adds the gradient and curvature of a block of points. */
static flx_status add_block(kmeans_state *s, const gb_program *p, const double *points,
                            size_t count)
{
    double distance = 0.0, *index = s->block + count * s->d;
    memcpy(s->block, points, count * s->d * sizeof(double));
    for (size_t i = 0; i < count; i++) index[i] = (double)nearest(s, points + i * s->d, &distance);
    flx_status status = flx_work_set_parameters(p->f, p->w, s->block);
    if (status == FLX_OK) status = flx_eval(p->f, p->w, s->centroids, s->part, NULL);
    for (size_t j = 0; j < 2 * s->k * s->d && status == FLX_OK; j++) s->sum[j] += s->part[j];
    return status;
}

static flx_status direction(kmeans_state *s)
{
    const size_t size = s->k * s->d;
    flx_status status = FLX_OK;
    memset(s->sum, 0, 2 * size * sizeof(double));
    for (size_t i = 0; i < s->n && status == FLX_OK; i += KMEANS_BLOCK) {
        const size_t left = s->n - i, last = left < KMEANS_BLOCK;
        status =
            add_block(s, &s->derivatives[last], s->points + i * s->d, last ? left : KMEANS_BLOCK);
    }
    for (size_t j = 0; j < size; j++) s->sum[j] /= s->sum[size + j];
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
    return function == 0 ? json_real(s->cost) : gb_matrix(s->k, s->d, s->sum);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {{"cost", "dir"}, read_input, prepare,
                                           evaluate,        output,     destroy};
    return gb_main(argc, argv, &benchmark);
}
