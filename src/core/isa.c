/* isa.c: instruction sets: names, which are there, and the choice among them. */
#include "core/isa.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"best", "base", "avx2", "avx512"};

static int is_isa(flx_isa isa) { return (unsigned)isa <= FLX_ISA_AVX512; }

const char *flx_isa_name(flx_isa isa) { return is_isa(isa) ? names[isa] : "unknown"; }

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
    int isa = FLX_ISA_AVX512;
    while (!flx_isa_is_available((flx_isa)isa)) isa--;
    return (flx_isa)isa;
}

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
    *chosen = wanted == FLX_ISA_BEST ? best() : wanted;
    return FLX_OK;
}
