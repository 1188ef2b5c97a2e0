/* Random programs on tapes that are used on after rewinds, failures and refused memory. */
#include <criterion/criterion.h>

#include "random_tape.h"

Test(random, tapes_are_usable_after_anything)
{
    random_abuse abuse = {0};
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        random_program p;
        random_finding f = {0, ""};
        random_program_from_seed(&p, seed);
        cr_expect_not(random_tape_check(&p, seed * 0x9e3779b97f4a7c15u, &abuse, &f),
                      "seed %llu: %s", (unsigned long long)seed, f.text);
    }
    cr_expect_gt(abuse.rewinds, 1000ul);
    cr_expect_gt(abuse.resets, 1000ul);
    cr_expect_gt(abuse.mixed, 1000ul);
    cr_expect_gt(abuse.stale, 1000ul);
    cr_expect_gt(abuse.shapes, 1000ul);
    cr_expect_gt(abuse.refused, 500ul);
    cr_expect_gt(abuse.ceilings, 20ul);
}
