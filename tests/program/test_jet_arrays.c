/* Jets of what has no derivative, of indices and of zeros; where slots are used again, nothing of what
 * they held before is seen. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/compose.h>
#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

#include "bodies.h"
#include "reference.h"

enum { ORDER = 2, N = 3 };

/* A program of some inputs and outputs, whose slots are used again. */
static flx_program *frozen(flx_tape *t, const flx_var *x, size_t m, const flx_var *y)
{
    flx_program *f;
    cr_assert_eq(flx_freeze(t, N, x, m, y, FLX_REUSE_SLOTS, &f, NULL), FLX_OK);
    return f;
}

static flx_work *work_of(flx_program *f, flx_work_kind kind)
{
    flx_work *w;
    cr_assert_eq(flx_work_create(f, kind, kind == FLX_WORK_JET ? ORDER : 0, &w), FLX_OK);
    return w;
}

static const double path[(ORDER + 1) * N] = {2.0, 5.0, 3.0, 7.0, -1.0, 0.5, 4.0, 1.5, -3.0};

/* The position of the greatest number, and a detached one, are constants along every path. */
Test(jet_arrays, of_constants_along_the_path_are_their_values)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    flx_var x[N], y[4];
    for (size_t k = 0; k < N; k++) x[k] = flx_variable(t, path[k]);
    flx_array a = flx_array_pack(t, N, 1, x);
    flx_var z = x[0];
    for (int k = 0; k < 5; k++) { /* slots that are free when their numbers are needed no more */
        a = flx_array_mul(a, flx_array_square(a));
        z = flx_add(flx_square(z), x[1]);
    }
    const flx_var at = flx_array_at(flx_array_argmax(a, FLX_ALL), 0, 0);
    const flx_var fixed = flx_detach(flx_mul(x[0], flx_gt(z, 0.0) ? 1.5 : 0.5));
    y[0] = flx_mul(at, x[2]);    /* 1 * x2 */
    y[1] = flx_mul(fixed, x[1]); /* 3 * x1 */
    y[2] = flx_mul(flx_sign(z), x[0]);
    y[3] = flx_array_at(flx_array_argmin(a, FLX_ALL), 0, 0);
    flx_program *f = frozen(t, x, 4, y);
    flx_work *w = work_of(f, FLX_WORK_JET);
    double got[(ORDER + 1) * 4];
    for (int round = 0; round < 2; round++) {
        cr_assert_eq(flx_jet(f, w, ORDER, path, got, NULL), FLX_OK);
        for (size_t k = 0; k <= ORDER; k++) {
            cr_expect_eq(got[4 * k], path[k * N + 2], "%zu: %g", k, got[4 * k]);
            cr_expect_eq(got[4 * k + 1], 3.0 * path[k * N + 1], "%zu: %g", k, got[4 * k + 1]);
            cr_expect_eq(got[4 * k + 2], path[k * N]);
            cr_expect_eq(got[4 * k + 3], 0.0, "%zu: %g", k, got[4 * k + 3]);
        }
    }
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* Rows added where an index says: to its row, or, where there is none such, to an undefined one, so
 * that no value is defined. */
Test(jet_arrays, of_rows_added_where_an_index_says)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    flx_var x[N], y[4], index[N];
    for (size_t k = 0; k < N; k++) x[k] = flx_variable(t, path[k]);
    for (size_t k = 0; k < N; k++) index[k] = flx_parameter(t, (double)(k == 1));
    const flx_array rows =
        flx_array_scatter_add(flx_array_pack(t, N, 1, x), flx_array_pack(t, N, 1, index), 4);
    for (size_t k = 0; k < 4; k++) y[k] = flx_array_at(rows, k, 0);
    flx_program *f = frozen(t, x, 4, y);
    flx_work *w = work_of(f, FLX_WORK_JET);
    double got[(ORDER + 1) * 4], p[N] = {3.0, 1.0, 3.0};
    cr_assert_eq(flx_work_set_parameters(f, w, p), FLX_OK);
    cr_assert_eq(flx_jet(f, w, ORDER, path, got, NULL), FLX_OK);
    for (size_t k = 0; k <= ORDER; k++) {
        cr_expect_eq(got[4 * k], 0.0);
        cr_expect_eq(got[4 * k + 1], path[k * N + 1]);
        cr_expect_eq(got[4 * k + 2], 0.0);
        cr_expect_eq(got[4 * k + 3], path[k * N] + path[k * N + 2]);
    }
    p[1] = 4.0;
    cr_assert_eq(flx_work_set_parameters(f, w, p), FLX_OK);
    cr_assert_eq(flx_jet(f, w, ORDER, path, got, NULL), FLX_OK);
    for (size_t k = 0; k < 4; k++) cr_expect(isnan(got[k]), "%zu: %g", k, got[k]);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* So are the pivots of a factorisation, and their sign: where adjoints were before. */
Test(jet_arrays, of_pivots_are_their_numbers)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    flx_var x[N], y[3];
    for (size_t k = 0; k < N; k++) x[k] = flx_variable(t, path[k]);
    const flx_var entry[4] = {x[0], x[1], x[1], x[2]}; /* 2, 5; 5, 3 */
    const flx_array_factors f = flx_array_lu(flx_array_pack(t, 2, 2, entry));
    for (size_t k = 0; k < 2; k++) y[k] = flx_mul(flx_array_at(f.order, k, 0), x[2]);
    y[2] = flx_mul(f.sign, x[2]);
    flx_program *p = frozen(t, x, 3, y);
    flx_work *w = work_of(p, FLX_WORK_JET), *first = work_of(p, FLX_WORK_FIRST);
    const double pivot[3] = {1.0, 0.0, -1.0};
    const double weight[3] = {1.0, 2.0, 3.0};
    double got[(ORDER + 1) * 3], tangent[3], adjoint[N];
    cr_assert_eq(flx_jet(p, w, ORDER, path, got, NULL), FLX_OK);
    for (size_t k = 0; k <= ORDER; k++)
        for (size_t j = 0; j < 3; j++)
            cr_expect_eq(got[3 * k + j], pivot[j] * path[k * N + 2], "%zu of %zu: %g", k, j,
                         got[3 * k + j]);
    cr_assert_eq(flx_vjp(p, first, path, weight, adjoint, NULL), FLX_OK);
    cr_assert_eq(flx_jvp(p, first, path, path + N, tangent, NULL), FLX_OK);
    for (size_t j = 0; j < 3; j++) cr_expect_eq(tangent[j], got[3 + j], "%zu: %g", j, tangent[j]);
    flx_work_destroy(first);
    flx_work_destroy(w);
    flx_program_release(p);
    flx_tape_destroy(t);
}

/* Sums of negative zeros: the values of a jet are those of flx_eval, with their signs. */
Test(jet_arrays, of_sums_have_the_signs_of_zeros_that_values_have)
{
    enum { M = N + 6 };
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    flx_var x[N], y[M];
    for (size_t k = 0; k < N; k++) x[k] = flx_variable(t, 1.0);
    const flx_array a = flx_array_pack(t, N, 1, x), sums = flx_array_cumsum(a, FLX_ALL);
    const flx_array first = flx_array_pack(t, 1, 1, x);
    for (size_t k = 0; k < N; k++) y[k] = flx_array_at(sums, k, 0);
    y[N] = flx_array_at(flx_array_sum(a, FLX_ALL), 0, 0);
    y[N + 1] = flx_array_at(flx_array_sum(a, FLX_ROWS), 1, 0);
    y[N + 2] = flx_array_at(flx_array_sum(a, FLX_COLS), 0, 0);
    y[N + 3] = flx_array_at(flx_array_matmul(first, first), 0, 0);
    y[N + 4] = flx_array_at(flx_array_matmul(a, first), 2, 0);
    y[N + 5] = flx_array_at(flx_array_cumsum(first, FLX_ROWS), 0, 0);
    flx_program *f = frozen(t, x, M, y);
    flx_work *jet = work_of(f, FLX_WORK_JET), *value = work_of(f, FLX_WORK_VALUE);
    const double zeros[(ORDER + 1) * N] = {-0.0, -0.0, -0.0, 1.0, 2.0, 3.0, 0.5, 0.25, 0.125};
    double got[(ORDER + 1) * M], want[M];
    cr_assert_eq(flx_eval(f, value, zeros, want, NULL), FLX_OK);
    cr_assert_eq(flx_jet(f, jet, ORDER, zeros, got, NULL), FLX_OK);
    for (size_t k = 0; k < M; k++)
        cr_expect(ref_same(got[k], want[k]), "%zu: %g, want %g", k, got[k], want[k]);
    for (size_t k = 0; k < N; k++) cr_expect(signbit(want[k]), "%zu", k);
    flx_work_destroy(jet);
    flx_work_destroy(value);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* The state times what it is at that step, detached, and its greatest number's position beside it. */
static void detached_step(const flx_var *x, flx_var *y)
{
    const flx_array pair = flx_array_pack(x[0].tape, 2, 1, (flx_var[2]){x[0], x[1]});
    y[0] = flx_mul(x[0], flx_detach(x[0]));
    y[1] = flx_add(x[1], flx_array_at(flx_array_argmax(pair, FLX_ALL), 0, 0));
}

/* From 2 + 7t + 4t^2: s = 2, 4, 16, 256, of which each step multiplies the series by the number; the
 * other number, 5 - t + 1.5t^2, is greater once. */
Test(jet_arrays, of_steps_have_what_is_detached_at_each)
{
    const body step = {"detached", 2, 2, detached_step};
    flx_program *inner = body_program(&step);
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    flx_var x[N], y[2];
    for (size_t k = 0; k < N; k++) x[k] = flx_variable(t, path[k]);
    const flx_scanned s =
        flx_scan(inner, 3, flx_array_pack(t, 2, 1, x), flx_array_empty(), flx_array_empty(), 0);
    for (size_t k = 0; k < 2; k++) y[k] = flx_array_at(s.state, k, 0);
    flx_program *f = frozen(t, x, 2, y);
    flx_work *w = work_of(f, FLX_WORK_JET);
    double got[(ORDER + 1) * 2];
    for (int round = 0; round < 2; round++) {
        cr_assert_eq(flx_jet(f, w, ORDER, path, got, NULL), FLX_OK);
        for (size_t k = 0; k <= ORDER; k++) {
            cr_expect_eq(got[2 * k], 2.0 * 4.0 * 16.0 * path[k * N], "%zu: %g", k, got[2 * k]);
            cr_expect_eq(got[2 * k + 1], path[k * N + 1] + (k == 0 ? 2.0 : 0.0), "%zu: %g", k,
                         got[2 * k + 1]);
        }
    }
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
    flx_program_release(inner);
}
