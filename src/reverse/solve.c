/* solve.c: see solve.h. Adjoints after M. Giles, "Collected matrix derivative results for forward and
 * reverse mode algorithmic differentiation" (2008), sections 2.2.2 and 2.3, and I. Murray,
 * "Differentiation of the Cholesky decomposition", arXiv:1602.07527, equations 8 and 10; those of LU
 * follow likewise from L^-1 d(PA) U^-1 = L^-1 dL + dU U^-1. */
#include "reverse/solve.h"

#include <math.h>

#include "reverse/triangle.h"

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

static flx_matrix part(const matrix *m, size_t k) { return flx_matrix_of(m->numbers, k, &m->view); }

/* x := t^-1 x: part 0 of t divides, the others, times what is there already, are taken off before. */
static void solve(const matrix *t, unsigned flags, const matrix *x)
{
    const flx_matrix divisor = part(t, 0);
    for (size_t k = 0; k < x->numbers->count; k++) {
        const flx_matrix to = part(x, k);
        for (size_t a = 1; a <= k; a++) {
            if (!flx_divides(t->numbers, a, k)) continue;
            const flx_matrix left = part(t, a), right = part(x, k - a);
            flx_add_triangle_product(-1.0, &to, &left, flags, &right, FLX_LEFT_HIDES);
        }
        flx_triangle_solve(&divisor, flags, &to);
    }
}

/* ---- Cholesky: a = l l' ---- */

static void factorise_small_cholesky(const flx_matrix *l)
{
    const uint32_t n = l->view.rows;
    for (uint32_t j = 0; j < n; j++) {
        for (uint32_t i = j; i < n; i++) {
            double sum = *flx_at(l, i, j);
            for (uint32_t c = 0; c < j; c++) sum -= *flx_at(l, i, c) * *flx_at(l, j, c);
            *flx_at(l, i, j) = i == j ? sqrt(sum) : sum / *flx_at(l, j, j);
        }
    }
}

static void factorise_cholesky(const flx_matrix *l)
{
    if (l->view.rows <= FLX_LEAF) {
        factorise_small_cholesky(l);
        return;
    }
    const flx_quarters q = flx_quarter(l);
    const flx_matrix back = flx_turned(&q.a21);
    factorise_cholesky(&q.a11);
    flx_triangle_solve(&q.a11, 0, &back);
    flx_add_product_lower(-1.0, &q.a22, 0, &q.a21, &back, FLX_LEFT_HIDES);
    factorise_cholesky(&q.a22);
}

/* to -= l m', of all three the lower triangles; l hides. */
static void lose_lower_product(const flx_matrix *to, const flx_matrix *l, const flx_matrix *m)
{
    if (to->view.rows <= FLX_LEAF) {
        for (uint32_t c = 0; c < to->view.rows; c++) {
            const uint32_t rows = to->view.rows - c;
            const flx_matrix rest = flx_cut(to, c, c, rows, rows);
            const flx_matrix left = flx_cut(l, c, c, rows, 1), right = flx_cut(m, c, c, rows, 1);
            const flx_matrix back = flx_turned(&right);
            flx_add_product_lower(-1.0, &rest, 0, &left, &back, FLX_LEFT_HIDES);
        }
        return;
    }
    const flx_quarters q = flx_quarter(to), a = flx_quarter(l), b = flx_quarter(m);
    const flx_matrix to12 = flx_turned(&q.a21), left12 = flx_turned(&a.a21);
    const flx_matrix back = flx_turned(&b.a21);
    lose_lower_product(&q.a11, &a.a11, &b.a11);
    flx_add_triangle_product(-1.0, &to12, &b.a11, 0, &left12, FLX_RIGHT_HIDES);
    flx_add_product_lower(-1.0, &q.a22, 0, &a.a21, &back, FLX_LEFT_HIDES);
    lose_lower_product(&q.a22, &a.a22, &b.a22);
}

/* The rest is what is left of part k of a: rest := l times the lower half of l^-1 rest l^-T. */
static void follow_cholesky(const flx_matrix *l, const flx_matrix *rest)
{
    const uint32_t n = l->view.rows;
    const flx_matrix back = flx_turned(rest);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = i + 1; j < n; j++) *flx_at(rest, i, j) = *flx_at(rest, j, i);
    flx_triangle_solve(l, 0, rest);
    flx_triangle_solve(l, 0, &back);
    for (uint32_t i = 0; i < n; i++) *flx_at(rest, i, i) *= 0.5;
    flx_lower_multiply(l, 0, rest);
}

static void clear_upper(const flx_matrix *m)
{
    for (uint32_t i = 0; i < m->view.rows; i++)
        for (uint32_t j = i + 1; j < m->view.cols; j++) *flx_at(m, i, j) = 0.0;
}

static void cholesky(const matrix *l)
{
    const flx_matrix factor = part(l, 0);
    factorise_cholesky(&factor);
    clear_upper(&factor);
    for (size_t k = 1; k < l->numbers->count; k++) {
        const flx_matrix rest = part(l, k);
        for (size_t a = 1; a < k; a++) {
            if (!flx_divides(l->numbers, a, k)) continue;
            const flx_matrix left = part(l, a), right = part(l, k - a);
            lose_lower_product(&rest, &left, &right);
        }
        follow_cholesky(&factor, &rest);
        clear_upper(&rest);
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

static uint32_t pivot_of(const matrix *m, uint32_t j)
{
    uint32_t pivot = j;
    for (uint32_t i = j + 1; i < m->view.rows; i++)
        if (fabs(*at(m, 0, i, j)) > fabs(*at(m, 0, pivot, j))) pivot = i;
    return pivot;
}

/* A block of the primals. */
static flx_matrix cut(const matrix *m, uint32_t i, uint32_t j, uint32_t rows, uint32_t cols)
{
    const flx_matrix whole = part(m, 0);
    return flx_cut(&whole, i, j, rows, cols);
}

/* Columns first to end, those before them being done; with partial pivoting, whole rows of every part
 * are exchanged. */
static void factorise_columns(const matrix *m, uint32_t first, uint32_t end, const matrix *order,
                              double *sign)
{
    const uint32_t n = m->view.rows;
    if (end - first > FLX_LEAF) {
        const uint32_t h = flx_half(end - first), middle = first + h, cols = end - middle;
        factorise_columns(m, first, middle, order, sign);
        const flx_matrix l11 = cut(m, first, first, h, h), x12 = cut(m, first, middle, h, cols);
        const flx_matrix l21 = cut(m, middle, first, n - middle, h);
        const flx_matrix x22 = cut(m, middle, middle, n - middle, cols);
        flx_triangle_solve(&l11, FLAG_STRICT, &x12);
        flx_add_product(-1.0, &x22, &l21, &x12, FLX_LEFT_HIDES);
        factorise_columns(m, middle, end, order, sign);
        return;
    }
    for (uint32_t j = first; j < end; j++) {
        const uint32_t pivot = pivot_of(m, j);
        if (pivot != j) {
            exchange_rows(m, j, pivot);
            exchange_rows(order, j, pivot);
            *sign = -*sign;
        }
        if (j + 1 == n) return;
        const flx_matrix below = cut(m, j + 1, j, n - j - 1, 1);
        const flx_matrix along = cut(m, j, j + 1, 1, end - j - 1);
        const flx_matrix rest = cut(m, j + 1, j + 1, n - j - 1, end - j - 1);
        const double by = *at(m, 0, j, j); /* where it is 0 all below it is, and stays so */
        for (uint32_t i = j + 1; i < n && by != 0.0; i++) *at(m, 0, i, j) /= by;
        flx_add_product(-1.0, &rest, &below, &along, FLX_LEFT_HIDES);
    }
}

static void factorise_lu(const matrix *m, const matrix *order, double *sign)
{
    *sign = 1.0;
    for (uint32_t i = 0; i < m->view.rows; i++) *at(order, 0, i, 0) = i;
    factorise_columns(m, 0, m->view.rows, order, sign);
}

/* to -= l u, of l what is below the diagonal and of u what is not; l hides. */
static void lose_packed_product(const flx_matrix *to, const flx_matrix *l, const flx_matrix *u)
{
    const uint32_t n = to->view.rows;
    if (n <= FLX_LEAF) {
        for (uint32_t c = 0; c + 1 < n; c++) {
            const flx_matrix rest = flx_cut(to, c + 1, c, n - c - 1, n - c);
            const flx_matrix left = flx_cut(l, c + 1, c, n - c - 1, 1);
            const flx_matrix right = flx_cut(u, c, c, 1, n - c);
            flx_add_product(-1.0, &rest, &left, &right, FLX_LEFT_HIDES);
        }
        return;
    }
    const flx_quarters q = flx_quarter(to), a = flx_quarter(l), b = flx_quarter(u);
    const flx_matrix to12 = flx_turned(&q.a21), up11 = flx_turned(&b.a11);
    const flx_matrix left12 = flx_turned(&a.a21);
    lose_packed_product(&q.a11, &a.a11, &b.a11);
    flx_add_triangle_product(-1.0, &q.a12, &a.a11, FLAG_STRICT, &b.a12, FLX_LEFT_HIDES);
    flx_add_triangle_product(-1.0, &to12, &up11, 0, &left12, FLX_RIGHT_HIDES);
    flx_add_product(-1.0, &q.a22, &a.a21, &b.a12, FLX_LEFT_HIDES);
    lose_packed_product(&q.a22, &a.a22, &b.a22);
}

/* The rest is what is left of part k of p a: with w = l^-1 rest u^-1, l times the lower half of w, and
 * its upper half times u. */
static void follow_lu(const flx_matrix *m, const flx_matrix *rest)
{
    const flx_matrix back = flx_turned(rest), u = flx_turned(m);
    flx_triangle_solve(m, FLAG_STRICT, rest);
    flx_triangle_solve(&u, 0, &back);
    flx_lower_multiply(m, 1, rest);
    flx_lower_multiply(&u, 0, &back);
}

static void lu(const matrix *m, const matrix *order, double *sign)
{
    const flx_matrix factors = part(m, 0);
    factorise_lu(m, order, sign);
    for (size_t k = 1; k < m->numbers->count; k++) {
        const flx_matrix rest = part(m, k);
        for (size_t a = 1; a < k; a++) {
            if (!flx_divides(m->numbers, a, k)) continue;
            const flx_matrix left = part(m, a), right = part(m, k - a);
            lose_packed_product(&rest, &left, &right);
        }
        follow_lu(&factors, &rest);
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

/* Adjoints of b gain s. */
static void give_sum(const matrix *s, const matrix *b)
{
    for (size_t k = 0; k < s->numbers->count; k++)
        for (uint32_t i = 0; i < s->view.rows; i++)
            for (uint32_t j = 0; j < s->view.cols; j++) *at(b, k, i, j) += *at(s, k, i, j);
}

/* Those of the triangle of t lose s x': of an upper one, turned, x s'. */
static void give_triangle(const matrix *s, const matrix *x, const matrix *t, unsigned flags)
{
    const int strict = (flags & FLAG_STRICT) != 0, upper = (flags & FLAG_UPPER) != 0;
    const matrix lower = upper ? transposed(t) : *t;
    const matrix turned = transposed(upper ? s : x);
    for (size_t k = 0; k < s->numbers->count; k++) {
        const flx_matrix to = part(&lower, k);
        for (size_t a = 0; a <= k; a++) {
            if (!flx_divides(s->numbers, a, k)) continue;
            const flx_matrix left = part(upper ? x : s, upper ? k - a : a);
            const flx_matrix right = part(&turned, upper ? a : k - a);
            flx_add_product_lower(-1.0, &to, strict, &left, &right,
                                  upper ? FLX_RIGHT_HIDES : FLX_LEFT_HIDES);
        }
    }
}

/* The lower triangle of g := f' g, f lower triangular; strict: f has ones on its diagonal and g none. In
 * place: higher parts first. */
static void multiply_lower(const matrix *f, const matrix *g, int strict)
{
    for (size_t k = g->numbers->count; k-- > 0;) {
        const flx_matrix to = part(g, k);
        for (size_t a = 0; a <= k; a++) {
            if (!flx_divides(g->numbers, a, k)) continue;
            const flx_matrix left = part(f, a), right = part(g, k - a);
            flx_lower_turned_product(&to, &left, strict, &right);
        }
    }
}

/* g := l^-T phi(l' g) l^-1, phi the lower half with half the diagonal. */
static void adjoint_cholesky(const matrix *l, const matrix *g)
{
    const matrix up = transposed(l), back = transposed(g);
    multiply_lower(l, g, 0);
    for (size_t k = 0; k < g->numbers->count; k++) {
        const flx_matrix half = part(g, k);
        clear_upper(&half);
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
        if (wanted & 1u << 1) give_sum(&g, &first);
        if (wanted & 1u << 2) give_triangle(&g, &x, &second, flags);
    }
}
