/* array_product.c: products of matrices, and matrices made from vectors. */
#include <fluxion/array_math.h>

#include "reverse/array.h"

flx_array flx_array_matmul(flx_array x, flx_array y)
{
    const flx_array both[2] = {x, y};
    flx_block b = {.each = {OP_acc_mul, FLAG_NEITHER, 0, 0}, .views = 3};
    int failed;
    flx_tape *t = flx_array_common(2, both, OP_matmul, &failed);
    if (failed) return flx_array_none(t);
    if (x.cols != y.rows) return flx_array_fail(t, FLX_ESHAPE, OP_matmul);
    if (!t) {
        double sum = 0.0;
        for (uint32_t k = 0; k < x.cols; k++) sum += x.first.u.constant * y.first.u.constant;
        return (flx_array){flx_constant(sum), x.rows, y.cols, 0, 0};
    }
    for (int k = 0; k < 2; k++)
        if (!flx_array_operand(t, both[k], OP_matmul, &b.view[k + 1])) return flx_array_none(t);
    b.view[0] = flx_view_of_run(0, x.rows, y.cols);
    return flx_array_emit(t, OP_matmul, &b, (uint64_t)x.rows * y.cols);
}

flx_array flx_array_affine(flx_array x, flx_array y, flx_array z)
{
    const flx_array all[3] = {x, y, z};
    flx_addend a[2] = {{OP_acc_map, {.each = {OP_acc, 0, 0, 0}, .views = 2}},
                       {OP_acc_matmul, {.each = {OP_acc_mul, FLAG_NEITHER, 0, 0}, .views = 3}}};
    flx_view *shift = &a[0].block.view[1], *factor = &a[1].block.view[1];
    int failed;
    flx_tape *t = flx_array_common(3, all, OP_matmul, &failed);
    if (failed) return flx_array_none(t);
    if (x.cols != y.rows || (z.rows != 1 && z.rows != x.rows) || (z.cols != 1 && z.cols != y.cols))
        return flx_array_fail(t, FLX_ESHAPE, OP_matmul);
    if (!t) return flx_array_add(z, flx_array_matmul(x, y));
    if (!flx_array_operand(t, x, OP_matmul, &factor[0])
        || !flx_array_operand(t, y, OP_matmul, &factor[1])
        || !flx_array_operand(t, z, OP_matmul, shift))
        return flx_array_none(t);
    *shift = flx_view_broadcast(*shift, x.rows, y.cols);
    for (int k = 0; k < 2; k++) a[k].block.view[0] = flx_view_of_run(0, x.rows, y.cols);
    const uint64_t slots = (uint64_t)x.rows * y.cols;
    return flx_array_reshape(flx_array_emit_onto_zeros(t, 2, a, slots), x.rows, y.cols);
}

flx_array flx_array_outer(flx_array x, flx_array y)
{
    const flx_array column = x.cols == 1 ? x : flx_array_transpose(x);
    const flx_array row = y.rows == 1 ? y : flx_array_transpose(y);
    if (column.cols != 1 || row.rows != 1)
        return flx_array_fail(x.first.tape ? x.first.tape : y.first.tape, FLX_ESHAPE, OP_mul);
    return flx_array_mul(column, row);
}

/* Elements where a vector is asked for; as a column. */
static flx_array vector(flx_array x) { return x.rows == 1 ? flx_array_transpose(x) : x; }

flx_array flx_array_diagonal_matrix(flx_array x)
{
    const flx_array v = vector(x);
    const uint64_t n = v.rows;
    flx_block b = {.each = {OP_acc, 0, 0, 0}, .views = 2};
    int failed;
    flx_tape *t = flx_array_common(1, &v, OP_acc_map, &failed);
    if (failed || !t) return flx_array_none(t);
    if (v.cols != 1) return flx_array_fail(t, FLX_ESHAPE, OP_acc_map);
    b.view[0] = (flx_view){0, v.rows, 1, {(int64_t)n + 1, 0}};
    b.view[1] = flx_array_view(v);
    flx_addend place = {OP_acc_map, b};
    return flx_array_reshape(flx_array_emit_onto_zeros(t, 1, &place, n * n), n, n);
}

/* Whether size is n(n+1)/2, for an n whose matrix fits a tape. */
static int is_triangle(uint64_t size, uint32_t *n)
{
    *n = 0;
    while ((uint64_t)*n * (*n + 1) / 2 < size) ++*n;
    return (uint64_t)*n * (*n + 1) / 2 == size && *n <= UINT16_MAX;
}

flx_array flx_array_lower_triangle(flx_array x)
{
    const flx_array v = vector(x);
    const uint32_t size = v.rows;
    uint32_t n;
    flx_tape *t = v.first.tape;
    if (!t || t->head.error != FLX_OK) return flx_array_none(t);
    if (v.cols != 1 || !is_triangle(size, &n)) return flx_array_fail(t, FLX_ESHAPE, OP_acc_scatter);
    if (!flx_tape_reserve(t, (flx_need){size, 1, 0, 0, 0}, OP_input)) return flx_array_none(t);
    const uint32_t slot = flx_tape_emit(t, OP_input, INPUT_CONSTANT, size, 0, size);
    double *index = t->head.value + slot;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j <= i; j++) *index++ = (double)(i * n + j);
    const flx_array at = flx_array_run(t, slot, size, 1);
    return flx_array_reshape(flx_array_scatter_add(v, at, (size_t)n * n), n, n);
}
