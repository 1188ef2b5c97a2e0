/* bodies.h: small functions, as programs and as what their user would write out on the tape. */
#ifndef FLUXION_TESTS_BODIES_H
#define FLUXION_TESTS_BODIES_H

#include <fluxion/compose.h>

enum { BODY_INPUTS = 32, BODY_OUTPUTS = 32 };

typedef struct body {
    const char *name;
    size_t n, m;
    void (*write)(const flx_var *x, flx_var *y);
} body;

/* Of (a, b; c, d): smooth, all operands used more than once, one result that is an operand. */
extern const body body_mixed;

/* One step of the logistic map with a drive: state x, row r, shared p, q; yields x and x r. */
extern const body body_logistic;

/* State (u, v) to (v, u + p v): an exchange; shared p. */
extern const body body_exchange;

/* With arrays, a factorisation and a choice within: of (a, b, c). */
extern const body body_arrays;

/* |a|, sqrt(b), and what is chosen by a's sign. */
extern const body body_delicate;

/* a b where a < 2, else a + b, by comparison: labelled "branch". */
extern const body body_branch;

/* The program, recorded at 0.5, 0.6, ...; NULL where that fails. */
flx_program *body_program(const body *b);

#endif
