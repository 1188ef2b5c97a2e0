/* team_fluxion.c: Fluxion's roads: number types forward, the tape, and programs. */
#include <stdlib.h>

#include <fluxion/fluxion.h>

#include "config.h"
#include "functions.h"

/* The roads without a tape: the function, and its inputs in the number type. */
typedef struct forward {
    const bench_problem *problem;
    const flx_function *function;
    void *ctx, *x;
} forward;

static void *open_forward(const bench_problem *p, size_t size)
{
    forward *f = bench_allocate(1, sizeof *f);
    *f = (forward){p, bench_function_of(p), (void *)&p->data, bench_allocate(p->n, size)};
    return f;
}

static void close_forward(void *state)
{
    forward *f = state;
    free(f->x);
    free(f);
}

static void value(void *state, double *result)
{
    const forward *f = state;
    f->function->f_double(f->problem->n, f->problem->x, 1, result, f->ctx);
}

static void *open_value(const bench_problem *p) { return open_forward(p, sizeof(double)); }

static void *open_dual(const bench_problem *p)
{
    forward *f = open_forward(p, sizeof(flx_dual));
    flx_dual *x = f->x;
    for (size_t i = 0; i < p->n; i++) x[i] = flx_dual_constant(p->x[i]);
    return f;
}

static void dual_gradient(void *state, double *result)
{
    const forward *f = state;
    flx_dual *x = f->x, y;
    for (size_t i = 0; i < f->problem->n; i++) {
        x[i].d = 1.0;
        f->function->f_dual(f->problem->n, x, 1, &y, f->ctx);
        x[i].d = 0.0;
        result[i] = y.d;
    }
}

static void dual_along(void *state, double *result)
{
    const forward *f = state;
    flx_dual *x = f->x, y;
    for (size_t i = 0; i < f->problem->n; i++)
        x[i] = flx_dual_make(f->problem->x[i], f->problem->dir[i]);
    f->function->f_dual(f->problem->n, x, 1, &y, f->ctx);
    result[0] = y.d;
}

static void *open_dual8(const bench_problem *p) { return open_forward(p, sizeof(flx_dual8)); }

static void dual8_gradient(void *state, double *result)
{
    const forward *f = state;
    const size_t n = f->problem->n;
    flx_dual8 *x = f->x, y;
    for (size_t i = 0; i < n; i++) x[i] = flx_dual8_constant(f->problem->x[i]);
    for (size_t first = 0; first < n; first += 8) {
        const size_t directions = n - first < 8 ? n - first : 8;
        for (size_t k = 0; k < directions; k++) x[first + k].d[k] = 1.0;
        f->function->f_dual8(n, x, 1, &y, f->ctx);
        for (size_t k = 0; k < directions; k++) {
            x[first + k].d[k] = 0.0;
            result[first + k] = y.d[k];
        }
    }
}

static void *open_ddual(const bench_problem *p) { return open_forward(p, sizeof(flx_ddual)); }

static void ddual_curvature(void *state, double *result)
{
    const forward *f = state;
    flx_ddual *x = f->x, y;
    for (size_t i = 0; i < f->problem->n; i++) {
        const double d = f->problem->dir[i];
        x[i] = flx_ddual_make(flx_dual_make(f->problem->x[i], d), flx_dual_make(d, 0.0));
    }
    f->function->f_ddual(f->problem->n, x, 1, &y, f->ctx);
    result[0] = y.d.d;
}

static void *open_hyperdual(const bench_problem *p)
{
    return open_forward(p, sizeof(flx_hyperdual));
}

static void hyperdual_curvature(void *state, double *result)
{
    const forward *f = state;
    flx_hyperdual *x = f->x, y;
    for (size_t i = 0; i < f->problem->n; i++) {
        const double d = f->problem->dir[i];
        x[i] = (flx_hyperdual){f->problem->x[i], d, d, 0.0};
    }
    f->function->f_hyperdual(f->problem->n, x, 1, &y, f->ctx);
    result[0] = y.e12;
}

static void *open_taylor(const bench_problem *p) { return open_forward(p, sizeof(flx_taylor2)); }

static void taylor_curvature(void *state, double *result)
{
    const forward *f = state;
    flx_taylor2 *x = f->x, y;
    for (size_t i = 0; i < f->problem->n; i++)
        x[i] = (flx_taylor2){{f->problem->x[i], f->problem->dir[i], 0.0}};
    f->function->f_taylor2(f->problem->n, x, 1, &y, f->ctx);
    result[0] = flx_taylor2_derivative(y, 2);
}

/* The roads on a tape: everything is recorded anew at each run. */
typedef struct taping {
    const bench_problem *problem;
    flx_tape *tape;
    flx_var *x, *g, *hv, *seed;
} taping;

static void *open_taping(const bench_problem *p)
{
    taping *t = bench_allocate(1, sizeof *t);
    t->problem = p;
    bench_check(flx_tape_create(NULL, &t->tape), "flx_tape_create");
    t->x = bench_allocate(4 * p->n, sizeof *t->x);
    t->g = t->x + p->n;
    t->hv = t->g + p->n;
    t->seed = t->hv + p->n;
    return t;
}

static void close_taping(void *state)
{
    taping *t = state;
    flx_tape_destroy(t->tape);
    free(t->x);
    free(t);
}

static flx_var record(const taping *t)
{
    const bench_problem *p = t->problem;
    flx_var y;
    flx_tape_reset(t->tape);
    for (size_t i = 0; i < p->n; i++) t->x[i] = flx_variable(t->tape, p->x[i]);
    bench_function_of(p)->f_var(p->n, t->x, 1, &y, (void *)&p->data);
    return y;
}

static void tape_gradient(void *state, double *result)
{
    const taping *t = state;
    const size_t n = t->problem->n;
    bench_check(flx_grad(record(t), n, t->x, t->g, 0), "flx_grad");
    for (size_t i = 0; i < n; i++) result[i] = flx_peek(t->g[i]);
}

static void tape_double_backprop(void *state, double *result)
{
    const taping *t = state;
    const size_t n = t->problem->n;
    bench_check(flx_grad(record(t), n, t->x, t->g, FLX_CREATE_GRAPH), "flx_grad");
    for (size_t i = 0; i < n; i++) t->seed[i] = flx_constant(t->problem->dir[i]);
    bench_check(flx_grad_seeded(n, t->g, t->seed, n, t->x, t->hv, 0), "flx_grad_seeded");
    for (size_t i = 0; i < n; i++) result[i] = flx_peek(t->hv[i]);
}

/* The roads of a program, recorded once. */
typedef struct program {
    const bench_problem *problem;
    flx_program *f;
    flx_work *w;
    double *path; /* of jets: a point and a direction, n each, and n zeros */
} program;

static void *open_kind(const bench_problem *p, flx_work_kind kind, unsigned flags)
{
    program *s = bench_allocate(1, sizeof *s);
    s->problem = p;
    bench_check(
        flx_record(bench_function_of(p), p->n, p->x, 1, (void *)&p->data, flags, NULL, &s->f, NULL),
        "flx_record");
    bench_check(flx_work_create(s->f, kind, 2, &s->w), "flx_work_create");
    s->path = bench_allocate(3 * p->n, sizeof *s->path);
    for (size_t i = 0; i < p->n; i++) {
        s->path[i] = p->x[i];
        s->path[p->n + i] = p->dir[i];
    }
    return s;
}

static void *open_program_value(const bench_problem *p) { return open_kind(p, FLX_WORK_VALUE, 0); }
static void *open_program_first(const bench_problem *p) { return open_kind(p, FLX_WORK_FIRST, 0); }
static void *open_program_second(const bench_problem *p)
{
    return open_kind(p, FLX_WORK_SECOND, 0);
}
static void *open_program_jet(const bench_problem *p) { return open_kind(p, FLX_WORK_JET, 0); }
static void *open_in_runs(const bench_problem *p)
{
    return open_kind(p, FLX_WORK_FIRST, FLX_IN_RUNS);
}

/* Rosenbrock's function in arrays: a user writes the sum as two sums of squares. */
static flx_var rosenbrock_of_array(flx_array x)
{
    const size_t n = x.rows;
    const flx_array from = flx_array_slice(x, 0, 0, n - 1, 1, 1, 1);
    const flx_array to = flx_array_slice(x, 1, 0, n - 1, 1, 1, 1);
    const flx_array a = flx_array_sub(flx_array_scalar(flx_constant(1.0)), from);
    const flx_array b = flx_array_sub(to, flx_array_square(from));
    return flx_var_add(flx_var_mul(flx_constant(100.0), flx_array_dot(b, b)), flx_array_dot(a, a));
}

static void *open_arrays(const bench_problem *p)
{
    if (p->function != BENCH_ROSENBROCK) return NULL;
    program *s = bench_allocate(1, sizeof *s);
    flx_var *input = bench_allocate(p->n, sizeof *input);
    flx_tape *tape;
    s->problem = p;
    bench_check(flx_tape_create(NULL, &tape), "flx_tape_create");
    const flx_array x = flx_array_variable(tape, p->n, 1, p->x);
    for (size_t i = 0; i < p->n; i++) input[i] = flx_array_at(x, i, 0);
    const flx_var y = rosenbrock_of_array(x);
    bench_check(flx_freeze(tape, p->n, input, 1, &y, 0, &s->f, NULL), "flx_freeze");
    bench_check(flx_work_create(s->f, FLX_WORK_FIRST, 0, &s->w), "flx_work_create");
    flx_tape_destroy(tape);
    free(input);
    return s;
}

static void close_program(void *state)
{
    program *s = state;
    flx_work_destroy(s->w);
    flx_program_release(s->f);
    free(s->path);
    free(s);
}

static void replay_value(void *state, double *result)
{
    const program *s = state;
    bench_check(flx_eval(s->f, s->w, s->problem->x, result, NULL), "flx_eval");
}

static void replay_gradient(void *state, double *result)
{
    const program *s = state;
    bench_check(flx_gradient(s->f, s->w, s->problem->x, NULL, result, NULL), "flx_gradient");
}

static void replay_along(void *state, double *result)
{
    const program *s = state;
    const bench_problem *p = s->problem;
    bench_check(flx_jvp(s->f, s->w, p->x, p->dir, result, NULL), "flx_jvp");
}

static void replay_hvp(void *state, double *result)
{
    const program *s = state;
    const bench_problem *p = s->problem;
    bench_check(flx_hvp(s->f, s->w, p->x, p->dir, NULL, result, NULL), "flx_hvp");
}

static void replay_double_backprop(void *state, double *result)
{
    const program *s = state;
    const bench_problem *p = s->problem;
    bench_check(flx_hvp_double_backprop(s->f, s->w, p->x, p->dir, NULL, result, NULL),
                "flx_hvp_double_backprop");
}

static void jet_curvature(void *state, double *result)
{
    const program *s = state;
    double y[3];
    bench_check(flx_jet(s->f, s->w, 2, s->path, y, NULL), "flx_jet");
    result[0] = 2.0 * y[2];
}

static const bench_contender contender[] = {
    {"fluxion.double", BENCH_VALUE, 0.0, 0, open_value, value, close_forward},
    {"fluxion.replay", BENCH_VALUE, 0.0, 0, open_program_value, replay_value, close_program},
    {"fluxion.tape", BENCH_GRADIENT, BENCH_EXACT, 0, open_taping, tape_gradient, close_taping},
    {"fluxion.replay", BENCH_GRADIENT, BENCH_EXACT, 0, open_program_first, replay_gradient,
     close_program},
    {"fluxion.replay_in_runs", BENCH_GRADIENT, BENCH_EXACT, 0, open_in_runs, replay_gradient,
     close_program},
    {"fluxion.replay_arrays", BENCH_GRADIENT, BENCH_EXACT, 0, open_arrays, replay_gradient,
     close_program},
    {"fluxion.dual", BENCH_GRADIENT, BENCH_EXACT, BENCH_SMALL, open_dual, dual_gradient,
     close_forward},
    {"fluxion.dual8", BENCH_GRADIENT, BENCH_EXACT, BENCH_SMALL, open_dual8, dual8_gradient,
     close_forward},
    {"fluxion.dual", BENCH_DIRECTIONAL, BENCH_EXACT, 0, open_dual, dual_along, close_forward},
    {"fluxion.replay", BENCH_DIRECTIONAL, BENCH_EXACT, 0, open_program_first, replay_along,
     close_program},
    {"fluxion.hvp", BENCH_HVP, BENCH_EXACT, 0, open_program_second, replay_hvp, close_program},
    {"fluxion.double_backprop", BENCH_HVP, BENCH_EXACT, 0, open_program_second,
     replay_double_backprop, close_program},
    {"fluxion.tape_twice", BENCH_HVP, BENCH_EXACT, 0, open_taping, tape_double_backprop,
     close_taping},
    {"fluxion.hyperdual", BENCH_CURVATURE, BENCH_EXACT, 0, open_hyperdual, hyperdual_curvature,
     close_forward},
    {"fluxion.ddual", BENCH_CURVATURE, BENCH_EXACT, 0, open_ddual, ddual_curvature, close_forward},
    {"fluxion.taylor2", BENCH_CURVATURE, BENCH_EXACT, 0, open_taylor, taylor_curvature,
     close_forward},
    {"fluxion.jet", BENCH_CURVATURE, BENCH_EXACT, 0, open_program_jet, jet_curvature,
     close_program},
};

#define VERSION                                                                                    \
    FLX_STRING(FLX_VERSION_MAJOR)                                                                  \
    "." FLX_STRING(FLX_VERSION_MINOR) "." FLX_STRING(FLX_VERSION_PATCH)
const bench_team bench_team_fluxion = {"Fluxion", VERSION ", " BENCH_C_COMPILER, contender,
                                       sizeof contender / sizeof *contender};
