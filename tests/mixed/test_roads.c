/* Every road to a derivative of one program gives the same number: worked examples, each function
 * of the library, and random programs; also where the program is itself a recorded gradient. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include <fluxion/mixed.h>
#include <fluxion/var.h>

enum { MAX_N = 4 };

/* The Hessian of a program with one output, by each road, and H*dir by both products. */
static void expect_hessian(const flx_program *f, const double *x, const double *want, double scale,
                           const char *name)
{
    flx_work *w;
    const size_t n = flx_inputs(f);
    double h[3][MAX_N * MAX_N], hv[2][MAX_N], dir[MAX_N];
    cr_assert_eq(flx_work_create((flx_program *)f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_expect_eq(flx_hessian(f, w, x, NULL, h[0], NULL), FLX_OK);
    cr_expect_eq(flx_hessian_hyperdual(f, w, x, NULL, h[1], NULL), FLX_OK);
    cr_expect_eq(flx_hessian_double_backprop(f, w, x, NULL, h[2], NULL), FLX_OK);
    for (size_t k = 0; k < n; k++) dir[k] = 1.0 + 0.5 * (double)k;
    cr_expect_eq(flx_hvp(f, w, x, dir, NULL, hv[0], NULL), FLX_OK);
    cr_expect_eq(flx_hvp_double_backprop(f, w, x, dir, NULL, hv[1], NULL), FLX_OK);
    const double *reference = want ? want : h[0];
    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < n; j++) sum += reference[i * n + j] * dir[j];
        for (int r = 0; r < 2; r++)
            cr_expect(fabs(hv[r][i] - sum) <= 8.0 * scale, "%s: product road %d: %.17g, want %.17g",
                      name, r, hv[r][i], sum);
        for (size_t j = 0; j < n; j++)
            for (int r = 0; r < 3; r++)
                cr_expect(fabs(h[r][i * n + j] - reference[i * n + j]) <= scale,
                          "%s: H(%zu,%zu) road %d: %.17g, want %.17g", name, i, j, r,
                          h[r][i * n + j], reference[i * n + j]);
    }
    flx_work_destroy(w);
}

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static flx_program *freeze(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y)
{
    flx_program *f = NULL;
    flx_report r;
    cr_assert_eq(flx_freeze(t, n, x, m, y, 0, &f, &r), FLX_OK, "%s at %s",
                 flx_status_name(r.status), r.op ? r.op : "?");
    return f;
}

Test(roads, rosenbrock_at_its_minimum)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, -1.2), flx_variable(t, 1.0)};
    const flx_var a = flx_var_sub(x[1], flx_var_square(x[0])), b = flx_var_sub_cx(1.0, x[0]);
    const flx_var y = flx_var_add(flx_var_mul_cx(100.0, flx_var_square(a)), flx_var_square(b));
    flx_program *f = freeze(t, 2, x, 1, &y);
    const double at[2] = {1.0, 1.0}, want[4] = {802.0, -400.0, -400.0, 200.0};
    expect_hessian(f, at, want, 0.0, "Rosenbrock");
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(roads, sum_of_squares)
{
    flx_tape *t = new_tape();
    const double start[2] = {1.0, 2.0}, v[2] = {4.0, 5.0}, want[4] = {2.0, 0.0, 0.0, 2.0};
    const flx_array a = flx_array_variable(t, 2, 1, start);
    const flx_var x[2] = {flx_array_at(a, 0, 0), flx_array_at(a, 1, 0)}, y = flx_array_dot(a, a);
    flx_program *f = freeze(t, 2, x, 1, &y);
    flx_work *w;
    double hv[2];
    expect_hessian(f, start, want, 0.0, "sum of squares");
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    cr_expect_eq(flx_hvp(f, w, start, v, NULL, hv, NULL), FLX_OK);
    cr_expect(hv[0] == 8.0 && hv[1] == 10.0);
    cr_expect_eq(flx_hvp_double_backprop(f, w, start, v, NULL, hv, NULL), FLX_OK);
    cr_expect(hv[0] == 8.0 && hv[1] == 10.0);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* A generator of our own: the same programs on every machine. */
static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static double uniform(uint64_t *state, double low, double high)
{
    return low + (high - low) * (double)(next(state) >> 11) * 0x1p-53;
}

/* One random operation on values between 1/2 and 2, brought back into that range: sums and products
 * of positive numbers, so that rounding is not magnified. */
static flx_var step(uint64_t *s, flx_var a, flx_var b)
{
    const flx_var half = flx_var_mul_xc(a, 0.4); /* 0.2 to 0.8 */
    const double c = uniform(s, 0.5, 2.0);
    flx_var y;
    switch (next(s) % 34) {
    case 0: y = flx_var_add(a, b); break;
    case 1: y = flx_var_mul(a, b); break;
    case 2: y = flx_var_div(a, b); break;
    case 3: y = flx_var_sub_cx(3.0, a); break;
    case 4: y = flx_var_div_cx(c, a); break;
    case 5: y = flx_var_div_xc(a, c); break;
    case 6: y = flx_var_add_xc(a, c); break;
    case 7: y = flx_var_pow(a, b); break;
    case 8: y = flx_var_pow_xc(a, c); break;
    case 9: y = flx_var_pow_xc(a, 3.0); break;
    case 10: y = flx_var_pow_cx(c, a); break;
    case 11: y = flx_var_hypot(a, b); break;
    case 12: y = flx_var_atan2(a, b); break;
    case 13: y = flx_var_fmax(a, b); break;
    case 14: y = flx_var_fmin(a, b); break;
    case 15: y = flx_var_select(flx_var_sub(a, b), flx_var_square(a), b); break;
    case 16: y = flx_var_exp(half); break;
    case 17: y = flx_var_expm1(half); break;
    case 18: y = flx_var_log(flx_var_add_xc(a, 1.0)); break;
    case 19: y = flx_var_log1p(a); break;
    case 20: y = flx_var_sin(half); break;
    case 21: y = flx_var_cos(half); break;
    case 22: y = flx_var_tan(half); break;
    case 23: y = flx_var_asin(half); break;
    case 24: y = flx_var_acos(half); break;
    case 25: y = flx_var_atan(a); break;
    case 26: y = flx_var_sinh(half); break;
    case 27: y = flx_var_cosh(half); break;
    case 28: y = flx_var_tanh(a); break;
    case 29: y = flx_var_sigmoid(a); break;
    case 30: y = flx_var_softplus(a); break;
    case 31: y = flx_var_erf(half); break;
    case 32: y = flx_var_sqrt(flx_var_mul(flx_var_rsqrt(a), flx_var_cbrt(b))); break;
    default: y = flx_var_fabs(flx_var_neg(a)); break;
    }
    return flx_var_mul_xc(y, 1.0 / flx_peek(y)); /* a constant: the value becomes about 1 */
}

static flx_var random_program(flx_tape *t, uint64_t *s, size_t n, const flx_var *x)
{
    flx_var v[20];
    size_t count = n;
    for (size_t k = 0; k < n; k++) v[k] = x[k];
    while (count < 16) {
        const flx_var a = v[next(s) % count], b = v[next(s) % count];
        v[count++] = step(s, a, b);
    }
    /* Two array instructions over what there is, and everything enters the output. */
    const flx_array run = flx_array_pack(t, 4, 4, v);
    const flx_array sum = flx_array_axpy(v[next(s) % count], flx_array_transpose(run), run);
    return flx_array_dot(sum, flx_array_slice(run, 0, 0, 4, 4, 1, 1));
}

/* 2^-36: the programs add some dozen terms of size 1 to 100 at each of 20 levels. */
static const double tolerance = 0x1p-36;

Test(roads, random_programs)
{
    uint64_t state = 20261121;
    flx_tape *t = new_tape();
    for (int round = 0; round < 300; round++) {
        const size_t n = 1 + next(&state) % MAX_N;
        flx_var x[MAX_N];
        double at[MAX_N], g[MAX_N], jac[MAX_N], dir[MAX_N] = {0.7, -0.2, 0.4, 1.0};
        double path[3 * MAX_N] = {0.0}, y[3], hv[MAX_N], scale = 1.0, slope = 0.0, curvature = 0.0;
        char name[32];
        flx_tape_reset(t);
        for (size_t k = 0; k < n; k++) x[k] = flx_variable(t, at[k] = uniform(&state, 0.6, 1.6));
        const flx_var out = random_program(t, &state, n, x);
        flx_program *f = freeze(t, n, x, 1, &out);
        flx_work *first, *second, *jet;
        snprintf(name, sizeof name, "program %d", round);
        cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &first), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &second), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 2, &jet), FLX_OK);
        cr_expect_eq(flx_gradient(f, first, at, NULL, g, NULL), FLX_OK);
        cr_expect_eq(flx_hvp(f, second, at, dir, NULL, hv, NULL), FLX_OK);
        for (size_t k = 0; k < n; k++) {
            double unit[MAX_N] = {0.0};
            unit[k] = 1.0;
            cr_expect_eq(flx_jvp(f, first, at, unit, &jac[k], NULL), FLX_OK);
            scale += fabs(g[k]) + fabs(hv[k]);
            slope += g[k] * dir[k];
            curvature += hv[k] * dir[k];
            path[k] = at[k];
            path[n + k] = dir[k];
        }
        flx_var tape_gradient[MAX_N];
        cr_expect_eq(flx_grad(out, n, x, tape_gradient, FLX_CREATE_GRAPH), FLX_OK);
        for (size_t k = 0; k < n; k++) {
            cr_expect(fabs(jac[k] - g[k]) <= tolerance * scale, "%s: %g %g", name, jac[k], g[k]);
            cr_expect(fabs(flx_peek(tape_gradient[k]) - g[k]) <= tolerance * scale, "%s", name);
        }
        cr_expect_eq(flx_jet(f, jet, 2, path, y, NULL), FLX_OK);
        cr_expect_eq(y[0], flx_peek(out), "%s: the value's bits", name);
        cr_expect(fabs(y[1] - slope) <= tolerance * scale, "%s: %g %g", name, y[1], slope);
        cr_expect(fabs(2.0 * y[2] - curvature) <= tolerance * scale, "%s: %g %g", name, 2.0 * y[2],
                  curvature);
        expect_hessian(f, at, NULL, tolerance * scale, name);
        flx_work_destroy(first);
        flx_work_destroy(second);
        flx_work_destroy(jet);
        flx_program_release(f);
    }
    flx_tape_destroy(t);
}

/* weight'*gradient as a program: its gradient is H*weight, its Hessian a third derivative. */
Test(roads, a_recorded_gradient_is_a_program_like_any_other)
{
    uint64_t state = 77;
    flx_tape *t = new_tape();
    for (int round = 0; round < 100; round++) {
        const size_t n = 1 + next(&state) % MAX_N;
        flx_var x[MAX_N], g[MAX_N];
        double at[MAX_N], dir[MAX_N] = {0.7, -0.2, 0.4, 1.0}, hv[MAX_N], gradient[MAX_N], y[3];
        double path[3 * MAX_N] = {0.0}, third[MAX_N * MAX_N], scale = 1.0;
        char name[32];
        snprintf(name, sizeof name, "gradient of program %d", round);
        flx_tape_reset(t);
        for (size_t k = 0; k < n; k++) x[k] = flx_variable(t, at[k] = uniform(&state, 0.6, 1.6));
        const flx_var out = random_program(t, &state, n, x);
        flx_program *f = freeze(t, n, x, 1, &out);
        cr_assert_eq(flx_grad(out, n, x, g, FLX_CREATE_GRAPH), FLX_OK);
        flx_var sum = flx_constant(0.0);
        for (size_t k = 0; k < n; k++) sum = flx_var_add(sum, flx_var_mul_xc(g[k], dir[k]));
        flx_program *slope = freeze(t, n, x, 1, &sum);
        flx_work *wf, *ws, *jet;
        cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &wf), FLX_OK);
        cr_assert_eq(flx_work_create(slope, FLX_WORK_SECOND, 0, &ws), FLX_OK);
        cr_assert_eq(flx_work_create(slope, FLX_WORK_JET, 2, &jet), FLX_OK);
        cr_expect_eq(flx_hvp(f, wf, at, dir, NULL, hv, NULL), FLX_OK);
        cr_expect_eq(flx_gradient(slope, ws, at, NULL, gradient, NULL), FLX_OK);
        cr_expect_eq(flx_hessian(slope, ws, NULL, NULL, third, NULL), FLX_OK);
        double curvature = 0.0;
        for (size_t i = 0; i < n; i++) {
            scale += fabs(hv[i]);
            path[i] = at[i];
            path[n + i] = dir[i];
            for (size_t j = 0; j < n; j++) {
                scale += fabs(third[i * n + j]);
                curvature += third[i * n + j] * dir[i] * dir[j];
            }
        }
        for (size_t k = 0; k < n; k++)
            cr_expect(fabs(hv[k] - gradient[k]) <= tolerance * scale, "%s: %g %g", name, hv[k],
                      gradient[k]);
        cr_expect_eq(flx_jet(slope, jet, 2, path, y, NULL), FLX_OK);
        cr_expect(fabs(2.0 * y[2] - curvature) <= tolerance * scale, "%s: %g %g", name, 2.0 * y[2],
                  curvature);
        expect_hessian(slope, at, NULL, tolerance * scale, name);
        flx_work_destroy(wf);
        flx_work_destroy(ws);
        flx_work_destroy(jet);
        flx_program_release(f);
        flx_program_release(slope);
    }
    flx_tape_destroy(t);
}
