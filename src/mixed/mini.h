/* mini.h: a program of one instruction, made from an instruction of another program. */
#ifndef FLUXION_MIXED_MINI_H
#define FLUXION_MIXED_MINI_H

#include "mixed/roads.h"

/* Its inputs are the operands, scalars or compact runs; its outputs what the instruction writes, or
 * the accumulators that it adds to, zero before. */
typedef struct flx_mini {
    unsigned flags; /* of the instruction */
    int is_array;
    flx_block block; /* of an array instruction */
    flx_program *program;
    flx_roads roads;
    double *room; /* inputs, two directions, a moved point; weights */
    size_t room_size;
    double *x, *u, *v, *moved, *weight;
} flx_mini;

/* The number of operands a derivative may pass to, array elements each; 0 for what has none. */
size_t flx_mini_inputs(const flx_code *c, const flx_instr *in);

/* Whether a mini made before serves this instruction. */
int flx_mini_fits(const flx_mini *mini, const flx_code *c, const flx_instr *in);

/* Makes one, on a tape that is emptied first. To be given to flx_mini_destroy, also after a
 * failure. */
flx_status flx_mini_create(flx_mini *mini, flx_tape *t, unsigned roads, const flx_code *c,
                           const flx_instr *in);
void flx_mini_destroy(flx_mini *mini);

/* Takes the operands and the immediate of this instruction at these values. */
void flx_mini_load(flx_mini *mini, const flx_code *c, const flx_instr *in, const double *value);

/* A pseudo-random number of absolute value 1/2 to 3/2, either sign. */
double flx_mini_random(uint64_t *state);

#endif
