/* fuzz_tapes.c: libFuzzer: a program on a tape that is used on after rewinds, mixed tapes, stale
 * variables, wrong shapes and refused memory; the first eight bytes choose what happens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random_shrink.h"
#include "random_tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static random_abuse abuse;

static void print_counts(void)
{
    printf("tapes %lu: rewinds %lu, resets %lu, mixed %lu, stale %lu, wrong shapes %lu, refused "
           "allocations %lu, ceilings %lu\n",
           abuse.runs, abuse.rewinds, abuse.resets, abuse.mixed, abuse.stale, abuse.shapes,
           abuse.refused, abuse.ceilings);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    random_program p;
    random_finding finding;
    uint64_t seed = 0;
    if (abuse.runs == 0) atexit(print_counts);
    const size_t used = size < sizeof seed ? size : sizeof seed;
    memcpy(&seed, bytes, used);
    random_program_from_bytes(&p, size - used, bytes + used);
    if (random_tape_check(&p, seed, &abuse, &finding)) {
        random_print(stdout, &p, &finding);
        printf("/* seed 0x%llx */\n", (unsigned long long)seed);
        fflush(stdout);
        abort();
    }
    return 0;
}
