/* ht_hand.c: the distances in plain doubles, and in duals; see ht_hand.h. */
#include "ht_hand.h"

#include <string.h>

#include <fluxion/real.h>

#define WIDTH HT_WIDTH
#define T ht_dual
#define F(name) ht_dual_##name
#include <fluxion/template/multidual.inc>
#include <fluxion/template/number.inc>
#include "ht_hand.inc"
#undef WIDTH
#undef T
#undef F

#define T double
#define F(name) flx_double_##name
#include "ht_hand.inc"
#undef T
#undef F

size_t ht_corner(const ht_data *data, size_t i, size_t k)
{
    const size_t to = (size_t)data->belongs[i];
    return data->u ? (size_t)data->triangle[3 * to + k] : to;
}

void ht_distances(const ht_data *data, double *scratch, double *distance)
{
    flx_double_distances(data, data->theta, data->u, scratch, distance);
}

void ht_distances_along(const ht_data *data, const ht_dual *theta, const ht_dual *u,
                        ht_dual *scratch, ht_dual *distance)
{
    ht_dual_distances(data, theta, u, scratch, distance);
}
