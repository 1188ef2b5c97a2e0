/* code.h: recorded code as sweeps read it, the same for a tape and a program. */
#ifndef FLUXION_REVERSE_CODE_H
#define FLUXION_REVERSE_CODE_H

#include <fluxion/isa.h>
#include <fluxion/tape.h>
#include <fluxion/var.h>

/* A function to be kept out of a loop that has no registers to spare for it. */
#if defined(__GNUC__)
#define FLX_APART __attribute__((noinline, cold))
/* What such a function calls, a loop over the elements of arrays: what is cold, or called by what is
 * cold alone, is made small, but this is made fast. A template may have it where its user does not. */
#define FLX_LOOP __attribute__((noinline, unused, hot))
#else
#define FLX_APART
#define FLX_LOOP
#endif

/* A function to be compiled anew for every operation that a caller names: its choices between
 * operations are then made once, before the loop. Builds that optimise nothing leave it a function, and
 * those of sanitizers that optimise say so themselves: clang takes ten minutes over such a file. */
#ifndef FLX_UNFOLD
#if defined(__GNUC__) && defined(__OPTIMIZE__)
#define FLX_UNFOLD inline __attribute__((always_inline))
#else
#define FLX_UNFOLD inline
#endif
#endif

/* Before a loop of which no turn reads what another one writes: its turns may be side by side. clang's
 * word for it is a demand, with a warning where it is not met. */
#if defined(__GNUC__) && !defined(__clang__)
#define FLX_INDEPENDENT _Pragma("GCC ivdep")
#else
#define FLX_INDEPENDENT
#endif

typedef enum flx_op {
#define OPCODE(name, shape, active) OP_##name,
#include "reverse/op.def"
#undef OPCODE
    OP_COUNT
} flx_op;

/* The rows of op.def lie in groups: one output and scalar operands; runs and accumulators; arrays. */
static inline int flx_op_is_scalar(unsigned op) { return op < OP_input; }
static inline int flx_op_is_acc(unsigned op) { return op > OP_zeros && op < OP_map; }
static inline int flx_op_is_array(unsigned op) { return op >= OP_map; }

/* Functions that come with their derivative where many points are computed: sine and cosine do by one call. */
static inline int flx_op_has_rate(unsigned op) { return op == OP_sin || op == OP_cos; }

/* What operands a and b of an instruction are, and how many slots it writes. */
typedef enum flx_shape {
    SHAPE_NONE,      /* no operands; 1 slot */
    SHAPE_UNARY,     /* slot a; 1 slot */
    SHAPE_IMMEDIATE, /* slot a, immediate b; 1 slot */
    SHAPE_BINARY,    /* slots a, b; 1 slot */
    SHAPE_TRIPLE,    /* slot a, and two slots at word[b]; 1 slot */
    SHAPE_RUN,       /* a slots, no operands */
    SHAPE_ACC,       /* into slot a from slot b */
    SHAPE_ACC_IMM,   /* into slot a, immediate b */
    SHAPE_ACC_SCALE, /* into slot a; word[b]: a slot and an immediate */
    SHAPE_ACC_PAIR,  /* into slot a; word[b]: two slots */
    SHAPE_BLOCK,     /* block a; b slots: its target, a new run */
    SHAPE_ACC_BLOCK  /* block a, into its target in place; b is 0 */
} flx_shape;

/* The operands that a derivative passes to, a bit for each; conditions are not among them. */
typedef enum flx_activity {
    ACTIVE_NONE = 0,
    ACTIVE_A = 1,
    ACTIVE_B = 2,
    ACTIVE_AB = 3,
    ACTIVE_W0 = 4, /* word[b] */
    ACTIVE_AW0 = 5,
    ACTIVE_W1 = 8, /* word[b+1] */
    ACTIVE_W01 = 12,
    ACTIVE_AW01 = 13,
    ACTIVE_VIEWS = 16 /* views of a block, which tells which (flx_block_active) */
} flx_activity;

/* Flags of instructions. */
enum {
    FLAG_UNLESS = 1,  /* acc_if: where the condition does not hold */
    FLAG_EITHER = 1,  /* acc_mul, acc_msub: smul in place of amul */
    FLAG_NEITHER = 2, /* the same: a plain product, as values are multiplied */
    FLAG_PLAIN = 1,   /* sub of a map: the second operand has no derivative */
    FLAG_UPPER = 1,   /* trsolve's block: the matrix is upper triangular, not lower */
    FLAG_STRICT = 2 /* the same: with ones on its diagonal; acc_triangle's: without the diagonal */
};

/* Which factor of a product hides an infinite other one where it is exactly zero: adjoints and
 * tangents do, values and partials do not. */
typedef enum flx_zero { FLX_ZERO_NONE, FLX_ZERO_FIRST, FLX_ZERO_SECOND, FLX_ZERO_EITHER } flx_zero;

/* The rule of acc_mul and acc_msub: never that of the second factor alone, which is a bit of the
 * last. */
static inline flx_zero flx_zero_rule(unsigned flags)
{
    return flags & FLAG_EITHER    ? FLX_ZERO_EITHER
           : flags & FLAG_NEITHER ? FLX_ZERO_NONE
                                  : FLX_ZERO_FIRST;
}

/* Kinds of input runs. */
enum { INPUT_VARIABLE, INPUT_PARAMETER, INPUT_CONSTANT };

/* Slots seen through rows, columns and strides. Element (i, j) lies at slot + i*stride[0] +
 * j*stride[1]; a stride of 0 broadcasts. */
typedef struct flx_view {
    uint32_t slot, rows, cols;
    int64_t stride[2];
} flx_view;

enum { FLX_VIEWS = 4 };

/* What an array instruction works on: block.h. */
typedef struct flx_block {
    flx_instr each; /* the instruction for every element, its slots left open */
    uint16_t views; /* how many are in use */
    uint8_t after;  /* of a map: how many of those after it go in strips with it (placed.h) */
    uint8_t local;  /* and a bit for each view that has room for one strip only */
    uint8_t fresh;  /* of a copy that a sweep back made: flx_code.fresh, view 0 being the target */
    uint8_t twice;  /* and whether its contributions are to be added twice */
    uint32_t apart; /* of a map of operations recorded one by one: how far from each other; or 0 */
    flx_view view[FLX_VIEWS];
} flx_block;

/* A recorded comparison. */
typedef struct flx_guard {
    uint32_t labels;   /* how many were recorded before it */
    uint16_t relation; /* enum flx_relation */
    uint8_t constants; /* 1: x is an immediate, 2: y is */
    uint8_t outcome;
    uint32_t x, y; /* slots or immediates */
} flx_guard;

/* Where instructions and slots stand to each other, until the next segment: from instruction instr
 * on each writes one slot, the first one slot (step 1); or instruction instr writes all of them
 * (step 0). Instructions without output may follow. */
typedef struct flx_segment {
    uint32_t instr, slot, step;
} flx_segment;

/* From instruction instr on, this label is in force. */
typedef struct flx_label {
    uint32_t instr;
    const char *text;
} flx_label;

/* A callback that computes values, and the order up to which the code around it has the derivatives
 * that it has not itself. Block.each.b is its index. */
typedef struct flx_callback {
    const char *name;
    flx_status (*value)(void *ctx, size_t n, const double *x, size_t m, double *y);
    void *ctx;
    unsigned order;
} flx_callback;

/* A program within the code: loop.h. */
typedef struct flx_loop flx_loop;

/* A read-only view of recorded code. */
typedef struct flx_code {
    const flx_instr *instr;
    const double *imm;
    const uint32_t *word;
    const flx_block *block;
    const flx_guard *guard;
    const flx_label *label;
    const flx_callback *call;
    const flx_loop *loop;
    uint32_t instrs, slots, blocks, guards, labels, calls, loops;
    uint32_t recorded;      /* how many instructions were recorded, which are those of reports */
    const uint32_t *origin; /* recorded instructions, or NULL: each is its own */
    flx_isa isa;            /* what loops over arrays run by: rows.h */
    int vectors;            /* whether functions of arrays may be its own */
    /* For each block a bit for each view, or NULL: a run of slots whose adjoints gain nothing in a sweep
     * back before this instruction. Sweeps over doubles and duals clear them there. */
    const uint8_t *fresh;
} flx_code;

extern const unsigned char flx_op_shapes[OP_COUNT];
static inline flx_shape flx_op_shape(unsigned op) { return (flx_shape)flx_op_shapes[op]; }
const char *flx_op_name(unsigned op);

/* What the operands of a shape are indices of, and the words that b leads to. */
enum { FLX_NOTHING, FLX_SLOT, FLX_IMM, FLX_WORD, FLX_BLOCK, FLX_OPERAND_KINDS };
typedef struct flx_operands {
    unsigned char a, b, word[2];
} flx_operands;
extern const flx_operands flx_shape_operands[SHAPE_ACC_BLOCK + 1];
static inline flx_operands flx_operands_of(unsigned op)
{
    return flx_shape_operands[flx_op_shape(op)];
}

/* Number of slots that an instruction writes. */
static inline uint32_t flx_instr_outputs(const flx_instr *i)
{
    const flx_shape shape = flx_op_shape(i->op);
    if (shape <= SHAPE_TRIPLE) return 1;
    if (shape == SHAPE_RUN) return i->a;
    return shape <= SHAPE_ACC_PAIR ? 0 : i->b;
}

/* The slots of the active operands, for shapes up to SHAPE_ACC_PAIR; returns how many. */
extern const unsigned char flx_op_activity[OP_COUNT];
static inline int flx_instr_active_operands(const flx_code *c, const flx_instr *i, uint32_t slot[3])
{
    const unsigned active = flx_op_activity[i->op];
    int count = 0;
    if (active & ACTIVE_A) slot[count++] = i->a;
    if (active & ACTIVE_B) slot[count++] = i->b;
    if (active & ACTIVE_W0) slot[count++] = c->word[i->b];
    if (active & ACTIVE_W1) slot[count++] = c->word[i->b + 1];
    return count;
}

/* The recorded instruction that an instruction stands for; labels are of recorded ones. */
static inline uint32_t flx_code_origin(const flx_code *c, uint32_t instr)
{
    return c->origin && instr < c->instrs ? c->origin[instr] : instr;
}

/* The same of an element, which may have been recorded by itself, as inputs may be. */
static inline uint32_t flx_code_origin_of(const flx_code *c, uint32_t instr, uint32_t element)
{
    const flx_instr *in = &c->instr[instr];
    const uint32_t apart = in->op == OP_input        ? in->b
                           : flx_op_is_array(in->op) ? c->block[in->a].apart
                                                     : 0;
    return flx_code_origin(c, instr) + element * apart;
}

/* The last of so many labels, or NULL. */
static inline const char *flx_code_last_label(const flx_code *c, uint32_t labels)
{
    return labels ? c->label[labels - 1].text : NULL;
}

/* The label in force at a recorded instruction, or NULL. */
const char *flx_code_label(const flx_code *c, uint32_t recorded);

/* Name of a comparison, such as "lt". */
const char *flx_relation_name(unsigned relation);

/* The comparison's outcome for these values. */
int flx_relation_holds(unsigned relation, double x, double y);

static inline uint32_t flx_view_size(const flx_view *v) { return v->rows * v->cols; }

/* The slot of element (i, j) of a view. */
static inline uint32_t flx_view_slot(const flx_view *v, uint32_t i, uint32_t j)
{
    return (uint32_t)((int64_t)v->slot + i * v->stride[0] + j * v->stride[1]);
}

/* The lowest and highest slot of a view that is not empty. */
void flx_view_hull(const flx_view *v, uint32_t *low, uint32_t *high);

#endif
