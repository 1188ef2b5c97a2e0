/* One program evaluated and differentiated by several threads at once: the same bits as alone.
 * A plain main, so that ThreadSanitizer can watch. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <fluxion/mixed.h>
#include <fluxion/var.h>

enum { THREADS = 4, POINTS = 200, N = 5 };

typedef struct job {
    flx_program *f;
    double gradient[POINTS][N], product[POINTS][N];
    flx_status status;
} job;

static flx_status run(job *j)
{
    flx_work *w;
    flx_status status = flx_work_create(j->f, FLX_WORK_SECOND, 0, &w);
    for (int p = 0; p < POINTS && status == FLX_OK; p++) {
        double x[N], dir[N];
        for (int k = 0; k < N; k++) {
            x[k] = 0.2 + 0.01 * p + 0.1 * k;
            dir[k] = 1.0 - 0.3 * k;
        }
        status = flx_gradient(j->f, w, x, NULL, j->gradient[p], NULL);
        if (status == FLX_OK) status = flx_hvp(j->f, w, NULL, dir, NULL, j->product[p], NULL);
    }
    flx_work_destroy(w);
    return status;
}

static void *thread(void *arg)
{
    job *j = arg;
    flx_program_retain(j->f);
    j->status = run(j);
    flx_program_release(j->f);
    return NULL;
}

static flx_program *record(void)
{
    flx_tape *t;
    flx_program *f = NULL;
    flx_var x[N];
    if (flx_tape_create(NULL, &t) != FLX_OK) return NULL;
    flx_var y = flx_constant(1.0);
    for (int k = 0; k < N; k++) {
        x[k] = flx_variable(t, 0.5);
        y = flx_var_add(flx_var_mul(y, flx_var_sin(x[k])), flx_var_tanh(flx_var_mul(x[k], y)));
    }
    flx_freeze(t, N, x, 1, &y, 0, &f, NULL);
    flx_tape_destroy(t);
    return f;
}

int main(void)
{
    static job alone, together[THREADS];
    pthread_t id[THREADS];
    int failures = 0;
    flx_program *f = record();
    if (!f) return 2;
    alone.f = f;
    alone.status = run(&alone);
    for (int k = 0; k < THREADS; k++) {
        together[k].f = f;
        if (pthread_create(&id[k], NULL, thread, &together[k]) != 0) return 2;
    }
    for (int k = 0; k < THREADS; k++) {
        pthread_join(id[k], NULL);
        failures += together[k].status != FLX_OK || alone.status != FLX_OK
                    || memcmp(alone.gradient, together[k].gradient, sizeof alone.gradient) != 0
                    || memcmp(alone.product, together[k].product, sizeof alone.product) != 0;
    }
    flx_program_release(f);
    printf("%d threads, %d differ from one thread\n", THREADS, failures);
    return failures != 0 || !isfinite(alone.product[0][0]);
}
