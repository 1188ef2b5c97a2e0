/** @file roads.h
 *  How well Fluxion's independent roads to a gradient and a Hessian agree. */
#ifndef NIST_ROADS_H
#define NIST_ROADS_H

#include <fluxion/program.h>

#include "problem.h"

/** The roads, with programs and memory to drive them; opaque. */
typedef struct nist_roads nist_roads;

/** The worst disagreement of two roads in a component, in ulps of that component's scale, and which
 *  roads those were. */
typedef struct nist_disagreement {
    double gradient;
    double hessian;
    const char *gradient_roads[2];
    const char *hessian_roads[2];
} nist_disagreement;

/** Prepares the comparison for one problem, which must outlive it.
 *  @param[in]  objective the recorded nist_objective
 *  @param[in]  residuals the recorded nist_residuals
 *  @param[out] roads     to be given to nist_roads_destroy; NULL on failure */
flx_status nist_roads_create(nist_problem *problem, flx_program *objective, flx_program *residuals,
                             nist_roads **roads);

/** NULL is fine. */
void nist_roads_destroy(nist_roads *roads);

/** Compares all roads at the parameters b.
 *
 *  Seven roads to the gradient of f = sum_i r_i^2, six to its Hessian:
 *
 *  | road            | gradient                          | Hessian                              |
 *  |-----------------|-----------------------------------|--------------------------------------|
 *  | reverse         | flx_gradient                      | flx_hessian (forward over reverse)   |
 *  | double backprop |                                   | flx_hessian_double_backprop          |
 *  | jvp             | flx_jvp                           |                                      |
 *  | dual            | flx_dual, one seed per parameter  |                                      |
 *  | dual of dual    | flx_ddual                         | flx_ddual                            |
 *  | hyper-dual      | flx_hyperdual                     | flx_hessian_hyperdual                |
 *  | Taylor          | flx_taylor2                       | flx_taylor2, by polarisation         |
 *  | jet             | flx_jet                           | flx_jet, by polarisation             |
 *
 *  At a minimum the terms of a gradient cancel, so an error relative to the gradient says nothing.
 *  Disagreement is measured in ulps of the component's *scale*, the sum of the absolute values of
 *  the terms that every road has to add:
 *
 *      scale_j  = sum_i |2 r_i J_ij|
 *      scale_jk = sum_i (|2 J_ij J_ik| + |2 r_i H_i,jk|)
 *
 *  with J and H_i the derivatives of the residuals r_i. Polarisation gains an off-diagonal element
 *  from three second derivatives along single directions, h_jk s_j s_k = q(s_j e_j + s_k e_k) -
 *  q(s_j e_j) - q(s_k e_k), 2 q(v) = v'Hv, which cancel in turn; its scale is the sum of the scales
 *  of these three, over s_j s_k. (s_j makes the diagonal elements alike.) */
flx_status nist_roads_compare(nist_roads *roads, const double *b, nist_disagreement *worst);

#endif
