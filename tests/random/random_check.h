/* random_check.h: holds one random program, run in every mode, against plain doubles and the
 * reference sweep. */
#ifndef FLUXION_TESTS_RANDOM_CHECK_H
#define FLUXION_TESTS_RANDOM_CHECK_H

#include "random_reference.h"

/* clang-format off */
#define RANDOM_MODE_LIST(X) \
    X(double) X(dual) X(ddual) X(hyperdual) X(hyperdual3) X(dual4) X(dual8) X(taylor2) X(taylor3)    \
    X(taylor4) X(taylor8) X(taylor16) X(series)                                                      \
    X(record) X(grad) X(grad_graph) X(grad_twice) X(eval) X(jvp) X(vjp) X(gradient) X(jacobian)     \
    X(hvp) X(hvp_double_backprop) X(hessian) X(hessian_hyperdual) X(hessian_double_backprop) X(jet)  \
    X(tangent) X(tangent_twice) X(tangent_grad) X(grad_tangent)                                      \
    X(directions) X(batch_strict) X(batch)
/* clang-format on */

enum random_mode {
#define X(name) MODE_##name,
    RANDOM_MODE_LIST(X)
#undef X
        RANDOM_MODES
};

const char *random_mode_name(unsigned mode);

/* What was checked, over all programs so far. */
typedef struct random_stats {
    unsigned long programs, replays, branch_changes;
    unsigned long hit[RANDOM_OPS][RANDOM_MODES]; /* operations run in a mode with influence */
    unsigned long first, second;                 /* derivatives compared */
    unsigned long infinite;                      /* of first: as infinite or NaN */
    unsigned long prefixes;                      /* Taylor values compared bit for bit */
    unsigned long indeterminate, range;          /* first derivatives left out, and why */
    unsigned long singular2, range2;             /* second derivatives left out, and why */
    unsigned long known;                         /* left out: deviations known and open */
    double worst_first, worst_second;            /* largest part of the bound that was used */
} random_stats;

/* The first thing found wrong. */
typedef struct random_finding {
    unsigned mode;
    char text[240];
} random_finding;

/* Checks everything; 0 where all is well, else 1 and the finding. */
int random_check(const random_program *p, random_stats *stats, random_finding *finding);

#endif
