/** @file array.h
 *  Array variables: runs of slots seen through rows, columns and strides.
 *
 *  An element, row, column, slice or transpose is a view: it costs nothing and shares the slots.
 *  Shapes that disagree set the tape's status FLX_ESHAPE and return an empty array on the poison.
 *  The struct is passed by value. */
#ifndef FLUXION_ARRAY_H
#define FLUXION_ARRAY_H

#include <fluxion/tape.h>

FLX_BEGIN_DECLS

/** A rows x cols view of slots: element (i, j) lies at slot + i*row_stride + j*col_stride. */
typedef struct flx_array {
    flx_tape *tape;     /**< never NULL for a valid array */
    uint32_t slot;      /**< element (0, 0) */
    uint32_t epoch;     /**< the tape's epoch when the array was made */
    uint32_t rows;      /**< number of rows */
    uint32_t cols;      /**< number of columns */
    int64_t row_stride; /**< slots from one row to the next */
    int64_t col_stride; /**< slots from one column to the next */
} flx_array;

/** New independent variables.
 *  @param[in] tape   the tape
 *  @param[in] rows   number of rows; 0 is fine
 *  @param[in] cols   number of columns; 0 is fine
 *  @param[in] values rows*cols doubles, row-major
 *  @return the array, contiguous and row-major; FLX_ELIMIT beyond 2^32 elements */
FLX_API flx_array flx_array_variable(flx_tape *tape, size_t rows, size_t cols,
                                     const double *values);

/** Constants on the tape, as flx_array_variable; they cannot be inputs of a program. */
FLX_API flx_array flx_array_constant(flx_tape *tape, size_t rows, size_t cols,
                                     const double *values);

/** Gathers scalars into a new array: one copy each.
 *  @param[in] tape the tape
 *  @param[in] rows number of rows
 *  @param[in] cols number of columns
 *  @param[in] x    rows*cols variables of the tape, or constants, row-major
 *  @return the array, contiguous and row-major */
FLX_API flx_array flx_array_pack(flx_tape *tape, size_t rows, size_t cols, const flx_var *x);

/** Element (i, j) as a scalar variable; no cost. Outside the shape: FLX_ESHAPE and poison. */
FLX_API flx_var flx_array_at(flx_array a, size_t i, size_t j);

/** Row i, of shape 1 x cols; no cost. */
FLX_API flx_array flx_array_row(flx_array a, size_t i);

/** Column j, of shape rows x 1; no cost. */
FLX_API flx_array flx_array_col(flx_array a, size_t j);

/** Transpose; no cost. */
FLX_API flx_array flx_array_transpose(flx_array a);

/** The rows x cols elements from (row, col) on, every row_step-th and col_step-th; no cost. */
FLX_API flx_array flx_array_slice(flx_array a, size_t row, size_t col, size_t rows, size_t cols,
                                  size_t row_step, size_t col_step);

/** alpha*x + y element by element: one instruction.
 *  @param[in] alpha a variable or a constant
 *  @param[in] x,y   arrays of one shape (FLX_ESHAPE otherwise) on one tape
 *  @return a new array of that shape, contiguous and row-major */
FLX_API flx_array flx_array_axpy(flx_var alpha, flx_array x, flx_array y);

/** Sum of x_ij*y_ij over arrays of one shape: one instruction. The order of summation is fixed:
 *  16 strided partial sums (element k of the row-major order goes to sum k mod 16), added by a
 *  binary tree. An empty array gives 0. */
FLX_API flx_var flx_array_dot(flx_array x, flx_array y);

/** Copies the values out, uncounted (as flx_peek).
 *  @param[in]  a      the array
 *  @param[out] values rows*cols doubles, row-major; NaN where the array is stale
 *  @return FLX_OK, FLX_ESTALE, or FLX_EARG where the array has no tape */
FLX_API flx_status flx_array_peek(flx_array a, double *values);

FLX_END_DECLS

#endif
