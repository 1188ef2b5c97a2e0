/* tape.h: the inside of a tape, for the files that record on it. */
#ifndef FLUXION_REVERSE_TAPE_H
#define FLUXION_REVERSE_TAPE_H

#include <fluxion/array.h>

#include "core/memory.h"
#include "reverse/loop.h"

/* Variables made in an epoch before this one are valid only below these places. Entries are
 * monotone: a deeper rewind removes the shallower ones it covers. */
typedef struct flx_epoch {
    uint32_t epoch;
    uint32_t slots, instrs;
} flx_epoch;

/* The slots low..end-1; none where end <= low. */
typedef struct flx_slots {
    uint32_t low, end;
} flx_slots;

/* Scratch that a sweep borrows; kept for the next one. */
typedef struct flx_scratch {
    void *data;
    size_t bytes;
} flx_scratch;

/* The gradient kept for one slot: its value and the slot where it was recorded, or 0. */
typedef struct flx_kept_sum {
    double value;
    uint32_t slot, epoch;
} flx_kept_sum;

/* Slots whose gradients are kept: of independent variables, or of what was asked for. */
typedef struct flx_kept_run {
    uint32_t slot, count;
    uint32_t first; /* its first sum */
    uint32_t given; /* whether anything was added */
} flx_kept_run;

/* The gradients that flx_backward adds up: runs and sums in the order of slots. */
typedef struct flx_kept {
    flx_kept_run *run;
    flx_kept_sum *sum;
    uint32_t runs, run_cap, sums, sum_cap;
    uint32_t searched; /* variables of the instructions before this one are among the runs */
    flx_scratch x, y;
} flx_kept;

struct flx_tape {
    flx_tape_head head; /* first: inline recording casts to it */
    flx_memory memory;
    flx_isa isa; /* chosen for the tape and its programs; and whether functions may be vectors' */
    int vectors;
    uint32_t slot_cap, instr_cap, imm_cap; /* capacities; the head's rooms are 0 after a failure */
    uint32_t max_slots;
    uint32_t *word;
    flx_block *block;
    flx_guard *guard;
    flx_segment *segment;
    flx_label *label;
    flx_callback *call;
    flx_loop *loop;
    flx_epoch *rewound;
    uint32_t words, blocks, guards, segments, labels, rewinds, calls, loops;
    uint32_t word_cap, block_cap, guard_cap, segment_cap, label_cap, rewind_cap, call_cap, loop_cap;
    flx_slots outdated;         /* computed before an input below them was set: outdated.c */
    flx_slots inputs;           /* known to be of inputs, all of them: outdated.c */
    uint32_t first_accumulator; /* the lowest slot of a recorded gradient; UINT32_MAX: none */
    uint32_t paused;            /* how often recording has been paused and not resumed */
    flx_kept kept;
    size_t reads;
    uint32_t first_read; /* labels before the first plain read */
    flx_report failure;
    flx_flags flags; /* sticky */
    uint32_t first_delicate,
        last_delicate;            /* instructions recorded at delicate points lie between */
    flx_scratch plane, map, mark; /* of the reverse sweeps */
};

/* The number of instructions in use. */
static inline uint32_t flx_tape_instrs(const flx_tape *t) { return t->head.slots + t->head.lead; }

/* Whether there are values that are out of date. */
static inline int flx_tape_has_outdated(const flx_tape *t)
{
    return t->outdated.low < t->outdated.end;
}

/* Whether recording may go inline: not after a failure, while paused, while values are out of date. */
static inline int flx_tape_goes_inline(const flx_tape *t)
{
    return t->head.error == FLX_OK && !t->paused && !flx_tape_has_outdated(t);
}

/* Sets the head's room, which is for slots and instructions alike: to be called after all but
 * instructions of one output. */
static inline void flx_tape_set_room(flx_tape *t)
{
    flx_tape_head *h = &t->head;
    const uint32_t slots = t->slot_cap - h->slots, instrs = t->instr_cap - flx_tape_instrs(t);
    h->room = flx_tape_goes_inline(t) ? h->slots + (slots < instrs ? slots : instrs) : 0;
}

/* Notes that the next instruction is recorded at a delicate point. */
static inline void flx_tape_note_delicate(flx_tape *t)
{
    if (t->first_delicate == UINT32_MAX) t->first_delicate = flx_tape_instrs(t);
    t->last_delicate = flx_tape_instrs(t);
}

/* Notes that plain values are about to be read. */
static inline void flx_tape_note_read(flx_tape *t)
{
    if (t->reads == 0) t->first_read = t->labels;
    t->reads++;
}

/* What one recording step is about to append. */
typedef struct flx_need {
    uint64_t slots, instrs, imms, words, blocks;
} flx_need;

/* A tape that records as this code was recorded, for what is derived from it. */
flx_status flx_tape_create_like(const flx_code *c, flx_allocator allocator, flx_tape **tape);

/* Lets recording go inline, or not. */
void flx_tape_open_rooms(flx_tape *t);

/* Keeps the first failure, stops inline recording, and returns the poison. */
flx_var flx_tape_fail(flx_tape *t, flx_status status, unsigned op);

/* Fails at an operation of that name. */
void flx_tape_fail_at(flx_tape *t, flx_status status, const char *name);

/* Adds a callback to the tape's, or finds it there. 0 with the tape failed where there is no memory. */
int flx_tape_add_call(flx_tape *t, flx_callback call, uint32_t *index);

/* Likewise a loop, of whose program the tape becomes an owner as long as what is recorded next lasts. */
int flx_tape_add_loop(flx_tape *t, flx_loop loop, uint32_t *index);

/* The poison: slot 0. */
flx_var flx_tape_poison(flx_tape *t);

/* Grows a pool to at least that many elements; 0 where it cannot. */
int flx_tape_grow_pool(flx_tape *t, void *pool, uint32_t *cap, uint64_t need, size_t size);

/* Makes room; where it cannot, the tape fails and 0 is returned. 0 too on a failed tape. */
int flx_tape_grow(flx_tape *t, flx_need need, unsigned op);
static inline int flx_tape_reserve(flx_tape *t, flx_need need, unsigned op)
{
    const flx_tape_head *h = &t->head;
    if (h->error == FLX_OK && h->slots + need.slots <= t->slot_cap
        && flx_tape_instrs(t) + need.instrs <= t->instr_cap && h->imms + need.imms <= t->imm_cap
        && t->words + need.words <= t->word_cap && t->blocks + need.blocks <= t->block_cap
        && t->segments + 2 * need.instrs <= t->segment_cap)
        return 1;
    return flx_tape_grow(t, need, op);
}

/* Makes room for many instructions of which few begin segments: those with one output do not, and
 * of those without output only the last of a row. */
int flx_tape_reserve_many(flx_tape *t, flx_need need, uint64_t segments, unsigned op);

/* Begins a segment at the next instruction; one that has no slots yet is moved. */
static inline void flx_tape_begin_segment(flx_tape *t, uint32_t instr, uint32_t slot, uint32_t step)
{
    const flx_segment next = {instr, slot, step};
    flx_segment *last = &t->segment[t->segments - 1];
    if (last->slot == slot) *last = next;
    else t->segment[t->segments++] = next;
}

/* Appends an instruction whose room has been reserved; returns its first output slot. */
static inline uint32_t flx_tape_emit(flx_tape *t, unsigned op, unsigned flags, uint32_t a,
                                     uint32_t b, uint32_t outputs)
{
    flx_tape_head *h = &t->head;
    const uint32_t first = h->slots;
    const uint32_t at = flx_tape_instrs(t);
    h->instr[at] = (flx_instr){(uint16_t)op, (uint16_t)flags, a, b};
    h->slots += outputs;
    if (outputs == 1) return first;
    h->lead += 1 - outputs;
    flx_tape_set_room(t);
    if (outputs > 1) flx_tape_begin_segment(t, at, first, 0);
    flx_tape_begin_segment(t, at + 1, h->slots, 1);
    return first;
}

/* Appends to the side pools, room reserved; return the index. */
uint32_t flx_tape_imm(flx_tape *t, double c);
uint32_t flx_tape_words(flx_tape *t, uint32_t first, uint32_t second);
uint32_t flx_tape_block(flx_tape *t, flx_block block);

/* What an operation on scalars yields while recording is paused: its value, which was read. */
flx_var flx_tape_plain(flx_tape *t, double value);

/* Appends a scalar instruction with a value: reserves, emits, stores. While recording is paused
 * nothing is appended unless it is an input. */
flx_var flx_tape_scalar(flx_tape *t, unsigned op, unsigned flags, uint32_t a, uint32_t b,
                        double value);

/* Whether a slot of that epoch is still what it was. */
int flx_tape_valid(const flx_tape *t, uint32_t slot, uint32_t epoch);

/* FLX_OK, or FLX_EOUTDATED where a value in the slots low..high is out of date. */
flx_status flx_tape_date_status(const flx_tape *t, uint32_t low, uint32_t high);

/* FLX_OK where the slots low..high of a variable or array of that epoch can be used; FLX_ESTALE,
 * FLX_EOUTDATED. */
static inline flx_status flx_tape_slots_status(const flx_tape *t, uint32_t low, uint32_t high,
                                               uint32_t epoch)
{
    if (!flx_tape_valid(t, high, epoch)) return FLX_ESTALE;
    return flx_tape_has_outdated(t) ? flx_tape_date_status(t, low, high) : FLX_OK;
}

/* The slot of an operand: checks tape and staleness, stores a constant in a slot of its own.
 * 0 (with the tape failed) where it cannot. */
int flx_tape_operand(flx_tape *t, flx_var x, unsigned op, uint32_t *slot);

/* The tape of the operands: NULL where all are constants; where two tapes are mixed both fail
 * and mixed is set. */
flx_tape *flx_tape_common(size_t n, const flx_var *x, unsigned op, int *mixed);

/* The instruction that wrote a slot. */
uint32_t flx_tape_writer(const flx_tape *t, uint32_t slot);

/* The number of slots written before an instruction. */
uint32_t flx_tape_slots_before(const flx_tape *t, uint32_t instr);

/* The code as sweeps read it; valid until the next recording. */
static inline flx_code flx_tape_code(const flx_tape *t)
{
    const flx_code c = {
        t->head.instr,      t->head.imm, t->word,   t->block,           t->guard,
        t->label,           t->call,     t->loop,   flx_tape_instrs(t), t->head.slots,
        t->blocks,          t->guards,   t->labels, t->calls,           t->loops,
        flx_tape_instrs(t), NULL,        t->isa,    t->vectors,         NULL};
    return c;
}

/* Takes recording back to a place without making variables stale: for a call that failed. */
void flx_tape_truncate(flx_tape *t, flx_mark mark);

/* Scratch of at least that many bytes, not cleared; NULL where there is no memory. */
void *flx_tape_scratch(flx_tape *t, flx_scratch *s, size_t bytes);

/* Records a guard whose operands are slots or immediates. */
int flx_tape_guard(flx_tape *t, flx_guard guard);

/* The value of a constant or of a variable that is known to be valid. */
static inline double flx_tape_read(flx_var x)
{
    return x.tape ? x.tape->head.value[x.u.at.slot] : x.u.constant;
}

/* A variable for a slot that was just written. */
static inline flx_var flx_tape_var(flx_tape *t, uint32_t slot)
{
    flx_var v;
    v.tape = t;
    v.u.at.slot = slot;
    v.u.at.epoch = t->head.epoch;
    return v;
}

#endif
