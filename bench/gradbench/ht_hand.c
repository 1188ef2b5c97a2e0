/* ht_hand.c: the distances in plain doubles, and in duals; see ht_hand.h. */
#include "ht_hand.h"

#include <string.h>

#include <fluxion/generic.h>

/* Bones number first to end - 1. */
typedef struct ht_bones {
    size_t first, end;
} ht_bones;

/* The vertex that a point belongs to, or those of its triangle. */
typedef struct ht_corners {
    size_t count, vertex[3];
} ht_corners;

static inline ht_corners corners_of(const ht_data *data, size_t i)
{
    const size_t to = (size_t)data->belongs[i];
    if (!data->u) return (ht_corners){1, {to, 0, 0}};
    const double *vertex = data->triangle + 3 * to;
    return (ht_corners){3, {(size_t)vertex[0], (size_t)vertex[1], (size_t)vertex[2]}};
}

#define DOUBLE(c) ((double)(c))

/* The plain distances. */
#define FN(name) plain_##name
#define B double
#define M double
#define T double
#define B_CONST DOUBLE
#define M_CONST DOUBLE
#include "ht_hand.inc"
#undef FN
#undef M
#undef T
#undef M_CONST

/* Along rotation, translation and places: the bones are where they are. */
#define FN(name) moved_##name
#define M flx_dual8
#define T flx_dual8
#define M_CONST flx_dual8_constant
#include "ht_hand.inc"
#undef FN
#undef B
#undef M
#undef T
#undef B_CONST
#undef M_CONST

/* Along a finger's angles: all else is where it is. */
#define FN(name) bent_##name
#define B flx_dual4
#define M double
#define T flx_dual4
#define B_CONST flx_dual4_constant
#define M_CONST DOUBLE
#include "ht_hand.inc"
#undef FN
#undef B
#undef M
#undef T
#undef B_CONST
#undef M_CONST

/* Where in its triangle a point is. */
static const double *place_of(const ht_data *data, size_t i)
{
    return data->u ? data->u + HT_PLACE * i : NULL;
}

static ht_bones all_bones(const ht_data *data) { return (ht_bones){0, data->bones}; }

void ht_distances(const ht_data *data, double *scratch, double *distance)
{
    const ht_bones all = all_bones(data);
    double *transform = scratch + 16 * data->bones, r[9], at[3];
    plain_transforms(data, all, NULL, data->theta + HT_MOTION, scratch, transform);
    plain_rotation(data->theta, r);
    for (size_t i = 0; i < data->points; i++) {
        plain_place(data, all, transform, corners_of(data, i), place_of(data, i), at);
        plain_distances(data, r, data->theta + 3, i, at, distance + 3 * i);
    }
}

/* ---- the Jacobian ---- */

/* Whether a finger's angles move a bone: if it turns by one of them, or hangs on such a bone. */
static int is_moved(const ht_data *data, size_t finger, size_t bone)
{
    double parent = (double)bone;
    while (parent >= 0.0) {
        const size_t at = (size_t)parent;
        const size_t joint = at - 4 * finger - 1; /* very large before the finger */
        if (joint > 0 && joint < 4) return 1;
        parent = data->parent[at];
    }
    return 0;
}

/* The fewest bones in a row that a finger's angles may move. */
static ht_bones moved_bones(const ht_data *data, size_t finger)
{
    ht_bones bones = {0, data->bones};
    while (!is_moved(data, finger, bones.first)) bones.first++;
    while (!is_moved(data, finger, bones.end - 1)) bones.end--;
    return bones;
}

/* A finger's bones along its angles. */
typedef struct ht_finger {
    ht_bones bones;
    flx_dual4 *transform;
} ht_finger;

/* Scratch: 32 numbers for each bone. */
static ht_finger bend(const ht_data *data, const double *absolute, size_t finger,
                      flx_dual4 *scratch)
{
    const ht_finger bent = {moved_bones(data, finger), scratch + 16 * data->bones};
    flx_dual4 angle[4 * HT_FINGERS];
    for (size_t k = 0; k < (size_t)4 * HT_FINGERS; k++)
        angle[k] = flx_dual4_variable(data->theta[HT_MOTION + k], k - 4 * finger);
    bent_transforms(data, bent.bones, absolute, angle, scratch, bent.transform);
    return bent;
}

/* Whether bones carry one of the vertices. */
static int are_carried(const ht_data *data, ht_bones bones, ht_corners corners)
{
    for (size_t k = 0; k < corners.count; k++) {
        const double *weight = data->weight + data->bones * corners.vertex[k];
        for (size_t b = bones.first; b < bones.end; b++)
            if (weight[b] != 0.0) return 1;
    }
    return 0;
}

/* Rows of point i: columns of its place and of the motion, the rotation r and the translation. */
static void along_motion(const ht_data *data, const double *transform, const flx_dual8 *r,
                         const flx_dual8 *translation, size_t i, ht_corners corners, size_t cols,
                         double *rows)
{
    const size_t places = cols - HT_THETA;
    flx_dual8 u[HT_PLACE], at[3], distance[3];
    for (size_t k = 0; k < places; k++) u[k] = flx_dual8_variable(data->u[HT_PLACE * i + k], k);
    moved_place(data, all_bones(data), transform, corners, u, at);
    moved_distances(data, r, translation, i, at, distance);
    for (size_t j = 0; j < 3; j++)
        memcpy(rows + j * cols, distance[j].d + HT_PLACE - places,
               (places + HT_MOTION) * sizeof *rows);
}

/* The same of a finger's angles: zero where none of its bones carries the point. */
static void along_angles(const ht_data *data, const ht_finger *finger, const double *r, size_t i,
                         ht_corners corners, size_t cols, double *rows)
{
    flx_dual4 at[3], distance[3];
    if (!are_carried(data, finger->bones, corners)) {
        for (size_t j = 0; j < 3; j++) memset(rows + j * cols, 0, sizeof distance[j].d);
        return;
    }
    bent_place(data, finger->bones, finger->transform, corners, place_of(data, i), at);
    bent_distances(data, r, data->theta + 3, i, at, distance);
    for (size_t j = 0; j < 3; j++) memcpy(rows + j * cols, distance[j].d, sizeof distance[j].d);
}

void ht_jacobian(const ht_data *data, double *scratch, flx_dual4 *bent, double *jacobian)
{
    const size_t places = data->u ? HT_PLACE : 0, cols = places + HT_THETA;
    double *transform = scratch + 16 * data->bones, r[9];
    flx_dual8 motion[HT_MOTION], turning[9];
    ht_finger finger[HT_FINGERS];
    plain_transforms(data, all_bones(data), NULL, data->theta + HT_MOTION, scratch, transform);
    plain_rotation(data->theta, r);
    for (size_t k = 0; k < HT_MOTION; k++)
        motion[k] = flx_dual8_variable(data->theta[k], HT_PLACE + k);
    moved_rotation(motion, turning);
    for (size_t f = 0; f < HT_FINGERS; f++)
        finger[f] = bend(data, scratch, f, bent + 32 * data->bones * f);
    for (size_t i = 0; i < data->points; i++) {
        const ht_corners corners = corners_of(data, i);
        double *rows = jacobian + 3 * cols * i, *angles = rows + places + HT_MOTION;
        along_motion(data, transform, turning, motion + 3, i, corners, cols, rows);
        for (size_t f = 0; f < HT_FINGERS; f++)
            along_angles(data, &finger[f], r, i, corners, cols, angles + 4 * f);
    }
}
