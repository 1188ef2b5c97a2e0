/* batch.c: programs at many points: the memory, and the drivers. */
#include "program/batch.h"

#include <math.h>

#ifdef _OPENMP
#include <omp.h>
#endif

enum { MOST_THREADS = 1024 };

/* ---- memory ---- */

/* Doubles of a room's parts, each a whole number of registers. */
typedef struct parts {
    size_t plane, partial, point;
} parts;

static size_t rounded(size_t doubles)
{
    return (doubles + FLX_SIDE_BY_SIDE - 1) / FLX_SIDE_BY_SIDE * FLX_SIDE_BY_SIDE;
}

static parts parts_of(const flx_batch *b)
{
    const flx_program *f = b->program;
    const size_t planes = b->kind == FLX_WORK_VALUE ? 1 : 2, ends = f->inputs + f->outputs;
    return (parts){rounded(planes * f->slots * b->set->width), FLX_SIDE_BY_SIDE * ends,
                   rounded(2 * ends)};
}

/* Cuts the rooms out of what has been allocated, at the first double that registers can be read
 * from. */
static void furnish(flx_batch *b, parts p)
{
    const size_t bytes = FLX_SIDE_BY_SIDE * sizeof(double);
    double *next = b->all + (bytes - (uintptr_t)b->all % bytes) % bytes / sizeof(double);
    for (unsigned k = 0; k < b->threads; k++) {
        flx_batch_room *room = &b->room[k];
        room->plane = next;
        room->partial = room->plane + p.plane;
        room->point = room->partial + p.partial;
        next = room->point + p.point;
    }
}

/* A value into a slot of all rooms. */
static void preset(flx_batch *b, uint32_t slot, double value)
{
    for (unsigned k = 0; k < b->threads; k++)
        for (size_t l = 0; l < b->set->width; l++)
            b->room[k].plane[slot * b->set->width + l] = value;
}

static flx_status make_rooms(flx_batch *b)
{
    const flx_program *f = b->program;
    const parts p = parts_of(b);
    b->room = flx_memory_resize(&b->memory, NULL, 0, b->threads, sizeof *b->room);
    if (!b->room) return FLX_ENOMEM;
    for (unsigned k = 0; k < b->threads; k++) b->room[k] = (flx_batch_room){0};
    for (unsigned k = 0; k < b->threads; k++) {
        const flx_status status = flx_work_create(b->program, b->kind, 0, &b->room[k].one);
        if (status != FLX_OK) return status;
    }
    b->doubles = b->threads * (p.plane + p.partial + p.point) + FLX_SIDE_BY_SIDE;
    b->all = flx_memory_resize(&b->memory, NULL, 0, b->doubles, sizeof *b->all);
    b->sum = flx_memory_resize(&b->memory, NULL, 0, b->blocks * (f->inputs + f->outputs) + 1,
                               sizeof *b->sum);
    if (!b->all || !b->sum) return FLX_ENOMEM;
    for (size_t k = 0; k < b->doubles; k++) b->all[k] = 0.0;
    furnish(b, p);
    for (uint32_t k = 0; k < f->constants; k++)
        preset(b, f->constant[k].slot, f->constant[k].value);
    return flx_batch_set_parameters(f, b, NULL);
}

static unsigned threads_of(const flx_batch_options *options)
{
    unsigned threads = 1;
#ifdef _OPENMP
    if (options && options->threads) threads = options->threads;
#else
    (void)options;
#endif
    return threads < MOST_THREADS ? threads : MOST_THREADS;
}

flx_status flx_batch_create(flx_program *f, flx_work_kind kind, const flx_batch_options *options,
                            flx_batch **batch)
{
    flx_isa isa = FLX_ISA_BASE;
    if (batch) *batch = NULL;
    if (!f || !batch || (kind != FLX_WORK_VALUE && kind != FLX_WORK_FIRST)) return FLX_EARG;
    flx_status status = flx_batch_choose(f, options, &isa);
    if (status != FLX_OK) return status;
    flx_memory memory = flx_memory_make(&f->memory.allocator, 0);
    flx_batch *b = flx_memory_new(&memory, sizeof *b);
    if (!b) return FLX_ENOMEM;
    b->memory = memory;
    b->kind = kind;
    b->isa = isa;
    b->set = flx_batch_set_of(isa);
    b->threads = threads_of(options);
    b->blocks = b->threads > 1 ? (size_t)4 * b->threads : 1;
    b->program = flx_program_retain(f);
    status = make_rooms(b);
    if (status == FLX_OK) *batch = b;
    else flx_batch_destroy(b);
    return status;
}

void flx_batch_destroy(flx_batch *b)
{
    if (!b) return;
    const flx_program *f = b->program;
    const size_t sums = b->blocks * (f->inputs + f->outputs) + 1;
    for (unsigned k = 0; b->room && k < b->threads; k++) flx_work_destroy(b->room[k].one);
    if (b->room) flx_memory_resize(&b->memory, b->room, b->threads, 0, sizeof *b->room);
    if (b->all) flx_memory_resize(&b->memory, b->all, b->doubles, 0, sizeof *b->all);
    if (b->sum) flx_memory_resize(&b->memory, b->sum, sums, 0, sizeof *b->sum);
    flx_program_release(b->program);
    flx_memory memory = b->memory;
    flx_memory_free(&memory, b, sizeof *b);
}

flx_isa flx_batch_isa(const flx_batch *b) { return b->isa; }

flx_status flx_batch_set_parameters(const flx_program *f, flx_batch *b, const double *p)
{
    if (!f || !b) return FLX_EARG;
    if (b->program != f) return FLX_EWORK;
    for (uint32_t k = 0; k < f->parameters; k++)
        preset(b, f->parameter[k].slot, p ? p[k] : f->parameter[k].value);
    for (unsigned k = 0; k < b->threads; k++) flx_work_set_parameters(f, b->room[k].one, p);
    return FLX_OK;
}

/* ---- single points ---- */

/* So many numbers of a point, from one of the list on. */
static void gather(const flx_batch_ins *list, size_t first, size_t count, size_t point, double *to)
{
    flx_batch_source s = flx_batch_source_at(list, first);
    for (size_t k = 0; k < count; k++, s.k++) {
        flx_batch_source_find(&s);
        to[k] = s.piece->at[point * s.piece->point + s.k * s.piece->item];
    }
}

static void gather_weight(const flx_batch_job *job, size_t row, size_t point, double *to)
{
    const size_t m = job->f->outputs;
    for (size_t k = 0; job->unit && k < m; k++) to[k] = k == row ? 1.0 : 0.0;
    if (!job->unit) gather(&job->weight, row * m, m, point, to);
}

/* Notes what the driver of one point reports; nothing on another side of a guard, by a rounding. */
static unsigned reported(const flx_batch_job *job, flx_batch_room *room, size_t point,
                         const flx_report *report)
{
    if (report->status != FLX_OK) return 0;
    if (report->flags & ~job->common && point < room->met.flagged) {
        room->met.flagged = point;
        room->met.report = *report;
    }
    return report->flags;
}

unsigned flx_batch_look_at(const flx_batch_job *job, flx_batch_room *room, size_t point)
{
    const flx_program *f = job->f;
    double *x = room->point, *weight = x + f->inputs, *result = weight + f->outputs;
    flx_report report;
    unsigned flags = 0;
    gather(&job->x, 0, f->inputs, point, x);
    if (job->rows == 0) {
        flx_eval(f, room->one, x, result, &report);
        return reported(job, room, point, &report);
    }
    for (size_t row = job->row; row < job->row + job->rows; row++) {
        gather_weight(job, row, point, weight);
        flx_vjp(f, room->one, row == job->row ? x : NULL, weight, result, &report);
        flags |= reported(job, room, point, &report);
    }
    return flags;
}

void flx_batch_change(const flx_batch_job *job, flx_batch_room *room, size_t point, size_t guard)
{
    (void)job;
    if (point >= room->met.changed) return;
    room->met.changed = point;
    room->met.guard = guard;
}

/* ---- all points ---- */

/* The next number of a list where it is a sum, else NULL. */
static double *next_sum(flx_batch_sink *s)
{
    flx_batch_sink_find(s);
    const flx_batch_out *p = s->piece;
    const size_t k = s->k++;
    return p->at && p->point == 0 ? p->at + k * p->item : NULL;
}

/* Makes sums 0 among the next numbers of a list. Returns how many there are. */
static size_t clear_sums(flx_batch_sink *s, size_t count)
{
    size_t sums = 0;
    for (size_t k = 0; k < count; k++) {
        double *to = next_sum(s);
        if (to) *to = 0.0;
        sums += to != NULL;
    }
    return sums;
}

/* Adds to sums what a block has. Returns the end of it. */
static const double *add_sums(flx_batch_sink s, size_t count, const double *sum)
{
    for (size_t k = 0; k < count; k++) {
        double *to = next_sum(&s);
        if (to) *to += *sum++;
    }
    return sum;
}

/* Some blocks, on all threads. */
static void run_blocks(flx_batch *b, const flx_batch_job *job, size_t first, size_t count)
{
    if (b->threads == 1 || count == 1) {
        for (size_t k = 0; k < count; k++)
            b->set->run(job, b->room, first + k, b->sum + k * job->sums);
        return;
    }
#ifdef _OPENMP
#pragma omp parallel for num_threads((int)b->threads) schedule(dynamic)
    for (size_t k = 0; k < count; k++)
        b->set->run(job, &b->room[omp_get_thread_num()], first + k, b->sum + k * job->sums);
#endif
}

/* All blocks; where there are sums as many at a time as there is memory for them. */
static void run_all(flx_batch *b, const flx_batch_job *job)
{
    const size_t blocks = job->points / FLX_BATCH_BLOCK + (job->points % FLX_BATCH_BLOCK != 0);
    const size_t most = job->sums ? b->blocks : blocks, n = job->f->inputs;
    const flx_batch_sink y = flx_batch_sink_at(&job->y, 0);
    const flx_batch_sink g = flx_batch_sink_at(&job->g, job->row * n);
    for (size_t first = 0, count; first < blocks; first += count) {
        count = blocks - first < most ? blocks - first : most;
        run_blocks(b, job, first, count);
        for (size_t k = 0; job->sums && k < count; k++)
            add_sums(g, job->rows * n, add_sums(y, job->values, b->sum + k * job->sums));
    }
}

/* All rows, in as many runs as it takes: there is memory for so many sums as one point has inputs and
 * outputs. */
static void run_rows(flx_batch *b, flx_batch_job *job)
{
    const size_t all = job->rows, n = job->f->inputs, most = n + job->f->outputs;
    flx_batch_sink y = flx_batch_sink_at(&job->y, 0), g = flx_batch_sink_at(&job->g, 0);
    size_t end = 0;
    job->sums = clear_sums(&y, job->values);
    do {
        for (job->row = end; end < all && job->sums + n <= most; end++)
            job->sums += clear_sums(&g, n);
        job->rows = end - job->row;
        run_all(b, job);
        job->values = job->sums = 0;
    } while (end < all);
}

static flx_batch_met what_was_met(const flx_batch *b)
{
    flx_batch_met met = b->room[0].met;
    for (unsigned k = 1; k < b->threads; k++) {
        const flx_batch_met *m = &b->room[k].met;
        met.flags |= m->flags;
        if (m->changed < met.changed) {
            met.changed = m->changed;
            met.guard = m->guard;
        }
        if (m->flagged < met.flagged) {
            met.flagged = m->flagged;
            met.report = m->report;
        }
    }
    return met;
}

/* Which guard has flipped at the first point where one did; of those within a loop, the driver of one
 * point tells, unless there it is another one, by a rounding. */
static flx_place where_changed(flx_batch *b, const flx_batch_job *job, const flx_batch_met *met)
{
    const flx_code *c = &job->f->code;
    flx_batch_room *room = &b->room[0];
    flx_report report;
    if (met->guard < c->guards) {
        const flx_guard *g = &c->guard[met->guard];
        return (flx_place){0, flx_relation_name(g->relation), flx_code_last_label(c, g->labels)};
    }
    gather(&job->x, 0, job->f->inputs, met->changed, room->point);
    flx_set_point(job->f, room->one, room->point, &report);
    if (report.status == FLX_BRANCH_CHANGED) return (flx_place){0, report.op, report.label};
    const uint32_t loop = (uint32_t)(met->guard - c->guards);
    return (flx_place){0, flx_instr_name(c, &c->instr[loop]),
                       flx_code_label(c, flx_code_origin(c, loop))};
}

/* Runs the job and fills the report. */
static flx_status run(flx_batch *b, flx_batch_job *job, flx_report *report)
{
    if (job->rows > 0 && job->f->independent < job->f->outputs) job->common = FLX_FLAG_ZEROGRAD;
    job->look = job->flags || report;
    for (unsigned k = 0; k < b->threads; k++)
        b->room[k].met = (flx_batch_met){.changed = job->points, .flagged = job->points};
    run_rows(b, job);
    const flx_batch_met met = what_was_met(b);
    flx_status status = FLX_OK;
    if (met.changed < job->points) {
        const flx_place place = where_changed(b, job, &met);
        status = FLX_BRANCH_CHANGED;
        flx_report_fill(report, status, met.changed, place.op, place.label);
    } else if (met.flagged < job->points) {
        flx_report_fill(report, status, met.flagged, met.report.op, met.report.label);
    }
    if (report) report->flags = met.flags;
    return status;
}

/* ---- arguments ---- */

static flx_status check_in(const flx_batch_ins *list, size_t numbers)
{
    size_t count = 0;
    if (list->count && !list->piece) return FLX_EARG;
    for (size_t k = 0; k < list->count; k++) {
        if (list->piece[k].count && !list->piece[k].at) return FLX_EARG;
        count += list->piece[k].count;
    }
    return count == numbers ? FLX_OK : FLX_EDIM;
}

static flx_status check_out(const flx_batch_outs *list, size_t numbers)
{
    size_t count = 0;
    if (list->count && !list->piece) return FLX_EARG;
    for (size_t k = 0; k < list->count; k++) count += list->piece[k].count;
    return count == numbers ? FLX_OK : FLX_EDIM;
}

/* What all drivers check first. */
static flx_status begin(const flx_program *f, const flx_batch *b, flx_batch_job *job,
                        flx_report *report)
{
    flx_report_fill(report, FLX_OK, 0, NULL, NULL);
    if (!f || !b) return FLX_EARG;
    if (b->program != f || (int)b->kind < job->order) return FLX_EWORK;
    if ((unsigned)job->order > f->order) {
        flx_report_fill(report, FLX_EORDER, 0, f->limit, NULL);
        return FLX_EORDER;
    }
    job->f = f;
    return check_in(&job->x, f->inputs);
}

/* Runs the job where all is well. */
static flx_status end(flx_batch *b, flx_batch_job *job, flx_status status, flx_report *report)
{
    if (status == FLX_OK) return run(b, job, report);
    if (report) report->status = status;
    return status;
}

flx_status flx_eval_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                          const flx_batch_in *x, size_t ny, const flx_batch_out *y, unsigned *flags,
                          flx_report *report)
{
    flx_batch_job job = {.points = points, .x = {nx, x}, .y = {ny, y}, .flags = flags};
    flx_status status = begin(f, b, &job, report);
    if (status == FLX_OK) status = check_out(&job.y, job.values = f->outputs);
    return end(b, &job, status, report);
}

/* Products of rows with the Jacobian, their weights being known. */
static flx_status products(const flx_program *f, flx_batch *b, flx_batch_job *job,
                           flx_status status, flx_report *report)
{
    if (status == FLX_OK && job->y.count) status = check_out(&job->y, job->values = f->outputs);
    if (status == FLX_OK) status = check_out(&job->g, job->rows * f->inputs);
    return end(b, job, status, report);
}

flx_status flx_vjps_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                          const flx_batch_in *x, size_t k, size_t nw, const flx_batch_in *weight,
                          size_t ng, const flx_batch_out *g, unsigned *flags, flx_report *report)
{
    flx_batch_job job = {.points = points,
                         .order = 1,
                         .rows = k,
                         .x = {nx, x},
                         .weight = {nw, weight},
                         .g = {ng, g},
                         .flags = flags};
    flx_status status = begin(f, b, &job, report);
    if (status == FLX_OK) {
        job.unit = nw == 0 && k == 1 && f->outputs == 1;
        if (!job.unit) status = check_in(&job.weight, k * f->outputs);
    }
    return products(f, b, &job, status, report);
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
    flx_batch_job job = {.points = points,
                         .order = 1,
                         .unit = 1,
                         .rows = f ? f->outputs : 0,
                         .x = {nx, x},
                         .y = {ny, y},
                         .g = {nj, jac},
                         .flags = flags};
    return products(f, b, &job, begin(f, b, &job, report), report);
}

flx_status flx_gradient_batch(const flx_program *f, flx_batch *b, size_t points, size_t nx,
                              const flx_batch_in *x, const flx_batch_out *y, size_t ng,
                              const flx_batch_out *g, unsigned *flags, flx_report *report)
{
    flx_batch_job job = {.points = points,
                         .order = 1,
                         .unit = 1,
                         .rows = 1,
                         .x = {nx, x},
                         .y = {y ? 1 : 0, y},
                         .g = {ng, g},
                         .flags = flags};
    flx_status status = begin(f, b, &job, report);
    if (status == FLX_OK && f->outputs != 1) status = FLX_EDIM;
    return products(f, b, &job, status, report);
}
