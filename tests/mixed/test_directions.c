/* Several directions and cotangents at once: bits of one at a time, memory, what is refused. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include <fluxion/fluxion.h>

#include "batch_programs.h"
#include "directions.h"
#include "hostile.h"

enum { SIDE = 10, N = SIDE * SIDE };

static void expect_same(const char *name, flx_tape *t, flx_var *x, size_t m, const flx_var *y,
                        const double *at)
{
    char text[200] = "";
    flx_program *f = NULL;
    flx_report r;
    cr_assert_eq(flx_tape_status(t), FLX_OK, "%s", name);
    cr_assert_eq(flx_freeze(t, N, x, m, y, 0, &f, &r), FLX_OK, "%s: %s", name,
                 flx_status_message(r.status));
    const size_t before = directions_finite;
    cr_expect(!directions_differ(f, at, text, sizeof text), "%s: %s", name, text);
    cr_expect(directions_finite > before, "%s: nothing finite", name);
    flx_program_release(f);
}

/* ---- arrays: every kind of instruction ---- */

static flx_array matrix_products(flx_array a)
{
    const flx_array p = flx_array_matmul(a, flx_array_transpose(flx_array_tanh(a)));
    return flx_array_matmul(flx_array_slice(p, 0, 0, 3, SIDE, 1, 1), a);
}

static flx_array positive(flx_array a)
{
    flx_tape *t = a.first.tape;
    const flx_array eye = flx_array_diagonal_matrix(flx_array_pack(
        t, SIDE, 1,
        (flx_var[SIDE]){flx_constant(9.0), flx_constant(8.0), flx_constant(7.0), flx_constant(9.0),
                        flx_constant(8.0), flx_constant(7.0), flx_constant(9.0), flx_constant(8.0),
                        flx_constant(7.0), flx_constant(6.0)}));
    return flx_array_add(flx_array_matmul(a, flx_array_transpose(a)), eye);
}

static flx_array cholesky(flx_array a)
{
    const flx_array l = flx_array_cholesky(positive(a));
    return flx_array_cholesky_solve(l, flx_array_col(a, 1));
}

static flx_array lu(flx_array a)
{
    const flx_array_factors lu = flx_array_lu(positive(a));
    const flx_array x = flx_array_lu_solve(lu, flx_array_col(a, 2));
    return flx_array_add(x, flx_array_scalar(flx_array_lu_logdet(lu)));
}

static flx_array reductions(flx_array a)
{
    const flx_array rows = flx_array_logsumexp_along(a, FLX_ROWS);
    const flx_array cols = flx_array_norm_along(a, FLX_COLS);
    return flx_array_mul(flx_array_add(rows, flx_array_softmax(a, FLX_ALL)), cols);
}

static flx_array indices(flx_array a)
{
    flx_tape *t = a.first.tape;
    const double index[3] = {4.0, 0.0, 4.0};
    const flx_array i = flx_array_constant(t, 3, 1, index);
    const flx_array some = flx_array_gather(a, i);
    const flx_array most = flx_array_max(a, FLX_COLS);
    const flx_array sum = flx_array_cumsum(flx_array_square(some), FLX_COLS);
    const flx_array six = flx_array_reshape(flx_array_slice(sum, 0, 0, 3, 2, 1, 1), 6, 1);
    return flx_array_mul(flx_array_lower_triangle(six), flx_array_sum(most, FLX_ALL));
}

static flx_array choices(flx_array a)
{
    const flx_array b = flx_array_transpose(a);
    const flx_array s =
        flx_array_select(flx_array_sub(a, b), flx_array_exp(a), flx_array_div(a, b));
    return flx_array_atan2(flx_array_hypot(s, b), flx_array_pow(flx_array_square(a), b));
}

static flx_status twice_value(void *ctx, size_t n, const double *x, size_t m, double *y)
{
    size_t *calls = ctx;
    (void)m;
    ++*calls;
    for (size_t k = 0; k < n; k++) y[k] = sin(2.0 * x[k]);
    return FLX_OK;
}

static void twice_jacobian(size_t n, const flx_var *x, size_t m, flx_var *jac, void *ctx)
{
    (void)m;
    (void)ctx;
    for (size_t k = 0; k < n; k++)
        jac[k * n + k] = flx_var_mul_xc(flx_var_cos(flx_var_mul_xc(x[k], 2.0)), 2.0);
}

static size_t external_calls;

static flx_array external(flx_array a)
{
    const flx_external f = {"sin(2x)", twice_value, NULL, twice_jacobian, 2, &external_calls};
    return flx_array_external(&f, flx_array_row(a, 3), SIDE);
}

static const struct {
    const char *name;
    flx_array (*f)(flx_array a);
} array_case[] = {
    {"matrix products", matrix_products},
    {"cholesky", cholesky},
    {"lu", lu},
    {"reductions", reductions},
    {"indices", indices},
    {"choices", choices},
    {"external", external},
};

static void point(double *at)
{
    for (size_t k = 0; k < N; k++) at[k] = sin(1.0 + (double)(k * k)) + 0.01 * (double)k;
}

/* Outputs, and the recorded gradient of their sum with some of its entries: accumulators. */
static void through_arrays(void)
{
    double at[N];
    point(at);
    for (size_t c = 0; c < sizeof array_case / sizeof *array_case; c++) {
        flx_tape *t = NULL;
        flx_var x[N], g[N], y[4];
        cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
        const flx_array a = flx_array_variable(t, SIDE, SIDE, at);
        for (size_t k = 0; k < N; k++) x[k] = flx_array_at(a, k / SIDE, k % SIDE);
        const flx_array z = array_case[c].f(a);
        cr_assert_eq(flx_tape_status(t), FLX_OK, "%s", array_case[c].name);
        const flx_var sum = flx_array_at(flx_array_sum(flx_array_square(z), FLX_ALL), 0, 0);
        const flx_var two[2] = {sum, flx_array_at(z, 0, 0)};
        expect_same(array_case[c].name, t, x, 2, two, at);
        cr_assert_eq(flx_grad(sum, N, x, g, FLX_CREATE_GRAPH), FLX_OK);
        for (size_t k = 0; k < 4; k++) y[k] = g[k * 31];
        if (array_case[c].f != external) expect_same(array_case[c].name, t, x, 4, y, at);
        flx_tape_destroy(t);
    }
}

/* ---- scalars, and programs within programs ---- */

static void through_programs(void)
{
    for (size_t c = 0; c < batch_case_count; c++) {
        char text[200] = "";
        double at[BATCH_INPUTS];
        flx_program *f = batch_program(&batch_cases[c], NULL);
        const size_t before = directions_finite;
        cr_assert_not_null(f);
        for (size_t k = 0; k < batch_cases[c].inputs; k++) at[k] = batch_sample(5, k);
        cr_expect(!directions_differ(f, at, text, sizeof text), "%s: %s", batch_cases[c].name,
                  text);
        cr_expect(directions_finite > before, "%s: nothing finite", batch_cases[c].name);
        flx_program_release(f);
    }
}

/* Sweeps along several directions are compiled for more than one instruction set. */
static void by_every_set(void (*test)(void))
{
    static const char *const set[] = {"best", "base"};
    for (size_t k = 0; k < 2; k++) {
        setenv("FLX_ISA", set[k], 1);
        test();
    }
}

Test(directions, through_arrays_have_the_bits_of_one) { by_every_set(through_arrays); }
Test(directions, through_programs_have_the_bits_of_one) { by_every_set(through_programs); }

/* ---- memory ---- */

static flx_program *chain(const flx_allocator *allocator, size_t length)
{
    const flx_tape_options options = {.allocator = *allocator};
    flx_tape *t = NULL;
    flx_program *f = NULL;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
    flx_var y = x[0];
    for (size_t k = 0; k < length; k++) y = flx_var_mul(flx_var_sin(y), x[k % 2]);
    cr_assert_eq(flx_freeze(t, 2, x, 1, &y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

Test(directions, allocate_nothing)
{
    hostile memory = {0};
    const flx_allocator allocator = hostile_allocator(&memory);
    flx_program *f = chain(&allocator, 20);
    flx_work *w = NULL;
    const double x[2] = {0.3, -0.7}, dir[26] = {1.0, 2.0};
    double out[26], hess[4];
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    const size_t requests = memory.requests;
    for (size_t k = 0; k <= 13; k++) {
        cr_expect_eq(flx_jvps(f, w, x, k, dir, out, NULL), FLX_OK);
        cr_expect_eq(flx_vjps(f, w, x, k, dir, out, NULL), FLX_OK);
        cr_expect_eq(flx_hvps(f, w, x, k, dir, NULL, out, NULL), FLX_OK);
    }
    cr_expect_eq(flx_hessian(f, w, x, NULL, hess, NULL), FLX_OK);
    cr_expect_eq(memory.requests, requests);
    flx_work_destroy(w);
    flx_program_release(f);
    cr_expect_eq(memory.bytes, 0);
}

static size_t bytes_of(flx_program *f, hostile *memory, flx_work_kind kind, size_t most)
{
    flx_work *w = NULL;
    const size_t before = memory->bytes;
    cr_assert_eq(flx_work_create(f, kind, most, &w), FLX_OK);
    const size_t bytes = memory->bytes - before;
    flx_work_destroy(w);
    return bytes;
}

/* As many bytes as the documentation says, a plane of values and a line of the cache beside. */
Test(directions, take_the_memory_that_was_said)
{
    hostile memory = {0};
    const flx_allocator allocator = hostile_allocator(&memory);
    for (size_t length = 100; length <= 1000000; length *= 100) {
        flx_program *f = chain(&allocator, length);
        const size_t slots = 2 * length + 3, plane = 8 * slots, line = 64;
        for (int second = 0; second < 2; second++) {
            const flx_work_kind kind = second ? FLX_WORK_SECOND : FLX_WORK_FIRST;
            const size_t each = second ? 16 * slots : 8 * slots;
            const size_t one = bytes_of(f, &memory, kind, 1);
            const size_t eight = one + 8 * each + plane + line;
            cr_expect_eq(bytes_of(f, &memory, kind, 4), one + 4 * each + plane + line);
            cr_expect_eq(bytes_of(f, &memory, kind, 7), one + 4 * each + plane + line);
            cr_expect_eq(bytes_of(f, &memory, kind, 8), eight);
            cr_expect_eq(bytes_of(f, &memory, kind, 100), eight);
            cr_expect_eq(bytes_of(f, &memory, kind, 0), length > 10000 ? one : eight);
        }
        cr_expect_eq(bytes_of(f, &memory, FLX_WORK_VALUE, 8),
                     bytes_of(f, &memory, FLX_WORK_VALUE, 0));
        flx_program_release(f);
    }
    cr_expect_eq(memory.bytes, 0);
}

Test(directions, a_work_that_gets_no_memory_leaves_none)
{
    hostile memory = {0};
    const flx_allocator allocator = hostile_allocator(&memory);
    flx_program *f = chain(&allocator, 20);
    const size_t held = memory.bytes, requests = memory.requests;
    flx_work *w = NULL;
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 8, &w), FLX_OK);
    const size_t needed = memory.requests - requests;
    flx_work_destroy(w);
    for (size_t k = 1; k <= needed; k++) {
        memory.requests = 0;
        memory.refuse = k;
        cr_expect_eq(flx_work_create(f, FLX_WORK_SECOND, 8, &w), FLX_ENOMEM, "request %zu", k);
        cr_expect_null(w);
        cr_expect_eq(memory.bytes, held);
    }
    memory.refuse = 0;
    flx_program_release(f);
}

/* ---- what is refused ---- */

Test(directions, missing_arguments_are_refused)
{
    hostile memory = {0};
    const flx_allocator allocator = hostile_allocator(&memory);
    flx_program *f = chain(&allocator, 3);
    flx_work *first = NULL, *second = NULL;
    const double x[2] = {0.3, -0.7}, dir[4] = {1.0, 2.0, 3.0, 4.0};
    double out[4], want[2];
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &first), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &second), FLX_OK);
    cr_expect_eq(flx_jvps(f, first, NULL, 2, dir, out, NULL), FLX_EPOINT);
    cr_expect_eq(flx_jvps(NULL, first, x, 2, dir, out, NULL), FLX_EARG);
    cr_expect_eq(flx_jvps(f, NULL, x, 2, dir, out, NULL), FLX_EARG);
    cr_expect_eq(flx_jvps(f, first, x, 2, NULL, out, NULL), FLX_EARG);
    cr_expect_eq(flx_jvps(f, first, x, 2, dir, NULL, NULL), FLX_EARG);
    cr_expect_eq(flx_vjps(f, first, x, 2, NULL, out, NULL), FLX_EDIM);
    cr_expect_eq(flx_vjps(f, first, x, 2, dir, NULL, NULL), FLX_EARG);
    cr_expect_eq(flx_hvps(f, second, x, 2, NULL, NULL, out, NULL), FLX_EARG);
    cr_expect_eq(flx_hvps(f, second, x, 2, dir, NULL, NULL, NULL), FLX_EARG);
    cr_expect_eq(flx_hvps(f, first, x, 2, dir, NULL, out, NULL), FLX_EWORK);
    cr_expect_eq(flx_hvps(f, NULL, x, 2, dir, NULL, out, NULL), FLX_EARG);
    /* One weight may be left out, and of nothing there is nothing to be given. */
    cr_expect_eq(flx_vjps(f, first, x, 1, NULL, out, NULL), FLX_OK);
    cr_expect_eq(flx_gradient(f, first, x, NULL, want, NULL), FLX_OK);
    cr_expect(out[0] == want[0] && out[1] == want[1]);
    cr_expect_eq(flx_jvps(f, first, x, 0, NULL, NULL, NULL), FLX_OK);
    cr_expect_eq(flx_vjps(f, first, NULL, 0, NULL, NULL, NULL), FLX_OK);
    cr_expect_eq(flx_hvps(f, second, x, 0, NULL, NULL, NULL, NULL), FLX_OK);
    flx_work_destroy(first);
    flx_work_destroy(second);
    flx_program_release(f);
}

/* A direction that is not finite, or a result that overflows, leaves the others as they are. */
Test(directions, do_not_disturb_each_other)
{
    flx_tape *t = NULL;
    flx_program *f = NULL;
    flx_work *w = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 2.0), flx_variable(t, 3.0)};
    const flx_var y = flx_var_mul(flx_var_mul_xc(x[0], 1e200), flx_var_mul_xc(x[1], 1e100));
    cr_assert_eq(flx_freeze(t, 2, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 8, &w), FLX_OK);
    const double at[2] = {2.0, 3.0};
    const double dir[10] = {1.0, 0.0, (double)NAN, 0.0, 1e10, 0.0, 0.0, 1.0, (double)INFINITY, 1.0};
    double jv[5], hv[10];
    flx_report r;
    cr_expect_eq(flx_jvps(f, w, at, 5, dir, jv, &r), FLX_OK);
    cr_expect(jv[0] == 3e300 && isnan(jv[1]) && isinf(jv[2]) && jv[3] == 2e300 && isinf(jv[4]));
    cr_expect_eq(r.flags, FLX_FLAG_OVERFLOW);
    cr_expect_eq(flx_hvps(f, w, NULL, 5, dir, NULL, hv, NULL), FLX_OK);
    cr_expect(hv[0] == 0.0 && hv[1] == 1e300 && hv[2] == 0.0 && isnan(hv[3]));
    cr_expect(hv[6] == 1e300 && hv[7] == 0.0 && hv[8] == 1e300 && isinf(hv[9]));
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}
