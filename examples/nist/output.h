/** @file output.h
 *  One fit, and how it is shown: the table, the CSV file, the curves to plot. */
#ifndef NIST_OUTPUT_H
#define NIST_OUTPUT_H

#include "newton.h"
#include "problem.h"
#include "roads.h"

/** What there is to say about one problem from one starting point. */
typedef struct nist_fit {
    nist_id id;
    int start; /**< 1 or 2 */
    size_t observations;
    newton_result newton;
    double b[NIST_MAX_PARAMETERS]; /**< the parameters found */
    double lre_parameters;
    double lre_rss;
    double gsl_lre_parameters; /**< 0 without GSL */
    nist_disagreement at_start, at_solution;
} nist_fit;

/** The larger of the disagreements between gradients and between Hessians, in ulps. */
double nist_worst_ulps(const nist_disagreement *d);

/** Prints the table and what its columns mean. */
void nist_print_table(size_t count, const nist_fit *fits);

/** Writes FOLDER/nist.csv. @return 0, or -1 with a message on stderr */
int nist_write_csv(const char *folder, size_t count, const nist_fit *fits);

/** Writes FOLDER/fits/NAME.data (observations) and NAME.curve (the fitted model on a fine grid) in
 *  two columns, for a problem with one predictor. @return 0, or -1 with a message on stderr */
int nist_write_curve(const char *folder, const nist_problem *problem, const double *b);

#endif
