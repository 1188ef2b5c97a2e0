/* hostile.h: an allocator that counts, refuses the k-th request, gives memory full of numbers, and
 * notices what is not freed. Memory that grows moves, and what was in the old place is overwritten.
 * Writing before the beginning or beyond the end aborts when the memory is resized or freed. */
#ifndef FLUXION_TESTS_HOSTILE_H
#define FLUXION_TESTS_HOSTILE_H

#include <fluxion/memory.h>

typedef struct hostile {
    size_t requests; /* so far */
    size_t refuse;   /* this request fails, counted from 1; 0: none */
    size_t bytes;    /* held */
    int lasting;     /* all later requests fail too */
} hostile;

flx_allocator hostile_allocator(hostile *h);

/* Something that asks this allocator for memory, of which that request is refused. Says whether all of
 * it succeeded; what did not, it checks itself. */
typedef int hostile_user(const flx_allocator *allocator, size_t request, void *ctx);

typedef struct hostile_outcome {
    size_t requests; /* of a run in which nothing was refused */
    int succeeded;   /* whether all of that run did */
    size_t lossy;    /* the first request whose refusal lost memory, or 0 */
} hostile_outcome;

/* Refuses each request in turn, or (lasting) each and all later ones, until nothing is refused any more.
 * Of many requests only some: from number k the next is at least k/sparse later; 0: each. */
hostile_outcome hostile_refuse_each(int lasting, size_t sparse, hostile_user *use, void *ctx);

#endif
