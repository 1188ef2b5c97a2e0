#include "hostile.h"

#include <stdlib.h>

static void *resize(void *ctx, void *old, size_t old_size, size_t new_size)
{
    hostile *h = ctx;
    if (new_size == 0) {
        h->bytes -= old_size;
        free(old);
        return NULL;
    }
    h->requests++;
    if (h->refuse && (h->requests == h->refuse || (h->lasting && h->requests > h->refuse)))
        return NULL;
    void *p = realloc(old, new_size);
    if (p) h->bytes += new_size - old_size;
    return p;
}

flx_allocator hostile_allocator(hostile *h)
{
    const flx_allocator a = {resize, h};
    return a;
}
