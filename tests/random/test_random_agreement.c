/* The agreement check on random programs: it raises no false alarm, at extreme operands either. */
#include <criterion/criterion.h>
#include <stdio.h>

#include <fluxion/check.h>

#include "random_program.h"
#include "random_shrink.h"

enum { FIRST_SEED = 77000, PROGRAMS = 10000 / RANDOM_SPARSE };

typedef struct sums {
    size_t compared, not_finite, indeterminate, out_of_range, local, local_left_out;
    double first, second, local_worst, symmetry, linearity;
} sums;

static double larger(double a, double b) { return b > a ? b : a; }

static void add(sums *s, const flx_check_result *r)
{
    s->compared += r->compared;
    s->not_finite += r->not_finite;
    s->indeterminate += r->indeterminate;
    s->out_of_range += r->out_of_range;
    s->local += r->local;
    s->local_left_out += r->local_left_out;
    s->first = larger(s->first, r->worst_first);
    s->second = larger(s->second, r->worst_second);
    s->local_worst = larger(s->local_worst, r->local_worst);
    s->symmetry = larger(s->symmetry, r->symmetry);
    s->linearity = larger(s->linearity, r->linearity);
}

Test(check, no_false_alarm_on_random_programs)
{
    sums s = {0};
    for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + PROGRAMS; seed++) {
        random_program p;
        random_run run = {&p, NULL, 0};
        flx_check_result r;
        random_program_from_seed(&p, seed);
        const size_t m = p.inputs + p.steps;
        const flx_status status = flx_check(random_function, p.inputs, p.x, m, &run, NULL, &r);
        cr_expect_eq(status, FLX_OK, "seed %llu: %s", (unsigned long long)seed, r.summary);
        add(&s, &r);
    }
    cr_log_info("compared %zu (not finite %zu), left out %zu indeterminate, %zu out of range",
                s.compared, s.not_finite, s.indeterminate, s.out_of_range);
    cr_log_info("local %zu (left out %zu), worst %g", s.local, s.local_left_out, s.local_worst);
    cr_log_info("worst: first %g, second %g, symmetry %g, linearity %g", s.first, s.second,
                s.symmetry, s.linearity);
    cr_expect_gt(s.compared, 100 * (s.indeterminate + s.out_of_range));
    cr_expect_gt(s.not_finite, (size_t)PROGRAMS / 10);
    cr_expect_gt(s.local, 10 * s.local_left_out);
}
