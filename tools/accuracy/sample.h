/* sample.h: where a function is measured. */
#ifndef FLUXION_ACCURACY_SAMPLE_H
#define FLUXION_ACCURACY_SAMPLE_H

#include "truth.h"

/* Points of up to LINE_ARGUMENTS coordinates. */
typedef struct sample {
    double (*x)[LINE_ARGUMENTS];
    size_t count;
} sample;

/* At least `least` points of the function's domain: spaced in logarithm over the range of its row and
 * the tails beyond it, and ever nearer to each of its delicate points; for functions of several
 * arguments, of independent sizes, of like sizes, of ordinary sizes, and near 1. NULL in x where
 * memory is short. */
sample sample_make(const subject *s, const library_row *library, size_t least);

#endif
