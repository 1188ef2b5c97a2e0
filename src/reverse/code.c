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

#define OPCODE(name, shape, active)                                                                \
    _Static_assert((SHAPE_##shape <= SHAPE_TRIPLE) == (OP_##name < OP_input)                       \
                       && (SHAPE_##shape >= SHAPE_BLOCK) == (OP_##name >= OP_map),                 \
                   "the rows of op.def lie in groups");
#include "reverse/op.def"
#undef OPCODE

const unsigned char flx_op_shapes[OP_COUNT] = {
#define OPCODE(name, shape, active) SHAPE_##shape,
#include "reverse/op.def"
#undef OPCODE
};

const unsigned char flx_op_activity[OP_COUNT] = {
#define OPCODE(name, shape, active) ACTIVE_##active,
#include "reverse/op.def"
#undef OPCODE
};

/* clang-format off */
const flx_operands flx_shape_operands[] = {
    [SHAPE_NONE]      = {FLX_NOTHING, FLX_NOTHING, {FLX_NOTHING, FLX_NOTHING}},
    [SHAPE_UNARY]     = {FLX_SLOT,    FLX_NOTHING, {FLX_NOTHING, FLX_NOTHING}},
    [SHAPE_IMMEDIATE] = {FLX_SLOT,    FLX_IMM,     {FLX_NOTHING, FLX_NOTHING}},
    [SHAPE_BINARY]    = {FLX_SLOT,    FLX_SLOT,    {FLX_NOTHING, FLX_NOTHING}},
    [SHAPE_TRIPLE]    = {FLX_SLOT,    FLX_WORD,    {FLX_SLOT,    FLX_SLOT}},
    [SHAPE_RUN]       = {FLX_NOTHING, FLX_NOTHING, {FLX_NOTHING, FLX_NOTHING}},
    [SHAPE_ACC]       = {FLX_SLOT,    FLX_SLOT,    {FLX_NOTHING, FLX_NOTHING}},
    [SHAPE_ACC_IMM]   = {FLX_SLOT,    FLX_IMM,     {FLX_NOTHING, FLX_NOTHING}},
    [SHAPE_ACC_SCALE] = {FLX_SLOT,    FLX_WORD,    {FLX_SLOT,    FLX_IMM}},
    [SHAPE_ACC_PAIR]  = {FLX_SLOT,    FLX_WORD,    {FLX_SLOT,    FLX_SLOT}},
    [SHAPE_BLOCK]     = {FLX_BLOCK,   FLX_NOTHING, {FLX_NOTHING, FLX_NOTHING}},
    [SHAPE_ACC_BLOCK] = {FLX_BLOCK,   FLX_NOTHING, {FLX_NOTHING, FLX_NOTHING}},
};
/* clang-format on */

static const char *const names[] = {
#define OPCODE(name, shape, active) #name,
#include "reverse/op.def"
#undef OPCODE
};

const char *flx_op_name(unsigned op) { return op < OP_COUNT ? names[op] : "unknown"; }

const char *flx_code_label(const flx_code *c, uint32_t recorded)
{
    uint32_t low = 0, high = c->labels;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (c->label[middle].instr <= recorded) low = middle + 1;
        else high = middle;
    }
    return flx_code_last_label(c, low);
}

const char *flx_relation_name(unsigned relation)
{
    static const char *const relations[] = {"lt", "le", "gt", "ge", "eq", "ne"};
    return relations[relation];
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

void flx_view_hull(const flx_view *v, uint32_t *low, uint32_t *high)
{
    const int64_t reach[2] = {v->stride[0] * ((int64_t)v->rows - 1),
                              v->stride[1] * ((int64_t)v->cols - 1)};
    int64_t below = 0, above = 0;
    for (int k = 0; k < 2; k++) {
        if (reach[k] < 0) below += reach[k];
        else above += reach[k];
    }
    *low = (uint32_t)((int64_t)v->slot + below);
    *high = (uint32_t)((int64_t)v->slot + above);
}
