/* truth.h: Taylor coefficients and their condition, from Arb. */
#ifndef FLUXION_ACCURACY_TRUTH_H
#define FLUXION_ACCURACY_TRUTH_H

#include "library.h"
#include "lines.h"
#include "rows.h"

/* A function and its row in one of the three tables. */
typedef struct subject {
    const char *name;
    int arguments;
    int n; /* its order, where it has one */
    const unary_row *unary;
    const ordered_row *ordered;
    const line_row *line;
} subject;

/* Coefficients of f(x + direction*t), and how far each goes when every coordinate of x is changed by
 * its whole self, at the rate that it has here. Along several axes at once a coefficient is a sum of
 * partial derivatives times powers of the direction: `sizes` adds up the terms' absolute values,
 * `powers` the factors that the partial derivatives have in it; both are 0 along one axis. */
typedef struct truth {
    long double c[MOST + 1];
    long double moved[MOST + 1];
    long double sizes[MOST + 1];
    long double powers[MOST + 1];
    int defined; /* coefficients from this one on have partial derivatives that no double can hold */
} truth;

/* 64 bits of each number, proved; magnitudes beyond 2^+-8000 are cut off there. Returns 0 where that
 * cannot be reached, as at a pole. */
int truth_find(truth *t, const subject *s, const double *x, const double *direction);

#endif
