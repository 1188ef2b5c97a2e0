/* Batches: products of several rows of weights with the Jacobian, lists of several pieces, and sums
 * beside what each point has. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "batch_programs.h"
#include "reference.h"

enum { POINTS = 37, N = BATCH_INPUTS, M = BATCH_OUTPUTS, ROWS = 3 };

static const flx_isa isas[] = {FLX_ISA_BASE, FLX_ISA_AVX2, FLX_ISA_AVX512};

/* A program and what runs it, with points and rows of weights for each. */
typedef struct fixture {
    size_t n, m;
    const char *name;
    flx_program *f;
    flx_work *w;
    flx_batch *b;
    double x[POINTS * N], weight[POINTS * ROWS * M];
} fixture;

static fixture make(const batch_case *c, flx_batch_options options)
{
    fixture s = {.n = c->inputs, .m = c->outputs, .name = c->name, .f = batch_program(c, NULL)};
    cr_assert_not_null(s.f, "%s", c->name);
    cr_assert_eq(flx_work_create(s.f, FLX_WORK_FIRST, 0, &s.w), FLX_OK);
    cr_assert_eq(flx_batch_create(s.f, FLX_WORK_FIRST, &options, &s.b), FLX_OK);
    for (size_t i = 0; i < POINTS; i++)
        for (size_t k = 0; k < s.n; k++) s.x[i * s.n + k] = batch_sample(i, k);
    for (size_t k = 0; k < POINTS * ROWS * M; k++) s.weight[k] = batch_sample(k, 17) - 1.0;
    return s;
}

static void clear(fixture *s)
{
    flx_batch_destroy(s->b);
    flx_work_destroy(s->w);
    flx_program_release(s->f);
}

static int same(const double *a, const double *b, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (!ref_same(a[k], b[k])) return 0;
    return 1;
}

/* Every row of the products and of the Jacobian has the bits that it has alone. */
static void rows_are_as_alone(const batch_case *c, flx_isa isa)
{
    fixture s = make(c, (flx_batch_options){.isa = isa});
    const size_t n = s.n, m = s.m;
    double g[POINTS * ROWS * N], jac[POINTS * M * N], y[POINTS * M], values[POINTS * M];
    double one[POINTS * N];
    const flx_batch_in x = flx_in_rows(s.x, n), weight = flx_in_rows(s.weight, ROWS * m);
    const flx_batch_out to_g = flx_out_rows(g, ROWS * n), to_jac = flx_out_rows(jac, m * n);
    const flx_batch_out to_y = flx_out_rows(y, m), to_values = flx_out_rows(values, m);
    const flx_batch_out to_one = flx_out_rows(one, n);
    cr_expect_eq(flx_vjps_batch(s.f, s.b, POINTS, 1, &x, ROWS, 1, &weight, 1, &to_g, NULL, NULL),
                 FLX_OK);
    cr_expect_eq(flx_jacobian_batch(s.f, s.b, POINTS, 1, &x, 1, &to_y, 1, &to_jac, NULL, NULL),
                 FLX_OK);
    flx_eval_batch(s.f, s.b, POINTS, 1, &x, 1, &to_values, NULL, NULL);
    cr_expect(same(y, values, POINTS * m), "%s: values", s.name);
    for (size_t r = 0; r < ROWS; r++) {
        const flx_batch_in row = {s.weight + r * m, m, ROWS * m, 1};
        flx_vjp_batch(s.f, s.b, POINTS, 1, &x, 1, &row, 1, &to_one, NULL, NULL);
        for (size_t i = 0; i < POINTS; i++)
            cr_expect(same(g + (i * ROWS + r) * n, one + i * n, n), "%s, %s: row %zu of point %zu",
                      s.name, flx_isa_name(isa), r, i);
    }
    for (size_t r = 0; r < m; r++) {
        double unit[M] = {0.0};
        const flx_batch_in row = flx_in_shared(unit, m);
        unit[r] = 1.0;
        flx_vjp_batch(s.f, s.b, POINTS, 1, &x, 1, &row, 1, &to_one, NULL, NULL);
        for (size_t i = 0; i < POINTS; i++)
            cr_expect(same(jac + (i * m + r) * n, one + i * n, n),
                      "%s, %s: output %zu of point %zu", s.name, flx_isa_name(isa), r, i);
    }
    clear(&s);
}

Test(batch_rows, every_row_is_as_alone)
{
    for (size_t k = 0; k < batch_case_count; k++)
        for (size_t j = 0; j < sizeof isas / sizeof *isas; j++)
            if (flx_isa_is_available(isas[j])) rows_are_as_alone(&batch_cases[k], isas[j]);
}

Test(batch_rows, base_has_the_bits_of_one_point)
{
    for (size_t k = 0; k < batch_case_count; k++) {
        fixture s = make(&batch_cases[k], (flx_batch_options){.isa = FLX_ISA_BASE});
        double g[POINTS * ROWS * N], want[ROWS * N];
        const flx_batch_in x = flx_in_rows(s.x, s.n), weight = flx_in_rows(s.weight, ROWS * s.m);
        const flx_batch_out to = flx_out_rows(g, ROWS * s.n);
        flx_vjps_batch(s.f, s.b, POINTS, 1, &x, ROWS, 1, &weight, 1, &to, NULL, NULL);
        for (size_t i = 0; i < POINTS; i++) {
            flx_vjps(s.f, s.w, s.x + i * s.n, ROWS, s.weight + i * ROWS * s.m, want, NULL);
            cr_expect(same(g + i * ROWS * s.n, want, ROWS * s.n), "%s, point %zu", s.name, i);
        }
        clear(&s);
    }
}

Test(batch_rows, any_number_of_points_and_nothing_beyond_them)
{
    fixture s = make(&batch_cases[1], (flx_batch_options){0});
    const size_t n = s.n, m = s.m;
    double all[POINTS * M * N], jac[POINTS * M * N];
    const flx_batch_in x = flx_in_rows(s.x, n);
    const flx_batch_out to_all = flx_out_rows(all, m * n), to = flx_out_rows(jac, m * n);
    flx_jacobian_batch(s.f, s.b, POINTS, 1, &x, 0, NULL, 1, &to_all, NULL, NULL);
    for (size_t points = 0; points <= 34; points++) {
        for (size_t k = 0; k < POINTS * M * N; k++) jac[k] = 123.0;
        cr_expect_eq(flx_jacobian_batch(s.f, s.b, points, 1, &x, 0, NULL, 1, &to, NULL, NULL),
                     FLX_OK);
        cr_expect(same(jac, all, points * m * n), "%zu points", points);
        cr_expect_eq(jac[points * m * n], 123.0);
    }
    clear(&s);
}

/* ---- pieces ---- */

/* Weights of which some are shared and some are each point's, and a piece of none. */
Test(batch_rows, weights_in_several_pieces)
{
    fixture s = make(&batch_cases[2], (flx_batch_options){0});
    const size_t n = s.n, m = s.m; /* 3 and 3 */
    double g[POINTS * 2 * N], want[POINTS * 2 * N], whole[POINTS * 2 * M];
    for (size_t i = 0; i < POINTS; i++)
        for (size_t k = 0; k < 2 * m; k++)
            whole[i * 2 * m + k] = k < 2 ? s.weight[k] : s.weight[10 + i * 4 + k - 2];
    const flx_batch_in x = flx_in_rows(s.x, n), all = flx_in_rows(whole, 2 * m);
    const flx_batch_in pieces[] = {flx_in_rows(whole, 0),          flx_in_shared(s.weight, 1),
                                   flx_in_shared(s.weight + 1, 1), {s.weight + 10, 3, 4, 1},
                                   {s.weight + 13, 1, 4, 1},       flx_in_rows(whole, 0)};
    const flx_batch_out to = flx_out_rows(g, 2 * n), to_want = flx_out_rows(want, 2 * n);
    flx_vjps_batch(s.f, s.b, POINTS, 1, &x, 2, 1, &all, 1, &to_want, NULL, NULL);
    cr_expect_eq(flx_vjps_batch(s.f, s.b, POINTS, 1, &x, 2, 6, pieces, 1, &to, NULL, NULL), FLX_OK);
    cr_expect(same(g, want, POINTS * 2 * n));
    /* One row of two pieces. */
    const flx_batch_in row = {whole, m, 2 * m, 1};
    const flx_batch_in two[] = {pieces[1], {whole + 1, 2, 2 * m, 1}};
    const flx_batch_out one = flx_out_rows(g, n), to_one = flx_out_rows(want, n);
    flx_vjp_batch(s.f, s.b, POINTS, 1, &x, 1, &row, 1, &to_one, NULL, NULL);
    cr_expect_eq(flx_vjp_batch(s.f, s.b, POINTS, 1, &x, 2, two, 1, &one, NULL, NULL), FLX_OK);
    cr_expect(same(g, want, POINTS * n));
    clear(&s);
}

/* Of every row the first number is summed, the second not wanted, the others each point's: the bits of
 * asking for all alike; with other numbers of points than a group's. */
Test(batch_rows, sums_beside_rows)
{
    for (size_t points = 30; points <= POINTS; points++) {
        fixture s = make(&batch_cases[3], (flx_batch_options){0});
        const size_t n = s.n, m = s.m, rest = n - 2; /* 9 and 4 */
        double jac[POINTS * M * N], sums[M * N], some[POINTS * M * N], some_sums[M], y[POINTS * M];
        double y_sums[M], some_y[POINTS * M];
        const flx_batch_in x = flx_in_rows(s.x, n);
        const flx_batch_out rows = flx_out_rows(jac, m * n), sum = flx_out_sum(sums, m * n);
        const flx_batch_out to_y = flx_out_rows(y, m), to_y_sums = flx_out_sum(y_sums, m);
        flx_batch_out pieces[3 * M];
        const flx_batch_out mixed_y[] = {flx_out_rows(some_y, 1), flx_out_sum(some_y + POINTS, 1),
                                         flx_out_none(1), flx_out_rows(some_y + 2 * POINTS, 1)};
        for (size_t r = 0; r < m; r++) {
            pieces[3 * r] = flx_out_sum(some_sums + r, 1);
            pieces[3 * r + 1] = flx_out_none(1);
            pieces[3 * r + 2] = (flx_batch_out){some + r * rest, rest, m * rest, 1};
        }
        flx_jacobian_batch(s.f, s.b, points, 1, &x, 1, &to_y, 1, &rows, NULL, NULL);
        flx_jacobian_batch(s.f, s.b, points, 1, &x, 1, &to_y_sums, 1, &sum, NULL, NULL);
        cr_expect_eq(
            flx_jacobian_batch(s.f, s.b, points, 1, &x, 4, mixed_y, 3 * m, pieces, NULL, NULL),
            FLX_OK);
        for (size_t r = 0; r < m; r++) {
            cr_expect(ref_same(some_sums[r], sums[r * n]), "row %zu of %zu points", r, points);
            for (size_t i = 0; i < points; i++)
                cr_expect(same(some + (i * m + r) * rest, jac + (i * m + r) * n + 2, rest),
                          "row %zu of point %zu", r, i);
        }
        cr_expect(ref_same(some_y[POINTS], y_sums[1]));
        for (size_t i = 0; i < points; i++)
            cr_expect(ref_same(some_y[i], y[i * m])
                      && ref_same(some_y[2 * POINTS + i], y[i * m + 3]));
        clear(&s);
    }
}

/* More sums than there is memory for at once: the bits of those of one row alone. */
Test(batch_rows, sums_of_many_rows)
{
    enum { MANY = 2500, K = 11 };
    static double x[MANY * 4];
    flx_program *f = batch_program(&batch_cases[0], NULL);
    double weight[K * 2], g[K * 4], one[4];
    flx_batch *b[2];
    for (size_t k = 0; k < 2; k++) {
        const flx_batch_options options = {.threads = k ? 3 : 1};
        cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, &options, &b[k]), FLX_OK);
    }
    for (size_t i = 0; i < MANY * 4; i++) x[i] = batch_sample(i / 4, i % 4);
    for (size_t k = 0; k < K * 2; k++) weight[k] = batch_sample(k, 3);
    const flx_batch_in points = flx_in_rows(x, 4), weights = flx_in_shared(weight, K * 2);
    const flx_batch_out sums = flx_out_sum(g, K * 4), alone = flx_out_sum(one, 4);
    for (size_t threads = 0; threads < 2; threads++) {
        cr_expect_eq(
            flx_vjps_batch(f, b[threads], MANY, 1, &points, K, 1, &weights, 1, &sums, NULL, NULL),
            FLX_OK);
        for (size_t k = 0; k < K; k++) {
            const flx_batch_in row = flx_in_shared(weight + 2 * k, 2);
            flx_vjp_batch(f, b[0], MANY, 1, &points, 1, &row, 1, &alone, NULL, NULL);
            cr_expect(same(g + 4 * k, one, 4), "row %zu", k);
        }
    }
    flx_batch_destroy(b[0]);
    flx_batch_destroy(b[1]);
    flx_program_release(f);
}

/* The same, of weights and products in pieces: of each row one number is summed, one not wanted, and two are
 * each point's. */
Test(batch_rows, sums_of_many_rows_in_pieces)
{
    enum { K = 19, REST = 2 };
    flx_program *f = batch_program(&batch_cases[0], NULL); /* of 4 inputs and 2 outputs */
    double x[POINTS * 4], weight[K], each[POINTS * K], some[POINTS * K * REST], sums[K];
    double g[POINTS * 4];
    flx_batch_in pieces[2 * K];
    flx_batch_out to[3 * K];
    flx_batch *b;
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
    for (size_t i = 0; i < POINTS * 4; i++) x[i] = batch_sample(i / 4, i % 4);
    for (size_t i = 0; i < POINTS * K; i++) each[i] = batch_sample(i, 5) - 1.0;
    for (size_t k = 0; k < K; k++) weight[k] = batch_sample(k, 3) - 1.0;
    for (size_t k = 0; k < K; k++) {
        pieces[2 * k] = flx_in_shared(weight + k, 1);
        pieces[2 * k + 1] = (flx_batch_in){each + k, 1, K, 1};
        to[3 * k] = flx_out_sum(sums + k, 1);
        to[3 * k + 1] = flx_out_none(1);
        to[3 * k + 2] = (flx_batch_out){some + REST * k, REST, REST * K, 1};
    }
    const flx_batch_in points = flx_in_rows(x, 4);
    const flx_batch_out alone = flx_out_rows(g, 4);
    cr_expect_eq(flx_vjps_batch(f, b, POINTS, 1, &points, K, 2 * K, pieces, 3 * K, to, NULL, NULL),
                 FLX_OK);
    for (size_t k = 0; k < K; k++) {
        double sum = 0.0, size = 0.0;
        flx_vjp_batch(f, b, POINTS, 1, &points, 2, pieces + 2 * k, 1, &alone, NULL, NULL);
        for (size_t i = 0; i < POINTS; i++) {
            sum += g[4 * i];
            size += fabs(g[4 * i]);
            cr_expect(same(some + (i * K + k) * REST, g + 4 * i + 2, REST), "row %zu of point %zu",
                      k, i);
        }
        cr_expect(fabs(sums[k] - sum) <= 1e-14 * size, "row %zu: %g, %g", k, sums[k], sum);
    }
    flx_batch_destroy(b);
    flx_program_release(f);
}

/* ---- flags ---- */

/* Those of all rows together, in several runs too, and the report is that of the first point. */
Test(batch_rows, flags_of_all_rows)
{
    fixture s = make(&batch_cases[2], (flx_batch_options){0});
    const size_t n = s.n, m = s.m;
    double jac[POINTS * M * N];
    unsigned flags[POINTS];
    flx_report r, one;
    s.x[5 * n] = s.x[5 * n + 1]; /* a kink and a tie, not of every output */
    s.x[20 * n + 2] = (double)INFINITY;
    const flx_batch_in x = flx_in_rows(s.x, n);
    for (int summed = 0; summed < 2; summed++) {
        const flx_batch_out to = summed ? flx_out_sum(jac, m * n) : flx_out_rows(jac, m * n);
        cr_expect_eq(flx_jacobian_batch(s.f, s.b, POINTS, 1, &x, 0, NULL, 1, &to, flags, &r),
                     FLX_OK);
        unsigned any = 0;
        size_t first = POINTS;
        for (size_t i = 0; i < POINTS; i++) {
            double want[M * N];
            flx_jacobian(s.f, s.w, s.x + i * n, want, &one);
            cr_expect_eq(flags[i], one.flags, "point %zu: %x for %x", i, flags[i], one.flags);
            any |= one.flags;
            if (one.flags && first == POINTS) first = i;
        }
        cr_expect(r.flags == any && any && r.index == first, "%x at %zu", r.flags, r.index);
        flx_jacobian(s.f, s.w, s.x + first * n, jac, &one);
        cr_expect_str_eq(r.op, one.op);
    }
    clear(&s);
}

/* ---- what is refused ---- */

Test(batch_rows, refusals)
{
    fixture s = make(&batch_cases[0], (flx_batch_options){0}); /* 4 and 2 */
    flx_batch *value;
    double g[3 * 4] = {5.0};
    cr_assert_eq(flx_batch_create(s.f, FLX_WORK_VALUE, NULL, &value), FLX_OK);
    const flx_batch_in x = flx_in_rows(s.x, 4), weight = flx_in_rows(s.weight, 6);
    const flx_batch_out to = flx_out_rows(g, 12), less = flx_out_rows(g, 11), y = to;
    flx_report r;
    cr_expect_eq(flx_vjps_batch(s.f, s.b, 1, 1, &x, 2, 1, &weight, 1, &to, NULL, &r), FLX_EDIM);
    cr_expect_eq(r.status, FLX_EDIM);
    cr_expect_eq(flx_vjps_batch(s.f, s.b, 1, 1, &x, 3, 1, &weight, 1, &less, NULL, NULL), FLX_EDIM);
    cr_expect_eq(flx_vjps_batch(s.f, s.b, 1, 1, &x, 1, 0, NULL, 1, &to, NULL, NULL), FLX_EDIM);
    cr_expect_eq(flx_vjps_batch(NULL, s.b, 1, 1, &x, 3, 1, &weight, 1, &to, NULL, NULL), FLX_EARG);
    cr_expect_eq(flx_vjps_batch(s.f, value, 1, 1, &x, 3, 1, &weight, 1, &to, NULL, NULL),
                 FLX_EWORK);
    cr_expect_eq(flx_jacobian_batch(NULL, s.b, 1, 1, &x, 0, NULL, 1, &to, NULL, &r), FLX_EARG);
    cr_expect_eq(flx_jacobian_batch(s.f, s.b, 1, 1, &x, 0, NULL, 1, &to, NULL, NULL), FLX_EDIM);
    cr_expect_eq(flx_jacobian_batch(s.f, s.b, 1, 1, &x, 1, &y, 1, &to, NULL, NULL), FLX_EDIM);
    cr_expect_eq(flx_jacobian_batch(s.f, s.b, 1, 1, &x, 0, NULL, 1, NULL, NULL, NULL), FLX_EARG);
    cr_expect_eq(g[0], 5.0);
    /* No row: nothing to be written. */
    cr_expect_eq(flx_vjps_batch(s.f, s.b, 1, 1, &x, 0, 0, NULL, 0, NULL, NULL, &r), FLX_OK);
    flx_batch_destroy(value);
    clear(&s);
}

/* ---- matrices ---- */

/* A batch of all instruction sets at these points of n numbers: values and gradients as the program alone
 * has them, to the bit. */
static void expect_as_alone(flx_program *f, const double *parameter, size_t n, const double *point,
                            double *gradient)
{
    flx_work *w;
    double want[POINTS], y[POINTS], value;
    const flx_batch_in in = flx_in_rows(point, n);
    const flx_batch_out to_y = flx_out_rows(y, 1), to_g = flx_out_rows(gradient, n);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    if (parameter) cr_assert_eq(flx_work_set_parameters(f, w, parameter), FLX_OK);
    for (size_t j = 0; j < sizeof isas / sizeof *isas; j++) {
        const flx_batch_options options = {.isa = isas[j]};
        flx_batch *b;
        if (!flx_isa_is_available(isas[j])) continue;
        cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, &options, &b), FLX_OK);
        if (parameter) cr_assert_eq(flx_batch_set_parameters(f, b, parameter), FLX_OK);
        flx_gradient_batch(f, b, POINTS, 1, &in, &to_y, 1, &to_g, NULL, NULL);
        for (size_t i = 0; i < POINTS; i++) {
            flx_gradient(f, w, point + i * n, &value, want, NULL);
            cr_expect(same(y + i, &value, 1) && same(gradient + i * n, want, n),
                      "%s, point %zu: %g, %g", flx_isa_name(isas[j]), i, y[i], value);
        }
        flx_batch_destroy(b);
    }
    flx_work_destroy(w);
}

/* Where an index says no row, any element of its column may be meant: all their derivatives are lost, and
 * those of the other column are not. */
Test(batch_rows, an_index_of_no_row_makes_its_column_nan)
{
    const double parameter[2] = {3.0, 1.0};
    double x[POINTS * 6], g[POINTS * 6];
    flx_tape *t;
    flx_program *f;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    flx_var in[6];
    for (size_t k = 0; k < 6; k++) in[k] = flx_variable(t, 1.0);
    const flx_var which[2] = {flx_parameter(t, 0.0), flx_parameter(t, 0.0)};
    const flx_array table = flx_array_pack(t, 3, 2, in);
    const flx_array row = flx_array_take(table, flx_array_pack(t, 1, 2, which), FLX_COLS);
    const flx_var y = flx_array_at(flx_array_sum(row, FLX_ALL), 0, 0);
    cr_assert_eq(flx_freeze(t, 6, in, 1, &y, 0, &f, NULL), FLX_OK);
    for (size_t k = 0; k < POINTS * 6; k++) x[k] = batch_sample(k, 3);
    expect_as_alone(f, parameter, 6, x, g);
    for (size_t k = 0; k < POINTS * 6; k++) {
        if (k % 2 == 0) cr_expect(isnan(g[k]), "%zu", k);
        else cr_expect_eq(g[k], k % 6 / 2 == 1 ? 1.0 : 0.0, "%zu", k);
    }
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* Equations whose right sides have more elements than the matrix, at some points 0 or infinite ones. */
Test(batch_rows, solutions_of_many_right_sides_and_of_infinities)
{
    static const double odd[4] = {0.0, (double)INFINITY, -0.0, 1e308};
    enum { COUNT = 14 };
    double x[POINTS * COUNT], g[POINTS * COUNT];
    flx_tape *t;
    flx_program *f;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    flx_var in[COUNT];
    for (size_t k = 0; k < COUNT; k++) in[k] = flx_variable(t, k == 0 || k == 3 ? 4.0 : 1.0);
    const flx_array a = flx_array_pack(t, 2, 2, in), b = flx_array_pack(t, 2, 5, in + 4);
    const flx_array solution = flx_array_solve(a, b);
    const flx_var y =
        flx_var_add(flx_array_at(flx_array_sum(flx_array_square(solution), FLX_ALL), 0, 0),
                    flx_array_at(solution, 1, 4));
    cr_assert_eq(flx_freeze(t, COUNT, in, 1, &y, 0, &f, NULL), FLX_OK);
    for (size_t k = 0; k < POINTS * COUNT; k++)
        x[k] = batch_sample(k, 3) + (k % COUNT == 0 || k % COUNT == 3 ? 3.0 : 0.0);
    for (size_t i = 1; i < POINTS; i++) x[i * COUNT + i % COUNT] = odd[i % 4];
    for (size_t i = 1; i < POINTS; i++) x[i * COUNT + 5 * i % COUNT] = odd[i / 4 % 4];
    expect_as_alone(f, NULL, COUNT, x, g);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* Nothing is written beyond an array whose columns are no whole number of pieces: constants among the
 * outputs lie behind it. */
Test(batch_rows, constants_behind_a_long_row)
{
    enum { LONG = 40, OUT = LONG + 1 };
    double x[POINTS], y[POINTS * OUT];
    flx_tape *t;
    flx_program *f;
    flx_batch *b;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var in = flx_variable(t, 1.0);
    flx_var all[LONG], out[OUT];
    for (size_t k = 0; k < LONG; k++) all[k] = in;
    const flx_array row = flx_array_sqrt(flx_array_pack(t, 1, LONG, all));
    for (size_t k = 0; k < LONG; k++) out[k] = flx_array_at(row, 0, k);
    out[LONG] = flx_constant(7.0);
    cr_assert_eq(flx_freeze(t, 1, &in, OUT, out, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, NULL, &b), FLX_OK);
    for (size_t i = 0; i < POINTS; i++) x[i] = (double)(i * i);
    const flx_batch_in points = flx_in_rows(x, 1);
    const flx_batch_out to = flx_out_rows(y, OUT);
    cr_expect_eq(flx_eval_batch(f, b, POINTS, 1, &points, 1, &to, NULL, NULL), FLX_OK);
    for (size_t i = 0; i < POINTS * OUT; i++)
        cr_expect_eq(y[i], i % OUT == LONG ? 7.0 : (double)(i / OUT), "%zu", i);
    flx_batch_destroy(b);
    flx_program_release(f);
    flx_tape_destroy(t);
}
