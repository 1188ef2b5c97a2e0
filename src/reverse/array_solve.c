/* array_solve.c: linear systems, from three operations: triangular solves, Cholesky and LU. */
#include <fluxion/array_math.h>

#include "reverse/array.h"

_Static_assert((int)FLX_UPPER == FLAG_UPPER && (int)FLX_LOWER_UNIT == FLAG_STRICT
                   && (int)FLX_UPPER_UNIT == (FLAG_UPPER | FLAG_STRICT),
               "triangles are the block's flags");

/* The tape of operands of which the first is square and has rows for the others; NULL where something
 * is wrong, and then it has failed. Constants alone have none. */
static flx_tape *prepare(unsigned op, size_t n, const flx_array *x, flx_block *b)
{
    int failed;
    flx_tape *t = flx_array_common(n, x, op, &failed);
    if (failed || !t) return NULL;
    for (size_t k = 0; k < n; k++) {
        if (x[k].rows != x[0].cols) {
            flx_tape_fail(t, FLX_ESHAPE, op);
            return NULL;
        }
        if (!flx_array_operand(t, x[k], op, &b->view[n - k])) return NULL;
    }
    return t;
}

flx_array flx_array_solve_triangular(flx_array a, flx_array b, flx_triangle triangle)
{
    const flx_array both[2] = {a, b};
    flx_block block = {.each = {OP_copy, (uint16_t)triangle, 0, 0}, .views = 3};
    if ((unsigned)triangle > FLX_UPPER_UNIT)
        return flx_array_fail(flx_array_either(a, b), FLX_EARG, OP_trsolve);
    flx_tape *t = prepare(OP_trsolve, 2, both, &block);
    if (!t) return flx_array_none(flx_array_either(a, b));
    block.view[0] = flx_view_of_run(0, b.rows, b.cols);
    return flx_array_emit(t, OP_trsolve, &block, (uint64_t)b.rows * b.cols);
}

/* A factorisation, with extra slots. */
static flx_array factorise(unsigned op, flx_array a, uint64_t extra)
{
    flx_block block = {.each = {OP_copy, 0, 0, 0}, .views = 2};
    flx_tape *t = prepare(op, 1, &a, &block);
    if (!t) return flx_array_none(a.first.tape);
    block.view[0] = flx_view_of_run(0, a.rows, a.cols);
    return flx_array_emit(t, op, &block, (uint64_t)a.rows * a.cols + extra);
}

flx_array flx_array_cholesky(flx_array a) { return factorise(OP_cholesky, a, 0); }

flx_array flx_array_cholesky_solve(flx_array l, flx_array b)
{
    const flx_array half = flx_array_solve_triangular(l, b, FLX_LOWER);
    return flx_array_solve_triangular(flx_array_transpose(l), half, FLX_UPPER);
}

static flx_var log_of_diagonal(flx_array m, double factor)
{
    const flx_array logs = flx_array_log(flx_array_diagonal(m));
    const flx_array sum = flx_array_sum(logs, FLX_ALL);
    return flx_array_mul(sum, flx_array_number(factor)).first;
}

flx_var flx_array_cholesky_logdet(flx_array l) { return log_of_diagonal(l, 2.0); }

flx_array_factors flx_array_lu(flx_array a)
{
    const uint32_t n = a.rows;
    const flx_array lu = factorise(OP_lu, a, (uint64_t)n + 1);
    flx_array_factors f = {lu, flx_array_none(lu.first.tape), lu.first};
    flx_tape *t = lu.first.tape;
    if (!t || t->head.error != FLX_OK) return f;
    const uint32_t end = lu.first.u.at.slot + n * n;
    f.order = flx_array_run(t, end, n, 1);
    f.sign = flx_tape_var(t, end + n);
    return f;
}

flx_array flx_array_lu_solve(flx_array_factors a, flx_array b)
{
    if (a.lu.rows != b.rows) return flx_array_fail(flx_array_either(a.lu, b), FLX_ESHAPE, OP_lu);
    const flx_array rows = flx_array_gather(b, a.order);
    const flx_array half = flx_array_solve_triangular(a.lu, rows, FLX_LOWER_UNIT);
    return flx_array_solve_triangular(a.lu, half, FLX_UPPER);
}

flx_var flx_array_lu_det(flx_array_factors a)
{
    const flx_array product = flx_array_prod(flx_array_diagonal(a.lu), FLX_ALL);
    return flx_array_mul(product, flx_array_scalar(a.sign)).first;
}

flx_var flx_array_lu_logdet(flx_array_factors a)
{
    const flx_array sizes = flx_array_fabs(flx_array_diagonal(a.lu));
    return flx_array_sum(flx_array_log(sizes), FLX_ALL).first;
}

flx_array flx_array_solve(flx_array a, flx_array b)
{
    return flx_array_lu_solve(flx_array_lu(a), b);
}

flx_var flx_array_det(flx_array a) { return flx_array_lu_det(flx_array_lu(a)); }

flx_var flx_array_logdet(flx_array a) { return flx_array_lu_logdet(flx_array_lu(a)); }

flx_array flx_array_inverse(flx_array a)
{
    const flx_array_factors f = flx_array_lu(a);
    flx_tape *t = f.lu.first.tape;
    const uint64_t n = f.lu.rows;
    if (!t || n == 0) return f.lu;
    if (!flx_tape_reserve(t, (flx_need){n * n, 1, 0, 0, 0}, OP_input)) return flx_array_none(t);
    const uint32_t size = (uint32_t)(n * n);
    const uint32_t slot = flx_tape_emit(t, OP_input, INPUT_CONSTANT, size, 0, size);
    for (uint32_t k = 0; k < size; k++) t->head.value[slot + k] = k % (n + 1) == 0;
    return flx_array_lu_solve(f, flx_array_run(t, slot, f.lu.rows, f.lu.cols));
}
