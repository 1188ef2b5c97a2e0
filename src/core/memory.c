/* memory.c: the one file that calls malloc. */
#include "core/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *libc_resize(void *ctx, void *old, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_size);
}

flx_allocator flx_allocator_default(void)
{
    const flx_allocator a = {libc_resize, NULL};
    return a;
}

flx_memory flx_memory_make(const flx_allocator *allocator, size_t ceiling)
{
    flx_memory m = {flx_allocator_default(), 0, ceiling};
    if (allocator && allocator->resize) m.allocator = *allocator;
    return m;
}

void *flx_memory_resize(flx_memory *m, void *old, size_t old_count, size_t count, size_t size)
{
    const size_t old_size = old_count * size;
    if (count == 0) {
        if (old) m->allocator.resize(m->allocator.ctx, old, old_size, 0);
        m->held -= old_size;
        return NULL;
    }
    if (count > SIZE_MAX / 2 / size) return NULL;
    const size_t new_size = count * size;
    const size_t others = m->held - old_size;
    if (m->ceiling && (new_size > m->ceiling || others > m->ceiling - new_size)) return NULL;
    void *p = m->allocator.resize(m->allocator.ctx, old, old_size, new_size);
    if (!p) return NULL;
    m->held += new_size - old_size;
    return p;
}

void *flx_memory_room(flx_memory *m, size_t count, size_t size, int *failed)
{
    if (count == 0) return NULL;
    void *p = flx_memory_resize(m, NULL, 0, count, size);
    if (!p) *failed = 1;
    return p;
}

void flx_copy(double *to, const double *from, size_t n)
{
    for (size_t k = 0; k < n; k++) to[k] = from[k];
}

void flx_memory_give(flx_memory *m, void *p, size_t count, size_t size)
{
    if (p) flx_memory_resize(m, p, count, 0, size);
}

void *flx_memory_new(flx_memory *m, size_t size)
{
    void *p = flx_memory_resize(m, NULL, 0, 1, size);
    return p ? memset(p, 0, size) : NULL;
}

void flx_memory_free(flx_memory *m, void *p, size_t size) { flx_memory_give(m, p, 1, size); }
