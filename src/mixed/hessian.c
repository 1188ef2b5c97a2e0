/* hessian.c: second derivatives by forward over reverse, and by hyper-duals. */
#include <fluxion/mixed.h>

#include "mixed/sweep_dual.h"
#include "program/program.h"

/* Derivatives of what does not depend on the inputs: zero. */
static void clear_presets(const flx_program *f, double *plane)
{
    for (uint32_t k = 0; k < f->constants; k++) plane[f->constant[k].slot] = 0.0;
    for (uint32_t k = 0; k < f->parameters; k++) plane[f->parameter[k].slot] = 0.0;
}

/* H*dir, the tangents along dir being there; weights have been checked. */
static void hvp_of_tangents(const flx_program *f, flx_work *w, const double *weight, double *hv,
                            flx_report *report)
{
    const flx_dual_plane value = {flx_work_plane(w, 0), flx_work_plane(w, 1)};
    const flx_dual_plane adjoint = {flx_work_plane(w, 2), flx_work_plane(w, 3)};
    flx_driver_seed(f, weight, adjoint.v);
    for (uint32_t k = 0; k < f->slots; k++) adjoint.d[k] = 0.0;
    flx_dual_context c = {f->code, value, adjoint, f->low};
    flx_sweep_dual(&c);
    for (size_t k = 0; k < f->inputs; k++) hv[k] = adjoint.d[f->input[k]];
    flx_driver_end(f, w, (flx_swept){2, 2, 2, 1, 1}, hv, f->inputs, report);
}

flx_status flx_hvp(const flx_program *f, flx_work *w, const double *x, const double *dir,
                   const double *weight, double *hv, flx_report *report)
{
    if (f && !weight && f->outputs != 1) return flx_report_fill(report, FLX_EDIM, 0, NULL, NULL);
    const flx_status status =
        flx_driver_begin_along(f, w, FLX_WORK_SECOND, x, dir, hv, f ? f->inputs : 0, report);
    if (status == FLX_OK) hvp_of_tangents(f, w, weight, hv, report);
    return status;
}

flx_status flx_hessian(const flx_program *f, flx_work *w, const double *x, const double *weight,
                       double *hess, flx_report *report)
{
    const size_t n = f ? f->inputs : 0;
    const flx_status status =
        flx_driver_begin_weighted(f, w, FLX_WORK_SECOND, x, weight, hess, n * n, report);
    if (status != FLX_OK) return status;
    for (size_t k = 0; k < n; k++) w->scratch[k] = 0.0;
    for (size_t i = 0; i < n; i++) {
        w->scratch[i] = 1.0;
        flx_work_tangents(w, w->scratch);
        hvp_of_tangents(f, w, weight, hess + i * n, report);
        w->scratch[i] = 0.0;
    }
    return status;
}

/* The mixed second derivative along inputs i and j at the point that is set. */
static double mixed_derivative(const flx_program *f, flx_work *w, const flx_hyperdual_plane *p,
                               size_t i, size_t j, const double *weight, flx_report *report)
{
    double sum = 0.0;
    p->e1[f->input[i]] = 1.0;
    p->e2[f->input[j]] = 1.0;
    flx_forward_hyperdual(&f->code, *p);
    for (size_t k = 0; k < f->outputs; k++)
        sum += flx_double_amul(weight ? weight[k] : 1.0, p->e12[f->output[k]]);
    flx_driver_end(f, w, (flx_swept){2, 0, 0, 1, 3}, &sum, 1, report);
    p->e1[f->input[i]] = 0.0;
    p->e2[f->input[j]] = 0.0;
    return sum;
}

flx_status flx_hessian_hyperdual(const flx_program *f, flx_work *w, const double *x,
                                 const double *weight, double *hess, flx_report *report)
{
    const size_t n = f ? f->inputs : 0;
    const flx_status status =
        flx_driver_begin_weighted(f, w, FLX_WORK_SECOND, x, weight, hess, n * n, report);
    if (status != FLX_OK) return status;
    const flx_hyperdual_plane p = {flx_work_plane(w, 0), flx_work_plane(w, 1), flx_work_plane(w, 2),
                                   flx_work_plane(w, 3)};
    double *derivative[3] = {p.e1, p.e2, p.e12};
    for (int k = 0; k < 3; k++) {
        clear_presets(f, derivative[k]);
        for (size_t i = 0; i < n; i++) derivative[k][f->input[i]] = 0.0;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++)
            hess[i * n + j] = hess[j * n + i] = mixed_derivative(f, w, &p, i, j, weight, report);
    }
    return status;
}
