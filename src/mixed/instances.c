/* instances.c: see instances.h. */
#include "mixed/instances.h"

#include <string.h>

#define BIT(road) FLX_ROAD_BIT(FLX_ROAD_##road)

/* The largest number type in use. */
enum { LARGEST = sizeof(flx_ddual) };

_Static_assert(sizeof(flx_hyperdual) <= LARGEST && sizeof(flx_taylor2) <= LARGEST,
               "room for every number type");

flx_status flx_instances_create(flx_instances *i, flx_memory *memory, size_t n, size_t m)
{
    if (!i->f) return FLX_OK;
    i->size = n + m + 1;
    i->numbers = flx_memory_resize(memory, NULL, 0, i->size, LARGEST);
    return i->numbers ? FLX_OK : FLX_ENOMEM;
}

void flx_instances_destroy(flx_instances *i, flx_memory *memory)
{
    if (i->numbers) flx_memory_resize(memory, i->numbers, i->size, 0, LARGEST);
    i->numbers = NULL;
}

/* Outputs are cleared first: a function that leaves one out has a constant there. */
static void run_plain(const flx_instances *i, flx_roads *r)
{
    double *y = r->value[FLX_ROAD_PLAIN];
    memset(y, 0, r->m * sizeof *y);
    i->f->f_double(r->n, r->x, r->m, y, i->ctx);
    r->have_value |= BIT(PLAIN);
}

static void keep(flx_roads *r, unsigned road)
{
    r->have_value |= FLX_ROAD_BIT(road);
    r->have_out |= FLX_ROAD_BIT(road);
}

static void run_dual(const flx_instances *i, flx_roads *r, const double *u)
{
    const unsigned road = FLX_ROAD_DUAL;
    flx_dual *x = i->numbers, *y = x + r->n;
    for (size_t k = 0; k < r->n; k++) x[k] = flx_dual_make(r->x[k], u[k]);
    memset(y, 0, r->m * sizeof *y);
    i->f->f_dual(r->n, x, r->m, y, i->ctx);
    for (size_t k = 0; k < r->m; k++) {
        r->value[road][k] = y[k].v;
        r->out[road][k] = y[k].d;
    }
    keep(r, road);
}

static void run_taylor(const flx_instances *i, flx_roads *r, const double *u)
{
    const unsigned road = FLX_ROAD_TAYLOR;
    flx_taylor2 *x = i->numbers, *y = x + r->n;
    for (size_t k = 0; k < r->n; k++) {
        x[k] = flx_taylor2_constant(r->x[k]);
        x[k].c[1] = u[k];
    }
    memset(y, 0, r->m * sizeof *y);
    i->f->f_taylor2(r->n, x, r->m, y, i->ctx);
    double sum = 0.0;
    for (size_t k = 0; k < r->m; k++) {
        r->value[road][k] = y[k].c[0];
        r->out[road][k] = y[k].c[1];
        sum += flx_double_amul(r->weight[k], y[k].c[2]);
    }
    r->uu[road] = 2.0 * sum;
    r->have_uu |= BIT(TAYLOR);
    keep(r, road);
}

static void run_hyperdual(const flx_instances *i, flx_roads *r, const double *u, const double *v)
{
    const unsigned road = FLX_ROAD_HYPERDUAL;
    flx_hyperdual *x = i->numbers, *y = x + r->n;
    for (size_t k = 0; k < r->n; k++) x[k] = flx_hyperdual_make(r->x[k], u[k], v[k], 0.0);
    memset(y, 0, r->m * sizeof *y);
    i->f->f_hyperdual(r->n, x, r->m, y, i->ctx);
    double sum = 0.0;
    for (size_t k = 0; k < r->m; k++) {
        r->value[road][k] = y[k].v;
        r->out[road][k] = y[k].e1;
        sum += flx_double_amul(r->weight[k], y[k].e12);
    }
    r->uv[road] = sum;
    r->have_uv |= BIT(HYPERDUAL);
    keep(r, road);
}

static void run_ddual(const flx_instances *i, flx_roads *r, const double *u, const double *v)
{
    const unsigned road = FLX_ROAD_DDUAL;
    flx_ddual *x = i->numbers, *y = x + r->n;
    for (size_t k = 0; k < r->n; k++)
        x[k] = flx_ddual_make(flx_dual_make(r->x[k], v[k]), flx_dual_make(u[k], 0.0));
    memset(y, 0, r->m * sizeof *y);
    i->f->f_ddual(r->n, x, r->m, y, i->ctx);
    double sum = 0.0;
    for (size_t k = 0; k < r->m; k++) {
        r->value[road][k] = y[k].v.v;
        r->out[road][k] = y[k].d.v;
        sum += flx_double_amul(r->weight[k], y[k].d.d);
    }
    r->uv[road] = sum;
    r->have_uv |= BIT(DDUAL);
    keep(r, road);
}

static void run_product(const flx_instances *i, flx_roads *r, const double *u)
{
    double *hv = r->product[FLX_ROAD_USER];
    if (i->product(r->n, r->x, r->m, r->weight, u, hv, i->user)) return;
    r->have_product |= BIT(USER);
    r->uu[FLX_ROAD_USER] = flx_contract(r->n, u, hv);
    r->have_uu |= BIT(USER);
}

void flx_instances_at(const flx_instances *i, flx_roads *r)
{
    if (i->f && i->f->f_double && flx_roads_want(r, FLX_ROAD_PLAIN)) run_plain(i, r);
    if (!i->gradient || !flx_roads_want(r, FLX_ROAD_USER)) return;
    if (i->gradient(r->n, r->x, r->m, r->weight, r->gradient[FLX_ROAD_USER], i->user) == 0)
        r->have_gradient |= BIT(USER);
}

void flx_instances_along(const flx_instances *i, flx_roads *r, const double *u)
{
    if (i->product && flx_roads_want(r, FLX_ROAD_USER)) run_product(i, r, u);
    if (!i->f) return;
    if (i->f->f_dual && flx_roads_want(r, FLX_ROAD_DUAL)) run_dual(i, r, u);
    if (i->f->f_taylor2 && flx_roads_want(r, FLX_ROAD_TAYLOR)) run_taylor(i, r, u);
}

void flx_instances_mixed(const flx_instances *i, flx_roads *r, const double *u, const double *v)
{
    if (!i->f) return;
    if (i->f->f_hyperdual && flx_roads_want(r, FLX_ROAD_HYPERDUAL)) run_hyperdual(i, r, u, v);
    if (i->f->f_ddual && flx_roads_want(r, FLX_ROAD_DDUAL)) run_ddual(i, r, u, v);
}
