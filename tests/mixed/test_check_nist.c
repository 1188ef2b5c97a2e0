/* The agreement check on NIST's 27 regression problems, at the starts and at the certified
 * parameters: all roads agree. */
#include <criterion/criterion.h>

#include <fluxion/fluxion.h>

#include "../../examples/nist/functions.h"
#include "../../examples/nist/problem.c"

#define FLX_NAMES(X) X(residuals) X(objective)
#define FLX_BODY "../examples/nist/fit.inc"
#include <fluxion/instantiate.h>

static const char *const data = FLX_TEST_DATA "/../../examples/nist/data";

typedef struct sums {
    size_t instructions, compared, left_out;
    double first, second, local, symmetry, linearity;
} sums;

static double larger(double a, double b) { return b > a ? b : a; }

static void check(const flx_function *f, nist_problem *p, const double *b, size_t m, sums *s)
{
    flx_check_result r;
    const flx_status status = flx_check(f, p->parameters, b, m, p, NULL, &r);
    cr_expect_eq(status, FLX_OK, "%s at %g, ...: %s", p->name, b[0], r.summary);
    s->instructions += r.instructions;
    s->compared += r.compared;
    s->left_out += r.indeterminate + r.out_of_range + r.local_left_out;
    s->first = larger(s->first, r.worst_first);
    s->second = larger(s->second, r.worst_second);
    s->local = larger(s->local, r.local_worst);
    s->symmetry = larger(s->symmetry, r.symmetry);
    s->linearity = larger(s->linearity, r.linearity);
}

Test(check_nist, every_problem_agrees)
{
    sums s = {0};
    for (int id = 0; id < NIST_PROBLEMS; id++) {
        nist_problem p;
        cr_assert_eq(nist_read(data, (nist_id)id, &p), 0);
        const double *const points[] = {p.start[0], p.start[1], p.certified};
        for (int k = 0; k < 3; k++) {
            check(&objective, &p, points[k], 1, &s);
            check(&residuals, &p, points[k], p.observations, &s);
        }
        nist_clear(&p);
    }
    cr_log_info("%zu instructions, %zu numbers, %zu left out", s.instructions, s.compared,
                s.left_out);
    cr_log_info("worst: first %g, second %g, local %g, symmetry %g, linearity %g", s.first,
                s.second, s.local, s.symmetry, s.linearity);
    cr_expect_eq(s.left_out, (size_t)0);
    cr_expect_gt(s.compared, (size_t)50000);
}
