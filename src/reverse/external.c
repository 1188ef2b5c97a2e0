/* external.c: see external.h. What a callback computes is a value without derivatives; the code
 * recorded around it has them, up to an order. */
#include <fluxion/external.h>

#include <math.h>

#include <fluxion/grad.h>

#include "reverse/array.h"
#include "reverse/plane.h"

enum { HIGHEST = 16 };

void flx_call_values(const flx_code *c, const flx_block *b, uint32_t outputs,
                     const flx_algebra *value)
{
    const flx_callback *call = &c->call[b->each.b];
    double *y = flx_part(value, 0) + b->view[0].slot;
    const double *x = flx_part(value, 0) + b->view[1].slot;
    const flx_status status = call->value(call->ctx, flx_view_size(&b->view[1]), x, outputs, y);
    for (uint32_t k = 0; k < outputs && status != FLX_OK; k++) y[k] = (double)NAN;
    for (size_t part = 1; part < value->count; part++)
        for (uint32_t k = 0; k < outputs; k++) flx_part(value, part)[b->view[0].slot + k] = 0.0;
}

/* As a contiguous column. */
static flx_array column_of(flx_array x)
{
    if (!flx_array_is_run(x)) x = flx_array_copy(x);
    return flx_array_reshape(x, (size_t)x.rows * x.cols, 1);
}

/* m values that a callback makes of a contiguous column. */
static flx_array record_call(flx_callback call, flx_array x, uint64_t m)
{
    flx_tape *t = x.first.tape;
    flx_block b = {.each = {OP_copy, 0, 0, 0}, .views = 2};
    if (!t || !flx_tape_add_call(t, call, &b.each.b)) return flx_array_none(t);
    b.view[0] = flx_view_of_run(0, (uint32_t)m, 1);
    b.view[1] = flx_array_view(x);
    return flx_array_emit(t, OP_call, &b, m);
}

/* The tape of what a callback is given; NULL, with the tape failed, where there is none for it. */
static flx_tape *prepare(flx_array x, int valid)
{
    int failed;
    flx_tape *t = flx_array_common(1, &x, OP_call, &failed);
    if (failed || !t) return NULL;
    if (valid) return t;
    flx_tape_fail(t, FLX_EARG, OP_call);
    return NULL;
}

/* J d, as a column; what an infinite J has to give nothing is hidden by an exact zero of d. */
static flx_array along(flx_array jacobian, flx_array d)
{
    flx_tape *t = d.first.tape;
    flx_block b = {.each = {OP_acc_mul, 0, 0, 0}, .views = 3};
    b.view[0] = flx_view_of_run(0, 1, jacobian.rows);
    b.view[1] = flx_array_view(flx_array_transpose(d));
    b.view[2] = flx_array_view(flx_array_transpose(jacobian));
    return flx_array_transpose(flx_array_emit(t, OP_matmul, &b, jacobian.rows));
}

/* x less its value: zero, with x's derivatives. */
static flx_array change_of(flx_array x) { return flx_array_sub(x, flx_array_detach(x)); }

static flx_array by_doubles(const flx_external *f, flx_array x, flx_array y)
{
    const flx_callback call = {f->name, f->jacobian, f->ctx, 1};
    const flx_array jacobian = record_call(call, x, (uint64_t)y.rows * x.rows);
    const flx_array matrix = flx_array_reshape(jacobian, y.rows, x.rows);
    return flx_array_add(y, along(matrix, change_of(x)));
}

static void load(flx_var *v, flx_array x)
{
    for (uint32_t k = 0; k < x.rows; k++) v[k] = flx_array_at(x, k, 0);
}

/* What a callback does not write is zero, as in flx_record. */
static void clear(size_t n, flx_var *v)
{
    for (size_t k = 0; k < n; k++) v[k] = flx_constant(0.0);
}

/* Nodes and weights of Gauss' formulas on [0, 1]. */
enum { NODES = 4 };
/* clang-format off */
static const double gauss[NODES][NODES][2] = {
    {{0.5, 1.0}},
    {{0.211324865405187118, 0.5}, {0.788675134594812882, 0.5}},
    {{0.112701665379258311, 0.277777777777777778}, {0.5, 0.444444444444444444},
     {0.887298334620741689, 0.277777777777777778}},
    {{0.0694318442029737124, 0.173927422568726929}, {0.330009478207571868, 0.326072577431273071},
     {0.669990521792428132, 0.326072577431273071}, {0.930568155797026288, 0.173927422568726929}},
};
/* clang-format on */

/* vars: room for the inputs and a Jacobian. */
static flx_array by_recording(const flx_external *f, flx_array x, flx_array y, flx_var *vars)
{
    flx_tape *t = x.first.tape;
    const size_t n = x.rows, nodes = (f->order + 1) / 2;
    const flx_array change = change_of(x), base = flx_array_detach(x);
    for (size_t k = 0; k < nodes && t->head.error == FLX_OK; k++) {
        const double *node = gauss[nodes - 1][k];
        load(vars, flx_array_add(base, flx_array_mul(change, flx_array_number(node[0]))));
        clear(y.rows * n, vars + n);
        f->record_jacobian(n, vars, y.rows * n, vars + n, f->ctx);
        const flx_array jacobian = flx_array_pack(t, y.rows, n, vars + n);
        y = flx_array_add(y, flx_array_mul(along(jacobian, change), flx_array_number(node[1])));
    }
    return t->head.error == FLX_OK ? y : flx_array_none(t);
}

static unsigned order_of(const flx_external *f)
{
    return f->record_jacobian ? f->order : f->jacobian ? 1 : 0;
}

flx_array flx_array_external(const flx_external *f, flx_array x, size_t m)
{
    const int valid =
        f && f->value && (!f->record_jacobian || (f->order > 0 && f->order <= 2 * NODES));
    flx_tape *t = prepare(x, valid);
    if (!t) return flx_array_none(x.first.tape);
    const flx_array column = column_of(x);
    const flx_array y =
        record_call((flx_callback){f->name, f->value, f->ctx, order_of(f)}, column, m);
    if (y.rows == 0 || order_of(f) == 0) return y;
    if (!f->record_jacobian) return by_doubles(f, column, y);
    const size_t count = column.rows + (size_t)column.rows * y.rows + 1; /* not none */
    flx_var *vars = flx_memory_resize(&t->memory, NULL, 0, count, sizeof *vars);
    if (!vars) return flx_array_fail(t, FLX_ENOMEM, OP_call);
    const flx_array result = by_recording(f, column, y, vars);
    flx_memory_resize(&t->memory, vars, count, 0, sizeof *vars);
    return result;
}

/* ---- implicit functions ---- */

/* Unknowns and parameters in one row of variables, and residuals and the rows of their Jacobian. */
typedef struct equations {
    const flx_implicit *f;
    flx_tape *tape;
    size_t n, np;
    flx_var *v, *r, *jacobian, *seed;
} equations;

/* r(x, p) as a column. */
static flx_array residual(const equations *e, flx_array x, flx_array p)
{
    load(e->v, x);
    load(e->v + e->n, p);
    clear(e->n, e->r);
    e->f->residual(e->n + e->np, e->v, e->n, e->r, e->f->ctx);
    return flx_array_pack(e->tape, e->n, 1, e->r);
}

/* Recorded gradients that are detached count for nothing. */
static void forget_level(flx_tape *t, uint32_t from)
{
    for (uint32_t k = from; k < flx_tape_instrs(t); k++)
        if (t->head.instr[k].op == OP_zeros) t->head.instr[k].flags = 0;
}

/* dr/dx at (x, p), without derivatives. */
static flx_array jacobian_of(const equations *e, flx_array x, flx_array p)
{
    const uint32_t from = flx_tape_instrs(e->tape);
    residual(e, x, flx_array_detach(p));
    for (size_t i = 0; i < e->n; i++) {
        for (size_t k = 0; k < e->n; k++) e->seed[k] = flx_constant(k == i);
        flx_grad_seeded(e->n, e->r, e->seed, e->n, e->v, e->jacobian + i * e->n, FLX_CREATE_GRAPH);
    }
    const flx_array jacobian = flx_array_pack(e->tape, e->n, e->n, e->jacobian);
    if (e->tape->head.error == FLX_OK) forget_level(e->tape, from);
    return flx_array_detach(jacobian);
}

static flx_array solve(const equations *e, flx_array p, unsigned order)
{
    const flx_callback call = {e->f->name, e->f->solve, e->f->ctx, order};
    flx_array x = record_call(call, p, e->n);
    if (x.rows != e->n || e->tape->paused) return x; /* the steps are for derivatives */
    const flx_array_factors factors = flx_array_lu(jacobian_of(e, x, p));
    for (unsigned k = 0; k < order; k++)
        x = flx_array_sub(x, flx_array_lu_solve(factors, residual(e, x, p)));
    return x;
}

flx_array flx_array_implicit(const flx_implicit *f, flx_array p, size_t n, unsigned order)
{
    const int valid =
        f && f->solve && f->residual && n > 0 && n <= UINT16_MAX && order > 0 && order <= HIGHEST;
    flx_tape *t = prepare(p, valid);
    if (!t) return flx_array_none(p.first.tape);
    const flx_array column = column_of(p);
    const size_t np = column.rows, count = (n + np) + n + n * n + n;
    flx_var *vars = flx_memory_resize(&t->memory, NULL, 0, count, sizeof *vars);
    if (!vars) return flx_array_fail(t, FLX_ENOMEM, OP_call);
    const equations e = {
        f, t, n, np, vars, vars + n + np, vars + 2 * n + np, vars + 2 * n + np + n * n};
    const flx_array x = solve(&e, column, order);
    flx_memory_resize(&t->memory, vars, count, 0, sizeof *vars);
    return x;
}
