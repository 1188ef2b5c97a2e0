/* lines.h: the functions of two and three arguments as series along lines. */
#ifndef FLUXION_REFERENCE_LINES_H
#define FLUXION_REFERENCE_LINES_H

#include <stddef.h>

#include "jet.h"

/* The series of the function of x[0](t), x[1](t), ..., to t^(length-1). Where an argument is constant
 * the others have any number of terms. */
typedef void (*line_function)(arb_poly_t f, const arb_poly_struct *x, slong length, slong prec);

#define LINE_ARGUMENTS 3
#define LINE_POINTS 8

/* A function of two or three arguments, sampled where 2^low <= |x[i]| <= 2^high and it has
 * derivatives that a double can hold, and at the points that are delicate for it. */
typedef struct line_row {
    const char *name;
    int arguments;
    int variables; /* how many of them vary, the rest being constants */
    int is_piecewise_linear;
    line_function line;
    int (*is_usable)(const double *x);
    double low, high;
    double special[LINE_POINTS][LINE_ARGUMENTS]; /* ends with one whose first coordinate is 0 */
} line_row;

extern const line_row line_rows[];
extern const size_t line_count;

/* The row of that name, which must exist. */
const line_row *line_row_named(const char *name);

/* n = x/y towards 0, or the nearest integer. */
void line_quotient(arb_t n, const arb_t x, const arb_t y, int nearest, slong prec);

#endif
