/* diagnose.c: where numbers first cease to be finite. */
#include <fluxion/show.h>

#include <math.h>

#include "program/program.h"

/* What the diagnosis says of one kind of number. */
typedef struct finding {
    size_t *index;
    const char **op, **label;
} finding;

static void say(const flx_code *c, finding f, size_t instr)
{
    *f.index = instr;
    *f.op = instr < c->instrs ? flx_op_name(c->instr[instr].op) : NULL;
    *f.label = instr < c->instrs ? flx_code_label(c, (uint32_t)instr) : NULL;
}

/* The instruction whose slots hold the first number of a plane that is not finite, from the first
 * instruction on or from the last one back; the poison, which says nothing, is left out. Code without
 * such a number gives the number of instructions. */
static size_t find(const flx_code *c, const double *plane, int backwards)
{
    size_t found = c->instrs;
    uint32_t out = 0;
    for (uint32_t k = 0; k < c->instrs; k++) {
        const uint32_t outputs = flx_instr_outputs(&c->instr[k]);
        const int here = c->instr[k].op != OP_poison && !flx_all_finite(plane + out, outputs);
        out += outputs;
        if (!here) continue;
        found = k;
        if (!backwards) break;
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
    const finding value = {&d->value, &d->value_op, &d->value_label};
    const finding tangent = {&d->tangent, &d->tangent_op, &d->tangent_label};
    const finding adjoint = {&d->adjoint, &d->adjoint_op, &d->adjoint_label};
    say(c, value, c->instrs);
    say(c, tangent, c->instrs);
    say(c, adjoint, c->instrs);
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
