/* batch_isa.c: which instruction set a batch runs by. */
#include "core/isa.h"
#include "program/batch.h"
#include "reverse/rows.h"

/* The most slots of which 32 points fit a cache close to the processor: there it gains a tenth and more that
 * instructions are read half as often. */
enum { MOST_WIDE_SLOTS = 1024 };

const flx_batch_set *flx_batch_set_of(flx_isa isa, size_t slots)
{
    const flx_batch_set *const sets[] = {NULL, &flx_batch_base, &flx_batch_avx2, &flx_batch_avx512};
    if (isa == FLX_ISA_AVX512 && slots <= MOST_WIDE_SLOTS) return &flx_batch_avx512_wide;
    return sets[isa];
}

int flx_batch_has(const flx_code *c, int (*kind)(unsigned op))
{
    for (uint32_t k = 0; k < c->instrs; k++)
        if (kind(flx_instr_elementary(c, &c->instr[k]))) return 1;
    for (uint32_t k = 0; k < c->loops; k++)
        if (flx_batch_has(c->loop[k].inner->code, kind)) return 1;
    return 0;
}

flx_status flx_batch_choose(const flx_program *f, const flx_batch_options *options, flx_isa *isa)
{
    const flx_status status = flx_isa_choose(options ? options->isa : FLX_ISA_BEST, isa);
    if (status != FLX_OK) return status;
    if (options && options->strict && flx_batch_has(&f->code, flx_op_is_inexact))
        *isa = FLX_ISA_BASE;
    return FLX_OK;
}
