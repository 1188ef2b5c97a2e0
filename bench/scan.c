/* scan: what the gradient of an integrator costs, by its start and constants, beside the plain integrator:
 * a million steps of the classical Runge-Kutta method for Lorenz' equations, with states kept for 64 MiB
 * in all, as the library chooses, and few. */
#include <math.h>
#include <stdlib.h>

#include <fluxion/fluxion.h>

#include "functions.h"
#include "measures.h"

enum { STEPS = 1000000, INPUTS = 6 };

/* Start; constants. */
static const double at[INPUTS] = {1.0, 1.0, 1.0, 10.0, 28.0, 2.625};
static const double h = 1e-5;

/* ---- plain ---- */

static void slope(const double *s, const double *c, double *d)
{
    d[0] = c[0] * (s[1] - s[0]);
    d[1] = s[0] * (c[1] - s[2]) - s[1];
    d[2] = s[0] * s[1] - c[2] * s[2];
}

static void moved(const double *s, double by, const double *d, double *to)
{
    for (int k = 0; k < 3; k++) to[k] = s[k] + d[k] * by;
}

static double plain(size_t steps, const double *x)
{
    double s[3] = {x[0], x[1], x[2]}, d[4][3], u[3];
    const double *c = x + 3;
    for (size_t n = 0; n < steps; n++) {
        slope(s, c, d[0]);
        moved(s, h / 2, d[0], u);
        slope(u, c, d[1]);
        moved(s, h / 2, d[1], u);
        slope(u, c, d[2]);
        moved(s, h, d[2], u);
        slope(u, c, d[3]);
        for (int k = 0; k < 3; k++)
            s[k] += (d[0][k] + (d[1][k] + d[2][k]) * 2.0 + d[3][k]) * (h / 6);
    }
    return s[0];
}

/* ---- as a program ---- */

static void record_slope(const flx_var *s, const flx_var *c, flx_var *d)
{
    d[0] = flx_var_mul(c[0], flx_var_sub(s[1], s[0]));
    d[1] = flx_var_sub(flx_var_mul(s[0], flx_var_sub(c[1], s[2])), s[1]);
    d[2] = flx_var_sub(flx_var_mul(s[0], s[1]), flx_var_mul(c[2], s[2]));
}

static void record_moved(const flx_var *s, double by, const flx_var *d, flx_var *to)
{
    for (int k = 0; k < 3; k++) to[k] = flx_var_add(s[k], flx_var_mul_xc(d[k], by));
}

static flx_program *record_step(void)
{
    flx_tape *t;
    flx_program *f;
    flx_var x[INPUTS], d[4][3], u[3], y[3];
    bench_check(flx_tape_create(NULL, &t), "flx_tape_create");
    for (int k = 0; k < INPUTS; k++) x[k] = flx_variable(t, at[k]);
    record_slope(x, x + 3, d[0]);
    for (int stage = 1; stage < 4; stage++) {
        record_moved(x, stage < 3 ? h / 2 : h, d[stage - 1], u);
        record_slope(u, x + 3, d[stage]);
    }
    for (int k = 0; k < 3; k++) {
        const flx_var twice = flx_var_mul_xc(flx_var_add(d[1][k], d[2][k]), 2.0);
        const flx_var sum = flx_var_add(flx_var_add(d[0][k], twice), d[3][k]);
        y[k] = flx_var_add(x[k], flx_var_mul_xc(sum, h / 6));
    }
    bench_check(flx_freeze(t, INPUTS, x, 3, y, FLX_REFUSE_READS, &f, NULL), "flx_freeze");
    flx_tape_destroy(t);
    return f;
}

/* The last x of a scan, with so many states kept. */
static flx_program *record_scan(const measures_bytes *bytes, flx_program *step, size_t steps,
                                size_t kept)
{
    const flx_tape_options options = {.allocator = {measures_counted, (void *)bytes}};
    flx_tape *t;
    flx_program *f;
    flx_var x[INPUTS];
    bench_check(flx_tape_create(&options, &t), "flx_tape_create");
    const flx_array in = flx_array_variable(t, INPUTS, 1, at);
    for (size_t k = 0; k < INPUTS; k++) x[k] = flx_array_at(in, k, 0);
    const flx_scanned s = flx_scan(step, steps, flx_array_slice(in, 0, 0, 3, 1, 1, 1),
                                   flx_array_empty(), flx_array_slice(in, 3, 0, 3, 1, 1, 1), kept);
    const flx_var y = flx_array_at(s.state, 0, 0);
    bench_check(flx_freeze(t, INPUTS, x, 1, &y, FLX_REFUSE_READS, &f, NULL), "flx_freeze");
    flx_tape_destroy(t);
    return f;
}

/* The integrator in turns: plain, evaluated, with its gradient; in nanoseconds a step. */
static void race(flx_program *f, size_t steps, size_t rounds, double least[3])
{
    flx_work *w;
    double y = 0.0, g[INPUTS];
    bench_check(flx_work_create(f, FLX_WORK_FIRST, 1, &w), "flx_work_create");
    for (size_t round = 0; round < rounds; round++) {
        for (int who = 0; who < 3; who++) {
            const double begin = race_clock();
            double value = 0.0;
            if (who == 0) value = y = plain(steps, at);
            else if (who == 1) bench_check(flx_eval(f, w, at, &value, NULL), "flx_eval");
            else bench_check(flx_gradient(f, w, at, &value, g, NULL), "flx_gradient");
            least[who] = fmin(least[who], 1e9 * (race_clock() - begin) / (double)steps);
            if (!bench_same(&value, &y, 1)) bench_fail("%.17g is not %.17g", value, y);
        }
    }
    flx_work_destroy(w);
}

static void measure(measures *all, flx_program *step, size_t kept, double aim)
{
    const size_t steps = STEPS / all->shrink;
    measures_bytes bytes = {0, 0};
    double least[3] = {(double)INFINITY, (double)INFINITY, (double)INFINITY};
    flx_program *f = record_scan(&bytes, step, steps, kept);
    race(f, steps, all->race.rounds, least);
    flx_program_release(f);
    measures_add(all, least[0], "ns", 0.0, "%zu states kept: a plain step", kept);
    measures_add(all, least[1] / least[0], "", 0.0, "%zu states kept: value over plain", kept);
    measures_add(all, least[2] / least[0], "", aim, "%zu states kept: gradient over plain", kept);
    measures_add(all, (double)bytes.peak / 0x1p20, "MiB", 64.0, "%zu states kept: memory", kept);
}

int main(int argc, char **argv)
{
    static measures all = {.race = {9, 20e-3}, .shrink = 1};
    const char *out = measures_parse(&all, argc, argv);
    flx_program *step = record_step();
    report r;
    report_begin(&r, all.race.rounds);
    report_print_head(&r, stdout);
    measure(&all, step, 900000 / all.shrink, 20.0);
    measure(&all, step, 0, 0.0);
    measure(&all, step, 10, 0.0);
    if (out) {
        report_write_measures_csv(all.n, all.m, out, "scan");
        report_write_measures_json(&r, all.n, all.m, out, "scan");
    }
    report_end(&r);
    flx_program_release(step);
    return 0;
}
