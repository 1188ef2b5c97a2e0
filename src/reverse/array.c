/* array.c: array variables: runs of slots, and views of them. */
#include "reverse/array.h"

#include <math.h>
#include <string.h>

#include "ops/delicate.h"
#include "reverse/accumulate.h"
#include "reverse/flags.h"

flx_array flx_array_none(flx_tape *t)
{
    const flx_var poison = t ? flx_tape_poison(t) : flx_constant((double)NAN);
    return (flx_array){poison, 0, 0, 0, 0};
}

flx_array flx_array_fail(flx_tape *t, flx_status status, unsigned op)
{
    if (t) flx_tape_fail(t, status, op);
    return flx_array_none(t);
}

flx_array flx_array_run(flx_tape *t, uint32_t slot, uint32_t rows, uint32_t cols)
{
    return flx_view_array(t, flx_view_of_run(slot, rows, cols));
}

flx_status flx_array_check(const flx_tape *t, flx_array a)
{
    uint32_t low, high;
    const flx_view v = flx_array_view(a);
    if (!a.first.tape) return FLX_OK;
    if (a.first.tape != t) return FLX_ETAPE;
    if (flx_view_size(&v) == 0) return v.slot ? FLX_OK : FLX_ESTALE; /* flx_array_none's */
    flx_view_hull(&v, &low, &high);
    return flx_tape_slots_status(t, low, high, a.first.u.at.epoch);
}

flx_tape *flx_array_common(size_t n, const flx_array *x, unsigned op, int *failed)
{
    flx_tape *t = NULL;
    for (size_t k = 0; k < n && !t; k++) t = x[k].first.tape;
    *failed = t && t->head.error != FLX_OK;
    for (size_t k = 0; t && k < n && !*failed; k++) {
        const flx_status status = flx_array_check(t, x[k]);
        if (status == FLX_OK) continue;
        if (status == FLX_ETAPE) flx_tape_fail(x[k].first.tape, status, op);
        flx_tape_fail(t, status, op);
        *failed = 1;
    }
    return t;
}

int flx_array_operand(flx_tape *t, flx_array x, unsigned op, flx_view *view)
{
    uint32_t slot;
    *view = flx_array_view(x);
    if (x.first.tape) return 1;
    if (!flx_tape_operand(t, x.first, op, &slot)) return 0;
    *view = (flx_view){slot, x.rows, x.cols, {0, 0}};
    return 1;
}

/* Notes that the next instruction is recorded at a delicate point, where it is. */
static void note_delicate(flx_tape *t, unsigned op, const flx_block *b)
{
    flx_code c = flx_tape_code(t);
    const flx_instr in = {(uint16_t)op, 0, 0, 0};
    c.block = b;
    if (flx_instr_is_delicate(&c, &in)
        && flx_at_delicate_point(&c, &in, t->head.value, FLX_ANY_ORDER))
        flx_tape_note_delicate(t);
}

/* Notes what a loop met: the tape fails where it does not stand for the program's function. */
static void note_loop(flx_tape *t, const flx_code *c, const flx_block *b)
{
    const flx_instr *in = &c->instr[c->instrs - 1];
    flx_place place;
    if (flx_at_delicate_point(c, in, t->head.value, FLX_ANY_ORDER)) {
        if (t->first_delicate == UINT32_MAX) t->first_delicate = c->instrs - 1;
        t->last_delicate = c->instrs - 1;
    }
    if (t->head.value[flx_loop_at(flx_loop_of(c, b), b).flipped] == 0.0) return;
    flx_find_flipped(c, t->head.value, &place);
    flx_tape_fail_at(t, FLX_BRANCH_CHANGED, place.op);
    t->failure.index = place.index;
    t->failure.label = place.label;
}

/* While recording is paused: what was written since then stays, as constants; how is forgotten. */
static void settle(flx_tape *t, const flx_mark *before)
{
    const uint32_t n = t->head.slots - before->slots;
    if (!t->paused || t->head.error != FLX_OK) return;
    flx_tape_truncate(t, *before);
    flx_tape_note_read(t);
    flx_tape_emit(t, OP_input, INPUT_CONSTANT, n, 0, n);
}

flx_array flx_array_emit(flx_tape *t, unsigned op, flx_block *b, uint64_t slots)
{
    const flx_mark before = flx_tape_mark(t);
    if (!flx_tape_reserve(t, (flx_need){slots, 1, 0, 0, 1}, op)) return flx_array_none(t);
    b->view[0].slot = t->head.slots;
    if (op == OP_map) note_delicate(t, op, b);
    const uint32_t n = (uint32_t)slots;
    const uint32_t slot = flx_tape_emit(t, op, 0, flx_tape_block(t, *b), n, n);
    const flx_code c = flx_tape_code(t);
    if (op == OP_loop) memset(t->head.value + slot, 0, n * sizeof *t->head.value);
    flx_forward_double_block(&c, c.instr[c.instrs - 1], slot, t->head.value);
    if (op == OP_loop) note_loop(t, &c, b);
    settle(t, &before);
    return flx_view_array(t, b->view[0]);
}

flx_array flx_array_emit_onto_zeros(flx_tape *t, uint32_t n, flx_addend *a, uint64_t slots)
{
    const flx_mark before = flx_tape_mark(t);
    if (!flx_tape_reserve(t, (flx_need){slots, n + 1, 0, 0, n}, a->op)) return flx_array_none(t);
    const uint32_t size = (uint32_t)slots, end = flx_tape_instrs(t) + 1 + n;
    const uint32_t run = flx_tape_emit(t, OP_zeros, 0, size, end, size);
    memset(t->head.value + run, 0, size * sizeof *t->head.value);
    for (uint32_t k = 0; k < n; k++) {
        a[k].block.view[0].slot += run;
        flx_accumulate_block(t, a[k].op, &a[k].block);
    }
    settle(t, &before);
    return flx_array_run(t, run, size, 1);
}

static flx_array input_run(flx_tape *t, unsigned kind, size_t rows, size_t cols,
                           const double *values)
{
    if (rows > UINT32_MAX || cols > UINT32_MAX || (cols && rows > UINT32_MAX / cols))
        return flx_array_fail(t, FLX_ELIMIT, OP_input);
    const size_t n = rows * cols;
    if (n && !values) return flx_array_fail(t, FLX_EARG, OP_input);
    if (!flx_tape_reserve(t, (flx_need){n, 1, 0, 0, 0}, OP_input)) return flx_array_none(t);
    const uint32_t slot = flx_tape_emit(t, OP_input, kind, (uint32_t)n, 0, (uint32_t)n);
    flx_copy(t->head.value + slot, values, n);
    return flx_array_run(t, slot, (uint32_t)rows, (uint32_t)cols);
}

flx_array flx_array_variable(flx_tape *t, size_t rows, size_t cols, const double *values)
{
    return input_run(t, INPUT_VARIABLE, rows, cols, values);
}

flx_array flx_array_constant(flx_tape *t, size_t rows, size_t cols, const double *values)
{
    return input_run(t, INPUT_CONSTANT, rows, cols, values);
}

flx_array flx_array_parameter(flx_tape *t, size_t rows, size_t cols, const double *values)
{
    return input_run(t, INPUT_PARAMETER, rows, cols, values);
}

flx_array flx_array_pack(flx_tape *t, size_t rows, size_t cols, const flx_var *x)
{
    if (t->head.error != FLX_OK) return flx_array_none(t);
    if (rows > UINT32_MAX || cols > UINT32_MAX || (cols && rows > UINT32_MAX / cols))
        return flx_array_fail(t, FLX_ELIMIT, OP_copy);
    const size_t n = rows * cols;
    if (n && !x) return flx_array_fail(t, FLX_EARG, OP_copy);
    for (size_t k = 0; k < n; k++) {
        if (x[k].tape && x[k].tape != t) {
            flx_tape_fail(x[k].tape, FLX_ETAPE, OP_copy);
            return flx_array_fail(t, FLX_ETAPE, OP_copy);
        }
        const flx_status status = flx_var_status(x[k]);
        if (status != FLX_OK) return flx_array_fail(t, status, OP_copy);
    }
    if (!flx_tape_reserve(t, (flx_need){n, n, 0, 0, 0}, OP_copy)) return flx_array_none(t);
    const uint32_t first = t->head.slots;
    for (size_t k = 0; k < n; k++) { /* one slot each, one after the other: a run */
        const double value = flx_peek(x[k]);
        const int copied = x[k].tape && !t->paused;
        const uint32_t slot = copied ? flx_tape_emit(t, OP_copy, 0, x[k].u.at.slot, 0, 1)
                                     : flx_tape_emit(t, OP_input, INPUT_CONSTANT, 1, 0, 1);
        if (x[k].tape && t->paused) flx_tape_note_read(t);
        t->head.value[slot] = value;
    }
    return flx_array_run(t, first, (uint32_t)rows, (uint32_t)cols);
}

flx_var flx_array_at(flx_array a, size_t i, size_t j)
{
    flx_var x = a.first;
    if (!a.first.tape) return i < a.rows && j < a.cols ? x : flx_constant((double)NAN);
    if (i >= a.rows || j >= a.cols) return flx_tape_fail(a.first.tape, FLX_ESHAPE, OP_COUNT);
    x.u.at.slot += (uint32_t)((int64_t)i * a.row_stride + (int64_t)j * a.col_stride);
    return x;
}

flx_array flx_array_slice(flx_array a, size_t row, size_t col, size_t rows, size_t cols,
                          size_t row_step, size_t col_step)
{
    const int fits = rows == 0 || cols == 0
                     || (row < a.rows && col < a.cols && row_step > 0 && col_step > 0
                         && (rows - 1) <= (a.rows - 1 - row) / row_step
                         && (cols - 1) <= (a.cols - 1 - col) / col_step);
    if (!fits || rows > UINT32_MAX || cols > UINT32_MAX)
        return flx_array_fail(a.first.tape, FLX_ESHAPE, OP_COUNT);
    if (rows && cols && a.first.tape) a.first = flx_array_at(a, row, col);
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
    return (flx_array){a.first, a.cols, a.rows, a.col_stride, a.row_stride};
}

flx_array flx_array_diagonal(flx_array a)
{
    const uint32_t n = a.rows < a.cols ? a.rows : a.cols;
    return (flx_array){a.first, n, 1, a.row_stride + a.col_stride, 0};
}

flx_array flx_array_reshape(flx_array a, size_t rows, size_t cols)
{
    const uint64_t n = (uint64_t)a.rows * a.cols;
    if (rows > UINT32_MAX || cols > UINT32_MAX || (uint64_t)rows * cols != n)
        return flx_array_fail(a.first.tape, FLX_ESHAPE, OP_copy);
    const int one_row = a.rows == 1, one_column = a.cols == 1;
    int64_t step = one_row ? a.col_stride : a.row_stride; /* from one element to the next */
    if (!one_row && !one_column) step = a.col_stride;
    const int even = one_row || one_column || a.row_stride == (int64_t)a.cols * a.col_stride;
    if (a.first.tape && !even) {
        a = flx_array_copy(a);
        step = 1;
        if ((uint64_t)a.rows * a.cols != n) return a; /* the tape has failed */
    }
    return (flx_array){a.first, (uint32_t)rows, (uint32_t)cols, (int64_t)cols * step, step};
}

/* A constant as a run of its own. */
static flx_array filled(flx_tape *t, flx_array a)
{
    const uint64_t n = (uint64_t)a.rows * a.cols;
    if (!flx_tape_reserve(t, (flx_need){n, 1, 0, 0, 0}, OP_input)) return flx_array_none(t);
    const uint32_t slot = flx_tape_emit(t, OP_input, INPUT_CONSTANT, (uint32_t)n, 0, (uint32_t)n);
    for (uint32_t k = 0; k < n; k++) t->head.value[slot + k] = a.first.u.constant;
    return flx_array_run(t, slot, a.rows, a.cols);
}

flx_array flx_array_stack(size_t n, const flx_array *a)
{
    int failed;
    uint64_t rows = 0;
    if (n == 0 || !a) return flx_array_none(NULL);
    flx_tape *t = flx_array_common(n, a, OP_copy, &failed);
    if (failed) return flx_array_none(t);
    for (size_t k = 0; k < n; k++) {
        if (a[k].cols != a[0].cols) return flx_array_fail(t, FLX_ESHAPE, OP_copy);
        rows += a[k].rows;
    }
    if (!t) return flx_array_none(NULL);
    if (rows > UINT32_MAX) return flx_array_fail(t, FLX_ELIMIT, OP_copy);
    const uint32_t slot = t->head.slots; /* the copies lie one after the other */
    for (size_t k = 0; k < n; k++) {
        const flx_array part = a[k].first.tape ? flx_array_copy(a[k]) : filled(t, a[k]);
        if (t->head.error != FLX_OK) return part;
    }
    return flx_array_run(t, slot, (uint32_t)rows, a[0].cols);
}

flx_array flx_array_concatenate(size_t n, const flx_array *a)
{
    int failed;
    uint64_t cols = 0;
    if (n == 0 || !a) return flx_array_none(NULL);
    flx_tape *t = flx_array_common(n, a, OP_copy, &failed);
    if (failed) return flx_array_none(t);
    for (size_t k = 0; k < n; k++) {
        if (a[k].rows != a[0].rows) return flx_array_fail(t, FLX_ESHAPE, OP_copy);
        cols += a[k].cols;
    }
    if (!t) return flx_array_none(NULL);
    if (cols > UINT32_MAX) return flx_array_fail(t, FLX_ELIMIT, OP_copy);
    const uint32_t slot = t->head.slots;
    for (size_t k = 0; k < n; k++) { /* column after column */
        flx_array part = flx_array_transpose(a[k]);
        part = part.first.tape ? flx_array_copy(part) : filled(t, part);
        if (t->head.error != FLX_OK) return part;
    }
    return flx_array_transpose(flx_array_run(t, slot, (uint32_t)cols, a[0].rows));
}

flx_status flx_array_peek(flx_array a, double *values)
{
    const size_t n = (size_t)a.rows * a.cols;
    if (n && !values) return FLX_EARG;
    const flx_view v = flx_array_view(a);
    const flx_tape *t = a.first.tape;
    const flx_status status = t ? flx_array_check(t, a) : FLX_OK;
    if (n && t && status == FLX_OK && flx_array_is_run(a)) {
        flx_copy(values, t->head.value + v.slot, n);
        return FLX_OK;
    }
    for (uint32_t i = 0; i < a.rows; i++)
        for (uint32_t j = 0; j < a.cols; j++)
            *values++ = !t ? a.first.u.constant
                           : t->head.value[status == FLX_OK ? flx_view_slot(&v, i, j) : 0];
    return status;
}
