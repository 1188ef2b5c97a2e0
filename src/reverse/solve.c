/* solve.c: see solve.h. Adjoints after M. Giles, "Collected matrix derivative results for forward and
 * reverse mode algorithmic differentiation" (2008), sections 2.2.2 and 2.3, and I. Murray,
 * "Differentiation of the Cholesky decomposition", arXiv:1602.07527, equations 8 and 10; those of LU
 * follow likewise from L^-1 d(PA) U^-1 = L^-1 dL + dU U^-1. */
#include "reverse/solve.h"

#include <math.h>

/* A matrix of numbers. */
typedef struct matrix {
    const flx_algebra *numbers;
    flx_view view;
} matrix;

static double *at(const matrix *m, size_t k, uint32_t i, uint32_t j)
{
    return flx_part(m->numbers, k) + flx_view_slot(&m->view, i, j);
}

static matrix transposed(const matrix *m)
{
    return (matrix){m->numbers, flx_view_transposed(m->view)};
}

/* x - g*p in part k; an exact zero of the adjoint, tangent or solution g hides p. */
static double less(const flx_algebra *a, size_t k, double x, double g, double p)
{
    const double product = g == 0.0 && k >= a->plain ? 0.0 : g * p;
    return k < a->magnitudes ? x - product : x + fabs(product);
}

static double more(const flx_algebra *a, size_t k, double x, double g, double p)
{
    return less(a, k, x, -g, p);
}

static double over(const flx_algebra *a, size_t k, double x, double p)
{
    if (x == 0.0 && k >= a->plain) return p != p ? p : 0.0;
    return k < a->magnitudes ? x / p : x / fabs(p);
}

/* Row i of triangular t times x, the diagonal and rows of x not yet solved for apart: columns. */
static void columns_of(const matrix *t, unsigned flags, uint32_t i, uint32_t *from, uint32_t *to)
{
    *from = flags & FLAG_UPPER ? i + 1 : 0;
    *to = flags & FLAG_UPPER ? t->view.rows : i;
}

/* x := t^-1 x in part k, by part 0 of t. */
static void solve_part(const matrix *t, unsigned flags, const matrix *x, size_t k)
{
    const uint32_t n = t->view.rows;
    uint32_t from, to;
    for (uint32_t step = 0; step < n; step++) {
        const uint32_t i = flags & FLAG_UPPER ? n - 1 - step : step;
        columns_of(t, flags, i, &from, &to);
        for (uint32_t l = from; l < to; l++)
            for (uint32_t j = 0; j < x->view.cols; j++)
                *at(x, k, i, j) =
                    less(x->numbers, k, *at(x, k, i, j), *at(x, k, l, j), *at(t, 0, i, l));
        for (uint32_t j = 0; j < x->view.cols && !(flags & FLAG_STRICT); j++)
            *at(x, k, i, j) = over(x->numbers, k, *at(x, k, i, j), *at(t, 0, i, i));
    }
}

/* Part k of x loses part a of t (its triangle) times part k - a of x. */
static void reduce_part(const matrix *t, unsigned flags, const matrix *x, size_t k, size_t a)
{
    const uint32_t n = t->view.rows, own = flags & FLAG_STRICT ? 0 : 1;
    uint32_t from, to;
    for (uint32_t i = 0; i < n; i++) {
        columns_of(t, flags, i, &from, &to);
        if (flags & FLAG_UPPER) from -= own;
        else to += own;
        for (uint32_t l = from; l < to; l++)
            for (uint32_t j = 0; j < x->view.cols; j++)
                *at(x, k, i, j) =
                    less(x->numbers, k, *at(x, k, i, j), *at(t, a, i, l), *at(x, k - a, l, j));
    }
}

/* x := t^-1 x. */
static void solve(const matrix *t, unsigned flags, const matrix *x)
{
    const flx_algebra *numbers = t->numbers;
    for (size_t k = 0; k < x->numbers->count; k++) {
        for (size_t a = 1; a <= k; a++)
            if (flx_divides(numbers, a, k)) reduce_part(t, flags, x, k, a);
        solve_part(t, flags, x, k);
    }
}

/* ---- Cholesky: a = l l' ---- */

static void factorise_cholesky(const matrix *l)
{
    const uint32_t n = l->view.rows;
    for (uint32_t j = 0; j < n; j++) {
        for (uint32_t i = j; i < n; i++) {
            double sum = *at(l, 0, i, j);
            for (uint32_t c = 0; c < j; c++) sum -= *at(l, 0, i, c) * *at(l, 0, j, c);
            *at(l, 0, i, j) = i == j ? sqrt(sum) : sum / *at(l, 0, j, j);
        }
    }
}

/* Part k of l holds what is left of part k of a: l' := l^-1 l' l^-T, its lower half, and l times it. */
static void follow_cholesky(const matrix *l, size_t k)
{
    const flx_algebra part_k = {
        .part = {flx_part(l->numbers, k)}, .count = 1, .magnitudes = k < l->numbers->magnitudes};
    const matrix rest = {&part_k, l->view}, back = transposed(&rest);
    const uint32_t n = l->view.rows;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = i + 1; j < n; j++) *at(&rest, 0, i, j) = *at(&rest, 0, j, i);
    solve_part(l, 0, &rest, 0);
    solve_part(l, 0, &back, 0);
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t j = 0; j <= i; j++) {
            double sum = 0.0;
            for (uint32_t c = j; c <= i; c++) {
                const double half = c == j ? 0.5 : 1.0;
                sum = more(&part_k, 0, sum, half * *at(&rest, 0, c, j), *at(l, 0, i, c));
            }
            *at(&rest, 0, i, j) = sum;
        }
    }
}

static void clear_upper(const matrix *m, size_t k)
{
    for (uint32_t i = 0; i < m->view.rows; i++)
        for (uint32_t j = i + 1; j < m->view.cols; j++) *at(m, k, i, j) = 0.0;
}

static void cholesky(const matrix *l)
{
    const uint32_t n = l->view.rows;
    factorise_cholesky(l);
    clear_upper(l, 0);
    for (size_t k = 1; k < l->numbers->count; k++) {
        for (size_t a = 1; a < k; a++) {
            if (!flx_divides(l->numbers, a, k)) continue;
            for (uint32_t i = 0; i < n; i++)
                for (uint32_t j = 0; j <= i; j++)
                    for (uint32_t c = 0; c <= j; c++)
                        *at(l, k, i, j) = less(l->numbers, k, *at(l, k, i, j), *at(l, a, i, c),
                                               *at(l, k - a, j, c));
        }
        follow_cholesky(l, k);
        clear_upper(l, k);
    }
}

/* ---- LU: p a = l u, packed, l with ones on its diagonal ---- */

static void exchange_rows(const matrix *m, uint32_t i, uint32_t j)
{
    for (size_t k = 0; k < m->numbers->count; k++) {
        for (uint32_t c = 0; c < m->view.cols; c++) {
            const double x = *at(m, k, i, c);
            *at(m, k, i, c) = *at(m, k, j, c);
            *at(m, k, j, c) = x;
        }
    }
}

/* With partial pivoting; every part's rows are exchanged. */
static void factorise_lu(const matrix *m, const matrix *order, double *sign)
{
    const uint32_t n = m->view.rows;
    *sign = 1.0;
    for (uint32_t i = 0; i < n; i++) *at(order, 0, i, 0) = i;
    for (uint32_t j = 0; j < n; j++) {
        uint32_t pivot = j;
        for (uint32_t i = j + 1; i < n; i++)
            if (fabs(*at(m, 0, i, j)) > fabs(*at(m, 0, pivot, j))) pivot = i;
        if (pivot != j) {
            exchange_rows(m, j, pivot);
            exchange_rows(order, j, pivot);
            *sign = -*sign;
        }
        for (uint32_t i = j + 1; i < n; i++) {
            const double factor = *at(m, 0, i, j) / *at(m, 0, j, j);
            *at(m, 0, i, j) = factor;
            for (uint32_t c = j + 1; c < n; c++) *at(m, 0, i, c) -= factor * *at(m, 0, j, c);
        }
    }
}

/* Part k holds what is left of part k of p a: w = l^-1 (...) u^-1, then l times its lower and its upper
 * half times u, each in place. */
static void follow_lu(const matrix *m, size_t k)
{
    const flx_algebra part_k = {
        .part = {flx_part(m->numbers, k)}, .count = 1, .magnitudes = k < m->numbers->magnitudes};
    const matrix rest = {&part_k, m->view}, back = transposed(&rest), u = transposed(m);
    const uint32_t n = m->view.rows;
    solve_part(m, FLAG_STRICT, &rest, 0);
    solve_part(&u, 0, &back, 0);
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t j = n; j-- > 0;) {
            double sum = 0.0;
            if (i > j) sum = *at(&rest, 0, i, j);
            for (uint32_t c = j + 1; c < i; c++)
                sum = more(&part_k, 0, sum, *at(&rest, 0, c, j), *at(m, 0, i, c));
            for (uint32_t c = i; c <= j && i <= j; c++)
                sum = more(&part_k, 0, sum, *at(&rest, 0, i, c), *at(m, 0, c, j));
            *at(&rest, 0, i, j) = sum;
        }
    }
}

static void lu(const matrix *m, const matrix *order, double *sign)
{
    const uint32_t n = m->view.rows;
    factorise_lu(m, order, sign);
    for (size_t k = 1; k < m->numbers->count; k++) {
        for (size_t a = 1; a < k; a++) {
            if (!flx_divides(m->numbers, a, k)) continue;
            for (uint32_t i = 0; i < n; i++) {
                for (uint32_t j = 0; j < n; j++) {
                    double left = *at(m, k, i, j);
                    for (uint32_t c = 0; c < i && c <= j; c++)
                        left = less(m->numbers, k, left, *at(m, a, i, c), *at(m, k - a, c, j));
                    *at(m, k, i, j) = left;
                }
            }
        }
        follow_lu(m, k);
    }
}

/* ---- values ---- */

static matrix matrix_of(const flx_algebra *numbers, const flx_view *v)
{
    return (matrix){numbers, *v};
}

static void copy(const matrix *to, const matrix *from)
{
    for (size_t k = 0; k < to->numbers->count; k++)
        for (uint32_t i = 0; i < to->view.rows; i++)
            for (uint32_t j = 0; j < to->view.cols; j++) *at(to, k, i, j) = *at(from, k, i, j);
}

/* lu's permutation and its sign, which have only a primal. */
static matrix order_of(const flx_block *b, const flx_algebra *value)
{
    const uint32_t n = b->view[0].rows;
    const matrix extra = {value, flx_view_of_run(b->view[0].slot + n * n, n + 1, 1)};
    for (size_t k = 1; k < value->count; k++)
        for (uint32_t i = 0; i <= n; i++) *at(&extra, k, i, 0) = 0.0;
    return extra;
}

void flx_solve_values(unsigned op, const flx_block *b, const flx_algebra *value)
{
    const matrix x = matrix_of(value, &b->view[0]), from = matrix_of(value, &b->view[1]);
    copy(&x, &from);
    if (op == OP_trsolve) {
        const matrix t = matrix_of(value, &b->view[2]);
        solve(&t, b->each.flags, &x);
    } else if (op == OP_cholesky) {
        cholesky(&x);
    } else {
        const matrix order = order_of(b, value);
        lu(&x, &order, at(&order, 0, x.view.rows, 0));
    }
}

/* ---- adjoints ---- */

/* Adjoints of b gain s; those of the triangle of t lose s x'. */
static void give_solve(const matrix *s, const matrix *x, const matrix *t, unsigned flags,
                       const matrix *b)
{
    const flx_algebra *g = s->numbers;
    for (size_t k = 0; k < g->count; k++) {
        for (uint32_t i = 0; i < s->view.rows; i++) {
            const uint32_t own = flags & FLAG_STRICT ? 0 : 1;
            const uint32_t from = flags & FLAG_UPPER ? i + 1 - own : 0;
            const uint32_t to = flags & FLAG_UPPER ? s->view.rows : i + own;
            for (uint32_t j = 0; j < s->view.cols && b; j++) *at(b, k, i, j) += *at(s, k, i, j);
            for (size_t a = 0; a <= k && t; a++)
                for (uint32_t l = from; l < to && flx_divides(g, a, k); l++)
                    for (uint32_t j = 0; j < s->view.cols; j++)
                        *at(t, k, i, l) =
                            less(g, k, *at(t, k, i, l), *at(s, a, i, j), *at(x, k - a, l, j));
        }
    }
}

/* The lower triangle of g := f' g, f lower triangular; strict: f has ones on its diagonal and g none. In
 * place: higher parts first, upper rows first. */
static void multiply_lower(const matrix *f, const matrix *g, int strict)
{
    const flx_algebra *n = g->numbers;
    for (size_t k = n->count; k-- > 0;) {
        for (uint32_t i = 0; i < g->view.rows; i++) {
            for (uint32_t j = 0; j + (uint32_t)strict <= i; j++) {
                double sum = strict ? *at(g, k, i, j) : 0.0;
                for (uint32_t c = i + (uint32_t)strict; c < g->view.rows; c++)
                    for (size_t a = 0; a <= k; a++)
                        if (flx_divides(n, a, k))
                            sum = more(n, k, sum, *at(g, k - a, c, j), *at(f, a, c, i));
                *at(g, k, i, j) = sum;
            }
        }
    }
}

/* g := l^-T phi(l' g) l^-1, phi the lower half with half the diagonal. */
static void adjoint_cholesky(const matrix *l, const matrix *g)
{
    const matrix up = transposed(l), back = transposed(g);
    multiply_lower(l, g, 0);
    for (size_t k = 0; k < g->numbers->count; k++) {
        clear_upper(g, k);
        for (uint32_t i = 0; i < g->view.rows; i++) *at(g, k, i, i) *= 0.5;
    }
    solve(&up, FLAG_UPPER, g);
    solve(&up, FLAG_UPPER, &back);
}

/* The upper triangle of g := g u', in place likewise: the transposed of the lower one. g := l^-T (both
 * halves) u^-T. */
static void adjoint_lu(const matrix *m, const matrix *g)
{
    const matrix up = transposed(m), back = transposed(g);
    multiply_lower(m, g, 1);
    multiply_lower(&up, &back, 0);
    solve(&up, FLAG_UPPER | FLAG_STRICT, g);
    solve(m, FLAG_UPPER, &back);
}

/* Of a matrix of which only the lower triangle is read. */
static void give_lower(const matrix *g, const matrix *to)
{
    for (size_t k = 0; k < g->numbers->count; k++) {
        for (uint32_t i = 0; i < g->view.rows; i++) {
            for (uint32_t j = 0; j < i; j++) *at(to, k, i, j) += *at(g, k, i, j) + *at(g, k, j, i);
            *at(to, k, i, i) += *at(g, k, i, i);
        }
    }
}

/* Row i of g goes to row order(i) of the adjoints. */
static void give_rows(const matrix *g, const matrix *order, const matrix *to)
{
    for (size_t k = 0; k < g->numbers->count; k++)
        for (uint32_t i = 0; i < g->view.rows; i++)
            for (uint32_t j = 0; j < g->view.cols; j++)
                *at(to, k, (uint32_t)*at(order, 0, i, 0), j) += *at(g, k, i, j);
}

void flx_solve_adjoints(unsigned op, const flx_block *b, const flx_algebra *value,
                        const flx_algebra *adjoint, unsigned wanted)
{
    const matrix x = matrix_of(value, &b->view[0]), g = matrix_of(adjoint, &b->view[0]);
    const matrix first = matrix_of(adjoint, &b->view[1]);
    if (op == OP_cholesky) {
        adjoint_cholesky(&x, &g);
        give_lower(&g, &first);
    } else if (op == OP_lu) {
        const matrix order = {
            value, flx_view_of_run(x.view.slot + x.view.rows * x.view.rows, x.view.rows, 1)};
        adjoint_lu(&x, &g);
        give_rows(&g, &order, &first);
    } else {
        const matrix t = matrix_of(value, &b->view[2]), up = transposed(&t);
        const matrix second = matrix_of(adjoint, &b->view[2]);
        const unsigned flags = b->each.flags;
        solve(&up, flags ^ FLAG_UPPER, &g);
        give_solve(&g, &x, wanted & 1u << 2 ? &second : NULL, flags,
                   wanted & 1u << 1 ? &first : NULL);
    }
}
