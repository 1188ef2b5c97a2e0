/* ht.c: tracking a hand: the distances of measured points from a model, and their Jacobian with
 * respect to the pose, and to the places in triangles where there are any.
 *
 * A distance depends on the place u of its own point alone, so that all u_0 may move at once, and
 * all u_1: the Jacobian has a column for each, and one for each number of the pose. */
#include <stdlib.h>
#include <string.h>

#include "ht_hand.h"

typedef struct ht_state {
    ht_data data;
    size_t cols; /* of the Jacobian */
    double *scratch;
    flx_dual4 *bent;             /* scratch of the Jacobian */
    double *distance, *jacobian; /* points x 3; points x 3 x cols */
} ht_state;

static void destroy(void *state)
{
    ht_state *s = state;
    const ht_data *d = &s->data;
    void *const blocks[] = {d->parent,   d->relative, d->inverse,  d->base,  d->weight,
                            d->triangle, d->belongs,  d->measured, d->theta, d->u,
                            s->scratch,  s->distance, s->jacobian, s->bent};
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
    d->u = in_triangles ? gb_values(u, HT_PLACE * d->points) : NULL;
    s->cols = HT_THETA + (in_triangles ? HT_PLACE : 0);
    if (is_valid(d) && in_triangles == (d->u != NULL)) return s;
    destroy(s);
    return NULL;
}

static flx_status prepare(void *state, size_t function)
{
    ht_state *s = state;
    const size_t points = s->data.points, bones = s->data.bones;
    s->distance = gb_block(3 * points);
    s->scratch = gb_block(32 * bones);
    if (function == 0) return FLX_OK;
    s->jacobian = gb_block(s->cols * 3 * points);
    s->bent = calloc(32 * bones * HT_FINGERS, sizeof *s->bent);
    return s->bent ? FLX_OK : FLX_ENOMEM;
}

static flx_status evaluate(void *state, size_t function)
{
    ht_state *s = state;
    if (function == 0) ht_distances(&s->data, s->scratch, s->distance);
    else ht_jacobian(&s->data, s->scratch, s->bent, s->jacobian);
    return FLX_OK;
}

static json_t *output(const void *state, size_t function)
{
    const ht_state *s = state;
    const size_t rows = 3 * s->data.points;
    if (function == 0) return gb_array(rows, s->distance);
    return gb_matrix(rows, s->cols, s->jacobian);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"objective", "jacobian"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
