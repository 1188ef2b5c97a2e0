/* json.c: a report as JSON, with jansson. */
#include <jansson.h>

#include "report.h"
#include "teams.h"

static json_t *row_of(const report_row *w)
{
    return json_pack("{s:s, s:I, s:I, s:s, s:s, s:s, s:f, s:f, s:f, s:s, s:f, s:f, s:I}", "problem",
                     w->problem, "size", (json_int_t)w->size, "inputs", (json_int_t)w->inputs,
                     "quantity", w->quantity, "tool", w->tool, "contender", w->contender, "min_ns",
                     w->min, "median_ns", w->median, "ratio", w->ratio, "baseline", w->baseline,
                     "over_primal", w->over_primal, "disagreement", w->error, "calls_per_sample",
                     (json_int_t)w->calls);
}

static json_t *measure_of(const report_measure *m)
{
    json_t *o =
        json_pack("{s:s, s:f, s:s}", "measure", m->name, "value", m->value, "unit", m->unit);
    if (m->aim > 0.0) {
        json_object_set_new(o, "aim", json_real(m->aim));
        json_object_set_new(o, "met", json_boolean(m->value <= m->aim));
    }
    return o;
}

/* Machine and tools around the results, which are given away. */
static void write(const report *r, json_t *results, const char *folder, const char *name)
{
    json_t *tools = json_array();
    for (size_t k = 0; k < bench_teams; k++)
        json_array_append_new(tools, json_pack("{s:s, s:s}", "name", bench_team_list[k]->name,
                                               "version", bench_team_list[k]->version));
    json_t *all = json_pack("{s:s, s:I, s:o, s:o}", "processor", r->processor, "samples",
                            (json_int_t)r->rounds, "tools", tools, "results", results);
    FILE *f = report_open(folder, name, "json");
    const int failed = !all || json_dumpf(all, f, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    json_decref(all);
    if (fclose(f) != 0 || failed) bench_fail("cannot write %s/%s.json", folder, name);
}

void report_write_json(const report *r, const char *folder, const char *name)
{
    json_t *rows = json_array();
    for (size_t k = 0; k < r->rows; k++) json_array_append_new(rows, row_of(&r->row[k]));
    write(r, rows, folder, name);
}

void report_write_measures_json(const report *r, size_t n, const report_measure *m,
                                const char *folder, const char *name)
{
    json_t *rows = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(rows, measure_of(&m[k]));
    write(r, rows, folder, name);
}
