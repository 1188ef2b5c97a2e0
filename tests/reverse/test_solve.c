/* test_solve.c: linear systems against mpmath, and every road against every other. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "hostile_expect.h"
#include "reverse/solve_reference.h"

enum { SIZE = SIDE * SIDE, PROGRAMS = sizeof reference / sizeof *reference };

static flx_tape *new_tape(void)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static flx_array program(flx_tape *t, flx_array x, size_t which)
{
    double three[SIZE] = {0.0};
    for (int i = 0; i < SIDE; i++) three[i * SIDE + i] = 3.0;
    const flx_array more = flx_array_constant(t, SIDE, SIDE, three);
    const flx_array b = flx_array_constant(t, SIDE, 2, columns[0]);
    const flx_array a = flx_array_add(flx_array_matmul(x, flx_array_transpose(x)), more);
    const flx_array left = flx_array_slice(x, 0, 0, SIDE, 2, 1, 1);
    switch (which) {
    case 0: return flx_array_cholesky(a);
    case 1: return flx_array_solve_triangular(x, flx_array_sin(left), FLX_LOWER);
    case 2: return flx_array_solve_triangular(x, b, FLX_UPPER_UNIT);
    case 3: return flx_array_lu(x).lu;
    case 4: return flx_array_solve(x, flx_array_exp(left));
    case 5: return flx_array_scalar(flx_array_det(x));
    case 6: return flx_array_scalar(flx_array_logdet(x));
    case 7: return flx_array_cholesky_solve(flx_array_cholesky(a), b);
    case 8: return flx_array_scalar(flx_array_cholesky_logdet(flx_array_cholesky(a)));
    default: return flx_array_inverse(x);
    }
}

static flx_var energy(flx_array w)
{
    return flx_array_sum(flx_array_mul(flx_array_sin(w), w), FLX_ALL).first;
}

static flx_var record(flx_tape *t, size_t which, flx_var *x)
{
    const flx_array a = flx_array_variable(t, SIDE, SIDE, point[0]);
    for (size_t k = 0; k < SIZE; k++) x[k] = flx_array_at(a, k / SIDE, k % SIDE);
    const flx_var y = energy(program(t, a, which));
    cr_assert_eq(flx_tape_status(t), FLX_OK, "%s", reference[which].name);
    return y;
}

static void expect_close(const char *name, const char *what, double got, double want, double scale)
{
    cr_expect(fabs(got - want) <= 1e-13 * scale, "%s, %s: %.17g, want %.17g", name, what, got,
              want);
}

static double size_of(size_t which)
{
    double most = 0.0;
    for (int k = 0; k <= ORDER; k++) most = fmax(most, fabs(reference[which].coefficient[k]));
    return most;
}

Test(solve, coefficients_along_a_path)
{
    for (size_t which = 0; which < PROGRAMS; which++) {
        flx_tape *t = new_tape();
        flx_var x[SIZE];
        flx_program *f;
        flx_work *w;
        double path[ORDER + 1][SIZE] = {{0.0}}, y[ORDER + 1];
        const flx_var energy_of = record(t, which, x);
        cr_assert_eq(flx_freeze(t, SIZE, x, 1, &energy_of, 0, &f, NULL), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_JET, ORDER, &w), FLX_OK);
        memcpy(path[0], point, sizeof path[0]);
        memcpy(path[1], direction, sizeof path[1]);
        cr_assert_eq(flx_jet(f, w, ORDER, path[0], y, NULL), FLX_OK);
        for (int k = 0; k <= ORDER; k++)
            expect_close(reference[which].name, "coefficient", y[k],
                         reference[which].coefficient[k], size_of(which));
        flx_work_destroy(w);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* d'g of a recorded gradient, as a variable. */
static flx_var along(flx_var y, const flx_var *x)
{
    flx_var g[SIZE], sum = flx_constant(0.0);
    cr_assert_eq(flx_grad(y, SIZE, x, g, FLX_CREATE_GRAPH), FLX_OK);
    for (int k = 0; k < SIZE; k++)
        sum = flx_var_add(sum, flx_var_mul_xc(g[k], direction[k / SIDE][k % SIDE]));
    return sum;
}

static flx_var tangent(flx_var y, const flx_var *x)
{
    flx_var dx[SIZE], dy;
    for (int k = 0; k < SIZE; k++) dx[k] = flx_constant(direction[k / SIDE][k % SIDE]);
    cr_assert_eq(flx_jvp_record(SIZE, x, dx, 1, &y, &dy), FLX_OK);
    return dy;
}

/* Four derivatives deep, in reverse, forward, and by turns. */
Test(solve, recorded_derivatives_to_fourth_order)
{
    for (size_t which = 0; which < PROGRAMS; which++) {
        for (unsigned modes = 0; modes < 16; modes += 5) { /* 0000 0101 1010 1111 */
            flx_tape *t = new_tape();
            flx_var x[SIZE], y = record(t, which, x);
            double factorial = 1.0;
            for (int order = 1; order <= 4; order++) {
                y = modes >> (order - 1) & 1u ? tangent(y, x) : along(y, x);
                factorial *= order;
                expect_close(reference[which].name, "recorded derivative", flx_peek(y) / factorial,
                             reference[which].coefficient[order], size_of(which));
            }
            flx_tape_destroy(t);
        }
    }
}

Test(solve, every_road_agrees)
{
    for (size_t which = 0; which < PROGRAMS; which++) {
        flx_tape *t = new_tape();
        flx_var x[SIZE];
        flx_check_result r;
        char text[2000];
        const flx_var y = record(t, which, x);
        const flx_status status = flx_check_tape(t, SIZE, x, 1, &y, NULL, &r);
        flx_check_text(&r, text, sizeof text);
        cr_expect_eq(status, FLX_OK, "%s\n%s", reference[which].name, text);
        flx_tape_destroy(t);
    }
}

/* Another order of the rows is found in a replay. */
Test(solve, a_replay_chooses_its_pivots)
{
    const double first[4] = {4.0, 1.0, 2.0, 3.0}, second[4] = {1e-20, 1.0, 2.0, 3.0};
    flx_tape *t = new_tape();
    const flx_array a = flx_array_variable(t, 2, 2, first);
    const flx_array b = flx_array_constant(t, 2, 1, (double[2]){1.0, 5.0});
    const flx_array s = flx_array_solve(a, b);
    const flx_var det = flx_array_det(a);
    flx_var x[4], y[3] = {flx_array_at(s, 0, 0), flx_array_at(s, 1, 0), det};
    flx_program *f;
    flx_work *w;
    double out[3];
    for (size_t k = 0; k < 4; k++) x[k] = flx_array_at(a, k / 2, k % 2);
    cr_assert_eq(flx_freeze(t, 4, x, 3, y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &w), FLX_OK);
    cr_assert_eq(flx_eval(f, w, second, out, NULL), FLX_OK);
    cr_expect_float_eq(out[0], 1.0, 1e-15);
    cr_expect_float_eq(out[1], 1.0, 1e-15);
    cr_expect_float_eq(out[2], -2.0, 1e-15);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(solve, what_has_no_solution_is_said)
{
    flx_tape *t = new_tape();
    const double singular[4] = {1.0, 2.0, 2.0, 4.0}, indefinite[4] = {1.0, 2.0, 2.0, 1.0};
    const flx_array a = flx_array_variable(t, 2, 2, singular);
    const flx_array c = flx_array_variable(t, 2, 2, indefinite);
    flx_array g;
    cr_expect_eq(flx_peek(flx_array_det(a)), 0.0);
    cr_expect_eq(flx_peek(flx_array_det(flx_array_constant(t, 3, 3, (double[9]){0.0}))), 0.0);
    const flx_var y = flx_array_sum(flx_array_solve(a, flx_array_col(c, 0)), FLX_ALL).first;
    cr_expect(!isfinite(flx_peek(y)));
    cr_expect_eq(flx_grad_array(y, a, &g, 0), FLX_OK);
    cr_expect(flx_tape_flags(t).set != 0);
    flx_tape_clear_flags(t);
    const flx_var z = flx_array_cholesky_logdet(flx_array_cholesky(c));
    cr_expect(isnan(flx_peek(z)));
    cr_expect_eq(flx_grad_array(z, c, &g, 0), FLX_OK);
    cr_expect(flx_tape_flags(t).set & FLX_FLAG_DOMAIN);
    flx_tape_destroy(t);
}

Test(solve, shapes)
{
    flx_tape *t = new_tape();
    const double v[6] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    const flx_array a = flx_array_variable(t, 2, 3, v), b = flx_array_variable(t, 2, 2, v);
    const flx_mark m = flx_tape_mark(t);
    for (int k = 0; k < 6; k++) {
        flx_status want = FLX_ESHAPE;
        switch (k) {
        case 0: flx_array_cholesky(a); break;
        case 1: flx_array_lu(a); break;
        case 2: flx_array_solve(b, flx_array_transpose(a)); break;
        case 3: flx_array_solve_triangular(b, flx_array_transpose(a), FLX_LOWER); break;
        case 4: flx_array_det(a); break;
        default:
            flx_array_solve_triangular(b, b, (flx_triangle)7);
            want = FLX_EARG;
            break;
        }
        cr_expect_eq(flx_tape_status(t), want, "case %d", k);
        cr_expect_eq(flx_tape_rewind(t, m), FLX_OK);
    }
    flx_tape_destroy(t);
}

/* All of it on one tape, the k-th request of memory refused. */
static flx_status under_pressure(const flx_allocator *allocator)
{
    const flx_tape_options options = {.allocator = *allocator};
    flx_tape *t;
    flx_array g;
    flx_status status = flx_tape_create(&options, &t);
    if (status != FLX_OK) return status;
    const flx_array a = flx_array_variable(t, SIDE, SIDE, point[0]);
    for (size_t which = 0; which < PROGRAMS && status == FLX_OK; which++) {
        const flx_var y = energy(program(t, a, which));
        status = flx_tape_status(t);
        if (status == FLX_OK) status = flx_grad_array(y, a, &g, FLX_CREATE_GRAPH);
    }
    flx_tape_destroy(t);
    return status;
}

static int succeeds(const flx_allocator *allocator, size_t request, void *ctx)
{
    (void)ctx;
    return hostile_allowed(under_pressure(allocator), request);
}

Test(solve, every_refused_request_is_a_status) { hostile_expect(10, 0, succeeds, NULL); }

Test(solve, systems_of_nothing)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_array a = flx_array_variable(t, 0, 0, NULL), b = flx_array_variable(t, 0, 2, NULL);
    cr_expect_eq(flx_array_solve(a, b).cols, 2);
    cr_expect_eq(flx_array_cholesky_solve(flx_array_cholesky(a), b).cols, 2);
    cr_expect_eq(flx_array_inverse(a).rows, 0);
    cr_expect_eq(flx_peek(flx_array_det(a)), 1.0);
    cr_expect_eq(flx_peek(flx_array_logdet(a)), 0.0);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}
