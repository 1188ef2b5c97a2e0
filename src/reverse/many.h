/* many.h: a double at each of 8, 16 or 32 points, as a scalar type of the sweeps: registers of the instruction set
 * that the including file is compiled for, or plain doubles where a compiler has no vectors.
 *
 * Everything is static: each instruction set has copies of its own. Arithmetic has the same bits in
 * all of them. */
#ifndef FLUXION_REVERSE_MANY_H
#define FLUXION_REVERSE_MANY_H

#include <string.h>

#include "ops/support.h"
#include "reverse/plane.h"

#if defined(__AVX512F__) || defined(__AVX__) || defined(__SSE2__)
#include <immintrin.h>
#endif

/* One register, and all bits set or none in each of its doubles. */
#if defined(__AVX512F__)
enum { FLX_REGISTER = 8, FLX_BEST_WIDTH = 16 };
#define FLX_REPEAT(c)                                                                              \
    {                                                                                              \
        c, c, c, c, c, c, c, c                                                                     \
    }
#elif defined(__AVX__)
enum { FLX_REGISTER = 4, FLX_BEST_WIDTH = 16 };
#define FLX_REPEAT(c)                                                                              \
    {                                                                                              \
        c, c, c, c                                                                                 \
    }
#elif defined(__GNUC__)
enum { FLX_REGISTER = 2, FLX_BEST_WIDTH = 8 };
#define FLX_REPEAT(c)                                                                              \
    {                                                                                              \
        c, c                                                                                       \
    }
#else
enum { FLX_REGISTER = 1, FLX_BEST_WIDTH = 8 };
#define FLX_REPEAT(c)                                                                              \
    {                                                                                              \
        c                                                                                          \
    }
#endif
/* A file may define FLX_MANY for another number of points, which are whole registers. */
#ifndef FLX_MANY
#define FLX_MANY FLX_BEST_WIDTH
#endif
enum { FLX_WIDTH = FLX_MANY, FLX_REGISTERS = FLX_WIDTH / FLX_REGISTER };

/* The bits of the first points, of which there is one at least; and of all. */
static FLX_UNFOLD unsigned flx_many_first(size_t count) { return 0xffffffffu >> (32u - count); }
static FLX_UNFOLD unsigned flx_many_points(void) { return flx_many_first(FLX_WIDTH); }

#if defined(__GNUC__)
typedef double flx_register __attribute__((vector_size(FLX_REGISTER * sizeof(double))));
typedef long long flx_register_mask __attribute__((vector_size(FLX_REGISTER * sizeof(double))));
static FLX_UNFOLD flx_register flx_register_choose(flx_register_mask m, flx_register a,
                                                   flx_register b)
{
    return (flx_register)((m & (flx_register_mask)a) | (~m & (flx_register_mask)b));
}
#else
typedef double flx_register;
typedef int flx_register_mask;
static FLX_UNFOLD flx_register flx_register_choose(int m, double a, double b) { return m ? a : b; }
#endif

typedef struct flx_many {
    flx_register r[FLX_REGISTERS];
} flx_many;

typedef struct flx_many_mask {
    flx_register_mask r[FLX_REGISTERS];
} flx_many_mask;

#define FLX_EACH_REGISTER for (int k = 0; k < FLX_REGISTERS; k++)

/* ---- arithmetic ---- */

static FLX_UNFOLD flx_many flx_many_constant(double c)
{
    const flx_register repeated = FLX_REPEAT(c);
    flx_many z;
    FLX_EACH_REGISTER z.r[k] = repeated;
    return z;
}

static FLX_UNFOLD flx_many flx_many_neg(flx_many x)
{
    FLX_EACH_REGISTER x.r[k] = -x.r[k];
    return x;
}
static FLX_UNFOLD flx_many flx_many_add(flx_many x, flx_many y)
{
    FLX_EACH_REGISTER x.r[k] = x.r[k] + y.r[k];
    return x;
}
static FLX_UNFOLD flx_many flx_many_sub(flx_many x, flx_many y)
{
    FLX_EACH_REGISTER x.r[k] = x.r[k] - y.r[k];
    return x;
}
static FLX_UNFOLD flx_many flx_many_mul(flx_many x, flx_many y)
{
    FLX_EACH_REGISTER x.r[k] = x.r[k] * y.r[k];
    return x;
}
static FLX_UNFOLD flx_many flx_many_div(flx_many x, flx_many y)
{
    FLX_EACH_REGISTER x.r[k] = x.r[k] / y.r[k];
    return x;
}
/* sum + 0*x, fused where that is one operation: for whether x is finite. */
static FLX_UNFOLD flx_many flx_many_add_nothing_of(flx_many sum, flx_many x)
{
#if defined(__AVX512F__)
    FLX_EACH_REGISTER sum.r[k] =
        (flx_register)_mm512_fmadd_pd((__m512d)x.r[k], _mm512_setzero_pd(), (__m512d)sum.r[k]);
#elif defined(__FMA__)
    FLX_EACH_REGISTER sum.r[k] =
        (flx_register)_mm256_fmadd_pd((__m256d)x.r[k], _mm256_setzero_pd(), (__m256d)sum.r[k]);
#else
    FLX_EACH_REGISTER sum.r[k] = sum.r[k] + x.r[k] * 0.0;
#endif
    return sum;
}
static FLX_UNFOLD flx_many flx_many_square(flx_many x) { return flx_many_mul(x, x); }
static FLX_UNFOLD flx_many flx_many_add_xc(flx_many x, double c)
{
    return flx_many_add(x, flx_many_constant(c));
}
static FLX_UNFOLD flx_many flx_many_sub_cx(double c, flx_many x)
{
    return flx_many_sub(flx_many_constant(c), x);
}
static FLX_UNFOLD flx_many flx_many_mul_xc(flx_many x, double c)
{
    return flx_many_mul(x, flx_many_constant(c));
}
static FLX_UNFOLD flx_many flx_many_div_xc(flx_many x, double c)
{
    return flx_many_div(x, flx_many_constant(c));
}
static FLX_UNFOLD flx_many flx_many_div_cx(double c, flx_many x)
{
    return flx_many_div(flx_many_constant(c), x);
}

/* ---- comparisons and choices, point by point ---- */

static FLX_UNFOLD flx_many_mask flx_many_lt(flx_many x, flx_many y)
{
    flx_many_mask m;
    FLX_EACH_REGISTER m.r[k] = x.r[k] < y.r[k];
    return m;
}
static FLX_UNFOLD flx_many_mask flx_many_le(flx_many x, flx_many y)
{
    flx_many_mask m;
    FLX_EACH_REGISTER m.r[k] = x.r[k] <= y.r[k];
    return m;
}
static FLX_UNFOLD flx_many_mask flx_many_eq(flx_many x, flx_many y)
{
    flx_many_mask m;
    FLX_EACH_REGISTER m.r[k] = x.r[k] == y.r[k];
    return m;
}
static FLX_UNFOLD flx_many_mask flx_many_ne(flx_many x, flx_many y)
{
    flx_many_mask m;
    FLX_EACH_REGISTER m.r[k] = x.r[k] != y.r[k];
    return m;
}
static FLX_UNFOLD flx_many_mask flx_many_is_nan(flx_many x) { return flx_many_ne(x, x); }
static FLX_UNFOLD flx_many_mask flx_many_and(flx_many_mask a, flx_many_mask b)
{
    FLX_EACH_REGISTER a.r[k] = a.r[k] & b.r[k];
    return a;
}
static FLX_UNFOLD flx_many_mask flx_many_or(flx_many_mask a, flx_many_mask b)
{
    FLX_EACH_REGISTER a.r[k] = a.r[k] | b.r[k];
    return a;
}
static FLX_UNFOLD flx_many flx_many_choose(flx_many_mask m, flx_many yes, flx_many no)
{
    FLX_EACH_REGISTER yes.r[k] = flx_register_choose(m.r[k], yes.r[k], no.r[k]);
    return yes;
}

static FLX_UNFOLD flx_many flx_many_magnitude(flx_many x)
{
#if defined(__GNUC__)
    FLX_EACH_REGISTER x.r[k] =
        (flx_register)((flx_register_mask)x.r[k] & (0x7fffffffffffffffLL - (flx_register_mask){0}));
#else
    FLX_EACH_REGISTER x.r[k] = fabs(x.r[k]);
#endif
    return x;
}

/* Bit l: whether the mask is set at point l. */
static FLX_UNFOLD unsigned flx_many_bits(flx_many_mask m)
{
    unsigned bits = 0;
#if defined(__AVX512DQ__)
    FLX_EACH_REGISTER bits |= (unsigned)_cvtmask8_u32(_mm512_movepi64_mask((__m512i)m.r[k]))
                              << FLX_REGISTER * k;
#elif defined(__AVX__) && !defined(__AVX512F__)
    FLX_EACH_REGISTER bits |= (unsigned)_mm256_movemask_pd((__m256d)m.r[k]) << FLX_REGISTER * k;
#elif defined(__SSE2__) && !defined(__AVX512F__)
    FLX_EACH_REGISTER bits |= (unsigned)_mm_movemask_pd((__m128d)m.r[k]) << FLX_REGISTER * k;
#else
    unsigned char byte[sizeof m];
    memcpy(byte, &m, sizeof byte);
    for (size_t l = 0; l < FLX_WIDTH; l++)
        bits |= (unsigned)(byte[l * (sizeof byte / FLX_WIDTH)] != 0) << l;
#endif
    return bits;
}

/* Bit l: whether x <= y does not hold at point l. */
static FLX_UNFOLD unsigned flx_many_exceeds(flx_many x, flx_many y)
{
#if defined(__AVX512F__)
    unsigned bits = 0;
    FLX_EACH_REGISTER bits |=
        (unsigned)_mm512_cmp_pd_mask((__m512d)x.r[k], (__m512d)y.r[k], _CMP_NLE_UQ)
        << FLX_REGISTER * k;
    return bits;
#else
    return flx_many_bits(flx_many_le(x, y)) ^ flx_many_points();
#endif
}

/* Zero at all points: what contributes nothing anywhere. */
static FLX_UNFOLD int flx_many_is_zero(flx_many x)
{
#if defined(__AVX__) /* no bit is set but for signs, which are shifted out */
    typedef unsigned long long bits __attribute__((vector_size(sizeof(flx_register))));
    bits any = (bits)x.r[0];
    for (int k = 1; k < FLX_REGISTERS; k++) any |= (bits)x.r[k];
    any += any;
#if defined(__AVX512F__)
    return _mm512_test_epi64_mask((__m512i)any, (__m512i)any) == 0;
#else
    return _mm256_testz_si256((__m256i)any, (__m256i)any);
#endif
#else
    return flx_many_bits(flx_many_ne(x, flx_many_constant(0.0))) == 0;
#endif
}

/* x, computed before what follows is known: a multiplication that compilers mask would wait for the
 * comparison that makes the mask. */
static FLX_UNFOLD flx_many flx_many_at_once(flx_many x)
{
#if defined(__AVX512F__)
    FLX_EACH_REGISTER __asm__("" : "+v"(x.r[k]));
#endif
    return x;
}

static FLX_UNFOLD flx_many flx_many_amul(flx_many g, flx_many p)
{
    const flx_many zero = flx_many_constant(0.0);
    return flx_many_choose(flx_many_ne(g, zero), flx_many_at_once(flx_many_mul(g, p)), zero);
}
/* sum + amul(g, p), of a sum that is not -0. */
static FLX_UNFOLD flx_many flx_many_add_amul(flx_many sum, flx_many g, flx_many p)
{
#if defined(__AVX512F__)
    const __m512d zero = _mm512_setzero_pd();
    FLX_EACH_REGISTER sum.r[k] = (flx_register)_mm512_mask_add_pd(
        (__m512d)sum.r[k], _mm512_cmp_pd_mask((__m512d)g.r[k], zero, _CMP_NEQ_UQ),
        (__m512d)sum.r[k], (__m512d)(g.r[k] * p.r[k]));
    return sum;
#else
    return flx_many_add(sum, flx_many_amul(g, p));
#endif
}
static FLX_UNFOLD flx_many flx_many_smul(flx_many a, flx_many b)
{
    const flx_many zero = flx_many_constant(0.0);
    const flx_many_mask both = flx_many_and(flx_many_ne(a, zero), flx_many_ne(b, zero));
    return flx_many_choose(both, flx_many_at_once(flx_many_mul(a, b)), zero);
}
static FLX_UNFOLD flx_many flx_many_where_defined(flx_many p, flx_many y)
{
    return flx_many_choose(flx_many_is_nan(y), y, p);
}
static FLX_UNFOLD flx_many flx_many_adiv(flx_many g, flx_many y, flx_many z)
{
    const flx_many zero = flx_many_constant(0.0);
    const flx_many quotient = flx_many_where_defined(flx_many_div(g, y), z);
    return flx_many_choose(flx_many_ne(g, zero), quotient, zero);
}

/* ---- memory ---- */

static FLX_UNFOLD flx_many flx_many_from(const double from[FLX_WIDTH])
{
    flx_many x;
    memcpy(&x, from, sizeof x);
    return x;
}
static FLX_UNFOLD void flx_many_to(double to[FLX_WIDTH], flx_many x) { memcpy(to, &x, sizeof x); }

/* The points whose bits are set. */
static inline flx_many_mask flx_many_mask_of(unsigned bits)
{
    double point[FLX_WIDTH];
    for (unsigned l = 0; l < FLX_WIDTH; l++) point[l] = bits >> l & 1u ? 1.0 : 0.0;
    return flx_many_ne(flx_many_from(point), flx_many_constant(0.0));
}

#endif
