/* rows.h: loops over rows of doubles, for each instruction set. */
#ifndef FLUXION_REVERSE_ROWS_H
#define FLUXION_REVERSE_ROWS_H

#include "reverse/plane.h"

struct flx_double_context; /* context.inc */

/* Loops compiled for one instruction set: they have the same bits in all. Blocks are flat
 * (flx_block_flat). */
typedef struct flx_row_set {
    /* Maps and contributions (rows.inc, rows_back.inc, accumulate_common.inc). Return 0 where the block is
     * left to loops over single elements. */
    int (*map)(const flx_code *c, const flx_block *b, flx_double_plane p);
    int (*map_back)(const struct flx_double_context *c, const flx_block *b);
    int (*accumulate)(const flx_code *c, const flx_block *b, flx_double_places p);
    /* Maps of functions of libm that the instruction set has itself, within 1.5 ulp (rows_functions.h);
     * returns 0 for others. */
    int (*functions)(const flx_code *c, const flx_block *b, flx_double_plane p);
    /* Whether a map is at a delicate point (rows_delicate.h). */
    int (*delicate)(const flx_code *c, const flx_block *b, const double *value, int order);
    /* Whether all these numbers are finite. */
    int (*finite)(const double *x, size_t n);
    /* Copies them to where they do not overlap, by a loop for the reasons of flx_copy, and tells the same. */
    int (*copy)(double *to, const double *from, size_t n);
} flx_row_set;

/* The sets; empty, and never chosen, where the compiler does not have it. */
extern const flx_row_set flx_row_base, flx_row_avx2, flx_row_avx512;

/* Whether instruction sets have other values of an operation than plain double. */
int flx_op_is_inexact(unsigned op);

/* The set that code runs by: the base where none was chosen. */
static inline const flx_row_set *flx_row_set_of(const flx_code *c)
{
    if (c->isa == FLX_ISA_AVX512) return &flx_row_avx512;
    return c->isa == FLX_ISA_AVX2 ? &flx_row_avx2 : &flx_row_base;
}

/* A map's functions by the instruction set's own, where the code may have them. Returns 0 where not. */
static inline int flx_rows_by_vectors(const flx_code *c, const flx_block *b, double *value)
{
    return c->vectors && flx_row_set_of(c)->functions(c, b, (flx_double_plane){value});
}

/* What sweeps over other numbers end a map with: their values are those of rows of doubles. */
static inline void flx_settle_values(const flx_code *c, const flx_block *given, double *value)
{
    flx_block room;
    if (c->vectors) flx_rows_by_vectors(c, flx_block_flat(given, &room), value);
}

#endif
