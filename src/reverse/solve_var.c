/* solve_var.c: see solve_var.h; the formulas of solve.c, recorded with operations of the same set. */
#include "reverse/solve_var.h"

#include <fluxion/array_math.h>

#include "reverse/accumulate.h"
#include "reverse/array.h"

typedef struct recording {
    flx_tape *tape;
    const flx_active *active;
} recording;

/* ---- new arrays ---- */

/* t^-1 x. */
static flx_array solved(const recording *r, flx_array matrix, unsigned flags, flx_array x)
{
    flx_block b = {.each = {OP_copy, (uint16_t)flags, 0, 0}, .views = 3};
    b.view[0] = flx_view_of_run(0, x.rows, x.cols);
    b.view[1] = flx_array_view(x);
    b.view[2] = flx_array_view(matrix);
    return flx_array_emit(r->tape, OP_trsolve, &b, (uint64_t)x.rows * x.cols);
}

/* g*p, an exact zero of the adjoint or tangent g kept. */
static flx_array product(const recording *r, flx_array g, flx_array p)
{
    flx_block b = {.each = {OP_acc_mul, 0, 0, 0}, .views = 3};
    b.view[0] = flx_view_of_run(0, g.rows, p.cols);
    b.view[1] = flx_array_view(g);
    b.view[2] = flx_array_view(p);
    return flx_array_emit(r->tape, OP_matmul, &b, (uint64_t)g.rows * p.cols);
}

/* p*g likewise: the transposed of g' p'. */
static flx_array product_by(const recording *r, flx_array p, flx_array g)
{
    return flx_array_transpose(product(r, flx_array_transpose(g), flx_array_transpose(p)));
}

/* ---- contributions ---- */

static void add_by(const recording *r, unsigned op, flx_instr each, flx_view to, flx_array x)
{
    flx_block b = {.each = each, .views = 2};
    b.view[0] = to;
    b.view[1] = flx_array_view(x);
    if (r->tape->head.error == FLX_OK && x.rows) flx_accumulate_block(r->tape, op, &b);
}

/* to += x, or -= where each is acc_sub. */
static void add(const recording *r, unsigned each, flx_view to, flx_array x)
{
    add_by(r, OP_acc_map, (flx_instr){(uint16_t)each, 0, 0, 0}, to, x);
}

/* The same of the lower triangle; strict: what is below the diagonal. */
static void add_lower(const recording *r, unsigned each, unsigned strict, flx_view to, flx_array x)
{
    add_by(r, OP_acc_triangle, (flx_instr){(uint16_t)each, (uint16_t)strict, 0, 0}, to, x);
}

/* A matrix of zeros, to be added to. */
static flx_array zeros(const recording *r, uint32_t rows, uint32_t cols)
{
    flx_tape *t = r->tape;
    const uint64_t n = (uint64_t)rows * cols;
    if (!flx_tape_reserve(t, (flx_need){n, 1, 0, 0, 0}, OP_zeros)) return flx_array_none(t);
    const uint32_t run =
        flx_tape_emit(t, OP_zeros, 0, (uint32_t)n, flx_tape_instrs(t) + 1, (uint32_t)n);
    for (uint32_t k = 0; k < n; k++) t->head.value[run + k] = 0.0;
    return flx_array_run(t, run, rows, cols);
}

/* The triangle of x, strict or not, and again the strict or not one: zeros elsewhere. With both, twice
 * the half that has half the diagonal. */
static flx_array lower_of(const recording *r, flx_array x, int whole, int strict)
{
    const flx_array m = zeros(r, x.rows, x.cols);
    const flx_view to = flx_array_view(m);
    const uint32_t instr = flx_tape_instrs(r->tape) - 1;
    if (m.rows == 0) return m;
    if (whole) add_lower(r, OP_acc, 0, to, x);
    if (strict) add_lower(r, OP_acc, FLAG_STRICT, to, x);
    r->tape->head.instr[instr].b = flx_tape_instrs(r->tape);
    return m;
}

static flx_array at(const recording *r, const flx_block *b, int k)
{
    return flx_view_array(r->tape, b->view[k]);
}

/* The accumulators of view k; 0 where it has none. */
static int accumulators(const recording *r, const flx_block *b, int k, flx_view *v)
{
    *v = b->view[k];
    return flx_active_view(r->active, v);
}

/* ---- triangular solves: x = t^-1 y ---- */

static void reverse_trsolve(const recording *r, const flx_block *b, flx_array g)
{
    const unsigned flags = b->each.flags;
    const flx_array s = solved(r, flx_array_transpose(at(r, b, 2)), flags ^ FLAG_UPPER, g);
    flx_view to;
    if (accumulators(r, b, 1, &to)) add(r, OP_acc, to, s);
    if (!accumulators(r, b, 2, &to)) return;
    flx_array m = product(r, s, flx_array_transpose(at(r, b, 0)));
    if (flags & FLAG_UPPER) {
        to = flx_view_transposed(to);
        m = flx_array_transpose(m);
    }
    add_lower(r, OP_acc_sub, flags & FLAG_STRICT, to, m);
}

static void tangent_trsolve(const recording *r, const flx_block *b, flx_view to)
{
    const unsigned flags = b->each.flags;
    const int upper = (flags & FLAG_UPPER) != 0, strict = (flags & FLAG_STRICT) != 0;
    const flx_array rest = zeros(r, b->view[0].rows, b->view[0].cols);
    const flx_view left = flx_array_view(rest);
    const uint32_t instr = flx_tape_instrs(r->tape) - 1;
    flx_view from;
    if (accumulators(r, b, 1, &from)) add(r, OP_acc, left, flx_view_array(r->tape, from));
    if (accumulators(r, b, 2, &from)) {
        flx_array dt = flx_view_array(r->tape, from);
        if (upper) dt = flx_array_transpose(dt);
        dt = lower_of(r, dt, !strict, strict);
        if (upper) dt = flx_array_transpose(dt);
        add(r, OP_acc_sub, left, product(r, dt, at(r, b, 0)));
    }
    if (r->tape->head.error != FLX_OK) return;
    r->tape->head.instr[instr].b = flx_tape_instrs(r->tape);
    add(r, OP_acc, to, solved(r, at(r, b, 2), flags, rest));
}

/* ---- Cholesky ---- */

static void reverse_cholesky(const recording *r, const flx_block *b, flx_array g)
{
    const flx_array l = at(r, b, 0), up = flx_array_transpose(l);
    flx_view to;
    if (!accumulators(r, b, 1, &to)) return;
    const flx_array w = product_by(r, up, lower_of(r, g, 1, 0));
    const flx_array twice = lower_of(r, w, 1, 1);
    const flx_array left = solved(r, up, FLAG_UPPER, twice);
    const flx_array both = solved(r, up, FLAG_UPPER, flx_array_transpose(left)); /* transposed */
    const flx_array half = flx_array_mul(both, flx_array_number(0.5));
    add_lower(r, OP_acc, 0, to, half);
    add_lower(r, OP_acc, FLAG_STRICT, to, flx_array_transpose(half));
}

static void tangent_cholesky(const recording *r, const flx_block *b, flx_view to)
{
    const flx_array l = at(r, b, 0);
    flx_view from;
    if (!accumulators(r, b, 1, &from)) return;
    const flx_array da = flx_view_array(r->tape, from), full = lower_of(r, da, 1, 0);
    const uint32_t instr = flx_tape_instrs(r->tape);
    add_lower(r, OP_acc, FLAG_STRICT, flx_view_transposed(flx_array_view(full)), da);
    if (r->tape->head.error != FLX_OK) return;
    r->tape->head.instr[flx_tape_writer(r->tape, full.first.u.at.slot)].b = instr + 1;
    const flx_array left = solved(r, l, 0, full);
    const flx_array w = flx_array_transpose(solved(r, l, 0, flx_array_transpose(left)));
    const flx_array twice = product_by(r, l, lower_of(r, w, 1, 1));
    add(r, OP_acc, to, flx_array_mul(twice, flx_array_number(0.5)));
}

/* ---- LU ---- */

/* What is below the diagonal of the packed factors, and what is not. */
static flx_array below(const recording *r, flx_array packed) { return lower_of(r, packed, 0, 1); }

static flx_array above(const recording *r, flx_array packed)
{
    return flx_array_transpose(lower_of(r, flx_array_transpose(packed), 1, 0));
}

/* The indices of the rows of the second view, for every one of its columns. */
static flx_view order_of(const flx_block *b)
{
    const uint32_t n = b->view[0].rows;
    return (flx_view){b->view[0].slot + n * n, n, n, {1, 0}};
}

static void reverse_lu(const recording *r, const flx_block *b, flx_array g)
{
    const flx_array lu = at(r, b, 0), up = flx_array_transpose(lu), gl = below(r, g);
    flx_block rows = {.each = {OP_copy, 0, 0, 0}, .views = 3};
    if (!accumulators(r, b, 1, &rows.view[0])) return;
    const flx_array w = product_by(r, flx_array_transpose(below(r, lu)), gl);
    const flx_array lower = flx_array_add(below(r, w), gl);
    const flx_array upper = above(r, product(r, above(r, g), flx_array_transpose(above(r, lu))));
    const flx_array left = solved(r, up, FLAG_UPPER | FLAG_STRICT, flx_array_add(lower, upper));
    const flx_array both = solved(r, lu, FLAG_UPPER, flx_array_transpose(left)); /* transposed */
    rows.view[1] = flx_view_transposed(flx_array_view(both));
    rows.view[2] = order_of(b);
    if (r->tape->head.error == FLX_OK) flx_accumulate_block(r->tape, OP_acc_scatter, &rows);
}

static void tangent_lu(const recording *r, const flx_block *b, flx_view to)
{
    const flx_array lu = at(r, b, 0), up = flx_array_transpose(lu);
    const uint32_t n = b->view[0].rows;
    flx_block rows = {.each = {OP_copy, 0, 0, 0}, .views = 3};
    if (!accumulators(r, b, 1, &rows.view[1])) return;
    rows.view[0] = flx_view_of_run(0, n, n);
    rows.view[2] = order_of(b);
    const flx_array da = flx_array_emit(r->tape, OP_gather, &rows, (uint64_t)n * n);
    if (da.rows == 0) return;
    const flx_array left = solved(r, lu, FLAG_STRICT, da);
    const flx_array w = flx_array_transpose(solved(r, up, 0, flx_array_transpose(left)));
    const flx_array lower = below(r, w), upper = above(r, w);
    add(r, OP_acc, to, lower);
    add(r, OP_acc, to, product_by(r, below(r, lu), lower));
    add(r, OP_acc, to, product(r, upper, above(r, lu)));
}

void flx_reverse_solve(flx_tape *t, const flx_active *active, unsigned op, const flx_block *b)
{
    const recording r = {t, active};
    flx_view v;
    if (!accumulators(&r, b, 0, &v)) return;
    const flx_array g = flx_view_array(t, v);
    if (op == OP_trsolve) reverse_trsolve(&r, b, g);
    else if (op == OP_cholesky) reverse_cholesky(&r, b, g);
    else reverse_lu(&r, b, g);
}

void flx_tangent_solve(flx_tape *t, const flx_active *active, unsigned op, const flx_block *b)
{
    const recording r = {t, active};
    flx_view to;
    if (!accumulators(&r, b, 0, &to)) return;
    if (op == OP_trsolve) tangent_trsolve(&r, b, to);
    else if (op == OP_cholesky) tangent_cholesky(&r, b, to);
    else tangent_lu(&r, b, to);
}
