/* One program run at many points by several threads at once, each with a batch: the same bits as
 * alone. A plain main, so that ThreadSanitizer can watch. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "batch_programs.h"

enum { THREADS = 4, POINTS = 100, N = 3 };

typedef struct job {
    flx_program *f;
    unsigned flags[POINTS];
    double x[POINTS][N], y[N], g[POINTS][N];
    flx_status status;
} job;

static const double weights[N] = {1.0, 2.0, -1.0};

static flx_status run(job *j)
{
    const flx_batch_options options = {.threads = 2};
    const flx_batch_in x = flx_in_rows(j->x[0], N), weight = flx_in_shared(weights, N);
    const flx_batch_out y = flx_out_sum(j->y, N), g = flx_out_rows(j->g[0], N);
    flx_batch *b;
    flx_status status = flx_batch_create(j->f, FLX_WORK_FIRST, &options, &b);
    if (status == FLX_OK) status = flx_eval_batch(j->f, b, POINTS, 1, &x, 1, &y, j->flags, NULL);
    if (status == FLX_OK)
        status = flx_vjp_batch(j->f, b, POINTS, 1, &x, 1, &weight, 1, &g, j->flags, NULL);
    flx_batch_destroy(b);
    return status;
}

static void *thread(void *arg)
{
    job *j = arg;
    j->status = run(j);
    return NULL;
}

static int same(const job *a, const job *b)
{
    return a->status == FLX_OK && b->status == FLX_OK && memcmp(a->y, b->y, sizeof a->y) == 0
           && memcmp(a->g, b->g, sizeof a->g) == 0
           && memcmp(a->flags, b->flags, sizeof a->flags) == 0;
}

int main(void)
{
    static job alone, together[THREADS];
    pthread_t id[THREADS];
    int failed = 0;
    alone.f = batch_program(&batch_cases[1], NULL);
    if (!alone.f) return 1;
    for (size_t i = 0; i < POINTS; i++)
        for (size_t k = 0; k < N; k++) alone.x[i][k] = batch_sample(i, k);
    for (int k = 0; k < THREADS; k++) together[k] = alone;
    alone.status = run(&alone);
    for (int k = 0; k < THREADS; k++) failed |= pthread_create(&id[k], NULL, thread, &together[k]);
    for (int k = 0; k < THREADS; k++) {
        failed |= pthread_join(id[k], NULL);
        failed |= !same(&alone, &together[k]);
    }
    flx_program_release(alone.f);
    if (failed) fprintf(stderr, "batches of several threads differ from one alone\n");
    return failed;
}
