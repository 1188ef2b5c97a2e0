/* small_gradients.h: a gradient costs only what lies between its inputs and its output. */
#ifndef BENCH_SMALL_GRADIENTS_H
#define BENCH_SMALL_GRADIENTS_H

#include <stddef.h>

/* Seconds for many gradients, of ten operations each, on a tape that holds that many slots; with
 * respect to a value computed just before or (far) to the first slot of the tape. */
double small_gradients(size_t slots, size_t gradients, int far);

#endif
