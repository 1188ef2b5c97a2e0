/* double_backprop.c: second derivatives of programs by recording the gradient. */
#include <math.h>

#include <fluxion/mixed.h>

#include "mixed/double_backprop.h"
#include "program/append.h"
#include "program/planes.h"

/* Records the gradient of weight'*f at the point that is set. */
static flx_status record_gradient(flx_backprop *b, const flx_program *f, const flx_work *w,
                                  const double *weight)
{
    flx_tape_reset(b->tape);
    flx_append(b->tape, f, w->plane);
    if (flx_tape_status(b->tape) != FLX_OK) return flx_tape_status(b->tape);
    for (size_t k = 0; k < b->n; k++) b->x[k] = flx_tape_var(b->tape, FLX_FIRST_SLOT + f->input[k]);
    for (size_t k = 0; k < b->m; k++) {
        const uint32_t slot = f->output[k];
        b->weight[k] = flx_constant(weight ? weight[k] : 1.0);
        b->y[k] = slot < f->code.slots ? flx_tape_var(b->tape, FLX_FIRST_SLOT + slot)
                                       : flx_constant(w->plane[slot]);
    }
    return flx_grad_seeded(b->m, b->y, b->weight, b->n, b->x, b->gradient, FLX_CREATE_GRAPH);
}

static int same_weights(const flx_backprop *b, const double *weight)
{
    int same = 1;
    for (size_t k = 0; k < b->m; k++)
        same = same && b->weight[k].u.constant == (weight ? weight[k] : 1.0);
    return same;
}

/* Takes the recorded gradient to the point that is set: the same instructions at other values.
 * Returns 0 where it must be recorded anew: flags are found in recording. Where a derivative of second order
 * has a pole or a kink the program's own operation is at a delicate point, which the work knows. */
static int replay_gradient(const flx_backprop *b, const flx_program *f, const flx_work *w,
                           const double *weight)
{
    flx_tape *t = b->tape;
    const uint32_t first = FLX_FIRST_INSTR + f->code.instrs, out = FLX_FIRST_SLOT + f->code.slots;
    if (!w->recorded || w->suspicious || flx_tape_status(t) != FLX_OK || !same_weights(b, weight))
        return 0;
    const flx_code c = flx_tape_code(t);
    double *value = t->head.value;
    flx_copy(value + FLX_FIRST_SLOT, w->plane, f->code.slots);
    flx_forward_double_from(&c, first, out, value);
    if (!flx_all_finite(value + out, c.slots - out)) return 0;
    t->first_delicate = UINT32_MAX;
    flx_tape_clear_flags(t);
    return 1;
}

/* The tape and variables, which the work keeps. */
static flx_status open_tape(flx_backprop *b, const flx_program *f, flx_work *w)
{
    const size_t n = f->inputs, m = f->outputs, vars = 4 * n + 2 * m + 1;
    const flx_status status =
        w->tape ? FLX_OK : flx_tape_create_like(&f->code, f->memory.allocator, &w->tape);
    if (status != FLX_OK) return status;
    if (!w->var) w->var = flx_memory_resize(&w->memory, NULL, 0, vars, sizeof *w->var);
    if (!w->var) return FLX_ENOMEM;
    w->vars = vars;
    *b = (flx_backprop){
        w->tape,           n, m, w->var, w->var + n, w->var + 2 * n, w->var + 3 * n, w->var + 4 * n,
        w->var + 4 * n + m};
    return FLX_OK;
}

flx_status flx_backprop_prepare(flx_backprop *b, const flx_program *f, flx_work *w,
                                const double *weight)
{
    flx_status status = open_tape(b, f, w);
    if (status == FLX_OK) status = record_gradient(b, f, w, weight);
    w->recorded = status == FLX_OK;
    return status;
}

/* The gradient at the point that is set: the one that the work keeps, or a new one. */
static flx_status gradient_of(flx_backprop *b, const flx_program *f, flx_work *w,
                              const double *weight)
{
    const flx_status status = open_tape(b, f, w);
    if (status == FLX_OK && replay_gradient(b, f, w, weight)) return FLX_OK;
    return flx_backprop_prepare(b, f, w, weight);
}

static int seeds_finite(const flx_backprop *b)
{
    int finite = 1;
    for (size_t k = 0; k < b->m; k++) finite = finite && isfinite(flx_peek(b->weight[k]));
    for (size_t k = 0; k < b->n; k++) finite = finite && isfinite(flx_peek(b->seed[k]));
    return finite;
}

/* The flags of the tape as the program's: what the recorded gradient met counts for the place after
 * the program's last instruction. Not so its zeros, among which are those of branches not chosen. */
static void pass_flags(const flx_backprop *b, const flx_program *f, flx_work *w,
                       const double *result, size_t count, flx_report *report)
{
    const flx_flags on_tape = flx_tape_flags(b->tape);
    flx_flags flags = {0};
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++) {
        const unsigned flag = 1u << k;
        flx_place place = on_tape.first[k];
        if (!(on_tape.set & flag)) continue;
        place.index -= FLX_FIRST_INSTR;
        if (place.index >= f->code.instrs && flag == FLX_FLAG_INDETERMINATE) continue;
        if (place.index < f->code.instrs) {
            place.index = flx_code_origin(&f->code, (uint32_t)place.index);
            place.label = flx_code_label(&f->code, (uint32_t)place.index);
        } else {
            place.index = f->code.recorded;
        }
        /* A gradient without second derivatives is no reason for a flag. */
        if (flag != FLX_FLAG_ZEROGRAD) flx_flags_add(&flags, flag, place);
    }
    flx_flags_complete(&flags, &f->code, flx_values_are_finite(w) && seeds_finite(b),
                       flx_all_finite(result, count));
    if (f->independent < f->outputs)
        flx_flags_add(&flags, FLX_FLAG_ZEROGRAD, (flx_place){f->independent, NULL, NULL});
    flx_driver_flag(w, &flags, report);
}

flx_status flx_backprop_product(flx_backprop *b, const double *dir, double *hv)
{
    for (size_t k = 0; k < b->n; k++) b->seed[k] = flx_constant(dir[k]);
    const flx_status status = flx_grad_seeded(b->n, b->gradient, b->seed, b->n, b->x, b->row, 0);
    for (size_t k = 0; k < b->n; k++) hv[k] = flx_peek(b->row[k]);
    return status;
}

flx_status flx_hvp_double_backprop(const flx_program *f, flx_work *w, const double *x,
                                   const double *dir, const double *weight, double *hv,
                                   flx_report *report)
{
    flx_backprop b;
    if (f && f->inputs && !dir) return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    flx_status status =
        flx_driver_begin_weighted(f, w, FLX_WORK_SECOND, x, weight, hv, f ? f->inputs : 0, report);
    if (status != FLX_OK) return status;
    status = gradient_of(&b, f, w, weight);
    if (status == FLX_OK) status = flx_backprop_product(&b, dir, hv);
    flx_report_fill(report, status, 0, NULL, NULL);
    if (status == FLX_OK) pass_flags(&b, f, w, hv, f->inputs, report);
    return status;
}

flx_status flx_hessian_double_backprop(const flx_program *f, flx_work *w, const double *x,
                                       const double *weight, double *hess, flx_report *report)
{
    flx_backprop b;
    const size_t n = f ? f->inputs : 0;
    flx_status status =
        flx_driver_begin_weighted(f, w, FLX_WORK_SECOND, x, weight, hess, n * n, report);
    if (status != FLX_OK) return status;
    status = gradient_of(&b, f, w, weight);
    for (size_t k = 0; k < n; k++) w->scratch[k] = 0.0;
    for (size_t i = 0; i < n && status == FLX_OK; i++) {
        w->scratch[i] = 1.0;
        status = flx_backprop_product(&b, w->scratch, hess + i * n);
        w->scratch[i] = 0.0;
    }
    flx_report_fill(report, status, 0, NULL, NULL);
    if (status == FLX_OK) pass_flags(&b, f, w, hess, n * n, report);
    return status;
}
