/* array_modes.h: one recorded computation in every mode, so that arrays can be held against the scalars
 * that they stand for. */
#ifndef FLUXION_TESTS_ARRAY_MODES_H
#define FLUXION_TESTS_ARRAY_MODES_H

#include <stddef.h>

#include <fluxion/array.h>

enum { ARRAY_GRID = 400, ARRAY_NUMBERS = 16000, ARRAY_MODES = 128 };

/* The elements of a result, row after row. */
typedef struct array_grid {
    size_t rows, cols;
    flx_var v[ARRAY_GRID];
} array_grid;

/* What is asked for. */
typedef struct array_choice {
    int smooth; /* all finite: the check of agreement too, and derivatives to the third order of a sum of
                   sines; else to the second of a weighted sum */
    int moved; /* replays at another point too */
    int parts; /* some elements of an array are not asked for: a recorded gradient has their zero
                   adjoints all the same, which partials that are not finite make INDETERMINATE */
} array_choice;

/* The numbers of one mode. */
typedef struct array_mode {
    const char *name;
    int order; /* of the derivatives; 0: values, -1: flags, -2: flags of sweeps of sweeps */
    size_t first, count;
} array_mode;

typedef struct array_outcome {
    flx_status status; /* the first failure */
    const char *failed;
    unsigned extra; /* flags that arrays may raise beyond those of scalars, in sweeps of sweeps */
    char agreement[256]; /* what the check of agreement said */
    double tolerance[4]; /* for each order, from the check's bounds */
    size_t modes, numbers;
    array_mode mode[ARRAY_MODES];
    double number[ARRAY_NUMBERS];
} array_outcome;

/* Takes elements z, computed from x on the tape, through every mode. */
void array_run(flx_tape *t, size_t n, const flx_var *x, const array_grid *z, array_choice choice,
               array_outcome *o);

/* Whether both outcomes say the same: values bit for bit or within `slack`, flags exactly, derivatives
 * within the bounds that the outcomes carry. Else the text says where they differ. */
int array_same(const array_outcome *arrays, const array_outcome *scalars, double slack, char *text,
               size_t size);

/* The elements of an array as variables. */
void array_elements(flx_array a, array_grid *z);

#endif
