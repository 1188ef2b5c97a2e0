/* batch_drivers.c: programs at many points: the drivers of values and first derivatives. */
#include "program/batch.h"

static void value(const flx_program *f, flx_work *w, const flx_batch_one *one, flx_report *report)
{
    flx_eval(f, w, one->x, one->product, report);
}

static void back(const flx_program *f, flx_work *w, const flx_batch_one *one, flx_report *report)
{
    flx_vjp(f, w, one->x, one->weight, one->product, report);
}

static void directional(const flx_program *f, flx_work *w, const flx_batch_one *one,
                        flx_report *report)
{
    flx_jvp(f, w, one->x, one->dir, one->product, report);
}

flx_status flx_eval_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                          const flx_batch_in *x, size_t ny, const flx_batch_out *y, unsigned *flags,
                          flx_report *report)
{
    flx_batch_job job = {.way = FLX_BATCH_VALUES,
                         .single = value,
                         .points = points,
                         .x = {nx, x},
                         .y = {ny, y},
                         .flags = flags};
    return flx_batch_run(f, b, &job, report);
}

flx_status flx_jvp_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                         const flx_batch_in *x, size_t nd, const flx_batch_in *dir, size_t ny,
                         const flx_batch_out *y, size_t nj, const flx_batch_out *jv,
                         unsigned *flags, flx_report *report)
{
    flx_batch_job job = {.way = FLX_BATCH_DIRECTIONAL,
                         .single = directional,
                         .points = points,
                         .rows = 1,
                         .x = {nx, x},
                         .dir = {nd, dir},
                         .y = {ny, y},
                         .product = {nj, jv},
                         .flags = flags};
    return flx_batch_run(f, b, &job, report);
}

flx_status flx_vjps_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                          const flx_batch_in *x, size_t k, size_t nw, const flx_batch_in *weight,
                          size_t ng, const flx_batch_out *g, unsigned *flags, flx_report *report)
{
    flx_batch_job job = {.way = FLX_BATCH_BACK,
                         .single = back,
                         .points = points,
                         .rows = k,
                         .unit = flx_batch_is_unit(f, k, nw),
                         .x = {nx, x},
                         .weight = {nw, weight},
                         .product = {ng, g},
                         .flags = flags};
    return flx_batch_run(f, b, &job, report);
}

flx_status flx_vjp_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                         const flx_batch_in *x, size_t nw, const flx_batch_in *weight, size_t ng,
                         const flx_batch_out *g, unsigned *flags, flx_report *report)
{
    return flx_vjps_batch(f, b, points, nx, x, 1, nw, weight, ng, g, flags, report);
}

flx_status flx_jacobian_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                              const flx_batch_in *x, size_t ny, const flx_batch_out *y, size_t nj,
                              const flx_batch_out *jac, unsigned *flags, flx_report *report)
{
    flx_batch_job job = {.way = FLX_BATCH_BACK,
                         .single = back,
                         .points = points,
                         .rows = f ? f->outputs : 0,
                         .unit = 1,
                         .x = {nx, x},
                         .y = {ny, y},
                         .product = {nj, jac},
                         .flags = flags};
    return flx_batch_run(f, b, &job, report);
}

flx_status flx_gradient_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                              const flx_batch_in *x, const flx_batch_out *y, size_t ng,
                              const flx_batch_out *g, unsigned *flags, flx_report *report)
{
    if (f && b && f->outputs != 1) return flx_report_fill(report, FLX_EDIM, 0, NULL, NULL);
    return flx_jacobian_batch(f, b, points, nx, x, y ? 1 : 0, y, ng, g, flags, report);
}
