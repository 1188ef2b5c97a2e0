/* bench.h: problems, contenders, and the race between them. Read by C and C++. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Constants of the Helmholtz energy function. */
#define BENCH_RT 2.5
#define BENCH_SQRT8 2.8284271247461903
#define BENCH_UPPER 2.4142135623730951
#define BENCH_LOWER (-0.41421356237309515)

/* The widest hidden layer of the network. */
#define BENCH_WIDTH 32

/* What a function reads beside its inputs; members that it does not use are 0. */
typedef struct bench_data {
    size_t length;                 /* sin chain */
    double *a, *b;                 /* Helmholtz: n x n symmetric, n */
    size_t inputs, width, samples; /* network */
    double *sample, *target;       /* network: samples x inputs, samples */
} bench_data;

typedef enum bench_function {
    BENCH_ROSENBROCK,
    BENCH_SINCHAIN,
    BENCH_SPEELPENNING,
    BENCH_HELMHOLTZ,
    BENCH_NETWORK,
    BENCH_FUNCTIONS
} bench_function;

/* A function at a point, with the direction of directional derivatives. */
typedef struct bench_problem {
    bench_function function;
    const char *name;
    size_t size; /* what the table calls the problem's size */
    size_t n;
    double *x, *dir;
    bench_data data;
} bench_problem;

/* What is computed. Contenders race, and must agree, within one quantity. */
typedef enum bench_quantity {
    BENCH_VALUE,       /* f(x) */
    BENCH_GRADIENT,    /* n numbers */
    BENCH_DIRECTIONAL, /* dir' gradient */
    BENCH_HVP,         /* Hessian times dir, n numbers */
    BENCH_CURVATURE,   /* dir' Hessian dir */
    BENCH_SERIES,      /* n Taylor coefficients of functions that bench/forward alone knows */
    BENCH_QUANTITIES
} bench_quantity;

/* One way to compute a quantity. run is timed, open and close are not. */
typedef struct bench_contender {
    const char *name;
    bench_quantity quantity;
    double tolerance; /* largest difference to the reference, over the reference's largest entry */
    size_t most;      /* largest n it is given, where its cost grows with n; 0: any */
    /* NULL: the problem itself is the state. Returns NULL for a problem that it has no form of. */
    void *(*open)(const bench_problem *p);
    void (*run)(void *state, double *result);
    void (*close)(void *state);
} bench_contender;

/* Contenders of one tool; version says which, and how it was compiled. */
typedef struct bench_team {
    const char *name, *version;
    const bench_contender *contender;
    size_t contenders;
} bench_team;

/* Agreement that is asked of exact derivatives and of differences. */
#define BENCH_EXACT 1e-10
#define BENCH_DIFFERENCE 1e-5

/* Where the cost of a gradient grows with n: not beyond this. */
#define BENCH_SMALL 512

extern const bench_team bench_team_c, bench_team_fluxion, bench_team_adolc, bench_team_ceres,
    bench_team_boost;

/* Plain C: the value, and value with gradient by an adjoint written by hand. */
double bench_value(const bench_problem *p, const double *x);
double bench_adjoint(const bench_problem *p, const double *x, double *gradient);

/* Stops the program with a message. */
#if defined __GNUC__
__attribute__((format(printf, 1, 2), noreturn))
#endif
void bench_fail(const char *format, ...);

/* Whether n numbers are the same, bit for bit. */
int bench_same(const double *a, const double *b, size_t n);

/* calloc that cannot fail: it stops the program. */
void *bench_allocate(size_t count, size_t size);

#ifdef __cplusplus
}
#endif

#endif
