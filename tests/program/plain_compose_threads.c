/* One program within the tapes and programs of several threads at once, which derive from it when they
 * first need to: the same bits as alone. A plain main, so that ThreadSanitizer can watch. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <fluxion/compose.h>
#include <fluxion/mixed.h>

#include "bodies.h"

enum { THREADS = 4, ROUNDS = 20, STEPS = 7 };

typedef struct job {
    flx_program *step, *whole;
    double gradient[4], product[4], recorded[4];
    flx_status status;
} job;

/* The sum of a map's results over the states of a scan. */
static flx_var record(flx_tape *t, flx_program *step, const double *at, flx_var *x)
{
    const flx_array in = flx_array_variable(t, 4, 1, at);
    const flx_array shared = flx_array_slice(in, 1, 0, 3, 1, 1, 1);
    const flx_scanned s =
        flx_scan(step, STEPS, flx_array_slice(in, 0, 0, 1, 1, 1, 1), flx_array_empty(), shared, 3);
    const flx_array y = flx_map_sum(step, s.rows, flx_array_slice(in, 2, 0, 2, 1, 1, 1));
    for (size_t k = 0; k < 4; k++) x[k] = flx_array_at(in, k, 0);
    return flx_array_at(flx_array_sum(y, FLX_ALL), 0, 0);
}

static const double start[4] = {0.25, 0.5, 0.75, 0.375}, direction[4] = {1.0, -0.5, 0.25, 0.75};

static flx_status on_tape(job *j)
{
    flx_tape *t;
    flx_var x[4], g[4], h[4];
    flx_status status = flx_tape_create(NULL, &t);
    if (status != FLX_OK) return status;
    const flx_var y = record(t, j->step, start, x);
    status = flx_grad(y, 4, x, g, FLX_CREATE_GRAPH);
    if (status == FLX_OK) status = flx_grad(g[1], 4, x, h, 0);
    for (size_t k = 0; k < 4 && status == FLX_OK; k++) j->recorded[k] = flx_peek(h[k]);
    flx_tape_destroy(t);
    return status;
}

static flx_status run(job *j)
{
    flx_work *w;
    flx_status status = flx_work_create(j->whole, FLX_WORK_SECOND, 0, &w);
    for (int k = 0; k < ROUNDS && status == FLX_OK; k++) {
        status = on_tape(j);
        if (status == FLX_OK) status = flx_gradient(j->whole, w, start, NULL, j->gradient, NULL);
        if (status == FLX_OK)
            status = flx_hvp(j->whole, w, NULL, direction, NULL, j->product, NULL);
    }
    flx_work_destroy(w);
    return status;
}

static void *thread(void *arg)
{
    job *j = arg;
    j->status = run(j);
    return NULL;
}

static flx_program *freeze(flx_program *step)
{
    flx_tape *t;
    flx_program *f = NULL;
    flx_var x[4];
    if (flx_tape_create(NULL, &t) != FLX_OK) return NULL;
    const flx_var y = record(t, step, start, x);
    flx_freeze(t, 4, x, 1, &y, 0, &f, NULL);
    flx_tape_destroy(t);
    return f;
}

static int same(const job *a, const job *b)
{
    return a->status == FLX_OK && b->status == FLX_OK
           && memcmp(a->gradient, b->gradient, sizeof a->gradient) == 0
           && memcmp(a->product, b->product, sizeof a->product) == 0
           && memcmp(a->recorded, b->recorded, sizeof a->recorded) == 0;
}

int main(void)
{
    static job alone, together[THREADS];
    pthread_t id[THREADS];
    int failures = 0;
    flx_program *step = body_program(&body_logistic), *other = body_program(&body_logistic);
    flx_program *whole = step ? freeze(step) : NULL;
    if (!whole || !other) return 2;
    for (int k = 0; k < THREADS; k++) { /* nothing has been derived yet */
        together[k].step = step;
        together[k].whole = whole;
        if (pthread_create(&id[k], NULL, thread, &together[k]) != 0) return 2;
    }
    for (int k = 0; k < THREADS; k++) pthread_join(id[k], NULL);
    alone.step = other;
    alone.whole = whole;
    alone.status = run(&alone);
    for (int k = 0; k < THREADS; k++) failures += !same(&alone, &together[k]);
    flx_program_release(step);
    flx_program_release(other);
    flx_program_release(whole);
    if (failures) printf("%d threads differ from one alone\n", failures);
    return failures != 0;
}
