/* fuzz_programs.c: libFuzzer: bytes to a program, run in every mode. A finding is shrunk, printed as
 * a C program and aborts the run; counts are printed at the end. */
#include <stdio.h>
#include <stdlib.h>

#include "random_shrink.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static random_stats stats;

/* One row per operation: the least and the sum over modes. */
static void print_counts(void)
{
    unsigned long least = ~0ul, total = 0;
    unsigned least_op = 0, least_mode = 0;
    printf("operation x mode: how often an operation of influence ran\n%-14s", "");
    for (unsigned mode = 0; mode < RANDOM_MODES; mode++) printf(" %s", random_mode_name(mode));
    for (unsigned op = 0; op < RANDOM_OPS; op++) {
        printf("\n%-14s", random_op_name(op));
        for (unsigned mode = 0; mode < RANDOM_MODES; mode++) {
            const unsigned long hits = stats.hit[op][mode];
            printf(" %lu", hits);
            total += hits;
            if (hits >= least) continue;
            least = hits;
            least_op = op;
            least_mode = mode;
        }
    }
    printf("\nprograms %lu, replays at another point %lu, flipped guards %lu\n"
           "first derivatives compared %lu (not finite %lu), second %lu, Taylor prefixes %lu\n"
           "left out: indeterminate %lu, range %lu, second at poles %lu, second by range %lu, "
           "known deviations %lu\n"
           "largest part of the bound used: first %.3g, second %.3g\n"
           "total of counts %lu\nleast pair: %s in %s, %lu\n",
           stats.programs, stats.replays, stats.branch_changes, stats.first, stats.infinite,
           stats.second, stats.prefixes, stats.indeterminate, stats.range, stats.singular2,
           stats.range2, stats.known, stats.worst_first, stats.worst_second, total,
           random_op_name(least_op), random_mode_name(least_mode), least);
}

static void check(random_program *p)
{
    if (!random_check_and_print(stdout, p, &stats)) return;
    fflush(stdout);
    abort();
}

/* FNV-1a. */
static uint64_t hash(size_t size, const uint8_t *bytes)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t k = 0; k < size; k++) h = (h ^ bytes[k]) * 0x100000001b3u;
    return h;
}

/* An operation that came up fewer than ENOUGH times in some mode, each as likely as the others; any
 * operation where there is none. */
static unsigned rare_operation(uint64_t random)
{
    enum { ENOUGH = 1000 };
    unsigned rare[RANDOM_OPS], count = 0;
    for (unsigned op = 0; op < RANDOM_OPS; op++) {
        unsigned long least = ~0ul;
        for (unsigned mode = 0; mode < RANDOM_MODES; mode++)
            if (stats.hit[op][mode] < least) least = stats.hit[op][mode];
        if (least < ENOUGH) rare[count++] = op;
    }
    return count > 0 ? rare[random % count] : (unsigned)(random % RANDOM_OPS);
}

/* The program that the bytes spell, which coverage guides and keeps short; one of any length that
 * they only seed; and one that ends in an operation that has been rare. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    random_program p;
    const uint64_t seed = hash(size, bytes);
    if (stats.programs == 0) atexit(print_counts);
    random_program_from_bytes(&p, size, bytes);
    check(&p);
    random_program_from_seed(&p, seed);
    check(&p);
    random_program_ending_in(&p, seed, rare_operation(seed >> 32));
    check(&p);
    return 0;
}
