/* directions.h: drivers for several directions or cotangents, held against those for one. */
#ifndef FLUXION_TESTS_DIRECTIONS_H
#define FLUXION_TESTS_DIRECTIONS_H

#include <stddef.h>

#include <fluxion/mixed.h>

enum { DIRECTIONS = 13 }; /* at most */

/* Runs flx_jvps, flx_vjps, flx_hvps, flx_jacobian and flx_hessian of a program at a point, for many
 * numbers of directions and works of every width, at a point given and at one that was set. Statuses,
 * flags and every bit must be those of flx_jvp, flx_vjp and flx_hvp, NaN being NaN. Returns 0, or
 * that something differs and what. */
int directions_differ(flx_program *f, const double *x, char *text, size_t size);

/* The same of k <= DIRECTIONS directions and a work of one width alone, without whole matrices. */
int directions_differ_in(flx_program *f, const double *x, size_t width, size_t k, char *text,
                         size_t size);

/* How many of the products compared so far had several directions and were finite. */
extern size_t directions_finite;

#endif
