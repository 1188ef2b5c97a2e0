/* passes.h: what freezing makes of recorded code. Every pass takes a program that is being made from
 * one code to another that computes the same: dropping instructions, letting one slot stand for
 * another, giving instructions another order. Passes return 0 where there is no memory; the program is
 * then whole all the same.
 *
 * What passes have to keep: operands are written before they are read, and the contributions to an
 * accumulator, in their order, before it is read; views see the slots that they saw, in the same places
 * relative to each other; the inputs, all parameters, and what guards compare. */
#ifndef FLUXION_PROGRAM_PASSES_H
#define FLUXION_PROGRAM_PASSES_H

#include <string.h>

#include "program/program.h"
#include "reverse/block.h"

/* What depends on constants alone is computed where its value has no flag to raise. */
int flx_pass_fold(flx_program *f);

/* An instruction that repeats another one is that one, and a copy is what it copies. */
int flx_pass_common(flx_program *f);

/* What no output and no guard depends on goes. */
int flx_pass_dead(flx_program *f);

/* By what it depends on (constants, parameters, inputs) and, where wanted, by level and operation, so
 * that equal operations that do not depend on each other stand in runs. */
int flx_pass_order(flx_program *f, int by_dependence, int in_runs);

/* Equal scalar operations that stand side by side, and inputs, as one instruction where views see their
 * operands. */
int flx_pass_arrays(flx_program *f);

/* The sizes of its code. */
flx_program_counts flx_count_program(const flx_program *f);

/* ---- what passes are made of ---- */

/* Makes the code anew from count of its instructions in this order; NULL: all, as they are. same: the
 * slot that stands for each one, itself for those that stay; NULL: each for itself. */
int flx_rewrite(flx_program *f, const uint32_t *order, uint32_t count, const uint32_t *same);

/* Sets from where on each run of accumulators is complete: after the last contribution. writer: room
 * for a number for each slot. */
void flx_complete_zeros(flx_instr *instr, uint32_t count, const flx_block *block, uint32_t *writer);

/* Slots of several instructions that have to stay side by side, since a view reaches from one to
 * another: runs in order, none in most code. */
typedef struct flx_ties {
    flx_slots *run;
    uint32_t count, cap;
} flx_ties;

/* Returns 0 where there is no memory; what was found is to be freed in any case. */
int flx_ties_find(flx_program *f, flx_ties *ties);
void flx_ties_free(flx_program *f, flx_ties *ties);

/* The run that a slot belongs to, or NULL. */
const flx_slots *flx_tie_of(const flx_ties *ties, uint32_t slot);

/* The slots that an instruction reads, conditions included but not the target of a contribution, for
 * shapes up to SHAPE_ACC_PAIR; returns how many. */
int flx_instr_operands(const flx_code *c, const flx_instr *in, uint32_t slot[3]);

static inline uint64_t flx_bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Whether an instruction writes into slots that it does not bring along. */
static inline int flx_op_contributes(unsigned op)
{
    const flx_shape shape = flx_op_shape(op);
    return (shape >= SHAPE_ACC && shape <= SHAPE_ACC_PAIR) || shape == SHAPE_ACC_BLOCK;
}

#endif
