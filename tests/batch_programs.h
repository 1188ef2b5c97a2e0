/* batch_programs.h: programs that batches are tested with: arithmetic, functions, choices, arrays, whole
 * matrices, recorded derivatives. */
#ifndef FLUXION_TESTS_BATCH_PROGRAMS_H
#define FLUXION_TESTS_BATCH_PROGRAMS_H

#include <fluxion/fluxion.h>

enum { BATCH_INPUTS = 9, BATCH_OUTPUTS = 4 };

typedef struct batch_case {
    const char *name;
    void (*record)(flx_tape *t, const flx_var *x, flx_var *y);
    size_t inputs, outputs;
} batch_case;

extern const batch_case batch_cases[];
extern const size_t batch_case_count;

/* Frozen at a point between 0.5 and 1.5; NULL where memory is refused (allocator NULL: the C library's). */
flx_program *batch_program(const batch_case *c, const flx_allocator *allocator);

/* Number k of point i of a made-up sample: between 0.5 and 1.5. */
double batch_sample(size_t i, size_t k);

#endif
