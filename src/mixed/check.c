/* check.c: the agreement check: from the caller's arguments to a result. */
#include "mixed/check.h"

#include <math.h>
#include <string.h>

#define BIT(road) FLX_ROAD_BIT(FLX_ROAD_##road)

static const char *const names[] = {
#define FLX_ROAD(name, text) text,
#include <fluxion/road.def>
#undef FLX_ROAD
};

_Static_assert(FLX_ROAD_COUNT <= 32, "roads are bits");

const char *flx_road_name(unsigned road) { return road < FLX_ROAD_COUNT ? names[road] : "unknown"; }

/* How much is known: an operation, a component, or nothing but that roads disagree. */
static int precision(const flx_check_guilty *g)
{
    if (g->op) return 2;
    return g->input != FLX_CHECK_NOWHERE || g->output != FLX_CHECK_NOWHERE;
}

void flx_check_accuse(flx_check_result *r, const flx_check_guilty *guilty)
{
    const flx_check_guilty *known = &r->guilty;
    if (known->roads && known->order < guilty->order) return;
    if (known->roads && known->order == guilty->order && precision(known) >= precision(guilty))
        return;
    r->guilty = *guilty;
}

static void clear(flx_check_result *r)
{
    *r = (flx_check_result){0};
    r->symmetry = r->linearity = r->euler = (double)NAN;
    r->difference = r->difference_error = r->derivative = (double)NAN;
    r->guilty.instruction = r->guilty.input = r->guilty.output = FLX_CHECK_NOWHERE;
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++)
        for (int order = 0; order < 3; order++) r->road[k].where[order] = FLX_CHECK_NOWHERE;
}

/* ---- options ---- */

/* Roads that cannot be taken here are left out, and with them what rests on them. */
static unsigned possible(const flx_checker *c)
{
    const flx_check_options *o = &c->options;
    unsigned roads = o->roads ? o->roads : FLX_ROADS_DEFAULT;
    roads |= BIT(REPLAY); /* what all others are compared with at the values */
    if (!c->instances.f)
        roads &= ~(BIT(PLAIN) | BIT(DUAL) | BIT(HYPERDUAL) | BIT(DDUAL) | BIT(TAYLOR));
    if (!o->gradient && !o->product) roads &= ~BIT(USER);
    if (!c->recorded) roads &= ~BIT(RECORDING);
    if (!(roads & BIT(DOUBLE_BACKPROP))) roads &= ~BIT(GRADIENT_REPLAY);
    if (c->program->order < 2) /* those that go to second order at once (external.h) */
        roads &= ~(BIT(HYPERDUAL_SWEEP) | BIT(DDUAL_SWEEP) | BIT(TAYLOR_SWEEP)
                   | BIT(FORWARD_OVER_REVERSE) | BIT(DOUBLE_BACKPROP) | BIT(GRADIENT_REPLAY));
    return roads & FLX_ROADS_ALL;
}

static void fill_defaults(flx_checker *c, const flx_check_options *options)
{
    flx_check_options *o = &c->options;
    if (options) *o = *options;
    if (!(o->limit_first > 0.0)) o->limit_first = FLX_CHECK_FIRST;
    if (!(o->limit_second > 0.0)) o->limit_second = FLX_CHECK_SECOND;
    if (!o->allocator.resize) o->allocator = flx_allocator_default();
    c->result->limit_first = o->limit_first;
    c->result->limit_second = o->limit_second;
    c->memory = flx_memory_make(&o->allocator, 0);
    c->instances.gradient = o->gradient;
    c->instances.product = o->product;
    c->instances.user = o->ctx;
}

static int make_room(flx_checker *c)
{
    const size_t slots = c->program->slots;
    if (c->m > SIZE_MAX / 128 || c->n > SIZE_MAX / 128) return 0;
    c->room_size = 2 * c->m + 6 * c->n + slots + 1;
    c->room = flx_memory_resize(&c->memory, NULL, 0, c->room_size, sizeof *c->room);
    if (!c->room) return 0;
    memset(c->room, 0, c->room_size * sizeof *c->room);
    c->weight = c->room;
    c->u = c->weight + c->m;
    c->v = c->u + c->n;
    c->all = c->v + c->n;
    c->hessian_v = c->all + c->n;
    c->hessian_sum = c->hessian_v + c->n;
    c->one_input = c->hessian_sum + c->n;
    c->one_output = c->one_input + c->n;
    c->value = c->one_output + c->m;
    return 1;
}

static void fill_weights(flx_checker *c)
{
    uint64_t state = c->options.seed + 0x9e3779b97f4a7c15u;
    for (size_t k = 0; k < c->m; k++)
        c->weight[k] = c->options.weight ? c->options.weight[k] : flx_mini_random(&state);
    if (c->m == 1 && !c->options.weight) c->weight[0] = 1.0;
}

/* ---- the parts ---- */

/* Compares the instructions of code; those of a program within a loop count as the loop's. */
static flx_status compare_code(flx_checker *c, flx_local *l, const flx_code *code,
                               const double *value, uint32_t loop)
{
    flx_status status = FLX_OK;
    for (uint32_t k = 0; k < code->instrs && status == FLX_OK; k++) {
        flx_check_guilty g;
        const uint32_t recorded = flx_code_origin(code, k);
        const uint32_t here = loop == UINT32_MAX ? recorded : loop;
        if (code->instr[k].op == OP_loop) {
            const flx_block *b = &code->block[code->instr[k].a];
            const flx_loop *inner = flx_loop_of(code, b);
            const double *values = value + flx_loop_at(inner, b).inner;
            if (inner->steps) status = compare_code(c, l, inner->inner->code, values, here);
        }
        if (flx_mini_inputs(code, &code->instr[k]) == 0) continue;
        status = flx_local_compare(l, code, k, value, &g);
        c->result->local++;
        if (status != FLX_OK || !g.roads) continue;
        c->result->local_odd++;
        g.instruction = here;
        g.label = flx_code_label(code, recorded);
        g.input = g.output = FLX_CHECK_NOWHERE;
        flx_check_accuse(c->result, &g);
    }
    return status;
}

flx_status flx_check_local(flx_checker *c)
{
    const unsigned roads = c->roads.wanted
                           & ~(BIT(PLAIN) | BIT(RECORDING) | BIT(USER) | BIT(DUAL) | BIT(HYPERDUAL)
                               | BIT(DDUAL) | BIT(TAYLOR));
    const double *value = c->recorded ? c->recorded : c->value;
    flx_local *l;
    flx_status status = flx_local_create(&l, &c->options.allocator, roads, c->options.limit_first,
                                         c->options.limit_second);
    if (status == FLX_OK) status = compare_code(c, l, &c->program->code, value, UINT32_MAX);
    if (l) c->result->local_left_out = l->left_out;
    if (l) c->result->local_worst = l->worst;
    flx_local_destroy(l);
    return status;
}

/* Delicate points that the library's own sweeps met: a gradient, and products with the Hessian. */
static void take_flags(flx_checker *c)
{
    c->result->flags = flx_work_flags(c->roads.second);
    if (c->result->indeterminate) c->result->flags.set |= FLX_FLAG_INDETERMINATE;
}

static flx_status run(flx_checker *c)
{
    flx_status status = make_room(c) ? FLX_OK : FLX_ENOMEM;
    if (status != FLX_OK) return status;
    fill_weights(c);
    status = flx_roads_create(&c->roads, c->program, possible(c), 2, c->weight);
    if (status == FLX_OK) status = flx_instances_create(&c->instances, &c->memory, c->n, c->m);
    if (status == FLX_OK) status = flx_check_whole(c);
    if (status == FLX_OK) status = flx_check_local(c);
    if (status == FLX_OK) status = flx_check_calls(c);
    if (status != FLX_OK) return status;
    take_flags(c);
    flx_check_difference(c);
    return c->result->guilty.roads ? FLX_EDISAGREE : FLX_OK;
}

static flx_status finish(flx_checker *c, flx_status status, const char *name)
{
    flx_roads_destroy(&c->roads);
    flx_instances_destroy(&c->instances, &c->memory);
    if (c->room) flx_memory_resize(&c->memory, c->room, c->room_size, 0, sizeof *c->room);
    c->result->status = status;
    flx_check_summarise(c->result, name);
    return status;
}

static flx_status check(flx_checker *c, flx_program *f, const double *x, const char *name)
{
    c->program = f;
    c->x = x;
    c->n = c->result->inputs = flx_inputs(f);
    c->m = c->result->outputs = flx_outputs(f);
    c->result->instructions = flx_instructions(f);
    return finish(c, run(c), name);
}

/* A call that comes to nothing. */
static flx_status fail(flx_check_result *r, flx_status status)
{
    r->status = status;
    flx_check_summarise(r, NULL);
    return status;
}

/* ---- the calls ---- */

flx_status flx_check_program(const flx_program *f, const double *x,
                             const flx_check_options *options, flx_check_result *r)
{
    flx_checker c = {.result = r};
    if (!r) return FLX_EARG;
    clear(r);
    if (!f || (flx_inputs(f) && !x)) return fail(r, FLX_EARG);
    fill_defaults(&c, options);
    flx_program *owned = flx_program_retain((flx_program *)f);
    const flx_status status = check(&c, owned, x, "the program");
    flx_program_release(owned);
    return status;
}

/* Freezes and checks; x is the point, name the function's. */
static flx_status check_tape(flx_checker *c, flx_tape *t, const flx_var *xs, size_t n,
                             const flx_var *ys, size_t m, const double *x, const char *name)
{
    flx_program *f;
    flx_status status = flx_freeze(t, n, xs, m, ys, FLX_KEEP_ALL, &f, NULL);
    if (status != FLX_OK) return fail(c->result, status);
    c->recorded = t->head.value;
    status = check(c, f, x, name);
    flx_program_release(f);
    return status;
}

flx_status flx_check_tape(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y,
                          const flx_check_options *options, flx_check_result *r)
{
    flx_checker c = {.result = r};
    if (!r) return FLX_EARG;
    clear(r);
    if (!t || (n && !x) || (m && !y) || n > SIZE_MAX / 128) return fail(r, FLX_EARG);
    fill_defaults(&c, options);
    double *point = flx_memory_resize(&c.memory, NULL, 0, n + 1, sizeof *point);
    if (!point) return fail(r, FLX_ENOMEM);
    for (size_t k = 0; k < n; k++) point[k] = flx_peek(x[k]);
    const flx_status status = check_tape(&c, t, x, n, y, m, point, "the tape");
    flx_memory_resize(&c.memory, point, n + 1, 0, sizeof *point);
    return status;
}

flx_status flx_check(const flx_function *f, size_t n, const double *x, size_t m, void *ctx,
                     const flx_check_options *options, flx_check_result *r)
{
    flx_checker c = {.result = r, .instances = {.f = f, .ctx = ctx}};
    flx_tape *t = NULL;
    flx_var *vars = NULL;
    if (!r) return FLX_EARG;
    clear(r);
    if (!f || !f->f_var || (n && !x) || n > SIZE_MAX / 128 || m > SIZE_MAX / 128)
        return fail(r, FLX_EARG);
    fill_defaults(&c, options);
    const flx_tape_options choices = {.allocator = c.options.allocator};
    flx_status status = flx_tape_create(&choices, &t);
    if (status == FLX_OK) {
        vars = flx_memory_resize(&c.memory, NULL, 0, n + m + 1, sizeof *vars);
        if (!vars) status = FLX_ENOMEM;
    }
    if (status == FLX_OK) {
        for (size_t k = 0; k < n; k++) vars[k] = flx_variable(t, x[k]);
        for (size_t k = 0; k < m; k++) vars[n + k] = flx_constant(0.0);
        f->f_var(n, vars, m, vars + n, ctx);
        status = check_tape(&c, t, vars, n, vars + n, m, x, f->name);
    } else {
        fail(r, status);
    }
    if (vars) flx_memory_resize(&c.memory, vars, n + m + 1, 0, sizeof *vars);
    flx_tape_destroy(t);
    return status;
}
