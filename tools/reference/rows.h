/* rows.h: the tables of functions: what each is in Arb and where it is sampled. */
#ifndef FLUXION_REFERENCE_ROWS_H
#define FLUXION_REFERENCE_ROWS_H

#include <stddef.h>

#include "series.h"

enum signs { POSITIVE, BOTH };

/* A function of one argument, sampled at x with 2^low <= |x| <= 2^high, of the signs that it is
 * defined for, and at the points that are delicate for it; the last ones are the worst of a dense
 * search, now or once. */
typedef struct unary_row {
    const char *name;
    series_function series;
    double low, high;
    enum signs signs;
    int count;          /* of log-spaced points, per sign */
    double special[48]; /* ends with a 0 */
    int zero;           /* whether x = 0 is sampled */
} unary_row;

extern const unary_row unary_rows[];
extern const size_t unary_count;

/* Coefficients 0 to length-1 of the function of order n in x + t. */
typedef void (*ordered_function)(arb_ptr c, slong n, const arb_t x, slong length, slong prec);

enum { ORDERS_END = 999 };

/* A function of an integer order n and one argument, sampled likewise at each of some orders. */
typedef struct ordered_row {
    const char *name;
    ordered_function coefficients;
    int orders[9]; /* ends with ORDERS_END */
    double low, high;
    enum signs signs;
    int count;          /* of log-spaced points, per order and sign */
    double special[32]; /* ends with a 0 */
} ordered_row;

extern const ordered_row ordered_rows[];
extern const size_t ordered_count;

#endif
