/** @file array.h
 *  Array variables: runs of slots seen through rows, columns and strides.
 *
 *  An element, row, column, slice, diagonal or transpose is a view: it costs nothing and shares the
 *  slots. Shapes that disagree set the tape's status FLX_ESHAPE and return an empty array on the
 *  poison. The struct is passed by value. What arrays can be computed with is in array_math.h. */
#ifndef FLUXION_ARRAY_H
#define FLUXION_ARRAY_H

#include <fluxion/tape.h>
#include <fluxion/var.h>

FLX_BEGIN_DECLS

/** A rows x cols view of slots: element (i, j) lies i*row_stride + j*col_stride after the first. A
 *  stride of 0 repeats elements. Where the first element is a constant, all are that constant. */
typedef struct flx_array {
    flx_var first;      /**< element (0, 0) */
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

/** Parameters of a program, as flx_parameter: changeable, never differentiated. */
FLX_API flx_array flx_array_parameter(flx_tape *tape, size_t rows, size_t cols,
                                      const double *values);

/** A scalar, variable or constant, as an array of one element; no cost. */
static inline flx_array flx_array_scalar(flx_var x)
{
    flx_array a;
    a.first = x;
    a.rows = 1;
    a.cols = 1;
    a.row_stride = 0;
    a.col_stride = 0;
    return a;
}

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

/** The elements (k, k), as a column; no cost. */
FLX_API flx_array flx_array_diagonal(flx_array a);

/** The elements in row-major order in another shape of as many: a view where the strides allow it,
 *  else a copy. FLX_ESHAPE where the number of elements differs. */
FLX_API flx_array flx_array_reshape(flx_array a, size_t rows, size_t cols);

/** A copy in a run of its own, contiguous and row-major. */
FLX_API flx_array flx_array_copy(flx_array a);

/** The rows of several arrays one below the other: a copy. All have as many columns.
 *  @param[in] n how many arrays; at least one
 *  @param[in] a the arrays
 *  @return sum of rows x cols */
FLX_API flx_array flx_array_stack(size_t n, const flx_array *a);

/** The columns of several arrays side by side: a copy. All have as many rows. */
FLX_API flx_array flx_array_concatenate(size_t n, const flx_array *a);

/** Gives inputs other values, as flx_set does.
 *  @param[in] x      an array made by flx_array_variable, or a view of one
 *  @param[in] values rows*cols doubles, row-major
 *  @return as flx_set; FLX_EARG too where values is missing */
FLX_API flx_status flx_array_set(flx_array x, const double *values);

/** Copies the values out, uncounted (as flx_peek).
 *  @param[in]  a      the array
 *  @param[out] values rows*cols doubles, row-major; NaN where the array is stale or out of date
 *  @return FLX_OK, FLX_ESTALE, FLX_EOUTDATED, or FLX_EARG where the array has no tape */
FLX_API flx_status flx_array_peek(flx_array a, double *values);

FLX_END_DECLS

#include <fluxion/array_math.h>

#endif
