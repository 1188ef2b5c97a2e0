/* nest.c: programs within loops: how loops see them, and the programs derived from them. */
#include <stddef.h>

#include "program/append.h"

static flx_program *program_of(const flx_inner *f)
{
    return (flx_program *)(uintptr_t)((const char *)f - offsetof(flx_program, inner));
}

static void retain(const flx_inner *f) { flx_program_retain(program_of(f)); }

static void release(const flx_inner *f) { flx_program_release(program_of(f)); }

/* ---- derived programs ---- */

/* One derivation: the program's code on a tape of its own, its inputs x and outputs y, their tangents
 * and adjoints, and what are to be inputs and outputs of the derived program. */
typedef struct deriving {
    const flx_program *f;
    flx_split split;
    flx_tape *tape;
    flx_var *x, *y, *dx, *dy; /* of as many as x or y: adjoints or tangents */
    flx_var *from, *to;
    size_t inputs, outputs;
} deriving;

/* The values that are given, the others being zero: what is recorded of a gradient does not depend on
 * them. */
static void put_given(const flx_program *f, double *value)
{
    for (uint32_t k = 0; k < f->constants; k++) value[f->constant[k].slot] = f->constant[k].value;
    for (uint32_t k = 0; k < f->parameters; k++)
        value[f->parameter[k].slot] = f->parameter[k].value;
}

static flx_status load(deriving *d)
{
    const flx_program *f = d->f;
    flx_memory *memory = &d->tape->memory;
    double *value = flx_memory_new(memory, f->slots * sizeof *value);
    if (!value) return FLX_ENOMEM;
    put_given(f, value);
    flx_append(d->tape, f, value);
    for (size_t k = 0; k < f->inputs; k++)
        d->x[k] = flx_tape_var(d->tape, FLX_FIRST_SLOT + f->input[k]);
    for (size_t k = 0; k < f->outputs; k++) {
        const uint32_t slot = f->output[k];
        d->y[k] = slot < f->code.slots ? flx_tape_var(d->tape, FLX_FIRST_SLOT + slot)
                                       : flx_constant(value[slot]);
    }
    flx_memory_free(memory, value, f->slots * sizeof *value);
    return flx_tape_status(d->tape);
}

static void input(deriving *d, const flx_var *v, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) d->from[d->inputs++] = v[k];
}

static void output(deriving *d, const flx_var *v, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) d->to[d->outputs++] = v[k];
}

static flx_status adjoint(deriving *d)
{
    const size_t n = d->f->inputs, m = d->f->outputs;
    const flx_split s = d->split;
    const flx_var *x = d->x, *w = d->dy, *g = d->dx;
    for (size_t k = 0; k < m; k++) d->dy[k] = flx_variable(d->tape, 0.0);
    input(d, w, s.state);
    input(d, x, s.state + s.row);
    input(d, w + s.state, s.out);
    input(d, x + s.state + s.row, s.shared);
    input(d, w + s.state + s.out, s.sum);
    const flx_status status = flx_grad_seeded(m, d->y, d->dy, n, d->x, d->dx, FLX_CREATE_GRAPH);
    output(d, g, (uint32_t)n);
    return status;
}

static flx_status tangent(deriving *d)
{
    const size_t n = d->f->inputs, m = d->f->outputs;
    const flx_split s = d->split;
    const uint32_t part[3] = {s.state, s.row, s.shared};
    const flx_var *x = d->x, *dx = d->dx;
    for (size_t k = 0; k < n; k++) d->dx[k] = flx_variable(d->tape, 0.0);
    for (int p = 0; p < 3; p++) {
        input(d, x, part[p]);
        input(d, dx, part[p]);
        x += part[p];
        dx += part[p];
    }
    const flx_status status = flx_jvp_record(n, d->x, d->dx, m, d->y, d->dy);
    output(d, d->y, s.state);
    output(d, d->dy, (uint32_t)m);
    return status;
}

static flx_status states(deriving *d)
{
    input(d, d->x, (uint32_t)d->f->inputs);
    output(d, d->y, d->split.state);
    output(d, d->x, d->split.state);
    return FLX_OK;
}

/* Those of batches (program.h). */
static flx_status directional(deriving *d)
{
    const size_t n = d->f->inputs, m = d->f->outputs;
    for (size_t k = 0; k < n; k++) d->dx[k] = flx_variable(d->tape, 0.0);
    input(d, d->x, (uint32_t)n);
    input(d, d->dx, (uint32_t)n);
    const flx_status status = flx_jvp_record(n, d->x, d->dx, m, d->y, d->dy);
    output(d, d->dy, (uint32_t)m);
    return status;
}

static flx_status curvature(deriving *d)
{
    const size_t n = d->f->inputs, m = d->f->outputs;
    flx_var *gradient = d->to, *product = d->to + n;
    for (size_t k = 0; k < n; k++) d->dx[k] = flx_variable(d->tape, 0.0);
    for (size_t k = 0; k < m; k++) d->dy[k] = flx_variable(d->tape, 0.0);
    input(d, d->x, (uint32_t)n);
    input(d, d->dx, (uint32_t)n);
    input(d, d->dy, (uint32_t)m);
    d->outputs = 2 * n;
    const flx_status status = flx_grad_seeded(m, d->y, d->dy, n, d->x, gradient, FLX_CREATE_GRAPH);
    return status != FLX_OK ? status : flx_jvp_record(n, d->x, d->dx, n, gradient, product);
}

/* What a derived program is made by. */
typedef flx_status recorder(deriving *d);

static flx_status record(deriving *d, recorder *by, flx_program **made)
{
    flx_status status = load(d);
    if (status == FLX_OK) status = by(d);
    if (status != FLX_OK) return status;
    return flx_freeze(d->tape, d->inputs, d->from, d->outputs, d->to, FLX_KEEP_SLOTS, made, NULL);
}

static flx_status make(const flx_program *f, recorder *by, flx_split split, flx_program **made)
{
    const size_t n = f->inputs, m = f->outputs, vars = 6 * (n + m) + 1;
    flx_tape *t;
    flx_status status = flx_tape_create_like(&f->code, f->memory.allocator, &t);
    if (status != FLX_OK) return status;
    flx_var *v = flx_memory_resize(&t->memory, NULL, 0, vars, sizeof *v);
    if (v) {
        flx_var *dv = v + n + m, *from = dv + n + m, *to = from + 2 * (n + m);
        deriving d = {f, split, t, v, v + n, dv, dv + n, from, to, 0, 0};
        status = record(&d, by, made);
        flx_memory_resize(&t->memory, v, vars, 0, sizeof *v);
    } else {
        status = FLX_ENOMEM;
    }
    flx_tape_destroy(t);
    return status;
}

flx_status flx_program_directional(const flx_program *f, flx_program **made)
{
    return make(f, directional, (flx_split){0}, made);
}

flx_status flx_program_curvature(const flx_program *f, flx_program **made)
{
    return make(f, curvature, (flx_split){0}, made);
}

static int same(flx_split a, flx_split b)
{
    return a.state == b.state && a.row == b.row && a.shared == b.shared && a.out == b.out
           && a.sum == b.sum;
}

static const flx_program *find(const flx_program *f, flx_derived kind, flx_split split)
{
    const flx_derivation *d = atomic_load_explicit(&f->derived, memory_order_acquire);
    while (d && !(d->kind == kind && same(d->split, split))) d = d->next;
    return d ? d->program : NULL;
}

/* Before what is there, which an exchange that fails brings. */
static void keep(flx_program *f, flx_derivation *d)
{
    while (!atomic_compare_exchange_weak_explicit(&f->derived, &d->next, d, memory_order_release,
                                                  memory_order_relaxed)) {}
}

/* Where two threads derive at once, both results are kept, and the one found first is used from then
 * on. */
static flx_status derive(const flx_inner *inner, flx_derived kind, flx_split split,
                         const flx_inner **derived)
{
    recorder *const by[] = {[FLX_DERIVED_ADJOINT] = adjoint,
                            [FLX_DERIVED_TANGENT] = tangent,
                            [FLX_DERIVED_STATES] = states};
    flx_program *f = program_of(inner);
    const flx_program *known = find(f, kind, split);
    if (!known) {
        flx_memory memory = flx_memory_make(&f->memory.allocator, 0);
        flx_derivation *d = flx_memory_new(&memory, sizeof *d);
        if (!d) return FLX_ENOMEM;
        *d = (flx_derivation){kind, split, NULL, NULL};
        const flx_status status = make(f, by[kind], split, &d->program);
        if (status != FLX_OK) {
            flx_memory_free(&memory, d, sizeof *d);
            return status;
        }
        d->program->inner.level = inner->level + (kind != FLX_DERIVED_STATES);
        keep(f, d);
        known = d->program;
    }
    *derived = &known->inner;
    return FLX_OK;
}

/* ---- how loops see a program ---- */

void flx_program_nest(flx_program *f)
{
    uint32_t first = f->first, first_slot = f->first_slot;
    for (uint32_t k = 0; k < f->code.loops; k++) f->loop[k].inner->retain(f->loop[k].inner);
    for (; first < f->code.instrs && f->instr[first].op == OP_input; first++)
        first_slot += f->instr[first].a; /* sweeps have nothing to do there */
    f->inner = (flx_inner){.code = &f->code,
                           .input = f->input,
                           .output = f->output,
                           .delicate = f->delicate,
                           .constant = f->constant,
                           .parameter = f->parameter,
                           .inputs = (uint32_t)f->inputs,
                           .outputs = (uint32_t)f->outputs,
                           .delicates = f->delicates,
                           .constants = f->constants,
                           .parameters = f->parameters,
                           .slots = f->slots,
                           .low = f->low,
                           .first = first,
                           .first_slot = first_slot,
                           .spreads = flx_code_spreads(&f->code),
                           .order = f->order,
                           .limit = f->limit,
                           .retain = retain,
                           .release = release,
                           .derive = derive};
    atomic_init(&f->derived, NULL);
}

void flx_program_unnest(flx_program *f)
{
    if (!f->inner.code) return; /* not complete */
    for (uint32_t k = 0; k < f->code.loops; k++) f->loop[k].inner->release(f->loop[k].inner);
    flx_derivation *d = atomic_load_explicit(&f->derived, memory_order_acquire);
    while (d) {
        flx_derivation *next = d->next;
        flx_program_release(d->program);
        flx_memory_free(&f->memory, d, sizeof *d); /* which counts what is held no more */
        d = next;
    }
}
