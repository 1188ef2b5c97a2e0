/* flags.c: the delicate points that drivers of programs meet. */
#include <math.h>
#include <string.h>

#include "program/program.h"
#include "reverse/rows.h"

flx_flags flx_work_flags(const flx_work *w) { return w->flags; }

void flx_work_clear_flags(flx_work *w) { w->flags = (flx_flags){0}; }

void flx_driver_flag(flx_work *w, const flx_flags *flags, flx_report *report)
{
    flx_flags_merge(&w->flags, flags);
    if (!report || !flags->set) return;
    report->flags |= flags->set;
    if (report->status != FLX_OK || report->op) return;
    unsigned k = 0;
    while (!(flags->set >> k & 1u)) k++;
    report->index = flags->first[k].index;
    report->op = flags->first[k].op;
    report->label = flags->first[k].label;
}

int flx_values_are_finite(const flx_work *w)
{
    const flx_program *f = w->program;
    const flx_row_set *set = flx_row_set_of(&f->code);
    for (uint32_t k = 0; k < f->tellings; k++)
        if (!set->finite(w->plane + f->telling[k].slot, f->telling[k].count)) return 0;
    return 1;
}

int flx_point_is_suspicious(const flx_work *w)
{
    const flx_program *f = w->program;
    const int order = w->kind == FLX_WORK_JET ? (int)w->order : (int)w->kind;
    if (!flx_values_are_finite(w)) return 1;
    for (uint32_t k = 0; k < f->delicates; k++)
        if (flx_at_delicate_point(&f->code, &f->instr[f->delicate[k]], w->plane, order)) return 1;
    return 0;
}

/* Raises the flags of the point that is set. Returns whether the values it reached are finite. */
static int raise(const flx_program *f, const flx_work *given, flx_swept swept, flx_flags *flags)
{
    const flx_work *w = given->by_whole ? given->whole : given;
    const double *adjoint = flx_work_plane(w, swept.adjoint);
    const double *tangent = flx_work_plane(w, swept.tangent);
    const flx_factors factors = {
        swept.order, adjoint, tangent, swept.adjoints, swept.tangents, w->stride, 0, NULL, NULL};
    const flx_marked m = {&f->code, w->plane, {0, f->code.instrs, 0, f->code.slots}, w->mark};
    memset(w->mark, 0, f->slots);
    for (size_t k = 0; k < f->inputs; k++) w->mark[f->input[k]] = FLX_DEPENDS;
    flx_mark_dependent(&m);
    for (size_t k = 0; k < f->outputs; k++) w->mark[f->output[k]] |= FLX_REACHED;
    flx_raise_flags(&m, &factors, flags);
    return flx_reached_finite(&m);
}

/* Whether the adjoints of the outputs and the tangents of the inputs are finite. */
static int seeds_finite(const flx_program *f, const flx_work *w, flx_swept swept)
{
    int finite = 1;
    for (size_t p = 0; p < swept.adjoints; p++)
        for (size_t k = 0; k < f->outputs; k++)
            finite = finite && isfinite(flx_work_plane(w, swept.adjoint + p)[f->output[k]]);
    for (size_t p = 0; p < swept.tangents; p++)
        for (size_t k = 0; k < f->inputs; k++)
            finite = finite && isfinite(flx_work_plane(w, swept.tangent + p)[f->input[k]]);
    return finite;
}

void flx_driver_end(const flx_program *f, flx_work *w, flx_swept swept, const double *out,
                    size_t count, flx_report *report)
{
    const int finite = flx_row_set_of(&f->code)->finite(out, count);
    flx_driver_end_seen(f, w, swept, finite, report);
}

void flx_driver_end_seen(const flx_program *f, flx_work *w, flx_swept swept, int finite,
                         flx_report *report)
{
    flx_flags flags = {0};
    if (swept.order > 0 && f->independent < f->outputs)
        flx_flags_add(&flags, FLX_FLAG_ZEROGRAD, (flx_place){f->independent, NULL, NULL});
    if (w->suspicious || !finite) {
        const int values_finite = raise(f, w, swept, &flags);
        flx_flags_complete(&flags, &f->code, values_finite && seeds_finite(f, w, swept), finite);
    }
    if (flags.set) flx_driver_flag(w, &flags, report);
}
