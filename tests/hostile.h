/* hostile.h: an allocator that counts, refuses the k-th request, gives memory full of numbers, and
 * notices what is not freed. */
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

#endif
