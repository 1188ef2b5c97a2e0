/* local.h: which operation, and which road: every instruction alone, by every road.
 *
 * A relative error of 1e-9 in one of 1e5 operations drowns in a derivative of all of them; in the
 * derivative of its own operation it does not. */
#ifndef FLUXION_MIXED_LOCAL_H
#define FLUXION_MIXED_LOCAL_H

#include "mixed/mini.h"

typedef struct flx_local {
    flx_memory memory;
    unsigned roads;
    double limit[3]; /* by order */
    flx_tape *tape;  /* on which minis are made */
    flx_mini mini[OP_COUNT];
    struct flx_local *deeper; /* for the instructions of recorded gradients; made when needed */
    int innermost;            /* it is that one */
    unsigned looks;           /* recorded gradients searched so far */
    size_t left_out;          /* second derivatives that differ beyond range, or not finite */
    double worst;             /* part of the tolerance that agreeing kernels used */
} flx_local;

flx_status flx_local_create(flx_local **local, const flx_allocator *allocator, unsigned roads,
                            double limit_first, double limit_second);
void flx_local_destroy(flx_local *l);

/* Compares the kernels of one instruction at these values. guilty->roads is 0 where all agree;
 * instruction and label are the caller's to fill. */
flx_status flx_local_compare(flx_local *l, const flx_code *c, uint32_t k, const double *value,
                             flx_check_guilty *guilty);

/* The roads of a set that do not rest on other roads of it. */
unsigned flx_independent(unsigned odd);

#endif
