/** @file batch.h
 *  A program at many points: the drivers of program.h, 8 to 32 points side by side in the registers
 *  of the processor, on one thread or several.
 *
 *  Memory is a flx_batch, made once for a program and a use, with the instruction set that is best on
 *  this machine; the drivers then allocate nothing. One flx_batch is used by one thread at a time.
 *
 *  Where numbers lie is said by lists of pieces, which together are the program's inputs, outputs or
 *  weights in their order. Of a piece, number k of point i lies at at[i*point + k*item]:
 *
 *      flx_batch_in x = flx_in_rows(data, n);              row-major, n numbers for each point
 *      flx_batch_in x = flx_in_columns(data, n, points);   a structure of arrays
 *      flx_batch_in x[2] = {flx_in_shared(theta, p),       the same p numbers at all points,
 *                           flx_in_rows(data, n - p)};     then others at each
 *
 *  Results likewise: flx_out_rows, flx_out_columns; flx_out_sum, the sum over all points; flx_out_none,
 *  not wanted. What is shared goes with what is summed: the gradient by shared inputs of a sum over
 *  points is the sum of the points' gradients. Results must not overlap inputs, or each other.
 *
 *  A point's numbers have the same bits wherever it stands in a batch, whatever its neighbours are,
 *  and on any number of threads. Sums are formed in blocks of 1024 points, 16 strided partial sums in
 *  each, and over the blocks in their order: the same bits on any number of threads.
 *
 *  Values and derivatives are those of flx_eval, flx_vjp and flx_gradient. Arithmetic has their
 *  bits; products with directions (flx_jvp_batch, flx_hvp_batch) are computed by programs that are made
 *  for them, and differ from those of flx_jvp and flx_hvp by rounding. Elementary functions come from
 *  SLEEF where the library is built with it and the processor has AVX2, within 1.5 ulp, the same on AVX2
 *  and AVX-512; with the option `strict` from libm, so that values have the bits of flx_eval.
 *
 *  `flags` (one word for each point, or NULL) gets the bits of enum flx_flag that the driver of one
 *  point would raise there. Where a recorded comparison has another outcome at a point, that point's
 *  results are NaN and its flag is FLX_FLAG_BRANCH, whatever happens elsewhere; the status is then
 *  FLX_BRANCH_CHANGED, and sums are NaN. The report has all flags together; its index is the first
 *  such point, or the first with any flag, and op and label name the operation there. Where flags and
 *  report are both NULL delicate points are not looked for.
 *
 *  All drivers return FLX_OK; FLX_BRANCH_CHANGED; FLX_EARG, a missing argument; FLX_EDIM, pieces that
 *  do not add up to the program's inputs, outputs or weights; FLX_EWORK, a batch of another program or
 *  not made for this use; FLX_EORDER. Nothing is computed but for the first two. */
#ifndef FLUXION_BATCH_H
#define FLUXION_BATCH_H

#include <fluxion/isa.h>
#include <fluxion/program.h>

FLX_BEGIN_DECLS

/** What runs one program at many points; opaque. */
typedef struct flx_batch flx_batch;

/** How a batch is to be run; all zeros are the defaults. */
typedef struct flx_batch_options {
    flx_isa isa; /**< FLX_ISA_BEST: what the environment variable FLX_ISA names, if it is set */
    int strict;  /**< elementary functions by libm, so that values have the bits of flx_eval: by
                           FLX_ISA_BASE, unless the program is of arithmetic alone */
    unsigned threads; /**< at most so many; 0: one. One where the library has no OpenMP */
} flx_batch_options;

/** Numbers that a batch reads. */
typedef struct flx_batch_in {
    const double *at; /**< the first number of the first point */
    size_t count;     /**< how many numbers of the list */
    size_t point;     /**< doubles from one point to the next; 0: the same numbers at all points */
    size_t item;      /**< doubles from one number to the next */
} flx_batch_in;

/** Numbers that a batch writes. */
typedef struct flx_batch_out {
    double *at;   /**< NULL: not wanted */
    size_t count; /**< how many numbers of the list */
    size_t point; /**< doubles from one point to the next; 0: the sum over all points */
    size_t item;  /**< doubles from one number to the next */
} flx_batch_out;

/** @name Pieces. @{ */
/** count numbers for each point, point after point. */
static inline flx_batch_in flx_in_rows(const double *at, size_t count)
{
    const flx_batch_in p = {at, count, count, 1};
    return p;
}
/** count arrays of so many points. */
static inline flx_batch_in flx_in_columns(const double *at, size_t count, size_t points)
{
    const flx_batch_in p = {at, count, 1, points};
    return p;
}
/** count numbers, the same at all points. */
static inline flx_batch_in flx_in_shared(const double *at, size_t count)
{
    const flx_batch_in p = {at, count, 0, 1};
    return p;
}
/** count numbers for each point, point after point. */
static inline flx_batch_out flx_out_rows(double *at, size_t count)
{
    const flx_batch_out p = {at, count, count, 1};
    return p;
}
/** count arrays of so many points. */
static inline flx_batch_out flx_out_columns(double *at, size_t count, size_t points)
{
    const flx_batch_out p = {at, count, 1, points};
    return p;
}
/** count numbers, summed over all points. */
static inline flx_batch_out flx_out_sum(double *at, size_t count)
{
    const flx_batch_out p = {at, count, 0, 1};
    return p;
}
/** count numbers that are not wanted. */
static inline flx_batch_out flx_out_none(size_t count)
{
    const flx_batch_out p = {NULL, count, 0, 1};
    return p;
}
/** @} */

/** Makes a batch for a program, which it keeps alive.
 *  @param[in]  f       program
 *  @param[in]  kind    what it is for: FLX_WORK_VALUE; FLX_WORK_FIRST; FLX_WORK_SECOND, flx_jvp_batch
 *                      and flx_hvp_batch too: their programs, of about three and six times the
 *                      instructions, are recorded here
 *  @param[in]  options how it is to be run, or NULL for the defaults
 *  @param[out] batch   to be given to flx_batch_destroy; NULL on failure
 *  @return FLX_OK; FLX_EARG also where the instruction set is not available, the environment variable
 *  FLX_ISA names none that is, or kind is another one; FLX_ENOMEM. Memory: for each thread 64 to 256
 *  bytes for every slot of the program and plane (one of values, one of adjoints, and of programs with
 *  sines or cosines one more), and a flx_work; of FLX_WORK_SECOND as much for the slots of those
 *  programs */
FLX_API flx_status flx_batch_create(flx_program *f, flx_work_kind kind,
                                    const flx_batch_options *options, flx_batch **batch);

/** Frees a batch; NULL is fine. */
FLX_API void flx_batch_destroy(flx_batch *batch);

/** The instruction set that it runs by. */
FLX_API flx_isa flx_batch_isa(const flx_batch *batch);

/** Changes the parameters for this batch. NULL: as recorded. */
FLX_API flx_status flx_batch_set_parameters(const flx_program *f, flx_batch *b, const double *p);

/** y = f(x) at every point.
 *  @param[in]  f      program
 *  @param[in]  b      batch of the calling thread
 *  @param[in]  points how many; 0 is fine, and sums are then 0
 *  @param[in]  nx     number of pieces of x
 *  @param[in]  x      points
 *  @param[in]  ny     number of pieces of y
 *  @param[out] y      values, or their sums
 *  @param[out] flags  one word for each point, or NULL
 *  @param[out] report where and why, or NULL
 *  @return as all drivers of batches */
FLX_API flx_status flx_eval_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                                  const flx_batch_in *x, size_t ny, const flx_batch_out *y,
                                  unsigned *flags, flx_report *report);

/** Values and Jacobian-vector products J(x)*dir at every point: two sweeps forward.
 *  @param[in]  f      program
 *  @param[in]  b      batch of the calling thread, FLX_WORK_SECOND
 *  @param[in]  points how many
 *  @param[in]  nx     number of pieces of x
 *  @param[in]  x      points
 *  @param[in]  nd     number of pieces of dir
 *  @param[in]  dir    directions, one number for each input; flx_in_shared: the same at all points
 *  @param[in]  ny     number of pieces of y; 0: values are not wanted
 *  @param[out] y      values, or their sums
 *  @param[in]  nj     number of pieces of jv
 *  @param[out] jv     products, one number for each output, or their sums
 *  @param[out] flags  one word for each point, or NULL
 *  @param[out] report where and why, or NULL
 *  @return as all drivers of batches */
FLX_API flx_status flx_jvp_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                                 const flx_batch_in *x, size_t nd, const flx_batch_in *dir,
                                 size_t ny, const flx_batch_out *y, size_t nj,
                                 const flx_batch_out *jv, unsigned *flags, flx_report *report);

/** Vector-Jacobian products weight'*J(x) at every point: one sweep forward, one back.
 *  @param[in]  f      program
 *  @param[in]  b      batch of the calling thread, FLX_WORK_FIRST
 *  @param[in]  points how many
 *  @param[in]  nx     number of pieces of x
 *  @param[in]  x      points
 *  @param[in]  nw     number of pieces of weight; 0: one output, weight 1
 *  @param[in]  weight one weight for each output
 *  @param[in]  ng     number of pieces of g
 *  @param[out] g      products, one number for each input, or their sums
 *  @param[out] flags  one word for each point, or NULL
 *  @param[out] report where and why, or NULL
 *  @return as all drivers of batches */
FLX_API flx_status flx_vjp_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                                 const flx_batch_in *x, size_t nw, const flx_batch_in *weight,
                                 size_t ng, const flx_batch_out *g, unsigned *flags,
                                 flx_report *report);

/** k vector-Jacobian products at every point: one sweep forward, k back. Each has the bits that
 *  flx_vjp_batch gives it.
 *  @param[in]  f      program
 *  @param[in]  b      batch of the calling thread, FLX_WORK_FIRST
 *  @param[in]  points how many
 *  @param[in]  nx     number of pieces of x
 *  @param[in]  x      points
 *  @param[in]  k      number of cotangents
 *  @param[in]  nw     number of pieces of weight; 0: one output, one cotangent, which is 1
 *  @param[in]  weight cotangents, k x outputs, row-major
 *  @param[in]  ng     number of pieces of g
 *  @param[out] g      products, k x inputs, row-major, or their sums; of more sums than the program has
 *                     inputs and outputs, several runs are made
 *  @param[out] flags  one word for each point, of all products together, or NULL
 *  @param[out] report where and why, or NULL
 *  @return as all drivers of batches */
FLX_API flx_status flx_vjps_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                                  const flx_batch_in *x, size_t k, size_t nw,
                                  const flx_batch_in *weight, size_t ng, const flx_batch_out *g,
                                  unsigned *flags, flx_report *report);

/** Values and Jacobians at every point: one sweep forward, one back for each output. Row k of a
 *  Jacobian has the bits of flx_vjp_batch for output k.
 *  @param[in]  f      program
 *  @param[in]  b      batch of the calling thread, FLX_WORK_FIRST
 *  @param[in]  points how many
 *  @param[in]  nx     number of pieces of x
 *  @param[in]  x      points
 *  @param[in]  ny     number of pieces of y; 0: values are not wanted
 *  @param[out] y      values, or their sums
 *  @param[in]  nj     number of pieces of jac
 *  @param[out] jac    outputs x inputs, row-major, or their sums, as in flx_vjps_batch: pieces divide
 *                     them as they come, so that columns that are not wanted are flx_out_none in every
 *                     row
 *  @param[out] flags  one word for each point, or NULL
 *  @param[out] report where and why, or NULL
 *  @return as all drivers of batches */
FLX_API flx_status flx_jacobian_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                                      const flx_batch_in *x, size_t ny, const flx_batch_out *y,
                                      size_t nj, const flx_batch_out *jac, unsigned *flags,
                                      flx_report *report);

/** Values and gradients of a program with one output at every point: one sweep forward, one back.
 *  @param[in]  f      program
 *  @param[in]  b      batch of the calling thread, FLX_WORK_FIRST
 *  @param[in]  points how many
 *  @param[in]  nx     number of pieces of x
 *  @param[in]  x      points
 *  @param[out] y      values or their sum, a piece of one number; or NULL
 *  @param[in]  ng     number of pieces of g
 *  @param[out] g      gradients or their sums, one number for each input
 *  @param[out] flags  one word for each point, or NULL
 *  @param[out] report where and why, or NULL
 *  @return as all drivers of batches; FLX_EDIM where there is not one output */
FLX_API flx_status flx_gradient_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                                      const flx_batch_in *x, const flx_batch_out *y, size_t ng,
                                      const flx_batch_out *g, unsigned *flags, flx_report *report);

FLX_END_DECLS

#endif
