/* random_tape.h: a random program on a tape that is used again after rewinds and failures. */
#ifndef FLUXION_TESTS_RANDOM_TAPE_H
#define FLUXION_TESTS_RANDOM_TAPE_H

#include "random_check.h"

/* What was done to tapes so far. */
typedef struct random_abuse {
    unsigned long runs, rewinds, resets, mixed, stale, shapes, refused, ceilings;
} random_abuse;

/* Records p, its gradient and a gradient of that on one tape, again and again: after a rewind, a
 * reset, a mix of two tapes, a stale variable, a foreign shape, a refused allocation. Whatever came
 * before, values and derivatives have the bits of the first time, and every failure its status.
 * 0 where all is well, else 1 and the finding. */
int random_tape_check(const random_program *p, uint64_t seed, random_abuse *abuse,
                      random_finding *finding);

#endif
