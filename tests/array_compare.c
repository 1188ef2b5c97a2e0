/* array_compare.c: see array_compare.h. */
#include "array_compare.h"

#include <math.h>

flx_array array_pool(flx_tape *t, size_t rows, size_t cols, double shift)
{
    double x[ARRAY_GRID];
    if (rows * cols > ARRAY_GRID) rows = 0;
    for (size_t k = 0; k < rows * cols; k++)
        x[k] = shift + 0.15 + 0.7 * fmod(0.618033988749895 * (double)(k + 1), 1.0);
    return flx_array_variable(t, rows, cols, x);
}

flx_array array_view(flx_array pool, array_kind kind, size_t rows, size_t cols, size_t which)
{
    const size_t step = which + 2 * rows <= pool.rows ? 2 : 1;
    flx_array v;
    switch (kind) {
    case ARRAY_TRANSPOSED:
        return flx_array_transpose(flx_array_slice(pool, which, 0, cols, rows, 1, 1));
    case ARRAY_STRIDED: return flx_array_slice(pool, which, which, rows, cols, step, 1);
    case ARRAY_ALIASED: return flx_array_slice(pool, 0, 0, rows, cols, 1, 1);
    case ARRAY_REPEATED_ROW:
        v = flx_array_slice(pool, which, 0, 1, cols, 1, 1);
        v.rows = (uint32_t)rows;
        v.row_stride = 0;
        return v;
    case ARRAY_REPEATED_COL:
        v = flx_array_slice(pool, 0, which, rows, 1, 1, 1);
        v.cols = (uint32_t)cols;
        v.col_stride = 0;
        return v;
    case ARRAY_COMPUTED:
        return flx_array_square(flx_array_slice(pool, which, which, rows, cols, 1, 1));
    default: return flx_array_slice(pool, which, which, rows, cols, 1, 1);
    }
}

const char *array_differs(flx_tape *t, flx_array pool, const flx_array *x, array_form *native,
                          array_scalar_form *scalar, array_choice choice, double slack)
{
    static array_outcome arrays, scalars; /* tests run one at a time */
    static char text[512];
    array_grid inputs, z;
    array_elements(pool, &inputs);
    const size_t n = inputs.rows * inputs.cols;
    const flx_mark mark = flx_tape_mark(t);
    array_elements(native(x), &z);
    const size_t rows = z.rows, cols = z.cols;
    array_run(t, n, inputs.v, &z, choice, &arrays);
    flx_tape_rewind(t, mark);
    scalar(x, &z);
    if (z.rows != rows || z.cols != cols) return "another shape";
    array_run(t, n, inputs.v, &z, choice, &scalars);
    flx_tape_rewind(t, mark);
    return array_same(&arrays, &scalars, slack, text, sizeof text) ? NULL : text;
}
