/* random_expect.h: what every mode must return for a random program. */
#ifndef FLUXION_TESTS_RANDOM_EXPECT_H
#define FLUXION_TESTS_RANDOM_EXPECT_H

#include "random_check.h"

typedef struct check {
    const random_program *p;
    size_t n, count; /* inputs; values */
    int finite;      /* inputs and constants are */
    unsigned probed; /* flags of the last value */
    unsigned edges;  /* operands of all operations: additions in a reverse sweep */
    unsigned char live[RANDOM_VALUES];
    double value[RANDOM_VALUES];
    ref r[RANDOM_INPUTS][RANDOM_INPUTS][RANDOM_VALUES]; /* [i][j] for i <= j */
    random_stats *stats;
    random_finding *finding;
    int failed, called; /* called: what is checked is a call of the program */
} check;

/* The first finding is kept. */
void found(check *c, unsigned mode, const char *format, ...);
/* The same bits, or both NaN. */
int same(double a, double b);
/* Value k's derivatives by inputs i and j. */
const ref *reference(const check *c, size_t i, size_t j, size_t k);
/* Rounding of a first derivative whose path products have this sum of absolute values. */
double first_bound(const check *c, const ref *r, long double size);

void expect_status(check *c, unsigned mode, flx_status got);
void expect_value(check *c, unsigned mode, size_t k, double got);
/* Value k's derivative by input i. */
void expect_first(check *c, unsigned mode, size_t i, size_t k, double got);
void expect_second(check *c, unsigned mode, size_t i, size_t j, size_t k, double got);
/* Nothing that is not finite comes silently out of finite numbers. */
void expect_told(check *c, unsigned mode, unsigned flags, size_t n, const double *result);
/* Flags of a gradient of the last value: a probe meets all that has to do with values and kinks. */
void expect_flags(check *c, unsigned mode, unsigned flags, size_t n, const double *gradient);
/* Coefficients against those at a higher order, bit for bit but for the sign of zeros: no kernel may
 * let the order change what is below it. */
void expect_prefix(check *c, unsigned mode, size_t k, size_t order, const double *low,
                   const double *high);
/* Whether no coefficient is so small or large that a kernel scales it or takes its limits. */
int tame(size_t order, const double *x);
/* Whether some step has the sign of a NaN as its operand, which nobody promises; of these values. */
int asks_sign_of_nan(const random_program *p, const double *value);
/* Counts the operations with influence. */
void hit(check *c, unsigned mode);

/* The program in every number type. */
void check_numbers(check *c);

/* Frozen with the last value as output, and with all: at many points, along several directions. */
void check_many(check *c, flx_program *last, flx_program *all);

#endif
