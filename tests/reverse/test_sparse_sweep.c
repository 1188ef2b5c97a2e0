/* A gradient that reaches little of a long span: the bits and flags of the sweep of a short one. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/grad.h>
#include <fluxion/var.h>

#include "reverse/sweep_sparse.h"

enum { SHORT = 0, LONG = 300000, INPUTS = 4 };

typedef flx_var body(const flx_var *x);

typedef struct outcome {
    flx_status status;
    double y, g[INPUTS + 1]; /* with respect to the inputs and to a value on the way */
    flx_flags flags;
    size_t work;
} outcome;

/* Inputs first, then as much that has nothing to do with them, then the body. */
static outcome run(body *f, const double *at, size_t between)
{
    outcome r;
    flx_tape *t;
    flx_var x[INPUTS + 1], g[INPUTS + 1];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (int k = 0; k < INPUTS; k++) x[k] = flx_variable(t, at[k]);
    flx_var other = flx_variable(t, 1.0);
    for (size_t k = 0; k < between; k++) other = flx_var_mul_xc(other, 1.0);
    x[INPUTS] = flx_var_exp(x[0]);
    flx_var in[INPUTS] = {flx_var_mul(x[INPUTS], x[1]), x[1], x[2], x[3]};
    const flx_var y[2] = {f(in), flx_var_mul(in[0], x[3])};
    const flx_var seed[2] = {flx_constant(1.5), flx_constant(-0.3)};
    r.status = flx_grad_seeded(2, y, seed, INPUTS + 1, x, g, 0);
    r.y = flx_peek(y[0]);
    for (int k = 0; k <= INPUTS; k++) r.g[k] = flx_peek(g[k]);
    r.flags = flx_tape_flags(t);
    r.work = flx_tape_measure(t).held.work;
    flx_tape_destroy(t);
    return r;
}

static void expect_same(const char *name, body *f, const double *at, int sparse)
{
    const outcome a = run(f, at, SHORT), b = run(f, at, LONG);
    cr_expect_eq(a.status, b.status, "%s", name);
    cr_expect_eq(memcmp(&a.y, &b.y, sizeof a.y), 0, "%s", name);
    for (int k = 0; k <= INPUTS; k++)
        cr_expect_eq(memcmp(&a.g[k], &b.g[k], sizeof a.g[k]), 0, "%s: %d: %.17g and %.17g", name, k,
                     a.g[k], b.g[k]);
    cr_expect_eq(a.flags.set, b.flags.set, "%s: flags %x and %x", name, a.flags.set, b.flags.set);
    cr_expect_eq(b.work < LONG * sizeof(double), sparse, "%s: %zu bytes", name, b.work);
}

static flx_var functions(const flx_var *x)
{
    const flx_var a = flx_var_hypot(flx_var_sin(x[0]), flx_var_pow(x[1], x[2]));
    const flx_var b = flx_var_div(flx_var_atan2(a, x[3]), flx_var_sub_cx(3.0, x[2]));
    const flx_var c = flx_var_select(flx_var_sub(a, b), flx_var_div_cx(2.0, a), flx_var_tanh(x[3]));
    const flx_var d = flx_var_fmax(flx_var_neg(c), flx_var_pow_xc(x[1], 2.5));
    return flx_var_add(flx_var_square(d), flx_var_div_xc(flx_var_mul(b, c), 7.0));
}

/* Many contributions to few slots: their order shows in the bits. */
static flx_var fan(const flx_var *x)
{
    flx_var y = flx_constant(0.0);
    for (int k = 0; k < 60; k++)
        y = flx_var_add(y, flx_var_mul(flx_var_mul_xc(x[k % 3], 0.1 * k), x[(k + 1) % 4]));
    return y;
}

static flx_var too_much(const flx_var *x)
{
    flx_var y = x[0];
    for (int k = 0; k < 1000; k++) y = flx_var_add(y, x[k % 4]);
    return y;
}

static flx_var zero(const flx_var *x)
{
    return flx_var_mul_xc(flx_var_mul(flx_var_exp(x[1]), x[2]), 0.0);
}

static flx_var kink(const flx_var *x)
{
    return flx_var_mul(flx_var_fabs(flx_var_sub(x[1], x[1])), x[2]);
}

static flx_var hidden_pole(const flx_var *x)
{
    return flx_var_mul_xc(flx_var_sqrt(flx_var_sub(x[1], x[1])), 0.0);
}

static flx_var not_finite(const flx_var *x) { return flx_var_log(flx_var_neg(x[2])); }

static flx_var unchosen(const flx_var *x)
{
    return flx_var_select(x[1], x[2], flx_var_log(flx_var_neg(x[3])));
}

Test(sparse_sweep, bits_and_flags_of_the_whole_sweep)
{
    const double at[INPUTS] = {0.3, 1.7, 0.8, 2.1};
    expect_same("functions", functions, at, 1);
    expect_same("fan", fan, at, 1);
    expect_same("zero", zero, at, 1);
    expect_same("too much", too_much, at, 0);
    expect_same("kink", kink, at, 0);
    expect_same("hidden pole", hidden_pole, at, 0);
    expect_same("not finite", not_finite, at, 0);
    expect_same("unchosen", unchosen, at, 0);
}

Test(sparse_sweep, what_does_not_depend_on_the_inputs_is_flagged)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 1.0);
    flx_var other = flx_variable(t, 1.0), g;
    for (size_t k = 0; k < LONG; k++) other = flx_var_mul_xc(flx_variable(t, 1.0), 1.0);
    cr_assert_eq(flx_grad(other, 1, &x, &g, 0), FLX_OK);
    cr_expect_eq(flx_peek(g), 0.0);
    cr_expect_eq(flx_tape_flags(t).set, (unsigned)FLX_FLAG_ZEROGRAD);
    flx_tape_destroy(t);
}

Test(sparse_sweep, rounds_take_no_more_memory)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 0.5);
    flx_var other = x;
    for (size_t k = 0; k < LONG; k++) other = flx_var_mul_xc(other, 1.0);
    size_t work = 0;
    for (int round = 0; round < 1000; round++) {
        const flx_mark mark = flx_tape_mark(t);
        flx_var y = x, g;
        for (int k = 0; k < 10; k++) y = flx_var_mul(y, x);
        cr_assert_eq(flx_grad(y, 1, &x, &g, 0), FLX_OK);
        cr_assert_eq(flx_peek(g), 11.0 * pow(0.5, 10.0));
        if (round == 0) work = flx_tape_measure(t).held.work;
        cr_assert_eq(flx_tape_rewind(t, mark), FLX_OK);
    }
    cr_expect_eq(flx_tape_measure(t).held.work, work);
    cr_expect(work < LONG / 4, "%zu bytes", work);
    flx_tape_destroy(t);
}

/* Accumulators and arrays on the way are left to the sweep of the whole span. */
Test(sparse_sweep, gradients_of_gradients_are_right)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 0.5);
    flx_var other = x, g, h;
    for (size_t k = 0; k < LONG; k++) other = flx_var_mul_xc(other, 1.0);
    const flx_var y = flx_var_mul(flx_var_square(x), x);
    cr_assert_eq(flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_assert_eq(flx_grad(flx_var_mul_xc(g, 2.0), 1, &x, &h, 0), FLX_OK);
    cr_expect_eq(flx_peek(g), 0.75);
    cr_expect_eq(flx_peek(h), 6.0);
    flx_tape_destroy(t);
}
