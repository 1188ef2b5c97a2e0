/* random_reference.h: what the derivatives of a random program should be, and how well anybody can
 * compute them in double.
 *
 * A sweep forward of its own, with elementary derivatives of its own in long double, taken at the
 * program's own double values. Beside each derivative it carries the sum of the absolute values of
 * the path products that make it up: rounding errors of every mode are a multiple of that. Where an
 * argument, a value or a derivative of an operation is not finite, the operation's derivatives are
 * taken from the library's own hyper-dual; the sweep around them stays independent. */
#ifndef FLUXION_TESTS_RANDOM_REFERENCE_H
#define FLUXION_TESTS_RANDOM_REFERENCE_H

#include "random_program.h"

enum {
    /* The only points where modes may differ, as 0*inf and inf-inf depend on the order of
     * multiplication. A factor that is not finite stands on a path of derivatives from the
     * direction's input to the value, and besides
     * - a factor of that path is exactly 0, or
     * - the paths below it differ in sign: (a-b)*inf is a*inf - b*inf in a reverse sweep, or
     * - two contributions to one tangent are not finite: there an adjoint may cancel to 0. */
    REF_INDETERMINATE = 1,
    /* Some partial product along a path can leave 2^-900 .. 2^900, where an intermediate result may
     * overflow in one mode, underflow in another. */
    REF_RANGE = 2,
    /* A derivative that is not finite was met: second derivatives have 0*inf inside by nature. */
    REF_SINGULAR = 4,
    /* As REF_RANGE, in second derivatives. */
    REF_RANGE2 = 8,
    /* A deviation that is known and open (random_known.h). */
    REF_KNOWN = 16
};

/* A value with derivatives in two directions. */
typedef struct ref {
    double v;
    long double e[2], e12; /* derivatives */
    long double b[2], b12; /* sums of absolute path products */
    double hi, lo, hi2;    /* log2 of the largest and smallest subproduct of a path */
    unsigned depth;        /* operations on the longest path */
    unsigned char depends; /* bit d: on direction d */
    unsigned char zero;    /* bit d: some path from direction d has an exactly zero factor */
    unsigned char mixed;   /* bit d: paths from direction d differ in sign */
    unsigned char flags;
} ref;

/* Sweeps all values, inputs first, for inputs i and j as the two directions; i may be j. */
void random_reference(const random_program *p, size_t i, size_t j, ref *values);

#endif
