/* random_trees.h: expressions of one variable and their Taylor coefficients from Arb, as
 * tools/reference/trees.c writes them, against every number type and the tape. */
#ifndef FLUXION_TESTS_RANDOM_TREES_H
#define FLUXION_TESTS_RANDOM_TREES_H

#include <stdio.h>

#include "random_program.h"
#include "reference.h"

enum { TREE_ORDER = 16 };

/* moved[k] is what coefficient k moves, in relative errors, where coefficient j of every step is
 * wrong by j + 1 of them. */
typedef struct random_tree {
    random_program program;
    long double c[TREE_ORDER + 1], moved[TREE_ORDER + 1];
} random_tree;

/* clang-format off */
#define TREE_MODE_LIST(X) \
    X(dual) X(dual8) X(ddual) X(hyperdual) X(hyperdual3) X(taylor2) X(taylor3) X(taylor4) X(taylor8) \
    X(taylor16) X(series) X(tape)
/* clang-format on */

enum tree_mode {
#define X(name) TREE_##name,
    TREE_MODE_LIST(X)
#undef X
        TREE_MODES
};

const char *random_tree_mode(unsigned mode);

/* The next whole expression of a file; 0 at its end. */
int random_tree_read(FILE *file, random_tree *t);

/* Measures tree number n in all modes; -1 where memory is out. Permitted in coefficient k is what a
 * relative error of 4(j+1) ulp in coefficient j of every intermediate result comes to. An ulp is at
 * most 2^-52 of a number. */
int random_tree_check(size_t n, const random_tree *t, ref_worst worst[TREE_MODES]);

#endif
