/* compose.c: calls, maps and scans: loops over programs. */
#include <fluxion/compose.h>

#include "program/program.h"
#include "reverse/loop_var.h"

static const flx_array nothing;

static uint64_t size_of(flx_array a) { return (uint64_t)a.rows * a.cols; }

/* The common tape of the operands that have elements; NULL, tapes failed, where something is wrong. */
static flx_tape *tape_of(const flx_program *f, const flx_loop_arrays *x)
{
    const flx_array all[3] = {x->state, x->rows, x->shared};
    flx_array some[3];
    size_t n = 0;
    int failed;
    for (int k = 0; k < 3; k++)
        if (size_of(all[k]) || all[k].first.tape) some[n++] = all[k];
    flx_tape *t = flx_array_common(n, some, OP_loop, &failed);
    if (t && !f && !failed) flx_tape_fail(t, FLX_EARG, OP_loop);
    return failed || !f ? NULL : t;
}

static flx_tape *any_tape(const flx_loop_arrays *x)
{
    if (x->state.first.tape) return x->state.first.tape;
    return x->rows.first.tape ? x->rows.first.tape : x->shared.first.tape;
}

static flx_loop_arrays none(const flx_loop_arrays *x)
{
    const flx_array a = flx_array_none(any_tape(x));
    return (flx_loop_arrays){a, a, a};
}

/* A constant operand gets slots of its own. */
static flx_array on_tape(flx_tape *t, flx_array x)
{
    flx_view v;
    if (size_of(x) == 0) return nothing;
    if (!flx_array_operand(t, x, OP_loop, &v)) return flx_array_none(t);
    return flx_view_array(t, v);
}

/* Records a loop of the program; the split's shared inputs and sums or rows of outputs are what is
 * left. */
static flx_loop_arrays record(flx_program *f, flx_loop loop, int summed, const flx_loop_arrays *x)
{
    flx_tape *t = tape_of(f, x);
    if (!t) return none(x);
    flx_split *s = &loop.split;
    loop.inner = &f->inner;
    const uint64_t shared = size_of(x->shared), given = (uint64_t)s->state + s->row + shared;
    if (given != f->inputs || s->state > f->outputs
        || size_of(x->rows) != (uint64_t)loop.steps * s->row) {
        flx_tape_fail_at(t, FLX_ESHAPE, flx_loop_name(&loop));
        return none(x);
    }
    const uint32_t rest = (uint32_t)f->outputs - s->state;
    s->shared = (uint32_t)shared;
    s->out = summed ? 0 : rest;
    s->sum = summed ? rest : 0;
    const flx_loop_arrays operands = {on_tape(t, x->state), on_tape(t, x->rows),
                                      on_tape(t, x->shared)};
    return t->head.error == FLX_OK ? flx_loop_record(t, loop, &operands) : none(x);
}

flx_array flx_call(flx_program *f, flx_array x)
{
    const flx_loop_arrays operands = {nothing, nothing, x};
    const flx_array y = record(f, (flx_loop){.steps = 1}, 0, &operands).rows;
    return (flx_array){y.first, y.cols, y.rows, 1, 0};
}

flx_status flx_call_scalars(flx_program *f, const flx_var *x, flx_var *y)
{
    int mixed;
    if (!f || (f->inputs && !x) || (f->outputs && !y)) return FLX_EARG;
    flx_tape *t = flx_tape_common(f->inputs, x, OP_loop, &mixed);
    if (!t) return FLX_EARG;
    const flx_array results = flx_call(f, flx_array_pack(t, f->inputs, 1, x));
    const int done = flx_tape_status(t) == FLX_OK;
    for (size_t k = 0; k < f->outputs; k++)
        y[k] = done ? flx_array_at(results, k, 0) : flx_tape_poison(t);
    return flx_tape_status(t);
}

flx_array flx_map(flx_program *f, flx_array rows, flx_array shared)
{
    const flx_loop_arrays operands = {nothing, rows, shared};
    const flx_loop loop = {.split = {.row = rows.cols}, .steps = rows.rows};
    return record(f, loop, 0, &operands).rows;
}

flx_array flx_map_sum(flx_program *f, flx_array rows, flx_array shared)
{
    const flx_loop_arrays operands = {nothing, rows, shared};
    const flx_loop loop = {.split = {.row = rows.cols}, .steps = rows.rows};
    return record(f, loop, 1, &operands).shared;
}

/* Beside the first state. */
static uint32_t default_kept(size_t steps)
{
    size_t kept = 4096;
    while (kept < steps / kept * 4) kept *= 2;
    return (uint32_t)(kept < UINT32_MAX ? kept : UINT32_MAX);
}

flx_scanned flx_scan(flx_program *f, size_t steps, flx_array state, flx_array inputs,
                     flx_array shared, size_t checkpoints)
{
    const flx_loop_arrays operands = {state, inputs, shared};
    const uint64_t states = size_of(state);
    if (steps > UINT32_MAX || states > UINT32_MAX) {
        const flx_array failed = flx_array_fail(any_tape(&operands), FLX_ELIMIT, OP_loop);
        return (flx_scanned){failed, failed};
    }
    const flx_loop loop = {.split = {.state = (uint32_t)states, .row = inputs.cols},
                           .steps = (uint32_t)steps,
                           .kept = checkpoints == 0            ? default_kept(steps)
                                   : checkpoints <= UINT32_MAX ? (uint32_t)(checkpoints - 1)
                                                               : UINT32_MAX};
    const flx_loop_arrays y = record(f, loop, 0, &operands);
    return (flx_scanned){y.state, y.rows};
}
