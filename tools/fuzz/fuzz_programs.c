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

/* The operations that came up fewer than ENOUGH times in some mode; all where there are none. */
static size_t rare_operations(uint8_t *ops)
{
    enum { ENOUGH = 1000 };
    size_t count = 0;
    for (int all = 0; all < 2 && count == 0; all++) {
        for (unsigned op = 0; op < RANDOM_OPS; op++) {
            unsigned long least = ~0ul;
            for (unsigned mode = 0; mode < RANDOM_MODES; mode++)
                if (stats.hit[op][mode] < least) least = stats.hit[op][mode];
            if (all || least < ENOUGH) ops[count++] = (uint8_t)op;
        }
    }
    return count;
}

/* The program that the bytes spell, which coverage guides and keeps short; and a chain of operations
 * that have been rare, which they only seed. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    random_program p;
    uint8_t ops[RANDOM_OPS];
    const uint64_t seed = hash(size, bytes);
    if (stats.programs == 0) atexit(print_counts);
    random_program_from_bytes(&p, size, bytes);
    check(&p);
    const size_t count = rare_operations(ops);
    random_program_of(&p, seed, count, ops);
    check(&p);
    return 0;
}
