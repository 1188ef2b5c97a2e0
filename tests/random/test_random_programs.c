/* Random programs with a fixed seed, in every mode: values bit for bit, derivatives by the reference
 * sweep. A finding is printed as a C program. tools/fuzz goes further from here. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include <fluxion/grad.h>

#include "random_flags.h"
#include "random_shrink.h"

enum { FIRST_SEED = 20261121, PROGRAMS = 4000 / RANDOM_SPARSE };

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
    cr_expect_gt(s->infinite, PROGRAMS / 4ul);
    cr_expect_gt(s->second, 8 * (s->singular2 + s->range2));
    cr_expect_gt(s->branch_changes, PROGRAMS / 40ul);
    for (unsigned op = 0; op < RANDOM_OPS; op++)
        for (unsigned mode = 0; mode < RANDOM_MODES; mode++)
            cr_expect_gt(s->hit[op][mode], 0ul, "%s in %s", random_op_name(op),
                         random_mode_name(mode));
    free(s);
}

/* Operations that seldom have finite operands come up as well, and have influence. */
Test(random, chains_of_all_operations_agree_in_every_mode)
{
    enum { CHAINS = 600 };
    uint8_t ops[RANDOM_OPS];
    random_stats *s = calloc(1, sizeof *s);
    cr_assert_not_null(s);
    for (unsigned op = 0; op < RANDOM_OPS; op++) ops[op] = (uint8_t)op;
    for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + CHAINS; seed++) {
        random_program p;
        random_program_of(&p, seed, RANDOM_OPS, ops);
        cr_expect_not(random_check_and_print(stderr, &p, s), "seed %llu", (unsigned long long)seed);
    }
    for (unsigned op = 0; op < RANDOM_OPS; op++)
        for (unsigned mode = 0; mode < RANDOM_MODES; mode++)
            cr_expect_geq(s->hit[op][mode], 20ul, "%s in %s: %lu", random_op_name(op),
                          random_mode_name(mode), s->hit[op][mode]);
    free(s);
}

/* The gradient of p's last value, its inputs before the tape is filled up with other things; and the
 * gradient of each component, where that was recorded. Returns the flags. */
static unsigned gradients(const random_program *p, size_t fill, double *g)
{
    flx_tape *t = NULL;
    flx_var x[RANDOM_INPUTS], y[RANDOM_VALUES], gx[RANDOM_INPUTS], h[RANDOM_INPUTS];
    random_run run = {p, NULL, 1};
    const size_t n = p->inputs, m = n + p->steps;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < n; k++) x[k] = flx_variable(t, p->x[k]);
    flx_var other = flx_variable(t, 1.0);
    for (size_t k = 0; k < fill; k++) other = flx_var_mul_xc(other, 1.0);
    random_function->f_var(n, x, m, y, &run);
    flx_grad(y[m - 1], n, x, gx, 0);
    for (size_t k = 0; k < n; k++) g[k] = flx_peek(gx[k]);
    flx_grad(y[m - 1], n, x, gx, FLX_CREATE_GRAPH);
    for (size_t i = 0; i < n; i++) {
        flx_grad(gx[i], n, x, h, 0);
        for (size_t j = 0; j < n; j++) g[n + i * n + j] = flx_peek(h[j]);
    }
    const unsigned flags = flx_tape_flags(t).set;
    flx_tape_destroy(t);
    return flags;
}

/* A gradient that reaches little of a long tape takes another road (reverse/sweep_sparse.c). */
Test(random, gradients_far_from_their_inputs_have_the_same_bits)
{
    enum {
        FEWER = PROGRAMS / 4,
        FILL = 60000,
        MOST = RANDOM_INPUTS + RANDOM_INPUTS * RANDOM_INPUTS
    };
    for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + FEWER; seed++) {
        random_program p;
        double near[MOST] = {0}, far[MOST] = {0};
        random_program_from_seed(&p, seed);
        cr_expect_eq(gradients(&p, 0, near), gradients(&p, FILL, far), "seed %llu: flags",
                     (unsigned long long)seed);
        for (int k = 0; k < MOST; k++)
            cr_expect((near[k] != near[k] && far[k] != far[k]) || near[k] == far[k],
                      "seed %llu: %d: %.17g and %.17g", (unsigned long long)seed, k, near[k],
                      far[k]);
    }
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
