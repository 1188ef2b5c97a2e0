/** @file tape.h
 *  The tape: recording scalar code, reading it back, marks and labels.
 *
 *  @code
 *  flx_tape *t;
 *  if (flx_tape_create(NULL, &t) != FLX_OK) return 1;
 *  flx_var x = flx_variable(t, 2.0);
 *  flx_var y = flx_var_mul(x, flx_var_sin(x));
 *  flx_var dy;
 *  flx_grad(y, 1, &x, &dy, 0);          // see grad.h
 *  printf("%g %g\n", flx_peek(y), flx_peek(dy));
 *  flx_tape_destroy(t);
 *  @endcode
 *
 *  Recording never fails on the spot. The first failure is kept (flx_tape_status), a failed
 *  operation returns the tape's poison (NaN), and every driver returns the kept status.
 *  A tape belongs to one thread at a time; different threads may use different tapes. Handles must
 *  not be NULL, except where a function says so. */
#ifndef FLUXION_TAPE_H
#define FLUXION_TAPE_H

#include <stddef.h>
#include <stdint.h>

#include <fluxion/memory.h>
#include <fluxion/status.h>

FLX_BEGIN_DECLS

/** A tape: a flat memory of doubles (slots) and the instructions that wrote them. Opaque. */
typedef struct flx_tape flx_tape;

/** A variable on a tape, or (tape NULL) a constant. Plain data of 16 bytes, passed by value;
 *  all-zero bytes are the constant 0. */
typedef struct flx_var {
    flx_tape *tape; /**< NULL for a constant */
    union {
        struct {
            uint32_t slot;  /**< where the value lies */
            uint32_t epoch; /**< the tape's epoch when the variable was made */
        } at;               /**< where tape is not NULL */
        double constant;    /**< where tape is NULL */
    } u;                    /**< place or value */
} flx_var;

/** One recorded instruction. Outputs are implicit: each takes the next free slots. */
typedef struct flx_instr {
    uint16_t op;    /**< operation */
    uint16_t flags; /**< small operand, by operation */
    uint32_t a;     /**< first operand: a slot or a pool index */
    uint32_t b;     /**< second operand: a slot or a pool index */
} flx_instr;

/** The part of a tape that inline recording touches; the first member of flx_tape. Its layout is
 *  frozen. User code has no business writing to it. */
typedef struct flx_tape_head {
    double *value;       /**< slot values */
    flx_instr *instr;    /**< instructions */
    double *imm;         /**< immediate constants */
    uint32_t slots;      /**< slots in use; inline recording adds one with each instruction */
    uint32_t room;       /**< below that many slots there is room for one more and its instruction;
                              0 makes all recording take the slow path */
    uint32_t lead;       /**< instructions in use less slots in use, modulo 2^32 */
    uint32_t imms;       /**< immediates in use */
    uint32_t imm_room;   /**< immediates that fit */
    uint32_t epoch;      /**< number of rewinds so far */
    uint32_t firm;       /**< slots 1 to firm have not been rewound since the epoch firm_epoch */
    uint32_t firm_epoch; /**< that of the last reset, or 0 */
    uint32_t error;      /**< the kept flx_status */
} flx_tape_head;

/** Numbers of the operations that are recorded inline; the library's own list continues them. */
enum flx_inline_op {
    FLX_OP_POISON, /**< slot 0 of every tape: NaN */
    FLX_OP_ADD,    /**< a + b */
    FLX_OP_SUB,    /**< a - b */
    FLX_OP_MUL,    /**< a * b */
    FLX_OP_DIV,    /**< a / b */
    FLX_OP_ADDC,   /**< a + imm[b] */
    FLX_OP_CSUB,   /**< imm[b] - a */
    FLX_OP_MULC,   /**< a * imm[b] */
    FLX_OP_DIVC,   /**< a / imm[b] */
    FLX_OP_CDIV,   /**< imm[b] / a */
    FLX_OP_NEG,    /**< -a */
    FLX_OP_SQUARE, /**< a * a */
    FLX_OP_INLINE_COUNT
};

/** Choices at creation; all-zero means the defaults. */
typedef struct flx_tape_options {
    flx_allocator allocator; /**< resize NULL: the C library's */
    size_t max_bytes;        /**< ceiling of the tape's memory; 0: none */
    size_t max_slots;        /**< ceiling of slots; 0: 2^32 - 1, which is also the maximum */
    int vector_functions; /**< functions of arrays by SLEEF, within 1.5 ulp, where the library has it and
                                   the processor AVX2; 0: by libm, with the bits of scalars */
} flx_tape_options;

/** A place on the tape to rewind to. */
typedef struct flx_mark {
    uint32_t slots;    /**< slots in use at the mark */
    uint32_t instrs;   /**< instructions in use */
    uint32_t imms;     /**< immediates in use */
    uint32_t words;    /**< operand words in use */
    uint32_t arrays;   /**< array descriptors in use */
    uint32_t guards;   /**< guards in use */
    uint32_t segments; /**< slot segments in use */
    uint32_t labels;   /**< labels in use */
    uint32_t epoch;    /**< epoch at the mark */
    size_t reads;      /**< plain values read until the mark */
} flx_mark;

/** Bytes of a tape by what they are for. */
typedef struct flx_tape_memory {
    size_t values;       /**< of slots: 8 each */
    size_t instructions; /**< 12 each, and where instructions and slots stand to each other */
    size_t pools;        /**< immediates, operand words, array descriptors, guards */
    size_t labels;       /**< source labels (FLX_HERE) */
    size_t gradients;    /**< kept by flx_backward */
    size_t work;         /**< adjoints and other planes of sweeps, held for the next one */
    size_t all;          /**< the sum and, of what is held, the tape itself */
} flx_tape_memory;

/** What a tape holds. */
typedef struct flx_tape_usage {
    size_t slots;         /**< slots in use */
    size_t instructions;  /**< instructions in use */
    size_t guards;        /**< recorded comparisons */
    size_t reads;         /**< plain values read with flx_value */
    flx_tape_memory used; /**< what recording has filled; work is 0 */
    flx_tape_memory held; /**< what was obtained from the allocator */
} flx_tape_usage;

/** Makes an empty tape. @param[in] options choices, or NULL for the defaults
 *  @param[out] tape the tape, to be given to flx_tape_destroy; NULL on failure
 *  @return FLX_OK; FLX_EARG where tape is NULL, or the environment variable FLX_ISA, by whose instruction set
 *  (isa.h) arrays are computed then, names none that is available; FLX_ENOMEM */
FLX_API flx_status flx_tape_create(const flx_tape_options *options, flx_tape **tape);

/** Frees a tape and all it holds; NULL is fine. Its variables must not be used any more. */
FLX_API void flx_tape_destroy(flx_tape *tape);

/** Forgets everything recorded and the kept status; memory is kept for reuse. */
FLX_API void flx_tape_reset(flx_tape *tape);

/** The place reached now, for flx_tape_rewind. */
FLX_API flx_mark flx_tape_mark(const flx_tape *tape);

/** Takes the tape back to a mark: what was recorded since is forgotten, its variables become stale,
 *  variables from before the mark stay valid, and the kept status is cleared.
 *  @return FLX_OK; FLX_EARG where the mark is of a place that this tape does not have, or that an
 *  earlier rewind removed (the tape is left as it was); FLX_ENOMEM (rewound, but every older
 *  variable counts as stale) */
FLX_API flx_status flx_tape_rewind(flx_tape *tape, flx_mark mark);

/** The kept status: FLX_OK, or the first failure since creation, reset or rewind. */
FLX_API flx_status flx_tape_status(const flx_tape *tape);

/** The kept status with its operation and label; flags: those of flx_tape_flags. */
FLX_API flx_report flx_tape_report(const flx_tape *tape);

/** The delicate points that gradients of this tape have met since its creation, reset or the last
 *  flx_tape_clear_flags, and where: sticky. Looking for them is one pass over the values that a
 *  gradient goes through; where a value or an adjoint is not finite, or an operation stands at a
 *  kink, pole or jump, a gradient costs about twice as much. Rewinding keeps the flags. */
FLX_API flx_flags flx_tape_flags(const flx_tape *tape);

/** Forgets the flags. */
FLX_API void flx_tape_clear_flags(flx_tape *tape);

/** What the tape holds now. */
FLX_API flx_tape_usage flx_tape_measure(const flx_tape *tape);

/** Labels what is recorded from here on; see FLX_HERE. The string must outlive the tape and every
 *  program made from it. NULL ends the label. */
FLX_API void flx_tape_label(flx_tape *tape, const char *label);

#define FLX_STRING_(x) #x
#define FLX_STRING(x) FLX_STRING_(x)
/** Labels what is recorded from here on with this source line. */
#define FLX_HERE(tape) flx_tape_label((tape), __FILE__ ":" FLX_STRING(__LINE__))

/** A new independent variable. @return the variable, or poison where the tape has failed */
FLX_API flx_var flx_variable(flx_tape *tape, double value);

/** A new parameter: programs may change it (flx_work_set_parameters), and their drivers do not
 *  differentiate with respect to it. */
FLX_API flx_var flx_parameter(flx_tape *tape, double value);

/** A constant; needs no tape. */
static inline flx_var flx_constant(double value)
{
    flx_var c;
    c.tape = NULL;
    c.u.constant = value;
    return c;
}

/** Reads a plain value out of a variable. While recording this is where a program silently loses
 *  its dependence on the inputs, so it is counted and flx_freeze reports it.
 *  A stale variable reads as NaN, and so does one that is out of date (flx_set). */
FLX_API double flx_value(flx_var x);

/** Of a variable on a tape, what flx_peek reads; not for direct use. */
FLX_API double flx_tape_peek(flx_var x);

/** As flx_value, uncounted: for printing and debugging, and for derivatives, which are constants unless
 *  they were recorded. */
static inline double flx_peek(flx_var x) { return x.tape ? flx_tape_peek(x) : x.u.constant; }

/** Pauses recording, as PyTorch's no_grad does: until flx_resume, operations on this tape's
 *  variables yield constants, and comparisons leave no guard. Scalars take no memory; arrays, and
 *  scalars that are reduced from them, are constants on the tape. New inputs are inputs as ever.
 *  Pauses nest and are counted; rewinding ends none. Every operation counts as a plain value read
 *  (flx_value): a program keeps its result. */
FLX_API void flx_pause(flx_tape *tape);

/** Ends the last pause; recording goes on when all have ended.
 *  @return FLX_OK, or FLX_EARG where recording is not paused */
FLX_API flx_status flx_resume(flx_tape *tape);

/** The value of x, as a variable of which no derivative passes to x: in recorded gradients and
 *  programs too, where it follows x's value. One instruction.
 *  @return a variable; x itself where it is a constant; poison where the tape has failed */
FLX_API flx_var flx_detach(flx_var x);

/** Gives an input another value, between recordings.
 *
 *  Everything computed on the tape after x, until now, is out of date from here on, whether or not
 *  it depends on x: it reads as NaN, its flx_var_status is FLX_EOUTDATED, and using it in a
 *  computation or gradient is that failure. Inputs and constants are not out of date, and what is
 *  computed from them now is right. Values are made good by flx_replay (program.h), or forgotten by
 *  flx_tape_rewind, which is how a loop that records anew goes on. Gradients that flx_backward has
 *  added up stay as they are. Until then recording is slower, so rewind first where you can. The
 *  cost of setting is constant but for a walk over inputs that lie together.
 *  @param[in] x     made by flx_variable or flx_parameter, or an element of flx_array_variable
 *  @param[in] value its value from now on
 *  @return FLX_OK; FLX_EARG where x is anything else; FLX_ESTALE; the tape's kept status. Where it
 *  fails nothing is changed, and it is not kept as the tape's failure. */
FLX_API flx_status flx_set(flx_var x, double value);

/** FLX_OK where x is a constant or a valid variable of its tape, else FLX_ESTALE, or FLX_EOUTDATED
 *  where its value is out of date (flx_set). */
FLX_API flx_status flx_var_status(flx_var x);

FLX_END_DECLS

#endif
