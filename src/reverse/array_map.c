/* array_map.c: recording of elementwise operations on arrays. */
#include <math.h>

#include "reverse/array.h"
#include "reverse/lanes.h"
#include "reverse/plane.h"

enum { OPERANDS = 3 };

/* The shape that operands broadcast to; 0 where they do not go together. */
static int common_shape(size_t n, const flx_array *x, uint32_t *rows, uint32_t *cols)
{
    *rows = *cols = 1;
    for (size_t k = 0; k < n; k++) {
        if (*rows == 1) *rows = x[k].rows;
        if (*cols == 1) *cols = x[k].cols;
    }
    for (size_t k = 0; k < n; k++)
        if ((x[k].rows != *rows && x[k].rows != 1) || (x[k].cols != *cols && x[k].cols != 1))
            return 0;
    return 1;
}

/* The instruction with operands 0, 1, 2 of a plane: immediates and words as flx_element leaves them. */
static flx_instr on_plane(flx_instr each)
{
    if (flx_op_shape(each.op) == SHAPE_BINARY) each.b = 1;
    return each;
}

/* Of constants. */
static flx_array constant_map(flx_instr each, size_t n, const flx_array *x, const double *imm,
                              uint32_t rows, uint32_t cols)
{
    static const uint32_t word[2] = {1, 2};
    double operand[OPERANDS] = {0.0};
    flx_code c = {0};
    c.imm = imm;
    c.word = word;
    for (size_t k = 0; k < n; k++) operand[k] = x[k].first.u.constant;
    const double value = flx_forward_double_scalar(&c, on_plane(each), operand);
    return (flx_array){flx_constant(value), rows, cols, 0, 0};
}

/* Records op on n operands and, for immediate shapes, a constant. */
static flx_array record(unsigned op, unsigned flags, size_t n, const flx_array *x, double c)
{
    flx_block b = {.each = {(uint16_t)op, (uint16_t)flags, 0, 0}, .views = (uint16_t)(n + 1)};
    uint32_t rows, cols;
    int failed;
    flx_tape *t = flx_array_common(n, x, op, &failed);
    if (failed) return flx_array_none(t);
    if (!common_shape(n, x, &rows, &cols)) return flx_array_fail(t, FLX_ESHAPE, op);
    if (!t) return constant_map(b.each, n, x, &c, rows, cols);
    for (size_t k = 0; k < n; k++) {
        if (!flx_array_operand(t, x[k], op, &b.view[k + 1])) return flx_array_none(t);
        b.view[k + 1] = flx_view_broadcast(b.view[k + 1], rows, cols);
    }
    if (flx_op_shape(op) == SHAPE_IMMEDIATE) {
        if (!flx_tape_reserve(t, (flx_need){0, 0, 1, 0, 0}, op)) return flx_array_none(t);
        b.each.b = flx_tape_imm(t, c);
    }
    b.view[0] = flx_view_of_run(0, rows, cols);
    return flx_array_emit(t, OP_map, &b, (uint64_t)rows * cols);
}

static flx_array record1(unsigned op, flx_array x) { return record(op, 0, 1, &x, 0.0); }

static flx_array record2(unsigned op, unsigned flags, flx_array x, flx_array y)
{
    const flx_array both[2] = {x, y};
    return record(op, flags, 2, both, 0.0);
}

static flx_array record3(unsigned op, flx_array x, flx_array y, flx_array z)
{
    const flx_array all[3] = {x, y, z};
    return record(op, 0, 3, all, 0.0);
}

/* Whether x is one constant to be taken as an immediate beside y. */
static int is_immediate(flx_array x, flx_array y)
{
    return !x.first.tape && y.first.tape && x.rows == 1 && x.cols == 1;
}

/* The four operations; a constant operand becomes an immediate. */
static flx_array arithmetic(unsigned op, unsigned with_y, unsigned with_x, flx_array x, flx_array y)
{
    if (is_immediate(y, x)) {
        const double c = y.first.u.constant;
        return record(with_y, 0, 1, &x, op == OP_sub ? -c : c);
    }
    if (is_immediate(x, y)) return record(with_x, 0, 1, &y, x.first.u.constant);
    return record2(op, 0, x, y);
}

flx_array flx_array_add(flx_array x, flx_array y)
{
    return arithmetic(OP_add, OP_addc, OP_addc, x, y);
}

flx_array flx_array_sub(flx_array x, flx_array y)
{
    return arithmetic(OP_sub, OP_addc, OP_csub, x, y);
}

flx_array flx_array_sub_plain(flx_array x, flx_array y)
{
    return record2(OP_sub, FLAG_PLAIN, x, y);
}

flx_array flx_array_mul(flx_array x, flx_array y)
{
    return arithmetic(OP_mul, OP_mulc, OP_mulc, x, y);
}

flx_array flx_array_div(flx_array x, flx_array y)
{
    return arithmetic(OP_div, OP_divc, OP_cdiv, x, y);
}

flx_array flx_array_axpy(flx_var alpha, flx_array x, flx_array y)
{
    return flx_array_add(flx_array_mul(flx_array_scalar(alpha), x), y);
}

/* clang-format off */
#define OP_INLINE(name, value, slot, domain, derivative) flx_array flx_array_##name(flx_array x) { return record1(OP_##name, x); }
#define OP_SUPPORT(name, value, slot, domain, derivative) flx_array flx_lanes_##name(flx_array x) { return record1(OP_##name, x); }
#define OP(name, value, slot, domain, derivative) flx_array flx_array_##name(flx_array x) { return record1(OP_##name, x); }
#include "ops/ops.def"
#undef OP

#define OP2_SUPPORT(name, value, dx, dy) flx_array flx_lanes_##name(flx_array x, flx_array y) { return record2(OP_##name, 0, x, y); }
#define OP2(name, value, dx, dy) flx_array flx_array_##name(flx_array x, flx_array y) { return record2(OP_##name, 0, x, y); }
#include "ops/binary.def"
#undef OP2

#define OP3_SUPPORT(name, value, dx, dy, dz) flx_array flx_lanes_##name(flx_array x, flx_array y, flx_array z) { return record3(OP_##name, x, y, z); }
#define OP3(name, value, dx, dy, dz) flx_array flx_array_##name(flx_array x, flx_array y, flx_array z) { return record3(OP_##name, x, y, z); }
#include "ops/ternary.def"
#undef OP3
/* clang-format on */

/* A member of a family of derivatives, of which numbers up to 255 fit the flags. */
static flx_array record_family(unsigned op, unsigned k, flx_array x, double c)
{
    if (k > 255) return flx_array_fail(x.first.tape, FLX_ELIMIT, op);
    return record(op, k, 1, &x, c);
}

/* clang-format off */
#define OPN_SUPPORT(name, value) flx_array flx_lanes_d##name(flx_array x, int n, unsigned k) { return record_family(OP_d##name, k, x, n); }
#define OPN(name, value) OPN_SUPPORT(name, value) flx_array flx_array_##name(int n, flx_array x) { return flx_lanes_d##name(x, n, 0); }
#include "ops/ordered.def"
#undef OPN
/* clang-format on */

flx_array flx_lanes_dpowc(flx_array x, double p, unsigned k)
{
    return record_family(OP_dpowc, k, x, p);
}

flx_array flx_lanes_dpow(flx_array x, flx_array y, unsigned k, unsigned m)
{
    if (is_immediate(y, x) && m == 0) return flx_lanes_dpowc(x, y.first.u.constant, k);
    if (k > 255 || m > 255)
        return flx_array_fail(x.first.tape ? x.first.tape : y.first.tape, FLX_ELIMIT, OP_dpow);
    return record2(OP_dpow, k | m << 8, x, y);
}

flx_array flx_array_pow(flx_array x, flx_array y) { return flx_lanes_dpow(x, y, 0, 0); }

flx_array flx_array_powi(flx_array x, int n) { return flx_lanes_dpowc(x, n, 0); }

flx_array flx_array_select(flx_array c, flx_array a, flx_array b)
{
    return record3(OP_select, c, a, b);
}

flx_array flx_lanes_adiv(flx_array g, flx_array y, flx_array z)
{
    return record3(OP_adiv, g, y, z);
}

flx_array flx_lanes_defined_part(flx_array p, flx_array y) { return record2(OP_defined, 0, p, y); }

flx_array flx_array_copy(flx_array x) { return x.first.tape ? record1(OP_copy, x) : x; }

flx_array flx_array_detach(flx_array x) { return x.first.tape ? record1(OP_detach, x) : x; }
