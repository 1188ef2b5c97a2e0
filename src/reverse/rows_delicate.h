/* rows_delicate.h: whether an element of a map is at a delicate point of its operation, from the rows of
 * delicate.def, some elements at a time. */
#ifndef FLUXION_REVERSE_ROWS_DELICATE_H
#define FLUXION_REVERSE_ROWS_DELICATE_H

#include "ops/delicate.h"
#include "reverse/plane.h"

enum { FLX_PIECE = 64, FLX_OPERANDS = 3 };

/* Some elements of a row, from number j on: where they lie side by side, or in room. */
static inline const double *flx_piece_of(const flx_view *v, uint32_t i, uint32_t j, size_t n,
                                         const double *value, double room[FLX_PIECE])
{
    const double *from = value + flx_view_slot(v, i, j);
    if (v->stride[1] == 1) return from;
    for (size_t k = 0; k < n; k++) room[k] = from[(int64_t)k * v->stride[1]];
    return room;
}

/* Without leaving the loop, so that it is one of vectors. */
#define FLX_EACH_ELEMENT(points)                                                                   \
    do {                                                                                           \
        for (size_t k = 0; k < n; k++) found |= points;                                            \
        return found;                                                                              \
    } while (0)

/* What n elements x, y, z raise, as points_of in flags.c. */
static FLX_LOOP unsigned flx_piece_points(flx_instr in, const double *x, const double *y,
                                          const double *z, size_t n, int order)
{
    unsigned found = 0;
    switch (in.op) {
    case OP_div:
    case OP_divc:
    case OP_adiv: FLX_EACH_ELEMENT(flx_delicate_div(x[k], y[k]));
    case OP_cdiv: FLX_EACH_ELEMENT(flx_delicate_div(y[k], x[k]));
    case OP_dpowc: FLX_EACH_ELEMENT(flx_delicate_dpow(x[k], y[k], in.flags, 0, order, 0));
    case OP_dpow:
        FLX_EACH_ELEMENT(
            flx_delicate_dpow(x[k], y[k], in.flags % 256u, in.flags / 256u, order, order));
/* clang-format off */
#define DELICATE(name, points) case OP_##name: FLX_EACH_ELEMENT(flx_delicate_##name(x[k], order));
#define DELICATE2(name, points) case OP_##name: FLX_EACH_ELEMENT(flx_delicate_##name(x[k], y[k], order));
#define DELICATE3(name, points) case OP_##name: FLX_EACH_ELEMENT(flx_delicate_##name(x[k], y[k], z[k], order));
#define DELICATEN(name, points) case OP_d##name: FLX_EACH_ELEMENT(flx_delicate_d##name(x[k], (int)y[k], in.flags, order));
#include "ops/delicate.def"
#undef DELICATE
#undef DELICATE2
#undef DELICATE3
#undef DELICATEN
    /* clang-format on */
    default: return 0;
    }
}
#undef FLX_EACH_ELEMENT

/* Whether a map is at one, for derivatives of that order. */
static int flx_rows_delicate(const flx_code *c, const flx_block *b, const double *value, int order)
{
    const int immediate = flx_op_shape(b->each.op) == SHAPE_IMMEDIATE;
    double room[FLX_OPERANDS][FLX_PIECE];
    const double *at[FLX_OPERANDS] = {room[0], room[1], room[2]};
    for (size_t k = 0; k < FLX_PIECE; k++) room[1][k] = immediate ? c->imm[b->each.b] : 0.0;
    for (uint32_t i = 0; i < b->view[0].rows; i++) {
        for (uint32_t j = 0; j < b->view[0].cols; j += FLX_PIECE) {
            const uint32_t left = b->view[0].cols - j, n = left < FLX_PIECE ? left : FLX_PIECE;
            for (uint32_t k = 1; k < b->views; k++)
                at[k - 1] = flx_piece_of(&b->view[k], i, j, n, value, room[k - 1]);
            if (flx_piece_points(b->each, at[0], at[1], at[2], n, order)) return 1;
        }
    }
    return 0;
}

#endif
