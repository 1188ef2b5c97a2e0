/* Statuses have names and messages; the allocator of the library is usable by others. */
#include <criterion/criterion.h>
#include <string.h>

#include <fluxion/memory.h>
#include <fluxion/status.h>

Test(status, every_status_has_a_name_and_a_message)
{
    cr_expect_str_eq(flx_status_name(FLX_OK), "FLX_OK");
    cr_expect_str_eq(flx_status_name(FLX_BRANCH_CHANGED), "FLX_BRANCH_CHANGED");
    for (int s = 0; s < FLX_STATUS_COUNT; s++) {
        cr_expect(strncmp(flx_status_name((flx_status)s), "FLX_", 4) == 0);
        cr_expect(strlen(flx_status_message((flx_status)s)) > 5);
        for (int t = 0; t < s; t++) {
            cr_expect_str_neq(flx_status_name((flx_status)s), flx_status_name((flx_status)t));
            cr_expect_str_neq(flx_status_message((flx_status)s), flx_status_message((flx_status)t));
        }
    }
}

Test(status, a_number_that_is_no_status_is_said_to_be_none)
{
    cr_expect_str_eq(flx_status_name((flx_status)FLX_STATUS_COUNT), "FLX_(unknown)");
    cr_expect_not_null(flx_status_message((flx_status)1000));
}

Test(flag, every_bit_has_a_name_and_a_meaning)
{
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++) {
        cr_expect_str_neq(flx_flag_name(1u << k), "unknown");
        cr_expect_str_neq(flx_flag_meaning(1u << k), "unknown flag");
    }
    cr_expect_str_eq(flx_flag_name(FLX_FLAG_DOMAIN), "DOMAIN");
    cr_expect_str_eq(flx_flag_name(FLX_FLAG_ZEROGRAD), "ZEROGRAD");
}

Test(flag, what_is_no_single_flag_is_said_to_be_none)
{
    cr_expect_str_eq(flx_flag_name(0), "unknown");
    cr_expect_str_eq(flx_flag_name(FLX_FLAG_POLE | FLX_FLAG_KINK), "unknown");
    cr_expect_str_eq(flx_flag_meaning(1u << FLX_FLAG_COUNT), "unknown flag");
}

Test(memory, default_allocator_resizes_and_frees)
{
    const flx_allocator a = flx_allocator_default();
    char *p = a.resize(a.ctx, NULL, 0, 10);
    cr_assert_not_null(p);
    memcpy(p, "123456789", 10);
    p = a.resize(a.ctx, p, 10, 100000);
    cr_assert_not_null(p);
    cr_expect_str_eq(p, "123456789");
    cr_expect_null(a.resize(a.ctx, p, 100000, 0));
}
