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

enum { HT_FINGERS = 5, HT_THETA = 6 + 4 * HT_FINGERS, HT_LEAST_BONES = 1 + 4 * HT_FINGERS };

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

/* A number with its derivatives along as many directions: half of the Jacobian's columns. */
enum { HT_WIDTH = 14 };
typedef struct ht_dual {
    double d[HT_WIDTH], v;
} ht_dual;

/* Vertex number k of point i. */
size_t ht_corner(const ht_data *data, size_t i, size_t k);

/* distance: points x 3; scratch holds 32 doubles for each bone. Plain C. */
void ht_distances(const ht_data *data, double *scratch, double *distance);

/* The same of theta and u with derivatives. */
void ht_distances_along(const ht_data *data, const ht_dual *theta, const ht_dual *u,
                        ht_dual *scratch, ht_dual *distance);

#endif
