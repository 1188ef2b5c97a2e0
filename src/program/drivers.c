/* drivers.c: values and first derivatives of programs. */
#include <math.h>

#include "program/planes.h"
#include "program/program.h"
#include "reverse/sweep_double.h"

static void gather(size_t n, const uint32_t *slot, const double *plane, double *out)
{
    for (size_t k = 0; k < n; k++) out[k] = plane[slot[k]];
}

flx_status flx_eval(const flx_program *f, flx_work *w, const double *x, double *y,
                    flx_report *report)
{
    const flx_status status =
        flx_driver_begin(f, w, FLX_WORK_VALUE, x, y, f ? f->outputs : 0, report);
    if (status != FLX_OK) return status;
    gather(f->outputs, f->output, w->plane, y);
    flx_driver_end(f, w, (flx_swept){0}, y, f->outputs, report);
    return status;
}

/* J*dir, the tangents being there. */
static void jvp_of_tangents(const flx_program *f, flx_work *w, double *jv, flx_report *report)
{
    gather(f->outputs, f->output, flx_work_plane(w, 1), jv);
    flx_driver_end(f, w, (flx_swept){1, 0, 0, 1, 1}, jv, f->outputs, report);
}

/* weight'*J at the point that is set; weights have been checked. */
static void vjp_at_point(const flx_program *f, flx_work *w, const double *weight, double *g,
                         flx_report *report)
{
    double *adjoint = flx_work_plane(w, 1);
    flx_driver_seed(f, weight, adjoint);
    flx_double_context c = {f->code, {flx_work_plane(w, 0)}, {adjoint}, f->low};
    flx_sweep_double(&c, 0, f->code.instrs, f->code.slots);
    gather(f->inputs, f->input, adjoint, g);
    flx_driver_end(f, w, (flx_swept){1, 1, 1, 0, 0}, g, f->inputs, report);
}

flx_status flx_jvp(const flx_program *f, flx_work *w, const double *x, const double *dir,
                   double *jv, flx_report *report)
{
    const flx_status status =
        flx_driver_begin_along(f, w, FLX_WORK_FIRST, x, dir, jv, f ? f->outputs : 0, report);
    if (status == FLX_OK) jvp_of_tangents(f, w, jv, report);
    return status;
}

flx_status flx_vjp(const flx_program *f, flx_work *w, const double *x, const double *weight,
                   double *g, flx_report *report)
{
    const flx_status status =
        flx_driver_begin_weighted(f, w, FLX_WORK_FIRST, x, weight, g, f ? f->inputs : 0, report);
    if (status == FLX_OK) vjp_at_point(f, w, weight, g, report);
    return status;
}

flx_status flx_gradient(const flx_program *f, flx_work *w, const double *x, double *y, double *g,
                        flx_report *report)
{
    const flx_status status = flx_vjp(f, w, x, NULL, g, report);
    if (!y) return status;
    if (status == FLX_OK) *y = w->plane[f->output[0]];
    else if (status == FLX_BRANCH_CHANGED) *y = (double)NAN;
    return status;
}

flx_status flx_jacobian(const flx_program *f, flx_work *w, const double *x, double *jac,
                        flx_report *report)
{
    const size_t n = f ? f->inputs : 0, m = f ? f->outputs : 0;
    const flx_status status = flx_driver_begin(f, w, FLX_WORK_FIRST, x, jac, n * m, report);
    if (status != FLX_OK) return status;
    double *unit = w->scratch, *column = w->scratch + n;
    for (size_t k = 0; k < n + m; k++) w->scratch[k] = 0.0;
    if (m <= n) {
        for (size_t i = 0; i < m; i++) {
            unit[i] = 1.0;
            vjp_at_point(f, w, unit, jac + i * n, report);
            unit[i] = 0.0;
        }
        return status;
    }
    for (size_t j = 0; j < n; j++) {
        unit[j] = 1.0;
        flx_work_tangents(w, unit);
        jvp_of_tangents(f, w, column, report);
        unit[j] = 0.0;
        for (size_t i = 0; i < m; i++) jac[i * n + j] = column[i];
    }
    return status;
}
