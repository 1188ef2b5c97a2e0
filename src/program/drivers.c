/* drivers.c: values and first derivatives of programs. */
#include <math.h>
#include <string.h>

#include "program/sparse.h"
#include "reverse/sweep_double.h"

flx_status flx_eval(const flx_program *f, flx_work *w, const double *x, double *y,
                    flx_report *report)
{
    const flx_status status =
        flx_driver_begin(f, w, FLX_WORK_VALUE, x, y, f ? f->outputs : 0, report);
    if (status != FLX_OK) return status;
    for (size_t k = 0; k < f->outputs; k++) y[k] = flx_work_output(w, k);
    flx_driver_end(f, w, (flx_swept){0}, y, f->outputs, report);
    return status;
}

/* Where products go: number k to out + k*step, its entries apart from each other by apart; or those of
 * colour k to their entries. */
typedef struct products_out {
    double *out;
    size_t step, apart;
    const flx_sparsity *sparse;
} products_out;

static void put_entries(const products_out *to, size_t colour, const double *product)
{
    const flx_sparsity *s = to->sparse;
    const size_t *at = s->backward ? s->column : s->row;
    for (size_t k = s->first[colour]; k < s->first[colour + 1]; k++)
        to->out[s->entry[k]] = product[at[s->entry[k]]];
}

static void put_product(const products_out *to, size_t k, const double *product, size_t count)
{
    if (to->sparse) {
        put_entries(to, k, product);
        return;
    }
    for (size_t i = 0; i < count; i++) to->out[k * to->step + i * to->apart] = product[i];
}

/* J times the directions whose tangents are there, from number `from` on. Returns 0 where several at once
 * will not do. */
static int products_of_tangents(const flx_program *f, flx_work *w, size_t from,
                                const products_out *to, flx_report *report)
{
    double *product = w->scratch;
    for (size_t k = 0; k < w->tangents; k++) {
        for (size_t i = 0; i < f->outputs; i++) product[i] = flx_work_tangent(w, k, f->output[i]);
        if (w->tangents > 1 && !flx_all_finite(product, f->outputs)) return 0;
        flx_driver_end(f, w, (flx_swept){1, 0, 0, 1, 1}, product, f->outputs, report);
        put_product(to, from + k, product, f->outputs);
    }
    return 1;
}

/* J times all of these, the tangents along the first being there. */
static void products(const flx_program *f, flx_work *w, const flx_rows *dir, products_out to,
                     flx_report *report)
{
    for (size_t k = 0; k < dir->count;) {
        const flx_rows some = flx_rows_from(w, dir, k);
        if (k > 0 || w->tangents != some.count) flx_work_tangents(w, &some);
        if (products_of_tangents(f, w, k, &to, report)) k += some.count;
        else w->narrow = 1;
    }
}

/* weight' J of one weight, in the adjoints of the inputs. */
static double *sweep_back(const flx_program *f, flx_work *w, const flx_rows *weight)
{
    double *adjoint = flx_work_plane(w, 1);
    flx_double_context c = {f->code, {w->plane}, {adjoint}, f->low};
    flx_clear_adjoints(f, adjoint);
    for (size_t i = 0; i < f->outputs; i++) adjoint[f->output[i]] += flx_rows_at(weight, 0, i);
    flx_sweep_double(&c, 0, f->code.instrs, f->code.slots);
    return adjoint;
}

/* The same of several. */
static double *sweep_back_wide(const flx_program *f, flx_work *w, const flx_rows *weight)
{
    const flx_wide_plane value = {.v = w->plane, .plain = 1}, adjoint = flx_work_wide_adjoints(w);
    flx_work_seed_wide(w, flx_width_for(weight->count), weight);
    const flx_wide_sweeps *sweeps = flx_wide_sweeps_of(&f->code, flx_width_for(weight->count));
    sweeps->adjoints(&f->code, value, adjoint, f->low);
    return w->wide_adjoint;
}

/* The products of as many weights as one sweep takes with J, from number `from` on, into rows of n.
 * Returns 0 where several at once will not do. */
static int products_with_weights(const flx_program *f, flx_work *w, const flx_rows *weight,
                                 size_t from, const products_out *to, flx_report *report)
{
    const size_t n = f->inputs, width = flx_width_for(weight->count);
    const double *adjoint = width > 1 ? sweep_back_wide(f, w, weight) : sweep_back(f, w, weight);
    double *product = w->scratch;
    int finite = 1;
    for (size_t k = 0; k < weight->count; k++) {
        if (!to->sparse) product = to->out + (from + k) * n;
        if (width == 1) finite = flx_take_inputs(f, adjoint, product);
        for (size_t i = 0; i < n && width > 1; i++) product[i] = adjoint[f->input[i] * width + k];
        if (width > 1) finite = finite && flx_all_finite(product, n);
        if (to->sparse) put_entries(to, from + k, product);
    }
    if (width > 1) flx_work_clear_wide(w, width);
    if (width > 1 && !finite) return 0;
    for (size_t k = 0; k < weight->count; k++)
        flx_driver_end_seen(f, w, (flx_swept){1, 1, 1, 0, 0}, finite, report);
    return 1;
}

static void products_back(const flx_program *f, flx_work *w, const flx_rows *weight,
                          products_out to, flx_report *report)
{
    for (size_t k = 0; k < weight->count;) {
        const flx_rows some = flx_rows_from(w, weight, k);
        if (products_with_weights(f, w, &some, k, &to, report)) k += some.count;
        else w->narrow = 1;
    }
}

flx_status flx_jvps(const flx_program *f, flx_work *w, const double *x, size_t k, const double *dir,
                    double *jv, flx_report *report)
{
    const size_t n = f ? f->inputs : 0, m = f ? f->outputs : 0;
    const flx_rows all = {dir, k, n, 0, NULL};
    if (n && k && !dir) return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    const flx_status status =
        flx_driver_begin_along(f, w, FLX_WORK_FIRST, x, &all, jv, k * m, report);
    if (status == FLX_OK) products(f, w, &all, (products_out){jv, m, 1, NULL}, report);
    return status;
}

flx_status flx_jvp(const flx_program *f, flx_work *w, const double *x, const double *dir,
                   double *jv, flx_report *report)
{
    return flx_jvps(f, w, x, 1, dir, jv, report);
}

flx_status flx_vjps(const flx_program *f, flx_work *w, const double *x, size_t k,
                    const double *weight, double *g, flx_report *report)
{
    const size_t n = f ? f->inputs : 0, m = f ? f->outputs : 0;
    const flx_rows all = {weight, k, m, 0, NULL};
    if (f && !weight && (m > 1 || k > m)) return flx_report_fill(report, FLX_EDIM, 0, NULL, NULL);
    const flx_status status = flx_driver_begin(f, w, FLX_WORK_FIRST, x, g, k * n, report);
    if (status == FLX_OK) products_back(f, w, &all, (products_out){g, n, 1, NULL}, report);
    return status;
}

flx_status flx_vjp(const flx_program *f, flx_work *w, const double *x, const double *weight,
                   double *g, flx_report *report)
{
    return flx_vjps(f, w, x, 1, weight, g, report);
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
    const flx_rows rows = {NULL, m, m, 0, NULL}, columns = {NULL, n, n, 0, NULL};
    const int forward = m > n;
    const flx_status status = flx_driver_begin_along(f, w, FLX_WORK_FIRST, x,
                                                     forward ? &columns : NULL, jac, n * m, report);
    if (status != FLX_OK) return status;
    if (forward) products(f, w, &columns, (products_out){jac, 1, n, NULL}, report);
    else products_back(f, w, &rows, (products_out){jac, n, 1, NULL}, report);
    return status;
}

flx_status flx_jacobian_sparse(const flx_program *f, flx_work *w, const double *x,
                               const flx_sparsity *sparsity, double *values, flx_report *report)
{
    if (!f || !sparsity || sparsity->program != f)
        return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    const flx_rows sums = {NULL, sparsity->colours, 0, 0, sparsity->colour};
    const products_out to = {values, 0, 0, sparsity};
    const flx_rows *along = sparsity->backward ? NULL : &sums;
    const flx_status status =
        flx_driver_begin_along(f, w, FLX_WORK_FIRST, x, along, values, sparsity->entries, report);
    if (status != FLX_OK) return status;
    if (along) products(f, w, &sums, to, report);
    else products_back(f, w, &sums, to, report);
    return status;
}
