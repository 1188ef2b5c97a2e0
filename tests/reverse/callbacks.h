/* callbacks.h: what tests of external operations and of implicit functions have in common. */
#ifndef FLUXION_TESTS_REVERSE_CALLBACKS_H
#define FLUXION_TESTS_REVERSE_CALLBACKS_H

#include "hostile_expect.h"

static inline flx_tape *new_tape(void)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* Its memory is full of numbers. */
static inline flx_tape *new_dirty_tape(hostile *h)
{
    const flx_tape_options options = {.allocator = hostile_allocator(h)};
    flx_tape *t;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    return t;
}

static inline void writes_nothing(size_t n, const flx_var *x, size_t m, flx_var *y, void *ctx)
{
    (void)n, (void)x, (void)m, (void)y, (void)ctx;
}

static inline flx_status three_and_on(void *ctx, size_t n, const double *x, size_t m, double *y)
{
    (void)ctx, (void)n, (void)x;
    for (size_t k = 0; k < m; k++) y[k] = 3.0 + (double)k;
    return FLX_OK;
}

#endif
