/* isa.c: instruction sets: names, which are there, and the choice among them. */
#include "core/isa.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"best", "base", "avx2", "avx512"};

static int is_isa(flx_isa isa) { return (unsigned)isa <= FLX_ISA_AVX512; }

const char *flx_isa_name(flx_isa isa) { return is_isa(isa) ? names[isa] : "unknown"; }

/* What the processor has of what the library is compiled for. */
static unsigned features(void)
{
    unsigned found = 0;
#if defined(FLUXION_HAVE_AVX2)
    found += __builtin_cpu_supports("avx2") ? FLX_HAS_AVX2 : 0u;
    found += __builtin_cpu_supports("fma") ? FLX_HAS_FMA : 0u;
#endif
#if defined(FLUXION_HAVE_AVX512)
    found += __builtin_cpu_supports("avx512f") ? FLX_HAS_AVX512F : 0u;
    found += __builtin_cpu_supports("avx512dq") ? FLX_HAS_AVX512DQ : 0u;
#endif
    return found;
}

int flx_isa_runs_on(flx_isa isa, unsigned has)
{
    static const unsigned needs[] = {[FLX_ISA_AVX2] = FLX_HAS_AVX2 | FLX_HAS_FMA,
                                     [FLX_ISA_AVX512] = FLX_HAS_AVX2 | FLX_HAS_FMA | FLX_HAS_AVX512F
                                                        | FLX_HAS_AVX512DQ};
    return is_isa(isa) && (needs[isa] & ~has) == 0;
}

flx_isa flx_isa_best_on(unsigned has)
{
    int isa = FLX_ISA_AVX512;
    while (!flx_isa_runs_on((flx_isa)isa, has)) isa--;
    return (flx_isa)isa;
}

int flx_isa_is_available(flx_isa isa) { return flx_isa_runs_on(isa, features()); }

/* The one that is named; one that does not exist where the name is none. */
static flx_isa named(const char *name)
{
    int isa = FLX_ISA_BEST;
    while (isa <= (int)FLX_ISA_AVX512 && strcmp(names[isa], name) != 0) isa++;
    return (flx_isa)isa;
}

flx_status flx_isa_choose(flx_isa wanted, flx_isa *chosen)
{
    const char *name = getenv("FLX_ISA");
    if (wanted == FLX_ISA_BEST && name) wanted = named(name);
    if (!flx_isa_is_available(wanted)) return FLX_EARG;
    *chosen = wanted == FLX_ISA_BEST ? flx_isa_best_on(features()) : wanted;
    return FLX_OK;
}
