/* batch_hvp.c: second derivatives of programs at many points. */
#include <fluxion/mixed.h>

#include "program/batch.h"

static void curvature(const flx_program *f, flx_work *w, const flx_batch_one *one,
                      flx_report *report)
{
    flx_hvp(f, w, one->x, one->dir, one->weight, one->product, report);
}

flx_status flx_hvp_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                         const flx_batch_in *x, size_t nd, const flx_batch_in *dir, size_t nw,
                         const flx_batch_in *weight, size_t ny, const flx_batch_out *y, size_t ng,
                         const flx_batch_out *g, size_t nh, const flx_batch_out *hv,
                         unsigned *flags, flx_report *report)
{
    flx_batch_job job = {.way = FLX_BATCH_CURVATURE,
                         .single = curvature,
                         .points = points,
                         .rows = 1,
                         .unit = flx_batch_is_unit(f, 1, nw),
                         .x = {nx, x},
                         .dir = {nd, dir},
                         .weight = {nw, weight},
                         .y = {ny, y},
                         .slope = {ng, g},
                         .product = {nh, hv},
                         .flags = flags};
    return flx_batch_run(f, b, &job, report);
}
