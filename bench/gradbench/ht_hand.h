/* ht_hand.h: the distances of measured points from the surface of a hand model, in plain C and
 * in duals along many directions.
 *
 * The pose theta is the hand's rotation (axis times angle) and translation, and for each of five
 * fingers four angles: of bones 2, 3 and 4 of the finger, about x, the first about z too. With bone
 * b turned by R_b and fixed matrices A_b and B_b, its transform is T_b = absolute_b*B_b, where
 * absolute_b = absolute_parent*A_b*R_b. A vertex v lies at sum_b weight_vb*T_b*base_v, mirrored or
 * not, and then moves with the whole hand. A measured point belongs to a vertex, or to a place
 * u_0*v_0 + u_1*v_1 + (1 - u_0 - u_1)*v_2 in a triangle. */
#ifndef BENCH_GRADBENCH_HT_HAND_H
#define BENCH_GRADBENCH_HT_HAND_H

#include "gradbench.h"

enum { HT_FINGERS = 5, HT_LEAST_BONES = 1 + 4 * HT_FINGERS };

/* Numbers of the hand's motion, of the pose, of a place. */
enum { HT_MOTION = 6, HT_THETA = HT_MOTION + 4 * HT_FINGERS, HT_PLACE = 2 };

/* The model and what was measured. */
typedef struct ht_data {
    size_t bones, vertices, triangles, points;
    double *parent;             /* of each bone, an earlier one; -1 for none */
    double *relative, *inverse; /* A_b, B_b: bones x 4 x 4 */
    double *base, *weight;      /* vertices x 4, vertices x bones */
    double *triangle, *belongs; /* triangles x 3; to which vertex or triangle a point belongs */
    double *measured;           /* points x 3 */
    double *theta, *u;          /* u: points x 2, or NULL where points belong to vertices */
    int mirrored;
} ht_data;

/* distance: points x 3; scratch holds 32 doubles for each bone. Plain C. */
void ht_distances(const ht_data *data, double *scratch, double *distance);

/* jacobian: points x 3 x columns: of a point's place, if it has one, of the pose. Differentiated is
 * what a column is there for: 8 directions at once are the place and the hand's motion, with the bones
 * where they are, and 4 are a finger's angles, of the bones that they move alone. Scratch as above,
 * and as many duals for each finger. */
void ht_jacobian(const ht_data *data, double *scratch, flx_dual4 *bent, double *jacobian);

#endif
