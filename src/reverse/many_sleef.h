/* many_sleef.h: elementary functions at some points by SLEEF, in its deterministic variants with fused
 * operations: AVX2 and AVX-512 have the same bits, and those of a point do not depend on its
 * neighbours. Other instruction sets, and builds without SLEEF, have none: libm then answers.
 *
 * N. Shibata, F. Petrogalli, SLEEF: a portable vectorized library of C standard mathematical functions,
 * IEEE TPDS 31 (2020). */
#ifndef FLUXION_REVERSE_MANY_SLEEF_H
#define FLUXION_REVERSE_MANY_SLEEF_H

#include "reverse/many.h"

#if defined(FLUXION_HAVE_SLEEF) && defined(__AVX512F__)
#define FLX_SLEEF(function, accuracy) Sleef_finz_##function##d8_##accuracy##avx512f
#define FLX_SLEEF_PAIR Sleef___m512d_2
#elif defined(FLUXION_HAVE_SLEEF) && defined(__AVX2__)
#define FLX_SLEEF(function, accuracy) Sleef_finz_##function##d4_##accuracy##avx2
#define FLX_SLEEF_PAIR Sleef___m256d_2
#endif

#ifdef FLX_SLEEF
#include <sleef.h>
#undef CONST /* which it defines for itself */
#undef IMPORT

/* The points that are not within low <= x <= high; sized: of the size of x, where 0 is within. */
static FLX_UNFOLD unsigned flx_many_outside(flx_many x, double low, double high, int sized)
{
    const flx_many size = sized ? flx_many_magnitude(x) : x;
    const unsigned above = flx_many_exceeds(size, flx_many_constant(high));
    if (sized && low == 0.0) return above;
    const unsigned below = flx_many_exceeds(flx_many_constant(low), size);
    if (!sized) return above | below;
    return above | (below & ~flx_many_bits(flx_many_eq(x, flx_many_constant(0.0))));
}

/* y = f(x), each register stored as soon as it is there, and at which points it is not to be used; 0 where
 * SLEEF does not have the function. */
static FLX_UNFOLD int flx_many_sleef(unsigned op, const flx_many *x, flx_many *y, unsigned *bad)
{
    switch (op) {
/* clang-format off */
#define SLEEF(name, function, accuracy, low, high) case OP_##name: FLX_EACH_REGISTER y->r[k] = (flx_register)FLX_SLEEF(function, accuracy)(x->r[k]); *bad = flx_many_outside(*x, low, high, 0); return 1;
#define SLEEF_SIZE(name, function, accuracy, low, high) case OP_##name: FLX_EACH_REGISTER y->r[k] = (flx_register)FLX_SLEEF(function, accuracy)(x->r[k]); *bad = flx_many_outside(*x, low, high, 1); return 1;
#define SLEEF_PART(name, function, part, accuracy, low, high) case OP_##name: FLX_EACH_REGISTER y->r[k] = (flx_register)FLX_SLEEF(function, accuracy)(x->r[k]).part; *bad = flx_many_outside(*x, low, high, 1); return 1;
#include "reverse/sleef.def"
    /* clang-format on */
    default: return 0;
    }
}

/* Both parts of what a function returns that has two, as flx_many_sleef does: their bits are the same. */
static FLX_UNFOLD int flx_many_sleef_parts(unsigned op, const flx_many *x, flx_many *first,
                                           flx_many *second, unsigned *bad)
{
    switch (op) {
/* clang-format off */
#define SLEEF_PART(name, function, part, accuracy, low, high) case OP_##name: FLX_EACH_REGISTER { const FLX_SLEEF_PAIR both = FLX_SLEEF(function, accuracy)(x->r[k]); first->r[k] = (flx_register)both.x; second->r[k] = (flx_register)both.y; } *bad = flx_many_outside(*x, low, high, 1); return 1;
#include "reverse/sleef.def"
    /* clang-format on */
    default: return 0;
    }
}

/* The points whose size is between low and high. */
static FLX_UNFOLD flx_many_mask flx_many_of_size(flx_many x, double low, double high)
{
    const flx_many size = flx_many_magnitude(x);
    return flx_many_and(flx_many_le(flx_many_constant(low), size),
                        flx_many_le(size, flx_many_constant(high)));
}

static FLX_UNFOLD flx_many_mask flx_many_of_sizes(flx_many x, flx_many y, flx_many z, double low,
                                                  double high)
{
    const flx_many_mask both =
        flx_many_and(flx_many_of_size(x, low, high), flx_many_of_size(y, low, high));
    return flx_many_and(both, flx_many_of_size(z, low, high));
}

/* Of two arguments: z is their function, and good the points where all three are between its bounds. */
static FLX_UNFOLD int flx_many_sleef2(unsigned op, flx_many x, flx_many y, flx_many *z,
                                      flx_many_mask *good)
{
    switch (op) {
/* clang-format off */
#define SLEEF2(name, function, accuracy, low, high) case OP_##name: FLX_EACH_REGISTER z->r[k] = (flx_register)FLX_SLEEF(function, accuracy)(x.r[k], y.r[k]); *good = flx_many_of_sizes(x, y, *z, low, high); return 1;
#define SLEEF_POWER SLEEF2
#include "reverse/sleef.def"
    /* clang-format on */
    default: return 0;
    }
}
#else
static FLX_UNFOLD int flx_many_sleef(unsigned op, const flx_many *x, flx_many *y, unsigned *bad)
{
    (void)op, (void)x, (void)y, (void)bad;
    return 0;
}

static FLX_UNFOLD int flx_many_sleef_parts(unsigned op, const flx_many *x, flx_many *first,
                                           flx_many *second, unsigned *bad)
{
    (void)op, (void)x, (void)first, (void)second, (void)bad;
    return 0;
}

static FLX_UNFOLD int flx_many_sleef2(unsigned op, flx_many x, flx_many y, flx_many *z,
                                      flx_many_mask *good)
{
    (void)op, (void)x, (void)y, (void)z, (void)good;
    return 0;
}
#endif

#endif
