/* pack.h: n doubles in as many packs as the machine's vectors make of them: what sweeps along several
 * directions at once are made of.
 *
 * n is a constant at every call, so that nothing is left of the loops. Numbers hold packs and no
 * doubles: compilers keep them in registers then. */
#ifndef FLUXION_PROGRAM_PACK_H
#define FLUXION_PROGRAM_PACK_H

#include <stdint.h>
#include <string.h>

#include "reverse/code.h"

#if defined(__AVX__)
#define FLX_PACK ((size_t)4)
#elif defined(__GNUC__)
#define FLX_PACK ((size_t)2)
#else
#define FLX_PACK ((size_t)1)
#endif

#if defined(__GNUC__)
typedef double flx_pack __attribute__((vector_size(FLX_PACK * sizeof(double))));
typedef long long flx_pack_bits __attribute__((vector_size(FLX_PACK * sizeof(double))));

static FLX_UNFOLD flx_pack flx_pack_all(double x) { return x - (flx_pack){0.0}; }

/* x where g is not zero, else 0. */
static FLX_UNFOLD flx_pack flx_pack_where(flx_pack x, flx_pack g)
{
    return (flx_pack)((flx_pack_bits)x & (flx_pack_bits)(g != flx_pack_all(0.0)));
}

/* What is zero, bit for bit, where all these packs are. */
static FLX_UNFOLD long long flx_packs_bits(size_t packs, const flx_pack *x)
{
    flx_pack_bits any = (flx_pack_bits)x[0];
    long long bits = 0;
    for (size_t i = 1; i < packs; i++) any |= (flx_pack_bits)x[i];
    for (size_t i = 0; i < FLX_PACK; i++) bits |= any[i];
    return bits;
}
#else
typedef double flx_pack;
static FLX_UNFOLD flx_pack flx_pack_all(double x) { return x; }
static FLX_UNFOLD flx_pack flx_pack_where(flx_pack x, flx_pack g) { return g == 0.0 ? 0.0 : x; }
static FLX_UNFOLD long long flx_packs_bits(size_t packs, const flx_pack *x)
{
    int any = 0;
    for (size_t i = 0; i < packs; i++) any |= x[i] != 0.0;
    return any;
}
#endif

static FLX_UNFOLD flx_pack flx_pack_load(const double *p)
{
    flx_pack x;
    memcpy(&x, p, sizeof x);
    return x;
}

static FLX_UNFOLD void flx_pack_store(double *p, flx_pack x) { memcpy(p, &x, sizeof x); }

/* Asks for the line of the cache where p lies, before it is needed. */
static FLX_UNFOLD void flx_pack_ask(const double *p)
{
#if defined(__GNUC__)
    __builtin_prefetch(p);
#else
    (void)p;
#endif
}

#endif
