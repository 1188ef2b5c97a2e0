/* range.h: walking two views of one shape, and the array operations in plain double. */
#ifndef FLUXION_REVERSE_RANGE_H
#define FLUXION_REVERSE_RANGE_H

#include <fluxion/real.h>

#include "reverse/code.h"

enum { FLX_PARTIAL_SUMS = 16 };

/* The loops over a pair, views that are contiguous row after row taken as one long row. Strides
 * are used modulo 2^64, so that negative ones work on size_t. */
typedef struct flx_loops {
    size_t rows, cols;
    size_t x, y;
    size_t x_stride[2], y_stride[2];
} flx_loops;

static inline flx_loops flx_loops_of(const flx_pair *p)
{
    flx_loops l = {p->rows,
                   p->cols,
                   p->x,
                   p->y,
                   {(size_t)p->x_stride[0], (size_t)p->x_stride[1]},
                   {(size_t)p->y_stride[0], (size_t)p->y_stride[1]}};
    if (l.cols == 1) {
        l.x_stride[1] = l.x_stride[0];
        l.y_stride[1] = l.y_stride[0];
        l.cols = l.rows;
        l.rows = 1;
    } else if (l.x_stride[0] == l.cols * l.x_stride[1] && l.y_stride[0] == l.cols * l.y_stride[1]) {
        l.cols *= l.rows;
        l.rows = 1;
    }
    return l;
}

static inline size_t flx_loop_start(size_t first, size_t stride, size_t i)
{
    return first + i * stride;
}

/* A plane that begins with slot low, as it is indexed by slot. The address may lie outside of all
 * arrays, so it is found as a number. */
static inline double *flx_plane_from(uint32_t low, double *plane)
{
    return (double *)((uintptr_t)plane - low * sizeof *plane);
}

typedef struct flx_double_plane {
    double *v;
} flx_double_plane;

static inline double flx_double_load(flx_double_plane p, size_t i) { return p.v[i]; }
static inline void flx_double_store(flx_double_plane p, size_t i, double x) { p.v[i] = x; }

#define T double
#define F(name) flx_double_##name
#include "reverse/range.inc"
#undef T
#undef F

#endif
