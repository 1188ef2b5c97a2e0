/* double_backprop.h: the recorded gradient of a program, to be differentiated again. */
#ifndef FLUXION_MIXED_DOUBLE_BACKPROP_H
#define FLUXION_MIXED_DOUBLE_BACKPROP_H

#include "program/program.h"
#include "reverse/tape.h"

/* The tape, inputs and recorded gradient of one call. */
typedef struct flx_backprop {
    flx_tape *tape; /* the work's */
    flx_memory memory;
    size_t n, m;
    flx_var *x, *gradient, *y, *seed, *row; /* one allocation, at x */
    uint32_t first;                         /* the program's first instruction on the tape */
} flx_backprop;

/* Records the gradient of weight'*f at the work's point, on the work's tape, which is made where
 * there is none and emptied first. flx_backprop_clear afterwards, also where this fails. */
flx_status flx_backprop_prepare(flx_backprop *b, const flx_program *f, flx_work *w,
                                const double *weight);

/* dir' times the Hessian, by a second reverse sweep over the recorded gradient. */
flx_status flx_backprop_product(flx_backprop *b, const double *dir, double *hv);

void flx_backprop_clear(flx_backprop *b);

#endif
