/* The agreement check where memory is refused: a clear status, and nothing lost. */
#include <criterion/criterion.h>

#include <fluxion/fluxion.h>

#include "hostile.h"

#define FLX_NAME every_operation
#define FLX_BODY "../planted/planted_body.inc"
#include <fluxion/instantiate.h>

static flx_status run(hostile *h, flx_check_result *r)
{
    const double x[4] = {0.4, 0.7, -0.3, 1.6};
    const flx_check_options o = {.roads = FLX_ROADS_ALL, .allocator = hostile_allocator(h)};
    return flx_check(&every_operation, 4, x, 3, NULL, &o, r);
}

Test(check_hostile, every_allocation_may_fail)
{
    hostile count = {0};
    flx_check_result r;
    cr_assert_eq(run(&count, &r), FLX_OK, "%s", r.summary);
    cr_expect_eq(count.bytes, (size_t)0);
    for (int lasting = 0; lasting < 2; lasting++) {
        for (size_t k = 1; k <= count.requests; k++) {
            hostile h = {.refuse = k, .lasting = lasting};
            const flx_status status = run(&h, &r);
            /* A tape that is refused double asks for as much as it needs. */
            const int fine = status == FLX_ENOMEM || (status == FLX_OK && !lasting);
            cr_expect(fine, "request %zu: %s", k, r.summary);
            cr_expect_eq(r.status, status);
            cr_expect_eq(h.bytes, (size_t)0, "request %zu: %zu bytes lost", k, h.bytes);
        }
    }
}
