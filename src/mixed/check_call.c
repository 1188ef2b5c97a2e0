/* check_call.c: Jacobians that users gave with operations of their own, each by itself against
 * differences of the operation's values. */
#include <math.h>

#include "mixed/check.h"
#include "reverse/block.h"

/* One operation: the instructions of its values and of its Jacobian, and room to try it elsewhere. */
typedef struct operation {
    const flx_callback *call;
    const flx_block *values;
    uint32_t recorded, n, m;
    const double *x, *jacobian;
    double *u, *moved, *w, *y;
} operation;

static int along_direction(void *ctx, double t, double *value)
{
    const operation *o = ctx;
    for (uint32_t k = 0; k < o->n; k++) o->moved[k] = o->x[k] + t * o->u[k];
    const flx_status status = o->call->value(o->call->ctx, o->n, o->moved, o->m, o->y);
    *value = status == FLX_OK ? flx_contract(o->m, o->w, o->y) : (double)NAN;
    return status != FLX_OK;
}

/* w'J u as the user's Jacobian has it. */
static double derivative_of(const operation *o)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < o->m; i++)
        sum += o->w[i] * flx_contract(o->n, o->u, o->jacobian + (size_t)i * o->n);
    return sum;
}

/* As judge in check_difference.c. */
static void compare(flx_checker *c, operation *o)
{
    uint64_t state = 1;
    double scale = 0x1p-10;
    for (uint32_t k = 0; k < o->n; k++) {
        o->u[k] = flx_mini_random(&state);
        if (isfinite(o->x[k])) scale = fmax(scale, fabs(o->x[k]));
    }
    for (uint32_t k = 0; k < o->m; k++) o->w[k] = flx_mini_random(&state);
    const flx_quotient q = flx_ridders(along_direction, o, 0x1p-7 * scale);
    const double by_user = derivative_of(o), off = fabs(q.value - by_user);
    c->result->local++;
    if (q.refused || !isfinite(q.error) || !isfinite(by_user) || !(off > 32.0 * q.error)) return;
    c->result->local_odd++;
    const flx_check_guilty g = {.roads = FLX_ROAD_BIT(FLX_ROAD_USER),
                                .order = 1,
                                .instruction = o->recorded,
                                .op = o->call->name,
                                .label = flx_code_label(&c->program->code, o->recorded),
                                .input = FLX_CHECK_NOWHERE,
                                .output = FLX_CHECK_NOWHERE,
                                .odd = by_user,
                                .others = q.value};
    flx_check_accuse(c->result, &g);
}

/* Whether instruction k gives the Jacobian of the call that came last: the same operation's, of the
 * same inputs. */
static int is_jacobian(const flx_code *c, uint32_t k, const operation *o)
{
    const flx_block *b = &c->block[c->instr[k].a];
    const flx_callback *call = &c->call[b->each.b];
    return o->call && call->name == o->call->name && call->value != o->call->value
           && b->view[1].slot == o->values->view[1].slot
           && (uint64_t)c->instr[k].b == (uint64_t)o->n * o->m;
}

flx_status flx_check_calls(flx_checker *c)
{
    const flx_code *code = &c->program->code;
    const double *value = c->recorded ? c->recorded : c->value;
    operation o = {0};
    for (uint32_t k = 0; k < code->instrs && code->calls; k++) {
        if (code->instr[k].op != OP_call) continue;
        const flx_block *b = &code->block[code->instr[k].a];
        if (!is_jacobian(code, k, &o)) {
            o.call = &code->call[b->each.b];
            o.values = b;
            o.n = flx_view_size(&b->view[1]);
            o.m = code->instr[k].b;
            o.recorded = flx_code_origin(code, k);
            continue;
        }
        const size_t size = 2 * (size_t)o.n + 2 * (size_t)o.m;
        double *room = flx_memory_resize(&c->memory, NULL, 0, size, sizeof *room);
        if (!room) return FLX_ENOMEM;
        o.u = room;
        o.moved = room + o.n;
        o.w = o.moved + o.n;
        o.y = o.w + o.m;
        o.x = value + b->view[1].slot;
        o.jacobian = value + b->view[0].slot;
        compare(c, &o);
        flx_memory_resize(&c->memory, room, size, 0, sizeof *room);
    }
    return FLX_OK;
}
