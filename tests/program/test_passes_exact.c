/* What each pass makes of programs, instruction by instruction. */
#include <criterion/criterion.h>

#include <fluxion/compose.h>
#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

#include "batch_programs.h"
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

/* Twice the same of all shapes, and what differs from it in one thing; guards, constants of both signs,
 * parameters and accumulators between them. */
static flx_program *repeated(void)
{
    flx_tape *t = new_tape();
    flx_var x[3], y[6], c[4], p[2], g[3];
    for (int k = 0; k < 2; k++) p[k] = flx_parameter(t, 2.0 + k);
    for (int k = 0; k < 3; k++) x[k] = flx_variable(t, 0.5 + 0.25 * k);
    for (int k = 0; k < 4; k++) c[k] = flx_variable(t, (const double[]){0.0, -0.0, 3.0, 3.0}[k]);
    flx_var z = x[0];
    FLX_HERE(t);
    for (int twice = 0; twice < 2; twice++) {
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
        z = flx_add(z, flx_add(sum_of(flx_array_exp(none)), flx_mul(x[2], 0.5 + twice)));
        z = flx_sub(z, flx_add(sum_of(flx_array_row(e, 2)), sum_of(flx_array_col(e, 2))));
        cr_assert_eq(flx_grad(z, 3, x, g, FLX_CREATE_GRAPH), FLX_OK);
        z = flx_div(g[0], flx_add(of_p, u[1 + twice]));
        for (int k = 0; k < 3; k++) y[3 * twice + k] = k ? g[k] : z;
    }
    return frozen(t, 3, x, 6, y);
}

/* Copies that only one of has a use, read by what comes after what was decided on; and accumulators. */
static flx_program *unused(void)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
    flx_var y = x[0], g[2], none = x[1];
    for (int k = 0; k < 12; k++) {
        const flx_var late = flx_exp(flx_mul(none, 1.0 + k));
        const flx_array a = flx_array_pack(t, 3, 1, (flx_var[]){flx_sin(y), late, x[1]});
        none = flx_add(sum_of(flx_array_cos(a)), none);
        y = flx_array_at(a, 0, 0);
        cr_assert_eq(flx_grad(none, 2, x, g, FLX_CREATE_GRAPH), FLX_OK);
        if (k == 5) y = flx_mul(y, g[1]);
    }
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

/* More than one window, with a tie where the second would begin. */
static uint32_t shift;
static flx_program *long_one(void)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.5);
    flx_var y = x, z[5] = {x, x, x, x, x};
    for (uint32_t k = 0; k < (WINDOW - shift) / 2; k++) y = flx_add(flx_sin(y), x);
    const flx_array a = flx_array_exp(flx_array_pack(t, 5, 1, z));
    for (uint32_t k = 0; k < 500; k++) z[k % 5] = flx_mul(flx_cos(z[k % 5]), flx_sin(y));
    const flx_var out[3] = {y, z[3], sum_of(a)};
    return frozen(t, 1, &x, 3, out);
}

Test(passes_exact, windows)
{
    for (shift = 0; shift < 10; shift += 3)
        for (int k = 0; k < 2; k++) {
            flx_program *f = long_one();
            expect_order(f, k, 1, "windows");
            flx_program_release(f);
        }
}
