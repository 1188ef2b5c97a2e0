/* descent.h: where a function is least, by gradient descent: in doubles, or recorded, inside a
 * function that is itself differentiated. */
#ifndef BENCH_GRADBENCH_DESCENT_H
#define BENCH_GRADBENCH_DESCENT_H

#include <fluxion/fluxion.h>

enum { GB_MOST_INPUTS = 2 };

/* How a derivative is made. */
typedef enum gb_mode { GB_FORWARD, GB_REVERSE } gb_mode;

/* A function that records its value at n variables of one tape, and how it is to be differentiated.
 * It may differentiate other functions itself, and depend on variables other than x. */
typedef struct gb_objective {
    size_t n; /* at most GB_MOST_INPUTS */
    flx_var (*f)(const flx_var *x, void *ctx);
    void *ctx;
    gb_mode mode;
} gb_objective;

/* dy/dx[k] for k < n, recorded: they can be differentiated again. Forward it takes a tangent for
 * each x, in reverse one sweep. */
flx_status gb_gradient(gb_mode mode, flx_var y, size_t n, const flx_var *x, flx_var *g);

/* Moves x to where f is least. All that is recorded stays on the tape, so that the variables at
 * which it ends depend on everything that f depends on. */
flx_status gb_argmin_recorded(const gb_objective *f, flx_var *x);

/* The same in doubles; each point begins with an empty tape. */
flx_status gb_argmin(const gb_objective *f, flx_tape *tape, double *x);

#endif
