/* race.h: contenders take turns at one problem, after they have been seen to agree. */
#ifndef BENCH_RACE_H
#define BENCH_RACE_H

#include "bench.h"

typedef struct race_options {
    size_t rounds;         /* samples of each contender */
    double sample_seconds; /* shortest sample: short runs are repeated within it */
} race_options;

/* One contender's result. Times are in nanoseconds of one run. */
typedef struct race_entry {
    const bench_team *team;
    const bench_contender *contender;
    double error; /* largest difference to the reference, over the reference's largest entry */
    double min, median;
    size_t calls; /* runs in one sample */
    void *state;
    double *result, *sample;
} race_entry;

/* The parts of a race. A contender enters with a problem (0 where it has no form of it), is checked
 * against a reference (another entry of its quantity that has run; itself is fine), takes turns with
 * the others, and leaves. */
int race_enter(race_entry *e, const bench_team *team, const bench_contender *contender,
               const bench_problem *p, const race_options *options);
void race_check(const bench_problem *p, race_entry *e, const race_entry *reference);
void race_time(size_t entries, race_entry *entry, const race_options *options);
void race_leave(race_entry *e);

/* Races everyone in the teams who computes this quantity, into entry (room for all contenders);
 * returns how many ran. The first of those with the smallest tolerance is the reference; the program
 * stops with a message where another one disagrees with it. */
size_t race_run(const bench_problem *p, bench_quantity quantity, size_t teams,
                const bench_team *const *team, const race_options *options, race_entry *entry);

/* Seconds on a clock that only goes forward. */
double race_clock(void);

/* The smallest and the middle one of some samples, which are sorted. */
void race_summary(size_t n, double *sample, double *min, double *median);

#endif
