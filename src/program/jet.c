/* jet.c: Taylor coefficients of a program along a path: a forward sweep over coefficient planes by
 * the kernels of kernel.h. A series is a column through the planes. */
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "ops/exponent.h"
#include "ops/support.h"
#include "program/program.h"
#include "reverse/rows.h"
#include "reverse/solve.h"

_Static_assert((int)FLX_JET_TEMPORARIES >= 2 + (int)FLX_PARTIAL_SUMS, "one per partial sum");

typedef struct jet {
    const flx_code *code;
    size_t order, stride;
    double *plane;                        /* coefficient 0 of slot 0 */
    double *scratch;                      /* of the kernels */
    double *constant, *product, *partial; /* temporary series */
} jet;

static double *at(const jet *j, size_t slot) { return j->plane + slot; }

/* The constant c as a series. */
static double *constant(const jet *j, double c)
{
    for (size_t k = 1; k <= j->order; k++) j->constant[k * j->stride] = 0.0;
    j->constant[0] = c;
    return j->constant;
}

static void assign(const jet *j, double *to, const double *from)
{
    for (size_t k = 0; k <= j->order; k++) to[k * j->stride] = from[k * j->stride];
}

static void add(const jet *j, double *to, const double *term, double sign)
{
    for (size_t k = 0; k <= j->order; k++) to[k * j->stride] += sign * term[k * j->stride];
}

static void clear(const jet *j, double *to, size_t count)
{
    for (size_t k = 0; k <= j->order; k++)
        for (size_t i = 0; i < count; i++) to[k * j->stride + i] = 0.0;
}

/* product = a*b where the rule's factors keep an exact zero zero. */
static double *zero_product(const jet *j, const double *a, const double *b, flx_zero rule)
{
    const size_t s = j->stride;
    if (rule == FLX_ZERO_FIRST) {
        flx_kernel_amul(j->order, s, a, b, j->product, j->scratch);
        return j->product;
    }
    for (size_t k = 0; k <= j->order; k++) {
        double sum = 0.0;
        for (size_t i = 0; i <= k; i++) sum += flx_double_smul(a[i * s], b[(k - i) * s]);
        j->product[k * s] = sum;
    }
    return j->product;
}

/* z = derivative k of x^p: the falling factorial times a power. */
static void dpowc(const jet *j, const double *x, double p, unsigned k, double *z)
{
    const flx_exponent e = flx_exponent_minus(p, 0.0, (double)k);
    double factor = 1.0;
    for (unsigned a = 0; a < k; a++) factor *= p - a;
    flx_kernel_powc(j->order, j->stride, x, e.hi, e.lo, z, j->scratch);
    for (size_t i = 1; k > 0 && i <= j->order; i++)
        z[i * j->stride] = flx_double_smul(factor, z[i * j->stride]);
    z[0] = flx_double_dpowc(x[0], p, k);
}

/* z = x^y derived k times by x and m times by y. By Leibniz' rule a sum over i = 0..m of
 * C(m,i) d[m-i] x^(y-k) log(x)^i, d[n] the n-th derivative by y of the falling factorial, which are
 * series since y is one. The partial sums, not in use here, and what follows them hold the d[n]. */
static void dpow(const jet *j, const double *x, const double *y, unsigned k, unsigned m, double *z)
{
    const size_t s = j->stride;
    double *d = j->partial, binomial = 1.0;
    if (k == 0) {
        flx_kernel_powk(j->order, s, x, y, 0, m, z, j->scratch);
        return;
    }
    clear(j, d, m + 1);
    d[0] = 1.0;
    for (unsigned a = 0; a < k; a++) {
        assign(j, j->constant, y);
        j->constant[0] -= a;
        for (unsigned n = m + 1; n-- > 0;) {
            assign(j, j->product, d + n);
            flx_kernel_mul(j->order, s, j->product, j->constant, d + n);
            if (n > 0) add(j, d + n, d + n - 1, (double)n);
        }
    }
    clear(j, z, 1);
    for (unsigned i = 0; i <= m; i++) { /* constant: the power; product: times d */
        flx_kernel_powk(j->order, s, x, y, k, i, j->constant, j->scratch);
        /* A power that has vanished is 0 times what overflows, too. */
        add(j, z, zero_product(j, d + m - i, j->constant, FLX_ZERO_EITHER), binomial);
        binomial *= (double)(m - i) / (double)(i + 1);
    }
    z[0] = flx_double_dpow(x[0], y[0], k, m);
}

static void run_scalar(const jet *j, flx_instr in, double *z)
{
    const size_t d = j->order, s = j->stride;
    const flx_code *c = j->code;
    double *x = at(j, in.a), *tmp = j->scratch;
    switch (in.op) {
    case OP_add: flx_kernel_add(d, s, x, at(j, in.b), z); break;
    case OP_sub: flx_kernel_sub(d, s, x, at(j, in.b), z); break;
    case OP_mul: flx_kernel_mul(d, s, x, at(j, in.b), z); break;
    case OP_div: flx_kernel_div(d, s, x, at(j, in.b), z); break;
    case OP_addc: flx_kernel_add(d, s, x, constant(j, c->imm[in.b]), z); break;
    case OP_csub: flx_kernel_sub(d, s, constant(j, c->imm[in.b]), x, z); break;
    case OP_mulc: flx_kernel_mul(d, s, x, constant(j, c->imm[in.b]), z); break;
    case OP_divc: flx_kernel_div(d, s, x, constant(j, c->imm[in.b]), z); break;
    case OP_cdiv: flx_kernel_div(d, s, constant(j, c->imm[in.b]), x, z); break;
    case OP_neg: flx_kernel_neg(d, s, x, z); break;
    case OP_square: flx_kernel_square(d, s, x, z); break;
    case OP_dpowc: dpowc(j, x, c->imm[in.b], in.flags, z); break;
    case OP_dpow: dpow(j, x, at(j, in.b), in.flags % 256u, in.flags / 256u, z); break;
    case OP_select:
        flx_kernel_select(d, s, x, at(j, c->word[in.b]), at(j, c->word[in.b + 1]), z);
        break;
    case OP_copy: assign(j, z, x); break;
    case OP_detach: assign(j, z, constant(j, x[0])); break;
    case OP_adiv:
        flx_kernel_adiv(d, s, x, at(j, c->word[in.b]), at(j, c->word[in.b + 1]), z, tmp);
        break;
    case OP_defined:
        assign(j, z, x);
        if (isnan(*at(j, in.b))) add(j, z, z, (double)NAN);
        break;
/* clang-format off */
#define OP(name, value, slot, domain, derivative) case OP_##name: flx_kernel_##name(d, s, x, z, tmp); break;
#define OP_INLINE(name, value, slot, domain, derivative)
#include "ops/ops.def"
#undef OP
#define OP2(name, value, dx, dy) case OP_##name: flx_kernel_##name(d, s, x, at(j, in.b), z, tmp); break;
#include "ops/binary.def"
#undef OP2
#define OP3(name, value, dx, dy, dz) case OP_##name: flx_kernel_##name(d, s, x, at(j, c->word[in.b]), at(j, c->word[in.b + 1]), z, tmp); break;
#include "ops/ternary.def"
#undef OP3
#define OPN(name, value) case OP_d##name: flx_kernel_d##name(d, s, x, (int)c->imm[in.b], in.flags, z, tmp); break;
#include "ops/ordered.def"
#undef OPN
        /* clang-format on */
    default: break; /* the poison keeps what it holds */
    }
}

static void run_acc(const jet *j, flx_instr in)
{
    double *sum = at(j, in.a);
    if (in.op == OP_acc || in.op == OP_acc_sub) {
        add(j, sum, at(j, in.b), in.op == OP_acc ? 1.0 : -1.0);
        return;
    }
    if (in.op == OP_acc_imm) {
        sum[0] += j->code->imm[in.b];
        return;
    }
    const double *g = at(j, j->code->word[in.b]);
    const uint32_t second = j->code->word[in.b + 1];
    if (in.op == OP_acc_if) {
        if ((*at(j, second) > 0.0) != (in.flags == FLAG_UNLESS)) add(j, sum, g, 1.0);
        return;
    }
    const int scale = in.op == OP_acc_scale;
    const double *p = scale ? constant(j, j->code->imm[second]) : at(j, second);
    const flx_zero rule = !scale && in.flags & FLAG_EITHER ? FLX_ZERO_EITHER : FLX_ZERO_FIRST;
    add(j, sum, zero_product(j, g, p, rule), in.op == OP_acc_msub ? -1.0 : 1.0);
}

/* What a contribution adds: a series, the operand's own or a temporary. */
static const double *term(const jet *j, flx_instr each, const double *x, const double *y)
{
    switch (each.op) {
    case OP_acc:
    case OP_acc_sub: return x;
    case OP_acc_imm: return constant(j, j->code->imm[each.b]);
    case OP_acc_scale: return zero_product(j, x, constant(j, j->code->imm[each.b]), FLX_ZERO_FIRST);
    case OP_acc_if: return (*y > 0.0) != (each.flags == FLAG_UNLESS) ? x : constant(j, -0.0);
    default:
        if (flx_zero_rule(each.flags)) return zero_product(j, x, y, flx_zero_rule(each.flags));
        flx_kernel_mul(j->order, j->stride, x, y, j->product);
        return j->product;
    }
}

static double sign_of(flx_instr each)
{
    return each.op == OP_acc_sub || each.op == OP_acc_msub ? -1.0 : 1.0;
}

/* The terms of rows x cols of a block from (i0, j0) on, summed in the fixed order of block.inc. */
static const double *sum_of(const jet *j, const flx_block *b, uint32_t i0, uint32_t j0,
                            uint32_t rows, uint32_t cols)
{
    const flx_view *x = &b->view[1], *y = &b->view[b->views > 2 ? 2 : 1];
    clear(j, j->partial, FLX_PARTIAL_SUMS);
    for (uint32_t k = 0; k < rows * cols; k++) {
        const double *from = at(j, flx_view_slot(x, i0 + k / cols, j0 + k % cols));
        const double *factor = at(j, flx_view_slot(y, i0 + k / cols, j0 + k % cols));
        add(j, j->partial + k % FLX_PARTIAL_SUMS, term(j, b->each, from, factor), sign_of(b->each));
    }
    for (int width = FLX_PARTIAL_SUMS / 2; width > 0; width /= 2)
        for (int p = 0; p < width; p++) add(j, j->partial + p, j->partial + p + width, 1.0);
    return j->partial;
}

static void acc_map(const jet *j, unsigned op, const flx_block *b)
{
    const flx_view *t = &b->view[0];
    const uint32_t rows = flx_view_is_tall(t) ? t->rows : 1,
                   cols = flx_view_is_wide(t) ? t->cols : 1;
    const flx_view *x = &b->view[1], *y = &b->view[b->views > 2 ? 2 : 1];
    for (uint32_t r = 0; r < t->rows; r += rows) {
        for (uint32_t c = 0; c < flx_block_columns(op, b, r); c += cols) {
            double *to = at(j, flx_view_slot(t, r, c));
            const double *from = at(j, flx_view_slot(x, r, c)),
                         *factor = at(j, flx_view_slot(y, r, c));
            if (rows * cols > 1) add(j, to, sum_of(j, b, r, c, rows, cols), 1.0);
            else add(j, to, term(j, b->each, from, factor), sign_of(b->each));
        }
    }
}

static flx_algebra algebra_of(const jet *j)
{
    return (flx_algebra){{j->plane}, j->order + 1, j->stride, 1, 1, SIZE_MAX};
}

static void acc_matmul(const jet *j, const flx_block *b)
{
    const flx_view *t = &b->view[0], *x = &b->view[1], *y = &b->view[2];
    const flx_algebra numbers = algebra_of(j);
    if (flx_matmul(b, &numbers, &numbers, &numbers)) return;
    for (uint32_t r = 0; r < t->rows; r++)
        for (uint32_t l = 0; l < x->cols; l++)
            for (uint32_t c = 0; c < t->cols; c++)
                add(j, at(j, flx_view_slot(t, r, c)),
                    term(j, b->each, at(j, flx_view_slot(x, r, l)), at(j, flx_view_slot(y, l, c))),
                    1.0);
}

/* As nowhere.inc has them. */
static const double *undefined(const jet *j, const flx_block *b)
{
    return constant(j, flx_zero_rule(b->each.flags) == FLX_ZERO_NONE ? (double)NAN : 0.0);
}

static void add_lost(const jet *j, double *sum, const double *x)
{
    for (size_t k = 0; k <= j->order; k++)
        sum[k * j->stride] += flx_double_amul(x[k * j->stride], (double)NAN);
}

/* Element (r, c) of a gather. */
static const double *gathered(const jet *j, const flx_block *b, uint32_t r, uint32_t c)
{
    const flx_view *x = &b->view[1];
    const uint32_t row = flx_index(*at(j, flx_view_slot(&b->view[2], r, c)), x->rows);
    if (row < x->rows) return at(j, flx_view_slot(x, row, c));
    assign(j, j->partial, undefined(j, b));
    for (uint32_t k = 0; k < row; k++) add_lost(j, j->partial, at(j, flx_view_slot(x, k, c)));
    return j->partial;
}

static void scatter(const jet *j, const flx_block *b)
{
    const flx_view *t = &b->view[0], *x = &b->view[1];
    for (uint32_t r = 0; r < x->rows; r++) {
        for (uint32_t c = 0; c < x->cols; c++) {
            const double *from = at(j, flx_view_slot(x, r, c));
            const uint32_t row = flx_index(*at(j, flx_view_slot(&b->view[2], r, c)), t->rows);
            if (row < t->rows) add(j, at(j, flx_view_slot(t, row, c)), from, 1.0);
            for (uint32_t k = 0; row == t->rows && k < row; k++) {
                double *to = at(j, flx_view_slot(t, k, c));
                add(j, to, undefined(j, b), 1.0);
                add_lost(j, to, from);
            }
        }
    }
}

static void cumsum(const jet *j, const flx_block *b)
{
    const flx_view *t = &b->view[0], *x = &b->view[1];
    for (uint32_t r = 0; r < t->rows; r++) {
        assign(j, j->partial, constant(j, -0.0));
        for (uint32_t c = 0; c < t->cols; c++) {
            add(j, j->partial, at(j, flx_view_slot(x, r, c)), 1.0);
            add(j, at(j, flx_view_slot(t, r, c)), j->partial, 1.0);
        }
    }
}

/* Elements one by one: of a map by their instruction, of a gather copied. */
static void run_elements(const jet *j, flx_instr in, const flx_block *b)
{
    uint32_t word[2] = {0, 0};
    const flx_view *t = &b->view[0];
    const flx_code code = flx_code_of_elements(j->code, word);
    jet local = *j;
    local.code = &code;
    for (uint32_t r = 0; r < t->rows; r++) {
        for (uint32_t c = 0; c < t->cols; c++) {
            double *z = at(j, flx_view_slot(t, r, c));
            if (in.op == OP_map) run_scalar(&local, flx_element(b, r, c, word), z);
            else if (in.op == OP_gather) assign(j, z, gathered(j, b, r, c));
            else add(j, z, gathered(j, b, r, c), 1.0);
        }
    }
}

/* What loops are made of: a plane is a jet. */
typedef jet jet_plane;

static void run(const jet *j, uint32_t first, uint32_t slot);
static void jet_run_code(const flx_code *c, uint32_t first, uint32_t out, jet j)
{
    j.code = c;
    run(&j, first, out);
}
static jet jet_shift(jet j, size_t slots)
{
    j.plane += slots;
    return j;
}
static void jet_run_rooms(const flx_code *c, uint32_t first, uint32_t out, jet j, size_t apart)
{
    (void)c, (void)first, (void)out, (void)j,
        (void)apart; /* of sweeps back, which jets have none of */
}
static flx_seen jet_look(const flx_inner *f, jet j) { return flx_inner_look(f, j.plane); }
static unsigned jet_points(void) { return 1; }
static double jet_number(jet j, size_t slot) { return j.plane[slot]; }
static void jet_put(jet j, size_t slot, double c) { assign(&j, at(&j, slot), constant(&j, c)); }
static void jet_put_at(jet j, size_t slot, unsigned points, double c)
{
    if (points) jet_put(j, slot, c);
}
static void jet_move(jet j, size_t to, size_t from) { assign(&j, at(&j, to), at(&j, from)); }
static void jet_raise(jet j, size_t to, size_t from) { add(&j, at(&j, to), at(&j, from), 1.0); }

#define F(name) jet_##name
#include "reverse/loop.inc"
#undef F

static void run_array(const jet *j, flx_instr in, double *out)
{
    const flx_block *b = &j->code->block[in.a];
    const flx_algebra numbers = algebra_of(j);
    const double nothing = in.op == OP_cumsum ? -0.0 : 0.0;
    switch (in.op) {
    case OP_map:
        run_elements(j, in, b);
        flx_settle_values(j->code, b, j->plane);
        return;
    case OP_gather:
    case OP_acc_gather: run_elements(j, in, b); return;
    case OP_argmax:
    case OP_argmin: /* values only: a jet's other planes are zero where nothing writes */
        flx_forward_double_block(j->code, in, (uint32_t)(out - j->plane), j->plane);
        return;
    case OP_call: flx_call_values(j->code, b, in.b, &numbers); return;
    case OP_loop: jet_run_loop(j->code, b, *j); return;
    case OP_trsolve:
    case OP_cholesky:
    case OP_lu: flx_solve_values(in.op, b, &numbers); return;
    default: break;
    }
    clear(j, out, in.b);
    for (uint32_t k = 0; k < in.b; k++) out[k] = nothing;
    switch (flx_block_accumulating(in.op)) {
    case OP_acc_map:
    case OP_acc_triangle: acc_map(j, in.op, b); break;
    case OP_acc_matmul: acc_matmul(j, b); break;
    case OP_acc_scatter: scatter(j, b); break;
    default: cumsum(j, b); break;
    }
}

/* From instruction first on, which writes this slot. */
static void run(const jet *j, uint32_t first, uint32_t slot)
{
    double *out = j->plane + slot;
    for (uint32_t k = first; k < j->code->instrs; k++) {
        const flx_instr in = j->code->instr[k];
        const flx_shape shape = flx_op_shape(in.op);
        if (shape <= SHAPE_TRIPLE) {
            run_scalar(j, in, out++);
        } else if (shape == SHAPE_RUN) {
            if (in.op == OP_zeros) clear(j, out, in.a);
            out += in.a;
        } else if (shape <= SHAPE_ACC_PAIR) {
            run_acc(j, in);
        } else {
            run_array(j, in, out);
            out += flx_instr_outputs(&in);
        }
    }
}

flx_status flx_jet(const flx_program *f, flx_work *w, size_t order, const double *x, double *y,
                   flx_report *report)
{
    if (!f || !w || (!x && f->inputs) || (!y && f->outputs))
        return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    if (w->program != f || w->kind != FLX_WORK_JET || order > w->order)
        return flx_report_fill(report, FLX_EWORK, 0, NULL, NULL);
    if (order > f->order) return flx_report_fill(report, FLX_EORDER, 0, f->limit, NULL);
    const size_t n = f->inputs, m = f->outputs, s = w->stride;
    const flx_status status = flx_driver_begin(f, w, FLX_WORK_VALUE, x, y, (order + 1) * m, report);
    if (status != FLX_OK) return status;
    for (size_t k = 1; k <= order; k++)
        for (size_t i = 0; i < n; i++) w->plane[k * s + f->input[i]] = x[k * n + i];
    double *temporary = w->plane + f->slots;
    const jet j = {&f->code,      order,        s, w->plane, w->scratch, temporary,
                   temporary + 1, temporary + 2};
    run(&j, 0, 0);
    for (size_t k = 0; k <= order; k++)
        for (size_t i = 0; i < m; i++) y[k * m + i] = w->plane[k * s + f->output[i]];
    flx_driver_end(f, w, (flx_swept){(int)order, 0, 0, 1, order}, y, (order + 1) * m, report);
    return status;
}
