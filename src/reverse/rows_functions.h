/* rows_functions.h: elementary functions of rows of doubles, by SLEEF where the including file's instruction
 * set has it (many_functions.h). An element has the same bits wherever it lies: the last ones of a row are
 * padded to a full register. */
#ifndef FLUXION_REVERSE_ROWS_FUNCTIONS_H
#define FLUXION_REVERSE_ROWS_FUNCTIONS_H

#define FLX_MANY FLX_REGISTER /* registers that are passed to functions in registers */
#include "reverse/many_functions.h"

#ifdef FLX_SLEEF

/* Elements j, j + 1, ... of a row, of which n are real. */
static FLX_UNFOLD flx_many flx_many_of_row(const flx_view *v, uint32_t i, uint32_t j, uint32_t n,
                                           const double *value)
{
    const double *from = value + flx_view_slot(v, i, j);
    double room[FLX_WIDTH];
    if (v->stride[1] == 0) return flx_many_constant(*from);
    if (v->stride[1] == 1 && n == FLX_WIDTH) return flx_many_from(from);
    for (uint32_t k = 0; k < FLX_WIDTH; k++)
        room[k] = from[(int64_t)(k < n ? k : n - 1) * v->stride[1]];
    return flx_many_from(room);
}

/* What an operation of sleef.def makes of x and y, or of x and c. */
static FLX_UNFOLD flx_many flx_many_of_function(unsigned op, unsigned order, double c, flx_many x,
                                                flx_many y)
{
    switch (op) {
    case OP_dpowc: return flx_many_dpowc(x, c, order);
    case OP_dpow:
        return flx_many_dpow(x, y, order % 256u, order / 256u);
/* clang-format off */
#define SLEEF(name, function, accuracy, low, high) case OP_##name: return flx_many_##name(x);
#define SLEEF_SIZE SLEEF
#define SLEEF_PART(name, function, part, accuracy, low, high) case OP_##name: return flx_many_##name(x);
#define SLEEF2(name, function, accuracy, low, high) case OP_##name: return flx_many_##name(x, y);
#define SLEEF_WITHIN(name) case OP_##name: return flx_many_##name(x);
#define SLEEF2_WITHIN(name) case OP_##name: return flx_many_##name(x, y);
#include "reverse/sleef.def"
    /* clang-format on */
    default: return x;
    }
}

static FLX_UNFOLD void flx_rows_of_function(unsigned op, const flx_code *c, const flx_block *b,
                                            double *value)
{
    const flx_view *t = &b->view[0], *x = &b->view[1], *y = &b->view[b->views - 1];
    const double imm = flx_op_shape(op) == SHAPE_IMMEDIATE ? c->imm[b->each.b] : 0.0;
    for (uint32_t i = 0; i < t->rows; i++) {
        for (uint32_t j = 0; j < t->cols; j += FLX_WIDTH) {
            const uint32_t left = t->cols - j, n = left < FLX_WIDTH ? left : FLX_WIDTH;
            double *to = value + flx_view_slot(t, i, j), room[FLX_WIDTH];
            const flx_many z =
                flx_many_of_function(op, b->each.flags, imm, flx_many_of_row(x, i, j, n, value),
                                     flx_many_of_row(y, i, j, n, value));
            if (n == FLX_WIDTH) {
                flx_many_to(to, z);
                continue;
            }
            flx_many_to(room, z);
            memcpy(to, room, n * sizeof *to);
        }
    }
}

/* Of a block that is flat. Returns 0 where the operation is another one. */
static FLX_LOOP int flx_rows_functions(const flx_code *c, const flx_block *b,
                                       flx_double_plane value)
{
    if (!flx_op_is_inexact(b->each.op)) return 0;
    if (b->each.op == OP_exp) flx_rows_of_function(OP_exp, c, b, value.v);
    else flx_rows_of_function(b->each.op, c, b, value.v);
    return 1;
}

#else

static int flx_rows_functions(const flx_code *c, const flx_block *b, flx_double_plane value)
{
    (void)c, (void)b, (void)value;
    return 0;
}

#endif
#endif
