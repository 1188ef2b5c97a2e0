/* hostile_expect.h: what is expected of whatever asks a hostile allocator for memory. */
#ifndef FLUXION_TESTS_HOSTILE_EXPECT_H
#define FLUXION_TESTS_HOSTILE_EXPECT_H

#include <criterion/criterion.h>

#include <fluxion/fluxion.h>

#include "hostile.h"

/* Expects success or that memory was missing, and says whether it was success. */
static inline int hostile_allowed(flx_status status, size_t request)
{
    cr_expect(status == FLX_OK || status == FLX_ENOMEM, "request %zu: %s", request,
              flx_status_name(status));
    return status == FLX_OK;
}

/* Refuses each request (each at some distance: hostile_refuse_each) in turn, once and lastingly: all is
 * done in the end, none lost anything, and there were at least so many requests. */
static inline void hostile_expect(size_t least, size_t sparse, hostile_user *use, void *ctx)
{
    for (int lasting = 0; lasting < 2; lasting++) {
        const hostile_outcome o = hostile_refuse_each(lasting, sparse, use, ctx);
        cr_expect(o.succeeded);
        cr_expect_eq(o.lossy, 0, "refusing request %zu", o.lossy);
        cr_expect(o.requests >= least && o.requests < 30000, "%zu", o.requests);
    }
}

/* Something made of two variables x on a tape. */
typedef flx_var hostile_recorder(flx_tape *t, flx_var *x);

static inline int hostile_differentiate(const flx_allocator *allocator, size_t request, void *ctx)
{
    hostile_recorder *const *record = ctx;
    const flx_tape_options options = {.allocator = *allocator};
    flx_tape *t;
    flx_var x[3], g[2];
    flx_status status = flx_tape_create(&options, &t);
    if (status == FLX_OK) {
        const flx_var y = (*record)(t, x);
        status = flx_tape_status(t);
        if (status == FLX_OK) status = flx_grad(y, 2, x, g, FLX_CREATE_GRAPH);
        flx_tape_destroy(t);
    }
    return hostile_allowed(status, request);
}

/* The same of recording something, and of its recorded gradient. */
static inline void hostile_expect_gradient(hostile_recorder *record)
{
    hostile_expect(10, 0, hostile_differentiate, &record);
}

#endif
