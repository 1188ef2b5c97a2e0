/* random_flags.h: flags of a random program with arrays against those of the same in scalars. */
#ifndef FLUXION_TESTS_RANDOM_FLAGS_H
#define FLUXION_TESTS_RANDOM_FLAGS_H

#include "random_program.h"

/* 0 where both raise the same, else 1 and what differs, at most size bytes. */
int random_flags_check(const random_program *p, char *text, size_t size);

#endif
