/* places.h: slots that are taken and given back. */
#ifndef FLUXION_PROGRAM_PLACES_H
#define FLUXION_PROGRAM_PLACES_H

#include "program/passes.h"

/* Runs that have been given back and are remembered: more are not used again; slots of a page at most. */
enum { FLX_FREE_RUNS = 1024, FLX_PAGE = 64 };

/* Single slots are cut out of pages, and of those given back the one is taken that has been free longest:
 * a processor that reads ahead takes what is written again and again for what it has just read. Longer
 * runs are taken from the first free one that is long enough. */
typedef struct flx_places {
    flx_slots free[FLX_FREE_RUNS]; /* in order, none next to another */
    uint32_t count, end, most;     /* slots taken so far end there, and have at most */
    uint32_t *single;              /* free single slots, a queue in a ring of so much room */
    uint32_t room, from, singles;
    uint32_t paged; /* slots of all pages */
} flx_places;

/* The first of so many slots that nothing uses. */
uint32_t flx_places_take(flx_places *p, uint32_t size);
void flx_places_give(flx_places *p, uint32_t slot, uint32_t size);

#endif
