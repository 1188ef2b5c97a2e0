/* random_partials.h: first and second derivatives of each operation, in long double, by formulas
 * that share nothing with the library. */
#ifndef FLUXION_TESTS_RANDOM_PARTIALS_H
#define FLUXION_TESTS_RANDOM_PARTIALS_H

#include "random_program.h"

/* With respect to operands a and b. size_a is |a|, or the size of its terms where they cancel; so
 * are size_aa and size_ab. */
typedef struct partials {
    long double a, b, aa, ab, bb, size_ab, size_a, size_aa;
} partials;

/* Derivatives of operation op at x, y; k its constant. */
partials random_partials(unsigned op, double x, double y, double k);

#endif
