/* block.c: see block.h. */
#include "reverse/loop.h"

const char *flx_instr_name(const flx_code *c, const flx_instr *in)
{
    if (in->op == OP_sum) return c->block[in->a].each.op == OP_acc_mul ? "dot" : "sum";
    if (in->op == OP_loop) return flx_loop_name(flx_loop_of(c, &c->block[in->a]));
    const flx_block *b = in->op == OP_map ? &c->block[in->a] : NULL;
    const int renamed = b && flx_op_shape(b->each.op) == SHAPE_BINARY && b->each.b;
    return flx_op_name(renamed ? b->each.b : flx_instr_elementary(c, in));
}

uint32_t flx_view_distinct(const flx_view *v)
{
    return (flx_view_is_tall(v) ? 1 : v->rows) * (flx_view_is_wide(v) ? 1 : v->cols);
}

flx_view flx_view_compact(const flx_view *v, uint32_t slot)
{
    const int tall = flx_view_is_tall(v), wide = flx_view_is_wide(v);
    return (flx_view){slot, v->rows, v->cols, {tall ? 0 : wide ? 1 : v->cols, wide ? 0 : 1}};
}

/* Whether all elements are as far from each other as those of a row. */
static int is_one_row(const flx_block *b)
{
    uint32_t k = 0;
    while (k < b->views && b->view[k].stride[0] == b->view[k].stride[1] * b->view[k].cols) k++;
    return k == b->views;
}

const flx_block *flx_block_flat(const flx_block *b, flx_block *room)
{
    const int one_column = b->view[0].cols == 1;
    if (b->view[0].rows <= 1 || (!one_column && !is_one_row(b))) return b;
    *room = *b;
    for (uint32_t k = 0; k < b->views; k++) {
        flx_view *v = &room->view[k];
        if (one_column) *v = flx_view_transposed(*v);
        else *v = (flx_view){v->slot, 1, flx_view_size(v), {v->stride[0], v->stride[1]}};
    }
    return room;
}

flx_block flx_block_strip(const flx_block *b, uint32_t at, uint32_t count)
{
    flx_block room, strip = *flx_block_flat(b, &room);
    const uint32_t cols = strip.view[0].cols;
    for (uint32_t k = 0; k < strip.views; k++) {
        flx_view *v = &strip.view[k];
        if (!(strip.local >> k & 1)) v->slot = flx_view_slot(v, at / cols, at % cols);
        if (v->rows <= 1) v->cols = count;
        else v->rows = count / cols;
    }
    return strip;
}

unsigned flx_block_active(unsigned op, const flx_block *b)
{
    const unsigned each = flx_op_activity[b->each.op];
    if (!(flx_op_activity[op] & ACTIVE_VIEWS)) return 0;
    if (op == OP_matmul || op == OP_acc_matmul || op == OP_trsolve) return 1u << 1 | 1u << 2;
    if (op == OP_loop) return 1u << 1 | 1u << 2 | 1u << 3;
    if (!flx_op_has_elements(op)) return 1u << 1;
    if (op == OP_map) {
        const unsigned first = each & ACTIVE_A ? 1u << 1 : 0u;
        const unsigned second = each & (ACTIVE_B | ACTIVE_W0) ? 1u << 2 : 0u;
        return first | second | (each & ACTIVE_W1 ? 1u << 3 : 0u);
    }
    return (each & (ACTIVE_B | ACTIVE_W0) ? 1u << 1 : 0u) | (each & ACTIVE_W1 ? 1u << 2 : 0u);
}

unsigned flx_block_accumulating(unsigned op)
{
    switch (op) {
    case OP_sum: return OP_acc_map;
    case OP_matmul: return OP_acc_matmul;
    case OP_gather: return OP_acc_gather;
    case OP_cumsum: return OP_acc_cumsum;
    default: return op;
    }
}

/* From the last column to the first. */
static flx_view reversed(flx_view v)
{
    if (v.cols == 0) return v;
    v.slot = flx_view_slot(&v, 0, v.cols - 1);
    v.stride[1] = -v.stride[1];
    return v;
}

int flx_block_is_square(unsigned op, const flx_block *b)
{
    const flx_view *v = &b->view[1], *w = &b->view[2];
    if (op != OP_sum || b->each.op != OP_acc_mul || b->each.flags != FLAG_NEITHER) return 0;
    return v->slot == w->slot && v->stride[0] == w->stride[0] && v->stride[1] == w->stride[1]
           && !flx_view_is_tall(v) && !flx_view_is_wide(v);
}

unsigned flx_block_turn(unsigned op, flx_block *b)
{
    const flx_view target = b->view[0];
    op = flx_block_accumulating(op);
    b->view[0] = b->view[1];
    b->view[1] = target;
    /* An adjoint's zero hides. */
    if (b->each.op == OP_acc_mul || b->each.op == OP_acc_msub || b->each.op == OP_copy)
        b->each.flags &= FLAG_EITHER;
    if (op == OP_acc_matmul) b->view[2] = flx_view_transposed(b->view[2]);
    if (op == OP_acc_cumsum)
        for (int k = 0; k < 2; k++) b->view[k] = reversed(b->view[k]);
    if (op == OP_acc_gather) return OP_acc_scatter;
    return op == OP_acc_scatter ? OP_acc_gather : op;
}

void flx_block_exchange(unsigned op, flx_block *b)
{
    const flx_view first = b->view[1];
    b->view[1] = b->view[2];
    b->view[2] = first;
    if (!(b->each.flags & FLAG_NEITHER)) b->each.flags = FLAG_EITHER;
    if (op != OP_matmul && op != OP_acc_matmul) return;
    for (int k = 0; k < 3; k++) b->view[k] = flx_view_transposed(b->view[k]);
}
