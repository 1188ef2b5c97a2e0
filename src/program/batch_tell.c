/* batch_tell.c: which values tell whether any is not finite. */
#include <string.h>

#include "program/batch.h"

/* Whether the result of an operation is not finite where its operand a is not, and operand b. */
static void spreads(unsigned op, int *a, int *b)
{
    *b = op == OP_add || op == OP_sub || op == OP_mul;
    *a = *b || op == OP_square || op == OP_mulc || op == OP_addc || op == OP_csub || op == OP_neg
         || op == OP_copy || op == OP_div || op == OP_divc;
}

uint32_t flx_batch_find_telling(const flx_program *f, unsigned char *told, uint32_t *slot)
{
    uint32_t count = 0;
    memset(told, 0, f->slots);
    told[0] = 1; /* the poison says nothing */
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        const flx_instr in = f->instr[k];
        int a = 0, b = 0;
        spreads(in.op, &a, &b);
        if (a) told[in.a] = 1;
        if (b) told[in.b] = 1;
    }
    for (uint32_t s = 0; s < f->slots; s++)
        if (!told[s]) slot[count++] = s;
    return count;
}
