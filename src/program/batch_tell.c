/* batch_tell.c: which values tell whether any is not finite. */
#include <string.h>

#include "program/batch.h"

uint32_t flx_batch_find_telling(const flx_program *f, unsigned char *told, uint32_t *slot)
{
    uint32_t count = 0;
    memset(told, 0, f->slots);
    told[0] = 1; /* the poison says nothing */
    flx_mark_scratch(f, told, 1);
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        const flx_instr in = f->instr[k];
        int a = 0, b = 0;
        flx_op_spreads(in.op, &a, &b);
        if (a) told[in.a] = 1;
        if (b) told[in.b] = 1;
    }
    for (uint32_t s = 0; s < f->slots; s++)
        if (!told[s]) slot[count++] = s;
    return count;
}
