/* array_index.c: elements chosen by indices that are values, and running sums. */
#include <math.h>

#include <fluxion/array_math.h>

#include "reverse/array.h"

/* Whether every index is one of limit rows, now. */
static int are_indices(const flx_tape *t, const flx_view *index, uint32_t limit)
{
    for (uint32_t i = 0; i < index->rows; i++)
        for (uint32_t j = 0; j < index->cols; j++)
            if (flx_index(t->head.value[flx_view_slot(index, i, j)], limit) == limit) return 0;
    return 1;
}

/* The common tape of an array and its indices, made for constants too where there is any. */
static flx_tape *prepare(unsigned op, flx_array x, flx_array index, uint32_t limit, flx_block *b)
{
    const flx_array both[2] = {x, index};
    int failed;
    flx_tape *t = flx_array_common(2, both, op, &failed);
    if (failed) return NULL;
    if (!flx_array_operand(t, x, op, &b->view[1]) || !flx_array_operand(t, index, op, &b->view[2]))
        return NULL;
    if (!are_indices(t, &b->view[2], limit)) {
        flx_tape_fail(t, FLX_EARG, op);
        return NULL;
    }
    return t;
}

/* As a column; indices are given as columns or rows. */
static flx_array column(flx_array index)
{
    return index.rows == 1 ? flx_array_transpose(index) : index;
}

/* Elements that are values: an index that is none makes them undefined. */
static const flx_block values = {.each = {OP_copy, FLAG_NEITHER, 0, 0}, .views = 3};

/* Element (i, j) of the result is x(index(i, j), j); the indices' shape is the result's. */
static flx_array gather(flx_array x, flx_array index)
{
    flx_block b = values;
    if (!flx_array_either(x, index)) {
        const int fits = flx_index(index.first.u.constant, x.rows) < x.rows;
        const flx_var one = fits ? x.first : flx_constant((double)NAN);
        return (flx_array){one, index.rows, index.cols, 0, 0};
    }
    flx_tape *t = prepare(OP_gather, x, index, x.rows, &b);
    if (!t) return flx_array_none(flx_array_either(x, index));
    b.view[0] = flx_view_of_run(0, index.rows, index.cols);
    return flx_array_emit(t, OP_gather, &b, (uint64_t)index.rows * index.cols);
}

/* An index for each row, repeated along the columns of x. */
static flx_array repeated(flx_array index, uint32_t cols)
{
    index.cols = cols;
    index.col_stride = 0;
    return index;
}

flx_array flx_array_gather(flx_array x, flx_array index)
{
    index = column(index);
    if (index.cols != 1) return flx_array_fail(flx_array_either(x, index), FLX_ESHAPE, OP_gather);
    return gather(x, repeated(index, x.cols));
}

flx_array flx_array_take(flx_array x, flx_array index, flx_axis axis)
{
    const int fits = axis == FLX_ALL    ? index.rows == 1 && index.cols == 1
                     : axis == FLX_ROWS ? index.rows == x.rows && index.cols == 1
                                        : index.rows == 1 && index.cols == x.cols;
    if (!flx_is_axis(axis)) return flx_array_fail(flx_array_either(x, index), FLX_EARG, OP_gather);
    if (!fits) return flx_array_fail(flx_array_either(x, index), FLX_ESHAPE, OP_gather);
    if (axis == FLX_ALL) return gather(flx_array_reshape(x, (size_t)x.rows * x.cols, 1), index);
    if (axis == FLX_COLS) return gather(x, index);
    return flx_array_transpose(gather(flx_array_transpose(x), flx_array_transpose(index)));
}

flx_array flx_array_scatter_add(flx_array x, flx_array index, size_t rows)
{
    flx_block b = values;
    flx_tape *t = flx_array_either(x, index);
    index = column(index);
    if (rows > UINT32_MAX) return flx_array_fail(t, FLX_ELIMIT, OP_acc_scatter);
    if (index.cols != 1 || index.rows != x.rows)
        return flx_array_fail(t, FLX_ESHAPE, OP_acc_scatter);
    if (!t) return flx_array_none(NULL);
    if (!prepare(OP_acc_scatter, x, repeated(index, x.cols), (uint32_t)rows, &b))
        return flx_array_none(t);
    b.view[0] = flx_view_of_run(0, (uint32_t)rows, x.cols);
    flx_addend scatter = {OP_acc_scatter, b};
    const uint64_t slots = (uint64_t)rows * x.cols;
    return flx_array_reshape(flx_array_emit_onto_zeros(t, 1, &scatter, slots), rows, x.cols);
}

flx_array flx_array_cumsum(flx_array x, flx_axis axis)
{
    flx_block b = {.each = {OP_acc, 0, 0, 0}, .views = 2};
    int failed;
    flx_tape *t = flx_array_common(1, &x, OP_cumsum, &failed);
    if (failed) return flx_array_none(t);
    if (!flx_is_axis(axis)) return flx_array_fail(t, FLX_EARG, OP_cumsum);
    if (axis == FLX_COLS)
        return flx_array_transpose(flx_array_cumsum(flx_array_transpose(x), FLX_ROWS));
    if (axis == FLX_ALL && x.rows != 1) {
        const flx_array sums =
            flx_array_cumsum(flx_array_reshape(x, 1, (size_t)x.rows * x.cols), FLX_ROWS);
        return flx_array_reshape(sums, x.rows, x.cols);
    }
    if (!t) return flx_array_fail(NULL, FLX_EARG, OP_cumsum);
    b.view[1] = flx_array_view(x);
    b.view[0] = flx_view_of_run(0, x.rows, x.cols);
    return flx_array_emit(t, OP_cumsum, &b, (uint64_t)x.rows * x.cols);
}
