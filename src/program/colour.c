/* colour.c: see pattern.h. */
#include <string.h>

#include "program/pattern.h"

void flx_lists_clear(flx_lists *l, flx_memory *memory)
{
    if (l->start) flx_memory_resize(memory, l->start, l->count + 1, 0, sizeof *l->start);
    if (l->item) flx_memory_resize(memory, l->item, l->cap, 0, sizeof *l->item);
    *l = (flx_lists){0};
}

int flx_lists_turn(const flx_lists *given, size_t items, flx_memory *memory, flx_lists *turned)
{
    const size_t entries = given->start[given->count];
    flx_lists t = {.count = items, .cap = entries};
    t.start = flx_memory_resize(memory, NULL, 0, items + 1, sizeof *t.start);
    if (entries) t.item = flx_memory_resize(memory, NULL, 0, entries, sizeof *t.item);
    if (!t.start || (entries && !t.item)) {
        flx_lists_clear(&t, memory);
        return 0;
    }
    memset(t.start, 0, (items + 1) * sizeof *t.start);
    for (size_t e = 0; e < entries; e++) t.start[given->item[e] + 1]++;
    for (size_t k = 0; k < items; k++) t.start[k + 1] += t.start[k];
    for (size_t k = 0; k < given->count; k++)
        for (size_t e = given->start[k]; e < given->start[k + 1]; e++)
            t.item[t.start[given->item[e]]++] = (uint32_t)k;
    for (size_t k = items; k > 0; k--)
        t.start[k] = t.start[k - 1]; /* each has run to the next one's */
    t.start[0] = 0;
    *turned = t;
    return 1;
}

uint32_t flx_colour(const flx_lists *lists, const flx_lists *turned, uint32_t *colour,
                    uint32_t *last)
{
    uint32_t count = 0;
    for (size_t j = 0; j < turned->count; j++)
        last[j] = UINT32_MAX; /* of a colour: who could not have it */
    for (uint32_t j = 0; j < turned->count; j++) {
        for (size_t e = turned->start[j]; e < turned->start[j + 1]; e++) {
            const uint32_t k = turned->item[e];
            for (size_t i = lists->start[k]; lists->item[i] < j; i++)
                last[colour[lists->item[i]]] = j;
        }
        uint32_t c = 0;
        while (last[c] == j) c++;
        colour[j] = c;
        if (c >= count) count = c + 1;
    }
    return count;
}
