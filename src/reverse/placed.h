/* placed.h: code for values alone. Every instruction writes where it is told, so that slots are used again
 * once nothing needs what they hold; and neighbouring maps are executed in strips: all of them on the
 * first elements, then all on the next ones. What only they read of each other needs no more room than
 * one strip, and stays in the cache. */
#ifndef FLUXION_REVERSE_PLACED_H
#define FLUXION_REVERSE_PLACED_H

#include "reverse/block.h"

/* Accumulators that are complete before instruction `when`, or at the end. */
typedef struct flx_complete {
    uint32_t when, slot, count;
} flx_complete;

typedef struct flx_placed {
    flx_code code;            /* its loops keep no states */
    const uint32_t *place;    /* of each instruction, the first slot that it writes */
    const uint32_t *delicate; /* instructions that have delicate points, but loops */
    const flx_complete *complete;
    uint32_t delicates, completes;
} flx_placed;

/* Of maps that go in strips: how much of each array a strip is to take, so that a few of them fit the
 * cache next to the processor, and how many elements there are at least. */
enum { FLX_STRIP_BYTES = 8192, FLX_STRIP = FLX_STRIP_BYTES / sizeof(double) };

/* The elements of a strip of so many maps from instruction first on. */
uint32_t flx_strip_length(const flx_code *c, uint32_t first, uint32_t maps);

/* The values. Returns whether there is nothing to be said of them: all are finite, no operation is at one
 * of its delicate points, no guard within a loop has another outcome. */
int flx_forward_placed(const flx_placed *s, double *value);

#endif
