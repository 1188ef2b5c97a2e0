/* flags.c: the delicate points that recorded code met. */
#include "reverse/flags.h"

#include <math.h>

#include "ops/delicate.h"
#include "ops/given.h"
#include "reverse/flags_loop.h"
#include "reverse/rows.h"

/* One instruction under examination. Its partials are found by the reverse rules themselves, swept
 * with an adjoint of one into a context that looks at what it is given. */
typedef struct flx_double_context {
    flx_code code; /* the name that the rules expect */
    const flx_marked *all;
    const flx_factors *factors;
    uint32_t out;
    int finite; /* whether all operands are */
    unsigned points, flags;
} flx_double_context;

/* How many components of a slot's factor are exactly zero; none where there is no such plane. */
static size_t zeros_of(const double *plane, size_t components, const flx_factors *f, uint32_t slot)
{
    size_t zeros = 0;
    for (size_t k = 0; k < components; k++) zeros += plane[k * f->stride + slot - f->low] == 0.0;
    return zeros;
}

/* Likewise of one recorded component. */
static size_t recorded_zeros(const flx_double_context *c, const flx_active *recorded, uint32_t slot)
{
    const uint32_t at = flx_active_accumulator(recorded, slot);
    return !at || c->all->value[at] == 0.0;
}

static size_t zero_adjoints(const flx_double_context *c, uint32_t slot)
{
    const flx_factors *f = c->factors;
    return f->recorded_adjoints ? recorded_zeros(c, f->recorded_adjoints, slot)
                                : zeros_of(f->adjoint, f->adjoints, f, slot);
}

static size_t zero_tangents(const flx_double_context *c, uint32_t slot)
{
    const flx_factors *f = c->factors;
    return f->recorded_tangents ? recorded_zeros(c, f->recorded_tangents, slot)
                                : zeros_of(f->tangent, f->tangents, f, slot);
}

static size_t adjoint_count(const flx_factors *f) { return f->recorded_adjoints ? 1 : f->adjoints; }

static size_t tangent_count(const flx_factors *f) { return f->recorded_tangents ? 1 : f->tangents; }

/* The highest order that is asked for by an operand: 0 where the sweep does not reach it. */
static int order_by(const flx_double_context *c, uint32_t operand)
{
    const flx_factors *f = c->factors;
    if (!flx_is_marked(c->all, operand, FLX_DEPENDS)) return 0;
    const size_t adjoints = adjoint_count(f);
    if (adjoints && zero_adjoints(c, c->out) == adjoints) return 0;
    const size_t tangents = tangent_count(f);
    if (tangents && zero_tangents(c, operand) == tangents) return 0;
    return f->order;
}

/* Whether a finite adjoint times a finite partial is infinite. */
static int product_overflows(const flx_double_context *c, uint32_t out, double p)
{
    const flx_factors *f = c->factors;
    const uint32_t at =
        f->recorded_adjoints ? flx_active_accumulator(f->recorded_adjoints, out) : 0;
    if (f->recorded_adjoints) return isfinite(c->all->value[at]) && isinf(c->all->value[at] * p);
    for (size_t k = 0; k < f->adjoints && out >= f->low; k++) {
        const double g = f->adjoint[k * f->stride + out - f->low];
        if (isfinite(g) && isinf(g * p)) return 1;
    }
    return 0;
}

/* The partial between an operand and what was computed from it. */
static void examine(flx_double_context *c, uint32_t operand, uint32_t out, double p)
{
    if (!flx_is_marked(c->all, operand, FLX_DEPENDS) || !flx_is_marked(c->all, out, FLX_REACHED))
        return;
    if (isfinite(p)) {
        if (product_overflows(c, out, p)) c->flags |= FLX_FLAG_OVERFLOW;
        return;
    }
    const int overflow = isinf(p) && c->finite && !(c->points & FLX_FLAG_POLE);
    if (overflow && order_by(c, operand) > 0) c->flags |= FLX_FLAG_OVERFLOW;
    if (zero_adjoints(c, out) || zero_tangents(c, operand)) c->flags |= FLX_FLAG_INDETERMINATE;
}

static double flx_double_at(const flx_double_context *c, uint32_t s) { return c->all->value[s]; }
static int flx_double_wants(const flx_double_context *c, uint32_t s)
{
    return flx_is_marked(c->all, s, FLX_DEPENDS);
}
static double flx_double_adjoint(const flx_double_context *c, uint32_t s)
{
    (void)c;
    (void)s;
    return 1.0;
}
static int flx_double_nothing(double g)
{
    (void)g;
    return 0;
}
static void flx_double_give(flx_double_context *c, uint32_t slot, double g)
{
    examine(c, slot, c->out, g);
}
static void flx_double_take(flx_double_context *c, uint32_t slot, double g)
{
    (void)c, (void)slot, (void)g; /* a difference's partials are 1, -1 */
}
static void flx_double_give_product(flx_double_context *c, uint32_t slot, double g, double p)
{
    examine(c, slot, c->out, g * p);
}
static void flx_double_take_product(flx_double_context *c, uint32_t slot, double g, double p)
{
    examine(c, slot, c->out, g * p);
}
static void flx_double_give_zero_product(flx_double_context *c, uint32_t slot, double g, double p)
{
    examine(c, slot, c->out, g * p);
}
static void flx_double_take_zero_product(flx_double_context *c, uint32_t slot, double g, double p)
{
    examine(c, slot, c->out, g * p);
}
static void flx_double_give_if(flx_double_context *c, uint32_t slot, double g, double condition,
                               int unless)
{
    (void)c, (void)slot, (void)g, (void)condition, (void)unless; /* a choice's partials are 0, 1 */
}

#define T double
#define F(name) flx_double_##name
#include "ops/defined.inc"
#include "ops/rules.inc"
#include "reverse/reverse_scalar.inc"
#undef T
#undef F

static const unsigned char delicate[OP_COUNT] = {
    [OP_div] = 1, [OP_divc] = 1, [OP_cdiv] = 1, [OP_dpow] = 1, [OP_dpowc] = 1, [OP_adiv] = 1,
#define NONE 0
#define AT(flag, from, condition) 1
#define DELICATE(name, flags) [OP_##name] = flags,
#define DELICATE2(name, flags) [OP_##name] = flags,
#define DELICATE3(name, flags) [OP_##name] = flags,
#define DELICATEN(name, flags) [OP_d##name] = flags,
#include "ops/delicate.def"
#undef DELICATE
#undef DELICATE2
#undef DELICATE3
#undef DELICATEN
#undef AT
#undef NONE
};

int flx_instr_is_delicate(const flx_code *c, const flx_instr *in)
{
    if (in->op == OP_loop || in->op == OP_acc_gather || in->op == OP_acc_scatter) return 1;
    return delicate[flx_instr_elementary(c, in)];
}

/* The flags of an instruction's own points; by_x and by_y: the orders asked for by its operands. */
static unsigned points_of(const flx_code *c, flx_instr in, const double *value, int by_x, int by_y)
{
    const flx_shape shape = flx_op_shape(in.op);
    const double x = value[in.a];
    const double y = shape == SHAPE_IMMEDIATE ? c->imm[in.b]
                     : shape == SHAPE_BINARY  ? value[in.b]
                     : shape == SHAPE_TRIPLE  ? value[c->word[in.b]]
                                              : 0.0;
    const int order = by_x > by_y ? by_x : by_y;
    switch (in.op) {
    case OP_div:
    case OP_divc:
    case OP_adiv: return flx_delicate_div(x, y);
    case OP_cdiv: return flx_delicate_div(y, x);
    case OP_dpowc: return flx_delicate_dpow(x, y, in.flags, 0, by_x, 0);
    case OP_dpow:
        return flx_delicate_dpow(x, y, in.flags % 256u, in.flags / 256u, by_x, by_y);
/* clang-format off */
#define OP(name, val, slot, domain, derivative) case OP_##name: return flx_delicate_##name(x, order);
#include "ops/ops.def"
#undef OP
#define OP2(name, val, dx, dy) case OP_##name: return flx_delicate_##name(x, y, order);
#include "ops/binary.def"
#undef OP2
#define OP3(name, val, dx, dy, dz) case OP_##name: return flx_delicate_##name(x, y, value[c->word[in.b + 1]], order);
#include "ops/ternary.def"
#undef OP3
#define OPN(name, val) case OP_d##name: return flx_delicate_d##name(x, (int)y, in.flags, order);
#include "ops/ordered.def"
#undef OPN
    /* clang-format on */
    default: return 0;
    }
}

/* Whether an index means no row. What is gathered is not finite then; what is added may be. */
static int is_astray(const flx_block *b, unsigned op, const double *value)
{
    const flx_view *index = &b->view[2];
    const uint32_t rows = b->view[flx_op_indexes(op)].rows;
    for (uint32_t i = 0; i < index->rows; i++)
        for (uint32_t j = 0; j < index->cols && (j == 0 || index->stride[1]); j++)
            if (flx_index(value[flx_view_slot(index, i, j)], rows) == rows) return 1;
    return 0;
}

int flx_at_delicate_point(const flx_code *c, const flx_instr *in, const double *value, int order)
{
    if (!flx_op_is_array(in->op)) return points_of(c, *in, value, order, order) != 0;
    const flx_block *b = &c->block[in->a];
    if (in->op == OP_loop) return value[flx_loop_at(flx_loop_of(c, b), b).suspicious] != 0.0;
    if (flx_op_is_indexed(in->op)) return is_astray(b, in->op, value);
    flx_block room;
    return flx_row_set_of(c)->delicate(c, flx_block_flat(b, &room), value, order);
}

int flx_all_finite(const double *x, size_t n) { return flx_row_base.finite(x, n); }

/* Operands that are NaN or infinite. */
typedef struct operands {
    int nan, infinite;
} operands;

static void look(operands *o, double x)
{
    if (x != x) o->nan = 1;
    else if (isinf(x)) o->infinite = 1;
}

static operands operands_of(const flx_marked *m, flx_instr in)
{
    operands o = {0, 0};
    const flx_code *c = m->code;
    switch (flx_op_shape(in.op)) {
    case SHAPE_UNARY: look(&o, m->value[in.a]); break;
    case SHAPE_IMMEDIATE:
        look(&o, m->value[in.a]);
        look(&o, c->imm[in.b]);
        break;
    case SHAPE_BINARY:
        look(&o, m->value[in.a]);
        look(&o, m->value[in.b]);
        break;
    case SHAPE_TRIPLE:
        look(&o, m->value[in.a]);
        look(&o, m->value[c->word[in.b]]);
        look(&o, m->value[c->word[in.b + 1]]);
        break;
    default: break;
    }
    return o;
}

/* Component k of a slot's tangent. */
static double tangent_of(const flx_double_context *c, size_t k, uint32_t slot)
{
    const flx_factors *f = c->factors;
    if (!f->recorded_tangents) return f->tangent[k * f->stride + slot - f->low];
    const uint32_t at = flx_active_accumulator(f->recorded_tangents, slot);
    return at ? c->all->value[at] : 0.0;
}

/* Whether all components of a slot's tangents are finite. */
static int finite_tangents(const flx_double_context *c, uint32_t slot)
{
    int finite = 1;
    for (size_t k = 0; k < tangent_count(c->factors); k++)
        finite = finite && isfinite(tangent_of(c, k, slot));
    return finite;
}

/* Whether a tangent has become infinite in this instruction. */
static int tangent_overflows(const flx_double_context *c, flx_instr in)
{
    uint32_t operand[3];
    if (!tangent_count(c->factors) || finite_tangents(c, c->out)) return 0;
    const int count = flx_instr_active_operands(&c->code, &in, operand);
    for (int k = 0; k < count; k++)
        if (flx_is_chosen(c->all, in, k) && !finite_tangents(c, operand[k])) return 0;
    return c->finite && !(c->flags & (FLX_FLAG_POLE | FLX_FLAG_DOMAIN));
}

/* The same by the operands after the first. */
static int order_by_others(const flx_double_context *c, flx_instr in)
{
    if (flx_op_shape(in.op) == SHAPE_BINARY) return order_by(c, in.b);
    if (flx_op_activity[in.op] != ACTIVE_AW01) return 0;
    const int by_y = order_by(c, c->code.word[in.b]), by_z = order_by(c, c->code.word[in.b + 1]);
    return by_y > by_z ? by_y : by_z;
}

/* One instruction of one output. */
static void raise_scalar(flx_double_context *c, flx_instr in)
{
    const operands o = operands_of(c->all, in);
    const int by_x = order_by(c, in.a), by_y = order_by_others(c, in);
    c->finite = !o.nan && !o.infinite;
    c->points = points_of(c->all->code, in, c->all->value, by_x, by_y);
    c->flags = c->points;
    const unsigned any = points_of(c->all->code, in, c->all->value, FLX_ANY_ORDER, FLX_ANY_ORDER);
    c->flags |= flx_delicate_value(c->all->value[c->out], o.nan, o.infinite, any);
    if (in.op == OP_adiv && c->all->value[in.a] == 0.0
        && !isfinite(1.0 / c->all->value[c->all->code->word[in.b]]))
        c->flags = FLX_FLAG_INDETERMINATE;
    if (c->factors->order > 0) flx_double_reverse_scalar(c, in, c->out);
    if (tangent_overflows(c, in)) c->flags |= FLX_FLAG_OVERFLOW;
}

/* Whether the zero rule has been at work in the value of a contribution g*p. */
static int was_hidden(flx_zero rule, double g, double p)
{
    return ((unsigned)rule & FLX_ZERO_FIRST && g == 0.0 && !isfinite(p))
           || ((unsigned)rule & FLX_ZERO_SECOND && p == 0.0 && !isfinite(g));
}

/* A contribution to an accumulator: the zero rule may have been at work in its value. */
static void raise_accumulator(flx_double_context *c, flx_instr in)
{
    const flx_shape shape = flx_op_shape(in.op);
    c->out = in.a;
    if (shape == SHAPE_ACC_SCALE || (shape == SHAPE_ACC_PAIR && in.op != OP_acc_if)) {
        const uint32_t second = c->code.word[in.b + 1];
        const double g = c->all->value[c->code.word[in.b]];
        const double p = shape == SHAPE_ACC_SCALE ? c->code.imm[second] : c->all->value[second];
        const flx_zero rule = shape == SHAPE_ACC_PAIR ? flx_zero_rule(in.flags) : FLX_ZERO_FIRST;
        if (was_hidden(rule, g, p)) c->flags = FLX_FLAG_INDETERMINATE;
    }
    c->finite = 0; /* an infinite partial here is a value that has been flagged where it arose */
    if (c->factors->order > 0) flx_double_reverse_acc(c, in);
}

void flx_flags_add(flx_flags *flags, unsigned flag, flx_place place)
{
    unsigned k = 0;
    while (flag >> k != 1) k++;
    if (!(flags->set & flag) || place.index < flags->first[k].index) flags->first[k] = place;
    flags->set |= flag;
}

static void raise_all(flx_flags *flags, unsigned set, const flx_code *c, uint32_t instr,
                      uint32_t element)
{
    const uint32_t recorded = flx_code_origin_of(c, instr, element);
    const char *name = flx_instr_name(c, &c->instr[instr]);
    const flx_place place = {recorded, name, flx_code_label(c, recorded)};
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++)
        if (set & 1u << k) flx_flags_add(flags, 1u << k, place);
}

/* The elements of a map, each as the scalar instruction that it is. */
static void raise_elements(flx_double_context *c, uint32_t k, flx_flags *flags)
{
    const flx_instr in = c->code.instr[k];
    const flx_block *b = &c->code.block[in.a];
    uint32_t word[2] = {0, 0};
    flx_double_context local = *c;
    flx_marked all = *c->all;
    local.code = flx_code_of_elements(&c->code, word);
    all.code = &local.code;
    local.all = &all;
    for (uint32_t i = 0; i < b->view[0].rows; i++) {
        for (uint32_t j = 0; j < b->view[0].cols; j++) {
            const flx_instr each = flx_element(b, i, j, word);
            local.out = flx_view_slot(&b->view[0], i, j);
            if (!flx_is_marked(c->all, local.out, FLX_REACHED)) continue;
            if (in.op == OP_map) raise_scalar(&local, each);
            else raise_accumulator(&local, each);
            if (local.flags)
                raise_all(flags, local.flags, c->all->code, k, i * b->view[0].cols + j);
            local.flags = 0;
        }
    }
}

/* Sums and products of values, with the flags that they would raise as instructions. */
static double look_at(flx_double_context *c, double a, double b, double result)
{
    operands o = {0, 0};
    look(&o, a);
    look(&o, b);
    c->flags |= flx_delicate_value(result, o.nan, o.infinite, 0);
    return result;
}

static double add_values(flx_double_context *c, double a, double b)
{
    return look_at(c, a, b, a + b);
}

/* Whether a tangent of the product of two slots is infinite though nothing in it is. */
static int product_tangent_overflows(const flx_double_context *c, uint32_t x, uint32_t y)
{
    const double a = c->all->value[x], b = c->all->value[y];
    if (!isfinite(a) || !isfinite(b) || !finite_tangents(c, x) || !finite_tangents(c, y)) return 0;
    for (size_t k = 0; k < tangent_count(c->factors); k++)
        if (!isfinite(tangent_of(c, k, x) * b + a * tangent_of(c, k, y))) return 1;
    return 0;
}

static double multiply_values(flx_double_context *c, uint32_t x, uint32_t y)
{
    const double a = c->all->value[x], b = c->all->value[y];
    if (product_tangent_overflows(c, x, y)) c->flags |= FLX_FLAG_OVERFLOW;
    return look_at(c, a, b, a * b);
}

/* One element of a product of matrices: every contribution, and what the values say. */
static void raise_inner(flx_double_context *c, flx_instr in, uint32_t i, uint32_t j)
{
    const flx_block *b = &c->code.block[in.a];
    const flx_view *x = &b->view[1], *y = &b->view[2];
    const flx_zero rule = flx_zero_rule(b->each.flags);
    const uint32_t to = flx_view_slot(&b->view[0], i, j);
    const double *v = c->all->value;
    double sum = 0.0;
    for (uint32_t l = 0; l < x->cols; l++) {
        const uint32_t first = flx_view_slot(x, i, l), second = flx_view_slot(y, l, j);
        if (in.op == OP_matmul) sum = add_values(c, sum, multiply_values(c, first, second));
        if (was_hidden(rule, v[first], v[second])) c->flags |= FLX_FLAG_INDETERMINATE;
        examine(c, first, to, v[second]);
        examine(c, second, to, v[first]);
    }
}

/* Element (i, j) of a solution, a factor or a call's results: all operands may be in it. */
static void raise_whole(flx_double_context *c, const flx_block *b, uint32_t i, uint32_t j)
{
    const double *v = c->all->value, value = v[flx_view_slot(&b->view[0], i, j)];
    operands o = {0, 0};
    if (isfinite(value)) return;
    for (uint32_t k = 1; k < b->views; k++)
        for (uint32_t r = 0; r < b->view[k].rows; r++)
            for (uint32_t s = 0; s < b->view[k].cols; s++)
                look(&o, v[flx_view_slot(&b->view[k], r, s)]);
    c->flags |= flx_delicate_value(value, o.nan, o.infinite, 0);
}

/* One element of a sum of values, or of a running sum, along rows x cols from (i, j) on. */
static void raise_sum(flx_double_context *c, const flx_block *b, uint32_t i, uint32_t j,
                      uint32_t rows, uint32_t cols, int running)
{
    double partial[FLX_PARTIAL_SUMS] = {0.0};
    for (uint32_t k = 0; k < rows * cols; k++) {
        double *sum = &partial[running ? 0 : k % FLX_PARTIAL_SUMS];
        const uint32_t at[2] = {i + k / cols, j + k % cols};
        const uint32_t x = flx_view_slot(&b->view[1], at[0], at[1]);
        const double term = b->views > 2
                                ? multiply_values(c, x, flx_view_slot(&b->view[2], at[0], at[1]))
                                : c->all->value[x];
        *sum = add_values(c, *sum, term);
    }
    for (int width = FLX_PARTIAL_SUMS / 2; !running && width > 0; width /= 2)
        for (int k = 0; k < width; k++) partial[k] = add_values(c, partial[k], partial[k + width]);
}

/* Index `at` means no row, and might have made x part of the element `to` (nowhere.inc). */
static void raise_nowhere(flx_double_context *c, const flx_block *b, double at, uint32_t x,
                          uint32_t to)
{
    const flx_zero rule = flx_zero_rule(b->each.flags);
    if (!flx_is_marked(c->all, to, FLX_REACHED)) return;
    if (was_hidden(rule, c->all->value[x], (double)NAN)) c->flags |= FLX_FLAG_INDETERMINATE;
    else if (!isnan(at)) c->flags |= FLX_FLAG_DOMAIN;
    examine(c, x, to, (double)NAN);
}

static void raise_indexed(flx_double_context *c, flx_instr in)
{
    const flx_block *b = &c->code.block[in.a];
    const int scatter = !flx_op_indexes(in.op);
    const flx_view *many = &b->view[!scatter], *one = &b->view[scatter];
    for (uint32_t i = 0; i < one->rows; i++) {
        for (uint32_t j = 0; j < one->cols; j++) {
            const double at = c->all->value[flx_view_slot(&b->view[2], i, j)];
            const uint32_t slot = flx_view_slot(one, i, j);
            for (uint32_t k = 0; k < many->rows && flx_index(at, many->rows) == many->rows; k++) {
                const uint32_t other = flx_view_slot(many, k, j);
                raise_nowhere(c, b, at, scatter ? slot : other, scatter ? other : slot);
            }
        }
    }
}

/* The elements of a target, those that it repeats once, that are reached. */
static void raise_values(flx_double_context *c, flx_instr in)
{
    const flx_block *b = &c->code.block[in.a];
    const flx_view *t = &b->view[0];
    const uint32_t rows = flx_view_is_tall(t) ? t->rows : 1,
                   cols = flx_view_is_wide(t) ? t->cols : 1;
    for (uint32_t i = 0; i < t->rows; i += rows) {
        for (uint32_t j = 0; j < t->cols; j += cols) {
            if (!flx_is_marked(c->all, flx_view_slot(t, i, j), FLX_REACHED)) continue;
            if (in.op == OP_sum) raise_sum(c, b, i, j, rows, cols, 0);
            else if (in.op == OP_cumsum) raise_sum(c, b, i, 0, 1, j + 1, 1);
            else if (in.op == OP_call || flx_op_is_solve(in.op)) raise_whole(c, b, i, j);
            else raise_inner(c, in, i, j);
        }
    }
}

/* Whether a sum is a value, and no factor of a recorded derivative. */
static int is_value(const flx_block *b)
{
    return b->each.op == OP_acc || flx_zero_rule(b->each.flags) == FLX_ZERO_NONE;
}

static void raise_array(flx_double_context *c, uint32_t k, flx_flags *flags)
{
    const flx_instr in = c->code.instr[k];
    const int value = in.op == OP_sum && is_value(&c->code.block[in.a]);
    c->finite = 0; /* partials of linear ones are operands or constants */
    if (flx_op_has_elements(in.op)) raise_elements(c, k, flags);
    if (value || in.op == OP_cumsum || in.op == OP_matmul || in.op == OP_acc_matmul
        || in.op == OP_call || flx_op_is_solve(in.op))
        raise_values(c, in);
    if (flx_op_is_indexed(in.op)) raise_indexed(c, in);
}

void flx_flags_merge(flx_flags *flags, const flx_flags *more)
{
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++)
        if (more->set & ~flags->set & 1u << k) flags->first[k] = more->first[k];
    flags->set |= more->set;
}

int flx_reached_finite(const flx_marked *m)
{
    for (uint32_t slot = m->span.low; slot < m->span.end; slot++)
        if (m->mark[slot - m->span.low] & FLX_REACHED && !isfinite(m->value[slot])) return 0;
    return 1;
}

/* Of a sum, or of second derivatives, no single instruction may be to blame. */
void flx_flags_complete(flx_flags *flags, const flx_code *c, int inputs_finite, int results_finite)
{
    const unsigned reasons =
        FLX_FLAG_DOMAIN | FLX_FLAG_POLE | FLX_FLAG_OVERFLOW | FLX_FLAG_INDETERMINATE;
    if (results_finite || !inputs_finite || flags->set & reasons) return;
    flx_flags_add(flags, FLX_FLAG_OVERFLOW, (flx_place){c->recorded, NULL, NULL});
}

void flx_raise_flags(const flx_marked *m, const flx_factors *factors, flx_flags *flags)
{
    flx_double_context c = {*m->code, m, factors, 0, 0, 0, 0};
    uint32_t out = m->span.end;
    for (uint32_t k = m->span.last; k-- > m->span.first;) {
        const flx_instr in = m->code->instr[k];
        const flx_shape shape = flx_op_shape(in.op);
        out -= flx_instr_outputs(&in);
        if (!flx_reach_operands(m, in, out)) continue;
        c.out = out;
        c.flags = 0;
        if (shape <= SHAPE_TRIPLE) raise_scalar(&c, in);
        else if (shape <= SHAPE_ACC_PAIR) raise_accumulator(&c, in);
        else if (in.op == OP_loop) c.flags = flx_raise_loop_flags(m, factors, k, flags);
        else raise_array(&c, k, flags);
        if (c.flags) raise_all(flags, c.flags, m->code, k, 0);
    }
}
