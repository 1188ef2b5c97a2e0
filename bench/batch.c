/* batch: what values, gradients and products with a direction of a program at many points cost, beside the same value in plain C
 * point by point: by every instruction set, and on several threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "batch_plain.h"
#include "functions.h"
#include "measures.h"

/* ---- the programs, recorded ---- */

static flx_var record_arithmetic(const flx_var *x)
{
    flx_var u = x[0], v = x[1], y = x[2];
    for (int k = 0; k < 10; k++) {
        const flx_var a = flx_var_square(u), b = flx_var_square(v), p = flx_var_mul(u, v);
        const flx_var q = flx_var_add_xc(flx_var_add(a, b), 1.0);
        y = flx_var_add(y, q);
        u = flx_var_div(flx_var_add(flx_var_sub(a, b), x[2]), q);
        v = flx_var_div(flx_var_add(flx_var_mul_xc(p, 2.0), x[3]), q);
    }
    return y;
}

static flx_var record_serial(const flx_var *x)
{
    flx_var y = x[0];
    for (int k = 0; k < 30; k++) {
        y = flx_var_mul_xc(flx_var_add(flx_var_mul(y, x[1]), x[2]), 0.5);
        y = k % 3 == 0 ? flx_var_exp(y) : k % 3 == 1 ? flx_var_log(y) : flx_var_sin(y);
    }
    return y;
}

static flx_var record_parallel(const flx_var *x)
{
    flx_var y = x[0];
    for (int k = 0; k < 10; k++) {
        const double c = batch_constant(k);
        const flx_var e = flx_var_exp(flx_var_mul_xc(x[1], c));
        const flx_var p = flx_var_mul(e, flx_var_log(flx_var_add_xc(x[2], c)));
        const flx_var q = flx_var_add(p, flx_var_sin(flx_var_mul_xc(x[3], c)));
        y = flx_var_add(flx_var_add(y, flx_var_mul_xc(q, c)), flx_var_square(q));
    }
    return y;
}

typedef struct subject {
    const char *name;
    flx_var (*record)(const flx_var *x);
    double (*plain)(const double *x);
    double aim, aim_avx2; /* ns per operation and point; 0: none */
    double aim_plain;     /* value and gradient over the plain value */
} subject;

static const subject subjects[] = {
    {"arithmetic", record_arithmetic, batch_arithmetic, 0.8, 1.6, 0.0},
    {"serial", record_serial, batch_serial, 0.0, 0.0, 1.0 / 4.0},
    {"parallel", record_parallel, batch_parallel, 0.0, 0.0, 1.0 / 1.5},
};

static flx_program *freeze(const subject *s)
{
    flx_var x[BATCH_INPUTS];
    flx_program *f;
    flx_tape *t;
    bench_check(flx_tape_create(NULL, &t), "flx_tape_create");
    for (int k = 0; k < BATCH_INPUTS; k++) x[k] = flx_variable(t, 1.0);
    const flx_var y = s->record(x);
    bench_check(flx_freeze(t, BATCH_INPUTS, x, 1, &y, 0, &f, NULL), "flx_freeze");
    flx_tape_destroy(t);
    return f;
}

/* ---- contenders ---- */

enum {
    PLAIN,
    POINT,
    BEST,
    AVX2,
    BASE,
    THREADS2,
    THREADS4,
    VALUE,
    SUMMED,
    QUIET,
    ALONG,
    HESSIAN,
    CONTENDERS
};

static const char *const names[CONTENDERS] = {"plain value", "flx_gradient",  "best",
                                              "avx2",        "base",          "2 threads",
                                              "4 threads",   "value alone",   "gradient summed",
                                              "no flags",    "flx_jvp_batch", "flx_hvp_batch"};

typedef struct race_state {
    const subject *s;
    size_t points;
    double *x, *y, *g, *hv; /* rows */
    unsigned *flags;
    flx_program *f;
    flx_work *w;
    flx_batch *b[CONTENDERS]; /* NULL: not here */
    double least[CONTENDERS], median[CONTENDERS];
} race_state;

static void open_batch(race_state *r, int who, flx_isa isa, unsigned threads)
{
    const flx_batch_options options = {.isa = isa, .threads = threads};
    if (isa != FLX_ISA_BEST && !flx_isa_is_available(isa)) return;
    const flx_work_kind kind = who == ALONG || who == HESSIAN ? FLX_WORK_SECOND : FLX_WORK_FIRST;
    bench_check(flx_batch_create(r->f, kind, &options, &r->b[who]), "flx_batch_create");
}

static void run_plain(const race_state *r)
{
    for (size_t i = 0; i < r->points; i++) r->y[i] = r->s->plain(r->x + i * BATCH_INPUTS);
}

static void run_points(const race_state *r)
{
    for (size_t i = 0; i < r->points; i++)
        flx_gradient(r->f, r->w, r->x + i * BATCH_INPUTS, r->y + i, r->g + i * BATCH_INPUTS, NULL);
}

/* Products with a direction, and what is to be had beside them. */
static void run_products(const race_state *r, int who)
{
    static const double along[BATCH_INPUTS] = {1.0, -0.5, 0.25, 2.0};
    const flx_batch_in x = flx_in_rows(r->x, BATCH_INPUTS);
    const flx_batch_in dir = flx_in_shared(along, BATCH_INPUTS);
    const flx_batch_out y = flx_out_rows(r->y, 1), jv = flx_out_columns(r->g, 1, r->points);
    const flx_batch_out g = flx_out_rows(r->g, BATCH_INPUTS),
                        hv = flx_out_rows(r->hv, BATCH_INPUTS);
    if (who == ALONG)
        flx_jvp_batch(r->f, r->b[who], r->points, 1, &x, 1, &dir, 1, &y, 1, &jv, r->flags, NULL);
    else
        flx_hvp_batch(r->f, r->b[who], r->points, 1, &x, 1, &dir, 0, NULL, 1, &y, 1, &g, 1, &hv,
                      r->flags, NULL);
}

static void run_batch(const race_state *r, int who)
{
    double sum[BATCH_INPUTS];
    const flx_batch_in x = flx_in_rows(r->x, BATCH_INPUTS);
    const flx_batch_out y = flx_out_rows(r->y, 1), total = flx_out_sum(sum, BATCH_INPUTS);
    const flx_batch_out g = who == SUMMED ? total : flx_out_rows(r->g, BATCH_INPUTS);
    unsigned *flags = who == QUIET ? NULL : r->flags;
    if (who == VALUE) flx_eval_batch(r->f, r->b[who], r->points, 1, &x, 1, &y, flags, NULL);
    else flx_gradient_batch(r->f, r->b[who], r->points, 1, &x, &y, 1, &g, flags, NULL);
}

static void run(const race_state *r, int who)
{
    if (who == PLAIN) run_plain(r);
    else if (who == POINT) run_points(r);
    else if (who == ALONG || who == HESSIAN) run_products(r, who);
    else run_batch(r, who);
}

static int has_gradients(int who) { return who != VALUE && who != SUMMED && who != ALONG; }

/* All values and gradients are those of the plain program and of single points. */
static void agree(const race_state *r)
{
    for (int who = BEST; who < CONTENDERS; who++) {
        if (!r->b[who]) continue;
        memset(r->y, 0, r->points * sizeof *r->y);
        run(r, who);
        for (size_t i = 0; i < r->points; i += r->points / 97 + 1) {
            const double *x = r->x + i * BATCH_INPUTS, want = r->s->plain(x);
            double g[BATCH_INPUTS];
            if (!(fabs(r->y[i] - want) <= 1e-9 * fabs(want)))
                bench_fail("%s: %.17g for %.17g", names[who], r->y[i], want);
            flx_gradient(r->f, r->w, x, NULL, g, NULL);
            for (size_t k = 0; k < BATCH_INPUTS && has_gradients(who); k++)
                if (!(fabs(r->g[i * BATCH_INPUTS + k] - g[k]) <= 1e-8 * (1.0 + fabs(g[k]))))
                    bench_fail("%s: gradient %.17g for %.17g", names[who],
                               r->g[i * BATCH_INPUTS + k], g[k]);
        }
    }
}

/* In turns; nanoseconds per point. */
static void take_turns(race_state *r, size_t rounds)
{
    double *sample[CONTENDERS];
    for (int who = 0; who < CONTENDERS; who++)
        sample[who] = bench_allocate(rounds, sizeof *sample[who]);
    for (size_t round = 0; round < rounds; round++) {
        for (int who = 0; who < CONTENDERS; who++) {
            const double start = race_clock();
            if (who < BEST || r->b[who]) run(r, who);
            sample[who][round] = 1e9 * (race_clock() - start) / (double)r->points;
        }
    }
    for (int who = 0; who < CONTENDERS; who++) {
        race_summary(rounds, sample[who], &r->least[who], &r->median[who]);
        free(sample[who]);
    }
}

static void report_times(measures *all, const race_state *r)
{
    const subject *s = r->s;
    for (int who = 0; who < CONTENDERS; who++) {
        const double aim = who == BEST ? s->aim : who == AVX2 ? s->aim_avx2 : 0.0;
        if (who >= BEST && !r->b[who]) continue;
        measures_add(all, r->least[who] / BATCH_OPERATIONS, "ns", aim, "%s: %s, an operation",
                     s->name, names[who]);
        measures_add(all, r->median[who] / BATCH_OPERATIONS, "ns", 0.0, "%s: %s, median", s->name,
                     names[who]);
    }
    measures_add(all, r->least[BEST] / r->least[PLAIN], "", s->aim_plain,
                 "%s: best over plain value", s->name);
    measures_add(all, r->least[HESSIAN] / r->least[BEST], "", 0.0,
                 "%s: flx_hvp_batch, in gradients", s->name);
    measures_add(all, r->least[BEST] / r->least[THREADS2], "", 0.0, "%s: speed-up on 2 threads",
                 s->name);
    measures_add(all, r->least[BEST] / r->least[THREADS4], "", 0.0, "%s: speed-up on 4 threads",
                 s->name);
}

static void measure(measures *all, const subject *s)
{
    race_state r = {.s = s, .points = 100000 / all->shrink};
    r.x = bench_allocate(r.points * BATCH_INPUTS, sizeof *r.x);
    r.g = bench_allocate(r.points * BATCH_INPUTS, sizeof *r.g);
    r.hv = bench_allocate(r.points * BATCH_INPUTS, sizeof *r.hv);
    r.y = bench_allocate(r.points, sizeof *r.y);
    r.flags = bench_allocate(r.points, sizeof *r.flags);
    for (size_t i = 0; i < r.points * BATCH_INPUTS; i++)
        r.x[i] = 0.75 + 0.5 * fmod(0.6180339887 * (double)i, 1.0);
    r.f = freeze(s);
    bench_check(flx_work_create(r.f, FLX_WORK_FIRST, 0, &r.w), "flx_work_create");
    open_batch(&r, BEST, FLX_ISA_BEST, 1);
    open_batch(&r, AVX2, FLX_ISA_AVX2, 1);
    open_batch(&r, BASE, FLX_ISA_BASE, 1);
    open_batch(&r, THREADS2, FLX_ISA_BEST, 2);
    open_batch(&r, THREADS4, FLX_ISA_BEST, 4);
    open_batch(&r, VALUE, FLX_ISA_BEST, 1);
    open_batch(&r, SUMMED, FLX_ISA_BEST, 1);
    open_batch(&r, QUIET, FLX_ISA_BEST, 1);
    open_batch(&r, ALONG, FLX_ISA_BEST, 1);
    open_batch(&r, HESSIAN, FLX_ISA_BEST, 1);
    agree(&r);
    take_turns(&r, all->race.rounds);
    report_times(all, &r);
    for (int who = 0; who < CONTENDERS; who++) flx_batch_destroy(r.b[who]);
    flx_work_destroy(r.w);
    flx_program_release(r.f);
    free(r.x);
    free(r.y);
    free(r.g);
    free(r.hv);
    free(r.flags);
}

int main(int argc, char **argv)
{
    static measures all = {.race = {25, 20e-3}, .shrink = 1};
    const char *out = measures_parse(&all, argc, argv);
    report r;
    report_begin(&r, all.race.rounds);
    report_print_head(&r, stdout);
    for (size_t k = 0; k < sizeof subjects / sizeof *subjects; k++) measure(&all, &subjects[k]);
    if (out) {
        report_write_measures_csv(all.n, all.m, out, "batch");
        report_write_measures_json(&r, all.n, all.m, out, "batch");
    }
    report_end(&r);
    return 0;
}
