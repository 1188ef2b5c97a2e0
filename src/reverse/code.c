/* code.c: facts about instructions, from their one table. */
#include "reverse/code.h"

_Static_assert(sizeof(flx_instr) == 12, "instructions are 12 bytes");
_Static_assert(sizeof(flx_var) == 16, "variables are 16 bytes");
_Static_assert((int)OP_add == (int)FLX_OP_ADD && (int)OP_sub == (int)FLX_OP_SUB
                   && (int)OP_mul == (int)FLX_OP_MUL && (int)OP_div == (int)FLX_OP_DIV
                   && (int)OP_addc == (int)FLX_OP_ADDC && (int)OP_csub == (int)FLX_OP_CSUB
                   && (int)OP_mulc == (int)FLX_OP_MULC && (int)OP_divc == (int)FLX_OP_DIVC
                   && (int)OP_cdiv == (int)FLX_OP_CDIV && (int)OP_neg == (int)FLX_OP_NEG
                   && (int)OP_square == (int)FLX_OP_SQUARE,
               "the inline operations lead op.def in the order of enum flx_inline_op");

const unsigned char flx_op_shapes[OP_COUNT] = {
#define OPCODE(name, shape) SHAPE_##shape,
#include "reverse/op.def"
#undef OPCODE
};

static const char *const names[] = {
#define OPCODE(name, shape) #name,
#include "reverse/op.def"
#undef OPCODE
};

const char *flx_op_name(unsigned op) { return op < OP_COUNT ? names[op] : "unknown"; }

uint32_t flx_instr_outputs(const flx_code *c, const flx_instr *i)
{
    switch (flx_op_shape(i->op)) {
    case SHAPE_NONE:
    case SHAPE_UNARY:
    case SHAPE_IMMEDIATE:
    case SHAPE_BINARY:
    case SHAPE_TRIPLE:
    case SHAPE_DOT: return 1;
    case SHAPE_RUN: return i->a;
    case SHAPE_AXPY: return flx_pair_size(&c->pair[i->a]);
    case SHAPE_ACC:
    case SHAPE_ACC_IMM:
    case SHAPE_ACC_SCALE:
    case SHAPE_ACC_PAIR:
    case SHAPE_ACC_AXPY:
    case SHAPE_ACC_DOT: return 0;
    }
    return 0;
}

static int operands(uint32_t slot[2], int count, uint32_t first, uint32_t second)
{
    slot[0] = first;
    slot[1] = second;
    return count;
}

int flx_instr_active_operands(const flx_code *c, const flx_instr *i, uint32_t slot[2])
{
    const flx_shape shape = flx_op_shape(i->op);
    const int pooled = shape == SHAPE_TRIPLE || shape == SHAPE_ACC_PAIR || shape == SHAPE_ACC_SCALE;
    const uint32_t *word = pooled ? &c->word[i->b] : NULL;
    switch (i->op) {
    case OP_unless_one:
    case OP_defined: return operands(slot, 1, i->a, 0);
    case OP_select: return operands(slot, 2, word[0], word[1]);
    case OP_adiv: return operands(slot, 2, i->a, word[0]);
    case OP_acc_if: return operands(slot, 1, word[0], 0);
    default: break;
    }
    switch (shape) {
    case SHAPE_UNARY:
    case SHAPE_IMMEDIATE: return operands(slot, 1, i->a, 0);
    case SHAPE_BINARY: return operands(slot, 2, i->a, i->b);
    case SHAPE_ACC: return operands(slot, 1, i->b, 0);
    case SHAPE_ACC_SCALE: return operands(slot, 1, word[0], 0);
    case SHAPE_ACC_PAIR: return operands(slot, 2, word[0], word[1]);
    default: return 0;
    }
}

const char *flx_code_label(const flx_code *c, uint32_t instr)
{
    uint32_t low = 0, high = c->labels;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (c->label[middle].instr <= instr) low = middle + 1;
        else high = middle;
    }
    return low ? c->label[low - 1].text : NULL;
}

int flx_relation_holds(unsigned relation, double x, double y)
{
    switch ((enum flx_relation)relation) {
    case FLX_LT: return x < y;
    case FLX_LE: return x <= y;
    case FLX_GT: return x > y;
    case FLX_GE: return x >= y;
    case FLX_EQ: return x == y;
    case FLX_NE: return x != y;
    }
    return 0;
}

void flx_view_hull(uint32_t rows, uint32_t cols, uint32_t slot, const int64_t stride[2],
                   uint32_t *low, uint32_t *high)
{
    const int64_t reach[2] = {stride[0] * ((int64_t)rows - 1), stride[1] * ((int64_t)cols - 1)};
    int64_t below = 0, above = 0;
    for (int k = 0; k < 2; k++) {
        if (reach[k] < 0) below += reach[k];
        else above += reach[k];
    }
    *low = (uint32_t)((int64_t)slot + below);
    *high = (uint32_t)((int64_t)slot + above);
}
