/* random_shrink.h: makes a finding small, and readable. */
#ifndef FLUXION_TESTS_RANDOM_SHRINK_H
#define FLUXION_TESTS_RANDOM_SHRINK_H

#include <stdio.h>

#include "random_check.h"

/* Shrinks p while the check still finds something in the same mode: fewer operations, inputs and
 * elements, rounder constants. finding is that of the result. */
void random_shrink(random_program *p, random_finding *finding);

/* Prints p as a C program that shows its derivatives by every road. */
void random_print(FILE *out, const random_program *p, const random_finding *finding);

/* Checks p; a finding is shrunk and printed. Returns what random_check does. */
int random_check_and_print(FILE *out, random_program *p, random_stats *stats);

#endif
