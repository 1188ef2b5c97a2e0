/* measures.h: numbers held against what is aimed at, printed as they come. */
#ifndef BENCH_MEASURES_H
#define BENCH_MEASURES_H

#include "report.h"

enum { MOST_MEASURES = 400 };

typedef struct measures {
    report_measure m[MOST_MEASURES];
    size_t n;
    race_options race;
    size_t shrink; /* divides sizes in a quick run */
} measures;

/* Adds and prints a number; aim 0: no aim, else the largest value that meets it. */
void measures_add(measures *all, double value, const char *unit, double aim, const char *format,
                  ...);

/* Reads [--quick] [--out FOLDER]; returns the folder or NULL. */
const char *measures_parse(measures *all, int argc, char **argv);

/* An allocator that knows how much is held, and has been held at most: its context. */
typedef struct measures_bytes {
    size_t held, peak;
} measures_bytes;

void *measures_counted(void *ctx, void *old, size_t old_size, size_t new_size);

#endif
