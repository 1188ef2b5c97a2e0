#include "output.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "functions.h"
#include "gsl_fit.h"

enum { CURVE_POINTS = 600 };

double nist_worst_ulps(const nist_disagreement *d) { return fmax(d->gradient, d->hessian); }

void nist_print_table(size_t count, const nist_fit *fits)
{
    printf("                          correct digits         error  roads differ, ulps  GSL's\n"
           "problem  start  iterations  parameters    rss exponent  at start  at end   digits\n");
    for (size_t i = 0; i < count; i++) {
        const nist_fit *f = &fits[i];
        printf("%-8s %5d %11zu %11.2f %6.2f %8.2f %9.1f %7.1f ", nist_name(f->id), f->start,
               f->newton.iterations, f->lre_parameters, f->lre_rss, f->newton.order,
               nist_worst_ulps(&f->at_start), nist_worst_ulps(&f->at_solution));
        if (nist_has_gsl) printf("%8.2f", f->gsl_lre_parameters);
        else printf("%8s", "n/a");
        printf("%s\n", f->lre_parameters >= 8.0 ? "" : "   fails");
    }
    printf(
        "\n"
        "Correct digits: -log10 of the worst relative error against NIST's 11 certified digits.\n"
        "Error exponent: p in error_{k+1} ~ error_k^p over the last Newton steps.\n"
        "Roads differ: the worst disagreement of seven ways to the gradient, six to the Hessian,\n"
        "in ulps of the sum of absolute values that each of them adds up (roads.h).\n"
        "GSL's digits: gsl_multifit_nlinear, trust region, Levenberg-Marquardt, same start.\n");
}

static FILE *open_in(const char *folder, const char *name, const char *suffix, char *path,
                     size_t room)
{
    snprintf(path, room, "%s/%s%s", folder, name, suffix);
    FILE *file = fopen(path, "w");
    if (!file) perror(path);
    return file;
}

/* Closes a file that was written; a full disk shows here at the latest. */
static int close_written(FILE *file, const char *path)
{
    const int failed = ferror(file);
    if (fclose(file) == 0 && !failed) return 0;
    perror(path);
    return -1;
}

int nist_write_csv(const char *folder, size_t count, const nist_fit *fits)
{
    char path[4096];
    FILE *file = open_in(folder, "nist", ".csv", path, sizeof path);
    if (!file) return -1;
    fprintf(file, "problem,start,converged,iterations,lre_params,lre_rss,max_ulp_start,"
                  "max_ulp_solution,gsl_lre_params\n");
    for (size_t i = 0; i < count; i++) {
        const nist_fit *f = &fits[i];
        fprintf(file, "%s,%d,%d,%zu,%.2f,%.2f,%.2f,%.2f,", nist_name(f->id), f->start,
                f->newton.converged, f->newton.iterations, f->lre_parameters, f->lre_rss,
                nist_worst_ulps(&f->at_start), nist_worst_ulps(&f->at_solution));
        if (nist_has_gsl) fprintf(file, "%.2f\n", f->gsl_lre_parameters);
        else fprintf(file, "n/a\n");
    }
    return close_written(file, path);
}

static int write_observations(const char *folder, const nist_problem *p)
{
    char path[4096];
    FILE *file = open_in(folder, p->name, ".data", path, sizeof path);
    if (!file) return -1;
    for (size_t i = 0; i < p->observations; i++) fprintf(file, "%.17g %.17g\n", p->x[i], p->y[i]);
    return close_written(file, path);
}

static int write_model(const char *folder, const nist_problem *p, const double *b)
{
    char path[4096];
    double low = p->x[0], high = p->x[0];
    FILE *file = open_in(folder, p->name, ".curve", path, sizeof path);
    if (!file) return -1;
    for (size_t i = 0; i < p->observations; i++) {
        low = fmin(low, p->x[i]);
        high = fmax(high, p->x[i]);
    }
    /* The model at x is minus the residual of an observation y = 0 there. */
    for (size_t i = 0; i <= CURVE_POINTS; i++) {
        double x = low + (high - low) * (double)i / CURVE_POINTS;
        double y = 0.0, residual;
        nist_problem at = *p;
        at.x = &x;
        at.y = &y;
        at.observations = 1;
        nist_residuals->f_double(p->parameters, b, 1, &residual, &at);
        fprintf(file, "%.17g %.17g\n", x, -residual);
    }
    return close_written(file, path);
}

int nist_write_curve(const char *folder, const nist_problem *problem, const double *b)
{
    char fits[4000];
    snprintf(fits, sizeof fits, "%s/fits", folder);
    if (write_observations(fits, problem) != 0) return -1;
    return write_model(fits, problem, b);
}
