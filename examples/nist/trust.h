/** @file trust.h
 *  The trust-region subproblem: the lowest point of a quadratic inside a ball. */
#ifndef NIST_TRUST_H
#define NIST_TRUST_H

#include <stddef.h>

/** A quadratic g's + s'Hs/2 in the basis of H's eigenvectors. */
typedef struct trust_model {
    size_t n;
    double *eigenvalues;  /**< n, ascending */
    double *eigenvectors; /**< n x n, row-major: eigenvector i is column i */
    double *gradient;     /**< n, the components of g along the eigenvectors */
    double *step;         /**< n, room for the components of a step */
} trust_model;

/** Doubles of memory that a model of n variables needs. */
size_t trust_room(size_t n);

/** Makes a model in memory that the caller owns, of trust_room(n) doubles.
 *  @param[in] hessian n x n; both triangles are read, and averaged
 *  @return 0, or -1 where the eigenvalues cannot be computed */
int trust_model_make(size_t n, const double *gradient, const double *hessian, double *memory,
                     trust_model *model);

/** Minimises the model over |s| <= radius.
 *
 *  The step is s = -(H + mu I)^-1 g with the smallest mu >= 0 that makes H + mu I positive
 *  semidefinite and s short enough. Where g has no component along the lowest eigenvectors ("the
 *  hard case") a multiple of one of them is added.
 *  @param[out] step n
 *  @param[out] gain what the model falls by, >= 0
 *  @return 1 where the step is the full Newton step of a positive definite H, else 0
 *  @see More and Sorensen, Computing a trust region step (1983), doi:10.1137/0904038 */
int trust_step(const trust_model *model, double radius, double *step, double *gain);

/** Length of the Newton correction H^-1 g of another gradient g with this model's Hessian, which
 *  must be positive definite. */
double trust_correction(const trust_model *model, const double *gradient);

#endif
