/* A handle's memory: what it holds, its ceiling, and what it asks of its allocator. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "core/memory.h"

/* An allocator of one block, which notes what it is asked for. */
typedef struct noted {
    double block[32];
    unsigned requests, frees;
    size_t old_size, new_size;
    int refuses;
} noted;

static void *note(void *ctx, void *old, size_t old_size, size_t new_size)
{
    noted *n = ctx;
    cr_assert(!old || old == n->block);
    n->requests++;
    n->frees += old && new_size == 0;
    n->old_size = old_size;
    n->new_size = new_size;
    return n->refuses || new_size == 0 ? NULL : n->block;
}

static flx_memory memory_of(noted *n, size_t ceiling)
{
    const flx_allocator a = {note, n};
    memset(n, 0, sizeof *n);
    return flx_memory_make(&a, ceiling);
}

Test(memory, what_is_held_is_counted)
{
    noted n;
    flx_memory m = memory_of(&n, 0);
    void *p = flx_memory_resize(&m, NULL, 0, 5, 8);
    cr_assert_not_null(p);
    cr_expect(n.old_size == 0 && n.new_size == 40 && m.held == 40);
    p = flx_memory_resize(&m, p, 5, 3, 8);
    cr_expect(n.old_size == 40 && n.new_size == 24 && m.held == 24);
    cr_expect_null(flx_memory_resize(&m, p, 3, 0, 8));
    cr_expect(n.old_size == 24 && n.new_size == 0 && n.frees == 1 && m.held == 0);
    cr_expect_eq(n.requests, 3);
    cr_expect_null(flx_memory_resize(&m, NULL, 0, 0, 8));
    cr_expect_eq(n.requests, 3, "nothing is given back where nothing is held");
}

Test(memory, refused_request_changes_nothing)
{
    noted n;
    flx_memory m = memory_of(&n, 0);
    void *p = flx_memory_resize(&m, NULL, 0, 5, 8);
    n.refuses = 1;
    cr_expect_null(flx_memory_resize(&m, p, 5, 7, 8));
    cr_expect(m.held == 40 && n.requests == 2);
}

Test(memory, ceiling_is_reached_and_not_passed)
{
    noted n;
    flx_memory m = memory_of(&n, 100);
    void *p = flx_memory_resize(&m, NULL, 0, 60, 1);
    cr_expect_null(flx_memory_resize(&m, NULL, 0, 41, 1), "with what is held");
    cr_expect_null(flx_memory_resize(&m, NULL, 0, 101, 1), "by itself");
    cr_expect_null(flx_memory_resize(&m, p, 60, 101, 1));
    cr_expect_eq(n.requests, 1, "the allocator is not asked");
    cr_expect_not_null(flx_memory_resize(&m, NULL, 0, 40, 1));
    cr_expect_eq(m.held, 100);
    m = memory_of(&n, 100);
    p = flx_memory_resize(&m, NULL, 0, 60, 1);
    cr_expect_not_null(flx_memory_resize(&m, p, 60, 100, 1), "what is resized counts once");
    cr_expect_eq(m.held, 100);
}

Test(memory, sizes_beyond_those_of_objects_are_not_asked_for)
{
    noted n;
    flx_memory m = memory_of(&n, 0);
    cr_expect_null(flx_memory_resize(&m, NULL, 0, SIZE_MAX / 2 + 1, 1));
    cr_expect_null(flx_memory_resize(&m, NULL, 0, SIZE_MAX / 16 + 1, 8));
    cr_expect_null(flx_memory_resize(&m, NULL, 0, SIZE_MAX / 8 + 2, 8), "the product overflows");
    cr_expect(n.requests == 0 && m.held == 0);
    cr_expect_not_null(flx_memory_resize(&m, NULL, 0, SIZE_MAX / 2, 1));
    cr_expect_eq(n.new_size, SIZE_MAX / 2);
}

Test(memory, room_for_nothing_is_no_failure)
{
    noted n;
    int failed = 0;
    flx_memory m = memory_of(&n, 0);
    cr_expect_null(flx_memory_room(&m, 0, 8, &failed));
    cr_expect(!failed && n.requests == 0);
    void *p = flx_memory_room(&m, 4, 8, &failed);
    cr_expect(p == n.block && !failed && n.new_size == 32 && m.held == 32);
    n.refuses = 1;
    cr_expect_null(flx_memory_room(&m, 4, 8, &failed));
    cr_expect(failed);
    failed = 1;
    n.refuses = 0;
    flx_memory_room(&m, 4, 8, &failed);
    cr_expect(failed, "one failure among many is kept");
}

Test(memory, giving_back_nothing_is_fine)
{
    noted n;
    flx_memory m = memory_of(&n, 0);
    flx_memory_give(&m, NULL, 4, 8);
    flx_memory_free(&m, NULL, 8);
    cr_expect(n.requests == 0 && m.held == 0);
    void *p = flx_memory_resize(&m, NULL, 0, 4, 8);
    flx_memory_give(&m, p, 4, 8);
    cr_expect(n.frees == 1 && n.old_size == 32 && m.held == 0);
}

Test(memory, new_object_is_zero)
{
    noted n;
    flx_memory m = memory_of(&n, 0);
    memset(n.block, 255, sizeof n.block);
    unsigned char *p = flx_memory_new(&m, 24);
    cr_assert_not_null(p);
    for (size_t k = 0; k < 24; k++) cr_expect_eq(p[k], 0);
    cr_expect_eq(p[24], 255);
    flx_memory_free(&m, p, 24);
    cr_expect(n.frees == 1 && n.old_size == 24 && m.held == 0);
    n.refuses = 1;
    cr_expect_null(flx_memory_new(&m, 24));
}

Test(memory, allocator_without_resize_means_the_default)
{
    const flx_allocator none = {NULL, NULL};
    flx_memory m = flx_memory_make(&none, 0), other = flx_memory_make(NULL, 7);
    const flx_allocator standard = flx_allocator_default();
    cr_expect(m.allocator.resize == standard.resize && other.allocator.resize == standard.resize);
    cr_expect(m.ceiling == 0 && other.ceiling == 7 && m.held == 0);
}

Test(memory, default_allocator_resizes_and_frees)
{
    const flx_allocator a = flx_allocator_default();
    unsigned char *p = a.resize(a.ctx, NULL, 0, 100);
    cr_assert_not_null(p);
    memset(p, 7, 100);
    p = a.resize(a.ctx, p, 100, 10000);
    cr_assert_not_null(p);
    for (size_t k = 0; k < 100; k++) cr_expect_eq(p[k], 7);
    cr_expect_null(a.resize(a.ctx, p, 10000, 0));
    /* What is freed comes back, sooner or later. */
    p = a.resize(a.ctx, NULL, 0, 1 << 16);
    const uintptr_t first = (uintptr_t)p;
    int again = 0;
    for (int k = 0; k < 8192 && !again; k++) {
        a.resize(a.ctx, p, 1 << 16, 0);
        p = a.resize(a.ctx, NULL, 0, 1 << 16);
        again = (uintptr_t)p == first;
    }
    a.resize(a.ctx, p, 1 << 16, 0);
    cr_expect(again);
}
