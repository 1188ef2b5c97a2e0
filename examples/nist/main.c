/* Fits the 27 NIST StRD problems from both of their starting points and shows how it went.
 *
 *     nist [--data FOLDER] [--out FOLDER] [--check]
 *
 *     --data FOLDER  where the data files are, if not where they were at build time
 *     --out FOLDER   where nist.csv and, in fits/, the fitted curves go; both folders must exist
 *     --check        ends with status 1 where the project's claims do not hold
 */
#define _POSIX_C_SOURCE 200809L /* isatty */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "functions.h"
#include "gsl_fit.h"
#include "newton.h"
#include "output.h"
#include "problem.h"
#include "roads.h"

#ifndef NIST_DATA
#define NIST_DATA "data"
#endif

enum { FITS = 2 * NIST_PROBLEMS, MAX_ITERATIONS = 10000 };

static void show_progress(const nist_fit *fit, size_t done)
{
    const int terminal = isatty(2);
    fprintf(stderr, "%s%2zu of %d: %s from start %d%s", terminal ? "\r\033[K" : "", done + 1, FITS,
            nist_name(fit->id), fit->start, terminal ? "" : "\n");
}

static void end_progress(void)
{
    if (isatty(2)) fprintf(stderr, "\r\033[K");
}

/* Everything that is done with the two programs of a problem. */
static flx_status fit_programs(nist_problem *p, flx_program *objective, flx_program *residuals,
                               nist_fit *fit)
{
    const double *start = p->start[fit->start - 1];
    double by_gsl[NIST_MAX_PARAMETERS];
    nist_roads *roads;
    memcpy(fit->b, start, sizeof fit->b);
    memcpy(by_gsl, start, sizeof by_gsl);
    flx_status status = newton_minimise(objective, fit->b, MAX_ITERATIONS, &fit->newton);
    if (status == FLX_OK) status = nist_gsl_fit(residuals, by_gsl);
    if (status != FLX_OK) return status;
    fit->lre_parameters = nist_lre_parameters(p, fit->b);
    fit->lre_rss = nist_lre(fit->newton.value, p->certified_rss);
    if (nist_has_gsl) fit->gsl_lre_parameters = nist_lre_parameters(p, by_gsl);

    status = nist_roads_create(p, objective, residuals, &roads);
    if (status == FLX_OK) status = nist_roads_compare(roads, start, &fit->at_start);
    if (status == FLX_OK) status = nist_roads_compare(roads, fit->b, &fit->at_solution);
    nist_roads_destroy(roads);
    return status;
}

/* Records the problem at the start and fits it. */
static flx_status fit_problem(nist_problem *p, nist_fit *fit)
{
    const double *start = p->start[fit->start - 1];
    flx_program *objective = NULL;
    flx_program *residuals = NULL;
    flx_status status =
        flx_record(nist_objective, p->parameters, start, 1, p, 0, NULL, &objective, NULL);
    if (status == FLX_OK) {
        status = flx_record(nist_residuals, p->parameters, start, p->observations, p, 0, NULL,
                            &residuals, NULL);
    }
    if (status == FLX_OK) status = fit_programs(p, objective, residuals, fit);
    flx_program_release(objective);
    flx_program_release(residuals);
    return status;
}

static int fit_all(const char *data, const char *out, nist_fit *fits)
{
    for (size_t i = 0; i < FITS; i++) {
        nist_problem p;
        nist_fit *fit = &fits[i];
        fit->id = (nist_id)(i / 2);
        fit->start = (int)(i % 2) + 1;
        show_progress(fit, i);
        int failed = nist_read(data, fit->id, &p);
        if (!failed) {
            fit->observations = p.observations;
            const flx_status status = fit_problem(&p, fit);
            failed = status != FLX_OK;
            if (failed) fprintf(stderr, "%s: %s\n", p.name, flx_status_message(status));
        }
        if (!failed && out && fit->start == 2 && p.predictors == 1) {
            failed = nist_write_curve(out, &p, fit->b);
        }
        nist_clear(&p);
        if (failed) return -1;
    }
    end_progress();
    return 0;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What is claimed, in numbers. */
typedef struct summary {
    int reach[2];       /* fits with 8 digits in every parameter, from start 1 and 2 */
    int gsl_reach[2];   /* the same by GSL */
    int rss_short;      /* of these, those whose rss has less than 8, Lanczos1 aside */
    int orders;         /* fits whose error exponent is measured over three digits or more */
    double least_order; /* among them */
    double median_order;
    int apart;   /* fits where two roads differ by more than rounding explains */
    double ulps; /* worst disagreement of two roads */
} summary;

/* What rounding can explain. A sum of m terms, each the result of up to ROUNDINGS roundings, is off
 * by at most m + ROUNDINGS units of 2^-53 of its scale; two roads twice that, and an ulp of the
 * scale is one to two such units. */
enum { ROUNDINGS = 30 };

static double rounding_bound(const nist_fit *fit)
{
    return 2.0 * (double)(fit->observations + ROUNDINGS);
}

static summary summarise(const nist_fit *fits)
{
    summary s = {{0, 0}, {0, 0}, 0, 0, HUGE_VAL, 0.0, 0, 0.0};
    double orders[FITS];
    for (size_t i = 0; i < FITS; i++) {
        const nist_fit *f = &fits[i];
        const int reached = f->lre_parameters >= 8.0;
        s.reach[f->start - 1] += reached;
        s.gsl_reach[f->start - 1] += f->gsl_lre_parameters >= 8.0;
        /* Lanczos1's rss of 1.4e-25 is the rounding of its own 14-digit data. */
        s.rss_short += reached && f->lre_rss < 8.0 && f->id != NIST_Lanczos1;
        const double ulps = fmax(nist_worst_ulps(&f->at_start), nist_worst_ulps(&f->at_solution));
        s.apart += ulps > rounding_bound(f);
        s.ulps = fmax(s.ulps, ulps);
        if (reached && f->newton.order_digits >= 3.0) {
            orders[s.orders++] = f->newton.order;
            s.least_order = fmin(s.least_order, f->newton.order);
        }
    }
    qsort(orders, (size_t)s.orders, sizeof *orders, by_size);
    if (s.orders > 0) s.median_order = orders[s.orders / 2];
    return s;
}

static void print_failures(const nist_fit *fits)
{
    int count = 0;
    for (size_t i = 0; i < FITS; i++) {
        if (fits[i].lre_parameters >= 8.0) continue;
        printf("%s %s from start %d", count++ ? "," : "    fail:", nist_name(fits[i].id),
               fits[i].start);
    }
    if (count) printf("\n");
}

static void print_summary(const summary *s, const nist_fit *fits)
{
    printf("\n8 correct digits in every parameter: %d of %d from start 2, %d from start 1",
           s->reach[1], NIST_PROBLEMS, s->reach[0]);
    if (nist_has_gsl) printf(" (GSL: %d and %d)", s->gsl_reach[1], s->gsl_reach[0]);
    printf("\n");
    print_failures(fits);
    printf("error exponent, over the %d fits that show three digits of it: at least %.2f, median "
           "%.2f\n",
           s->orders, s->least_order, s->median_order);
    printf("roads to a derivative differ by at most %.1f ulp\n", s->ulps);
}

static int claim(int holds, const char *what)
{
    if (!holds) printf("NOT SO: %s\n", what);
    return holds;
}

static int check(const summary *s)
{
    int all = claim(s->reach[1] == NIST_PROBLEMS, "from start 2 all problems reach 8 digits");
    all &= claim(s->reach[0] >= 24, "from start 1 at least 24 problems reach 8 digits");
    all &= claim(s->rss_short == 0, "so does the residual sum of squares, Lanczos1 aside");
    all &= claim(s->apart == 0, "roads to a derivative differ by rounding only");
    all &= claim(s->orders >= 20, "the error exponent can be measured in 20 fits at least");
    all &= claim(s->least_order >= 1.8, "the error exponent is 1.8 at least");
    return all;
}

int main(int argc, char **argv)
{
    static nist_fit fits[FITS];
    const char *data = NIST_DATA;
    const char *out = NULL;
    int checked = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--check") == 0) checked = 1;
        else if (strcmp(argv[i], "--data") == 0 && i + 1 < argc) data = argv[++i];
        else if (strcmp(argv[i], "--out") == 0 && i + 1 < argc) out = argv[++i];
        else {
            fprintf(stderr, "usage: %s [--data FOLDER] [--out FOLDER] [--check]\n", argv[0]);
            return 2;
        }
    }
    if (fit_all(data, out, fits) != 0) return 1;
    nist_print_table(FITS, fits);
    const summary s = summarise(fits);
    print_summary(&s, fits);
    if (out && nist_write_csv(out, FITS, fits) != 0) return 1;
    return checked && !check(&s) ? 1 : 0;
}
