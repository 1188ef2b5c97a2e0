/* jet.h: what the reference programs share: proved digits, points, output.
 *
 * A reference is a decimal string whose every digit is proved by the radius that Arb carries
 * along. Precision is raised until that holds. */
#ifndef REFERENCE_JET_H
#define REFERENCE_JET_H

#include <stdio.h>

#if defined(FLUXION_FLINT3)
#include <flint/arb_hypgeom.h>
#include <flint/arb_poly.h>
#else
#include <arb_hypgeom.h>
#include <arb_poly.h>
#endif

/* Digits printed, of which the last may be off by one. */
#define JET_DIGITS 36
/* Taylor coefficients c_0..c_9: one more than the tests compare, for the condition number. */
#define JET_LENGTH 10

/* Computes `length` numbers at the point `x` (one or two coordinates) with `prec` bits. */
typedef void (*jet_function)(arb_ptr c, const double *x, slong prec);

/* Prints one line, the coordinates as hexadecimal floats and then the numbers, raising the
 * precision until every one is an exact zero or has all its digits.
 * Exits with a message where that cannot be reached. */
void jet_print(FILE *file, const char *name, jet_function f, int coordinates, const double *x,
               int length);

/* Opens DIRECTORY/NAME.ref for writing and writes the comment line; exits where it cannot. */
FILE *jet_open(const char *directory, const char *name, const char *program, const char *columns);

/* Whether the constant part of a series is negative. */
int jet_is_negative(const arb_poly_t x);

/* A list of points, grown by the functions below; equal points are kept once. */
typedef struct jet_points {
    double x[8192];
    int count;
} jet_points;

/* Adds x, and with `both` -x as well. */
void jet_points_add(jet_points *points, double x, int both);

/* Adds `count` points between 2^low and 2^high, spaced by a constant ratio and with irregular
 * significands. The formula uses exact operations only, so that every machine gives the same. */
void jet_points_log(jet_points *points, double low, double high, int count, int both);

#endif
