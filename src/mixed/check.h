/* check.h: one agreement check under way. */
#ifndef FLUXION_MIXED_CHECK_H
#define FLUXION_MIXED_CHECK_H

#include "mixed/instances.h"
#include "mixed/local.h"

typedef struct flx_checker {
    flx_check_result *result;
    flx_check_options options; /* with the defaults filled in */
    flx_memory memory;
    flx_program *program;
    const double *recorded; /* values of all slots as recorded, or NULL */
    const double *x;
    size_t n, m;
    flx_roads roads;
    flx_instances instances;
    double *room; /* what follows lies in it */
    size_t room_size;
    double *weight;      /* m */
    double *u, *v, *all; /* n: a block's direction, a random one, the sum of all blocks */
    double *hessian_v, *hessian_sum; /* n: product with v; sum over blocks */
    double *one_input, *one_output;  /* n, m: a direction and weights for one number alone */
    size_t floors;                   /* passes spent on these */
    double *value;                   /* slots: as replayed */
} flx_checker;

/* Compares the whole function's derivatives by all roads; fills the result. */
flx_status flx_check_whole(flx_checker *c);

/* Compares every instruction's kernels; fills the result. */
flx_status flx_check_local(flx_checker *c);

/* Finite differences along the sum of all blocks; the point is moved. */
void flx_check_difference(flx_checker *c);

/* Writes the result's summary. */
void flx_check_summarise(flx_check_result *r, const char *name);

/* Keeps what is wrong where it is of a lower order than what is known, or of the same and says more
 * precisely where. */
void flx_check_accuse(flx_check_result *r, const flx_check_guilty *guilty);

/* Jacobians of users' own operations. */
flx_status flx_check_calls(flx_checker *c);

#endif
