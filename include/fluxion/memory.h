/** @file memory.h
 *  The allocator that a handle gets all of its memory from. */
#ifndef FLUXION_MEMORY_H
#define FLUXION_MEMORY_H

#include <stddef.h>

#include <fluxion/api.h>

FLX_BEGIN_DECLS

/** An allocator. A handle keeps a copy; `ctx` must outlive the handle. */
typedef struct flx_allocator {
    /** Allocates (old NULL), resizes, or frees (new_size 0, returns NULL) a block aligned for any
     *  type; returns NULL and leaves the old block as it was where it cannot. */
    void *(*resize)(void *ctx, void *old, size_t old_size, size_t new_size);
    void *ctx; /**< passed to every call */
} flx_allocator;

/** The C library's allocator: what a handle uses where it is given none. */
FLX_API flx_allocator flx_allocator_default(void);

FLX_END_DECLS

#endif
