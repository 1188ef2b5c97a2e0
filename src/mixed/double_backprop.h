/* double_backprop.h: the recorded gradient of a program, to be differentiated again. */
#ifndef FLUXION_MIXED_DOUBLE_BACKPROP_H
#define FLUXION_MIXED_DOUBLE_BACKPROP_H

#include "program/program.h"
#include "reverse/tape.h"

/* The tape, inputs and recorded gradient, all of them the work's. */
typedef struct flx_backprop {
    flx_tape *tape;
    size_t n, m;
    flx_var *x, *gradient, *row, *seed; /* n each */
    flx_var *y, *weight;                /* m each */
} flx_backprop;

/* Records the gradient of weight'*f at the work's point, on the work's tape, which is made where
 * there is none and emptied first. */
flx_status flx_backprop_prepare(flx_backprop *b, const flx_program *f, flx_work *w,
                                const double *weight);

/* dir' times the Hessian, by a second reverse sweep over the recorded gradient. */
flx_status flx_backprop_product(flx_backprop *b, const double *dir, double *hv);

#endif
