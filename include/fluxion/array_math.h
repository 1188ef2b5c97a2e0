/** @file array_math.h
 *  Operations on array variables. Each records a few instructions whatever the size, works in every
 *  mode to any order, and is differentiated by operations of the same set.
 *
 *  **Broadcast.** Operands go together element by element where their shapes agree or have one row
 *  or column, which is then repeated; a scalar (flx_array_scalar) goes with every shape. The result
 *  has the larger shape. Other shapes are FLX_ESHAPE. Results are contiguous and row-major.
 *
 *  **Constants.** Elementwise operations, reductions, products and gather of constants without a tape
 *  are such constants, of one value throughout. What would have several values (stacked arrays,
 *  running sums, matrices made of vectors, scattered rows, solutions and factorisations) is an empty
 *  array, NaN as a scalar, as is anything that cannot be: give one operand a tape
 *  (flx_array_constant), which can also say what is wrong.
 *
 *  **Order.** Sums, means, dot products and norms add element k of what they reduce, in row-major
 *  order, to number k mod 16 of 16 partial sums, which a binary tree adds: in every mode. A matrix
 *  product is added from the first inner index to the last, or by the BLAS where the library has one
 *  and the matrices are large. */
#ifndef FLUXION_ARRAY_MATH_H
#define FLUXION_ARRAY_MATH_H

#include <fluxion/array.h>

FLX_BEGIN_DECLS

/** @name Elementwise
 *  @{ */
/** x + y. */
FLX_API flx_array flx_array_add(flx_array x, flx_array y);
/** x - y. */
FLX_API flx_array flx_array_sub(flx_array x, flx_array y);
/** x * y, element by element. */
FLX_API flx_array flx_array_mul(flx_array x, flx_array y);
/** x / y, element by element. */
FLX_API flx_array flx_array_div(flx_array x, flx_array y);
/** -x. */
FLX_API flx_array flx_array_neg(flx_array x);
/** x * x. */
FLX_API flx_array flx_array_square(flx_array x);
/** x to the power y. */
FLX_API flx_array flx_array_pow(flx_array x, flx_array y);
/** x to the power of an integer. */
FLX_API flx_array flx_array_powi(flx_array x, int n);
/** a where c > 0, else b: no derivative passes through c. */
FLX_API flx_array flx_array_select(flx_array c, flx_array a, flx_array b);
/** alpha*x + y: a product and a sum. */
FLX_API flx_array flx_array_axpy(flx_var alpha, flx_array x, flx_array y);

#define FLX_UNARY(name, meaning) FLX_API flx_array flx_array_##name(flx_array x);
#define FLX_BINARY(name, meaning) FLX_API flx_array flx_array_##name(flx_array x, flx_array y);
#define FLX_TERNARY(name, meaning)                                                                 \
    FLX_API flx_array flx_array_##name(flx_array x, flx_array y, flx_array z);
#define FLX_ORDERED(name, meaning) FLX_API flx_array flx_array_##name(int n, flx_array x);
#include <fluxion/functions.def>
/** @} */

/** What a reduction leaves: one element, one of each row (rows x 1), or of each column (1 x cols). */
typedef enum flx_axis { FLX_ALL, FLX_ROWS, FLX_COLS } flx_axis;

/** @name Reductions
 *  An empty sum is 0, an empty product 1; an empty mean, maximum, logsumexp, softmax or index is
 *  FLX_ESHAPE. An axis that is none of the three is FLX_EARG.
 *  @{ */
/** Sums. */
FLX_API flx_array flx_array_sum(flx_array x, flx_axis axis);
/** Arithmetic means. */
FLX_API flx_array flx_array_mean(flx_array x, flx_axis axis);
/** Products, by a binary tree, so that derivatives where elements are 0 are right. */
FLX_API flx_array flx_array_prod(flx_array x, flx_axis axis);
/** Largest elements; of equal ones the first is taken, and has the derivative. NaN is larger than
 *  any number. */
FLX_API flx_array flx_array_max(flx_array x, flx_axis axis);
/** Smallest elements; NaN is smaller than any number. */
FLX_API flx_array flx_array_min(flx_array x, flx_axis axis);
/** Indices of the largest elements: columns within rows (FLX_ROWS), rows within columns (FLX_COLS),
 *  or in row-major order (FLX_ALL); values of the tape, found anew in a replay, without derivative. */
FLX_API flx_array flx_array_argmax(flx_array x, flx_axis axis);
/** Indices of the smallest elements. */
FLX_API flx_array flx_array_argmin(flx_array x, flx_axis axis);
/** log(sum(exp(x))), the largest element taken out first. Of -inf alone it is -inf and has no
 *  derivative, which FLX_FLAG_INDETERMINATE says. */
FLX_API flx_array flx_array_logsumexp_along(flx_array x, flx_axis axis);
/** exp(x)/sum(exp(x)) over all elements, each row or each column; of x's shape. */
FLX_API flx_array flx_array_softmax(flx_array x, flx_axis axis);
/** Sum of x_ij*y_ij over arrays of one shape. An empty array gives 0. */
FLX_API flx_var flx_array_dot(flx_array x, flx_array y);
/** Euclidean norm of all elements, scaled by the largest so that squares neither overflow nor vanish;
 *  at 0 the derivative is 0, with a kink. */
FLX_API flx_var flx_array_norm(flx_array x);
/** The same dot products of all elements, of rows or of columns. */
FLX_API flx_array flx_array_dot_along(flx_array x, flx_array y, flx_axis axis);
/** The same norms of all elements, of rows or of columns. */
FLX_API flx_array flx_array_norm_along(flx_array x, flx_axis axis);
/** x with the same values, but no derivative passes through. */
FLX_API flx_array flx_array_detach(flx_array x);
/** @} */

/** @name Matrices
 *  @{ */
/** Matrix product of x (m x k) and y (k x n); transposes are views. */
FLX_API flx_array flx_array_matmul(flx_array x, flx_array y);
/** x*y + z, matrix product and sum in one run of slots: z, repeated as in all broadcasting, and to it the
 *  terms of the product. A layer of a network; as against flx_array_matmul and flx_array_add, one array
 *  of the result's size less on the tape and in each sweep.
 *  @param[in] x m x k
 *  @param[in] y k x n
 *  @param[in] z m x n, m x 1, 1 x n or 1 x 1
 *  @return m x n; FLX_ESHAPE for other shapes */
FLX_API flx_array flx_array_affine(flx_array x, flx_array y, flx_array z);
/** x_i*y_j of two columns (or rows): x's size times y's size. */
FLX_API flx_array flx_array_outer(flx_array x, flx_array y);
/** A square matrix with x's elements on the diagonal, 0 elsewhere. */
FLX_API flx_array flx_array_diagonal_matrix(flx_array x);
/** The lower triangle of an n x n matrix, row after row, from a vector of n(n+1)/2 elements; 0 above
 *  the diagonal. FLX_ESHAPE for other sizes. */
FLX_API flx_array flx_array_lower_triangle(flx_array x);
/** @} */

/** What flx_array_solve_triangular reads of its matrix. */
typedef enum flx_triangle {
    FLX_LOWER = 0,      /**< the diagonal and what is below */
    FLX_UPPER = 1,      /**< the diagonal and what is above */
    FLX_LOWER_UNIT = 2, /**< what is below; the diagonal is taken as ones */
    FLX_UPPER_UNIT = 3  /**< what is above; the diagonal is taken as ones */
} flx_triangle;

/** @name Linear systems
 *  Factorisations have derivatives of every order themselves; what is solved with them is made of
 *  them. Cost: n^3 and n^2*m multiplications, likewise for each sweep. A matrix that is not square, or
 *  right-hand sides of other height, are FLX_ESHAPE.
 *  @{ */
/** x with a*x = b, a (n x n) triangular, b n x m; the other triangle of a is not read. */
FLX_API flx_array flx_array_solve_triangular(flx_array a, flx_array b, flx_triangle triangle);
/** Lower triangular l with l*l' = a, symmetric and positive definite; only the lower triangle of a is
 *  read, and only it has a derivative. Elsewhere NaN (FLX_FLAG_DOMAIN). */
FLX_API flx_array flx_array_cholesky(flx_array a);
/** x with l*l'*x = b, l from flx_array_cholesky. */
FLX_API flx_array flx_array_cholesky_solve(flx_array l, flx_array b);
/** log(det(l*l')) = 2*sum(log(l_ii)), l from flx_array_cholesky. */
FLX_API flx_var flx_array_cholesky_logdet(flx_array l);

/** A matrix as a product of triangular ones, its rows in another order, which a replay finds anew. */
typedef struct flx_array_factors {
    flx_array
        lu; /**< n x n: below the diagonal the lower factor, whose diagonal is ones; the rest is
                          the upper one */
    flx_array order; /**< n x 1: the indices of a's rows */
    flx_var sign;    /**< 1 or -1: that of the permutation */
} flx_array_factors;

/** Factorises a square matrix, by partial pivoting. */
FLX_API flx_array_factors flx_array_lu(flx_array a);
/** x with a*x = b. */
FLX_API flx_array flx_array_lu_solve(flx_array_factors a, flx_array b);
/** Determinant. Where it is 0 it has no derivative here: a factor is divided by. */
FLX_API flx_var flx_array_lu_det(flx_array_factors a);
/** log(|det|). */
FLX_API flx_var flx_array_lu_logdet(flx_array_factors a);
/** flx_array_lu and flx_array_lu_solve. */
FLX_API flx_array flx_array_solve(flx_array a, flx_array b);
/** flx_array_lu and flx_array_lu_det. */
FLX_API flx_var flx_array_det(flx_array a);
/** flx_array_lu and flx_array_lu_logdet. */
FLX_API flx_var flx_array_logdet(flx_array a);
/** The inverse. */
FLX_API flx_array flx_array_inverse(flx_array a);
/** @} */

/** @name Indexing at run time
 *  Indices are values of the tape: constants, parameters, or the results of flx_array_argmax. While
 *  recording an index that is not an integer from 0 to rows - 1 is FLX_EARG. In a replay it makes NaN,
 *  with FLX_FLAG_DOMAIN, the elements that it gathers, or of what is scattered all that it might have
 *  meant, and their derivatives by what it might have meant.
 *  @{ */
/** Rows of x, in the order of the indices (n x 1, or 1 x n): n x cols. */
FLX_API flx_array flx_array_gather(flx_array x, flx_array index);
/** rows x cols zeros, and row k of x (n x cols) added to row index k: what gather's adjoint does. */
FLX_API flx_array flx_array_scatter_add(flx_array x, flx_array index, size_t rows);
/** One element of each row (FLX_ROWS: index is rows x 1) or column (FLX_COLS: 1 x cols), or of all in
 *  row-major order (FLX_ALL: one index): what flx_array_max does with flx_array_argmax. */
FLX_API flx_array flx_array_take(flx_array x, flx_array index, flx_axis axis);
/** Sums of the elements up to each one: along the rows (FLX_ROWS), the columns (FLX_COLS), or in
 *  row-major order (FLX_ALL); of x's shape. */
FLX_API flx_array flx_array_cumsum(flx_array x, flx_axis axis);
/** @} */

FLX_END_DECLS

#endif
