/* schedule.h: a program's schedule for values alone (placed.h): the slots of what nothing needs any more are
 * used again. It stands beside the program's code, which derivatives need, and reports.
 *
 * What is there before an evaluation begins, and inputs, keep their places: slots below `kept`. */
#ifndef FLUXION_PROGRAM_SCHEDULE_H
#define FLUXION_PROGRAM_SCHEDULE_H

#include "program/passes.h"
#include "reverse/placed.h"

struct flx_schedule {
    flx_placed placed; /* the code from the program's first on; reads the arrays below */
    flx_instr *instr;
    uint32_t *place, *word, *delicate;
    flx_block *block;
    flx_guard *guard;
    flx_loop *loop;
    flx_complete *complete;
    uint32_t *input, *output, *constant, *parameter; /* slots */
    uint32_t completes;                              /* for which there is room */
    uint32_t slots, kept;
    size_t strips; /* maps that go in strips with others */
    size_t bytes;  /* that it takes */
};

/* Makes the schedule of a finished program, and keeps it where it saves anything, or where it is wanted in
 * any case; returns 0 where there is no memory. */
int flx_schedule_make(flx_program *f, int wanted);
void flx_schedule_free(flx_program *f);

/* Whether a schedule takes little room beside what it saves. */
int flx_schedule_pays(const flx_program *f);

/* Notes in the blocks which maps go in strips; returns how many do. */
size_t flx_find_strips(const flx_instr *instr, uint32_t instrs, flx_block *block);

#endif
