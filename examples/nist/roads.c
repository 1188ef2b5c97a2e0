#include "roads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/mixed.h>

#include "functions.h"

enum { N = NIST_MAX_PARAMETERS, GRADIENT_ROADS = 7, HESSIAN_ROADS = 6 };

/* One road's result: a gradient or a Hessian, with the scales of its components. */
typedef struct road_result {
    const char *name;
    double value[N * N];
    const double *scale;
} road_result;

struct nist_roads {
    nist_problem *problem;
    size_t n;
    const flx_program *objective;
    const flx_program *residuals;
    flx_work *second; /* of the objective */
    flx_work *jet;    /* of the objective */
    flx_work *first;  /* of the residuals */
    double gradient_scale[N];
    double hessian_scale[N * N];
    double polarised_scale[N * N];
    double unit[N]; /* s_j: powers of two near 1/sqrt(scale_jj) */
    road_result gradient[GRADIENT_ROADS];
    road_result hessian[HESSIAN_ROADS];
    flx_hyperdual *residual; /* observations */
    double *plain;           /* observations */
    double *jacobian;        /* observations x n */
};

flx_status nist_roads_create(nist_problem *problem, flx_program *objective, flx_program *residuals,
                             nist_roads **roads)
{
    const size_t m = problem->observations;
    nist_roads *r = *roads = calloc(1, sizeof *r);
    if (!r) return FLX_ENOMEM;
    r->problem = problem;
    r->n = problem->parameters;
    r->objective = objective;
    r->residuals = residuals;
    r->residual = calloc(m, sizeof *r->residual);
    r->plain = calloc(m, sizeof *r->plain);
    r->jacobian = calloc(m * r->n, sizeof *r->jacobian);
    flx_status status = r->residual && r->plain && r->jacobian ? FLX_OK : FLX_ENOMEM;
    if (status == FLX_OK) status = flx_work_create(objective, FLX_WORK_SECOND, 0, &r->second);
    if (status == FLX_OK) status = flx_work_create(objective, FLX_WORK_JET, 2, &r->jet);
    if (status == FLX_OK) status = flx_work_create(residuals, FLX_WORK_FIRST, 0, &r->first);
    if (status != FLX_OK) {
        nist_roads_destroy(r);
        *roads = NULL;
    }
    return status;
}

void nist_roads_destroy(nist_roads *roads)
{
    if (!roads) return;
    flx_work_destroy(roads->second);
    flx_work_destroy(roads->jet);
    flx_work_destroy(roads->first);
    free(roads->residual);
    free(roads->plain);
    free(roads->jacobian);
    free(roads);
}

/* Scales. */

static void add_curvature_scales(nist_roads *r, const double *b)
{
    const size_t n = r->n;
    const size_t m = r->problem->observations;
    flx_hyperdual x[N];
    for (size_t j = 0; j < n; j++) {
        for (size_t k = j; k < n; k++) {
            double sum = 0.0;
            for (size_t i = 0; i < n; i++) {
                x[i] = flx_hyperdual_make(b[i], i == j ? 1.0 : 0.0, i == k ? 1.0 : 0.0, 0.0);
            }
            nist_residuals->f_hyperdual(n, x, m, r->residual, r->problem);
            for (size_t i = 0; i < m; i++) {
                sum += fabs(2.0 * r->jacobian[i * n + j] * r->jacobian[i * n + k]);
                sum += fabs(2.0 * r->residual[i].v * r->residual[i].e12);
            }
            r->hessian_scale[j * n + k] = r->hessian_scale[k * n + j] = sum;
        }
    }
}

static void polarise_scales(nist_roads *r)
{
    const size_t n = r->n;
    const double *h = r->hessian_scale;
    for (size_t j = 0; j < n; j++) {
        r->unit[j] = h[j * n + j] > 0.0 ? ldexp(1.0, -ilogb(h[j * n + j]) / 2) : 1.0;
    }
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < n; k++) {
            const double ratio = r->unit[j] / r->unit[k];
            r->polarised_scale[j * n + k] =
                j == k ? h[j * n + j] : h[j * n + k] + ratio * h[j * n + j] + h[k * n + k] / ratio;
        }
    }
}

static flx_status find_scales(nist_roads *r, const double *b)
{
    const size_t n = r->n;
    flx_status status = flx_jacobian(r->residuals, r->first, b, r->jacobian, NULL);
    if (status == FLX_OK) status = flx_eval(r->residuals, r->first, NULL, r->plain, NULL);
    if (status != FLX_OK) return status;
    for (size_t j = 0; j < n; j++) {
        r->gradient_scale[j] = 0.0;
        for (size_t i = 0; i < r->problem->observations; i++) {
            r->gradient_scale[j] += fabs(2.0 * r->plain[i] * r->jacobian[i * n + j]);
        }
    }
    add_curvature_scales(r, b);
    polarise_scales(r);
    return FLX_OK;
}

/* Roads by number types: the function itself, called with each of them. */

static void by_duals(nist_roads *r, const double *b, double *g)
{
    flx_dual x[N], f;
    for (size_t j = 0; j < r->n; j++) {
        for (size_t i = 0; i < r->n; i++) x[i] = flx_dual_make(b[i], i == j ? 1.0 : 0.0);
        nist_objective->f_dual(r->n, x, 1, &f, r->problem);
        g[j] = f.d;
    }
}

static void by_duals_of_duals(nist_roads *r, const double *b, double *g, double *h)
{
    flx_ddual x[N], f;
    for (size_t j = 0; j < r->n; j++) {
        for (size_t k = 0; k < r->n; k++) {
            for (size_t i = 0; i < r->n; i++) {
                x[i] = flx_ddual_make(flx_dual_make(b[i], i == k ? 1.0 : 0.0),
                                      flx_dual_make(i == j ? 1.0 : 0.0, 0.0));
            }
            nist_objective->f_ddual(r->n, x, 1, &f, r->problem);
            g[j] = f.d.v;
            h[j * r->n + k] = f.d.d;
        }
    }
}

static void by_hyperduals(nist_roads *r, const double *b, double *g)
{
    flx_hyperdual x[N], f;
    for (size_t j = 0; j < r->n; j++) {
        for (size_t i = 0; i < r->n; i++) {
            x[i] = flx_hyperdual_make(b[i], i == j ? 1.0 : 0.0, 0.0, 0.0);
        }
        nist_objective->f_hyperdual(r->n, x, 1, &f, r->problem);
        g[j] = f.e1;
    }
}

/* Taylor coefficients 1 and 2 of f along a direction with the components u of parameter j and v of
 * parameter k. */
typedef flx_status (*expand)(nist_roads *r, const double *b, size_t j, double u, size_t k, double v,
                             double *c1, double *c2);

static flx_status expand_taylor(nist_roads *r, const double *b, size_t j, double u, size_t k,
                                double v, double *c1, double *c2)
{
    flx_taylor2 x[N], f;
    for (size_t i = 0; i < r->n; i++) x[i] = flx_taylor2_constant(b[i]);
    x[k].c[1] = v;
    x[j].c[1] = u;
    nist_objective->f_taylor2(r->n, x, 1, &f, r->problem);
    *c1 = f.c[1];
    *c2 = f.c[2];
    return FLX_OK;
}

static flx_status expand_jet(nist_roads *r, const double *b, size_t j, double u, size_t k, double v,
                             double *c1, double *c2)
{
    double x[3 * N] = {0.0};
    double f[3];
    memcpy(x, b, r->n * sizeof *x);
    x[r->n + k] = v;
    x[r->n + j] = u;
    const flx_status status = flx_jet(r->objective, r->jet, 2, x, f, NULL);
    *c1 = f[1];
    *c2 = f[2];
    return status;
}

/* Gradient and Hessian from Taylor coefficients along axes and diagonals. */
static flx_status polarise(nist_roads *r, const double *b, expand along, double *g, double *h)
{
    const size_t n = r->n;
    double axis[N];
    double c1, c2;
    for (size_t j = 0; j < n; j++) {
        const double s = r->unit[j];
        const flx_status status = along(r, b, j, s, j, s, &c1, &axis[j]);
        if (status != FLX_OK) return status;
        g[j] = c1 / s;
        h[j * n + j] = 2.0 * axis[j] / s / s;
    }
    for (size_t j = 0; j < n; j++) {
        for (size_t k = j + 1; k < n; k++) {
            const flx_status status = along(r, b, j, r->unit[j], k, r->unit[k], &c1, &c2);
            if (status != FLX_OK) return status;
            h[j * n + k] = h[k * n + j] = (c2 - (axis[j] + axis[k])) / r->unit[j] / r->unit[k];
        }
    }
    return FLX_OK;
}

/* Roads by programs. */

static flx_status by_programs(nist_roads *r, const double *b, double *reverse, double *jvp,
                              double *hessian, double *hyperdual, double *backprop)
{
    const flx_program *f = r->objective;
    flx_status status = flx_gradient(f, r->second, b, NULL, reverse, NULL);
    for (size_t j = 0; j < r->n && status == FLX_OK; j++) {
        double direction[N] = {0.0};
        direction[j] = 1.0;
        status = flx_jvp(f, r->second, NULL, direction, &jvp[j], NULL);
    }
    if (status == FLX_OK) status = flx_hessian(f, r->second, NULL, NULL, hessian, NULL);
    if (status == FLX_OK) {
        status = flx_hessian_hyperdual(f, r->second, NULL, NULL, hyperdual, NULL);
    }
    if (status == FLX_OK) {
        status = flx_hessian_double_backprop(f, r->second, NULL, NULL, backprop, NULL);
    }
    return status;
}

/* The distance of a and b in ulps of the scale. */
static double ulps(double a, double b, double scale)
{
    const double distance = fabs(a - b);
    if (distance == 0.0) return 0.0;
    if (!(scale > 0.0) || !isfinite(scale) || !isfinite(distance)) return HUGE_VAL;
    return distance / ldexp(1.0, ilogb(scale) - 52);
}

static double worst_of(size_t components, size_t count, const road_result *roads,
                       const char **which)
{
    double worst = 0.0;
    which[0] = which[1] = roads[0].name;
    for (size_t p = 0; p < count; p++) {
        for (size_t q = p + 1; q < count; q++) {
            for (size_t c = 0; c < components; c++) {
                const double scale = fmax(roads[p].scale[c], roads[q].scale[c]);
                const double d = ulps(roads[p].value[c], roads[q].value[c], scale);
                if (d > worst) {
                    worst = d;
                    which[0] = roads[p].name;
                    which[1] = roads[q].name;
                }
            }
        }
    }
    return worst;
}

static void name_roads(nist_roads *r)
{
    static const char *const gradients[GRADIENT_ROADS] = {
        "reverse", "jvp", "dual", "dual of dual", "hyper-dual", "Taylor", "jet"};
    static const char *const hessians[HESSIAN_ROADS] = {
        "reverse", "double backprop", "dual of dual", "hyper-dual", "Taylor", "jet"};
    for (size_t i = 0; i < GRADIENT_ROADS; i++) {
        r->gradient[i].name = gradients[i];
        r->gradient[i].scale = r->gradient_scale;
    }
    for (size_t i = 0; i < HESSIAN_ROADS; i++) {
        r->hessian[i].name = hessians[i];
        r->hessian[i].scale = i < 4 ? r->hessian_scale : r->polarised_scale;
    }
}

flx_status nist_roads_compare(nist_roads *roads, const double *b, nist_disagreement *worst)
{
    nist_roads *r = roads;
    road_result *g = r->gradient;
    road_result *h = r->hessian;
    flx_status status = find_scales(r, b);
    if (status != FLX_OK) return status;
    name_roads(r);
    status = by_programs(r, b, g[0].value, g[1].value, h[0].value, h[3].value, h[1].value);
    if (status != FLX_OK) return status;
    by_duals(r, b, g[2].value);
    by_duals_of_duals(r, b, g[3].value, h[2].value);
    by_hyperduals(r, b, g[4].value);
    status = polarise(r, b, expand_taylor, g[5].value, h[4].value);
    if (status == FLX_OK) status = polarise(r, b, expand_jet, g[6].value, h[5].value);
    worst->gradient = worst_of(r->n, GRADIENT_ROADS, g, worst->gradient_roads);
    worst->hessian = worst_of(r->n * r->n, HESSIAN_ROADS, h, worst->hessian_roads);
    return status;
}
