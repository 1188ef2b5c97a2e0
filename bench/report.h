/* report.h: the table on the terminal, as CSV and as JSON. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdio.h>

#include "race.h"

/* One line of the result: a contender at a problem. */
typedef struct report_row {
    const char *problem, *quantity, *contender, *tool;
    size_t size, inputs, calls;
    double error, min, median;
    double ratio;       /* of minima, over the baseline */
    double over_primal; /* of minima, over the plain C value */
    const char *baseline;
} report_row;

typedef struct report {
    size_t rows, room;
    report_row *row;
    size_t rounds;
    char processor[128];
} report;

/* One number with what is aimed at; aim 0: no aim. */
typedef struct report_measure {
    char name[64];
    double value, aim;
    const char *unit;
} report_measure;

void report_begin(report *r, size_t rounds);
void report_add(report *r, report_row row);
void report_end(report *r);

/* The head of the table: machine, tools, versions, flags. */
void report_print_head(const report *r, FILE *out);
/* The rows from first on, as a block of the table. */
void report_print_rows(const report *r, size_t first, FILE *out);

/* Write folder/name.csv and, where a JSON library was found, folder/name.json; stop with a message
 * where they cannot. */
void report_write_csv(const report *r, const char *folder, const char *name);
void report_write_json(const report *r, const char *folder, const char *name);

void report_write_measures_csv(size_t n, const report_measure *m, const char *folder,
                               const char *name);
void report_write_measures_json(const report *r, size_t n, const report_measure *m,
                                const char *folder, const char *name);

/* Opens folder/name.suffix for writing, making the folder. */
FILE *report_open(const char *folder, const char *name, const char *suffix);

#endif
