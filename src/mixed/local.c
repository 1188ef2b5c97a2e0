/* local.c: see local.h. */
#include "mixed/local.h"

#include <math.h>

#include "reverse/block.h"

#define BIT(road) FLX_ROAD_BIT(FLX_ROAD_##road)

enum {
    SCALARS = 3, /* operands of a scalar instruction, at most */
    LOOKS = 64   /* recorded gradients searched: what is wrong in more is known by then */
};

flx_status flx_local_create(flx_local **local, const flx_allocator *allocator, unsigned roads,
                            double limit_first, double limit_second)
{
    const flx_tape_options options = {.allocator = *allocator};
    flx_memory memory = flx_memory_make(allocator, 0);
    flx_local *l = flx_memory_new(&memory, sizeof *l);
    *local = l;
    if (!l) return FLX_ENOMEM;
    l->memory = memory;
    l->roads = roads;
    l->limit[1] = limit_first;
    l->limit[2] = limit_second;
    return flx_tape_create(&options, &l->tape);
}

void flx_local_destroy(flx_local *l)
{
    if (!l) return;
    flx_local_destroy(l->deeper);
    for (unsigned op = 0; op < OP_COUNT; op++) flx_mini_destroy(&l->mini[op]);
    flx_tape_destroy(l->tape);
    flx_memory memory = l->memory;
    flx_memory_free(&memory, l, sizeof *l);
}

unsigned flx_independent(unsigned odd)
{
    if (odd & BIT(DUAL_SWEEP)) odd &= ~BIT(FORWARD_OVER_REVERSE); /* its first half */
    if (odd & BIT(DOUBLE_BACKPROP)) odd &= ~BIT(GRADIENT_REPLAY); /* replays what was recorded */
    return odd;
}

/* One comparison of one mini. */
typedef struct comparison {
    flx_local *local;
    flx_mini *mini;
    flx_check_guilty *guilty;
} comparison;

static void accuse(const comparison *c, int order, const flx_sample *s, flx_vote v)
{
    flx_check_guilty *g = c->guilty;
    const unsigned odd = flx_first_road(v.odd);
    if (g->roads && g->order <= order) return;
    g->roads = v.odd;
    g->order = order;
    g->undecided = v.tie;
    g->odd = s->value[odd];
    g->others = v.consensus;
}

static void compare_values(const comparison *c)
{
    const flx_roads *r = &c->mini->roads;
    for (size_t k = 0; k < r->m; k++) {
        flx_sample s = {0};
        for (unsigned road = 0; road < FLX_ROAD_COUNT; road++)
            if (r->have_value & FLX_ROAD_BIT(road)) flx_sample_add(&s, road, r->value[road][k]);
        const flx_vote v = flx_vote_on(&s, -1.0);
        if (v.odd) accuse(c, 0, &s, v);
    }
}

/* ---- what a difference quotient says ---- */

typedef struct path {
    flx_mini *mini;
    int order;
} path;

/* The value, or u' times the gradient, at x + t*u. */
static int along_path(void *ctx, double t, double *value)
{
    const path *p = ctx;
    flx_mini *mini = p->mini;
    const flx_roads *r = &mini->roads;
    double result[SCALARS];
    for (size_t k = 0; k < r->n; k++) mini->moved[k] = mini->x[k] + t * mini->u[k];
    flx_status status;
    if (p->order == 1) status = flx_eval(r->program, r->second, mini->moved, value, NULL);
    else status = flx_vjp(r->program, r->second, mini->moved, r->weight, result, NULL);
    if (status == FLX_OK && p->order == 2) *value = flx_contract(r->n, mini->u, result);
    return status != FLX_OK;
}

/* Rows make all roads but the Taylor kernels. Where these stand alone, or the roads split in two,
 * differences of what both sides agree on decide; where those are too coarse, both are named. */
static void decide(const comparison *c, int order, const flx_sample *s, flx_vote *v)
{
    const unsigned named = v->odd;
    const flx_roads *r = &c->mini->roads;
    const double odd = s->value[flx_first_road(v->odd)];
    double scale = 0x1p-10;
    path p = {c->mini, order};
    v->odd = v->tie ? s->roads : flx_independent(named);
    if ((named != BIT(TAYLOR_SWEEP) && !v->tie) || c->mini->is_array || r->m != 1) return;
    for (size_t k = 0; k < r->n; k++)
        if (c->mini->u[k] != 0.0 && isfinite(c->mini->x[k]))
            scale = fmax(scale, fabs(c->mini->x[k]));
    const flx_quotient q = flx_ridders(along_path, &p, 0.02 * scale);
    flx_set_point(r->program, r->second, r->x, NULL);
    const double gap = fabs(odd - v->consensus);
    v->tie = !(q.error < 0.25 * gap);
    v->odd = v->tie ? s->roads : named;
    if (!v->tie && fabs(q.value - odd) < fabs(q.value - v->consensus)) {
        v->odd = s->roads & ~named;
        v->consensus = odd;
    }
}

/* ---- derivatives ---- */

/* The promise for coefficient k of a function of one argument, of two roads: 4(k+1) ulp, or the
 * condition number (k+1)|x c[k+1]/c[k]|; for the derivative, k! times that. */
static double promise(const flx_mini *mini, int k)
{
    const flx_roads *r = &mini->roads;
    if (r->n != 1 || r->m != 1 || !(r->have_value & BIT(TAYLOR_SWEEP))) return 0.0;
    const double *coefficient = r->jet_y;
    const double ulps = 8.0 * fabs(coefficient[k]);
    const double condition = fabs(mini->x[0] * coefficient[k + 1]);
    const double factorial = k == 2 ? 2.0 : 1.0;
    const double p = 2.0 * 0x1p-53 * (k + 1) * factorial * fmax(ulps, condition);
    return isfinite(p) ? p : 0.0;
}

static int all_finite(const flx_sample *s)
{
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++)
        if (s->roads & FLX_ROAD_BIT(k) && !isfinite(s->value[k])) return 0;
    return 1;
}

static void used(flx_local *l, const flx_sample *s, flx_vote v, double tolerance)
{
    for (unsigned k = 0; k < FLX_ROAD_COUNT && isfinite(tolerance) && tolerance > 0.0; k++) {
        if (!(s->roads & ~v.odd & FLX_ROAD_BIT(k))) continue;
        const double part = fabs(s->value[k] - v.consensus) / tolerance;
        if (part > l->worst) l->worst = part;
    }
}

/* beyond: factors on the way leave the range or are not finite in one order of multiplication, so
 * that to disagree is no fault. */
static void compare_order(const comparison *c, int order, const flx_sample *s, double bound,
                          int beyond)
{
    flx_local *l = c->local;
    const flx_roads *r = &c->mini->roads;
    const double rounding = l->limit[order] * (2.0 + r->depth) * 0x1p-53 * bound;
    const double tolerance = fmax(rounding, promise(c->mini, order)) + r->floor_along;
    flx_vote v = flx_vote_on(s, tolerance);
    used(l, s, v, tolerance);
    if (!v.odd) return;
    if (beyond || (order == 1 && r->far && v.odd == BIT(TAYLOR_SWEEP))) {
        l->left_out++;
        return;
    }
    decide(c, order, s, &v);
    accuse(c, order, s, v);
}

/* weight'J u by every road. Along one operand infinities must agree too; along several they are
 * summed, and two of them have no sum. */
static void compare_first(const comparison *c, int several)
{
    const flx_roads *r = &c->mini->roads;
    flx_sample s = {0};
    double bound = 0.0, back = 0.0;
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        const unsigned bit = FLX_ROAD_BIT(k);
        if (r->have_out & bit) flx_sample_add(&s, k, flx_contract(r->m, r->weight, r->out[k]));
        if (r->have_gradient & bit)
            flx_sample_add(&s, k, flx_contract(r->n, c->mini->u, r->gradient[k]));
    }
    for (size_t k = 0; k < r->m; k++) bound += fabs(flx_double_amul(r->weight[k], r->bound_out[k]));
    for (size_t k = 0; k < r->n; k++)
        back += fabs(flx_double_amul(c->mini->u[k], r->bound_gradient[k]));
    const int split = isfinite(bound) != isfinite(back);
    compare_order(c, 1, &s, bound, split || (several && !isfinite(bound)));
}

/* u'Hv by every road; where u is v, by those that can only do that too. */
static void compare_second(const comparison *c, int same)
{
    const flx_roads *r = &c->mini->roads;
    flx_sample s = {0};
    double bound = 0.0;
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        if (r->have_uv & FLX_ROAD_BIT(k)) flx_sample_add(&s, k, r->uv[k]);
        else if (same && r->have_uu & FLX_ROAD_BIT(k)) flx_sample_add(&s, k, r->uu[k]);
    }
    for (size_t k = 0; k < r->n; k++)
        bound += fabs(flx_double_amul(c->mini->v[k], r->bound_product[k]));
    compare_order(c, 2, &s, bound, r->range || !isfinite(bound) || !all_finite(&s));
}

static void unit(size_t n, double *u, size_t i)
{
    for (size_t k = 0; k < n; k++) u[k] = k == i;
}

/* Along a direction between the operands: what Taylor kernels make of both together. */
static flx_status compare_skew(const comparison *c)
{
    flx_mini *mini = c->mini;
    flx_roads *r = &mini->roads;
    for (size_t k = 0; k < r->n; k++) mini->u[k] = mini->v[k] = 1.0 - 0.375 * (double)k;
    const flx_status status = flx_roads_along(r, mini->u);
    if (status != FLX_OK) return status;
    flx_roads_mixed(r, mini->u, mini->v);
    compare_first(c, 1);
    compare_second(c, 1);
    return status;
}

/* Scalars: the whole Jacobian and Hessian. */
static flx_status compare_scalar(const comparison *c)
{
    flx_mini *mini = c->mini;
    flx_roads *r = &mini->roads;
    for (size_t i = 0; i < r->n; i++) {
        unit(r->n, mini->u, i);
        const flx_status status = flx_roads_along(r, mini->u);
        if (status != FLX_OK) return status;
        for (size_t j = i; j < r->n; j++) {
            unit(r->n, mini->v, j);
            flx_roads_mixed(r, mini->u, mini->v);
            if (j == i) compare_values(c);
            if (j == i) compare_first(c, 0);
            compare_second(c, j == i);
        }
    }
    return r->n > 1 ? compare_skew(c) : FLX_OK;
}

/* Arrays: along directions that are random, and along one of them twice. */
static flx_status compare_array(const comparison *c)
{
    flx_mini *mini = c->mini;
    flx_roads *r = &mini->roads;
    const flx_status status = flx_roads_along(r, mini->u);
    if (status != FLX_OK) return status;
    flx_roads_mixed(r, mini->u, mini->v);
    compare_values(c);
    compare_first(c, 1);
    compare_second(c, 0);
    double *const v = mini->v;
    mini->v = mini->u;
    flx_roads_mixed(r, mini->u, mini->u);
    compare_second(c, 1);
    mini->v = v;
    return FLX_OK;
}

static flx_status mini_for(flx_local *l, const flx_code *c, const flx_instr *in, flx_mini **mini)
{
    *mini = &l->mini[in->op];
    if (flx_mini_fits(*mini, c, in)) return FLX_OK;
    flx_mini_destroy(*mini);
    const flx_status status = flx_mini_create(*mini, l->tape, l->roads, c, in);
    if (status != FLX_OK) flx_mini_destroy(*mini);
    return status;
}

/* A wrong kernel may serve the derivative of another operation: sin's recorded gradient contains
 * cos. Where an instruction of the recorded gradient has a kernel that is wrong at a lower order, it
 * is that which is named. */
static flx_status look_deeper(flx_local *l, flx_mini *mini, const char *op, flx_check_guilty *g)
{
    const unsigned recorded = BIT(DOUBLE_BACKPROP) | BIT(GRADIENT_REPLAY);
    const int below = g->order + !(g->roads & ~recorded);
    flx_status status = FLX_OK;
    if (!mini->roads.backprop.x || below < 1 || l->looks++ >= LOOKS) return status;
    if (!l->deeper)
        status =
            flx_local_create(&l->deeper, &l->memory.allocator, l->roads, l->limit[1], l->limit[2]);
    if (status != FLX_OK) return status;
    l->deeper->innermost = 1;
    const flx_tape *t = mini->roads.backprop.tape;
    const flx_code code = flx_tape_code(t);
    for (uint32_t k = 0; k < code.instrs && status == FLX_OK; k++) {
        flx_check_guilty found = {0};
        if (code.instr[k].op == OP_input) continue;
        status = flx_local_compare(l->deeper, &code, k, t->head.value, &found);
        if (!found.roads || found.order >= below || (g->within && found.order >= g->order))
            continue;
        *g = found;
        g->within = op;
    }
    return status;
}

/* The name that the user knows. */
static const char *name_of(const flx_code *c, const flx_instr *in)
{
    if (in->flags || flx_op_is_array(in->op)) return flx_instr_name(c, in);
    switch (in->op) {
    case OP_dpow:
    case OP_dpowc: return "pow";
#define OPN(name, value)                                                                           \
    case OP_d##name:                                                                               \
        return #name;
#include "ops/ordered.def"
#undef OPN
    default: return flx_op_name(in->op);
    }
}

flx_status flx_local_compare(flx_local *l, const flx_code *c, uint32_t k, const double *value,
                             flx_check_guilty *guilty)
{
    const flx_instr *in = &c->instr[k];
    flx_mini *mini;
    *guilty = (flx_check_guilty){0};
    if (flx_mini_inputs(c, in) == 0) return FLX_OK;
    flx_status status = mini_for(l, c, in, &mini);
    if (status != FLX_OK) return status;
    const comparison compare = {l, mini, guilty};
    flx_mini_load(mini, c, in, value);
    status = flx_roads_at(&mini->roads, mini->x);
    if (status == FLX_OK)
        status = mini->is_array ? compare_array(&compare) : compare_scalar(&compare);
    if (status != FLX_OK || !guilty->roads) return status;
    guilty->op = name_of(c, in);
    return l->innermost ? status : look_deeper(l, mini, name_of(c, in), guilty);
}
