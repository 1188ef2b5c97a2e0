/* ht.c: tracking a hand: the distances of measured points from a model, and their Jacobian with
 * respect to the pose, and to the places in triangles where there are any.
 *
 * A distance depends on the place u of its own point alone, so that all u_0 may move at once, and
 * all u_1: the Jacobian has a column for each, and one for each number of the pose. The topology of
 * the hand and the indices are values of the input, so that the program is recorded in every
 * run. */
#include <stdlib.h>
#include <string.h>

#include "ht_hand.h"

typedef struct ht_state {
    ht_data data;
    size_t cols;                 /* of the Jacobian */
    double *scratch;             /* of the primal */
    double *point;               /* theta and u */
    double *along;               /* a direction, of the same size */
    double *distance, *jacobian; /* points x 3; cols x (points x 3) */
} ht_state;

static void destroy(void *state)
{
    ht_state *s = state;
    const ht_data *d = &s->data;
    double *const blocks[] = {d->parent,   d->relative, d->inverse,  d->base,     d->weight,
                              d->triangle, d->belongs,  d->measured, d->theta,    d->u,
                              s->scratch,  s->point,    s->along,    s->distance, s->jacobian};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    free(s);
}

/* Whether all of x are whole numbers from `least` to limit - 1. */
static int are_indices(size_t count, const double *x, double least, size_t limit)
{
    for (size_t k = 0; k < count; k++)
        if (!(x[k] >= least && x[k] < (double)limit) || x[k] != (double)(long)x[k]) return 0;
    return 1;
}

static int is_valid(const ht_data *d)
{
    if (d->bones < HT_LEAST_BONES || !d->parent || !d->relative || !d->inverse || !d->base
        || !d->weight || !d->triangle || !d->belongs || !d->measured || !d->theta)
        return 0;
    for (size_t b = 0; b < d->bones; b++)
        if (!are_indices(1, d->parent + b, -1.0, b)) return 0;
    return are_indices(3 * d->triangles, d->triangle, 0.0, d->vertices)
           && are_indices(d->points, d->belongs, 0.0, d->u ? d->triangles : d->vertices);
}

static void read_model(const json_t *model, ht_data *d)
{
    const json_t *parents = json_object_get(model, "parents");
    const json_t *base = json_object_get(model, "base_positions");
    const json_t *triangles = json_object_get(model, "triangles");
    d->bones = json_array_size(parents);
    d->vertices = json_array_size(base);
    d->triangles = json_array_size(triangles);
    d->parent = gb_numbers(parents, d->bones);
    d->relative = gb_values(json_object_get(model, "base_relatives"), 16 * d->bones);
    d->inverse = gb_values(json_object_get(model, "inverse_base_absolutes"), 16 * d->bones);
    d->base = gb_values(base, 4 * d->vertices);
    d->weight = gb_values(json_object_get(model, "weights"), d->bones * d->vertices);
    d->triangle = gb_numbers(triangles, 3 * d->triangles);
    d->mirrored = json_is_true(json_object_get(model, "is_mirrored"));
}

static void *read_input(const json_t *input)
{
    const json_t *data = json_object_get(input, "data"), *u = json_object_get(input, "us");
    const json_t *belongs = json_object_get(data, "correspondences");
    ht_state *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    ht_data *d = &s->data;
    read_model(json_object_get(data, "model"), d);
    d->points = json_array_size(belongs);
    d->belongs = gb_numbers(belongs, d->points);
    d->measured = gb_values(json_object_get(data, "points"), 3 * d->points);
    d->theta = gb_values(json_object_get(input, "theta"), HT_THETA);
    const int in_triangles = json_array_size(u) > 0;
    d->u = in_triangles ? gb_values(u, 2 * d->points) : NULL;
    s->cols = HT_THETA + (in_triangles ? 2 : 0);
    if (is_valid(d) && in_triangles == (d->u != NULL)) return s;
    destroy(s);
    return NULL;
}

static flx_status prepare(void *state, size_t function)
{
    ht_state *s = state;
    const size_t points = s->data.points, inputs = HT_THETA + 2 * points;
    s->distance = gb_block(3 * points);
    s->scratch = gb_block(32 * s->data.bones);
    if (function == 0) return FLX_OK;
    s->point = gb_block(inputs);
    s->along = gb_block(inputs);
    s->jacobian = gb_block(s->cols * 3 * points);
    return FLX_OK;
}

/* The direction of column j: first those of u, if there are any, then those of theta. */
static void set_direction(ht_state *s, size_t j)
{
    const size_t before = s->cols - HT_THETA, us = before ? 2 * s->data.points : 0;
    memset(s->along, 0, (HT_THETA + us) * sizeof(double));
    if (j >= before) s->along[j - before] = 1.0;
    else
        for (size_t k = j; k < us; k += 2) s->along[HT_THETA + k] = 1.0;
}

static flx_status jacobian(ht_state *s)
{
    const ht_data *d = &s->data;
    gb_program p = {NULL, NULL};
    flx_status status = ht_record(&p, d);
    memcpy(s->point, d->theta, HT_THETA * sizeof(double));
    if (d->u) memcpy(s->point + HT_THETA, d->u, 2 * d->points * sizeof(double));
    if (status == FLX_OK) status = flx_set_point(p.f, p.w, s->point, NULL);
    for (size_t j = 0; j < s->cols && status == FLX_OK; j++) {
        set_direction(s, j);
        status = flx_jvp(p.f, p.w, NULL, s->along, s->jacobian + j * 3 * d->points, NULL);
    }
    gb_program_clear(&p);
    return status;
}

static flx_status evaluate(void *state, size_t function)
{
    ht_state *s = state;
    if (function > 0) return jacobian(s);
    ht_distances(&s->data, s->scratch, s->distance);
    return FLX_OK;
}

static json_t *output(const void *state, size_t function)
{
    const ht_state *s = state;
    const size_t rows = 3 * s->data.points;
    if (function == 0) return gb_array(rows, s->distance);
    double *by_rows = gb_block(rows * s->cols);
    for (size_t k = 0; k < rows * s->cols; k++)
        by_rows[k] = s->jacobian[k % s->cols * rows + k / s->cols];
    json_t *matrix = gb_matrix(rows, s->cols, by_rows);
    free(by_rows);
    return matrix;
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"objective", "jacobian"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
