/* check_whole.c: the derivatives of the whole function by every road, number by number. */
#include "mixed/check.h"

#include <math.h>
#include <string.h>

#define BIT(road) FLX_ROAD_BIT(FLX_ROAD_##road)

/* Where a number stands. */
typedef struct place {
    size_t input, output;
} place;

#define nowhere                                                                                    \
    {                                                                                              \
        FLX_CHECK_NOWHERE, FLX_CHECK_NOWHERE                                                       \
    }

static void accuse(flx_checker *c, int order, place at, const flx_sample *s, flx_vote v)
{
    flx_check_guilty g = {.roads = v.tie ? v.odd : flx_independent(v.odd),
                          .order = order,
                          .undecided = v.tie,
                          .instruction = FLX_CHECK_NOWHERE,
                          .input = at.input,
                          .output = at.output,
                          .odd = s->value[flx_first_road(v.odd)],
                          .others = v.consensus};
    if (v.tie) g.roads = s->roads;
    flx_check_accuse(c->result, &g);
}

/* Each road's distance from the consensus, in units of the bound. */
static void measure(flx_checker *c, int order, place at, const flx_sample *s, flx_vote v,
                    double unit)
{
    flx_check_result *r = c->result;
    double *worst = order == 1 ? &r->worst_first : &r->worst_second;
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        if (!(s->roads & FLX_ROAD_BIT(k))) continue;
        const double off = fabs(s->value[k] - v.consensus);
        const double ratio = off == 0.0 || !isfinite(off) ? 0.0 : off / unit;
        if (!(ratio > r->road[k].worst[order])) continue;
        r->road[k].worst[order] = ratio;
        r->road[k].where[order] = at.input != FLX_CHECK_NOWHERE ? at.input : at.output;
        if (ratio > *worst) *worst = ratio;
    }
}

enum { EXACT_FLOORS = 64 }; /* passes made to tell underflow from disagreement */

/* The floor of this number alone: infinite magnitudes of others hide it. After so many, what is known
 * of all. */
static double exact_floor(flx_checker *c, place at, const double *u)
{
    if (c->floors++ >= EXACT_FLOORS) return c->roads.overflow ? (double)INFINITY : 0.0;
    for (size_t k = 0; k < c->n; k++)
        c->one_input[k] = at.input == FLX_CHECK_NOWHERE ? u[k] : k == at.input;
    for (size_t k = 0; k < c->m; k++)
        c->one_output[k] = at.output == FLX_CHECK_NOWHERE ? c->weight[k] : k == at.output;
    return flx_roads_floor(&c->roads, c->one_input, c->one_output);
}

/* Taylor recurrences have intermediate results of their own. */
static int only_taylor(unsigned odd) { return !(odd & ~(BIT(TAYLOR) | BIT(TAYLOR_SWEEP))); }

/* A number to be compared: its order, where it stands, the direction, B and what underflow may
 * cost. */
typedef struct number {
    int order;
    place at;
    const double *u;
    double bound, floor;
} number;

/* Whether products out of range may explain that roads are odd. */
static int out_of_range(flx_checker *c, const number *n, const flx_sample *s, flx_vote *v)
{
    const flx_roads *r = &c->roads;
    if (n->order == 2) return r->range;
    if (r->far && only_taylor(v->odd)) return 1;
    const double floor = exact_floor(c, n->at, n->u);
    const double rounding = c->options.limit_first * (2.0 + r->depth) * 0x1p-53 * n->bound;
    if (isfinite(floor)) *v = flx_vote_on(s, rounding + fmax(floor, n->floor));
    return !isfinite(floor);
}

/* One number by several roads. */
static void compare(flx_checker *c, const number *n, const flx_sample *s)
{
    flx_check_result *r = c->result;
    const double limit = n->order == 1 ? c->options.limit_first : c->options.limit_second;
    const double unit = (2.0 + c->roads.depth) * 0x1p-53 * n->bound + n->floor / limit;
    if (!(s->roads & (s->roads - 1))) return;
    flx_vote v = flx_vote_on(s, limit * unit);
    r->compared++;
    if (v.odd && !isfinite(n->bound)) {
        r->indeterminate++;
    } else if (v.odd && out_of_range(c, n, s, &v)) {
        r->out_of_range++;
    } else {
        if (!isfinite(v.consensus)) r->not_finite++;
        measure(c, n->order, n->at, s, v, unit);
        if (v.odd) accuse(c, n->order, n->at, s, v);
    }
}

/* Number k of the rows of a set of roads. */
static flx_sample component(unsigned roads, double *const row[FLX_ROAD_COUNT], size_t k)
{
    flx_sample s = {0};
    for (unsigned road = 0; road < FLX_ROAD_COUNT; road++)
        if (roads & FLX_ROAD_BIT(road)) flx_sample_add(&s, road, row[road][k]);
    return s;
}

/* Primals: bit for bit. */
static void compare_values(flx_checker *c)
{
    flx_roads *r = &c->roads;
    for (size_t k = 0; k < c->m; k++) {
        const flx_sample s = component(r->have_value, r->value, k);
        const flx_vote v = flx_vote_on(&s, -1.0);
        if (!v.odd) continue;
        for (unsigned road = 0; road < FLX_ROAD_COUNT; road++) {
            if (!(v.odd & FLX_ROAD_BIT(road))) continue;
            if (c->result->road[road].worst[0] == 0.0) c->result->road[road].where[0] = k;
            c->result->road[road].worst[0] += 1.0;
        }
        accuse(c, 0, (place){FLX_CHECK_NOWHERE, k}, &s, v);
    }
}

static void compare_gradients(flx_checker *c)
{
    flx_roads *r = &c->roads;
    for (size_t k = 0; k < c->n; k++) {
        const flx_sample s = component(r->have_gradient, r->gradient, k);
        compare(c, &(number){1, {k, FLX_CHECK_NOWHERE}, NULL, r->bound_gradient[k], r->floor}, &s);
        if (r->bound_gradient[k] > c->result->bound_first)
            c->result->bound_first = r->bound_gradient[k];
    }
}

/* J*u output by output, and weight'Ju against the gradients. */
static void compare_first(flx_checker *c, const double *u)
{
    flx_roads *r = &c->roads;
    flx_sample s = {0};
    double bound = 0.0, back = 0.0;
    for (size_t k = 0; k < c->m; k++) {
        const flx_sample o = component(r->have_out, r->out, k);
        compare(c, &(number){1, {FLX_CHECK_NOWHERE, k}, u, r->bound_out[k], r->floor_along}, &o);
        bound += fabs(flx_double_amul(c->weight[k], r->bound_out[k]));
    }
    for (size_t k = 0; k < c->n; k++) back += fabs(flx_double_amul(u[k], r->bound_gradient[k]));
    for (unsigned road = 0; road < FLX_ROAD_COUNT; road++) {
        const unsigned bit = FLX_ROAD_BIT(road);
        if (r->have_out & bit)
            flx_sample_add(&s, road, flx_contract(c->m, c->weight, r->out[road]));
        if (r->have_gradient & bit)
            flx_sample_add(&s, road, flx_contract(c->n, u, r->gradient[road]));
    }
    compare(c, &(number){1, nowhere, u, bound > back ? bound : back, r->floor + r->floor_along},
            &s);
}

static double contracted_bound(const flx_checker *c, const double *u)
{
    double bound = 0.0;
    for (size_t k = 0; k < c->n; k++)
        bound += fabs(flx_double_amul(u[k], c->roads.bound_product[k]));
    return bound;
}

static void compare_products(flx_checker *c, const double *u)
{
    flx_roads *r = &c->roads;
    flx_sample s = {0};
    for (size_t k = 0; k < c->n; k++) {
        const flx_sample h = component(r->have_product, r->product, k);
        compare(c, &(number){2, {k, FLX_CHECK_NOWHERE}, u, r->bound_product[k], r->floor}, &h);
        if (r->bound_product[k] > c->result->bound_second)
            c->result->bound_second = r->bound_product[k];
    }
    for (unsigned road = 0; road < FLX_ROAD_COUNT; road++)
        if (r->have_uu & FLX_ROAD_BIT(road)) flx_sample_add(&s, road, r->uu[road]);
    compare(c, &(number){2, nowhere, u, contracted_bound(c, u), r->floor}, &s);
}

/* Everything along u. */
static flx_status along(flx_checker *c, const double *u)
{
    const flx_status status = flx_roads_along(&c->roads, u);
    if (status != FLX_OK) return status;
    flx_instances_along(&c->instances, &c->roads, u);
    compare_products(c, u);
    return status;
}

static void mixed(flx_checker *c, const double *u, const double *v)
{
    flx_roads *r = &c->roads;
    flx_sample s = {0};
    flx_roads_mixed(r, u, v);
    flx_instances_mixed(&c->instances, r, u, v);
    for (unsigned road = 0; road < FLX_ROAD_COUNT; road++)
        if (r->have_uv & FLX_ROAD_BIT(road)) flx_sample_add(&s, road, r->uv[road]);
    compare(c, &(number){2, nowhere, u, contracted_bound(c, v), r->floor}, &s);
    compare_first(c, u);
}

/* ---- identities ---- */

static double conditioned(const flx_checker *c, double off, double bound)
{
    if (off == 0.0 || !isfinite(off) || !isfinite(bound)) return 0.0;
    const double unit = (2.0 + c->roads.depth) * 0x1p-53 * bound;
    return fabs(off) / (unit + c->roads.floor / c->options.limit_second);
}

/* An identity that does not hold: by how much. */
static void fails(flx_checker *c, int order, const char *identity, double off)
{
    const flx_check_guilty g = {.roads = order == 1 ? BIT(REVERSE) : BIT(FORWARD_OVER_REVERSE),
                                .order = order,
                                .undecided = 1,
                                .instruction = FLX_CHECK_NOWHERE,
                                .identity = identity,
                                .input = FLX_CHECK_NOWHERE,
                                .output = FLX_CHECK_NOWHERE,
                                .odd = off,
                                .others = 0.0};
    flx_check_accuse(c->result, &g);
}

static double larger(double a, double b) { return !(a >= b) ? b : a; }

/* u'(Hv) against v'(Hu), for the products by forward over reverse. */
static void symmetry(flx_checker *c, const double *u)
{
    const double *hu = c->roads.product[FLX_ROAD_FORWARD_OVER_REVERSE];
    if (!hu) return;
    const double off = flx_contract(c->n, u, c->hessian_v) - flx_contract(c->n, c->v, hu);
    const double ratio = conditioned(c, off, contracted_bound(c, c->v));
    c->result->symmetry = larger(c->result->symmetry, ratio);
    if (ratio > c->options.limit_second && !c->roads.range)
        fails(c, 2, "symmetry of the Hessian", off);
    for (size_t k = 0; k < c->n; k++) c->hessian_sum[k] += hu[k];
}

/* The products with all blocks, summed, against the product with their sum, whose bound is still in
 * place. */
static flx_status linearity(flx_checker *c)
{
    const double *h = c->roads.product[FLX_ROAD_FORWARD_OVER_REVERSE];
    const flx_status status = along(c, c->all);
    if (status != FLX_OK || !h) return status;
    for (size_t k = 0; k < c->n; k++) {
        const double off = h[k] - c->hessian_sum[k];
        const double ratio = conditioned(c, off, c->roads.bound_product[k]);
        c->result->linearity = larger(c->result->linearity, ratio);
        if (ratio > c->options.limit_second && !c->roads.range)
            fails(c, 2, "linearity of Hessian products", off);
    }
    return status;
}

static void euler(flx_checker *c)
{
    if (!c->options.homogeneous || !(c->roads.have_gradient & BIT(REVERSE))) return;
    const flx_euler e = flx_roads_euler(&c->roads, c->options.degree, c->options.limit_first);
    c->result->euler = e.residual == 0.0 ? 0.0 : fabs(e.residual) / e.bound;
    if (!(c->result->euler > 1.0) || !isfinite(e.bound)) return;
    fails(c, 1, "Euler's theorem", e.residual);
}

/* ---- all directions ---- */

enum { WHOLE = 32, BLOCKS = 8 };

/* Up to WHOLE inputs every unit direction, else blocks of inputs. */
static size_t blocks(const flx_checker *c) { return c->n <= WHOLE ? c->n : BLOCKS; }

static void block(const flx_checker *c, size_t b, double *u)
{
    const size_t count = blocks(c), first = b * c->n / count, last = (b + 1) * c->n / count;
    for (size_t k = 0; k < c->n; k++) u[k] = k >= first && k < last ? c->all[k] : 0.0;
}

static void directions(flx_checker *c)
{
    uint64_t state = c->options.seed + 0x632be59bd9b4e019u;
    for (size_t k = 0; k < c->n; k++) {
        c->v[k] = flx_mini_random(&state);
        c->all[k] = c->n <= WHOLE ? 1.0 : fabs(flx_mini_random(&state));
        c->hessian_sum[k] = 0.0;
    }
}

static flx_status all_directions(flx_checker *c)
{
    flx_roads *r = &c->roads;
    const unsigned road = FLX_ROAD_FORWARD_OVER_REVERSE;
    flx_status status = along(c, c->v);
    if (status != FLX_OK) return status;
    compare_gradients(c); /* forward over reverse has its own by now */
    mixed(c, c->v, c->all);
    if (r->product[road] && c->n) memcpy(c->hessian_v, r->product[road], c->n * sizeof(double));
    for (size_t b = 0; b < blocks(c) && status == FLX_OK; b++) {
        block(c, b, c->u);
        status = along(c, c->u);
        if (status != FLX_OK) break;
        symmetry(c, c->u);
        mixed(c, c->u, c->v);
    }
    return status == FLX_OK && c->n > 0 ? linearity(c) : status;
}

/* The values of all slots: as replayed, against those recorded. */
static void compare_slots(flx_checker *c)
{
    const flx_code *code = &c->program->code;
    uint32_t out = 0;
    if (!c->recorded || !flx_roads_want(&c->roads, FLX_ROAD_RECORDING)) return;
    c->result->road[FLX_ROAD_RECORDING].ran = 1;
    for (uint32_t k = 0; k < code->instrs; k++) {
        const uint32_t outputs = flx_instr_outputs(&code->instr[k]);
        for (uint32_t j = out; j < out + outputs; j++) {
            if (flx_same_bits(c->recorded[j], c->value[j])) continue;
            flx_check_guilty g = {.roads = BIT(RECORDING) | BIT(REPLAY),
                                  .undecided = 1,
                                  .instruction = k,
                                  .within = flx_op_name(code->instr[k].op),
                                  .label = flx_code_label(code, k),
                                  .input = FLX_CHECK_NOWHERE,
                                  .output = FLX_CHECK_NOWHERE,
                                  .odd = c->recorded[j],
                                  .others = c->value[j]};
            flx_check_accuse(c->result, &g);
            return;
        }
        out += outputs;
    }
}

flx_status flx_check_whole(flx_checker *c)
{
    flx_roads *r = &c->roads;
    flx_check_result *result = c->result;
    flx_status status = flx_roads_at(r, c->x);
    if (status != FLX_OK) return status;
    memcpy(c->value, flx_work_plane(r->second, 0), c->program->slots * sizeof *c->value);
    compare_slots(c);
    flx_instances_at(&c->instances, r);
    directions(c);
    status = all_directions(c);
    if (status != FLX_OK) return status;
    compare_values(c);
    result->depth = (size_t)r->depth;
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        const unsigned ran = r->have_value | r->have_gradient | r->have_out | r->have_product;
        if (ran & FLX_ROAD_BIT(k)) result->road[k].ran = 1;
        result->road[k].kernels = r->kernels[k];
    }
    if (!c->n) result->symmetry = result->linearity = (double)NAN;
    euler(c);
    return status;
}
