/* array_scalars.c: see array_scalars.h. */
#include "array_scalars.h"

#include <float.h>
#include <math.h>

flx_var scalars_at(flx_array a, size_t i, size_t j)
{
    return flx_array_at(a, a.rows == 1 ? 0 : i, a.cols == 1 ? 0 : j);
}

void scalars_broadcast(size_t n, const flx_array *x, array_grid *z)
{
    z->rows = z->cols = 1;
    for (size_t k = 0; k < n; k++) {
        if (x[k].rows != 1) z->rows = x[k].rows;
        if (x[k].cols != 1) z->cols = x[k].cols;
    }
}

flx_var scalars_sum(size_t n, const flx_var *x)
{
    flx_var partial[16];
    for (size_t s = 0; s < 16; s++) partial[s] = flx_constant(0.0);
    for (size_t k = 0; k < n; k++) partial[k % 16] = flx_var_add(partial[k % 16], x[k]);
    for (size_t w = 8; w > 0; w /= 2)
        for (size_t s = 0; s < w; s++) partial[s] = flx_var_add(partial[s], partial[s + w]);
    return partial[0];
}

flx_var scalars_mean(size_t n, const flx_var *x)
{
    return flx_var_div_xc(scalars_sum(n, x), (double)n);
}

/* The second half multiplied to the first, over and over; what is left over goes to the first. */
flx_var scalars_prod(size_t n, const flx_var *x)
{
    flx_var p[ARRAY_GRID];
    for (size_t k = 0; k < n; k++) p[k] = x[k];
    for (; n > 1; n /= 2) {
        for (size_t k = 0; k < n / 2; k++) p[k] = flx_var_mul(p[k], p[n / 2 + k]);
        if (n % 2) p[0] = flx_var_mul(p[0], p[n - 1]);
    }
    return n ? p[0] : flx_constant(1.0);
}

/* The first of the largest elements of x times sign; NaN is larger than any. */
static size_t extreme(size_t n, const flx_var *x, double sign)
{
    size_t most = 0;
    for (size_t k = 1; k < n; k++) {
        const double a = sign * flx_peek(x[k]), b = sign * flx_peek(x[most]);
        if (a > b || (isnan(a) && !isnan(b))) most = k;
    }
    return most;
}

flx_var scalars_max(size_t n, const flx_var *x) { return x[extreme(n, x, 1.0)]; }
flx_var scalars_min(size_t n, const flx_var *x) { return x[extreme(n, x, -1.0)]; }

flx_var scalars_argmax(size_t n, const flx_var *x)
{
    return flx_constant((double)extreme(n, x, 1.0));
}

flx_var scalars_argmin(size_t n, const flx_var *x)
{
    return flx_constant((double)extreme(n, x, -1.0));
}

/* x as a plain number, not infinite. */
static double finite(flx_var x)
{
    const double value = flx_peek(x);
    return isinf(value) ? copysign(DBL_MAX, value) : value;
}

/* exp(x - largest) into e; returns the largest. */
static double exponentials(size_t n, const flx_var *x, flx_var *e)
{
    const double most = finite(scalars_max(n, x));
    for (size_t k = 0; k < n; k++) e[k] = flx_var_exp(flx_var_sub_xc(x[k], most));
    return most;
}

/* log(sum), -inf at 0, where it has no derivative as logsumexp has none of two such numbers. */
static flx_var log_of_nothing(flx_var sum)
{
    const flx_var nothing = flx_var_add_xc(sum, -(double)INFINITY);
    return flx_var_logsumexp(nothing, nothing);
}

flx_var scalars_logsumexp(size_t n, const flx_var *x)
{
    flx_var e[ARRAY_GRID];
    const double most = exponentials(n, x, e);
    const flx_var sum = scalars_sum(n, e);
    const flx_var log_sum = flx_peek(sum) == 0.0 ? log_of_nothing(sum) : flx_var_log(sum);
    return flx_var_add_xc(log_sum, most);
}

flx_var scalars_norm(size_t n, const flx_var *x)
{
    flx_var square[ARRAY_GRID];
    double scale = 0.0;
    for (size_t k = 0; k < n; k++) scale = fmax(scale, fabs(flx_peek(x[k])));
    for (size_t k = 0; k < n; k++) {
        const flx_var part = flx_var_div_xc(x[k], scale);
        square[k] = flx_var_mul(part, part);
    }
    return flx_var_mul_xc(flx_var_sqrt(scalars_sum(n, square)), scale);
}

/* Group number k along an axis: its elements, and how many. */
static size_t group(flx_array x, flx_axis axis, size_t k, flx_var *v)
{
    const size_t n = axis == FLX_ALL ? (size_t)x.rows * x.cols : axis == FLX_ROWS ? x.cols : x.rows;
    for (size_t e = 0; e < n; e++)
        v[e] = axis == FLX_ALL    ? flx_array_at(x, e / x.cols, e % x.cols)
               : axis == FLX_ROWS ? flx_array_at(x, k, e)
                                  : flx_array_at(x, e, k);
    return n;
}

static size_t groups(flx_array x, flx_axis axis)
{
    return axis == FLX_ALL ? 1 : axis == FLX_ROWS ? x.rows : x.cols;
}

/* The place of element e of group k in z, which has the whole shape. */
static flx_var *place(array_grid *z, flx_axis axis, size_t k, size_t e)
{
    return &z->v[axis == FLX_ALL ? e : axis == FLX_ROWS ? k * z->cols + e : e * z->cols + k];
}

void scalars_reduce(flx_array x, flx_axis axis, scalars_reducer *reduce, array_grid *z)
{
    flx_var v[ARRAY_GRID];
    z->rows = axis == FLX_ROWS ? x.rows : 1;
    z->cols = axis == FLX_COLS ? x.cols : 1;
    for (size_t k = 0; k < groups(x, axis); k++) {
        const size_t n = group(x, axis, k, v);
        z->v[k] = reduce(n, v);
    }
}

void scalars_softmax(flx_array x, flx_axis axis, array_grid *z)
{
    flx_var v[ARRAY_GRID], e[ARRAY_GRID];
    z->rows = x.rows;
    z->cols = x.cols;
    for (size_t k = 0; k < groups(x, axis); k++) {
        const size_t n = group(x, axis, k, v);
        exponentials(n, v, e);
        const flx_var sum = scalars_sum(n, e);
        for (size_t j = 0; j < n; j++) *place(z, axis, k, j) = flx_var_div(e[j], sum);
    }
}

void scalars_cumsum(flx_array x, flx_axis axis, array_grid *z)
{
    flx_var v[ARRAY_GRID];
    z->rows = x.rows;
    z->cols = x.cols;
    for (size_t k = 0; k < groups(x, axis); k++) {
        const size_t n = group(x, axis, k, v);
        for (size_t j = 0; j < n; j++) {
            if (j > 0) v[j] = flx_var_add(v[j - 1], v[j]);
            *place(z, axis, k, j) = v[j];
        }
    }
}

void scalars_matmul(flx_array x, flx_array y, array_grid *z)
{
    z->rows = x.rows;
    z->cols = y.cols;
    for (size_t i = 0; i < z->rows; i++) {
        for (size_t j = 0; j < z->cols; j++) {
            flx_var sum = flx_constant(0.0);
            for (size_t l = 0; l < x.cols; l++)
                sum = flx_var_add(sum, flx_var_mul(flx_array_at(x, i, l), flx_array_at(y, l, j)));
            z->v[i * z->cols + j] = sum;
        }
    }
}
