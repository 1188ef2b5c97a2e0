/* array_reduce.c: reductions of arrays. */
#include <float.h>

#include <fluxion/array_math.h>

#include "reverse/array.h"
#include "reverse/lanes.h"

/* The shape of what a reduction leaves. */
static void reduced_shape(flx_array x, flx_axis axis, uint32_t *rows, uint32_t *cols)
{
    *rows = axis == FLX_ROWS ? x.rows : 1;
    *cols = axis == FLX_COLS ? x.cols : 1;
}

/* A new run of that shape as a target that broadcasts to the shape of x. */
static flx_view reducing_view(flx_array x, flx_axis axis, uint64_t *slots)
{
    uint32_t rows, cols;
    reduced_shape(x, axis, &rows, &cols);
    *slots = (uint64_t)rows * cols;
    return (flx_view){0, x.rows, x.cols, {axis == FLX_ROWS ? 1 : 0, axis == FLX_COLS ? 1 : 0}};
}

/* The result in its own shape. */
static flx_array reduced(flx_array result, flx_array x, flx_axis axis)
{
    uint32_t rows, cols;
    reduced_shape(x, axis, &rows, &cols);
    if (result.rows != x.rows || result.cols != x.cols) return result; /* the tape has failed */
    return (flx_array){result.first, rows, cols, cols, 1};
}

/* Records a reduction of n factors of one shape. Constants get slots. */
static flx_array reduce(unsigned op, flx_instr each, size_t n, const flx_array *x, flx_axis axis)
{
    flx_block b = {.each = each, .views = (uint16_t)(n + 1)};
    int failed;
    uint64_t slots;
    flx_tape *t = flx_array_common(n, x, op, &failed);
    if (failed) return flx_array_none(t);
    if (!flx_is_axis(axis)) return flx_array_fail(t, FLX_EARG, op);
    for (size_t k = 0; k < n; k++)
        if (!flx_array_operand(t, x[k], op, &b.view[k + 1])) return flx_array_none(t);
    b.view[0] = reducing_view(x[0], axis, &slots);
    return reduced(flx_array_emit(t, op, &b, slots), x[0], axis);
}

/* The sum of n equal numbers, in the order of other sums: the first partial sums have one more. An empty
 * array of NaN is one that has failed (flx_array_none). */
static double sum_of_equal(double number, uint64_t n)
{
    double partial[FLX_PARTIAL_SUMS] = {0.0}, sum = 0.0;
    if (n == 0 && number != number) return number;
    for (uint64_t k = 0; k < n / FLX_PARTIAL_SUMS; k++) sum += number;
    for (uint64_t s = 0; s < FLX_PARTIAL_SUMS; s++)
        partial[s] = s < n % FLX_PARTIAL_SUMS ? sum + number : sum;
    for (int width = FLX_PARTIAL_SUMS / 2; width > 0; width /= 2)
        for (int k = 0; k < width; k++) partial[k] += partial[k + width];
    return partial[0];
}

/* The number of elements that a reduction takes together. */
static uint64_t taken_together(flx_array x, flx_axis axis)
{
    return (uint64_t)(axis == FLX_COLS ? 1 : x.cols) * (axis == FLX_ROWS ? 1 : x.rows);
}

/* Whether there are none of them. */
static int is_void(flx_array x, flx_axis axis) { return taken_together(x, axis) == 0; }

static flx_array constant_sum(flx_array x, flx_axis axis)
{
    uint32_t rows, cols;
    if (!flx_is_axis(axis)) return flx_array_none(NULL);
    reduced_shape(x, axis, &rows, &cols);
    const double sum = sum_of_equal(x.first.u.constant, taken_together(x, axis));
    return (flx_array){flx_constant(sum), rows, cols, 0, 0};
}

flx_array flx_array_sum(flx_array x, flx_axis axis)
{
    if (!x.first.tape) return constant_sum(x, axis);
    return reduce(OP_sum, (flx_instr){OP_acc, 0, 0, 0}, 1, &x, axis);
}

flx_array flx_array_mean(flx_array x, flx_axis axis)
{
    const double n = (double)taken_together(x, axis);
    if (n == 0.0) return flx_array_fail(x.first.tape, FLX_ESHAPE, OP_sum);
    return flx_array_div(flx_array_sum(x, axis), flx_array_number(n));
}

flx_array flx_array_dot_along(flx_array x, flx_array y, flx_axis axis)
{
    const flx_array both[2] = {x, y};
    flx_tape *t = x.first.tape ? x.first.tape : y.first.tape;
    if (x.rows != y.rows || x.cols != y.cols) return flx_array_fail(t, FLX_ESHAPE, OP_sum);
    if (!t) {
        const double product = x.first.u.constant * y.first.u.constant;
        return flx_array_sum((flx_array){flx_constant(product), x.rows, x.cols, 0, 0}, axis);
    }
    return reduce(OP_sum, (flx_instr){OP_acc_mul, FLAG_NEITHER, 0, 0}, 2, both, axis);
}

flx_var flx_array_dot(flx_array x, flx_array y) { return flx_array_dot_along(x, y, FLX_ALL).first; }

/* The two halves of the rows multiplied, over and over; a row left over waits. */
static flx_array prod_of_rows(flx_array x)
{
    while (x.rows > 1) {
        const uint32_t half = x.rows / 2;
        const flx_array low = flx_array_slice(x, 0, 0, half, x.cols, 1, 1);
        const flx_array high = flx_array_slice(x, half, 0, half, x.cols, 1, 1);
        flx_array product = flx_array_mul(low, high);
        if (product.rows != half) return product; /* the tape has failed */
        if (x.rows % 2) {
            const flx_array rest = flx_array_row(x, x.rows - 1);
            const flx_array first = flx_array_mul(flx_array_row(product, 0), rest);
            if (half == 1) return first;
            const flx_array others = flx_array_slice(product, 1, 0, half - 1, x.cols, 1, 1);
            const flx_array parts[2] = {first, others};
            product = flx_array_stack(2, parts);
        }
        x = product;
    }
    return x;
}

/* The same product of n equal numbers; of none as in sum_of_equal. */
static double product_of_equal(double number, uint64_t n)
{
    double first = number, others = number;
    if (n == 0) return number != number ? number : 1.0;
    for (; n > 1; n /= 2) {
        first *= others;
        if (n % 2) first *= others;
        others *= others;
    }
    return first;
}

static flx_array recorded_product(flx_array x, flx_axis axis)
{
    if (axis == FLX_ALL) x = flx_array_reshape(x, (size_t)x.rows * x.cols, 1);
    if (axis == FLX_ROWS) return flx_array_transpose(prod_of_rows(flx_array_transpose(x)));
    return prod_of_rows(x);
}

flx_array flx_array_prod(flx_array x, flx_axis axis)
{
    uint32_t rows, cols;
    int failed;
    reduced_shape(x, axis, &rows, &cols);
    flx_tape *t = flx_array_common(1, &x, OP_mul, &failed);
    if (failed) return flx_array_none(t);
    if (!flx_is_axis(axis)) return flx_array_fail(t, FLX_EARG, OP_mul);
    if (t && !is_void(x, axis)) return recorded_product(x, axis);
    const double number = t ? 1.0 : x.first.u.constant;
    const double product = product_of_equal(number, taken_together(x, axis));
    return (flx_array){flx_constant(product), rows, cols, 0, 0};
}

static flx_array extreme_index(unsigned op, flx_array x, flx_axis axis)
{
    uint32_t rows, cols;
    reduced_shape(x, axis, &rows, &cols);
    if (is_void(x, axis)) return flx_array_fail(x.first.tape, FLX_ESHAPE, op);
    if (!x.first.tape && !flx_is_axis(axis)) return flx_array_none(NULL);
    if (!x.first.tape) return (flx_array){flx_constant(0.0), rows, cols, 0, 0};
    return reduce(op, (flx_instr){OP_copy, 0, 0, 0}, 1, &x, axis);
}

flx_array flx_array_argmax(flx_array x, flx_axis axis) { return extreme_index(OP_argmax, x, axis); }

flx_array flx_array_argmin(flx_array x, flx_axis axis) { return extreme_index(OP_argmin, x, axis); }

flx_array flx_array_max(flx_array x, flx_axis axis)
{
    return flx_array_take(x, flx_array_argmax(x, axis), axis);
}

flx_array flx_array_min(flx_array x, flx_axis axis)
{
    return flx_array_take(x, flx_array_argmin(x, axis), axis);
}

/* The largest elements as plain numbers, finite, so that to take them out leaves no inf - inf. */
static flx_array finite_largest(flx_array x, flx_axis axis)
{
    const flx_array most = flx_array_detach(flx_array_max(x, axis));
    return flx_array_clamp(most, flx_array_number(-DBL_MAX), flx_array_number(DBL_MAX));
}

flx_array flx_array_logsumexp_along(flx_array x, flx_axis axis)
{
    const flx_array most = finite_largest(x, axis);
    const flx_array sum = flx_array_sum(flx_array_exp(flx_array_sub_plain(x, most)), axis);
    return flx_array_add(flx_lanes_logsum(sum), most);
}

flx_array flx_array_softmax(flx_array x, flx_axis axis)
{
    const flx_array e = flx_array_exp(flx_array_sub_plain(x, finite_largest(x, axis)));
    return flx_array_div(e, flx_array_sum(e, axis));
}

/* The largest absolute value is taken out, a plain number, so that squares are about 1; not beyond
 * 2^900 nor below 2^-900, so that its products stay in the range too. The root at 0 has no derivative:
 * there the largest absolute value itself is the norm, with fabs's derivative 0 and its kink. */
flx_array flx_array_norm_along(flx_array x, flx_axis axis)
{
    if (is_void(x, axis)) return flx_array_sum(x, axis);
    const flx_array most = flx_array_max(flx_array_fabs(x), axis);
    const flx_array scale = flx_array_clamp(flx_array_detach(most), flx_array_number(0x1p-900),
                                            flx_array_number(0x1p900));
    const flx_array scaled = flx_array_div(x, scale);
    const flx_array squares = flx_array_dot_along(scaled, scaled, axis);
    /* sqrt is asked for its derivative only where it has one. */
    const flx_array root =
        flx_array_sqrt(flx_array_select(squares, squares, flx_array_number(1.0)));
    return flx_array_select(squares, flx_array_mul(root, scale), most);
}

flx_var flx_array_norm(flx_array x) { return flx_array_norm_along(x, FLX_ALL).first; }
