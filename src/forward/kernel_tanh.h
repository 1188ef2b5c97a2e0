/* kernel_tanh.h: tanh(x), with what rounding took from it, and 1/cosh(x)^2.
 *
 * Up to 8 from their values at the nearest node and from the tanh of what is left, without an
 * exponential, which costs more. Of 1 - y*y nothing would be left far out. */
#ifndef FLUXION_FORWARD_KERNEL_TANH_H
#define FLUXION_FORWARD_KERNEL_TANH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef struct flx_tanh_parts {
    double s, y, y_low; /* 1/cosh(x)^2, tanh(x) */
} flx_tanh_parts;

/* Both at 0, 1/16, ..., 8. */
typedef struct flx_tanh_place {
    double s, y, s_low, y_low;
} flx_tanh_place;
enum { FLX_TANH_NODES = 8 * 16 + 1 };
extern const flx_tanh_place flx_tanh_node[FLX_TANH_NODES];

/* The number of the node nearest to x, whose argument is x - *h. 1.5*2^48 counts in sixteenths. */
static inline size_t flx_tanh_nearest(double x, double *h)
{
    const double counted = x + 0x1.8p48;
    uint64_t bits;
    memcpy(&bits, &counted, sizeof bits);
    *h = x - (counted - 0x1.8p48);
    return bits % 256;
}

/* 0 <= x < 8: for x = node + h and t = tanh(h), y is the node's plus d = s*t/(1 + y*t), and s is the
 * node's less d*(y + y + d). t is its continued fraction h/(1 + h^2/(3 + h^2/(5 + h^2/7))). */
static inline flx_tanh_parts flx_tanh_near(double x)
{
    double h;
    const flx_tanh_place *const node = &flx_tanh_node[flx_tanh_nearest(x, &h)];
    const double hh = h * h, top = h + h * hh * (2.0 / 21.0);
    const double bottom = 1.0 + hh * (3.0 / 7.0 + hh * (1.0 / 105.0));
    const double d = node->s * top / (bottom + node->y * top);
    const double fall = d * (node->y + node->y + d);
    const double y = node->y + d;
    return (flx_tanh_parts){node->s - (fall - node->s_low), y, ((node->y - y) + d) + node->y_low};
}

/* x >= 8, to e^3 of e = exp(-2x): y = (1-e)/(1+e), s = 4e/(1+e)^2. Apart, so that what is frequent
 * saves no registers for it. */
__attribute__((noinline)) static flx_tanh_parts flx_tanh_far(double x)
{
    const double e = exp(-2.0 * x);
    return (flx_tanh_parts){4.0 * e - 4.0 * e * e * (2.0 - 3.0 * e), 1.0 - 2.0 * e * (1.0 - e),
                            0.0};
}

/* x >= 0 */
static inline flx_tanh_parts flx_tanh_of(double x)
{
    return x < 8.0 ? flx_tanh_near(x) : flx_tanh_far(x);
}

#endif
