/* array_functions.h: the elementwise functions, of arrays and of scalars. */
#ifndef FLUXION_TESTS_ARRAY_FUNCTIONS_H
#define FLUXION_TESTS_ARRAY_FUNCTIONS_H

#include "array_modes.h"

typedef struct array_unary {
    const char *name;
    flx_array (*array)(flx_array x);
    flx_var (*scalar)(flx_var x);
} array_unary;

typedef struct array_binary {
    const char *name;
    flx_array (*array)(flx_array x, flx_array y);
    flx_var (*scalar)(flx_var x, flx_var y);
} array_binary;

typedef struct array_ternary {
    const char *name;
    flx_array (*array)(flx_array x, flx_array y, flx_array z);
    flx_var (*scalar)(flx_var x, flx_var y, flx_var z);
} array_ternary;

extern const array_unary array_unaries[];
extern const array_binary array_binaries[];
extern const array_ternary array_ternaries[];
extern const size_t array_unary_count, array_binary_count, array_ternary_count;

/* The function under test, and its two forms for array_differs. */
extern const array_unary *array_unary_now;
extern const array_binary *array_binary_now;
extern const array_ternary *array_ternary_now;
flx_array array_unary_of(const flx_array *x);
flx_array array_binary_of(const flx_array *x);
flx_array array_ternary_of(const flx_array *x);
void array_unary_scalars(const flx_array *x, array_grid *z);
void array_binary_scalars(const flx_array *x, array_grid *z);
void array_ternary_scalars(const flx_array *x, array_grid *z);

#endif
