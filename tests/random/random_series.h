/* random_series.h: a random program over series, which own memory and so are no number type of the
 * generic functions. */
#ifndef FLUXION_TESTS_RANDOM_SERIES_H
#define FLUXION_TESTS_RANDOM_SERIES_H

#include <fluxion/series.h>

#include "random_program.h"

/* All values, inputs first, to `order` along input i, into initialised series. Array steps are taken
 * element by element. */
flx_status random_series(const random_program *p, size_t i, size_t order, flx_series *v);

#endif
