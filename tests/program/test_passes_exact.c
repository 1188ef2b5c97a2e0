/* What each pass makes of programs, instruction by instruction. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/compose.h>
#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

#include "batch_programs.h"
#include "hostile.h"
#include "pass_models.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static flx_program *frozen(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y)
{
    flx_program *f = NULL;
    cr_assert_eq(flx_freeze(t, n, x, m, y, FLX_KEEP_ALL, &f, NULL), FLX_OK, "%s",
                 flx_status_message(flx_tape_status(t)));
    flx_tape_destroy(t);
    return f;
}

typedef flx_program *maker(void);

/* All passes one after the other, in all ways. */
static void expect_passes(maker *make, uint32_t repeated, uint32_t unused, const char *what)
{
    for (int k = 0; k < 6; k++) {
        flx_program *f = make();
        if (k & 1) {
            const uint32_t r = expect_common(f, what), u = expect_dead(f, what);
            cr_expect(r >= repeated && u >= unused, "%s: %u, %u", what, r, u);
        }
        expect_order(f, k / 2 != 1, k / 2 > 0, what);
        flx_program_release(f);
    }
}

static const batch_case *which;

static flx_program *one_of_all_kinds(void)
{
    flx_var x[BATCH_INPUTS], y[BATCH_OUTPUTS];
    flx_tape *t = new_tape();
    for (size_t j = 0; j < which->inputs; j++) x[j] = flx_variable(t, batch_sample(0, j));
    which->record(t, x, y);
    return frozen(t, which->inputs, x, which->outputs, y);
}

Test(passes_exact, programs_of_all_kinds)
{
    for (which = batch_cases; which < batch_cases + batch_case_count; which++)
        expect_passes(one_of_all_kinds, 0, 0, which->name);
}

static flx_var sum_of(flx_array x) { return flx_array_at(flx_array_sum(x, FLX_ALL), 0, 0); }

static flx_status twice(void *ctx, size_t n, const double *x, size_t m, double *y)
{
    (void)ctx;
    for (size_t k = 0; k < m; k++) y[k] = 2.0 * x[k % n];
    return FLX_OK;
}
static flx_status all_twice(void *ctx, size_t n, const double *x, size_t mn, double *jac)
{
    (void)ctx, (void)x;
    for (size_t k = 0; k < mn; k++) jac[k] = k % (n + 1) == 0 ? 2.0 : 0.0;
    return FLX_OK;
}

/* What differs in one word, one stride, one kind of sum: of a square matrix and three numbers. */
static flx_var alike(flx_array a, const flx_var *x)
{
    const flx_array t = flx_array_transpose(a);
    flx_var sum = flx_fma(x[0], x[1], x[2]);
    for (int j = 1; j < 3; j++)
        for (int k = 1; k < 3; k++) sum = flx_add(sum, flx_fma(x[0], x[j], x[k]));
    const flx_array all[] = {flx_array_exp(a),           flx_array_exp(t),
                             flx_array_mul(a, a),        flx_array_mul(a, t),
                             flx_array_sum(a, FLX_ROWS), flx_array_sum(a, FLX_COLS),
                             flx_array_mul(t, a)};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) sum = flx_add(sum, sum_of(all[k]));
    return sum;
}

/* Twice the same of all shapes, and what differs from it in one thing; guards, constants of both signs,
 * parameters and accumulators between them. */
static flx_program *repeated(void)
{
    flx_tape *t = new_tape();
    flx_var x[3], y[7], c[4], p[2], g[3];
    for (int k = 0; k < 2; k++) p[k] = flx_parameter(t, 2.0 + k);
    for (int k = 0; k < 3; k++) x[k] = flx_variable(t, 0.5 + 0.25 * k);
    for (int k = 0; k < 4; k++) c[k] = flx_variable(t, (const double[]){0.0, -0.0, 3.0, 3.0}[k]);
    const flx_external f = {.value = twice, .jacobian = all_twice, .order = 1};
    flx_var z = x[0], called = x[1];
    FLX_HERE(t);
    for (int again = 0; again < 2; again++) {
        const flx_var of_p = flx_sqrt(flx_mul(p[0], p[1]));
        const flx_var u[3] = {flx_sin(x[0]), flx_mul(x[1], x[0]), flx_mul(x[0], x[1])};
        const int less = flx_lt(flx_mul(x[0], 0.25), flx_exp(x[1])), more = flx_lt(0.125, x[1]);
        cr_expect(less && more);
        const flx_array a = flx_array_pack(t, 3, 1, (flx_var[]){u[0], x[1], of_p});
        const flx_array b = flx_array_stack(2, (flx_array[]){a, flx_array_exp(a)});
        const flx_array d = flx_array_add(b, flx_array_mul(b, flx_array_scalar(x[2])));
        const flx_array e = flx_array_matmul(d, flx_array_transpose(d)),
                        none = flx_array_slice(a, 0, 0, 0, 1, 1, 1);
        for (int k = 0; k < 4; k++) z = flx_fma(z, c[k], flx_select(x[k % 3], u[0], x[1]));
        z = flx_add(z, flx_mul(sum_of(e), flx_mul(x[2], 0.5)));
        z = flx_add(z, flx_add(sum_of(flx_array_exp(none)), flx_mul(x[2], 0.5 + again)));
        z = flx_sub(z, flx_add(sum_of(flx_array_row(e, 2)), sum_of(flx_array_col(e, 2))));
        z = flx_add(z, alike(flx_array_slice(e, 0, 0, 2, 2, 1, 1), x));
        cr_assert_eq(flx_grad(z, 3, x, g, FLX_CREATE_GRAPH), FLX_OK);
        z = flx_div(g[0], flx_add(of_p, u[1 + again]));
        for (int k = 0; k < 3; k++) y[3 * again + k] = k ? g[k] : z;
    }
    for (int k = 0; k < 2; k++)
        called = flx_add(called, sum_of(flx_array_external(&f, flx_array_pack(t, 3, 1, y), 2)));
    y[6] = called;
    return frozen(t, 3, x, 7, y);
}

/* Copies that only one of has a use, read by what comes after what was decided on; and accumulators. */
static flx_program *unused(void)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
    flx_var y = x[0], g[2], none = x[1], aside = x[0];
    for (int k = 0; k < 12; k++) {
        const flx_var late = flx_exp(flx_mul(none, 1.0 + k));
        const flx_array a = flx_array_pack(t, 3, 1, (flx_var[]){flx_sin(y), late, x[1]});
        none = flx_add(sum_of(flx_array_cos(a)), none);
        y = flx_array_at(a, 0, 0);
        cr_assert_eq(flx_grad(none, 2, x, g, FLX_CREATE_GRAPH), FLX_OK);
        aside = flx_add(aside, sum_of(flx_array_pack(t, 2, 1, g))); /* after contributions */
        if (k == 5) y = flx_mul(y, g[1]);
        cr_assert_eq(flx_grad(flx_sin(x[0]), 2, x, g, FLX_CREATE_GRAPH), FLX_OK);
        if (k == 7) y = flx_mul(y, g[1]); /* to which nothing is added */
    }
    y = flx_mul(y, aside);
    return frozen(t, 2, x, 1, &y);
}

/* More of them than the table begins with. */
static flx_program *many(void)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.5);
    flx_var y = x;
    for (int twice = 0; twice < 2; twice++)
        for (int k = 0; k < 1500; k++) {
            const flx_var z = flx_mul(flx_sin(flx_mul(x, 1.0 + k)), 0.5);
            y = k % 100 ? y : flx_add(y, z);
        }
    return frozen(t, 1, &x, 1, &y);
}

Test(passes_exact, repeated_and_unused)
{
    expect_passes(repeated, 15, 25, "repeated");
    expect_passes(unused, 0, 50, "unused");
    expect_passes(many, 4500, 2000, "many");
}

/* More than one window, with a tie where the second would begin; or with the tie at the end of what
 * constants are computed from, which are variables that are no inputs. */
static uint32_t shift;
static int apart;
static flx_program *long_one(void)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.5), c = flx_variable(t, 0.25), from = apart ? c : x;
    flx_var y = from, z[5] = {from, from, from, from, from};
    for (uint32_t k = 0; k < (WINDOW - shift) / 2; k++) y = flx_add(flx_sin(y), from);
    const flx_array pack = flx_array_pack(t, 5, 1, z), a = flx_array_mul(pack, flx_array_scalar(x));
    z[0] = flx_mul(y, x);
    for (uint32_t k = 0; k < 500; k++) z[k % 5] = flx_mul(flx_cos(z[k % 5]), flx_sin(z[0]));
    const flx_var out[3] = {y, z[3], sum_of(a)};
    return frozen(t, 1, &x, 3, out);
}

Test(passes_exact, windows)
{
    for (shift = 0; shift < 10; shift += 3)
        for (int k = 0; k < 3; k++) {
            apart = k == 2;
            flx_program *f = long_one();
            expect_order(f, k > 0, 1, "windows");
            flx_program_release(f);
        }
}

/* ---- constants ---- */

/* The last of the constants too; not where the value is not finite, one of many included, nor at a delicate
 * point. */
Test(passes_exact, folding)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.5), zero = flx_variable(t, 0.0);
    const flx_array far = flx_array_variable(t, 2, 1, (const double[]){1.0, 1000.0});
    const flx_array near = flx_array_variable(t, 2, 1, (const double[]){1.0, 2.0});
    const flx_var c = flx_variable(t, 3.0);
    const flx_var root = flx_sqrt(zero), product = flx_mul(c, c),
                  large = flx_exp(flx_mul(c, 500.0));
    const flx_array out = flx_array_exp(far), in = flx_array_exp(near);
    flx_var y[5] = {flx_add(x, root), flx_add(x, product), flx_add(x, large),
                    flx_add(x, sum_of(out)), flx_add(x, sum_of(in))};
    flx_program *f = frozen(t, 1, &x, 5, y);
    uint32_t inputs = 0, left[4] = {0, 0, 0, 0};
    cr_assert(flx_pass_fold(f));
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        inputs += f->instr[k].op == OP_input;
        left[0] += f->instr[k].op == OP_sqrt;
        left[1] += f->instr[k].op == OP_exp;
        left[2] += f->instr[k].op == OP_map;
        left[3] +=
            f->instr[k].op == OP_sum || f->instr[k].op == OP_mul || f->instr[k].op == OP_mulc;
    }
    /* The inputs are those of recording, c*c, 500 c, exp(near) and its sum. */
    cr_expect_eq(inputs, 5 + 4);
    cr_expect(left[0] == 1 && left[1] == 1 && left[2] == 1 && left[3] == 1, "%u, %u, %u, %u",
              left[0], left[1], left[2], left[3]);
    flx_work *w = NULL;
    double value[5];
    cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &w), FLX_OK);
    flx_eval(f, w, (const double[]){0.5}, value, NULL);
    cr_expect(value[0] == 0.5 && value[1] == 9.5 && isinf(value[2]) && isinf(value[3]));
    cr_expect(fabs(value[4] - (0.5 + exp(1.0) + exp(2.0))) < 1e-14);
    flx_work_destroy(w);
    flx_program_release(f);
}

/* ---- slots that are tied ---- */

/* A view of the middle ties all of both; more of them than the list begins with. */
Test(passes_exact, ties)
{
    enum { TIES = 100 };
    hostile h = {0};
    const flx_tape_options options = {.allocator = hostile_allocator(&h)};
    flx_tape *t = NULL;
    flx_ties ties;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_array a = flx_array_variable(t, 3, 1, (const double[]){1.0, 2.0, 3.0});
    const flx_var x = flx_array_at(a, 0, 0);
    flx_var y = x;
    for (int k = 0; k < TIES; k++) {
        const flx_array both = flx_array_stack(2, (flx_array[]){a, a});
        y = flx_add(y, sum_of(flx_array_exp(flx_array_slice(both, 2, 0, 2, 1, 1, 1))));
    }
    flx_program *f = frozen(t, 1, &x, 1, &y);
    cr_assert(flx_ties_find(f, &ties));
    cr_assert_eq(ties.count, TIES);
    uint32_t out = 0, tie = 0;
    for (uint32_t k = 0; k + 1 < f->code.instrs; k++) {
        const uint32_t outputs = flx_instr_outputs(&f->instr[k]);
        if (outputs == 3 && f->instr[k].op == OP_map && flx_instr_outputs(&f->instr[k + 1]) == 3) {
            cr_expect_eq(ties.run[tie].low, out);
            cr_expect_eq(ties.run[tie++].end, out + 6);
        }
        out += outputs;
    }
    cr_expect_eq(tie, TIES);
    flx_ties_free(f, &ties);
    flx_program_release(f);
    cr_expect_eq(h.bytes, 0);
}

/* ---- memory ---- */

/* Immediates that are seen again and again are stored once. */
Test(passes_exact, immediates_are_stored_once)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.5);
    flx_var y = x;
    for (int k = 0; k < 200; k++) {
        flx_sin(y); /* goes, so that all is written anew */
        y = flx_var_mul_xc(y, k % 3 ? 0.5 : k % 2 ? 0.25 : 3.0);
    }
    flx_program *f = frozen(t, 1, &x, 1, &y);
    cr_expect_eq(f->imms, 200);
    cr_assert(flx_pass_dead(f));
    cr_expect_eq(f->imms, 3);
    flx_program_release(f);
}

static int freeze_in_runs(const flx_allocator *allocator, size_t request, void *ctx)
{
    const flx_tape_options options = {.allocator = *allocator};
    flx_tape *t = NULL;
    flx_program *f = NULL;
    (void)request, (void)ctx;
    if (flx_tape_create(&options, &t) != FLX_OK) return 0;
    const flx_var x[3] = {flx_variable(t, 0.5), flx_variable(t, 0.25), flx_variable(t, 2.0)};
    FLX_HERE(t);
    flx_var y = x[0];
    for (int k = 0; k < 5; k++) {
        const int less = flx_lt(x[1], 1.0 + k), more = flx_lt(-1.0 - k, flx_mul(x[0], 0.125 * k));
        y = flx_fma(y, flx_sin(x[k % 3]), flx_mul(x[1], less + more + 0.5 * k));
    }
    y = flx_add(y, sum_of(flx_array_exp(flx_array_pack(t, 3, 1, x))));
    flx_status status = flx_tape_status(t);
    if (status == FLX_OK) status = flx_freeze(t, 2, x, 1, &y, FLX_IN_RUNS, &f, NULL);
    flx_program_release(f);
    flx_tape_destroy(t);
    cr_expect(status == FLX_OK || status == FLX_ENOMEM);
    return status == FLX_OK;
}

Test(passes_exact, memory_may_be_refused)
{
    for (int lasting = 0; lasting < 2; lasting++) {
        const hostile_outcome o = hostile_refuse_each(lasting, 0, freeze_in_runs, NULL);
        cr_expect(o.succeeded);
        cr_expect_eq(o.lossy, 0, "request %zu", o.lossy);
        cr_expect_gt(o.requests, 50);
    }
}
