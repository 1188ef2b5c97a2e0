/** @file function.h
 *  A function written once, in every number type: what <fluxion/instantiate.h> yields. */
#ifndef FLUXION_FUNCTION_H
#define FLUXION_FUNCTION_H

#include <fluxion/dual.h>
#include <fluxion/hyperdual.h>
#include <fluxion/multidual.h>
#include <fluxion/probe.h>
#include <fluxion/program.h>
#include <fluxion/taylor.h>
#include <fluxion/var.h>

FLX_BEGIN_DECLS

/** y = f(x): n inputs, m outputs, user data last. One member per number type. */
typedef struct flx_function {
    const char *name;                                                            /**< the C name */
    void (*f_double)(size_t n, const double *x, size_t m, double *y, void *ctx); /**< plain */
    void (*f_dual)(size_t n, const flx_dual *x, size_t m, flx_dual *y, void *ctx); /**< dual */
    void (*f_ddual)(size_t n, const flx_ddual *x, size_t m, flx_ddual *y,
                    void *ctx); /**< dual of dual */
    void (*f_dual4)(size_t n, const flx_dual4 *x, size_t m, flx_dual4 *y,
                    void *ctx); /**< dual along 4 directions */
    void (*f_dual8)(size_t n, const flx_dual8 *x, size_t m, flx_dual8 *y,
                    void *ctx); /**< dual along 8 directions */
    void (*f_hyperdual)(size_t n, const flx_hyperdual *x, size_t m, flx_hyperdual *y,
                        void *ctx); /**< hyper-dual */
    void (*f_hyperdual3)(size_t n, const flx_hyperdual3 *x, size_t m, flx_hyperdual3 *y,
                         void *ctx); /**< hyper-hyper-dual */
    void (*f_taylor2)(size_t n, const flx_taylor2 *x, size_t m, flx_taylor2 *y,
                      void *ctx); /**< Taylor, order 2 */
    void (*f_taylor3)(size_t n, const flx_taylor3 *x, size_t m, flx_taylor3 *y,
                      void *ctx); /**< Taylor, order 3 */
    void (*f_taylor4)(size_t n, const flx_taylor4 *x, size_t m, flx_taylor4 *y,
                      void *ctx); /**< Taylor, order 4 */
    void (*f_taylor8)(size_t n, const flx_taylor8 *x, size_t m, flx_taylor8 *y,
                      void *ctx); /**< Taylor, order 8 */
    void (*f_taylor16)(size_t n, const flx_taylor16 *x, size_t m, flx_taylor16 *y,
                       void *ctx); /**< Taylor, order 16 */
    void (*f_var)(size_t n, const flx_var *x, size_t m, flx_var *y, void *ctx); /**< recording */
    void (*f_probe)(size_t n, const flx_probe *x, size_t m, flx_probe *y, void *ctx); /**< flags */
} flx_function;

/** Records f at x and freezes it.
 *  @param[in]  f         the function
 *  @param[in]  n         number of inputs
 *  @param[in]  x         point of recording, length n: it decides the branches
 *  @param[in]  m         number of outputs
 *  @param[in]  ctx       user data for f
 *  @param[in]  flags     as flx_freeze
 *  @param[in]  allocator NULL: the C library's
 *  @param[out] program   to be given to flx_program_release; NULL on failure
 *  @param[out] report    where and why, or NULL
 *  @return FLX_OK, or what flx_freeze and the recording return */
FLX_API flx_status flx_record(const flx_function *f, size_t n, const double *x, size_t m, void *ctx,
                              unsigned flags, const flx_allocator *allocator, flx_program **program,
                              flx_report *report);

FLX_END_DECLS

#endif
