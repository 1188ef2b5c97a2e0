/* array.c: array variables: runs of slots, views, and the two array instructions. */
#include <fluxion/array.h>

#include <math.h>

#include "reverse/range.h"
#include "reverse/tape.h"

/* The poison, or NaN where there is not even a tape. */
static flx_var dead(flx_tape *t) { return t ? flx_tape_poison(t) : flx_constant((double)NAN); }

/* An array that every later use recognises as failed: empty, on the poison. */
static flx_array no_array(flx_tape *t)
{
    const flx_array a = {t, 0, t ? t->head.epoch : 0, 0, 0, 0, 0};
    return a;
}

static flx_array fail(flx_tape *t, flx_status status, unsigned op)
{
    flx_tape_fail(t, status, op);
    return no_array(t);
}

static flx_array run(flx_tape *t, uint32_t slot, uint32_t rows, uint32_t cols)
{
    const flx_array a = {t, slot, t->head.epoch, rows, cols, cols, 1};
    return a;
}

static flx_array input_run(flx_tape *t, unsigned kind, size_t rows, size_t cols,
                           const double *values)
{
    if (t->head.error != FLX_OK) return no_array(t);
    if (rows > UINT32_MAX || cols > UINT32_MAX || (cols && rows > UINT32_MAX / cols))
        return fail(t, FLX_ELIMIT, OP_input);
    const size_t n = rows * cols;
    if (n && !values) return fail(t, FLX_EARG, OP_input);
    if (!flx_tape_reserve(t, (flx_need){n, 1, 0, 0, 0}, OP_input)) return no_array(t);
    const uint32_t slot = flx_tape_emit(t, OP_input, kind, (uint32_t)n, 0, (uint32_t)n);
    for (size_t k = 0; k < n; k++) t->head.value[slot + k] = values[k];
    return run(t, slot, (uint32_t)rows, (uint32_t)cols);
}

flx_array flx_array_variable(flx_tape *t, size_t rows, size_t cols, const double *values)
{
    return input_run(t, INPUT_VARIABLE, rows, cols, values);
}

flx_array flx_array_constant(flx_tape *t, size_t rows, size_t cols, const double *values)
{
    return input_run(t, INPUT_CONSTANT, rows, cols, values);
}

flx_array flx_array_pack(flx_tape *t, size_t rows, size_t cols, const flx_var *x)
{
    if (t->head.error != FLX_OK) return no_array(t);
    if (rows > UINT32_MAX || cols > UINT32_MAX || (cols && rows > UINT32_MAX / cols))
        return fail(t, FLX_ELIMIT, OP_copy);
    const size_t n = rows * cols;
    if (n && !x) return fail(t, FLX_EARG, OP_copy);
    for (size_t k = 0; k < n; k++) {
        if (x[k].tape && x[k].tape != t) {
            flx_tape_fail(x[k].tape, FLX_ETAPE, OP_copy);
            return fail(t, FLX_ETAPE, OP_copy);
        }
        if (flx_var_status(x[k]) != FLX_OK) return fail(t, FLX_ESTALE, OP_copy);
    }
    if (!flx_tape_reserve(t, (flx_need){n, n, 0, 0, 0}, OP_copy)) return no_array(t);
    const uint32_t first = t->head.slots;
    for (size_t k = 0; k < n; k++) { /* one slot each, one after the other: a run */
        const double value = flx_peek(x[k]);
        const uint32_t slot = x[k].tape ? flx_tape_emit(t, OP_copy, 0, x[k].u.at.slot, 0, 1)
                                        : flx_tape_emit(t, OP_input, INPUT_CONSTANT, 1, 0, 1);
        t->head.value[slot] = value;
    }
    return run(t, first, (uint32_t)rows, (uint32_t)cols);
}

/* The slot of element (i, j). */
static uint32_t element(flx_array a, size_t i, size_t j)
{
    return (uint32_t)((int64_t)a.slot + (int64_t)i * a.row_stride + (int64_t)j * a.col_stride);
}

flx_var flx_array_at(flx_array a, size_t i, size_t j)
{
    flx_var x;
    if (!a.tape) return dead(NULL);
    if (i >= a.rows || j >= a.cols) return flx_tape_fail(a.tape, FLX_ESHAPE, OP_COUNT);
    x.tape = a.tape;
    x.u.at.slot = element(a, i, j);
    x.u.at.epoch = a.epoch;
    return x;
}

flx_array flx_array_slice(flx_array a, size_t row, size_t col, size_t rows, size_t cols,
                          size_t row_step, size_t col_step)
{
    const int fits = rows == 0 || cols == 0
                     || (row < a.rows && col < a.cols && row_step > 0 && col_step > 0
                         && (rows - 1) <= (a.rows - 1 - row) / row_step
                         && (cols - 1) <= (a.cols - 1 - col) / col_step);
    if (!a.tape) return a;
    if (!fits) return fail(a.tape, FLX_ESHAPE, OP_COUNT);
    if (rows == 0 || cols == 0) row = col = 0;
    a.slot = element(a, row, col);
    a.rows = (uint32_t)rows;
    a.cols = (uint32_t)cols;
    if (rows > 1) a.row_stride *= (int64_t)row_step;
    if (cols > 1) a.col_stride *= (int64_t)col_step;
    return a;
}

flx_array flx_array_row(flx_array a, size_t i) { return flx_array_slice(a, i, 0, 1, a.cols, 1, 1); }

flx_array flx_array_col(flx_array a, size_t j) { return flx_array_slice(a, 0, j, a.rows, 1, 1, 1); }

flx_array flx_array_transpose(flx_array a)
{
    const flx_array b = {a.tape, a.slot, a.epoch, a.cols, a.rows, a.col_stride, a.row_stride};
    return b;
}

/* Whether the whole view is of this tape and still valid. */
static flx_status check(const flx_tape *t, flx_array a)
{
    uint32_t low, high;
    const int64_t stride[2] = {a.row_stride, a.col_stride};
    if (a.tape != t) return FLX_ETAPE;
    if (a.rows == 0 || a.cols == 0) return FLX_OK;
    flx_view_hull(a.rows, a.cols, a.slot, stride, &low, &high);
    return flx_tape_valid(t, high, a.epoch) ? FLX_OK : FLX_ESTALE;
}

/* Checks two views for one operation; fails the tapes where they do not go together. */
static int go_together(flx_array x, flx_array y, unsigned op)
{
    flx_tape *t = x.tape ? x.tape : y.tape;
    if (!t || t->head.error != FLX_OK) return 0;
    flx_status status = x.tape && y.tape ? check(t, x) : FLX_EARG;
    if (status == FLX_OK) status = check(t, y);
    if (status == FLX_ETAPE) flx_tape_fail(y.tape, FLX_ETAPE, op);
    if (status == FLX_OK && (x.rows != y.rows || x.cols != y.cols)) status = FLX_ESHAPE;
    if (status != FLX_OK) flx_tape_fail(t, status, op);
    return status == FLX_OK;
}

static flx_pair pair_of(flx_array x, flx_array y)
{
    const flx_pair p = {
        x.rows, x.cols, x.slot, y.slot, {x.row_stride, x.col_stride}, {y.row_stride, y.col_stride}};
    return p;
}

flx_array flx_array_axpy(flx_var alpha, flx_array x, flx_array y)
{
    uint32_t a = 0;
    flx_tape *t = x.tape;
    if (!go_together(x, y, OP_axpy)) return no_array(t ? t : y.tape);
    if (alpha.tape && !flx_tape_operand(t, alpha, OP_axpy, &a)) return no_array(t);
    const flx_pair pair = pair_of(x, y);
    const uint32_t n = flx_pair_size(&pair);
    if (!flx_tape_reserve(t, (flx_need){n, 1, 1, 0, 1}, OP_axpy)) return no_array(t);
    const double factor = flx_peek(alpha);
    if (!alpha.tape) a = flx_tape_imm(t, factor);
    const unsigned flags = alpha.tape ? 0 : FLAG_ALPHA_IMMEDIATE;
    const uint32_t slot = flx_tape_emit(t, OP_axpy, flags, flx_tape_pair(t, pair), a, n);
    const flx_double_plane value = {t->head.value};
    flx_double_range_axpy(&pair, factor, value, value, value, slot);
    return run(t, slot, x.rows, x.cols);
}

flx_var flx_array_dot(flx_array x, flx_array y)
{
    flx_tape *t = x.tape;
    if (!go_together(x, y, OP_dot)) return dead(t ? t : y.tape);
    const flx_pair pair = pair_of(x, y);
    if (!flx_tape_reserve(t, (flx_need){1, 1, 0, 0, 1}, OP_dot)) return flx_tape_poison(t);
    const flx_double_plane plane = {t->head.value};
    const double value = flx_double_range_dot(&pair, plane, plane);
    return flx_tape_scalar(t, OP_dot, 0, flx_tape_pair(t, pair), 0, value);
}

flx_status flx_array_peek(flx_array a, double *values)
{
    const size_t n = (size_t)a.rows * a.cols;
    if (!a.tape || (n && !values)) return FLX_EARG;
    const flx_status status = check(a.tape, a);
    for (size_t i = 0; i < a.rows; i++) {
        for (size_t j = 0; j < a.cols; j++) {
            const uint32_t slot = status == FLX_OK ? element(a, i, j) : 0;
            values[i * a.cols + j] = a.tape->head.value[slot];
        }
    }
    return status;
}
