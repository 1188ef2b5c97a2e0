/* measure.h: the errors of one function over its points. */
#ifndef FLUXION_ACCURACY_MEASURE_H
#define FLUXION_ACCURACY_MEASURE_H

#include "known.h"
#include "reference.h"
#include "sample.h"

/* What is told apart: the value, the first derivative (by duals, hyper-duals, the tape, a recorded
 * gradient and Taylor series), the second (by those that have it), the third (by hyper-hyper-duals and
 * series), and Taylor coefficients 4..MOST. */
enum { VALUE, FIRST, SECOND, THIRD, QUANTITIES = MOST + 1 };

/* Errors at one point, as shares of what is permitted. */
typedef struct shares {
    double x; /* the first argument */
    double of[QUANTITIES];
} shares;

typedef struct measured {
    ref_worst worst[QUANTITIES];
    size_t numbers;   /* compared */
    size_t known;     /* beyond what is permitted, where that is known */
    size_t wrong;     /* beyond that too */
    size_t differing; /* values of a mode that are not the plain computation's, bit for bit */
    size_t poles;     /* points where Arb proves no digits */
    shares *point;    /* or NULL, where nobody wants them */
    size_t points;
} measured;

/* Measures the function at one point, along each argument and, where there are several, along all of
 * them at once. */
void measure_point(measured *m, const subject *s, const library_row *library, flx_tape *tape,
                   const double *x);

#endif
