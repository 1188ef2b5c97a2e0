#include "hostile.h"

#include <stdlib.h>
#include <string.h>

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
    if (!p) return NULL;
    h->bytes += new_size - old_size;
    if (new_size > old_size) memset((char *)p + old_size, 0x47, new_size - old_size); /* 2.4e35 */
    return p;
}

flx_allocator hostile_allocator(hostile *h)
{
    const flx_allocator a = {resize, h};
    return a;
}
