/* jet.c: Taylor coefficients of a program along a path: a forward sweep over coefficient planes by
 * the kernels of kernel.h. A series is a column through the planes. */
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "ops/exponent.h"
#include "ops/support.h"
#include "program/program.h"
#include "reverse/range.h"

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
    if (rule != FLX_ZERO_EITHER) {
        const int first = rule == FLX_ZERO_FIRST;
        flx_kernel_amul(j->order, s, first ? a : b, first ? b : a, j->product, j->scratch);
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
        add(j, z, zero_product(j, d + m - i, j->constant, FLX_ZERO_FIRST), binomial);
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

/* Sum of the products of two views into a series, in the fixed order of range.inc. */
static double *dot(const jet *j, const flx_loops *l, flx_zero rule)
{
    size_t k = 0;
    clear(j, j->partial, FLX_PARTIAL_SUMS);
    for (size_t i = 0; i < l->rows; i++) {
        const double *x = at(j, flx_loop_start(l->x, l->x_stride[0], i));
        const double *y = at(j, flx_loop_start(l->y, l->y_stride[0], i));
        for (size_t m = 0; m < l->cols; m++, k++, x += l->x_stride[1], y += l->y_stride[1]) {
            if (rule) zero_product(j, x, y, rule);
            else flx_kernel_mul(j->order, j->stride, x, y, j->product);
            add(j, j->partial + k % FLX_PARTIAL_SUMS, j->product, 1.0);
        }
    }
    for (int width = FLX_PARTIAL_SUMS / 2; width > 0; width /= 2)
        for (int p = 0; p < width; p++) add(j, j->partial + p, j->partial + p + width, 1.0);
    return j->partial;
}

/* out = alpha*x + y, or in place x += alpha*y. */
static void axpy(const jet *j, flx_instr in, const flx_loops *l, double *out)
{
    const int in_place = in.op == OP_acc_axpy;
    const double *alpha =
        in.flags & FLAG_ALPHA_IMMEDIATE ? constant(j, j->code->imm[in.b]) : at(j, in.b);
    for (size_t i = 0; i < l->rows; i++) {
        double *x = at(j, flx_loop_start(l->x, l->x_stride[0], i));
        const double *y = at(j, flx_loop_start(l->y, l->y_stride[0], i));
        for (size_t m = 0; m < l->cols; m++, x += l->x_stride[1], y += l->y_stride[1]) {
            if (!in_place) {
                flx_kernel_mul(j->order, j->stride, alpha, x, j->product);
                flx_kernel_add(j->order, j->stride, j->product, y, out++);
                continue;
            }
            add(j, x, zero_product(j, alpha, y, flx_zero_rule(in.flags)), 1.0);
        }
    }
}

static void run_array(const jet *j, flx_instr in, double *out)
{
    const flx_loops l = flx_loops_of(&j->code->pair[in.a]);
    switch (in.op) {
    case OP_dot: assign(j, out, dot(j, &l, FLX_ZERO_NONE)); break;
    case OP_acc_dot: add(j, at(j, in.b), dot(j, &l, flx_zero_rule(in.flags)), 1.0); break;
    default: axpy(j, in, &l, out); break;
    }
}

static void run(const jet *j)
{
    double *out = j->plane;
    for (uint32_t k = 0; k < j->code->instrs; k++) {
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
            out += flx_instr_outputs(j->code, &in);
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
    const size_t n = f->inputs, m = f->outputs, s = w->stride;
    const flx_status status = flx_driver_begin(f, w, FLX_WORK_VALUE, x, y, (order + 1) * m, report);
    if (status != FLX_OK) return status;
    for (size_t k = 1; k <= order; k++)
        for (size_t i = 0; i < n; i++) w->plane[k * s + f->input[i]] = x[k * n + i];
    double *temporary = w->plane + f->slots;
    const jet j = {&f->code,      order,        s, w->plane, w->scratch, temporary,
                   temporary + 1, temporary + 2};
    run(&j);
    for (size_t k = 0; k <= order; k++)
        for (size_t i = 0; i < m; i++) y[k * m + i] = w->plane[k * s + f->output[i]];
    flx_driver_end(f, w, (flx_swept){(int)order, 0, 0, 1, order}, y, (order + 1) * m, report);
    return status;
}
