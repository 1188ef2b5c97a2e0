/* Random programs with a fixed seed, in every mode: values bit for bit, derivatives by the reference
 * sweep. A finding is printed as a C program. tools/fuzz goes further from here. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "random_flags.h"
#include "random_shrink.h"

enum { FIRST_SEED = 20261121, PROGRAMS = 4000 };

Test(random, programs_agree_in_every_mode)
{
    random_stats *s = calloc(1, sizeof *s);
    cr_assert_not_null(s);
    for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + PROGRAMS; seed++) {
        random_program p;
        random_program_from_seed(&p, seed);
        cr_expect_not(random_check_and_print(stderr, &p, s), "seed %llu", (unsigned long long)seed);
    }
    /* The check is not hollow: what is left out is counted, and is the small part. */
    const unsigned long left_out = s->indeterminate + s->range + s->known;
    cr_log_info("first %lu (infinite %lu), second %lu, left out %lu (known %lu), replays %lu",
                s->first, s->infinite, s->second, left_out, s->known, s->replays);
    cr_expect_gt(s->first, 10 * left_out);
    cr_expect_gt(s->infinite, 1000ul);
    cr_expect_gt(s->second, 8 * (s->singular2 + s->range2));
    cr_expect_gt(s->branch_changes, 100ul);
    for (unsigned op = 0; op < RANDOM_OPS; op++)
        for (unsigned mode = 0; mode < RANDOM_MODES; mode++)
            cr_expect_gt(s->hit[op][mode], 0ul, "%s in %s", random_op_name(op),
                         random_mode_name(mode));
    free(s);
}

Test(random, arrays_raise_the_flags_of_their_elements)
{
    for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + PROGRAMS; seed++) {
        random_program p;
        char text[200];
        random_program_from_seed(&p, seed);
        const int differ = random_flags_check(&p, text, sizeof text);
        cr_expect_not(differ, "seed %llu: %s", (unsigned long long)seed, text);
    }
}

Test(random, any_bytes_make_a_program)
{
    uint8_t bytes[RANDOM_BYTES];
    random_stats *s = calloc(1, sizeof *s);
    cr_assert_not_null(s);
    for (size_t size = 0; size <= sizeof bytes; size += 16) {
        for (unsigned fill = 0; fill < 256; fill += 15) {
            random_program p;
            for (size_t k = 0; k < size; k++) bytes[k] = (uint8_t)(fill + k * (fill % 7));
            random_program_from_bytes(&p, size, bytes);
            cr_assert(p.inputs >= 1 && p.steps >= 1);
            cr_expect_not(random_check_and_print(stderr, &p, s), "%zu bytes of %u", size, fill);
        }
    }
    free(s);
}
