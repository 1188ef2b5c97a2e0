/** @file sparse.h
 *  Sparse Jacobians: where one may be other than zero, and its entries there.
 *
 *  Columns that have no row in common are found by one sweep, as are rows without a common column: a
 *  Jacobian of any size whose rows have few entries takes a few sweeps, up to 8 of them at once. */
#ifndef FLUXION_SPARSE_H
#define FLUXION_SPARSE_H

#include <fluxion/program.h>

FLX_BEGIN_DECLS

/** What is known of the Jacobian of a program: its pattern, and which sweeps find its entries; opaque,
 *  immutable. Any number of threads may use one. */
typedef struct flx_sparsity flx_sparsity;

/** Where a Jacobian may be other than zero, as compressed rows and as triplets at once: entry e is in row
 *  row[e] and column[e], the entries of row i are start[i] to start[i + 1] - 1, columns ascending. The
 *  arrays belong to the flx_sparsity. */
typedef struct flx_pattern {
    size_t rows;          /**< outputs of the program */
    size_t columns;       /**< inputs of the program */
    size_t entries;       /**< number of entries */
    const size_t *start;  /**< length rows + 1 */
    const size_t *row;    /**< length entries */
    const size_t *column; /**< length entries */
    size_t sweeps;        /**< directions, or cotangents, that all entries take together */
    int backward;         /**< whether these are cotangents, swept back */
} flx_pattern;

/** Finds the pattern of a program's Jacobian, and which of its columns or rows can share a sweep.
 *
 *  The pattern is that of the recorded operations, whatever the values are: an output may depend on an
 *  input where a chain of operands leads to it that derivatives pass along, also where the partial
 *  happens to be zero. It is exact for scalar code, arrays and their sums and products. Rows of flx_map
 *  depend on their own row and on what is shared, as the program that is mapped does; steps of flx_scan
 *  likewise. Elements that are gathered by indices which are not constants may come from anywhere in
 *  their column; a solution depends on the whole matrix, a factorisation on all of what is factorised, an
 *  operation of the user's own on all that it is given.
 *
 *  Takes a walk over what the outputs depend on for each 64 of them, and then time in proportion to the
 *  sum of squares of the lengths of rows (or columns). Needs while it works some 32 bytes for each slot of
 *  the program, afterwards 24 for each entry.
 *  @param[in]  f        the program, of which this becomes an owner
 *  @param[out] sparsity to be given to flx_sparsity_destroy; NULL on failure
 *  @return FLX_OK, FLX_EARG, FLX_ENOMEM */
FLX_API flx_status flx_sparsity_create(flx_program *f, flx_sparsity **sparsity);

/** Frees it; NULL is fine. */
FLX_API void flx_sparsity_destroy(flx_sparsity *sparsity);

/** The pattern, to be read as long as the flx_sparsity lives. */
FLX_API flx_pattern flx_sparsity_pattern(const flx_sparsity *sparsity);

/** The entries of a Jacobian, in the order of its pattern: pattern.sweeps tangents, or adjoints, up to 8
 *  of them at once. Every entry has the bits that flx_jvp finds along its column, or flx_vjp for its row
 *  where pattern.backward is set; flags are those of them all, but that an exactly zero tangent which
 *  hides an infinite partial (FLX_FLAG_INDETERMINATE) may have others beside it that are not zero.
 *  Allocates nothing.
 *  @param[in]  f        program
 *  @param[in]  w        work of the calling thread, FLX_WORK_FIRST or higher
 *  @param[in]  x        point, length n, or NULL for the point that is set
 *  @param[in]  sparsity of this program
 *  @param[out] values   length pattern.entries
 *  @param[out] report   where and why, or NULL
 *  @return as all drivers of program.h; FLX_EARG where the sparsity is another program's */
FLX_API flx_status flx_jacobian_sparse(const flx_program *f, flx_work *w, const double *x,
                                       const flx_sparsity *sparsity, double *values,
                                       flx_report *report);

FLX_END_DECLS

#endif
