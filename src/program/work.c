/* work.c: the memory of one thread running one program, and its point. */
#include <math.h>
#include <string.h>

#include <fluxion/kernel.h>

#include "program/planes.h"
#include "program/schedule.h"
#include "reverse/rows.h"

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

/* Wide planes: one for tangents and one for adjoints, which first derivatives need one at a time, and
 * the values that are kept. */
static size_t doubles_for_width(flx_work_kind kind, size_t slots, size_t width)
{
    const size_t planes = kind == FLX_WORK_SECOND ? 2 : 1, line = 8;
    return width > 1 ? planes * width * slots + slots + line : 0;
}

/* The work's own choice is wide where that costs little memory. */
static size_t width_of(flx_work_kind kind, size_t slots, size_t most)
{
    const size_t limit = ((size_t)16 << 20) / sizeof(double);
    if (kind != FLX_WORK_FIRST && kind != FLX_WORK_SECOND) return 1;
    if (most == 0) return doubles_for_width(kind, slots, FLX_WIDEST) <= limit ? FLX_WIDEST : 1;
    return most >= FLX_WIDEST ? FLX_WIDEST : most >= 4 ? 4 : 1;
}

/* Lays out the wide planes; what belongs to one slot begins where a line of the cache may. */
static void place_wide(flx_work *w)
{
    const size_t line = 8, slots = w->program->slots, size = w->width * slots;
    double *first = w->wide;
    while ((uintptr_t)first % (line * sizeof *first)) first++;
    w->wide_tangent = first;
    w->wide_adjoint = w->kind == FLX_WORK_SECOND ? first + size : first;
    w->kept = w->wide_adjoint + size;
}

flx_status flx_work_create(flx_program *f, flx_work_kind kind, size_t most, flx_work **work)
{
    return flx_work_make(f, kind, most, 1, work);
}

static uint32_t constant_slot(const flx_work *w, uint32_t k)
{
    return w->schedule ? w->schedule->constant[k] : w->program->constant[k].slot;
}

static uint32_t parameter_slot(const flx_work *w, uint32_t k)
{
    return w->schedule ? w->schedule->parameter[k] : w->program->parameter[k].slot;
}

static size_t scratch_for(const flx_program *f, flx_work_kind kind, size_t order)
{
    if (kind == FLX_WORK_VALUE) return 1;
    return kind == FLX_WORK_JET ? FLX_KERNEL_SCRATCH(order) : f->inputs + f->outputs + 1;
}

flx_status flx_work_make(flx_program *f, flx_work_kind kind, size_t most, int scheduled,
                         flx_work **work)
{
    if (work) *work = NULL;
    if (!f || !work || (unsigned)kind > FLX_WORK_JET) return FLX_EARG;
    flx_memory memory = flx_memory_make(&f->memory.allocator, 0);
    flx_work *w = flx_memory_new(&memory, sizeof *w);
    if (!w) return FLX_ENOMEM;
    w->memory = memory;
    w->kind = kind;
    w->order = kind == FLX_WORK_JET ? most : 0;
    w->planes = planes_for(kind, most);
    if (scheduled && kind == FLX_WORK_VALUE) w->schedule = f->schedule;
    w->stride = w->schedule ? w->schedule->slots : f->slots;
    if (kind == FLX_WORK_JET) w->stride += FLX_JET_TEMPORARIES;
    w->marks = w->schedule ? 1 : f->slots;
    w->program = flx_program_retain(f);
    w->scratch_size = scratch_for(f, kind, most);
    w->width = width_of(kind, f->slots, most);
    w->wide_size = doubles_for_width(kind, f->slots, w->width);
    const int fits = w->planes && w->planes <= SIZE_MAX / 16 / w->stride;
    if (fits) {
        w->plane = flx_memory_resize(&w->memory, NULL, 0, w->planes * w->stride, sizeof(double));
        w->scratch = flx_memory_resize(&w->memory, NULL, 0, w->scratch_size, sizeof(double));
    }
    w->mark = flx_memory_resize(&w->memory, NULL, 0, w->marks, sizeof *w->mark);
    w->weight = flx_memory_resize(&w->memory, NULL, 0, f->outputs, sizeof *w->weight);
    if (w->wide_size)
        w->wide = flx_memory_resize(&w->memory, NULL, 0, w->wide_size, sizeof(double));
    if (!w->plane || !w->scratch || !w->mark || (f->outputs && !w->weight)
        || (w->wide_size && !w->wide)) {
        flx_work_destroy(w);
        return FLX_ENOMEM;
    }
    if (w->wide) place_wide(w);
    memset(w->plane, 0, w->planes * w->stride * sizeof *w->plane);
    for (uint32_t k = 0; k < f->constants; k++)
        w->plane[constant_slot(w, k)] = f->constant[k].value;
    *work = w;
    return flx_work_set_parameters(f, w, NULL);
}

void flx_work_destroy(flx_work *w)
{
    if (!w) return;
    if (w->plane) flx_memory_resize(&w->memory, w->plane, w->planes * w->stride, 0, sizeof(double));
    if (w->scratch) flx_memory_resize(&w->memory, w->scratch, w->scratch_size, 0, sizeof(double));
    if (w->wide) flx_memory_resize(&w->memory, w->wide, w->wide_size, 0, sizeof(double));
    if (w->mark) flx_memory_resize(&w->memory, w->mark, w->marks, 0, sizeof *w->mark);
    if (w->weight)
        flx_memory_resize(&w->memory, w->weight, w->program->outputs, 0, sizeof *w->weight);
    if (w->var) flx_memory_resize(&w->memory, w->var, w->vars, 0, sizeof *w->var);
    flx_tape_destroy(w->tape);
    flx_work_destroy(w->whole);
    flx_program_release(w->program);
    flx_memory memory = w->memory;
    flx_memory_free(&memory, w, sizeof *w);
}

/* What needs no inputs. */
static void run_once(const flx_program *f, flx_work *w)
{
    flx_code before = f->code;
    before.instrs = f->first;
    flx_forward_double_from(&before, 0, 0, w->plane);
    w->has_point = 0;
}

flx_status flx_work_set_parameters(const flx_program *f, flx_work *w, const double *p)
{
    if (!f || !w) return FLX_EARG;
    if (w->program != f) return FLX_EWORK;
    for (uint32_t k = 0; k < f->parameters; k++)
        w->plane[parameter_slot(w, k)] = p ? p[k] : f->parameter[k].value;
    run_once(f, w);
    return w->whole ? flx_work_set_parameters(f, w->whole, p) : FLX_OK;
}

void flx_put_inputs(const flx_program *f, const double *x, double *plane)
{
    if (f->inputs == 0) return;
    if (f->adjacent) flx_row_set_of(&f->code)->copy(plane + f->input[0], x, f->inputs);
    for (size_t k = 0; k < f->inputs && !f->adjacent; k++) plane[f->input[k]] = x[k];
}

int flx_take_inputs(const flx_program *f, const double *plane, double *x)
{
    const flx_row_set *set = flx_row_set_of(&f->code);
    if (f->inputs == 0) return 1;
    if (f->adjacent) return set->copy(x, plane + f->input[0], f->inputs);
    for (size_t k = 0; k < f->inputs; k++) x[k] = plane[f->input[k]];
    return set->finite(x, f->inputs);
}

/* The status of the point that the values are of. */
static flx_status point_status(flx_work *w, flx_report *report)
{
    if (w->point == FLX_OK) return flx_report_fill(report, FLX_OK, 0, NULL, NULL);
    const flx_place place = w->changed;
    flx_flags flags = {0};
    flx_flags_add(&flags, FLX_FLAG_BRANCH, place);
    flx_report_fill(report, w->point, place.index, place.op, place.label);
    flx_driver_flag(w, &flags, report);
    return w->point;
}

flx_rows flx_rows_from(const flx_work *w, const flx_rows *all, size_t k)
{
    const size_t left = all->count - k, width = w->narrow ? 1 : w->width;
    const size_t count = left < width ? left : width;
    const double *row = all->row ? all->row + k * all->length : NULL;
    return (flx_rows){row, count, all->length, all->first + k, all->colour};
}

flx_wide_plane flx_work_wide_tangents(const flx_work *w)
{
    return (flx_wide_plane){w->plane, w->wide_tangent, flx_work_plane(w, 1), w->kept, 0};
}

flx_wide_plane flx_work_wide_adjoints(const flx_work *w)
{
    const int second = w->kind == FLX_WORK_SECOND;
    return (flx_wide_plane){second ? flx_work_plane(w, 2) : NULL, w->wide_adjoint,
                            flx_work_plane(w, second ? 3 : 1), w->kept, 0};
}

/* Along one direction. */
static void sweep_tangents(const flx_program *f, const flx_work *w, const flx_rows *dir)
{
    const flx_dual_plane p = {w->plane, flx_work_plane(w, 1)};
    memset(p.d, 0, f->first_slot * sizeof *p.d);
    for (uint32_t k = 0; k < f->constants; k++) p.d[f->constant[k].slot] = 0.0;
    for (uint32_t k = 0; k < f->parameters; k++) p.d[f->parameter[k].slot] = 0.0;
    for (size_t i = 0; i < f->inputs; i++)
        p.d[f->input[i]] = dir->count ? flx_rows_at(dir, 0, i) : 0.0;
    if (w->has_point && f->scalar) flx_forward_known(&f->code, f->first, f->first_slot, p);
    else flx_forward_dual_from(&f->code, f->first, f->first_slot, p);
}

/* The tangents of a slot that no sweep writes, along several; without directions none. */
static void set_wide(const flx_work *w, size_t width, uint32_t slot, const flx_rows *dir, size_t i)
{
    double *d = w->wide_tangent + slot * width;
    for (size_t k = 0; k < width; k++) d[k] = dir && k < dir->count ? flx_rows_at(dir, k, i) : 0.0;
}

static void sweep_wide_tangents(const flx_program *f, flx_work *w, const flx_rows *dir)
{
    const size_t width = flx_width_for(dir->count);
    if (w->wide_tangent == w->wide_adjoint) w->wide_is_clear = 0;
    for (uint32_t k = 0; k < f->constants; k++) set_wide(w, width, f->constant[k].slot, NULL, 0);
    for (uint32_t k = 0; k < f->parameters; k++) set_wide(w, width, f->parameter[k].slot, NULL, 0);
    for (size_t i = 0; i < f->inputs; i++) set_wide(w, width, f->input[i], dir, i);
    flx_wide_sweeps_of(&f->code, width)->forward(&f->code, flx_work_wide_tangents(w));
}

void flx_work_tangents(flx_work *w, const flx_rows *dir)
{
    w->tangents = dir->count;
    if (flx_width_for(dir->count) == 1) sweep_tangents(w->program, w, dir);
    else sweep_wide_tangents(w->program, w, dir);
}

void flx_work_seed_wide(flx_work *w, size_t width, const flx_rows *weight)
{
    const flx_program *f = w->program;
    if (!w->wide_is_clear)
        memset(w->wide_adjoint, 0, w->width * f->slots * sizeof *w->wide_adjoint);
    w->wide_is_clear = 1;
    for (size_t k = 0; weight && k < weight->count; k++)
        for (size_t i = 0; i < f->outputs; i++)
            w->wide_adjoint[f->output[i] * width + k] += flx_rows_at(weight, k, i);
}

static void clear_adjoints(flx_work *w, size_t width, uint32_t slot)
{
    for (size_t k = 0; k < width; k++) w->wide_adjoint[slot * width + k] = 0.0;
}

void flx_work_clear_wide(flx_work *w, size_t width)
{
    const flx_program *f = w->program;
    for (uint32_t k = 0; k < f->constants; k++) clear_adjoints(w, width, f->constant[k].slot);
    for (uint32_t k = 0; k < f->parameters; k++) clear_adjoints(w, width, f->parameter[k].slot);
    for (size_t k = 0; k < f->inputs; k++) clear_adjoints(w, width, f->input[k]);
}

double flx_work_tangent(const flx_work *w, size_t k, uint32_t slot)
{
    const size_t width = flx_width_for(w->tangents);
    return width == 1 ? flx_work_plane(w, 1)[slot] : w->wide_tangent[slot * width + k];
}

/* A work of the program's code, with the parameters of this one. */
static flx_status make_whole(const flx_program *f, flx_work *w)
{
    const flx_status status = flx_work_make(w->program, FLX_WORK_VALUE, 0, 0, &w->whole);
    if (status != FLX_OK) return status;
    for (uint32_t k = 0; k < f->parameters; k++)
        w->whole->plane[f->parameter[k].slot] = w->plane[parameter_slot(w, k)];
    run_once(f, w->whole);
    return FLX_OK;
}

flx_status flx_schedule_run(const flx_program *f, flx_work *w, const double *x)
{
    const flx_schedule *s = w->schedule;
    flx_code guards = s->placed.code;
    guards.loops = 0; /* they have been looked at */
    for (size_t k = 0; k < f->inputs; k++) w->plane[s->input[k]] = x[k];
    w->point = FLX_OK;
    w->by_whole = w->suspicious = 0;
    if (flx_forward_placed(&s->placed, w->plane) && flx_all_finite(w->plane + 1, s->kept - 1)
        && !flx_find_flipped(&guards, w->plane, &w->changed))
        return FLX_OK;
    const flx_status status = w->whole ? FLX_OK : make_whole(f, w);
    if (status != FLX_OK) return status;
    flx_set_point(f, w->whole, x, NULL);
    w->by_whole = 1;
    w->point = w->whole->point;
    w->changed = w->whole->changed;
    w->suspicious = w->whole->suspicious;
    return FLX_OK;
}

double flx_work_output(const flx_work *w, size_t k)
{
    if (w->by_whole) return w->whole->plane[w->program->output[k]];
    return w->plane[w->schedule ? w->schedule->output[k] : w->program->output[k]];
}

/* Sets the point; with directions the same sweep computes the tangents along the first. */
static flx_status set_point(const flx_program *f, flx_work *w, const double *x, const flx_rows *dir,
                            flx_report *report)
{
    if (!f || !w || (!x && f->inputs)) return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    if (w->program != f) return flx_report_fill(report, FLX_EWORK, 0, NULL, NULL);
    w->has_point = w->adjoints_known = 0;
    if (w->schedule) {
        const flx_status status = flx_schedule_run(f, w, x);
        if (status != FLX_OK) return flx_report_fill(report, status, 0, NULL, NULL);
        w->has_point = 1;
        return point_status(w, report);
    }
    flx_put_inputs(f, x, w->plane);
    if (dir && dir->count) {
        w->narrow = 0;
        const flx_rows first = flx_rows_from(w, dir, 0);
        flx_work_tangents(w, &first);
    } else {
        flx_forward_double_from(&f->code, f->first, f->first_slot, w->plane);
    }
    w->point = flx_find_flipped(&f->code, w->plane, &w->changed) ? FLX_BRANCH_CHANGED : FLX_OK;
    w->suspicious = flx_point_is_suspicious(w);
    w->narrow = w->suspicious;
    w->has_point = 1;
    return point_status(w, report);
}

flx_status flx_set_point(const flx_program *f, flx_work *w, const double *x, flx_report *report)
{
    return set_point(f, w, x, NULL, report);
}

static flx_status begin(const flx_program *f, flx_work *w, flx_work_kind kind, const double *x,
                        const flx_rows *dir, double *out, size_t count, flx_report *report)
{
    if (!f || !w || (!out && count)) return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    if (w->program != f || (kind != FLX_WORK_VALUE && (w->kind < kind || w->kind == FLX_WORK_JET)))
        return flx_report_fill(report, FLX_EWORK, 0, NULL, NULL);
    if ((unsigned)kind > f->order && kind != FLX_WORK_JET)
        return flx_report_fill(report, FLX_EORDER, 0, f->limit, NULL);
    if (!x && !w->has_point && f->inputs) return flx_report_fill(report, FLX_EPOINT, 0, NULL, NULL);
    const int is_set = !x && w->has_point;
    if (kind != FLX_WORK_SECOND || !dir) w->adjoints_known = 0; /* the planes are used otherwise */
    const flx_status status = is_set ? point_status(w, report) : set_point(f, w, x, dir, report);
    if (is_set && dir && dir->count && status == FLX_OK) {
        const flx_rows first = flx_rows_from(w, dir, 0);
        flx_work_tangents(w, &first);
    }
    for (size_t k = 0; status == FLX_BRANCH_CHANGED && k < count; k++) out[k] = (double)NAN;
    return status;
}

flx_status flx_driver_begin(const flx_program *f, flx_work *w, flx_work_kind kind, const double *x,
                            double *out, size_t count, flx_report *report)
{
    return begin(f, w, kind, x, NULL, out, count, report);
}

flx_status flx_driver_begin_along(const flx_program *f, flx_work *w, flx_work_kind kind,
                                  const double *x, const flx_rows *dir, double *out, size_t count,
                                  flx_report *report)
{
    return begin(f, w, kind, x, dir, out, count, report);
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
    for (size_t k = 0; k < f->outputs; k++) plane[f->output[k]] += weight ? weight[k] : 1.0;
}
