/* triangle.h: products and triangular solves of matrices of doubles, each one part of a matrix of
 * numbers. They are split in halves down to LEAF rows, so that of large matrices nearly all work is in
 * products of rectangles, which are left to the BLAS where there is one (flx_multiply). */
#ifndef FLUXION_REVERSE_TRIANGLE_H
#define FLUXION_REVERSE_TRIANGLE_H

#include "reverse/algebra.h"
#include "reverse/block.h"

/* Rows below which plain loops are as fast as the BLAS. */
enum { FLX_LEAF = 16 };

/* One part of a matrix; what it gains follows its own rules. */
typedef struct flx_matrix {
    double *plane;
    flx_view view;
    int values; /* an exact zero hides nothing */
    int bounds; /* terms are added as absolute values */
} flx_matrix;

/* The factor of a product of which an exact zero hides what is not finite in the other. */
typedef enum flx_hides { FLX_LEFT_HIDES, FLX_RIGHT_HIDES } flx_hides;

static inline flx_matrix flx_matrix_of(const flx_algebra *a, size_t k, const flx_view *v)
{
    return (flx_matrix){flx_part(a, k), *v, k < a->plain, k >= a->magnitudes};
}

static inline double *flx_at(const flx_matrix *m, uint32_t i, uint32_t j)
{
    return m->plane + flx_view_slot(&m->view, i, j);
}

static inline flx_matrix flx_turned(const flx_matrix *m)
{
    flx_matrix t = *m;
    t.view = flx_view_transposed(m->view);
    return t;
}

static inline flx_matrix flx_cut(const flx_matrix *m, uint32_t i, uint32_t j, uint32_t rows,
                                 uint32_t cols)
{
    flx_matrix c = *m;
    c.view.slot = flx_view_slot(&m->view, i, j);
    c.view.rows = rows;
    c.view.cols = cols;
    return c;
}

/* A square matrix of more than LEAF rows in four, or another in two rows of blocks. */
typedef struct flx_quarters {
    flx_matrix a11, a12, a21, a22;
} flx_quarters;

uint32_t flx_half(uint32_t n);
flx_quarters flx_quarter(const flx_matrix *m);

/* to += scale * left * right. */
void flx_add_product(double scale, const flx_matrix *to, const flx_matrix *left,
                     const flx_matrix *right, flx_hides hides);

/* The same of the lower triangle of to; strict: of what is below its diagonal. */
void flx_add_product_lower(double scale, const flx_matrix *to, int strict, const flx_matrix *left,
                           const flx_matrix *right, flx_hides hides);

/* to += scale * t * x, of t the triangle of the flags: FLAG_UPPER, FLAG_STRICT. */
void flx_add_triangle_product(double scale, const flx_matrix *to, const flx_matrix *t,
                              unsigned flags, const flx_matrix *x, flx_hides hides);

/* x := t x, of which x hides; strict: with ones on the diagonal of t. */
void flx_triangle_multiply(const flx_matrix *t, unsigned flags, const flx_matrix *x);

/* x := t^-1 x, likewise. */
void flx_triangle_solve(const flx_matrix *t, unsigned flags, const flx_matrix *x);

/* w := t w, of both the lower triangles, likewise; strict: with ones on the diagonal of t, and w
 * without its diagonal. */
void flx_lower_multiply(const flx_matrix *t, int strict, const flx_matrix *w);

/* to += t' g, of all three the lower triangles, g hiding; where to is g, to := t' g instead. strict as
 * above. */
void flx_lower_turned_product(const flx_matrix *to, const flx_matrix *t, int strict,
                              const flx_matrix *g);

#endif
