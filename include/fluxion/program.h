/** @file program.h
 *  Programs: a tape frozen into an immutable function, and the drivers that differentiate it.
 *
 *  A program is f: R^n x parameters -> R^m. It is const and may be run by any number of threads at
 *  once, each with a flx_work of its own. Drivers allocate nothing once the work is made, unless
 *  they say so.
 *
 *  Common to all drivers: `x` is the point, length n, or NULL for the point already set (by
 *  flx_set_point or an earlier driver; flx_jet needs its path); matrices are dense and row-major;
 *  `report` may be NULL.
 *  They return FLX_OK, FLX_EARG, FLX_EPOINT (x NULL and no point set), FLX_EWORK (work of another
 *  program, or not made for this use) or FLX_BRANCH_CHANGED: a recorded comparison has another
 *  outcome at x, so the program does not stand for the user's function there, every output is NaN
 *  and report->index names the comparison. NaN and Inf in x flow through. */
#ifndef FLUXION_PROGRAM_H
#define FLUXION_PROGRAM_H

#include <fluxion/grad.h>

FLX_BEGIN_DECLS

/** A frozen tape; opaque, immutable, reference-counted. */
typedef struct flx_program flx_program;

/** The memory that one thread needs to run one program; opaque. */
typedef struct flx_work flx_work;

/** Refuse to freeze a tape whose variables were read with flx_value while recording. */
#define FLX_REFUSE_READS 1u

/** @name What freezing is not to do
 *  Flags of flx_freeze and flx_record. Whatever it does, values keep their bits, derivatives what
 *  rounding leaves of them, guards and flags their places. @{ */
/** Compute what depends on constants alone at every point. */
#define FLX_KEEP_CONSTANTS 2u
/** Compute repeated operations again. */
#define FLX_KEEP_REPEATED 4u
/** Keep what no output or guard depends on. */
#define FLX_KEEP_UNUSED 8u
/** Do not put first what no input is needed for. */
#define FLX_KEEP_MIXED 16u
/** Let works for values alone have a slot for every intermediate too, and finish every operation on
 *  arrays before the next one begins. */
#define FLX_KEEP_SLOTS 64u
/** None of these: what was recorded, as it was. */
#define FLX_KEEP_ALL 94u
/** @} */

/** Put equal operations side by side, and make operations on arrays of them where at least eight were
 *  recorded alike, their operands as far from each other as those of a loop's turns are. What loops sum up
 *  stays a sum of one number after the other. Gradients of long loops take about half of the time, products
 *  along many directions as long as before or longer; freezing takes a quarter longer. */
#define FLX_IN_RUNS 32u

/** Let works for values alone use slots again whose values nothing needs any more, whatever the schedule
 *  for it costs: 16 bytes and more for each instruction, once. Without a word freezing makes one where
 *  there are more than 65 536 slots, and 32 for each instruction, as with large arrays. */
#define FLX_REUSE_SLOTS 128u

/** What a work is for. Each kind serves the ones before it; jets stand alone with evaluation. */
typedef enum flx_work_kind {
    FLX_WORK_VALUE,  /**< flx_eval; slots may be used again (FLX_REUSE_SLOTS) */
    FLX_WORK_FIRST,  /**< flx_jvp, flx_vjp, flx_jvps, flx_vjps, flx_gradient, flx_jacobian */
    FLX_WORK_SECOND, /**< flx_hvp, flx_hvps, flx_hessian and their other roads */
    FLX_WORK_JET     /**< flx_jet up to the order given */
} flx_work_kind;

/** Freezes what a tape holds into a program.
 *  @param[in]  tape    the tape; unchanged, still usable
 *  @param[in]  n       number of inputs
 *  @param[in]  x       inputs: made by flx_variable or elements of flx_array_variable, all distinct
 *  @param[in]  m       number of outputs
 *  @param[in]  y       outputs: variables of the tape, or constants
 *  @param[in]  flags   0, or any of FLX_REFUSE_READS, FLX_KEEP_..., FLX_IN_RUNS and FLX_REUSE_SLOTS
 *  @param[out] program to be given to flx_program_release; NULL on failure
 *  @param[out] report  where and why, and the number of plain reads; or NULL
 *  @return FLX_OK; the tape's kept status; FLX_EARG where an x is not an independent variable or
 *  occurs twice; FLX_ETAPE, FLX_ESTALE, FLX_EREAD, FLX_ENOMEM */
FLX_API flx_status flx_freeze(flx_tape *tape, size_t n, const flx_var *x, size_t m,
                              const flx_var *y, unsigned flags, flx_program **program,
                              flx_report *report);

/** Computes anew what is out of date on a tape (flx_set), recorded gradients included: one sweep
 *  forward from the first such value, which records nothing. What was recorded is what is replayed:
 *  comparisons must come out as they did, and plain values that were read (flx_value), or computed
 *  while recording was paused, stay what they were.
 *  @param[in]  tape   the tape
 *  @param[out] report where and why, and the number of plain reads; or NULL
 *  @return FLX_OK, also where nothing is out of date; the tape's kept status; FLX_BRANCH_CHANGED:
 *  the values stay out of date, so record anew */
FLX_API flx_status flx_replay(flx_tape *tape, flx_report *report);

/** One more owner. @return f */
FLX_API flx_program *flx_program_retain(flx_program *f);

/** One owner less; the last one frees it. NULL is fine. */
FLX_API void flx_program_release(flx_program *f);

/** Number of inputs. */
FLX_API size_t flx_inputs(const flx_program *f);

/** Number of outputs. */
FLX_API size_t flx_outputs(const flx_program *f);

/** Number of parameters (flx_parameter), in the order of recording. */
FLX_API size_t flx_parameters(const flx_program *f);

/** Number of instructions that were recorded: reports name them by their place among them.
 *  flx_program_describe tells how many are left. */
FLX_API size_t flx_instructions(const flx_program *f);

/** What freezing does, one pass after the other. */
typedef enum flx_pass {
    FLX_PASS_RECORDED,  /**< nothing yet: what was recorded */
    FLX_PASS_CONSTANTS, /**< what depends on constants alone is computed, where no flag is lost */
    FLX_PASS_REPEATED,  /**< the same operation on the same operands is computed once */
    FLX_PASS_UNUSED,    /**< what no output or guard depends on is dropped */
    FLX_PASS_ORDER,     /**< what depends on constants first, on parameters next, on inputs last; in
                             each, equal operations that do not depend on each other in runs */
    FLX_PASS_ARRAYS,    /**< runs of equal operations, and of inputs, are one operation on arrays */
    FLX_PASS_COUNT      /**< number of passes */
} flx_pass;

/** Sizes of a program's code. */
typedef struct flx_program_counts {
    size_t instructions; /**< instructions */
    size_t slots;        /**< numbers that they work on */
    size_t runs;         /**< rows of instructions of the same operation */
    size_t bytes;        /**< of memory that the program holds, works apart */
} flx_program_counts;

/** What a program is made of. */
typedef struct flx_program_description {
    size_t inputs;     /**< number of inputs */
    size_t parameters; /**< number of parameters */
    size_t outputs;    /**< number of outputs */
    size_t constants;  /**< numbers that are given */
    size_t guards;     /**< recorded comparisons */
    size_t once; /**< instructions that are executed when parameters are set, not at every point */
    size_t value_slots; /**< numbers that a work for values alone holds */
    size_t strips; /**< elementwise operations on arrays that such a work executes in strips: some
                        elements of several operations, then the next elements */
    size_t schedule_bytes; /**< of memory that the program holds for that, or 0 */
    flx_program_counts after[FLX_PASS_COUNT]; /**< sizes after each pass */
} flx_program_description;

/** Describes a program. */
FLX_API flx_program_description flx_program_describe(const flx_program *f);

/** Makes a work for a program. The work keeps the program alive.
 *  @param[in]  f     program
 *  @param[in]  kind  what it is for
 *  @param[in]  most  of FLX_WORK_JET, the highest order of flx_jet. Of FLX_WORK_FIRST and
 *  FLX_WORK_SECOND, how many directions or cotangents one sweep takes: 1, 4 or 8 (of other numbers,
 *  the next lower), each of which needs 8 or, for second derivatives, 16 bytes for every slot of the
 *  program; 0: 8 where that is 16 MiB at most in all, else 1. Results do not depend on it, the time of
 *  flx_jvps, flx_vjps, flx_hvps, flx_jacobian and flx_hessian does. Else ignored
 *  @param[out] work  to be given to flx_work_destroy; NULL on failure */
FLX_API flx_status flx_work_create(flx_program *f, flx_work_kind kind, size_t most,
                                   flx_work **work);

/** Frees a work; NULL is fine. */
FLX_API void flx_work_destroy(flx_work *work);

/** Changes the parameters for this work; the point set is forgotten. NULL: as recorded. */
FLX_API flx_status flx_work_set_parameters(const flx_program *f, flx_work *w, const double *p);

/** The delicate points that drivers have met with this work since it was made, or since the last
 *  flx_work_clear_flags, and where: sticky. report->flags of a driver has those of its own call, and
 *  where the call succeeded the report names the operation of the first. Looking for them is one
 *  pass over values; where a value or result is not finite, or an operation stands at a kink, pole
 *  or jump, it costs about as much again as a sweep. */
FLX_API flx_flags flx_work_flags(const flx_work *w);

/** Forgets the flags. */
FLX_API void flx_work_clear_flags(flx_work *w);

/** Evaluates at x once, so that later drivers may be given x = NULL. A work of FLX_WORK_VALUE that uses
 *  slots again asks for memory when it first comes to a point of which there is something to report: as
 *  much as one that keeps all; FLX_ENOMEM where there is none. */
FLX_API flx_status flx_set_point(const flx_program *f, flx_work *w, const double *x,
                                 flx_report *report);

/** y = f(x).
 *  @param[in]  f      program
 *  @param[in]  w      work of the calling thread
 *  @param[in]  x      point, length n, or NULL
 *  @param[out] y      values, length m
 *  @param[out] report where and why, or NULL
 *  @return as all drivers; FLX_ENOMEM: see flx_set_point */
FLX_API flx_status flx_eval(const flx_program *f, flx_work *w, const double *x, double *y,
                            flx_report *report);

/** Jacobian-vector product J(x)*dir: one dual sweep forward.
 *  @param[in]  f      program
 *  @param[in]  w      work of the calling thread, FLX_WORK_FIRST or higher
 *  @param[in]  x      point, length n, or NULL
 *  @param[in]  dir    direction, length n
 *  @param[out] jv     product, length m
 *  @param[out] report where and why, or NULL
 *  @return as all drivers */
FLX_API flx_status flx_jvp(const flx_program *f, flx_work *w, const double *x, const double *dir,
                           double *jv, flx_report *report);

/** Vector-Jacobian product weight'*J(x): one sweep forward, one back.
 *  @param[in]  f      program
 *  @param[in]  w      work of the calling thread, FLX_WORK_FIRST or higher
 *  @param[in]  x      point, length n, or NULL
 *  @param[in]  weight one weight per output, or NULL where there is one output
 *  @param[out] g      product, length n
 *  @param[out] report where and why, or NULL
 *  @return as all drivers; FLX_EDIM if weight is missing */
FLX_API flx_status flx_vjp(const flx_program *f, flx_work *w, const double *x, const double *weight,
                           double *g, flx_report *report);

/** k Jacobian-vector products at one point, by sweeps along up to 8 directions at once: each pays for
 *  the values and the elementary functions once. Every product has the bits that flx_jvp gives it.
 *  @param[in]  f      program
 *  @param[in]  w      work of the calling thread, FLX_WORK_FIRST or higher
 *  @param[in]  x      point, length n, or NULL
 *  @param[in]  k      number of directions; 0 sets the point
 *  @param[in]  dir    directions, k x n, row-major
 *  @param[out] jv     products, k x m, row-major; must not overlap dir
 *  @param[out] report where and why, or NULL
 *  @return as all drivers */
FLX_API flx_status flx_jvps(const flx_program *f, flx_work *w, const double *x, size_t k,
                            const double *dir, double *jv, flx_report *report);

/** k vector-Jacobian products at one point, by sweeps back of up to 8 cotangents at once: each pays for
 *  the elementary partials once. Every product has the bits that flx_vjp gives it.
 *  @param[in]  f      program
 *  @param[in]  w      work of the calling thread, FLX_WORK_FIRST or higher
 *  @param[in]  x      point, length n, or NULL
 *  @param[in]  k      number of cotangents; 0 sets the point
 *  @param[in]  weight cotangents, k x m, row-major; or NULL where there is one output and k is 1
 *  @param[out] g      products, k x n, row-major; must not overlap weight
 *  @param[out] report where and why, or NULL
 *  @return as all drivers; FLX_EDIM if weights are missing */
FLX_API flx_status flx_vjps(const flx_program *f, flx_work *w, const double *x, size_t k,
                            const double *weight, double *g, flx_report *report);

/** Value and gradient of a program with one output: one sweep forward, one back.
 *  @param[in]  f      program
 *  @param[in]  w      work of the calling thread, FLX_WORK_FIRST or higher
 *  @param[in]  x      point, length n, or NULL
 *  @param[out] y      value, or NULL
 *  @param[out] g      gradient, length n
 *  @param[out] report where and why, or NULL
 *  @return as all drivers; FLX_EDIM where there is not one output */
FLX_API flx_status flx_gradient(const flx_program *f, flx_work *w, const double *x, double *y,
                                double *g, flx_report *report);

/** Jacobian: by rows backward where m <= n, else by columns forward, up to 8 of them at once.
 *  @param[in]  f      program
 *  @param[in]  w      work of the calling thread, FLX_WORK_FIRST or higher
 *  @param[in]  x      point, length n, or NULL
 *  @param[out] jac    m x n, row-major
 *  @param[out] report where and why, or NULL
 *  @return as all drivers */
FLX_API flx_status flx_jacobian(const flx_program *f, flx_work *w, const double *x, double *jac,
                                flx_report *report);

/** Taylor coefficients of f along a polynomial path: with x(t) = sum_k x_k t^k,
 *  y(t) = f(x(t)) = sum_k y_k t^k. Coefficients, not derivatives: y_k = (d/dt)^k f / k!.
 *  @param[in]  f      program
 *  @param[in]  w      work of the calling thread, of kind FLX_WORK_JET
 *  @param[in]  order  highest coefficient, at most that of the work (FLX_EWORK otherwise)
 *  @param[in]  x      (order+1) x n row-major: row k holds coefficient k of every input
 *  @param[out] y      (order+1) x m row-major
 *  @param[out] report where and why, or NULL
 *  @return as all drivers */
FLX_API flx_status flx_jet(const flx_program *f, flx_work *w, size_t order, const double *x,
                           double *y, flx_report *report);

FLX_END_DECLS

#endif
