/* random_program.h: straight-line programs over every operation of the library, made from bytes.
 *
 * The same program runs over double, every number type, the tape (arrays natively there) and the
 * test's own reference type. A quarter of the inputs and constants are delicate: signed zeros,
 * ones, infinities, NaN, subnormals, 1e+-300; operands coincide often, so that ties occur. */
#ifndef FLUXION_TESTS_RANDOM_PROGRAM_H
#define FLUXION_TESTS_RANDOM_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include <fluxion/array.h>
#include <fluxion/function.h>

/* Under a sanitizer, which makes each take ten times as long, tests try one program in so many. */
#ifdef __SANITIZE_ADDRESS__
enum { RANDOM_SPARSE = 4 };
#else
enum { RANDOM_SPARSE = 1 };
#endif

enum {
    RANDOM_INPUTS = 4,
    RANDOM_STEPS = 16,
    RANDOM_VALUES = RANDOM_INPUTS + RANDOM_STEPS,
    RANDOM_SIDE = 5, /* arrays have at most this many rows and columns */
    RANDOM_BYTES = 384
};

enum random_op {
/* clang-format off */
#define RANDOM_UNARY(name) RANDOM_##name,
#define RANDOM_BINARY(name) RANDOM_##name, RANDOM_##name##_xc, RANDOM_##name##_cx,
#define RANDOM_TERNARY(name) RANDOM_##name, RANDOM_##name##_xxc, RANDOM_##name##_cxc, RANDOM_##name##_xcc,
#define RANDOM_COMPARE(name) RANDOM_##name, RANDOM_##name##_xc, RANDOM_##name##_cx,
#define RANDOM_SELECT(form) RANDOM_##form,
#define RANDOM_ARRAY(name) RANDOM_##name,
#include "random_op.def"
    /* clang-format on */
    RANDOM_OPS
};

/* Which two views of the matrices P and Q an array operation sees. */
enum random_view {
    VIEW_WHOLE,     /* P and Q */
    VIEW_TRANSPOSE, /* P' and Q' */
    VIEW_MIRROR,    /* P and P', both square */
    VIEW_ROWS,      /* a row of P, a row of Q */
    VIEW_COLS,      /* a column of P, a column of Q */
    VIEW_STRIDED,   /* every second row and column of P and of Q */
    VIEW_OVERLAP,   /* P without its last row, P without its first */
    VIEW_INPUTS,    /* the inputs as they lie on the tape, twice */
    RANDOM_VIEWS
};

/* One operation; operands are numbers of earlier values, inputs first. For arrays, element k of P is
 * value (a + k*step) mod count, Q likewise from b; c is the scale of axpy. */
typedef struct random_step {
    uint8_t op;
    uint8_t a, b, c;
    uint8_t rows, cols, view, step;
    double k[2]; /* constants */
} random_step;

typedef struct random_program {
    size_t inputs, steps;
    int array_inputs; /* the inputs are one array of the tape */
    double x[RANDOM_INPUTS];
    random_step step[RANDOM_STEPS];
} random_program;

/* Any bytes make a program, and the longer they are the longer it may be. */
void random_program_from_bytes(random_program *p, size_t size, const uint8_t *bytes);

/* The same program on every machine. */
void random_program_from_seed(random_program *p, uint64_t seed);

/* A program of these operations, at most 256, each on the result of the one before and within its
 * domain where that can be had: most of its steps have influence. The same on every machine. */
void random_program_of(random_program *p, uint64_t seed, size_t count, const uint8_t *ops);

/* The name of an operation, as in "pow_xc". */
const char *random_op_name(unsigned op);

/* 0: takes no operand there; 1, 2, 3: how many of a, b, c are operands. Arrays: 3. */
unsigned random_operands(unsigned op);

int random_is_array(unsigned op);

/* Rows and columns of the two views of an array step, and the number in the program of element
 * (i, j) of the first (which = 0) or second view. n inputs, count values so far. */
void random_view_shape(const random_step *s, size_t n, size_t *rows, size_t *cols);
size_t random_view_at(const random_step *s, size_t n, size_t count, int which, size_t i, size_t j);

/* Array steps from matmul on leave a sum of products of values: one element, by s->step, of
 *   matmul     P Q'
 *   cumsum     running sums along the rows of P and Q multiplied element by element
 *   gather     rows 0, step, 2 step, ... of P, times the first row of Q
 *   sum_along  the sums along an axis of P times the first row of Q */
enum random_summing { SUM_BY_TREE, SUM_FROM_ZERO, SUM_FROM_FIRST };

typedef struct random_terms {
    size_t count;
    enum random_summing how;
    size_t x[RANDOM_SIDE * RANDOM_SIDE], y[RANDOM_SIDE * RANDOM_SIDE]; /* numbers of values */
} random_terms;

int random_is_sum(unsigned op);
void random_terms_of(const random_step *s, size_t n, size_t count, random_terms *terms);

/* Whether a step on these values shows the sign of a NaN, which is not C's to say: copysign does. */
int random_asks_sign_of_nan(const random_step *s, const double *v);

/* live[v] is set where value number v has an influence on the last one. */
void random_live(const random_program *p, unsigned char live[RANDOM_VALUES]);

/* What a run is given through the generic functions' user data. */
typedef struct random_run {
    const random_program *program;
    const flx_array *inputs; /* on a tape with array inputs, else NULL */
    int scalars;             /* on a tape: array steps element by element */
} random_run;

/* The program in every number type: all its values as outputs, inputs first; ctx a random_run. */
extern const flx_function *const random_function;

/* One operation alone, on operands a, b, c; not for arrays. ctx a random_step. */
extern const flx_function *const random_single;

/* An array step on a tape. */
flx_var random_step_on_tape(const random_run *run, const random_step *s, size_t n, size_t count,
                            const flx_var *v);

#endif
