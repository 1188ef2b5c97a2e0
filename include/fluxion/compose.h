/** @file compose.h
 *  A program as one node on a tape: called, mapped over rows of data, or scanned over steps with a
 *  carried state.
 *
 *  Such a node takes the tape two or three instructions, whatever the program does and how often. Its
 *  values are those of the program, and so are its derivatives, of every order and in every mode:
 *  what the program computes on the way lies in slots that follow the node's results, in which a
 *  sweep back computes it anew, step by step. Gradients and tangents that are recorded are nodes
 *  again, of programs derived from this one, which keeps them. Nodes nest: a program may hold calls,
 *  maps and scans of others.
 *
 *  Common to all:
 *  - An operand is an array of any shape, taken row after row, or a view; a variable is one by
 *    flx_array_scalar. flx_array_empty() is an operand without elements.
 *  - The program is retained as long as the node is on the tape, and by programs frozen from it. Its
 *    parameters are as recorded.
 *  - Where a comparison in the program has another outcome than when it was recorded, at any row or
 *    step, the node does not stand for the function: the values are NaN and the status
 *    FLX_BRANCH_CHANGED, the tape's or of the driver of a program around it. The report names the
 *    comparison within the program, its index and label.
 *  - Flags name the operation within the program. They are raised as if a sweep had reached it with
 *    a factor that is not zero.
 *  - Failures are the tape's: FLX_EARG without a program, FLX_ESHAPE where numbers of elements do not
 *    fit the program's inputs and outputs, FLX_ELIMIT beyond 2^32 slots. Results are empty then, and
 *    where no operand is on a tape. */
#ifndef FLUXION_COMPOSE_H
#define FLUXION_COMPOSE_H

#include <string.h>

#include <fluxion/array.h>
#include <fluxion/program.h>

FLX_BEGIN_DECLS

/** An array without elements: an operand that there is not. All its bytes are zero. */
static inline flx_array flx_array_empty(void)
{
    flx_array a;
    memset(&a, 0, sizeof a);
    return a;
}

/** y = f(x).
 *  @param[in] f the program
 *  @param[in] x n elements, the program's inputs
 *  @return m x 1. Cost: the program's slots; a sweep back computes nothing anew */
FLX_API flx_array flx_call(flx_program *f, flx_array x);

/** The same with scalars.
 *  @param[in]  f the program
 *  @param[in]  x n variables, or constants, at least one of them on a tape
 *  @param[out] y m variables; where the tape fails they are its poison
 *  @return the tape's status; FLX_EARG where there is no tape */
FLX_API flx_status flx_call_scalars(flx_program *f, const flx_var *x, flx_var *y);

/** The program at every row: row r of the result = f(row r of rows, shared).
 *  @param[in] f      the program; its inputs are a row, and then what is shared
 *  @param[in] rows   R x k
 *  @param[in] shared n - k elements
 *  @return R x m. Cost: R*m slots, and those of the program once. A row of results depends on its own
 *  row and on what is shared alone, which is what the library knows of it too */
FLX_API flx_array flx_map(flx_program *f, flx_array rows, flx_array shared);

/** The sum over all rows of flx_map, one row after the other.
 *  @param[in] f      the program; its inputs are a row, and then what is shared
 *  @param[in] rows   R x k
 *  @param[in] shared n - k elements
 *  @return m x 1, zeros where there are no rows. Cost: m slots, and those of the program */
FLX_API flx_array flx_map_sum(flx_program *f, flx_array rows, flx_array shared);

/** What a scan results in. */
typedef struct flx_scanned {
    flx_array state; /**< s x 1, after the last step */
    flx_array rows;  /**< steps x (m - s): what the steps yield beside the state */
} flx_scanned;

/** Steps with a carried state: (state, row k of the result) = f(state, row k of inputs, shared) for
 *  k = 0, 1, ..., steps - 1.
 *
 *  A sweep back needs the state before every step, from the last to the first. Where not all are kept
 *  they are computed anew from those that are, by the binomial schedule, which is the best there is
 *  for their number: with c of them, the first among them, and steps up to (c+r)!/(c! r!), no step is
 *  computed more than r times for it, and all together take r*steps - (c+r)!/((c+1)! (r-1)!) steps, of
 *  which the first steps - 1 are those of the evaluation (A. Griewank, A. Walther, "Revolve", ACM
 *  Trans. Math. Softw. 26, 2000). A recorded gradient keeps them all; where that is too much, nest
 *  scans.
 *  @param[in] f           the program; inputs: s states, a row of inputs, what is shared; outputs: s
 *                         states, a row of the result
 *  @param[in] steps       how many
 *  @param[in] state       s elements, before the first step
 *  @param[in] inputs      steps x k, or without elements: k = 0
 *  @param[in] shared      n - s - k elements
 *  @param[in] checkpoints how many states may be kept at a time, the first one, which costs nothing,
 *                         among them; 0: as many as 4096 or, if more, twice the square root of steps
 *  @return the last state and the rows. Cost: steps*(m - s) + checkpoints*(s + 1) slots, and those of
 *  the program once */
FLX_API flx_scanned flx_scan(flx_program *f, size_t steps, flx_array state, flx_array inputs,
                             flx_array shared, size_t checkpoints);

FLX_END_DECLS

#endif
