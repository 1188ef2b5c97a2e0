#include "hostile.h"

#include <stdlib.h>
#include <string.h>

/* Before and behind each allocation. */
enum { FENCE = 256, POST = 0x5c };

static void expect_fence(const unsigned char *post)
{
    for (int k = 0; k < FENCE; k++)
        if (post[k] != POST) abort();
}

static void *resize(void *ctx, void *old, size_t old_size, size_t new_size)
{
    hostile *h = ctx;
    unsigned char *before = old ? (unsigned char *)old - FENCE : NULL;
    if (before) {
        expect_fence(before);
        expect_fence(before + FENCE + old_size);
    }
    if (new_size == 0) {
        h->bytes -= old_size;
        free(before);
        return NULL;
    }
    h->requests++;
    if (h->refuse && (h->requests == h->refuse || (h->lasting && h->requests > h->refuse)))
        return NULL;
    unsigned char *place = malloc(new_size + 2 * FENCE);
    if (!place) return NULL;
    unsigned char *p = place + FENCE;
    if (old) { /* always elsewhere, and what was there is gone */
        memcpy(p, old, old_size < new_size ? old_size : new_size);
        memset(old, 0x47, old_size);
        free(before);
    }
    memset(place, POST, FENCE);
    memset(p + new_size, POST, FENCE);
    h->bytes += new_size - old_size;
    if (new_size > old_size) memset(p + old_size, 0x47, new_size - old_size); /* 2.4e35 */
    return p;
}

flx_allocator hostile_allocator(hostile *h)
{
    const flx_allocator a = {resize, h};
    return a;
}

hostile_outcome hostile_refuse_each(int lasting, size_t sparse, hostile_user *use, void *ctx)
{
    hostile h = {0, 0, 0, lasting};
    const flx_allocator allocator = hostile_allocator(&h);
    hostile_outcome outcome = {0, 0, 0};
    for (size_t k = 1; outcome.requests == 0; k += sparse ? 1 + k / sparse : 1) {
        h.requests = 0;
        h.refuse = k;
        const int good = use(&allocator, k, ctx);
        if (h.bytes != 0 && outcome.lossy == 0) outcome.lossy = k;
        h.bytes = 0;
        if (h.requests < k) outcome = (hostile_outcome){h.requests, good, outcome.lossy};
        if (h.requests == 0) break;
    }
    return outcome;
}
