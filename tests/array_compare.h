/* array_compare.h: an array operation held against scalars, on operands that lie in a pool of inputs in
 * all the ways that views can. */
#ifndef FLUXION_TESTS_ARRAY_COMPARE_H
#define FLUXION_TESTS_ARRAY_COMPARE_H

#include <fluxion/array.h>

#include "array_modes.h"

/* How an operand lies in the pool. */
typedef enum array_kind {
    ARRAY_PLAIN,
    ARRAY_TRANSPOSED,
    ARRAY_STRIDED,
    ARRAY_ALIASED,      /* every operand in the same place */
    ARRAY_REPEATED_ROW, /* a stride of 0 */
    ARRAY_REPEATED_COL,
    ARRAY_COMPUTED, /* a run of its own: the squares of a part of the pool */
    ARRAY_KINDS
} array_kind;

/* Distinct numbers between shift + 0.15 and shift + 0.85, in no order. */
flx_array array_pool(flx_tape *t, size_t rows, size_t cols, double shift);

/* Operand number `which` of that shape. */
flx_array array_view(flx_array pool, array_kind kind, size_t rows, size_t cols, size_t which);

typedef flx_array array_form(const flx_array *x);
typedef void array_scalar_form(const flx_array *x, array_grid *z);

/* Both forms through all modes, with the pool as inputs, which is all that the tape holds. NULL where
 * they agree, else where not. */
const char *array_differs(flx_tape *t, flx_array pool, const flx_array *x, array_form *native,
                          array_scalar_form *scalar, array_choice choice, double slack);

#endif
