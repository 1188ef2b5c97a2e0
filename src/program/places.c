/* places.c: see places.h. */
#include "program/places.h"

static uint32_t take_run(flx_places *p, uint32_t size)
{
    uint32_t k = 0;
    while (k < p->count && p->free[k].end - p->free[k].low < size) k++;
    if (k == p->count) {
        p->end += size;
        if (p->end > p->most) p->most = p->end;
        return p->end - size;
    }
    const uint32_t slot = p->free[k].low;
    p->free[k].low += size;
    if (p->free[k].low == p->free[k].end) {
        p->count--;
        memmove(p->free + k, p->free + k + 1, (p->count - k) * sizeof *p->free);
    }
    return slot;
}

/* Joins number k and the next one where they are neighbours. */
static void join(flx_places *p, uint32_t k)
{
    if (k + 1 >= p->count || p->free[k].end != p->free[k + 1].low) return;
    p->free[k].end = p->free[k + 1].end;
    p->count--;
    memmove(p->free + k + 1, p->free + k + 2, (p->count - k - 1) * sizeof *p->free);
}

static void give_run(flx_places *p, uint32_t slot, uint32_t size)
{
    uint32_t k = 0;
    if (p->count == FLX_FREE_RUNS) return;
    while (k < p->count && p->free[k].low < slot) k++;
    memmove(p->free + k + 1, p->free + k, (p->count - k) * sizeof *p->free);
    p->free[k] = (flx_slots){slot, slot + size};
    p->count++;
    join(p, k);
    if (k) join(p, k - 1);
    if (p->free[p->count - 1].end == p->end) p->end = p->free[--p->count].low;
}

static void give_single(flx_places *p, uint32_t slot)
{
    p->single[(p->from + p->singles++) % p->room] = slot;
}

/* The first pages are small, as small programs are. */
static void add_page(flx_places *p)
{
    const uint32_t size = p->paged < FLX_PAGE ? p->paged + FLX_PAGE / 8 : FLX_PAGE;
    const uint32_t page = take_run(p, size);
    for (uint32_t k = 0; k < size; k++) give_single(p, page + k);
    p->paged += size;
}

uint32_t flx_places_take(flx_places *p, uint32_t size)
{
    if (size != 1) return size ? take_run(p, size) : p->end;
    if (p->singles == 0) add_page(p);
    const uint32_t slot = p->single[p->from];
    p->from = (p->from + 1) % p->room;
    p->singles--;
    return slot;
}

void flx_places_give(flx_places *p, uint32_t slot, uint32_t size)
{
    if (size == 1) give_single(p, slot);
    else if (size) give_run(p, slot, size);
}
