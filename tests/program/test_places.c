/* Slots that are taken and given back, against a map of all slots. */
#include <criterion/criterion.h>
#include <string.h>

#include "program/places.h"

enum { SLOTS = 1 << 14, LIVE = 200, ROOM = 4096 };

/* Which slots are taken, pages of single ones included; the free single ones in the order in which they
 * are to be taken. */
typedef struct model {
    unsigned char used[SLOTS];
    uint32_t single[ROOM], from, to, paged;
} model;

static void mark(model *m, uint32_t slot, uint32_t size, int used)
{
    cr_assert(slot + size <= SLOTS);
    for (uint32_t k = 0; k < size; k++) {
        cr_assert_neq(m->used[slot + k], used, "slot %u", slot + k);
        m->used[slot + k] = (unsigned char)used;
    }
}

static uint32_t end_of(const model *m)
{
    uint32_t end = SLOTS;
    while (end > 0 && !m->used[end - 1]) end--;
    return end;
}

/* The first place where so many slots are free. */
static uint32_t first_fit(const model *m, uint32_t size)
{
    uint32_t slot = 0;
    for (uint32_t k = 0; k < size; k++) {
        cr_assert(slot + k < SLOTS);
        if (!m->used[slot + k]) continue;
        slot += k + 1;
        k = UINT32_MAX; /* from the beginning */
    }
    return slot;
}

static uint32_t expected(model *m, uint32_t size)
{
    if (size == 0) return end_of(m);
    if (size != 1) {
        const uint32_t slot = first_fit(m, size);
        mark(m, slot, size, 1);
        return slot;
    }
    if (m->from == m->to) {
        const uint32_t page = m->paged < 64 ? m->paged + 8 : 64, slot = first_fit(m, page);
        mark(m, slot, page, 1);
        for (uint32_t k = 0; k < page; k++) m->single[m->to++ % ROOM] = slot + k;
        m->paged += page;
    }
    return m->single[m->from++ % ROOM];
}

static void give_back(model *m, uint32_t slot, uint32_t size)
{
    if (size == 1) m->single[m->to++ % ROOM] = slot;
    else mark(m, slot, size, 0);
}

static uint64_t random_next(uint64_t *s)
{
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return *s >> 33;
}

static flx_places places_of(uint32_t *single, uint32_t room)
{
    static flx_places p;
    memset(&p, 0, sizeof p);
    p.single = single;
    p.room = room;
    return p;
}

/* Runs of up to 40 slots, many single ones and empty ones, taken and given back in any order. */
Test(places, the_first_free_run_and_the_single_slot_that_is_free_longest)
{
    static model m;
    static uint32_t single[ROOM];
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint32_t slot[LIVE], size[LIVE], live = 0, most = 0;
        uint64_t s = seed;
        flx_places p = places_of(single, ROOM);
        memset(&m, 0, sizeof m);
        memset(single, 255, sizeof single);
        for (int step = 0; step < 3000; step++) {
            const int grow = step / 500 % 2 ? 35 : 65;
            if (live == LIVE || (live && (int)(random_next(&s) % 100) >= grow)) {
                const uint32_t k = (uint32_t)(random_next(&s) % live);
                flx_places_give(&p, slot[k], size[k]);
                give_back(&m, slot[k], size[k]);
                slot[k] = slot[--live];
                size[k] = size[live];
            } else {
                const uint32_t kind = (uint32_t)(random_next(&s) % 8);
                size[live] = kind < 3 ? 1 : kind == 3 ? 0 : 2 + (uint32_t)(random_next(&s) % 39);
                slot[live] = flx_places_take(&p, size[live]);
                cr_assert_eq(slot[live], expected(&m, size[live]), "seed %u, step %d",
                             (unsigned)seed, step);
                live++;
            }
            const uint32_t end = end_of(&m);
            if (end > most) most = end;
            cr_assert(p.end == end && p.most == most, "seed %u, step %d: %u for %u", (unsigned)seed,
                      step, p.end, end);
        }
    }
}

/* Of more free runs than are remembered the others are lost, and nothing is given twice. */
Test(places, free_runs_that_are_too_many_are_forgotten)
{
    enum { RUNS = 2 * FLX_FREE_RUNS + 200 };
    static unsigned char taken[8 * RUNS];
    uint32_t none, slot[RUNS];
    flx_places p = places_of(&none, 1);
    for (uint32_t k = 0; k < RUNS; k++) slot[k] = flx_places_take(&p, 2);
    for (uint32_t k = 0; k < RUNS; k += 2) flx_places_give(&p, slot[k], 2);
    cr_expect_eq(p.count, FLX_FREE_RUNS);
    for (uint32_t k = 1; k < RUNS; k += 2) taken[slot[k]] = taken[slot[k] + 1] = 1;
    for (uint32_t k = 0; k < FLX_FREE_RUNS + 50; k++) {
        const uint32_t at = flx_places_take(&p, 2);
        cr_expect(!taken[at] && !taken[at + 1], "run %u", k);
        cr_expect_eq(at >= 2 * RUNS, k >= FLX_FREE_RUNS);
        taken[at] = taken[at + 1] = 1;
    }
}
