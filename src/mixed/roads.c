/* roads.c: see roads.h. */
#include "mixed/roads.h"

#include <math.h>
#include <string.h>

#include <fluxion/mixed.h>

#include "program/planes.h"

#define BIT(road) FLX_ROAD_BIT(FLX_ROAD_##road)

/* Which roads yield what: rows of values and of derivatives along a direction have m numbers, rows
 * of gradients and products n. */
enum {
    SWEEPS = BIT(DUAL_SWEEP) | BIT(HYPERDUAL_SWEEP) | BIT(DDUAL_SWEEP) | BIT(TAYLOR_SWEEP),
    INSTANCES = BIT(DUAL) | BIT(HYPERDUAL) | BIT(DDUAL) | BIT(TAYLOR),
    YIELD_VALUE = BIT(PLAIN) | BIT(RECORDING) | BIT(REPLAY) | INSTANCES | SWEEPS,
    YIELD_OUT = INSTANCES | SWEEPS,
    YIELD_PRODUCT = BIT(FORWARD_OVER_REVERSE) | BIT(DOUBLE_BACKPROP) | BIT(USER),
    YIELD_GRADIENT = YIELD_PRODUCT | BIT(REVERSE) | BIT(GRADIENT_REPLAY)
};

static size_t count(unsigned set)
{
    size_t n = 0;
    for (; set; set &= set - 1) n++;
    return n;
}

static double *rows(double *at, unsigned set, size_t size, double *row[FLX_ROAD_COUNT])
{
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        row[k] = set & FLX_ROAD_BIT(k) ? at : NULL;
        if (row[k]) at += size;
    }
    return at;
}

static int make_room(flx_roads *r)
{
    const unsigned w = r->wanted;
    const size_t m_rows = count(w & YIELD_VALUE) + count(w & YIELD_OUT) + 1 + r->order + 1;
    const size_t n_rows = count(w & YIELD_GRADIENT) + count(w & YIELD_PRODUCT) + 2 + r->order + 1;
    if (r->m > SIZE_MAX / 64 / m_rows || r->n > SIZE_MAX / 64 / n_rows) return 0;
    r->room_size = m_rows * r->m + n_rows * r->n + 1;
    r->room = flx_memory_resize(&r->memory, NULL, 0, r->room_size, sizeof *r->room);
    if (!r->room) return 0;
    memset(r->room, 0, r->room_size * sizeof *r->room);
    double *at = r->room;
    at = rows(at, w & YIELD_VALUE, r->m, r->value);
    at = rows(at, w & YIELD_OUT, r->m, r->out);
    at = rows(at, w & YIELD_GRADIENT, r->n, r->gradient);
    at = rows(at, w & YIELD_PRODUCT, r->n, r->product);
    r->bound_out = at;
    r->jet_y = r->bound_out + r->m;
    r->bound_gradient = r->jet_y + (r->order + 1) * r->m;
    r->bound_product = r->bound_gradient + r->n;
    r->jet_x = r->bound_product + r->n;
    return 1;
}

flx_status flx_roads_create(flx_roads *r, flx_program *f, unsigned wanted, size_t order,
                            const double *weight)
{
    *r = (flx_roads){.program = f, .wanted = wanted, .order = order, .weight = weight};
    r->memory = flx_memory_make(&f->memory.allocator, 0);
    r->n = flx_inputs(f);
    r->m = flx_outputs(f);
    if (!make_room(r)) return FLX_ENOMEM;
    flx_status status = flx_work_create(f, FLX_WORK_SECOND, 1, &r->second);
    if (status == FLX_OK) status = flx_work_create(f, FLX_WORK_SECOND, 1, &r->forward);
    if (status == FLX_OK) status = flx_work_create(f, FLX_WORK_SECOND, 1, &r->bound);
    if (status == FLX_OK && flx_roads_want(r, FLX_ROAD_TAYLOR_SWEEP))
        status = flx_work_create(f, FLX_WORK_JET, order, &r->jet);
    if (status == FLX_OK) r->depth = flx_depth(&f->code, flx_work_plane(r->bound, 1));
    return status;
}

void flx_roads_destroy(flx_roads *r)
{
    flx_work_destroy(r->second);
    flx_work_destroy(r->forward);
    flx_work_destroy(r->bound);
    flx_work_destroy(r->jet);
    if (r->room) flx_memory_resize(&r->memory, r->room, r->room_size, 0, sizeof *r->room);
    if (r->replay) flx_memory_resize(&r->memory, r->replay, r->replay_size, 0, sizeof *r->replay);
    *r = (flx_roads){0};
}

/* Counts the instructions that a road has executed. */
static void executed(flx_roads *r, unsigned road, size_t instructions)
{
    r->kernels[road] += instructions;
}

static size_t length(const flx_roads *r) { return r->program->code.instrs; }

static void gather(size_t n, const uint32_t *slot, const double *plane, double *to)
{
    for (size_t k = 0; k < n; k++) to[k] = plane[slot[k]];
}

/* A derivative plane of inputs, parameters and constants: dir, or zeros where it is NULL. */
static void seed(const flx_program *f, double *plane, const double *dir)
{
    for (uint32_t k = 0; k < f->constants; k++) plane[f->constant[k].slot] = 0.0;
    for (uint32_t k = 0; k < f->parameters; k++) plane[f->parameter[k].slot] = 0.0;
    for (size_t k = 0; k < f->inputs; k++) plane[f->input[k]] = dir ? dir[k] : 0.0;
}

/* ---- magnitudes ---- */

/* Magnitudes forward along |dir| (NULL: along all inputs) and back from |weight|. */
static void run_bound(flx_roads *r, const double *dir, const double *weight)
{
    const flx_program *f = r->program;
    const flx_bound_plane value = {flx_work_plane(r->bound, 0), flx_work_plane(r->bound, 1)};
    const flx_bound_plane adjoint = {flx_work_plane(r->bound, 2), flx_work_plane(r->bound, 3)};
    seed(f, value.d, dir);
    for (size_t k = 0; k < f->inputs; k++) value.d[f->input[k]] = dir ? fabs(dir[k]) : 1.0;
    flx_forward_bound(&f->code, value);
    for (uint32_t k = 0; k < f->slots; k++) adjoint.v[k] = adjoint.d[k] = 0.0;
    for (size_t k = 0; k < f->outputs; k++) adjoint.v[f->output[k]] += fabs(weight[k]);
    flx_sweep_bound(&f->code, value, adjoint);
}

static int beyond(double a) { return a != 0.0 && !(a >= 0x1p-900 && a <= 0x1p900); }

/* The same of a factor that is squared. */
static int square_beyond(double a) { return a != 0.0 && !(a >= 0x1p-450 && a <= 0x1p450); }

/* What underflow may cost a first derivative along the direction and for the weights of the last pass.
 * A product that underflows is off by 2^-1075, which reaches the result multiplied by the magnitude
 * behind it, forward or back; an elementary partial that does, multiplied by both, for which the
 * largest stand here; one formed from a value that is subnormal inherits that value's error. Two
 * products and two roads each. Infinite magnitudes are passed over and told. */
static double find_floor(const flx_roads *r, int *overflow)
{
    const double *v = flx_work_plane(r->bound, 0), *d = flx_work_plane(r->bound, 1);
    const double *g = flx_work_plane(r->bound, 2);
    double most_d = 0.0, most_g = 0.0, floor = 0.0;
    *overflow = 0;
    for (uint32_t k = 0; k < r->program->slots; k++) {
        if (isfinite(d[k]) && d[k] > most_d) most_d = d[k];
        if (isfinite(g[k]) && g[k] > most_g) most_g = g[k];
        if ((isinf(d[k]) && g[k] != 0.0) || (isinf(g[k]) && d[k] != 0.0)) *overflow = 1;
        if (!isfinite(d[k]) || !isfinite(g[k])) continue;
        floor += 0x1p-1072 * d[k] + 0x1p-1072 * g[k];
        if (v[k] != 0.0 && fabs(v[k]) < 0x1p-1022) floor += 0x1p-1072 / fabs(v[k]) * d[k] * g[k];
    }
    floor += 0x1p-1072 * most_d * most_g;
    if (!isfinite(floor)) *overflow = 1;
    return isfinite(floor) ? floor : 0.0;
}

/* Whether a magnitude on the way of second-order products, whose factors are not known one by one,
 * lies so far out that underflow would not be below rounding, or that a product could overflow: two
 * tangents multiply there, and roads form second partials, about h/d, by themselves. */
static int find_range(const flx_roads *r)
{
    const double *d = flx_work_plane(r->bound, 1), *g = flx_work_plane(r->bound, 2);
    const double *h = flx_work_plane(r->bound, 3);
    for (uint32_t k = 0; k < r->program->slots; k++) {
        if (square_beyond(d[k]) || beyond(g[k]) || beyond(h[k])) return 1;
        if (d[k] != 0.0 && beyond(h[k] / d[k])) return 1;
    }
    return 0;
}

/* Whether a value lies so far out; the Taylor recurrences multiply and divide by values. */
static int find_far(const flx_roads *r)
{
    const double *v = flx_work_plane(r->bound, 0), *d = flx_work_plane(r->bound, 1);
    const double *g = flx_work_plane(r->bound, 2);
    for (uint32_t k = 0; k < r->program->slots; k++)
        if ((d[k] != 0.0 || g[k] != 0.0) && beyond(fabs(v[k]))) return 1;
    return 0;
}

/* Whether a tangent is exactly zero behind one that is not, before a factor that is not finite: had
 * it not underflowed the product would not be zero. */
static int find_vanished(const flx_roads *r)
{
    const flx_code *c = &r->program->code;
    const double *d = flx_work_plane(r->bound, 1), *g = flx_work_plane(r->bound, 2);
    uint32_t out = 0, operand[3];
    for (uint32_t k = 0; k < c->instrs; k++) {
        const flx_instr *in = &c->instr[k];
        const int count = flx_instr_active_operands(c, in, operand);
        const int gone = flx_op_shape(in->op) <= SHAPE_TRIPLE && d[out] == 0.0 && !isfinite(g[out]);
        for (int j = 0; gone && j < count; j++)
            if (d[operand[j]] != 0.0) return 1;
        out += flx_instr_outputs(in);
    }
    return 0;
}

static void bound_point(flx_roads *r)
{
    run_bound(r, NULL, r->weight);
    gather(r->n, r->program->input, flx_work_plane(r->bound, 2), r->bound_gradient);
    r->floor = find_floor(r, &r->overflow);
    r->range = find_range(r);
    r->far = find_far(r);
}

/* ---- at a point ---- */

static flx_status run_replay(flx_roads *r, const double *x)
{
    const flx_status status = flx_set_point(r->program, r->second, x, NULL);
    if (status != FLX_OK) return status;
    executed(r, FLX_ROAD_REPLAY, length(r));
    if (r->value[FLX_ROAD_REPLAY]) {
        gather(r->m, r->program->output, flx_work_plane(r->second, 0), r->value[FLX_ROAD_REPLAY]);
        r->have_value |= BIT(REPLAY);
    }
    return status;
}

static flx_status run_reverse(flx_roads *r)
{
    if (!flx_roads_want(r, FLX_ROAD_REVERSE)) return FLX_OK;
    executed(r, FLX_ROAD_REVERSE, length(r));
    r->have_gradient |= BIT(REVERSE);
    return flx_vjp(r->program, r->second, NULL, r->weight, r->gradient[FLX_ROAD_REVERSE], NULL);
}

/* Computes the recorded gradient once more, as a replay of its program would. */
static flx_status replay_gradient(flx_roads *r)
{
    const flx_tape *t = r->backprop.tape;
    const flx_code code = flx_tape_code(t);
    if (r->replay_size < code.slots) {
        double *p = flx_memory_resize(&r->memory, r->replay, r->replay_size, code.slots, sizeof *p);
        if (!p) return FLX_ENOMEM;
        r->replay = p;
        r->replay_size = code.slots;
    }
    memcpy(r->replay, t->head.value, code.slots * sizeof *r->replay);
    flx_forward_double_from(&code, 0, 0, r->replay);
    executed(r, FLX_ROAD_GRADIENT_REPLAY, code.instrs);
    for (size_t k = 0; k < r->n; k++) {
        const flx_var g = r->backprop.gradient[k];
        r->gradient[FLX_ROAD_GRADIENT_REPLAY][k] = g.tape ? r->replay[g.u.at.slot] : g.u.constant;
    }
    r->have_gradient |= BIT(GRADIENT_REPLAY);
    return FLX_OK;
}

static flx_status run_recorded(flx_roads *r)
{
    if (!flx_roads_want(r, FLX_ROAD_DOUBLE_BACKPROP)) return FLX_OK;
    const flx_status status = flx_backprop_prepare(&r->backprop, r->program, r->second, r->weight);
    if (status != FLX_OK) return status;
    for (size_t k = 0; k < r->n; k++)
        r->gradient[FLX_ROAD_DOUBLE_BACKPROP][k] = flx_peek(r->backprop.gradient[k]);
    r->have_gradient |= BIT(DOUBLE_BACKPROP);
    executed(r, FLX_ROAD_DOUBLE_BACKPROP, flx_tape_instrs(r->backprop.tape) - length(r));
    return flx_roads_want(r, FLX_ROAD_GRADIENT_REPLAY) ? replay_gradient(r) : FLX_OK;
}

flx_status flx_roads_at(flx_roads *r, const double *x)
{
    r->x = x;
    r->have_value = r->have_gradient = 0;
    flx_status status = run_replay(r, x);
    if (status != FLX_OK) return status;
    for (size_t k = 0; k < r->n; k++) {
        const uint32_t slot = r->program->input[k];
        flx_work_plane(r->forward, 0)[slot] = x[k];
        flx_work_plane(r->bound, 0)[slot] = x[k];
    }
    bound_point(r);
    status = run_reverse(r);
    return status == FLX_OK ? run_recorded(r) : status;
}

/* ---- along directions ---- */

/* Takes outputs' primals and derivatives from planes of a forward sweep. */
static void keep(flx_roads *r, unsigned road, const double *v, const double *d)
{
    const flx_program *f = r->program;
    gather(r->m, f->output, v, r->value[road]);
    gather(r->m, f->output, d, r->out[road]);
    r->have_value |= FLX_ROAD_BIT(road);
    r->have_out |= FLX_ROAD_BIT(road);
    executed(r, road, length(r));
}

/* weight' times a plane at the outputs. */
static double weighted(const flx_roads *r, const double *plane)
{
    const flx_program *f = r->program;
    double sum = 0.0, rest = 0.0;
    for (size_t k = 0; k < r->m; k++) {
        const double p = flx_contract(1, &r->weight[k], &plane[f->output[k]]);
        const double s = sum + p, t = s - sum;
        rest += (sum - (s - t)) + (p - t);
        sum = s;
    }
    return rest == rest ? sum + rest : sum;
}

static void run_dual(flx_roads *r, const double *u)
{
    const flx_dual_plane p = {flx_work_plane(r->forward, 0), flx_work_plane(r->forward, 1)};
    if (!flx_roads_want(r, FLX_ROAD_DUAL_SWEEP)) return;
    seed(r->program, p.d, u);
    flx_forward_dual(&r->program->code, p);
    keep(r, FLX_ROAD_DUAL_SWEEP, p.v, p.d);
}

static flx_status run_jet(flx_roads *r, const double *u)
{
    const size_t n = r->n, m = r->m;
    if (!flx_roads_want(r, FLX_ROAD_TAYLOR_SWEEP)) return FLX_OK;
    for (size_t k = 0; k < n; k++) {
        r->jet_x[k] = r->x[k];
        r->jet_x[n + k] = u[k];
    }
    for (size_t k = 2 * n; k < (r->order + 1) * n; k++) r->jet_x[k] = 0.0;
    const flx_status status = flx_jet(r->program, r->jet, r->order, r->jet_x, r->jet_y, NULL);
    if (status != FLX_OK) return status;
    for (size_t k = 0; k < m; k++) {
        r->value[FLX_ROAD_TAYLOR_SWEEP][k] = r->jet_y[k];
        r->out[FLX_ROAD_TAYLOR_SWEEP][k] = r->jet_y[m + k];
    }
    r->uu[FLX_ROAD_TAYLOR_SWEEP] = 2.0 * flx_contract(m, r->weight, r->jet_y + 2 * m);
    r->have_value |= BIT(TAYLOR_SWEEP);
    r->have_out |= BIT(TAYLOR_SWEEP);
    r->have_uu |= BIT(TAYLOR_SWEEP);
    executed(r, FLX_ROAD_TAYLOR_SWEEP, length(r));
    return FLX_OK;
}

static void have_hessian(flx_roads *r, unsigned road, const double *u)
{
    r->have_product |= FLX_ROAD_BIT(road);
    r->have_uu |= FLX_ROAD_BIT(road);
    r->uu[road] = flx_contract(r->n, u, r->product[road]);
}

static flx_status run_forward_over_reverse(flx_roads *r, const double *u)
{
    const unsigned road = FLX_ROAD_FORWARD_OVER_REVERSE;
    if (!flx_roads_want(r, road)) return FLX_OK;
    /* At a point that is given all is computed; at one that is set, what is not known yet. */
    const flx_status status =
        flx_hvp(r->program, r->second, r->x, u, r->weight, r->product[road], NULL);
    if (status != FLX_OK) return status;
    /* The primal adjoints lie in the work's third plane. */
    gather(r->n, r->program->input, flx_work_plane(r->second, 2), r->gradient[road]);
    r->have_gradient |= BIT(FORWARD_OVER_REVERSE);
    have_hessian(r, road, u);
    executed(r, road, 2 * length(r));
    return FLX_OK;
}

static flx_status run_double_backprop(flx_roads *r, const double *u)
{
    const unsigned road = FLX_ROAD_DOUBLE_BACKPROP;
    if (!flx_roads_want(r, road)) return FLX_OK;
    const flx_status status = flx_backprop_product(&r->backprop, u, r->product[road]);
    if (status != FLX_OK) return status;
    have_hessian(r, road, u);
    executed(r, road, flx_tape_instrs(r->backprop.tape));
    return FLX_OK;
}

flx_status flx_roads_along(flx_roads *r, const double *u)
{
    r->have_out = r->have_product = r->have_uu = 0;
    run_bound(r, u, r->weight);
    gather(r->m, r->program->output, flx_work_plane(r->bound, 1), r->bound_out);
    gather(r->n, r->program->input, flx_work_plane(r->bound, 3), r->bound_product);
    int overflow;
    r->floor_along = find_floor(r, &overflow);
    r->overflow |= overflow;
    run_dual(r, u);
    flx_status status = run_jet(r, u);
    if (status == FLX_OK) status = run_forward_over_reverse(r, u);
    return status == FLX_OK ? run_double_backprop(r, u) : status;
}

static void run_hyperdual(flx_roads *r, const double *u, const double *v)
{
    const flx_program *f = r->program;
    const flx_hyperdual_plane p = {flx_work_plane(r->forward, 0), flx_work_plane(r->forward, 1),
                                   flx_work_plane(r->forward, 2), flx_work_plane(r->forward, 3)};
    seed(f, p.e1, u);
    seed(f, p.e2, v);
    seed(f, p.e12, NULL);
    flx_forward_hyperdual(&f->code, p);
    keep(r, FLX_ROAD_HYPERDUAL_SWEEP, p.v, p.e1);
    r->uv[FLX_ROAD_HYPERDUAL_SWEEP] = weighted(r, p.e12);
    r->have_uv |= BIT(HYPERDUAL_SWEEP);
}

static void run_ddual(flx_roads *r, const double *u, const double *v)
{
    const flx_program *f = r->program;
    const flx_ddual_plane p = {flx_work_plane(r->forward, 0), flx_work_plane(r->forward, 1),
                               flx_work_plane(r->forward, 2), flx_work_plane(r->forward, 3)};
    seed(f, p.inner, v);
    seed(f, p.outer, u);
    seed(f, p.both, NULL);
    flx_forward_ddual(&f->code, p);
    keep(r, FLX_ROAD_DDUAL_SWEEP, p.v, p.outer);
    r->uv[FLX_ROAD_DDUAL_SWEEP] = weighted(r, p.both);
    r->have_uv |= BIT(DDUAL_SWEEP);
}

void flx_roads_mixed(flx_roads *r, const double *u, const double *v)
{
    r->have_uv = 0;
    if (flx_roads_want(r, FLX_ROAD_HYPERDUAL_SWEEP)) run_hyperdual(r, u, v);
    if (flx_roads_want(r, FLX_ROAD_DDUAL_SWEEP)) run_ddual(r, u, v);
    const unsigned vectors = r->have_product;
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        if (!(vectors & FLX_ROAD_BIT(k))) continue;
        r->uv[k] = flx_contract(r->n, v, r->product[k]);
        r->have_uv |= FLX_ROAD_BIT(k);
    }
}

flx_euler flx_roads_euler(flx_roads *r, double degree, double limit)
{
    const double *value = flx_work_plane(r->bound, 0), *g = flx_work_plane(r->bound, 2);
    const double *h = flx_work_plane(r->bound, 3);
    const double *gradient = r->gradient[FLX_ROAD_REVERSE];
    double values = 0.0, first = 0.0;
    run_bound(r, r->x, r->weight);
    for (uint32_t k = 0; k < r->program->slots; k++) {
        const double adjoint = fabs(degree) * g[k] + h[k];
        values += fabs(flx_double_smul(value[k], adjoint));
    }
    for (size_t k = 0; k < r->n; k++) first += fabs(flx_double_smul(r->x[k], r->bound_gradient[k]));
    const double y = flx_contract(r->m, r->weight, r->value[FLX_ROAD_REPLAY]);
    const double xg = flx_contract(r->n, r->x, gradient);
    const flx_euler e = {xg - degree * y, (values + limit * (2.0 + r->depth) * first) * 0x1p-53};
    return e;
}

double flx_roads_floor(flx_roads *r, const double *u, const double *weight)
{
    int overflow;
    run_bound(r, u, weight);
    const double floor = find_floor(r, &overflow);
    return overflow || find_vanished(r) ? (double)INFINITY : floor;
}
