/* random_series.c: see random_series.h. */
#include "random_series.h"

#include <fluxion/generic.h>

/* Functions of an integer order. */
#define flx_series_polygamma_0(r, a) flx_series_polygamma(r, 0, a)
#define flx_series_jn_1(r, a) flx_series_jn(r, 1, a)
#define flx_series_yn_0(r, a) flx_series_yn(r, 0, a)

/* a where the value of c is above 0, else b; constants where they are NULL. */
static flx_status choose(flx_series *r, const flx_series *c, const flx_series *a, double ka,
                         const flx_series *b, double kb)
{
    const int first = flx_series_get(c, 0) > 0.0;
    const flx_series *chosen = first ? a : b;
    if (chosen) return flx_series_set(r, chosen);
    return flx_series_constant(r, flx_series_order(c), first ? ka : kb);
}

static flx_status apply(const random_step *s, flx_series *r, const flx_series *a,
                        const flx_series *b, const flx_series *c)
{
    const double va = flx_series_get(a, 0), vb = flx_series_get(b, 0);
    switch (s->op) {
/* clang-format off */
#define RANDOM_UNARY(name) case RANDOM_##name: return flx_series_##name(r, a);
#define RANDOM_BINARY(name) case RANDOM_##name: return flx_series_##name(r, a, b); case RANDOM_##name##_xc: return flx_series_##name##_xc(r, a, s->k[0]); case RANDOM_##name##_cx: return flx_series_##name##_cx(r, s->k[0], a);
#define RANDOM_TERNARY(name) case RANDOM_##name: return flx_series_##name(r, a, b, c); case RANDOM_##name##_xxc: return flx_series_##name##_xxc(r, a, b, s->k[0]); case RANDOM_##name##_cxc: return flx_series_##name##_cxc(r, s->k[0], a, s->k[1]); case RANDOM_##name##_xcc: return flx_series_##name##_xcc(r, a, s->k[0], s->k[1]);
#define RANDOM_COMPARE(name) case RANDOM_##name: return flx_series_set(r, flx_##name(va, vb) ? c : a); case RANDOM_##name##_xc: return flx_series_set(r, flx_##name(va, s->k[0]) ? c : a); case RANDOM_##name##_cx: return flx_series_set(r, flx_##name(s->k[0], va) ? c : a);
#include "random_op.def"
    /* clang-format on */
    case RANDOM_select: return choose(r, a, b, 0.0, c, 0.0);
    case RANDOM_select_xc: return choose(r, a, b, 0.0, NULL, s->k[0]);
    case RANDOM_select_cx: return choose(r, a, NULL, s->k[0], b, 0.0);
    default: return choose(r, a, NULL, s->k[0], NULL, s->k[1]);
    }
}

/* r = r + x*y. */
static flx_status add_product(flx_series *r, const flx_series *x, const flx_series *y)
{
    flx_series product = {0};
    flx_status status = flx_series_mul(&product, x, y);
    if (status == FLX_OK) status = flx_series_add(r, r, &product);
    flx_series_clear(&product);
    return status;
}

/* As in random_body.inc; x is NULL for the views' own elements, else what stands for the first's. */
static flx_status dot(const random_step *s, size_t n, size_t count, flx_series *v,
                      const flx_series *x)
{
    size_t rows, cols;
    flx_series partial[16] = {{0}};
    flx_status status = FLX_OK;
    random_view_shape(s, n, &rows, &cols);
    for (size_t k = 0; k < 16 && status == FLX_OK; k++)
        status = flx_series_constant(&partial[k], flx_series_order(v), 0.0);
    for (size_t k = 0; k < rows * cols && status == FLX_OK; k++) {
        const size_t i = k / cols, j = k % cols;
        const flx_series *first = x ? &x[k] : &v[random_view_at(s, n, count, 0, i, j)];
        status =
            add_product(&partial[k % 16], first, &v[random_view_at(s, n, count, x ? 0 : 1, i, j)]);
    }
    for (size_t width = 8; width > 0; width /= 2)
        for (size_t k = 0; k < width && status == FLX_OK; k++)
            status = flx_series_add(&partial[k], &partial[k], &partial[k + width]);
    if (status == FLX_OK) status = flx_series_set(&v[count], &partial[0]);
    for (size_t k = 0; k < 16; k++) flx_series_clear(&partial[k]);
    return status;
}

/* Likewise; into v[count]. */
static flx_status sum_of_products(const random_terms *terms, size_t count, flx_series *v)
{
    flx_series partial[16] = {{0}};
    flx_status status = FLX_OK;
    const size_t parts = terms->how == SUM_BY_TREE ? 16 : 1;
    for (size_t k = 0; k < parts && status == FLX_OK; k++)
        status = flx_series_constant(&partial[k], flx_series_order(v), 0.0);
    for (size_t k = 0; k < terms->count && status == FLX_OK; k++) {
        const flx_series *x = &v[terms->x[k]], *y = &v[terms->y[k]];
        flx_series *sum = &partial[k % parts];
        const int first = k == 0 && terms->how == SUM_FROM_FIRST;
        status = first ? flx_series_mul(sum, x, y) : add_product(sum, x, y);
    }
    for (size_t width = parts / 2; width > 0; width /= 2)
        for (size_t k = 0; k < width && status == FLX_OK; k++)
            status = flx_series_add(&partial[k], &partial[k], &partial[k + width]);
    if (status == FLX_OK) status = flx_series_set(&v[count], &partial[0]);
    for (size_t k = 0; k < parts; k++) flx_series_clear(&partial[k]);
    return status;
}

/* An array step, into v[count]. */
static flx_status emulated(const random_step *s, size_t n, size_t count, flx_series *v)
{
    size_t rows, cols;
    flx_series sum[RANDOM_SIDE * RANDOM_SIDE] = {{0}};
    flx_status status = FLX_OK;
    random_view_shape(s, n, &rows, &cols);
    const size_t chosen = s->step % (rows * cols);
    if (random_is_sum(s->op)) {
        random_terms terms;
        random_terms_of(s, n, count, &terms);
        return sum_of_products(&terms, count, v);
    }
    if (s->op == RANDOM_pack)
        return flx_series_set(&v[count],
                              &v[random_view_at(s, n, count, 0, chosen / cols, chosen % cols)]);
    if (s->op == RANDOM_dot) return dot(s, n, count, v, NULL);
    for (size_t k = 0; k < rows * cols && status == FLX_OK; k++) {
        const flx_series *x = &v[random_view_at(s, n, count, 0, k / cols, k % cols)];
        const flx_series *y = &v[random_view_at(s, n, count, 1, k / cols, k % cols)];
        status = s->step % 4 ? flx_series_mul(&sum[k], &v[s->c], x)
                             : flx_series_mul_cx(&sum[k], s->k[0], x);
        if (status == FLX_OK) status = flx_series_add(&sum[k], &sum[k], y);
    }
    if (status == FLX_OK)
        status = s->op == RANDOM_axpy ? flx_series_set(&v[count], &sum[chosen])
                                      : dot(s, n, count, v, sum);
    for (size_t k = 0; k < rows * cols; k++) flx_series_clear(&sum[k]);
    return status;
}

flx_status random_series(const random_program *p, size_t i, size_t order, flx_series *v)
{
    flx_status status = FLX_OK;
    for (size_t k = 0; k < p->inputs && status == FLX_OK; k++)
        status = k == i ? flx_series_variable(&v[k], order, p->x[k])
                        : flx_series_constant(&v[k], order, p->x[k]);
    for (size_t k = 0; k < p->steps && status == FLX_OK; k++) {
        const random_step *s = &p->step[k];
        const size_t count = p->inputs + k;
        status = random_is_array(s->op) ? emulated(s, p->inputs, count, v)
                                        : apply(s, &v[count], &v[s->a], &v[s->b], &v[s->c]);
    }
    return status;
}
