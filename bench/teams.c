/* teams.c: whoever was found when this was built. */
#include "teams.h"

#include <string.h>

#include "config.h"

const bench_team *const bench_team_list[] = {
    &bench_team_c,     &bench_team_fluxion,
#if BENCH_ADOLC
    &bench_team_adolc,
#endif
#if BENCH_CERES
    &bench_team_ceres,
#endif
#if BENCH_BOOST
    &bench_team_boost,
#endif
};
const size_t bench_teams = sizeof bench_team_list / sizeof bench_team_list[0];

/* The last entry only keeps the list from being empty. */
const char *const bench_absent_list[] = {
#if !BENCH_ADOLC
    "ADOL-C is skipped: libadolc-dev is not here",
#endif
#if !BENCH_CERES
    "Ceres is skipped: libceres-dev is not here",
#endif
#if !BENCH_BOOST
    "Boost is skipped: libboost-dev is not here",
#endif
    NULL,
};
const size_t bench_absents = sizeof bench_absent_list / sizeof *bench_absent_list - 1;

const bench_contender *bench_find(const char *name, bench_quantity quantity,
                                  const bench_team **team)
{
    for (size_t t = 0; t < bench_teams; t++) {
        *team = bench_team_list[t];
        for (size_t k = 0; k < (*team)->contenders; k++) {
            const bench_contender *c = &(*team)->contender[k];
            if (c->quantity == quantity && strcmp(c->name, name) == 0) return c;
        }
    }
    return NULL;
}
