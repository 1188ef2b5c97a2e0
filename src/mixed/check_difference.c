/* check_difference.c: finite differences, which share nothing with the library but the values. */
#include "mixed/check.h"

#include <float.h>
#include <math.h>

typedef struct path {
    flx_checker *c;
    flx_status status; /* of the last evaluation */
} path;

/* weight'f at x + t*all; u is the moved point. Where there is a function its plain instance tells: it
 * has what a recording has lost. The program says whether a comparison flips. */
static int along_path(void *ctx, double t, double *value)
{
    path *p = ctx;
    flx_checker *c = p->c;
    flx_roads *r = &c->roads;
    for (size_t k = 0; k < c->n; k++) c->u[k] = c->x[k] + t * c->all[k];
    const flx_function *f = c->instances.f;
    p->status = flx_eval(c->program, r->second, c->u, r->bound_out, NULL);
    if (p->status == FLX_OK && f && f->f_double)
        f->f_double(c->n, c->u, c->m, r->bound_out, c->instances.ctx);
    *value = p->status == FLX_OK ? flx_contract(c->m, c->weight, r->bound_out) : (double)NAN;
    return p->status != FLX_OK;
}

/* Whether the slopes to the left and right differ: then the second difference over h stays as it is
 * when h is halved; of a smooth function it halves. */
static int has_kink(path *p, double h)
{
    double f[5];
    for (int k = 0; k < 5; k++)
        if (along_path(p, 0.5 * h * (k - 2), &f[k])) return 0;
    const double wide = (f[4] - 2.0 * f[2] + f[0]) / h;
    const double narrow = (f[3] - 2.0 * f[2] + f[1]) / (0.5 * h);
    const double noise = 8.0 * DBL_EPSILON * (fabs(f[0]) + fabs(f[2]) + fabs(f[4])) / h;
    return fabs(narrow) > 0.75 * fabs(wide) && fabs(narrow) > 10.0 * noise;
}

/* What the first road in the consensus says; gradients are still in their rows. */
static double derivative(const flx_checker *c)
{
    const flx_roads *r = &c->roads;
    flx_sample s = {0};
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++)
        if (r->have_gradient & FLX_ROAD_BIT(k))
            flx_sample_add(&s, k, flx_contract(c->n, c->all, r->gradient[k]));
    return s.roads ? flx_vote_on(&s, 0x1p-40 * c->result->bound_first * (double)c->n).consensus
                   : (double)NAN;
}

static double scale_of(const flx_checker *c)
{
    double scale = 0x1p-10;
    for (size_t k = 0; k < c->n; k++)
        if (isfinite(c->x[k])) scale = fmax(scale, fabs(c->x[k]));
    return scale;
}

/* An estimate that is off by many times its own error is evidence; the error is itself only an
 * estimate. */
static void judge(flx_checker *c, flx_quotient q)
{
    flx_check_result *r = c->result;
    const double off = fabs(q.value - r->derivative);
    r->difference = q.value;
    r->difference_error = q.error;
    if (!isfinite(r->derivative) || !(off > 32.0 * q.error)) return;
    const flx_check_guilty g = {.roads = FLX_ROAD_BIT(FLX_ROAD_DIFFERENCES),
                                .order = 1,
                                .undecided = 1,
                                .instruction = FLX_CHECK_NOWHERE,
                                .input = FLX_CHECK_NOWHERE,
                                .output = FLX_CHECK_NOWHERE,
                                .odd = q.value,
                                .others = r->derivative};
    flx_check_accuse(r, &g);
}

void flx_check_difference(flx_checker *c)
{
    flx_check_result *r = c->result;
    path p = {c, FLX_OK};
    const double scale = scale_of(c);
    if (!flx_roads_want(&c->roads, FLX_ROAD_DIFFERENCES) || c->n == 0 || c->m == 0) return;
    r->road[FLX_ROAD_DIFFERENCES].ran = 1;
    r->derivative = derivative(c);
    r->difference = r->difference_error = (double)NAN;
    const flx_quotient q = flx_ridders(along_path, &p, 0x1p-7 * scale);
    if (p.status == FLX_BRANCH_CHANGED) r->differences = FLX_DIFFERENCES_BRANCH;
    else if (q.refused || !isfinite(q.error)) r->differences = FLX_DIFFERENCES_FINITE;
    else if (has_kink(&p, 0x1p-14 * scale)) r->differences = FLX_DIFFERENCES_KINK;
    else r->differences = FLX_DIFFERENCES_DONE;
    if (r->differences == FLX_DIFFERENCES_DONE) judge(c, q);
}
