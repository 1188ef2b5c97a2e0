/* array.h: recording array instructions. */
#ifndef FLUXION_REVERSE_ARRAY_H
#define FLUXION_REVERSE_ARRAY_H

#include <fluxion/array_math.h>

#include "reverse/block.h"
#include "reverse/tape.h"

/* An array that every later use recognises as failed: empty, on the poison. */
flx_array flx_array_none(flx_tape *t);

/* The same, the tape (if any) failed with that status. */
flx_array flx_array_fail(flx_tape *t, flx_status status, unsigned op);

static inline int flx_is_axis(flx_axis axis)
{
    return axis == FLX_ALL || axis == FLX_ROWS || axis == FLX_COLS;
}

/* A contiguous run of slots just written. */
flx_array flx_array_run(flx_tape *t, uint32_t slot, uint32_t rows, uint32_t cols);

/* The tape of one of two operands, or NULL. */
static inline flx_tape *flx_array_either(flx_array x, flx_array y)
{
    return x.first.tape ? x.first.tape : y.first.tape;
}

/* A constant of one element, as an operand. */
static inline flx_array flx_array_number(double c) { return flx_array_scalar(flx_constant(c)); }

/* The array's slots; the array is on a tape. */
static inline flx_view flx_array_view(flx_array a)
{
    return (flx_view){a.first.u.at.slot, a.rows, a.cols, {a.row_stride, a.col_stride}};
}

/* The array of a view on the tape. */
static inline flx_array flx_view_array(flx_tape *t, flx_view v)
{
    return (flx_array){flx_tape_var(t, v.slot), v.rows, v.cols, v.stride[0], v.stride[1]};
}

/* Whether an array on a tape is one run of slots, row after row. */
static inline int flx_array_is_run(flx_array a)
{
    return (a.cols == 1 || a.col_stride == 1) && (a.rows == 1 || a.row_stride == a.cols);
}

/* Whether the whole array is of this tape, or constant, and still valid. */
flx_status flx_array_check(const flx_tape *t, flx_array a);

/* The common tape of operands that are all valid; constants have none. NULL where there is none, or
 * where something is wrong: then *failed is set, and the tapes are. */
flx_tape *flx_array_common(size_t n, const flx_array *x, unsigned op, int *failed);

/* The operand as a view: a constant gets a slot, which its elements share. 0 where it cannot. */
int flx_array_operand(flx_tape *t, flx_array x, unsigned op, flx_view *view);

/* A view broadcast to a shape; what it has more than one of stays. */
static inline flx_view flx_view_broadcast(flx_view v, uint32_t rows, uint32_t cols)
{
    return (flx_view){
        v.slot, rows, cols, {v.rows == 1 ? 0 : v.stride[0], v.cols == 1 ? 0 : v.stride[1]}};
}

/* Records an array instruction whose target, view 0, is a new run of that many slots: fills in the
 * slot, and the values, which are all that stays while recording is paused. The target's array,
 * empty where the tape fails. */
flx_array flx_array_emit(flx_tape *t, unsigned op, flx_block *b, uint64_t slots);

/* x - y, y without derivatives (detached): no sweep asks for them. */
flx_array flx_array_sub_plain(flx_array x, flx_array y);

/* An instruction that adds to its target. */
typedef struct flx_addend {
    unsigned op;
    flx_block block;
} flx_addend;

/* The same of n instructions that add to views of one new run of zeros; each view 0 counts its slot
 * from the run's. The run as a column. */
flx_array flx_array_emit_onto_zeros(flx_tape *t, uint32_t n, flx_addend *a, uint64_t slots);

#endif
