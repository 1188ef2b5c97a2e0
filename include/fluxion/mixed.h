/** @file mixed.h
 *  Second derivatives of programs, by several independent roads.
 *
 *  Every road computes derivatives of weight'*f, the weighted sum of the outputs; `weight` may be
 *  NULL where there is one output (FLX_EDIM otherwise). Conventions are those of program.h. */
#ifndef FLUXION_MIXED_H
#define FLUXION_MIXED_H

#include <fluxion/batch.h>

FLX_BEGIN_DECLS

/** Hessian-vector product H(x)*dir by forward over reverse.
 *
 *  One dual sweep forward and one back: about one and a half gradients' work, no Hessian stored. With
 *  x = NULL, after a product at the same point with the same weights, a program of scalar instructions
 *  computes tangents alone: about one gradient's work.
 *  @param[in]  f      program; may be shared between threads
 *  @param[in]  w      workspace of the calling thread, of kind FLX_WORK_SECOND
 *  @param[in]  x      point, length n, or NULL
 *  @param[in]  dir    direction, length n
 *  @param[in]  weight one weight per output, or NULL where there is one output
 *  @param[out] hv     product, length n
 *  @param[out] report where and why, or NULL
 *  @return as all drivers; FLX_EDIM if weight is missing
 *  @see flx_hvp_double_backprop, which computes the same by another road; Pearlmutter (1994) */
FLX_API flx_status flx_hvp(const flx_program *f, flx_work *w, const double *x, const double *dir,
                           const double *weight, double *hv, flx_report *report);

/** k Hessian-vector products at one point, by forward over reverse along up to 8 directions at once.
 *  Every product has the bits that flx_hvp gives it.
 *  @param[in]  f      program; may be shared between threads
 *  @param[in]  w      workspace of the calling thread, of kind FLX_WORK_SECOND
 *  @param[in]  x      point, length n, or NULL
 *  @param[in]  k      number of directions; 0 sets the point
 *  @param[in]  dir    directions, k x n, row-major
 *  @param[in]  weight one weight per output, or NULL where there is one output
 *  @param[out] hv     products, k x n, row-major; must not overlap dir
 *  @param[out] report where and why, or NULL
 *  @return as all drivers; FLX_EDIM if weight is missing */
FLX_API flx_status flx_hvps(const flx_program *f, flx_work *w, const double *x, size_t k,
                            const double *dir, const double *weight, double *hv,
                            flx_report *report);

/** As flx_hvp, by double backprop: the gradient is recorded and differentiated again. The first
 *  call makes a tape of about four times the program, which the work keeps; FLX_ENOMEM where there
 *  is no memory for it. Later calls sweep through the recorded gradient and cost about half as much;
 *  where flags may have to be raised, or the weights have changed, it is recorded anew. Of operations
 *  that freezing put together (FLX_IN_RUNS) reports name the first. The slower road, kept because it is
 *  independent. */
FLX_API flx_status flx_hvp_double_backprop(const flx_program *f, flx_work *w, const double *x,
                                           const double *dir, const double *weight, double *hv,
                                           flx_report *report);

/** Full symmetric Hessian, n x n row-major, by n Hessian-vector products (forward over reverse),
 *  up to 8 of them at once.
 *  Both triangles are computed, not mirrored: their difference measures the rounding. */
FLX_API flx_status flx_hessian(const flx_program *f, flx_work *w, const double *x,
                               const double *weight, double *hess, flx_report *report);

/** As flx_hessian, by n(n+1)/2 hyper-dual sweeps forward: the upper triangle, mirrored.
 *  @see Fike and Alonso (2011), AIAA 2011-886 */
FLX_API flx_status flx_hessian_hyperdual(const flx_program *f, flx_work *w, const double *x,
                                         const double *weight, double *hess, flx_report *report);

/** As flx_hessian, by one recorded gradient and n reverse sweeps over it; allocates as
 *  flx_hvp_double_backprop. */
FLX_API flx_status flx_hessian_double_backprop(const flx_program *f, flx_work *w, const double *x,
                                               const double *weight, double *hess,
                                               flx_report *report);

/** Values, gradients and Hessian-vector products of weight'*f at every point, in the conventions of
 *  batch.h: two sweeps forward, of which the second is of a program that computes derivatives, made
 *  with the batch.
 *  @param[in]  f      program
 *  @param[in]  b      batch of the calling thread, FLX_WORK_SECOND
 *  @param[in]  points how many
 *  @param[in]  nx     number of pieces of x
 *  @param[in]  x      points
 *  @param[in]  nd     number of pieces of dir
 *  @param[in]  dir    directions, one number for each input; flx_in_shared: the same at all points
 *  @param[in]  nw     number of pieces of weight; 0: one output, weight 1
 *  @param[in]  weight one weight for each output
 *  @param[in]  ny     number of pieces of y; 0: values are not wanted
 *  @param[out] y      values, or their sums
 *  @param[in]  ng     number of pieces of g; 0: gradients are not wanted
 *  @param[out] g      gradients weight'*J, one number for each input, or their sums
 *  @param[in]  nh     number of pieces of hv
 *  @param[out] hv     products, one number for each input, or their sums
 *  @param[out] flags  one word for each point, those of flx_hvp, or NULL
 *  @param[out] report where and why, or NULL
 *  @return as all drivers of batches */
FLX_API flx_status flx_hvp_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                                 const flx_batch_in *x, size_t nd, const flx_batch_in *dir,
                                 size_t nw, const flx_batch_in *weight, size_t ny,
                                 const flx_batch_out *y, size_t ng, const flx_batch_out *g,
                                 size_t nh, const flx_batch_out *hv, unsigned *flags,
                                 flx_report *report);

FLX_END_DECLS

#endif
