/* forward: what forward mode costs, held against what is aimed at: Taylor kernels against plain double
 * loops, functions of series in products of series, a composite against ADOL-C, duals against the
 * calls of libm that their formulas need. */
#include <stdio.h>

#include "dual_cost.h"
#include "measures.h"
#include "problems.h"
#include "series.h"
#include "teams.h"

enum { MOST_RACERS = 12, POINTS = 64 };

/* Races contenders at one problem; those that are to be checked come first, and the first of them is
 * whom the others must agree with. */
static void race(const bench_problem *p, size_t n, const bench_contender *const *who,
                 size_t checked, const race_options *options, race_entry *entry)
{
    for (size_t k = 0; k < n; k++) race_enter(&entry[k], &series_kernel, who[k], p, options);
    for (size_t k = 0; k < checked; k++) race_check(p, &entry[k], &entry[0]);
    race_time(n, entry, options);
    for (size_t k = 0; k < n; k++) race_leave(&entry[k]);
}

/* The time of a product of this order, against plain loops. */
static void measure_product(measures *all, size_t order)
{
    const bench_contender *const who[] = {&series_plain.contender[SERIES_MUL], &series_by_term,
                                          &series_kernel.contender[SERIES_MUL]};
    bench_problem p;
    race_entry e[3];
    series_make(SERIES_MUL, order, &p);
    race(&p, 3, who, 3, &all->race, e);
    measures_add(all, e[2].min / (e[0].min < e[1].min ? e[0].min : e[1].min), "best plain loops",
                 1.2, "product of order %zu (%.1f ns)", order, e[2].min);
    bench_problem_clear(&p);
}

/* A function of a series, in products of the same series, with its time and that of the calls of libm
 * which the value and its slope take, whatever the order. The second number leaves these out. */
static void measure_function(measures *all, series_kind kind, size_t order)
{
    const bench_contender *const who[] = {
        &series_plain.contender[kind], &series_kernel.contender[kind],
        &series_kernel.contender[SERIES_MUL], &series_calls[kind]};
    bench_problem p;
    race_entry e[4];
    series_make(kind, order, &p);
    race(&p, 4, who, 2, &all->race, e);
    measures_add(all, e[1].min / e[2].min, "products", 3.0, "%s of order %zu (%.1f ns, libm %.1f)",
                 p.name, order, e[1].min, e[3].min);
    measures_add(all, (e[1].min - e[3].min) / e[2].min, "products", 0.0,
                 "%s of order %zu, without libm", p.name, order);
    bench_problem_clear(&p);
}

/* Kernels one after the other and flx_jet of the recorded program, against ADOL-C's forward. */
static void measure_composite(measures *all, size_t order)
{
    const bench_team *adolc;
    const bench_contender *who[4] = {&series_plain.contender[SERIES_COMPOSITE],
                                     &series_kernel.contender[SERIES_COMPOSITE], &series_jet,
                                     bench_find("adolc.forward", BENCH_SERIES, &adolc)};
    const size_t n = who[3] ? 4 : 3;
    bench_problem p;
    race_entry e[4] = {{0}};
    series_make(SERIES_COMPOSITE, order, &p);
    race(&p, n, who, n, &all->race, e);
    if (n == 4) {
        measures_add(all, e[2].min / e[3].min, "ADOL-C's time", 1.0,
                     "composite of order %zu: flx_jet", order);
        measures_add(all, e[1].min / e[3].min, "ADOL-C's time", 1.0,
                     "composite of order %zu: kernels", order);
    } else {
        measures_add(all, e[2].min / e[0].min, "plain loops", 0.0,
                     "composite of order %zu: flx_jet", order);
    }
    bench_problem_clear(&p);
}

/* Nanoseconds of a dual beyond 1.15 times the time by hand. */
static void measure_dual(measures *all, const dual_row *row)
{
    const bench_contender *const who[] = {&row->by_hand, &row->by_dual};
    bench_problem p;
    race_entry e[2];
    dual_points(row, POINTS, &p);
    race(&p, 2, who, 2, &all->race, e);
    measures_add(all, (e[1].min - 1.15 * e[0].min) / POINTS, "ns over 1.15 by hand", 3.0,
                 "%s: dual %.1f ns, by hand %.1f ns", row->name, e[1].min / POINTS,
                 e[0].min / POINTS);
    bench_problem_clear(&p);
}

int main(int argc, char **argv)
{
    static const size_t orders[] = {4, 5, 6, 8, 12, 16, 24, 32, 48, 64};
    static measures all = {.race = {15, 1e-3}, .shrink = 1};
    const char *out = measures_parse(&all, argc, argv);
    report r;
    report_begin(&r, all.race.rounds);
    report_print_head(&r, stdout);
    for (size_t order = 4; order <= 64; order++) measure_product(&all, order);
    for (int kind = SERIES_EXP; kind <= SERIES_POW; kind++)
        for (size_t k = 0; k < sizeof orders / sizeof *orders; k++)
            measure_function(&all, (series_kind)kind, orders[k]);
    for (size_t order = 2; order <= 64; order++) measure_composite(&all, order);
    for (size_t k = 0; k < dual_rows_count; k++) measure_dual(&all, &dual_rows[k]);
    if (out) {
        report_write_measures_csv(all.n, all.m, out, "forward");
        report_write_measures_json(&r, all.n, all.m, out, "forward");
    }
    report_end(&r);
    return 0;
}
