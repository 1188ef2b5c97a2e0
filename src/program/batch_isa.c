/* batch_isa.c: which instruction set a batch runs by. */
#include <stdlib.h>
#include <string.h>

#include "program/batch.h"
#include "reverse/loop.h"

static const char *const names[] = {"best", "base", "avx2", "avx512"};

static int is_isa(flx_isa isa) { return (unsigned)isa <= FLX_ISA_AVX512; }

const char *flx_isa_name(flx_isa isa) { return is_isa(isa) ? names[isa] : "unknown"; }

const flx_batch_set *flx_batch_set_of(flx_isa isa)
{
    const flx_batch_set *const sets[] = {NULL, &flx_batch_base, &flx_batch_avx2, &flx_batch_avx512};
    return sets[isa];
}

static int has_avx2(void)
{
#if defined(FLUXION_HAVE_AVX2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return 0;
#endif
}

static int has_avx512(void)
{
#if defined(FLUXION_HAVE_AVX512)
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
#else
    return 0;
#endif
}

int flx_isa_is_available(flx_isa isa)
{
    if (isa == FLX_ISA_AVX512) return has_avx512();
    if (isa == FLX_ISA_AVX2) return has_avx2();
    return is_isa(isa);
}

static flx_isa best(void)
{
    return has_avx512() ? FLX_ISA_AVX512 : has_avx2() ? FLX_ISA_AVX2 : FLX_ISA_BASE;
}

/* The one that is named; one that does not exist where the name is none. */
static flx_isa named(const char *name)
{
    int isa = FLX_ISA_BEST;
    while (isa <= (int)FLX_ISA_AVX512 && strcmp(names[isa], name) != 0) isa++;
    return (flx_isa)isa;
}

/* Whether the instruction sets have other values of an operation than plain double. */
static const unsigned char inexact[OP_COUNT] = {
#ifdef FLUXION_HAVE_SLEEF
#define SLEEF(name, function, accuracy, low, high) [OP_##name] = 1,
#define SLEEF_SIZE SLEEF
#define SLEEF2 SLEEF
#define SLEEF_WITHIN(name) [OP_##name] = 1,
#include "program/sleef.def"
#else
    [OP_poison] = 0,
#endif
};

static int is_exact(const flx_code *c)
{
    for (uint32_t k = 0; k < c->instrs; k++)
        if (inexact[flx_instr_elementary(c, &c->instr[k])]) return 0;
    for (uint32_t k = 0; k < c->loops; k++)
        if (!is_exact(c->loop[k].inner->code)) return 0;
    return 1;
}

flx_status flx_batch_choose(const flx_program *f, const flx_batch_options *options, flx_isa *isa)
{
    const char *name = getenv("FLX_ISA");
    flx_isa wanted = options ? options->isa : FLX_ISA_BEST;
    if (wanted == FLX_ISA_BEST && name) wanted = named(name);
    if (!flx_isa_is_available(wanted)) return FLX_EARG;
    *isa = wanted == FLX_ISA_BEST ? best() : wanted;
    if (options && options->strict && !is_exact(&f->code)) *isa = FLX_ISA_BASE;
    return FLX_OK;
}
