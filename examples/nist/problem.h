/** @file problem.h
 *  A NIST StRD non-linear regression problem, read from one of the files in data/.
 *
 *  The files are plain text. Lines that start with # are comments; then, in this order:
 *
 *      problem NAME
 *      sizes OBSERVATIONS PREDICTORS PARAMETERS
 *      rss CERTIFIED_RESIDUAL_SUM_OF_SQUARES
 *      bK START1 START2 CERTIFIED STANDARD_DEVIATION      one line per parameter, K = 1, 2, ...
 *      data
 *      Y X1 [X2]                                          one line per observation
 */
#ifndef NIST_PROBLEM_H
#define NIST_PROBLEM_H

#include <stddef.h>

enum { NIST_NAME_ROOM = 16, NIST_MAX_PARAMETERS = 9, NIST_MAX_PREDICTORS = 2 };

/** Which model a problem fits, in the order of models.def. */
typedef enum nist_id {
#define NIST_MODEL(name, model) NIST_##name,
#include "models.def"
#undef NIST_MODEL
    NIST_PROBLEMS /**< number of problems */
} nist_id;

/** One problem; y and x belong to it. */
typedef struct nist_problem {
    nist_id id;
    char name[NIST_NAME_ROOM];
    size_t observations;
    size_t predictors;
    size_t parameters;
    double *y; /**< responses: observations numbers (for Nelson, their logarithms) */
    double *x; /**< predictors: observations x predictors, row-major */
    double start[2][NIST_MAX_PARAMETERS];
    double certified[NIST_MAX_PARAMETERS];
    double deviation[NIST_MAX_PARAMETERS]; /**< certified standard deviations */
    double certified_rss;
} nist_problem;

/** Name of a problem, such as "Hahn1". */
const char *nist_name(nist_id id);

/** Reads FOLDER/NAME.txt.
 *  @param[out] problem to be given to nist_clear, also after a failure
 *  @return 0; or -1, with a message about file and line on stderr */
int nist_read(const char *folder, nist_id id, nist_problem *problem);

/** Frees what nist_read allocated. */
void nist_clear(nist_problem *problem);

/** Log relative error: the number of correct digits of x against c, at most the 11 certified. */
double nist_lre(double x, double c);

/** Log relative error of the worst parameter. */
double nist_lre_parameters(const nist_problem *problem, const double *b);

#endif
