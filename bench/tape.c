/* tape: what recording, gradients and second derivatives cost, held against what is aimed at. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "functions.h"
#include "measures.h"
#include "problems.h"
#include "small_gradients.h"
#include "teams.h"

enum { MOST_RACERS = 8 };

/* Who is to run against whom, whatever they compute. */
typedef struct racer {
    const char *name;
    bench_quantity quantity;
} racer;

/* Times the racers in turns, those of one quantity after they agree. Absent ones have min 0. */
static void race(const bench_problem *p, size_t n, const racer *who, const race_options *options,
                 race_entry *result)
{
    race_entry entry[MOST_RACERS];
    size_t place[MOST_RACERS], entries = 0;
    for (size_t k = 0; k < n; k++) {
        const bench_team *team;
        const bench_contender *c = bench_find(who[k].name, who[k].quantity, &team);
        result[k] = (race_entry){0};
        if (!c || !race_enter(&entry[entries], team, c, p, options)) continue;
        place[entries++] = k;
    }
    for (size_t k = 0; k < entries; k++) {
        size_t reference = 0;
        while (entry[reference].contender->quantity != entry[k].contender->quantity) reference++;
        race_check(p, &entry[k], &entry[reference]);
    }
    race_time(entries, entry, options);
    for (size_t k = 0; k < entries; k++) {
        result[place[k]] = entry[k];
        race_leave(&entry[k]);
    }
}

/* Records a problem on a fresh tape; returns the usage before and after the function itself. */
static void record(const bench_problem *p, flx_tape_usage *before, flx_tape_usage *after)
{
    flx_tape *tape;
    flx_var *x = bench_allocate(p->n, sizeof *x), y;
    bench_check(flx_tape_create(NULL, &tape), "flx_tape_create");
    for (size_t i = 0; i < p->n; i++) x[i] = flx_variable(tape, p->x[i]);
    *before = flx_tape_measure(tape);
    bench_function_of(p)->f_var(p->n, x, 1, &y, (void *)&p->data);
    bench_check(flx_tape_status(tape), "recording");
    *after = flx_tape_measure(tape);
    flx_tape_destroy(tape);
    free(x);
}

/* Gradients by replay, as scalars, these in runs, and as arrays, over the plain value and over ADOL-C's. */
static void measure_replays(measures *all, const race_entry *scalars, const race_entry *runs,
                            const race_entry *arrays, const race_entry *adolc,
                            const race_entry *plain)
{
    measures_add(all, scalars->min / plain->min, "plain values", 60.0,
                 "rosenbrock: gradient by replay");
    measures_add(all, runs->min / plain->min, "plain values", 60.0,
                 "rosenbrock: gradient by replay, in runs");
    measures_add(all, arrays->min / plain->min, "plain values", 4.0,
                 "rosenbrock: gradient by replay, as arrays");
    if (adolc->min > 0.0) {
        measures_add(all, scalars->min / adolc->min, "of ADOL-C's", 0.0,
                     "rosenbrock: gradient by replay");
        measures_add(all, runs->min / adolc->min, "of ADOL-C's", 0.2,
                     "rosenbrock: gradient by replay, in runs");
        measures_add(all, arrays->min / adolc->min, "of ADOL-C's", 0.2,
                     "rosenbrock: gradient by replay, as arrays");
    }
}

static void measure_rosenbrock(measures *all)
{
    static const racer who[] = {{"fluxion.tape", BENCH_GRADIENT},
                                {"c.adjoint", BENCH_GRADIENT},
                                {"adolc.tape", BENCH_GRADIENT},
                                {"fluxion.replay", BENCH_GRADIENT},
                                {"fluxion.replay_in_runs", BENCH_GRADIENT},
                                {"fluxion.replay_arrays", BENCH_GRADIENT},
                                {"adolc.replay", BENCH_GRADIENT},
                                {"c.value", BENCH_VALUE}};
    bench_problem p;
    race_entry e[8];
    flx_tape_usage before, after;
    bench_problem_of(BENCH_ROSENBROCK, 100000 / all->shrink, &p);
    race(&p, 8, who, &all->race, e);
    record(&p, &before, &after);
    const double operations = (double)(after.instructions - before.instructions);
    measures_add(all, e[0].min / operations, "ns/operation", 6.0,
                 "rosenbrock: record and gradient");
    measures_add(all, e[0].median / operations, "ns/operation (median)", 0.0,
                 "rosenbrock: record and gradient");
    measures_add(all, e[3].min / operations, "ns/operation", 0.0, "rosenbrock: gradient by replay");
    measure_replays(all, &e[3], &e[4], &e[5], &e[6], &e[7]);
    if (e[2].min > 0.0)
        measures_add(all, e[2].min / operations, "ns/operation", 0.0,
                     "rosenbrock: record and gradient by ADOL-C");
    measures_add(all, e[0].min / e[1].min, "times", 0.0, "rosenbrock: over the adjoint by hand");
    measures_add(all, (double)(after.used.all - before.used.all) / operations, "bytes/operation",
                 24.0, "rosenbrock: tape");
    measures_add(all, (double)after.used.all / operations, "bytes/operation", 0.0,
                 "rosenbrock: tape with the inputs");
    bench_problem_clear(&p);
}

static void measure_sinchain(measures *all)
{
    static const racer who[] = {{"fluxion.tape", BENCH_GRADIENT},
                                {"c.adjoint", BENCH_GRADIENT},
                                {"c.value", BENCH_VALUE},
                                {"adolc.tape", BENCH_GRADIENT}};
    bench_problem p;
    race_entry e[4];
    bench_problem_of(BENCH_SINCHAIN, 100000 / all->shrink, &p);
    race(&p, 4, who, &all->race, e);
    const double length = (double)p.data.length;
    measures_add(all, e[2].min / length, "ns/operation", 0.0, "sin chain: plain value");
    measures_add(all, e[1].min / length, "ns/operation", 0.0,
                 "sin chain: value and cosines by hand");
    measures_add(all, (e[0].min - e[1].min) / length, "ns/operation", 4.0,
                 "sin chain: record and gradient, over that");
    measures_add(all, (e[0].median - e[1].median) / length, "ns/operation (median)", 0.0,
                 "sin chain: record and gradient, over that");
    if (e[3].min > 0.0)
        measures_add(all, (e[3].min - e[1].min) / length, "ns/operation", 0.0,
                     "sin chain: ADOL-C, over that");
    bench_problem_clear(&p);
}

/* Most bytes held during a product by one road or the other, program and work included. */
static double bytes_of_product(const bench_problem *p, int double_backprop)
{
    measures_bytes c = {0, 0};
    const flx_allocator allocator = {measures_counted, &c};
    flx_program *f;
    flx_work *w;
    double *hv = bench_allocate(p->n, sizeof *hv);
    bench_check(
        flx_record(bench_function_of(p), p->n, p->x, 1, (void *)&p->data, 0, &allocator, &f, NULL),
        "flx_record");
    bench_check(flx_work_create(f, FLX_WORK_SECOND, 1, &w), "flx_work_create");
    c.peak = c.held; /* the tape that recording has freed is not the product's */
    bench_check(
        (double_backprop ? flx_hvp_double_backprop : flx_hvp)(f, w, p->x, p->dir, NULL, hv, NULL),
        "product");
    const double peak = (double)c.peak;
    flx_work_destroy(w);
    flx_program_release(f);
    free(hv);
    return peak;
}

/* Nanoseconds of double backprop in a work that has no recorded gradient yet, the least of several. */
static double first_call(const bench_problem *p, const race_options *options)
{
    flx_program *f;
    double best = 0.0, *hv = bench_allocate(p->n, sizeof *hv);
    bench_check(
        flx_record(bench_function_of(p), p->n, p->x, 1, (void *)&p->data, 0, NULL, &f, NULL),
        "flx_record");
    for (size_t k = 0; k < options->rounds; k++) {
        flx_work *w;
        bench_check(flx_work_create(f, FLX_WORK_SECOND, 0, &w), "flx_work_create");
        const double start = race_clock();
        bench_check(flx_hvp_double_backprop(f, w, p->x, p->dir, NULL, hv, NULL), "product");
        const double time = 1e9 * (race_clock() - start);
        if (k == 0 || time < best) best = time;
        flx_work_destroy(w);
    }
    flx_program_release(f);
    free(hv);
    return best;
}

/* Nanoseconds of one run of each way to second derivatives, the least of several in turns. */
enum { GRADIENT, EIGHT, TEN, WAYS };

static void way(int which, const flx_program *f, flx_work *first, flx_work *second,
                const bench_problem *p, const double *dir, double *out)
{
    if (which == GRADIENT) {
        bench_check(flx_gradient(f, first, p->x, NULL, out, NULL), "flx_gradient");
    } else if (which == EIGHT) {
        bench_check(flx_hvps(f, second, p->x, 8, dir, NULL, out, NULL), "flx_hvps");
    } else {
        bench_check(flx_set_point(f, second, p->x, NULL), "flx_set_point");
        for (int k = 0; k < 10; k++)
            bench_check(flx_hvp(f, second, NULL, dir, NULL, out, NULL), "flx_hvp");
    }
}

static void time_ways(const bench_problem *p, const race_options *options, double best[WAYS])
{
    flx_program *f;
    flx_work *first, *second;
    double *dir = bench_allocate(8 * p->n, sizeof *dir),
           *out = bench_allocate(8 * p->n, sizeof *out);
    for (size_t k = 0; k < 8; k++)
        for (size_t i = 0; i < p->n; i++) dir[k * p->n + i] = p->dir[i] + (double)k;
    bench_check(
        flx_record(bench_function_of(p), p->n, p->x, 1, (void *)&p->data, 0, NULL, &f, NULL),
        "flx_record");
    bench_check(flx_work_create(f, FLX_WORK_FIRST, 8, &first), "flx_work_create");
    bench_check(flx_work_create(f, FLX_WORK_SECOND, 8, &second), "flx_work_create");
    const size_t repeats = 1 + 20000 / flx_instructions(f);
    for (size_t round = 0; round < 1 + options->rounds; round++) { /* the first warms up */
        for (int which = 0; which < WAYS; which++) {
            const double start = race_clock();
            for (size_t k = 0; k < repeats; k++) way(which, f, first, second, p, dir, out);
            const double time = 1e9 * (race_clock() - start) / (double)repeats;
            if (round <= 1 || time < best[which]) best[which] = time;
        }
    }
    flx_work_destroy(first);
    flx_work_destroy(second);
    flx_program_release(f);
    free(dir);
    free(out);
}

static void measure_several(measures *all, const bench_problem *p)
{
    double best[WAYS] = {0};
    time_ways(p, &all->race, best);
    measures_add(all, best[EIGHT] / best[GRADIENT], "gradients", 4.0,
                 "%s %zu: eight Hessian-vector products at once", p->name, p->size);
    measures_add(all, best[TEN] / best[GRADIENT], "gradients", 12.0,
                 "%s %zu: ten Hessian-vector products at a set point", p->name, p->size);
}

static void measure_second(measures *all, bench_function function, size_t size)
{
    static const racer who[] = {{"fluxion.replay", BENCH_GRADIENT},
                                {"fluxion.hvp", BENCH_HVP},
                                {"fluxion.double_backprop", BENCH_HVP},
                                {"fluxion.tape_twice", BENCH_HVP}};
    bench_problem p;
    race_entry e[4];
    bench_problem_of(function, size, &p);
    race(&p, 4, who, &all->race, e);
    measures_add(all, e[1].min / e[0].min, "gradients", 2.2, "%s %zu: Hessian-vector product",
                 p.name, p.size);
    measures_add(all, e[2].min / e[1].min, "products", 3.0, "%s %zu: double backprop; time", p.name,
                 p.size);
    measures_add(all, first_call(&p, &all->race) / e[1].min, "products", 0.0,
                 "%s %zu: double backprop, first call; time", p.name, p.size);
    measures_add(all, e[3].min / e[1].min, "products", 0.0,
                 "%s %zu: recorded twice on a tape; time", p.name, p.size);
    measures_add(all, bytes_of_product(&p, 1) / bytes_of_product(&p, 0), "products", 4.0,
                 "%s %zu: double backprop; memory", p.name, p.size);
    measure_several(all, &p);
    bench_problem_clear(&p);
}

static void measure_small(measures *all, int far)
{
    const size_t slots = 10000000 / all->shrink, gradients = 10000 / all->shrink;
    double best = 0.0;
    for (int k = 0; k < 3; k++) {
        const double seconds = small_gradients(slots, gradients, far);
        if (k == 0 || seconds < best) best = seconds;
    }
    measures_add(all, best, "s", 1.0, "%zu small gradients on %zu slots%s", gradients, slots,
                 far ? ", input first" : "");
}

int main(int argc, char **argv)
{
    static measures all = {.race = {25, 20e-3}, .shrink = 1};
    const char *out = measures_parse(&all, argc, argv);
    report r;
    report_begin(&r, all.race.rounds);
    report_print_head(&r, stdout);
    measure_rosenbrock(&all);
    measure_sinchain(&all);
    measure_second(&all, BENCH_ROSENBROCK, 100);
    measure_second(&all, BENCH_ROSENBROCK, 100000 / all.shrink);
    measure_second(&all, BENCH_SINCHAIN, 10000 / all.shrink);
    measure_second(&all, BENCH_SPEELPENNING, 1000);
    measure_second(&all, BENCH_HELMHOLTZ, 100);
    measure_second(&all, BENCH_NETWORK, BENCH_WIDTH);
    measure_small(&all, 0);
    measure_small(&all, 1);
    if (out) {
        report_write_measures_csv(all.n, all.m, out, "tape");
        report_write_measures_json(&r, all.n, all.m, out, "tape");
    }
    report_end(&r);
    return 0;
}
