/* known.h: where the library is known to do worse than the clause, as docs/numerics.md says. */
#ifndef FLUXION_ACCURACY_KNOWN_H
#define FLUXION_ACCURACY_KNOWN_H

#include <stddef.h>

#include "truth.h"

/* Who computed a number. */
enum mode { PLAIN, NUMBERS, TAPE, SERIES };

/* One number measured: coefficient k of function s at x, by a mode. */
typedef struct finding {
    const subject *s;
    enum mode mode;
    size_t k;
    const double *x;
    double got;
    long double want;
} finding;

/* How many times what the clause permits the error may be at most: 1 where nothing is known, infinite
 * where what comes out means nothing. */
double known_factor(const finding *f);

#endif
