/* agree.c: see agree.h. */
#include "mixed/agree.h"

#include <float.h>

#include "ops/support.h"

static int alike(double a, double b, double tolerance)
{
    return tolerance < 0.0 ? flx_same_bits(a, b) : flx_agree(a, b, tolerance);
}

/* The roads that agree with one of them, itself included. */
static unsigned group_of(const flx_sample *s, unsigned road, double tolerance, unsigned *count)
{
    unsigned group = 0;
    *count = 0;
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        if (!(s->roads & FLX_ROAD_BIT(k)) || !alike(s->value[road], s->value[k], tolerance))
            continue;
        group |= FLX_ROAD_BIT(k);
        ++*count;
    }
    return group;
}

/* The quick answer where all agree with the first. */
static int unanimous(const flx_sample *s, double tolerance, flx_vote *v)
{
    const unsigned first = flx_first_road(s->roads);
    unsigned count;
    v->consensus = s->value[first];
    return group_of(s, first, tolerance, &count) == s->roads;
}

flx_vote flx_vote_on(const flx_sample *s, double tolerance)
{
    flx_vote v = {0, 0, 0.0};
    unsigned most = 0, total = 0;
    if (!s->roads || unanimous(s, tolerance, &v)) return v;
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        unsigned count;
        if (!(s->roads & FLX_ROAD_BIT(k))) continue;
        total++;
        const unsigned group = group_of(s, k, tolerance, &count);
        if (count <= most) continue;
        most = count;
        v.odd = s->roads & ~group;
        v.consensus = s->value[k];
    }
    v.tie = 2 * most <= total;
    return v;
}

unsigned flx_first_road(unsigned roads)
{
    unsigned k = 0;
    while (k + 1 < FLX_ROAD_COUNT && !(roads & FLX_ROAD_BIT(k))) k++;
    return k;
}

double flx_contract(size_t n, const double *a, const double *b)
{
    double sum = 0.0, rest = 0.0, plain = 0.0;
    for (size_t k = 0; k < n; k++) {
        const double p = flx_double_amul(a[k], b[k]);
        const double s = sum + p, t = s - sum; /* Knuth's two-sum */
        rest += (sum - (s - t)) + (p - t);
        sum = s;
        plain += p;
    }
    const double result = sum + rest;
    return result == result ? result : plain;
}

enum { COLUMNS = 12 };

static int central(flx_along f, void *ctx, double h, double *slope, double *noise)
{
    double above, below;
    if (f(ctx, h, &above) || f(ctx, -h, &below)) return 0;
    if (!isfinite(above) || !isfinite(below)) return 0;
    *slope = (above - below) / (2.0 * h);
    *noise = DBL_EPSILON * fmax(fabs(above), fabs(below)) / h;
    return 1;
}

flx_quotient flx_ridders(flx_along f, void *ctx, double step)
{
    const double shrink = 1.6;
    double table[COLUMNS][COLUMNS], noise, h = step;
    flx_quotient q = {0.0, HUGE_VAL, 0};
    for (int i = 0; i < COLUMNS; i++, h /= shrink) {
        if (!central(f, ctx, h, &table[0][i], &noise)) {
            q.refused = 1;
            if (i == 0) continue; /* a smaller step may stay inside the domain */
            return q;
        }
        double factor = shrink * shrink;
        for (int j = 1; j <= i && !q.refused; j++, factor *= shrink * shrink) {
            table[j][i] = (table[j - 1][i] * factor - table[j - 1][i - 1]) / (factor - 1.0);
            const double error =
                fmax(fabs(table[j][i] - table[j - 1][i]), fabs(table[j][i] - table[j - 1][i - 1]))
                + noise;
            if (error < q.error) {
                q.error = error;
                q.value = table[j][i];
            }
        }
    }
    return q;
}
