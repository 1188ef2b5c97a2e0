/* hessian.c: second derivatives by forward over reverse, and by hyper-duals. */
#include <fluxion/mixed.h>

#include <math.h>
#include <string.h>

#include "mixed/sweep_dual.h"
#include "mixed/sweep_known.h"
#include "mixed/sweep_wide.h"
#include "program/program.h"

/* Derivatives of what does not depend on the inputs: zero. */
static void clear_presets(const flx_program *f, double *plane)
{
    for (uint32_t k = 0; k < f->constants; k++) plane[f->constant[k].slot] = 0.0;
    for (uint32_t k = 0; k < f->parameters; k++) plane[f->parameter[k].slot] = 0.0;
}

static double weight_of(const double *weight, size_t k) { return weight ? weight[k] : 1.0; }

/* Whether the adjoints that are there are those for these weights, bit for bit. */
static int adjoints_are_known(const flx_program *f, const flx_work *w, const double *weight)
{
    int same = w->adjoints_known;
    for (size_t k = 0; same && k < f->outputs; k++) {
        const double want = weight_of(weight, k);
        same = w->weight[k] == want && !signbit(w->weight[k]) == !signbit(want);
    }
    return same;
}

/* Tangents of adjoints for the one direction whose tangents are there. */
static double *sweep_back(const flx_program *f, flx_work *w, const double *weight)
{
    const flx_dual_plane value = {w->plane, flx_work_plane(w, 1)};
    const flx_dual_plane adjoint = {flx_work_plane(w, 2), flx_work_plane(w, 3)};
    flx_clear_adjoints(f, adjoint.d);
    if (f->scalar && adjoints_are_known(f, w, weight)) {
        flx_sweep_known(&f->code, value, adjoint, f->low);
        return adjoint.d;
    }
    flx_clear_adjoints(f, adjoint.v);
    flx_driver_seed(f, weight, adjoint.v);
    flx_dual_context c = {f->code, value, adjoint, f->low};
    flx_sweep_dual(&c);
    for (size_t k = 0; k < f->outputs; k++) w->weight[k] = weight_of(weight, k);
    w->adjoints_known = 1;
    return adjoint.d;
}

/* The same for several. */
static double *sweep_back_wide(const flx_program *f, flx_work *w, const double *weight)
{
    memset(flx_work_plane(w, 2), 0, f->slots * sizeof *w->plane);
    flx_driver_seed(f, weight, flx_work_plane(w, 2));
    w->adjoints_known = 0;
    const flx_wide_plane value = flx_work_wide_tangents(w), adjoint = flx_work_wide_adjoints(w);
    flx_work_seed_wide(w, flx_width_for(w->tangents), NULL);
    flx_sweep_wide(&f->code, flx_width_for(w->tangents), value, adjoint, f->low);
    return w->wide_adjoint;
}

/* H times the directions whose tangents are there; weights have been checked. Returns 0 where several at
 * once will not do. */
static int products_of_tangents(const flx_program *f, flx_work *w, const double *weight, double *hv,
                                flx_report *report)
{
    const size_t n = f->inputs, count = w->tangents, width = flx_width_for(count);
    const double *d = width > 1 ? sweep_back_wide(f, w, weight) : sweep_back(f, w, weight);
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < n; i++) hv[k * n + i] = d[f->input[i] * width + k];
    if (width > 1) {
        flx_work_clear_wide(w, width);
        if (!flx_all_finite(hv, count * n)) return 0;
    }
    for (size_t k = 0; k < count; k++)
        flx_driver_end(f, w, (flx_swept){2, 2, 2, 1, 1}, hv + k * n, n, report);
    return 1;
}

static int lacks_weight(const flx_program *f, const double *weight)
{
    return f && !weight && f->outputs != 1;
}

/* H times all of these directions. */
static flx_status products(const flx_program *f, flx_work *w, const double *x, const flx_rows *dir,
                           const double *weight, double *hv, flx_report *report)
{
    const size_t n = f ? f->inputs : 0;
    if (lacks_weight(f, weight)) return flx_report_fill(report, FLX_EDIM, 0, NULL, NULL);
    const flx_status status =
        flx_driver_begin_along(f, w, FLX_WORK_SECOND, x, dir, hv, dir->count * n, report);
    for (size_t k = 0; status == FLX_OK && k < dir->count;) {
        const flx_rows some = flx_rows_from(w, dir, k);
        if (k > 0 || w->tangents != some.count) flx_work_tangents(w, &some);
        if (products_of_tangents(f, w, weight, hv + k * n, report)) k += some.count;
        else w->narrow = 1;
    }
    return status;
}

flx_status flx_hvps(const flx_program *f, flx_work *w, const double *x, size_t k, const double *dir,
                    const double *weight, double *hv, flx_report *report)
{
    const flx_rows all = {dir, k, f ? f->inputs : 0, 0, NULL};
    if (all.length && k && !dir && !lacks_weight(f, weight))
        return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    return products(f, w, x, &all, weight, hv, report);
}

flx_status flx_hvp(const flx_program *f, flx_work *w, const double *x, const double *dir,
                   const double *weight, double *hv, flx_report *report)
{
    return flx_hvps(f, w, x, 1, dir, weight, hv, report);
}

flx_status flx_hessian(const flx_program *f, flx_work *w, const double *x, const double *weight,
                       double *hess, flx_report *report)
{
    const size_t n = f ? f->inputs : 0;
    const flx_rows identity = {NULL, n, n, 0, NULL};
    return products(f, w, x, &identity, weight, hess, report);
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
