/* random_known.h: deviations of the library that are known and still open, one row each.
 *
 * A derivative that passes through such a point is not compared, and counted as known. A row goes
 * when its cause is mended: the random programs then guard the point like any other. */
#ifndef FLUXION_TESTS_RANDOM_KNOWN_H
#define FLUXION_TESTS_RANDOM_KNOWN_H

#include "random_program.h"

/* Whether operation op at operands x, y is such a point. */
int random_known(unsigned op, double x, double y);

#endif
