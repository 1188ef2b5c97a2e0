/* compare: Fluxion's roads beside plain C, adjoints by hand, finite differences and other tools. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "problems.h"
#include "report.h"
#include "teams.h"

static const char usage[] =
    "compare [OPTION...]\n"
    "  --out FOLDER      write compare.csv and compare.json there\n"
    "  --only NAME       problems of this name only\n"
    "  --baseline NAME   ratios over this contender where it runs\n"
    "  --rounds N        samples of each contender, taken in turns (default 15)\n"
    "  --sample MS       shortest sample in milliseconds (default 4)\n"
    "  --quick           agreement, and times that mean nothing\n";

typedef struct options {
    const char *out, *only, *baseline;
    race_options race;
} options;

/* The quantities with the baseline of their ratios. */
static const struct {
    const char *name, *baseline;
} quantity_row[] = {
    [BENCH_VALUE] = {"value", "c.value"},
    [BENCH_GRADIENT] = {"gradient", "c.adjoint"},
    [BENCH_DIRECTIONAL] = {"directional", "c.adjoint_along"},
    [BENCH_HVP] = {"hvp", "fluxion.hvp"},
    [BENCH_CURVATURE] = {"curvature", "fluxion.hyperdual"},
};

enum { MOST_ENTRIES = 64 };

static options parse(int argc, char **argv)
{
    options o = {NULL, NULL, NULL, {15, 4e-3}};
    for (int k = 1; k < argc; k++) {
        const char *next = k + 1 < argc ? argv[k + 1] : NULL;
        if (strcmp(argv[k], "--quick") == 0) {
            o.race = (race_options){1, 0.0};
            continue;
        }
        if (!next) bench_fail("%s\n%s", argv[k], usage);
        k++;
        if (strcmp(argv[k - 1], "--out") == 0) o.out = next;
        else if (strcmp(argv[k - 1], "--only") == 0) o.only = next;
        else if (strcmp(argv[k - 1], "--baseline") == 0) o.baseline = next;
        else if (strcmp(argv[k - 1], "--rounds") == 0) o.race.rounds = strtoul(next, NULL, 10);
        else if (strcmp(argv[k - 1], "--sample") == 0)
            o.race.sample_seconds = 1e-3 * strtod(next, NULL);
        else bench_fail("%s\n%s", argv[k - 1], usage);
    }
    if (o.race.rounds == 0) bench_fail("--rounds must be at least 1");
    return o;
}

/* The baseline among those who ran: the wished one, the quantity's own, or the first. */
static const race_entry *find_baseline(const race_entry *entry, size_t entries, const char *wished,
                                       const char *own)
{
    const char *name[2] = {wished, own};
    for (int which = 0; which < 2; which++) {
        for (size_t k = 0; k < entries && name[which]; k++)
            if (strcmp(entry[k].contender->name, name[which]) == 0) return &entry[k];
    }
    return entry;
}

/* Races one quantity; returns the time of the first entry, the plain one where there is one. */
static double race_quantity(const bench_problem *p, bench_quantity q, const options *o,
                            double primal, report *r)
{
    race_entry entry[MOST_ENTRIES];
    const size_t first = r->rows;
    const size_t entries = race_run(p, q, bench_teams, bench_team_list, &o->race, entry);
    if (entries == 0) return 0.0;
    const race_entry *base = find_baseline(entry, entries, o->baseline, quantity_row[q].baseline);
    if (q == BENCH_VALUE) primal = entry[0].min;
    for (size_t k = 0; k < entries; k++) {
        const race_entry *e = &entry[k];
        report_add(r, (report_row){p->name, quantity_row[q].name, e->contender->name, e->team->name,
                                   p->size, p->n, e->calls, e->error, e->min, e->median,
                                   e->min / base->min, e->min / primal, base->contender->name});
    }
    report_print_rows(r, first, stdout);
    fflush(stdout);
    return entry[0].min;
}

static void race_problem(const bench_problem *p, const options *o, report *r)
{
    const double primal = race_quantity(p, BENCH_VALUE, o, 0.0, r);
    for (int q = BENCH_VALUE + 1; q <= BENCH_CURVATURE; q++)
        race_quantity(p, (bench_quantity)q, o, primal, r);
}

int main(int argc, char **argv)
{
    const options o = parse(argc, argv);
    size_t contenders = 0;
    for (size_t k = 0; k < bench_teams; k++) contenders += bench_team_list[k]->contenders;
    if (contenders > MOST_ENTRIES) bench_fail("more than %d contenders", (int)MOST_ENTRIES);
    report r;
    report_begin(&r, o.race.rounds);
    report_print_head(&r, stdout);
    for (size_t k = 0; k < bench_problems(); k++) {
        bench_problem p;
        bench_problem_make(k, &p);
        if (!o.only || strcmp(o.only, p.name) == 0) race_problem(&p, &o, &r);
        bench_problem_clear(&p);
    }
    if (o.out) {
        report_write_csv(&r, o.out, "compare");
        report_write_json(&r, o.out, "compare");
    }
    report_end(&r);
    return 0;
}
