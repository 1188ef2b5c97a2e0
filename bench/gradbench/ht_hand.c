/* ht_hand.c: the distances in plain C; see ht_hand.h. */
#include "ht_hand.h"

#include <math.h>
#include <string.h>

size_t ht_corners(const ht_data *data) { return data->u ? 3 : 1; }

size_t ht_corner(const ht_data *data, size_t i, size_t k)
{
    const size_t to = (size_t)data->belongs[i];
    return data->u ? (size_t)data->triangle[3 * to + k] : to;
}

/* c = a*b, 4 x 4 */
static void times(const double *a, const double *b, double *c)
{
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 4; j++) {
            double sum = 0.0;
            for (size_t k = 0; k < 4; k++) sum += a[4 * i + k] * b[4 * k + j];
            c[4 * i + j] = sum;
        }
    }
}

/* Rz(z)*Rx(x), in a 4 x 4 matrix */
static void turn(double x, double z, double *r)
{
    const double cx = cos(x), sx = sin(x), cz = cos(z), sz = sin(z);
    const double matrix[16] = {cz,  -sz * cx, sz * sx, 0.0, sz,  cz * cx, -cz * sx, 0.0,
                               0.0, sx,       cx,      0.0, 0.0, 0.0,     0.0,      1.0};
    memcpy(r, matrix, sizeof matrix);
}

/* The transform of each bone into `transform`; absolute is scratch of the same size. */
static void transforms(const ht_data *data, double *absolute, double *transform)
{
    for (size_t b = 0; b < data->bones; b++) {
        const size_t joint = b > 0 && b < HT_LEAST_BONES ? (b - 1) % 4 : 0;
        const double *angle = data->theta + 6 + 4 * ((b - joint) / 4);
        double *a = absolute + 16 * b, r[16], turned[16];
        memcpy(turned, data->relative + 16 * b, sizeof turned);
        if (joint > 0) {
            turn(angle[joint == 1 ? 0 : joint], joint == 1 ? angle[1] : 0.0, r);
            times(data->relative + 16 * b, r, turned);
        }
        if (data->parent[b] < 0.0) memcpy(a, turned, sizeof turned);
        else times(absolute + 16 * (size_t)data->parent[b], turned, a);
        times(a, data->inverse + 16 * b, transform + 16 * b);
    }
}

/* The rotation of the whole hand; none below an angle of 1e-4. */
static void rotation(const double *axis, double *r)
{
    const double norm = sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]);
    const double c = cos(norm), s = sin(norm);
    for (size_t k = 0; k < 9; k++) r[k] = k % 4 == 0;
    if (norm < 1e-4) return;
    const double x = axis[0] / norm, y = axis[1] / norm, z = axis[2] / norm;
    const double cross[9] = {0.0, -z, y, z, 0.0, -x, -y, x, 0.0}, unit[3] = {x, y, z};
    for (size_t k = 0; k < 9; k++)
        r[k] = r[k] * c + unit[k / 3] * unit[k % 3] * (1.0 - c) + cross[k] * s;
}

/* Where vertex v lies before the hand moves. */
static void skin(const ht_data *data, const double *transform, size_t v, double *position)
{
    const double *base = data->base + 4 * v, *weight = data->weight + data->bones * v;
    memset(position, 0, 3 * sizeof *position);
    for (size_t b = 0; b < data->bones; b++) {
        if (weight[b] == 0.0) continue;
        for (size_t i = 0; i < 3; i++) {
            const double *row = transform + 16 * b + 4 * i;
            double sum = 0.0;
            for (size_t k = 0; k < 4; k++) sum += row[k] * base[k];
            position[i] += weight[b] * sum;
        }
    }
    if (data->mirrored) position[0] = -position[0];
}

/* Where point i should be, before the hand moves. */
static void place(const ht_data *data, const double *transform, size_t i, double *at)
{
    if (!data->u) {
        skin(data, transform, ht_corner(data, i, 0), at);
        return;
    }
    const double *u = data->u + 2 * i, part[3] = {u[0], u[1], 1.0 - u[0] - u[1]};
    double corner[3];
    memset(at, 0, 3 * sizeof *at);
    for (size_t k = 0; k < 3; k++) {
        skin(data, transform, ht_corner(data, i, k), corner);
        for (size_t j = 0; j < 3; j++) at[j] += part[k] * corner[j];
    }
}

void ht_distances(const ht_data *data, double *scratch, double *distance)
{
    double *transform = scratch + 16 * data->bones, r[9], at[3];
    transforms(data, scratch, transform);
    rotation(data->theta, r);
    for (size_t i = 0; i < data->points; i++) {
        place(data, transform, i, at);
        for (size_t j = 0; j < 3; j++) {
            const double *row = r + 3 * j;
            const double moved = row[0] * at[0] + row[1] * at[1] + row[2] * at[2];
            distance[3 * i + j] = data->measured[3 * i + j] - (moved + data->theta[3 + j]);
        }
    }
}
