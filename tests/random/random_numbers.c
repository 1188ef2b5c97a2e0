/* random_numbers.c: one random program in every number type. */
#include "random_expect.h"

#include <string.h>

#include <fluxion/generic.h>

#include "random_series.h"

static void check_dual(check *c, size_t i)
{
    random_run run = {c->p, NULL, 0};
    flx_dual x[RANDOM_INPUTS], y[RANDOM_VALUES];
    for (size_t k = 0; k < c->n; k++) x[k] = flx_dual_make(c->p->x[k], k == i);
    random_function->f_dual(c->n, x, c->count, y, &run);
    hit(c, MODE_dual);
    for (size_t k = 0; k < c->count; k++) {
        expect_value(c, MODE_dual, k, y[k].v);
        expect_first(c, MODE_dual, i, k, y[k].d);
    }
}

static void check_pair(check *c, size_t i, size_t j)
{
    random_run run = {c->p, NULL, 0};
    flx_ddual x[RANDOM_INPUTS], y[RANDOM_VALUES];
    flx_hyperdual hx[RANDOM_INPUTS], hy[RANDOM_VALUES];
    for (size_t k = 0; k < c->n; k++) {
        x[k] = flx_ddual_make(flx_dual_make(c->p->x[k], k == j), flx_dual_make(k == i, 0.0));
        hx[k] = flx_hyperdual_make(c->p->x[k], k == i, k == j, 0.0);
    }
    random_function->f_ddual(c->n, x, c->count, y, &run);
    random_function->f_hyperdual(c->n, hx, c->count, hy, &run);
    hit(c, MODE_ddual);
    hit(c, MODE_hyperdual);
    for (size_t k = 0; k < c->count; k++) {
        expect_value(c, MODE_ddual, k, y[k].v.v);
        expect_first(c, MODE_ddual, j, k, y[k].v.d);
        expect_first(c, MODE_ddual, i, k, y[k].d.v);
        expect_second(c, MODE_ddual, i, j, k, y[k].d.d);
        expect_value(c, MODE_hyperdual, k, hy[k].v);
        expect_first(c, MODE_hyperdual, i, k, hy[k].e1);
        expect_first(c, MODE_hyperdual, j, k, hy[k].e2);
        expect_second(c, MODE_hyperdual, i, j, k, hy[k].e12);
    }
}

/* Series of the order of flx_taylor8, from the same kernels: the same bits. */
static void expect_series(check *c, size_t i, const flx_taylor8 *want)
{
    flx_series v[RANDOM_VALUES];
    for (size_t k = 0; k < c->count; k++) flx_series_init(&v[k]);
    expect_status(c, MODE_series, random_series(c->p, i, 8, v));
    hit(c, MODE_series);
    for (size_t k = 0; k < c->count; k++)
        for (size_t q = 0; q <= 8; q++)
            if (!same(flx_series_get(&v[k], q), want[k].c[q]))
                found(c, MODE_series, "coefficient %zu of value %zu is %a, of flx_taylor8 %a", q, k,
                      flx_series_get(&v[k], q), want[k].c[q]);
    for (size_t k = 0; k < c->count; k++) flx_series_clear(&v[k]);
}

/* Compares the common coefficients of all values as far as all are tame: what is computed from
 * others may differ as they may. */
#define COMPARE_TAYLOR(low, high)                                                                  \
    for (size_t k = 0; k < c->count && tame(high, y##high[k].c); k++)                              \
    expect_prefix(c, MODE_taylor##high, k, low, y##low[k].c, y##high[k].c)

/* clang-format off */
#define RUN_TAYLOR(order)                                                                          \
    flx_taylor##order x##order[RANDOM_INPUTS] = {{{0}}}, y##order[RANDOM_VALUES];                            \
    for (size_t k = 0; k < c->n; k++) {                                                            \
        x##order[k] = flx_taylor##order##_constant(c->p->x[k]);                                    \
        x##order[k].c[1] = k == i;                                                                 \
    }                                                                                              \
    random_function->f_taylor##order(c->n, x##order, c->count, y##order, &run);                    \
    hit(c, MODE_taylor##order)
/* clang-format on */

static void check_taylor(check *c, size_t i)
{
    random_run run = {c->p, NULL, 0};
    RUN_TAYLOR(2);
    RUN_TAYLOR(3);
    RUN_TAYLOR(4);
    RUN_TAYLOR(8);
    RUN_TAYLOR(16);
    for (size_t k = 0; k < c->count; k++) {
        expect_value(c, MODE_taylor2, k, y2[k].c[0]);
        expect_first(c, MODE_taylor2, i, k, y2[k].c[1]);
        expect_second(c, MODE_taylor2, i, i, k, 2.0 * y2[k].c[2]);
        expect_first(c, MODE_taylor3, i, k, y3[k].c[1]);
        expect_second(c, MODE_taylor3, i, i, k, 2.0 * y3[k].c[2]);
        expect_first(c, MODE_taylor16, i, k, y16[k].c[1]);
        expect_second(c, MODE_taylor16, i, i, k, 2.0 * y16[k].c[2]);
    }
    expect_series(c, i, y8);
    COMPARE_TAYLOR(2, 3);
    COMPARE_TAYLOR(3, 4);
    COMPARE_TAYLOR(4, 8);
    COMPARE_TAYLOR(8, 16);
}

/* All inputs' directions at once. */
static void check_directions(check *c)
{
    random_run run = {c->p, NULL, 0};
    flx_dual4 x[RANDOM_INPUTS], y[RANDOM_VALUES];
    flx_dual8 wx[RANDOM_INPUTS], wy[RANDOM_VALUES];
    _Static_assert(RANDOM_INPUTS <= 4, "a direction for each input");
    for (size_t k = 0; k < c->n; k++) {
        x[k] = flx_dual4_variable(c->p->x[k], k);
        wx[k] = flx_dual8_variable(c->p->x[k], 7 - k);
    }
    random_function->f_dual4(c->n, x, c->count, y, &run);
    random_function->f_dual8(c->n, wx, c->count, wy, &run);
    hit(c, MODE_dual4);
    hit(c, MODE_dual8);
    for (size_t k = 0; k < c->count; k++) {
        expect_value(c, MODE_dual4, k, y[k].v);
        expect_value(c, MODE_dual8, k, wy[k].v);
        for (size_t i = 0; i < c->n; i++) {
            expect_first(c, MODE_dual4, i, k, y[k].d[i]);
            expect_first(c, MODE_dual8, i, k, wy[k].d[7 - i]);
        }
    }
}

/* Along inputs i, j and l. */
static void check_triple(check *c, size_t i, size_t j, size_t l)
{
    random_run run = {c->p, NULL, 0};
    flx_hyperdual3 x[RANDOM_INPUTS], y[RANDOM_VALUES];
    for (size_t k = 0; k < c->n; k++)
        x[k] = flx_hyperdual3_seed(c->p->x[k], k == i, k == j, k == l);
    random_function->f_hyperdual3(c->n, x, c->count, y, &run);
    hit(c, MODE_hyperdual3);
    for (size_t k = 0; k < c->count; k++) {
        expect_value(c, MODE_hyperdual3, k, y[k].v.v);
        expect_first(c, MODE_hyperdual3, i, k, y[k].v.e1);
        expect_first(c, MODE_hyperdual3, j, k, y[k].v.e2);
        expect_first(c, MODE_hyperdual3, l, k, y[k].d.v);
        expect_second(c, MODE_hyperdual3, i, j, k, y[k].v.e12);
        expect_second(c, MODE_hyperdual3, i, l, k, y[k].d.e1);
        expect_second(c, MODE_hyperdual3, j, l, k, y[k].d.e2);
    }
}

void check_numbers(check *c)
{
    hit(c, MODE_double);
    check_directions(c);
    for (size_t i = 0; i < c->n && !c->failed; i++) {
        check_dual(c, i);
        check_taylor(c, i);
        for (size_t j = i; j < c->n; j++) check_pair(c, i, j);
        check_triple(c, i, (i + 1) % c->n, (i + c->p->steps) % c->n);
    }
}
