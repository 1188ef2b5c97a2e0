/* maps: elementwise operations on arrays, one after the other, on arrays that fit the cache and on such that
 * do not: by works for values alone, which use slots again and go in strips, so that what one operation
 * computes is in the cache for the next; and by such that have a slot for every intermediate. */
#include <math.h>
#include <stdlib.h>

#include <fluxion/fluxion.h>

#include "functions.h"
#include "measures.h"

enum { WAYS = 2, COLUMNS = 100 };
static const char *const ways[WAYS] = {"slots reused", "slots kept"};
static const unsigned flags_of[WAYS] = {FLX_REUSE_SLOTS, FLX_KEEP_SLOTS};

/* Eight operations of arithmetic on x, one of them with a row, as a layer's offsets are. */
static flx_array body(flx_array x, flx_array row)
{
    const flx_array a = flx_array_mul(x, x), b = flx_array_add(a, row);
    const flx_array c = flx_array_mul(b, a), d = flx_array_sub(c, b);
    const flx_array e = flx_array_mul(d, x), f = flx_array_add(e, d);
    return flx_array_sub(flx_array_mul(f, e), c);
}

/* The function at one size, both ways. */
typedef struct subject {
    size_t elements, n; /* n: with the row */
    double *x, y[WAYS];
    flx_program *program[WAYS];
    flx_work *work[WAYS];
    measures_bytes bytes[WAYS];
    size_t of_work[WAYS];
} subject;

static void record(subject *s, int way, int with_row)
{
    const flx_tape_options options = {.allocator = {measures_counted, &s->bytes[way]}};
    flx_tape *t;
    bench_check(flx_tape_create(&options, &t), "flx_tape_create");
    const size_t rows = s->elements / COLUMNS;
    flx_var *x = bench_allocate(s->n, sizeof *x);
    const flx_array m = flx_array_variable(t, rows, COLUMNS, s->x);
    const flx_array row = flx_array_variable(t, 1, COLUMNS, s->x);
    const flx_array all = flx_array_sum(body(m, with_row ? row : m), FLX_ALL);
    const flx_var y = flx_array_at(all, 0, 0);
    for (size_t k = 0; k < s->elements; k++) x[k] = flx_array_at(m, k / COLUMNS, k % COLUMNS);
    for (size_t k = 0; k < COLUMNS; k++) x[s->elements + k] = flx_array_at(row, 0, k);
    bench_check(flx_freeze(t, s->n, x, 1, &y, flags_of[way], &s->program[way], NULL), "flx_freeze");
    flx_tape_destroy(t);
    const size_t before = s->bytes[way].held;
    bench_check(flx_work_create(s->program[way], FLX_WORK_VALUE, 0, &s->work[way]),
                "flx_work_create");
    s->of_work[way] = s->bytes[way].held - before;
    free(x);
}

static void run(subject *s, int way)
{
    bench_check(flx_eval(s->program[way], s->work[way], s->x, &s->y[way], NULL), "flx_eval");
}

/* The least time of a run each way, in turns; runs that are short are repeated. */
static void time_ways(subject *s, const race_options *options, double least[WAYS])
{
    size_t calls = 1;
    for (size_t round = 0; round < options->rounds + 1; round++) {
        for (int way = 0; way < WAYS; way++) {
            const double start = race_clock();
            for (size_t k = 0; k < calls; k++) run(s, way);
            const double time = (race_clock() - start) / (double)calls;
            least[way] = round == 0 ? time : fmin(least[way], time);
        }
        if (round == 0 && least[1] < options->sample_seconds)
            calls = (size_t)ceil(options->sample_seconds / fmax(least[1], 1e-9));
    }
    if (s->y[0] < s->y[1] || s->y[0] > s->y[1])
        bench_fail("%zu elements: %.17g and %.17g", s->elements, s->y[0], s->y[1]);
}

static void measure(measures *all, size_t elements, int with_row)
{
    const char *name = with_row ? "with a row" : "maps";
    subject s = {.elements = elements, .n = elements + COLUMNS};
    double least[WAYS] = {0.0};
    s.x = bench_allocate(s.n, sizeof *s.x);
    for (size_t k = 0; k < s.n; k++) s.x[k] = 0.5 + 0.4 * sin((double)k);
    for (int way = 0; way < WAYS; way++) record(&s, way, with_row);
    time_ways(&s, &all->race, least);
    for (int way = 0; way < WAYS; way++) {
        measures_add(all, 1e9 * least[way] / (double)elements, "ns/element", 0.0,
                     "%s, %zu: value, %s", name, elements, ways[way]);
        measures_add(all, (double)s.of_work[way] / (double)elements, "bytes/element", 0.0,
                     "%s, %zu: work, %s", name, elements, ways[way]);
        flx_work_destroy(s.work[way]);
        flx_program_release(s.program[way]);
    }
    free(s.x);
}

int main(int argc, char **argv)
{
    static measures all = {.race = {25, 20e-3}, .shrink = 1};
    const char *out = measures_parse(&all, argc, argv);
    report r;
    report_begin(&r, all.race.rounds);
    report_print_head(&r, stdout);
    for (int with_row = 0; with_row < 2; with_row++) {
        measure(&all, 1000, with_row);
        measure(&all, 100000 / all.shrink, with_row);
        measure(&all, 1000000 / all.shrink, with_row);
    }
    if (out) {
        report_write_measures_csv(all.n, all.m, out, "maps");
        report_write_measures_json(&r, all.n, all.m, out, "maps");
    }
    report_end(&r);
    return 0;
}
