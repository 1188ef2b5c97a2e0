/* triangle.c: see triangle.h. */
#include "reverse/triangle.h"

#include <math.h>

#include "reverse/matmul.h"

/* Columns that a leaf works on at a time. */
enum { CHUNK = 32 };

/* ---- rows ---- */

/* n elements, this far from each other. */
typedef struct row {
    double *at;
    int64_t step;
} row;

static row row_of(const flx_matrix *m, uint32_t i, uint32_t j)
{
    return (row){flx_at(m, i, j), m->view.stride[1]};
}

static double hidden(double zero, double g, double p) { return zero == 0.0 ? 0.0 : g * p; }

/* x += g*p, term by term: bounds, and where zeros hide. */
static void gain_carefully(const flx_matrix *rules, row x, double g, row p, uint32_t n,
                           flx_hides hides)
{
    for (uint32_t j = 0; j < n; j++) {
        const double factor = p.at[j * p.step];
        const double zero = rules->values ? 1.0 : hides == FLX_LEFT_HIDES ? g : factor;
        const double term = hidden(zero, g, factor);
        x.at[j * x.step] += rules->bounds ? fabs(term) : term;
    }
}

/* x += g*p by the rules of a matrix; left is g. */
static void gain(const flx_matrix *rules, row x, double g, row p, uint32_t n, flx_hides hides)
{
    if (hides == FLX_LEFT_HIDES && g == 0.0 && !rules->values) return;
    const int plain = rules->values || hides == FLX_LEFT_HIDES || isfinite(g);
    if (rules->bounds || !plain) {
        gain_carefully(rules, x, g, p, n, hides);
    } else if (x.step == 1 && p.step == 1) {
        for (uint32_t j = 0; j < n; j++) x.at[j] += g * p.at[j];
    } else {
        for (uint32_t j = 0; j < n; j++) x.at[j * x.step] += g * p.at[j * p.step];
    }
}

/* x /= p; an exact zero of an adjoint or tangent stays. */
static void divide(const flx_matrix *rules, row x, double p, uint32_t n)
{
    const double by = rules->bounds ? fabs(p) : p;
    for (uint32_t j = 0; j < n; j++) {
        double *y = x.at + j * x.step;
        if (*y == 0.0 && !rules->values) *y = p != p ? p : 0.0;
        else *y /= by;
    }
}

/* ---- halves ---- */

uint32_t flx_half(uint32_t n) { return (n / 2 + FLX_LEAF - 1) / FLX_LEAF * FLX_LEAF; }

flx_quarters flx_quarter(const flx_matrix *m)
{
    const uint32_t n = m->view.rows, h = flx_half(n);
    return (flx_quarters){flx_cut(m, 0, 0, h, h), flx_cut(m, 0, h, h, n - h),
                          flx_cut(m, h, 0, n - h, h), flx_cut(m, h, h, n - h, n - h)};
}

/* The upper and lower rows of x, for a square matrix that is cut in four. */
static flx_matrix upper_rows(const flx_matrix *x)
{
    return flx_cut(x, 0, 0, flx_half(x->view.rows), x->view.cols);
}

static flx_matrix lower_rows(const flx_matrix *x)
{
    const uint32_t h = flx_half(x->view.rows);
    return flx_cut(x, h, 0, x->view.rows - h, x->view.cols);
}

/* ---- products ---- */

static flx_hides other(flx_hides hides)
{
    return hides == FLX_LEFT_HIDES ? FLX_RIGHT_HIDES : FLX_LEFT_HIDES;
}

static void add_product_plainly(double scale, const flx_matrix *to, const flx_matrix *left,
                                const flx_matrix *right, flx_hides hides)
{
    for (uint32_t i = 0; i < to->view.rows; i++)
        for (uint32_t l = 0; l < left->view.cols; l++)
            gain(to, row_of(to, i, 0), scale * *flx_at(left, i, l), row_of(right, l, 0),
                 to->view.cols, hides);
}

void flx_add_product(double scale, const flx_matrix *to, const flx_matrix *left,
                     const flx_matrix *right, flx_hides hides)
{
    const flx_view views[3] = {to->view, left->view, right->view};
    if (!to->bounds && flx_multiply(scale, views, to->plane, left->plane, right->plane)) return;
    if (to->view.stride[1] == 1 || to->view.stride[0] != 1) {
        add_product_plainly(scale, to, left, right, hides);
    } else {
        const flx_matrix t = flx_turned(to), l = flx_turned(right), r = flx_turned(left);
        add_product_plainly(scale, &t, &l, &r, other(hides));
    }
}

/* The whole square is formed apart, and its upper half left behind; elements of to may be repeated. */
static void add_small_product_lower(double scale, const flx_matrix *to, uint32_t strict,
                                    const flx_matrix *left, const flx_matrix *right,
                                    flx_hides hides)
{
    double square[FLX_LEAF * FLX_LEAF] = {0.0};
    const uint32_t n = to->view.rows;
    flx_matrix sum = *to;
    sum.plane = square;
    sum.view = flx_view_of_run(0, n, n);
    flx_add_product(scale, &sum, left, right, hides);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j + strict <= i; j++) *flx_at(to, i, j) += *flx_at(&sum, i, j);
}

void flx_add_product_lower(double scale, const flx_matrix *to, int strict, const flx_matrix *left,
                           const flx_matrix *right, flx_hides hides)
{
    const uint32_t n = to->view.rows, h = flx_half(n), inner = left->view.cols;
    if (n <= FLX_LEAF) {
        add_small_product_lower(scale, to, (uint32_t)strict, left, right, hides);
        return;
    }
    const flx_quarters q = flx_quarter(to);
    const flx_matrix upper = upper_rows(left), lower = lower_rows(left);
    const flx_matrix first = flx_cut(right, 0, 0, inner, h);
    const flx_matrix second = flx_cut(right, 0, h, inner, n - h);
    flx_add_product_lower(scale, &q.a11, strict, &upper, &first, hides);
    flx_add_product(scale, &q.a21, &lower, &first, hides);
    flx_add_product_lower(scale, &q.a22, strict, &lower, &second, hides);
}

/* The columns of row i of a triangle: from, and to before which. */
static void columns_of(uint32_t n, unsigned flags, uint32_t i, uint32_t *from, uint32_t *to)
{
    const uint32_t own = flags & FLAG_STRICT ? 0 : 1;
    *from = flags & FLAG_UPPER ? i + 1 - own : 0;
    *to = flags & FLAG_UPPER ? n : i + own;
}

void flx_add_triangle_product(double scale, const flx_matrix *to, const flx_matrix *t,
                              unsigned flags, const flx_matrix *x, flx_hides hides)
{
    const uint32_t n = t->view.rows;
    if (n > FLX_LEAF) {
        const flx_quarters q = flx_quarter(t);
        const flx_matrix to1 = upper_rows(to), to2 = lower_rows(to);
        const flx_matrix x1 = upper_rows(x), x2 = lower_rows(x);
        flx_add_triangle_product(scale, &to1, &q.a11, flags, &x1, hides);
        if (flags & FLAG_UPPER) flx_add_product(scale, &to1, &q.a12, &x2, hides);
        else flx_add_product(scale, &to2, &q.a21, &x1, hides);
        flx_add_triangle_product(scale, &to2, &q.a22, flags, &x2, hides);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t from, end;
        columns_of(n, flags, i, &from, &end);
        for (uint32_t l = from; l < end; l++)
            gain(to, row_of(to, i, 0), scale * *flx_at(t, i, l), row_of(x, l, 0), x->view.cols,
                 hides);
    }
}

/* ---- in place ---- */

/* A few columns of at most LEAF rows, side by side whatever the strides of their matrix. */
typedef struct chunk {
    double x[FLX_LEAF][CHUNK];
    uint32_t first, cols;
} chunk;

static void load(chunk *c, const flx_matrix *x, uint32_t first)
{
    c->first = first;
    c->cols = x->view.cols - first < CHUNK ? x->view.cols - first : CHUNK;
    for (uint32_t i = 0; i < x->view.rows; i++)
        for (uint32_t j = 0; j < c->cols; j++) c->x[i][j] = *flx_at(x, i, first + j);
}

static void store(const chunk *c, const flx_matrix *x)
{
    for (uint32_t i = 0; i < x->view.rows; i++)
        for (uint32_t j = 0; j < c->cols; j++) *flx_at(x, i, c->first + j) = c->x[i][j];
}

/* Row i of x times (scale 1) or less (-1) what t has beside the diagonal. */
static void gain_others(double scale, const flx_matrix *t, unsigned flags, const flx_matrix *x,
                        uint32_t i, chunk *c)
{
    uint32_t from, end;
    columns_of(t->view.rows, flags | FLAG_STRICT, i, &from, &end);
    for (uint32_t l = from; l < end; l++)
        gain(x, (row){c->x[i], 1}, scale * *flx_at(t, i, l), (row){c->x[l], 1}, c->cols,
             FLX_RIGHT_HIDES);
}

static void solve_chunk(const flx_matrix *t, unsigned flags, const flx_matrix *x, chunk *c)
{
    const uint32_t n = t->view.rows;
    for (uint32_t step = 0; step < n; step++) {
        const uint32_t i = flags & FLAG_UPPER ? n - 1 - step : step;
        gain_others(-1.0, t, flags, x, i, c);
        if (!(flags & FLAG_STRICT)) divide(x, (row){c->x[i], 1}, *flx_at(t, i, i), c->cols);
    }
}

static void multiply_chunk(const flx_matrix *t, unsigned flags, const flx_matrix *x, chunk *c)
{
    const uint32_t n = t->view.rows;
    for (uint32_t step = 0; step < n; step++) {
        const uint32_t i = flags & FLAG_UPPER ? step : n - 1 - step;
        if (!(flags & FLAG_STRICT)) {
            double own[CHUNK];
            for (uint32_t j = 0; j < c->cols; j++) {
                own[j] = c->x[i][j];
                c->x[i][j] = 0.0;
            }
            gain(x, (row){c->x[i], 1}, *flx_at(t, i, i), (row){own, 1}, c->cols, FLX_RIGHT_HIDES);
        }
        gain_others(1.0, t, flags, x, i, c);
    }
}

void flx_triangle_solve(const flx_matrix *t, unsigned flags, const flx_matrix *x)
{
    chunk c = {{{0.0}}, 0, 0};
    if (t->view.rows <= FLX_LEAF) {
        for (uint32_t j = 0; j < x->view.cols; j += c.cols) {
            load(&c, x, j);
            solve_chunk(t, flags, x, &c);
            store(&c, x);
        }
        return;
    }
    const flx_quarters q = flx_quarter(t);
    const flx_matrix x1 = upper_rows(x), x2 = lower_rows(x);
    if (flags & FLAG_UPPER) {
        flx_triangle_solve(&q.a22, flags, &x2);
        flx_add_product(-1.0, &x1, &q.a12, &x2, FLX_RIGHT_HIDES);
        flx_triangle_solve(&q.a11, flags, &x1);
    } else {
        flx_triangle_solve(&q.a11, flags, &x1);
        flx_add_product(-1.0, &x2, &q.a21, &x1, FLX_RIGHT_HIDES);
        flx_triangle_solve(&q.a22, flags, &x2);
    }
}

void flx_triangle_multiply(const flx_matrix *t, unsigned flags, const flx_matrix *x)
{
    chunk c = {{{0.0}}, 0, 0};
    if (t->view.rows <= FLX_LEAF) {
        for (uint32_t j = 0; j < x->view.cols; j += c.cols) {
            load(&c, x, j);
            multiply_chunk(t, flags, x, &c);
            store(&c, x);
        }
        return;
    }
    const flx_quarters q = flx_quarter(t);
    const flx_matrix x1 = upper_rows(x), x2 = lower_rows(x);
    if (flags & FLAG_UPPER) {
        flx_triangle_multiply(&q.a11, flags, &x1);
        flx_add_product(1.0, &x1, &q.a12, &x2, FLX_RIGHT_HIDES);
        flx_triangle_multiply(&q.a22, flags, &x2);
    } else {
        flx_triangle_multiply(&q.a22, flags, &x2);
        flx_add_product(1.0, &x2, &q.a21, &x1, FLX_RIGHT_HIDES);
        flx_triangle_multiply(&q.a11, flags, &x1);
    }
}

/* ---- triangles times triangles ---- */

void flx_lower_multiply(const flx_matrix *t, int strict, const flx_matrix *w)
{
    const uint32_t n = t->view.rows, apart = (uint32_t)strict;
    const unsigned flags = strict ? FLAG_STRICT : 0;
    if (n > FLX_LEAF) {
        const flx_quarters a = flx_quarter(t), b = flx_quarter(w);
        const flx_matrix to = flx_turned(&b.a21), left = flx_turned(&b.a11);
        const flx_matrix right = flx_turned(&a.a21);
        flx_triangle_multiply(&a.a22, flags, &b.a21);
        flx_add_triangle_product(1.0, &to, &left, flags | FLAG_UPPER, &right, FLX_LEFT_HIDES);
        flx_lower_multiply(&a.a11, strict, &b.a11);
        flx_lower_multiply(&a.a22, strict, &b.a22);
        return;
    }
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t j = 0; j + apart <= i; j++) {
            double sum = strict ? *flx_at(w, i, j) : 0.0;
            for (uint32_t c = j + apart; c + apart <= i; c++)
                gain(w, (row){&sum, 1}, *flx_at(t, i, c), row_of(w, c, j), 1, FLX_RIGHT_HIDES);
            *flx_at(w, i, j) = sum;
        }
    }
}

void flx_lower_turned_product(const flx_matrix *to, const flx_matrix *t, int strict,
                              const flx_matrix *g)
{
    const uint32_t n = t->view.rows, apart = (uint32_t)strict;
    const unsigned flags = FLAG_UPPER | (strict ? FLAG_STRICT : 0u);
    const int in_place = to->plane == g->plane;
    if (n > FLX_LEAF) {
        const flx_quarters a = flx_quarter(t), b = flx_quarter(g), c = flx_quarter(to);
        const flx_matrix up21 = flx_turned(&a.a21), up22 = flx_turned(&a.a22);
        flx_lower_turned_product(&c.a11, &a.a11, strict, &b.a11);
        flx_add_product_lower(1.0, &c.a11, strict, &up21, &b.a21, FLX_RIGHT_HIDES);
        if (in_place) flx_triangle_multiply(&up22, flags, &c.a21);
        else flx_add_triangle_product(1.0, &c.a21, &up22, flags, &b.a21, FLX_RIGHT_HIDES);
        flx_lower_turned_product(&c.a22, &a.a22, strict, &b.a22);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j + apart <= i; j++) {
            double sum = in_place && !strict ? 0.0 : *flx_at(to, i, j);
            for (uint32_t c = i + apart; c < n; c++)
                gain(to, (row){&sum, 1}, *flx_at(t, c, i), row_of(g, c, j), 1, FLX_RIGHT_HIDES);
            *flx_at(to, i, j) = sum;
        }
    }
}
