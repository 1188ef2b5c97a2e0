/* loop_var.h: loops recorded, and their recorded derivatives: loops over derived programs. */
#ifndef FLUXION_REVERSE_LOOP_VAR_H
#define FLUXION_REVERSE_LOOP_VAR_H

#include "reverse/activity.h"
#include "reverse/array.h"

/* Operands of a loop, those of no elements being empty: state and shared in any shape, the rows steps x
 * row. Or its results: columns, and steps x out. */
typedef struct flx_loop_arrays {
    flx_array state, rows, shared;
} flx_loop_arrays;

/* Records a loop: the number of states kept is cut to what it can use. Empty where the tape fails. */
flx_loop_arrays flx_loop_record(flx_tape *t, flx_loop loop, const flx_loop_arrays *x);

/* Adjoints of a loop's target on to those of its operands, and tangents the other way. */
void flx_reverse_loop(flx_tape *t, const flx_active *active, const flx_block *b);
void flx_tangent_loop(flx_tape *t, const flx_active *active, const flx_block *b);

#endif
