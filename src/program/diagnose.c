/* diagnose.c: where numbers first cease to be finite. */
#include <fluxion/show.h>

#include <math.h>

#include "program/program.h"
#include "reverse/block.h"

/* What the diagnosis says of one kind of number. */
typedef struct finding {
    size_t *index;
    const char **op, **label;
} finding;

/* An instruction that was recorded, and the operation that came of it; none: beyond the last. */
typedef struct culprit {
    uint32_t recorded;
    const char *op;
} culprit;

static void say(const flx_code *c, finding f, culprit found)
{
    *f.index = found.recorded;
    *f.op = found.op;
    *f.label = found.op ? flx_code_label(c, found.recorded) : NULL;
}

/* The first of n numbers that is not finite, or the last. */
static uint32_t place_of(const double *x, uint32_t n, int backwards)
{
    uint32_t k = backwards ? n - 1 : 0;
    while (isfinite(x[k])) k += backwards ? UINT32_MAX : 1;
    return k;
}

/* The first recorded instruction, or the last, whose slots hold a number of a plane that is not
 * finite; the poison, which says nothing, is left out. */
static culprit find(const flx_code *c, const double *plane, int backwards)
{
    culprit found = {c->recorded, NULL};
    uint32_t out = 0;
    for (uint32_t k = 0; k < c->instrs; k++) {
        const flx_instr *in = &c->instr[k];
        const uint32_t outputs = flx_instr_outputs(in);
        if (in->op != OP_poison && !flx_all_finite(plane + out, outputs)) {
            const uint32_t element = place_of(plane + out, outputs, backwards);
            const uint32_t recorded = flx_code_origin_of(c, k, element);
            const int better = backwards ? recorded > found.recorded : recorded < found.recorded;
            if (better || !found.op) found = (culprit){recorded, flx_instr_name(c, in)};
        }
        out += outputs;
    }
    return found;
}

static const double *or_ones(const double *given, size_t n, double *room)
{
    for (size_t k = 0; k < n && !given; k++) room[k] = 1.0;
    return given ? given : room;
}

flx_status flx_diagnose(const flx_program *f, flx_work *w, const double *x, const double *dir,
                        const double *weight, flx_diagnosis *d)
{
    if (!f || !w || !d) return FLX_EARG;
    *d = (flx_diagnosis){0};
    if (w->program != f || w->kind == FLX_WORK_VALUE || w->kind == FLX_WORK_JET) return FLX_EWORK;
    const flx_code *c = &f->code;
    double *room = w->scratch; /* n + m numbers that the two drivers do not use */
    const culprit none = {c->recorded, NULL};
    const finding value = {&d->value, &d->value_op, &d->value_label};
    const finding tangent = {&d->tangent, &d->tangent_op, &d->tangent_label};
    const finding adjoint = {&d->adjoint, &d->adjoint_op, &d->adjoint_label};
    say(c, value, none);
    say(c, tangent, none);
    say(c, adjoint, none);
    flx_work_clear_flags(w);
    flx_status status = flx_jvp(f, w, x, or_ones(dir, f->inputs, room), room + f->inputs, NULL);
    if (status == FLX_OK) {
        say(c, value, find(c, flx_work_plane(w, 0), 0));
        say(c, tangent, find(c, flx_work_plane(w, 1), 0));
        status = flx_vjp(f, w, NULL, or_ones(weight, f->outputs, room), room + f->outputs, NULL);
    }
    if (status == FLX_OK) say(c, adjoint, find(c, flx_work_plane(w, 1), 1));
    d->flags = w->flags;
    return status;
}
