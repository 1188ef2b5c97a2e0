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
    size_t plane, rate, touched, derived[2], partial, point;
} parts;

static size_t rounded(size_t doubles)
{
    return (doubles + FLX_SIDE_BY_SIDE - 1) / FLX_SIDE_BY_SIDE * FLX_SIDE_BY_SIDE;
}

/* How many numbers can be summed at a time: all results of a point, of several rows of products one. */
static size_t most_sums(const flx_batch *b)
{
    const size_t ends = b->program->inputs + b->program->outputs;
    return b->kind == FLX_WORK_SECOND ? 2 * ends : ends;
}

/* Whether derivatives are kept that come with values. */
static int has_rates(const flx_batch *b)
{
    return b->kind != FLX_WORK_VALUE && flx_batch_has(&b->program->code, flx_op_has_rate);
}

static parts parts_of(const flx_batch *b)
{
    const flx_program *f = b->program;
    const size_t planes = b->kind == FLX_WORK_VALUE ? 1 : 2, ends = f->inputs + f->outputs;
    parts p = {.plane = rounded(planes * f->slots * b->set->width),
               .rate = has_rates(b) ? rounded(f->slots * b->set->width) : 0,
               .touched = rounded(f->slots / sizeof(double) + 1),
               .partial = rounded(FLX_PARTIAL_SUMS * most_sums(b)),
               .point = rounded(3 * ends)};
    for (int k = 0; k < 2; k++)
        if (b->derived[k]) p.derived[k] = rounded((b->set->width + 1) * b->derived[k]->slots);
    return p;
}

/* Cuts the rooms out of what has been allocated, at the first double that registers can be read
 * from. */
static void furnish(flx_batch *b, parts p)
{
    const size_t bytes = FLX_SIDE_BY_SIDE * sizeof(double), n = b->program->inputs;
    double *next = b->all + (bytes - (uintptr_t)b->all % bytes) % bytes / sizeof(double);
    for (unsigned k = 0; k < b->threads; k++) {
        flx_batch_room *room = &b->room[k];
        room->plane = next;
        next += p.plane;
        room->rate = p.rate ? next : NULL;
        room->touched = (unsigned char *)(next + p.rate);
        room->derived[0] = next + p.rate + p.touched;
        room->derived[1] = room->derived[0] + p.derived[0];
        room->partial = room->derived[1] + p.derived[1];
        next = room->partial + p.partial;
        room->point =
            (flx_batch_one){next, next + n, next + 2 * n, next + 2 * n + b->program->outputs};
        next += p.point;
    }
}

/* A value into a slot of a plane. */
static void preset(const flx_batch *b, double *plane, flx_preset p)
{
    for (size_t l = 0; l < b->set->width; l++) plane[p.slot * b->set->width + l] = p.value;
}

static void preset_constants(const flx_batch *b, double *plane, const flx_program *f)
{
    for (uint32_t k = 0; k < f->constants; k++) preset(b, plane, f->constant[k]);
}

static void preset_parameters(const flx_batch *b, double *plane, const flx_program *f,
                              const double *p)
{
    for (uint32_t k = 0; k < f->parameters; k++)
        preset(b, plane, (flx_preset){f->parameter[k].slot, p ? p[k] : f->parameter[k].value});
}

/* The programs that compute derivatives, as far as the user's has any. */
static flx_status derive(flx_batch *b)
{
    const flx_program *f = b->program;
    flx_status status = FLX_OK;
    if (b->kind != FLX_WORK_SECOND) return FLX_OK;
    if (f->order >= 1) status = flx_program_directional(f, &b->derived[0]);
    if (f->order >= 2 && status == FLX_OK) status = flx_program_curvature(f, &b->derived[1]);
    return status;
}

static size_t most_slots(const flx_batch *b)
{
    size_t slots = b->program->slots;
    for (int k = 0; k < 2 && b->derived[k]; k++)
        slots = slots > b->derived[k]->slots ? slots : b->derived[k]->slots;
    return slots;
}

static flx_status make_rooms(flx_batch *b)
{
    const flx_program *f = b->program;
    const parts p = parts_of(b);
    b->room = flx_memory_resize(&b->memory, NULL, 0, b->threads, sizeof *b->room);
    if (!b->room) return FLX_ENOMEM;
    for (unsigned k = 0; k < b->threads; k++) b->room[k] = (flx_batch_room){0};
    for (unsigned k = 0; k < b->threads; k++) {
        const flx_status status = flx_work_make(b->program, b->kind, 1, 0, &b->room[k].one);
        if (status != FLX_OK) return status;
    }
    b->doubles =
        b->threads
            * (p.plane + p.rate + p.touched + p.derived[0] + p.derived[1] + p.partial + p.point)
        + FLX_SIDE_BY_SIDE;
    b->all = flx_memory_resize(&b->memory, NULL, 0, b->doubles, sizeof *b->all);
    b->sum = flx_memory_resize(&b->memory, NULL, 0, b->blocks * most_sums(b) + 1, sizeof *b->sum);
    b->telling = flx_memory_resize(&b->memory, NULL, 0, f->slots, sizeof *b->telling);
    if (!b->all || !b->sum || !b->telling) return FLX_ENOMEM;
    for (size_t k = 0; k < b->doubles; k++) b->all[k] = 0.0;
    furnish(b, p);
    b->tellings = flx_batch_find_telling(f, b->room->touched, b->telling);
    for (unsigned k = 0; k < b->threads; k++) {
        preset_constants(b, b->room[k].plane, f);
        for (int j = 0; j < 2 && b->derived[j]; j++)
            preset_constants(b, b->room[k].derived[j], b->derived[j]);
    }
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
    if (!f || !batch || (unsigned)kind > FLX_WORK_SECOND) return FLX_EARG;
    flx_status status = flx_batch_choose(f, options, &isa);
    if (status != FLX_OK) return status;
    flx_memory memory = flx_memory_make(&f->memory.allocator, 0);
    flx_batch *b = flx_memory_new(&memory, sizeof *b);
    if (!b) return FLX_ENOMEM;
    b->memory = memory;
    b->kind = kind;
    b->isa = isa;
    b->threads = threads_of(options);
    b->blocks = b->threads > 1 ? (size_t)4 * b->threads : 1;
    b->program = flx_program_retain(f);
    status = derive(b);
    b->set = flx_batch_set_of(isa, most_slots(b));
    if (status == FLX_OK) status = make_rooms(b);
    if (status == FLX_OK) *batch = b;
    else flx_batch_destroy(b);
    return status;
}

void flx_batch_destroy(flx_batch *b)
{
    if (!b) return;
    const size_t sums = b->blocks * most_sums(b) + 1;
    for (unsigned k = 0; b->room && k < b->threads; k++) flx_work_destroy(b->room[k].one);
    if (b->room) flx_memory_resize(&b->memory, b->room, b->threads, 0, sizeof *b->room);
    if (b->all) flx_memory_resize(&b->memory, b->all, b->doubles, 0, sizeof *b->all);
    if (b->telling)
        flx_memory_resize(&b->memory, b->telling, b->program->slots, 0, sizeof *b->telling);
    if (b->sum) flx_memory_resize(&b->memory, b->sum, sums, 0, sizeof *b->sum);
    for (int k = 0; k < 2; k++) flx_program_release(b->derived[k]);
    flx_program_release(b->program);
    flx_memory memory = b->memory;
    flx_memory_free(&memory, b, sizeof *b);
}

flx_isa flx_batch_isa(const flx_batch *b) { return b->isa; }

flx_status flx_batch_set_parameters(const flx_program *f, flx_batch *b, const double *p)
{
    if (!f || !b) return FLX_EARG;
    if (b->program != f) return FLX_EWORK;
    for (unsigned k = 0; k < b->threads; k++) {
        flx_batch_room *room = &b->room[k];
        preset_parameters(b, room->plane, f, p);
        for (int j = 0; j < 2 && b->derived[j]; j++)
            preset_parameters(b, room->derived[j], b->derived[j], p);
        flx_work_set_parameters(f, room->one, p);
    }
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

/* A row of weights, of ways that have any. */
static void gather_weight(const flx_batch_job *job, size_t row, size_t point, double *to)
{
    const size_t m = job->f->outputs;
    for (size_t k = 0; job->unit && k < m; k++) to[k] = k == row ? 1.0 : 0.0;
    if (job->weight.count) gather(&job->weight, row * m, m, point, to);
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
    const size_t n = job->f->inputs, end = job->row + job->rows;
    flx_batch_one one = room->point;
    unsigned flags = 0;
    gather(&job->x, 0, n, point, one.x);
    if (job->dir.count) gather(&job->dir, 0, n, point, one.dir);
    for (size_t row = job->row; row < end || (row == 0 && job->rows == 0); row++) {
        flx_report report;
        gather_weight(job, row, point, one.weight);
        job->single(job->f, room->one, &one, &report);
        flags |= reported(job, room, point, &report);
        one.x = NULL;
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
    const size_t most = job->sums ? b->blocks : blocks;
    const flx_batch_sink y = flx_batch_sink_at(&job->y, 0);
    const flx_batch_sink slope = flx_batch_sink_at(&job->slope, 0);
    const flx_batch_sink product = flx_batch_sink_at(&job->product, job->row * job->length);
    for (size_t first = 0, count; first < blocks; first += count) {
        count = blocks - first < most ? blocks - first : most;
        run_blocks(b, job, first, count);
        for (size_t k = 0; job->sums && k < count; k++) {
            const double *sum = add_sums(y, job->values, b->sum + k * job->sums);
            sum = add_sums(slope, job->slopes, sum);
            add_sums(product, job->rows * job->length, sum);
        }
    }
}

/* All rows, in as many runs as it takes: there is memory for the sums of one at least. */
static void run_rows(flx_batch *b, flx_batch_job *job)
{
    const size_t all = job->rows, length = job->length;
    flx_batch_sink y = flx_batch_sink_at(&job->y, 0);
    flx_batch_sink slope = flx_batch_sink_at(&job->slope, 0);
    flx_batch_sink product = flx_batch_sink_at(&job->product, 0);
    size_t end = 0;
    job->sums = clear_sums(&y, job->values) + clear_sums(&slope, job->slopes);
    do {
        for (job->row = end; end < all && job->sums + length <= most_sums(b); end++)
            job->sums += clear_sums(&product, length);
        job->rows = end - job->row;
        run_all(b, job);
        job->values = job->slopes = job->sums = 0;
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
    gather(&job->x, 0, job->f->inputs, met->changed, room->point.x);
    flx_set_point(job->f, room->one, room->point.x, &report);
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
    job->telling = b->telling;
    job->tellings = b->tellings;
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

/* Whether the batch can do it; what it does it with. */
static flx_status check_way(const flx_program *f, const flx_batch *b, flx_batch_job *job,
                            flx_report *report)
{
    static const struct {
        int order;
        flx_work_kind kind;
    } of[] = {[FLX_BATCH_VALUES] = {0, FLX_WORK_VALUE},
              [FLX_BATCH_BACK] = {1, FLX_WORK_FIRST},
              [FLX_BATCH_DIRECTIONAL] = {1, FLX_WORK_SECOND},
              [FLX_BATCH_CURVATURE] = {2, FLX_WORK_SECOND}};
    if (!f || !b) return FLX_EARG;
    if (b->program != f || b->kind < of[job->way].kind) return FLX_EWORK;
    if ((unsigned)of[job->way].order > f->order) {
        flx_report_fill(report, FLX_EORDER, 0, f->limit, NULL);
        return FLX_EORDER;
    }
    job->f = f;
    job->order = of[job->way].order;
    if (job->way >= FLX_BATCH_DIRECTIONAL)
        job->derived = b->derived[job->way - FLX_BATCH_DIRECTIONAL];
    job->length = job->way == FLX_BATCH_DIRECTIONAL ? f->outputs : f->inputs;
    return FLX_OK;
}

/* Whether the lists have all numbers of the way; those that may be missing are empty. */
static flx_status check_lists(flx_batch_job *job)
{
    const flx_program *f = job->f;
    const int weighted = job->way == FLX_BATCH_BACK || job->way == FLX_BATCH_CURVATURE;
    flx_status status = check_in(&job->x, f->inputs);
    if (status == FLX_OK && job->derived) status = check_in(&job->dir, f->inputs);
    if (status == FLX_OK && weighted && !job->unit)
        status = check_in(&job->weight, job->rows * f->outputs);
    if (job->y.count || job->way == FLX_BATCH_VALUES) job->values = f->outputs;
    if (job->slope.count) job->slopes = f->inputs;
    if (status == FLX_OK) status = check_out(&job->y, job->values);
    if (status == FLX_OK) status = check_out(&job->slope, job->slopes);
    return status == FLX_OK ? check_out(&job->product, job->rows * job->length) : status;
}

flx_status flx_batch_run(const flx_program *f, flx_batch *b, flx_batch_job *job, flx_report *report)
{
    flx_report_fill(report, FLX_OK, 0, NULL, NULL);
    flx_status status = check_way(f, b, job, report);
    if (status == FLX_OK) status = check_lists(job);
    if (status == FLX_OK) return run(b, job, report);
    if (report) report->status = status;
    return status;
}
