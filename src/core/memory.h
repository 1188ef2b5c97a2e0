/* memory.h: a handle's memory: its allocator, what it holds, and its ceiling. */
#ifndef FLUXION_CORE_MEMORY_H
#define FLUXION_CORE_MEMORY_H

#include <fluxion/memory.h>

typedef struct flx_memory {
    flx_allocator allocator;
    size_t held;    /* bytes obtained and not given back */
    size_t ceiling; /* 0: none */
} flx_memory;

/* A memory on an allocator; NULL or one without resize means the C library's. */
flx_memory flx_memory_make(const flx_allocator *allocator, size_t ceiling);

/* count elements of size bytes each, new ones not initialised. NULL, with the old block as it was,
 * where the product overflows, the ceiling would be passed, or the allocator refuses. count 0
 * frees and returns NULL. */
void *flx_memory_resize(flx_memory *m, void *old, size_t old_count, size_t count, size_t size);

/* Room for count elements, not initialised; none is needed where count is 0, which is no failure. */
void *flx_memory_room(flx_memory *m, size_t count, size_t size, int *failed);
/* Gives it back; NULL is fine. */
void flx_memory_give(flx_memory *m, void *p, size_t count, size_t size);

/* Copies n doubles between runs that do not overlap. A loop and not memcpy, which copies long runs by a string
 * instruction: on AMD's Zen 4 that takes 13 times as long where the target begins 8 bytes after the source,
 * modulo 4096, as slot 1 of a plane does after a user's array, both being blocks of their own. No restrict, or
 * compilers would make it a call of memcpy again. */
void flx_copy(double *to, const double *from, size_t n);

/* A zeroed object of one handle. */
void *flx_memory_new(flx_memory *m, size_t size);
void flx_memory_free(flx_memory *m, void *p, size_t size);

#endif
