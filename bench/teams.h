/* teams.h: whoever was found when this was built. */
#ifndef BENCH_TEAMS_H
#define BENCH_TEAMS_H

#include "bench.h"

extern const bench_team *const bench_team_list[];
extern const size_t bench_teams;

/* Tools that were looked for and not found, one sentence each. */
extern const char *const bench_absent_list[];
extern const size_t bench_absents;

/* The contender of this name, or NULL where its tool is not here. */
const bench_contender *bench_find(const char *name, bench_quantity quantity,
                                  const bench_team **team);

#endif
