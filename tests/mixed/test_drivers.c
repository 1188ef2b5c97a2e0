/* What the drivers of programs promise beyond the numbers: every output is NaN where a guard flips,
 * and a weight of 0 hides an output. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/mixed.h>
#include <fluxion/var.h>

#include "hostile.h"

enum { N = 3, M = 2, ORDER = 2, MOST = N * N };

typedef struct fixture {
    flx_tape *tape;
    flx_program *f;
    flx_work *second, *jet;
} fixture;

static fixture make(const flx_var *x, flx_tape *t, const flx_var *y)
{
    fixture s = {t, NULL, NULL, NULL};
    cr_assert_eq(flx_freeze(t, N, x, M, y, 0, &s.f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(s.f, FLX_WORK_SECOND, 0, &s.second), FLX_OK);
    cr_assert_eq(flx_work_create(s.f, FLX_WORK_JET, ORDER, &s.jet), FLX_OK);
    return s;
}

static void clear(fixture *s)
{
    flx_work_destroy(s->second);
    flx_work_destroy(s->jet);
    flx_program_release(s->f);
    flx_tape_destroy(s->tape);
}

static flx_tape *variables(flx_var *x)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < N; k++) x[k] = flx_variable(t, 1.0 + (double)k);
    return t;
}

/* count numbers are NaN, and those behind them untouched. */
static void expect_nan(const char *driver, flx_status status, double *out, size_t count)
{
    cr_expect_eq(status, FLX_BRANCH_CHANGED, "%s", driver);
    for (size_t k = 0; k < MOST; k++) {
        cr_expect(k < count ? isnan(out[k]) : out[k] == 7.0, "%s: number %zu of %zu is %g", driver,
                  k, count, out[k]);
        out[k] = 7.0;
    }
}

Test(drivers, a_flipped_guard_leaves_no_number)
{
    flx_var x[N];
    flx_tape *t = variables(x);
    const flx_var y[M] = {flx_var_lt(x[0], x[1]) ? flx_var_mul(x[0], x[2]) : x[0], x[1]};
    fixture s = make(x, t, y);
    const double at[N] = {2.0, 1.0, 3.0}, dir[N] = {1.0, 2.0, 3.0}, weight[M] = {1.0, 1.0};
    const double path[(ORDER + 1) * N] = {2.0, 1.0, 3.0};
    double out[MOST];
    flx_work *const w = s.second;
    for (size_t k = 0; k < MOST; k++) out[k] = 7.0;
    expect_nan("eval", flx_eval(s.f, w, at, out, NULL), out, M);
    expect_nan("jvp", flx_jvp(s.f, w, at, dir, out, NULL), out, M);
    expect_nan("vjp", flx_vjp(s.f, w, at, weight, out, NULL), out, N);
    expect_nan("jacobian", flx_jacobian(s.f, w, at, out, NULL), out, M * N);
    expect_nan("jet", flx_jet(s.f, s.jet, ORDER, path, out, NULL), out, (ORDER + 1) * M);
    expect_nan("hvp", flx_hvp(s.f, w, at, dir, weight, out, NULL), out, N);
    expect_nan("hvp_double_backprop", flx_hvp_double_backprop(s.f, w, at, dir, weight, out, NULL),
               out, N);
    expect_nan("hessian", flx_hessian(s.f, w, at, weight, out, NULL), out, N * N);
    expect_nan("hessian_hyperdual", flx_hessian_hyperdual(s.f, w, at, weight, out, NULL), out,
               N * N);
    expect_nan("hessian_double_backprop",
               flx_hessian_double_backprop(s.f, w, at, weight, out, NULL), out, N * N);
    clear(&s);
}

/* Outputs sqrt(a), which has a pole at 0, and b*c. */
Test(drivers, a_weight_of_zero_hides_an_output)
{
    flx_var x[N];
    flx_tape *t = variables(x);
    const flx_var y[M] = {flx_var_sqrt(x[0]), flx_var_mul(x[1], x[2])};
    fixture s = make(x, t, y);
    const double at[N] = {0.0, 2.0, 3.0}, dir[N] = {1.0, 10.0, 100.0}, weight[M] = {0.0, 1.0};
    const double want[N * N] = {0, 0, 0, 0, 0, 1, 0, 1, 0}, want_hv[N] = {0, 100, 10};
    const double want_g[N] = {0, 3, 2};
    double h[3][N * N], hv[2][N], g[N];
    flx_work *const w = s.second;
    cr_expect_eq(flx_vjp(s.f, w, at, weight, g, NULL), FLX_OK);
    cr_expect_eq(flx_hessian(s.f, w, at, weight, h[0], NULL), FLX_OK);
    cr_expect_eq(flx_hessian_hyperdual(s.f, w, at, weight, h[1], NULL), FLX_OK);
    cr_expect_eq(flx_hessian_double_backprop(s.f, w, at, weight, h[2], NULL), FLX_OK);
    cr_expect_eq(flx_hvp(s.f, w, at, dir, weight, hv[0], NULL), FLX_OK);
    cr_expect_eq(flx_hvp_double_backprop(s.f, w, at, dir, weight, hv[1], NULL), FLX_OK);
    for (size_t k = 0; k < N * N; k++)
        for (int road = 0; road < 3; road++)
            cr_expect(h[road][k] == want[k], "road %d, entry %zu: %g", road, k, h[road][k]);
    for (size_t k = 0; k < N; k++) {
        cr_expect(g[k] == want_g[k], "gradient %zu: %g", k, g[k]);
        for (int road = 0; road < 2; road++)
            cr_expect(hv[road][k] == want_hv[k], "road %d, product %zu: %g", road, k, hv[road][k]);
    }
    clear(&s);
}

/* y = ((5, 7, 11)'x)^2: what one driver leaves in the work is nothing to the next, of the recorded
 * constants neither. */
Test(drivers, constants_have_no_derivatives_whatever_ran_before)
{
    const double c[N] = {5.0, 7.0, 11.0}, at[N] = {1.0, -1.0, 2.0}, dir[N] = {1.0, 2.0, -1.0};
    hostile memory = {0};
    const flx_tape_options options = {.allocator = hostile_allocator(&memory)};
    flx_tape *t = NULL;
    flx_var x[N];
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_array constants = flx_array_constant(t, N, 1, c);
    for (size_t k = 0; k < N; k++) x[k] = flx_variable(t, 1.0);
    const flx_var product = flx_array_dot(flx_array_pack(t, N, 1, x), constants);
    const flx_var y[M] = {flx_var_square(product), flx_constant(3.0)};
    const double weight[M] = {1.0, 1.0}, cx = 20.0, cd = 8.0; /* c'at, c'dir */
    fixture s = make(x, t, y);
    for (int round = 0; round < 2; round++) {
        double g[N], jv[M], hv[2][N], h[3][N * N];
        flx_work *const w = s.second;
        cr_expect_eq(flx_vjp(s.f, w, at, weight, g, NULL), FLX_OK);
        cr_expect_eq(flx_jvp(s.f, w, at, dir, jv, NULL), FLX_OK);
        cr_expect_eq(flx_hvp(s.f, w, at, dir, weight, hv[0], NULL), FLX_OK);
        cr_expect_eq(flx_hessian_hyperdual(s.f, w, at, weight, h[0], NULL), FLX_OK);
        cr_expect_eq(flx_hessian(s.f, w, at, weight, h[1], NULL), FLX_OK);
        cr_expect_eq(flx_hvp_double_backprop(s.f, w, at, dir, weight, hv[1], NULL), FLX_OK);
        cr_expect_eq(flx_hessian_double_backprop(s.f, w, at, weight, h[2], NULL), FLX_OK);
        cr_expect(jv[0] == 2 * cx * cd && jv[1] == 0.0, "%g %g", jv[0], jv[1]);
        for (size_t i = 0; i < N; i++) {
            cr_expect(g[i] == 2 * cx * c[i], "gradient %zu: %g", i, g[i]);
            for (int road = 0; road < 2; road++)
                cr_expect(hv[road][i] == 2 * cd * c[i], "road %d, product %zu: %g", road, i,
                          hv[road][i]);
            for (size_t j = 0; j < N; j++)
                for (int road = 0; road < 3; road++)
                    cr_expect(h[road][i * N + j] == 2 * c[i] * c[j], "road %d, entry %zu %zu: %g",
                              road, i, j, h[road][i * N + j]);
        }
        /* Double backprop as the first that a work is used for. */
        flx_work *fresh;
        cr_assert_eq(flx_work_create(s.f, FLX_WORK_SECOND, 0, &fresh), FLX_OK);
        cr_expect_eq(flx_hessian_double_backprop(s.f, fresh, at, weight, h[0], NULL), FLX_OK);
        for (size_t i = 0; i < N * N; i++) cr_expect(h[0][i] == h[2][i], "%zu: %g", i, h[0][i]);
        flx_work_destroy(fresh);
        cr_expect_eq(flx_hvp(s.f, w, at, NULL, weight, hv[0], NULL), FLX_EARG, "no direction");
        cr_expect_eq(flx_hvp_double_backprop(s.f, w, at, NULL, weight, hv[0], NULL), FLX_EARG);
    }
    clear(&s);
}

/* The rows of a Hessian by double backprop are plain sweeps: they leave nothing on the tape. */
Test(drivers, rows_of_double_backprop_take_no_memory)
{
    enum { MANY = 40 };
    hostile memory = {0};
    const flx_tape_options options = {.allocator = hostile_allocator(&memory)};
    flx_tape *t = NULL;
    flx_var x[MANY], y = flx_constant(1.0);
    flx_program *f;
    flx_work *w;
    double at[MANY], hv[MANY], h[MANY * MANY];
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    for (size_t k = 0; k < MANY; k++) {
        at[k] = 0.5 + 0.01 * (double)k;
        y = flx_var_mul(y, flx_var_sin(x[k] = flx_variable(t, at[k])));
    }
    cr_assert_eq(flx_freeze(t, MANY, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_expect_eq(flx_hvp_double_backprop(f, w, at, at, NULL, hv, NULL), FLX_OK);
    const size_t one = memory.bytes;
    cr_expect_eq(flx_hessian_double_backprop(f, w, at, NULL, h, NULL), FLX_OK);
    cr_expect_eq(memory.bytes, one, "%zu bytes, not %zu", memory.bytes, one);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
    cr_expect_eq(memory.bytes, 0);
}
