/* algebra.h: numbers over planes of doubles: truncated polynomials, as operations on whole matrices see
 * them. */
#ifndef FLUXION_REVERSE_ALGEBRA_H
#define FLUXION_REVERSE_ALGEBRA_H

#include <stddef.h>
#include <stdint.h>

enum { FLX_PARTS = 4 };

/* Part 0 is the primal. Part i times part j goes to part i + j: of a series always, else (nilpotent
 * units, a bit each: 1, e or 1, e1, e2, e1e2) where i and j have no bit in common. Part k of slot s is
 * part[k][s], or of a series part[0][k*stride + s]. */
typedef struct flx_algebra {
    double *part[FLX_PARTS];
    size_t count, stride;
    int series;
    size_t plain;      /* parts below this one are values: they hide nothing where they are zero */
    size_t magnitudes; /* from this part on, bounds: terms are added as absolute values */
} flx_algebra;

static inline double *flx_part(const flx_algebra *a, size_t k)
{
    return a->series ? a->part[0] + k * a->stride : a->part[k];
}

/* Whether part i goes into part k, times part k - i. */
static inline int flx_divides(const flx_algebra *a, size_t i, size_t k)
{
    return i <= k && (a->series || (i & k) == i);
}

#endif
