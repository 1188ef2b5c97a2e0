/* Runs of equal operations as arrays: every operation that was recorded is there once, of the operands that it
 * had, under the number that it had; and what reports say of it. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

#include "hostile.h"
#include "program/passes.h"

enum { N = 200, CODE = 4096 };
#define NOWHERE UINT32_MAX

/* A loop over n inputs, and two parameters. */
typedef size_t body(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y);

typedef struct recorded {
    flx_program *plain, *runs;
} recorded;

static flx_program *frozen(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y,
                           unsigned flags)
{
    flx_program *f = NULL;
    cr_assert_eq(flx_freeze(t, n, x, m, y, flags, &f, NULL), FLX_OK);
    return f;
}

static double point_at(size_t k) { return 0.5 + 0.03125 * (double)(k * k % 11); }

static recorded record(body *loop, size_t n)
{
    flx_tape *t = NULL;
    flx_var x[N], p[2], y[N];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < n; k++) x[k] = flx_variable(t, point_at(k));
    for (int k = 0; k < 2; k++) p[k] = flx_parameter(t, 1.5 + k);
    const size_t m = loop(t, n, x, p, y);
    const recorded r = {frozen(t, n, x, m, y, FLX_KEEP_ALL),
                        frozen(t, n, x, m, y, FLX_KEEP_ALL | FLX_IN_RUNS)};
    flx_tape_destroy(t);
    return r;
}

static void forget(recorded r)
{
    flx_program_release(r.plain);
    flx_program_release(r.runs);
}

/* ---- what is executed ---- */

/* An operation with the numbers of the operations that it reads, and the constant that it has: as an
 * immediate, or as an operand in its place. */
typedef struct operation {
    const char *name;
    unsigned flags;
    uint32_t reads[3];
    double constant;
} operation;

typedef struct listing {
    const flx_program *f;
    uint32_t writer[CODE]; /* of slots: the number that the operation was recorded under */
    operation operation[CODE];
    unsigned times[CODE]; /* that an operation is done */
} listing;

static void put_operands(listing *l, const flx_code *c, flx_instr in, operation *o)
{
    uint32_t slot[3], n = 0;
    const int count = flx_instr_operands(c, &in, slot);
    if (flx_op_shape(in.op) == SHAPE_IMMEDIATE) o->constant = c->imm[in.b];
    for (int j = 0; j < count; j++) {
        if (l->writer[slot[j]] != NOWHERE) o->reads[n++] = l->writer[slot[j]];
        else o->constant = *flx_preset_value(l->f->constant, l->f->constants, slot[j]);
    }
}

static void put_one(listing *l, const flx_code *c, flx_instr in, uint32_t instr, uint32_t element)
{
    const uint32_t number = flx_code_origin_of(&l->f->code, instr, element);
    operation *o = &l->operation[number];
    cr_assert(number < CODE);
    *o = (operation){flx_instr_name(&l->f->code, &l->f->code.instr[instr]),
                     in.flags,
                     {NOWHERE, NOWHERE, NOWHERE},
                     0.0};
    l->times[number]++;
    if (flx_op_is_scalar(in.op) && in.op != OP_poison) put_operands(l, c, in, o);
}

/* The target lies where it is written, and there is a view for each operand. */
static void expect_views(const flx_block *b, const flx_instr *one, uint32_t element, uint32_t out)
{
    static const uint32_t word[2] = {0, 0};
    const flx_code c = {.word = word};
    uint32_t slot[3];
    const flx_instr in =
        flx_op_shape(one->op) == SHAPE_TRIPLE ? (flx_instr){one->op, 0, 0, 0} : *one;
    cr_assert_eq(flx_view_slot(&b->view[0], 0, element), out);
    cr_assert_eq(b->views, flx_instr_operands(&c, &in, slot) + 1);
}

/* Constants that were not recorded come right after the poison. */
static void list(listing *l, const flx_program *f, uint32_t added)
{
    uint32_t out = 0;
    *l = (listing){.f = f};
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        const flx_instr in = f->instr[k];
        const uint32_t outputs = flx_instr_outputs(&in);
        const int is_new = added && k == 1;
        cr_assert(out + outputs <= CODE);
        for (uint32_t j = 0; j < outputs; j++) {
            uint32_t word[2] = {0, 0};
            const int is_map = in.op == OP_map;
            const flx_instr one = is_map ? flx_element(&f->block[in.a], 0, j, word) : in;
            const flx_code c = is_map ? flx_code_of_elements(&f->code, word) : f->code;
            l->writer[out] = is_new ? NOWHERE : flx_code_origin_of(&f->code, k, j);
            if (is_map) expect_views(&f->block[in.a], &one, j, out);
            if (!is_new) put_one(l, &c, one, k, j);
            out++;
        }
    }
    cr_assert_eq(out, f->code.slots);
}

/* Both do the same; the second in so many instructions, and with so many more constants. */
static void expect_same(recorded r, uint32_t instrs, uint32_t added, const char *what)
{
    static listing plain, runs;
    list(&plain, r.plain, 0);
    list(&runs, r.runs, added);
    cr_expect_eq(r.runs->code.instrs, instrs, "%s: %u", what, r.runs->code.instrs);
    cr_expect_eq(r.runs->constants, r.plain->constants + added, "%s", what);
    cr_expect_eq(r.runs->code.slots, r.plain->code.slots + added, "%s", what);
    for (uint32_t k = 0; k < CODE; k++) {
        const operation *a = &plain.operation[k], *b = &runs.operation[k];
        cr_expect_eq(plain.times[k], runs.times[k], "%s: %u", what, k);
        if (!plain.times[k] || !runs.times[k]) continue;
        cr_expect(!strcmp(a->name, b->name) && a->flags == b->flags
                      && memcmp(a->reads, b->reads, sizeof a->reads) == 0
                      && flx_bits_of(a->constant) == flx_bits_of(b->constant),
                  "%s: %u: %s, not %s", what, k, b->name, a->name);
    }
    for (size_t k = 0; k < flx_inputs(r.plain); k++)
        cr_expect_eq(runs.writer[r.runs->input[k]], plain.writer[r.plain->input[k]]);
    for (size_t k = 0; k < flx_outputs(r.plain); k++)
        cr_expect_eq(runs.writer[r.runs->output[k]], plain.writer[r.plain->output[k]]);
}

static void expect_arrays(body *loop, size_t n, uint32_t instrs, uint32_t added, const char *what)
{
    const recorded r = record(loop, n);
    expect_same(r, instrs, added, what);
    forget(r);
}

/* ---- loops: after the poison, the inputs and the parameters, which are three instructions ---- */

static size_t chain(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    (void)t, (void)p;
    flx_var sum = flx_constant(0.0);
    for (size_t k = 0; k + 1 < n; k++) {
        const flx_var a = flx_sub(1.0, x[k]), b = flx_sub(x[k + 1], flx_square(x[k]));
        sum = flx_add(sum, flx_add(flx_mul(100.0, flx_square(b)), flx_square(a)));
    }
    y[0] = sum;
    return 1;
}

/* Seven maps; sums wait for each other. */
Test(pass_arrays, a_sum_of_terms) { expect_arrays(chain, 20, 3 + 7 + 19, 0, "terms"); }

static size_t squares(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    (void)t, (void)p;
    for (size_t k = 0; k < n; k++) y[k] = flx_square(x[k]);
    return n;
}

Test(pass_arrays, eight_are_enough)
{
    expect_arrays(squares, 7, 3 + 7, 0, "seven");
    expect_arrays(squares, 8, 3 + 1, 0, "eight");
    expect_arrays(squares, 9, 3 + 1, 0, "nine");
}

/* Of every turn three sines and a product of two of them, of a constant distance in no order of their own. */
static size_t several(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    (void)t;
    for (size_t k = 0; k < n / 4; k++) {
        const flx_var a = flx_sin(x[k]), b = flx_sin(x[n - 1 - k]), c = flx_sin(p[0]);
        y[k] = flx_fma(flx_mul(a, p[1]), b, flx_select(c, x[2 * k], a));
    }
    return n / 4;
}

Test(pass_arrays, equal_operations_of_a_turn)
{
    expect_arrays(several, 40, 3 + 6, 0, "ten turns");
    expect_arrays(several, 32, 3 + 6, 0, "eight turns");
    expect_arrays(several, 28, 3 + 7 * 6, 0, "seven turns");
}

/* Two, or as many as are looked for in a turn, and no more; they are what is recorded last. */
static size_t each; /* of a turn */

static size_t many(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    size_t m = 0;
    (void)t, (void)p;
    for (size_t k = 0; k < n / 2; k++)
        for (size_t j = 0; j < each; j++) y[m++] = flx_sin(x[k + j * j * j % 7]);
    return m;
}

Test(pass_arrays, as_many_as_are_looked_for)
{
    each = 2;
    expect_arrays(many, 16, 3 + 2, 0, "two");
    each = 16;
    expect_arrays(many, 16, 3 + 16, 0, "sixteen");
    each = 17;
    expect_arrays(many, 16, 3 + 8 * 17, 0, "seventeen");
}

/* What turns of a loop do after equal operations of no order; and too few turns, which stay as they are. */
static size_t mixed(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    static const size_t any[5] = {3, 1, 7, 2, 0};
    size_t m = 0;
    (void)t, (void)p;
    for (size_t k = 0; k < 5; k++) y[m++] = flx_sin(x[any[k]]);
    for (size_t k = 0; k < n / 2; k++) {
        y[m++] = flx_sin(x[k]);
        y[m++] = flx_sin(x[n - 1 - k]);
    }
    return m;
}

Test(pass_arrays, loops_after_others)
{
    uint32_t last = 0;
    expect_arrays(mixed, 16, 3 + 5 + 2, 0, "eight turns");
    expect_arrays(mixed, 14, 3 + 5 + 14, 0, "seven turns");
    const recorded r = record(mixed, 14);
    for (uint32_t k = 0; k < r.runs->code.instrs; k++) {
        cr_expect(k == 0 || flx_code_origin(&r.runs->code, k) > last, "in their order");
        last = flx_code_origin(&r.runs->code, k);
    }
    forget(r);
}

/* Each operation needs the one before, through the first operand or the second: none may move. */
static int by_second;

static flx_var add(flx_var a, flx_var b) { return by_second ? flx_add(b, a) : flx_add(a, b); }

static size_t ladder(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    flx_var a = p[0], b = p[1];
    (void)t;
    for (size_t k = 0; k < n; k++) {
        a = add(b, x[k]);
        b = add(a, x[n - 1 - k]);
    }
    y[0] = a;
    y[1] = b;
    return 2;
}

Test(pass_arrays, what_waits_for_another_stays)
{
    for (by_second = 0; by_second < 2; by_second++)
        expect_arrays(ladder, 20, 3 + 40, 0, by_second ? "second operand" : "first operand");
}

/* Operands of every other turn come from another run: no view sees both. */
static size_t torn(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    flx_var a[N], b[N];
    (void)t, (void)p;
    for (size_t k = 0; k < n; k++) a[k] = flx_exp(x[k]);
    for (size_t k = 0; k < n; k++) b[k] = flx_cos(x[k]);
    for (size_t k = 0; k < n / 2; k++)
        y[k] = flx_neg(k < n / 4 ? a[k + n / 2 + n / 4] : b[k - n / 4]);
    return n / 2;
}

Test(pass_arrays, views_stay_in_one_instruction)
{
    expect_arrays(torn, 32, 3 + 2 + 2, 0, "two halves of eight");
    expect_arrays(torn, 28, 3 + 2 + 14, 0, "two halves of seven");
}

/* ---- immediates ---- */

static double
    factor; /* the constant of a turn is another one by this; infinite: every other one is */

static size_t immediates(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    (void)t, (void)p;
    for (size_t k = 0; k < n; k++) {
        const double c = 3.0 + (isinf(factor) && k % 2 == 0 ? 0.0 : factor * (double)k);
        const flx_var a = flx_div(c, flx_add(x[k], c)), b = flx_div(flx_mul(x[k], c), c);
        y[k] = flx_mul(a, flx_sub(c, b));
    }
    return n;
}

Test(pass_arrays, immediates_that_differ_are_constants)
{
    factor = 0.0;
    expect_arrays(immediates, 9, 3 + 6, 0, "all the same");
    factor = 0.25;
    expect_arrays(immediates, 9, 3 + 1 + 6, 5 * 9, "all different");
    factor = (double)INFINITY;
    expect_arrays(immediates, 9, 3 + 6 * 9, 0, "not finite");
}

static size_t powers(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    (void)t, (void)p;
    for (size_t k = 0; k < n; k++) y[k] = flx_powi(x[k], factor == 0.0 ? 3 : 3 + (int)k);
    return n;
}

Test(pass_arrays, exponents_that_differ_stay)
{
    factor = 0.0;
    expect_arrays(powers, 12, 3 + 1, 0, "one exponent");
    factor = 1.0;
    expect_arrays(powers, 12, 3 + 12, 0, "many");
}

/* ---- inputs ---- */

static size_t nothing(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    (void)t, (void)p;
    for (size_t k = 0; k < n; k++) y[k] = x[n - 1 - k];
    return n;
}

Test(pass_arrays, inputs_alone)
{
    expect_arrays(nothing, 1, 3, 0, "one");
    expect_arrays(nothing, 3, 3, 0, "three");
}

/* Variables between inputs that are none, and parameters, stay apart; so does an array of inputs. */
Test(pass_arrays, inputs_side_by_side)
{
    enum { COUNT = 12 };
    const double two[2] = {1.0, 2.0};
    flx_tape *t = NULL;
    flx_var all[COUNT], x[COUNT], y[COUNT];
    size_t n = 0, m = 0;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (int k = 0; k < COUNT; k++) all[k] = flx_variable(t, 1.0 + k);
    const flx_var p = flx_parameter(t, 2.0), q = flx_parameter(t, 3.0);
    const flx_array a = flx_array_variable(t, 2, 1, two);
    for (int k = 0; k < COUNT; k++)
        if (k != 4 && k != 5) x[n++] = all[k];
    y[m++] = flx_mul(flx_add(all[4], all[5]), flx_add(p, q));
    y[m++] = flx_mul(flx_add(x[0], x[9]), flx_array_at(a, 1, 0));
    const recorded r = {frozen(t, n, x, m, y, FLX_KEEP_ALL),
                        frozen(t, n, x, m, y, FLX_KEEP_ALL | FLX_IN_RUNS)};
    flx_tape_destroy(t);
    expect_same(r, 1 + 3 + 1 + 1 + 5, 0, "inputs");
    cr_expect_eq(r.runs->instr[1].a, 4);
    cr_expect_eq(r.runs->instr[2].a, 2);
    cr_expect_eq(r.runs->instr[3].a, 6);
    forget(r);
}

/* ---- what is said of them ---- */

static void expect_report(flx_report a, flx_report b, const char *what)
{
    cr_expect(a.status == b.status && a.flags == b.flags && a.index == b.index
                  && a.label == b.label,
              "%s: %d, %x at %zu, not %d, %x at %zu", what, (int)b.status, b.flags, b.index,
              (int)a.status, a.flags, a.index);
    cr_expect(a.op == b.op || (a.op && b.op && strcmp(a.op, b.op) == 0), "%s: %s, not %s", what,
              b.op, a.op);
}

static void expect_finding(flx_diagnosis a, flx_diagnosis b)
{
    cr_expect(a.value == b.value && a.tangent == b.tangent && a.adjoint == b.adjoint,
              "%zu, %zu, %zu, not %zu, %zu, %zu", b.value, b.tangent, b.adjoint, a.value, a.tangent,
              a.adjoint);
    cr_expect(a.value_label == b.value_label && a.adjoint_label == b.adjoint_label);
}

/* Values, first and second derivatives, and what reports say of them, at a point. */
static void expect_same_results(recorded r, const double *x)
{
    const flx_program *both[2] = {r.plain, r.runs};
    const size_t n = flx_inputs(r.plain), m = flx_outputs(r.plain);
    double y[2][N], g[2][N], h[2][N], dir[N], weight[N];
    flx_report report[2][3];
    flx_diagnosis found[2];
    for (size_t k = 0; k < n; k++) dir[k] = 1.0 - 0.125 * (double)k;
    for (size_t k = 0; k < m; k++) weight[k] = 0.5 + (double)k;
    for (int k = 0; k < 2; k++) {
        flx_work *w = NULL;
        flx_program *f = k ? r.runs : r.plain;
        cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
        flx_eval(both[k], w, x, y[k], &report[k][0]);
        flx_vjp(both[k], w, NULL, weight, g[k], &report[k][1]);
        flx_hvp(both[k], w, NULL, dir, weight, h[k], &report[k][2]);
        flx_diagnose(both[k], w, x, dir, weight, &found[k]);
        flx_work_destroy(w);
    }
    expect_report(report[0][0], report[1][0], "value");
    expect_report(report[0][1], report[1][1], "gradient");
    expect_report(report[0][2], report[1][2], "product");
    expect_finding(found[0], found[1]);
    for (size_t k = 0; k < m; k++)
        cr_expect(memcmp(&y[0][k], &y[1][k], sizeof y[0][k]) == 0
                      || (y[0][k] != y[0][k] && y[1][k] != y[1][k]),
                  "output %zu: %.17g, not %.17g", k, y[1][k], y[0][k]);
    for (size_t k = 0; k < n; k++) {
        cr_expect(g[0][k] == g[1][k] || fabs(g[0][k] - g[1][k]) <= 1e-13 * fabs(g[0][k])
                      || (g[0][k] != g[0][k] && g[1][k] != g[1][k]),
                  "adjoint %zu: %.17g, not %.17g", k, g[1][k], g[0][k]);
        cr_expect(h[0][k] == h[1][k] || fabs(h[0][k] - h[1][k]) <= 1e-12 * fabs(h[0][k])
                      || (h[0][k] != h[0][k] && h[1][k] != h[1][k]),
                  "product %zu: %.17g, not %.17g", k, h[1][k], h[0][k]);
    }
}

/* All that has slots: words, arrays, guards, parameters, variables that are no inputs; and immediates that
 * become constants before them. */
static size_t everything(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    const flx_var c = flx_variable(t, 0.75), d = flx_variable(t, 1.25);
    const flx_array a = flx_array_pack(t, n, 1, x);
    size_t m = several(t, n, x, p, y);
    m += immediates(t, n, x, p, y + m);
    for (size_t k = 0; k + 1 < n; k++)
        if (flx_lt(x[k], d) && flx_gt(x[k], 0.0) && flx_lt(0.0, x[k])) y[m++] = flx_mul(x[k], c);
    y[m++] = flx_mul(flx_array_at(flx_array_sum(flx_array_exp(a), FLX_ALL), 0, 0), d);
    y[m++] = flx_pow(p[1], x[0]);
    cr_expect(flx_lt(x[n - 1], 2.5));
    return m;
}

/* Whose only operand that derivatives pass to is the second. */
static size_t differences(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    (void)t, (void)p;
    for (size_t k = 0; k < n; k++) y[k] = flx_sub(1.0 + (double)k, x[k]);
    return n;
}

Test(pass_arrays, results_are_the_same)
{
    double x[N];
    factor = 0.25;
    recorded r = record(immediates, 9);
    for (size_t k = 0; k < N; k++) x[k] = point_at(k) + 0.125;
    expect_same_results(r, x);
    forget(r);
    r = record(differences, 9);
    expect_same_results(r, x);
    forget(r);
    r = record(everything, 32);
    cr_expect_gt(r.runs->code.guards, 32);
    expect_same_results(r, x);
    for (size_t k = 0; k < 32; k += 31) { /* a guard flips */
        x[k] = 3.0;
        expect_same_results(r, x);
        x[k] = -1.0;
        expect_same_results(r, x);
        x[k] = point_at(k);
    }
    forget(r);
}

/* Slots used again. */
Test(pass_arrays, values_alone)
{
    static const unsigned flags[2] = {FLX_KEEP_ALL, FLX_IN_RUNS | FLX_REUSE_SLOTS};
    flx_tape *t = NULL;
    flx_var x[N], p[2], y[N];
    double point[N], value[2][N];
    size_t m = 0;
    factor = 0.25;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < 20; k++) x[k] = flx_variable(t, point[k] = point_at(k));
    for (int k = 0; k < 2; k++) p[k] = flx_parameter(t, 1.5 + k);
    m = several(t, 20, x, p, y);
    m += immediates(t, 20, x, p, y + m);
    for (int k = 0; k < 2; k++) {
        flx_program *f = frozen(t, 20, x, m, y, flags[k]);
        flx_work *w = NULL;
        cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &w), FLX_OK);
        cr_expect_eq(flx_eval(f, w, point, value[k], NULL), FLX_OK);
        flx_work_destroy(w);
        flx_program_release(f);
    }
    flx_tape_destroy(t);
    cr_expect_eq(memcmp(value[0], value[1], m * sizeof value[0][0]), 0);
}

static const char *const turn[] = {"turn 0", "turn 1", "turn 2", "turn 3", "turn 4", "turn 5",
                                   "turn 6", "turn 7", "turn 8", "turn 9", "turn 10"};

/* Every turn has a label. */
static size_t labelled(flx_tape *t, size_t n, const flx_var *x, const flx_var *p, flx_var *y)
{
    for (size_t k = 0; k < n; k++) {
        flx_tape_label(t, turn[k]);
        y[k] = flx_add(flx_mul(flx_log(x[k]), 1e300 * (1.0 + (double)k)),
                       flx_sqrt(flx_mul(p[0], x[k])));
    }
    return n;
}

/* A pole, an argument outside the domain, an overflow by a constant of its own, a NaN and an infinity, in
 * one turn or another, or in two. */
Test(pass_arrays, reports_name_the_turn)
{
    const double bad[] = {0.0, -1.0, 5e-324, (double)NAN, (double)INFINITY, -0.0};
    const recorded r = record(labelled, 11);
    flx_report report;
    double x[N], y[N];
    flx_work *w = NULL;
    expect_same(r, 3 + 1 + 5, 11, "labelled");
    for (size_t k = 0; k < 11; k++) x[k] = point_at(k);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        for (size_t j = 0; j < 11; j += 5) {
            const double good = x[j];
            x[j] = bad[k];
            expect_same_results(r, x);
            x[(j + 3) % 11] = bad[k];
            expect_same_results(r, x);
            x[j] = good;
            x[(j + 3) % 11] = point_at((j + 3) % 11);
        }
    }
    x[7] = 0.0;
    cr_assert_eq(flx_work_create(r.runs, FLX_WORK_VALUE, 0, &w), FLX_OK);
    cr_expect_eq(flx_eval(r.runs, w, x, y, &report), FLX_OK);
    cr_expect_eq(report.flags, FLX_FLAG_POLE);
    cr_expect_str_eq(report.op, "log");
    cr_expect_str_eq(report.label, "turn 7");
    flx_work_destroy(w);
    forget(r);
}

/* ---- memory ---- */

static uint32_t left; /* instructions, or 0: not known yet */

static int freeze_arrays(const flx_allocator *allocator, size_t request, void *ctx)
{
    const flx_tape_options options = {.allocator = *allocator};
    flx_tape *t = NULL;
    flx_program *f = NULL;
    flx_var x[N], p[2], y[N];
    (void)request, (void)ctx;
    if (flx_tape_create(&options, &t) != FLX_OK) return 0;
    for (size_t k = 0; k < 30; k++) x[k] = flx_variable(t, point_at(k));
    for (int k = 0; k < 2; k++) p[k] = flx_parameter(t, 1.5 + k);
    size_t m = several(t, 30, x, p, y);
    m += immediates(t, 10, x, p, y + m);
    flx_status status = flx_tape_status(t);
    if (status == FLX_OK) status = flx_freeze(t, 30, x, m, y, FLX_IN_RUNS, &f, NULL);
    if (f && left == 0) left = f->code.instrs;
    if (f) cr_expect_eq(f->code.instrs, left);
    flx_program_release(f);
    flx_tape_destroy(t);
    cr_expect(status == FLX_OK || status == FLX_ENOMEM);
    return status == FLX_OK;
}

Test(pass_arrays, memory_may_be_refused)
{
    const flx_allocator standard = {0};
    factor = 0.25;
    cr_expect(freeze_arrays(&standard, 0, NULL));
    for (int lasting = 0; lasting < 2; lasting++) {
        const hostile_outcome o = hostile_refuse_each(lasting, 0, freeze_arrays, NULL);
        cr_expect(o.succeeded);
        cr_expect_eq(o.lossy, 0, "request %zu", o.lossy);
        cr_expect_gt(o.requests, 50);
    }
}
