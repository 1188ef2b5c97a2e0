/* work.c: the memory of one thread running one program, and its point. */
#include <math.h>
#include <string.h>

#include <fluxion/kernel.h>

#include "program/planes.h"
#include "program/program.h"

static size_t planes_for(flx_work_kind kind, size_t order)
{
    switch (kind) {
    case FLX_WORK_VALUE: return 1;
    case FLX_WORK_FIRST: return 2;  /* values; tangents or adjoints */
    case FLX_WORK_SECOND: return 4; /* values, tangents, adjoints and their tangents */
    case FLX_WORK_JET: return order + 1;
    }
    return 0;
}

flx_status flx_work_create(flx_program *f, flx_work_kind kind, size_t order, flx_work **work)
{
    if (work) *work = NULL;
    if (!f || !work || (unsigned)kind > FLX_WORK_JET) return FLX_EARG;
    flx_memory memory = flx_memory_make(&f->memory.allocator, 0);
    flx_work *w = flx_memory_new(&memory, sizeof *w);
    if (!w) return FLX_ENOMEM;
    w->memory = memory;
    w->kind = kind;
    w->order = kind == FLX_WORK_JET ? order : 0;
    w->planes = planes_for(kind, order);
    w->stride = (size_t)f->slots + (kind == FLX_WORK_JET ? FLX_JET_TEMPORARIES : 0);
    w->program = flx_program_retain(f);
    w->scratch_size = kind == FLX_WORK_JET ? FLX_KERNEL_SCRATCH(order) : f->inputs + f->outputs + 1;
    const int fits = w->planes && w->planes <= SIZE_MAX / 16 / w->stride;
    if (fits) {
        w->plane = flx_memory_resize(&w->memory, NULL, 0, w->planes * w->stride, sizeof(double));
        w->scratch = flx_memory_resize(&w->memory, NULL, 0, w->scratch_size, sizeof(double));
    }
    w->mark = flx_memory_resize(&w->memory, NULL, 0, f->slots, sizeof *w->mark);
    if (!w->plane || !w->scratch || !w->mark) {
        flx_work_destroy(w);
        return FLX_ENOMEM;
    }
    memset(w->plane, 0, w->planes * w->stride * sizeof *w->plane);
    for (size_t k = 0; k < f->constants; k++) w->plane[f->constant[k].slot] = f->constant[k].value;
    *work = w;
    return flx_work_set_parameters(f, w, NULL);
}

void flx_work_destroy(flx_work *w)
{
    if (!w) return;
    if (w->plane) flx_memory_resize(&w->memory, w->plane, w->planes * w->stride, 0, sizeof(double));
    if (w->scratch) flx_memory_resize(&w->memory, w->scratch, w->scratch_size, 0, sizeof(double));
    if (w->mark) flx_memory_resize(&w->memory, w->mark, w->program->slots, 0, sizeof *w->mark);
    if (w->var) flx_memory_resize(&w->memory, w->var, w->vars, 0, sizeof *w->var);
    flx_tape_destroy(w->tape);
    flx_program_release(w->program);
    flx_memory memory = w->memory;
    flx_memory_free(&memory, w, sizeof *w);
}

flx_status flx_work_set_parameters(const flx_program *f, flx_work *w, const double *p)
{
    if (!f || !w) return FLX_EARG;
    if (w->program != f) return FLX_EWORK;
    for (size_t k = 0; k < f->parameters; k++)
        w->plane[f->parameter[k].slot] = p ? p[k] : f->parameter[k].value;
    w->has_point = 0;
    return FLX_OK;
}

static double guard_operand(const flx_code *c, const flx_guard *g, int which, const double *value)
{
    const uint32_t at = which == 1 ? g->x : g->y;
    return g->constants & which ? c->imm[at] : value[at];
}

size_t flx_first_flipped(const flx_code *c, const double *value)
{
    size_t k = 0;
    for (; k < c->guards; k++) {
        const flx_guard *g = &c->guard[k];
        const int outcome = flx_relation_holds(g->relation, guard_operand(c, g, 1, value),
                                               guard_operand(c, g, 2, value));
        if (outcome != g->outcome) break;
    }
    return k;
}

/* The status of the point that the values are of. */
static flx_status point_status(flx_work *w, flx_report *report)
{
    const flx_code *c = &w->program->code;
    if (w->point == FLX_OK) return flx_report_fill(report, FLX_OK, 0, NULL, NULL);
    const flx_guard *g = &c->guard[w->changed];
    const flx_place place = {w->changed, flx_relation_name(g->relation),
                             flx_code_label(c, g->instr)};
    flx_flags flags = {0};
    flx_flags_add(&flags, FLX_FLAG_BRANCH, place);
    flx_report_fill(report, w->point, place.index, place.op, place.label);
    flx_driver_flag(w, &flags, report);
    return w->point;
}

void flx_work_tangents(flx_work *w, const double *dir)
{
    const flx_program *f = w->program;
    const flx_dual_plane p = {flx_work_plane(w, 0), flx_work_plane(w, 1)};
    for (uint32_t k = 0; k < f->constants; k++) p.d[f->constant[k].slot] = 0.0;
    for (uint32_t k = 0; k < f->parameters; k++) p.d[f->parameter[k].slot] = 0.0;
    for (size_t k = 0; k < f->inputs; k++) p.d[f->input[k]] = dir[k];
    flx_forward_dual(&f->code, p);
}

/* Sets the point; with a direction the same sweep computes the tangents. */
static flx_status set_point(const flx_program *f, flx_work *w, const double *x, const double *dir,
                            flx_report *report)
{
    if (!f || !w || (!x && f->inputs)) return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    if (w->program != f) return flx_report_fill(report, FLX_EWORK, 0, NULL, NULL);
    for (size_t k = 0; k < f->inputs; k++) w->plane[f->input[k]] = x[k];
    if (dir) flx_work_tangents(w, dir);
    else flx_forward_double_from(&f->code, 0, 0, w->plane);
    w->changed = flx_first_flipped(&f->code, w->plane);
    w->point = w->changed < f->code.guards ? FLX_BRANCH_CHANGED : FLX_OK;
    w->suspicious = flx_point_is_suspicious(w);
    w->has_point = 1;
    return point_status(w, report);
}

flx_status flx_set_point(const flx_program *f, flx_work *w, const double *x, flx_report *report)
{
    return set_point(f, w, x, NULL, report);
}

static flx_status begin(const flx_program *f, flx_work *w, flx_work_kind kind, const double *x,
                        const double *dir, double *out, size_t count, flx_report *report)
{
    if (!f || !w || (!out && count)) return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    if (w->program != f || (kind != FLX_WORK_VALUE && (w->kind < kind || w->kind == FLX_WORK_JET)))
        return flx_report_fill(report, FLX_EWORK, 0, NULL, NULL);
    if ((unsigned)kind > f->order && kind != FLX_WORK_JET)
        return flx_report_fill(report, FLX_EORDER, 0, f->limit, NULL);
    if (!x && !w->has_point && f->inputs) return flx_report_fill(report, FLX_EPOINT, 0, NULL, NULL);
    const int is_set = !x && w->has_point;
    const flx_status status = is_set ? point_status(w, report) : set_point(f, w, x, dir, report);
    if (is_set && dir && status == FLX_OK) flx_work_tangents(w, dir);
    for (size_t k = 0; status == FLX_BRANCH_CHANGED && k < count; k++) out[k] = (double)NAN;
    return status;
}

flx_status flx_driver_begin(const flx_program *f, flx_work *w, flx_work_kind kind, const double *x,
                            double *out, size_t count, flx_report *report)
{
    return begin(f, w, kind, x, NULL, out, count, report);
}

flx_status flx_driver_begin_along(const flx_program *f, flx_work *w, flx_work_kind kind,
                                  const double *x, const double *dir, double *out, size_t count,
                                  flx_report *report)
{
    const double none = 0.0;
    if (f && f->inputs && !dir) return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    return begin(f, w, kind, x, dir ? dir : &none, out, count, report);
}

flx_status flx_driver_begin_weighted(const flx_program *f, flx_work *w, flx_work_kind kind,
                                     const double *x, const double *weight, double *out,
                                     size_t count, flx_report *report)
{
    if (f && !weight && f->outputs != 1) return flx_report_fill(report, FLX_EDIM, 0, NULL, NULL);
    return flx_driver_begin(f, w, kind, x, out, count, report);
}

void flx_driver_seed(const flx_program *f, const double *weight, double *plane)
{
    for (uint32_t k = 0; k < f->slots; k++) plane[k] = 0.0;
    for (size_t k = 0; k < f->outputs; k++) plane[f->output[k]] += weight ? weight[k] : 1.0;
}
