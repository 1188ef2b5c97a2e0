/* The least-squares objectives of examples/nist: gradient and Hessian at NIST's certified
 * parameters against 50-digit arithmetic, and every road to them against every other. The models,
 * the reader of the data files and the comparison of roads are the example's own. */
#include <criterion/criterion.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "../../examples/nist/functions.h"
#include "../../examples/nist/problem.c"
#include "../../examples/nist/roads.c"

#define FLX_NAMES(X) X(residuals) X(objective)
#define FLX_BODY "../examples/nist/fit.inc"
#include <fluxion/instantiate.h>

const flx_function *const nist_residuals = &residuals;
const flx_function *const nist_objective = &objective;

static const char *const data = FLX_TEST_DATA "/../../examples/nist/data";

/* What one road may be off by, in units of 2^-53 of a component's scale, which counts y_i and the
 * model separately. The sum over m observations costs at most m of them. Each term is the result of
 * some thirty operations, among them one exponential, power, sine or cosine: that turns the three
 * roundings of its argument into as many relative ones times the argument (or its logarithm times
 * the exponent), which is 40 at most here (ENSO's phase at the last month). */
static double tolerance(const nist_problem *p)
{
    return (double)(p->observations + 30 + 3 * 40) * 0.5 * DBL_EPSILON;
}

/* One line of the reference file, or 0 at its end. */
typedef struct reference {
    char kind[8]; /* problem, g or h */
    char name[NIST_NAME_ROOM];
    size_t j, k;
    double value, scale;
} reference;

static int next_reference(FILE *file, reference *r)
{
    char line[256];
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#') continue;
        memset(r, 0, sizeof *r);
        if (sscanf(line, "problem %15s %zu", r->name, &r->j) == 2) {
            strcpy(r->kind, "problem");
        } else if (sscanf(line, "g %zu %lf %lf", &r->j, &r->value, &r->scale) == 3) {
            strcpy(r->kind, "g");
        } else if (sscanf(line, "h %zu %zu %lf %lf", &r->j, &r->k, &r->value, &r->scale) == 4) {
            strcpy(r->kind, "h");
        } else {
            cr_assert_fail("cannot read: %s", line);
        }
        return 1;
    }
    return 0;
}

static nist_id find(const char *name)
{
    for (int id = 0; id < NIST_PROBLEMS; id++) {
        if (strcmp(nist_name((nist_id)id), name) == 0) return (nist_id)id;
    }
    cr_assert_fail("no problem is called %s", name);
    return NIST_PROBLEMS;
}

/* Derivatives at the certified parameters, by reverse and forward over reverse, by hyper-duals, by
 * double backprop. */
enum { HESSIANS = 3 };
static const char *const hessian_names[HESSIANS] = {"forward over reverse", "hyper-dual",
                                                    "double backprop"};

typedef struct derivatives {
    nist_problem problem;
    double gradient[NIST_MAX_PARAMETERS];
    double hessian[HESSIANS][NIST_MAX_PARAMETERS * NIST_MAX_PARAMETERS];
} derivatives;

static void differentiate(const char *name, derivatives *d)
{
    nist_problem *p = &d->problem;
    flx_program *f;
    flx_work *w;
    cr_assert_eq(nist_read(data, find(name), p), 0);
    cr_assert_eq(flx_record(nist_objective, p->parameters, p->start[1], 1, p, 0, NULL, &f, NULL),
                 FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_assert_eq(flx_gradient(f, w, p->certified, NULL, d->gradient, NULL), FLX_OK);
    cr_assert_eq(flx_hessian(f, w, NULL, NULL, d->hessian[0], NULL), FLX_OK);
    cr_assert_eq(flx_hessian_hyperdual(f, w, NULL, NULL, d->hessian[1], NULL), FLX_OK);
    cr_assert_eq(flx_hessian_double_backprop(f, w, NULL, NULL, d->hessian[2], NULL), FLX_OK);
    flx_work_destroy(w);
    flx_program_release(f);
}

/* The error in units of the tolerance; reported where it exceeds it. */
static double compare(const derivatives *d, const reference *r, double value, const char *road)
{
    const double error = fabs(value - r->value) / r->scale / tolerance(&d->problem);
    cr_expect(error <= 1.0, "%s, %s %zu %zu by %s: %.17g, not %.17g (error %.2g of its tolerance)",
              d->problem.name, r->kind, r->j, r->k, road, value, r->value, error);
    return error;
}

Test(nist, derivatives_match_50_digits)
{
    static derivatives d;
    reference r;
    size_t problems = 0;
    size_t components = 0;
    double worst = 0.0;
    FILE *file = fopen(FLX_TEST_DATA "/nist_hessian.ref", "r");
    cr_assert_not_null(file);
    while (next_reference(file, &r)) {
        const size_t n = d.problem.parameters;
        if (strcmp(r.kind, "problem") == 0) {
            nist_clear(&d.problem);
            differentiate(r.name, &d);
            cr_assert_eq(r.j, d.problem.parameters);
            problems++;
        } else if (strcmp(r.kind, "g") == 0) {
            worst = fmax(worst, compare(&d, &r, d.gradient[r.j], "reverse"));
            components++;
        } else {
            for (size_t i = 0; i < HESSIANS; i++) {
                const double *h = d.hessian[i];
                worst = fmax(worst, compare(&d, &r, h[r.j * n + r.k], hessian_names[i]));
                worst = fmax(worst, compare(&d, &r, h[r.k * n + r.j], hessian_names[i]));
            }
            components++;
        }
    }
    nist_clear(&d.problem);
    fclose(file);
    cr_expect_eq(problems, NIST_PROBLEMS);
    cr_expect_eq(components, 512); /* n + n(n+1)/2 over all problems */
    cr_log_info("worst error: %.3f of its tolerance", worst);
}

/* Two roads, each off by the rounding of m + 30 operations at most, in ulps: an ulp is one to two
 * units of 2^-53. They share the residuals, whose rounding therefore does not count. */
static double agreement(const nist_problem *p) { return 2.0 * (double)(p->observations + 30); }

static void expect_agreement(nist_roads *roads, const nist_problem *p, const double *b,
                             const char *where)
{
    nist_disagreement d;
    cr_assert_eq(nist_roads_compare(roads, b, &d), FLX_OK);
    cr_expect(d.gradient <= agreement(p), "%s at %s: gradients by %s and %s differ by %g ulp",
              p->name, where, d.gradient_roads[0], d.gradient_roads[1], d.gradient);
    cr_expect(d.hessian <= agreement(p), "%s at %s: Hessians by %s and %s differ by %g ulp",
              p->name, where, d.hessian_roads[0], d.hessian_roads[1], d.hessian);
}

Test(nist, all_roads_agree)
{
    for (int id = 0; id < NIST_PROBLEMS; id++) {
        nist_problem p;
        nist_roads *roads;
        flx_program *f, *r;
        cr_assert_eq(nist_read(data, (nist_id)id, &p), 0);
        cr_assert_eq(flx_record(nist_objective, p.parameters, p.start[1], 1, &p, 0, NULL, &f, NULL),
                     FLX_OK);
        cr_assert_eq(flx_record(nist_residuals, p.parameters, p.start[1], p.observations, &p, 0,
                                NULL, &r, NULL),
                     FLX_OK);
        cr_assert_eq(nist_roads_create(&p, f, r, &roads), FLX_OK);
        expect_agreement(roads, &p, p.start[0], "start 1");
        expect_agreement(roads, &p, p.start[1], "start 2");
        expect_agreement(roads, &p, p.certified, "the certified parameters");
        nist_roads_destroy(roads);
        flx_program_release(r);
        flx_program_release(f);
        nist_clear(&p);
    }
}
