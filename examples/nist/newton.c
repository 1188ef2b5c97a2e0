/* A trust-region Newton method.
 *
 * At each point the function is replaced by its quadratic Taylor polynomial, exact thanks to
 * Fluxion, and that is minimised inside a ball (trust.c) in variables that are scaled to make all
 * curvatures alike. How well the polynomial foretold the fall of f decides about the step and the
 * next radius. Values that are not finite count as no fall at all.
 *
 * Close to the minimum f itself stops telling anything: its changes drown in rounding when only
 * half of the parameters' digits are right. There a full Newton step is judged by the gradient
 * instead: the next correction, foretold with the old Hessian, must be at most half as long. The
 * method ends where rounding prevents even that. */
#include "newton.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/mixed.h>

#include "trust.h"

/* How far to go and what to accept: the usual values. */
static const double first_radius = 100.0; /* times the size of the starting point */
static const double accept = 0.1;         /* of the fall foretold */
static const double shrink_below = 0.25;
static const double grow_above = 0.75;
/* Where the fall foretold is below this part of f, the gradient judges. */
static const double settled = 1e-3;
/* A last step that changes a parameter by more than this part of it is no convergence. */
static const double tolerance = 1e-6;

/* A point, and what is known there. */
typedef struct point {
    double value;
    double *x;        /* n */
    double *gradient; /* n */
    double *hessian;  /* n x n */
} point;

/* Points kept for measuring the order, and those used: the last that rise above rounding. */
enum { TRACE = 8, USED = 4 };

/* One minimisation. */
typedef struct search {
    const flx_program *f;
    flx_work *work;
    size_t n;
    point here, there;
    double *scale;           /* n: scaled variable = scale * variable */
    double *step;            /* n, scaled */
    double radius;           /* scaled */
    double length;           /* of the step */
    double gain;             /* the fall of f that the model foretells for the step */
    int newton;              /* whether the step is a full Newton step */
    double *scaled_gradient; /* n */
    double *scaled_hessian;  /* n x n */
    trust_model model;
    double *model_memory;
    double *trace; /* TRACE x n: the last points, each followed by a full Newton step */
    size_t traced;
    double *memory;
} search;

static double *take(double **memory, size_t count)
{
    double *block = *memory;
    *memory += count;
    return block;
}

static flx_status search_init(search *s, flx_program *f)
{
    const size_t n = flx_inputs(f);
    const size_t points = 2 * (2 * n + n * n);
    memset(s, 0, sizeof *s);
    s->f = f;
    s->n = n;
    s->memory = calloc(points + 3 * n + n * n + trust_room(n) + TRACE * n, sizeof *s->memory);
    if (!s->memory) return FLX_ENOMEM;
    double *m = s->memory;
    for (point *p = &s->here; p; p = p == &s->here ? &s->there : NULL) {
        p->x = take(&m, n);
        p->gradient = take(&m, n);
        p->hessian = take(&m, n * n);
    }
    s->scale = take(&m, n);
    s->step = take(&m, n);
    s->scaled_gradient = take(&m, n);
    s->scaled_hessian = take(&m, n * n);
    s->model_memory = take(&m, trust_room(n));
    s->trace = take(&m, TRACE * n);
    return flx_work_create(f, FLX_WORK_SECOND, 0, &s->work);
}

static void search_clear(search *s)
{
    flx_work_destroy(s->work);
    free(s->memory);
}

static int all_finite(size_t n, const double *v)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(v[i])) return 0;
    }
    return 1;
}

/* Value, gradient and Hessian at p->x; *usable says whether all of them are finite. */
static flx_status evaluate(search *s, point *p, int *usable)
{
    *usable = 0;
    flx_status status = flx_gradient(s->f, s->work, p->x, &p->value, p->gradient, NULL);
    if (status != FLX_OK || !isfinite(p->value)) return status;
    status = flx_hessian(s->f, s->work, NULL, NULL, p->hessian, NULL);
    *usable = all_finite(s->n, p->gradient) && all_finite(s->n * s->n, p->hessian);
    return status;
}

/* Makes the quadratic at `here`. The scale of a variable is the square root of the largest
 * curvature met along it, so that the step does not depend on units. */
static int make_model(search *s)
{
    const size_t n = s->n;
    for (size_t j = 0; j < n; j++) {
        s->scale[j] = fmax(s->scale[j], sqrt(fabs(s->here.hessian[j * n + j])));
        if (s->scale[j] == 0.0) s->scale[j] = 1.0;
    }
    for (size_t j = 0; j < n; j++) {
        s->scaled_gradient[j] = s->here.gradient[j] / s->scale[j];
        for (size_t k = 0; k < n; k++) {
            s->scaled_hessian[j * n + k] = s->here.hessian[j * n + k] / s->scale[j] / s->scale[k];
        }
    }
    return trust_model_make(n, s->scaled_gradient, s->scaled_hessian, s->model_memory, &s->model);
}

static double norm(size_t n, const double *v)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) sum += v[j] * v[j];
    return sqrt(sum);
}

/* The best step inside the radius, and where it leads. */
static void propose(search *s)
{
    s->newton = trust_step(&s->model, s->radius, s->step, &s->gain);
    s->length = norm(s->n, s->step);
    for (size_t j = 0; j < s->n; j++) s->there.x[j] = s->here.x[j] + s->step[j] / s->scale[j];
}

/* Length of the Newton correction at `there`, with the Hessian of `here`. */
static double next_length(search *s)
{
    for (size_t j = 0; j < s->n; j++) s->scaled_gradient[j] = s->there.gradient[j] / s->scale[j];
    return trust_correction(&s->model, s->scaled_gradient);
}

/* The largest relative change of a parameter by the step. */
static double relative_change(const search *s)
{
    double worst = 0.0;
    for (size_t j = 0; j < s->n; j++) {
        const double change = fabs(s->there.x[j] - s->here.x[j]);
        if (change > 0.0) worst = fmax(worst, change / fabs(s->here.x[j]));
    }
    return worst;
}

/* Goes there. Returns 0, or -1 where no model can be made. */
static int move(search *s)
{
    const point left = s->here;
    if (!s->newton) s->traced = 0;
    else {
        memcpy(s->trace + s->traced++ % TRACE * s->n, left.x, s->n * sizeof *s->trace);
    }
    s->here = s->there;
    s->there = left;
    return make_model(s);
}

static flx_status iterate(search *s, size_t max_iterations, newton_result *r)
{
    int usable;
    flx_status status = evaluate(s, &s->here, &usable);
    if (status != FLX_OK || !usable || make_model(s) != 0) return status;
    for (size_t j = 0; j < s->n; j++) s->step[j] = s->here.x[j] * s->scale[j];
    s->radius = first_radius * norm(s->n, s->step);
    if (s->radius == 0.0) s->radius = first_radius;

    while (r->iterations < max_iterations) {
        propose(s);
        status = evaluate(s, &s->there, &usable);
        if (status != FLX_OK) return status;
        r->iterations++;
        if (s->newton && usable && s->gain <= settled * fabs(s->here.value)) {
            if (next_length(s) <= 0.5 * s->length) {
                if (move(s) != 0) return FLX_OK;
                continue;
            }
            if (relative_change(s) <= tolerance) {
                r->converged = 1;
                return FLX_OK;
            }
        }
        const double trust = usable ? (s->here.value - s->there.value) / s->gain : -1.0;
        if (!(trust >= shrink_below)) s->radius = 0.25 * fmin(s->radius, s->length);
        else if (trust > grow_above) s->radius = fmax(s->radius, 2.0 * s->length);
        if (trust > accept) {
            if (move(s) != 0) return FLX_OK;
        } else if (relative_change(s) <= DBL_EPSILON) {
            return FLX_OK;
        }
    }
    return FLX_OK;
}

/* Distance of an earlier point from the last one, as sqrt(d'Hd): the norm in which Newton's method
 * is blind to the choice of variables. */
static double energy_error(const search *s, const double *x)
{
    double sum = 0.0;
    for (size_t j = 0; j < s->n; j++) {
        for (size_t k = 0; k < s->n; k++) {
            sum += (x[j] - s->here.x[j]) * s->here.hessian[j * s->n + k] * (x[k] - s->here.x[k]);
        }
    }
    return sqrt(fmax(sum, 0.0));
}

/* The slope of log error_{k+1} against log error_k, by least squares over the last three pairs.
 *
 * The last point stands for the solution. Errors below thirty times the step that ended the search,
 * which is rounding, are left out. One pair would not do: the constant in
 * error_{k+1} = constant * error_k^2 depends on the direction of the error, and the slope is the
 * better known the more digits the errors span. */
static void measure_order(const search *s, newton_result *r)
{
    const double rounding = 30.0 * sqrt(2.0 * s->gain);
    const size_t kept = s->traced < TRACE ? s->traced : TRACE;
    double all[TRACE];
    size_t known = 0;
    for (size_t k = s->traced - kept; k < s->traced; k++) {
        const double e = energy_error(s, s->trace + k % TRACE * s->n);
        if (e > rounding) all[known++] = log(e);
    }
    if (known < USED) return;
    const double *error = all + known - USED;
    const double middle_x = (error[0] + error[1] + error[2]) / 3.0;
    const double middle_y = (error[1] + error[2] + error[3]) / 3.0;
    double above = 0.0;
    double below = 0.0;
    for (size_t k = 0; k + 1 < USED; k++) {
        above += (error[k] - middle_x) * (error[k + 1] - middle_y);
        below += (error[k] - middle_x) * (error[k] - middle_x);
    }
    r->order = above / below;
    r->order_digits = (error[0] - error[2]) / log(10.0);
}

flx_status newton_minimise(flx_program *f, double *x, size_t max_iterations, newton_result *result)
{
    search s;
    memset(result, 0, sizeof *result);
    result->value = nan("");
    result->order = nan("");
    flx_status status = search_init(&s, f);
    if (status == FLX_OK) {
        memcpy(s.here.x, x, s.n * sizeof *x);
        status = iterate(&s, max_iterations, result);
        memcpy(x, s.here.x, s.n * sizeof *x);
        result->value = s.here.value;
        if (result->converged) measure_order(&s, result);
    }
    search_clear(&s);
    return status;
}
