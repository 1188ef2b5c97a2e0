/* agree.h: several roads to one number: which agree, and which are odd. */
#ifndef FLUXION_MIXED_AGREE_H
#define FLUXION_MIXED_AGREE_H

#include <stdint.h>
#include <string.h>

#include <fluxion/check.h>

/* One number by several roads. */
typedef struct flx_sample {
    unsigned roads; /* that have it */
    double value[FLX_ROAD_COUNT];
} flx_sample;

typedef struct flx_vote {
    unsigned odd;     /* roads that disagree with the largest group of roads that agree */
    int tie;          /* that group is not a majority */
    double consensus; /* of that group */
} flx_vote;

static inline void flx_sample_add(flx_sample *s, unsigned road, double value)
{
    s->roads |= FLX_ROAD_BIT(road);
    s->value[road] = value;
}

/* Equal, both NaN, or closer than the tolerance, where that is a number. */
static inline int flx_agree(double a, double b, double tolerance)
{
    if (a == b || (a != a && b != b)) return 1;
    const double off = a < b ? b - a : a - b;
    return tolerance < HUGE_VAL && off <= tolerance;
}

/* The same bits, or both NaN. */
static inline int flx_same_bits(double a, double b)
{
    uint64_t p, q;
    memcpy(&p, &a, sizeof p);
    memcpy(&q, &b, sizeof q);
    return p == q || (a != a && b != b);
}

/* tolerance < 0: bit for bit, but for the payload of NaN. */
flx_vote flx_vote_on(const flx_sample *s, double tolerance);

/* The number of the lowest road of a set that is not empty. */
unsigned flx_first_road(unsigned roads);

/* The sum of a*b as if in twice the precision, a zero of a hiding any b: contractions must not blur
 * what is compared. */
double flx_contract(size_t n, const double *a, const double *b);

/* A difference quotient of f along t at 0 by Ridders' method, from central differences with steps
 * that shrink; the error is its own estimate.
 * @see Ridders (1982), Advances in Engineering Software 4(2), 75-76 */
typedef int (*flx_along)(void *ctx, double t, double *value); /* 0 where the value can be had */
typedef struct flx_quotient {
    double value, error; /* error: infinite where nothing could be found */
    int refused;         /* f refused, or was not finite */
} flx_quotient;
flx_quotient flx_ridders(flx_along f, void *ctx, double step);

#endif
