/* program.h: the inside of programs and works. */
#ifndef FLUXION_PROGRAM_PROGRAM_H
#define FLUXION_PROGRAM_PROGRAM_H

#include <stdatomic.h>

#include <fluxion/program.h>

#include "core/memory.h"
#include "program/wide.h"
#include "reverse/flags.h"
#include "reverse/loop.h"

/* A program derived from another one, which keeps it for its loops. */
typedef struct flx_derivation flx_derivation;
struct flx_derivation {
    flx_derived kind;
    flx_split split;
    flx_program *program;
    flx_derivation *next;
};

typedef struct flx_schedule flx_schedule; /* schedule.h */

/* Slots side by side. */
typedef struct flx_run {
    uint32_t slot, count;
} flx_run;

struct flx_program {
    atomic_uint owners;
    flx_memory memory;
    flx_code code; /* reads the arrays below */
    flx_instr *instr;
    double *imm;
    uint32_t *word;
    flx_block *block;
    flx_guard *guard;
    flx_label *label;
    flx_callback *call;
    flx_loop *loop;
    flx_preset *constant; /* constants, and variables that are not inputs */
    flx_preset *parameter;
    uint32_t *input; /* slots */
    uint32_t *output;
    int scalar;         /* whether all instructions are, but inputs */
    uint32_t *delicate; /* instructions that have delicate points */
    uint32_t *origin;   /* of the code: recorded instructions */
    uint8_t *fresh;     /* of the code */
    flx_run *clear;     /* the adjoints that are to be zero before a sweep back (spared.c) */
    flx_run *telling;   /* and the values that tell whether any is not finite */
    uint32_t clears, tellings;
    uint32_t imms, words, blocks, constants, parameters, delicates, origins;
    unsigned order;     /* up to which derivatives are there; UINT_MAX: any */
    const char *limit;  /* the operation that has no more, or NULL */
    size_t independent; /* the first output that does not depend on the inputs, or outputs */
    uint32_t slots;     /* of the code, and those of constant outputs */
    uint32_t low;       /* what lies below does not depend on the inputs */
    uint32_t first; /* instructions before this one need no inputs: they are executed when the */
    uint32_t first_slot;    /* parameters are set; the first slot that is written from there on */
    flx_schedule *schedule; /* for values alone, or NULL */
    flx_program_counts counts[FLX_PASS_COUNT];
    size_t inputs, outputs;
    int adjacent;    /* whether the inputs' slots lie side by side, in their order */
    flx_inner inner; /* as loops see it */
    _Atomic(flx_derivation *) derived;
};

/* Makes the code read the program's arrays. */
void flx_program_point(flx_program *f);

/* Planes of doubles parallel to the slots: plane k at plane + k*stride. Plane 0 holds values.
 * Works for jets have temporaries after the slots. Sweeps along several directions at once (wide.h) have
 * planes of their own and are lent the others. */
struct flx_work {
    flx_program *program;
    flx_memory memory;
    flx_work_kind kind;
    const flx_schedule *schedule; /* which it serves, for values alone; NULL: the program's code */
    flx_work *whole; /* a work of that code, for points of which the schedule cannot tell all */
    int by_whole;    /* whether the point that is set is such a one */
    size_t order;    /* of FLX_WORK_JET */
    size_t planes;
    size_t stride; /* slots of program or schedule, and FLX_JET_TEMPORARIES for jets */
    double *plane;
    double *scratch; /* of the Taylor kernels, or n + m doubles of the drivers */
    size_t scratch_size;
    size_t width; /* directions or adjoints that a sweep takes at most: 1, 4 or 8 */
    double *wide; /* what follows lies in it; NULL where width is 1 */
    size_t wide_size;
    double *wide_tangent, *wide_adjoint; /* of one direction after the other, slot by slot; works
                                            for first derivatives have one plane for both */
    int wide_is_clear;                   /* whether all of wide_adjoint is zero */
    double *kept;
    size_t tangents; /* directions that the tangents are along which are there */
    flx_tape *tape;  /* of double backprop, made when first needed */
    flx_var *var;    /* its inputs, recorded gradient, ... */
    size_t vars;
    int recorded;       /* whether that tape holds a gradient that other points can use */
    double *weight;     /* those that the adjoints are for which are there */
    int adjoints_known; /* whether plane 2 has the adjoints of the point that is set */
    int has_point;
    flx_status point;  /* FLX_OK, or FLX_BRANCH_CHANGED at the point set */
    flx_place changed; /* the guard that flipped there */
    int suspicious;    /* whether the point may raise flags */
    int narrow; /* whether one direction is swept at a time there: where it is suspicious, and where
                   several at once had a result that is not finite (wide_number.inc) */
    unsigned char *mark; /* of flx_raise_flags, one for each slot */
    size_t marks;
    flx_flags flags; /* sticky */
};

/* Temporary series of a jet: a constant operand, a product, and the partial sums of a dot product or
 * the derivatives of a falling factorial. */
enum { FLX_JET_TEMPORARIES = 2 + 256 };

static inline double *flx_work_plane(const flx_work *w, size_t k)
{
    return w->plane + k * w->stride;
}

/* Whether the result of an operation is not finite where its operand a is not, and operand b. */
void flx_op_spreads(unsigned op, int *a, int *b);

/* Finds what sweeps need not clear and not look at. Returns 0 where there is no memory. */
int flx_program_spare(flx_program *f);

/* Marks what loops have beside their results. Of those values a flag of the loop tells, for every step is
 * looked at; of their adjoints those of inner slots are cleared at every step, and the others are none. */
void flx_mark_scratch(const flx_program *f, unsigned char *mark, unsigned char bit);

/* Clears the adjoints that a sweep over doubles or duals does not clear itself. */
void flx_clear_adjoints(const flx_program *f, double *plane);

/* Puts a point into a plane, and takes it out: returns whether it is finite. */
void flx_put_inputs(const flx_program *f, const double *x, double *plane);
int flx_take_inputs(const flx_program *f, const double *plane, double *x);

/* As flx_work_create; scheduled: for values alone, the program's schedule where it has one. */
flx_status flx_work_make(flx_program *f, flx_work_kind kind, size_t most, int scheduled,
                         flx_work **work);

/* The values at a point by the schedule, or where there is something to be said of it by a work of the
 * program's code, made then: FLX_ENOMEM where it cannot be. */
flx_status flx_schedule_run(const flx_program *f, flx_work *w, const double *x);

/* The value of an output. */
double flx_work_output(const flx_work *w, size_t k);

/* What every driver begins with: checks the work, sets the point where x is given, fills the
 * report. A status other than FLX_OK is to be returned; on FLX_BRANCH_CHANGED the caller's count
 * outputs are filled with NaN. */
flx_status flx_driver_begin(const flx_program *f, flx_work *w, flx_work_kind kind, const double *x,
                            double *out, size_t count, flx_report *report);

/* Directions or cotangents: count rows of some length, one after the other, or where row is NULL
 * those of the identity from row first on, or where there are colours the sums of those of one colour,
 * from colour first on. */
typedef struct flx_rows {
    const double *row;
    size_t count, length, first;
    const uint32_t *colour;
} flx_rows;

static inline double flx_rows_at(const flx_rows *r, size_t k, size_t i)
{
    if (r->row) return r->row[k * r->length + i];
    return (r->colour ? r->colour[i] : i) == r->first + k ? 1.0 : 0.0;
}

/* As many of the rows as one sweep takes at the point that is set, from row k on: several where nothing
 * gives reason for flags or the zero rule. */
flx_rows flx_rows_from(const flx_work *w, const flx_rows *all, size_t k);

/* The width of the sweep that takes so many. */
static inline size_t flx_width_for(size_t count) { return count <= 1 ? 1 : count <= 4 ? 4 : 8; }

/* As flx_driver_begin, with the tangents along the first directions there (flx_work_tangents). */
flx_status flx_driver_begin_along(const flx_program *f, flx_work *w, flx_work_kind kind,
                                  const double *x, const flx_rows *dir, double *out, size_t count,
                                  flx_report *report);

/* The tangents along the directions that one sweep takes, at the point that is set: of one in plane 1,
 * of several in wide_tangent. */
void flx_work_tangents(flx_work *w, const flx_rows *dir);

/* The tangent of a slot along direction k of these. */
double flx_work_tangent(const flx_work *w, size_t k, uint32_t slot);

/* What every driver ends with: raises the flags of what a sweep met, given the planes of adjoints
 * and tangents that it has left in the work (numbers of the first plane and how many) and its count
 * outputs. Adds them to the work's and the report's. */
typedef struct flx_swept {
    int order; /* of the derivatives computed */
    size_t adjoint, adjoints;
    size_t tangent, tangents;
} flx_swept;
void flx_driver_end(const flx_program *f, flx_work *w, flx_swept swept, const double *out,
                    size_t count, flx_report *report);

/* The same where it is known whether the outputs are finite. */
void flx_driver_end_seen(const flx_program *f, flx_work *w, flx_swept swept, int finite,
                         flx_report *report);

/* Whether all values at the point that is set are finite. */
int flx_values_are_finite(const flx_work *w);

/* Whether the point that is set may raise flags: a value is not finite, or an operation is at a
 * delicate point for derivatives of the orders that the work serves. */
int flx_point_is_suspicious(const flx_work *w);

/* Adds flags to those of the work and of the report, which names the first. */
void flx_driver_flag(flx_work *w, const flx_flags *flags, flx_report *report);

/* Fills the report and returns the status. */
flx_status flx_report_fill(flx_report *report, flx_status status, size_t index, const char *op,
                           const char *label);

/* As flx_driver_begin for derivatives of weight'*f: FLX_EDIM where weights are missing. */
flx_status flx_driver_begin_weighted(const flx_program *f, flx_work *w, flx_work_kind kind,
                                     const double *x, const double *weight, double *out,
                                     size_t count, flx_report *report);

/* Adds these weights (NULL: one output, weight 1) to the adjoints of the outputs. */
void flx_driver_seed(const flx_program *f, const double *weight, double *plane);

/* What a sweep back of several starts from, in wide_adjoint: count times n adjoints of the outputs or,
 * without weights, none; and what clears it when its results have been taken out. */
void flx_work_seed_wide(flx_work *w, size_t width, const flx_rows *weight);
void flx_work_clear_wide(flx_work *w, size_t width);

/* The planes of a sweep of several directions: tangents and adjoints. */
flx_wide_plane flx_work_wide_tangents(const flx_work *w);
flx_wide_plane flx_work_wide_adjoints(const flx_work *w);

/* Makes a program that is complete an inner one; the loops in its code get an owner more. */
void flx_program_nest(flx_program *f);

/* Programs made from f, to be released, which compute derivatives forward alone: without guards and labels,
 * of the same parameters.
 *   directional   of (x; d): (J d)
 *   curvature     of (x; d; w): (J'w; H d), H of w'f */
flx_status flx_program_directional(const flx_program *f, flx_program **made);
flx_status flx_program_curvature(const flx_program *f, flx_program **made);

/* Gives back what flx_program_nest has taken, and the derived programs. */
void flx_program_unnest(flx_program *f);

#endif
