/* report.c: what a race has shown, as a table and as CSV. */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "teams.h"

static void find_processor(char *name, size_t room)
{
    char line[256];
    FILE *f = fopen("/proc/cpuinfo", "r");
    snprintf(name, room, "unknown processor");
    while (f && fgets(line, sizeof line, f)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon) continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(name, room, "%s", colon + 2);
        break;
    }
    if (f) fclose(f);
}

void report_begin(report *r, size_t rounds)
{
    *r = (report){.rounds = rounds};
    find_processor(r->processor, sizeof r->processor);
}

void report_add(report *r, report_row row)
{
    if (r->rows == r->room) {
        r->room = r->room ? 2 * r->room : 64;
        r->row = realloc(r->row, r->room * sizeof *r->row);
        if (!r->row) bench_fail("no memory for %zu rows", r->room);
    }
    r->row[r->rows++] = row;
}

void report_end(report *r) { free(r->row); }

void report_print_head(const report *r, FILE *out)
{
    fprintf(out, "%s; %zu interleaved samples each\n", r->processor, r->rounds);
    for (size_t k = 0; k < bench_teams; k++)
        fprintf(out, "%-8s %s\n", bench_team_list[k]->name, bench_team_list[k]->version);
    for (size_t k = 0; k < bench_absents; k++) fprintf(out, "%s\n", bench_absent_list[k]);
}

void report_print_rows(const report *r, size_t first, FILE *out)
{
    if (first == r->rows) return;
    const report_row *head = &r->row[first];
    fprintf(out, "\n%s %zu: %s, over %s\n", head->problem, head->size, head->quantity,
            head->baseline);
    fprintf(out, "    %-26s %13s %13s %8s %10s %9s\n", "", "minimum ns", "median ns", "ratio",
            "/primal", "disagrees");
    for (size_t k = first; k < r->rows; k++) {
        const report_row *row = &r->row[k];
        fprintf(out, "    %-26s %13.1f %13.1f %8.2f %10.2f %9.1e\n", row->contender, row->min,
                row->median, row->ratio, row->over_primal, row->error);
    }
}

FILE *report_open(const char *folder, const char *name, const char *suffix)
{
    char path[4096];
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        bench_fail("cannot make the folder %s: %s", folder, strerror(errno));
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, suffix);
    FILE *f = fopen(path, "w");
    if (!f) bench_fail("cannot write %s: %s", path, strerror(errno));
    return f;
}

void report_write_csv(const report *r, const char *folder, const char *name)
{
    FILE *f = report_open(folder, name, "csv");
    fputs("problem,size,inputs,quantity,tool,contender,min_ns,median_ns,ratio,baseline,"
          "over_primal,disagreement,calls_per_sample,samples\n",
          f);
    for (size_t k = 0; k < r->rows; k++) {
        const report_row *w = &r->row[k];
        fprintf(f, "%s,%zu,%zu,%s,%s,%s,%.1f,%.1f,%.4g,%s,%.4g,%.3g,%zu,%zu\n", w->problem, w->size,
                w->inputs, w->quantity, w->tool, w->contender, w->min, w->median, w->ratio,
                w->baseline, w->over_primal, w->error, w->calls, r->rounds);
    }
    if (fclose(f) != 0) bench_fail("cannot write %s/%s.csv", folder, name);
}

void report_write_measures_csv(size_t n, const report_measure *m, const char *folder,
                               const char *name)
{
    FILE *f = report_open(folder, name, "csv");
    fputs("measure,value,unit,aim,met\n", f);
    for (size_t k = 0; k < n; k++) {
        fprintf(f, "%s,%.4g,%s,", m[k].name, m[k].value, m[k].unit);
        if (m[k].aim > 0.0) fprintf(f, "%g,%s\n", m[k].aim, m[k].value <= m[k].aim ? "yes" : "no");
        else fputs(",\n", f);
    }
    if (fclose(f) != 0) bench_fail("cannot write %s/%s.csv", folder, name);
}
