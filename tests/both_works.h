/* both_works.h: a work for values alone beside one that keeps all: what they say is the same. */
#ifndef FLUXION_TESTS_BOTH_WORKS_H
#define FLUXION_TESTS_BOTH_WORKS_H

#include <fluxion/fluxion.h>

typedef struct both {
    flx_program *f;
    flx_work *w[2]; /* for values alone, and one that keeps all */
    double *y[2];
} both;

/* Of a program, which forget releases. */
both both_of(flx_program *f);
void forget(both *b);

/* Expects the same status, values, report and flags, bit for bit. Returns the flags. */
unsigned same_at(both *b, const double *x, const char *what);

#endif
