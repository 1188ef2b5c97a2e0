/* ht_record.c: the distances recorded, with 4 x 4 matrices as arrays; see ht_hand.h. The vertices
 * are one product of matrices: with row v of a matrix D holding weight_vb*base_v for all bones b,
 * side by side, and S the transposed transforms, one below the other, they are D*S. */
#include <stdlib.h>

#include <fluxion/generic.h>

#include "ht_hand.h"

/* What is on the tape. */
typedef struct hand {
    flx_tape *tape;
    const ht_data *data;
    flx_var theta[HT_THETA];
    flx_array *absolute, *transposed; /* of each bone: 4 x 4, 4 x 3 */
} hand;

/* A*Rz(z)*Rx(x) of bone b, which is number `joint` of its finger; A where joint is 0. */
static flx_array relative(const hand *h, size_t b, size_t joint)
{
    const flx_array fixed = flx_array_constant(h->tape, 4, 4, h->data->relative + 16 * b);
    if (joint == 0) return fixed;
    const flx_var *angle = h->theta + 6 + 4 * ((b - joint) / 4);
    const flx_var nil = flx_constant(0.0), one = flx_constant(1.0);
    const flx_var x = angle[joint == 1 ? 0 : joint], z = joint == 1 ? angle[1] : nil;
    const flx_var cx = flx_cos(x), sx = flx_sin(x), cz = flx_cos(z), sz = flx_sin(z);
    const flx_var turn[16] = {cz,
                              flx_neg(flx_mul(sz, cx)),
                              flx_mul(sz, sx),
                              nil,
                              sz,
                              flx_mul(cz, cx),
                              flx_neg(flx_mul(cz, sx)),
                              nil,
                              nil,
                              sx,
                              cx,
                              nil,
                              nil,
                              nil,
                              nil,
                              one};
    return flx_array_matmul(fixed, flx_array_pack(h->tape, 4, 4, turn));
}

/* S: 4*bones x 3. */
static flx_array transforms(hand *h)
{
    const ht_data *data = h->data;
    for (size_t b = 0; b < data->bones; b++) {
        const size_t joint = b > 0 && b < HT_LEAST_BONES ? (b - 1) % 4 : 0;
        const flx_array turned = relative(h, b, joint);
        const flx_array inverse = flx_array_constant(h->tape, 4, 4, data->inverse + 16 * b);
        h->absolute[b] = data->parent[b] < 0.0
                             ? turned
                             : flx_array_matmul(h->absolute[(size_t)data->parent[b]], turned);
        const flx_array affine = flx_array_slice(h->absolute[b], 0, 0, 3, 4, 1, 1);
        h->transposed[b] = flx_array_transpose(flx_array_matmul(affine, inverse));
    }
    return flx_array_stack(data->bones, h->transposed);
}

/* D: one row for each corner of each point, first corners first. */
static flx_array weighted_bases(const hand *h)
{
    const ht_data *data = h->data;
    const size_t rows = ht_corners(data) * data->points, cols = 4 * data->bones;
    double *values = gb_block(rows * cols), *at = values;
    for (size_t row = 0; row < rows; row++) {
        const size_t v = ht_corner(data, row % data->points, row / data->points);
        for (size_t c = 0; c < cols; c++)
            *at++ = data->weight[v * data->bones + c / 4] * data->base[4 * v + c % 4];
    }
    const flx_array d = flx_array_constant(h->tape, rows, cols, values);
    free(values);
    return d;
}

/* The rotation of the whole hand, transposed; none below an angle of 1e-4. */
static flx_array rotation(const hand *h)
{
    const double unit[9] = {1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0};
    const flx_array eye = flx_array_constant(h->tape, 3, 3, unit);
    flx_var squares = flx_constant(0.0);
    for (size_t k = 0; k < 3; k++) squares = flx_add(squares, flx_square(h->theta[k]));
    if (flx_lt(squares, 1e-4 * 1e-4)) return eye;
    const flx_var norm = flx_sqrt(squares), c = flx_cos(norm), s = flx_sin(norm);
    const flx_array axis =
        flx_array_div(flx_array_pack(h->tape, 3, 1, h->theta), flx_array_scalar(norm));
    const flx_var x = flx_array_at(axis, 0, 0), y = flx_array_at(axis, 1, 0);
    const flx_var z = flx_array_at(axis, 2, 0), nil = flx_constant(0.0);
    const flx_var cross[9] = {nil, z, flx_neg(y), flx_neg(z), nil, x, y, flx_neg(x), nil};
    const flx_array outer = flx_array_outer(axis, axis);
    const flx_array along = flx_array_mul(outer, flx_array_scalar(flx_sub(1.0, c)));
    const flx_array turned = flx_array_axpy(s, flx_array_pack(h->tape, 3, 3, cross), along);
    return flx_array_axpy(c, eye, turned);
}

/* Where the points should be, before the hand moves: points x 3. u: points x 2, if there is one. */
static flx_array places(hand *h, flx_array u)
{
    const size_t n = h->data->points;
    flx_array at = flx_array_matmul(weighted_bases(h), transforms(h)), corner[3];
    if (h->data->u) {
        for (size_t k = 0; k < 3; k++) corner[k] = flx_array_slice(at, k * n, 0, n, 3, 1, 1);
        const flx_array one = flx_array_scalar(flx_constant(1.0));
        const flx_array u0 = flx_array_col(u, 0), u1 = flx_array_col(u, 1);
        const flx_array u2 = flx_array_sub(flx_array_sub(one, u0), u1);
        at = flx_array_mul(u0, corner[0]);
        at = flx_array_add(at, flx_array_mul(u1, corner[1]));
        at = flx_array_add(at, flx_array_mul(u2, corner[2]));
    }
    const double mirror[3] = {-1.0, 1.0, 1.0};
    if (!h->data->mirrored) return at;
    return flx_array_mul(at, flx_array_constant(h->tape, 1, 3, mirror));
}

static flx_array distances(hand *h, flx_array u)
{
    const flx_array moved = flx_array_matmul(places(h, u), rotation(h));
    const flx_array translation = flx_array_pack(h->tape, 1, 3, h->theta + 3);
    const flx_array measured = flx_array_constant(h->tape, h->data->points, 3, h->data->measured);
    return flx_array_sub(measured, flx_array_add(moved, translation));
}

/* Scratch: room for inputs and outputs. */
static flx_status record(hand *h, flx_var *scratch, flx_program **f)
{
    const size_t outputs = 3 * h->data->points, us = h->data->u ? 2 * h->data->points : 0;
    flx_var *input = scratch, *output = scratch + HT_THETA + us;
    for (size_t k = 0; k < HT_THETA; k++)
        input[k] = h->theta[k] = flx_variable(h->tape, h->data->theta[k]);
    const flx_array u = flx_array_variable(h->tape, us / 2, 2, h->data->u);
    for (size_t k = 0; k < us; k++) input[HT_THETA + k] = flx_array_at(u, k / 2, k % 2);
    const flx_array result = distances(h, u);
    for (size_t k = 0; k < outputs; k++) output[k] = flx_array_at(result, k / 3, k % 3);
    return flx_freeze(h->tape, HT_THETA + us, input, outputs, output, FLX_REFUSE_READS, f, NULL);
}

flx_status ht_record(gb_program *p, const ht_data *data)
{
    hand h = {.data = data};
    flx_var *scratch = calloc(HT_THETA + 5 * data->points, sizeof *scratch);
    h.absolute = calloc(2 * data->bones, sizeof *h.absolute);
    flx_status status = scratch && h.absolute ? flx_tape_create(NULL, &h.tape) : FLX_ENOMEM;
    if (status == FLX_OK) {
        h.transposed = h.absolute + data->bones;
        status = record(&h, scratch, &p->f);
    }
    if (status == FLX_OK) status = flx_work_create(p->f, FLX_WORK_FIRST, 0, &p->w);
    flx_tape_destroy(h.tape);
    free(h.absolute);
    free(scratch);
    return status;
}
