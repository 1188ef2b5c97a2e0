/* many_delicate.h: which of some points are at an operation's delicate points, from the rows of
 * delicate.def. */
#ifndef FLUXION_PROGRAM_MANY_DELICATE_H
#define FLUXION_PROGRAM_MANY_DELICATE_H

#include "ops/delicate.h"
#include "reverse/many.h"

/* At each point; without leaving the loop, so that it is one of vectors. */
#define FLX_EACH_POINT(points)                                                                     \
    do {                                                                                           \
        for (int l = 0; l < FLX_WIDTH; l++) found[l] |= points;                                    \
        return;                                                                                    \
    } while (0)

/* Of an instruction with scalar operands: as points_of in reverse/flags.c. */
static void flx_many_points_of(const flx_code *c, flx_instr in, const flx_many *value, int order,
                               unsigned found[FLX_WIDTH])
{
    const flx_shape shape = flx_op_shape(in.op);
    const flx_many second = shape == SHAPE_IMMEDIATE ? flx_many_constant(c->imm[in.b])
                            : shape == SHAPE_BINARY  ? value[in.b]
                            : shape == SHAPE_TRIPLE  ? value[c->word[in.b]]
                                                     : flx_many_constant(0.0);
    const flx_many third =
        shape == SHAPE_TRIPLE ? value[c->word[in.b + 1]] : flx_many_constant(0.0);
    double x[FLX_WIDTH], y[FLX_WIDTH], z[FLX_WIDTH];
    flx_many_to(x, value[in.a]);
    flx_many_to(y, second);
    flx_many_to(z, third);
    switch (in.op) {
    case OP_div:
    case OP_divc:
    case OP_adiv: FLX_EACH_POINT(flx_delicate_div(x[l], y[l]));
    case OP_cdiv: FLX_EACH_POINT(flx_delicate_div(y[l], x[l]));
    case OP_dpowc: FLX_EACH_POINT(flx_delicate_dpow(x[l], y[l], in.flags, 0, order, 0));
    case OP_dpow:
        FLX_EACH_POINT(
            flx_delicate_dpow(x[l], y[l], in.flags % 256u, in.flags / 256u, order, order));
/* clang-format off */
#define DELICATE(name, points) case OP_##name: FLX_EACH_POINT(flx_delicate_##name(x[l], order));
#define DELICATE2(name, points) case OP_##name: FLX_EACH_POINT(flx_delicate_##name(x[l], y[l], order));
#define DELICATE3(name, points) case OP_##name: FLX_EACH_POINT(flx_delicate_##name(x[l], y[l], z[l], order));
#define DELICATEN(name, points) case OP_d##name: FLX_EACH_POINT(flx_delicate_d##name(x[l], (int)y[l], in.flags, order));
#include "ops/delicate.def"
#undef DELICATE
#undef DELICATE2
#undef DELICATE3
#undef DELICATEN
    /* clang-format on */
    default: return;
    }
}
#undef FLX_EACH_POINT

/* Of indices. */
static inline void flx_many_find_astray(const flx_block *b, unsigned op, const flx_many *value,
                                        unsigned found[FLX_WIDTH])
{
    const flx_view *index = &b->view[2];
    const uint32_t rows = b->view[flx_op_indexes(op)].rows;
    double at[FLX_WIDTH];
    for (uint32_t i = 0; i < index->rows; i++) {
        for (uint32_t j = 0; j < index->cols && (j == 0 || index->stride[1]); j++) {
            flx_many_to(at, value[flx_view_slot(index, i, j)]);
            for (int l = 0; l < FLX_WIDTH; l++) found[l] |= flx_index(at[l], rows) == rows;
        }
    }
}

/* As flx_at_delicate_point, at every point: adds what is found there. */
static inline void flx_many_find_delicate(const flx_code *c, const flx_instr *in,
                                          const flx_many *value, int order,
                                          unsigned found[FLX_WIDTH])
{
    if (!flx_op_is_array(in->op)) {
        flx_many_points_of(c, *in, value, order, found);
        return;
    }
    const flx_block *b = &c->block[in->a];
    uint32_t word[2] = {0, 0};
    if (in->op == OP_loop) {
        double suspicious[FLX_WIDTH];
        flx_many_to(suspicious, value[flx_loop_at(flx_loop_of(c, b), b).suspicious]);
        for (int l = 0; l < FLX_WIDTH; l++) found[l] |= suspicious[l] != 0.0;
        return;
    }
    if (flx_op_is_indexed(in->op)) {
        flx_many_find_astray(b, in->op, value, found);
        return;
    }
    const flx_code local = flx_code_of_elements(c, word);
    for (uint32_t i = 0; i < b->view[0].rows; i++)
        for (uint32_t j = 0; j < b->view[0].cols; j++)
            flx_many_points_of(&local, flx_element(b, i, j, word), value, order, found);
}

#endif
