/* loop.h: a program as one instruction: called once, over rows of data, or over steps with a carried
 * state.
 *
 * Step k runs the inner program on the state, row k of the rows and what is shared, and takes its
 * outputs apart into the next state, row k of the outputs, and sums over all steps. The first state is
 * view 1, the rows are view 2 (steps x row), what is shared is view 3; the target is the last state,
 * the rows of outputs, the sums. So the adjoint of a loop is a loop as well, and so is its tangent.
 *
 * What the inner code computes lies in slots after the target, so that every plane has room for it: the
 * inner slot j is slot `inner` + j, and the sweeps of the inner code are those of any code, in
 * planes shifted by that much. It is one step's. A sweep back needs the state before every step,
 * from the last to the first: some are kept, in slots too, and the others computed anew from them, by
 * the schedule of A. Griewank and A. Walther, "Revolve", ACM Trans. Math. Softw. 26 (2000). The inner values
 * of steps before which the states are kept one after the other are computed side by side, in rooms of
 * inner slots one after the other: each instruction is read once for all of them. */
#ifndef FLUXION_REVERSE_LOOP_H
#define FLUXION_REVERSE_LOOP_H

#include "reverse/block.h"

/* A slot that holds a given value before anything runs. */
typedef struct flx_preset {
    uint32_t slot;
    double value;
} flx_preset;

/* The value that a slot is given by presets in the order of their slots, or NULL. */
const double *flx_preset_value(const flx_preset *preset, uint32_t count, uint32_t slot);

/* How many inputs of the inner program are state, row and shared, in this order, and how many of its
 * outputs state, row and sum. */
typedef struct flx_split {
    uint32_t state, row, shared, out, sum;
} flx_split;

/* Programs made from another one with its inputs x = (state, row, shared) and outputs
 * y = (state, out, sum), d their tangents and w their adjoints:
 *   adjoint   of (w state; x state, x row, w out; x shared, w sum): (w x state; w x row; w x shared)
 *   tangent   of (x state, d state; x row, d row; x shared, d shared):
 *             (y state, d y state; d y out; d y sum)
 *   states    of x: (y state; x state; -) */
typedef enum flx_derived {
    FLX_DERIVED_ADJOINT,
    FLX_DERIVED_TANGENT,
    FLX_DERIVED_STATES
} flx_derived;

/* What loops know of their program. */
typedef struct flx_inner flx_inner;
struct flx_inner {
    const flx_code *code;
    const uint32_t *input, *output, *delicate;
    const flx_preset *constant, *parameter;
    uint32_t inputs, outputs, delicates, constants, parameters;
    uint32_t slots, low;
    uint32_t first, first_slot; /* what every step begins with: what is before is the same at all */
    int spreads;                /* whether what is not finite makes all that depends on it so */
    unsigned order;             /* up to which there are derivatives */
    unsigned level;             /* how often it was derived from a program of the user's */
    const char *limit;          /* the operation that has no more, or NULL */
    void (*retain)(const flx_inner *f);
    void (*release)(const flx_inner *f);
    /* The derived program, which f keeps. */
    flx_status (*derive)(const flx_inner *f, flx_derived kind, flx_split split,
                         const flx_inner **derived);
};

/* One kind of loop over one program: block.each.b is its index. */
struct flx_loop {
    const flx_inner *inner; /* of which it is an owner */
    flx_split split;
    uint32_t steps;
    uint32_t kept;  /* states that can be kept, beside the first */
    uint32_t instr; /* of the tape, before which it was added */
};

/* Where the parts of a loop lie, from the target's end on. */
typedef struct flx_loop_slots {
    uint32_t state, out, sum;     /* of the target */
    uint32_t flipped, suspicious; /* whether */
    uint32_t kept_here;           /* how many states are kept */
    uint32_t step_here;           /* the step whose inner values are there */
    uint32_t now;                 /* the state */
    uint32_t kept;                /* steps and states that are kept */
    uint32_t inner;               /* the first room */
} flx_loop_slots;

static inline uint64_t flx_loop_results(const flx_loop *l)
{
    return l->split.state + (uint64_t)l->steps * l->split.out + l->split.sum;
}

/* How many steps are computed side by side, and of inner programs of how many slots at most: the values of
 * all are to stay in the cache next to the processor. */
enum { FLX_BESIDE = 4, FLX_BESIDE_SLOTS = 512 };

/* How many steps' inner values there is room for. */
static inline uint32_t flx_loop_rooms(const flx_loop *l)
{
    return l->kept >= FLX_BESIDE && l->inner->slots <= FLX_BESIDE_SLOTS ? FLX_BESIDE : 1;
}

/* All slots that the instruction writes. */
static inline uint64_t flx_loop_outputs(const flx_loop *l)
{
    return flx_loop_results(l) + 4 + l->split.state
           + (uint64_t)l->kept * (1 + (uint64_t)l->split.state)
           + flx_loop_rooms(l) * (uint64_t)l->inner->slots;
}

static inline flx_loop_slots flx_loop_at(const flx_loop *l, const flx_block *b)
{
    flx_loop_slots s;
    s.state = b->view[0].slot;
    s.out = s.state + l->split.state;
    s.sum = s.out + l->steps * l->split.out;
    s.flipped = s.sum + l->split.sum;
    s.suspicious = s.flipped + 1;
    s.kept_here = s.flipped + 2;
    s.step_here = s.flipped + 3;
    s.now = s.flipped + 4;
    s.kept = s.now + l->split.state;
    s.inner = s.kept + l->kept * (1 + l->split.state);
    return s;
}

/* The slot of kept state number k: its step, and then the state. */
static inline uint32_t flx_loop_kept(const flx_loop *l, flx_loop_slots at, uint32_t k)
{
    return at.kept + k * (1 + l->split.state);
}

static inline const flx_loop *flx_loop_of(const flx_code *c, const flx_block *b)
{
    return &c->loop[b->each.b];
}

/* Element k of a view, row after row. */
static inline uint32_t flx_view_element(const flx_view *v, uint32_t k)
{
    return flx_view_slot(v, k / v->cols, k % v->cols);
}

/* "call", "map" or "scan". */
const char *flx_loop_name(const flx_loop *l);

static inline int flx_loop_same(const flx_loop *l, const flx_loop *m)
{
    return l->inner == m->inner && l->steps == m->steps && l->kept == m->kept
           && l->split.state == m->split.state && l->split.row == m->split.row
           && l->split.out == m->split.out;
}

/* Of `steps` steps that are to be reversed with so many states kept (at least two), the first's among
 * them: after how many the next one is to be kept. */
uint32_t flx_loop_next(uint32_t steps, uint32_t kept);

/* What is to be said of the inner program's values at one step: whether a guard flips, and whether a
 * derivative may raise flags. A bit for each point; where there is one only, the lowest. */
typedef struct flx_seen {
    unsigned flipped, suspicious;
} flx_seen;

flx_seen flx_inner_look(const flx_inner *f, const double *value);

/* Whether the code is of sums and products alone: what is not finite shows in all that depends on it. */
int flx_code_spreads(const flx_code *c);

/* Whether a guard of the code, or within one of its loops, has another outcome; which: place. */
int flx_find_flipped(const flx_code *c, const double *value, flx_place *place);

/* A step of a loop, its inner values being there, from slot `inner` on. */
typedef void flx_step_visitor(void *ctx, uint32_t step, uint32_t inner);

#endif
